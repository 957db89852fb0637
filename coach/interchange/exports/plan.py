"""A workout as other programs can say it: steps with one end and one target in numbers, and repeats of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from coach.interchange.exports.formats import EXPORT_FORMATS, ExportFormat, Words
from coach.interchange.exports.parts import FATES, Fate, Part
from coach.interchange.report import Reporter
from coach.quantities import Metres, Seconds
from coach.workout.estimate import Estimate
from coach.workout.kinds import KINDS, RESTS, Kind
from coach.workout.timeline import (
    DistanceEnd,
    HeartRateEnd,
    MarkEnd,
    Move,
    Quantity,
    Step,
    TimeEnd,
)

LAP_KEY: Final = MarkEnd()
_OF_THE_WHOLE: Final = frozenset({Part.SURFACE, Part.RUN_REMINDER, Part.PROMPT, Part.CHECKLIST})
"""Parts whose words are no step's."""


@dataclass(frozen=True, slots=True)
class HeartShareEnd:
    """Ends once the heart rate is below, or above, a share of the maximum in per cent."""

    percent: float
    below: bool


PlanEnd = TimeEnd | DistanceEnd | MarkEnd | HeartRateEnd | HeartShareEnd


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """What a step aims at, in numbers: m/s, bpm, steps per minute, watts, or a share of a heart rate."""

    quantity: Quantity
    low: float | None
    high: float | None
    aim: float | None = None
    """The one value that was written, around which the range lies; None for a range."""
    ramp: "PlanTarget | None" = None
    """What it has become at the end of the step."""
    share_of: str = ""
    """What the numbers are per cent of: `max` or `lthr` heart rate, or the speed of a pace by name; empty for SI."""

    @property
    def whole(self) -> tuple[float | None, float | None]:
        """The range, both ends of a ramp in it."""
        last = self.ramp or self
        lows, highs = (self.low, last.low), (self.high, last.high)
        low = None if None in lows else min(side for side in lows if side is not None)
        return low, None if None in highs else max(side for side in highs if side is not None)


@dataclass(frozen=True, slots=True)
class SaidText:
    """A text said at a time or a distance of a step; the other one is None."""

    text: str
    at_s: Seconds | None
    at_m: Metres | None


@dataclass(slots=True)
class PlanStep:
    """A step of the plan."""

    where: str
    """Its place in the document."""
    step: Step
    """The step as it is compiled for the athlete."""
    end: PlanEnd
    name: str = ""
    target: PlanTarget | None = None
    limit: PlanTarget | None = None
    says: list[SaidText] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What stands in its notes, where the format has such."""

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return self.step.kind

    @property
    def role(self) -> str:
        """What other programs call it: a recovery that is no jog is a rest."""
        is_still = self.kind in RESTS and self.step.move is not Move.JOG
        return "rest" if is_still else KINDS[self.kind].elsewhere


@dataclass(slots=True)
class PlanRepeat:
    """Steps that are repeated."""

    where: str
    count: int
    """Two at least: what is run once is no repeat."""
    nodes: "list[PlanNode]"
    tail: int = 0
    """How many of its nodes, at the end, are left out of the last repeat."""


PlanNode = PlanStep | PlanRepeat


@dataclass(slots=True)
class Plan:
    """A workout as other programs can say it."""

    name: str
    size: Estimate
    sections: list[tuple[str, list[PlanNode]]]
    description: list[str]
    """Paragraphs: what the workout says of itself, and what its steps say that nothing else can."""


class Losses:
    """Tells the report what becomes of each part, as the table of a format says."""

    def __init__(self, to: ExportFormat, reporter: Reporter) -> None:
        self.reporter = reporter
        self.told: set[Part] = set()
        """The parts of which something was lost or changed."""
        self._to = to

    def fate(self, part: Part) -> Fate:
        """What becomes of a part."""
        return FATES[part][self._to]

    def tell(self, part: Part, where: str, what: str, *, near: str = "") -> Fate:
        """Tell of a part that is there; nothing if it is kept. `near` says what is written instead."""
        fate = self.fate(part)
        if fate is not Fate.KEPT:
            self.tell_as(fate, part, where, what, near=near)
        return fate

    def tell_as(self, fate: Fate, part: Part, where: str, what: str, *, near: str = "") -> None:
        """Tell of a part with another fate than the table's, because of what this workout says in it."""
        self.told.add(part)
        match fate:
            case Fate.LOST:
                self.reporter.dropped(where, what)
            case Fate.NEAR:
                self.reporter.approximated(where, f"{what}{near}")
            case _:
                is_whole = part in _OF_THE_WHOLE or where.startswith("gates[")
                words = None if is_whole else EXPORT_FORMATS[self._to].words
                place = words or Words.DESCRIPTION
                self.reporter.approximated(where, f"{what} is kept in words, in {place.value}")


def flat(nodes: Sequence[PlanNode]) -> Iterator[PlanStep]:
    """Every step, those of a repeat once."""
    for node in nodes:
        if isinstance(node, PlanRepeat):
            yield from flat(node.nodes)
        else:
            yield node


def exact(nodes: Sequence[PlanNode]) -> list[PlanNode]:
    """The same run without tails: what the last repeat leaves out is left out by writing that one out."""
    made: list[PlanNode] = []
    for node in nodes:
        if isinstance(node, PlanStep):
            made.append(node)
            continue
        inner = exact(node.nodes)
        if not node.tail:
            made.append(replace(node, nodes=inner))
            continue
        made += [PlanRepeat(node.where, node.count - 1, inner)] if node.count > 2 else inner
        made += exact(node.nodes[: -node.tail])
    return made


def unrolled(nodes: Sequence[PlanNode], *, keeps_inner: bool = False) -> list[PlanNode]:
    """Repeats written out; with `keeps_inner` only those that hold others."""
    made: list[PlanNode] = []
    for node in nodes:
        if isinstance(node, PlanStep):
            made.append(node)
            continue
        inner = unrolled(node.nodes, keeps_inner=keeps_inner)
        if keeps_inner and all(isinstance(each, PlanStep) for each in inner):
            made.append(replace(node, nodes=inner))
        else:
            made += inner * node.count
    return made
