"""gans/<family>/<variant>.py -> variants/<variant>.py: `python -m benchmark.variants`.

A cell depends on the file of its variant alone. DVC must find that file by the variant's name, and
the name does not say the family: so the files are copied side by side, and one that did not change
makes no cell run.
"""

import shutil
from pathlib import Path

import gans

FOLDER = Path("variants")

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, path in gans.files().items():
        shutil.copy(path, FOLDER / f"{name}.py")
    print(f"{len(gans.files())} variants")
