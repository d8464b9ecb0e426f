r"""MLE: Generating Sequences With Recurrent Neural Networks.

Graves, 2013, arXiv:1308.0850, equations 6 and 7.

Not a GAN: the row that every generator of text is held against. An LSTM reads the true tokens one
after the other and is trained to find the next one likely; a sentence is drawn by feeding its own
tokens back to it. Likelihood asks that nothing in the data be impossible, and punishes little what
is drawn and is not in the data. In training the LSTM never reads its own mistakes, which is known as
exposure bias.

$$L = -\sum_{t=1}^{T} \log p_\theta(y_t \mid y_{1:t-1})$$

Departs from the paper: tokens are embedded, the LSTM has no peepholes, and the loss is the mean over
tokens instead of their sum.
"""

from gans.common.text import Text
from gans.common.variant import Losses


class MLE(Text):
    """An LSTM that learns to find the next token likely."""

    def __init__(self, shape, *, vocabulary, width: int = 32, hidden: int = 1000) -> None:
        super().__init__(shape, vocabulary, width, hidden)

    def step(self, batches) -> Losses:
        yield self.generator, {"likelihood": self.nll(next(batches)).mean()}
