"""The contract of text-to-image variants, and the matching-aware loss."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common.networks.captions import CaptionEncoder, encode_captions
from gans.common.variant import LoadLayers, LoadWeights, Shape, Variant


class TextToImage(Variant):
    """A variant whose samples are images conditioned on a caption.

    The batches of ``step`` are pairs: images ``(n, *shape)`` in [-1, 1], and captions, int64
    ``(n, length)``. A caption is a row of indices into ``vocabulary``; 0 is padding.

    A pretrained, frozen encoder embeds the captions. It belongs to no player: its weights are
    buffers, so that the saved weights of a variant are enough to sample.

    Args:
        shape: ``(c, h, w)`` of an image.
        latent: number of components of the noise.
        vocabulary: the words; the first word is the padding.
        length: maximum number of words of a caption.

    Raises:
        ValueError: the samples are not images.
    """

    condition_key = "condition"

    def __init__(self, shape: Shape, latent: int, vocabulary: Sequence[str], length: int) -> None:
        if len(shape) != 3:
            raise ValueError(
                f"expected images of shape (c, h, w), got samples of shape {tuple(shape)}; "
                "use a data set of captioned images"
            )
        super().__init__(shape, latent)
        self.vocabulary, self.length = list(vocabulary), length
        for name, value in CaptionEncoder(len(self.vocabulary)).state_dict().items():
            self.register_buffer(f"caption_{name}", value)

    @classmethod
    def kwargs_from_data(cls, arrays: Mapping[str, Any]) -> dict[str, Any]:
        return {"vocabulary": arrays["words"].tolist(), "length": arrays["condition"].shape[1]}

    def load_caption_encoder(self, weights: Mapping[str, Tensor]) -> None:
        """Copy the weights of a trained `CaptionEncoder`, given by name."""
        for name, value in weights.items():
            getattr(self, f"caption_{name}").copy_(value)

    def choose_condition(self, real: Tensor | None, random: Tensor | None) -> Tensor | None:
        return real

    def load_networks(self, perceptual: LoadLayers, caption_encoder: LoadWeights) -> None:
        self.load_caption_encoder(caption_encoder())

    def embed(self, condition: Tensor) -> Tensor:
        """Embed captions, int64 ``(n, length)``, as ``(n, EMBEDDING)``, without gradients."""
        names = ("words", "filters", "offsets", "projection")
        weights = {name: getattr(self, f"caption_{name}") for name in names}
        return encode_captions(condition, **weights)

    def random_condition(self, n: int) -> Tensor:
        """Draw captions of uniformly random words, int64 ``(n, length)``."""
        return torch.randint(1, len(self.vocabulary), (n, self.length), device=self.device)

    def embed_or_random(self, n: int, condition: Tensor | None) -> Tensor:
        """Embed captions, or ``n`` random ones if ``condition`` is None, ``(n, EMBEDDING)``."""
        return self.embed(self.random_condition(n) if condition is None else condition)

    def matching_losses(
        self,
        discriminator: Callable[[Tensor, Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        condition: Tensor,
    ) -> dict[str, Tensor]:
        """Return the loss terms of a matching-aware discriminator (GAN-CLS).

        Reed et al. 2016, arXiv:1605.05396, algorithm 1.

        Args:
            discriminator: maps images and embedded captions to logits ``(n,)``.
            real: images ``(n, *shape)``.
            fake: images generated for the captions of the real ones, ``(n, *shape)``.
            condition: these captions, int64 ``(n, length)``.
        """
        caption_code = self.embed(condition)
        mismatched_code = self.embed(mismatched_captions(condition))
        # one pass over all three kinds of pairs is faster than three passes
        logits = discriminator(
            torch.cat([real, real, fake]), torch.cat([caption_code, mismatched_code, caption_code])
        )
        on_matched, on_mismatched, on_fake = logits.chunk(3)
        return {
            "real": softplus(-on_matched).mean(),
            "mismatched": 0.5 * softplus(on_mismatched).mean(),
            "fake": 0.5 * softplus(on_fake).mean(),
        }


def mismatched_captions(condition: Tensor) -> Tensor:
    """Return a different caption of the batch for each caption, int64 ``(n, length)``.

    The next different caption in cyclic order is returned. If all captions of the batch are equal,
    an equal caption is returned.

    Args:
        condition: captions, int64 ``(n, length)``.
    """
    n = len(condition)
    indices = torch.arange(n, device=condition.device)
    candidates = (indices[:, None] + indices[1:]) % n  # all other captions, the next one first
    differ = (condition[candidates] != condition[:, None]).any(dim=2)
    first = differ.int().argmax(dim=1)
    return condition[candidates[indices, first]]
