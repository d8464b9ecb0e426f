"""A copy of the repository with small parameters, and commands that run in it."""

import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
# a copy keeps its bytecode, else each command would compile the project
INHERITED = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT = INHERITED | {
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
}

# constants of modules that decide how long stages take, and smaller values
SMALLER = {
    "benchmark/studies/sensitivity.py": {"DRAWS": "2", "SAMPLES": "60"},
    "benchmark/data/sources/superresolution.py": {
        "MOST": '{"train": 100, "extractor": 40, "test": 100}'
    },
}
# of rows with other budgets
NOT_COPIED = {"dvc.lock", "results/dvc.yaml"}


def run(project, *command, ok=True):
    """Run a command in a project; return both streams. Fails the test if it fails."""
    done = subprocess.run(
        command,
        cwd=project,
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert (done.returncode == 0) == ok, done.stdout[-3000:]
    return done.stdout


def executed(output):
    """The stages that DVC says it ran."""
    return set(re.findall(r"Running stage '([^']+)'", output))


def edit(project, change):
    yaml = YAML()
    tree = yaml.load((project / "params.yaml").read_text())
    change(tree)
    with (project / "params.yaml").open("w") as file:
        yaml.dump(tree, file)


def leave_optional_out(tree):
    """Leave out the leaderboards that are optional as a whole, which only some tests need."""
    del tree["natural"], tree["mixtures"], tree["films"]
    for section in tree.values():
        datasets = section.get("datasets", {})
        for name in [name for name, block in datasets.items() if block.get("optional") is True]:
            del datasets[name]


def shrink(tree):
    leave_optional_out(tree)
    tree["features"]["epochs"] = 6
    track = tree["images"]
    plane = tree["toy"]
    points = {**track["variants"], **plane["variants"]}
    del plane["variants_from"], tree["studies"]
    track["seeds"] = [0, 1]
    track.insert(0, "metrics", {"samples": 500})  # variants stay last
    track["datasets"]["digits"] = {"updates": 20, "networks": {"latent": 4, "width": 4}}
    track["training"] |= {"logs": 4, "snapshots": 2, "snapshot_samples": 100}
    track["variants"] = {name: track["variants"][name] for name in ("dcgan", "wgan")}
    track["variants"]["cgan"] = {"kind": "controlled", "lr": 2e-3, "betas": [0.5, 0.999]}
    plane["seeds"] = [0, 1]
    plane["datasets"] = {"ring8": {"updates": 20, "networks": {"latent": 2, "width": 16}}}
    plane["training"] |= {"logs": 10, "snapshots": 5}
    plane["variants"] = {name: deepcopy(points[name]) for name in ("dcgan", "vae", "cgan")}
    short_training = {"logs": 4, "snapshots": 2, "snapshot_samples": 50}
    for name, dataset, variants in (
        ("translation", "outline", ("cyclegan",)),
        ("domains", "renderings", ("stargan",)),
        ("superresolution", "photographs_x4", ("srgan",)),
    ):
        made = tree[name]
        made["seeds"] = [0]
        made["datasets"] = {dataset: {"samples_seen": 320, "networks": {"width": 4}}}
        made["training"] |= short_training
        made["variants"] = {variant: made["variants"][variant] for variant in variants}
        for entry in made["variants"].values():
            entry["model"] = {**entry["model"], "blocks": 1, "width": 4}
    written = tree["text"]
    written["seeds"] = [0]
    written["datasets"] = {"grammar": {"samples_seen": 320, "networks": {"width": 4, "hidden": 4}}}
    written["training"] |= short_training
    written["variants"] = {"mle": written["variants"]["mle"]}


# superresolution is the one that is conditioned on images; the others would double the time
OMITTED_TRACKS = ("translation", "multimodal", "domains", "text_to_image", "video")


def copy_of_repository(copy):
    """Copy the files that git would commit, without the lock of the last run, and records."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        is_record = len(Path(name).parts) == 5 and name.startswith("results/")
        if (ROOT / name).is_file() and name not in NOT_COPIED and not is_record:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    for name, values in SMALLER.items():
        text = (copy / name).read_text()
        for constant, value in values.items():
            text, count = re.subn(rf"(?m)^{constant} = [^#\n]+", f"{constant} = {value}  ", text)
            assert count == 1, f"{name}: expected a constant {constant}, got {count}"
        (copy / name).write_text(text)
    run(copy, "git", "init", "--quiet")
    return copy
