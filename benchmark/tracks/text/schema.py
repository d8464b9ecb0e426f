"""The section of the text track in params.yaml."""

from pydantic import Field

from benchmark.config.schema import Dataset, TrackConfig
from benchmark.config.sources import Oracle, TextFile
from benchmark.config.types import Count, Name, Section


class TextMetrics(Section):
    """Parameters of the metrics of text; see the comments in params.yaml."""

    max_n: Count = 4


class TextDataset(Dataset):
    """A data set of sentences, built in, from an oracle or from a user's file."""

    oracle: Oracle | None = None
    file: TextFile | None = None


class TextConfig(TrackConfig):
    """Noise to sentences."""

    datasets: dict[Name, TextDataset] = Field(default_factory=dict)  # type: ignore[assignment]
    metrics: TextMetrics = TextMetrics()  # type: ignore[assignment]
