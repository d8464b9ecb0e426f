r"""AttentionGAN: Unsupervised Attention-guided Image-to-Image Translation.

Mejjati, Richardt, Tompkin, Cosker and Kim, 2018, arXiv:1806.02311, section 3.

CycleGAN changes the background too, where it helps to tell the domains apart. Here each domain has an
attention network A, which says of each pixel whether it belongs to what is to be translated. The
generator sees that alone, and the rest is kept; F, the way back, works alike.

$$m = A(x) \in [0, 1], \qquad G_m(x) = m \odot G(m \odot x) + (1 - m) \odot x$$

$$L = L_{GAN}(G_m) + L_{GAN}(F_m)
  + \lambda (\mathbb{E}_x[\|F_m(G_m(x)) - x\|_1] + \mathbb{E}_y[\|G_m(F_m(y)) - y\|_1])$$

After 30 of 100 epochs the attention is fixed, and the discriminators see only where it exceeds
$\tau$. The game, the history and the fall of the learning rates are CycleGAN's, as in the authors' code.

Departs from the paper: fewer levels, blocks and channels, larger minibatches; CycleGAN's networks,
where the authors' convolutions heed the mask; no masks in the history; channels that are repeated.
"""

from torch import nn
from torch.nn.functional import l1_loss

from gans.common.networks.attended import Attended
from gans.common.two_way import Judge, TwoWay
from gans.common.variant import Losses


class AttentionGAN(TwoWay):
    """Two translators that keep what they do not attend to, and a judge of either domain.

    Args:
        cycle_weight: lambda.
        history: samples that each discriminator remembers.
        free: share of the budget in which the attention learns.
    """

    boundary = 0.5

    def __init__(
        self, shape, *, source, width=64, blocks=9, cycle_weight=10.0, history=50, free=0.3, tau=0.1
    ) -> None:
        super().__init__(shape, source)
        self.cycle_weight, self.free, self.tau = cycle_weight, free, tau
        there, back = Attended(shape, source, width, blocks), Attended(source, shape, width, blocks)
        self.generator = nn.ModuleDict({"there": there, "back": back})
        self.discriminator = Judge(shape, width, history)
        self.source_discriminator = Judge(source, width, history)

    def lr_scale(self):
        return min(1.0, 2 * (1 - self.progress))

    def seen(self, images, mask):
        """What a discriminator sees of images that the mask ``(n, 1, h, w)`` belongs to."""
        return images if self.progress < self.free else images * (mask > self.tau)

    def discriminator_score(self, images, condition=None):
        return super().discriminator_score(self.seen(images, self.generator["back"].mask(images)))

    def step(self, batches) -> Losses:
        y, x = next(batches)
        there, back = self.generator["there"], self.generator["back"]
        there.fixed = back.fixed = self.progress >= self.free
        mask_x, mask_y = there.mask(x), back.mask(y)
        fake_y, fake_x = there.apply_to(x, mask_x), back.apply_to(y, mask_y)
        cycle = l1_loss(back(fake_y), x) + l1_loss(there(fake_x), y)
        fake_y, fake_x = self.seen(fake_y, mask_x), self.seen(fake_x, mask_y)
        losses = {"cycle": self.cycle_weight * cycle}
        losses["adversarial"] = (self.discriminator(fake_y) - 1).square().mean()
        losses["source_adversarial"] = (self.source_discriminator(fake_x) - 1).square().mean()
        yield self.generator, losses
        reals = self.seen(y, mask_y).detach(), self.seen(x, mask_x).detach()
        games = (
            (self.discriminator, reals[0], fake_y),
            (self.source_discriminator, reals[1], fake_x),
        )
        for judge, real, fake in games:
            shown = judge.history(fake.detach())
            told = {"real": (judge(real) - 1).square().mean(), "fake": judge(shown).square().mean()}
            yield judge, {term: 0.5 * loss for term, loss in told.items()}
