"""The page of measurements shows what ran on a GPU, and nothing that a CPU stood in for."""

from pathlib import Path

from benchmark.website.templates import load_templates
from tests.benchmark.website.made_up_runs import FACTS

LOOPS = {"textbook": {"rate": 1000.0, "ratio": 1.0}, "CUDA graphs": {"rate": 6000.0, "ratio": 6.0}}
OPTION = {"images_per_second": 5000.0, "finite": True, "seconds_of_first_steps": 20.0}
SKIPPED = {"status": "not reached"}
SECTIONS = {
    "repeated_bits": {"dcgan": {"equal": True}, "sngan": {"equal": False}},
    "deterministic_mode": {"wgan": {"error": "RuntimeError: <b>no"}, "vae": SKIPPED},
    "launches": {"dcgan": {"kernels_per_step": 300, "milliseconds_per_step": 3, "percent_busy": 9}},
    "scoring": {
        "draw": {"images": 100, "images_per_second": 50.0, "seconds": 2},
        "fid": {"seconds_of_metric": 0.5, "seconds": 0.6},
        "kid": {"error": "ValueError: too few", "seconds": 0.6},
        "prdc": SKIPPED,
    },
    "loops": {
        "dcgan, 32x32": {"loops": LOOPS, "errors": {"bfloat16": "out of memory"}},
        "wgan_gp, 32x32": SKIPPED,
    },
    "options": {"float32": OPTION, "compile": {"error": "no compiler"}, "CUDA graphs": SKIPPED},
}


def render(device, *, sections=SECTIONS):
    template = load_templates(Path("site")).get_template("benchmarks.md")
    filled = {
        name: {"status": "complete", "items": items, "peak_memory_bytes": 2**20}
        for name, items in sections.items()
    }
    hardware = FACTS["hardware"] | {"accelerator": "NVIDIA H200"}
    report = {"device": device, "data": "MNIST", "tiny": False, "goal": 5, "sections": filled}
    return template.render(benches={"gpu": FACTS | report | {"hardware": hardware}})


def test_results_of_a_gpu_are_shown():
    page = render("cuda")
    for text in (
        "NVIDIA H200",
        "6.00",
        "finite",
        "no compiler",
        "too few",
        "out of memory",
        "not reached",
        "300",
        "2.00",
    ):
        assert text in page
    assert "wgan (RuntimeError: &lt;b&gt;no)" in page
    assert "<td>1</td><td>2</td><td>none</td>" in page


def test_results_of_a_cpu_are_not_shown():
    assert "bench-gpu" not in render("cpu")


def test_sections_may_be_missing():
    page = render("cuda", sections={"loops": SECTIONS["loops"]})
    assert "textbook" in page and "gpu-bits" not in page


def test_the_ways_from_a_fresh_clone_are_shown():
    clone = {
        "records": {"megabytes": 2.25, "records": 60, "largest": "a/b", "kilobytes": 39.5},
        "site": {"seconds": 21.0, "pages": 90},
        "row": {"seconds": 150.0, "training": 100.0, "besides": 50.0, "runs": 3},
        "reproduction": {"seconds": 60.0, "compared": [], "changed": []},
    }
    template = load_templates(Path("site")).get_template("benchmarks.md")
    text = template.render(benches={"clone": FACTS | clone})
    assert "in 21 seconds, 90 pages" in text and "`git status` shows no change." in text
    clone["reproduction"]["changed"] = ["M README.md"]
    text = template.render(benches={"clone": FACTS | clone})
    assert "`git status` shows M README.md." in text and "gan-benchmark fetch" not in text
    fetched = {"row": "ring8-vae", "bytes": 70_400}
    clone["fetch"] = fetched | {"seconds_of_fetch": 9.0, "seconds_of_sample": 4.0}
    text = template.render(benches={"clone": FACTS | clone})
    assert "`gan-benchmark fetch ring8-vae` gets 70 kB from" in text
    assert "in 9 seconds, and `sample` draws from them in 4 seconds" in text
