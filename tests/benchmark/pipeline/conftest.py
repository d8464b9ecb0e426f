"""A project that has run once, shared by the tests of a module."""

import pytest

from tests.benchmark.pipeline.project import OMITTED_TRACKS, copy_of_repository, edit, run, shrink


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the repository with small parameters, run once."""
    copy = copy_of_repository(tmp_path_factory.mktemp("clone") / "project")
    edit(copy, shrink)
    edit(copy, lambda tree: [tree.pop(name) for name in OMITTED_TRACKS])
    run(copy, "git", "add", "--all")
    run(copy, "git", "commit", "--quiet", "--message", "start")
    output = run(copy, "python", "-m", "benchmark", "repro", "--jobs", "2")
    assert "digits dcgan seed 0" in output and "ring8 dcgan seed 0" in output
    run(copy, "git", "add", "--all")
    run(copy, "git", "commit", "--quiet", "--message", "results")
    return copy


@pytest.fixture
def changed(project):
    """The project, for a test that changes it; it is left as it was found."""
    yield project
    run(project, "git", "reset", "--quiet", "--hard")
    run(project, "git", "clean", "--quiet", "--force", "-d")
    run(project, "dvc", "checkout", "--force", "--quiet")
