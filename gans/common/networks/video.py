"""The networks of VideoGAN and the generator of MoCoGAN.

Vondrick et al. 2016, arXiv:1609.02612, section 2, and Tulyakov et al. 2018, arXiv:1707.04993,
section 3.

The generator and the discriminator are DCGAN's with convolutions over time and space, which the
paper of VideoGAN calls the one-stream architecture. As in the paper, the generator's last and the
discriminator's first layer change the resolution, so that no hidden layer has full resolution. The
sides are halved as for images (see `convolutional`), and so is the number of frames while it is
even and greater than 7. The discriminator has no batch normalisation, as for images.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from gans.common.networks.convolutional import count_halvings

# by number of axes; typed Any, because the number of axes of a stride depends on the data
LAYERS: dict[int, tuple[Any, Any]] = {
    2: (nn.ConvTranspose2d, nn.BatchNorm2d),
    3: (nn.ConvTranspose3d, nn.BatchNorm3d),
}


def level_strides(size: tuple[int, ...]) -> list[tuple[int, ...]]:
    """List the strides of each level from fine to coarse, at least one level.

    Args:
        size: ``(h, w)`` or ``(t, h, w)``; a stride has as many axes.
    """
    *frames, height, breadth = size
    return [
        (*(2 if level < count_halvings(length) else 1 for length in frames), 2, 2)
        for level in range(count_halvings(min(height, breadth)))
    ] or [(1,) * len(size)]


def coarsest_size(size: tuple[int, ...]) -> tuple[int, ...]:
    """Return the size of the coarsest level, ``(h, w)`` or ``(t, h, w)``."""
    factors = (math.prod(strides) for strides in zip(*level_strides(size), strict=True))
    return tuple(length // factor for length, factor in zip(size, factors, strict=True))


def kernel_size(stride: tuple[int, ...]) -> tuple[int, ...]:
    """Return 4 along halved axes and 3 along others; both need a padding of 1."""
    return tuple(4 if step == 2 else 3 for step in stride)


def upsampling_layers(size: tuple[int, ...], latent: int, width: int) -> nn.Sequential:
    """Build layers from noise ``(n, latent)`` to feature maps at half the full resolution.

    Args:
        size: ``(h, w)`` or ``(t, h, w)`` at full resolution.
        latent: number of components of the noise.
        width: channels of the feature maps, doubled at each coarser level.
    """
    convolution, normalisation = LAYERS[len(size)]
    strides = level_strides(size)
    inputs = width * 2 ** (len(strides) - 1)
    coarsest = (inputs, *coarsest_size(size))
    layers: list[nn.Module] = [
        nn.Linear(latent, math.prod(coarsest), bias=False),
        nn.Unflatten(1, coarsest),
        normalisation(inputs),
        nn.ReLU(inplace=True),
    ]
    for stride in reversed(strides[1:]):
        layers += [
            convolution(inputs, inputs // 2, kernel_size(stride), stride, padding=1, bias=False),
            normalisation(inputs // 2),
            nn.ReLU(inplace=True),
        ]
        inputs //= 2
    return nn.Sequential(*layers)


def output_layer(size: tuple[int, ...], width: int, channels: int) -> nn.Module:
    """Build the layer from the last feature maps to full resolution, ``(n, channels, *size)``."""
    stride = level_strides(size)[0]
    return LAYERS[len(size)][0](width, channels, kernel_size(stride), stride, padding=1)


class Generator(nn.Sequential):
    """Noise ``(n, latent)`` to clips ``(n, c, t, h, w)``, or images ``(n, c, h, w)``, in [-1, 1].

    Args:
        shape: ``(c, t, h, w)`` of a clip, or ``(c, h, w)`` of an image.
        latent: number of components of the noise.
        width: channels before the last layer, doubled at each coarser level.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        channels, *size = shape
        body = upsampling_layers(tuple(size), latent, width)
        super().__init__(*body, output_layer(tuple(size), width, channels), nn.Tanh())


class Discriminator(nn.Module):
    """Clips ``(n, c, t, h, w)`` to logits ``(n,)``, or ``(n, outputs)`` for several outputs.

    Args:
        shape: ``(c, t, h, w)`` of a clip.
        width: channels after the first layer, doubled at each coarser level.
        outputs: logits per clip.
    """

    def __init__(self, shape: tuple[int, ...], width: int, outputs: int = 1) -> None:
        super().__init__()
        inputs = shape[0]
        convolution: Any = nn.Conv3d
        layers: list[nn.Module] = []
        for stride in level_strides(shape[1:]):
            layers += [
                convolution(inputs, width, kernel_size(stride), stride, padding=1),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            inputs, width = width, 2 * width
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Linear(inputs * math.prod(coarsest_size(shape[1:])), outputs)

    def forward(self, clips: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(clips)), 1)


class TwoStreamGenerator(nn.Module):
    """Noise ``(n, latent)`` to clips: a moving foreground blended with a static background.

    Args:
        shape, latent, width: as for `Generator`.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        channels, *size = shape
        self.body = upsampling_layers(tuple(size), latent, width)
        self.foreground = output_layer(tuple(size), width, channels)
        self.mask = output_layer(tuple(size), width, 1)
        self.background = Generator((channels, *size[1:]), latent, width)

    def streams(self, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Generate the foreground, the mask and the background of clips.

        Returns:
            Foreground ``(n, c, t, h, w)`` in [-1, 1], mask ``(n, 1, t, h, w)`` in [0, 1], and
            background ``(n, c, 1, h, w)`` in [-1, 1].
        """
        maps = self.body(noise)
        foreground, mask = torch.tanh(self.foreground(maps)), torch.sigmoid(self.mask(maps))
        return foreground, mask, self.background(noise)[:, :, None]

    def forward(self, noise: Tensor) -> Tensor:
        return blend(*self.streams(noise))


def blend(foreground: Tensor, mask: Tensor, background: Tensor) -> Tensor:
    """Blend the foreground, where the mask is 1, with the background, which has one frame."""
    return mask * foreground + (1 - mask) * background


class MotionContentGenerator(nn.Module):
    """Content codes and motion noise to clips ``(n, c, t, h, w)``, frame by frame.

    Args:
        shape: ``(c, t, h, w)`` of a clip.
        content: components of the content code, constant over a clip.
        motion: components of the motion code, different in each frame.
        width: channels before the last layer of a frame, doubled at each coarser level.
    """

    def __init__(self, shape: tuple[int, ...], content: int, motion: int, width: int) -> None:
        super().__init__()
        channels, _, *size = shape
        self.recurrent = nn.GRUCell(motion, motion)
        self.image = Generator((channels, *size), content + motion, width)

    def codes(self, content: Tensor, noise: Tensor) -> Tensor:
        """Compute the code of each frame, content first.

        Args:
            content: ``(n, content)``.
            noise: the initial state of the recurrent network, then its input at each frame,
                ``(n, 1 + t, motion)``.

        Returns:
            ``(n, t, content + motion)``.
        """
        state, states = noise[:, 0], []
        for inputs in noise[:, 1:].unbind(dim=1):
            state = self.recurrent(inputs, state)
            states.append(state)
        motion = torch.stack(states, dim=1)
        return torch.cat([content[:, None].expand(-1, motion.shape[1], -1), motion], dim=2)

    def forward(self, content: Tensor, noise: Tensor) -> Tensor:
        codes = self.codes(content, noise)
        images = self.image(codes.flatten(0, 1))
        return images.unflatten(0, codes.shape[:2]).movedim(1, 2)
