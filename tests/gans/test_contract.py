"""The contract, tested on every variant: a new file in gans/ is found automatically."""

import ast
import inspect
import io
import itertools
import math

import pytest
import torch

import gans
from benchmark import config
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches, UnpairedBatches
from benchmark.training.trainer import Trainer
from gans.common.captions import TextToImage
from gans.common.text import Text
from gans.common.variant import Conditional, ImageToImage

SHAPES = [(1, 8, 8), (3, 16, 16), (2,), (1, 8, 8, 8), (3, 4, 16, 16)]
OF_CLIPS = config.load().tracks["video"].variants
ENTRY = VariantConfig(kind="controlled", lr=1e-3, betas=(0.5, 0.9))


CLASSES = 4
TOKENS, SENTENCE = 11, (6,)  # of text: vocabulary, and shape of a sample
VOCABULARY, WORDS = ["", "bold", "in", "red", "seven", "thin"], 3  # of captions


def own(name, shape):
    """Return the shape of a variant's sample; sentences replace grey images of 8x8."""
    if issubclass(gans.load(name), Text) and shape == (1, 8, 8):
        return SENTENCE
    return shape


def source(name, shape):
    """Return the shape of source images: smaller ones, or grey ones."""
    if gans.family(name) == "superresolution":
        return shape[0], shape[1] // 2, shape[2] // 2
    return 1, *shape[1:]


def usual(name):
    """Return the default shape of a sample: a clip for video variants, otherwise an image."""
    return (1, 8, 8, 8) if gans.family(name) == "video" else (1, 8, 8)


def has_shape(name, shape):
    """Whether a variant makes samples of a shape: clips, images, sentences, or any."""
    kind, shape = gans.load(name), own(name, shape)
    if len(shape) == 4 or gans.family(name) == "video":
        return len(shape) == 4 and name in OF_CLIPS
    if issubclass(kind, ImageToImage | TextToImage):
        return len(shape) == 3
    return len(shape) == 1 or not issubclass(kind, Text)


of_every_shape = pytest.mark.parametrize(
    ("name", "shape"),
    [
        pytest.param(name, shape, id=f"{name}-{shape}")
        for name, shape in itertools.product(sorted(gans.files()), SHAPES)
        if has_shape(name, shape)
    ],
)


def build(name, shape=None, seed=0):
    """Build a small variant, from those keywords that its constructor accepts."""
    shape = own(name, shape or usual(name))
    torch.manual_seed(seed)
    small = {
        "width": 8,
        "classes": CLASSES,
        "source": source(name, shape),
        "blocks": 2,
        "hidden": 16,
        "vocabulary": TOKENS if issubclass(gans.load(name), Text) else VOCABULARY,
        "length": WORDS,
        "filters": 4,
    }
    known = inspect.signature(gans.load(name)).parameters
    variant = gans.load(name)(shape, **{key: size for key, size in small.items() if key in known})
    if getattr(variant, "needs_perceptual_layers", False):
        variant.perceptual_layers = lambda images: [images, images[..., ::2, ::2]]
    return variant


def batches(name, shape, n=16):
    kind = gans.load(name)
    if issubclass(kind, Text):
        return Batches(torch.randint(TOKENS, (64, *own(name, shape))), n, seed=0)
    images = torch.randint(0, 256, (64, *shape), dtype=torch.uint8)
    if issubclass(kind, ImageToImage):
        condition = torch.randint(0, 256, (64, *source(name, shape)), dtype=torch.uint8)
        return (Batches if kind.paired else UnpairedBatches)(images, n, seed=0, condition=condition)
    if issubclass(kind, TextToImage):
        condition = torch.randint(len(VOCABULARY), (64, WORDS))
        return Batches(images, n, seed=0, condition=condition)
    labelled = issubclass(kind, Conditional)
    return Batches(images, n, seed=0, condition=torch.randint(CLASSES, (64,)) if labelled else None)


def snapshot(module):
    return [parameter.detach().clone() for parameter in module.parameters()]


def changed(module, before):
    return any(not torch.equal(a, b) for a, b in zip(module.parameters(), before, strict=True))


def start(name):
    variant = build(name)
    return Trainer(variant, ENTRY, batches(name, usual(name)), half_life=1000, seed=0)


@pytest.fixture(params=sorted(gans.files()))
def name(request):
    return request.param


@of_every_shape
def test_samples_have_the_shape_of_the_data(name, shape):
    samples = build(name, shape).sample(5)
    assert samples.shape == (5, *own(name, shape))
    assert torch.isfinite(samples).all()
    if issubclass(gans.load(name), Text):
        assert samples.dtype is torch.int64 and 0 <= samples.min() <= samples.max() < TOKENS
    elif len(shape) >= 3:
        assert samples.abs().max() <= 1


@of_every_shape
def test_losses_are_named_finite_scalars_of_a_player(name, shape):
    variant = build(name, shape)
    players = list(variant.children())
    seen = set()
    for player, losses in variant.step(batches(name, shape)):
        assert any(player is own for own in players)
        assert losses
        for term, loss in losses.items():
            assert isinstance(term, str) and loss.shape == () and math.isfinite(loss.item())
        seen.add(player)
    assert seen == set(players), "one step is a turn of every player"


def test_each_step_updates_one_player_and_every_player_is_updated(name):
    trainer = start(name)
    variant = trainer.variant
    moved = set()
    for player, losses in variant.step(trainer.batches):
        others = {other: snapshot(other) for other in variant.children() if other is not player}
        before = snapshot(player)
        optimizer = trainer.optimizers[trainer.player_names[player]]
        optimizer.zero_grad()
        sum(losses.values()).backward(inputs=list(player.parameters()))
        optimizer.step()
        assert changed(player, before)
        assert not any(changed(other, old) for other, old in others.items())
        moved.add(player)
    assert moved == set(variant.children())


def test_samples_depend_on_the_condition(name):
    """Conditions are classes, images or captions; unconditional variants have none."""
    variant = build(name).eval()
    condition = variant.random_condition(6)
    if isinstance(variant, ImageToImage):
        assert condition.shape == (6, *source(name, (1, 8, 8))) and condition.abs().max() <= 1
        asked = condition[:3], condition[3:]
    elif isinstance(variant, TextToImage):
        assert (
            condition.shape == (6, WORDS)
            and condition.min() >= 0
            and condition.max() < len(VOCABULARY)
        )
        asked = torch.tensor([[1, 4, 0]] * 3), torch.tensor([[5, 4, 2]] * 3)
    elif isinstance(variant, Conditional):
        assert condition.shape == (6,) and condition.min() >= 0 and condition.max() < CLASSES
        asked = torch.zeros(3, dtype=torch.int64), torch.ones(3, dtype=torch.int64)
    else:
        assert condition is None
        return
    drawn = []
    for own in asked:
        torch.manual_seed(0)
        drawn.append(variant.sample(3, own))
    assert drawn[0].shape == (3, 1, 8, 8)
    assert not torch.equal(*drawn), "the same noise for another class or image is another image"


def test_the_same_seed_gives_the_same_weights(name):
    states = []
    for _ in range(2):
        trainer = start(name)
        torch.manual_seed(1)
        for _ in range(3):
            trainer.step(0.5)
        states.append(trainer.averaged.state_dict())
    for key, value in states[0].items():
        assert torch.equal(value, states[1][key]), key


def test_a_resumed_run_ends_with_the_same_bits(name):
    torch.manual_seed(1)
    whole = start(name)
    for _ in range(2):
        whole.step(0.1)
    file = io.BytesIO()
    torch.save(whole.state_dict(), file)
    for _ in range(2):
        whole.step(0.2)
    whole.take_snapshot(3)

    file.seek(0)
    resumed = start(name)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    for _ in range(2):
        resumed.step(0.2)
    resumed.take_snapshot(3)
    for key, value in whole.variant.state_dict().items():
        assert torch.equal(value, resumed.variant.state_dict()[key]), key
    for key, value in whole.averaged.state_dict().items():
        assert torch.equal(value, resumed.averaged.state_dict()[key]), key
    assert torch.equal(whole.snapshots[0][1], resumed.snapshots[0][1])
    assert whole.curves.state_dict()["sums"] == resumed.curves.state_dict()["sums"]


def has_bfloat16_lstm():
    """Whether an LSTM runs in bfloat16: oneDNN has none for processors without AVX-512."""
    try:
        with torch.autocast("cpu", torch.bfloat16):
            torch.nn.LSTM(1, 1)(torch.zeros(1, 1, 1))
    except RuntimeError:
        return False
    return True


def test_bfloat16_is_enough_to_train(name):
    torch.manual_seed(1)
    variant = build(name)
    has_lstm = any(isinstance(layer, torch.nn.LSTM) for layer in variant.modules())
    if has_lstm and not has_bfloat16_lstm():
        pytest.skip("oneDNN has no LSTM in bfloat16 for this processor")
    trainer = Trainer(
        variant,
        ENTRY,
        batches(name, usual(name)),
        half_life=1000,
        seed=0,
        precision=torch.bfloat16,
    )
    before = snapshot(trainer.variant)
    for _ in range(2):
        trainer.step(0.5)
    assert changed(trainer.variant, before)
    assert all(math.isfinite(mean) for mean in trainer.curves.read(0).values())
    assert all(parameter.dtype is torch.float32 for parameter in trainer.variant.parameters())


def test_logging_does_not_change_a_run(name):
    torch.manual_seed(1)
    trainer = start(name)
    trainer.step(0.5)
    before = torch.get_rng_state()
    state = {key: value.clone() for key, value in trainer.variant.state_dict().items()}
    trainer.take_snapshot(4)
    trainer.log_health()
    assert torch.equal(before, torch.get_rng_state())
    for key, value in trainer.variant.state_dict().items():
        assert torch.equal(value, state[key]), key


def test_the_discriminator_scores_each_image(name):
    variant = build(name)
    images = torch.zeros(5, *own(name, usual(name)))
    images = images.long() if isinstance(variant, Text) else images
    scores = variant.discriminator_score(images, variant.random_condition(5))
    if {"discriminator", "critic"} & dict(variant.named_children()).keys():
        assert scores.shape == (5,)
    else:
        assert scores is None


@of_every_shape
def test_reconstructions_have_the_shape_of_the_data(name, shape):
    """Translators reconstruct source images."""
    variant = build(name, shape).eval()
    wanted = source(name, shape) if isinstance(variant, ImageToImage) else shape
    given_back = variant.reconstruct(torch.rand(5, *wanted) * 2 - 1)
    if given_back is None:
        return
    assert given_back.shape == (5, *wanted)
    assert torch.isfinite(given_back).all()
    if len(shape) == 3:
        assert given_back.abs().max() <= 1


def test_the_module_docstring_cites_the_paper(name):
    path = gans.files()[name]
    doc = ast.get_docstring(ast.parse(path.read_text())) or ""
    title, citation, *body = doc.split("\n\n")
    assert ": " in title and title.endswith(".") and "\n" not in title
    assert "arXiv:" in citation and any(str(year) in citation for year in range(2013, 2030))
    assert any(block.startswith("$$") for block in body), "the loss as a formula"
    assert len(path.read_text().splitlines()) <= 80


def test_variants_import_only_gans_common(name):
    tree = ast.parse(gans.files()[name].read_text())
    modules = itertools.chain.from_iterable(
        [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    for module in modules:
        assert not module.startswith("benchmark")
        assert not module.startswith("gans.") or module.startswith("gans.common"), module
