"""The base class of tracks whose scores compare the features of images or clips."""

from benchmark.config.schema import Dataset, Params
from benchmark.tracks.base.track import Track


class ClassifierTrack(Track):
    """A track whose data sets have a feature space: a pinned classifier or a published network."""

    def trains_extractor(self, dataset: Dataset | None) -> bool:
        return dataset is None or dataset.feature_space == "classifier"

    def write_features(self, dataset: str, params: Params) -> None:
        from benchmark.features import features

        features.write(dataset, params)
