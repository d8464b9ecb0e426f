r"""PacGAN: The power of two samples in generative adversarial networks.

Lin, Khetan, Fanti and Oh, 2018, arXiv:1712.04086, section 2.

One image tells nothing of a missing mode; several at once do, since images of a collapsed generator
are more alike than data are. So the discriminator judges packs: m images of one kind, joined along
the channels. It needs no other loss and no new layer, only a first layer m times as deep; and in
theory the more samples a pack has, the more a distribution is penalised for its missing modes.

$$L_D = -\mathbb{E}_x[\log D(x_1, \ldots, x_m)]
        - \mathbb{E}_z[\log(1 - D(G(z_1), \ldots, G(z_m)))]$$

$$L_G = -\mathbb{E}_z[\log D(G(z_1), \ldots, G(z_m))]$$

Departs from the paper: the networks of the controlled rows. A batch of n images is cut into n / m
packs, so that a step costs as many images as in the other rows; images that do not fill a pack are
left out of the loss. To score images one by one, for the diagnosis, each is put at the head of a
pack with those that follow it (the first ones follow the last): a pack of images of one kind, as in
training, where a pack of one image repeated would look like a collapse even if the image is real.
"""

import torch
from torch.nn.functional import softplus

from gans.common import networks
from gans.common.variant import Losses, Variant


class PacGAN(Variant):
    """The non-saturating loss, and a discriminator of packs.

    Args:
        pac: m, the images in a pack; a batch must have as many.
    """

    def __init__(self, shape, *, latent: int = 100, width: int = 64, pac: int = 2) -> None:
        super().__init__(shape, latent)
        self.pac = pac
        self.generator = networks.generator(shape, latent, width)
        self.discriminator = networks.discriminator((pac * shape[0], *shape[1:]), width)

    def packs(self, images):
        """Images ``(n, c, ...)`` as packs ``(n // m, m * c, ...)``, the remainder left out."""
        whole = len(images) - len(images) % self.pac
        return images[:whole].unflatten(0, (-1, self.pac)).flatten(1, 2)

    def step(self, batches) -> Losses:
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

    def discriminator_score(self, images, condition=None):
        packs = [images.roll(-place, dims=0) for place in range(self.pac)]
        return self.discriminator(torch.cat(packs, dim=1))
