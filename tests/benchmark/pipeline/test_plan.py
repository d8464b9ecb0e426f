"""The plan of tasks and their dependencies."""

import shutil
from itertools import chain
from pathlib import Path

from dvc.repo import Repo

from benchmark import config
from benchmark.pipeline import rows
from benchmark.pipeline.plan import find_task, list_stages, list_tasks, plan_pages, plan_tasks

SETTINGS = config.load_params()


def plan(*changed):
    first, rest = plan_tasks(SETTINGS, set(changed))
    return first + rest


def titles(*changed):
    return [task.title for task in plan(*changed)]


def steps(task):
    return [step.stage for step in task.steps]


def test_nothing_is_planned_without_changes():
    assert titles() == titles("report", "site", "recipes") == []


def test_runs_wait_only_for_their_data_set():
    tasks = plan("features@digits", "train@digits-dcgan", "evaluate@digits-dcgan")
    assert [task.title for task in tasks] == [
        "digits",
        *(f"digits dcgan seed {seed}" for seed in SETTINGS.tracks["images"].seeds_of("digits")),
    ]
    assert steps(tasks[0]) == ["features@digits"] and not tasks[0].needs
    assert {task.needs for task in tasks[1:]} == {frozenset({"digits"})}


def test_a_data_set_is_prepared_before_its_features():
    (task,) = plan("features@digits", "prepare@digits")
    assert steps(task) == ["prepare@digits", "features@digits"]


def test_trained_runs_are_scored():
    seeds = len(SETTINGS.tracks["toy"].seeds)
    tasks = plan("train@ring8-dcgan")
    assert len(tasks) == seeds
    assert steps(tasks[0]) == ["train@ring8-dcgan", "evaluate@ring8-dcgan"]
    tasks = plan("evaluate@ring8-dcgan")
    assert len(tasks) == seeds and steps(tasks[0]) == ["evaluate@ring8-dcgan"]


def test_references_and_theory_are_separate_tasks():
    tasks = plan("references@ring8", "theory", "prepare@ring8")
    assert [(task.title, task.needs) for task in tasks] == [
        ("ring8", frozenset()),
        ("theory", frozenset()),
        ("ring8 references", frozenset({"ring8"})),
    ]


def test_sensitivity_waits_for_its_data_set_and_no_other_task_for_it():
    tasks = plan("features@digits", "sensitivity@digits", "train@digits-dcgan")
    assert [(task.title, task.needs) for task in tasks[:2]] == [
        ("digits", frozenset()),
        ("digits sensitivity", frozenset({"digits"})),
    ]
    assert tasks[1].makes == [Path("sensitivity/digits.csv")]
    assert all("digits sensitivity" not in task.needs for task in tasks)
    assert titles("sensitivity@ring8") == []


def test_runs_need_the_sensitivity_of_their_data_set():
    runs = [run for run in SETTINGS.runs if run.row == "mnist-dcgan"]
    assert "sensitivity@mnist" in list_stages(runs)
    assert "sensitivity@digits" not in list_stages(runs)


def test_titles_and_outputs_of_tasks_are_unique():
    every = {
        f"{step}@{name}"
        for name in SETTINGS.datasets
        for step in ("prepare", "features", "references")
    } | {run.stage("train") for run in SETTINGS.runs}
    every |= {f"sensitivity@{name}" for name in SETTINGS.datasets}
    tasks = plan(*every, "theory")
    made = [path for task in tasks for step in task.steps for path in step.makes]
    assert len({task.title for task in tasks}) == len(tasks) and len(set(made)) == len(made)
    assert sum(task.run is not None for task in tasks) == len(SETTINGS.runs)


def test_the_pages_follow_all_tasks_and_the_site_the_report():
    assert plan_pages(set(), plan("train@ring8-dcgan")) == ["report", "site"]
    assert plan_pages({"report"}, []) == ["report", "site"]
    assert plan_pages({"site"}, []) == ["site"]
    assert plan_pages({"recipes"}, []) == []


def test_a_worker_finds_each_task_by_its_title():
    stages = "features@digits", "train@ring8-dcgan", "evaluate@digits-gan", "theory"
    for task in plan(*stages, "sensitivity@digits"):
        assert find_task(SETTINGS, task.title, task.stages) == task
    assert find_task(SETTINGS, "digits dcgn seed 0", []) is None


def test_inputs_and_outputs_are_those_of_dvc_yaml(tmp_path, monkeypatch):
    named = {
        f"{name}-{next(iter(SETTINGS.tracks[track].variants_of(name)))}": name
        for name, track in SETTINGS.datasets.items()
    }
    shutil.copy("dvc.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    rows.write_rows(SETTINGS, named)
    with Repo.init(no_scm=True) as repo:
        stages = {stage.addressing: stage for stage in repo.index.stages}
    outputs = {out.def_path for stage in stages.values() for out in stage.outs} - {"recipes"}
    tasks = chain(*list_tasks(SETTINGS))
    listed = {run.row for run in SETTINGS.list_runs(named)}
    for task in (task for task in tasks if task.run is None or task.run.row in listed):
        for step in task.steps:
            stage = stages[step.stage]
            for expected, paths in (
                ({out.def_path for out in stage.outs}, step.makes),
                ({dep.def_path for dep in stage.deps} & outputs, step.reads),
            ):
                # of a stage with several seeds, a task makes and reads those of one
                folders = {path.as_posix(): path.parent.as_posix() for path in paths}
                assert {
                    name if name in outputs else folder for name, folder in folders.items()
                } >= expected, (step.stage, paths)
