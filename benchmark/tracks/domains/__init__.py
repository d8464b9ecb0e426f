"""Image and domain to the same image in that domain."""

from typing import ClassVar

from benchmark.config.schema import Params, TrackConfig
from benchmark.tracks.base.image_to_image import ImageToImageTrack


class Domains(ImageToImageTrack):
    """Images of several domains, each brought into another."""

    higher_is_better: ClassVar[dict[str, bool | None]] = ImageToImageTrack.higher_is_better | {
        "domain_accuracy": True
    }
    # FID sees images of all domains together: the inputs as they are would be among the best
    headline = "perceptual"

    def find_mistakes(self, config: TrackConfig, params: Params) -> list[str]:
        from benchmark.config.validation import find_misfitting_variants
        from benchmark.data.sources.domains import DOMAINS
        from benchmark.data.sources.translation import SIDE

        shape, source = (3, SIDE, SIDE), (3 + 2 * len(DOMAINS), SIDE, SIDE)
        return [
            problem
            for dataset in self.sources().keys() & config.datasets
            for problem in find_misfitting_variants(self.name, config, dataset, shape, source)
        ]
