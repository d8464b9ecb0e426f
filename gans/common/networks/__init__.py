"""The networks that all controlled rows share, chosen by the shape of a sample and a backbone.

The backbone of images is ``dcgan`` (see `convolutional`) or ``residual`` (see `resnet`). Clips and
vectors have one network each.
"""

from typing import get_args

from torch import nn

from gans.common.networks import convolutional, multilayer, resnet, video
from gans.common.variant import Backbone


def check_backbone(shape: tuple[int, ...], backbone: str) -> None:
    """Check that samples of a shape have networks with a backbone.

    Raises:
        ValueError: the backbone is unknown, or it is for images only and the samples are not.
    """
    backbones = get_args(Backbone)
    if backbone not in backbones:
        names = " or ".join(backbones)
        raise ValueError(f"expected backbone {names}, got {backbone}; choose one of them")
    if backbone == "residual" and len(shape) != 3:
        raise ValueError(
            f"expected images for backbone residual, got samples of shape {shape}; leave backbone"
            " out"
        )


def generator(
    shape: tuple[int, ...],
    latent: int,
    width: int,
    *,
    classes: int = 0,
    backbone: Backbone = "dcgan",
) -> nn.Module:
    """Build a network from noise and condition, ``(n, latent + classes)``, to samples.

    Images and clips, ``(n, *shape)``, are in [-1, 1]; vectors are unbounded. The residual backbone
    has conditional batch normalisation; the other networks treat the condition as further noise.

    Args:
        shape: of one sample.
        latent: number of components of the noise, which come first.
        width: channels at full resolution, or hidden units of the network for vectors.
        classes: number of components of the condition, such as a one-hot class; 0 for none.
        backbone: of images.

    Raises:
        ValueError: as `check_backbone`.
    """
    check_backbone(shape, backbone)
    if backbone == "residual":
        return resnet.Generator(shape, latent, width, classes)
    if len(shape) == 3:
        return convolutional.Generator(shape, latent + classes, width)
    if len(shape) == 4:
        return video.Generator(shape, latent + classes, width)
    return multilayer.Generator(shape, latent + classes, width, bounded=False)


def split_generator(
    shape: tuple[int, ...], latent: int, width: int, *, backbone: Backbone = "dcgan"
) -> tuple[nn.Module, nn.Module]:
    """Build a generator in two parts, of which the second also decodes discriminator features.

    The features are those of `discriminator` before its last layer. The residual generator starts
    from other sizes, so its first part is an additional layer.

    Args:
        shape, latent, width, backbone: as for `generator`.

    Returns:
        Networks from noise ``(n, latent)`` to features ``(n, a)``, and from features to samples
        ``(n, *shape)``.

    Raises:
        ValueError: as `check_backbone`.
    """
    if backbone == "residual":
        check_backbone(shape, backbone)
        features = resnet.list_discriminator_widths(shape, width)[-1]
        first = nn.Sequential(nn.Linear(latent, features), nn.ReLU())
        return first, resnet.Generator(shape, features, width)
    layers = list(generator(shape, latent, width, backbone=backbone).children())
    return layers[0], nn.Sequential(*layers[1:])


def discriminator(
    shape: tuple[int, ...], width: int, outputs: int = 1, *, backbone: Backbone = "dcgan"
) -> nn.Module:
    """Build a network from samples ``(n, *shape)`` to logits ``(n,)``.

    Its children are ``features``, which returns ``(n, a)``, and the linear layer ``head``.

    Args:
        shape: of one sample.
        width: channels at full resolution, or after the first block of the residual backbone, or
            hidden units of the network for vectors.
        outputs: logits per sample; if there are several, the network returns ``(n, outputs)``.
        backbone: of images.

    Raises:
        ValueError: as `check_backbone`.
    """
    check_backbone(shape, backbone)
    if backbone == "residual":
        return resnet.Discriminator(shape, width, outputs)
    if len(shape) == 3:
        return convolutional.Discriminator(shape, width, outputs)
    if len(shape) == 4:
        return video.Discriminator(shape, width, outputs)
    return multilayer.Discriminator(shape, width, outputs, fourier=multilayer.FREQUENCIES)
