"""Short training runs on digits of 8x8, and how far samples are from them."""

import torch
from sklearn.datasets import load_digits

import gans
from benchmark.config import VariantConfig
from benchmark.data.batches import Batches
from benchmark.training.trainer import Trainer


def load():
    """Load digits, uint8 ``(n, 1, 8, 8)``, and their labels."""
    digits = load_digits()
    images = torch.tensor((digits.images / 16 * 255).round()).to(torch.uint8)
    return images[:, None], torch.tensor(digits.target)


def distance(samples, images):
    """Compute the squared distance of the mean sample from the mean image."""
    return (samples.mean(dim=0) - (images / 127.5 - 1).mean(dim=0)).square().sum().item()


def train(name, steps, *, lr, betas, **keywords):
    """Train a variant; return the distances of its samples before and after, and the trainer."""
    images, labels = load()
    torch.manual_seed(0)
    is_conditional = gans.family(name) == "conditional"
    if is_conditional:
        keywords["classes"] = 10
    variant = gans.load(name)((1, 8, 8), latent=16, width=8, **keywords)
    batches = Batches(images, 16, 0, labels if is_conditional else None)
    config = VariantConfig(kind="controlled", lr=lr, betas=betas)
    trainer = Trainer(variant, config, batches, half_life=160, seed=0)
    before = distance(variant.sample(400).detach(), images)
    for step in range(steps):
        trainer.step(step / steps)
    trainer.recompute_batch_norm()
    with torch.no_grad():
        return before, distance(trainer.averaged.sample(400), images), trainer
