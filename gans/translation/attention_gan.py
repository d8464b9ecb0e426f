r"""AttentionGAN: Unsupervised Attention-guided Image-to-Image Translation.

Mejjati, Richardt, Tompkin, Cosker and Kim, 2018, arXiv:1806.02311, section 3.

CycleGAN also changes the background if the domains differ there. Here each domain has an attention
network A for the foreground. G and, in the opposite direction, F translate only the foreground.

$$m = A(x) \in [0, 1], \qquad G_m(x) = m \odot G(m \odot x) + (1 - m) \odot x$$

$$L = L_{GAN}(G_m) + L_{GAN}(F_m)
  + \lambda (\mathbb{E}_x[\|F_m(G_m(x)) - x\|_1] + \mathbb{E}_y[\|G_m(F_m(y)) - y\|_1])$$

After 30 of 100 epochs the attention is frozen, and the discriminators see only the pixels where it
exceeds $\tau$. Loss, history and learning-rate decay are CycleGAN's.

Departs from the paper: smaller networks, larger minibatches; CycleGAN's networks with zero padding,
where the authors' convolutions are masked; no masks in the history; grey images are repeated.
"""

from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gans.common.bidirectional import BidirectionalTranslation, DiscriminatorWithHistory
from gans.common.networks.attention_guided import AttentionTranslator
from gans.common.variant import Batches, Losses, Shape


class AttentionGAN(BidirectionalTranslation):
    """Two attention-guided translators, and a discriminator for each domain.

    Args:
        cycle_weight: lambda.
        history: capacity of each discriminator's history, in samples.
        freeze_after: share of the budget after which the attention networks are frozen.
    """

    boundary = 0.5

    def __init__(
        self, shape: Shape, *, source: Shape, width: int = 64, blocks: int = 9,
        cycle_weight: float = 10.0, history: int = 50, freeze_after: float = 0.3, tau: float = 0.1,
    ) -> None:  # fmt: skip
        super().__init__(shape, source)
        self.cycle_weight, self.freeze_after, self.tau = cycle_weight, freeze_after, tau
        there = AttentionTranslator(shape, source, width, blocks)
        back = AttentionTranslator(source, shape, width, blocks)
        self.generator = nn.ModuleDict({"there": there, "back": back})
        self.discriminator = DiscriminatorWithHistory(shape, width, history)
        self.source_discriminator = DiscriminatorWithHistory(source, width, history)

    def lr_scale(self) -> float:
        return min(1.0, 2 * (1 - self.progress))

    def foreground(self, images: Tensor, mask: Tensor) -> Tensor:
        """Remove the background, where the mask is at most tau, once the attention is frozen."""
        return images if self.progress < self.freeze_after else images * (mask > self.tau)

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor | None:
        mask = self.generator["back"].mask(images)
        return super().discriminator_score(self.foreground(images, mask))

    def step(self, batches: Batches) -> Losses:
        y, x = next(batches)
        there, back = self.generator["there"], self.generator["back"]
        there.is_attention_frozen = back.is_attention_frozen = self.progress >= self.freeze_after
        mask_x, mask_y = there.mask(x), back.mask(y)
        fake_y, fake_x = there.apply_mask(x, mask_x), back.apply_mask(y, mask_y)
        cycle = l1_loss(back(fake_y), x) + l1_loss(there(fake_x), y)
        fake_y, fake_x = self.foreground(fake_y, mask_x), self.foreground(fake_x, mask_y)
        losses = {"cycle": self.cycle_weight * cycle}
        losses["adversarial"] = (self.discriminator(fake_y) - 1).square().mean()
        losses["source_adversarial"] = (self.source_discriminator(fake_x) - 1).square().mean()
        yield self.generator, losses
        y, x = self.foreground(y, mask_y).detach(), self.foreground(x, mask_x).detach()
        rounds = (self.discriminator, y, fake_y), (self.source_discriminator, x, fake_x)
        for discriminator, real, fake in rounds:
            past = discriminator.history(fake.detach())
            losses = {"real": (discriminator(real) - 1).square().mean()}
            losses["fake"] = discriminator(past).square().mean()
            yield discriminator, {term: 0.5 * loss for term, loss in losses.items()}
