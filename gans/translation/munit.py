r"""MUNIT: Multimodal Unsupervised Image-to-Image Translation.

Huang, Liu, Belongie and Kautz, 2018, arXiv:1804.04732, equations 1 to 5.

An image may have several translations. Its code therefore has two parts: the content c, which both
domains share, and the style s, which is specific to a domain and has a normal prior. A translation
decodes the content of the input with a random style, which sets mean and standard deviation of the
feature maps (AdaIN), and must be encoded as its content and style. With $x_{12} = G_2(c_1, s_2)$:

$$L = L_{LSGAN} + \lambda_x \mathbb{E}[\|G_1(E^c_1(x_1), E^s_1(x_1)) - x_1\|_1]
  + \lambda_c \mathbb{E}[\|E^c_2(x_{12}) - c_1\|_1] + \lambda_s \mathbb{E}[\|E^s_2(x_{12}) -
  s_2\|_1]$$

Departs from the paper: fewer levels, blocks and channels; zero padding, where the authors' code
pads by reflection; discriminators of one scale with instance normalisation; no weight decay, no
decay of learning rates, no perceptual loss.
"""

from torch import Tensor
from torch.nn.functional import l1_loss

from gans.common.bidirectional import BidirectionalTranslation
from gans.common.networks.autoencoders import DisentangledAutoencoders
from gans.common.networks.image_to_image import PatchDiscriminator
from gans.common.variant import Batches, Losses, Shape


class MUNIT(BidirectionalTranslation):
    """Two autoencoders of content and style; the weights are lambda_x, lambda_c and lambda_s."""

    boundary = 0.5

    def __init__(
        self, shape: Shape, *, source: Shape, latent: int = 8, width: int = 64, blocks: int = 4,
        hidden: int = 256, reconstruction_weight: float = 10.0, content_weight: float = 1.0,
        style_weight: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, source, latent)
        self.reconstruction_weight = reconstruction_weight
        self.content_weight, self.style_weight = content_weight, style_weight
        self.generator = DisentangledAutoencoders(shape, source, latent, width, blocks, hidden)
        self.discriminator = PatchDiscriminator(shape[0], min(shape[1:]), width)
        self.source_discriminator = PatchDiscriminator(source[0], min(source[1:]), width)

    def to_target(self, images: Tensor) -> Tensor:
        content, _ = self.generator.encode(images, "source")
        return self.generator.decode(content, self.noise(len(images)), "target")

    def reconstruct(self, images: Tensor) -> Tensor:
        content, _ = self.generator.encode(self.to_target(images), "target")
        _, style = self.generator.encode(images, "source")
        return self.generator.decode(content, style, "source")

    def step(self, batches: Batches) -> Losses:
        y, x = next(batches)
        encode, decode = self.generator.encode, self.generator.decode
        losses: dict = {}
        rounds = []
        for a, image, b, discriminator, real in (  # from domain a to domain b
            ("source", x, "target", self.discriminator, y),
            ("target", y, "source", self.source_discriminator, x),
        ):
            (content, style), random_style = encode(image, a), self.noise(len(image))
            reconstruction, fake = decode(content, style, a), decode(content, random_style, b)
            fake_content, fake_style = encode(fake, b)
            losses |= {
                f"{a}_reconstruction": self.reconstruction_weight * l1_loss(reconstruction, image),
                f"{a}_content": self.content_weight * l1_loss(fake_content, content),
                f"{b}_style": self.style_weight * l1_loss(fake_style, random_style),
                f"{b}_adversarial": (discriminator(fake) - 1).square().mean(),
            }
            rounds.append((discriminator, real, fake.detach()))
        yield self.generator, losses
        for discriminator, real, fake in rounds:
            losses = {"real": (discriminator(real) - 1).square().mean()}
            yield discriminator, losses | {"fake": discriminator(fake).square().mean()}
