"""Types of values in params.yaml, and the base of its sections."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Count = Annotated[int, Field(gt=0, strict=True)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
HalfLife = Annotated[float, Field(ge=0, le=1, strict=True)]  # share of the budget; 0: no average
Switch = Annotated[bool, Field(strict=True)]
Beta = Annotated[float, Field(ge=0, lt=1, strict=True)]
Betas = tuple[Beta, Beta]
Share = Annotated[float, Field(ge=0, lt=1, strict=True)]
Decay = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
Seed = Annotated[int, Field(ge=0, strict=True)]


class Section(BaseModel):
    """A section of params.yaml: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)
