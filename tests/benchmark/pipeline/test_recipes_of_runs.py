"""Recipes against what stages really call."""

import json
import sys

import pytest
from ruamel.yaml import YAML

from tests.benchmark.pipeline.project import run

# calls a function of a module with each list of arguments, and prints the modules whose functions
# Python entered; class bodies and modules run on import, which packages do for all they re-export
DRIVER = """
import inspect, json, sys, threading
from importlib import import_module
from pathlib import Path

from benchmark import config
from benchmark.pipeline import recipes
from tests.benchmark.config.params import load_repository_params

stage, name = sys.argv[1], sys.argv[2]
module, function = recipes.STAGES[stage]
call = getattr(import_module(module), function)
settings = load_repository_params()
arguments = {
    "train": lambda: (settings.rows[name][:1], settings),
    "evaluate": lambda: (settings.rows[name][0], settings),
    "theory": tuple, "report": lambda: (settings,), "site": lambda: (settings,),
}.get(stage, lambda: (name, settings))()
used = set()

def profile(frame, event, argument):
    code = frame.f_code
    if event == "call" and code.co_flags & inspect.CO_OPTIMIZED:
        used.add(code.co_filename)

threading.setprofile(profile)
sys.setprofile(profile)
call(*arguments)
sys.setprofile(None)
names = set()
for file in used:
    if Path(file).is_relative_to(Path.cwd()):
        parts = Path(file).relative_to(Path.cwd()).with_suffix("").parts
        names.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
Path("used.json").write_text(json.dumps(sorted(names)))
"""


@pytest.mark.slow
def test_recipes_contain_every_module_whose_functions_a_stage_calls(changed):
    rows = YAML(typ="safe").load(changed / "rows.yaml")
    (changed / "driver.py").write_text(DRIVER)
    stages = [(step, name) for step in ("train", "evaluate") for name in rows["rows"]]
    stages += [(step, name) for step in ("features", "references") for name in rows["datasets"]]
    stages += [("prepare", name) for name in rows["datasets"]]
    stages += [("sensitivity", name) for name in rows["sensitivity"]]
    stages += [(step, "") for step in ("theory", "report", "site")]
    for step, name in stages:
        run(changed, sys.executable, "driver.py", step, name)
        path = changed / "recipes" / (f"{step}/{name}.json" if name else f"{step}.json")
        used = set(json.loads((changed / "used.json").read_text()))
        missing = used - set(json.loads(path.read_text())["code"])
        assert not missing, f"{step} {name}"
        assert used, f"{step} {name}: expected calls of functions of this project"
