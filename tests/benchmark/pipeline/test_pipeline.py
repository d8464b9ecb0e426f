"""The pipeline from data to site on a small budget, in a copy of the repository."""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from ruamel.yaml import YAML

from benchmark import tracks
from benchmark.reporting import report
from tests.benchmark.pipeline.project import ENVIRONMENT, ROOT, edit, executed, run
from tests.command import mistake_of

MY_GAN = """
    my_gan:
      kind: controlled
      lr: 1e-3
"""


def error_of(monkeypatch, capsys, project, *arguments):
    """Return the line with which a command ends, run in this process."""
    monkeypatch.chdir(project)
    return mistake_of(capsys, *arguments)


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


def test_tracks_conditioned_on_images_are_scored(project, tmp_path):
    table = pd.read_csv(project / "tables" / "scores.csv")
    for track, references, trained in (
        ("translation", "identity", "cyclegan"),
        ("domains", "identity", "stargan"),
        ("superresolution", "bicubic", "srgan"),
    ):
        scores = table[table["track"] == track]
        assert set(scores["variant"]) == {"held_out", "memoriser", "noise", references, trained}
        likeness = scores[scores["metric"] == "perceptual"].set_index("variant")["value"]
        assert likeness["held_out"] == 0 and likeness[references] > 0
    files = "references/digits/held_out.png", tmp_path / "larger.png"
    output = run(project, "python", "-m", "benchmark", "apply", "photographs_x4-srgan", *files)
    assert f"1 image in {tmp_path}/larger.png" in output


def test_an_unknown_track_is_one_line(project, monkeypatch, capsys):
    line = error_of(monkeypatch, capsys, project, "repro", "--track", "imges")
    assert line == "--track: expected a track of params.yaml, got imges; did you mean images?"


def test_a_second_run_runs_nothing(project):
    assert executed(run(project, "dvc", "repro")) == set()
    assert "everything is up to date" in run(project, "python", "-m", "benchmark", "repro")


def test_deleted_outputs_are_restored_from_the_cache(changed):
    shutil.rmtree(changed / "runs" / "images" / "digits" / "dcgan")
    shutil.rmtree(changed / "references")
    output = run(changed, "python", "-m", "benchmark", "repro")
    assert "run " not in output and not executed(output) - {"report", "site"}
    assert (changed / "runs/images/digits/dcgan/trained/0/weights.safetensors").is_file()


def test_parallel_runs_equal_those_of_the_stages(changed):
    """Runs that `make repro` trains in forks equal those of the stages, to the byte."""
    lock, stages = changed / "dvc.lock", ("train@digits-wgan", "evaluate@digits-wgan")
    before = YAML(typ="safe").load(lock.read_text())
    for stage in stages:
        run(changed, "dvc", "repro", "--force", "--single-item", stage)
    after = YAML(typ="safe").load(lock.read_text())
    compared = 0
    for stage in stages:
        one, other = (
            {out["path"]: out["md5"] for out in tree["stages"][stage]["outs"]}
            for tree in (before, after)
        )
        for path in one:
            if Path(path).name in ("losses", "metrics", "trajectory"):  # the others hold times
                assert one[path] == other[path]
                compared += 1
    assert compared == 3


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


def test_a_new_variant_trains_only_that_variant(changed):
    source = (
        (ROOT / "gans/unconditional/lsgan.py").read_text().replace("class LSGAN", "class MyGAN")
    )
    (changed / "gans/unconditional/my_gan.py").write_text(source)
    text = (changed / "params.yaml").read_text()
    (changed / "params.yaml").write_text(text.replace("\ntoy:", f"{MY_GAN}\ntoy:", 1))
    assert "18 runs" in run(changed, "python", "-m", "benchmark", "check")
    output = run(changed, "dvc", "repro")
    runs = {"train@digits-my_gan", "evaluate@digits-my_gan"}
    assert executed(output) == {"recipes", *runs, "report", "site"}
    assert "my_gan" in set(pd.read_csv(changed / "tables" / "scores.csv")["variant"])


def test_rows_that_do_not_fit_stop_dvc_with_a_line_that_says_what_to_do(changed):
    edit(changed, lambda tree: tree.pop("text"))
    output = run(changed, "dvc", "repro", ok=False)
    line = (
        "rows.yaml: expected the rows of params.yaml, got others; it is rewritten, run the command"
        " again"
    )
    assert line in output.splitlines() and "Traceback" not in output
    assert executed(run(changed, "dvc", "repro")) == {"recipes", "report", "site"}
    assert "text" not in set(pd.read_csv(changed / "tables" / "scores.csv")["track"])


def test_a_track_without_data_sets_leaves_the_pipeline(changed):
    edit(changed, lambda tree: tree["domains"].update(datasets={}))
    shutil.rmtree(changed / "results/domains", ignore_errors=True)  # a record needs its row
    assert "15 runs" in run(changed, "python", "-m", "benchmark", "check")
    assert not any("renderings" in name for name in run(changed, "dvc", "stage", "list").split())
    assert executed(run(changed, "dvc", "repro")) == {"recipes", "report", "site"}


@pytest.mark.slow
def test_a_track_in_one_file_gets_a_leaderboard(changed):
    shutil.copy(Path(__file__).with_name("circle.py"), changed / "benchmark/tracks/circle.py")
    guide = (changed / "site/docs/add-a-track.md").read_text()
    section = YAML().load(re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)[1])
    section["circle"]["seeds"] = [0, 1]
    section["circle"]["datasets"]["unit_circle"]["updates"] = 50
    edit(changed, lambda tree: tree.update(section))
    run(changed, "python", "-m", "benchmark", "repro", "--track", "circle")
    table = pd.read_csv(changed / "tables" / "leaderboard.csv")
    rows = table[table["track"] == "circle"].set_index("variant")["radius_error_mean"]
    assert rows["held_out"] < 1e-6 < rows["dcgan"] and rows["held_out"] < rows["noise"]
    page = (changed / "public/leaderboards/unit_circle.html").read_text()
    assert "<b>Measured</b> in unit_circle: 100 samples a run" in page


def test_a_new_learning_rate_reruns_one_row_and_dvc_compares_it(changed):
    assert "99" not in run(changed, "dvc", "metrics", "diff")
    shown = run(changed, "dvc", "metrics", "show")
    assert "runs/images/digits/dcgan/metrics/0.json" in shown and "accuracy" in shown
    output = run(changed, "dvc", "exp", "run", "-S", "images.variants.dcgan.lr=5e-3")
    runs = {"train@digits-dcgan", "evaluate@digits-dcgan"}
    assert executed(output) == {"recipes", *runs, "report", "site"}
    assert "images.variants.dcgan.lr" in run(changed, "dvc", "params", "diff")
    compared = run(changed, "dvc", "metrics", "diff")
    assert "dcgan" in compared and "wgan" not in compared
    run(changed, "dvc", "plots", "show", "--out", "plots")
    page = (changed / "plots" / "index.html").read_text()
    assert "runs_images_digits_dcgan_losses_0_csv" in page
    assert "runs_images_digits_dcgan_trajectory_0_csv" in page
    assert "datum.player" in page, "the template that draws a line a loss"


@pytest.mark.parametrize("command", ["check", "report", "repro"])
def test_a_mistake_stops_every_stage_with_a_line(changed, monkeypatch, capsys, command):
    edit(changed, lambda tree: tree["images"]["variants"]["dcgan"].update(lr=-1))
    line = error_of(monkeypatch, capsys, changed, command)
    assert re.fullmatch(
        r"params.yaml: images.variants.dcgan.lr: expected a number greater .*, got -1(\.0)?; .*",
        line,
    )


def test_samples_come_from_the_weights_alone(project, tmp_path, monkeypatch, capsys):
    output = run(
        project, "python", "-m", "benchmark", "sample", "digits-dcgan",
        "--seed", "0", "--count", "9", "--out", tmp_path / "grid.png",
    )  # fmt: skip
    assert f"9 samples in {tmp_path}/grid.png" in output
    assert Image.open(tmp_path / "grid.png").size == (192, 192)
    line = error_of(monkeypatch, capsys, project, "sample", "digits-dcgn")
    assert "did you mean digits-dcgan --seed 0?" in line


def test_an_unknown_row_is_one_line(project, monkeypatch, capsys):
    line = error_of(monkeypatch, capsys, project, "train", "digits-dcgn")
    assert line == ("expected a row of params.yaml, got digits-dcgn; did you mean digits-dcgan?")


def test_an_interruption_saves_parallel_runs(changed):
    edit(changed, lambda tree: tree["images"]["training"].update(logs=10_000))
    edit(changed, lambda tree: tree["images"]["datasets"]["digits"].update(updates=150_000))
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmark", "repro", "--jobs", "2"],
        cwd=changed,
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    lines = []
    for line in child.stdout:  # each of the two says every few seconds where it is
        lines.append(line)
        if all(any(f"dcgan seed {seed}: update" in line for line in lines) for seed in (0, 1)):
            break
    child.send_signal(signal.SIGINT)
    output = child.communicate(timeout=60)[0]
    assert child.returncode == 128 + signal.SIGINT, "".join(lines) + output
    assert output.splitlines()[-1] == (
        "stopped; runs in training are saved, and `make repro` resumes them"
    )
    assert "Traceback" not in "".join(lines) + output
    assert len(list(changed.glob(".checkpoints/*.pt"))) == 2
