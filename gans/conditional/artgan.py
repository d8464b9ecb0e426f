r"""ArtGAN: Artwork Synthesis with Conditional Categorical GANs.

Tan, Chan, Aguirre and Tanaka, 2017, arXiv:1702.03410, algorithm 1.

The discriminator, an encoder Enc and a classifier, has K + 1 sigmoid outputs: one for each of K
classes and one for generated images. The generator therefore learns not only that a sample was
recognised but also which class it should have had. Its last layers, a decoder Dec, also reconstruct
real images from the encoder's features, a regularisation towards real pixel statistics.

$$L_D = -\mathbb{E}_{x, k}\Big[\log D_k(x) + \sum_{i \ne k} \log(1 - D_i(x))\Big]
      - \mathbb{E}_{z, k}\Big[\log D_{K+1}(G(z, k)) + \sum_{i \le K} \log(1 - D_i(G(z, k)))\Big]$$

$$L_G = -\mathbb{E}_{z, k}\Big[\log D_k(G(z, k)) + \sum_{i \ne k} \log(1 - D_i(G(z, k)))\Big]
      + \mathbb{E}_x \|\mathrm{Dec}(\mathrm{Enc}(x)) - x\|^2$$

Departs from the paper: the shared networks of the controlled rows. Enc is the discriminator without
its last layer, Dec the generator without its first linear layer, or with the residual backbone the
whole generator behind an additional one; the class is concatenated to the noise with either. The
squared error is a mean over pixels. Dec normalises reconstructions and samples by their respective
batches; only samples update the running statistics. Gaussian noise; no learning-rate decay. (A
sequel, arXiv:1708.09533, has a separate decoder; this is the first ArtGAN.)
"""

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss, one_hot

from gans.common import networks
from gans.common.variant import Backbone, Batches, Conditional, Losses, Shape


class ArtGAN(Conditional):
    """A discriminator of K + 1 classes, and a generator that also decodes its features."""

    generator: nn.Sequential

    def __init__(
        self, shape: Shape, *, classes: int, latent: int = 100, width: int = 64,
        backbone: Backbone = "dcgan",
    ) -> None:  # fmt: skip
        super().__init__(shape, latent, classes)
        parts = networks.split_generator(shape, latent + classes, width, backbone=backbone)
        self.generator = nn.Sequential(*parts)  # zNet and Dec
        discriminator = networks.discriminator(shape, width, classes + 1, backbone=backbone)
        self.discriminator = nn.Sequential(*discriminator.children())  # Enc and the classifier

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return -self.discriminator(images)[:, -1]  # minus the logit of class K + 1

    def class_loss(self, labels: Tensor, images: Tensor) -> Tensor:
        """Sum the cross-entropies of the K + 1 sigmoids; label K, from 0, means generated."""
        target = one_hot(labels, self.classes + 1).float()
        logits = self.discriminator(images)
        return binary_cross_entropy_with_logits(logits, target, reduction="none").sum(1).mean()

    def decode(self, features: Tensor) -> Tensor:
        """Decode features of Enc to images, without an update of Dec's running statistics."""
        decoder = self.generator[1]
        buffers = {name: buffer.clone() for name, buffer in decoder.named_buffers()}
        return functional_call(decoder, buffers, (features,))

    def step(self, batches: Batches) -> Losses:
        real, labels = next(batches)
        fake = self.fake(len(real), labels)
        generated = torch.full_like(labels, self.classes)
        yield (
            self.discriminator,
            {"real": self.class_loss(labels, real), "fake": self.class_loss(generated, fake)},
        )
        with torch.no_grad():
            features = self.discriminator[0](real)
        yield (
            self.generator,
            {
                "adversarial": self.class_loss(labels, self.sample(len(real), labels)),
                "reconstruction": mse_loss(self.decode(features), real),
            },
        )
