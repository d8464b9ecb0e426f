r"""SeqGAN: Sequence Generative Adversarial Nets with Policy Gradient.

Yu, Zhang, Wang and Yu, 2017, arXiv:1609.05473, algorithm 1 and equations 1 to 8.

A drawn token passes no gradient on, and a discriminator judges whole sentences alone. So the
generator is taken for the policy of an agent: what is written is the state, the next token the action,
and the reward, at the end, how real the discriminator finds the sentence. What a token is worth
before the end is the mean reward of N sentences that the generator itself completes from there.

$$Q(s = Y_{1:t-1}, a = y_t) = \tfrac{1}{N} \sum_{n=1}^{N} D(Y_{1:T}^n), \;
  Y_{1:T}^n \in \mathrm{MC}^{G}(Y_{1:t}; N); \qquad D(Y_{1:T}) \;\mathrm{for}\; t = T$$

$$\nabla J = \mathbb{E}_{Y \sim G}\left[\sum_{t=1}^{T} \nabla \log G(y_t \mid Y_{1:t-1})
  \left(Q(Y_{1:t-1}, y_t) - b_t\right)\right]$$

$$L_D = -\mathbb{E}_{Y \sim p}[\log D(Y)] - \mathbb{E}_{Y \sim G}[\log(1 - D(Y))]$$

The generator is first trained by likelihood, and then the discriminator against it. The baseline
$b_t$ is the mean worth of the others' tokens at that place; it takes nothing but noise away.

Departs from the paper: smaller networks, no dropout; the discriminator begins beside the last steps
of the likelihood and not after them, and meets new samples in each minibatch. The paper leaves the
baseline open. Phases are shares of the budget; in the game learning rates are `game_rate` times.
"""

import torch
from torch.nn.functional import softplus

from gans.common.networks.sentences import SentenceReader
from gans.common.text import Text
from gans.common.variant import Losses


class SeqGAN(Text):
    """A policy that is rewarded for sentences that pass for real.

    Args:
        rollouts: N, completions of each beginning.
        d_steps: minibatches of the discriminator for each of the generator.
        pretraining: share of the budget of the likelihood.
        judging: share of the budget, the last of these, in which the discriminator learns beside it.
    """

    def __init__(
        self, shape, *, vocabulary, width: int = 32, hidden: int = 32, filters: int = 100,
        windows=(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20), rollouts: int = 16, d_steps: int = 5,
        pretraining: float = 0.5, judging: float = 0.2, game_rate: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__(shape, vocabulary, width, hidden, pretraining, game_rate)
        self.rollouts, self.d_steps, self.judging = rollouts, d_steps, judging
        self.discriminator = SentenceReader(
            vocabulary, self.length, width=width, filters=filters, windows=windows
        )

    @torch.no_grad()
    def worth(self, tokens):
        """Q of each token of sentences ``(n, length)``, 0 to 1, in the same shape."""
        whole = self.generator.rollouts(tokens, self.rollouts)
        scores = torch.sigmoid(self.discriminator(whole.flatten(0, 2))).view(whole.shape[:3])
        final = torch.sigmoid(self.discriminator(tokens))
        return torch.cat([scores.mean(dim=1), final[None]]).t()

    def policy(self, tokens, worth):
        """The loss whose gradient is that of -J, of sentences and the worth of their tokens."""
        others = (worth.sum(dim=0) - worth) / max(len(worth) - 1, 1)
        return ((worth - others) * self.nll(tokens)).sum(dim=1).mean()

    def step(self, batches) -> Losses:
        for _ in range(self.d_steps if self.played >= 0 else 1):
            real = next(batches)
            if self.progress >= self.pretraining - self.judging:
                on_real, on_fake = map(self.discriminator, (real, self.fake(len(real))))
                losses = {"real": softplus(-on_real).mean(), "fake": softplus(on_fake).mean()}
                yield self.discriminator, losses
        if self.played < 0:
            yield self.generator, {"likelihood": self.nll(real).mean()}
        else:
            fake = self.fake(len(real))
            yield self.generator, {"policy": self.policy(fake, self.worth(fake))}
