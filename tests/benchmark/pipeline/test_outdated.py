"""Stages of a finished project that run after a change, and no others."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from tests.benchmark.pipeline.project import ROOT, edit, executed, run

MY_GAN = """
    my_gan:
      kind: controlled
      lr: 1e-3
"""


def test_deleted_outputs_are_restored_from_the_cache(changed):
    shutil.rmtree(changed / "runs" / "images" / "digits" / "dcgan")
    shutil.rmtree(changed / "references")
    output = run(changed, "python", "-m", "benchmark", "repro")
    assert "run " not in output and not executed(output) - {"report", "site"}
    assert (changed / "runs/images/digits/dcgan/trained/0/weights.safetensors").is_file()


def test_a_new_variant_trains_only_that_variant(changed):
    source = (
        (ROOT / "gans/unconditional/lsgan.py").read_text().replace("class LSGAN", "class MyGAN")
    )
    (changed / "gans/unconditional/my_gan.py").write_text(source)
    text = (changed / "params.yaml").read_text()
    (changed / "params.yaml").write_text(text.replace("\ntoy:", f"{MY_GAN}\ntoy:", 1))
    assert "16 runs" in run(changed, "python", "-m", "benchmark", "check")
    output = run(changed, "dvc", "repro")
    runs = {"train@digits-my_gan", "evaluate@digits-my_gan"}
    assert executed(output) == {"recipes", *runs, "report", "site"}
    assert "my_gan" in set(pd.read_csv(changed / "tables" / "scores.csv")["variant"])


def test_rows_that_do_not_fit_stop_dvc_with_a_line_that_says_what_to_do(changed):
    edit(changed, lambda tree: (tree.pop("text"), tree["superresolution"].update(datasets={})))
    shutil.rmtree(changed / "results/superresolution", ignore_errors=True)  # a record needs its row
    output = run(changed, "dvc", "repro", ok=False)
    line = (
        "rows.yaml: expected the rows of params.yaml, got others; it is rewritten, run the command"
        " again"
    )
    assert line in output.splitlines() and "Traceback" not in output
    assert executed(run(changed, "dvc", "repro", "report")) == {"recipes", "report"}
    shown = set(pd.read_csv(changed / "tables" / "scores.csv")["track"])
    assert shown == {"images", "toy"}
    stages = run(changed, "dvc", "stage", "list")
    assert "digits" in stages and "grammar" not in stages and "photographs_x4" not in stages


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
    output = run(changed, "dvc", "exp", "run", "-S", "images.variants.dcgan.lr=5e-3", "report")
    runs = {"train@digits-dcgan", "evaluate@digits-dcgan"}
    assert executed(output) == {"recipes", *runs, "report"}
    assert "images.variants.dcgan.lr" in run(changed, "dvc", "params", "diff")
    compared = run(changed, "dvc", "metrics", "diff")
    assert "dcgan" in compared and "wgan" not in compared
    run(changed, "dvc", "plots", "show", "--out", "plots")
    page = (changed / "plots" / "index.html").read_text()
    assert "runs_images_digits_dcgan_losses_0_csv" in page
    assert "runs_images_digits_dcgan_trajectory_0_csv" in page
    assert "datum.player" in page, "the template that draws a line a loss"
