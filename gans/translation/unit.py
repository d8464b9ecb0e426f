r"""UNIT: Unsupervised Image-to-Image Translation Networks.

Liu, Breuel and Kautz, 2017, arXiv:1703.00848, equations 2 to 6.

Two images that belong together are taken to have one code z. Each domain has a variational
autoencoder; the last layers of the encoders and the first of the decoders are the same for both, and
a translation is the decoder of one after the encoder of the other. The encoder's Gaussian q has unit
variance, so that $KL_1 = \|\mu_1\|^2 / 2$, and the decoder's likelihood is Laplace's.

$$L_{VAE_1} = \lambda_1 KL(q_1(z_1 \mid x_1) \| N(0, I)) + \lambda_2 \mathbb{E}[\|x_1 - G_1(z_1)\|_1]$$

$$L_{GAN_1} = \lambda_0 (\mathbb{E}[\log D_1(x_1)] + \mathbb{E}[\log(1 - D_1(G_1(z_2)))])$$

$$L_{CC_1} = \lambda_3 (KL(q_1(z_1 \mid x_1)) + KL(q_2(z_2 \mid G_2(z_1))))
  + \lambda_4 \mathbb{E}[\|x_1 - G_1(z_2)\|_1]$$

Departs from the paper: fewer levels and channels, and the layers of the authors' later code, from
which come the means over pixels and components instead of sums, and samples of the mean code; the
generator's loss is the non-saturating one; lambda_3 and lambda_4 are lambda_1 and lambda_2.
"""

from torch.nn.functional import l1_loss, softplus

from gans.common.networks.codes import Coupled
from gans.common.networks.image_to_image import PatchDiscriminator
from gans.common.two_way import TwoWay
from gans.common.variant import Losses


class UNIT(TwoWay):
    """Two autoencoders of one code; the weights are lambda_0, lambda_1 and lambda_2."""

    def __init__(
        self,
        shape,
        *,
        source,
        width: int = 64,
        blocks: int = 4,
        adversarial_weight: float = 10.0,
        divergence_weight: float = 0.1,
        cycle_weight: float = 100.0,
    ) -> None:
        super().__init__(shape, source)
        self.adversarial_weight, self.cycle_weight = adversarial_weight, cycle_weight
        self.divergence_weight = divergence_weight
        self.generator = Coupled(shape, source, width, blocks)
        self.discriminator = PatchDiscriminator(shape[0], min(shape[1:]), width)
        self.source_discriminator = PatchDiscriminator(source[0], min(source[1:]), width)

    def there(self, images):
        return self.generator.decode(self.generator.encode(images, "source"), "target")

    def back(self, images):
        return self.generator.decode(self.generator.encode(images, "target"), "source")

    def step(self, batches) -> Losses:
        y, x = next(batches)
        draw, decode = self.generator.draw, self.generator.decode
        losses: dict = {}
        games = []
        for own, image, other, judge, real in (
            ("source", x, "target", self.discriminator, y),
            ("target", y, "source", self.source_discriminator, x),
        ):
            code, divergence = draw(image, own)
            fake = decode(code, other)
            again, fake_divergence = draw(fake, other)
            losses |= {
                f"{own}_divergence": self.divergence_weight * divergence,
                f"{own}_reconstruction": self.cycle_weight * l1_loss(decode(code, own), image),
                f"{own}_cycle_divergence": self.divergence_weight * (divergence + fake_divergence),
                f"{own}_cycle": self.cycle_weight * l1_loss(decode(again, own), image),
                f"{other}_adversarial": self.adversarial_weight * softplus(-judge(fake)).mean(),
            }
            games.append((judge, real, fake.detach()))
        yield self.generator, losses
        for judge, real, fake in games:
            told = {"real": softplus(-judge(real)).mean(), "fake": softplus(judge(fake)).mean()}
            yield judge, {term: self.adversarial_weight * loss for term, loss in told.items()}
