"""The networks that the controlled rows share, chosen from the shape of a sample."""

from torch import nn

from gans.common.networks import convolutional, multilayer, video


def generator(shape: tuple[int, ...], latent: int, width: int) -> nn.Module:
    """Noise ``(n, latent)`` to samples ``(n, *shape)``; in [-1, 1] if they are images or clips."""
    if len(shape) == 3:
        return convolutional.Generator(shape, latent, width)
    if len(shape) == 4:
        return video.Generator(shape, latent, width)
    return multilayer.Generator(shape, latent, width, bounded=False)


def discriminator(shape: tuple[int, ...], width: int, outputs: int = 1) -> nn.Module:
    """Samples ``(n, *shape)`` to logits: ``(n,)``, or ``(n, outputs)`` where there are more."""
    if len(shape) == 3:
        return convolutional.Discriminator(shape, width, outputs)
    if len(shape) == 4:
        return video.Discriminator(shape, width, outputs)
    return multilayer.Discriminator(shape, width, outputs, fourier=multilayer.FREQUENCIES)
