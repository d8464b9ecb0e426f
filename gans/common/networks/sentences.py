"""A convolutional network that reads sentences: features of windows of words, and a score."""

import torch
from torch import Tensor, nn


class SentenceReader(nn.Module):
    """The network of SeqGAN and TextGAN's discriminators: Kim 2014, arXiv:1408.5882.

    Windows of several sizes slide over the embedded tokens, the largest answer of each filter is
    kept, and a highway layer (Srivastava et al. 2015, arXiv:1505.00387) carries these to a score.

    Args:
        vocabulary: number of tokens.
        length: of a sentence.
        width: of the embedding of a token.
        filters: of each window.
        windows: their sizes in tokens; what is longer than a sentence is as long as that.
    """

    def __init__(
        self, vocabulary: int, length: int, *, width: int, filters: int, windows: tuple[int, ...]
    ) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        fitting = sorted({min(size, length) for size in windows})
        self.embedding = nn.Embedding(vocabulary, width)
        self.convolutions = nn.ModuleList(nn.Conv1d(width, filters, size) for size in fitting)
        features = filters * len(fitting)
        self.gate, self.change = nn.Linear(features, features), nn.Linear(features, features)
        self.output = nn.Linear(features, 1)

    def features(self, tokens: Tensor) -> Tensor:
        """Features ``(n, d)`` of tokens, int64 ``(n, length)``, or of shares of these,
        ``(n, length, vocabulary)``."""
        shared = tokens.is_floating_point()
        embedded = tokens @ self.embedding.weight if shared else self.embedding(tokens)
        embedded = embedded.transpose(1, 2)
        largest = [own(embedded).amax(dim=2).relu() for own in self.convolutions]
        found = torch.cat(largest, dim=1)
        share = torch.sigmoid(self.gate(found))
        return share * self.change(found).relu() + (1 - share) * found

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits ``(n,)``, above 0 for what looks taken from the data; see `features`."""
        return self.score(self.features(tokens))

    def score(self, features: Tensor) -> Tensor:
        """The logits ``(n,)`` of features ``(n, d)``."""
        return self.output(features).squeeze(1)
