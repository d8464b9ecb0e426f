"""The count of steps, which a resumed run continues."""

import copy

from gans.common.steps import StepCounter


def test_steps_are_counted_from_zero():
    counter = StepCounter()
    assert [counter.advance() for _ in range(5)] == [0, 1, 2, 3, 4]
    assert counter.steps == 5 and not list(counter.parameters())


def test_a_loaded_counter_continues():
    counter, other = StepCounter(), StepCounter()
    for _ in range(3):
        counter.advance()
    other.advance()
    other.load_state_dict(counter.state_dict())
    assert [other.advance(), other.advance()] == [3, 4]
    assert counter.advance() == 3, "the state was copied"


def test_a_copy_counts_by_itself():
    counter = StepCounter()
    counter.advance()
    other = copy.deepcopy(counter)
    other.load_state_dict(counter.state_dict())
    assert [other.advance(), other.advance(), counter.advance()] == [1, 2, 1]
