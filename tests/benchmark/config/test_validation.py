"""Bad parameters: one line each, with the place and the nearest right answer."""

import re

import pytest

from benchmark import config
from tests.benchmark.config.params import load_error, read_params, write_params

GOOD = {"kind": "controlled", "lr": 1e-3}


def variants(tree):
    return tree["images"]["variants"]


def datasets(tree):
    return tree["translation"]["datasets"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda t: variants(t)["dcgan"].update(lrr=1),
            r"images.variants.dcgan.lrr: no such key; did you mean lr\?",
        ),
        (
            lambda t: variants(t)["dcgan"].update(lr=-1),
            r"images.variants.dcgan.lr: -1 should be greater than 0",
        ),
        (
            lambda t: variants(t)["dcgan"].update(lr="fast"),
            r'images.variants.dcgan.lr: "fast" should be a valid number.*',
        ),
        (
            lambda t: variants(t)["dcgan"].update(lr=float("inf")),
            r"images.variants.dcgan.lr: Infinity should be a finite number",
        ),
        (
            lambda t: variants(t).update(dcgn=GOOD),
            r"images.variants.dcgn: there is no gans/\*/dcgn.py; did you mean dcgan\?",
        ),
        (
            lambda t: variants(t).update({"my-gan": GOOD}),
            r"images.variants.my-gan: a name has only a-z, 0-9 and _; write my_gan",
        ),
        (
            lambda t: variants(t)["dcgan"].update(kind="contrlled"),
            r'images.variants.dcgan.kind: "contrlled" is not one; did you mean controlled\?',
        ),
        (
            lambda t: t["images"]["training"].update(precision="bfloat"),
            r'images.training.precision: "bfloat" is not one; did you mean bfloat16\?',
        ),
        (
            lambda t: t["search"]["model"].update(wgan_pg={"n_critic": [1]}),
            r"search.model.wgan_pg: there is no gans/\*/wgan_pg.py; did you mean wgan_gp\?",
        ),
        (
            lambda t: t["search"]["model"]["wgan"].update(critics=[1]),
            r"search.model.wgan.critics: gans/unconditional/wgan.py takes no such keyword;"
            r" did you mean n_critic\?",
        ),
        (
            lambda t: t["studies"]["gradient_penalties"]["rows"].append("digits-wgan_pg"),
            r"studies.gradient_penalties.rows: digits-wgan_pg: no such row; did you mean .*",
        ),
        (
            lambda t: t["studies"]["gradient_penalties"]["rows"].append("rnig8-wgan"),
            r"studies.gradient_penalties.rows: rnig8-wgan: no such row; did you mean ring8-wgan\?",
        ),
        (
            lambda t: t["search"].update(seed=1),
            r"search.seed: 1 is a seed of images; take one that is on no track",
        ),
        (
            lambda t: t["search"].update(seeds={"tyo": 3}),
            r"search.seeds.tyo: no such track; did you mean toy\?",
        ),
        (
            lambda t: t["images"]["training"].update(compile="often"),
            r'images.training.compile: "often" is not one; there are: none, default, .*overhead',
        ),
        (
            lambda t: variants(t).update(my_gan=None),
            r"images.variants.my_gan: not a block of keys; it takes kind, optimizer, lr, .*",
        ),
        (
            lambda t: variants(t)["dcgan"].pop("lr"),
            r"images.variants.dcgan.lr: missing",
        ),
        (
            lambda t: variants(t)["dcgan"].update(betas=[0.5, 1.5]),
            r"images.variants.dcgan.betas.1: 1.5 should be less than 1",
        ),
        (
            lambda t: variants(t)["wgan"].update(betas=[0.5, 0.9]),
            r"images.variants.wgan.betas: RMSprop takes none; leave the line out",
        ),
        (
            lambda t: variants(t)["vae"]["model"].update(sigm=1),
            r"images.variants.vae.model.sigm: gans/unconditional/vae.py takes no such keyword; "
            r"did you mean sigma\?",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"]["networks"].update(widht=1),
            r"images.datasets.digits.networks.widht: .* did you mean width\?",
        ),
        (
            lambda t: t["images"]["datasets"].update(mnits={"samples_seen": 1, "networks": {}}),
            r"images.datasets.mnits: no such data set; did you mean mnist\?",
        ),
        (
            lambda t: t["images"].update(seeds=3),
            r"images.seeds: 3 is not a list; write \[3\] or \[0, 1, 2\]",
        ),
        (
            lambda t: t["images"].update(seeds=[1, 1]),
            r"images.seeds: 1 stands there twice; each seed once",
        ),
        (
            lambda t: t["images"].update(seeds=[]),
            r"images.seeds: \[\] list should have at least 1 item.*",
        ),
        (
            lambda t: t["images"]["training"].update(batch=0.5),
            r"images.training.batch: 0.5 should be a valid integer",
        ),
        (
            lambda t: t["images"]["training"].update(logs=7),
            r"images.training.logs: 7 is not a multiple of snapshots \(12\).*",
        ),
        (lambda t: t.pop("features"), r"features: missing"),
        (
            lambda t: t["text"]["variants"]["seqgan"]["model"].update(pretraining=1.0),
            r"text.variants.seqgan: expected pretraining in \[0, 1\), got 1.0; lower it",
        ),
        (
            lambda t: t["text"]["variants"]["seqgan"]["model"].update(vocabulary=9),
            r"text.variants.seqgan.model.vocabulary: gans/text/seqgan.py takes no such keyword; .*",
        ),
        (
            lambda t: t["domains"]["datasets"].update(
                rendering={"samples_seen": 1, "networks": {}}
            ),
            r"domains.datasets.rendering: no such data set; did you mean renderings\?",
        ),
        (
            lambda t: t["video"]["datasets"].update(
                moving_digit={"samples_seen": 1, "networks": {}}
            ),
            r"video.datasets.moving_digit: no such data set; did you mean moving_digits\?",
        ),
        (
            lambda t: variants(t).update(mocogan=GOOD | {"kind": "faithful"}),
            r"images.variants.mocogan: makes clips; put it under video, or leave it out",
        ),
        (
            lambda t: t["video"]["variants"].update(unet=GOOD | {"kind": "faithful"}),
            r"video.variants.unet: makes images of images, not clips; leave it out",
        ),
        (
            lambda t: t["video"]["training"].update(channels_last=True),
            r"video.training.channels_last: true is for images; leave the line out",
        ),
        (
            lambda t: t["video"]["datasets"]["moving_digits"].update(feature_space="inception"),
            r"video.datasets.moving_digits.feature_space: inception sees images, not clips; .*",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(feature_space="i3d"),
            r"images.datasets.digits.feature_space: i3d sees clips; leave the line out",
        ),
        (
            lambda t: t["domains"]["variants"].update(attention_gan=GOOD),
            r"domains.variants.attention_gan: renderings does not fit: images of .* cannot .*",
        ),
    ],
)
def test_errors_name_the_key_and_the_expected_value(tmp_path, capsys, change, line):
    assert re.fullmatch(line, load_error(tmp_path, capsys, change))


def test_a_study_may_name_rows_of_a_removed_track(tmp_path):
    tree = read_params()
    del tree["toy"]
    write_params(tree, tmp_path)
    assert "toy" not in config.load(tmp_path / "params.yaml").tracks
