"""Caption encoder, and the caption-conditional networks of GAN-INT-CLS and StackGAN.

Reed et al. 2016, arXiv:1605.05396, section 4, and Zhang et al. 2017, arXiv:1612.03242, sections 3.2
to 3.4, with fewer channels and as many levels as the image size allows.
"""

from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import conv1d, leaky_relu, normalize

from gans.common.networks.convolutional import Generator, count_halvings
from gans.common.networks.resampling import Upsample

EMBEDDING = 64  # components of an embedded caption
WORD_EMBEDDING = 32  # components of an embedded word
KERNEL = 3  # words that a filter spans


class CaptionEncoder(nn.Module):
    """Captions to vectors: word embeddings, filters over adjacent words, and their maxima.

    The convolutional part of the encoder of Reed et al. 2016 (arXiv:1605.05395), without its
    recurrent part. All weights are parameters of this module, so that a variant can hold them as
    buffers.

    Args:
        vocabulary: number of words, including the padding, which is word 0.
    """

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.words = nn.Parameter(torch.randn(vocabulary, WORD_EMBEDDING))
        self.filters = nn.Parameter(
            torch.randn(EMBEDDING, WORD_EMBEDDING, KERNEL) / sqrt(WORD_EMBEDDING * KERNEL)
        )
        self.offsets = nn.Parameter(torch.zeros(EMBEDDING))
        self.projection = nn.Parameter(torch.randn(EMBEDDING, EMBEDDING) / sqrt(EMBEDDING))

    def forward(self, condition: Tensor) -> Tensor:
        """Embed captions, int64 ``(n, words)``, as ``(n, EMBEDDING)``; see `encode_captions`."""
        return encode_captions(condition, **dict(self.named_parameters()))


def encode_captions(
    condition: Tensor, *, words: Tensor, filters: Tensor, offsets: Tensor, projection: Tensor
) -> Tensor:
    """Embed captions with the weights of a `CaptionEncoder`.

    Args:
        condition: indices of words, int64 ``(n, words)``; 0 is padding.
        words, filters, offsets, projection: the encoder's parameters.

    Returns:
        ``(n, EMBEDDING)``, each of Euclidean norm ``sqrt(EMBEDDING)``, a mean square of 1.
    """
    is_word = (condition != 0)[:, :, None]
    embedded = words[condition] * is_word  # (n, words, WORD_EMBEDDING)
    responses = conv1d(embedded.transpose(1, 2), filters, offsets, padding=KERNEL // 2).relu()
    # responses are at least 0, so that masking keeps padding out of the maxima
    maxima = (responses * is_word.transpose(1, 2)).amax(dim=2)
    return sqrt(EMBEDDING) * normalize(maxima @ projection.T, dim=1)


class CaptionProjection(nn.Sequential):
    """Embedded captions ``(n, EMBEDDING)`` to codes ``(n, code)``, by one linear layer."""

    def __init__(self, code: int) -> None:
        super().__init__(nn.Linear(EMBEDDING, code), nn.LeakyReLU(0.2))


class ConditioningAugmentation(nn.Module):
    """Embedded captions to codes drawn from a Gaussian whose parameters depend on the caption.

    Zhang et al. 2017, section 3.2.

    Args:
        code: components of a code.
    """

    def __init__(self, code: int) -> None:
        super().__init__()
        self.layer = nn.Linear(EMBEDDING, 2 * code)

    def forward(self, embedded: Tensor) -> tuple[Tensor, Tensor]:
        """Draw codes ``(n, code)`` and compute the divergence of their Gaussians from N(0, I).

        The divergence is averaged over captions and components, as in the authors' code.
        """
        mean, log_variance = self.layer(embedded).chunk(2, dim=1)
        code = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)  # eq. 2
        return code, divergence.mean()


def concatenate_code(code: Tensor, maps: Tensor) -> Tensor:
    """Concatenate a code ``(n, d)`` to feature maps ``(n, c, h, w)`` at every position."""
    planes = code[:, :, None, None].expand(-1, -1, *maps.shape[2:])
    return torch.cat([maps, planes], dim=1)


class MatchingAwareDiscriminator(nn.Module):
    """Images and embedded captions to logits ``(n,)``: the image is real and matches the caption.

    Convolutions reduce the image to at most 7x7 positions and the caption's code is concatenated at
    each; a 1x1 convolution combines the two.

    Args:
        shape: ``(c, h, w)`` of an image.
        width: channels at full resolution, doubled at each coarser level.
        code: components of a caption's code.
    """

    def __init__(self, shape: tuple[int, ...], width: int, code: int) -> None:
        super().__init__()
        channels, height, breadth = shape
        depth = count_halvings(min(height, breadth))
        layers: list[nn.Module] = [nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU(0.2)]
        for _ in range(depth):
            layers += [nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
            width *= 2
        self.look = nn.Sequential(*layers)
        self.read = CaptionProjection(code)
        self.join = nn.Conv2d(width + code, width, 1)
        self.head = nn.Linear(width * (height // 2**depth) * (breadth // 2**depth), 1)

    def forward(self, images: Tensor, embedded: Tensor) -> Tensor:
        joined = self.join(concatenate_code(self.read(embedded), self.look(images)))
        return self.head(leaky_relu(joined, 0.2).flatten(1)).squeeze(1)


class StageOneGenerator(nn.Module):
    """Noise ``(n, latent)`` and embedded captions to small images, and the codes' divergence.

    Zhang et al. 2017, section 3.3.

    Args:
        shape: ``(c, h, w)`` of a small image.
        latent: number of components of the noise.
        width: channels at full resolution, doubled at each coarser level.
        code: components of a caption's code.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int, code: int) -> None:
        super().__init__()
        self.read = ConditioningAugmentation(code)
        self.draw = Generator(shape, latent + code, width)

    def forward(self, noise: Tensor, embedded: Tensor) -> tuple[Tensor, Tensor]:
        code, divergence = self.read(embedded)
        return self.draw(torch.cat([noise, code], dim=1)), divergence


class ResidualBlock(nn.Module):
    """Feature maps ``(n, width, h, w)`` plus the output of two convolutions."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, maps: Tensor) -> Tensor:
        return (maps + self.branch(maps)).relu()


class StageTwoGenerator(nn.Module):
    """Small images and embedded captions to large images, and the codes' divergence.

    The small image is halved once more, and the code is concatenated to it at every position.
    Residual blocks and upsampling follow (Zhang et al. 2017, section 3.4).

    Args:
        shape: ``(c, h, w)`` of a large image.
        doublings: number of doublings from the small to the large image.
        width: channels at full resolution.
        code: components of a caption's code.
        blocks: number of residual blocks.
    """

    def __init__(
        self, shape: tuple[int, ...], doublings: int, width: int, code: int, blocks: int
    ) -> None:
        super().__init__()
        self.read = ConditioningAugmentation(code)
        inputs = width * 2 ** (doublings + 1)
        self.look = nn.Sequential(
            nn.Conv2d(shape[0], inputs // 2, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(inputs // 2, inputs, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(inputs),
            nn.ReLU(),
        )
        self.join = nn.Sequential(
            nn.Conv2d(inputs + code, inputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(inputs),
            nn.ReLU(),
        )
        layers: list[nn.Module] = [ResidualBlock(inputs) for _ in range(blocks)]
        for _ in range(doublings + 1):
            layers += [
                Upsample(),
                nn.Conv2d(inputs, inputs // 2, 3, padding=1, bias=False),
                nn.BatchNorm2d(inputs // 2),
                nn.ReLU(),
            ]
            inputs //= 2
        self.draw = nn.Sequential(*layers, nn.Conv2d(inputs, shape[0], 3, padding=1), nn.Tanh())

    def forward(self, images: Tensor, embedded: Tensor) -> tuple[Tensor, Tensor]:
        code, divergence = self.read(embedded)
        return self.draw(self.join(concatenate_code(code, self.look(images)))), divergence
