"""The pipeline from data to site on a small budget, in a copy of the repository."""

import re

import pandas as pd
import pytest
from PIL import Image

from benchmark import tracks
from benchmark.reporting import report
from tests.benchmark.pipeline.project import executed, run
from tests.command import mistake_of, run_command


def test_the_scores_are_tidy(project):
    table = pd.read_csv(project / "tables" / "scores.csv")
    assert tuple(table.columns) == report.COLUMNS
    scores = table[table["track"] == "images"]
    per_variant = scores.groupby("variant")["seed"].nunique().to_dict()
    references = {"held_out": 1, "memoriser": 2, "noise": 2}
    assert per_variant == references | {"dcgan": 2, "wgan": 2, "cgan": 2}
    # none of these variants has an encoder
    trained = {"unaveraged_fid"}
    expected = set(tracks.load("images").metric_directions()) - {"reconstruction_error"}
    assert set(scores["metric"]) == expected and scores["value"].notna().all()
    for variant, own in scores.groupby("variant"):
        of_class = set() if variant in ("dcgan", "wgan") else {"class_accuracy"}
        of_class |= {"intra_fid"} if variant == "cgan" else set()
        metrics = expected - {"class_accuracy", "intra_fid"} | of_class
        metrics -= trained if variant in references else set()
        assert len(own) == per_variant[variant] * len(metrics) and set(own["metric"]) == metrics
    accuracy = scores[scores["metric"] == "class_accuracy"].groupby("variant")["value"].mean()
    assert min(accuracy["memoriser"], accuracy["held_out"]) > 0.9 > 0.2 > accuracy["noise"]
    # the classifier has learnt from neither
    assert accuracy["memoriser"] == pytest.approx(accuracy["held_out"], abs=0.05)
    assert (scores["samples"] == 500).all() and set(scores["status"]) == {"ok"}
    fid = scores[scores["metric"] == "fid"].groupby("variant")["value"].mean()
    assert fid["memoriser"] < fid["held_out"] < fid["dcgan"]


def test_points_are_scored_besides_images(project):
    table = pd.read_csv(project / "tables" / "scores.csv")
    scores = table[table["track"] == "toy"]
    assert set(scores["dataset"]) == {"ring8"} and (scores["samples"] == 2500).all()
    assert set(scores["metric"]) == set(tracks.load("toy").metric_directions())
    metrics = scores.groupby("variant")["metric"].unique().map(set)
    assert "reconstruction_error" in metrics["vae"] - metrics["dcgan"]
    assert "class_accuracy" in metrics["cgan"] - metrics["dcgan"]
    of = scores[scores["metric"] == "wasserstein"].groupby("variant")["value"].mean()
    assert of["held_out"] < of["noise"] and of["held_out"] < of["dcgan"]
    films = sorted(path.name for path in (project / "public/assets/films/ring8").iterdir())
    assert films == [f"{name}-{seed}.js" for name in ("cgan", "dcgan", "vae") for seed in (0, 1)]
    assert (project / "public/films.html").is_file()


def test_a_track_conditioned_on_images_is_scored(project, tmp_path, monkeypatch, capsys):
    table = pd.read_csv(project / "tables" / "scores.csv")
    scores = table[table["track"] == "superresolution"]
    assert set(scores["variant"]) == {"held_out", "memoriser", "noise", "bicubic", "srgan"}
    likeness = scores[scores["metric"] == "perceptual"].set_index("variant")["value"]
    assert likeness["held_out"] == 0 and likeness["bicubic"] > 0
    monkeypatch.chdir(project)
    files = "references/digits/held_out.png", tmp_path / "larger.png"
    run_command("apply", "photographs_x4-srgan", *files)
    assert f"1 image in {tmp_path}/larger.png" in capsys.readouterr().out


def test_a_second_run_runs_nothing(project):
    assert executed(run(project, "dvc", "repro")) == set()


def test_the_readme_shows_the_table(project):
    track = pd.read_csv(project / "tables" / "leaderboard.csv")
    readme = (project / "README.md").read_text()
    for row in track[track["track"] == "images"].to_dict("records"):
        assert re.search(rf"{row['variant']}.* \| {row['fid_mean']:.2f} \|", readme)


def test_a_reproduction_changes_no_file_and_names_rows_recorded_from_it(project):
    before = run(project, "git", "status", "--short")
    output = run(project, "python", "-m", "benchmark", "repro")
    rows = {path.parent for path in (project / "results").glob("*/*/*/record.json")}
    line = rf"^{len(rows)} rows.* not compared, recorded from these very runs$"
    assert rows and re.search(line, output, flags=re.MULTILINE)
    assert "everything is up to date" in output
    assert run(project, "git", "status", "--short") == before == ""


def test_records_have_metrics_and_plots_of_their_own(project):
    shown = run(project, "dvc", "metrics", "show")
    assert "results/images/digits/dcgan/scores.json" in shown
    compared = run(project, "dvc", "plots", "diff", "--json", "HEAD")
    assert "results/images/digits/dcgan/trajectory.csv" in compared


def test_samples_come_from_the_weights_alone(project, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(project)
    run_command("sample", "digits-dcgan", "--seed", 0, "--count", 9, "--out", tmp_path / "grid.png")
    assert f"9 samples in {tmp_path}/grid.png" in capsys.readouterr().out
    assert Image.open(tmp_path / "grid.png").size == (192, 192)
    line = mistake_of(capsys, "sample", "digits-dcgn")
    assert "did you mean digits-dcgan --seed 0?" in line
