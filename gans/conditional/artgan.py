r"""ArtGAN: Artwork Synthesis with Conditional Categorical GANs.

Tan, Chan, Aguirre and Tanaka, 2017, arXiv:1702.03410, algorithm 1.

The discriminator, an encoder Enc and a classifier, says which of K classes an image shows or, as
class K + 1, that it is generated: K + 1 sigmoids. The generator is told not only that it was caught
but which class it should have been taken for. It ends in a decoder Dec that also gives real images
back from the encoder's features, which keeps its last layers close to pixels that occur.

$$L_D = -\mathbb{E}_{x, k}\Big[\log D_k(x) + \sum_{i \ne k} \log(1 - D_i(x))\Big]
      - \mathbb{E}_{z, k}\Big[\log D_{K+1}(G(z, k)) + \sum_{i \le K} \log(1 - D_i(G(z, k)))\Big]$$

$$L_G = -\mathbb{E}_{z, k}\Big[\log D_k(G(z, k)) + \sum_{i \ne k} \log(1 - D_i(G(z, k)))\Big]
      + \mathbb{E}_x \|\mathrm{Dec}(\mathrm{Enc}(x)) - x\|^2$$

Departs from the paper: the networks of the controlled rows, cut where both have the same features:
Dec is the generator without its first linear layer, Enc the discriminator without its last. The
squared error is a mean over pixels. Dec normalises reconstructions and samples each by their own
batch; only samples enter the running means. Gaussian noise; no decay of the learning rate. (A
sequel, arXiv:1708.09533, gives the discriminator a decoder of its own; this is the first ArtGAN.)
"""

import torch
from torch import nn
from torch.func import functional_call
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss, one_hot

from gans.common import networks
from gans.common.variant import Conditional, Losses


class ArtGAN(Conditional):
    """A discriminator of K + 1 classes, and a generator that also decodes its features."""

    generator: nn.Sequential

    def __init__(self, shape, *, classes: int, latent: int = 100, width: int = 64) -> None:
        super().__init__(shape, latent, classes)
        first, *others = networks.generator(shape, latent + classes, width).children()
        self.generator = nn.Sequential(first, nn.Sequential(*others))  # zNet and Dec
        judges = networks.discriminator(shape, width, outputs=classes + 1)
        self.discriminator = nn.Sequential(*judges.children())  # Enc and the classifier

    def discriminator_score(self, images, condition=None):
        return -self.discriminator(images)[:, -1]  # the logit of not being generated

    def taken_for(self, labels, images):
        """Cross-entropies of the K + 1 sigmoids, summed; label K, from 0, stands for generated."""
        target = one_hot(labels, self.classes + 1).float()
        each = binary_cross_entropy_with_logits(
            self.discriminator(images), target, reduction="none"
        )
        return each.sum(1).mean()

    def decode(self, features):
        """Images from features of Enc, which leave no trace in the running means of Dec."""
        decoder = self.generator[1]
        means = {name: buffer.clone() for name, buffer in decoder.named_buffers()}
        return functional_call(decoder, means, (features,))

    def step(self, batches) -> Losses:
        real, labels = next(batches)
        fake = self.fake(len(real), labels)
        generated = torch.full_like(labels, self.classes)
        yield (
            self.discriminator,
            {"real": self.taken_for(labels, real), "fake": self.taken_for(generated, fake)},
        )
        with torch.no_grad():
            features = self.discriminator[0](real)
        yield (
            self.generator,
            {
                "adversarial": self.taken_for(labels, self.sample(len(real), labels)),
                "reconstruction": mse_loss(self.decode(features), real),
            },
        )
