r"""BigGAN: Large Scale GAN Training for High Fidelity Natural Image Synthesis.

Brock, Donahue and Simonyan, 2019, arXiv:1809.11096, section 3, equation 3 and appendix B.

Residual networks with self-attention, spectral normalisation and the hinge loss, at scale. All
layers of the generator share one class embedding, and the noise is split into chunks, one for each
resolution; class and chunk set gain and bias of the batch normalisation. The discriminator projects
the class. Orthogonal regularisation makes the generator amenable to truncation: samples of noise
without large components have more fidelity and less variety.

$$L_D = \mathbb{E}_{x, y}[\max(0, 1 - D(x, y))] + \mathbb{E}_{z, y}[\max(0, 1 + D(G(z, y), y))]$$

$$L_G = -\mathbb{E}_{z, y}[D(G(z, y), y)] + R_\beta(W), \qquad
  R_\beta(W) = \beta \, \|W^\top W \odot (\mathbf{1} - I)\|_F^2$$

Departs from the paper: small images have attention at half their size; keys and values are not
pooled. For CIFAR-10 the authors' code has no attention, chunks of noise or shared embedding, normal
initial weights, and a discriminator that halves images twice; the row sees 20 of 25 million images.
Vectors: the shared perceptrons with spectral norm 1, and the embedding beside the noise.
"""

from math import inf

import torch
from torch import Tensor
from torch.nn.functional import relu

from gans.common.networks import biggan
from gans.common.orthogonality import orthogonality_penalty
from gans.common.truncation import truncate
from gans.common.variant import Batches, Conditional, Losses, Shape


class BigGAN(Conditional):
    """The hinge loss on class-conditional residual networks, with orthogonal regularisation.

    Args:
        width, max_width: channels at full resolution, as in the paper for 128x128, and the maximum
            of a level; both are 256 in the authors' networks for CIFAR-10.
        embedding: components of the class embedding.
        orthogonality_weight: beta.
        n_discriminator: steps of the discriminator for one of the generator.
        truncation: maximum absolute value of the noise that `sample` draws; none by default.
    """

    def __init__(
        self, shape: Shape, *, classes: int, latent: int = 120, width: int = 96,
        max_width: int = 1536, embedding: int = 128, orthogonality_weight: float = 1e-4,
        n_discriminator: int = 2, truncation: float = inf,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent, classes)
        self.n_discriminator, self.truncation = n_discriminator, truncation
        self.orthogonality_weight = orthogonality_weight
        self.generator = biggan.generator(shape, latent, width, max_width, classes, embedding)
        self.discriminator = biggan.Discriminator(shape, width, max_width, classes)

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.discriminator(images, condition)

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.n_discriminator):
            real, labels = next(batches)
            with torch.no_grad():
                fake = self.generator(self.noise(len(real)), labels)
            on_real, on_fake = self.discriminator(real, labels), self.discriminator(fake, labels)
            losses = {"real": relu(1 - on_real).mean(), "fake": relu(1 + on_fake).mean()}
            yield self.discriminator, losses
        fake = self.generator(self.noise(len(real)), labels)
        penalty = self.orthogonality_weight * orthogonality_penalty(self.generator)
        adversarial = -self.discriminator(fake, labels).mean()
        yield self.generator, {"adversarial": adversarial, "orthogonality": penalty}

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        labels = self.random_condition(n) if condition is None else condition
        return self.generator(truncate(self.noise(n), self.truncation), labels)
