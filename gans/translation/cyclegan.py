r"""CycleGAN: Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks.

Zhu, Park, Isola and Efros, 2017, arXiv:1703.10593, equations 1 to 3 and sections 4 and 5.2.

Without pairs, a discriminator can only score whether an image belongs to the target domain, which
many mappings unrelated to the input satisfy. So two generators in opposite directions, G and F, are
trained together, each against its own discriminator, and a cycle-consistency loss requires that an
image translated there and back is reconstructed.

$$L_{GAN}(G) = \mathbb{E}_x[(D_Y(G(x)) - 1)^2], \qquad
  L_{GAN}(D_Y) = \mathbb{E}_y[(D_Y(y) - 1)^2] + \mathbb{E}_x[D_Y(G(x))^2]$$

$$L_{cyc} = \mathbb{E}_x[\|F(G(x)) - x\|_1] + \mathbb{E}_y[\|G(F(y)) - y\|_1]$$

$$L = L_{GAN}(G) + L_{GAN}(F) + \lambda L_{cyc}
  + \lambda_{id} \left( \mathbb{E}_y[\|G(y) - y\|_1] + \mathbb{E}_x[\|F(x) - x\|_1] \right)$$

The discriminators see samples from a history of 50. In the second half of the budget the learning
rates decay linearly to 0.

Departs from the paper: fewer levels, blocks and channels, for small images, and larger minibatches;
zero instead of reflection padding; no crops or mirror images; no identity loss if the domains
differ in shape.
"""

from torch import nn
from torch.nn.functional import l1_loss

from gans.common.bidirectional import BidirectionalTranslation, DiscriminatorWithHistory
from gans.common.networks.image_to_image import ResNet
from gans.common.variant import Batches, Losses, Shape


class CycleGAN(BidirectionalTranslation):
    """Two translators in opposite directions, and a discriminator for each domain.

    Args:
        cycle_weight: lambda.
        identity_weight: lambda_id; in the paper half of lambda for paintings, otherwise 0.
        history: capacity of each discriminator's history, in samples.
    """

    boundary = 0.5

    def __init__(
        self, shape: Shape, *, source: Shape, width: int = 64, blocks: int = 9,
        cycle_weight: float = 10.0, identity_weight: float = 0.0, history: int = 50,
    ) -> None:  # fmt: skip
        super().__init__(shape, source)
        self.cycle_weight, self.identity_weight = cycle_weight, identity_weight
        there, back = ResNet(shape, source, width, blocks), ResNet(source, shape, width, blocks)
        self.generator = nn.ModuleDict({"there": there, "back": back})
        self.discriminator = DiscriminatorWithHistory(shape, width, history)
        self.source_discriminator = DiscriminatorWithHistory(source, width, history)

    def lr_scale(self) -> float:
        return min(1.0, 2 * (1 - self.progress))

    def step(self, batches: Batches) -> Losses:
        y, x = next(batches)
        fake_y, fake_x = self.to_target(x), self.to_source(y)
        cycle = l1_loss(self.to_source(fake_y), x) + l1_loss(self.to_target(fake_x), y)
        losses = {"cycle": self.cycle_weight * cycle}
        losses["adversarial"] = (self.discriminator(fake_y) - 1).square().mean()
        losses["source_adversarial"] = (self.source_discriminator(fake_x) - 1).square().mean()
        if self.identity_weight and self.shape == self.source:
            identity = l1_loss(self.to_target(y), y) + l1_loss(self.to_source(x), x)
            losses["identity"] = self.identity_weight * identity
        yield self.generator, losses
        rounds = (self.discriminator, y, fake_y), (self.source_discriminator, x, fake_x)
        for discriminator, real, fake in rounds:
            past = discriminator.history(fake.detach())
            losses = {"real": (discriminator(real) - 1).square().mean()}
            losses["fake"] = discriminator(past).square().mean()
            yield discriminator, {term: 0.5 * loss for term, loss in losses.items()}
