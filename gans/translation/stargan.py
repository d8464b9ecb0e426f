r"""StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image-to-Image Translation.

Choi, Choi, Kim, Ha, Kim and Choo, 2018, arXiv:1711.09020, equations 1 to 6 and 8.

One generator goes all k(k - 1) ways between k domains if planes beside the channels tell it which
domain c' is wanted; asked for c, the image's own, it leads back. One discriminator scores images
and names their domain. What is given says c' and c in k planes each, or is the source (0).

$$L_{adv} = \mathbb{E}[D(x)] - \mathbb{E}[D(G(x, c'))] - \lambda_{gp} \mathbb{E}[(\|\nabla_{\hat x} D(\hat x)\|_2 - 1)^2]$$

$$L_D = -L_{adv} - \lambda_{cls} \mathbb{E}[\log D_{cls}(c \mid x)], \quad L_G = L_{adv} - \lambda_{cls} \mathbb{E}[\log D_{cls}(c' \mid G(x, c'))] + \lambda_{rec} \mathbb{E}[\|x - G(G(x, c'), c)\|_1]$$

Departs from the paper: fewer levels, blocks, channels; one channel is repeated if others have more.
"""

import torch
from torch.nn.functional import cross_entropy, l1_loss

from gans.common.channels import match_channels, shared_channels
from gans.common.networks.domains import DomainDiscriminator, DomainTranslator
from gans.common.penalties import gradient_norm, interpolate
from gans.common.variant import ImageToImage, Losses


class StarGAN(ImageToImage):
    """One translator for all directions; the weights are lambda_rec, lambda_cls and lambda_gp."""

    paired = False
    boundary = None  # a constant added to the scores changes nothing

    def __init__(
        self, shape, *, source, width: int = 64, blocks: int = 6, n_critic: int = 5,
        cycle_weight: float = 10.0, class_weight: float = 1.0, penalty_weight: float = 10.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, source)
        self.n_critic, self.cycle_weight = n_critic, cycle_weight
        self.class_weight, self.penalty_weight = class_weight, penalty_weight
        self.planes = extra // 2 if (extra := source[0] - shape[0]) > 3 and extra % 2 == 0 else 0
        self.image = shape if self.planes else (shared_channels(shape, source), *shape[1:])
        self.generator = DomainTranslator(self.image, self.planes or 2, width, blocks)
        self.discriminator = DomainDiscriminator(self.image, self.planes or 2, width)

    def lr_scale(self):
        return min(1.0, 2 * (1 - self.progress))

    def read(self, condition):  # images, the domain wanted of each, and its own
        if not self.planes:  # of two domains, from the source (0) to the target (1)
            own = torch.zeros(len(condition), dtype=torch.int64, device=condition.device)
            return condition, own + 1, own
        images, *planes = condition.split([self.shape[0], self.planes, self.planes], dim=1)
        return images, *(said[..., 0, 0].argmax(dim=1) for said in planes)

    def sample(self, n, condition=None):
        images, wanted, _ = self.read(self.random_condition(n) if condition is None else condition)
        return match_channels(self.generator(images, wanted), self.shape[0])

    def reconstruct(self, condition):
        images, _, own = self.read(condition)
        return match_channels(
            self.generator(self.sample(len(condition), condition), own), images.shape[1]
        )

    def step(self, batches) -> Losses:
        for _ in range(self.n_critic):
            y, condition = next(batches)
            real, wanted, own = self.read(condition)
            if not self.planes:
                real = torch.cat([match_channels(x, self.image[0]) for x in (real, y)])
                own = torch.cat([own, wanted])
            asked = own[torch.randperm(len(own), device=own.device)]
            fake = self.generator(real, asked).detach()
            scores, logits = self.discriminator.both(real)
            excess = gradient_norm(self.discriminator, interpolate(real, fake)) - 1
            losses = {"class": self.class_weight * cross_entropy(logits, own)}
            losses["wasserstein"] = self.discriminator(fake).mean() - scores.mean()
            losses["penalty"] = self.penalty_weight * excess.square().mean()
            yield self.discriminator, losses
        scores, logits = self.discriminator.both(fake := self.generator(real, asked))
        losses = {"class": self.class_weight * cross_entropy(logits, asked)}
        losses["adversarial"] = -scores.mean()
        losses["cycle"] = self.cycle_weight * l1_loss(self.generator(fake, own), real)
        yield self.generator, losses
