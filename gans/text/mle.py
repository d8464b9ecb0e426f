r"""MLE: Generating Sequences With Recurrent Neural Networks.

Graves, 2013, arXiv:1308.0850, equations 6 and 7.

Not a GAN, but the baseline of every generator of text. An LSTM reads the true tokens and maximises
the likelihood of the next one; a sentence is drawn by feeding its own tokens back to it. Likelihood
penalises low probabilities of real sentences strongly and high probabilities of unreal sentences
little. In training the LSTM never reads its own mistakes, which is known as exposure bias.

$$L = -\sum_{t=1}^{T} \log p_\theta(y_t \mid y_{1:t-1})$$

Departs from the paper: tokens are embedded, the LSTM has no peepholes, and the loss is the mean
over tokens instead of their sum.
"""

from gans.common.text import Text
from gans.common.variant import Batches, Losses, Shape


class MLE(Text):
    """An LSTM trained by maximum likelihood."""

    def __init__(
        self, shape: Shape, *, vocabulary: int, width: int = 32, hidden: int = 1000
    ) -> None:
        super().__init__(shape, vocabulary, width, hidden)

    def step(self, batches: Batches) -> Losses:
        yield self.generator, {"likelihood": self.nll(next(batches)).mean()}
