r"""History of generated samples: on average half of those that D sees are older.

Shrivastava et al., 2017, arXiv:1612.07828, section 2.3.

A discriminator that sees only the newest samples forgets earlier ones, and the generator returns to
them.

$$L_D = -\mathbb{E}_x[\log D(x)] - \tfrac{1}{2} \mathbb{E}_z[\log(1 - D(G(z)))]
  - \tfrac{1}{2} \mathbb{E}_{\text{history}}[\log(1 - D(\tilde x))]$$

Departs from the paper: it takes exactly half of each batch from the history.
"""

from torch import Tensor

from gans.common.history import History
from gans.common.variant import Backbone, Shape
from gans.tricks._base import Base


class GeneratedHistory(Base):
    """The base with a history of ``size`` samples; the default is 50 batches of 64."""

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan",
        size: int = 3200,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent=latent, width=width, backbone=backbone)
        self.history = History(tuple(shape), size)

    def discriminator_losses(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        return super().discriminator_losses(real, self.history(fake))
