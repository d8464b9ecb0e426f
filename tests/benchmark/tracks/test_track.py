"""The modules of a track: imported when needed, its own before those of its parents."""

from types import SimpleNamespace

import pytest

from benchmark import tracks
from benchmark.tracks.base import modules
from benchmark.tracks.base.track import Track
from benchmark.tracks.images import Images


class Waves(Track):
    """A track in one file, with nothing defined."""


class Faces(Images):
    """A track in one file, of another track's kind."""


@pytest.mark.parametrize("name", tracks.names())
def test_a_track_takes_the_modules_beside_it(name):
    for module in ("data", "scoring", "pictures", "page"):
        found = modules.find_module(tracks.load(name), module)
        assert found.__name__ == f"benchmark.tracks.{name}.{module}"


def test_a_track_in_one_file_has_no_data_sets_and_no_mistakes():
    track = Waves("waves")
    assert track.sources() == {} and track.user_files("mine", None) is None
    assert track.custom_source("mine", None) is None and track.find_mistakes(None, None) == []
    track.check_size("mine", (), None)


def test_a_track_in_one_file_takes_the_modules_of_its_parent():
    assert Faces("faces").sources() is Images("images").sources()


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
