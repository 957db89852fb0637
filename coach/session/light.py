"""The light: a virtual pacer that runs each paced rep at target pace. A fact, not an opinion."""

from dataclasses import dataclass

from coach.quantities import Metres, MetresPerSecond, Seconds


@dataclass(frozen=True, slots=True)
class Light:
    """The runner against the light."""

    behind_s: Seconds
    """Seconds behind the light; negative is ahead."""
    behind_m: Metres
    """Metres behind the light; negative is ahead."""
    projected_s: Seconds | None
    """What the rep would take, at its mean speed so far; None without a distance end."""
    needed: MetresPerSecond | None
    """The speed that would still meet the light at the end, capped at target + 2 %."""
