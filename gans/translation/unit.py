r"""UNIT: Unsupervised Image-to-Image Translation Networks.

Liu, Breuel and Kautz, 2017, arXiv:1703.00848, equations 2 to 6.

Corresponding images of both domains are assumed to have one code z. Each domain has a variational
autoencoder; the encoders share their last and the decoders their first layers. A translation
encodes with one autoencoder and decodes with the other. The encoder's Gaussian q has unit variance,
so that $KL_1 = \|\mu_1\|^2 / 2$, and the decoder's likelihood is Laplacian.

$$L_{VAE_1} = \lambda_1 KL(q_1(z_1 \mid x_1) \| N(0, I)) + \lambda_2 \mathbb{E}[\|x_1 - G_1(z_1)\|_1]$$

$$L_{GAN_1} = \lambda_0 (\mathbb{E}[\log D_1(x_1)] + \mathbb{E}[\log(1 - D_1(G_1(z_2)))])$$

$$L_{CC_1} = \lambda_3 (KL(q_1(z_1 \mid x_1)) + KL(q_2(z_2 \mid G_2(z_1))))
  + \lambda_4 \mathbb{E}[\|x_1 - G_1(z_2)\|_1]$$

Departs from the paper: fewer levels and channels; layers, means over pixels and components instead
of sums, and samples of the mean code as in the authors' later code, but zero padding, where that
code pads by reflection; the generator's non-saturating loss; lambda_3 and lambda_4 equal lambda_1
and lambda_2.
"""

from torch import Tensor
from torch.nn.functional import l1_loss, softplus

from gans.common.bidirectional import BidirectionalTranslation
from gans.common.networks.autoencoders import CoupledAutoencoders
from gans.common.networks.image_to_image import PatchDiscriminator
from gans.common.variant import Batches, Losses, Shape


class UNIT(BidirectionalTranslation):
    """Two autoencoders with a shared code; the weights are lambda_0, lambda_1 and lambda_2."""

    def __init__(
        self, shape: Shape, *, source: Shape, width: int = 64, blocks: int = 4,
        adversarial_weight: float = 10.0, divergence_weight: float = 0.1,
        cycle_weight: float = 100.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, source)
        self.adversarial_weight, self.cycle_weight = adversarial_weight, cycle_weight
        self.divergence_weight = divergence_weight
        self.generator = CoupledAutoencoders(shape, source, width, blocks)
        self.discriminator = PatchDiscriminator(shape[0], min(shape[1:]), width)
        self.source_discriminator = PatchDiscriminator(source[0], min(source[1:]), width)

    def to_target(self, images: Tensor) -> Tensor:
        return self.generator.decode(self.generator.encode(images, "source"), "target")

    def to_source(self, images: Tensor) -> Tensor:
        return self.generator.decode(self.generator.encode(images, "target"), "source")

    def step(self, batches: Batches) -> Losses:
        y, x = next(batches)
        encode, decode = self.generator.sample_codes, self.generator.decode
        losses: dict = {}
        rounds = []
        for a, image, b, discriminator, real in (  # from domain a to domain b
            ("source", x, "target", self.discriminator, y),
            ("target", y, "source", self.source_discriminator, x),
        ):
            code, divergence = encode(image, a)
            fake = decode(code, b)
            fake_code, fake_divergence = encode(fake, b)
            losses |= {
                f"{a}_divergence": self.divergence_weight * divergence,
                f"{a}_reconstruction": self.cycle_weight * l1_loss(decode(code, a), image),
                f"{a}_cycle_divergence": self.divergence_weight * (divergence + fake_divergence),
                f"{a}_cycle": self.cycle_weight * l1_loss(decode(fake_code, a), image),
                f"{b}_adversarial": self.adversarial_weight * softplus(-discriminator(fake)).mean(),
            }
            rounds.append((discriminator, real, fake.detach()))
        yield self.generator, losses
        for discriminator, real, fake in rounds:
            losses = {"real": softplus(-discriminator(real)).mean()}
            losses["fake"] = softplus(discriminator(fake)).mean()
            yield discriminator, {k: self.adversarial_weight * loss for k, loss in losses.items()}
