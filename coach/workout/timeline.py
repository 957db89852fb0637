"""A workout in the form that the session runs: a flat, immutable sequence of steps with stable names.

`coach.workout.document` makes it from a document and an athlete; `coach.workout.edits` makes the next revision when a
runner adds, drops or shifts something. Everything here is resolved and in SI units: no references, no repeats, no
percentages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from math import isfinite
from typing import Any, Final, NamedTuple

from coach.physiology.surroundings import MARK_TOLERANCE_M, lap_in_lane, mark_at
from coach.quantities import Metres, Seconds
from coach.workout.kinds import ON_LANE, PACED_REPS, RESTS, RUN, Kind


class Move(StrEnum):
    """How the runner moves in a recovery."""

    JOG = "jog"
    WALK = "walk"
    STAND = "stand"


class CoachBy(StrEnum):
    """How a paced step is coached: in seconds against the light, or by rate."""

    TIME = "time"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class TimeEnd:
    """Ends after a running time."""

    seconds: Seconds


@dataclass(frozen=True, slots=True)
class DistanceEnd:
    """Ends after a distance."""

    metres: Metres


@dataclass(frozen=True, slots=True)
class MarkEnd:
    """Ends when the runner (or coach) marks the line."""


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """Ends on a press (mark or next)."""

    ends_at_mark: bool = True
    """False in a free run, where a mark is a lap and only next ends it."""


@dataclass(frozen=True, slots=True)
class HeartRateEnd:
    """Ends once the heart rate has been below (or above) a value for 5 s of fresh readings."""

    bpm: float
    below: bool


@dataclass(frozen=True, slots=True)
class SlotEnd:
    """The rest of a send-off: ends when the next slot of `every_s` begins (slots count from the first go)."""

    every_s: Seconds


End = TimeEnd | DistanceEnd | MarkEnd | OpenEnd | HeartRateEnd | SlotEnd


@dataclass(frozen=True, slots=True)
class EndConditions:
    """The end of a step: the first of `ends`, never before the floor, at the latest at the cap."""

    ends: tuple[End, ...]
    """At least one; several mean "any of"."""
    not_before_s: Seconds | None = None
    """The floor, in seconds of step time."""
    cap_s: Seconds | None = None
    """The latest end in seconds of step time (reason `cap`)."""

    @property
    def is_slot(self) -> bool:
        """Whether it ends at the next send-off."""
        return any(isinstance(end, SlotEnd) for end in self.ends)

    def distance(self) -> Metres | None:
        """Metres after which the step ends, where a distance is among its ends."""
        for end in self.ends:
            if isinstance(end, DistanceEnd):
                return end.metres
        return None

    def time(self) -> Seconds | None:
        """Seconds after which the step ends, where a time is among its ends (a cap is not)."""
        for end in self.ends:
            if isinstance(end, TimeEnd):
                return end.seconds
        return None


@dataclass(frozen=True, slots=True)
class AutoStart:
    """Begins when the previous step ends."""


@dataclass(frozen=True, slots=True)
class PressStart:
    """Waits for go (or mark)."""


@dataclass(frozen=True, slots=True)
class MovementStart:
    """Waits for the runner to run; the step begins at the onset of the movement."""


@dataclass(frozen=True, slots=True)
class DelayStart:
    """Begins after a countdown, in seconds."""

    seconds: Seconds


Start = AutoStart | PressStart | MovementStart | DelayStart


class Quantity(StrEnum):
    """The quantity of a target, with the unit of its numbers."""

    SPEED = "speed"
    """Metres per second (a pace in the document)."""
    HEART_RATE = "heart_rate"
    """Beats per minute."""
    CADENCE = "cadence"
    """Steps per minute, both feet."""
    POWER = "power"
    """Watts."""
    METRIC = "metric"
    """An external metric in its own unit."""
    EFFORT = "effort"
    """Words only: low, high and aim are None."""


@dataclass(frozen=True, slots=True)
class Band:
    """The range that is on target; an open side is None. For speeds `low` is the slow side.

    The screen, the share of time on target and the cues all use this band: inside it there is no correction, and
    outside it only one that the noise of the sensor does not explain.
    """

    low: float | None = None
    aim: float | None = None
    high: float | None = None

    def contains(self, value: float) -> bool:
        """Return True if a value is on target: not beyond a side, the sides themselves included."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def nominal(self) -> float | None:
        """One number for the band: its aim, else its middle, else its only side."""
        if self.aim is not None:
            return self.aim
        if self.low is not None and self.high is not None:
            return (self.low + self.high) / 2.0
        return self.low if self.low is not None else self.high

    def towards(self, end: "Band", share: float) -> "Band":
        """Return the band of a ramp from this band to `end`, at a share (0 to 1) of the step."""
        share = min(1.0, max(0.0, share))
        return Band(
            _between(self.low, end.low, share),
            _between(self.aim, end.aim, share),
            _between(self.high, end.high, share),
        )

    def widened(self, share: float) -> "Band":
        """Return the band with each side further out by a share of it (0.02 is 2 %)."""
        return Band(
            None if self.low is None else self.low * (1.0 - share),
            self.aim,
            None if self.high is None else self.high * (1.0 + share),
        )

    def narrowed(self, cap: "Band") -> "Band":
        """Return the band within a cap: the stricter of two sides, and an aim that lies inside.

        If they contradict each other, the highest allowed number counts and the low side is open.
        """
        low = max((side for side in (self.low, cap.low) if side is not None), default=None)
        high = min((side for side in (self.high, cap.high) if side is not None), default=None)
        if low is not None and high is not None and low > high:
            low = None
        aim = self.aim
        if aim is not None and high is not None:
            aim = min(aim, high)
        if aim is not None and low is not None:
            aim = max(aim, low)
        return Band(low, aim, high)


def _between(start: float | None, end: float | None, share: float) -> float | None:
    if start is None or end is None:
        return start if end is None else end
    return start + (end - start) * share


@dataclass(frozen=True, slots=True)
class StepTarget:
    """The target of a step, or a cap beside it."""

    quantity: Quantity
    band: Band
    """The band at the start of the step (and throughout, without a ramp)."""
    label: str
    """In the runner's words: `4:00/km`, `threshold`, `under 150 bpm`, `fast, smooth`."""
    ref: str = ""
    """The reference pace it was made from: `threshold`, `5k`, ...; empty otherwise."""
    ramp: Band | None = None
    """The band at the end of the step, if the target changes evenly."""
    estimated: bool = False
    """True if it was made from an age-estimated maximum; then it never makes a cue."""
    metric: str = ""
    """The name of an external metric."""
    is_range: bool = False
    """True if the band was written as a range or a bound with exact edges; else it is a margin around the aim."""

    def at(self, share: float) -> Band:
        """Return the band at a share (0 to 1) of the step."""
        return self.band if self.ramp is None else self.band.towards(self.ramp, share)


class Limits(NamedTuple):
    """What a step asks of one quantity: its target, if that is in this quantity, narrowed by its caps."""

    band: Band
    """The band inside which nothing is called. Its aim is what the words name."""
    has_target: bool
    """True if the step's target is in this quantity; False if it is only capped."""
    is_low_capped: bool
    """True if the low side is a cap's."""
    is_high_capped: bool
    """True if the high side is a cap's."""
    is_range: bool = False
    """True if the target was written as a range or a bound, so that its edges are meant."""


def limits_of(target: StepTarget | None, cap: Band | None) -> Limits | None:
    """Return the limits of one quantity from its target and its cap; None without either."""
    if target is None:
        return None if cap is None else Limits(cap, False, cap.low is not None, cap.high is not None)
    if cap is None:
        return Limits(target.band, True, False, False, target.is_range)
    band = target.band.narrowed(cap)
    is_low_capped = band.low is not None and band.low != target.band.low
    is_high_capped = band.high is not None and band.high != target.band.high
    return Limits(band, True, is_low_capped, is_high_capped, target.is_range)


@dataclass(frozen=True, slots=True)
class StepReminder:
    """A text at a time or distance of the step, once or repeated, with an amount that adds up.

    It may repeat by another measure than it starts by: after 10 km it can come every half hour, counted from there.
    """

    text: str
    at_s: Seconds | None = None
    at_m: Metres | None = None
    every_s: Seconds | None = None
    every_m: Metres | None = None
    amount: float | None = None
    unit: str = ""
    of_run: bool = False
    """True if the times and distances count from the start of the run instead of the step."""


@dataclass(frozen=True, slots=True)
class StepGate:
    """A rule whose breach makes a cue, which names the rule."""

    rule: str
    """The rule's name, such as `red minutes`."""
    when: str
    """`before` (a question at the start) or `during` (watched)."""
    text: str
    """The text of the cue or question."""
    quantity: Quantity | None = None
    above: float | None = None
    below: float | None = None
    for_s: Seconds | None = None
    """How long without a break (or in total, `per_m`) before the cue."""
    per_m: Metres | None = None
    """The stretch over which `for_s` is counted, for budgets such as 180 s per km."""
    metric: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One exercise of a checklist."""

    do: str
    sets: int = 1
    reps: int | None = None
    seconds: Seconds | None = None
    metres: Metres | None = None
    each_side: bool = False
    rest_s: Seconds = Seconds(0.0)
    """Rest after each set; 0 if none is written."""


@dataclass(frozen=True, slots=True)
class RangeTurn:
    """The turn of a range of repeats that a step belongs to."""

    range_id: str
    """The step id of the repeat."""
    turn: int
    """From 1."""
    least: int
    """The number of turns after which the runner may stop."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run."""

    step_id: str
    """Its place in the document, stable across revisions: `1.0.2/0.4/0` and the like."""
    path: str
    """Its place in a coach's words: `Main / set 1 of 2 / rep 3 of 5 / float`."""
    section: str
    kind: Kind
    name: str
    """A short name: `1000 m`, `Float 200 m`, `Drills`."""
    until: EndConditions
    target: StepTarget | None = None
    caps: tuple[StepTarget, ...] = ()
    start: Start | None = None
    """As written; None if the document leaves it to the defaults."""
    move: Move = Move.JOG
    steer: CoachBy | None = None
    """How pace is coached; None without a speed target."""
    rep: int | None = None
    of: int | None = None
    set_id: str = ""
    """The innermost repeat (or section) the step belongs to: which reps are "of one set"."""
    first_of_set: bool = False
    last_of_set: bool = False
    send_off_s: Seconds | None = None
    """The length of its slot, if the rep starts every so many seconds."""
    else_time_s: Seconds | None = None
    """The duration of the step if nothing measures its distance."""
    reminders: tuple[StepReminder, ...] = ()
    gates: tuple[StepGate, ...] = ()
    items: tuple[ChecklistItem, ...] = ()
    question: str = ""
    answers: tuple[str, ...] = ()
    calibrate: bool = False
    """True if its distance is measured on the ground."""
    purpose: str = ""
    start_mark: str = ""
    """The mark on the track at which it begins (`A`, `100`, `B`, `300`), if known."""
    line_m: Metres = Metres(0.0)
    """How far before its start mark it begins, in metres, so that it ends at a line; negative: how far after it."""
    finish_mark: str = ""
    optional: bool = False
    """True if it is beyond the minimum of a range of reps."""
    range_turn: RangeTurn | None = None
    """Its turn in the innermost range of repeats around it; None if every count is fixed."""

    @property
    def has_speed_target(self) -> bool:
        """True if its target is a speed."""
        return self.target is not None and self.target.quantity is Quantity.SPEED


@dataclass(frozen=True, slots=True)
class Context:
    """Where the workout is run."""

    surface: str = "track"
    """`track`, `road`, `grass`, `trail` or `treadmill`; `` if the document names none."""
    lap_m: Metres = Metres(400.0)
    lane: int = 1


@dataclass(frozen=True, slots=True)
class Timeline:
    """A compiled workout: its steps in running order. It never changes; an edit makes the next revision."""

    name: str
    steps: tuple[Step, ...]
    context: Context = field(default_factory=Context)
    purpose: str = ""
    revision: int = 0
    is_own_words: bool = False
    """Whether only the workout's own words and safety cues are spoken."""


JUST_RUN: Final = "free"
"""The name of a run without a plan, in place of a workout."""
JUST_TIME: Final = "time"
"""The same by hand: a stopwatch whose marks are laps."""
WITHOUT_PLAN: Final = (JUST_RUN, JUST_TIME)
FREE_RUN: Final = "Free run"
"""The name of such a run in recordings."""


def free_run(*, ends_at_mark: bool = False) -> Timeline:
    """One open step whose marks are laps; version 0.1.0 let the first one end it (`ends_at_mark`)."""
    until = EndConditions((OpenEnd(ends_at_mark),))
    step = Step("0.0", FREE_RUN, FREE_RUN, Kind.OPEN, FREE_RUN, until, set_id="0")
    return Timeline(FREE_RUN, (step,), Context(surface=""))


# --- the edges of sets, and the marks on the track at which each step begins and ends
#
# A rep starts at the finish line (A) unless the steps before it left the runner elsewhere. Recoveries by time or heart
# rate are spent near the mark where the rep ended; after a warm-up, or anything else of unknown length, the runner
# walks to the line. A rep a little longer than whole quarters of a lap, such as a mile, starts before its mark by the
# remainder, as on every track: then it ends at a line.

PACED_OFF_M: Final = 20.0
"""The largest distance from a mark at which a rep starts: a mile is 9.3 m over four laps, two miles 18.7 m. Judged."""


def with_edges(steps: Sequence[Step]) -> list[Step]:
    """Mark the first and the last step of each set."""
    result: list[Step] = []
    for number, step in enumerate(steps):
        first = number == 0 or steps[number - 1].set_id != step.set_id
        last = number == len(steps) - 1 or steps[number + 1].set_id != step.set_id
        is_marked = (first, last) == (step.first_of_set, step.last_of_set)
        result.append(step if is_marked else replace(step, first_of_set=first, last_of_set=last))
    return result


def with_marks(steps: Sequence[Step], context: Context) -> tuple[Step, ...]:
    """Name the start and finish marks of every step that has them; only on a track."""
    if context.surface != "track":
        return tuple(
            replace(s, start_mark="", line_m=Metres(0.0), finish_mark="") if s.start_mark else s
            for s in steps
        )
    lap = lap_in_lane(context.lap_m, context.lane)
    place: float | None = 0.0
    result: list[Step] = []
    is_moving = False
    for step in steps:
        metres = step.until.distance() if len(step.until.ends) == 1 else None
        on_lane = step.kind in ON_LANE or (step.kind in RESTS and metres is not None)
        start = finish = ""
        line = 0.0
        if on_lane and place is not None:
            start = mark_at(place, lap)
            if start and metres is not None and step.kind in ON_LANE and not is_moving:
                line = _left_over(metres, context.lap_m / 4)
                place -= line
        if not on_lane:
            place = 0.0 if step.kind not in RESTS or place is None else place
        elif metres is None:
            place = None
        elif place is not None:
            place = (place + metres) % lap
            finish = mark_at(place, lap)
        is_moving = step.kind in ON_LANE or (is_moving and step.kind not in RUN)
        changed = (start, line, finish) != (step.start_mark, step.line_m, step.finish_mark)
        marked = replace(step, start_mark=start, line_m=Metres(line), finish_mark=finish) if changed else step
        result.append(marked)
    return tuple(result)


def _left_over(metres: float, quarter: float) -> float:
    """The remainder of a length over the nearest whole number of quarters of a lap; 0 if none, or too long."""
    left_over = (metres + quarter / 2) % quarter - quarter / 2
    return left_over if MARK_TOLERANCE_M < abs(left_over) <= PACED_OFF_M else 0.0


def alternating_sets(steps: Sequence[Step]) -> list[str]:
    """The paths of the first reps of sets whose reps begin at different ends of the track."""
    starts: dict[str, set[str]] = {}
    first: dict[str, str] = {}
    for step in steps:
        if step.kind in PACED_REPS and step.rep is not None and step.start_mark:
            key = f"{step.set_id} {step.step_id.rsplit('.', 1)[-1]}"
            starts.setdefault(key, set()).add(step.start_mark)
            first.setdefault(key, step.path)
    return [first[key] for key, marks in starts.items() if len(marks) > 1]


# --- a timeline as plain data: an input of a run may hold the steps it goes on with
#
# The type of a field follows from its name: the compiled core has no annotations at run time.

_TAGGED: Final[Mapping[str, Any]] = {
    kind.__name__: kind
    for kind in (
        *(TimeEnd, DistanceEnd, MarkEnd, OpenEnd, HeartRateEnd, SlotEnd),
        *(AutoStart, PressStart, MovementStart, DelayStart),
    )
}
"""Ends and starts: which one it is stands in the key `is`."""
_ONE: Final[Mapping[str, Any]] = {
    "context": Context,
    "until": EndConditions,
    "target": StepTarget,
    "band": Band,
    "ramp": Band,
    "range_turn": RangeTurn,
    "kind": Kind,
    "move": Move,
    "steer": CoachBy,
    "quantity": Quantity,
    "start": None,
}
"""Fields that hold one object or word, with its type; None for one that says itself what it is."""
_MANY: Final[Mapping[str, Any]] = {
    "steps": Step,
    "ends": None,
    "caps": StepTarget,
    "reminders": StepReminder,
    "gates": StepGate,
    "items": ChecklistItem,
    "answers": str,
}
"""Fields that hold several."""
_TEXTS: Final = frozenset(
    {"name", "purpose", "step_id", "path", "section", "set_id", "question", "start_mark", "finish_mark"}
    | {"label", "ref", "metric", "text", "unit", "rule", "when", "do", "range_id", "surface"}
)
_FLAGS: Final = frozenset(
    {"is_own_words", "first_of_set", "last_of_set", "calibrate", "optional", "estimated", "is_range"}
    | {"of_run", "each_side", "ends_at_mark"}
)


def timeline_tree(value: Any) -> Any:
    """Return a timeline, and what it is made of, as JSON; what is at its default is left out."""
    if isinstance(value, tuple):
        return [timeline_tree(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if not is_dataclass(value):
        return value
    tree: dict[str, Any] = {"is": type(value).__name__} if type(value).__name__ in _TAGGED else {}
    for each in fields(value):
        content = getattr(value, each.name)
        if each.default is MISSING or content != each.default:
            tree[each.name] = timeline_tree(content)
    return tree


def timeline_from(tree: Mapping[str, Any]) -> Timeline:
    """Return the timeline that a JSON object holds.

    Raises:
        ValueError, TypeError, KeyError: it holds none.
    """
    timeline: Timeline = _read(Timeline, tree)
    return timeline


def _read(kind: Any, value: Any) -> Any:
    """Return the object or word of a type that a JSON value holds."""
    if kind is str:
        return _checked(value, str)
    if kind in {Kind, Move, CoachBy, Quantity}:
        return kind(value)
    kind = kind or _TAGGED[value["is"]]
    names = {each.name for each in fields(kind)}
    contents = {key: content for key, content in value.items() if key in names and content is not None}
    return kind(**{key: _content(kind, key, content) for key, content in contents.items()})


def _content(kind: Any, key: str, value: Any) -> Any:
    """Return what a field holds."""
    if key in _ONE:
        return _read(_ONE[key], value)
    if key in _MANY:
        return tuple([_read(_MANY[key], item) for item in _checked(value, list)])
    if key in _TEXTS:
        return _checked(value, str)
    if key in _FLAGS or (kind is HeartRateEnd and key == "below"):
        return _checked(value, bool)
    if type(value) not in {int, float} or not isfinite(value):
        raise ValueError(f"{key} is not a number")
    return value


def _checked(value: Any, kind: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is not a {kind.__name__}")
    return value
