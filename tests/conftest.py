"""Fixtures of several tests."""

import signal
import sys

import pytest
import torch

from benchmark.common import processes
from benchmark.common.arithmetic import select_arithmetic


def pytest_collection_modifyitems(items):
    """First the tests that make the project, of which later ones take copies."""
    items.sort(key=lambda item: item.path.name != "test_pipeline.py")


LIMITED = {}  # when the threads were last limited, as limiting them takes 5 ms


@pytest.fixture(autouse=True)
def one_thread():
    """The thread count of the pipeline, and no fight for cores between test processes."""
    select_arithmetic()  # a test in bfloat16 has changed it
    state = torch.get_num_threads(), len(sys.modules)  # libraries imported since have no limit yet
    if state != LIMITED.get("last"):
        processes.prepare(1)
        LIMITED["last"] = 1, state[1]


@pytest.fixture(autouse=True, scope="session")
def restored_signal_handlers():
    """Restore the handlers of SIGINT and SIGTERM; background processes ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
