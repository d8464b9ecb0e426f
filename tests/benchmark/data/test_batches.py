"""Images as bytes and as floats, and the order in which batches come."""

import numpy as np
import pytest
import torch

import benchmark.data.batches as module
from benchmark.common.seeds import stream
from benchmark.data.batches import Batches, StreamedBatches, UnpairedBatches, make_batches
from benchmark.data.pixels import to_bytes, to_unit
from benchmark.data.splits import SplitArrays, load_array, save_split

IMAGES = torch.arange(10, dtype=torch.uint8).reshape(10, 1, 1, 1)


def drawn(batches, count):
    return [to_bytes(next(batches)).flatten().tolist() for _ in range(count)]


def test_labels_come_with_their_images():
    images, labels = torch.arange(10, dtype=torch.uint8)[:, None], torch.arange(10)
    kinds = (
        Batches(images, 3, 0, labels),
        StreamedBatches(images, 3, 0, labels, device=torch.device("cpu")),
    )
    for batches in kinds:
        for _ in range(7):
            drawn, condition = next(batches)
            assert torch.equal(to_bytes(drawn)[:, 0].long(), condition)


def test_unpaired_variants_see_the_images_of_paired_ones_in_unrelated_orders():
    images = torch.arange(40, dtype=torch.uint8)[:, None, None, None]
    batches = UnpairedBatches(images, 5, 0, condition=images + 100)
    seen, condition, together = set(), set(), 0
    for _ in range(80):
        pair = [to_bytes(part).flatten().tolist() for part in next(batches)]
        seen |= set(pair[0])
        condition |= {number - 100 for number in pair[1]}
        together += sum(a == b - 100 for a, b in zip(*pair, strict=True))
    assert seen == condition == set(range(40))
    assert together < 30, "400 draws of 40 images fall together ten times by chance"


@pytest.mark.parametrize("before", [0, 3, 4, 7])
def test_unpaired_orders_resume(before):
    images = torch.arange(40, dtype=torch.uint8)[:, None, None, None]
    whole, resumed = (UnpairedBatches(images, 6, seed, condition=images + 100) for seed in (0, 99))
    for _ in range(before):
        next(whole)
    resumed.load_state_dict(whole.state_dict())
    for _ in range(8):
        for mine, other in zip(next(whole), next(resumed), strict=True):
            assert torch.equal(mine, other)
    assert whole.samples_seen == resumed.samples_seen == 6 * (before + 8)


def test_every_level_survives_the_round_trip():
    levels = torch.arange(256, dtype=torch.uint8)
    unit = to_unit(levels)
    assert unit.min() == -1 and unit.max() == 1
    assert torch.equal(to_bytes(unit), levels)


def test_values_outside_are_clipped_not_wrapped():
    assert to_bytes(torch.tensor([-1.5, 1.5])).tolist() == [0, 255]


def test_a_pass_shows_every_image_at_most_once():
    seen = [image for batch in drawn(Batches(IMAGES, 3, seed=0), 3) for image in batch]
    assert len(seen) == len(set(seen)) == 9


def test_passes_differ_and_depend_on_the_seed():
    first = drawn(Batches(IMAGES, 10, seed=0), 2)
    assert first[0] != first[1]
    assert first == drawn(Batches(IMAGES, 10, seed=0), 2)
    assert first != drawn(Batches(IMAGES, 10, seed=1), 2)


@pytest.mark.parametrize("before", [0, 1, 3, 4, 7])
def test_a_resumed_order_continues(before):
    whole = Batches(IMAGES, 3, seed=0)
    drawn(whole, before)
    state = whole.state_dict()
    resumed = Batches(IMAGES, 3, seed=99)
    resumed.load_state_dict(state)
    assert drawn(whole, 8) == drawn(resumed, 8)
    assert whole.samples_seen == resumed.samples_seen == 3 * (before + 8)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_a_streamed_order_is_the_same_for_any_number_of_workers(workers):
    streamed = StreamedBatches(IMAGES, 3, seed=0, device=torch.device("cpu"), workers=workers)
    assert drawn(streamed, 20) == drawn(Batches(IMAGES, 3, seed=0), 20)


@pytest.mark.parametrize("before", [0, 1, 3, 4, 7])
def test_streamed_and_resident_batches_resume_each_other(before):
    whole = StreamedBatches(IMAGES, 3, seed=0, device=torch.device("cpu"))
    drawn(whole, before)
    others = (
        Batches(IMAGES, 3, seed=99),
        StreamedBatches(IMAGES, 3, seed=99, device=torch.device("cpu")),
    )
    drawn(others[1], 2)
    for other in others:
        other.load_state_dict(whole.state_dict())
    after = drawn(whole, 8)
    for other in others:
        assert drawn(other, 8) == after
        assert other.samples_seen == whole.samples_seen == 3 * (before + 8)


def test_data_too_large_for_memory_stay_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (50, 3, 4, 4), np.uint8)
    save_split("made_up", "train", SplitArrays(images, np.zeros(50, np.int64)))
    cpu = torch.device("cpu")
    assert np.array_equal(load_array("made_up", "train", "images", mmap_mode="r"), images)
    resident = make_batches("made_up", 8, 0, cpu)
    monkeypatch.setattr(module, "measure_memory", lambda device: 2 * images.nbytes - 1)
    streamed = make_batches("made_up", 8, 0, cpu)
    assert not isinstance(resident, StreamedBatches) and isinstance(streamed, StreamedBatches)
    assert drawn(streamed, 20) == drawn(resident, 20)


def test_a_batch_larger_than_the_data_is_an_error():
    with pytest.raises(ValueError, match="expected a batch of at most 10, got 11; lower it"):
        Batches(IMAGES, 11, seed=0)


def test_streams_of_one_seed_differ():
    seeds = {stream(seed, name) for seed in range(50) for name in ("order", "noise", "samples")}
    assert len(seeds) == 150
    assert all(0 <= seed < 2**63 for seed in seeds)


def pictures(count=12):
    """Images whose left half says their number, and whose right half is dark."""
    images = torch.zeros(count, 1, 2, 4, dtype=torch.uint8)
    images[..., :2] = torch.arange(1, count + 1)[:, None, None, None]
    return images


def test_half_of_the_images_of_a_pass_are_mirrored():
    flipped = Batches(pictures(), 4, 0, flips=True)
    mirrored = dict.fromkeys(range(1, 13), 0)
    for _ in range(300):
        for image in (next(flipped) + 1) * 127.5:
            left, right = image[0, :, :2], image[0, :, 2:]
            assert left.any() != right.any() and image.flip(-1).amax() == image.amax()
            mirrored[round(float(image.max()))] += bool(right.any())
    assert all(30 < count < 70 for count in mirrored.values())  # of 100 passes


def test_mirrored_batches_resume_and_stream_alike():
    batches = Batches(pictures(), 5, 3, flips=True)
    streamed = StreamedBatches(pictures(), 5, 3, flips=True, device=torch.device("cpu"))
    for _ in range(7):
        assert torch.equal(next(batches), next(streamed))
    for kind in (batches, streamed):
        resumed = Batches(pictures(), 5, 99, flips=True)
        resumed.load_state_dict(kind.state_dict())
        expected = [next(kind) for _ in range(6)]
        assert all(torch.equal(next(resumed), batch) for batch in expected)
