r"""VAE: Auto-Encoding Variational Bayes.

Kingma and Welling, 2014, arXiv:1312.6114, equations 7 and 10.

Not a GAN: the comparison that every tutorial makes. An encoder gives each image a Gaussian in the
latent space, a decoder gives it back, and the sum of the squared error and of the divergence from
the prior bounds the likelihood from above. One player, no game, no instability; and blurred samples,
since a squared error is least at the mean of all images that a code may stand for.

$$L = \tfrac{1}{2\sigma^2} \|x - \hat x\|^2
    - \tfrac12 \sum_j (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2)$$

Departs from the paper: convolutional networks (the generator and the discriminator of the
controlled rows serve as decoder and encoder) instead of one hidden layer, a Gaussian decoder of
fixed variance on grey values instead of a Bernoulli one. A sample is the decoder's mean.
"""

import torch
from torch import nn

from gans.common import networks
from gans.common.variant import Losses, Variant


class VAE(Variant):
    """An encoder and a decoder, trained as one player.

    Args:
        sigma: standard deviation of the decoder's Gaussian, in units of pixels in [-1, 1].
    """

    def __init__(self, shape, *, latent: int = 20, width: int = 64, sigma: float = 1.0) -> None:
        super().__init__(shape, latent)
        self.sigma = sigma
        self.autoencoder = nn.ModuleDict(
            {
                "encoder": networks.discriminator(shape, width, outputs=2 * latent),
                "decoder": networks.generator(shape, latent, width),
            }
        )

    def step(self, batches) -> Losses:
        real = next(batches)
        mean, log_variance = self.autoencoder["encoder"](real).chunk(2, dim=1)
        code = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)  # eq. 10's z
        error = (self.autoencoder["decoder"](code) - real).flatten(1).square().sum(1)
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1)
        yield (
            self.autoencoder,
            {
                "reconstruction": (error / (2 * self.sigma**2)).mean(),
                "divergence": divergence.mean(),
            },
        )

    def sample(self, n, condition=None):
        return self.autoencoder["decoder"](self.noise(n))

    def reconstruct(self, images):
        mean, _ = self.autoencoder["encoder"](images).chunk(2, dim=1)
        return self.autoencoder["decoder"](mean)
