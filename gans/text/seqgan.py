r"""SeqGAN: Sequence Generative Adversarial Nets with Policy Gradient.

Yu, Zhang, Wang and Yu, 2017, arXiv:1609.05473, algorithm 1 and equations 1 to 8.

A drawn token has no gradient, and a discriminator scores whole sentences. So the generator is the
policy of a reinforcement-learning agent: the state is the prefix, the action is the next token, and
the reward, at the end, is D. Before the end, an action's value is the mean reward of N completions.

$$Q(s = Y_{1:t-1}, a = y_t) = \tfrac{1}{N} \sum_{n=1}^{N} D(Y_{1:T}^n), \;
  Y_{1:T}^n \in \mathrm{MC}^{G}(Y_{1:t}; N); \qquad D(Y_{1:T}) \;\mathrm{for}\; t = T$$

$$\nabla J = \mathbb{E}_{Y \sim G}\left[\sum_{t=1}^{T} \nabla \log G(y_t \mid Y_{1:t-1})
  \left(Q(Y_{1:t-1}, y_t) - b_t\right)\right]$$

$$L_D = -\mathbb{E}_{Y \sim p}[\log D(Y)] - \mathbb{E}_{Y \sim G}[\log(1 - D(Y))]$$

The generator is pretrained by maximum likelihood, then the discriminator. The baseline $b_t$ is the
mean action value of the other sentences at that position; it reduces the variance without bias.

Departs from the paper: smaller networks, no dropout, fewer roll-outs and steps of D, which is
pretrained during the last steps of the likelihood, on new samples in each minibatch. The paper
leaves the baseline open. Phases are shares of the budget; a factor scales adversarial rates.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gans.common.networks.text_cnn import TextCNN
from gans.common.text import Text
from gans.common.variant import Batches, Losses, Shape


class SeqGAN(Text):
    """A policy rewarded for sentences that look real to the discriminator.

    Args:
        rollouts: N, the number of completions of each prefix.
        d_steps: minibatches of the discriminator per minibatch of the generator.
        pretraining: share of the budget for the likelihood.
        d_pretraining: share for the discriminator, at the end of ``pretraining``.
    """

    def __init__(
        self, shape: Shape, *, vocabulary: int, width: int = 32, hidden: int = 32,
        filters: int = 100, windows: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20),
        rollouts: int = 16, d_steps: int = 5, pretraining: float = 0.5, d_pretraining: float = 0.2,
        adversarial_lr_scale: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, vocabulary, width, hidden, pretraining, adversarial_lr_scale)
        self.rollouts, self.d_steps, self.d_pretraining = rollouts, d_steps, d_pretraining
        self.discriminator = TextCNN(
            vocabulary, self.length, width=width, filters=filters, windows=windows
        )

    @torch.no_grad()
    def action_values(self, tokens: Tensor) -> Tensor:
        """Estimate Q of each token of sentences ``(n, length)``, 0 to 1, in the same shape."""
        completed = self.generator.rollouts(tokens, self.rollouts)
        rewards = torch.sigmoid(self.discriminator(completed.flatten(0, 2)))
        final = torch.sigmoid(self.discriminator(tokens))
        return torch.cat([rewards.view(completed.shape[:3]).mean(dim=1), final[None]]).t()

    def policy_loss(self, tokens: Tensor, values: Tensor) -> Tensor:
        """Compute the loss whose gradient is that of -J, from sentences and their values Q."""
        baseline = (values.sum(dim=0) - values) / max(len(values) - 1, 1)
        return ((values - baseline) * self.nll(tokens)).sum(dim=1).mean()

    def step(self, batches: Batches) -> Losses:
        for _ in range(self.d_steps if self.adversarial_progress >= 0 else 1):
            real = next(batches)
            if self.progress >= self.pretraining - self.d_pretraining:
                on_real, on_fake = map(self.discriminator, (real, self.fake(len(real))))
                losses = {"real": softplus(-on_real).mean(), "fake": softplus(on_fake).mean()}
                yield self.discriminator, losses
        if self.adversarial_progress < 0:
            yield self.generator, {"likelihood": self.nll(real).mean()}
        else:
            fake = self.fake(len(real))
            yield self.generator, {"policy": self.policy_loss(fake, self.action_values(fake))}
