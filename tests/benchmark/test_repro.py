"""Cells side by side: processes that several threads start and wait for."""

import os
from concurrent.futures import ThreadPoolExecutor

from benchmark.repro import PROCESSES, deleted, join, sources, start


def exit_code(_):
    child = PROCESSES.Process(target=os.getpid)
    start(child)
    join(child)
    return child.exitcode


def test_each_thread_hears_how_its_own_process_ended():
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(exit_code, range(300))) == {0}


def test_outputs_that_are_gone_are_no_change_of_what_they_are_made_from():
    assert deleted({"changed outs": {"runs/a": "deleted", "runs/b": "deleted"}})
    assert not deleted({"changed outs": {"runs/a": "deleted", "runs/b": "modified"}})
    assert deleted({"changed deps": {"runs/a": "deleted"}})  # what is made before it is gone too
    assert not deleted({"changed deps": {"params.yaml": {"images.training.batch": "modified"}}})
    assert not deleted("changed command")


def test_the_sources_of_cells_are_code_and_parameters(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("benchmark/run.py", "benchmark/metrics/fid.py", "gans/a.py", "benchmark/site.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("pass")
    (tmp_path / "params.yaml").write_text("a: 1")
    (tmp_path / "dvc.yaml").write_text(
        "stages:\n"
        "  train: {deps: [benchmark/run.py, 'data/${item.dataset}']}\n"
        "  evaluate_toy: {deps: [benchmark/metrics]}\n"
        "  site: {deps: [benchmark/site.py]}\n"
    )
    before = sources()
    (tmp_path / "benchmark/site.py").write_text("changed")
    assert sources() == before
    for name in ("benchmark/run.py", "benchmark/metrics/fid.py", "gans/a.py", "params.yaml"):
        now = sources()
        (tmp_path / name).write_text(f"changed: {name}")
        assert sources() != now, name
