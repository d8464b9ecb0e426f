"""Bad blocks of data sets: one line each, with the place and the nearest right answer."""

import re

import pytest

from tests.benchmark.config.params import load_error

GOOD = {"kind": "controlled", "lr": 1e-3}


def subset(tree):
    return tree["images"]["datasets"]["digits_100"]["subset"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda t: t["images"]["datasets"]["digits"]["networks"].update(widht=1),
            r"images.datasets.digits.networks.widht: .* did you mean width\?",
        ),
        (
            lambda t: t["images"]["datasets"].update(mnits={"samples_seen": 1, "networks": {}}),
            r"images.datasets.mnits: expected a data set, got mnits; did you mean mnist\?, or give"
            " it a folder:",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(without=["dcgn"]),
            r"images.datasets.digits.without: expected a variant of images, got dcgn; did you mean"
            r" dcgan\?",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(
                without=list(t["images"]["variants"])
            ),
            r"images.datasets.digits.without: expected a variant of images or more to stay, got all"
            r" of them; remove one from this list, or delete the data set",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(optional=["dcgan", "wgn"]),
            r"images.datasets.digits.optional: expected a variant of images, got wgn; did you mean"
            r" .*",
        ),
        (
            lambda t: t["natural"]["datasets"]["stl10"].update(optional=["biggan"]),
            r"natural.datasets.stl10.optional: expected a variant of this leaderboard, got biggan;"
            r" remove it from this list",
        ),
        (
            lambda t: t["tricks"]["datasets"]["digits_tricks_saturating"].update(
                optional=["gan_minimax", "dcgan"]
            ),
            r"tricks.datasets.digits_tricks_saturating.optional: expected a variant of this"
            r" leaderboard, got dcgan; remove it from this list",
        ),
        *(
            (
                lambda t, value=value: t["toy"]["datasets"]["ring8"].update(optional=value),
                r"toy.datasets.ring8.optional: expected true or a list of one variant or more, got"
                rf" {shown}; change the value",
            )
            for value, shown in (
                ([], r"\[\]"),
                ("dcgan", '"dcgan"'),
                (["gan", 1], ".*"),
                (None, "null"),
            )
        ),
        (
            lambda t: t["images"]["datasets"]["mnist"].update(seeds=[4, 4]),
            r"images.datasets.mnist.seeds: expected each seed once, got 4 twice; remove one",
        ),
        (
            lambda t: t["images"]["datasets"]["mnist"].update(seeds=[]),
            r"images.datasets.mnist.seeds: expected a list of at least 1 item, got \[\]; change .*",
        ),
        (
            lambda t: t["images"]["datasets"]["mnist"].update(seeds=[1001]),
            r"search.seed: expected a seed of no track, got 1001 of images; choose another",
        ),
        (
            lambda t: t["images"].update(datasets=None),
            r"images.datasets: expected a block of keys, got null; write one, or leave .*",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(samples_seen=64),
            r"images.datasets.digits: expected either updates or samples_seen, got both; delete .*",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].pop("updates"),
            r"images.datasets.digits: expected either updates or samples_seen, got none; add one",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(updates=0),
            r"images.datasets.digits.updates: expected a number greater than 0, got 0; .*",
        ),
        *(
            (
                lambda t, value=value: t["images"]["datasets"]["digits"]["networks"].update(
                    width=value
                ),
                r"images.datasets.digits.networks.width: expected a whole number of at least 1,"
                rf" got {shown}; change the value",
            )
            for value, shown in (
                ("a", '"a"'),
                (0, "0"),
                (-1, "-1"),
                (3.5, "3.5"),
                (True, "true"),
                (None, "null"),
                ([16], r"\[16\]"),
            )
        ),
        (
            lambda t: t["images"]["datasets"]["digits"]["networks"].update(backbone="resnet"),
            r"images.datasets.digits.networks.backbone: expected dcgan or residual or"
            r' maxout, got "resnet"; change the value',
        ),
        (
            lambda t: t["toy"]["datasets"]["ring8"]["networks"].update(backbone="residual"),
            r"toy.datasets.ring8.networks.backbone: expected a keyword of .*, got backbone; .*",
        ),
        (
            lambda t: t["video"]["datasets"]["moving_digits"]["networks"].update(
                backbone="residual"
            ),
            r"video.variants.dcgan: expected images for backbone residual, got samples of shape"
            r" \(1, 16, 16, 16\); leave backbone out",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"]["networks"].update(latent=0),
            r"images.datasets.digits.networks.latent: expected a whole number of at least 1, .*",
        ),
        (
            lambda t: t["domains"]["datasets"].update(
                rendering={"samples_seen": 1, "networks": {}}
            ),
            r"domains.datasets.rendering: expected a data set, got rendering; did you mean"
            r" renderings\?",
        ),
        (
            lambda t: t["video"]["datasets"].update(
                moving_digit={"samples_seen": 1, "networks": {}}
            ),
            r"video.datasets.moving_digit: expected a data set, got moving_digit; did you mean"
            r" moving_digits\?",
        ),
        (
            lambda t: subset(t).update(of="mnits"),
            r"images.datasets.digits_100.subset.of: expected a built-in data set, got mnits; did"
            r" you mean mnist\?",
        ),
        (
            lambda t: subset(t).update(images=812),
            r"images.datasets.digits_100.subset.images: expected at most 811 images, as digits has"
            r" no more to train on, got 812; lower it",
        ),
        (
            lambda t: subset(t).update(images=0),
            r"images.datasets.digits_100.subset.images: expected a number greater than 0, got 0;"
            r" .*",
        ),
        (
            lambda t: subset(t).update(images=63),
            r"images.datasets.digits_100: expected 64 images or more to train on, .*, got 63; .*",
        ),
        (
            lambda t: t["images"]["datasets"]["digits_100"].update(folder={"path": "a"}),
            r"images.datasets.digits_100: expected either folder or subset, got both; delete one",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(subset={"of": "mnist", "images": 9}),
            r"images.datasets.digits.subset: expected a new name, got digits of another data set;"
            r" choose another name",
        ),
        (
            lambda t: (
                subset(t).update(of="stl10")
                or t["images"]["datasets"]["digits_100"].update(
                    without=["acgan", "artgan", "cgan", "projection"]
                )
            ),
            r"images.datasets.digits_100.feature_space: expected inception or dinov2, as digits_100"
            r" has no classes, .*",
        ),
        (
            lambda t: t["toy"]["datasets"]["ring8"].update(subset={"of": "digits", "images": 100}),
            r"toy.datasets.ring8.subset: expected a key of this block, got subset; .*",
        ),
        (
            lambda t: t["video"]["datasets"]["moving_digits"].update(feature_space="inception"),
            r"video.datasets.moving_digits.feature_space: expected a feature space of clips, got"
            r" inception, .*; leave the line out, or write i3d",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(feature_space="i3d"),
            r"images.datasets.digits.feature_space: expected a feature space of images, got i3d,"
            r" .*; leave the line out",
        ),
        (
            lambda t: t["domains"]["variants"].update(attention_gan=GOOD),
            r"domains.variants.attention_gan: expected a variant that supports renderings, got an"
            r" error: images of .* cannot .*; leave one of the two out",
        ),
    ],
)
def test_errors_name_the_key_and_the_expected_value(tmp_path, capsys, change, line):
    assert re.fullmatch(line, load_error(tmp_path, capsys, change))
