"""The guide to adding a variant: its example works."""

import itertools
import re
from pathlib import Path

import torch

from benchmark.website import papers

GUIDE = Path(__file__).parents[3] / "site" / "docs" / "add-a-variant.md"


def test_the_example_of_the_guide_is_a_variant(tmp_path):
    text = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)[1]
    (tmp_path / "my_gan.py").write_text(text)
    assert papers.parse_paper(tmp_path / "my_gan.py").name == "MyGAN"
    names: dict = {"__name__": "my_gan"}
    exec(compile(text, "my_gan.py", "exec"), names)
    variant = names["MyGAN"]((1, 8, 8), latent=4, width=4)
    real = itertools.repeat(torch.rand(6, 1, 8, 8) * 2 - 1)
    steps = [(player, sum(losses.values())) for player, losses in variant.step(real)]
    assert {player for player, _ in steps} == set(variant.children())
    assert all(torch.isfinite(loss) and loss.requires_grad for _, loss in steps)
    assert variant.sample(3).shape == (3, 1, 8, 8)
