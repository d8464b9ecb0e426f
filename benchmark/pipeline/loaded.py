"""Fingerprint the code that a process has imported, before it changes on the disk.

The server of all children imports this module together with the code of the stages, so that no
child computes fingerprints again. A worker that is older than the code in its folder then notices
that its code is not that of the head.
"""

from contextlib import suppress

with suppress(Exception, SystemExit):  # of a mistake of the user's, which the command reports
    from benchmark.pipeline import recipes, steps

    recipes.render_recipes(steps.read_params())
