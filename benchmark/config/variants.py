"""The schema of a variant's entry in params.yaml."""

from typing import Any, Literal

from pydantic import Field

from benchmark.config.types import (
    Beta,
    Betas,
    Count,
    Decay,
    HalfLife,
    Name,
    Rate,
    Section,
    Share,
)

Optimizer = Literal["Adam", "AdamW", "RMSprop", "SGD"]
OPTIMIZER_OPTIONS = {  # option -> the optimisers that have it
    "betas": ("Adam", "AdamW"),
    "momentum": ("RMSprop", "SGD"),
    "weight_decay": ("AdamW",),
}
Schedule = Literal["constant", "linear", "cosine"]


class PlayerConfig(Section):
    """How one player of a variant is trained, where it differs from the variant's entry."""

    optimizer: Optimizer | None = None
    lr: Rate | None = None
    betas: Betas | None = None
    momentum: Beta | None = None
    weight_decay: Decay | None = None
    schedule: Schedule | None = None
    decay_from: Share | None = None
    max_gradient_norm: Rate | None = None
    max_gradient_value: Rate | None = None


class VariantConfig(Section):
    """One variant of a track.

    Attributes:
        kind: ``controlled``: the networks of the data set; ``faithful``: architecture and settings
            of the paper, as far as the data allow, and the file lists every departure;
            ``architecture``: the architecture of the paper, scaled down or with other settings.
        optimizer, lr: of all players.
        betas: of Adam and AdamW; the default is PyTorch's.
        momentum: of RMSprop and SGD; the default is 0.
        weight_decay: of AdamW; the default is PyTorch's.
        schedule: of the learning rate; ``linear`` and ``cosine`` end at 0.
        decay_from: share of the budget after which the learning rate decays.
        max_gradient_norm, max_gradient_value: bounds of the gradient of a player: its norm, or each
            of its elements.
        batch, half_life: in place of those of the track, of a variant that is not controlled.
        model: keywords of the constructor.
        players: settings of single players, by name.
    """

    kind: Literal["controlled", "faithful", "architecture"]
    optimizer: Optimizer = "Adam"
    lr: Rate
    betas: Betas | None = None
    momentum: Beta | None = None
    weight_decay: Decay | None = None
    schedule: Schedule = "constant"
    decay_from: Share = 0.0
    max_gradient_norm: Rate | None = None
    max_gradient_value: Rate | None = None
    batch: Count | None = None
    half_life: HalfLife | None = None
    model: dict[str, Any] = Field(default={})
    players: dict[Name, PlayerConfig] = Field(default={})

    def for_player(self, name: str) -> "VariantConfig":
        """Merge the settings of a player into those of all players.

        A null of the player removes an option or a bound. Options that only the optimiser of the
        other players has are left out.
        """
        player = self.players.get(name, PlayerConfig()).model_dump(exclude_unset=True)
        can_be_null = {*OPTIMIZER_OPTIONS, "max_gradient_norm", "max_gradient_value"}
        player = {
            key: value for key, value in player.items() if value is not None or key in can_be_null
        }
        optimizer = player.get("optimizer", self.optimizer)
        foreign = {
            option: None
            for option, optimizers in OPTIMIZER_OPTIONS.items()
            if optimizer not in optimizers and optimizer != self.optimizer
        }
        return self.model_copy(update={"players": {}, **foreign, **player})
