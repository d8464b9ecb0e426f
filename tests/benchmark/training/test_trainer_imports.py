"""The training step runs where only torch, NumPy and SciPy are installed, such as a GPU machine."""

import subprocess
import sys

PROGRAM = """
import sys
for name in ("pydantic", "rich", "ruamel", "safetensors", "threadpoolctl", "pandas", "dvc"):
    sys.modules[name] = None
import benchmark.common.devices, benchmark.common.provenance, benchmark.data.batches
import benchmark.evaluation.sampling, benchmark.metrics, benchmark.training.trainer
"""


def test_the_training_step_needs_no_package_of_the_pipeline():
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
