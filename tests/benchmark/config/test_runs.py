"""The runs of params.yaml."""

import pytest

import gans
from benchmark import config
from benchmark.config.selection import select_runs
from benchmark.website.papers import parse_paper
from tests.benchmark.config.params import PARAMS_FILE, read_params, write_params
from tests.benchmark.website.made_up import make_params

SETTINGS = config.load_params(PARAMS_FILE)


def test_runs_are_the_product_in_the_order_of_the_file(monkeypatch):
    settings = config.load_params(PARAMS_FILE)
    counts = [
        len(track.variants_of(dataset)) * len(track.seeds_of(dataset))
        for track in settings.tracks.values()
        for dataset in track.datasets
    ]
    assert len(settings.runs) == sum(counts)
    assert settings.runs[0].stage("train") == "train@digits-gan"
    assert len({run.trained for run in settings.runs}) == len(settings.runs)


def test_a_data_set_can_have_other_seeds_than_its_track(tmp_path):
    tree = read_params()
    tree["images"]["datasets"]["mnist"]["seeds"] = [7, 8]
    settings = config.load_params(write_params(tree, tmp_path))
    seeds = {
        name: {run.seed for run in settings.runs if run.dataset == name}
        for name in ("fashion_mnist", "mnist")
    }
    assert seeds == {"fashion_mnist": set(tree["images"]["seeds"]), "mnist": {7, 8}}
    assert settings.images.for_dataset("mnist").seeds == [7, 8]


@pytest.mark.parametrize("kind", ["faithful", "architecture"])
def test_only_controlled_rows_share_networks(kind):
    track = config.load_params(PARAMS_FILE).images
    dataset = track.datasets["digits"]
    assert config.model_keywords(dataset, track.variants["dcgan"]) == dataset.networks
    entry = track.variants["gan"].model_copy(update={"kind": kind})
    assert config.model_keywords(dataset, entry) == entry.model


def test_faithful_variants_name_their_departures():
    faithful = {
        name
        for track in SETTINGS.tracks.values()
        for name, entry in track.variants.items()
        if entry.kind == "faithful"
    }
    assert faithful
    for name in faithful:
        assert parse_paper(gans.files()[name]).departures, name


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


def test_a_plain_reproduction_makes_digits_without_slow_rows_and_the_ring():
    default = {run.dataset for run in select_runs(SETTINGS)}
    assert default == set(SETTINGS.datasets) - SETTINGS.optional_datasets == {"digits", "ring8"}
    slow = {f"digits-{name}" for name in SETTINGS.tracks["images"].datasets["digits"].optional}
    made = {run.row for run in select_runs(SETTINGS)}
    shown = {run.row for run in SETTINGS.runs if run.dataset in default}
    assert slow and shown - made == slow


@pytest.mark.parametrize(
    ("named", "rows"),
    [
        ({"rows": ["digits-wgan"]}, {"digits-wgan"}),
        ({"leaderboards": ["digits"]}, {"digits-dcgan", "digits-wgan"}),
        ({"tracks": ["images"]}, {"digits-dcgan", "digits-wgan"}),
        ({}, {"digits-dcgan", "ring8-dcgan", "ring8-wgan"}),
    ],
)
def test_optional_variants_run_only_if_they_are_named(named, rows):
    settings = make_params(
        ["dcgan", "wgan"], [0, 1], ["images", "toy"], optional={"digits": ["wgan"]}
    )
    assert {run.row for run in select_runs(settings, **named)} == rows
    assert settings.optional_rows == {"digits-wgan"} and not settings.optional_datasets
    assert settings.list_runs(["digits-wgan"]) == settings.runs


def test_a_list_of_all_variants_is_an_optional_leaderboard(tmp_path):
    tree = read_params()
    tree["mixtures"]["datasets"]["ring8_pacgan"]["optional"] = ["dcgan", "pacgan"]
    settings = config.load_params(write_params(tree, tmp_path))
    assert settings.optional_datasets == SETTINGS.optional_datasets


def test_optional_leaderboards_run_only_if_they_are_named():
    for named in ({"leaderboards": ["mnist"]}, {"rows": ["mnist-dcgan"]}):
        assert {run.dataset for run in select_runs(SETTINGS, **named)} == {"mnist"}
    assert "cifar10" in {run.dataset for run in select_runs(SETTINGS, tracks=["natural"])}
