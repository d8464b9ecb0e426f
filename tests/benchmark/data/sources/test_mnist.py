"""One run on the real MNIST, from files put where the download would put them."""

import json

import pytest

from tests.benchmark.pipeline.project import ROOT, copy_of_repository, edit, run

FILES = ROOT.parent / "shared" / "datasets" / "MNIST" / "raw"


def shrink(tree):
    tree["features"]["epochs"] = 1
    track = tree["images"]
    track["seeds"] = [0]
    track["datasets"] = {"mnist": {"updates": 300, "networks": {"latent": 32, "width": 16}}}
    track["variants"] = {"dcgan": track["variants"]["dcgan"]}


@pytest.mark.slow
@pytest.mark.skipif(not FILES.is_dir(), reason="../shared/datasets holds no MNIST")
def test_a_run_of_dcgan_on_mnist(tmp_path):
    project = copy_of_repository(tmp_path / "project")
    edit(project, shrink)
    raw = project / "downloads" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for file in FILES.iterdir():
        (raw / file.name).symlink_to(file)
    run(project, "dvc", "repro", "evaluate@mnist-dcgan", "references@mnist")

    accuracy = json.loads((project / "features/mnist.json").read_text())["accuracy"]
    assert accuracy > 0.97
    scores = json.loads((project / "runs/images/mnist/dcgan/metrics/0.json").read_text())
    rows = json.loads((project / "references/mnist.json").read_text())
    reference = {name: seeds["0"]["fid"] for name, seeds in rows.items()}
    assert reference["memoriser"] < reference["held_out"] < scores["fid"] < reference["noise"]
    assert scores["is"] > 2


def test_missing_files_without_a_network_are_one_line(tmp_path):
    project = copy_of_repository(tmp_path / "project")
    edit(project, shrink)
    output = run(project, "python", "-m", "benchmark", "prepare", "mnist", ok=False)
    (line,) = [line for line in output.splitlines() if line.startswith("dataset")]
    assert "put train-images-idx3-ubyte.gz (md5 f68b3c2dcbeaaa9fbdd348bbdeb94873)" in line
    assert "in downloads/MNIST/raw and run again" in line and "Traceback" not in output
