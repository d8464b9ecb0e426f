"""The machine in a record, on Linux and on a simulated macOS."""

import resource
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from benchmark.common import provenance


@pytest.mark.parametrize(("platform", "factor"), [("linux", 1024), ("darwin", 1)])
def test_peak_memory_is_in_bytes_on_every_platform(monkeypatch, platform, factor):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(resource, "getrusage", lambda who: SimpleNamespace(ru_maxrss=5000))
    assert provenance.peak_memory() == 5000 * factor


def test_peak_memory_counts_what_the_process_holds(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    held = bytearray(2**24)
    assert len(held) < provenance.peak_memory() < 2**40


def test_processor_of_a_mac_comes_from_sysctl(monkeypatch):
    def run(command, **_):
        assert command == ["sysctl", "-n", "machdep.cpu.brand_string"]
        return SimpleNamespace(stdout="Apple M2\n")

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(subprocess, "run", run)
    assert provenance.hardware()["processor"] == "Apple M2"


def test_processor_has_a_name():
    assert provenance.hardware()["processor"]


def test_packages_that_are_not_installed_are_left_out():
    assert list(provenance.list_versions(["no-such-package", "torch"])) == ["torch"]
