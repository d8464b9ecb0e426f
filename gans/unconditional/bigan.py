r"""BiGAN: Adversarial Feature Learning.

Donahue, Krähenbühl and Darrell, 2017, arXiv:1605.09782, equation 3 and section 3.4.

A GAN maps noise to images; an encoder is wanted for the way back. Show the discriminator pairs: an
image with the code that the encoder gave it, or a code with the image that the generator drew for
it. It can only be deceived where both kinds of pairs are distributed alike, and then encoder and
generator invert each other, though neither ever sees the other's output.

$$\min_{G, E} \max_D \; \mathbb{E}_x[\log D(x, E(x))] + \mathbb{E}_z[\log(1 - D(G(z), z))]$$

$$L_{G, E} = -\mathbb{E}_x[\log(1 - D(x, E(x)))] - \mathbb{E}_z[\log D(G(z), z)]$$

The second line is the loss of generator and encoder with the labels exchanged, which has a gradient
also where the discriminator is sure. The code joins the features of a sample, image or vector, and
a perceptron judges the two together.

Departs from the paper: the networks of the controlled rows, and as the perceptron theirs for
vectors; the discriminator moves before the others and not at once with them; Gaussian instead of
uniform noise.
"""

import torch
from torch import nn
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.networks import multilayer
from gans.common.variant import Losses, Variant


class BiGAN(Variant):
    """A discriminator of pairs, its last layers of ``hidden`` units, and all others against it."""

    def __init__(self, shape, *, latent: int = 50, width: int = 64, hidden: int = 1024) -> None:
        super().__init__(shape, latent)
        generator = networks.generator(shape, latent, width)
        encoder = networks.discriminator(shape, width, outputs=latent)
        encoder = nn.Sequential(*encoder.children())  # ``(n, latent)``, also where that is 1
        self.autoencoder = nn.ModuleDict({"generator": generator, "encoder": encoder})
        image = networks.discriminator(shape, width, outputs=hidden)
        joint = multilayer.Discriminator((hidden + latent,), hidden)
        self.discriminator = nn.ModuleDict({"image": image, "joint": joint})

    def score(self, images, codes):
        """Logits ``(n,)`` of pairs being a real image and its code."""
        features = self.discriminator["image"](images)
        return self.discriminator["joint"](torch.cat([features, codes], dim=1))

    def discriminator_score(self, images, condition=None):
        return self.score(images, self.autoencoder["encoder"](images))

    def step(self, batches) -> Losses:
        real = next(batches)
        code = self.noise(len(real))
        generator, encoder = self.autoencoder["generator"], self.autoencoder["encoder"]
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
            self.autoencoder,
            {
                "encoder": softplus(self.score(real, encoder(real))).mean(),
                "generator": softplus(-self.score(generator(code), code)).mean(),
            },
        )

    def sample(self, n, condition=None):
        return self.autoencoder["generator"](self.noise(n))

    def reconstruct(self, images):
        return self.autoencoder["generator"](self.autoencoder["encoder"](images))
