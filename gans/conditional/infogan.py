r"""InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial Nets.

Chen, Duan, Houthooft, Schulman, Sutskever and Abbeel, 2016, arXiv:1606.03657, equations 5 and 6.

The classes are found without labels: the generator gets a code c, a category and some numbers even
in [-1, 1], and must draw so that Q can read it off the image: a bound of the information they share.

$$L_I(G, Q) = \mathbb{E}_{c, x \sim G(z, c)}[\log Q(c \mid x)] + H(c) \le I(c; G(z, c))$$

$$\min_{G, Q} \max_D V(D, G) - \lambda L_I(G, Q)$$

Q is a head on the features of the discriminator and moves in its turn, as in the authors' code. No
other loss of that turn reaches the head, so Q descends $-\lambda L_I$ alone, as in the formula.

Departs from the paper: the networks of the controlled rows; Gaussian noise; Q's numbers have unit
variance, as in the authors' code on MNIST.
"""

import math

import torch
from torch.nn.functional import cross_entropy, softplus

from gans.common import networks
from gans.common.variant import Conditional, Losses


class InfoGAN(Conditional):
    """A generator whose code can be read off its images.

    Args:
        continuous: how many numbers the code has beside the category.
        information_weight: lambda.
    """

    named = False  # the categories are its own

    def __init__(
        self, shape, *, classes: int, latent=62, width=64, continuous=2, information_weight=1.0
    ) -> None:
        super().__init__(shape, latent, classes)
        self.continuous = continuous
        self.information_weight = information_weight
        self.generator = networks.generator(shape, latent + classes + continuous, width)
        self.discriminator = networks.discriminator(shape, width, 1 + classes + continuous)

    def draw(self, labels):
        """Samples for categories ``(n,)``, and the numbers that they were drawn for."""
        numbers = 2 * torch.rand(len(labels), self.continuous, device=labels.device) - 1
        inputs = torch.cat([self.noise(len(labels)), self.encode_labels(labels), numbers], dim=1)
        return self.generator(inputs), numbers

    def sample(self, n, condition=None):
        return self.draw(self.random_condition(n) if condition is None else condition)[0]

    def discriminator_score(self, images, condition=None):
        return self.discriminator(images)[:, 0]

    def uncertainty(self, outputs, labels, numbers) -> dict[str, torch.Tensor]:
        """-lambda L_I of either part of the code; H(c) is log K, and log 2 for each number."""
        logits, mean = outputs[:, 1:].split([self.classes, self.continuous], dim=1)
        category = cross_entropy(logits, labels) - math.log(self.classes)
        square = (numbers - mean).square() + math.log(math.pi / 2)  # log(2 pi) - 2 log 2
        losses = {"category": category, "numbers": 0.5 * square.sum(1).mean()}
        return {term: self.information_weight * loss for term, loss in losses.items()}

    def step(self, batches) -> Losses:
        real, _ = next(batches)
        labels = self.random_condition(len(real))
        with torch.no_grad():
            fake, numbers = self.draw(labels)
        outputs = self.discriminator(fake)
        losses = self.uncertainty(outputs, labels, numbers)
        losses["real"] = softplus(-self.discriminator_score(real)).mean()
        losses["fake"] = softplus(outputs[:, 0]).mean()
        yield self.discriminator, losses
        fake, numbers = self.draw(labels)
        outputs = self.discriminator(fake)
        losses = self.uncertainty(outputs, labels, numbers)
        yield self.generator, losses | {"adversarial": softplus(-outputs[:, 0]).mean()}
