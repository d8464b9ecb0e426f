r"""StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image-to-Image Translation.

Choi, Choi, Kim, Ha, Kim and Choo, 2018, arXiv:1711.09020, equations 1 to 6 and 8.

Between k domains there are k(k - 1) ways. One generator goes them all if planes beside the channels
tell it which domain c' is wanted, and one discriminator scores all images and names their domain.
The way back is the same generator, asked for the domain c of the image.

$$L_{adv} = \mathbb{E}[D(x)] - \mathbb{E}[D(G(x, c'))] - \lambda_{gp} \mathbb{E}[(\|\nabla_{\hat x} D(\hat x)\|_2 - 1)^2]$$

$$L_D = -L_{adv} - \lambda_{cls} \mathbb{E}[\log D_{cls}(c \mid x)], \quad
  L_G = L_{adv} - \lambda_{cls} \mathbb{E}[\log D_{cls}(c' \mid G(x, c'))] + \lambda_{rec} \mathbb{E}[\|x - G(G(x, c'), c)\|_1]$$

Departs from the paper: it is given two domains here, the source (0) and the target (1); fewer levels,
blocks and channels; a single channel is repeated where the other domain has more.
"""

import torch
from torch.nn.functional import cross_entropy, l1_loss

from gans.common.channels import channels, recoloured
from gans.common.networks.domains import DomainDiscriminator, DomainTranslator
from gans.common.penalties import between, gradient_norm
from gans.common.two_way import TwoWay
from gans.common.variant import Losses


class StarGAN(TwoWay):
    """One translator for all directions; the weights are lambda_rec, lambda_cls and lambda_gp."""

    boundary = None  # a constant added to the scores changes nothing

    def __init__(
        self,
        shape,
        *,
        source,
        width: int = 64,
        blocks: int = 6,
        n_critic: int = 5,
        cycle_weight: float = 10.0,
        class_weight: float = 1.0,
        penalty_weight: float = 10.0,
    ) -> None:
        super().__init__(shape, source)
        self.n_critic, self.cycle_weight = n_critic, cycle_weight
        self.class_weight, self.penalty_weight = class_weight, penalty_weight
        self.both = channels(shape, source), *shape[1:]
        self.generator = DomainTranslator(self.both, 2, width, blocks)
        self.discriminator = DomainDiscriminator(self.both, 2, width)

    def pace(self):
        return min(1.0, 2 * (1 - self.progress))

    def there(self, images, domain=1):
        made = self.generator(images, images.new_full((len(images),), domain, dtype=torch.int64))
        return recoloured(made, (self.source, self.shape)[domain][0])

    def back(self, images):
        return self.there(images, 0)

    def step(self, batches) -> Losses:
        for _ in range(self.n_critic):
            y, x = (recoloured(images, self.both[0]) for images in next(batches))
            real = torch.cat([x, y])
            own = torch.arange(2, device=x.device).repeat_interleave(len(x))
            asked = own[torch.randperm(len(own), device=own.device)]
            with torch.no_grad():
                fake = self.generator(real, asked)
            scores, logits = self.discriminator.both(real)
            excess = gradient_norm(self.discriminator, between(real, fake)) - 1
            losses = {"class": self.class_weight * cross_entropy(logits, own)}
            losses["wasserstein"] = self.discriminator(fake).mean() - scores.mean()
            losses["penalty"] = self.penalty_weight * excess.square().mean()
            yield self.discriminator, losses
        scores, logits = self.discriminator.both(fake := self.generator(real, asked))
        losses = {"class": self.class_weight * cross_entropy(logits, asked)}
        losses["adversarial"] = -scores.mean()
        losses["cycle"] = self.cycle_weight * l1_loss(self.generator(fake, own), real)
        yield self.generator, losses
