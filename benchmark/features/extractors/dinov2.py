"""DINOv2 ViT-L/14 of Oquab et al. 2023, arXiv:2304.07193.

Features for FID as in Stein et al. 2023, arXiv:2306.04675. Resize and normalisation are those of
torch-fidelity. The network is written out here: torch-fidelity fetches it, at every run, from the
head of a branch of another repository.
"""

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch_fidelity.feature_extractor_base import FeatureExtractorBase
from torch_fidelity.feature_extractor_dinov2 import FeatureExtractorDinoV2

from benchmark.common.messages import stop
from benchmark.features.extractors.fidelity import TorchFidelityExtractor
from benchmark.features.extractors.weights import PublishedWeights, find_weights, read_tensors

PUBLISHED = PublishedWeights(
    network="dinov2",
    url="https://dl.fbaipublicfiles.com/dinov2/dinov2_vitl14/dinov2_vitl14_pretrain.pth",
    sha256="d5383ea8f4877b2472eb973e0fd72d557c7da5d3611bd527ceeb1d7162cbf428",
)
PATCH = 14
HEAD = 64  # features of an attention head, in every size of the model


class LayerScale(nn.Module):
    """A learnt factor for each feature (Touvron et al. 2021, arXiv:2103.17239)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, tokens: Tensor) -> Tensor:
        """Scale tokens ``(n, length, width)``."""
        return tokens * self.gamma


class Attention(nn.Module):
    """Multi-head self-attention over tokens ``(n, length, width)``."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Mix the tokens of each image."""
        n, length, width = tokens.shape
        heads = self.qkv(tokens).view(n, length, 3, width // HEAD, HEAD)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # (n, heads, length, HEAD) each
        mixed = functional.scaled_dot_product_attention(query, key, value)
        return self.proj(mixed.transpose(1, 2).reshape(n, length, width))


class MLP(nn.Module):
    """Two linear layers with a GELU, applied to each token."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Transform each token ``(width,)``."""
        return self.fc2(functional.gelu(self.fc1(tokens)))


class Block(nn.Module):
    """Attention and MLP, each normalised before, scaled after, and added to its input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width)
        self.ls1 = LayerScale(width)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = MLP(width)
        self.ls2 = LayerScale(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Transform tokens ``(n, length, width)``."""
        tokens = tokens + self.ls1(self.attn(self.norm1(tokens)))
        return tokens + self.ls2(self.mlp(self.norm2(tokens)))


class VisionTransformer(nn.Module):
    """A vision transformer whose parts are named as in the published files.

    Args:
        width: features of a token; 1024 in ViT-L.
        depth: blocks; 24 in ViT-L.
        grid: patches along an edge of the training images; 37 in the published networks.
    """

    def __init__(self, *, width: int = 1024, depth: int = 24, grid: int = 37) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + grid**2, width))
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, width, PATCH, stride=PATCH)})
        self.blocks = nn.ModuleList(Block(width) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    @classmethod
    def from_tensors(cls, tensors: dict[str, Tensor]) -> "VisionTransformer":
        """Build the network that has these weights: S, B or L, or any other with plain MLPs.

        Raises:
            KeyError, RuntimeError: the weights belong to another kind of network.
        """
        # the mask token serves training only
        tensors = {name: value for name, value in tensors.items() if name != "mask_token"}
        _, positions, width = tensors["pos_embed"].shape
        depth = len({name.split(".")[1] for name in tensors if name.startswith("blocks.")})
        network = cls(width=width, depth=depth, grid=math.isqrt(positions - 1))
        network.load_state_dict(tensors)
        return network

    def interpolate_positions(self, rows: int, columns: int) -> Tensor:
        """Interpolate position embeddings to a grid, ``(1, 1 + rows * columns, width)``.

        The factor is (rows + 0.1) / grid, as in the published code, which shifts the grid a little.
        """
        _, positions, width = self.pos_embed.shape
        grid = math.isqrt(positions - 1)
        if (rows, columns) == (grid, grid):
            return self.pos_embed
        square = self.pos_embed[:, 1:].view(1, grid, grid, width).permute(0, 3, 1, 2)
        factors = ((rows + 0.1) / grid, (columns + 0.1) / grid)
        square = functional.interpolate(square, scale_factor=factors, mode="bicubic")
        return torch.cat([self.pos_embed[:, :1], square.flatten(2).transpose(1, 2)], dim=1)

    def forward(self, images: Tensor) -> Tensor:
        """Compute the normalised class token ``(n, width)`` of images ``(n, 3, h, w)``.

        The images are normalised.
        """
        patches = self.patch_embed["proj"](images)
        tokens = patches.flatten(2).transpose(1, 2)
        tokens = torch.cat([self.cls_token.expand(len(images), -1, -1), tokens], dim=1)
        tokens = tokens + self.interpolate_positions(*patches.shape[2:])
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)[:, 0]


class _FidelityDINOv2(FeatureExtractorDinoV2):
    """The extractor of torch-fidelity, around the network of this file."""

    def __init__(self, network: nn.Module) -> None:
        FeatureExtractorBase.__init__(self, "dinov2-vit-l-14", ["dinov2"])
        self.feature_extractor_internal_dtype = torch.float32
        self.model = network


class DINOv2Extractor(TorchFidelityExtractor):
    """The class token: 1,024 features of ViT-L; no class probabilities.

    Args:
        weights: a file in place of the published one; ViT-S and ViT-B are accepted too.
        device: None is the GPU if there is one.
    """

    name = "dinov2"
    resize_note = "224x224 (bilinear, as TensorFlow 1 does)"

    def __init__(self, *, weights: Path | None = None, device: torch.device | None = None) -> None:
        file = find_weights(PUBLISHED, weights)
        try:
            network = VisionTransformer.from_tensors(read_tensors(file, self.name))
        except (KeyError, RuntimeError, ValueError, IndexError):  # other names or shapes
            stop(
                f"feature space dinov2: {file}: expected weights of DINOv2 ViT-S/14, B/14 or L/14,"
                " got others; replace it"
            )
        self.features = network.norm.normalized_shape[0]
        super().__init__(_FidelityDINOv2(network), file=file, device=device)

    def embed(self, images: np.ndarray) -> tuple[np.ndarray, None]:
        """Compute features ``(n, d)``, float64, of images, uint8 ``(n, c, h, w)``."""
        return self.run_network(images)[0].numpy(), None
