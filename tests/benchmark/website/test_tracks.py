"""How the site shows tracks: each has its page, and a track without one gets a generic page."""

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from benchmark import config, tracks
from benchmark.config.schema import Budget
from benchmark.pipeline import recipes
from benchmark.tracks.base.modules import find_module
from benchmark.tracks.base.page import REFERENCES, SUBSET_REFERENCES, Metric, Page
from benchmark.tracks.base.track import Track
from benchmark.tracks.images import Images
from benchmark.website import display
from benchmark.website.columns import headline_metrics
from benchmark.website.samples import show_samples
from benchmark.website.templates import load_templates
from tests.benchmark.website import made_up
from tests.benchmark.website.made_up import REPOSITORY
from tests.benchmark.website.made_up_runs import MEASURED

SPIRALS = '''"""Points on a spiral, a track in one file."""

from benchmark.tracks.base.track import Track


class Spirals(Track):
    """Points on a spiral."""

    higher_is_better = {"gap": False, "turns": True, "curl": None, "width": False, "noise": False}
    headline = curve = "turns"

    def sources(self):
        return {"arms": None}
'''
SECTION = {
    "seeds": [0, 1],
    "datasets": {"arms": {"samples_seen": 800, "networks": {}}},
    "training": made_up.TRAINING,
    "variants": {name: {"kind": "controlled", "lr": 1e-3} for name in ("dcgan", "wgan")},
}
IMAGES = SECTION | {
    "datasets": {
        "digits": {"updates": 800, "networks": {"latent": 4, "width": 4}},
        "digits_100": {
            "updates": 800,
            "networks": {"latent": 4, "width": 4},
            "subset": {"of": "digits", "images": 100},
        },
    }
}


def clear_tracks():
    tracks.names.cache_clear()
    tracks.load.cache_clear()
    sys.modules.pop("benchmark.tracks.spirals", None)


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """A site with a track that somebody adds in one file."""
    modules = tmp_path_factory.mktemp("modules")
    (modules / "spirals.py").write_text(SPIRALS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracks, "__path__", [*tracks.__path__, str(modules)])
        clear_tracks()
        yield made_up.build(
            tmp_path_factory.mktemp("site"),
            variants=["dcgan", "wgan"],
            seeds=[0, 1],
            diverged=[("wgan", 1)],
            names=["images"],
            spirals=SECTION,
            images=IMAGES,
        )
    clear_tracks()


def test_a_track_in_one_file_has_its_leaderboard(public):
    text = (public / "leaderboards/arms.html").read_text()
    assert "64 samples a run against 100 real ones; seeds 0, 1" in text
    assert "a budget of 800 real samples seen" in text
    heads = re.findall(r'<th scope="col"[^>]*>(\w+) <span class="direction">', text)
    assert heads[:5] == ["Rank", "turns", "gap", "curl", "width"]  # the headline first
    assert "Further metrics on arms" in text and ">noise <span" in text
    assert REFERENCES["held_out"] in text
    assert text.count('class="samples whole"') == 4
    assert ">samples</td>" in (public / "leaderboards/index.html").read_text()


def test_a_track_in_one_file_is_on_the_pages_of_its_variants(public):
    text = (public / "variants/dcgan.html").read_text()
    assert "Results on arms" in text and "all samples drawn, not chosen" in text
    assert "turns over samples seen, logarithmic: mean over seeds" in text
    assert ">nan<" not in text.lower() and "Undefined" not in text
    script = (public / "assets/compare/data/arms.js").read_text()
    assert '"unit":"samples"' in script and "from the same random numbers" in script
    assert not (public / "films.html").exists()


def test_the_leaderboard_of_a_subset_says_how_many_images_variants_train_on(public):
    text, whole = (
        (public / f"leaderboards/{name}.html").read_text() for name in ("digits_100", "digits")
    )
    sentence = "Variants train on 100 images of digits"
    assert sentence in text and sentence not in whole
    assert "with all 100 images that variants train on in digits" in text, "as the facts say"
    first, second = (
        re.findall(r"<th scope=\"col\"[^>]*>([\w ]+?) <span", t) for t in (text, whole)
    )
    assert first[1:4] == ["FID", "Authenticity", "IS"], "memorisation stands beside FID"
    assert second[1:3] == ["FID", "IS"] and "Authenticity" in second[3:]
    assert '<a href="../few_images.html#digits">' in text
    method = (public / "method.html").read_text()
    assert "<code>train</code>, but <code>reference</code> on digits_100</td>" in method
    table = re.findall(r"<tr><th scope=\"row\">Images</th>.*</tr>", method)
    assert len(table) > 1


@pytest.mark.parametrize(("page", "words"), [("few_images", "images"), ("zh/few_images", "张图像")])
def test_few_images_shows_a_subset_beside_its_data_set(public, page, words):
    text = (public / f"{page}.html").read_text()
    heads = re.findall(r'leaderboards/(\w+)\.html">100 ([^<]+)</a></th>', text)
    assert set(heads) == {("digits_100", words), ("digits", words)}, "as many as the facts say"
    assert "digits-diffaugment" not in text, "no variant of this track"


WITH_PAGES = [name for name in tracks.names() if find_module(tracks.load(name), "page")]


@pytest.mark.parametrize("name", WITH_PAGES)
def test_a_page_has_the_titles_of_the_metrics_of_its_track(name):
    track = tracks.load(name)
    page = track.page()
    assert track.higher_is_better.keys() <= page.metrics.keys()
    assert track.headline in page.headline_metrics
    assert set(page.headline_metrics) <= track.higher_is_better.keys()
    text = page.samples + page.unit + page.shared + page.column
    assert "<" not in text and not text[0].isupper()


@pytest.mark.parametrize("name", WITH_PAGES)
def test_method_names_the_metrics_of_a_track(name):
    method = (REPOSITORY / "site/templates/method.md").read_text()
    metrics = re.search(r"^## Metrics\n(.*?)^## ", method, re.DOTALL | re.MULTILINE)[1].lower()
    track = tracks.load(name)
    titles = (track.page().metric(metric).title.lower() for metric in track.higher_is_better)
    orders = re.compile(r"(?<=bleu-)\d$")  # one definition for all orders
    assert [title for title in titles if orders.sub("n", title) not in metrics] == []


def test_a_metric_has_one_title_on_all_tracks():
    titles = display.metric_titles()
    for name in tracks.names():
        for metric, title in tracks.load(name).page().metrics.items():
            # parts differ: photographs of super-resolution compare with the ground truth only
            assert titles[metric][:2] == title[:2], (name, metric)
    assert titles["unheard_of"] == Metric("unheard_of", 3)


@pytest.mark.parametrize(
    ("name", "metric", "part"),
    [
        ("images", "fid", "train"),
        ("images", "fld", "train and test"),
        ("images", "is", None),
        ("images", "authenticity", "train only"),
        ("translation", "fid", "train"),
        ("translation", "psnr", "test"),
        ("superresolution", "fid", "test"),
        ("toy", "wasserstein", "drawn"),
        ("text", "nll_gen", "test"),
    ],
)
def test_a_metric_names_the_part_that_it_compares_with(name, metric, part):
    assert tracks.load(name).page().metric(metric).part == part


def test_reference_rows_are_explained_by_the_data_set():
    page = Page(title="Waves", truth_references={"held_out": "The truth."})
    assert page.explain_references(has_truth=False, is_subset=False) == REFERENCES
    explained = page.explain_references(has_truth=True, is_subset=True)
    assert explained == REFERENCES | {"held_out": "The truth."} | SUBSET_REFERENCES
    assert SUBSET_REFERENCES.keys() < REFERENCES.keys()


def test_a_track_without_a_page_takes_that_of_its_parent():
    class Faces(Images):
        pass

    class Waves(Track):
        pass

    assert Faces("faces").page() is Images("images").page()
    assert Waves("short_waves").page() == Page(title="Short waves")


def test_no_stage_is_made_from_a_page():
    texts = recipes.render_recipes(config.load_params(REPOSITORY / "params.yaml")).values()
    assert texts and not [text for text in texts if "/page.py" in text]
    check = (
        "import sys, benchmark.training.train, benchmark.evaluation.evaluate;"
        "from benchmark import config; config.load_params();"
        "assert not [name for name in sys.modules if name.endswith('.page')]"
    )
    subprocess.run([sys.executable, "-c", check], check=True, cwd=REPOSITORY)


def test_sentences_are_shown_whatever_the_form(tmp_path):
    (tmp_path / "samples.txt").write_text("one\ntwo\n")
    content = show_samples(tmp_path / "samples.png", "samples", Page(title="Lines")).content
    assert content["sentences"] == ["one", "two"]
    assert show_samples(tmp_path / "other.png", "other", Page(title="Lines")).content is None


def test_a_page_chooses_the_columns():
    track, metrics = SimpleNamespace(headline="c"), list("abcdef")
    assert headline_metrics(track, Page(title="T"), metrics) == ["c", "a", "b", "d"]
    page = Page(title="T", headline_metrics=("f", "c", "missing"))
    assert headline_metrics(track, page, metrics) == ["f", "c"]
    page = Page(title="T", headline_metrics=("c", "f", "b"), subset_metrics=("b", "missing", "a"))
    assert headline_metrics(track, page, metrics) == ["c", "f", "b"]
    assert headline_metrics(track, page, metrics, is_subset=True) == ["c", "b", "a", "f"]


def make_leaderboard(name, *, has_truth):
    track = tracks.load(name)
    metrics = {"neighbours": 3, "density_neighbours": 5, "wasserstein_points": 500, "max_n": 4}
    settings = {"seeds": [0], "metrics": metrics}
    return {
        "name": name,
        "page": track.page(),
        "dataset": "data",
        "key": "data",
        "title": "",
        "headline": track.headline,
        "curve": track.curve,
        "has_truth": has_truth,
        "settings": settings,
        "budgets": [Budget(800, "samples_seen")],
        "facts": MEASURED,
        "hardware": ["a machine"],
        "origins": {
            **{key: [] for key in ("here", "outdated", "recorded", "changed", "marked")},
            **{"first": "2026-01-01", "last": "2026-01-02"},
        },
        "seconds": 90,
        **{key: [] for key in ("metrics", "further", "trained", "references", "captions")},
    }


@pytest.mark.parametrize("has_truth", [False, True])
@pytest.mark.parametrize("name", WITH_PAGES)
def test_each_track_says_what_was_measured(name, has_truth):
    template = '{% import "_macros.md" as m with context %}{{ m.leaderboard(leaderboard, "../") }}'
    text = (
        load_templates(REPOSITORY / "site")
        .from_string(template)
        .render(
            leaderboard=make_leaderboard(name, has_truth=has_truth),
            metrics=display.metric_titles(),
            has_films=True,
        )
    )
    [measured, reading] = re.findall(r'<p class="measured">(.*?)</p>', text, re.DOTALL)
    assert re.match(r"<b>Measured</b> in [^;:]+: 64 ", measured)
    assert (
        f"real {tracks.load(name).page().unit} seen. Trained on a machine from 2026-01-01 to"
        in measured
    )
    assert "&lt;" not in text and ("../" in reading)
    assert ("its ground truth" in measured) == (
        has_truth and name in ("translation", "multimodal", "domains")
    )
