r"""Scheduled sampling: Scheduled Sampling for Sequence Prediction with Recurrent Neural Networks.

Bengio, Vinyals, Jaitly and Shazeer, 2015, arXiv:1506.03099, section 2.4.

Not a GAN, but maximum likelihood with a remedy for exposure bias. In training the LSTM reads, for
every token independently, the true token with probability $\epsilon_i$ and otherwise a token that
it drew itself. $\epsilon_i$ falls from 1, where training is that of maximum likelihood. The target
is the true token in any case. The estimator is therefore inconsistent: an LSTM that reads only
drawn tokens does best to ignore them and model each position independently (Huszár 2015,
arXiv:1511.05101).

$$L = -\sum_{t=1}^{T} \log p_\theta(y_t \mid \tilde y_{1:t-1}), \qquad
  \tilde y_t = y_t \;\mathrm{with\ probability}\; \epsilon_i, \;\mathrm{else}\;
  \tilde y_t \sim p_\theta(\cdot \mid \tilde y_{1:t-1})$$

$$\epsilon_i = \max(\epsilon, \; 1 - c \, i)$$

Departs from the paper: the linear schedule falls over the whole budget and reaches its minimum,
which the paper chooses for each task, at the end; the mean over tokens instead of their sum.
"""

import torch
from torch import Tensor

from gans.common.networks.recurrent import draw_tokens
from gans.common.text import Text
from gans.common.variant import Batches, Losses, Shape


class ScheduledSampling(Text):
    """An LSTM trained to predict true tokens from a mixture of true and drawn tokens.

    Args:
        min_true_probability: epsilon, the probability of the true token at the end of the budget.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        vocabulary: int,
        width: int = 512,
        hidden: int = 512,
        min_true_probability: float = 0.5,
    ) -> None:
        super().__init__(shape, vocabulary, width, hidden)
        self.min_true_probability = min_true_probability

    def true_token_probability(self) -> float:
        """Return epsilon_i, the probability of the true token at the current ``progress``."""
        return 1 - (1 - self.min_true_probability) * self.progress

    @torch.no_grad()
    def mix_tokens(self, real: Tensor, probability: float) -> Tensor:
        """Replace tokens of sentences ``(n, length)`` by draws of the LSTM.

        Args:
            real: int64 ``(n, length)``.
            probability: of keeping the true token.
        """
        embedded, state = self.generator.begin(len(real))
        is_drawn = torch.rand(real.shape, device=real.device) >= probability
        tokens = []
        for token, draw in zip(real.unbind(dim=1), is_drawn.unbind(dim=1), strict=True):
            logits, state = self.generator.advance(embedded, state)
            tokens.append(torch.where(draw, draw_tokens(logits), token))
            embedded = self.generator.embedding(tokens[-1])
        return torch.stack(tokens, dim=1)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        # draws have no gradient, so that the LSTM can read the mixed tokens in one pass
        inputs = self.mix_tokens(real, self.true_token_probability())
        losses = self.generator.nll(real, inputs)
        yield self.generator, {"likelihood": losses.mean()}
