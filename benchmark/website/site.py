"""The stage `site`: the pages to results/pages, and public/ from these."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmark import config
from benchmark.common.messages import stop
from benchmark.config import Params
from benchmark.website import DRAWN, SOURCE
from benchmark.website.known import RESULTS, TABLES
from benchmark.website.pages import Site

PUBLIC = Path("public")


def build() -> None:
    """public/ from results/pages; exit with what MkDocs said if it finds fault."""
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-f",
        str(SOURCE / "mkdocs.yml"),
    ]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    if done.returncode:
        stop(done.stdout.rstrip(), f"site: MkDocs stopped with status {done.returncode}")


def publish(settings: Params) -> None:
    """The site of these leaderboards to public/."""
    Site(settings).write(meanwhile=build)
    shutil.copytree(DRAWN, PUBLIC, dirs_exist_ok=True, copy_function=os.replace)
    shutil.rmtree(DRAWN)


def build_site() -> None:
    """Build public/ from the tables and the runs that are scored."""
    settings = config.load().with_results()
    if missing := [str(path) for name in TABLES if not (path := RESULTS / name).exists()]:
        stop(f"{', '.join(missing)}: not there; `dvc repro report` writes it")
    publish(settings)
    print(f"the site: {PUBLIC / 'index.html'}")
