r"""StackGAN: Text to Photo-realistic Image Synthesis with Stacked Generative Adversarial Networks.

Zhang, Xu, Li, Zhang, Wang, Huang and Metaxas, 2017, arXiv:1612.03242, equations 2 to 6.

Stage I generates small images; stage II, with stage I frozen, refines and enlarges them. Both draw
a caption's code from a Gaussian. Discriminators also see mismatched captions $\varphi_{t'}$.

$$L_{D_i} = -\mathbb{E}[\log D_i(I_i, \varphi_t)] - \tfrac12 \mathbb{E}[\log(1 - D_i(I_i, \varphi_{t'}))]
  - \tfrac12 \mathbb{E}[\log(1 - D_i(G_i, \varphi_t))]$$

$$L_{G_i} = -\mathbb{E}[\log D_i(G_i, \varphi_t)]
  + \lambda \, KL(\mathcal{N}(\mu_i(\varphi_t), \Sigma_i(\varphi_t)) \| \mathcal{N}(0, I))$$

Departs from the paper: fewer channels; no batch normalisation in the discriminators; non-saturating
loss; constant learning rates. The divergence is a mean over components, as in the authors' code.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gans.common.captions import TextToImage
from gans.common.networks import captions
from gans.common.networks.resampling import downsample, upsample
from gans.common.variant import Batches, Losses, Shape


class StackGAN(TextToImage):
    """Two stages: the share of the budget for stage I, and the doublings of stage II."""

    generator: nn.ModuleDict
    progress = 1.0  # outside the training loop: loaded weights are those of both stages

    def __init__(
        self, shape: Shape, *, vocabulary: list[str], length: int, latent: int = 100,
        width: int = 64, code: int = 128, blocks: int = 4, doublings: int = 2,
        stage_one_share: float = 0.5, divergence_weight: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent, vocabulary, length)
        self.doublings, self.stage_one_share = doublings, stage_one_share
        self.divergence_weight = divergence_weight
        small = (shape[0], *(side // 2**doublings for side in shape[1:]))
        self.generator, self.discriminator = nn.ModuleDict(), nn.ModuleDict()
        self.generator["sketch"] = captions.StageOneGenerator(small, latent, width, code)
        self.generator["refine"] = captions.StageTwoGenerator(shape, doublings, width, code, blocks)
        for stage, size in {"sketch": small, "refine": shape}.items():
            self.discriminator[stage] = captions.MatchingAwareDiscriminator(size, width, code)

    @property
    def stage(self) -> str:
        return "sketch" if self.progress < self.stage_one_share else "refine"

    def generate(self, embedded: Tensor) -> tuple[Tensor, Tensor]:
        """Generate images of the current stage, and the divergence of its codes' Gaussians."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.stage == "sketch"):
            sketch = self.generator["sketch"](self.noise(len(embedded)), embedded)
        return sketch if self.stage == "sketch" else self.generator["refine"](sketch[0], embedded)

    def resize(self, images: Tensor) -> Tensor:
        """Resize images to the size of the current stage."""
        return downsample(images, self.doublings) if self.stage == "sketch" else images

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        images, _ = self.generate(self.embed_or_random(n, condition))
        return upsample(images, self.doublings) if self.stage == "sketch" else images

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        images, embedded = self.resize(images), self.embed_or_random(len(images), condition)
        return self.discriminator[self.stage](images, embedded)

    def step(self, batches: Batches) -> Losses:
        self.generator["sketch"].train(self.training and self.stage == "sketch")  # else frozen
        real, condition = next(batches)
        embedded, discriminator = self.embed(condition), self.discriminator[self.stage]
        fake, divergence = self.generate(embedded)
        losses = self.matching_losses(discriminator, self.resize(real), fake.detach(), condition)
        yield self.discriminator, losses
        divergence = self.divergence_weight * divergence
        adversarial = softplus(-discriminator(fake, embedded)).mean()
        yield self.generator, {"adversarial": adversarial, "divergence": divergence}
