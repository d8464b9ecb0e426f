"""Pictures with their captions, which are text whatever they say."""

from pathlib import Path

import numpy as np
from PIL import Image

from benchmark import config, tracks
from benchmark.data.splits import SplitArrays, save_split
from benchmark.evaluation.pictures import tile
from benchmark.website import DRAWN
from benchmark.website.samples import CAPTIONED, load_captions, show_first_samples
from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up import REPOSITORY

HOSTILE = "<script>alert(1)</script>"


def test_pictures_stand_beside_their_captions(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words, tokens = np.array(["", "a", HOSTILE]), np.array([[1, 2, 0]] * 3 + [[2, 1, 1]] * 20)
    for split in ("train", "test"):
        arrays = SplitArrays(np.zeros(1), np.zeros(1, int), condition=tokens, words=words)
        save_split("made", split, arrays)
    folder = config.REFERENCES / "made"
    folder.mkdir(parents=True)
    tracks.load("text_to_image").save_conditions("made", folder)
    captions = load_captions("made")
    assert captions == [f"a {HOSTILE}"] * 3 + [f"{HOSTILE} a a"] * (CAPTIONED - 3)

    levels = np.arange(64, dtype=np.uint8).repeat(3 * 16 * 16).reshape(64, 3, 16, 16)
    tile(levels, columns=16).save("samples.png")
    page = tracks.load("text_to_image").page()
    samples = show_first_samples(Path("samples.png"), "assets/samples", page)
    (DRAWN / "assets").mkdir(parents=True)
    samples.draw()
    shown = samples.content
    assert shown["count"] == 64 and len(shown["captioned"]) == CAPTIONED
    for level, path in enumerate(shown["captioned"]):
        with Image.open(DRAWN / path) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        assert (pixels == level).all() and pixels.shape == (96, 96, 3)

    rows = [{"variant": "with", "pictures": shown}, {"variant": "without", "pictures": None}]
    settings = {"seeds": [0]}
    leaderboard = {"dataset": "made", "captions": captions, "settings": settings}
    template = (
        '{% import "_macros.md" as m with context %}{{ m.captioned(leaderboard, rows, "../") }}'
    )
    html = (
        load_templates(REPOSITORY / "site")
        .from_string(template)
        .render(leaderboard=leaderboard, rows=rows, root="../", metrics={})
    )
    assert "<script>" not in html and html.count("&lt;script&gt;") == 2 * CAPTIONED
    for path in shown["captioned"]:
        assert f'src="../{path}"' in html
    assert html.count("<td>–</td>") == CAPTIONED
