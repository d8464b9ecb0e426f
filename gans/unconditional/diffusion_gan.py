r"""Diffusion-GAN: Training GANs with Diffusion.

Wang, Zheng, He, Chen and Zhou, 2023, arXiv:2206.02262, algorithm 1.

Noise keeps a discriminator from learning the data by heart, but how much of it? Here half of all
images, real and generated, go up to T steps along a diffusion chain; the discriminator is told how
many. T grows while more real images are taken for real than is wanted, and shrinks otherwise.

$$y = \sqrt{\bar\alpha_t} \, x + \sqrt{1 - \bar\alpha_t} \, \sigma \epsilon, \quad
  \bar\alpha_t = \prod_{s \le t} (1 - \beta_s), \quad p(t) \propto t, \; 1 \le t \le T$$

$$L_D = -\mathbb{E}[\log D(y, t)] - \mathbb{E}[\log(1 - D(y_g, t))], \quad
  L_G = -\mathbb{E}[\log D(y_g, t)]$$

$$T \leftarrow T + C \, \mathrm{sign}(\mathbb{E}[\mathrm{sign}(D(y, t) - \tfrac12)] - d_{target})$$

Departs from the paper: the networks of the controlled rows, told t by a channel of t / T_max; T moves
after each minibatch, by C / 4, not after four; t is drawn for each image, not from a list of 64. As
in the authors' code beta rises over the T of the moment. The diagnosis is at t = 0.
"""

import torch
from torch import Tensor
from torch.nn.functional import pad, softplus

from gans.common import networks
from gans.common.variant import Losses, Variant

SHORTEST, LONGEST = 10, 1000  # T_min and T_max
FIRST, LAST = 1e-4, 0.02  # beta_1 and beta_T
TARGET = 0.6  # d_target


class DiffusionGAN(Variant):
    """The non-saturating loss on diffused images.

    Args:
        sigma: standard deviation of the noise that replaces the image.
        climb: images in which T can go from T_min to T_max.
    """

    length: Tensor  # T, a real number that is rounded to count steps

    def __init__(
        self, shape, *, latent: int = 100, width: int = 64, sigma: float = 0.05, climb: float = 1e5
    ) -> None:
        super().__init__(shape, latent)
        self.sigma = sigma
        self.rate = (LONGEST - SHORTEST) / climb  # C / 4 for each image of a minibatch
        self.generator = networks.generator(shape, latent, width)
        self.discriminator = networks.discriminator((shape[0] + 1, *shape[1:]), width)
        self.register_buffer("length", torch.tensor(float(SHORTEST)))

    def score(self, images, t):
        """The logits of images ``(n, c, ...)`` that have gone t steps, int64 ``(n,)``."""
        place = torch.arange(LONGEST, device=t.device) / (self.length.round() - 1)  # 0 to 1, at T
        beta = FIRST + (LAST - FIRST) * place.clamp(max=1)
        kept = torch.cumprod(1 - pad(beta, (1, 0)), 0)[t].view(-1, *[1] * (images.dim() - 1))
        noisy = kept.sqrt() * images + (1 - kept).sqrt() * self.sigma * torch.randn_like(images)
        told = (t / LONGEST).view_as(kept).expand_as(images[:, :1])
        return self.discriminator(torch.cat([noisy, told], dim=1))

    def times(self, n):
        """Steps for n images, int64 ``(n,)``: none with a chance of one half, else 1 to T."""
        odds = torch.arange(LONGEST + 1.0, device=self.length.device)
        odds *= odds <= self.length.round()
        odds[0] = odds.sum()
        return torch.multinomial(odds, n, replacement=True)

    def step(self, batches) -> Losses:
        n = len(data := next(batches))
        real, fake = self.score(data, self.times(n)), self.score(self.fake(n), self.times(n))
        yield self.discriminator, {"real": softplus(-real).mean(), "fake": softplus(fake).mean()}
        excess = real.detach().sign().mean() - TARGET
        self.length.add_(self.rate * n * excess.sign()).clamp_(SHORTEST, LONGEST)
        fake = self.score(self.sample(n), self.times(n))
        yield self.generator, {"adversarial": softplus(-fake).mean()}

    def discriminator_score(self, images, condition=None):
        return self.score(images, torch.zeros(len(images), dtype=torch.int64, device=images.device))
