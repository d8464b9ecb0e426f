"""Published networks that compare images: VGG-19 in losses, LPIPS as a metric.

Their weights are large and may be out of reach, so those here are random: the wiring is tested,
against torchvision and torchmetrics with the same weights.
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
from torchmetrics.functional.image import lpips as torchmetrics_module
from torchmetrics.image.lpip import LearnedPerceptualImagePatchSimilarity
from torchvision.models.feature_extraction import create_feature_extractor
from torchvision.transforms.functional import normalize

from benchmark import config, tracks
from benchmark.common.hashing import sha256
from benchmark.config import Run
from benchmark.data.pixels import to_unit
from benchmark.data.splits import list_arrays, load_array, save_split
from benchmark.evaluation import evaluate
from benchmark.features.extractors import imagenet, lpips
from benchmark.pipeline import recipes
from benchmark.tracks.translation.page import METRICS
from benchmark.training import train
from benchmark.training.checkpoints import delete_checkpoint
from tests.benchmark.config.test_params import REAL
from tests.benchmark.data.sources.test_folders import save_image
from tests.benchmark.data.sources.test_photo_folders import mine, noise, write
from tests.benchmark.features.test_extractors import error_line, random_images
from tests.command import run_command

CPU = torch.device("cpu")


def random_weights(folder, name, *, zipped=True):
    """Write random convolutions of a network to a file, and another layer that is not needed."""
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
    # the published files are older than the format that torch writes today
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


def test_vgg19_equals_torchvision_before_each_activation(vgg19):
    file, network = vgg19
    images = torch.rand(2, 3, 32, 24) * 2 - 1
    perceive = imagenet.load_layers("vgg19", CPU, weights=file)
    outputs = perceive(images)
    reference = normalize((images + 1) / 2, imagenet.MEAN, imagenet.DEVIATION)
    assert [maps.shape[1] for maps in outputs] == [64] * 2 + [128] * 2 + [256] * 4 + [512] * 8
    # the fifth pooling is the last layer, and right before it are the fourth convolution and a ReLU
    kinds = [type(layer).__name__ for layer in network][-4:]
    assert kinds == ["ReLU", "Conv2d", "ReLU", "MaxPool2d"]
    with torch.no_grad():
        before, after = network[:-2](reference), network[:-1](reference)
    torch.testing.assert_close(outputs[-1], before, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(outputs[-1].relu(), after, rtol=1e-4, atol=1e-5)
    for maps in outputs:
        assert (maps < 0).any(), "a ReLU has overwritten the maps"


def test_vgg19_normalises_as_torchvision():
    expected = torchvision.models.VGG19_Weights.DEFAULT.transforms()
    assert tuple(expected.mean) == imagenet.MEAN and tuple(expected.std) == imagenet.DEVIATION


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("alexnet", torchvision.models.AlexNet_Weights.DEFAULT),
        ("vgg16", torchvision.models.VGG16_Weights.DEFAULT),
        ("vgg19", torchvision.models.VGG19_Weights.DEFAULT),
    ],
)
def test_weights_are_those_of_torchvision(name, weights):
    published = imagenet.PUBLISHED[name]
    assert published.url == weights.url
    (digits,) = re.findall(r"-([0-9a-f]{8})\.pth$", published.file_name)
    assert re.fullmatch(f"{digits}[0-9a-f]{{56}}", published.sha256)


def test_vgg19_repeats_greyscale_and_has_no_gradient(vgg19):
    perceive = imagenet.load_layers("vgg19", CPU, weights=vgg19[0])
    grey = (torch.rand(2, 1, 16, 16) * 2 - 1).requires_grad_()
    (last,) = perceive(grey)[-1:]
    assert last.shape[2:] == (1, 1)
    expected = perceive(grey.expand(-1, 3, -1, -1))[-1]
    torch.testing.assert_close(last, expected, rtol=1e-4, atol=1e-5)
    last.square().sum().backward()
    assert grey.grad.abs().max() > 0
    assert not perceive(grey.detach())[-1].requires_grad
    assert copy.deepcopy(perceive) is perceive, "the moving average shares the network"


def unreachable(*args, **kwargs):
    raise OSError("no route to host")


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """Change to a working directory without weights and without a network."""
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
        ("vgg19", lambda: imagenet.load_layers("vgg19", CPU)),
        ("alexnet", lambda: lpips.LPIPS("alex", (3, 64, 64))),
        ("vgg16", lambda: lpips.LPIPS("vgg", (3, 64, 64))),
    ],
)
def test_unreachable_weights_are_one_line(offline, capsys, name, ask):
    published = imagenet.PUBLISHED[name]
    message = error_line(capsys, ask)
    assert message.startswith(f"network {name}: no source answered; put {published.file_name} ")
    for part in (published.sha256, "downloads/weights", f"{name.upper()}_WEIGHTS"):
        assert part in message
    (offline / "downloads/weights" / published.file_name).write_bytes(b"half")
    assert "is damaged" in error_line(capsys, ask)


def test_weights_of_another_network_are_one_line(alexnet, tmp_path, capsys):
    message = error_line(capsys, lambda: imagenet.load_layers("vgg19", CPU, weights=alexnet[0]))
    assert message == f"network vgg19: {alexnet[0]}: not weights of torchvision's vgg19"
    (tmp_path / "none.pth").write_bytes(b"none")
    message = error_line(
        capsys, lambda: imagenet.load_layers("vgg19", CPU, weights=tmp_path / "none.pth")
    )
    assert message.startswith("network vgg19: ") and "not a file of weights" in message


def torchmetrics_lpips(monkeypatch, network, name):
    """Build LPIPS of torchmetrics, which would download the network."""
    local_network = lambda net, pretrained: copy.deepcopy(network)  # noqa: E731
    monkeypatch.setattr(torchmetrics_module, "_get_tv_model_features", local_network)
    reference = LearnedPerceptualImagePatchSimilarity(net_type=name, reduction="mean")
    monkeypatch.undo()
    return reference


def random_pair(n=5, size=64, channels=3):
    truth = random_images(n, seed=0, size=size, channels=channels)
    return truth, np.clip(
        truth.astype(int) + random_images(n, seed=1, size=size, channels=channels) // 3 - 40, 0, 255
    ).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "backbone"),
    [("alex", "alexnet"), pytest.param("vgg", "vgg16", marks=pytest.mark.slow)],
)
def test_lpips_equals_torchmetrics(name, backbone, tmp_path, monkeypatch):
    file, network = random_weights(tmp_path, backbone)
    reference = torchmetrics_lpips(monkeypatch, network, name)
    ours = lpips.LPIPS(name, (3, 64, 64), weights=file, device=CPU)
    monkeypatch.setattr(lpips, "BATCH", 2)  # the last batch is not full
    for size in (64, lpips.MIN_SIDE[name]):
        truth, generated = random_pair(size=size)
        units = (to_unit(torch.from_numpy(images)) for images in (truth, generated))
        expected = float(reference(*units))
        assert expected > 1e-3
        assert ours(truth, generated) == pytest.approx(expected, rel=1e-5)
        assert ours(truth, truth) == 0 < ours(generated, truth)


def test_lpips_equals_equation_1(alexnet):
    """By torchvision, and the linear layers as their file has them."""
    file, network = alexnet
    truth, generated = random_pair()
    shift, scale = (
        torch.tensor(x).view(3, 1, 1) for x in ([-0.03, -0.088, -0.188], [0.458, 0.448, 0.450])
    )
    nodes = {f"{place}": f"relu{place}" for place in (1, 4, 7, 9, 11)}
    layers = create_feature_extractor(copy.deepcopy(network), nodes)
    with torch.no_grad():
        maps = [
            list(layers((to_unit(torch.from_numpy(images)) - shift) / scale).values())
            for images in (truth, generated)
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
    assert lpips.LPIPS("alex", (3, 64, 64), weights=file)(truth, generated) == pytest.approx(
        expected, rel=1e-3
    )


def test_lpips_accepts_greyscale_and_rejects_unequal_shapes(alexnet):
    distance = lpips.LPIPS("alex", (1, 64, 64), weights=alexnet[0])
    truth, generated = random_pair(n=2, channels=1)
    assert (
        distance(truth, generated)
        == distance(truth.repeat(3, axis=1), generated.repeat(3, axis=1))
        > 0
    )
    with pytest.raises(ValueError, match="expected two sets of images of one shape"):
        distance(truth, generated[:1])
    with pytest.raises(ValueError, match="expected two sets of images of one shape"):
        distance(truth[:0], generated[:0])


@pytest.mark.parametrize(("name", "side"), [("alex", 31), ("vgg", 16)])
def test_images_too_small_for_lpips_are_one_line(name, side, capsys):
    message = error_line(capsys, lambda: lpips.LPIPS(name, (3, 64, side - 1)))
    assert message.startswith(f"metric lpips: expected images of at least {side}x{side} pixels")
    assert f"for {name}, got 64x{side - 1}" in message


@pytest.fixture
def track(offline):
    """Prepare a track of photographs in folders with both GANs, its data and its features."""
    tree = YAML().load(REAL.read_text())
    for name in ("images", "toy", "translation", "multimodal", "domains"):
        del tree[name]
    block = tree["superresolution"]
    block["datasets"].clear()
    mine(tree, patches=60, side=32)
    block["datasets"]["mine"].pop("images", None)
    block["datasets"]["mine"]["samples_seen"] = 12
    block["seeds"] = [0]
    block["training"] |= {"batch": 2, "logs": 2, "snapshots": 1, "snapshot_samples": 4}
    model = {"blocks": 1, "width": 4, "pretraining": 0.4}
    block["variants"] = {
        name: {"kind": "faithful", "lr": 1e-3, "model": dict(model)} for name in ("srgan", "esrgan")
    }
    block["variants"]["srresnet"] = {"kind": "controlled", "lr": 1e-3, "model": {"blocks": 1}}
    tree["search"] = {}
    tree["features"]["epochs"] = 1
    for number in range(3):
        save_image(noise(67, 90, seed=number), offline / f"sharp/{number}.png")
    save_image(noise(75, 99, seed=7), offline / "held/a.png")
    write(tree, offline)
    run_command("prepare", "mine")
    run_command("features", "mine")
    return tree


def trained(variant):
    settings = config.load()
    run = Run("superresolution", "mine", variant, 0)
    train.train(run, settings)
    delete_checkpoint(run.name)
    return run, json.loads((run.trained / "training.json").read_text())


def test_losses_use_the_network_of_params(track, offline, vgg19, monkeypatch, capsys):
    written = {}
    run, record = trained("srgan")
    assert record["perceptual"] == {
        "network": "classifier",
        "weights": sha256(offline / "features/mine/classifier.safetensors"),
    }
    written["classifier"] = run.losses.read_bytes()
    recipe = recipes.FOLDER / "train/mine-srgan.json"
    before = json.loads(recipes.render_recipes(config.load())[recipe])
    assert not {
        "benchmark/features/perceptual.py",
        "benchmark/features/extractors/imagenet.py",
    } & set(before["code"])

    track["superresolution"]["datasets"]["mine"]["perceptual"] = "vgg19"
    write(track, offline)
    for name in ("srgan", "esrgan"):
        message = error_line(capsys, lambda name=name: trained(name))
        assert message.startswith("network vgg19: no source answered")
    assert "perceptual" not in trained("srresnet")[1], "srresnet needs no network"
    monkeypatch.setenv("VGG19_WEIGHTS", str(vgg19[0]))
    for name in ("srgan", "esrgan"):
        run, record = trained(name)
        assert record["perceptual"] == {"network": "vgg19", "weights": sha256(vgg19[0])}
        assert record["status"] == "ok"
        written[name] = run.losses.read_bytes()
    assert b"content" in written["srgan"] and written["srgan"] != written["classifier"]
    assert b"perceptual" in written["esrgan"]
    after = json.loads(recipes.render_recipes(config.load())[recipe])
    assert after["settings"]["dataset"]["perceptual"] == "vgg19"
    assert {"benchmark/features/perceptual.py", "benchmark/features/extractors/imagenet.py"} <= set(
        after["code"]
    )


def test_images_too_small_for_vgg19_are_one_line(track, offline, capsys):
    track["superresolution"]["datasets"]["mine"]["perceptual"] = "vgg19"
    write(track, offline)
    for split in ("train", "test"):
        arrays = {name: load_array("mine", split, name) for name in list_arrays("mine", split)}
        small = {
            "images": arrays["images"][..., :8, :8],
            "condition": arrays["condition"][..., :4, :4],
        }
        save_split("mine", split, arrays | small)
    message = error_line(capsys, lambda: trained("srgan"))
    assert message.startswith("mine: expected images of at least 16x16 pixels for VGG-19, got 8x8")


def test_lpips_is_scored_if_params_ask_for_it(track, offline, alexnet, monkeypatch, capsys):
    run_command("references", "mine")
    rows = json.loads((offline / "references/mine.json").read_text())
    assert not any("lpips" in scores for seeds in rows.values() for scores in seeds.values())
    run, _ = trained("srresnet")

    track["superresolution"]["metrics"] = {"lpips": "alex"}
    write(track, offline)
    settings = config.load()
    message = error_line(capsys, lambda: evaluate.evaluate(run, settings))
    assert message.startswith("network alexnet: no source answered")
    monkeypatch.setenv("ALEXNET_WEIGHTS", str(alexnet[0]))
    evaluate.evaluate(run, settings)
    assert json.loads(run.metrics.read_text())["lpips"] > 0
    facts = json.loads((run.scored / "evaluation.json").read_text())
    assert facts["lpips"] == sha256(alexnet[0])
    run_command("references", "mine")
    rows = json.loads((offline / "references/mine.json").read_text())
    assert rows["held_out"]["0"]["lpips"] == 0 < rows["bicubic"]["0"]["lpips"]
    for name in ("translation", "domains", "superresolution"):
        assert tracks.load(name).higher_is_better["lpips"] is False
    assert METRICS["lpips"].title == "LPIPS"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda t: t["superresolution"].update(metrics={"lpips": "alexnet"}),
            r'superresolution.metrics.lpips: expected alex or vgg, got "alexnet"; .* alex\?',
        ),
        (
            lambda t: t["images"]["metrics"].update(lpips="alex"),
            r"images.metrics.lpips: expected a key .*, got lpips; there are: neighbours, .*",
        ),
        (
            lambda t: t["translation"]["datasets"]["outline"].update(perceptual="vgg"),
            r'translation.datasets.outline.perceptual: expected .* or vgg19, got "vgg"; .* vgg19\?',
        ),
        (
            lambda t: t["images"]["datasets"]["digits"].update(perceptual="vgg19"),
            r"images.datasets.digits.perceptual: expected a key .*, got perceptual; there are:"
            r" samples_seen, .*",
        ),
    ],
)
def test_errors_in_params_are_one_line(tmp_path, capsys, change, expected):
    tree = YAML().load(REAL.read_text())
    change(tree)
    path = write(tree, tmp_path)
    message = error_line(capsys, lambda: config.load(path))
    assert re.fullmatch(expected, message.removeprefix(f"{path}: "))


def test_a_folder_without_classes_needs_a_published_network(tmp_path, capsys):
    def settings(**keywords):
        tree = YAML().load(REAL.read_text())
        block = {"samples_seen": 64, "networks": {}, "feature_space": "inception"} | keywords
        block["folder"] = {"path": "a", "paired": True}
        tree["translation"]["datasets"] = {"photos": block}
        entry = {"kind": "faithful", "lr": 1e-3}
        tree["translation"]["variants"] = {"srgan": entry}
        return lambda: config.load(write(tree, tmp_path))

    message = error_line(capsys, settings())
    assert (
        "srgan: expected a network that compares images" in message
        and "perceptual: vgg19" in message
    )
    assert settings(perceptual="vgg19")().translation.datasets["photos"].perceptual == "vgg19"
