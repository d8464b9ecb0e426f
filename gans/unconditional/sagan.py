r"""SAGAN: Self-Attention Generative Adversarial Networks.

Zhang, Goodfellow, Metaxas and Odena, 2019, arXiv:1805.08318, equations 1 to 4.

A convolution sees a neighbourhood, so that distant regions must be coordinated through many layers.
In a self-attention layer each position j attends to all positions i and receives a weighted sum of
their values, whatever their distance. The result is added to the input with a weight that starts at
0, so that the network learns local structure first. Spectral normalisation stabilises both players,
and the loss is the hinge loss.

$$\beta_{j,i} = \mathrm{softmax}_i \, (W_f x_i)^\top (W_g x_j), \qquad
    y_j = x_j + \gamma \, W_v \textstyle\sum_i \beta_{j,i} W_h x_i$$

$$L_D = \mathbb{E}_x[\max(0, 1 - D(x))] + \mathbb{E}_z[\max(0, 1 + D(G(z)))]$$

$$L_G = -\mathbb{E}_z[D(G(z))]$$

Departs from the paper: no classes; attention is inserted into the shared networks of the controlled
rows, of which the residual ones resemble the paper's. The paper's learning rates are 0.0001 for the
generator and 0.0004 for the discriminator; rows for digits and points have one for both. Vectors
have no positions to attend to: their networks have only the spectral normalisation.
"""

from torch.nn.functional import relu

from gans.common.networks import attention
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class SAGAN(Variant):
    """The hinge loss on networks with self-attention and spectral norm 1."""

    def __init__(
        self, shape: Shape, *, latent: int = 128, width: int = 64, backbone: Backbone = "dcgan"
    ) -> None:
        super().__init__(shape, latent)
        self.generator = attention.generator(shape, latent, width, backbone)
        self.discriminator = attention.discriminator(shape, width, backbone)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        fake = self.fake(len(real))
        yield (
            self.discriminator,
            {
                "real": relu(1 - self.discriminator(real)).mean(),  # eq. 4
                "fake": relu(1 + self.discriminator(fake)).mean(),
            },
        )
        yield self.generator, {"adversarial": -self.discriminator(self.sample(len(real))).mean()}
