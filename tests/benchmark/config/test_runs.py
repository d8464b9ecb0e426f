"""The runs of params.yaml."""

from benchmark import config
from tests.benchmark.config.params import PARAMS_FILE


def test_runs_are_the_product_in_the_order_of_the_file(monkeypatch):
    settings = config.load_params(PARAMS_FILE)
    counts = [len(b.datasets) * len(b.variants) * len(b.seeds) for b in settings.tracks.values()]
    assert len(settings.runs) == sum(counts)
    assert settings.runs[0].stage("train") == "train@digits-gan"
    assert len({run.trained for run in settings.runs}) == len(settings.runs)


def test_controlled_rows_share_networks_and_faithful_ones_do_not():
    track = config.load_params(PARAMS_FILE).images
    dataset = track.datasets["digits"]
    assert config.model_keywords(dataset, track.variants["dcgan"]) == dataset.networks
    assert config.model_keywords(dataset, track.variants["gan"]) == track.variants["gan"].model
