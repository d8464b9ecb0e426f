"""Records: small files that give the tables and the pages of the rows they were made from."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from benchmark.config import RECORDED, RUNS, Params, Run
from benchmark.records import outputs
from benchmark.records.restore import select_results
from benchmark.records.schema import locate_record, locate_reference_record, read_record
from benchmark.records.write import record_row, record_rows
from benchmark.reporting import readme, report
from benchmark.reporting.recording import record_tables, render_dvc_file
from benchmark.reporting.statistics import mask_diverged
from benchmark.website.playground import has_film
from benchmark.website.training import read_curves
from tests.benchmark.records.conftest import read_row_settings, stamp_runs, write_recipe
from tests.benchmark.website.made_up import REPOSITORY
from tests.command import error_line


def read_tables() -> dict[str, pd.DataFrame]:
    return {path.name: pd.read_csv(path) for path in report.FOLDER.glob("*.csv")}


def test_tables_of_records_are_those_of_the_runs(params: Params) -> None:
    report.write_tables(params)
    before = read_tables()
    assert record_rows(params) == list(params.rows)
    for folder in ("runs", "references"):
        shutil.rmtree(folder)
    shutil.rmtree(report.FOLDER)
    report.write_tables(params)
    after = read_tables()
    assert before.keys() == after.keys() and len(before["scores.csv"])
    for name, table in before.items():
        pd.testing.assert_frame_equal(table, after[name], check_exact=True)


def test_the_readme_has_the_table_of_the_report(params: Params) -> None:
    readme.README.write_text("\n".join(["above", *readme.MARKS, "below", ""]))
    record_rows(params)
    report.write_tables(params)
    record_tables(params)
    text = readme.README.read_text()
    assert text.startswith("above") and text.endswith("below\n")
    scores = mask_diverged(report.collect_scores(params))
    assert readme.render_markdown(report.rank_variants(scores, params)) in text
    committed = {path.name for path in Path("results").glob("*.csv")}
    assert {path.name for path in report.FOLDER.glob("*.csv")} <= committed


def test_a_restored_run_has_the_facts_and_curves_of_the_run(params: Params) -> None:
    record_rows(params)
    before = {
        run: (
            outputs.read_training(run),
            outputs.read_evaluation(run.scored),
            outputs.read_health(run),
            outputs.read_scores(run),
            [reading for reading in read_curves(run.losses) if np.isfinite(reading.value)],
            read_curves(run.trained / "health.csv"),
            run.trajectory.read_text(),
            sorted((run.scored / f"samples{end}").is_file() for end in (".png", ".txt", ".webp")),
        )
        for run in params.runs
    }
    shutil.rmtree(RUNS)
    settings = select_results(params)
    assert settings.runs == params.runs
    for run in settings.runs:
        assert run.root == RECORDED and run.is_recorded
        after = (
            outputs.read_training(run),
            outputs.read_evaluation(run.scored),
            outputs.read_health(run),
            outputs.read_scores(run),
            read_curves(run.losses),
            read_curves(run.trained / "health.csv"),
            run.trajectory.read_text(),
            sorted((run.scored / f"samples{end}").is_file() for end in (".png", ".txt", ".webp")),
        )
        assert after == before[run], run


def test_a_row_made_here_is_preferred_while_its_settings_are_the_present_ones(
    params: Params,
) -> None:
    record_rows(params)
    roots = {run.row: run.root for run in select_results(params).runs}
    assert set(roots.values()) == {RUNS}
    write_recipe("digits-dcgan", {"variant": {"lr": 0.002}, "seeds": [0, 1]})
    roots = {run.row: run.root for run in select_results(params).runs}
    assert [row for row, root in roots.items() if root == RECORDED] == ["digits-dcgan"]


def test_weights_of_other_settings_are_not_recorded_once_they_are_scored_anew(
    params: Params, capsys
) -> None:
    record_rows(params)
    write_recipe("digits-dcgan", read_row_settings(params, "digits-dcgan", lr=0.002))
    stamp_runs(params)  # as `evaluate` does, which trains nothing
    shown = {run.row for run in select_results(params).runs if run.is_recorded}
    assert shown == {"digits-dcgan"}
    line = error_line(capsys, lambda: record_rows(params, ["digits-dcgan"]))
    assert line.endswith("run make repro ROWS=digits-dcgan")


def test_a_row_of_which_a_seed_is_missing_is_shown_by_its_record(params: Params) -> None:
    record_rows(params)
    shutil.rmtree(Run("images", "digits", "dcgan", 1).scored)
    shown = {run.row for run in select_results(params).runs if run.is_recorded}
    assert shown == {"digits-dcgan"}
    assert len(select_results(params).runs) == len(params.runs)


def test_a_row_without_a_record_is_shown_whatever_its_settings(params: Params) -> None:
    write_recipe("digits-dcgan", {"variant": {"lr": 0.002}, "seeds": [0, 1]})
    assert not any(run.is_recorded for run in select_results(params).runs)


def test_reference_rows_made_here_are_preferred(params: Params) -> None:
    record_rows(params)
    path = Path("references/digits.json")
    rows = json.loads(path.read_text())
    rows["held_out"]["0"]["fid"] = 0.125
    path.write_text(json.dumps(rows))
    select_results(params)
    assert outputs.read_reference_scores("digits")["held_out"][0]["fid"] == 0.125
    shutil.rmtree("references")
    select_results(params)
    assert outputs.read_reference_scores("digits")["held_out"][0]["fid"] != 0.125
    assert (locate_reference_record("images", "digits") / "held_out.png").is_file()


def test_facts_that_seeds_share_stand_once(params: Params) -> None:
    record_rows(params)
    run = Run("images", "digits", "wgan", 1)
    text = (locate_record(run) / "record.json").read_text()
    assert text.count('"torch"') == 2, "packages, of training and of evaluation"
    record = read_record(run)
    assert record.seeds == [0, 1]
    assert record.collect_facts("training", 0)["status"] == "ok"
    assert record.collect_facts("training", 1)["status"] == "diverged"
    settings = read_row_settings(params, run.row)
    del settings["seeds"]
    assert record.fingerprint and record.settings == settings


def test_all_quantities_of_health_are_recorded(params: Params) -> None:
    run = Run("images", "digits", "dcgan", 0)
    path = run.trained / "health.csv"
    path.write_text(path.read_text() + "400,generator,gradient_norm,0.25\n")
    record_row(params.rows["digits-dcgan"])
    shutil.rmtree(RUNS)
    select_results(params)
    path = Run("images", "digits", "dcgan", 0, RECORDED).trained / "health.csv"
    assert "400,generator,gradient_norm,0.25\n" in path.read_text()


def test_films_are_recorded_of_listed_rows(params: Params) -> None:
    listed = params.model_copy(update={"films": ["ring8-dcgan"]})
    record_rows(listed)
    films = {str(path) for path in Path("results").rglob("film.js")}
    assert films == {"results/toy/ring8/dcgan/film.js"}
    shutil.rmtree(RUNS)
    filmed = [run for run in select_results(listed).runs if has_film(run)]
    assert filmed == [Run("toy", "ring8", "dcgan", 0)]


def test_dvc_reads_scores_and_curves_of_each_record(params: Params) -> None:
    record_rows(params, ["digits-dcgan", "ring8-wgan"])
    text = render_dvc_file(params)
    assert "- images/digits/dcgan/scores.json" in text and "toy/ring8/wgan/trajectory.csv" in text
    assert "digits/wgan" not in text
    for plot in YAML(typ="safe").load(text)["plots"]:
        ((path, axes),) = plot.items()
        columns = (Path("results") / path).read_text().splitlines()[0].split(",")
        template = json.loads((REPOSITORY / f".dvc/plots/{axes['template']}.json").read_text())
        drawn = template["encoding"]["color"]["field"], axes["x"], axes["y"]
        assert drawn[0] == "seed" and set(drawn) <= set(columns)
