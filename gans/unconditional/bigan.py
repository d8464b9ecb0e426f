r"""BiGAN: Adversarial Feature Learning.

Donahue, Krähenbühl and Darrell, 2017, arXiv:1605.09782, equation 3 and section 3.4.

A GAN maps noise to images; an encoder is wanted for the way back. Show the discriminator pairs: an
image with the code that the encoder gave it, or a code with the image that the generator drew for
it. It can only be deceived where both kinds of pairs are distributed alike, and then encoder and
generator invert each other, though neither ever sees the other's output.

$$\min_{G, E} \max_D \; \mathbb{E}_x[\log D(x, E(x))] + \mathbb{E}_z[\log(1 - D(G(z), z))]$$

$$L_{G, E} = -\mathbb{E}_x[\log(1 - D(x, E(x)))] - \mathbb{E}_z[\log D(G(z), z)]$$

The second line is the loss of generator and encoder with the labels exchanged, which has a gradient
also where the discriminator is sure. The code joins an image as planes, one for each component, each
of one value everywhere; where a sample is a vector, the code is appended to it.

Departs from the paper: the networks of the controlled rows, and with them planes in place of hidden
layers that take in the code; the discriminator moves before the others and not at once with them;
Gaussian instead of uniform noise.
"""

import torch
from torch import nn
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Losses, Variant


class BiGAN(Variant):
    """A discriminator of pairs, and against it a generator and an encoder as one player."""

    def __init__(self, shape, *, latent: int = 50, width: int = 64) -> None:
        super().__init__(shape, latent)
        encoder = networks.discriminator(shape, width, outputs=latent)
        self.pair = nn.ModuleDict(
            {
                "generator": networks.generator(shape, latent, width),
                "encoder": nn.Sequential(*encoder.children()),  # ``(n, latent)``, also if it is 1
            }
        )
        self.discriminator = networks.discriminator((shape[0] + latent, *shape[1:]), width)

    def score(self, images, codes):
        """Logits ``(n,)`` of pairs being a real image and its code."""
        planes = codes.view(*codes.shape, *[1] * (images.dim() - 2))
        planes = planes.expand(-1, -1, *images.shape[2:])
        return self.discriminator(torch.cat([images, planes], dim=1))

    def judge(self, images, given=None):
        return self.score(images, self.pair["encoder"](images))

    def step(self, batches) -> Losses:
        real = next(batches)
        code = self.noise(len(real))
        generator, encoder = self.pair["generator"], self.pair["encoder"]
        with torch.no_grad():
            fake, encoded = generator(code), encoder(real)
        yield (
            self.discriminator,
            {
                "real": softplus(-self.score(real, encoded)).mean(),
                "fake": softplus(self.score(fake, code)).mean(),
            },
        )
        yield (
            self.pair,
            {
                "encoder": softplus(self.score(real, encoder(real))).mean(),
                "generator": softplus(-self.score(generator(code), code)).mean(),
            },
        )

    def sample(self, n, given=None):
        return self.pair["generator"](self.noise(n))

    def reconstruct(self, images):
        return self.pair["generator"](self.pair["encoder"](images))
