"""Published networks that compare images: VGG-19 in losses, LPIPS as a metric.

Their weights are large and may be out of reach, so those here are random: the wiring is what is
tested, against torchvision and torchmetrics with the same ones.
"""

import copy
import json
import re

import numpy as np
import pytest
import torch
import torchmetrics
import torchvision
from ruamel.yaml import YAML
from torchmetrics.functional.image import lpips as theirs
from torchmetrics.image.lpip import LearnedPerceptualImagePatchSimilarity
from torchvision.models.feature_extraction import create_feature_extractor
from torchvision.transforms.functional import normalize

from benchmark import config
from benchmark.config import Run
from benchmark.data import prepare
from benchmark.data.pixels import to_unit
from benchmark.data.splits import list_arrays, load_array, save_split
from benchmark.evaluation import evaluate, references
from benchmark.features import features
from benchmark.features.extractors import imagenet, lpips
from benchmark.features.extractors.weights import checksum
from benchmark.pipeline import recipes
from benchmark.tracks import TRACKS
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from benchmark.website.display import METRICS
from tests.benchmark.config.test_params import REAL
from tests.benchmark.data.sources.test_folders import run_stage, save_image
from tests.benchmark.data.sources.test_photo_folders import mine, noise, write
from tests.benchmark.features.test_extractors import line, pictures

CPU = torch.device("cpu")


def random_weights(folder, name, *, zipped=True):
    """The convolutions of a network in a file, and a layer behind them that nobody asks for."""
    torch.manual_seed(0)
    with torch.device("meta"):
        network = getattr(torchvision.models, name)(weights=None).features
    network.to_empty(device="cpu")
    with torch.no_grad():
        for layer in network:
            if isinstance(layer, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(layer.weight)
                layer.bias.normal_(std=0.1)
    tensors = {f"features.{key}": value for key, value in network.state_dict().items()}
    file = folder / f"random-{name}.pth"
    # the published ones are older than the format that torch writes today
    torch.save(
        tensors | {"classifier.1.bias": torch.zeros(9)},
        file,
        _use_new_zipfile_serialization=zipped,
    )
    return file, network.eval()


@pytest.fixture(scope="module")
def vgg19(tmp_path_factory):
    return random_weights(tmp_path_factory.mktemp("weights"), "vgg19", zipped=False)


@pytest.fixture(scope="module")
def alexnet(tmp_path_factory):
    return random_weights(tmp_path_factory.mktemp("weights"), "alexnet", zipped=False)


def test_vgg19_is_torchvisions_before_each_activation(vgg19):
    file, network = vgg19
    images = torch.rand(2, 3, 32, 24) * 2 - 1
    perceive = imagenet.layers("vgg19", CPU, weights=file)
    found = perceive(images)
    reference = normalize((images + 1) / 2, imagenet.MEAN, imagenet.DEVIATION)
    assert [maps.shape[1] for maps in found] == [64] * 2 + [128] * 2 + [256] * 4 + [512] * 8
    # the fifth pooling is the last layer, and right before it are the fourth convolution and a ReLU
    kinds = [type(layer).__name__ for layer in network][-4:]
    assert kinds == ["ReLU", "Conv2d", "ReLU", "MaxPool2d"]
    with torch.no_grad():
        before, after = network[:-2](reference), network[:-1](reference)
    torch.testing.assert_close(found[-1], before, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found[-1].relu(), after, rtol=1e-4, atol=1e-5)
    for maps in found:
        assert (maps < 0).any(), "what a ReLU has written over"


def test_vgg19_normalises_as_torchvision_says():
    told = torchvision.models.VGG19_Weights.DEFAULT.transforms()
    assert tuple(told.mean) == imagenet.MEAN and tuple(told.std) == imagenet.DEVIATION


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("alexnet", torchvision.models.AlexNet_Weights.DEFAULT),
        ("vgg16", torchvision.models.VGG16_Weights.DEFAULT),
        ("vgg19", torchvision.models.VGG19_Weights.DEFAULT),
    ],
)
def test_the_weights_are_those_that_torchvision_publishes(name, weights):
    published = imagenet.PUBLISHED[name]
    assert published.url == weights.url
    (digits,) = re.findall(r"-([0-9a-f]{8})\.pth$", published.name)
    assert re.fullmatch(f"{digits}[0-9a-f]{{56}}", published.sha256)


def test_vgg19_sees_grey_images_thrice_and_only_images_have_a_gradient(vgg19):
    perceive = imagenet.layers("vgg19", CPU, weights=vgg19[0])
    grey = (torch.rand(2, 1, 16, 16) * 2 - 1).requires_grad_()
    (last,) = perceive(grey)[-1:]
    assert torch.equal(last, perceive(grey.expand(-1, 3, -1, -1))[-1]) and last.shape[2:] == (1, 1)
    last.square().sum().backward()
    assert grey.grad.abs().max() > 0
    assert not perceive(grey.detach())[-1].requires_grad
    assert copy.deepcopy(perceive) is perceive, "the moving average needs no network of its own"


def unreachable(*args, **kwargs):
    raise OSError("no route to host")


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """A working directory without weights, and no way to fetch any."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".checkpoints").mkdir()
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    for name in imagenet.PUBLISHED:
        monkeypatch.delenv(f"{name.upper()}_WEIGHTS", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("vgg19", lambda: imagenet.layers("vgg19", CPU)),
        ("alexnet", lambda: lpips.LPIPS("alex", (3, 64, 64))),
        ("vgg16", lambda: lpips.LPIPS("vgg", (3, 64, 64))),
    ],
)
def test_weights_out_of_reach(offline, capsys, name, ask):
    published = imagenet.PUBLISHED[name]
    said = line(capsys, ask)
    assert said.startswith(f"network {name}: no source answered; put {published.name} ")
    for part in (published.sha256, "downloads/weights", f"{name.upper()}_WEIGHTS"):
        assert part in said
    (offline / "downloads/weights" / published.name).write_bytes(b"half")
    assert "is not whole" in line(capsys, ask)


def test_a_file_of_another_network(alexnet, tmp_path, capsys):
    said = line(capsys, lambda: imagenet.layers("vgg19", CPU, weights=alexnet[0]))
    assert said == f"network vgg19: {alexnet[0]}: not weights of torchvision's vgg19"
    (tmp_path / "none.pth").write_bytes(b"none")
    said = line(capsys, lambda: imagenet.layers("vgg19", CPU, weights=tmp_path / "none.pth"))
    assert said.startswith("network vgg19: ") and "not a file of weights" in said


def torchmetrics_lpips(monkeypatch, network, name):
    """Theirs, which would fetch the network."""
    fetched = lambda net, pretrained: copy.deepcopy(network)  # noqa: E731
    monkeypatch.setattr(theirs, "_get_tv_model_features", fetched)
    reference = LearnedPerceptualImagePatchSimilarity(net_type=name, reduction="mean")
    monkeypatch.undo()
    return reference


def pair(n=5, size=64, channels=3):
    truth = pictures(n, seed=0, size=size, channels=channels)
    return truth, np.clip(
        truth.astype(int) + pictures(n, seed=1, size=size, channels=channels) // 3 - 40, 0, 255
    ).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "backbone"),
    [("alex", "alexnet"), pytest.param("vgg", "vgg16", marks=pytest.mark.slow)],
)
def test_lpips_is_torchmetrics(name, backbone, tmp_path, monkeypatch):
    file, network = random_weights(tmp_path, backbone)
    reference = torchmetrics_lpips(monkeypatch, network, name)
    ours = lpips.LPIPS(name, (3, 64, 64), weights=file, device=CPU)
    monkeypatch.setattr(lpips, "BATCH", 2)  # the last one is not full
    for size in (64, lpips.SMALLEST[name]):
        truth, made = pair(size=size)
        units = (to_unit(torch.from_numpy(images)) for images in (truth, made))
        expected = float(reference(*units))
        assert expected > 1e-3
        assert ours(truth, made) == pytest.approx(expected, rel=1e-5)
        assert ours(truth, truth) == 0 < ours(made, truth)


def test_lpips_is_equation_1(alexnet):
    """By torchvision alone, and the linear layers as they stand in their file."""
    file, network = alexnet
    truth, made = pair()
    shift, scale = (
        torch.tensor(x).view(3, 1, 1) for x in ([-0.03, -0.088, -0.188], [0.458, 0.448, 0.450])
    )
    nodes = {f"{place}": f"relu{place}" for place in (1, 4, 7, 9, 11)}
    layers = create_feature_extractor(copy.deepcopy(network), nodes)
    with torch.no_grad():
        maps = [
            list(layers((to_unit(torch.from_numpy(images)) - shift) / scale).values())
            for images in (truth, made)
        ]
    path = f"{torchmetrics.__path__[0]}/functional/image/lpips_models/alex.pth"
    linear = list(torch.load(path, map_location=CPU, weights_only=True).values())
    expected = 0.0
    for first, second, weight in zip(*maps, linear, strict=True):
        units = (
            x / (x.norm(dim=1, keepdim=True) + 1e-10) for x in (first.double(), second.double())
        )
        difference = next(units) - next(units)
        expected += float((weight.double() * difference**2).sum(dim=1).mean())
    assert lpips.LPIPS("alex", (3, 64, 64), weights=file)(truth, made) == pytest.approx(
        expected, rel=1e-3
    )


def test_lpips_of_grey_images_and_of_what_does_not_compare(alexnet):
    distance = lpips.LPIPS("alex", (1, 64, 64), weights=alexnet[0])
    truth, made = pair(n=2, channels=1)
    assert distance(truth, made) == distance(truth.repeat(3, axis=1), made.repeat(3, axis=1)) > 0
    with pytest.raises(ValueError, match="do not compare"):
        distance(truth, made[:1])
    with pytest.raises(ValueError, match="do not compare"):
        distance(truth[:0], made[:0])


@pytest.mark.parametrize(("name", "side"), [("alex", 31), ("vgg", 16)])
def test_images_that_are_too_small_for_lpips(name, side, capsys):
    said = line(capsys, lambda: lpips.LPIPS(name, (3, 64, side - 1)))
    assert said.startswith(f"metric lpips: images of 64x{side - 1} pixels are too small for {name}")


@pytest.fixture
def track(offline):
    """A track of folders of photographs with both games, and data and features of it."""
    tree = YAML().load(REAL.read_text())
    for name in ("images", "toy", "translation", "multimodal", "domains"):
        del tree[name]
    own = tree["superresolution"]
    own["datasets"].clear()
    mine(tree, patches=60, side=32)
    own["datasets"]["mine"]["samples_seen"] = 12
    own["seeds"] = [0]
    own["training"] |= {"batch": 2, "logs": 2, "snapshots": 1, "snapshot_samples": 4}
    model = {"blocks": 1, "width": 4, "pretraining": 0.4}
    own["variants"] = {
        name: {"kind": "faithful", "lr": 1e-3, "model": dict(model)} for name in ("srgan", "esrgan")
    }
    own["variants"]["srresnet"] = {"kind": "controlled", "lr": 1e-3, "model": {"blocks": 1}}
    tree["search"] = {}
    tree["features"]["epochs"] = 1
    for number in range(3):
        save_image(noise(67, 90, seed=number), offline / f"sharp/{number}.png")
    save_image(noise(75, 99, seed=7), offline / "held/a.png")
    write(tree, offline)
    run_stage(prepare, "mine")
    run_stage(features, "mine")
    return tree


def trained(variant):
    settings = config.load()
    run = Run("superresolution", "mine", variant, 0)
    train.train(run, settings)
    delete_checkpoint(run.name)
    return run, json.loads((run.trained / "training.json").read_text())


def test_losses_by_the_network_that_params_name(track, offline, vgg19, monkeypatch, capsys):
    written = {}
    run, told = trained("srgan")
    assert told["perceptual"] == {
        "network": "classifier",
        "weights": checksum(offline / "features/mine/classifier.safetensors"),
    }
    written["classifier"] = run.losses.read_bytes()
    recipe = recipes.FOLDER / "train/superresolution/mine/srgan.json"
    before = json.loads(recipes.recipes(config.load())[recipe])
    assert not {
        "benchmark/features/perceptual.py",
        "benchmark/features/extractors/imagenet.py",
    } & set(before["code"])

    track["superresolution"]["datasets"]["mine"]["perceptual"] = "vgg19"
    write(track, offline)
    for name in ("srgan", "esrgan"):
        said = line(capsys, lambda name=name: trained(name))
        assert said.startswith("network vgg19: no source answered")
    assert "perceptual" not in trained("srresnet")[1], "it needs no network"
    monkeypatch.setenv("VGG19_WEIGHTS", str(vgg19[0]))
    for name in ("srgan", "esrgan"):
        run, told = trained(name)
        assert told["perceptual"] == {"network": "vgg19", "weights": checksum(vgg19[0])}
        assert told["status"] == "ok"
        written[name] = run.losses.read_bytes()
    assert b"content" in written["srgan"] and written["srgan"] != written["classifier"]
    assert b"perceptual" in written["esrgan"]
    after = json.loads(recipes.recipes(config.load())[recipe])
    assert after["settings"]["dataset"]["perceptual"] == "vgg19"
    assert {"benchmark/features/perceptual.py", "benchmark/features/extractors/imagenet.py"} <= set(
        after["code"]
    )


def test_images_that_are_too_small_for_vgg19(track, offline, capsys):
    track["superresolution"]["datasets"]["mine"]["perceptual"] = "vgg19"
    write(track, offline)
    for split in ("train", "test"):
        arrays = {name: load_array("mine", split, name) for name in list_arrays("mine", split)}
        small = {
            "images": arrays["images"][..., :8, :8],
            "condition": arrays["condition"][..., :4, :4],
        }
        save_split("mine", split, arrays | small)
    said = line(capsys, lambda: trained("srgan"))
    assert said.startswith("mine: images of 8x8 pixels are too small for VGG-19")


def test_lpips_is_scored_where_it_is_asked_for(track, offline, alexnet, monkeypatch, capsys):
    run_stage(references, "superresolution", "mine")
    rows = json.loads((offline / "references/mine/metrics.json").read_text())
    assert not any("lpips" in scores for seeds in rows.values() for scores in seeds.values())
    run, _ = trained("srresnet")

    track["superresolution"]["metrics"]["lpips"] = "alex"
    write(track, offline)
    settings = config.load()
    said = line(capsys, lambda: evaluate.evaluate(run, settings))
    assert said.startswith("network alexnet: no source answered")
    monkeypatch.setenv("ALEXNET_WEIGHTS", str(alexnet[0]))
    evaluate.evaluate(run, settings)
    assert json.loads(run.metrics.read_text())["lpips"] > 0
    facts = json.loads((run.scored / "evaluation.json").read_text())
    assert facts["lpips"] == checksum(alexnet[0])
    run_stage(references, "superresolution", "mine")
    rows = json.loads((offline / "references/mine/metrics.json").read_text())
    assert rows["held_out"]["0"]["lpips"] == 0 < rows["bicubic"]["0"]["lpips"]
    for name in ("translation", "domains", "superresolution"):
        assert TRACKS[name].HIGHER_IS_BETTER["lpips"] is False
    assert METRICS["lpips"][0] == "LPIPS"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            lambda t: t["superresolution"]["metrics"].update(lpips="alexnet"),
            r'superresolution.metrics.lpips: "alexnet" is not one; did you mean alex\?',
        ),
        (
            lambda t: t["images"]["metrics"].update(lpips="alex"),
            r"images.metrics.lpips: no such key; there are: neighbours, .*",
        ),
        (
            lambda t: t["translation"]["datasets"]["outline"].update(perceptual="vgg"),
            r'translation.datasets.outline.perceptual: "vgg" is not one; did you mean vgg19\?',
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(perceptual="vgg19"),
            r"images.datasets.digits.perceptual: no such key; there are: samples_seen, .*",
        ),
    ],
)
def test_one_line_says_what_is_wrong(tmp_path, capsys, change, wanted):
    tree = YAML().load(REAL.read_text())
    change(tree)
    path = write(tree, tmp_path)
    said = line(capsys, lambda: config.load(path))
    assert re.fullmatch(wanted, said.removeprefix(f"{path}: "))


def test_a_folder_without_classes_needs_a_published_network(tmp_path, capsys):
    def settings(**keywords):
        tree = YAML().load(REAL.read_text())
        block = {"samples_seen": 64, "networks": {}, "feature_space": "inception"} | keywords
        block["folder"] = {"path": "a", "paired": True}
        tree["translation"]["datasets"] = {"photos": block}
        entry = {"kind": "faithful", "lr": 1e-3}
        tree["translation"]["variants"] = {"srgan": entry}
        return lambda: config.load(write(tree, tmp_path))

    said = line(capsys, settings())
    assert "srgan: compares images by a network" in said and "perceptual: vgg19" in said
    assert settings(perceptual="vgg19")().translation.datasets["photos"].perceptual == "vgg19"
