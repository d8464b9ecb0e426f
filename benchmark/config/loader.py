"""Read params.yaml; report each mistake in one line."""

from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from benchmark.common.messages import stop
from benchmark.config.schema import Params

FILE = Path("params.yaml")


def load(path: Path = FILE) -> Params:
    """Read and validate the parameters, or exit with one line for each thing that is wrong."""
    from benchmark.config.validation import explain, misfits  # which knows the sections above

    problems: list[str] = []
    try:
        raw = YAML(typ="safe").load(path.read_text())
        params = Params.model_validate(raw)
    except FileNotFoundError:
        stop(f"{path}: no such file; run from the top of the repository")
    except YAMLError as error:
        stop(f"{path}: not YAML: {' '.join(str(error).split())}")
    except ValidationError as error:
        problems = [explain(item) for item in error.errors()]
    else:
        problems = misfits(params)
    if problems:
        # one line a place: a wrong key of `networks:` would show once for every variant
        once = {problem.split(": ")[0]: problem for problem in reversed(problems)}
        stop(*(f"{path}: {problem}" for problem in reversed(once.values())))
    return params
