"""The step of `dcgan` in parts, of which each trick replaces one.

Without a trick, this variant and `dcgan` are equal bit by bit. Tricks combine by inheritance:
``class Both(LabelFlipping, InstanceNoise)`` has the two.
"""

from torch import Tensor
from torch.nn.functional import softplus

from gans.common.variant import Batches, Losses
from gans.unconditional.dcgan import DCGAN


class Base(DCGAN):
    """The non-saturating loss on the shared networks."""

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        yield self.discriminator, self.discriminator_losses(real, self.fake(len(real)))
        yield self.generator, self.generator_losses(self.sample(len(real)), real)

    def discriminator_losses(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """Compute the terms of the discriminator's loss."""
        return {
            "real": self.loss_on_real(self.score(real)),
            "fake": self.loss_on_fake(self.score(fake)),
        }

    def generator_losses(self, fake: Tensor, real: Tensor) -> dict[str, Tensor]:
        """Compute the terms of the generator's loss; the base does not use the real samples."""
        return {"adversarial": self.loss_of_generator(self.score(fake))}

    def score(self, samples: Tensor) -> Tensor:
        """Score samples ``(n, *shape)`` for a loss, ``(n,)``."""
        return self.discriminator(samples)

    def loss_on_real(self, scores: Tensor) -> Tensor:
        """Compute the discriminator's loss on real samples, from scores ``(n,)``."""
        return softplus(-scores).mean()

    def loss_on_fake(self, scores: Tensor) -> Tensor:
        """Compute the discriminator's loss on generated samples, from scores ``(n,)``."""
        return softplus(scores).mean()

    def loss_of_generator(self, scores: Tensor) -> Tensor:
        """Compute the generator's loss from scores of its samples, ``(n,)``."""
        return softplus(-scores).mean()
