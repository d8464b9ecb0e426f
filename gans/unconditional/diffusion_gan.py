r"""Diffusion-GAN: Training GANs with Diffusion.

Wang, Zheng, He, Chen and Zhou, 2023, arXiv:2206.02262, algorithm 1.

Noise keeps a discriminator from overfitting. Half of all images, real and generated, take up to T
steps of a diffusion chain. T grows while D classifies more than 80% of real images as real.

$$y = \sqrt{\bar\alpha_t} \, x + \sqrt{1 - \bar\alpha_t} \, \sigma \epsilon, \quad
  \bar\alpha_t = \prod_{s \le t} (1 - \beta_s), \quad p(t) \propto t, \; 1 \le t \le T$$

$$L_D = -\mathbb{E}[\log D(y, t)] - \mathbb{E}[\log(1 - D(y_g, t))], \quad
  L_G = -\mathbb{E}[\log D(y_g, t)]$$

$$T \leftarrow T + C \, \mathrm{sign}(\mathbb{E}[\mathrm{sign}(D(y, t) - \tfrac12)] - d_{target})$$

Departs from the paper: the controlled rows' networks, with t / T_max as a channel; T changes by C /
4 each minibatch, not by C every four; t is drawn per image, not from a list of 64. As in the
authors' code, beta rises over the current T. The diagnosis is at t = 0.
"""

import torch
from torch import Tensor
from torch.nn.functional import pad, softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant

T_MIN, T_MAX = 10, 1000  # steps of the chain
BETA_1, BETA_T, D_TARGET = 1e-4, 0.02, 0.6


class DiffusionGAN(Variant):
    """The non-saturating loss on diffused images.

    Args:
        sigma: standard deviation of the diffusion noise.
        rampup_samples: samples seen in which T can rise from T_min to T_max.
    """

    length: Tensor  # T, real-valued; rounded to a number of steps

    def __init__(
        self, shape: Shape, *, latent: int = 100, width: int = 64, backbone: Backbone = "dcgan",
        sigma: float = 0.05, rampup_samples: float = 1e5
    ) -> None:  # fmt: skip
        super().__init__(shape, latent)
        self.sigma, self.rate = sigma, (T_MAX - T_MIN) / rampup_samples  # C / 4 per image
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        inputs = (shape[0] + 1, *shape[1:])
        self.discriminator = networks.discriminator(inputs, width, backbone=backbone)
        self.register_buffer("length", torch.tensor(float(T_MIN)))

    def score(self, images: Tensor, t: Tensor) -> Tensor:
        """Diffuse images ``(n, c, ...)`` by t steps, int64 ``(n,)``, and compute their logits."""
        time = torch.arange(T_MAX, device=t.device) / (self.length.round() - 1)  # 0 to 1 at T
        beta = BETA_1 + (BETA_T - BETA_1) * time.clamp(max=1)
        alpha = torch.cumprod(1 - pad(beta, (1, 0)), 0)[t].view(-1, *[1] * (images.dim() - 1))
        noisy = alpha.sqrt() * images + (1 - alpha).sqrt() * self.sigma * torch.randn_like(images)
        step_channel = (t / T_MAX).view_as(alpha).expand_as(images[:, :1])
        return self.discriminator(torch.cat([noisy, step_channel], dim=1))

    def draw_steps(self, n: int) -> Tensor:
        """Draw steps for n images, int64 ``(n,)``: 0 with probability 1/2, otherwise 1 to T."""
        weights = torch.arange(T_MAX + 1.0, device=self.length.device)
        weights *= weights <= self.length.round()
        weights[0] = weights.sum()
        return torch.multinomial(weights, n, replacement=True)

    def step(self, batches: Batches) -> Losses:
        n = len(data := next(batches))
        real = self.score(data, self.draw_steps(n))
        fake = self.score(self.fake(n), self.draw_steps(n))
        yield self.discriminator, {"real": softplus(-real).mean(), "fake": softplus(fake).mean()}
        excess = real.detach().sign().mean() - D_TARGET
        self.length.add_(self.rate * n * excess.sign()).clamp_(T_MIN, T_MAX)
        fake = self.score(self.sample(n), self.draw_steps(n))
        yield self.generator, {"adversarial": softplus(-fake).mean()}

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.score(images, torch.zeros(len(images), dtype=torch.int64, device=images.device))
