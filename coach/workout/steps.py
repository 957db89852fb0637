"""The entries of a list of steps: a step, a checklist, a prompt, a repeat, or the use of a block."""

from typing import Annotated, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from coach.documents.reading import DistanceText, Name, PaceText, Prose, Strict, TimeText
from coach.documents.spelling import Misspelt, read_time
from coach.workout.kinds import ENDLESS, FLOATS, RESTS, RUN, Kind, RunKind
from coach.workout.targets import (
    CadenceText,
    DistanceChangeText,
    HeartRateText,
    OffsetText,
    OneHeartRateText,
    PointText,
    PowerText,
    SpeedText,
    Target,
    TimeChangeText,
)

# --- The end and the start of a step

ENDS = ("time", "distance", "mark", "open", "heart_rate_below", "heart_rate_above")
"""The keys of an end, exactly one of them; `any` joins several."""


class SingleEnd(Strict):
    """One end."""

    time: TimeText | None = None
    distance: DistanceText | None = None
    mark: Literal[True] | None = None
    """Ends when the runner or coach marks the line."""
    open: Literal[True] | None = None
    """Ends on a press."""
    heart_rate_below: OneHeartRateText | None = None
    heart_rate_above: OneHeartRateText | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        """Refuse no end, or several without "any"."""
        _check_one([name for name in ENDS if getattr(self, name) is not None])
        return self


class Until(Strict):
    """The end of a step: one end, or `any` of several; a floor and a cap beside it."""

    time: TimeText | None = None
    distance: DistanceText | None = None
    mark: Literal[True] | None = None
    open: Literal[True] | None = None
    heart_rate_below: OneHeartRateText | None = None
    heart_rate_above: OneHeartRateText | None = None
    any: Annotated[tuple[SingleEnd, ...], Field(min_length=2, max_length=6)] | None = None
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
        times = [read_time(one.time) for one in self.single_ends() if one.time]
        if times and floor >= min(times):
            raise Misspelt('"not_before" is not earlier than the time it ends at', "Leave one of them out.")
        if times and self.cap and read_time(self.cap) <= min(times):
            raise Misspelt('"cap" is not later than the time it ends at', "Leave one of them out.")
        return self

    def single_ends(self) -> tuple[SingleEnd, ...]:
        """The ends as a list."""
        if self.any is not None:
            return self.any
        return (SingleEnd.model_construct(**{name: getattr(self, name) for name in ENDS}),)


def _check_one(ends: list[str]) -> None:
    """Refuse anything but one end."""
    if not ends:
        raise Misspelt("it does not say when the step ends", "Write one of " + ", ".join(ENDS) + " or any.")
    if len(ends) > 1:
        both = " and ".join(ends)
        fix = 'For the first of several, write {"any": [{...}, {...}]}.'
        raise Misspelt(f"{both} cannot be given together", fix)


class Delay(Strict):
    """A countdown before the step."""

    delay: TimeText


class AfterPartner(Strict):
    """A start by the partner in a relay or paarlauf: their press at the line, or their finish.

    In a run alone it waits for a press.
    """

    after: Literal["partner"]


def _start_form(value: object) -> str:
    """Return which form of a start was written."""
    if isinstance(value, dict) and "after" in value:
        return "#partner"
    return "#delay" if isinstance(value, dict) else "#word"


Start = Annotated[
    Annotated[Literal["auto", "press", "movement"], Tag("#word")]
    | Annotated[Delay, Tag("#delay")]
    | Annotated[AfterPartner, Tag("#partner")],
    Discriminator(_start_form),
]
"""The start of a step."""

# --- Reminders and texts on the way, and the athlete's own rules

Few = Field(max_length=50)


class Reminder(Strict):
    """A text at one point, or repeated after it, with an amount that is added up.

    It can start after a distance and repeat by time, and the other way round.
    """

    text: Name
    at: PointText | None = None
    after: PointText | None = None
    every: PointText | None = None
    amount: float | None = Field(default=None, gt=0)
    unit: Annotated[str, Field(max_length=20)] = ""
    of: Literal["step", "run"] = "step"
    """Where the counting starts."""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse a reminder that never comes or counts in two ways."""
        if (self.at is None) == (self.every is None):
            raise Misspelt(
                'a reminder needs "at", or "every" with "after"', 'Write "at" for once, "every" for more.'
            )
        if self.after is not None and self.every is None:
            raise Misspelt('"after" is given without "every"', 'Write "at" for a reminder that comes once.')
        if self.unit and self.amount is None:
            raise Misspelt('there is a "unit" without an "amount"', "Add the amount.")
        return self


class Says(Strict):
    """A text said at a point of the step."""

    text: Name
    at: PointText


class HeartRateGate(Strict):
    """A heart rate that triggers a gate."""

    above: HeartRateText | None = None
    below: HeartRateText | None = None


class PaceGate(Strict):
    """A pace that triggers a gate."""

    faster: PaceText | None = None
    slower: PaceText | None = None


class SpeedGate(Strict):
    """A speed that triggers a gate."""

    above: SpeedText | None = None
    below: SpeedText | None = None


class CadenceGate(Strict):
    """A cadence that triggers a gate."""

    above: CadenceText | None = None
    below: CadenceText | None = None


class PowerGate(Strict):
    """A power that triggers a gate."""

    above: PowerText | None = None
    below: PowerText | None = None


class MetricGate(Strict):
    """An external metric that triggers a gate."""

    name: Name
    above: float | None = None
    below: float | None = None


GATED = ("pace", "speed", "heart_rate", "cadence", "power", "metric")
"""The keys of the watched quantity, exactly one of them."""


class Gate(Strict):
    """A rule of the athlete's own: asked before the start, or watched during the run."""

    rule: Name
    """Its name, which its cue includes."""
    when: Literal["before", "during"]
    text: Name
    """The question, or the text of the cue."""
    pace: PaceGate | None = None
    speed: SpeedGate | None = None
    heart_rate: HeartRateGate | None = None
    cadence: CadenceGate | None = None
    power: PowerGate | None = None
    metric: MetricGate | None = None
    for_time: TimeText | None = Field(default=None, alias="for")
    """How long without a break, or in total over the stretch of `per`."""
    per: DistanceText | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse a gate that watches nothing, or several quantities."""
        watched = [name for name in GATED if getattr(self, name) is not None]
        if self.when == "before" and (watched or self.for_time or self.per):
            raise Misspelt("a gate before the start can only be a question", 'Use "when": "during".')
        if self.when == "during" and len(watched) != 1:
            raise Misspelt(
                "a gate during the run watches one thing", "Write one of " + ", ".join(GATED) + "."
            )
        for name in watched:
            sides = [value for key, value in getattr(self, name) if key != "name" and value is not None]
            if len(sides) != 1:
                raise Misspelt(
                    "a gate takes one limit", "Write one of above and below (pace: faster, slower).", key=name
                )
        if self.per is not None and self.for_time is None:
            raise Misspelt('"per" needs "for"', 'For example: "for": "3:00", "per": "1 km".')
        return self


# --- Steps

_FORMS: Final = frozenset(Kind) - RUN
"""Kinds with an entry of their own form in a document."""
_LEFT_OUT: Final = RESTS | FLOATS
"""Kinds that can be left out of the last repeat."""


class RunStep(Strict):
    """One stretch of running, or of recovering."""

    kind: RunKind
    name: Name | None = None
    until: Until | None = None
    target: Target | None = None
    ramp: Target | None = None
    """The target at the end of the step; it changes evenly."""
    caps: Annotated[tuple[Target, ...], Few] = ()
    """Limits beside the target; a single value is a maximum."""
    start: Start | None = None
    move: Literal["jog", "walk", "stand"] | None = None
    steer: Literal["time", "rate"] | None = None
    else_time: TimeText | None = None
    """Its duration if nothing measures its distance."""
    reminders: Annotated[tuple[Reminder, ...], Few] = ()
    says: Annotated[tuple[Says, ...], Few] = ()
    gates: Annotated[tuple[Gate, ...], Few] = ()
    calibrate: bool = False
    """True if its distance is measured on the ground, so that a pod can be calibrated by it."""
    purpose: Prose | None = None
    notes: Prose | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse combinations without a meaning."""
        if self.until is None and self.kind not in ENDLESS:
            raise Misspelt(
                f"the {self.kind} step does not say when it ends", 'Add "until": {"time": "1:00"}.'
            )
        if self.move is not None and self.kind not in RESTS:
            raise Misspelt('"move" belongs to a recovery', "Take it out here.", key="move")
        if self.steer is not None and (self.target is None or self.target.about != "speed"):
            raise Misspelt(
                '"steer" needs a target of pace or speed', "Add the target, or take it out.", key="steer"
            )
        if self.ramp is not None and (self.target is None or self.target.about != self.ramp.about):
            raise Misspelt("a ramp needs a target of the same quantity to start from", key="ramp")
        if self.ramp is not None and self.ramp.about == "effort":
            raise Misspelt(
                "a ramp needs numbers, not words",
                "Use pace, speed, heart rate, cadence or power.",
                key="ramp",
            )
        for place, cap in enumerate(self.caps):
            if cap.about == "effort":
                raise Misspelt("words cannot be a cap", 'Put them into "target".', key=f"caps[{place}]")
        has_distance = self.until is not None and any(one.distance for one in self.until.single_ends())
        if self.calibrate and not has_distance:
            raise Misspelt("only a step with a distance can calibrate", 'Add a "distance".', key="calibrate")
        if self.else_time is not None and not has_distance:
            reason = '"else_time" belongs to a step that ends by distance'
            raise Misspelt(reason, "Take it out here.", key="else_time")
        return self


class Item(Strict):
    """One exercise of a checklist."""

    do: Name
    sets: int = Field(default=1, ge=1, le=50)
    reps: int | None = Field(default=None, ge=1, le=1000)
    seconds: float | None = Field(default=None, gt=0, le=3600)
    metres: float | None = Field(default=None, gt=0, le=10_000)
    each_side: bool = False
    rest: TimeText | None = None
    """Rest after each set, such as `2:00`; both sides are one set."""


class ChecklistStep(Strict):
    """Exercises other than running: drills, activation, strength."""

    kind: Literal["checklist"]
    name: Name | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=50)]
    start: Start | None = None
    gates: Annotated[tuple[Gate, ...], Few] = ()
    purpose: Prose | None = None
    notes: Prose | None = None


class PromptStep(Strict):
    """A question; the clock goes on while it waits."""

    kind: Literal["prompt"]
    name: Name | None = None
    question: Name
    answers: Annotated[tuple[Name, ...], Field(max_length=10)] = ()
    """The meanings of the number keys, from 1; without them the answer is a number from 1 to 10."""
    purpose: Prose | None = None
    notes: Prose | None = None


class Range(Strict):
    """A range of repeats: after the minimum the runner may stop, after the maximum the set ends."""

    min: int = Field(ge=1, le=10_000)
    max: int = Field(ge=1, le=10_000)

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.min >= self.max:
            raise Misspelt('"min" is not below "max"', "Write one number for a fixed count.")
        return self


class Change(Strict):
    """The change from each repeat to the next."""

    pace: OffsetText | None = None
    """For work, strides and hills with a pace: - is faster."""
    time: TimeChangeText | None = None
    """For the same steps, if they end by time."""
    distance: DistanceChangeText | None = None
    """For the same steps, if they end by distance."""
    recovery: TimeChangeText | None = None
    """For recoveries that end by time."""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if not any((self.pace, self.time, self.distance, self.recovery)):
            raise Misspelt("the change changes nothing", "Write pace, time, distance or recovery.")
        return self


def _count_form(value: object) -> str:
    """Return which form of a count was written."""
    return "#range" if isinstance(value, dict) else "#number"


Count = Annotated[
    Annotated[int, Field(ge=1, le=10_000), Tag("#number")] | Annotated[Range, Tag("#range")],
    Discriminator(_count_form),
]


class Repeat(Strict):
    """Steps that are repeated."""

    repeat: Count
    steps: Annotated[tuple["Node", ...], Field(min_length=1, max_length=1000)]
    name: Name | None = None
    """The name of one repeat instead of "set" or "rep"."""
    between: RunStep | None = None
    """A recovery after each repeat but the last."""
    skip_last_recovery: bool = False
    """True if the last repeat ends without its final recovery or float."""
    change: Change | None = None
    send_off: TimeText | None = None
    """Every repeat starts this long after the one before; the rest of the slot is recovery."""
    purpose: Prose | None = None
    notes: Prose | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.between is not None and self.between.kind != "recovery":
            raise Misspelt('"between" is a recovery', 'Give it "kind": "recovery".', key="between.kind")
        if self.send_off is not None and self.between is not None:
            raise Misspelt("a send-off makes its own rest", 'Take "between" out.', key="between")
        last = self.steps[-1]
        if self.skip_last_recovery and not (isinstance(last, RunStep) and last.kind in _LEFT_OUT):
            reason = "the steps do not end with a recovery or float that could be skipped"
            raise Misspelt(reason, "Take it out.", key="skip_last_recovery")
        return self


class Use(Strict):
    """The steps of a named block."""

    use: Name
    reverse: bool = False
    """True if its steps are run in reverse order."""


def _node_form(value: object) -> str:
    """Return which kind of entry of a list of steps this is."""
    if not isinstance(value, dict):
        return "#run"
    if "repeat" in value:
        return "#repeat"
    if "use" in value:
        return "#use"
    kind = value.get("kind")
    return f"#{kind}" if isinstance(kind, str) and kind in _FORMS else "#run"


Node = Annotated[
    Annotated[RunStep, Tag("#run")]
    | Annotated[ChecklistStep, Tag("#checklist")]
    | Annotated[PromptStep, Tag("#prompt")]
    | Annotated[Repeat, Tag("#repeat")]
    | Annotated[Use, Tag("#use")],
    Discriminator(_node_form),
]
"""One entry of a list of steps."""

Repeat.model_rebuild()
