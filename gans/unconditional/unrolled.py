r"""Unrolled GAN: Unrolled Generative Adversarial Networks.

Metz, Poole, Pfau and Sohl-Dickstein, 2017, arXiv:1611.02163, equations 7 to 11.

A generator trained against the current discriminator concentrates on the samples that the
discriminator misclassifies; the discriminator follows, and the two cycle through the modes. The
unrolled generator is trained against the discriminator of the future: f is evaluated at weights
after k further steps of gradient ascent, and its gradient passes *through* these steps, so that it
accounts for the discriminator's reaction. With k = 0 this is the minimax game; as k grows, it
approaches the generator's true objective.

$$f(\theta_G, \theta_D) = \mathbb{E}_x[\log D(x)] + \mathbb{E}_z[\log(1 - D(G(z)))]$$

$$\theta_D^0 = \theta_D, \qquad
  \theta_D^{i+1} = \theta_D^i + \eta \, \nabla_{\theta_D} f(\theta_G, \theta_D^i)$$

$$L_D = -f(\theta_G, \theta_D), \qquad L_G = f(\theta_G, \theta_D^k(\theta_G, \theta_D))$$

Departs from the paper: the shared networks of the controlled rows. The unrolled steps are plain
gradient ascent, as in equation 7, where the paper's experiments unroll Adam; the discriminator's
actual steps are those of its optimiser. The value of eta is therefore not the paper's: with k = 5
on 8x8 digits, training is balanced at 0.01 and diverges at 0.03. All k steps use the generator's
batch. With fewer steps than the paper's 5 or 10, as params.yaml can set, D hardly looks ahead.
"""

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class UnrolledGAN(Variant):
    """The minimax loss, with the discriminator unrolled by k steps for the generator.

    Args:
        unrolled_steps: k.
        unrolled_lr: eta, the learning rate of the unrolled steps.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
        unrolled_steps: int = 10,
        unrolled_lr: float = 0.01,
    ) -> None:
        super().__init__(shape, latent)
        self.unrolled_steps = unrolled_steps
        self.unrolled_lr = unrolled_lr
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, backbone=backbone)

    def value(self, weights: dict[str, Tensor], real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """Compute the two terms of f for a discriminator with these weights."""
        both = torch.cat([real, fake])
        # compiled functions have no second derivative
        with torch.compiler.set_stance("force_eager"):
            on_real, on_fake = functional_call(self.discriminator, weights, both).chunk(2)
        return {"real": -softplus(-on_real).mean(), "fake": -softplus(on_fake).mean()}

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        weights: dict[str, Tensor] = dict(self.discriminator.named_parameters())
        terms = self.value(weights, real, self.fake(len(real)))
        yield self.discriminator, {term: -value for term, value in terms.items()}
        fake = self.sample(len(real))
        for _ in range(self.unrolled_steps):  # eq. 7, on copies of the weights
            f = self.value(weights, real, fake)
            total = f["real"] + f["fake"]
            gradients = torch.autograd.grad(total, list(weights.values()), create_graph=True)
            pairs = zip(weights.items(), gradients, strict=True)
            weights = {name: weight + self.unrolled_lr * grad for (name, weight), grad in pairs}
        yield self.generator, self.value(weights, real, fake)
