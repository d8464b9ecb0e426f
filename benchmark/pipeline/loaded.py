"""Fingerprint the code that a process has imported, before it changes on the disk.

The fork server of a worker imports this module together with the code of the stages. A worker that
is older than the code in its folder then notices that its code is not that of the head.
"""

from contextlib import suppress

from benchmark import config
from benchmark.pipeline import recipes

with suppress(SystemExit):  # of a mistake in params.yaml, which the command reports
    recipes.render_recipes(config.load_params())
