"""The contract of text generators: token sequences drawn from an LSTM."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from gans.common.networks.recurrent import Recurrent
from gans.common.variant import Shape, Variant


class Text(Variant):
    """A variant whose samples are sentences, rows of tokens drawn one by one.

    The batches of ``step`` are tokens, int64 ``(n, length)``, 0 to vocabulary - 1. The end
    token of a sentence, if the data have one, is a token like the others.

    Args:
        shape: ``(length,)`` of a sentence, in tokens.
        vocabulary: number of tokens.
        width: of the generator's token embedding.
        hidden: units of the generator's LSTM.
        pretraining: share of the budget for maximum likelihood only, 0 to below 1.
        adversarial_lr_scale: factor on the learning rates in adversarial training.

    Raises:
        ValueError: ``pretraining`` is out of range.
    """

    generator: Recurrent
    progress = 1.0  # outside the training loop: loaded weights are fully trained

    def __init__(
        self,
        shape: Shape,
        vocabulary: int,
        width: int,
        hidden: int,
        pretraining: float = 0.0,
        adversarial_lr_scale: float = 1.0,
    ) -> None:
        super().__init__(shape, latent=0)
        if not 0 <= pretraining < 1:
            raise ValueError(f"expected pretraining in [0, 1), got {pretraining}; lower it")
        (self.length,) = self.shape
        self.vocabulary = vocabulary
        self.pretraining, self.adversarial_lr_scale = pretraining, adversarial_lr_scale
        self.generator = Recurrent(vocabulary, width, hidden)

    @classmethod
    def kwargs_from_data(cls, arrays: Mapping[str, Any]) -> dict[str, Any]:
        return {"vocabulary": len(arrays["words"])}

    @property
    def adversarial_progress(self) -> float:
        """Completed share of the adversarial training; negative during pretraining."""
        return (self.progress - self.pretraining) / (1 - self.pretraining)

    def lr_scale(self) -> float:
        return self.adversarial_lr_scale if self.adversarial_progress >= 0 else 1.0

    def sample(self, n: int, condition: Tensor | None = None) -> Tensor:
        """Draw sentences, int64 ``(n, length)``, without gradients."""
        return self.generator.draw(n, self.length)

    def nll(self, tokens: Tensor) -> Tensor:
        """Return the negative log-likelihood of each token, conditioned on the preceding tokens.

        Args:
            tokens: int64 ``(n, length)``.

        Returns:
            In nats, ``(n, length)``; the sum of a row belongs to the sentence.
        """
        return self.generator.nll(tokens)
