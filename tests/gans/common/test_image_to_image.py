"""The networks of translators: shapes, skips, patches, channels."""

import pytest
import torch

from gans.common.channels import match_channels, shared_channels
from gans.common.networks.autoencoders import CoupledAutoencoders, DisentangledAutoencoders
from gans.common.networks.domains import DomainDiscriminator
from gans.common.networks.image_to_image import PatchDiscriminator, ResNet, UNet

SHAPES = [((3, 16, 16), (1, 16, 16)), ((1, 8, 8), (3, 8, 8)), ((1, 28, 28), (1, 28, 28))]


@pytest.mark.parametrize(("shape", "source"), SHAPES, ids=str)
def test_outputs_have_the_shape_of_the_target_domain(shape, source):
    condition = torch.rand(2, *source)
    made = [ResNet(shape, source, 4, 1)(condition)]
    if shape[1] % 8 == 0:
        made.append(UNet(shape, source, 4)(condition))
    coupled, disentangled = (
        CoupledAutoencoders(shape, source, 4, 2),
        DisentangledAutoencoders(shape, source, 5, 4, 1, 8),
    )
    made.append(coupled.decode(coupled.encode(condition, "source"), "target"))
    content, style = disentangled.encode(condition, "source")
    assert style.shape == (2, 5)
    made.append(disentangled.decode(content, style, "target"))
    for images in made:
        assert images.shape == (2, *shape) and images.abs().max() <= 1


def test_a_u_net_has_skip_connections():
    """With the innermost level set to 0, the output still depends on the input."""
    torch.manual_seed(0)
    network = UNet((1, 16, 16), (1, 16, 16), 4)
    network.decoder[0].register_forward_hook(lambda _, __, features: torch.zeros_like(features))
    for layer in network.modules():
        layer.training = False
    torch.manual_seed(1)
    one = network(torch.rand(2, 1, 16, 16))
    assert not torch.allclose(one[0], one[1], atol=1e-4)
    assert network.decoder[1][1].in_channels == 2 * network.decoder[0][1].out_channels


def test_a_score_of_a_patch_depends_on_the_patch():
    torch.manual_seed(0)
    images = torch.rand(1, 1, 16, 16, requires_grad=True)
    scores = PatchDiscriminator(1, 16, 4)(images)
    assert scores.shape == (1, 1, 4, 4)
    first = PatchDiscriminator(1, 16, 4)[0](images)[0, :, 0, 0].sum()
    (slope,) = torch.autograd.grad(first, images)
    assert slope[..., :3, :3].abs().sum() > 0 and not slope[..., 3:, 3:].any()


def test_a_domain_discriminator_scores_images_independently():
    torch.manual_seed(0)
    network, images = DomainDiscriminator((3, 8, 8), 4, 4), torch.rand(5, 3, 8, 8)
    scores, logits = network.score_and_classify(images)
    assert scores.shape == (5, 1) and logits.shape == (5, 4)
    torch.testing.assert_close(network(images[:2]), scores[:2])


def test_channels_are_repeated_or_averaged():
    grey, colours = torch.rand(2, 1, 4, 4), torch.rand(2, 3, 4, 4)
    assert torch.equal(match_channels(grey, 3), grey.expand(-1, 3, -1, -1))
    torch.testing.assert_close(match_channels(match_channels(grey, 3), 1), grey)
    torch.testing.assert_close(match_channels(colours, 1), colours.mean(dim=1, keepdim=True))
    assert match_channels(colours, 3) is colours
    with pytest.raises(ValueError, match="expected images of 1 or 2 channels, got 3"):
        match_channels(colours, 2)


@pytest.mark.parametrize("source", [(2, 8, 8), (3, 8, 16)], ids=str)
def test_domains_that_cannot_be_combined_are_an_error(source):
    assert shared_channels((3, 8, 8), (1, 8, 8)) == shared_channels((1, 8, 8), [3, 8, 8]) == 3
    with pytest.raises(ValueError, match="cannot be mixed"):
        shared_channels((3, 8, 8), source)
