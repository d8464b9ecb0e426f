"""Published archives of image pairs, image collections and photographs.

The archives of pix2pix hold images side by side, those of CycleGAN the folders trainA, trainB,
testA and testB. TensorFlow Datasets publishes checksums of the latter, computed at the authors'
earlier address (tensorflow_datasets/url_checksums/cycle_gan.txt), and of the photographs of DIV2K
(tensorflow_datasets/datasets/div2k/checksums.tsv). Set5, Set14, BSD100 and Urban100 come from the
data sets of eugenesiow on Hugging Face, at the commits that added them; the checksums of Set5 and
BSD100 come from the pages of the files there. The others have no published checksum: that of the
first download that can be unpacked is written beside it, and later downloads are compared with it.
"""

import gzip
import http.client
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmark.common.hashing import sha256
from benchmark.common.messages import stop
from benchmark.config.sources import Target

FOLDER = Path("downloads")  # outside DVC's outputs, so that an interrupted download is kept
SERVER = "https://efrosgans.eecs.berkeley.edu"
DIV2K = "https://data.vision.ee.ethz.ch/cvl/DIV2K"
HUB = "https://huggingface.co/datasets/eugenesiow"
SECONDS = 30  # until a server that does not answer counts as unreachable
CHUNK = 1 << 20  # bytes
BROKEN = (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError)


@dataclass(frozen=True)
class Archive:
    """An archive that holds a folder of its name; without a ``url``, its licence forbids copies."""

    file: str
    url: str | None = None
    sha256: str | None = None

    @property
    def folder(self) -> str:
        return self.file.split(".")[0]


@dataclass(frozen=True, kw_only=True)
class Translation(Archive):
    """An archive for image translation; ``target`` is the half or folder of images to generate."""

    target: Target

    @property
    def paired(self) -> bool:
        return self.target in ("left", "right")


def _side_by_side(name: str, target: Target) -> Translation:
    file = f"{name}.tar.gz"
    return Translation(file, f"{SERVER}/pix2pix/datasets/{file}", target=target)


def _two_folders(name: str, target: Target, sha256: str) -> Translation:
    file = f"{name}.zip"
    return Translation(file, f"{SERVER}/cyclegan/datasets/{file}", sha256, target=target)


def _hugging_face(name: str, commit: str, sha256: str | None = None) -> Archive:
    file = f"{name}_HR.tar.gz"
    return Archive(file, f"{HUB}/{name}/resolve/{commit}/data/{file}", sha256)


ARCHIVES = {
    "facades": _side_by_side("facades", "left"),  # photos, of label maps
    "maps": _side_by_side("maps", "right"),  # maps, of aerial photos
    "edges2shoes": _side_by_side("edges2shoes", "right"),
    "cityscapes": Translation("cityscapes.tar.gz", target="left"),  # photos, of label maps
    "horse2zebra": _two_folders(
        "horse2zebra", "B", "a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1"
    ),
    "apple2orange": _two_folders(
        "apple2orange", "B", "845a191e9af8926408ea597001cd03a452e3300a1f44a79fe329b3d59f6e3eb8"
    ),
    "summer2winter_yosemite": _two_folders(
        "summer2winter_yosemite",
        "B",
        "167fe1726807a9d22bd106b4a6c0bd7953b688af924ac1bf967439c4961e49f9",
    ),
    "monet2photo": _two_folders(
        "monet2photo", "B", "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04"
    ),
}

PHOTOS = {
    "div2k": Archive(
        "DIV2K_train_HR.zip",
        f"{DIV2K}/DIV2K_train_HR.zip",
        "9d0b9c463f6e35b6c62cc6a930ee2224f670b34c1df841a57670f9acf0f6c335",
    ),
    "div2k_valid": Archive(
        "DIV2K_valid_HR.zip",
        f"{DIV2K}/DIV2K_valid_HR.zip",
        "20dd31fd84d777bc1cf5d6b7654a3f569c0aec74458ae094122ad1d0489900fc",
    ),
    "set5": _hugging_face(
        "Set5",
        "325646fe7cc8811e312562437885c5c018c74966",
        "260fc447296333f6c2716bcd65513968c33b666f21a905537ee3330c51a1945b",
    ),
    "set14": _hugging_face("Set14", "5c964717e61b4931236a6dd5561750d11e5a7abb"),
    "bsd100": _hugging_face(
        "BSD100",
        "600666edcba3b8386c367fcb03e72424a1ff9f86",
        "333495ccded04a0db52b33361140821ea7e0d8af8dfb54b58df79a00010858d6",
    ),
    "urban100": _hugging_face("Urban100", "57309de03db02ac12ee09ad6127e7b815c211328"),
}


@contextmanager
def unpack_archive(name: str) -> Iterator[Path]:
    """Unpack an archive to a folder that is deleted at the end of the context.

    The archive is read from downloads/, or downloaded to there first. Exits with one line if no
    server answers, if its checksum differs, or if it cannot be unpacked.
    """
    archive = (ARCHIVES | PHOTOS)[name]
    file = FOLDER / archive.file
    recorded = file.with_name(f"{file.name}.sha256")
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not file.is_file():
        _download(name, archive, file)
    expected = recorded.read_text().split()[0] if recorded.is_file() else archive.sha256
    actual = sha256(file)
    if expected and actual != expected:
        stop(
            f"dataset {name}: {file}: expected sha256 {expected}, got {actual}; delete it and run"
            f" again, or write the sum that you trust to {recorded}"
        )
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix=f"{name}-") as folder:
        try:
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as opened:
                    opened.extractall(folder)
            else:
                with tarfile.open(file) as packed:
                    _extract(packed, Path(folder).resolve())
        except BROKEN as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            stop(
                f"dataset {name}: {file}: expected an archive, got a damaged file ({reason});"
                " delete it and run again"
            )
        except OSError as error:  # no room on the disk, or no right to write
            stop(
                f"dataset {name}: {file}: expected room in {FOLDER} to unpack it, got an error"
                f" ({error}); make room, or correct the permissions, and run again"
            )
        images = Path(folder) / archive.folder
        if not images.is_dir():
            stop(
                f"dataset {name}: {file}: expected a folder {archive.folder} in it, got none;"
                " delete it and run again"
            )
        if not expected:
            recorded.write_text(f"{actual}  {file.name}\n")
        yield images


def _download(name: str, archive: Archive, file: Path) -> None:
    """Download an archive, resuming an earlier attempt; exits with one line if it cannot."""
    if archive.url is None:
        stop(
            f"dataset {name}: expected {file}, got none, and its licence forbids to"
            f" redistribute it;"
            f" put {file.name}, if you have it, in {FOLDER}, or make the pairs from the authors'"
            " data and name their folder in params.yaml"
        )
    part = file.with_name(f"{file.name}.part")
    print(f"{name}: downloading {archive.url}")
    try:
        _download_rest(archive.url, part)
    except (OSError, http.client.HTTPException) as error:  # no network, no such file, a broken line
        reason = " ".join(str(error).split()) or type(error).__name__
        digest = f" (sha256 {archive.sha256})" if archive.sha256 else ""
        stop(
            f"dataset {name}: expected a download, got an error ({reason}); put"
            f" {file.name}{digest} from {archive.url} in {FOLDER} and run again"
        )
    part.rename(file)


def _download_rest(url: str, part: Path) -> None:
    """Download the missing rest of a file.

    Raises:
        OSError: the server does not answer, or ends before the file does.
    """
    size = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={size}-"} if size else {})
    try:
        answer = urllib.request.urlopen(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        # 416: the part is as long as the file or longer, thus of another file
        if error.code != 416 or not size:
            raise
        error.close()
        part.unlink()
        return _download_rest(url, part)
    with answer, part.open("ab" if answer.status == 206 else "wb") as out:
        length = answer.headers.get("Content-Length")
        start = out.tell()
        shutil.copyfileobj(answer, out, CHUNK)
        if length is not None and out.tell() - start != int(length):
            raise OSError(f"expected {length} bytes, got {out.tell() - start}")


def _extract(packed: tarfile.TarFile, folder: Path) -> None:
    """Extract an archive; refuse members that would lie outside the folder."""
    if hasattr(tarfile, "data_filter"):
        packed.extractall(folder, filter="data")
        return
    for member in packed:  # Python before 3.11.4
        inside = (folder / member.name).resolve().is_relative_to(folder)
        if not inside or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name!r} is no file or folder inside")
    packed.extractall(folder)
