"""Networks of clips: those of VideoGAN (Vondrick et al. 2016, arXiv:1609.02612, section 2) and the
generator of MoCoGAN (Tulyakov et al. 2018, arXiv:1707.04993, section 3).

The generator and the discriminator are those of DCGAN with convolutions over time and space, which
VideoGAN's paper calls its one-stream architecture. Sized from the data: the sides are halved as those
of images are (see `convolutional`), and the frames along with them while they are even and more
than 7. The discriminator has no batch normalisation, like that of images.
"""

import math

import torch
from torch import Tensor, nn

from gans.common.networks import convolutional
from gans.common.networks.convolutional import levels


def strides(shape: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """By what each level of a clip ``(c, t, h, w)`` is coarser along its axes, the finest first."""
    _, frames, height, breadth = shape
    return [
        (2 if level < levels(frames) else 1, 2, 2) for level in range(levels(min(height, breadth)))
    ]


def coarsest(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Frames, rows and columns of the coarsest level."""
    steps = [math.prod(along) for along in zip(*strides(shape), strict=True)] or [1, 1, 1]
    frames, height, breadth = (size // step for size, step in zip(shape[1:], steps, strict=True))
    return frames, height, breadth


def kernel(stride: tuple[int, ...]) -> tuple[int, ...]:
    """4 along an axis that is halved, 3 along one that is not: either with a border of 1."""
    return tuple(4 if step == 2 else 3 for step in stride)


def upward(shape: tuple[int, ...], latent: int, width: int) -> nn.Sequential:
    """Noise ``(n, latent)`` to maps ``(n, width, t, h, w)`` at full resolution."""
    wide = width * 2 ** len(strides(shape))
    coarse = (wide, *coarsest(shape))
    layers: list[nn.Module] = [
        nn.Linear(latent, math.prod(coarse), bias=False),
        nn.Unflatten(1, coarse),
        nn.BatchNorm3d(wide),
        nn.ReLU(inplace=True),
    ]
    for stride in reversed(strides(shape)):
        layers += [
            nn.ConvTranspose3d(wide, wide // 2, kernel(stride), stride, padding=1, bias=False),
            nn.BatchNorm3d(wide // 2),
            nn.ReLU(inplace=True),
        ]
        wide //= 2
    return nn.Sequential(*layers)


class Generator(nn.Sequential):
    """Noise ``(n, latent)`` to clips ``(n, c, t, h, w)`` in [-1, 1].

    Args:
        shape: ``(c, t, h, w)`` of a clip.
        latent: number of components of the noise.
        width: channels at full resolution; each coarser level has twice as many.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        body = upward(shape, latent, width)
        super().__init__(*body, nn.Conv3d(width, shape[0], 3, padding=1), nn.Tanh())


class Discriminator(nn.Module):
    """Clips ``(n, c, t, h, w)`` to logits, ``(n,)``, or ``(n, outputs)`` where there are more.

    Args:
        shape: ``(c, t, h, w)`` of a clip.
        width: channels after the first level; each coarser level has twice as many.
        outputs: values per clip.
    """

    def __init__(self, shape: tuple[int, ...], width: int, outputs: int = 1) -> None:
        super().__init__()
        inputs = shape[0]
        layers: list[nn.Module] = []
        for stride in strides(shape):
            layers += [
                nn.Conv3d(inputs, width, kernel(stride), stride, padding=1),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            inputs, width = width, 2 * width
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Linear(inputs * math.prod(coarsest(shape)), outputs)

    def forward(self, clips: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(clips)), 1)


class TwoStreams(nn.Module):
    """Noise ``(n, latent)`` to clips ``(n, c, t, h, w)``: what moves, before what stands still.

    Args: as of `Generator`.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        channels, _, height, breadth = shape
        self.body = upward(shape, latent, width)
        self.foreground = nn.Conv3d(width, channels, 3, padding=1)
        self.mask = nn.Conv3d(width, 1, 3, padding=1)
        self.background = convolutional.Generator((channels, height, breadth), latent, width)

    def streams(self, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Foreground ``(n, c, t, h, w)`` in [-1, 1], mask ``(n, 1, t, h, w)`` in [0, 1], and
        background ``(n, c, 1, h, w)`` in [-1, 1]."""
        maps = self.body(noise)
        foreground, mask = torch.tanh(self.foreground(maps)), torch.sigmoid(self.mask(maps))
        return foreground, mask, self.background(noise)[:, :, None]

    def forward(self, noise: Tensor) -> Tensor:
        return blended(*self.streams(noise))


def blended(foreground: Tensor, mask: Tensor, background: Tensor) -> Tensor:
    """The foreground where the mask is 1, the background where it is 0; one frame of it is all."""
    return mask * foreground + (1 - mask) * background


class MotionAndContent(nn.Module):
    """Codes of content and noise of motion to clips ``(n, c, t, h, w)``, an image a frame.

    Args:
        shape: ``(c, t, h, w)`` of a clip.
        content: components of the code of the content, the same in all frames of a clip.
        motion: components of the code of the motion, another one in each.
        width: channels of a frame at full resolution; each coarser level has twice as many.
    """

    def __init__(self, shape: tuple[int, ...], content: int, motion: int, width: int) -> None:
        super().__init__()
        channels, _, *size = shape
        self.recurrent = nn.GRUCell(motion, motion)
        self.image = convolutional.Generator((channels, *size), content + motion, width)

    def codes(self, content: Tensor, noise: Tensor) -> Tensor:
        """The code of each frame, ``(n, t, content + motion)``, the content first.

        Args:
            content: ``(n, content)``.
            noise: the state of the recurrent network before the first frame, then what comes in
                at each, ``(n, 1 + t, motion)``.
        """
        state, states = noise[:, 0], []
        for arriving in noise[:, 1:].unbind(dim=1):
            state = self.recurrent(arriving, state)
            states.append(state)
        motion = torch.stack(states, dim=1)
        return torch.cat([content[:, None].expand(-1, motion.shape[1], -1), motion], dim=2)

    def forward(self, content: Tensor, noise: Tensor) -> Tensor:
        codes = self.codes(content, noise)
        images = self.image(codes.flatten(0, 1))
        return images.unflatten(0, codes.shape[:2]).movedim(1, 2)
