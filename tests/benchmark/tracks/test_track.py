"""The modules of a track: imported when needed, its own before those of its parents."""

import json
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest

from benchmark import tracks
from benchmark.features import features
from benchmark.tracks.base import modules
from benchmark.tracks.base.scorer import Scorer
from benchmark.tracks.base.track import Track
from benchmark.tracks.images import Images


class Waves(Track):
    """A track in one file, with nothing defined."""


class Height(Scorer):
    """A scorer with nothing but its scores."""

    def scores(self, samples, labels=None):
        return {"height": float(samples.mean())}


class Faces(Images):
    """A track in one file, of another track's kind."""


PACKAGES = [
    name
    for name in tracks.names()
    if find_spec(f"benchmark.tracks.{name}").submodule_search_locations
]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_track_takes_the_modules_beside_it(name):
    for module in ("data", "scoring", "pictures", "page"):
        result = modules.find_module(tracks.load(name), module)
        others = {"natural": ("images", {"data", "scoring", "pictures"})}
        others["tricks"] = others["natural"]
        others["mixtures"] = ("toy", {"pictures"})
        others["toy_tricks"] = ("toy", {"data", "scoring", "pictures"})
        parent, inherited = others.get(name, (name, set()))
        owner = parent if module in inherited else name
        assert result.__name__ == f"benchmark.tracks.{owner}.{module}"


@pytest.mark.parametrize("name", tracks.names())
def test_a_track_has_a_headline_and_a_curve_among_its_metrics(name):
    track = tracks.load(name)
    assert track.headline in track.higher_is_better
    assert track.higher_is_better[track.headline] is not None
    assert track.higher_is_better[track.curve] is False


@pytest.mark.parametrize("name", tracks.names())
def test_tracks_of_images_train_a_classifier(name, monkeypatch):
    called = []
    for writer in ("write", "write_without_network", "write_language_model"):
        monkeypatch.setattr(features, writer, lambda *_, writer=writer, **__: called.append(writer))
    tracks.load(name).write_features("mine", None)
    others = {
        "toy": "write_without_network",
        "toy_tricks": "write_without_network",
        "mixtures": "write_without_network",
        "text": "write_language_model",
    }
    expected = others.get(name, "write" if name in PACKAGES else called[0])
    assert called == [expected]


def test_a_track_in_one_file_has_no_data_sets_and_no_mistakes():
    track = Waves("waves")
    assert track.sources() == {} and track.user_files("mine", None) is None
    assert track.custom_source("mine", None) is None and track.find_mistakes(None, None) == []
    assert track.count_samples("mine", None) is None


def test_a_track_in_one_file_takes_the_modules_of_its_parent():
    assert Faces("faces").sources() is Images("images").sources()


def test_scores_of_a_track_in_one_file_need_no_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features/mine").mkdir(parents=True)
    Waves("waves").write_features("mine", None)
    record = json.loads((tmp_path / "features/mine/space.json").read_text())
    assert record["space"] == Height().facts()["feature_space"] == "none"
    assert json.loads((tmp_path / "features/mine.json").read_text()) == {}


def test_scores_are_the_moment_and_the_headline_by_default():
    samples = np.array([[1.0], [3.0]])
    assert Height().moment(samples) == Height().scores(samples) == {"height": 2.0}
    for higher_is_better, score in ((False, 2.0), (True, -2.0)):
        track = Waves("waves")
        track.headline, track.higher_is_better = "height", {"height": higher_is_better}
        assert track.search_score(Height(), samples) == score
        assert track.headline_score(Height(), samples) == 2.0
        assert track.metric_directions() == {
            "height": higher_is_better,
            "unaveraged_height": higher_is_better,
        }


def test_a_scorer_may_compute_the_headline_without_the_other_metrics():
    class Fast(Height):
        def headline(self, samples):
            return -5.0

    track = Waves("waves")
    track.headline, track.higher_is_better = "height", {"height": False}
    assert track.search_score(Fast(), np.zeros((2, 1))) == -5.0


def test_a_missing_prediction_is_reported_by_the_name_of_the_scorer():
    with pytest.raises(NotImplementedError, match="Height: expected a method predict"):
        Height().predict(np.zeros((2, 1)))


def test_a_missing_scorer_is_reported_by_the_name_of_its_module():
    track, config = Waves("waves"), SimpleNamespace(metrics=None)
    with pytest.raises(NotImplementedError, match=r"Waves: expected a module scoring\.py .* none"):
        track.scorer("mine", config)


def test_a_failed_import_within_a_module_is_not_hidden(tmp_path, monkeypatch):
    package = tmp_path / "broken_track"
    package.mkdir()
    (package / "__init__.py").write_text("class Broken: pass")
    (package / "data.py").write_text("import no_such_package")
    monkeypatch.syspath_prepend(tmp_path)
    from broken_track import Broken

    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        modules.find_module(Broken(), "data")
