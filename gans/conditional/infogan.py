r"""InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial Nets.

Chen, Duan, Houthooft, Schulman, Sutskever and Abbeel, 2016, arXiv:1606.03657, equations 5 and 6.

The generator learns classes without labels. Its input includes a code c, a category and numbers
uniform in [-1, 1], and Q predicts the code from the image: a bound on their mutual information.

$$L_I(G, Q) = \mathbb{E}_{c, x \sim G(z, c)}[\log Q(c \mid x)] + H(c) \le I(c; G(z, c))$$

$$\min_{G, Q} \max_D V(D, G) - \lambda L_I(G, Q)$$

Q is a head on the discriminator's features and is updated with it, as in the authors' code. No
other loss of that step reaches the head, so Q descends only $-\lambda L_I$, as in the formula.

Departs from the paper: the shared networks of the controlled rows; Gaussian noise; Q's numbers have
unit variance, as in the authors' code for MNIST.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Conditional, Losses, Shape


class InfoGAN(Conditional):
    """The code has ``continuous`` numbers and a category; ``information_weight`` is lambda."""

    has_labels = False  # the categories are not labels of the data

    def __init__(
        self, shape: Shape, *, classes: int, latent: int = 62, width: int = 64,
        backbone: Backbone = "dcgan", continuous: int = 2, information_weight: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, latent, classes)
        self.continuous, self.information_weight = continuous, information_weight
        code = classes + continuous
        self.generator = networks.generator(shape, latent, width, classes=code, backbone=backbone)
        self.discriminator = networks.discriminator(shape, width, 1 + code, backbone=backbone)

    def sample_with_code(self, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Draw samples of categories ``(n,)``, and return them with the numbers of their codes."""
        numbers = 2 * torch.rand(len(labels), self.continuous, device=labels.device) - 1
        inputs = torch.cat([self.noise(len(labels)), self.encode_labels(labels), numbers], dim=1)
        return self.generator(inputs), numbers

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        labels = self.random_condition(n) if condition is None else condition
        return self.sample_with_code(labels)[0]

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.discriminator(images)[:, 0]

    def information_losses(
        self, outputs: Tensor, labels: Tensor, numbers: Tensor
    ) -> dict[str, Tensor]:
        """Compute -lambda L_I of both parts; H(c) is log K, and log 2 for each number."""
        logits, mean = outputs[:, 1:].split([self.classes, self.continuous], dim=1)
        category = cross_entropy(logits, labels) - math.log(self.classes)
        square = (numbers - mean).square() + math.log(math.pi / 2)  # log(2 pi) - 2 log 2
        losses = {"category": category, "numbers": 0.5 * square.sum(1).mean()}
        return {term: self.information_weight * loss for term, loss in losses.items()}

    def step(self, batches: Batches) -> Losses:
        real, _ = next(batches)
        labels = self.random_condition(len(real))
        with torch.no_grad():
            fake, numbers = self.sample_with_code(labels)
        outputs = self.discriminator(fake)
        losses = self.information_losses(outputs, labels, numbers)
        losses["real"] = softplus(-self.discriminator_score(real)).mean()
        losses["fake"] = softplus(outputs[:, 0]).mean()
        yield self.discriminator, losses
        fake, numbers = self.sample_with_code(labels)
        outputs = self.discriminator(fake)
        losses = self.information_losses(outputs, labels, numbers)
        yield self.generator, losses | {"adversarial": softplus(-outputs[:, 0]).mean()}
