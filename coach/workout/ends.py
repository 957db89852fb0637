"""When a document says a step ends and starts."""

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from coach.documents.faults import Misspelt, Strict
from coach.documents.spelling import DistanceText, TimeText, read_time
from coach.workout.measures import OneHeartRateText

ENDS = ("time", "distance", "mark", "open", "heart_rate_below", "heart_rate_above")
"""The keys an end may have, exactly one of them; `any` joins several."""


class One(Strict):
    """One end."""

    time: TimeText | None = None
    distance: DistanceText | None = None
    mark: Literal[True] | None = None
    """Ends when somebody marks the line."""
    open: Literal[True] | None = None
    """Ends when somebody says so."""
    heart_rate_below: OneHeartRateText | None = None
    heart_rate_above: OneHeartRateText | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        """Refuse no end, or several without "any"."""
        _check_one([name for name in ENDS if getattr(self, name) is not None])
        return self


class Until(Strict):
    """When a step ends: one of the ends, or `any` of several; a floor and a cap beside it."""

    time: TimeText | None = None
    distance: DistanceText | None = None
    mark: Literal[True] | None = None
    open: Literal[True] | None = None
    heart_rate_below: OneHeartRateText | None = None
    heart_rate_above: OneHeartRateText | None = None
    any: Annotated[tuple[One, ...], Field(min_length=2, max_length=6)] | None = None
    """Ends at the first of these."""
    not_before: TimeText | None = None
    """The step lasts at least this long."""
    cap: TimeText | None = None
    """The step lasts at most this long."""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse no end, several, or a floor above the cap."""
        _check_one([name for name in (*ENDS, "any") if getattr(self, name) is not None])
        floor = read_time(self.not_before) if self.not_before else 0.0
        if self.cap and floor >= read_time(self.cap):
            raise Misspelt('"not_before" is not earlier than "cap"', "Swap them, or leave one out.")
        times = [read_time(one.time) for one in self.ones() if one.time]
        if times and floor >= min(times):
            raise Misspelt('"not_before" is not earlier than the time it ends at', "Leave one of them out.")
        if times and self.cap and read_time(self.cap) <= min(times):
            raise Misspelt('"cap" is not later than the time it ends at', "Leave one of them out.")
        return self

    def ones(self) -> tuple[One, ...]:
        """The ends, one by one."""
        if self.any is not None:
            return self.any
        return (One.model_construct(**{name: getattr(self, name) for name in ENDS}),)


def _check_one(said: list[str]) -> None:
    """Refuse anything but one end."""
    if not said:
        raise Misspelt("it does not say when the step ends", "Write one of " + ", ".join(ENDS) + " or any.")
    if len(said) > 1:
        both = " and ".join(said)
        fix = 'For the first of several, write {"any": [{...}, {...}]}.'
        raise Misspelt(f"{both} stand side by side", fix)


class Delay(Strict):
    """A count-down before the step."""

    delay: TimeText


def _start_form(value: object) -> str:
    """Which form of a start was written."""
    return "#delay" if isinstance(value, dict) else "#word"


Start = Annotated[
    Annotated[Literal["auto", "press", "movement"], Tag("#word")] | Annotated[Delay, Tag("#delay")],
    Discriminator(_start_form),
]
"""How a step starts."""
