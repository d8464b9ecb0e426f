"""Runs with twice their budget."""

import pandas as pd
import pytest

from benchmark import config
from benchmark.pipeline.inputs import list_inputs
from benchmark.reporting import trends
from benchmark.studies import longer, verify
from tests.benchmark.tracks.test_text import SETTINGS

RUN = SETTINGS.runs[0]


def test_the_budget_is_doubled_in_its_unit():
    section = SETTINGS.tracks[RUN.track]
    before = section.datasets[RUN.dataset].budget
    extended = longer.extend_budget(SETTINGS, RUN.track, RUN.dataset)
    after = extended.tracks[RUN.track].datasets[RUN.dataset].budget
    assert after == (2 * before.amount, before.unit)
    assert section.datasets[RUN.dataset].budget == before
    assert extended.tracks[RUN.track].variants == section.variants


def test_scores_are_stored_and_replaced(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    for path in list_inputs(RUN):
        (tmp_path / path).mkdir(parents=True)
    monkeypatch.setattr(config, "load_params", lambda: SETTINGS)
    for score in (0.5, 0.25):

        def rerun(runs, folder, jobs, work, score=score):
            assert work is longer.train_longer and (folder / "data").is_dir()
            return [{"jaccard_distance": score} for _ in runs]

        monkeypatch.setattr(verify, "rerun", rerun)
        longer.train_rows_longer([RUN.row])
    table = pd.read_csv(trends.LONGER)
    assert list(table.columns) == trends.LONGER_COLUMNS
    (row,) = table[table["seed"] == RUN.seed].to_dict("records")
    budget = SETTINGS.tracks[RUN.track].datasets[RUN.dataset].budget.amount
    assert (row["value"], row["budget"], row["metric"]) == (0.25, 2 * budget, "jaccard_distance")
    assert trends.read_longer()[RUN, 2 * budget] == 0.25
    assert "jaccard_distance 0.250 with 2 times the budget" in capsys.readouterr().out


def test_unknown_rows_are_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "load_params", lambda: SETTINGS)
    with pytest.raises(SystemExit):
        longer.train_rows_longer(["oracle-mel"])
    assert "did you mean oracle-mle?" in capsys.readouterr().err
