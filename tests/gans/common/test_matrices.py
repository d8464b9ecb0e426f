"""The matrices of rotations, scalings and changes of colours."""

import torch

from gans.common.matrices import hue_rotation, luma_flip, rotation, saturation_scaling, scaling


def test_elementary_matrices():
    angle = torch.tensor([0.4, -2.0])
    for rotate in (rotation, hue_rotation):
        matrices = rotate(angle)
        torch.testing.assert_close(matrices @ matrices.mT, torch.eye(3).expand(2, 3, 3))
        torch.testing.assert_close(torch.linalg.det(matrices), torch.ones(2))
        torch.testing.assert_close(rotate(-angle) @ matrices, torch.eye(3).expand(2, 3, 3))
    grey = torch.ones(3)
    torch.testing.assert_close(hue_rotation(angle) @ grey, grey.expand(2, 3))
    torch.testing.assert_close(
        luma_flip(torch.tensor([0, 1])) @ grey, torch.tensor([[1.0], [-1]]) * grey
    )
    torch.testing.assert_close(saturation_scaling(angle) @ grey, grey.expand(2, 3))
    black_and_white = saturation_scaling(torch.zeros(1)) @ torch.tensor([1.0, 2, 6])
    torch.testing.assert_close(black_and_white, torch.full((1, 3), 3.0))
    x, y = torch.tensor([2.0, 3]), torch.tensor([4.0, 5])
    assert torch.equal(scaling(x, y)[1], torch.diag(torch.tensor([3.0, 5, 1])))
