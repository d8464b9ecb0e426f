"""Layers with an equalised learning rate (Karras et al. 2018, arXiv:1710.10196, section 4.1).

Adam's step size does not depend on the scale of a weight, so that layers whose He initialisation
differs in scale learn at different relative speeds. These layers draw all weights from the standard
normal distribution and multiply them by He's constant in each forward pass.
"""

from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear

HE = sqrt(2)  # gain of a layer followed by a ReLU


class Linear(nn.Linear):
    """A linear layer whose weights are scaled in the forward pass.

    Args:
        inputs: number of input features.
        outputs: number of output features.
        gain: standard deviation of the outputs for inputs of standard deviation 1.
        lr_scale: factor on the layer's learning rate.
    """

    def __init__(
        self, inputs: int, outputs: int, *, gain: float = HE, lr_scale: float = 1.0
    ) -> None:
        super().__init__(inputs, outputs)
        self.lr_scale = lr_scale
        self.scale = lr_scale * gain / sqrt(inputs)
        nn.init.normal_(self.weight, std=1 / lr_scale)
        nn.init.zeros_(self.bias)

    def forward(self, rows: Tensor) -> Tensor:
        return linear(rows, self.weight * self.scale, self.bias * self.lr_scale)


class Conv2d(nn.Conv2d):
    """A size-preserving convolution whose weights are scaled in the forward pass.

    Args:
        inputs: number of input channels.
        outputs: number of output channels.
        kernel: side of the kernel, odd.
        gain: standard deviation of the outputs for inputs of standard deviation 1.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, *, gain: float = HE) -> None:
        super().__init__(inputs, outputs, kernel, padding=kernel // 2)
        self.scale = gain / sqrt(inputs * kernel**2)
        nn.init.normal_(self.weight)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, images: Tensor) -> Tensor:
        return conv2d(images, self.weight * self.scale, self.bias, padding=self.padding)
