"""The networks that all controlled rows share, chosen by the shape of a sample and a backbone.

The backbone of images is ``dcgan`` (see `convolutional`) or ``residual`` (see `resnet`). That of
vectors is ``dcgan`` (see `multilayer`) or ``maxout`` (see `maxout`). Clips have one network.
"""

from typing import get_args

from torch import nn

from gans.common.networks import convolutional, maxout, multilayer, resnet, video
from gans.common.variant import Backbone

SAMPLES = {"residual": ("images", 3), "maxout": ("points", 1)}  # and the dimensions of one


def check_backbone(shape: tuple[int, ...], backbone: str) -> None:
    """Check that samples of a shape have networks with a backbone.

    Raises:
        ValueError: the backbone is unknown, or it is for other samples.
    """
    backbones = get_args(Backbone)
    if backbone not in backbones:
        names = " or ".join(backbones)
        raise ValueError(f"expected backbone {names}, got {backbone}; choose one of them")
    noun, dimensions = SAMPLES.get(backbone, ("samples", len(shape)))
    if len(shape) != dimensions:
        raise ValueError(
            f"expected {noun} for backbone {backbone}, got samples of shape {shape}; leave backbone"
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
        backbone: of images or vectors.

    Raises:
        ValueError: as `check_backbone`.
    """
    check_backbone(shape, backbone)
    if backbone == "residual":
        return resnet.Generator(shape, latent, width, classes)
    if backbone == "maxout":
        return maxout.Generator(shape, latent + classes, width)
    if len(shape) == 3:
        return convolutional.Generator(shape, latent + classes, width)
    if len(shape) == 4:
        return video.Generator(shape, latent + classes, width)
    return multilayer.Generator(shape, latent + classes, width, bounded=False)


def split_generator(
    shape: tuple[int, ...], latent: int, width: int, *, backbone: Backbone = "dcgan"
) -> tuple[nn.Module, nn.Module]:
    """Build a generator in two parts, of which the second also decodes discriminator features.

    The features are those of `discriminator` before its last layer. Only generators of the backbone
    dcgan have a layer of that size; to others, the first part is added.

    Args:
        shape, latent, width, backbone: as for `generator`.

    Returns:
        Networks from noise ``(n, latent)`` to features ``(n, a)``, and from features to samples
        ``(n, *shape)``.

    Raises:
        ValueError: as `check_backbone`.
    """
    check_backbone(shape, backbone)
    if backbone == "dcgan":
        layers = list(generator(shape, latent, width).children())
        return layers[0], nn.Sequential(*layers[1:])
    is_residual = backbone == "residual"
    features = resnet.list_discriminator_widths(shape, width)[-1] if is_residual else width // 2
    first = nn.Sequential(nn.Linear(latent, features), nn.ReLU())
    return first, generator(shape, features, width, backbone=backbone)


def discriminator(
    shape: tuple[int, ...], width: int, outputs: int = 1, *, backbone: Backbone = "dcgan"
) -> nn.Module:
    """Build a network from samples ``(n, *shape)`` to logits ``(n,)``.

    Its children are ``features``, which returns ``(n, a)``, and the linear layer ``head``.

    Args:
        shape: of one sample.
        width: channels at full resolution, or after the first block of the residual backbone, or
            hidden units of the network for vectors, twice those of the backbone maxout.
        outputs: logits per sample; if there are several, the network returns ``(n, outputs)``.
        backbone: of images or vectors.

    Raises:
        ValueError: as `check_backbone`.
    """
    check_backbone(shape, backbone)
    if backbone == "residual":
        return resnet.Discriminator(shape, width, outputs)
    if backbone == "maxout":
        return maxout.Discriminator(shape, width, outputs)
    if len(shape) == 3:
        return convolutional.Discriminator(shape, width, outputs)
    if len(shape) == 4:
        return video.Discriminator(shape, width, outputs)
    return multilayer.Discriminator(shape, width, outputs, fourier=multilayer.FREQUENCIES)
