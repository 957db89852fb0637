"""What may stand in a list of steps: a step, a checklist, a prompt, a repeat, or the use of a block."""

from typing import Annotated, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from coach.documents.faults import Misspelt, Strict
from coach.documents.spelling import Name, Prose, TimeText
from coach.workout.ends import Start, Until
from coach.workout.kinds import ENDLESS, FLOATS, RESTS, RUN, Kind, RunKind
from coach.workout.measures import DistanceChangeText, OffsetText, TimeChangeText
from coach.workout.rules import Few, Gate, Reminder, Says
from coach.workout.targets import Target

_FORMS: Final = frozenset(Kind) - RUN
"""Kinds whose entry in a document has a form of its own."""
_LEFT_OUT: Final = RESTS | FLOATS
"""Kinds that may be left out of the last repeat."""


class RunStep(Strict):
    """One stretch of running, or of recovering."""

    kind: RunKind
    name: Name | None = None
    until: Until | None = None
    target: Target | None = None
    ramp: Target | None = None
    """What the target has become at the end of the step; it moves evenly."""
    caps: Annotated[tuple[Target, ...], Few] = ()
    """Limits beside the target; a single value is a maximum."""
    start: Start | None = None
    move: Literal["jog", "walk", "stand"] | None = None
    steer: Literal["time", "rate"] | None = None
    else_time: TimeText | None = None
    """How long it takes where nothing measures its distance."""
    reminders: Annotated[tuple[Reminder, ...], Few] = ()
    says: Annotated[tuple[Says, ...], Few] = ()
    gates: Annotated[tuple[Gate, ...], Few] = ()
    calibrate: bool = False
    """Is its distance true on the ground, so that a pod may learn from it?"""
    purpose: Prose | None = None
    notes: Prose | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse combinations that mean nothing."""
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
            raise Misspelt("words cannot ramp", "Use pace, speed, heart rate, cadence or power.", key="ramp")
        for place, cap in enumerate(self.caps):
            if cap.about == "effort":
                raise Misspelt("words cannot be a cap", 'Put them into "target".', key=f"caps[{place}]")
        has_distance = self.until is not None and any(one.distance for one in self.until.ones())
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


class ChecklistStep(Strict):
    """Things to do that are no running: drills, activation, strength."""

    kind: Literal["checklist"]
    name: Name | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=50)]
    start: Start | None = None
    gates: Annotated[tuple[Gate, ...], Few] = ()
    purpose: Prose | None = None
    notes: Prose | None = None


class PromptStep(Strict):
    """A question that waits for nobody: the clock goes on."""

    kind: Literal["prompt"]
    name: Name | None = None
    question: Name
    answers: Annotated[tuple[Name, ...], Field(max_length=10)] = ()
    """What the number keys mean, from 1; without them a number from 1 to 10."""
    purpose: Prose | None = None
    notes: Prose | None = None


class Range(Strict):
    """From so many repeats on the runner may stop; not more than so many."""

    min: int = Field(ge=1, le=10_000)
    max: int = Field(ge=1, le=10_000)

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.min >= self.max:
            raise Misspelt('"min" is not below "max"', "Write one number for a fixed count.")
        return self


class Change(Strict):
    """What changes from each repeat to the next."""

    pace: OffsetText | None = None
    """Of work, strides and hills with a pace: - is faster."""
    time: TimeChangeText | None = None
    """Of the same steps, where they end by time."""
    distance: DistanceChangeText | None = None
    """Of the same steps, where they end by distance."""
    recovery: TimeChangeText | None = None
    """Of recoveries that end by time."""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if not any((self.pace, self.time, self.distance, self.recovery)):
            raise Misspelt("the change changes nothing", "Write pace, time, distance or recovery.")
        return self


def _count_form(value: object) -> str:
    """Which form of a count was written."""
    return "#range" if isinstance(value, dict) else "#number"


Count = Annotated[
    Annotated[int, Field(ge=1, le=10_000), Tag("#number")] | Annotated[Range, Tag("#range")],
    Discriminator(_count_form),
]


class Repeat(Strict):
    """Steps done several times over."""

    repeat: Count
    steps: Annotated[tuple["Node", ...], Field(min_length=1, max_length=1000)]
    name: Name | None = None
    """What one repeat is called instead of "set" or "rep"."""
    between: RunStep | None = None
    """A recovery after each repeat but the last."""
    skip_last_recovery: bool = False
    """Is the recovery or float that ends the steps left out of the last repeat?"""
    change: Change | None = None
    send_off: TimeText | None = None
    """Every repeat goes so long after the one before; what is left is rest."""
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
    """Are its steps taken last first?"""


def _node_form(value: object) -> str:
    """Which kind of entry a list of steps holds here."""
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
