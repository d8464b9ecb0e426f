r"""ProGAN: Progressive Growing of GANs for Improved Quality, Stability, and Variation.

Karras, Aila, Laine and Lehtinen, 2018, arXiv:1710.10196, sections 2 to 4 and appendix A.1.

Both players start at a coarse resolution, and layers for finer ones are faded in. The generator has
pixel normalisation, all layers an equalised learning rate; the critic sees the minibatch standard
deviation, and a drift term bounds its scores.

$$L_D = \mathbb{E}_z[D(G(z))] - \mathbb{E}_x[D(x)] + \epsilon \, \mathbb{E}_x[D(x)^2]
      + \lambda \, \mathbb{E}_{\hat x}[(\|\nabla_{\hat x} D(\hat x)\|_2 / \gamma - 1)^2], \quad
  L_G = -\mathbb{E}_z[D(G(z))]$$

Departs from the paper: phases are shares of the budget, on CIFAR-10 1.6 instead of 20 million
images; Adam keeps its state as levels fade in; players' steps have different samples; a tanh bounds
images; vectors have the controlled rows' perceptrons, which do not grow. Images have full size in
every phase: with k doublings left, real ones are averaged (blended in a fade-in) and samples repeat
pixels. As the critic first averages $2^k$ by $2^k$ pixels, its gradient norm at the current
resolution, which the paper penalises, is $2^k$ times that at full size.
"""

from torch import Tensor

from gans.common.networks import progressive
from gans.common.penalties import gradient_norm, interpolate
from gans.common.variant import Batches, Losses, Shape, Variant


class ProGAN(Variant):
    """Growing networks, and the loss of WGAN-GP with a drift term.

    Args:
        growing: share of the budget in which the networks grow, by turns training and fading in;
            with 0 they have full size from the start.
        max_width: largest number of channels of a level.
        penalty_weight, penalty_target, drift_weight: lambda, gamma and epsilon; gamma is 750 in the
            paper for CIFAR-10.
    """

    progress = 1.0  # outside the training loop: loaded networks have full size
    boundary = None  # the drift term fixes the critic's constant only weakly

    def __init__(
        self, shape: Shape, *, latent: int = 512, width: int = 16, max_width: int = 512,
        growing: float = 0.5, penalty_weight: float = 10.0, penalty_target: float = 1.0,
        drift_weight: float = 0.001
    ) -> None:  # fmt: skip
        super().__init__(shape, latent)
        self.growing = growing
        self.penalty_weight, self.penalty_target = penalty_weight, penalty_target
        self.drift_weight = drift_weight
        self.doublings = progressive.count_doublings(shape)
        self.generator = progressive.generator(shape, latent, width, max_width)
        self.critic = progressive.critic(shape, width, max_width)

    def grow(self) -> float:
        """Grow both networks to the current phase; return the doublings in use."""
        grown = min(self.progress / self.growing, 1.0) if self.growing else 1.0
        level, part = divmod(grown * self.doublings, 1)
        growth = level + max(2 * part - 1, 0.0)
        progressive.grow(self.generator, growth)
        progressive.grow(self.critic, growth)
        return growth

    def step(self, batches: Batches) -> Losses:
        halvings = self.doublings - self.grow()
        real = progressive.coarsen(next(batches), halvings)
        fake = self.fake(len(real))
        norm = 2 ** int(halvings) * gradient_norm(self.critic, interpolate(real, fake))
        score = self.critic(real)
        losses = {
            "wasserstein": self.critic(fake).mean() - score.mean(),
            "penalty": self.penalty_weight * (norm / self.penalty_target - 1).square().mean(),
            "drift": self.drift_weight * score.square().mean(),
        }
        yield self.critic, losses
        yield self.generator, {"adversarial": -self.critic(self.sample(len(real))).mean()}

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        self.grow()
        return self.generator(self.noise(n))
