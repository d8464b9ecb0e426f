"""What generates text shares: the contract of tokens, and the LSTM of the controlled rows."""

from torch import Tensor

from gans.common.networks.recurrent import Recurrent
from gans.common.variant import Variant


class Text(Variant):
    """A variant whose samples are sentences: rows of tokens, drawn one after the other.

    The batches of its ``step`` are int64 ``(n, length)`` of 0 to vocabulary - 1. Whether one of
    these ends a sentence is for the data to say: it is learnt as any other.

    Args:
        shape: ``(length,)``, in tokens.
        vocabulary: number of tokens.
        width: of their embedding in the generator.
        hidden: components of the state of its LSTM.
        pretraining: share of the budget in which the generator learns by likelihood alone, below 1.
        game_rate: by what the learning rates are multiplied after that.
    """

    generator: Recurrent
    progress = 1.0  # until the loop says otherwise: weights that are loaded have played

    def __init__(
        self,
        shape: tuple[int, ...],
        vocabulary: int,
        width: int,
        hidden: int,
        pretraining: float = 0.0,
        game_rate: float = 1.0,
    ) -> None:
        super().__init__(shape, latent=0)
        if not 0 <= pretraining < 1:
            raise ValueError(f"pretraining of {pretraining} leaves no share of the budget to play")
        (self.length,) = self.shape
        self.vocabulary = vocabulary
        self.pretraining, self.game_rate = pretraining, game_rate
        self.generator = Recurrent(vocabulary, width, hidden)

    @classmethod
    def kwargs_from_data(cls, known):
        return {"vocabulary": len(known["words"])}

    @property
    def played(self) -> float:
        """Share of the game that is over; below 0 before it begins."""
        return (self.progress - self.pretraining) / (1 - self.pretraining)

    def lr_scale(self) -> float:
        return self.game_rate if self.played >= 0 else 1.0

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Sentences, int64 ``(n, length)``; no gradient goes back through a draw of tokens."""
        return self.generator.draw(n, self.length)

    def nll(self, tokens: Tensor) -> Tensor:
        """Negative log-likelihood of each token after those before it, in nats, ``(n, length)``.

        A row sums to that of the sentence.
        """
        return self.generator.nll(tokens)
