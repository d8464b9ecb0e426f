"""The networks that all controlled rows share, chosen by the shape of a sample."""

from torch import nn

from gans.common.networks import convolutional, multilayer, video


def generator(shape: tuple[int, ...], latent: int, width: int) -> nn.Module:
    """Build a network from noise ``(n, latent)`` to samples ``(n, *shape)``.

    Images and clips are in [-1, 1]; vectors are unbounded.

    Args:
        shape: of one sample.
        latent: number of components of the noise.
        width: channels at full resolution, or hidden units of the network for vectors.
    """
    if len(shape) == 3:
        return convolutional.Generator(shape, latent, width)
    if len(shape) == 4:
        return video.Generator(shape, latent, width)
    return multilayer.Generator(shape, latent, width, bounded=False)


def discriminator(shape: tuple[int, ...], width: int, outputs: int = 1) -> nn.Module:
    """Build a network from samples ``(n, *shape)`` to logits ``(n,)``.

    Args:
        shape: of one sample.
        width: channels at full resolution, or hidden units of the network for vectors.
        outputs: logits per sample; if there are several, the network returns ``(n, outputs)``.
    """
    if len(shape) == 3:
        return convolutional.Discriminator(shape, width, outputs)
    if len(shape) == 4:
        return video.Discriminator(shape, width, outputs)
    return multilayer.Discriminator(shape, width, outputs, fourier=multilayer.FREQUENCIES)
