r"""PacGAN: The power of two samples in generative adversarial networks.

Lin, Khetan, Fanti and Oh, 2018, arXiv:1712.04086, section 2.

A single image does not reveal a missing mode; several together do, because the images of a
collapsed generator are more alike than real ones. So the discriminator scores packs: m images, all
real or all generated, concatenated along the channels. This needs no other loss and only a first
layer with m times as many input channels. In theory, the larger the packs, the more a distribution
is penalised for missing modes.

$$L_D = -\mathbb{E}_x[\log D(x_1, \ldots, x_m)]
        - \mathbb{E}_z[\log(1 - D(G(z_1), \ldots, G(z_m)))]$$

$$L_G = -\mathbb{E}_z[\log D(G(z_1), \ldots, G(z_m))]$$

Departs from the paper: the shared networks of the controlled rows, except in the track `mixtures`.
A batch of n images is split into n / m packs, so that a step uses as many images as in the other
rows, and batch normalisation sees all of them; a remainder is dropped from the loss. The players
take turns; in the authors' code for points both step at once. The diagnosis scores an image in a
pack with the m - 1 images that follow it cyclically: a pack with m copies of one image would look
collapsed even if the image is real.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Backbone, Batches, Losses, Shape, Variant


class PacGAN(Variant):
    """The non-saturating loss and a discriminator of packs.

    Args:
        pac: m, the number of images in a pack; at most the batch size.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        latent: int = 100,
        width: int = 64,
        backbone: Backbone = "dcgan",
        pac: int = 2,
    ) -> None:
        super().__init__(shape, latent)
        self.pac = pac
        self.generator = networks.generator(shape, latent, width, backbone=backbone)
        pack = (pac * shape[0], *shape[1:])
        self.discriminator = networks.discriminator(pack, width, backbone=backbone)

    def packs(self, images: Tensor) -> Tensor:
        """Concatenate images ``(n, c, ...)`` to packs ``(n // m, m * c, ...)``; drop the rest."""
        count = len(images) - len(images) % self.pac
        return images[:count].unflatten(0, (-1, self.pac)).flatten(1, 2)

    def step(self, batches: Batches) -> Losses:
        real = next(batches)
        fake = self.fake(len(real))
        yield (
            self.discriminator,
            {
                "real": softplus(-self.discriminator(self.packs(real))).mean(),
                "fake": softplus(self.discriminator(self.packs(fake))).mean(),
            },
        )
        fake = self.packs(self.sample(len(real)))
        yield self.generator, {"adversarial": softplus(-self.discriminator(fake)).mean()}

    def discriminator_score(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        packs = [images.roll(-offset, dims=0) for offset in range(self.pac)]
        return self.discriminator(torch.cat(packs, dim=1))
