r"""StackGAN: Text to Photo-realistic Image Synthesis with Stacked Generative Adversarial Networks.

Zhang, Xu, Li, Zhang, Wang, Huang and Metaxas, 2017, arXiv:1612.03242, equations 2 to 6.

First a sketch, then the picture. Stage I draws small images of noise and a caption. Then it stays as
it is, and stage II is given its images and the caption once more, to mend and to add. In either stage
a caption $\varphi_t$ becomes a Gaussian from which its code is drawn (conditioning augmentation), kept
near the standard one; discriminators also see real images with captions $\varphi_{t'}$ of others.

$$L_{D_i} = -\mathbb{E}[\log D_i(I_i, \varphi_t)] - \tfrac12 \mathbb{E}[\log(1 - D_i(I_i, \varphi_{t'}))]
  - \tfrac12 \mathbb{E}[\log(1 - D_i(G_i, \varphi_t))]$$

$$L_{G_i} = -\mathbb{E}[\log D_i(G_i, \varphi_t)]
  + \lambda \, KL(\mathcal{N}(\mu_i(\varphi_t), \Sigma_i(\varphi_t)) \| \mathcal{N}(0, I))$$

Departs from the paper: fewer channels, no batch normalisation in the discriminators; non-saturating
loss; the divergence is a mean over components, as in the authors' code; constant learning rates.
"""

import torch
from torch import nn
from torch.nn.functional import softplus

from gans.common.captions import TextToImage
from gans.common.networks.captions import MatchingDiscriminator, Refiner, Sketch
from gans.common.networks.resampling import downsample, upsample
from gans.common.variant import Losses


class StackGAN(TextToImage):
    """Two stages; `times` is how often the side is doubled by the second, `code` of a caption."""

    generator: nn.ModuleDict
    progress = 1.0  # until the loop says otherwise: weights that are loaded have seen both stages

    def __init__(
        self, shape, *, vocabulary, length: int, latent: int = 100, width: int = 64,
        code: int = 128, blocks: int = 4, times: int = 2, first: float = 0.5,
        divergence_weight: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent, vocabulary, length)
        self.times, self.first, self.divergence_weight = times, first, divergence_weight
        small = (shape[0], *(side // 2**times for side in shape[1:]))
        self.generator = nn.ModuleDict({"sketch": Sketch(small, latent, width, code)})
        self.generator["refine"] = Refiner(shape, times, width, code, blocks)
        judges = {"sketch": MatchingDiscriminator(small, width, code)}
        judges["refine"] = MatchingDiscriminator(shape, width, code)
        self.discriminator = nn.ModuleDict(judges)

    @property
    def stage(self):
        return "sketch" if self.progress < self.first else "refine"

    def drawn(self, embedded):
        """Images of the stage that is on, and how far its codes' Gaussians are from N(0, I)."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.stage == "sketch"):
            drawn = self.generator["sketch"](self.noise(len(embedded)), embedded)
        return drawn if self.stage == "sketch" else self.generator["refine"](drawn[0], embedded)

    def sized(self, images):
        """Images of the size of the stage that is on."""
        return downsample(images, self.times) if self.stage == "sketch" else images

    def sample(self, n, condition=None):
        images, _ = self.drawn(self.asked(n, condition))
        return upsample(images, self.times) if self.stage == "sketch" else images

    def discriminator_score(self, images, condition=None):
        return self.discriminator[self.stage](
            self.sized(images), self.asked(len(images), condition)
        )

    def step(self, batches) -> Losses:
        self.generator["sketch"].train(self.training and self.stage == "sketch")  # else fixed
        real, condition = next(batches)
        own, judge = self.embed(condition), self.discriminator[self.stage]
        fake, divergence = self.drawn(own)
        told = self.matching_aware(judge, self.sized(real), fake.detach(), condition)
        yield self.discriminator, told
        kept = {"divergence": self.divergence_weight * divergence}
        yield self.generator, {"adversarial": softplus(-judge(fake, own)).mean()} | kept
