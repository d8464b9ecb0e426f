"""The data sets that come with the benchmark, and what is said where one cannot be downloaded."""

import numpy as np

from benchmark.data.sources import domains, multimodal, translation
from benchmark.data.sources.images import load_digits


def test_digits_are_the_real_ones_split_by_class():
    splits = load_digits()
    train, test = (part.images for part in splits)
    assert train.shape == (1297, 1, 8, 8) and test.shape == (500, 1, 8, 8)
    assert train.dtype == np.uint8 and train.min() == 0 and train.max() == 255
    assert len(np.unique(train)) == 17
    shares = [np.bincount(part.labels) / len(part.labels) for part in splits]
    np.testing.assert_allclose(*shares, atol=0.002)


def test_colours_differ_from_the_digits_in_hue_only():
    first, second = multimodal.make_colours()
    train, images, labels, condition = first.images, second.images, second.labels, second.condition
    assert images.shape == (len(labels), 3, 16, 16) and condition.shape == (len(labels), 1, 16, 16)
    assert np.array_equal(images.max(axis=1), condition[:, 0])  # of full value
    assert (images.min(axis=1) == 0).all()  # and of full saturation
    brightest = np.concatenate([train, images]).reshape(-1, 3, 256).max(axis=2).argmax(axis=1)
    assert (np.bincount(brightest) > 0.3 * len(brightest)).all()  # every hue is as likely
    classes, hues = np.divmod(second.classifier_targets, multimodal.HUES)
    assert np.array_equal(classes, labels) and set(hues) == set(range(6))
    means = images.astype(float).mean(axis=(2, 3))
    for hue, name in enumerate(("r", "rg", "g", "gb", "b", "rb")):
        own, strong = means[hues == hue], [channel in name for channel in "rgb"]
        assert (own[:, strong].min(axis=1) >= own[:, np.invert(strong)].max(axis=1)).all()


def test_an_outline_is_where_its_digit_changes():
    for part in translation.make_outline():
        images, condition = part.images, part.condition
        assert images.shape == condition.shape == (len(part.labels), 1, 16, 16)
        assert images.dtype == condition.dtype == np.uint8
        flat = np.ones((3, 3))
        for image, edges in zip(
            images[:50, 0].astype(int), condition[:50, 0].astype(int), strict=True
        ):
            near = np.lib.stride_tricks.sliding_window_view(image, flat.shape)
            inner = near.max(axis=(2, 3)) - near.min(axis=(2, 3))
            assert np.array_equal(edges[1:-1, 1:-1], inner)


def test_a_rendering_is_the_same_digit_in_the_domain_of_its_planes():
    known = len(domains.DOMAINS)
    for part, digits in zip(domains.make_renderings(), load_digits(), strict=True):
        images, labels, condition = part.images, part.labels, part.condition
        assert images.shape == (len(labels), 3, 16, 16) and np.array_equal(labels, digits.labels)
        assert (
            condition.shape == (len(labels), 3 + 2 * known, 16, 16) and condition.dtype == np.uint8
        )
        planes = condition[:, 3:]
        assert np.array_equal(planes, planes[:, :, :1, :1].repeat(16, axis=2).repeat(16, axis=3))
        domain_codes = planes[:, :, 0, 0].reshape(-1, 2, known)
        assert ((domain_codes == 255).sum(axis=2) == 1).all() and (
            (domain_codes == 0).sum(axis=2) == 3
        ).all()
        target, source = domain_codes.argmax(axis=2).T
        assert (target != source).all()
        ways = np.bincount(target * known + source, minlength=known**2)
        assert (ways > 0).sum() == known * (known - 1) and ways.max() < 2 * ways[ways > 0].min()
        shown, each = domains.render_domains(digits.images), np.arange(len(labels))
        assert np.array_equal(images, shown[target, each])
        assert np.array_equal(condition[:, :3], shown[source, each])


def test_the_domains_match_their_names():
    train, _ = load_digits()
    shown = dict(zip(domains.DOMAINS, domains.render_domains(train.images), strict=True))
    plain = shown["plain"]
    assert (plain == plain[:, :1]).all() and plain.min() == 0
    assert np.array_equal(shown["inverted"].astype(int) + plain, np.full(plain.shape, 255))
    assert np.array_equal(shown["red"][:, 0], plain[:, 0]) and not shown["red"][:, 1:].any()
    turned = np.stack([np.rot90(image[0]) for image in plain])
    assert np.array_equal(shown["rotated"], turned[:, None].repeat(3, axis=1))
