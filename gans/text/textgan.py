r"""TextGAN: Adversarial Feature Matching for Text Generation.

Zhang, Gan, Fan, Chen, Henao, Shen and Carin, 2017, arXiv:1706.03850, equations 1 to 7.

The generator matches the distribution of the discriminator's features: its loss is the maximum mean
discrepancy between the features of generated and real sentences under a Gaussian kernel. The
discriminator classifies sentences and maximises the discrepancy. Relaxed tokens, which approach
one-hot vectors as L grows, let a gradient reach the generator.

$$L_D = -\mathbb{E}_s[\log D(s)] - \mathbb{E}_{\tilde s}[\log(1 - D(\tilde s))]
  - \lambda_m \mathrm{MMD}^2(f, \tilde f), \qquad L_G = \mathrm{MMD}^2(f, \tilde f)$$

$$\mathrm{MMD}^2 = \mathbb{E}[k(f, f')] + \mathbb{E}[k(\tilde f, \tilde f')] - 2 \mathbb{E}[k(f, \tilde f)],
  \qquad k(x, y) = \exp\left(-\tfrac{\|x - y\|^2}{2 \sigma^2 d}\right)$$

$$\tilde y_t = W_e \, \mathrm{softmax}(L (V h_t + g_t))$$

Departs from the paper: Gumbel noise g enters at every token, so that relaxed tokens approach draws
of the LSTM; in the paper noise enters once, as a code before the first token, and an additional
term reconstructs it. The LSTM is pretrained by likelihood, not as an autoencoder, and the
discriminator not with permuted sentences. The kernel is a mean over several widths, scaled by the
number of features d.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common.discrepancy import squared_mmd
from gans.common.networks.text_cnn import TextCNN
from gans.common.text import Text
from gans.common.variant import Batches, Losses, Shape


class TextGAN(Text):
    """A generator trained to match the discriminator's features of real sentences.

    Args:
        mmd_weight: lambda_m.
        sharpness: L at the end of the budget; it grows exponentially from 1.
        widths: sigma, in units of the root mean square difference of a feature.
    """

    def __init__(
        self, shape: Shape, *, vocabulary: int, width: int = 300, hidden: int = 500,
        filters: int = 300, windows: tuple[int, ...] = (3, 4, 5), pretraining: float = 0.5,
        mmd_weight: float = 1.0, sharpness: float = 100.0,
        widths: Sequence[float] = (0.5, 1.0, 2.0), adversarial_lr_scale: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, vocabulary, width, hidden, pretraining, adversarial_lr_scale)
        self.mmd_weight, self.sharpness, self.widths = mmd_weight, sharpness, widths
        self.discriminator = TextCNN(
            vocabulary, self.length, width=width, filters=filters, windows=windows
        )

    def sample_relaxed(self, n: int) -> Tensor:
        """Draw sentences of relaxed tokens, ``(n, length, vocabulary)``, with gradients."""
        sharpness = self.sharpness ** max(self.adversarial_progress, 0.0)
        return self.generator.draw_relaxed(n, self.length, sharpness)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        if self.adversarial_progress < 0:
            yield self.generator, {"likelihood": self.nll(real).mean()}
            return
        features, score = self.discriminator.features, self.discriminator.score
        with torch.no_grad():
            fake = self.sample_relaxed(len(real))
        f_real, f_fake = features(real), features(fake)
        losses = {"real": softplus(-score(f_real)).mean(), "fake": softplus(score(f_fake)).mean()}
        losses["mmd"] = -self.mmd_weight * squared_mmd(f_real, f_fake, self.widths)
        yield self.discriminator, losses
        with torch.no_grad():
            f_real = features(real)
        f_fake = features(self.sample_relaxed(len(real)))
        yield self.generator, {"mmd": squared_mmd(f_real, f_fake, self.widths)}
