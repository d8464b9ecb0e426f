"""DINOv2 against torch-fidelity and torchvision with the same random weights."""

import numpy as np
import pytest
import torch
from torch_fidelity import feature_extractor_dinov2
from torchvision.models import VisionTransformer as Reference

from benchmark.features import extractors
from benchmark.features.extractors import dinov2, weights
from benchmark.metrics.frechet import frechet_distance
from tests.benchmark.features.extractors.fidelity import fidelity_metrics
from tests.benchmark.features.images import random_images


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
