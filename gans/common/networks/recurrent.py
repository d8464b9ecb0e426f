"""The LSTM that the controlled rows of text share: sentences drawn, scored and completed."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

LEAST = -30.0  # logarithm of the least share of a token
State = tuple[Tensor, Tensor]  # hidden and cell, (n, hidden) each


def gumbel(logits: Tensor) -> Tensor:
    """Noise of their shape with which the largest of ``logits + noise`` is a draw of the softmax.

    Maddison, Tarlow and Minka 2014, arXiv:1411.0030, section 2.
    """
    return torch.rand_like(logits).log_().neg_().log_().neg_()


def pick(logits: Tensor) -> Tensor:
    """Tokens ``(n,)`` drawn from the softmax of logits ``(n, vocabulary)``."""
    logits = logits.float()
    return (logits + gumbel(logits)).argmax(dim=-1)


class Recurrent(nn.Module):
    """An LSTM that says of each token how likely it is after those before it.

    Args:
        vocabulary: number of tokens.
        width: of their embedding.
        hidden: components of the state.
    """

    def __init__(self, vocabulary: int, width: int, hidden: int) -> None:
        super().__init__()
        self.vocabulary, self.hidden = vocabulary, hidden
        self.embedding = nn.Embedding(vocabulary + 1, width)  # the last one begins each sentence
        self.lstm = nn.LSTM(width, hidden, batch_first=True)
        self.output = nn.Linear(hidden, vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits ``(n, length, vocabulary)`` of each place, after the tokens ``(n, length)`` before."""
        first = tokens.new_full((len(tokens), 1), self.vocabulary)
        before = torch.cat([first, tokens[:, :-1]], dim=1)
        return self.output(self.lstm(self.embedding(before))[0])

    def nll(self, tokens: Tensor, read: Tensor | None = None) -> Tensor:
        """Negative log-likelihood of each token, in nats, ``(n, length)``.

        Each after those of ``read`` before it, which are the true ones if nobody says.
        """
        logits = self(tokens if read is None else read).float()
        return cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="none").view(
            tokens.shape
        )

    def begin(self, n: int) -> tuple[Tensor, State]:
        """What is read first, ``(n, width)``, and the state before anything is read."""
        first = self.embedding.weight[-1].expand(n, -1)
        state = first.new_zeros(n, self.hidden)
        return first, (state, state)

    def advance(self, read: Tensor, state: State) -> tuple[Tensor, State]:
        """Logits of the next token, ``(n, vocabulary)``, after one more embedding is read."""
        state = torch.lstm_cell(read, state, *self.lstm.all_weights[0])
        return self.output(state[0]), state

    @torch.no_grad()
    def draw(self, n: int, length: int) -> Tensor:
        """Sentences, int64 ``(n, length)``."""
        read, state = self.begin(n)
        tokens = []
        for _ in range(length):
            logits, state = self.advance(read, state)
            tokens.append(pick(logits))
            read = self.embedding(tokens[-1])
        return torch.stack(tokens, dim=1)

    def soft(self, n: int, length: int, sharpness: float) -> Tensor:
        """Sentences of shares of tokens, ``(n, length, vocabulary)``, through which gradients go.

        The larger the sharpness, the nearer are the shares to one token, and this to a draw.
        """
        read, state = self.begin(n)
        shares = []
        for _ in range(length):
            logits, state = self.advance(read, state)
            noisy = logits.float() + gumbel(logits.float())
            sharp = sharpness * (noisy - noisy.amax(dim=1, keepdim=True))
            # numbers too small for their exponent would make all that follows slow
            shares.append(torch.softmax(sharp.clamp(min=LEAST), dim=1))
            read = shares[-1] @ self.embedding.weight[:-1]
        return torch.stack(shares, dim=1)

    @torch.no_grad()
    def rollouts(self, tokens: Tensor, count: int) -> Tensor:
        """Every beginning of each sentence, completed ``count`` times by draws.

        All are drawn side by side: at each place of a sentence, those that began before it go on
        by one token, and those that begin there join them.

        Args:
            tokens: int64 ``(n, length)``, length at least 2.
            count: completions of each beginning.

        Returns:
            int64 ``(length - 1, count, n, length)``; of the first axis, entry t - 1 has the first t
            tokens of each sentence.
        """
        n, length = tokens.shape
        whole = tokens.repeat(length - 1, count, 1, 1)
        read, own = self.begin(n)
        _, own = self.advance(read, own)
        states: State = own[0][:0], own[1][:0]
        for place in range(1, length):
            # those under way have drawn their token of the place before this one
            read = self.embedding(whole[: place - 1, :, :, place - 1].reshape(-1))
            logits, states = self.advance(read, states)
            begun, own = self.advance(self.embedding(tokens[:, place - 1]), own)
            drawn = torch.cat([pick(logits), pick(begun.repeat(count, 1))])
            whole[:place, :, :, place] = drawn.view(place, count, n)
            joining = own[0].repeat(count, 1), own[1].repeat(count, 1)
            states = torch.cat([states[0], joining[0]]), torch.cat([states[1], joining[1]])
        return whole
