r"""StyleGAN2: Analyzing and Improving the Image Quality of StyleGAN.

Karras, Laine, Aittala, Hellsten, Lehtinen and Aila, 2020, arXiv:1912.04958, sections 2 to 4, with
the adaptive discriminator augmentation (ADA) of Karras et al., 2020, arXiv:2006.06676.

Styles scale weights of convolutions, not normalised features. A penalty on path lengths makes equal
steps of a style change images equally. As in the authors' code, it acts in every 4th step, and R1
in every 16th. ADA augments all that D sees with probability p, which rises while r_t > 0.6.

$$w''_{ijk} = s_i w_{ijk} \big/ \sqrt{\textstyle\sum_{i,k} (s_i w_{ijk})^2 + \epsilon}, \quad
  r_t = \mathbb{E}[\mathrm{sign}(D(x))]$$

$$L_D = \mathbb{E}[\mathrm{softplus}(-D(x)) + \mathrm{softplus}(D(G(z)))
      + \tfrac{\gamma}{2} \|\nabla_x D(x)\|^2], \quad
  L_G = \mathbb{E}[\mathrm{softplus}(-D(G(z))) + \lambda (\|J_w^\top y\|_2 - a)^2]$$

Departs from the paper: penalties join the main loss; a tanh bounds images; one standard deviation a
minibatch, not per 4 images or, on CIFAR-10, 32; there 6.4 of 100 million images, no ramp-up of the
average, no half precision. Vectors: shared perceptrons without ADA.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common import augmentation
from gans.common.networks import style2
from gans.common.path_length import PathLengthPenalty
from gans.common.penalties import outputs_and_gradient_norm
from gans.common.steps import StepCounter
from gans.common.variant import Batches, Losses, Shape, Variant


class StyleGAN2(Variant):
    """StyleGAN's loss and arguments, a penalty on path lengths and ADA; ``path_weight`` is lambda.

    Args:
        ada: whether to augment; p rises from 0 to 1 in at least ``rampup_samples``.
        is_residual: whether D has skip connections; not in ADA's paper for CIFAR-10.
    """

    generator: style2.Generator

    def __init__(
        self, shape: Shape, *, latent: int = 512, width: int = 32, depth: int = 8,
        mapping_lr_scale: float = 0.01, mixing: float = 0.9, truncation: float = 1.0,
        penalty_weight: float = 10.0, path_weight: float = 2.0, rampup_samples: float = 5e5,
        is_residual: bool = True, ada: bool = True
    ) -> None:  # fmt: skip
        super().__init__(shape, latent)
        self.truncation, self.path_weight, self.counter = truncation, path_weight, StepCounter()
        self.penalty_weight, self.path_penalty = penalty_weight, PathLengthPenalty()
        self.generator = style2.Generator(shape, latent, width, depth, mapping_lr_scale, mixing)
        self.discriminator = style2.discriminator(shape, width, is_residual)
        self.augment = augmentation.adaptive(shape, ada, rampup_samples)

    def step(self, batches: Batches) -> Losses:
        step, synthesis = self.counter.advance(), self.generator["synthesis"]
        n = len(real := next(batches))
        with torch.no_grad():
            fake = self.augment(synthesis(self.generator.mix_styles(self.noise(2 * n))))
        losses = {"fake": softplus(self.discriminator(fake)).mean()}
        if step % 16 == 0:
            augmented = augmentation.AugmentedDiscriminator(self.augment, self.discriminator)
            on_real, norm = outputs_and_gradient_norm(augmented, real)
            losses["r1"] = 8 * self.penalty_weight * norm.square().mean()  # 16 times gamma / 2
        else:
            on_real = self.discriminator(self.augment(real))
        yield self.discriminator, losses | {"real": softplus(-on_real).mean()}
        self.augment.adapt(on_real)
        fake = self.augment(synthesis(self.generator.mix_styles(self.noise(2 * n))))
        losses = {"adversarial": softplus(-self.discriminator(fake)).mean()}
        if self.path_weight and step % 4 == 0:
            styles = self.generator.mix_styles(self.noise(n))  # half a minibatch saves memory
            penalty = self.path_penalty(synthesis.forward(styles), styles)
            losses["path"] = 4 * self.path_weight * penalty
        yield self.generator, losses

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        return self.generator(self.noise(n), self.truncation)
