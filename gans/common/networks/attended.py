"""The translator of attention-guided translation (Mejjati et al. 2018, arXiv:1806.02311, section 3)."""

from torch import Tensor, nn
from torch.func import functional_call

from gans.common.channels import match_channels, shared_channels
from gans.common.networks.image_to_image import ResNet


class Attended(nn.Module):
    """Images ``(n, *source)`` to images ``(n, *shape)`` in [-1, 1], changed where it attends to them.

    Args:
        shape: ``(c, h, w)`` of an image that is made.
        source: ``(c, h, w)`` of one that is given; one of the two may have a single channel.
        width: channels at full resolution.
        blocks: residual ones of the part that translates; that which attends has one.
    """

    fixed: bool = False  # whether its attention learns no more

    def __init__(
        self, shape: tuple[int, ...], source: tuple[int, ...], width: int, blocks: int
    ) -> None:
        super().__init__()
        shared_channels(shape, source)
        self.channels = shape[0]
        self.translate = ResNet(shape, source, width, blocks)
        self.attend = ResNet((1, *shape[1:]), source, width, 1)

    def mask(self, images: Tensor) -> Tensor:
        """Where it attends to images, ``(n, 1, h, w)`` in [0, 1]."""
        weights: dict[str, Tensor] = dict(self.attend.named_parameters())
        if self.fixed:  # a gradient still passes on to the images
            weights = {name: weight.detach() for name, weight in weights.items()}
        return (1 + functional_call(self.attend, weights, (images,))) / 2

    def apply_to(self, images: Tensor, mask: Tensor) -> Tensor:
        """Images translated where the mask is 1 and kept where it is 0."""
        return mask * self.translate(mask * images) + (1 - mask) * match_channels(
            images, self.channels
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.apply_to(images, self.mask(images))
