"""Compare trained weights with those of another commit: `make bench-bits COMMIT=abc1234`.

Every variant that both commits have trains for some steps, with the same seeds and without optional
settings. The weights, not their average, must be equal bit for bit. Written to
results/bench/commits.json.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmark.common.provenance import provenance
from tests.benchmark.pipeline.project import ENVIRONMENT

OUT = Path("results/bench/commits.json")
BEFORE = "fd0b4b1"  # the last commit with budgets in samples only
STEPS = 20
CODE = f"""
import hashlib, json, torch, gans
from tests.gans.variants import build_trainer

torch.set_num_threads(1)
hashes = {{}}
for name in sorted(gans.files()):
    trainer = build_trainer(name)
    torch.manual_seed(1)
    for step in range({STEPS}):
        trainer.step(step / {STEPS})
    digest = hashlib.sha256()
    for key, value in sorted(trainer.variant.state_dict().items()):
        digest.update(key.encode() + value.numpy().tobytes())
    hashes[name] = digest.hexdigest()
print(json.dumps(hashes))
"""


def hash_weights(folder: Path) -> dict[str, str]:
    """Train every variant by the code of a checkout; return the SHA-256 of its weights."""
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=folder,
        env=ENVIRONMENT | {"PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def main() -> None:
    commit = sys.argv[1] if len(sys.argv) > 1 else BEFORE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "before"
        for command in (["clone", "--quiet", str(Path.cwd()), str(folder)],
                        ["-C", str(folder), "checkout", "--quiet", commit]):  # fmt: skip
            subprocess.run(["git", *command], check=True)
        before, now = hash_weights(folder), hash_weights(Path.cwd())
    common = sorted(before.keys() & now.keys())
    differing = [variant for variant in common if before[variant] != now[variant]]
    facts = {
        "compared_with": commit,
        "steps": STEPS,
        "variants": len(common),
        "equal": len(common) - len(differing),
        "differing": differing,
    }
    print(facts)
    OUT.write_text(json.dumps(facts | provenance(), indent=1) + "\n")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
