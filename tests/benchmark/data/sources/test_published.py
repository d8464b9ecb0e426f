"""Published data sets by name, from small files in the formats of the real ones."""

import hashlib
import io
import pickle
import tarfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat
from torchvision import datasets

from benchmark import config
from benchmark.data.prepare import prepare
from benchmark.data.sources import published
from benchmark.data.splits import load_split
from tests.benchmark.config.params import read_params
from tests.command import error_line

GENERATOR = np.random.default_rng(0)
# without these data sets, whose small files would be too few for a batch
SETTINGS = config.parse_params({name: read_params()[name] for name in ("features", "text")})


@pytest.fixture
def downloads(undivided, tmp_path, monkeypatch):
    """An empty folder of downloads, in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def shrink(monkeypatch, name, train, test):
    """Expect fewer images of a data set."""
    small = replace(published.PUBLISHED[name], sizes=(train, test))
    monkeypatch.setitem(published.PUBLISHED, name, small)


def md5(content):
    return hashlib.md5(content).hexdigest()


def pack(file, members):
    """Write a .tar.gz; return its MD5 sum and those of its members."""
    with tarfile.open(file, "w:gz") as packed:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return md5(file.read_bytes()), {name: md5(content) for name, content in members.items()}


def colours(count, side):
    return GENERATOR.integers(0, 256, (count, 3, side, side), dtype=np.uint8)


def prepared(name):
    prepare(name, SETTINGS)
    return [load_split(name, split) for split in ("train", "test")]


@pytest.mark.parametrize(
    ("name", "kind", "key", "folder", "parts"),
    [
        ("cifar10", datasets.CIFAR10, "labels", "cifar-10-batches-py", 5),
        ("cifar100", datasets.CIFAR100, "fine_labels", "cifar-100-python", 1),
    ],
)
def test_cifar(downloads, monkeypatch, name, kind, key, folder, parts):
    images, labels = colours(12, 32), np.arange(12) % 10

    def batch(part):
        return pickle.dumps({"data": images[part].reshape(-1, 3072), key: labels[part].tolist()})

    train = {
        file: batch(slice(2 * place, 2 * place + 2 if parts > 1 else 10))
        for place, (file, _) in enumerate(kind.train_list)
    }
    test = {file: batch(slice(10, 12)) for file, _ in kind.test_list}
    meta = {kind.meta["filename"]: pickle.dumps({kind.meta["key"]: [str(n) for n in range(10)]})}
    files = {f"{folder}/{file}": data for file, data in (train | test | meta).items()}
    digest, sums = pack(downloads / kind.filename, files)
    monkeypatch.setattr(kind, "tgz_md5", digest)
    for attribute, chosen in (("train_list", train), ("test_list", test)):
        listed = [[file, sums[f"{folder}/{file}"]] for file in chosen]
        monkeypatch.setattr(kind, attribute, listed)
    (file,) = meta
    monkeypatch.setattr(kind, "meta", kind.meta | {"md5": sums[f"{folder}/{file}"]})
    shrink(monkeypatch, name, 10, 2)
    (train_images, train_labels), (test_images, test_labels) = prepared(name)
    assert np.array_equal(train_images, images[:10]) and np.array_equal(train_labels, labels[:10])
    assert np.array_equal(test_images, images[10:]) and np.array_equal(test_labels, labels[10:])


def test_svhn(downloads, monkeypatch):
    listed = dict(datasets.SVHN.split_list)
    splits = {"train": colours(5, 32), "test": colours(3, 32)}
    for split, images in splits.items():
        url, name, _ = listed[split]
        labels = np.arange(6, 6 + len(images))[:, None]  # 10 stands for the digit 0
        savemat(downloads / name, {"X": images.transpose(2, 3, 1, 0), "y": labels.astype(np.uint8)})
        listed[split] = [url, name, md5((downloads / name).read_bytes())]
    monkeypatch.setattr(datasets.SVHN, "split_list", listed)
    shrink(monkeypatch, "svhn", 5, 3)
    (train_images, train_labels), (test_images, _) = prepared("svhn")
    assert np.array_equal(train_images, splits["train"])
    assert np.array_equal(test_images, splits["test"])
    assert train_labels.tolist() == [6, 7, 8, 9, 0] and train_labels.dtype == np.int64


def test_stl10_is_scaled(downloads, monkeypatch):
    kind = datasets.STL10
    flat = np.repeat(np.arange(7, dtype=np.uint8), 3 * 96 * 96).reshape(7, 3, 96, 96) * 30
    arrays = {
        "train_X.bin": flat[:2], "train_y.bin": np.array([1, 2], np.uint8),
        "unlabeled_X.bin": flat[:4],
        "test_X.bin": flat[4:], "test_y.bin": np.array([1, 2, 10], np.uint8),
    }  # fmt: skip
    files = {f"stl10_binary/{name}": array.tobytes() for name, array in arrays.items()}
    digest, sums = pack(downloads / kind.filename, files)
    monkeypatch.setattr(kind, "tgz_md5", digest)
    for attribute in ("train_list", "test_list"):
        names = [name for name, _ in getattr(kind, attribute)]
        listed = [[name, sums[f"stl10_binary/{name}"]] for name in names]
        monkeypatch.setattr(kind, attribute, listed)
    shrink(monkeypatch, "stl10", 4, 3)
    (train_images, train_labels), (test_images, _) = prepared("stl10")
    assert train_images.shape == (4, 3, 48, 48) and test_images.shape == (3, 3, 48, 48)
    assert np.array_equal(train_images[:, :, 0, 0], flat[:4, :, 0, 0])
    assert not train_labels.any()


def test_celeba_is_cropped(downloads, monkeypatch):
    kind, folder = datasets.CelebA, downloads / "celeba"
    (folder / "img_align_celeba").mkdir(parents=True)
    names = [f"{number:06}.jpg" for number in range(1, 7)]
    for number, name in enumerate(names):
        image = Image.new("RGB", (178, 218), (255, 255, 255))  # a white frame, which is cut off
        image.paste((40 * number, 0, 0), (0, 20, 178, 198))
        image.save(folder / "img_align_celeba" / name, quality=95)
    rows = {
        "list_eval_partition.txt": [
            f"{name} {part}" for name, part in zip(names, "000122", strict=True)
        ],
        "identity_CelebA.txt": [f"{name} 1" for name in names],
        "list_bbox_celeba.txt": ["6", "x_1 y_1"] + [f"{name} 1 1" for name in names],
        "list_landmarks_align_celeba.txt": ["6", "x y"] + [f"{name} 1 1" for name in names],
        "list_attr_celeba.txt": ["6", "Young"] + [f"{name} -1" for name in names],
    }
    for name, lines in rows.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    listed = [
        (key, md5((folder / name).read_bytes()) if name in rows else digest, name)
        for key, digest, name in kind.file_list
    ]
    monkeypatch.setattr(kind, "file_list", listed)
    shrink(monkeypatch, "celeba", 3, 2)
    (train_images, _), (test_images, _) = prepared("celeba")
    assert train_images.shape == (3, 3, 64, 64) and len(test_images) == 2
    for images, levels in ((train_images, (0, 40, 80)), (test_images, (160, 200))):
        assert np.abs(images[:, 0].mean(axis=(1, 2)) - levels).max() < 2
        assert images[:, 1:].max() < 20


@pytest.mark.parametrize("name", ["kmnist", "fashion_mnist"])
def test_the_format_of_mnist(downloads, monkeypatch, name):
    kind = getattr(datasets, published.PUBLISHED[name].kind)
    raw = downloads / kind.__name__ / "raw"
    raw.mkdir(parents=True)
    images, labels = GENERATOR.integers(0, 256, (7, 28, 28), np.uint8), np.arange(7, dtype=np.uint8)
    for split, part in (("train", slice(0, 4)), ("t10k", slice(4, 7))):
        for what, array in (("images-idx3", images[part]), ("labels-idx1", labels[part])):
            head = bytes([0, 0, 8, array.ndim])
            head += b"".join(size.to_bytes(4, "big") for size in array.shape)
            (raw / f"{split}-{what}-ubyte").write_bytes(head + array.tobytes())
    shrink(monkeypatch, name, 4, 3)
    (train_images, train_labels), (test_images, _) = prepared(name)
    assert np.array_equal(train_images[:, 0], images[:4]) and train_labels.tolist() == [0, 1, 2, 3]
    assert np.array_equal(test_images[:, 0], images[4:])


@pytest.mark.parametrize("name", published.PUBLISHED)
def test_without_a_network_the_files_are_named(downloads, capsys, monkeypatch, name):
    from torchvision.datasets import utils

    kind = getattr(datasets, published.PUBLISHED[name].kind)

    def refuse(*arguments, **keywords):
        raise OSError("no network")

    monkeypatch.setattr(utils, "_urlretrieve", refuse)
    monkeypatch.setattr(datasets.celeba, "download_file_from_google_drive", refuse)
    line = error_line(capsys, lambda: published.load_published(name))
    folder, files = published.list_files(kind)
    assert line.startswith(f"dataset {name}: expected a download, got none (")
    assert all(f"{file} (md5 {digest})" in line for file, digest in files)
    address = published.find_address(kind)
    assert address.startswith("http") and line.endswith(
        f" from {address} in {folder} and run again"
    )


def test_another_number_of_images_is_one_line(downloads, capsys, monkeypatch):
    monkeypatch.setattr(
        datasets, "SVHN", lambda *args, **keywords: type("Part", (), {"data": colours(2, 32)})()
    )
    line = error_line(capsys, lambda: published.load_published("svhn"))
    assert "expected 73,257 images of side 32, got 2 of side 32; delete" in line
