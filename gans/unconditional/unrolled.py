r"""Unrolled GAN: Unrolled Generative Adversarial Networks.

Metz, Poole, Pfau and Sohl-Dickstein, 2017, arXiv:1611.02163, equations 7 to 11.

A generator that answers the discriminator of this moment puts all its mass where that one errs; the
discriminator follows, and they chase each other over the modes. Let the generator answer instead the
discriminator that its move would lead to: f is taken at weights that k steps of gradient ascent have
carried on, and its gradient goes back *through* these steps, so that it knows how the discriminator
will react. With k = 0 it is the minimax game; with k without end, the generator's true objective.

$$f(\theta_G, \theta_D) = \mathbb{E}_x[\log D(x)] + \mathbb{E}_z[\log(1 - D(G(z)))]$$

$$\theta_D^0 = \theta_D, \qquad
  \theta_D^{i+1} = \theta_D^i + \eta \, \nabla_{\theta_D} f(\theta_G, \theta_D^i)$$

$$L_D = -f(\theta_G, \theta_D), \qquad L_G = f(\theta_G, \theta_D^k(\theta_G, \theta_D))$$

Departs from the paper: the networks of the controlled rows. The steps that are unrolled are plain
gradient ascent, as equation 7 is written, where the paper's experiments unroll Adam; the
discriminator's own steps are those of its optimiser. So eta is ours: with k = 5 on 8x8 digits the
game stays even at 0.01 and tips over at 0.03. All k steps see the generator's minibatch.
"""

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Losses, Variant


class UnrolledGAN(Variant):
    """The minimax game, the generator's turn seen k steps ahead.

    Args:
        unrolled_steps: k.
        unrolled_rate: eta, the step size of the steps that are unrolled.
    """

    def __init__(
        self,
        shape,
        *,
        latent: int = 100,
        width: int = 64,
        unrolled_steps: int = 10,
        unrolled_rate: float = 0.01,
    ) -> None:
        super().__init__(shape, latent)
        self.unrolled_steps = unrolled_steps
        self.unrolled_rate = unrolled_rate
        self.generator = networks.generator(shape, latent, width)
        self.discriminator = networks.discriminator(shape, width)

    def value(self, weights, real, fake):
        """The two terms of f where the discriminator has these weights."""
        both = torch.cat([real, fake])
        with torch.compiler.set_stance("force_eager"):  # a compiled one has no second derivative
            of_real, of_fake = functional_call(self.discriminator, weights, both).chunk(2)
        return {"real": -softplus(-of_real).mean(), "fake": -softplus(of_fake).mean()}

    def step(self, batches) -> Losses:
        real = next(batches)
        weights: dict[str, Tensor] = dict(self.discriminator.named_parameters())
        now = self.value(weights, real, self.fake(len(real)))
        yield self.discriminator, {term: -value for term, value in now.items()}
        fake = self.sample(len(real))
        for _ in range(self.unrolled_steps):  # eq. 7, on copies: the discriminator stays as it is
            value = sum(self.value(weights, real, fake).values())
            slopes = torch.autograd.grad(value, list(weights.values()), create_graph=True)
            ahead = zip(weights.items(), slopes, strict=True)
            weights = {name: weight + self.unrolled_rate * slope for (name, weight), slope in ahead}
        yield self.generator, self.value(weights, real, fake)
