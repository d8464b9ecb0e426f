r"""A batch of 256: four times that of the base, with as many updates.

Brock, Donahue and Simonyan, 2019, arXiv:1809.11096, section 3.

Large batches cover more modes and give better gradients to both players.

$$n = 256$$
"""

from gans.tricks._base import Base


class Batch256(Base):
    """The base; its entry in params.yaml has ``batch: 256``."""
