r"""DualGAN: Unsupervised Dual Learning for Image-to-Image Translation.

Yi, Zhang, Tan and Gong, 2017, arXiv:1704.02510, section 3.1 and algorithm 1.

Dual learning, from machine translation, applied to images: a translator from U to V is checked by a
second one that translates back. The idea is that of CycleGAN, published at the same time; the
losses differ: critics with clipped weights take several steps for each step of the generators.
These are U-Nets with dropout as noise, in evaluation too. U is the source domain.

$$L_{D_A} = \mathbb{E}_u[D_A(G_A(u))] - \mathbb{E}_v[D_A(v)], \qquad
  L_{D_B} = \mathbb{E}_v[D_B(G_B(v))] - \mathbb{E}_u[D_B(u)]$$

$$L_G = \lambda_U \|u - G_B(G_A(u))\|_1 + \lambda_V \|v - G_A(G_B(v))\|_1
  - D_A(G_A(u)) - D_B(G_B(v))$$

Departs from the paper: fewer levels and channels, for small images, larger minibatches, and
instance normalisation. The distances are means over pixels with weight 20, as in the authors' code,
which has since adopted a cross-entropy; this is the paper's loss.
"""

import torch
from torch import nn
from torch.nn.functional import l1_loss

from gans.common.bidirectional import BidirectionalTranslation
from gans.common.networks.image_to_image import PatchDiscriminator, UNet
from gans.common.variant import Batches, Losses, Shape


class DualGAN(BidirectionalTranslation):
    """Two translators in opposite directions, and a clipped critic for each domain.

    Args:
        cycle_weight, target_cycle_weight: lambda_U and lambda_V.
        n_critic: steps of the critics per step of the generators; 2 to 4 in the paper.
        clip: c, the bound on each weight of a critic.
    """

    boundary = None  # a constant added to a critic changes nothing

    def __init__(
        self,
        shape: Shape,
        *,
        source: Shape,
        width: int = 64,
        cycle_weight: float = 20.0,
        target_cycle_weight: float = 20.0,
        n_critic: int = 2,
        clip: float = 0.01,
    ) -> None:
        super().__init__(shape, source)
        self.cycle_weight, self.target_cycle_weight = cycle_weight, target_cycle_weight
        self.n_critic, self.clip = n_critic, clip
        there, back = UNet(shape, source, width), UNet(source, shape, width)
        self.generator = nn.ModuleDict({"there": there, "back": back})
        self.critic = PatchDiscriminator(shape[0], min(shape[1:]), width)
        self.source_critic = PatchDiscriminator(source[0], min(source[1:]), width)

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.n_critic):
            v, u = next(batches)
            with torch.no_grad():
                fake_v, fake_u = self.to_target(u), self.to_source(v)
            rounds = (self.critic, v, fake_v), (self.source_critic, u, fake_u)
            for critic, real, fake in rounds:
                yield critic, {"wasserstein": critic(fake).mean() - critic(real).mean()}
                with torch.no_grad():
                    for weight in critic.parameters():
                        weight.clamp_(-self.clip, self.clip)
        fake_v, fake_u = self.to_target(u), self.to_source(v)
        yield (
            self.generator,
            {
                "adversarial": -self.critic(fake_v).mean(),
                "source_adversarial": -self.source_critic(fake_u).mean(),
                "cycle": self.cycle_weight * l1_loss(self.to_source(fake_v), u),
                "target_cycle": self.target_cycle_weight * l1_loss(self.to_target(fake_u), v),
            },
        )
