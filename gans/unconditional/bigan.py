r"""BiGAN: Adversarial Feature Learning.

Donahue, Krähenbühl and Darrell, 2017, arXiv:1605.09782, equation 3 and section 3.4.

A GAN maps noise to images; BiGAN adds an encoder that maps images to codes. The discriminator sees
pairs: an image with the code that the encoder gives it, or a code with the image that the generator
gives it. At the optimum both kinds of pairs have the same distribution. Encoder and generator then
invert each other, although neither ever sees the other's output.

$$\min_{G, E} \max_D \; \mathbb{E}_x[\log D(x, E(x))] + \mathbb{E}_z[\log(1 - D(G(z), z))]$$

$$L_{G, E} = -\mathbb{E}_x[\log(1 - D(x, E(x)))] - \mathbb{E}_z[\log D(G(z), z)]$$

The second line is the loss of generator and encoder with exchanged labels, whose gradient does not
vanish when the discriminator is confident. The code is concatenated to the features of the image,
and a multilayer perceptron scores the pair.

Departs from the paper: the shared networks of the controlled rows, and their perceptron for vectors
at the end; the discriminator is updated first, not simultaneously; Gaussian, not uniform noise.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.networks import multilayer
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class BiGAN(Variant):
    """An autoencoder against a discriminator of pairs, whose last layers have ``hidden`` units."""

    def __init__(
        self, shape: Shape, *, latent: int = 50, width: int = 64, backbone: Backbone = "dcgan",
        hidden: int = 1024,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent)
        generator = networks.generator(shape, latent, width, backbone=backbone)
        encoder = networks.discriminator(shape, width, outputs=latent, backbone=backbone)
        encoder = nn.Sequential(*encoder.children())  # keeps (n, latent) for latent = 1
        self.autoencoder = nn.ModuleDict({"generator": generator, "encoder": encoder})
        image = networks.discriminator(shape, width, outputs=hidden, backbone=backbone)
        joint = multilayer.Discriminator((hidden + latent,), hidden)
        self.discriminator = nn.ModuleDict({"image": image, "joint": joint})

    def score(self, images: Tensor, codes: Tensor) -> Tensor:
        """Compute logits ``(n,)`` of pairs of images and codes, positive for real images."""
        features = self.discriminator["image"](images)
        return self.discriminator["joint"](torch.cat([features, codes], dim=1))

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.score(images, self.autoencoder["encoder"](images))

    def step(self, batches: Batches) -> Losses:
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

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        return self.autoencoder["generator"](self.noise(n))

    def reconstruct(self, images: Tensor) -> Tensor:
        return self.autoencoder["generator"](self.autoencoder["encoder"](images))
