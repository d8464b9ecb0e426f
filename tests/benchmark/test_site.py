"""The site, built from a small made-up tree of results: whole, closed in itself, and safe."""

import csv
import itertools
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd
import pytest
import torch

import gans
from benchmark import display, health, papers, params, report, site, theory
from benchmark.params import Cell
from benchmark.tracks.images import grid
from tests.benchmark.test_theory_pictures import GAME

REPOSITORY = Path(__file__).parents[2]
HOSTILE = '''r"""Evil <script>alert("name")</script>: A title with <img src=x onerror=alert(1)>.

Nobody </p><script>alert("citation")</script>, 2020, arXiv:2001.00001, equation 1.

A paragraph with <script>alert("body")</script> and [a link](javascript:alert(1)).

```
a fence
```

$$L = \\mathbb{E}_x[\\log D(x)] + \\text{<script>alert("formula")</script>}$$

$$\\left( <script>alert("broken")</script>$$

Departs from the paper: <iframe src="https://example.org"></iframe> and `code < 1`.
"""

CODE = "</pre></div><script>alert('code')</script>"
'''
TAME = '''"""Tame: A title.

Somebody, 2019, arXiv:1901.00001.

$$\\max_{\\|f\\|_L \\le K} \\; \\mathbb{E}_x[f(x)]$$
"""
'''
FACTS = {
    "commit": None,
    "changed_since": True,
    "packages": {"python": "3.11", "torch": "2.11.0"},
    "hardware": {
        "processor": "<b>Processor</b> ~~~",
        "instructions": "AVX2",
        "cores": 2,
        "threads": 1,
        "accelerator": None,
    },
    "date": "2026-01-01T00:00:00+00:00",
}
MEASURED = {"samples": 64, "real_images": 100, "feature_space": "classifier"}


def made_up(variants: list[str], seeds: list[int], *, plane: bool) -> params.Params:
    """Settings of a board on digits, and of one of points in the plane."""
    training = {"batch": 8, "average": 100, "logs": 4, "snapshots": 2, "snapshot_samples": 12}
    ring = {
        "seeds": seeds,
        "datasets": {"ring8": {"images": 800, "networks": {"latent": 2, "width": 4}}},
        "training": training | {"threads": 1},
        "variants": {name: {"kind": "controlled", "lr": 1e-3} for name in variants},
    }
    return params.Params.model_validate(
        ({"toy": ring} if plane else {})
        | {
            "features": {"seed": 0, "epochs": 1, "batch": 8, "lr": 1e-3},
            "images": {
                "seeds": seeds,
                "datasets": {"digits": {"images": 800, "networks": {"latent": 4, "width": 4}}},
                "training": training | {"threads": 1},
                "metrics": {"neighbours": 3, "splits": 1},
                "variants": {name: {"kind": "controlled", "lr": 1e-3} for name in variants},
            },
        }
    )


def scores_of(number: float, board: str = "images") -> dict[str, float]:
    if board == "toy":
        nearness = {"wasserstein": 0.1 + abs(number) / 100, "jensen_shannon": 0.2}
        return nearness | {"modes": 8 - (number == 1), "high_quality": 0.5, "mode_divergence": 0.1}
    headline = {"is": 5 + number, "fid": 1.5 + number, "precision": 0.5, "recall": 0.25}
    return headline | {"kid": 0.01 * number, "authenticity": 0.5}


def verdict_of(diverged: bool) -> dict[str, str | int | None]:
    if diverged:
        return {"verdict": "diverged", "reason": "a loss is <i>no</i> number", "images": 200}
    return {"verdict": "healthy", "reason": "nothing ails it", "images": None}


def table(path: Path, head: tuple[str, ...], rows: list[tuple]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def write_cell(cell: Cell, *, diverged: bool) -> None:
    """The outputs of a cell; one that diverged at once has no snapshot and no finite loss."""
    generator = np.random.default_rng(cell.seed)
    for folder in (
        *(cell.trained, cell.scored),
        *(file.parent for file in (cell.losses, cell.metrics, cell.trajectory)),
    ):
        folder.mkdir(parents=True, exist_ok=True)
    status = "diverged" if diverged else "ok"
    cost = {"seconds": 1.0, "peak_memory_bytes": 2**20, "parameters": 12345}
    training = cost | {"multiply_adds_per_sample": 678, "status": status, "data": "d" * 64}
    # one of the two is told classes and has an encoder
    training["model"] = {"latent": 4} | ({"classes": 10} if cell.variant == "wgan" else {})
    more = {"class_accuracy": 0.75} if cell.variant == "wgan" else {}
    evaluation = {**MEASURED, "weights": "a" * 64, "features": "b" * 64}
    for file, content in (
        (cell.trained / "training.json", training | FACTS),
        (cell.scored / "evaluation.json", evaluation | FACTS),
        (cell.metrics, scores_of(cell.seed, cell.board) | more),
        (cell.scored / "health.json", verdict_of(diverged)),
    ):
        file.write_text(json.dumps(content))
    moments = [] if diverged else [400, 800]
    loss = float("nan") if diverged else 0.5
    images = generator.integers(0, 256, (len(moments), 12, 1, 8, 8), dtype=np.uint8)
    landscapes = np.zeros((0,))
    if cell.board == "toy":
        images = generator.normal(size=(len(moments), 12, 2)).astype(np.float32)
        landscapes = generator.normal(size=(len(moments), 24, 24)) if moments else landscapes
    np.savez(
        cell.trained / "snapshots.npz",
        images_seen=np.array(moments, dtype=np.int64),
        images=images,
        judged=landscapes.astype(np.float32),
    )
    losses = [(200, "discriminator", "real", loss), (400, "discriminator", "real", loss)]
    table(cell.losses, ("images", "player", "term", "value"), losses)
    kinds = [] if diverged else ["train", "held_out", "generated"]
    judged = [(seen, "judge", f"accuracy_{kind}", 0.7) for seen in (200, 400) for kind in kinds]
    table(cell.trained / "health.csv", ("images", "player", "quantity", "value"), judged)
    told = ("jensen_shannon", "modes", "high_quality") if cell.board == "toy" else ("fid",)
    table(cell.trajectory, ("images", *told), [(seen, *[0.5] * len(told)) for seen in moments])
    drawn = generator.integers(0, 256, (64, 1, 8, 8), dtype=np.uint8)
    grid(drawn, columns=16).save(cell.scored / "samples.png")
    given = drawn[: 8 if more else 0]
    np.savez(cell.scored / "reconstructions.npz", images=given, given_back=given)


def write_results(settings: params.Params, *, diverged: list[tuple[str, int]]) -> None:
    """All that the pipeline leaves for the site, below the working directory."""
    for name, board in settings.boards.items():
        for dataset in board.datasets:
            references = Path("references") / dataset
            references.mkdir(parents=True)
            noise = {seed: scores_of(50, name) for seed in (0, 1)}
            rows = {"held_out": {0: scores_of(-1, name)}, "noise": noise}
            (references / "metrics.json").write_text(json.dumps(rows))
            (references / "evaluation.json").write_text(json.dumps(MEASURED | FACTS))
            black = np.zeros((64, 1, 8, 8), dtype=np.uint8)
            for row in rows:
                grid(black, columns=16).save(references / f"{row}.png")
    Path("data/ring8").mkdir(parents=True)
    np.savez("data/ring8/test.npz", images=np.zeros((50, 2), np.float32), labels=np.zeros(50, int))
    for cell in settings.cells:
        write_cell(cell, diverged=(cell.variant, cell.seed) in diverged)
    Path("results").mkdir()
    Path("results/search.csv").write_text("board,dataset,variant,trial,settings,images,score\n")
    if len(settings.images.variants) > 1:  # a clone has them, and a folder of one's own may not
        shutil.copytree(REPOSITORY / "results/bench", "results/bench")
    scores = report.scores(settings)
    scores.to_csv("results/scores.csv", index=False)
    report.leaderboard(scores, settings).to_csv("results/leaderboard.csv", index=False)


CASES = {
    "two variants": {
        "variants": ["dcgan", "wgan"],
        "seeds": [0, 1],
        "diverged": [("wgan", 1)],
        "plane": True,
    },
    "one seed, diverged": {
        "variants": ["dcgan"],
        "seeds": [0],
        "diverged": [("dcgan", 0)],
        "plane": False,
    },
}


@pytest.fixture(scope="module", params=CASES, ids=str)
def public(request, tmp_path_factory):
    """The built site of a case, as its folder and the case."""
    case, folder = CASES[request.param], tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        theory.write(Path("theory"), GAME)
        sources = folder / "gans" / "unconditional"
        sources.mkdir(parents=True)
        for name, text in (("dcgan", HOSTILE), ("wgan", TAME)):
            (sources / f"{name}.py").write_text(text)
        patch.setattr(gans, "files", lambda: {path.stem: path for path in sources.glob("*.py")})
        shutil.copytree(REPOSITORY / "site", "site")
        settings = made_up(case["variants"], case["seeds"], plane=case["plane"])
        write_results(settings, diverged=case["diverged"])
        site.Site(settings).write()
        site.build()
    return folder / "public", case


class Page(HTMLParser):
    """What a page refers to, what can be referred to in it, and its text."""

    LOADING: ClassVar = {
        "script": "src",
        "img": "src",
        "iframe": "src",
        "source": "src",
        "link": "href",
    }

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.inline: list[str] = []  # scripts that stand in the page
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.add(found["id"])
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if address := found.get(self.LOADING.get(tag, "")):
            self.loaded.append(address)

    def handle_data(self, data):
        if self.cdata_elem == "script":
            self.inline.append(data)


@pytest.fixture(scope="module")
def pages(public):
    return {path: Page(path) for path in public[0].rglob("*.html")}


def test_every_page_is_there(public):
    folder, case = public
    expected = ["boards/ring8", "films"] if case["plane"] else []
    expected += ["index", "method", "reproduce", "add-a-variant", "schema", "licences", "score"]
    expected += [
        "benchmarks",
        "own-images",
        "health",
        "theory",
        "boards/digits",
        "boards/index",
        "variants/index",
    ]
    expected += ["variants/dcgan", "variants/wgan"]  # a file has its page, on a board or not
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.html")} == {
        f"{name}.html" for name in expected
    }


def test_links_and_anchors_resolve(pages):
    broken = []
    for path, page in pages.items():
        for address in page.links + page.loaded:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") or address == "":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            lost = parts.scheme or not target.exists()
            if lost or (
                parts.fragment
                and target in pages
                and parts.fragment != "only-light"
                and "=" not in parts.fragment  # which film is to be shown
                and parts.fragment not in pages[target].ids | {"__top"}
            ):
                broken.append((path.name, address))
    assert not broken


def test_nothing_is_loaded_from_elsewhere(public, pages):
    for path, page in pages.items():
        outside = [a for a in page.loaded if urlsplit(a).scheme or a.startswith(("//", "/"))]
        assert not outside, path
    for sheet in public[0].rglob("*.css"):
        text = sheet.read_text().replace(" ", "")
        assert "url(http" not in text and "@import" not in text, sheet


def test_what_the_data_say_is_text(public, pages):
    for path, page in pages.items():
        assert not any("alert" in text for text in page.inline), path
        for tag, attributes in page.tags:
            assert not any(name.startswith("on") for name in attributes), (path, tag)
            assert tag != "iframe"
            assert not (attributes.get("href") or "").startswith("javascript:")
    text = (public[0] / "variants" / "dcgan.html").read_text()
    for place in ("name", "citation", "body", "formula", "broken"):
        assert f'alert("{place}")' in text.replace("&quot;", '"'), place
    assert "&lt;b&gt;Processor&lt;/b&gt;" in (public[0] / "boards" / "digits.html").read_text()


def test_formulas_are_mathml(public):
    text = (public[0] / "variants" / "dcgan.html").read_text()
    assert "<math" in text and "arithmatex" not in text


def rows_of(text: str) -> list[str]:
    """The heads of the rows of a leaderboard."""

    class Rows(HTMLParser):
        def __init__(self):
            super().__init__()
            self.names, self.inside = [], False

        def handle_starttag(self, tag, attrs):
            head = tag == "th" and ("scope", "row") in attrs
            self.inside = head or (self.inside and tag == "a")

        def handle_data(self, data):
            if self.inside and data.strip():
                self.names.append(data.strip())

        def handle_endtag(self, tag):
            self.inside = False

    reader = Rows()
    reader.feed(text)
    return reader.names


def test_the_leaderboard_has_every_row(public):
    folder, case = public
    for page in ("boards/digits.html", "index.html"):
        text = (folder / page).read_text()
        tables = 2 if page.startswith("boards") else 1  # the board, and the further metrics
        expected = sorted([*case["variants"], "held_out", "noise"] * tables)
        assert sorted(rows_of(text)) == expected, page
        assert f"1 of {len(case['seeds'])} diverged" in text
        assert ("no interval" in text) and "nan" not in text.lower().split("<title>", 1)[1][:50]


def test_every_run_has_a_verdict_with_its_reason(public, pages):
    folder, case = public
    ill = [seed for variant, seed in case["diverged"] if variant == case["variants"][-1]]
    board = (folder / "boards" / "digits.html").read_text()
    page = (folder / "variants" / f"{case['variants'][-1]}.html").read_text()
    assert f'<span class="diverged">diverged</span></a> {len(ill)}/{len(case["seeds"])}' in board
    assert "since 200 images: a loss is &lt;i&gt;no&lt;/i&gt; number." in page
    assert ("nothing ails it" in page) == (len(case["seeds"]) > len(ill))
    scores = pd.read_csv(folder / "downloads" / "scores.csv")
    assert scores.loc[scores["kind"] == "reference", "verdict"].isna().all()
    trained = scores[scores["kind"] != "reference"]
    expected = np.where(trained["status"] == "diverged", "diverged", "healthy")
    assert (trained["verdict"] == expected).all()
    rows = pd.read_csv(folder / "downloads" / "leaderboard.csv")
    counts = rows[rows["board"] == "images"].set_index("variant")["verdict"]
    several = len(case["seeds"]) > 1
    assert counts[case["variants"][-1]] == (
        "healthy 1/2, diverged 1/2" if several else "diverged 1/1"
    )


def test_the_page_on_health_has_every_verdict_and_its_thresholds(public, pages):
    path = public[0] / "health.html"
    names = ("diverged", "vanishing-generator-gradient", "discriminator-overfitting")
    assert pages[path].ids >= {*names, "mode-collapse", "oscillation", "healthy"}
    text = path.read_text()
    for threshold in (health.LIMIT, health.DIVERGENCE):
        assert display.number(threshold, 0 if threshold > 1 else 2) in text


def test_numbers_are_never_shown_as_nan(pages, public):
    for path in (public[0] / "boards").glob("*.html"):
        assert ">nan<" not in path.read_text().lower()
    for path in (public[0] / "variants").glob("*.html"):
        assert ">nan<" not in path.read_text().lower()


def test_curves_are_there_in_both_palettes(public):
    folder, case = public
    drawn = sorted(path.name for path in folder.rglob("digits/dcgan/*.svg"))
    whole = ["fid-dark.svg", "fid-light.svg"]
    whole += ["judged-dark.svg", "judged-light.svg"]
    whole += ["losses-discriminator-dark.svg", "losses-discriminator-light.svg"]
    assert drawn == ([] if ("dcgan", 0) in case["diverged"] else whole)
    plane = {path.name for path in folder.rglob("ring8/dcgan/*.svg")}
    assert ("jensen_shannon-dark.svg" in plane) == case["plane"]


def test_the_theory_page_counts_the_modes_that_are_lost(public):
    folder, case = public
    text = (folder / "theory.html").read_text()
    assert ("Seeds that miss modes" in text) == case["plane"]
    if case["plane"]:  # seed 1 of each is made up to have found 7 of the 8
        row = r'dcgan.html"><code>dcgan</code></a></th><td>1 of 2</td><td>8, 7</td>'
        assert re.search(row, text)


def test_downloads_are_the_files_themselves(public):
    folder, _ = public
    assert (folder / "downloads" / "dcgan.py").read_text() == HOSTILE
    assert (folder / "downloads" / "scores.csv").read_text().startswith("board,dataset,variant,")


def test_a_fault_found_by_mkdocs_ends_the_stage(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(REPOSITORY / "site", "site")
    pages = tmp_path / "results" / "pages"
    shutil.copytree("site/docs", pages)
    (pages / "nav.json").write_text(json.dumps([{"Home": "index.md"}]))
    (pages / "index.md").write_text("# Home\n\n[lost](nowhere.md)\n")
    with pytest.raises(SystemExit) as stopped:
        site.build()
    assert stopped.value.code == 1
    assert "nowhere.md" in capsys.readouterr().err


def test_the_example_of_the_guide_is_a_variant(tmp_path):
    guide = (REPOSITORY / "site" / "docs" / "add-a-variant.md").read_text()
    text = re.search(r"```python\n(.*?)```", guide, re.DOTALL)[1]
    (tmp_path / "my_gan.py").write_text(text)
    assert papers.paper(tmp_path / "my_gan.py").name == "MyGAN"
    names: dict = {"__name__": "my_gan"}
    exec(compile(text, "my_gan.py", "exec"), names)
    variant = names["MyGAN"]((1, 8, 8), latent=4, width=4)
    real = itertools.repeat(torch.rand(6, 1, 8, 8) * 2 - 1)
    steps = [(player, sum(losses.values())) for player, losses in variant.step(real)]
    assert {player for player, _ in steps} == set(variant.children())
    assert all(torch.isfinite(loss) and loss.requires_grad for _, loss in steps)
    assert variant.sample(3).shape == (3, 1, 8, 8)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(1234.5, 1, "1\u202f234.5"), (float("nan"), 2, "–"), (-1.0, 0, "−1"), (float("inf"), 0, "∞")],
)
def test_numbers_for_readers(value, digits, shown):
    assert display.number(value, digits) == shown


def test_a_scale_is_logarithmic_only_where_it_must_be():
    narrow, wide = (
        display.Scale.over(pd.Series([1.0, 3.0])),
        display.Scale.over(pd.Series([1.0, 100.0])),
    )
    assert narrow(2.0) == 50 and wide(10.0) == 50
    assert narrow(4.0) is None and narrow(float("nan")) is None
