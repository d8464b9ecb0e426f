"""Photograph folders in params.yaml."""

import re

import pytest

from benchmark import config
from benchmark.data.sources import downloads
from tests.benchmark.config.params import PARAMS_FILE, read_params, write_params
from tests.benchmark.data.sources.photographs import add_photographs


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda t: add_photographs(t, scale=5),
            r"superresolution.datasets.mine.folder.scale: expected 2, 3 or 4, got 5; write one .*",
        ),
        (
            lambda t: add_photographs(t, size=9),
            r"superresolution.datasets.mine.folder.size: expected a key .*, got size; did you"
            r" .* side\?",
        ),
        (
            lambda t: add_photographs(t, patches=0),
            r"superresolution.datasets.mine.folder.patches: expected a number greater .*, got"
            r" 0; .*",
        ),
        (
            lambda t: add_photographs(t, test=3),
            r"superresolution.datasets.mine.folder.test: expected a valid string, got 3; .*",
        ),
        (
            lambda t: add_photographs(t, name="photographs_x2"),
            r"superresolution.datasets.photographs_x2.folder: expected a new name, got .*",
        ),
        (
            lambda t: add_photographs(t, scale=3, side=64),
            r"superresolution.datasets.mine.folder.side: expected a multiple .* \(3\), got 64; .*",
        ),
        (
            lambda t: (add_photographs(t, scale=3), t["superresolution"]["variants"].pop("esrgan")),
            r"superresolution.variants.srresnet on mine: expected .*, got .* enlarged 2 or 4"
            r" times\n"
            r"superresolution.variants.srgan on mine: expected .*, got .* enlarged 2 or 4 times",
        ),
        (
            lambda t: t["superresolution"]["datasets"].update(
                div2k={"samples_seen": 1, "networks": {}}
            ),
            r"superresolution.datasets.div2k: expected a data set, got div2k; .*, or give it a"
            r" folder:",
        ),
    ],
)
def test_reports_invalid_blocks(tmp_path, capsys, change, expected):
    tree = read_params()
    change(tree)
    path = write_params(tree, tmp_path)
    with pytest.raises(SystemExit):
        config.load_params(path)
    assert re.fullmatch(expected, capsys.readouterr().err.replace(f"{path}: ", "").strip())


def test_the_block_for_a_gpu_is_valid(tmp_path):
    text = re.sub(r"(?m)^    # (div2k_x4: )", r"    \1", PARAMS_FILE.read_text())
    (tmp_path / "params.yaml").write_text(text)
    track = config.load_params(tmp_path / "params.yaml").superresolution
    assert {track.datasets["div2k_x4"].folder.train, track.datasets["div2k_x4"].folder.test} <= set(
        downloads.PHOTOS
    )
