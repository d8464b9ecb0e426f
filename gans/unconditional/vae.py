r"""VAE: Auto-Encoding Variational Bayes.

Kingma and Welling, 2014, arXiv:1312.6114, equations 7 and 10.

Not a GAN, but the customary baseline. An encoder maps each image to a Gaussian over the latent
space, and a decoder reconstructs the image from a draw. The loss, the squared error plus the
divergence from the prior, is up to a constant the negative evidence lower bound (ELBO), which
bounds the log-likelihood from below. With one player, there is no game to keep in balance; samples
are blurred, because the squared error is minimal at the mean of all images that a code may stand
for.

$$L = \tfrac{1}{2\sigma^2} \|x - \hat x\|^2
    - \tfrac12 \sum_j (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2)$$

Departs from the paper: convolutional networks (the controlled rows' generator and discriminator as
decoder and encoder) instead of one hidden layer; a Gaussian decoder of fixed variance on grey
values instead of a Bernoulli decoder. A sample is the decoder's mean.
"""

import torch
from torch import Tensor, nn

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class VAE(Variant):
    """An encoder and a decoder, trained as one player.

    Args:
        sigma: standard deviation of the decoder's Gaussian, for pixels in [-1, 1].
    """

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 20,
        width: int = 64,
        backbone: Backbone = "dcgan",
        sigma: float = 1.0,
    ) -> None:
        super().__init__(shape, latent)
        self.sigma = sigma
        self.autoencoder = nn.ModuleDict(
            {
                "encoder": networks.discriminator(
                    shape, width, outputs=2 * latent, backbone=backbone
                ),
                "decoder": networks.generator(shape, latent, width, backbone=backbone),
            }
        )

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        mean, log_variance = self.autoencoder["encoder"](real).chunk(2, dim=1)
        code = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)  # z of eq. 10
        error = (self.autoencoder["decoder"](code) - real).flatten(1).square().sum(1)
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1)
        yield (
            self.autoencoder,
            {
                "reconstruction": (error / (2 * self.sigma**2)).mean(),
                "divergence": divergence.mean(),
            },
        )

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        return self.autoencoder["decoder"](self.noise(n))

    def reconstruct(self, images: Tensor) -> Tensor:
        mean, _ = self.autoencoder["encoder"](images).chunk(2, dim=1)
        return self.autoencoder["decoder"](mean)
