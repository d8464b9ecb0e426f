"""What there is to do, and in which order it can be done."""

from benchmark import config
from benchmark.pipeline.plan import pages, to_do

SETTINGS = config.load()


def both(*changed):
    first, rest = to_do(SETTINGS, set(changed))
    return first + rest


def titles(*changed):
    return [task.title for task in both(*changed)]


def steps(task):
    return [step.stage for step in task.steps]


def test_nothing_is_to_be_done_where_nothing_has_changed():
    assert titles() == titles("report", "site", "recipes") == []


def test_cells_wait_for_their_data_set_alone():
    found = both("features@digits", "train@digits-dcgan", "evaluate@digits-dcgan")
    assert [task.title for task in found] == [
        "digits",
        *(f"digits dcgan seed {seed}" for seed in SETTINGS.tracks["images"].seeds),
    ]
    assert steps(found[0]) == ["features@digits"] and not found[0].needs
    assert {task.needs for task in found[1:]} == {frozenset({"digits"})}


def test_a_data_set_is_made_before_what_is_embedded_of_it():
    (task,) = both("features@digits", "prepare@digits")
    assert steps(task) == ["prepare@digits", "features@digits"]


def test_what_is_trained_is_scored():
    seeds = len(SETTINGS.tracks["toy"].seeds)
    found = both("train@ring8-dcgan")
    assert len(found) == seeds
    assert steps(found[0]) == ["train@ring8-dcgan", "evaluate@ring8-dcgan"]
    found = both("evaluate@ring8-dcgan")
    assert len(found) == seeds and steps(found[0]) == ["evaluate@ring8-dcgan"]


def test_references_and_theory_are_tasks_of_their_own():
    found = both("references@ring8", "theory", "prepare@ring8")
    assert [(task.title, task.needs) for task in found] == [
        ("ring8", frozenset()),
        ("theory", frozenset()),
        ("ring8 references", frozenset({"ring8"})),
    ]


def test_no_two_tasks_have_one_title_or_make_one_path():
    every = {
        f"{step}@{name}"
        for name in SETTINGS.datasets
        for step in ("prepare", "features", "references")
    } | {run.stage("train") for run in SETTINGS.runs}
    found = both(*every, "theory")
    made = [path for task in found for step in task.steps for path in step.makes]
    assert len({task.title for task in found}) == len(found) and len(set(made)) == len(made)
    assert sum(task.run is not None for task in found) == len(SETTINGS.runs)


def test_the_pages_come_last_and_the_site_after_the_report():
    before = both("train@ring8-dcgan")
    (task,) = pages(set(), before)
    assert steps(task) == ["report", "site"]
    assert task.needs == {task.title for task in before}
    (task,) = pages({"site"}, [])
    assert steps(task) == ["site"] and not task.needs
    (task,) = pages({"report"}, [])
    assert steps(task) == ["report", "site"]
    assert pages({"recipes"}, []) == []
