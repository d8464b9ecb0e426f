"""The stage `site`: the pages to results/pages, and public/ from these."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmark.common.files import REMAKE, read_table
from benchmark.common.messages import stop
from benchmark.config import Params
from benchmark.records import restore
from benchmark.reporting.claims import load_claims
from benchmark.reporting.report import FOLDER
from benchmark.reporting.tricks import read_results
from benchmark.website import DRAWN, SOURCE
from benchmark.website.facets import load_facets
from benchmark.website.pages import Site
from benchmark.website.tables import SENSITIVITY, TABLES, THEORY, find_outputs, locate_table
from benchmark.website.tricks import load_tricks

PUBLIC = Path("public")
SEARCH = "run git checkout results/search.csv"


def run_mkdocs() -> None:
    """Build public/ from results/pages, or exit with the output of MkDocs."""
    configuration = str(SOURCE / "mkdocs.yml")
    process = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", configuration],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    if process.returncode:
        stop(process.stdout.rstrip(), f"site: MkDocs exited with status {process.returncode}")


def publish(settings: Params) -> None:
    """Write the site of these tracks to public/."""
    Site(settings).write(meanwhile=run_mkdocs)
    shutil.copytree(DRAWN, PUBLIC, dirs_exist_ok=True, copy_function=os.replace)
    shutil.rmtree(DRAWN)


def build_site(params: Params) -> None:
    """Build public/ from the tables and the runs that have results."""
    settings = restore.select_results(params)
    for name in TABLES:  # here, not in several processes at once
        read_table(locate_table(name), remake=SEARCH if name == "search.csv" else REMAKE)
    if not (path := find_outputs(THEORY) / "theory.json").is_file():
        stop(f"{path}: expected a file, got none; run gan-benchmark theory")
    if not (path := find_outputs(SENSITIVITY)).is_dir():
        stop(f"{path}: expected a folder, got none; run git checkout {path}")
    load_facets()
    load_claims()
    load_tricks()
    read_results(FOLDER)
    publish(settings)
    print(f"the site: {PUBLIC / 'index.html'}")
