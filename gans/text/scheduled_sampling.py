r"""Scheduled sampling: Scheduled Sampling for Sequence Prediction with Recurrent Neural Networks.

Bengio, Vinyals, Jaitly and Shazeer, 2015, arXiv:1506.03099, section 2.4.

Not a GAN: likelihood with a remedy for exposure bias. In training the LSTM reads the true token with
probability $\epsilon_i$, and else one that it has drawn itself, a coin for every token. It begins as
maximum likelihood does, and reads more and more of its own tokens. What it is to find likely is the
true token all the same, whatever it has read. That makes it no consistent estimator: read alone its
own tokens, and it is best to forget them and draw every place by itself (Huszár 2015,
arXiv:1511.05101).

$$L = -\sum_{t=1}^{T} \log p_\theta(y_t \mid \tilde y_{1:t-1}), \qquad
  \tilde y_t = y_t \;\mathrm{with\ probability}\; \epsilon_i, \;\mathrm{else}\;
  \tilde y_t \sim p_\theta(\cdot \mid \tilde y_{1:t-1})$$

$$\epsilon_i = \max(\epsilon, \; 1 - c \, i)$$

Departs from the paper: the linear schedule, falling over the whole budget to its least value at the
end, which the paper chooses for each task; the mean over tokens instead of their sum.
"""

import torch

from gans.common.networks.recurrent import pick
from gans.common.text import Text
from gans.common.variant import Losses


class ScheduledSampling(Text):
    """An LSTM that learns to go on from what it has drawn itself.

    Args:
        least: epsilon, the probability of reading the true token at the end of the budget.
    """

    def __init__(
        self, shape, *, vocabulary, width: int = 512, hidden: int = 512, least: float = 0.5
    ) -> None:
        super().__init__(shape, vocabulary, width, hidden)
        self.least = least

    def truth(self) -> float:
        """epsilon_i, the probability of reading the true token at this moment of the budget."""
        return 1 - (1 - self.least) * self.progress

    @torch.no_grad()
    def mixed(self, real, truth):
        """Sentences ``(n, length)`` to be read: of true tokens with a probability of ``truth``."""
        read, state = self.generator.begin(len(real))
        own = torch.rand(real.shape, device=real.device) >= truth
        tokens = []
        for true, wanted in zip(real.unbind(dim=1), own.unbind(dim=1), strict=True):
            logits, state = self.generator.advance(read, state)
            tokens.append(torch.where(wanted, pick(logits), true))
            read = self.generator.embedding(tokens[-1])
        return torch.stack(tokens, dim=1)

    def step(self, batches) -> Losses:
        real = next(batches)
        # a draw passes no gradient on, so that what was mixed can be read in one go
        losses = self.generator.nll(real, read=self.mixed(real, self.truth()))
        yield self.generator, {"likelihood": losses.mean()}
