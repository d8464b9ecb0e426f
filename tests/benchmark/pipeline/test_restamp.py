"""Changes of code that keep bytes are accepted; others are not."""

import json
from pathlib import Path

import pytest

from benchmark.common.fingerprints import fingerprint_row
from benchmark.pipeline import restamp
from tests.benchmark.pipeline.project import run

WGAN = Path("gans/unconditional/wgan.py")
STAGES = ("train@digits-wgan", "evaluate@digits-wgan")


def change_variant(project, old, new):
    source = (project / WGAN).read_text()
    assert old in source
    (project / WGAN).write_text(source.replace(old, new))


def find_outdated(project):
    return set(json.loads(run(project, "dvc", "status", "--json", *STAGES)))


def read_fingerprints(project, monkeypatch):
    """The present fingerprint of the row, and those stored with its scores."""
    monkeypatch.chdir(project)
    files = Path("runs/images/digits/wgan/scored").glob("*/evaluation.json")
    return fingerprint_row("digits-wgan"), {json.loads(f.read_text())["fingerprint"] for f in files}


def test_takes_over_what_a_change_of_code_keeps_equal(changed, monkeypatch):
    change_variant(changed, "\nclass WGAN", "\nunused = 1\n\n\nclass WGAN")
    run(changed, "python", "-m", "benchmark", "recipes")
    assert find_outdated(changed) == set(STAGES)
    output = run(changed, "python", "-m", "benchmark", "restamp")
    assert all(f"{stage}: equal, taken over" in output for stage in STAGES)
    present, stored = read_fingerprints(changed, monkeypatch)
    assert stored == {present}
    assert find_outdated(changed) == set()
    weights = changed / "runs/images/digits/wgan/trained/1/weights.safetensors"
    assert weights.is_file(), "outputs of other seeds stay"


def test_leaves_outdated_what_a_change_of_code_changes(changed, monkeypatch):
    change_variant(changed, "-self.critic(", "-1.01 * self.critic(")
    output = run(changed, "python", "-m", "benchmark", "restamp", ok=False)
    assert "train@digits-wgan: runs/images/digits/wgan/losses/0.csv, " in output
    assert "evaluate@digits-wgan: equal, taken over" in output
    assert "1 of 2 stages are equal; `make repro` runs the others" in output
    assert find_outdated(changed) == {"train@digits-wgan"}
    present, stored = read_fingerprints(changed, monkeypatch)
    assert present not in stored and len(stored) == 1


def test_refuses_when_settings_have_changed_too(changed):
    text = (changed / "params.yaml").read_text()
    (changed / "params.yaml").write_text(text.replace("clip: 1e-2", "clip: 2e-2", 1))
    output = run(changed, "python", "-m", "benchmark", "restamp", ok=False)
    assert output.strip().splitlines()[-1] == (
        "expected stages that only a change of code has made outdated, got none; run make repro"
    )


def test_compares_the_times_of_a_run_without_seconds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("again").mkdir()
    name = Path("times.csv")
    for text, differences in (("1,64,9.0", []), ("2,64,0.5", ["times.csv"])):
        name.write_text("updates,samples_seen,seconds\n1,64,0.5\n")
        ("again" / name).write_text(f"updates,samples_seen,seconds\n{text}\n")
        assert restamp.find_differences([name], Path("again")) == differences


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ('{"fid": 1, "seconds": 2}', '{"seconds": 3, "fid": 1}', True),
        ('{"fid": 1}', '{"fid": 2}', False),
        ("[1]", "[2]", False),
    ],
)
def test_compares_json_without_times(tmp_path, monkeypatch, one, other, equal):
    monkeypatch.chdir(tmp_path)
    for folder, text in ((Path(), one), (Path("again"), other)):
        (folder / "out").mkdir(parents=True)
        (folder / "out/facts.json").write_text(text)
    differences = restamp.find_differences([Path("out")], Path("again"))
    assert differences == ([] if equal else ["out/facts.json"])


def test_missing_and_additional_files_are_differences(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in ("out/a", "out/b", "again/out/b", "again/out/c"):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text("same")
    assert restamp.find_differences([Path("out")], Path("again")) == ["out/a", "out/c"]


def test_links_all_inputs_but_no_output(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in ("data/x/a", "runs/t/d/v/trained/0/w", "runs/t/d/v/trained/1/w", "runs/t/d/u/w"):
        Path(file).parent.mkdir(parents=True)
        Path(file).touch()
    Path("again").mkdir()
    restamp.link_inputs(Path("again"), [Path("runs/t/d/v/trained/0")])
    again = Path("again/runs/t/d/v/trained")
    assert Path("again/data/x/a").is_file() and (again / "1/w").is_file()
    assert not (again / "0").exists() and Path("again/runs/t/d/u/w").is_file()
