r"""WGAN-GP: Improved Training of Wasserstein GANs.

Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville, 2017, arXiv:1704.00028, algorithm 1.

Weight clipping biases a critic towards very simple functions and makes its gradients vanish or
explode. A 1-Lipschitz critic that attains the Wasserstein distance has gradient norm 1 almost
everywhere on the lines between coupled data and samples. The gradient penalty enforces this norm at
points drawn uniformly on lines between real and generated samples.

$$L_D = \mathbb{E}_z[D(G(z))] - \mathbb{E}_x[D(x)]
      + \lambda \, \mathbb{E}_{\hat x}[(\|\nabla_{\hat x} D(\hat x)\|_2 - 1)^2]$$

$$L_G = -\mathbb{E}_z[D(G(z))]$$

Departs from the paper: the shared networks of the controlled rows; on small data params.yaml has
other values of n_critic and lambda.
"""

from gans.common import networks
from gans.common.penalties import gradient_norm, interpolate
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class WGANGP(Variant):
    """The Wasserstein loss with a critic kept 1-Lipschitz by a gradient penalty.

    Args:
        n_critic: steps of the critic per step of the generator.
        penalty_weight: lambda of equation 3.
        generator_batches: samples of a generator step, in minibatches.
    """

    boundary = None  # a constant added to the critic changes nothing

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 128,
        width: int = 64,
        backbone: Backbone = "dcgan",
        n_critic: int = 5,
        penalty_weight: float = 10.0,
        generator_batches: int = 1,  # 2 in the authors' code for CIFAR-10
    ) -> None:
        super().__init__(shape, latent)
        self.n_critic = n_critic
        self.penalty_weight = penalty_weight
        self.generator_batches = generator_batches
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        self.critic = networks.discriminator(shape, width, backbone=backbone)

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.n_critic):
            real = next(batches)
            fake = self.fake(len(real))
            norm = gradient_norm(self.critic, interpolate(real, fake))
            yield (
                self.critic,
                {
                    "wasserstein": self.critic(fake).mean() - self.critic(real).mean(),
                    "penalty": self.penalty_weight * (norm - 1).square().mean(),  # eq. 3
                },
            )
        fake = self.sample(self.generator_batches * len(real))
        yield self.generator, {"adversarial": -self.critic(fake).mean()}
