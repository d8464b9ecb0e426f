r"""TextGAN: Adversarial Feature Matching for Text Generation.

Zhang, Gan, Fan, Chen, Henao, Shen and Carin, 2017, arXiv:1706.03850, equations 1 to 7.

The generator is not asked to deceive, but to match: its sentences and real ones are to have the same
distribution of features, those that the discriminator reads sentences by. How far the two are apart
is their maximum mean discrepancy under a Gaussian kernel, and the discriminator, beside telling
real from drawn, is paid for features in which they differ. A gradient reaches the generator because
tokens are replaced by their shares, which come near a choice as L grows.

$$L_D = -\mathbb{E}_s[\log D(s)] - \mathbb{E}_{\tilde s}[\log(1 - D(\tilde s))]
  - \lambda_m \mathrm{MMD}^2(f, \tilde f), \qquad L_G = \mathrm{MMD}^2(f, \tilde f)$$

$$\mathrm{MMD}^2 = \mathbb{E}[k(f, f')] + \mathbb{E}[k(\tilde f, \tilde f')] - 2 \mathbb{E}[k(f, \tilde f)],
  \qquad k(x, y) = \exp\left(-\tfrac{\|x - y\|^2}{2 \sigma^2 d}\right)$$

$$\tilde y_t = W_e \, \mathrm{softmax}(L (V h_t + g_t))$$

Departs from the paper: noise g, of Gumbel's distribution, enters at every token, so that what is
approached as L grows is a draw of the LSTM. There it enters once, as a code before the first token;
here there is no code to be recovered, and so no term for that. The LSTM is first trained by
likelihood, not as an autoencoder, and the discriminator without permuted sentences. The kernel is a
mean over several widths, and d, the number of features, scales them.
"""

import torch
from torch.nn.functional import softplus

from gans.common.discrepancy import squared_mmd
from gans.common.networks.sentences import SentenceReader
from gans.common.text import Text
from gans.common.variant import Losses


class TextGAN(Text):
    """A generator whose sentences are to have the features of real ones.

    Args:
        mmd_weight: lambda_m.
        sharpness: L at the end of the game; it grows to it from 1, by the same factor each time.
        widths: sigma, in units of the root mean square of a feature's difference.
    """

    def __init__(
        self, shape, *, vocabulary, width: int = 300, hidden: int = 500, filters: int = 300,
        windows=(3, 4, 5), pretraining: float = 0.5, mmd_weight: float = 1.0,
        sharpness: float = 100.0, widths=(0.5, 1.0, 2.0), game_rate: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, vocabulary, width, hidden, pretraining, game_rate)
        self.mmd_weight, self.sharpness, self.widths = mmd_weight, sharpness, widths
        self.discriminator = SentenceReader(
            vocabulary, self.length, width=width, filters=filters, windows=windows
        )

    def soft(self, n):
        """Sentences of shares of tokens, ``(n, length, vocabulary)``, with a gradient."""
        return self.generator.soft(n, self.length, self.sharpness ** max(self.played, 0.0))

    def step(self, batches) -> Losses:
        real = next(batches)
        if self.played < 0:
            yield self.generator, {"likelihood": self.nll(real).mean()}
            return
        read = self.discriminator
        with torch.no_grad():
            fake = self.soft(len(real))
        ours, theirs = read.features(real), read.features(fake)
        yield (
            read,
            {
                "real": softplus(-read.score(ours)).mean(),
                "fake": softplus(read.score(theirs)).mean(),
                "mmd": -self.mmd_weight * squared_mmd(ours, theirs, self.widths),
            },
        )
        with torch.no_grad():
            ours = read.features(real)
        theirs = read.features(self.soft(len(real)))
        yield self.generator, {"mmd": squared_mmd(ours, theirs, self.widths)}
