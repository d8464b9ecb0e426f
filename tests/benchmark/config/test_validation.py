"""Bad parameters: one line each, with the place and the nearest right answer."""

import re

import pytest

from benchmark import config
from tests.benchmark.config.params import PARAMS_FILE, load_error, read_params, write_params

GOOD = {"kind": "controlled", "lr": 1e-3}


def variants(tree):
    return tree["images"]["variants"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda t: variants(t)["dcgan"].update(lrr=1),
            r"images.variants.dcgan.lrr: expected a key of this block, got lrr; did you mean lr\?",
        ),
        (
            lambda t: variants(t)["dcgan"].update(lr=-1),
            r"images.variants.dcgan.lr: expected a number greater than 0, got -1; change the value",
        ),
        (
            lambda t: variants(t)["dcgan"].update(lr="fast"),
            r'images.variants.dcgan.lr: expected a valid number, got "fast"; change the value',
        ),
        (
            lambda t: variants(t)["dcgan"].update(lr=float("inf")),
            r"images.variants.dcgan.lr: expected a finite number, got Infinity; change the value",
        ),
        (
            lambda t: variants(t).update(dcgn=GOOD),
            r"images.variants.dcgn: expected a file gans/\*/dcgn.py, got none; did you mean"
            r" dcgan\?",
        ),
        (
            lambda t: variants(t).update({"my-gan": GOOD}),
            r"images.variants.my-gan: expected a name of a-z, 0-9 and _, got my-gan; write my_gan",
        ),
        (
            lambda t: variants(t)["dcgan"].update(kind="contrlled"),
            r"images.variants.dcgan.kind: expected controlled, faithful, architecture"
            r' or trick, got "contrlled"; did you mean controlled\?',
        ),
        (
            lambda t: t["images"]["training"].update(precision="bfloat"),
            r'images.training.precision: expected float32 or bfloat16, got "bfloat"; did you mean'
            r" bfloat16\?",
        ),
        (
            lambda t: t["search"]["model"].update(wgan_pg={"n_critic": [1]}),
            r"search.model.wgan_pg: expected a file gans/\*/wgan_pg.py, got none; did you mean"
            r" wgan_gp\?",
        ),
        (
            lambda t: t["search"]["model"]["wgan"].update(critics=[1]),
            r"search.model.wgan.critics: expected a keyword of gans/unconditional/wgan.py, got"
            r" critics; did you mean n_critic\?",
        ),
        (
            lambda t: t["studies"]["gradient_penalties"]["rows"].append("digits-wgan_pg"),
            r"studies.gradient_penalties.rows: expected a row, got digits-wgan_pg; did you mean .*",
        ),
        (
            lambda t: t["films"].append("ring8-wgan_pg"),
            r"films: expected a row, got ring8-wgan_pg; did you mean .*",
        ),
        (
            lambda t: t["long_runs"]["rows"].append("ring8-wgan_pg"),
            r"long_runs.rows: expected a row, got ring8-wgan_pg; did you mean .*",
        ),
        (
            lambda t: t["long_runs"].update(factor=0),
            r"long_runs.factor: expected a number greater than 0, got 0; change the value",
        ),
        (
            lambda t: t["studies"]["gradient_penalties"]["rows"].append("rnig8-wgan"),
            r"studies.gradient_penalties.rows: expected a row, got rnig8-wgan; did you mean"
            r" ring8-wgan\?",
        ),
        (
            lambda t: t["search"].update(seed=1),
            r"search.seed: expected a seed of no track, got 1 of images; choose another",
        ),
        (
            lambda t: t["search"].update(trials=8),
            r"search.trials: expected a key of this block, got trials; write betas_per_lr, .*",
        ),
        (
            lambda t: t["images"]["training"].update(compile="often"),
            r'images.training.compile: expected none, default or .*overhead, got "often"; write .*',
        ),
        (
            lambda t: variants(t).update(my_gan=None),
            r"images.variants.my_gan: expected a block of keys, got null; choose from kind,"
            r" optimizer, .*",
        ),
        (
            lambda t: variants(t)["dcgan"].pop("lr"),
            r"images.variants.dcgan.lr: expected this key, got none; add it",
        ),
        (
            lambda t: variants(t)["dcgan"].update(betas=[0.5, 1.5]),
            r"images.variants.dcgan.betas.1: expected a number less than 1, got 1.5; .*",
        ),
        (
            lambda t: variants(t)["wgan"].update(betas=[0.5, 0.9]),
            r"images.variants.wgan.betas: expected no betas of RMSprop, got .*; leave the line out",
        ),
        (
            lambda t: variants(t)["dcgan"].update(momentum=0.5),
            r"images.variants.dcgan.momentum: expected no momentum of Adam, got 0.5; leave .*",
        ),
        (
            lambda t: variants(t)["dcgan"].update(players={"critic": {"lr": 1e-3}}),
            r"images.variants.dcgan.players: expected a player of dcgan, got critic; there are:"
            r" generator, discriminator",
        ),
        (
            lambda t: variants(t)["dcgan"].update(players={"generator": {"lrr": 1e-3}}),
            r"images.variants.dcgan.players.generator.lrr: expected a key .*, got lrr; did you mean"
            r" lr\?",
        ),
        (
            lambda t: variants(t)["wgan"].update(players={"critic": {"betas": [0.5, 0.9]}}),
            r"images.variants.wgan.players.critic.betas: expected no betas of RMSprop, got .*",
        ),
        (
            lambda t: variants(t)["dcgan"].update(decay_from=0.5),
            r"images.variants.dcgan.decay_from: expected schedule: linear or cosine beside it, .*",
        ),
        (
            lambda t: variants(t)["dcgan"].update(schedule="step"),
            r'images.variants.dcgan.schedule: expected constant, linear or cosine, got "step"; .*',
        ),
        (
            lambda t: variants(t)["vae"]["model"].update(sigm=1),
            r"images.variants.vae.model.sigm: expected a keyword of .*vae.py, got sigm; did"
            r" you mean sigma\?",
        ),
        (
            lambda t: t["images"].update(seeds=3),
            r"images.seeds: expected a list, got 3; write \[3\] or \[0, 1, 2\]",
        ),
        (
            lambda t: t["images"].update(seeds=[1, 1]),
            r"images.seeds: expected each seed once, got 1 twice; remove one",
        ),
        (
            lambda t: t["images"].update(seeds=[]),
            r"images.seeds: expected a list of at least 1 item, got \[\]; change the value",
        ),
        (
            lambda t: t["images"]["training"].update(batch=0.5),
            r"images.training.batch: expected a valid integer, got 0.5; change the value",
        ),
        (
            lambda t: t["images"]["training"].update(logs=7),
            r"images.training.logs: expected a multiple of snapshots \(12\), got 7; write 12",
        ),
        (lambda t: t.pop("features"), r"features: expected this key, got none; add it"),
        (
            lambda t: t.update(features=None),
            r"features: expected a block of keys, got null; choose from seed, .*",
        ),
        (
            lambda t: t["toy"].update(variants_from="imags"),
            r"toy.variants_from: expected another track of this file, got imags; did you mean"
            r" images\?",
        ),
        (
            lambda t: t.pop("images"),
            r"toy.variants_from: expected another track of this file, got images; there are: .*",
        ),
        (
            lambda t: variants(t)["dcgan"].update(lr=True),
            r"images.variants.dcgan.lr: expected a valid number, got true; change the value",
        ),
        (
            lambda t: variants(t)["dcgan"].update(betas=[False, 0.9]),
            r"images.variants.dcgan.betas.0: expected a valid number, got false; .*",
        ),
        (
            lambda t: t["images"]["training"].update(average=4000),
            r"images.training.average: expected a key .*, got average; write half_life, .*",
        ),
        (
            lambda t: t["search"].update(samples_seen={"images": 16000}),
            r"search.samples_seen: expected a key .*, got samples_seen; write share, .*",
        ),
        (
            lambda t: t["images"]["training"].update(half_life=1.5),
            r"images.training.half_life: expected a number less than or equal to 1, got 1.5; .*",
        ),
        (
            lambda t: t["images"]["training"].update(half_life=True),
            r"images.training.half_life: expected a valid number, got true; change the value",
        ),
        (
            lambda t: t["search"].update(lr=[1e-3, True]),
            r"search.lr.1: expected a valid number, got true; change the value",
        ),
        (
            lambda t: variants(t)["vae"]["model"].update(sigma=-1),
            r"images.variants.vae.model.sigma: expected a number of at least 0, got -1; .*",
        ),
        (
            lambda t: variants(t)["vae"]["model"].update(sigma=True),
            r"images.variants.vae.model.sigma: expected a number of at least 0, got true; .*",
        ),
        (
            lambda t: t["text"]["variants"]["seqgan"]["model"].update(windows=[1, "b"]),
            r"text.variants.seqgan.model.windows.1: expected a whole number of at least 1, .*",
        ),
        (
            lambda t: t["text"]["variants"]["seqgan"]["model"].update(windows=3),
            r"text.variants.seqgan.model.windows: expected a list, got 3; change the value",
        ),
        (
            lambda t: t["search"]["model"]["wgan"].update(n_critic=[5, 0]),
            r"search.model.wgan.n_critic: expected a whole number of at least 1, got 0; .*",
        ),
        (
            lambda t: variants(t)["diffusion_gan"]["model"].update(rampup_samples=0),
            r"images.variants.diffusion_gan: expected values of keywords that build"
            r" gans/unconditional/diffusion_gan.py for digits, got ZeroDivisionError: .*",
        ),
        (
            lambda t: t["text"]["variants"]["seqgan"]["model"].update(pretraining=1.0),
            r"text.variants.seqgan: expected pretraining in \[0, 1\), got 1.0; lower it",
        ),
        (
            lambda t: t["text"]["variants"]["seqgan"]["model"].update(vocabulary=9),
            r"text.variants.seqgan.model.vocabulary: expected a keyword of gans/text/seqgan.py, .*",
        ),
        (
            lambda t: variants(t).update(mocogan=GOOD | {"kind": "faithful"}),
            r"images.variants.mocogan: expected a variant without clips, got one that makes clips;"
            r" put it under video, or leave it out",
        ),
        (
            lambda t: t["video"]["variants"].update(unet=GOOD | {"kind": "faithful"}),
            r"video.variants.unet: expected a variant that makes clips, got .*; leave it out",
        ),
        (
            lambda t: t["video"]["training"].update(channels_last=True),
            r"video.training.channels_last: expected false for clips, got true; leave .*",
        ),
    ],
)
def test_errors_name_the_key_and_the_expected_value(tmp_path, capsys, change, line):
    assert re.fullmatch(line, load_error(tmp_path, capsys, change))


def test_a_study_may_name_rows_of_a_removed_track(tmp_path):
    tree = read_params()
    del tree["toy"]
    write_params(tree, tmp_path)
    assert "toy" not in config.load_params(tmp_path / "params.yaml").tracks


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t["images"]["datasets"]["digits"]["networks"].update(width=17, latent=1),
        lambda t: t["images"]["datasets"]["digits"]["networks"].update(backbone="residual"),
        lambda t: variants(t)["vae"]["model"].update(sigma=1),
        lambda t: variants(t)["dcgan"].update(lr=1, betas=[0, 0.9]),
        lambda t: t["text"]["variants"]["seqgan"]["model"].update(windows=[1, 2]),
        lambda t: t["images"].update(datasets={}),
    ],
)
def test_right_values_are_accepted(tmp_path, change):
    tree = read_params()
    change(tree)
    config.load_params(write_params(tree, tmp_path))


def test_a_file_without_data_sets_is_one_line(tmp_path, capsys):
    def change(tree):
        for name in config.load_params(PARAMS_FILE).tracks:
            tree[name]["datasets"] = {}

    assert "expected a data set in one track or more, got none" in load_error(
        tmp_path, capsys, change
    )
