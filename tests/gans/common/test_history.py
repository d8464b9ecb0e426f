"""The history of generated samples."""

import pytest
import torch

from gans.common.history import History


def samples(start, n=4):
    return torch.arange(start, start + n, dtype=torch.float32)[:, None]


def test_all_samples_are_stored_and_returned_until_it_is_full():
    history = History((1,), 8)
    for start in (0, 4):
        assert torch.equal(history(samples(start)), samples(start))
    assert torch.equal(history.images, samples(0, 8))


def test_then_half_of_the_returned_samples_are_old_and_none_is_lost():
    torch.manual_seed(0)
    history, old = History((1,), 8), 0
    history(samples(0)), history(samples(4))
    for start in range(8, 4008, 4):
        before = set(history.images.flatten().tolist())
        shown = history(samples(start)).flatten().tolist()
        after = set(history.images.flatten().tolist())
        old += sum(number < start for number in shown)
        assert after | set(shown) == before | set(range(start, start + 4))
        assert len(after) == 8 and not after & set(shown)
    assert old / 4000 == pytest.approx(0.5, abs=0.03)


def test_a_minibatch_may_exceed_the_free_slots():
    history = History((1,), 6)
    history(samples(0))
    history(samples(4))
    assert len(set(history.images.flatten().tolist())) == 6


def test_stored_samples_are_in_the_state():
    torch.manual_seed(0)
    first, second = History((1,), 4), History((1,), 4)
    for start in range(0, 40, 4):
        first(samples(start))
    second.load_state_dict(first.state_dict())
    assert not list(first.parameters())
    torch.manual_seed(1)
    shown = first(samples(40))
    torch.manual_seed(1)
    assert torch.equal(second(samples(40)), shown)


def test_size_zero_returns_new_samples_and_large_minibatches_are_an_error():
    assert torch.equal(History((1,), 0)(samples(3)), samples(3))
    with pytest.raises(ValueError, match="at most 3 samples, the history's size, got 4"):
        History((1,), 3)(samples(0))
