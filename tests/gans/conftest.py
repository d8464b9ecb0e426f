"""The name of each variant."""

import pytest

import gans


@pytest.fixture(params=sorted(gans.files()))
def name(request):
    return request.param
