r"""MUNIT: Multimodal Unsupervised Image-to-Image Translation.

Huang, Liu, Belongie and Kautz, 2018, arXiv:1804.04732, equations 1 to 5.

An image may have several translations. So its code has two parts: the content c, which both domains
share, and the style s, which is the domain's and has a normal prior. A translation is the content of
what is given, decoded in a style that is drawn, which sets the mean and the deviation of the maps
(AdaIN). What is decoded must be encoded as what it was made from. With $x_{12} = G_2(c_1, s_2)$:

$$L = L_{LSGAN} + \lambda_x \mathbb{E}[\|G_1(E^c_1(x_1), E^s_1(x_1)) - x_1\|_1]
  + \lambda_c \mathbb{E}[\|E^c_2(x_{12}) - c_1\|_1] + \lambda_s \mathbb{E}[\|E^s_2(x_{12}) - s_2\|_1]$$

Departs from the paper: fewer levels, blocks and channels, for images of a few pixels; judges of one
scale, with instance normalisation; no decay of weights or of learning rates, no perceptual loss.
"""

from torch.nn.functional import l1_loss

from gans.common.networks.codes import Disentangled
from gans.common.networks.image_to_image import PatchDiscriminator
from gans.common.two_way import TwoWay
from gans.common.variant import Losses


class MUNIT(TwoWay):
    """Two autoencoders of content and style; the weights are lambda_x, lambda_c and lambda_s."""

    boundary = 0.5

    def __init__(
        self,
        shape,
        *,
        source,
        latent: int = 8,
        width: int = 64,
        blocks: int = 4,
        hidden: int = 256,
        reconstruction_weight: float = 10.0,
        content_weight: float = 1.0,
        style_weight: float = 1.0,
    ) -> None:
        super().__init__(shape, source, latent)
        self.reconstruction_weight = reconstruction_weight
        self.content_weight, self.style_weight = content_weight, style_weight
        self.generator = Disentangled(shape, source, latent, width, blocks, hidden)
        self.discriminator = PatchDiscriminator(shape[0], min(shape[1:]), width)
        self.source_discriminator = PatchDiscriminator(source[0], min(source[1:]), width)

    def there(self, images):
        content, _ = self.generator.encode(images, "source")
        return self.generator.decode(content, self.noise(len(images)), "target")

    def reconstruct(self, images):  # there in a style that is drawn, and back in their own
        content, _ = self.generator.encode(self.there(images), "target")
        return self.generator.decode(content, self.generator.encode(images, "source")[1], "source")

    def step(self, batches) -> Losses:
        y, x = next(batches)
        encode, decode = self.generator.encode, self.generator.decode
        losses: dict = {}
        games = []
        for own, image, other, judge, real in (
            ("source", x, "target", self.discriminator, y),
            ("target", y, "source", self.source_discriminator, x),
        ):
            (content, style), drawn = encode(image, own), self.noise(len(image))
            kept, fake = decode(content, style, own), decode(content, drawn, other)
            content_again, drawn_again = encode(fake, other)
            losses |= {
                f"{own}_reconstruction": self.reconstruction_weight * l1_loss(kept, image),
                f"{own}_content": self.content_weight * l1_loss(content_again, content),
                f"{other}_style": self.style_weight * l1_loss(drawn_again, drawn),
                f"{other}_adversarial": (judge(fake) - 1).square().mean(),
            }
            games.append((judge, real, fake.detach()))
        yield self.generator, losses
        for judge, real, fake in games:
            real, fake = (judge(real) - 1).square().mean(), judge(fake).square().mean()
            yield judge, {"real": real, "fake": fake}
