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
CAN_BE_NULL = {*OPTIMIZER_OPTIONS, "max_gradient_norm", "max_gradient_value"}
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


class Changes(PlayerConfig):
    """Settings that replace those of all variants of a leaderboard; see `VariantConfig`."""

    batch: Count | None = None
    half_life: HalfLife | None = None
    updates: Count | None = None
    model: dict[str, Any] = Field(default={})
    players: dict[Name, PlayerConfig] = Field(default={})


class VariantConfig(Section):
    """One variant of a track.

    Attributes:
        kind: ``controlled``: the networks of the data set; ``faithful``: architecture and settings
            of the paper, as far as the data allow, and the file lists every departure;
            ``architecture``: the architecture of the paper, scaled down or with other settings;
            ``trick``: a controlled variant with one change, which may be of the keys that
            controlled variants share.
        optimizer, lr: of all players.
        betas: of Adam and AdamW; the default is PyTorch's.
        momentum: of RMSprop and SGD; the default is 0.
        weight_decay: of AdamW; the default is PyTorch's.
        schedule: of the learning rate; ``linear`` and ``cosine`` end at 0.
        decay_from: share of the budget after which the learning rate decays.
        max_gradient_norm, max_gradient_value: bounds of the gradient of a player: its norm, or each
            of its elements.
        batch, half_life: in place of those of the track, of a variant that is not controlled.
        updates: in place of the budget of the data set, of a variant that is not controlled.
        model: keywords of the constructor.
        players: settings of single players, by name.
    """

    kind: Literal["controlled", "faithful", "architecture", "trick"]
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
    updates: Count | None = None
    model: dict[str, Any] = Field(default={})
    players: dict[Name, PlayerConfig] = Field(default={})

    @property
    def shares_networks(self) -> bool:
        """Whether the constructor gets the networks of the data set."""
        return self.kind in ("controlled", "trick")

    def with_changes(self, changes: Changes | None) -> "VariantConfig":
        """Merge the changes of a leaderboard into the entry; blocks are merged key by key.

        A null removes an option or a bound, as in `for_player`.
        """
        if changes is None:
            return self
        given = merge(self.model_dump(exclude_unset=True), changes.model_dump(exclude_unset=True))
        return VariantConfig.model_validate(given)

    def for_player(self, name: str) -> "VariantConfig":
        """Merge the settings of a player into those of all players.

        A null of the player removes an option or a bound. Options that only the optimiser of the
        other players has are left out.
        """
        player = self.players.get(name, PlayerConfig()).model_dump(exclude_unset=True)
        player = {key: value for key, value in player.items() if has_effect(key, value)}
        optimizer = player.get("optimizer", self.optimizer)
        foreign = {
            option: None
            for option, optimizers in OPTIMIZER_OPTIONS.items()
            if optimizer not in optimizers and optimizer != self.optimizer
        }
        return self.model_copy(update={"players": {}, **foreign, **player})


def has_effect(key: str, value: Any) -> bool:
    """Whether a value replaces another one; a null does so of an option or a bound only."""
    return value is not None or key in CAN_BE_NULL


def merge(block: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Merge changes into a block of keys, and into the blocks within it."""
    merged = dict(block)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(block.get(key), dict):
            merged[key] = merge(block[key], value)
        elif has_effect(key, value):
            merged[key] = value
    return merged
