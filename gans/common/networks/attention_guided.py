"""The attention-guided translator (Mejjati et al. 2018, arXiv:1806.02311, section 3)."""

from torch import Tensor, nn
from torch.func import functional_call

from gans.common.channels import match_channels, shared_channels
from gans.common.networks.image_to_image import ResNet


class AttentionTranslator(nn.Module):
    """Images ``(n, *source)`` to images ``(n, *shape)`` in [-1, 1], changed only in the foreground.

    Args:
        shape: ``(c, h, w)`` of an output image.
        source: ``(c, h, w)`` of an input image; h and w as in ``shape``, and c too unless either
            has a single channel.
        width: channels at full resolution.
        blocks: residual blocks of the translation network; the attention network has one.

    Raises:
        ValueError: the shapes cannot be combined.
    """

    is_attention_frozen: bool = False

    def __init__(
        self, shape: tuple[int, ...], source: tuple[int, ...], width: int, blocks: int
    ) -> None:
        super().__init__()
        shared_channels(shape, source)
        self.channels = shape[0]
        self.translate = ResNet(shape, source, width, blocks)
        self.attend = ResNet((1, *shape[1:]), source, width, 1)

    def mask(self, images: Tensor) -> Tensor:
        """Compute the attention mask of images, ``(n, 1, h, w)`` in [0, 1]."""
        weights: dict[str, Tensor] = dict(self.attend.named_parameters())
        if self.is_attention_frozen:  # the images still receive a gradient
            weights = {name: weight.detach() for name, weight in weights.items()}
        return (1 + functional_call(self.attend, weights, (images,))) / 2

    def apply_mask(self, images: Tensor, mask: Tensor) -> Tensor:
        """Translate images where the mask is 1 and keep them where it is 0."""
        foreground = mask * self.translate(mask * images)
        return foreground + (1 - mask) * match_channels(images, self.channels)

    def forward(self, images: Tensor) -> Tensor:
        return self.apply_mask(images, self.mask(images))
