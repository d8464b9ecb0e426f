"""What variants share that draw what a caption says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common.networks.captions import CaptionEncoder, encode
from gans.common.variant import LoadLayers, LoadWeights, Variant


class TextToImage(Variant):
    """A variant that is given a caption and draws what it says.

    The batches of its ``step`` are pairs: images ``(n, *shape)`` in [-1, 1], and captions, int64
    ``(n, length)``, a number being the place of a word in ``vocabulary``, and 0 none.

    Captions are embedded by an encoder that was trained before and stays as it is. It is nobody's
    player: its weights are buffers, so that those of a trained variant are enough to sample.

    Args:
        shape: of one sample, ``(c, h, w)``.
        latent: number of components of the noise.
        vocabulary: the words, the first one for padding.
        length: words of a caption at most.

    Raises:
        ValueError: samples are no images.
    """

    condition_key = "condition"

    def __init__(
        self, shape: tuple[int, ...], latent: int, vocabulary: Sequence[str], length: int
    ) -> None:
        if len(shape) != 3:
            raise ValueError(f"captions are of images, not of samples of shape {shape}")
        super().__init__(shape, latent)
        self.vocabulary, self.length = list(vocabulary), length
        for name, value in CaptionEncoder(len(self.vocabulary)).state_dict().items():
            self.register_buffer(f"caption_{name}", value)

    @classmethod
    def kwargs_from_data(cls, known: Mapping[str, Any]) -> dict[str, Any]:
        return {"vocabulary": known["words"].tolist(), "length": known["condition"].shape[1]}

    def load_caption_encoder(self, encoder: Mapping[str, Tensor]) -> None:
        """Take over the weights of a trained `CaptionEncoder`, by their names."""
        for name, value in encoder.items():
            getattr(self, f"caption_{name}").copy_(value)

    def choose_condition(self, real: Tensor | None, random: Tensor | None) -> Tensor | None:
        return real

    def load_networks(self, perceptual: LoadLayers, caption_encoder: LoadWeights) -> None:
        self.load_caption_encoder(caption_encoder())

    def embed(self, condition: Tensor) -> Tensor:
        """Captions, int64 ``(n, length)``, to ``(n, EMBEDDING)``; nothing is learnt in it."""
        names = ("words", "filters", "offsets", "projection")
        return encode(condition, **{name: getattr(self, f"caption_{name}") for name in names})

    def random_condition(self, n: int) -> Tensor:
        """Words drawn evenly, int64 ``(n, length)``."""
        device = next(self.parameters()).device
        return torch.randint(1, len(self.vocabulary), (n, self.length), device=device)

    def asked(self, n: int, condition: Tensor | None) -> Tensor:
        """The captions ``random_condition`` as they are embedded; without them, of `random_condition`."""
        return self.embed(self.random_condition(n) if condition is None else condition)

    def matching_aware(
        self,
        judge: Callable[[Tensor, Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        condition: Tensor,
    ) -> dict[str, Tensor]:
        """The loss of a discriminator that is to see what does not match.

        Reed et al. 2016, arXiv:1605.05396, algorithm 1.

        Args:
            judge: of images and embedded captions, to logits ``(n,)``.
            real, fake: images; the fake ones were drawn for the captions of the real ones.
            condition: these captions, int64 ``(n, length)``.
        """
        own, other = self.embed(condition), self.embed(others(condition))
        # of all three kinds at once, which is faster than one after the other
        scores = judge(torch.cat([real, real, fake]), torch.cat([own, other, own]))
        matched, mismatched, made = scores.chunk(3)
        return {
            "real": softplus(-matched).mean(),
            "mismatched": 0.5 * softplus(mismatched).mean(),
            "fake": 0.5 * softplus(made).mean(),
        }


def others(condition: Tensor) -> Tensor:
    """For each caption of a batch another that does not say the same, int64 ``(n, length)``.

    It is the next one in the batch that differs; where none does, one that is the same.
    """
    n = len(condition)
    own = torch.arange(n, device=condition.device)
    places = (own[:, None] + own[1:]) % n  # of all others, beginning with the next
    differ = (condition[places] != condition[:, None]).any(dim=2)
    first = differ.int().argmax(dim=1)
    return condition[places[own, first]]
