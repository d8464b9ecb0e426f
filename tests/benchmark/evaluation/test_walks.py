"""Walks among latents, and the generator that runs in a page, held against torch."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import gans
from benchmark.config import Run
from benchmark.data.pixels import quantise
from benchmark.evaluation import walks
from gans.unconditional.dcgan import DCGAN

SCRIPT = Path(__file__).parents[3] / "site/docs/assets/generator.js"
LEVELS = 2  # grey levels that the page may be off by
RUN = """
const fs = require("fs")
globalThis.atob ??= (text) => Buffer.from(text, "base64").toString("binary")
eval(fs.readFileSync(process.argv[1], "utf8"))
const { network, latents } = JSON.parse(fs.readFileSync(0, "utf8"))
const found = latents.map((latent) => generated(network, Float32Array.from(latent)))
console.log(JSON.stringify(found.map(({ levels, shape }) => [[...levels], shape])))
"""


def trained(name, shape, **keywords):
    """A variant in evaluation mode whose normalisation has seen something."""
    torch.manual_seed(0)
    variant = gans.load(name)(shape, **keywords)
    for _ in range(3):
        variant.sample(64)
    with torch.no_grad():  # sharp, so that an error is not lost in grey
        for parameter in variant.parameters():
            parameter *= 1.5
    return variant.eval()


@pytest.mark.parametrize(
    ("name", "shape", "keywords"),
    [
        ("dcgan", (1, 8, 8), {"latent": 32, "width": 16}),
        ("wgan_gp", (3, 16, 16), {"latent": 8, "width": 8}),
        ("lsgan", (1, 28, 28), {"latent": 16, "width": 4}),
        ("sagan", (1, 16, 16), {"latent": 8, "width": 8}),
    ],
)
@pytest.mark.skipif(not shutil.which("node"), reason="node runs the script without a browser")
def test_the_script_draws_the_samples_of_torch(name, shape, keywords):
    variant = trained(name, shape, **keywords)
    latents = torch.randn(20, variant.latent)
    exported = json.dumps({"network": walks.export_network(variant), "latents": latents.tolist()})
    command = ["node", "-e", RUN, str(SCRIPT)]
    done = subprocess.run(command, input=exported, capture_output=True, text=True, check=True)
    with torch.no_grad():
        expected = quantise(variant.generator(latents)).numpy().astype(int)
    assert expected.std() > 2  # there is something to be seen
    for sample, (levels, result) in zip(expected, json.loads(done.stdout), strict=True):
        assert tuple(result) == shape
        apart = np.abs(np.array(levels).reshape(shape) - sample)
        assert apart.max() <= LEVELS and apart.mean() < 0.1


@pytest.mark.parametrize("name", ["stylegan", "progan", "gan"])
def test_other_generators_are_not_exported(name):
    assert walks.export_network(trained(name, (1, 8, 8), latent=4, width=4)) is None


def test_a_generator_with_other_noise_is_not_exported():
    class UniformLatents(DCGAN):
        def noise(self, n):
            return 2 * torch.rand(n, self.latent) - 1

    for kind, is_exported in ((DCGAN, True), (UniformLatents, False)):
        variant = kind((1, 8, 8), latent=4, width=4).eval()
        assert (walks.export_network(variant) is not None) == is_exported


def test_the_corners_of_a_walk_are_latents():
    variant = trained("dcgan", (1, 8, 8), latent=6, width=4)
    samples, columns = walks.draw_walk(variant)
    assert samples.shape == (walks.STEPS**2, 1, 8, 8) and columns == walks.STEPS
    torch.manual_seed(walks.stream(0, "walk"))
    with torch.no_grad():
        corners = quantise(variant.generator(torch.randn(4, 6))).numpy()
    result = samples[[0, columns - 1, -columns, -1]]
    assert np.abs(result.astype(int) - corners).max() <= 1
    assert variant.noise(3).shape == (3, 6)  # as it was


def test_interpolated_latents_have_the_norm_of_a_latent():
    torch.manual_seed(0)
    corners = torch.randn(4, 20000)
    shares = torch.rand(5, 4)
    lengths = walks.mix_latents(corners, shares).norm(dim=1) / 20000**0.5
    assert torch.allclose(lengths, torch.ones(5), atol=0.03)
    assert torch.allclose(walks.mix_latents(corners, torch.eye(4)), corners)


def test_a_row_of_a_conditional_walk_is_a_class():
    variant = trained("cgan", (1, 8, 8), latent=6, width=4, classes=3)
    samples, columns = walks.draw_walk(variant)
    assert len(samples) == 3 * columns and walks.export_network(variant) is None
    first, second = samples[: 2 * columns].astype(int).reshape(2, columns, -1)
    assert np.abs(first - second).max() > 10


def test_a_walk_is_written_as_picture_and_script(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = Run("images", "digits", "dcgan", 0)
    run.scored.mkdir(parents=True)
    variant = trained("dcgan", (1, 8, 8), latent=4, width=4)
    walks.write_walk(variant, run)
    record = json.loads((run.scored / "walk.json").read_text())
    assert record == {"rows": 15, "columns": 15, "sides": [8, 8], "classes": 0, "network": True}
    picture = np.asarray(Image.open(run.scored / "walk.png"))
    assert picture.shape == (120, 120)
    samples, _ = walks.draw_walk(variant)
    assert np.array_equal(picture[8:16, 16:24], samples[15 + 2, 0])
    text = (run.scored / "network.js").read_text(encoding="ascii")
    arguments = re.fullmatch(r"network\((.*)\)\n", text)[1]
    dataset, name, network = json.loads(f"[{arguments}]")
    assert (dataset, name) == ("digits", "dcgan") and network == walks.export_network(variant)
