"""The convolutional network for sentences that discriminators of text share."""

import torch
from torch import Tensor, nn


class TextCNN(nn.Module):
    """The discriminator of SeqGAN and TextGAN (Kim 2014, arXiv:1408.5882).

    Filters of several sizes slide over the embedded tokens and are max-pooled over the sentence; a
    highway layer (Srivastava et al. 2015, arXiv:1505.00387) and a linear layer follow.

    Args:
        vocabulary: number of tokens.
        length: tokens of a sentence.
        width: components of the token embedding.
        filters: number of filters of each size.
        windows: sizes of the filters in tokens, at most the length of a sentence.
    """

    def __init__(
        self, vocabulary: int, length: int, *, width: int, filters: int, windows: tuple[int, ...]
    ) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        sizes = sorted({min(size, length) for size in windows})
        self.embedding = nn.Embedding(vocabulary, width)
        self.convolutions = nn.ModuleList(nn.Conv1d(width, filters, size) for size in sizes)
        features = filters * len(sizes)
        self.gate, self.change = nn.Linear(features, features), nn.Linear(features, features)
        self.output = nn.Linear(features, 1)

    def features(self, tokens: Tensor) -> Tensor:
        """Compute features of sentences.

        Args:
            tokens: int64 ``(n, length)``, or token probabilities ``(n, length, vocabulary)``.

        Returns:
            ``(n, d)``.
        """
        is_relaxed = tokens.is_floating_point()
        embedded = tokens @ self.embedding.weight if is_relaxed else self.embedding(tokens)
        embedded = embedded.transpose(1, 2)
        maxima = [convolution(embedded).amax(dim=2).relu() for convolution in self.convolutions]
        pooled = torch.cat(maxima, dim=1)
        gate = torch.sigmoid(self.gate(pooled))
        return gate * self.change(pooled).relu() + (1 - gate) * pooled

    def forward(self, tokens: Tensor) -> Tensor:
        """Score sentences as logits ``(n,)``, positive for real; see `features`."""
        return self.score(self.features(tokens))

    def score(self, features: Tensor) -> Tensor:
        """Score features ``(n, d)`` as logits ``(n,)``."""
        return self.output(features).squeeze(1)
