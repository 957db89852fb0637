"""The model of a workout document: what a `coach-workout/1` file may contain.

A model checks its own keys and how they fit together. `check` and `remarks` look at the whole document: a block that is
missing, a count that is too large, a set without a recovery.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from coach.documents import (
    DistanceText,
    Fault,
    Faulty,
    Name,
    PaceText,
    Prose,
    Strict,
    TimeText,
    did_you_mean,
    path_of,
)
from coach.quantities import format_clock
from coach.spelling import Misspelt, read_time
from coach.workout.kinds import (
    ENDLESS,
    FLOATS,
    HARD,
    LIMITED,
    MAX_NESTING,
    MAX_STEPS,
    QUICK,
    RESTS,
    RUN,
    SHORTEST_SEND_OFF_REST_S,
    SHORTEST_SEND_OFF_SHARE,
    Kind,
    RunKind,
)
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

# --- the end and the start of a step

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


# --- texts on the way, and the athlete's own rules

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


# --- steps


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


# --- a list of steps: steps, repeats, and the blocks it uses

_LEFT_OUT: Final = RESTS | FLOATS
"""Kinds that can be left out of the last repeat."""


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

    @property
    def most(self) -> int:
        """The largest number of turns."""
        return self.repeat if isinstance(self.repeat, int) else self.repeat.max

    @property
    def least(self) -> int:
        """The number of turns that are not optional."""
        return self.repeat if isinstance(self.repeat, int) else self.repeat.min

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


_FORMS: Final = frozenset(Kind) - RUN
"""Kinds with an entry of their own form in a document."""


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


# --- the whole document

FORMAT: Final = "coach-workout/1"


class Often(Strict):
    """A limit of frequency: so many times in so many days."""

    times: int = Field(ge=1, le=50)
    """The number of times."""
    days: int = Field(ge=1, le=100)
    """The number of days."""


Level = Literal["beginner", "intermediate", "advanced"]
"""The level of a runner or of a workout."""


class Needs(Strict):
    """Requirements before a workout; a plan is checked against every part."""

    words: Name | None = None
    """In words, for the runner: another workout, or some weeks of training."""
    level: Level | None = None
    """The lowest level it is for."""
    seasons: int | None = Field(default=None, ge=1, le=50)
    """Seasons of running; a season is a half-year of regular running."""
    base_weeks: int | None = Field(default=None, ge=1, le=52)
    """Weeks of regular running right before it."""
    warm_up: float | None = Field(default=None, gt=0, le=120)
    """Minutes of warm-up before its first hard step."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        """Refuse empty requirements."""
        if not self.model_fields_set:
            raise Misspelt("this requirement is empty", 'Write "base_weeks": 4, or leave it out.')
        return self


def _needs_form(value: object) -> str:
    """Return which form of requirements was written."""
    return "#parts" if isinstance(value, dict | Needs) else "#words"


class Tags(Strict):
    """Tags by which a library is searched, and facts for a plan."""

    level: Level | None = None
    focus: Annotated[tuple[Name, ...], Few] = ()
    """Races it prepares for: `5k`, `10k`, `half`, `marathon`, ..."""
    phase: Name | None = None
    """The main phase of a season for it: `base`, `build`, `peak`, `taper`, ..."""
    other_phases: Annotated[tuple[Name, ...], Few] = ()
    """Other phases it fits."""
    system: Name | None = None
    """`easy`, `threshold`, `vo2max`, `speed`, ..."""
    minutes: float | None = Field(default=None, gt=0, le=1440)
    """About how long it takes, if its steps do not show it: a checklist, a run between landmarks."""
    needs: (
        Annotated[
            Annotated[Name, Tag("#words")] | Annotated[Needs, Tag("#parts")], Discriminator(_needs_form)
        ]
        | None
    ) = None
    """What should come before it: in words, or in parts that a plan is checked against."""
    at_most: Often | None = None
    """Its largest frequency, if that is several times."""
    at_most_every_days: int | None = Field(default=None, ge=1, le=365)
    """Fewest days from one time to the next: 7 is once a week."""
    fresh: bool = False
    """True if it is only for rested legs, and not the day after a hard one."""
    fresh_legs: bool = False
    """An earlier name of `fresh`."""
    not_with: Annotated[tuple[Name, ...], Few] = ()
    """Injuries after which it is the wrong choice: `hamstring`, `Achilles`, ..."""
    weekly_share_percent: float | None = Field(default=None, gt=0, le=100)
    """Largest share of its hard part in a week's running."""
    opt_in: bool = False
    """True if it rests on a rule that the evidence does not support; then its caution explains that."""

    @model_validator(mode="after")
    def _check_one_limit(self) -> Self:
        """Refuse two limits of frequency."""
        if self.at_most is not None and self.at_most_every_days is not None:
            raise Misspelt(
                "two limits of frequency are given", "Leave one of them out.", key="at_most_every_days"
            )
        return self

    @property
    def often(self) -> Often | None:
        """Its largest frequency, from either form."""
        if self.at_most_every_days is None:
            return self.at_most
        return Often.model_construct(times=1, days=self.at_most_every_days)

    @property
    def is_fresh(self) -> bool:
        """Whether it is only for rested legs."""
        return self.fresh or self.fresh_legs

    @property
    def first(self) -> Needs | None:
        """Its requirements, from either form."""
        return Needs.model_construct(words=self.needs) if isinstance(self.needs, str) else self.needs


class Where(Strict):
    """Where the workout is run."""

    surface: Literal["track", "road", "grass", "trail", "treadmill"] | None = None
    lap_m: float = Field(default=400.0, ge=100, le=1000)
    """Length of a lap in lane 1, metres."""
    lane: int = Field(default=1, ge=1, le=9)


class Section(Strict):
    """A part of the workout with a name: warm-up, main, cool-down."""

    name: Name
    steps: Annotated[tuple[Node, ...], Field(min_length=1, max_length=1000)]
    purpose: Prose | None = None
    notes: Prose | None = None


class Workout(Strict):
    """A structured workout."""

    format: Literal["coach-workout/1"]
    name: Name
    purpose: Prose | None = None
    """Its purpose, in one sentence."""
    description: Prose | None = None
    source: Prose | None = None
    """Its origin."""
    caution: Prose | None = None
    """The people who should not do it, and the signs to watch for."""
    notes: Prose | None = None
    tags: Tags = Tags()
    context: Where | None = None
    blocks: dict[Name, Annotated[tuple[Node, ...], Field(min_length=1, max_length=1000)]] = Field(
        default_factory=dict
    )
    """Named steps that can be used in several places."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=100)]
    reminders: Annotated[tuple[Reminder, ...], Few] = ()
    """Reminders of the whole run."""
    gates: Annotated[tuple[Gate, ...], Few] = ()
    """Gates of the whole run."""
    spoken: Literal["all", "own"] = "all"
    """`own`: only the workout's own words are spoken (`says`, reminders, gates, questions), and safety cues."""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse a reminder of one step where there is none, and an opt-in without a caution."""
        if self.tags.opt_in and self.caution is None:
            raise Misspelt("an opt-in workout needs a caution", 'Add "caution".', key="caution")
        for place, reminder in enumerate(self.reminders):
            if "of" in reminder.model_fields_set and reminder.of == "step":
                key = f"reminders[{place}].of"
                raise Misspelt(
                    'outside a step, "of" must be "run"', 'Write "run", or move it to a step.', key=key
                )
        return self


@dataclass(frozen=True, slots=True)
class Remark:
    """Something allowed that is probably not meant."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class WorkoutDocument:
    """A workout as written and as checked."""

    workout: Workout
    """The checked model."""
    source: dict[str, object]
    """The document as written, for the header of a recording."""
    remarks: tuple[Remark, ...] = ()
    """Remarks on what is allowed but probably not meant, with places."""

    @property
    def name(self) -> str:
        """The workout's name."""
        return self.workout.name

    @property
    def warnings(self) -> tuple[str, ...]:
        """The remarks as sentences, each with its place."""
        return tuple(f"{remark.where}: {remark.text}" for remark in self.remarks)


# --- checks across the document: blocks, sizes, nesting, send-offs, recoveries

_WATCHED_FROM_S: Final = {"heart_rate": 120.0, "power": 30.0}
"""Shortest step in which the cues watch a cap by default, in seconds; `coach.cues.config` has the reasons."""
Path = list[str | int]
Blocks = Mapping[str, tuple[Node, ...]]
Parts = Sequence[tuple[Path, tuple[Node, ...]]]


def check(blocks: Blocks, parts: Parts) -> None:
    """Refuse blocks that are missing or circular, too many steps, deep nesting, impossible send-offs.

    Raises:
        Faulty: with every such place.
    """
    faults: list[Fault] = []
    everything = _step_lists(blocks, parts)
    for path, nodes in everything:
        _check_uses(nodes, path, blocks, faults)
    _check_circles(blocks, faults)
    if faults:
        raise Faulty(faults)
    depths: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for path, nodes in everything:
        if _depth(nodes, blocks, depths) > MAX_NESTING:
            reason = f"repeats and blocks are nested more than {MAX_NESTING} deep"
            faults.append(Fault(path_of(path), reason, "Write the inner ones out."))
        if path[0] == "blocks" and _size(nodes, blocks, sizes) > MAX_STEPS:
            faults.append(Fault(path_of(path), f"the block has more than {MAX_STEPS} steps"))
        _check_send_offs(nodes, path, faults)
    total = sum(_size(nodes, blocks, sizes) for _, nodes in parts)
    if total > MAX_STEPS:
        reason = f"the workout has {total} steps when repeats are counted; {MAX_STEPS} is the most"
        faults.append(Fault("sections", reason, "Is one of the counts too large?"))
    if faults:
        raise Faulty(faults)


def remarks(blocks: Blocks, parts: Parts) -> list[Remark]:
    """Remark on a set without a recovery before the next, a send-off with hardly any rest, and an unwatched cap."""
    result: list[Remark] = []
    for path, nodes in _step_lists(blocks, parts):
        _remark(nodes, path, blocks, result)
    return result


def _step_lists(blocks: Blocks, parts: Parts) -> Parts:
    """The lists of steps of sections and of blocks, with their paths."""
    more: list[tuple[Path, tuple[Node, ...]]] = [(["blocks", name], nodes) for name, nodes in blocks.items()]
    return [*parts, *more]


def _children(nodes: Sequence[Node], path: Path) -> list[tuple[Path, Node]]:
    """Every entry of a list of steps with its path, including those of repeats."""
    children: list[tuple[Path, Node]] = []
    for place, node in enumerate(nodes):
        here: Path = [*path, place]
        children.append((here, node))
        if isinstance(node, Repeat):
            children += _children(node.steps, [*here, "steps"])
    return children


def _check_uses(nodes: Sequence[Node], path: Path, blocks: Blocks, faults: list[Fault]) -> None:
    """Find uses of blocks that do not exist."""
    for here, node in _children(nodes, path):
        if isinstance(node, Use) and node.use not in blocks:
            fix = did_you_mean(node.use, blocks) if blocks else 'Add it under "blocks".'
            faults.append(Fault(path_of([*here, "use"]), f'there is no block "{node.use}"', fix))


def _check_circles(blocks: Blocks, faults: list[Fault]) -> None:
    """Find blocks that use themselves, directly or through others."""
    uses = {
        name: {n.use for _, n in _children(nodes, []) if isinstance(n, Use)} for name, nodes in blocks.items()
    }
    for name in blocks:
        visited: set[str] = set()
        ahead = set(uses[name])
        while ahead:
            other = ahead.pop()
            if other not in visited:
                visited.add(other)
                ahead |= uses.get(other, set())
        if name in visited:
            fix = "A block may use others, but no circle of them."
            faults.append(Fault(path_of(["blocks", name]), f'the block "{name}" uses itself', fix))


def _depth(nodes: Sequence[Node], blocks: Blocks, depths: dict[str, int]) -> int:
    """How deep repeats and blocks are nested."""
    deepest = 0
    for node in nodes:
        if isinstance(node, Repeat):
            deepest = max(deepest, 1 + _depth(node.steps, blocks, depths))
        elif isinstance(node, Use):
            if node.use not in depths:
                depths[node.use] = _depth(blocks[node.use], blocks, depths)
            deepest = max(deepest, 1 + depths[node.use])
    return deepest


def _size(nodes: Sequence[Node], blocks: Blocks, sizes: dict[str, int]) -> int:
    """The number of steps, counted without making them."""
    total = 0
    for node in nodes:
        if isinstance(node, Repeat):
            each = _size(node.steps, blocks, sizes) + (node.between is not None) + (node.send_off is not None)
            total += node.most * each
        elif isinstance(node, Use):
            if node.use not in sizes:
                sizes[node.use] = _size(blocks[node.use], blocks, sizes)
            total += sizes[node.use]
        else:
            total += 1
    return total


def _check_send_offs(nodes: Sequence[Node], path: Path, faults: list[Fault]) -> None:
    """Find send-offs around steps that the clock cannot time, or shorter than what they hold."""
    for here, node in _children(nodes, path):
        if not isinstance(node, Repeat) or node.send_off is None:
            continue
        for place, step in enumerate(node.steps):
            where = path_of([*here, "steps", place])
            if not isinstance(step, RunStep):
                faults.append(
                    Fault(where, "a send-off holds plain steps only", "Put the send-off on this repeat.")
                )
            elif step.kind == "recovery":
                faults.append(Fault(where, "a send-off makes its own rest", "Take this recovery out."))
        busy = _known_time(node.steps)
        if busy >= read_time(node.send_off):
            reason = (
                f"the repeat takes {format_clock(busy)}, the send-off is {node.send_off}: no rest is left"
            )
            faults.append(Fault(path_of([*here, "send_off"]), reason, "Make the send-off longer."))


def _known_time(nodes: Sequence[Node]) -> float:
    """Known minimum of seconds that the steps take."""
    return sum(
        read_time(node.until.time)
        for node in nodes
        if isinstance(node, RunStep) and node.until and node.until.time
    )


def _remark(nodes: Sequence[Node], path: Path, blocks: Blocks, result: list[Remark]) -> None:
    """Collect remarks on a list of steps and its repeats."""
    for place, (node, after) in enumerate(zip(nodes, [*nodes[1:], None], strict=True)):
        here: Path = [*path, place]
        both_sets = isinstance(node, Repeat) and isinstance(after, Repeat)
        if both_sets and _edge_kind(node, blocks, -1) in HARD and _begins_hard(after, blocks):
            result.append(Remark(path_of(here), "this set has no recovery before the next one"))
        if isinstance(node, RunStep):
            result += [Remark(path_of([*here, "caps"]), text) for text in _unwatched(node)]
        if not isinstance(node, Repeat):
            continue
        if _has_sets(node, blocks) and node.between is None and node.send_off is None:
            last, first = node.steps[-1], node.steps[0]
            if node.most > 1 and _ends_hard(last, blocks) and _begins_hard(first, blocks):
                text = 'the set has no recovery before the next; "between" would give it one'
                result.append(Remark(path_of(here), text))
        if node.send_off is not None:
            slot, busy = read_time(node.send_off), _known_time(node.steps)
            least = max(SHORTEST_SEND_OFF_REST_S, SHORTEST_SEND_OFF_SHARE * slot)
            if busy and slot - busy < least:
                rest = format_clock(slot - busy)
                result.append(
                    Remark(path_of([*here, "send_off"]), f"the send-off leaves only {rest} of rest")
                )
        _remark(node.steps, [*here, "steps"], blocks, result)


def _unwatched(node: RunStep) -> Iterator[str]:
    """Yield remarks on caps of steps that are too short for a cue."""
    if node.caps and node.kind not in LIMITED:
        yield f"no cap is watched in a {node.kind}: it is over before a sensor can tell"
        return
    seconds = _known_time([node])
    for about, least_s in _WATCHED_FROM_S.items():
        is_capped = any(cap.about == about for cap in node.caps)
        if is_capped and 0.0 < seconds < least_s and (about == "power" or node.kind in HARD):
            name = about.replace("_", " ")
            yield f"a cap of {name} is watched from {format_clock(least_s)} on: this step is over before"


def _has_sets(node: Repeat, blocks: Blocks) -> bool:
    """Return whether the repeat holds a repeat, itself or in a block."""
    inside = [*node.steps]
    while inside:
        step = inside.pop()
        if isinstance(step, Repeat):
            return True
        if isinstance(step, Use):
            inside += blocks[step.use]
    return False


def _begins_hard(node: Node | None, blocks: Blocks) -> bool:
    """Return whether its first step is running without recovery."""
    return _edge_kind(node, blocks, 0) in QUICK


def _ends_hard(node: Node | None, blocks: Blocks) -> bool:
    """Return whether its last step is running without recovery."""
    return _edge_kind(node, blocks, -1) in QUICK


def _edge_kind(node: Node | None, blocks: Blocks, place: int) -> str:
    """The kind of the first (0) or last (-1) step in an entry; a send-off ends with its rest."""
    while isinstance(node, Repeat | Use):
        if isinstance(node, Repeat):
            if place == -1 and node.skip_last_recovery and len(node.steps) > 1:
                node = node.steps[-2]
                continue
            node = node.steps[place]
        else:
            steps = blocks[node.use]
            node = steps[-1 - place if node.reverse else place]
    return node.kind if isinstance(node, RunStep) else ""
