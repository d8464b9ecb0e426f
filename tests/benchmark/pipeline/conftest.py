"""A project that has run once; each module of tests gets a copy of it."""

import shutil

import pytest

from tests.benchmark.pipeline.project import OMITTED_TRACKS, copy_of_repository, edit, run, shrink
from tests.shared import make_once


def make_project(copy):
    """Copy the repository with small parameters, and run it."""
    copy_of_repository(copy)
    edit(copy, shrink)
    edit(copy, lambda tree: [tree.pop(name) for name in OMITTED_TRACKS])
    run(copy, "git", "add", "--all")
    run(copy, "git", "commit", "--quiet", "--message", "start")
    output = run(copy, "python", "-m", "benchmark", "repro", "--jobs", "2", "--record")
    assert "digits dcgan seed 0" in output and "ring8 dcgan seed 0" in output
    run(copy, "git", "add", "--all")
    run(copy, "git", "commit", "--quiet", "--message", "results")


@pytest.fixture(scope="session")
def finished_project(request):
    """The project, which the first process of pytest makes for all."""
    return make_once(request, "project", make_project)


@pytest.fixture(scope="module")
def project(finished_project, tmp_path_factory):
    """A copy of the project, for the tests of a module."""
    return shutil.copytree(
        finished_project, tmp_path_factory.mktemp("clone") / "project", symlinks=True
    )


@pytest.fixture
def changed(project):
    """The project, for a test that changes it; it is left as it was found."""
    yield project
    run(project, "git", "reset", "--quiet", "--hard")
    run(project, "git", "clean", "--quiet", "--force", "-d")
    run(project, "dvc", "checkout", "--force", "--quiet")
