"""Feature extractors against torch-fidelity on the same weights, and their error messages.

The published weights are large and may be out of reach, so the networks here have random weights:
the wiring is tested. Both implementations read the same file.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
import torch_fidelity
from cleanfid.resize import make_resizer
from torch_fidelity import feature_extractor_dinov2
from torchvision.models import VisionTransformer as Reference

from benchmark import config
from benchmark.data.splits import SplitArrays, load_array, save_split
from benchmark.features import extractors, features
from benchmark.features.extractors import classifier, dinov2, inception, resize, weights
from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.inception_score import inception_score
from benchmark.metrics.kid import kid
from benchmark.tracks.images.scoring import Scorer

PARAMS = Path(__file__).parents[3] / "params.yaml"


class Images(torch.utils.data.Dataset):
    """uint8 ``(n, 3, h, w)`` as torch-fidelity takes them."""

    def __init__(self, images):
        self.images = torch.from_numpy(images)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index]


def random_images(n, *, seed, channels=3, size=40):
    """Draw smooth coloured noise, uint8 ``(n, c, size, size)``."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (n, channels, 5, 5), dtype=np.uint8)
    return np.rint(resize.resize(coarse, (size, size))).astype(np.uint8)


def fidelity_metrics(real, generated, **options):
    """Compute metrics by torch-fidelity."""
    return torch_fidelity.calculate_metrics(
        input1=Images(generated),
        input2=Images(real),
        cuda=False,
        fid=True,
        isc_splits=2,
        samples_shuffle=False,
        save_cpu_ram=True,
        cache=False,
        verbose=False,
        **options,
    )


@pytest.fixture(scope="module")
def inception_weights(tmp_path_factory):
    """Write random weights of Inception to a file; nothing is downloaded."""
    build = torch_fidelity.feature_extractor_inceptionv3
    file = tmp_path_factory.mktemp("weights") / "random-inception.pth"
    torch.manual_seed(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "load_state_dict_from_url", lambda *args, **kwargs: {})
        patch.setattr(torch.nn.Module, "load_state_dict", lambda *args, **kwargs: None)
        network = build.FeatureExtractorInceptionV3("inception-v3-compat", ["2048"])
    for module in network.modules():  # with torch's initialisation the signal would vanish
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            torch.nn.init.kaiming_normal_(module.weight)
    network.fc.weight *= 20  # so that the images' probabilities differ
    torch.save(network.state_dict(), file)
    return file


@pytest.fixture(scope="module")
def dinov2_weights(tmp_path_factory):
    """Write random weights of a small DINOv2, with position embeddings for images of 70 pixels."""
    file = tmp_path_factory.mktemp("weights") / "random-dinov2.pth"
    torch.manual_seed(0)
    network = dinov2.VisionTransformer(width=128, depth=2, grid=5)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(std=0.1)
    torch.save(network.state_dict() | {"mask_token": torch.zeros(1, 128)}, file)
    return file


def test_inception_equals_torch_fidelity(inception_weights):
    # With fewer images than features, FID of torch-fidelity is off by 4e-6, in the null space;
    # thousands of images would take too long: so the means lie apart, and FID is large.
    real, generated = random_images(24, seed=0), random_images(20, seed=1) // 2
    generated[:, :, ::2] = 255
    extractor = extractors.load("inception", weights=inception_weights)
    (ours_real, _), (ours, probabilities) = extractor.embed(real), extractor.embed(generated)
    assert ours.shape == (20, 2048) and ours.dtype == np.float64
    assert probabilities.shape == (20, 1008) and np.allclose(probabilities.sum(axis=1), 1)
    subsets = {"kid_subsets": 5, "kid_subset_size": 15}
    expected = fidelity_metrics(
        real,
        generated,
        isc=True,
        kid=True,
        feature_extractor_weights_path=inception_weights,
        **subsets,
    )
    fid, score = expected["frechet_inception_distance"], expected["inception_score_mean"]
    assert fid > 5 and score > 1.01  # or equality would say little
    # torch-fidelity takes the mean over samples in float32
    assert frechet_distance(ours_real, ours) == pytest.approx(fid, rel=1e-6)
    assert inception_score(probabilities, splits=2)[0] == pytest.approx(score, rel=1e-6)
    mean, spread = kid(ours_real, ours, subsets=5, subset_size=15)
    assert mean == pytest.approx(expected["kernel_inception_distance_mean"], rel=1e-6)
    # the kernel of torch-fidelity is in float32
    assert spread == pytest.approx(expected["kernel_inception_distance_std"], rel=1e-4)


@pytest.mark.parametrize("count", [1, 65])
def test_greyscale_is_repeated(inception_weights, dinov2_weights, count):
    grey = random_images(count, seed=2, channels=1, size=16)
    extractor = extractors.load("dinov2", weights=dinov2_weights)
    features, probabilities = extractor.embed(grey)
    assert np.array_equal(features, extractor.embed(np.repeat(grey, 3, axis=1))[0])
    assert features.shape == (count, 128) and probabilities is None
    assert extractor.describe_preprocessing((1, 16, 16))[0] == "one channel repeated to three"
    assert (
        len(extractor.describe_preprocessing((3, 16, 16))) == 1
        and "16x16 resized to 224x224" in extractor.describe_preprocessing((3, 16, 16))[0]
    )
    with pytest.raises(ValueError, match="2 channels"):
        extractor.embed(grey[:, [0, 0]])


def test_dinov2_equals_torch_fidelity(dinov2_weights, monkeypatch):
    real, generated = random_images(160, seed=0), random_images(150, seed=1) // 2
    extractor = extractors.load("dinov2", weights=dinov2_weights)
    network = dinov2.VisionTransformer.from_tensors(weights.read_tensors(dinov2_weights, "dinov2"))
    monkeypatch.setattr(feature_extractor_dinov2.torch.hub, "load", lambda *args: network)
    ours, ours_real = extractor.embed(generated)[0], extractor.embed(real)[0]
    expected = fidelity_metrics(real, generated, feature_extractor="dinov2-vit-l-14")
    fid = expected["frechet_inception_distance"]
    assert fid > 1e-3
    assert frechet_distance(ours_real, ours) == pytest.approx(fid, rel=1e-6)


def test_dinov2_network_equals_torchvision_with_scaled_branches():
    """The scale of each branch is folded into its last layer."""
    torch.manual_seed(0)
    ours = dinov2.VisionTransformer(width=128, depth=3, grid=5)
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.normal_(std=0.2)
    reference = Reference(
        image_size=70, patch_size=14, num_layers=3, num_heads=2, hidden_dim=128, mlp_dim=512
    )
    reference.heads = torch.nn.Identity()
    state = ours.state_dict()
    renamed = {
        "class_token": state["cls_token"],
        "encoder.pos_embedding": state["pos_embed"],
        "conv_proj.weight": state["patch_embed.proj.weight"],
        "conv_proj.bias": state["patch_embed.proj.bias"],
        "encoder.ln.weight": state["norm.weight"],
        "encoder.ln.bias": state["norm.bias"],
    }
    for index in range(3):
        here, there = f"blocks.{index}", f"encoder.layers.encoder_layer_{index}"
        one, two = (state[f"{here}.{name}.gamma"] for name in ("ls1", "ls2"))
        for kind in ("weight", "bias"):
            fold = (lambda value, scale: value * scale[:, None]) if kind == "weight" else torch.mul
            renamed |= {
                f"{there}.ln_1.{kind}": state[f"{here}.norm1.{kind}"],
                f"{there}.self_attention.in_proj_{kind}": state[f"{here}.attn.qkv.{kind}"],
                f"{there}.self_attention.out_proj.{kind}": fold(
                    state[f"{here}.attn.proj.{kind}"], one
                ),
                f"{there}.ln_2.{kind}": state[f"{here}.norm2.{kind}"],
                f"{there}.mlp.0.{kind}": state[f"{here}.mlp.fc1.{kind}"],
                f"{there}.mlp.3.{kind}": fold(state[f"{here}.mlp.fc2.{kind}"], two),
            }
    reference.load_state_dict(renamed)
    images = torch.randn(4, 3, 70, 70)
    with torch.no_grad():
        torch.testing.assert_close(
            ours.eval()(images), reference.eval()(images), rtol=1e-4, atol=1e-4
        )


def test_position_embeddings_of_another_grid():
    """The cubic kernel of Keys with a = -0.75, at the published, slightly shifted positions."""
    network = dinov2.VisionTransformer(width=64, depth=1, grid=37)
    rows = torch.randn(37, generator=torch.Generator().manual_seed(0))
    network.pos_embed.data[0, 1:] = rows.repeat_interleave(37)[:, None]
    network.pos_embed.data[0, 0] = -5
    positions = network.interpolate_positions(16, 16).detach()
    assert positions.shape == (1, 257, 64) and (positions[0, 0] == -5).all()

    def kernel(x):
        x = abs(x)
        if x <= 1:
            return 1.25 * x**3 - 2.25 * x**2 + 1
        return -0.75 * (x**3 - 5 * x**2 + 8 * x - 4) if x < 2 else 0.0

    where = [(row + 0.5) * 37 / 16.1 - 0.5 for row in range(2, 14)]  # away from the edges
    expected = [sum(kernel(x - i) * float(rows[i]) for i in range(37)) for x in where]
    inner = positions[0, 1:, 0].view(16, 16)[2:14]
    torch.testing.assert_close(
        inner, torch.tensor(expected)[:, None].expand(12, 16), rtol=1e-4, atol=1e-4
    )
    assert network.interpolate_positions(37, 37) is network.pos_embed


@pytest.mark.parametrize(("height", "width"), [(8, 8), (57, 33), (299, 299)])
def test_resize_equals_clean_fid(height, width):
    images = np.random.default_rng(0).integers(0, 256, (3, 3, 32, 48), dtype=np.uint8)
    reference = make_resizer("PIL", False, "bicubic", (width, height))
    expected = np.stack([reference(image.transpose(1, 2, 0)) for image in images])
    assert np.array_equal(resize.resize(images, (height, width)), expected.transpose(0, 3, 1, 2))


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    """A small data set ``digits`` and params.yaml, in a working directory of their own."""
    monkeypatch.chdir(tmp_path)
    for split, count in (("train", 60), ("test", 40)):
        images = random_images(count, seed=count, channels=1, size=8)
        save_split("digits", split, SplitArrays(images, np.arange(count) % 10))
    text = PARAMS.read_text().replace("epochs: 20", "epochs: 1")
    (tmp_path / "params.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def choose(space):
    text = PARAMS.read_text().replace("epochs: 20", "epochs: 1")
    changed = text.replace("    digits:\n", f"    digits:\n      feature_space: {space}\n")
    assert changed != text
    config.FILE.write_text(changed)


def test_stage_pins_the_classifier(prepared):
    features.compute_features("digits", config.load())
    record = json.loads((prepared / "features/digits/space.json").read_text())
    assert (record["space"], record["features"], record["notes"]) == ("classifier", 64, [])
    extractor = features.load_pinned_extractor("digits")
    images = load_array("digits", "test", "images")
    embedded, probabilities = extractor.embed(images)
    stored, stored_probabilities = features.load_real_features("digits", "test")
    assert np.array_equal(embedded, stored) and np.array_equal(probabilities, stored_probabilities)
    assert (
        extractor.describe_preprocessing((1, 8, 8)) == []
        and "8x8 (bicubic" in extractor.describe_preprocessing((1, 28, 28))[0]
    )
    assert extractor.embed(random_images(3, seed=1, channels=1, size=28))[0].shape == (3, 64)
    with pytest.raises(ValueError, match="expected images of 1 channels, got 3"):
        extractor.embed(random_images(3, seed=1, size=8))


def test_stage_embeds_in_the_feature_space_of_params(prepared, dinov2_weights, monkeypatch):
    choose("dinov2")
    monkeypatch.setenv("DINOV2_WEIGHTS", str(dinov2_weights))
    features.compute_features("digits", config.load())
    record = json.loads((prepared / "features/digits/space.json").read_text())
    assert record["space"] == "dinov2" and record["features"] == 128
    assert record["notes"][0] == "one channel repeated to three"
    assert {"classifier.safetensors", "space.json"} < {
        path.name for path in (prepared / "features/digits").iterdir()
    }
    embedded, probabilities = features.load_real_features("digits", "train")
    assert embedded.shape == (60, 128) and probabilities is None
    scorer = Scorer("digits", config.load().tracks["images"].metrics)
    scores = scorer.scores(load_array("digits", "train", "images"))
    assert scorer.space.name == "dinov2" and "is" not in scores
    assert scores["fid"] == pytest.approx(0, abs=1e-6) and scores["precision"] == 1


def test_other_weights_than_those_of_the_stage_are_an_error(
    prepared, dinov2_weights, monkeypatch, tmp_path, capsys
):
    choose("dinov2")
    monkeypatch.setenv("DINOV2_WEIGHTS", str(dinov2_weights))
    features.compute_features("digits", config.load())
    other = tmp_path / "other.pth"
    torch.save(dinov2.VisionTransformer(width=64, depth=1, grid=2).state_dict(), other)
    monkeypatch.setenv("DINOV2_WEIGHTS", str(other))
    assert "expected the weights that the real images of digits were embedded by" in error_line(
        capsys, lambda: features.load_pinned_extractor("digits")
    )


def error_line(capsys, call):
    """Return the single line with which a call stops."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stopped:
        call()
    assert stopped.value.code == 1
    (message,) = capsys.readouterr().err.splitlines()
    return message


@pytest.mark.parametrize(("name", "module"), [("inception", inception), ("dinov2", dinov2)])
def test_unreachable_weights_are_one_line(name, module, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))

    def unreachable(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    published = module.PUBLISHED
    message = error_line(capsys, lambda: extractors.load(name))
    for part in (
        published.file_name,
        published.sha256,
        "downloads/weights",
        f"{name.upper()}_WEIGHTS",
    ):
        assert part in message
    (tmp_path / "downloads/weights" / published.file_name).write_bytes(b"half")
    message = error_line(capsys, lambda: extractors.load(name))
    assert "is damaged" in message and hashlib.sha256(b"half").hexdigest() in message


def test_weights_in_the_cache_of_torch_hub_are_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    file = tmp_path / "hub/checkpoints/network.pth"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"whole")
    url, sha256 = "https://example.org/network.pth", hashlib.sha256(b"whole").hexdigest()
    assert weights.find_weights(weights.PublishedWeights("inception", url, sha256)) == file


@pytest.mark.parametrize("name", ["inception", "dinov2"])
def test_broken_files_of_weights_are_one_line(
    name, dinov2_weights, inception_weights, tmp_path, capsys
):
    missing, broken, other = (tmp_path / f"{kind}.pth" for kind in ("missing", "broken", "other"))
    whole = {"inception": inception_weights, "dinov2": dinov2_weights}
    broken.write_bytes(whole[name].read_bytes()[:1000])
    torch.save([1, 2], other)
    swapped = whole["dinov2" if name == "inception" else "inception"]
    for file, reason in (
        (missing, "no such file"),
        (broken, "not a file of weights"),
        (other, "expected a dictionary of tensors"),
        (swapped, "not weights of"),
    ):
        message = error_line(capsys, lambda file=file: extractors.load(name, weights=file))
        assert reason in message and str(file) in message


def test_missing_stage_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert "run make repro" in error_line(capsys, lambda: features.load_pinned_extractor("digits"))
    message = error_line(capsys, lambda: extractors.load("classifier", dataset="digits"))
    assert "run make repro" in message


def test_weights_of_another_classifier_are_one_line(prepared, tmp_path, capsys):
    features.compute_features("digits", config.load())
    from safetensors.torch import save_file

    other = tmp_path / "other.safetensors"
    save_file(classifier.Classifier((3, 8, 8), 10).state_dict(), other)
    message = error_line(
        capsys, lambda: extractors.load("classifier", dataset="digits", weights=other)
    )
    assert str(other) in message and "not weights of digits" in message
