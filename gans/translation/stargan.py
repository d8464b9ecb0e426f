r"""StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image-to-Image Translation.

Choi, Choi, Kim, Ha, Kim and Choo, 2018, arXiv:1711.09020, equations 1 to 6 and 8.

One generator translates between k domains: one-hot planes give it the target c'. A discriminator
also classifies images. A condition has k planes each for c' and c, or is a source image.

$$L_{adv} = \mathbb{E}[D(x)] - \mathbb{E}[D(G(x, c'))] - \lambda_{gp} \mathbb{E}[(\|\nabla_{\hat x} D(\hat x)\|_2 - 1)^2]$$

$$L_D = -L_{adv} - \lambda_{cls} \mathbb{E}[\log D_{cls}(c \mid x)], \quad L_G = L_{adv} - \lambda_{cls} \mathbb{E}[\log D_{cls}(c' \mid G(x, c'))] + \lambda_{rec} \mathbb{E}[\|x - G(G(x, c'), c)\|_1]$$

Departs from the paper: smaller networks; grey images are repeated; instance norm has no parameters
and follows the planes' convolution, so that only the zero-padded border reveals c'.
"""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, l1_loss

from gans.common.channels import match_channels, shared_channels
from gans.common.networks.domains import DomainDiscriminator, DomainTranslator
from gans.common.penalties import gradient_norm, interpolate
from gans.common.variant import Batches, ImageToImage, Losses, Shape


class StarGAN(ImageToImage):
    """One translator for all directions; the weights are lambda_rec, lambda_cls and lambda_gp."""

    paired = False
    boundary = None  # a constant added to the scores changes nothing

    def __init__(
        self, shape: Shape, *, source: Shape, width: int = 64, blocks: int = 6, n_critic: int = 5,
        cycle_weight: float = 10.0, class_weight: float = 1.0, penalty_weight: float = 10.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, source)
        self.n_critic, self.cycle_weight = n_critic, cycle_weight
        self.class_weight, self.penalty_weight = class_weight, penalty_weight
        self.planes = extra // 2 if (extra := source[0] - shape[0]) > 3 and extra % 2 == 0 else 0
        self.image = shape if self.planes else (shared_channels(shape, source), *shape[1:])
        self.generator = DomainTranslator(self.image, self.planes or 2, width, blocks)
        self.discriminator = DomainDiscriminator(self.image, self.planes or 2, width)

    def lr_scale(self) -> float:
        return min(1.0, 2 * (1 - self.progress))

    def unpack(self, condition: Tensor) -> tuple[Tensor, Tensor, Tensor]:  # images, target, domain
        if not self.planes:  # two domains, from the source (0) to the target (1)
            domain = torch.zeros(len(condition), dtype=torch.int64, device=condition.device)
            return condition, domain + 1, domain
        x, target, domain = condition.split([self.shape[0], self.planes, self.planes], dim=1)
        return x, target[..., 0, 0].argmax(dim=1), domain[..., 0, 0].argmax(dim=1)

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        x, target, _ = self.unpack(self.random_condition(n) if condition is None else condition)
        return match_channels(self.generator(x, target), self.shape[0])

    def reconstruct(self, images: Tensor) -> Tensor:
        x, _, domain = self.unpack(images)  # the images of a condition
        return match_channels(self.generator(self.sample(len(x), images), domain), x.shape[1])

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.n_critic):
            y, condition = next(batches)
            real, target, domain = self.unpack(condition)
            if not self.planes:
                real = torch.cat([match_channels(x, self.image[0]) for x in (real, y)])
                domain = torch.cat([domain, target])
            target = domain[torch.randperm(len(domain), device=domain.device)]
            fake = self.generator(real, target).detach()
            scores, logits = self.discriminator.score_and_classify(real)
            penalties = (gradient_norm(self.discriminator, interpolate(real, fake)) - 1).square()
            losses = {"class": self.class_weight * cross_entropy(logits, domain)}
            losses["wasserstein"] = self.discriminator(fake).mean() - scores.mean()
            yield self.discriminator, losses | {"penalty": self.penalty_weight * penalties.mean()}
        scores, logits = self.discriminator.score_and_classify(fake := self.generator(real, target))
        losses = {"class": self.class_weight * cross_entropy(logits, target)}
        losses["adversarial"] = -scores.mean()
        losses["cycle"] = self.cycle_weight * l1_loss(self.generator(fake, domain), real)
        yield self.generator, losses
