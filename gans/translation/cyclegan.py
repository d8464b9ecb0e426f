r"""CycleGAN: Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks.

Zhu, Park, Isola and Efros, 2017, arXiv:1703.10593, equations 1 to 3 and sections 4 and 5.2.

Without pairs, a discriminator can only say whether an image looks as if it were of the other domain,
and many mappings satisfy it that have nothing to do with what was given. So a second generator has to
lead back: G and F are trained together, each against a discriminator of its own, and what is sent
there and back must be what it was.

$$L_{GAN}(G) = \mathbb{E}_x[(D_Y(G(x)) - 1)^2], \qquad
  L_{GAN}(D_Y) = \mathbb{E}_y[(D_Y(y) - 1)^2] + \mathbb{E}_x[D_Y(G(x))^2]$$

$$L_{cyc} = \mathbb{E}_x[\|F(G(x)) - x\|_1] + \mathbb{E}_y[\|G(F(y)) - y\|_1]$$

$$L = L_{GAN}(G) + L_{GAN}(F) + \lambda L_{cyc}
  + \lambda_{id} \left( \mathbb{E}_y[\|G(y) - y\|_1] + \mathbb{E}_x[\|F(x) - x\|_1] \right)$$

The discriminators see samples out of a history of 50; after half of the budget the learning rates
fall in a line to 0.

Departs from the paper: fewer levels, blocks and channels, for images of a few pixels, and larger
minibatches; no crops or mirror images; no identity loss where the domains have other channels.
"""

from torch import nn
from torch.nn.functional import l1_loss

from gans.common.networks.image_to_image import ResNet
from gans.common.two_way import Judge, TwoWay
from gans.common.variant import Losses


class CycleGAN(TwoWay):
    """Two translators, each the way back of the other, and a judge of either domain.

    Args:
        cycle_weight: lambda.
        identity_weight: lambda_id; the paper has half of lambda for paintings, and else 0.
        history: samples that each discriminator remembers.
    """

    boundary = 0.5

    def __init__(
        self,
        shape,
        *,
        source,
        width: int = 64,
        blocks: int = 9,
        cycle_weight: float = 10.0,
        identity_weight: float = 0.0,
        history: int = 50,
    ) -> None:
        super().__init__(shape, source)
        self.cycle_weight, self.identity_weight = cycle_weight, identity_weight
        there, back = ResNet(shape, source, width, blocks), ResNet(source, shape, width, blocks)
        self.generator = nn.ModuleDict({"there": there, "back": back})
        self.discriminator = Judge(shape, width, history)
        self.source_discriminator = Judge(source, width, history)

    def lr_scale(self):
        return min(1.0, 2 * (1 - self.progress))

    def step(self, batches) -> Losses:
        y, x = next(batches)
        fake_y, fake_x = self.there(x), self.back(y)
        cycle = l1_loss(self.back(fake_y), x) + l1_loss(self.there(fake_x), y)
        losses = {"cycle": self.cycle_weight * cycle}
        losses["adversarial"] = (self.discriminator(fake_y) - 1).square().mean()
        losses["source_adversarial"] = (self.source_discriminator(fake_x) - 1).square().mean()
        if self.identity_weight and self.shape == self.source:
            identity = l1_loss(self.there(y), y) + l1_loss(self.back(x), x)
            losses["identity"] = self.identity_weight * identity
        yield self.generator, losses
        games = (self.discriminator, y, fake_y), (self.source_discriminator, x, fake_x)
        for judge, real, fake in games:
            shown = judge.history(fake.detach())
            told = {"real": (judge(real) - 1).square().mean(), "fake": judge(shown).square().mean()}
            yield judge, {term: 0.5 * loss for term, loss in told.items()}
