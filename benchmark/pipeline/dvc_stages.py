"""Ask DVC which stages are outdated, and commit stages to it."""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.utils.serialize import ParseError
from dvc.utils.strictyaml import YAMLValidationError

from benchmark.common.messages import stop
from benchmark.common.paths import is_readable_file

# a selection of rows makes no studies, whose folders are then empty
logging.getLogger("dvc.output").addFilter(lambda record: record.msg != "'%s' is empty.")

PIPELINE, RECORD = Path("dvc.yaml"), Path("dvc.lock")
DAMAGES = (ParseError, YAMLValidationError)  # errors of a damaged file


def run_dvc(*arguments: str, check: bool = True) -> str:
    """Run a command of DVC and return its output; exit with its error output if it fails.

    Args:
        arguments: of the command.
        check: whether a failure matters.
    """
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        process_group=0,  # Ctrl-C on a terminal reaches this program only
    )
    if check and done.returncode:
        stop(done.stderr.strip())
    return done.stdout


def reproduce_stages(names: Collection[str]) -> None:
    """Run stages and those that they depend on by `dvc repro`, and show its output.

    Exits with one line, after that output, if a stage fails.
    """
    # dvc.yaml runs `python`, which has to be the one of this environment, activated or not
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    environment = os.environ | {"PATH": os.pathsep.join(folders)}
    command = [sys.executable, "-m", "dvc", "repro", *names]
    sys.stdout.flush()
    if subprocess.run(command, stdin=subprocess.DEVNULL, env=environment).returncode:
        stop(f"dvc repro {' '.join(names)}: expected outputs, got an error; see the lines above")


def check_pipeline() -> None:
    """Exit with one line if there is no pipeline: to DVC, nothing would be outdated."""
    if not is_readable_file(PIPELINE):
        stop(f"{PIPELINE}: expected a file, got none; run in the root of the repository")


def describe_error(error: DvcException) -> str:
    """Describe an error of DVC in one line, with what to do if a file of DVC is damaged."""
    text = " ".join(str(error).split())
    for file, others in ((RECORD, ", or delete it"), (PIPELINE, "")):
        if re.search(rf"\b{re.escape(file.name)}\b", text) and isinstance(error, DAMAGES):
            return (
                f"{file}: expected a file of DVC, got a damaged one ({text.rstrip('.')}); run git"
                f" checkout {file}{others}"
            )
    return text


def find_outdated_stages() -> set[str]:
    """Find the stages that are outdated now, without those that depend on them.

    Missing outputs are restored from DVC's cache first, where it has them.
    """
    status = read_status()
    missing = [
        name for name, changes in status.items() if changes and all(map(is_deletion, changes))
    ]
    if not missing or not Path(".dvc/cache").exists():
        return set(status)
    # stages whose outputs the cache lacks run again
    run_dvc("checkout", "--quiet", *missing, check=False)
    return set(read_status())


def read_status() -> dict[str, list[Any]]:
    """Read the outdated stages and their changes, as `dvc status --json` prints them."""
    try:
        with Repo() as repo:
            return repo.status()
    except DvcException as error:
        stop(describe_error(error))


def is_deletion(change: Any) -> bool:
    """Whether a change of `dvc status` consists of deleted files only."""
    if not isinstance(change, dict):
        return False
    kinds = [kind for files in change.values() for kind in dict(files).values()]
    return bool(kinds) and all(kind == "deleted" for kind in kinds)


def commit_stages(names: Iterable[str]) -> None:
    """Commit the current outputs of stages to DVC, as `dvc commit --force` does.

    Writes dvc.lock once for all stages, which takes seconds; the command writes it for each.
    """
    try:
        with Repo() as repo, repo.lock:
            committed = set(names)
            stages = [stage for stage in repo.index.stages if stage.addressing in committed]
            for stage in stages:
                stage.save()
                stage.commit(relink=False)  # no relinking: other tasks read the files meanwhile
            if stages:
                stages[0].dvcfile.dump_stages(stages, update_pipeline=False)
    except DvcException as error:
        stop(describe_error(error))
