"""The runs of params.yaml."""

from benchmark import config
from benchmark.config.selection import select_runs
from tests.benchmark.config.params import PARAMS_FILE

SETTINGS = config.load_params(PARAMS_FILE)


def test_runs_are_the_product_in_the_order_of_the_file(monkeypatch):
    settings = config.load_params(PARAMS_FILE)
    counts = [
        len(track.variants_of(dataset)) * len(track.seeds)
        for track in settings.tracks.values()
        for dataset in track.datasets
    ]
    assert len(settings.runs) == sum(counts)
    assert settings.runs[0].stage("train") == "train@digits-gan"
    assert len({run.trained for run in settings.runs}) == len(settings.runs)


def test_controlled_rows_share_networks_and_faithful_ones_do_not():
    track = config.load_params(PARAMS_FILE).images
    dataset = track.datasets["digits"]
    assert config.model_keywords(dataset, track.variants["dcgan"]) == dataset.networks
    assert config.model_keywords(dataset, track.variants["gan"]) == track.variants["gan"].model


def test_a_leaderboard_can_leave_variants_out():
    track = SETTINGS.tracks["natural"]
    assert list(track.variants_of("cifar10")) == list(track.variants)
    rows = [run.variant for run in SETTINGS.runs if run.dataset == "stl10" and run.seed == 0]
    assert rows == list(track.variants_of("stl10"))
    assert set(track.variants) - set(rows) == {
        "acgan",
        "projection",
        "biggan",
        "progan",
        "stylegan2",
        "r3gan",
    }


def test_optional_leaderboards_run_only_if_they_are_named():
    default = {run.dataset for run in select_runs(SETTINGS)}
    assert default == set(SETTINGS.datasets) - SETTINGS.optional_datasets
    for named in ({"leaderboards": ["mnist"]}, {"rows": ["mnist-dcgan"]}):
        assert {run.dataset for run in select_runs(SETTINGS, **named)} == {"mnist"}
    assert "cifar10" in {run.dataset for run in select_runs(SETTINGS, tracks=["natural"])}
