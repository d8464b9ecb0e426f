"""Bad parameters: one line each, with the place and the nearest right answer."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from benchmark import config

REAL = Path(__file__).parents[3] / "params.yaml"
GOOD = {"kind": "controlled", "lr": 1e-3}


def variants(tree):
    return tree["images"]["variants"]


def datasets(tree):
    return tree["translation"]["datasets"]


def mine(tree, *, keep=(), name="mine", **folder):
    """A folder of images on the translation track, with those of its variants that are to stay."""
    block = {"samples_seen": 64, "networks": {}, "feature_space": "inception", "folder": folder}
    tree["translation"]["datasets"] = {name: block}
    own = tree["translation"]["variants"]
    tree["translation"]["variants"] = {name: own[name] for name in keep or own}
    return block


def written(tree, name, **block):
    tree["text"]["datasets"] = {name: {"samples_seen": 64, "networks": {}} | block}


def said(tmp_path, capsys, change):
    yaml = YAML()
    tree = yaml.load(REAL.read_text())
    change(tree)
    path = tmp_path / "params.yaml"
    with path.open("w") as file:
        yaml.dump(tree, file)
    with pytest.raises(SystemExit) as stopped:
        config.load(path)
    assert stopped.value.code == 1
    output = capsys.readouterr()
    assert output.out == "" and "Traceback" not in output.err
    (line,) = output.err.splitlines()
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


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
            lambda t: written(t, "mine"),
            r"text.datasets.mine: no such data set; there are: oracle, grammar, or give it a file:",
        ),
        (
            lambda t: written(t, "mine", file={"path": "a"}, oracle={}),
            r"text.datasets.mine: a file and an oracle; leave one of the two out",
        ),
        (
            lambda t: written(t, "oracle", file={"path": "a"}),
            r"text.datasets.oracle.file: oracle is a data set already; take another name",
        ),
        (
            lambda t: written(t, "grammar", oracle={}),
            r"text.datasets.grammar.oracle: grammar is a data set already; take another name",
        ),
        (
            lambda t: written(t, "mine", file={"path": "a", "by": "words"}),
            r'text.datasets.mine.file.by: "words" is not one; did you mean word\?',
        ),
        (
            lambda t: written(t, "mine", file={"pth": "a", "path": "b"}),
            r"text.datasets.mine.file.pth: no such key; did you mean path\?",
        ),
        (
            lambda t: t["text"]["variants"]["seqgan"]["model"].update(pretraining=1.0),
            r"text.variants.seqgan: expected pretraining in \[0, 1\), got 1.0; lower it",
        ),
        (
            lambda t: t["text"]["variants"]["seqgan"]["model"].update(vocabulary=9),
            r"text.variants.seqgan.model.vocabulary: gans/text/seqgan.py takes no such keyword; .*",
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(folder={}),
            r"images.datasets.digits.folder: no such key; .* samples_seen, networks, feature_space",
        ),
        (
            lambda t: datasets(t).update(horses={"samples_seen": 1, "networks": {}}),
            r"translation.datasets.horses: no such data set; there are: outline, .*, or give it a"
            r" folder:",
        ),
        (
            lambda t: datasets(t)["outline"].update(folder={"path": "a", "paired": True}),
            r"translation.datasets.outline.folder: outline is a data set already; take another .*",
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
        (
            lambda t: mine(t, paired=True),
            r"translation.datasets.mine.folder.path: missing",
        ),
        (
            lambda t: mine(t, path="a"),
            r"translation.datasets.mine.folder.paired: missing",
        ),
        (
            lambda t: mine(t, path="a", paired=1),
            r"translation.datasets.mine.folder.paired: 1 should be a valid boolean",
        ),
        (
            lambda t: mine(t, path="a", paired=True, target="rigth"),
            r'translation.datasets.mine.folder.target: "rigth" is not one; did you mean right\?',
        ),
        (
            lambda t: mine(t, path="a", paired=True, size=64),
            r"translation.datasets.mine.folder.size: no such key; did you mean side\?",
        ),
        (
            lambda t: mine(t, path="a", paired=True).update(folder=3),
            r"translation.datasets.mine.folder: not a block of keys; it takes path, paired, .*",
        ),
        (
            lambda t: mine(t, path="a", paired=True, side=100),
            r"translation.datasets.mine.folder.side: 100 is not one; there are: 8, 16, 32, .*, 512",
        ),
        (
            lambda t: mine(t, path="a", paired=True).pop("feature_space"),
            r"translation.datasets.mine.feature_space: a folder has no classes .*; write inception"
            r" or dinov2",
        ),
        (
            lambda t: mine(t, keep=["cyclegan"], path="a", paired=False, target="left"),
            r"translation.datasets.mine.folder.target: two images side by side are a pair; .*",
        ),
        (
            lambda t: mine(t, keep=["unet", "cyclegan"], path="a", paired=False),
            r"translation.variants.unet: learns from pairs, and mine has none; .*",
        ),
        (
            lambda t: mine(t, keep=["pix2pix"], name="horse2zebra"),
            r"translation.variants.pix2pix: learns from pairs, and horse2zebra has none; .*",
        ),
        (
            lambda t: mine(t, name="facades", path="a"),
            r"translation.datasets.facades.folder.path: facades is downloaded; .*",
        ),
        (
            lambda t: mine(t, name="facades", target="A"),
            r"translation.datasets.facades.folder.target: facades has no A; write left or right",
        ),
        (
            lambda t: mine(t, name="facades").update(feature_space="classifier"),
            r"translation.datasets.facades.feature_space: .*",
        ),
    ],
)
def test_one_line_with_the_place_and_what_would_be_right(tmp_path, capsys, change, line):
    assert re.fullmatch(line, said(tmp_path, capsys, change))


@pytest.mark.parametrize(
    ("name", "keep", "folder"),
    [
        ("mine", (), {"path": "a", "paired": True, "target": "left"}),
        ("mine", ("cyclegan",), {"path": "a", "paired": False, "side": 128}),
        ("facades", (), {"side": 256}),
        ("horse2zebra", ("cyclegan",), {"target": "A"}),
    ],
)
def test_folders_that_are_right(tmp_path, name, keep, folder):
    tree = YAML().load(REAL.read_text())
    mine(tree, name=name, keep=keep, **folder)
    path = tmp_path / "params.yaml"
    with path.open("w") as file:
        YAML().dump(tree, file)
    assert name in config.load(path).translation.datasets


def test_several_mistakes_are_several_lines(tmp_path, capsys):
    path = tmp_path / "params.yaml"
    path.write_text(REAL.read_text().replace("seeds: [0, 1, 2]", "seeds: 3").replace("lr:", "lrr:"))
    with pytest.raises(SystemExit):
        config.load(path)
    assert len(capsys.readouterr().err.splitlines()) > 3


@pytest.mark.parametrize("text", ["images: [", "", "3"])
def test_what_is_not_a_tree_of_parameters(tmp_path, capsys, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(SystemExit):
        config.load(path)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_missing_file(tmp_path, capsys):
    with pytest.raises(SystemExit):
        config.load(tmp_path / "params.yaml")
    assert "no such file" in capsys.readouterr().err


def test_the_cells_are_the_product_in_the_order_of_the_file(monkeypatch):
    settings = config.load(REAL)
    counts = [len(b.datasets) * len(b.variants) * len(b.seeds) for b in settings.tracks.values()]
    assert len(settings.runs) == sum(counts)
    assert settings.runs[0].stage("train") == "train@digits-gan"
    assert len({run.trained for run in settings.runs}) == len(settings.runs)


def test_controlled_rows_share_networks_and_faithful_ones_do_not():
    track = config.load(REAL).images
    dataset = track.datasets["digits"]
    assert config.model_keywords(dataset, track.variants["dcgan"]) == dataset.networks
    assert config.model_keywords(dataset, track.variants["gan"]) == track.variants["gan"].model


def test_a_study_may_name_rows_of_a_track_that_was_taken_out(tmp_path):
    yaml = YAML()
    tree = yaml.load(REAL.read_text())
    del tree["toy"]
    with (tmp_path / "params.yaml").open("w") as file:
        yaml.dump(tree, file)
    assert "toy" not in config.load(tmp_path / "params.yaml").tracks


def test_entries_are_taken_over_replaced_and_left_out(tmp_path):
    yaml = YAML()
    tree = yaml.load(REAL.read_text())
    tree["toy"]["variants"]["progan"] = None
    with (tmp_path / "params.yaml").open("w") as file:
        yaml.dump(tree, file)
    params = config.load(tmp_path / "params.yaml")
    images, toy = params.tracks["images"].variants, params.tracks["toy"].variants
    assert toy["dcgan"] == images["dcgan"] and toy["gan"] != images["gan"]
    assert list(toy) == [name for name in images if name != "progan"]
