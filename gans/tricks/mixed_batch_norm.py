r"""Mixed batch normalisation: real and generated samples in one batch.

A rule of tutorials: Chintala, Denton, Arjovsky and Mathieu, 2016, https://github.com/soumith/ganhacks, tip 4. It advises against this.

With separate batches, statistics differ between real and generated samples, as in
`discriminator_batch_norm`. Here they share them, in the steps of both players.

$$h_i \to \gamma \, \frac{h_i - \mu}{\sigma} + \beta, \qquad
  \mu, \sigma \text{ of real and generated samples together}$$
"""

import torch
from torch import Tensor

from gans.tricks.discriminator_batch_norm import DiscriminatorBatchNorm


class MixedBatchNorm(DiscriminatorBatchNorm):
    """`discriminator_batch_norm` with mixed batches, in the steps of both players."""

    def discriminator_losses(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        on_real, on_fake = self.score(torch.cat([real, fake])).chunk(2)
        return {"real": self.loss_on_real(on_real), "fake": self.loss_on_fake(on_fake)}

    def generator_losses(self, fake: Tensor, real: Tensor) -> dict[str, Tensor]:
        _, on_fake = self.score(torch.cat([real, fake])).chunk(2)
        return {"adversarial": self.loss_of_generator(on_fake)}
