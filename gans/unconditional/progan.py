r"""ProGAN: Progressive Growing of GANs for Improved Quality, Stability, and Variation.

Karras, Aila, Laine and Lehtinen, 2018, arXiv:1710.10196, sections 2 to 4 and appendix A.1.

Small images are soon learnt, and a network that has learnt them is a good start for images twice as
large: both players begin at a coarse resolution and layers for finer ones are faded in. Pixel
normalisation keeps the generator's features from escalating, an equalised learning rate lets layers
learn at one speed, the critic is told how much a batch varies, and a drift term holds its scores.

$$L_D = \mathbb{E}_z[D(G(z))] - \mathbb{E}_x[D(x)]
      + \lambda \, \mathbb{E}_{\hat x}[(\|\nabla_{\hat x} D(\hat x)\|_2 - 1)^2]
      + \epsilon \, \mathbb{E}_x[D(x)^2]$$

$$L_G = -\mathbb{E}_z[D(G(z))]$$

Departs from the paper: phases are shares of the budget, and a tanh bounds the images. These always
have full size: while the networks are smaller, real ones are averaged down (blended as a level
fades in) and samples repeat pixels. Vectors get the controlled rows' perceptrons, which never grow.
"""

from gans.common.networks import progressive
from gans.common.penalties import gradient_norm, interpolate
from gans.common.variant import Losses, Variant


class ProGAN(Variant):
    """Two networks that grow, and WGAN-GP with a drift term.

    Args:
        growing: share of the budget in which the networks grow, by turns training and fading in.
        penalty_weight, drift_weight: lambda and epsilon.
    """

    progress = 1.0  # until the loop says otherwise: weights that are loaded have grown
    boundary = None  # a constant added to the critic hardly matters

    def __init__(
        self,
        shape,
        *,
        latent: int = 512,
        width: int = 16,  # the paper's at 1024x1024
        growing: float = 0.5,
        penalty_weight: float = 10.0,
        drift_weight: float = 0.001,
    ) -> None:
        super().__init__(shape, latent)
        self.growing = growing
        self.penalty_weight = penalty_weight
        self.drift_weight = drift_weight
        self.doublings = progressive.doublings(shape)
        self.generator = progressive.generator(shape, latent, width)
        self.critic = progressive.critic(shape, width)

    def grow(self) -> float:
        """Give both networks the size that is due, in doublings; a fraction is being faded in."""
        level, part = divmod(min(self.progress / self.growing, 1.0) * self.doublings, 1)
        grown = level + max(2 * part - 1, 0.0)
        progressive.grow(self.generator, grown)
        progressive.grow(self.critic, grown)
        return grown

    def step(self, batches) -> Losses:
        real = progressive.coarsened(next(batches), self.doublings - self.grow())
        fake = self.fake(len(real))
        norm = gradient_norm(self.critic, interpolate(real, fake))
        score = self.critic(real)
        yield (
            self.critic,
            {
                "wasserstein": self.critic(fake).mean() - score.mean(),
                "penalty": self.penalty_weight * (norm - 1).square().mean(),
                "drift": self.drift_weight * score.square().mean(),
            },
        )
        yield self.generator, {"adversarial": -self.critic(self.sample(len(real))).mean()}

    def sample(self, n, condition=None):
        self.grow()
        return self.generator(self.noise(n))
