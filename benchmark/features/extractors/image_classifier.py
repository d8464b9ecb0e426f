"""A small convolutional network that classifies images, and whose hidden layer gives features.

Its layer names are keys of pinned files and must not change.
"""

from collections.abc import Sequence

from torch import Tensor, nn

FEATURES = 64


class Classifier(nn.Module):
    """A small convolutional network; its penultimate layer gives the features.

    Args:
        shape: ``(c, h, w)`` of an image.
        classes: number of classes; several numbers for several labels of an image.
    """

    def __init__(self, shape: tuple[int, ...], classes: int | Sequence[int]) -> None:
        super().__init__()
        self.classes = (classes,) if isinstance(classes, int) else tuple(classes)
        channels, height, _ = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3, stride=2, padding=1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(4) if height > 8 else nn.Identity(),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(64 * 16, FEATURES),
            nn.BatchNorm1d(FEATURES),
            nn.ReLU(),
        )
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(FEATURES, sum(self.classes)))

    def forward(self, images: Tensor) -> Tensor:
        """Compute logits ``(n, classes)`` of images ``(n, c, h, w)`` in [-1, 1].

        Logits of several labels are concatenated.
        """
        return self.head(self.body(images))

    def layers(self, images: Tensor) -> list[Tensor]:
        """Compute the outputs of both convolutions before their ReLUs, ``(n, c_l, h_l, w_l)``."""
        first = self.body[:2](images)
        return [first, self.body[3:5](first.relu())]
