"""Image and domain to the same image in that domain."""

from typing import ClassVar

from benchmark.config.schema import Dataset
from benchmark.tracks.base.image_to_image import ImageToImageTrack
from benchmark.tracks.base.track import SampleShapes


class Domains(ImageToImageTrack):
    """Images of several domains, each brought into another."""

    higher_is_better: ClassVar[dict[str, bool | None]] = ImageToImageTrack.higher_is_better | {
        "domain_accuracy": True
    }
    # FID sees images of all domains together: the inputs as they are would be among the best
    headline = "perceptual"

    def sample_shapes(self, name: str, dataset: Dataset) -> SampleShapes:
        from benchmark.data.sources.domains import DOMAINS
        from benchmark.data.sources.translation import SIDE

        shape, source = (3, SIDE, SIDE), (3 + 2 * len(DOMAINS), SIDE, SIDE)
        return SampleShapes(shape, source, name in self.sources())
