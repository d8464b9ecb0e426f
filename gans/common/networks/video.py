"""Networks of clips: those of VideoGAN (Vondrick et al. 2016, arXiv:1609.02612, section 2) and the
generator of MoCoGAN (Tulyakov et al. 2018, arXiv:1707.04993, section 3).

The generator and the discriminator are those of DCGAN with convolutions over time and space, which
VideoGAN's paper calls its one-stream architecture; as there, the last layer of the one and the first
of the other change the resolution too, so that nothing is computed at the full one. Sized from the
data: the sides are halved as those of images are (see `convolutional`), and the frames along with
them while they are even and more than 7. The discriminator has no batch normalisation, like that of
images.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from gans.common.networks.convolutional import count_halvings

# mypy knows of convolutions how many axes a stride has; here it depends on the data
LAYERS: dict[int, tuple[Any, Any]] = {
    2: (nn.ConvTranspose2d, nn.BatchNorm2d),
    3: (nn.ConvTranspose3d, nn.BatchNorm3d),
}


def strides(size: tuple[int, ...]) -> list[tuple[int, ...]]:
    """By what each level is coarser along every axis of ``(h, w)`` or ``(t, h, w)``, the finest
    first; there is at least one."""
    *frames, height, breadth = size
    return [
        (*(2 if level < count_halvings(own) else 1 for own in frames), 2, 2)
        for level in range(count_halvings(min(height, breadth)))
    ] or [(1,) * len(size)]


def coarsest(size: tuple[int, ...]) -> tuple[int, ...]:
    """Frames, rows and columns of the coarsest level."""
    steps = (math.prod(along) for along in zip(*strides(size), strict=True))
    return tuple(own // step for own, step in zip(size, steps, strict=True))


def kernel(stride: tuple[int, ...]) -> tuple[int, ...]:
    """4 along an axis that is halved, 3 along one that is not: either with a border of 1."""
    return tuple(4 if step == 2 else 3 for step in stride)


def upward(size: tuple[int, ...], latent: int, width: int) -> nn.Sequential:
    """Noise ``(n, latent)`` to maps ``(n, width, ...)``, one level below the full resolution."""
    convolution, normalisation = LAYERS[len(size)]
    steps = strides(size)
    wide = width * 2 ** (len(steps) - 1)
    coarse = (wide, *coarsest(size))
    layers: list[nn.Module] = [
        nn.Linear(latent, math.prod(coarse), bias=False),
        nn.Unflatten(1, coarse),
        normalisation(wide),
        nn.ReLU(inplace=True),
    ]
    for stride in reversed(steps[1:]):
        layers += [
            convolution(wide, wide // 2, kernel(stride), stride, padding=1, bias=False),
            normalisation(wide // 2),
            nn.ReLU(inplace=True),
        ]
        wide //= 2
    return nn.Sequential(*layers)


def outward(size: tuple[int, ...], width: int, channels: int) -> nn.Module:
    """From these maps to ``(n, channels, *size)``."""
    stride = strides(size)[0]
    return LAYERS[len(size)][0](width, channels, kernel(stride), stride, padding=1)


class Generator(nn.Sequential):
    """Noise ``(n, latent)`` to clips ``(n, c, t, h, w)``, or images ``(n, c, h, w)``, in [-1, 1].

    Args:
        shape: ``(c, t, h, w)`` of a clip, or ``(c, h, w)`` of an image.
        latent: number of components of the noise.
        width: channels before the last level; each coarser one has twice as many.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        channels, *size = shape
        body = upward(tuple(size), latent, width)
        super().__init__(*body, outward(tuple(size), width, channels), nn.Tanh())


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
        convolution: Any = nn.Conv3d
        layers: list[nn.Module] = []
        for stride in strides(shape[1:]):
            layers += [
                convolution(inputs, width, kernel(stride), stride, padding=1),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            inputs, width = width, 2 * width
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Linear(inputs * math.prod(coarsest(shape[1:])), outputs)

    def forward(self, clips: Tensor) -> Tensor:
        return torch.squeeze(self.head(self.features(clips)), 1)


class TwoStreams(nn.Module):
    """Noise ``(n, latent)`` to clips ``(n, c, t, h, w)``: what moves, before what stands still.

    Args: as of `Generator`.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        channels, *size = shape
        self.body = upward(tuple(size), latent, width)
        self.foreground = outward(tuple(size), width, channels)
        self.mask = outward(tuple(size), width, 1)
        self.background = Generator((channels, *size[1:]), latent, width)

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
        width: channels before the last level of a frame; each coarser one has twice as many.
    """

    def __init__(self, shape: tuple[int, ...], content: int, motion: int, width: int) -> None:
        super().__init__()
        channels, _, *size = shape
        self.recurrent = nn.GRUCell(motion, motion)
        self.image = Generator((channels, *size), content + motion, width)

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
