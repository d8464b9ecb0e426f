"""What several tests share."""

import pytest
import torch


@pytest.fixture(autouse=True)
def one_thread():
    """The thread count of the pipeline, and no fight for cores between test processes."""
    torch.set_num_threads(1)
