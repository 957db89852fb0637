"""Which mark was meant: a press is credited to a planned mark by position, or else by plausibility of its time."""

from dataclasses import dataclass

from coach.quantities import Metres, Seconds
from coach.session.defaults import SessionSettings
from coach.session.facts import SplitRole

_MISSED_FROM, _PLAUSIBLE_TO, _TWO_TO, _TOO_SOON = 1.6, 1.4, 2.4, 0.6


@dataclass(frozen=True, slots=True)
class Meant:
    """What a press was taken for."""

    role: SplitRole
    metres: Metres | None = None
    """The planned mark it is credited with; None for none."""
    counts: bool = True
    """Is it credited at once? A doubtful one may need a second press."""


def planned_marks(length: Metres | None, every: Metres) -> list[Metres]:
    """The planned marks of a step: every so many metres and its end; without a length, of the first 20 km."""
    end = 20_000.0 if length is None else length
    marks = [Metres(every * place) for place in range(1, int(end / every) + 1)]
    if length is not None and (not marks or marks[-1] < length):
        marks.append(length)
    return marks


def by_position(metres: Metres, length: Metres | None, credited: Metres, settings: SessionSettings) -> Meant:
    """Credit the planned mark nearest the measured position, if near enough and not credited before."""
    nearest = min(planned_marks(length, settings.mark_every), key=lambda mark: abs(mark - metres))
    near = max(settings.mark_near, settings.mark_near_fraction * nearest)
    if abs(nearest - metres) > near or nearest <= credited:
        return Meant(SplitRole.DOUBTFUL, counts=False)
    return Meant(SplitRole.END if nearest == length else SplitRole.SPLIT, nearest)


def by_plausibility(
    took: Seconds,
    expected_s_per_m: float | None,
    length: Metres | None,
    credited: Metres,
    settings: SessionSettings,
) -> Meant:
    """Credit the next planned mark, or more where the time says that presses were missed.

    `took` is the time since the mark before, `expected_s_per_m` what a metre should take by the previous split
    of the rep or its target (None accepts every press).
    """
    ahead = [mark for mark in planned_marks(length, settings.mark_every) if mark > credited]
    if not ahead:
        return Meant(SplitRole.DOUBTFUL, counts=False)
    if expected_s_per_m is None:
        return _credited(ahead, 1, length)
    ratio = took / (expected_s_per_m * (ahead[0] - credited))
    if ratio < _TOO_SOON:
        return Meant(SplitRole.DOUBTFUL, ahead[0], counts=False)
    if ratio <= _PLAUSIBLE_TO:
        return _credited(ahead, 1, length)
    if ratio < _MISSED_FROM:
        return _credited(ahead, 1, length, doubtful=True)
    if ratio <= _TWO_TO:
        return _credited(ahead, 2, length)
    return _credited(ahead, round(ratio), length, doubtful=True)


def _credited(ahead: list[Metres], count: int, length: Metres | None, *, doubtful: bool = False) -> Meant:
    mark = ahead[min(count, len(ahead)) - 1]
    if mark == length:
        return Meant(SplitRole.END, mark)
    return Meant(SplitRole.DOUBTFUL if doubtful else SplitRole.SPLIT, mark)
