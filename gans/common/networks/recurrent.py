"""The LSTM language model that the controlled rows of text share."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

MIN_LOGIT = -30.0  # of the relaxed tokens, relative to the largest logit
State = tuple[Tensor, Tensor]  # hidden and cell state, (n, hidden) each


def gumbel_noise(logits: Tensor) -> Tensor:
    """Draw Gumbel noise of the shape of the logits.

    The argmax of ``logits + noise`` is a draw from their softmax (Maddison, Tarlow and Minka 2014,
    arXiv:1411.0030, section 2).
    """
    return torch.rand_like(logits).log_().neg_().log_().neg_()


def draw_tokens(logits: Tensor) -> Tensor:
    """Draw tokens ``(n,)`` from the softmax of logits ``(n, vocabulary)``."""
    logits = logits.float()
    return (logits + gumbel_noise(logits)).argmax(dim=-1)


class Recurrent(nn.Module):
    """An LSTM that predicts each token from the preceding tokens.

    Args:
        vocabulary: number of tokens.
        width: components of the token embedding.
        hidden: units of the LSTM.
    """

    def __init__(self, vocabulary: int, width: int, hidden: int) -> None:
        super().__init__()
        self.vocabulary, self.hidden = vocabulary, hidden
        self.embedding = nn.Embedding(vocabulary + 1, width)  # the last one starts each sentence
        self.lstm = nn.LSTM(width, hidden, batch_first=True)
        self.output = nn.Linear(hidden, vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        """Predict each token of ``(n, length)`` from the preceding tokens.

        Returns:
            Logits ``(n, length, vocabulary)``.
        """
        start = tokens.new_full((len(tokens), 1), self.vocabulary)
        inputs = torch.cat([start, tokens[:, :-1]], dim=1)
        return self.output(self.lstm(self.embedding(inputs))[0])

    def nll(self, tokens: Tensor, inputs: Tensor | None = None) -> Tensor:
        """Return the negative log-likelihood of each token.

        Args:
            tokens: int64 ``(n, length)``.
            inputs: the preceding tokens that the LSTM reads instead of ``tokens``, of the same
                shape; None for ``tokens`` (teacher forcing).

        Returns:
            In nats, ``(n, length)``.
        """
        logits = self(tokens if inputs is None else inputs).float()
        return cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="none").view(
            tokens.shape
        )

    def begin(self, n: int) -> tuple[Tensor, State]:
        """Return the embedded start token, ``(n, width)``, and the initial state."""
        start = self.embedding.weight[-1].expand(n, -1)
        state = start.new_zeros(n, self.hidden)
        return start, (state, state)

    def advance(self, embedded: Tensor, state: State) -> tuple[Tensor, State]:
        """Read one embedded token ``(n, width)`` and predict the next.

        Returns:
            Logits of the next token ``(n, vocabulary)``, and the new state.
        """
        state = torch.lstm_cell(embedded, state, *self.lstm.all_weights[0])
        return self.output(state[0]), state

    @torch.no_grad()
    def draw(self, n: int, length: int) -> Tensor:
        """Draw sentences, int64 ``(n, length)``."""
        embedded, state = self.begin(n)
        tokens = []
        for _ in range(length):
            logits, state = self.advance(embedded, state)
            tokens.append(draw_tokens(logits))
            embedded = self.embedding(tokens[-1])
        return torch.stack(tokens, dim=1)

    def draw_relaxed(self, n: int, length: int, sharpness: float) -> Tensor:
        """Draw differentiable sentences of relaxed one-hot tokens (Gumbel-softmax).

        Args:
            n: number of sentences.
            length: in tokens.
            sharpness: inverse temperature; larger values give tokens closer to one-hot.

        Returns:
            Token probabilities ``(n, length, vocabulary)``.
        """
        embedded, state = self.begin(n)
        probabilities = []
        for _ in range(length):
            logits, state = self.advance(embedded, state)
            noisy = logits.float() + gumbel_noise(logits.float())
            sharp = sharpness * (noisy - noisy.amax(dim=1, keepdim=True))
            # denormal probabilities would slow down everything that follows
            probabilities.append(torch.softmax(sharp.clamp(min=MIN_LOGIT), dim=1))
            embedded = probabilities[-1] @ self.embedding.weight[:-1]
        return torch.stack(probabilities, dim=1)

    @torch.no_grad()
    def rollouts(self, tokens: Tensor, count: int) -> Tensor:
        """Complete every prefix of each sentence ``count`` times by sampling.

        All prefixes are completed in parallel: at each position, the shorter prefixes are extended
        by one token, and the prefix that ends there joins them.

        Args:
            tokens: int64 ``(n, length)``, length at least 2.
            count: completions of each prefix.

        Returns:
            int64 ``(length - 1, count, n, length)``; entry t - 1 of the first axis contains the
            completions of the first t tokens of each sentence.
        """
        n, length = tokens.shape
        completed = tokens.repeat(length - 1, count, 1, 1)
        embedded, prefix_state = self.begin(n)
        _, prefix_state = self.advance(embedded, prefix_state)
        states: State = prefix_state[0][:0], prefix_state[1][:0]
        for position in range(1, length):
            # completions in progress read the token drawn at the previous position
            previous = completed[: position - 1, :, :, position - 1].reshape(-1)
            logits, states = self.advance(self.embedding(previous), states)
            prefix = self.embedding(tokens[:, position - 1])
            prefix_logits, prefix_state = self.advance(prefix, prefix_state)
            next_tokens = torch.cat(
                [draw_tokens(logits), draw_tokens(prefix_logits.repeat(count, 1))]
            )
            completed[:position, :, :, position] = next_tokens.view(position, count, n)
            joining = prefix_state[0].repeat(count, 1), prefix_state[1].repeat(count, 1)
            states = torch.cat([states[0], joining[0]]), torch.cat([states[1], joining[1]])
        return completed
