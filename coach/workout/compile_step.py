"""Compiles one step of a document to one step of a timeline; `compile` adds where it stands."""

from dataclasses import dataclass

from coach.documents.faults import Misspelt
from coach.documents.spelling import (
    LONGEST_M,
    LONGEST_S,
    read_distance,
    read_time,
)
from coach.quantities import Metres, Seconds, format_clock
from coach.workout import ends as written
from coach.workout import rules
from coach.workout.describe import step_name
from coach.workout.errors import MissingNumber
from coach.workout.kinds import REPS, RESTS, Kind
from coach.workout.measures import (
    read_one_heart_rate,
    read_point,
)
from coach.workout.numbers import Numbers
from coach.workout.reminders_and_gates import make_gate, make_reminder
from coach.workout.resolve import Shift, resolve, resolve_cap, steer_of
from coach.workout.steps import ChecklistStep, Item, Node, PromptStep, Repeat, RunStep, Use
from coach.workout.timeline import (
    AutoStart,
    ChecklistItem,
    DelayStart,
    DistanceEnd,
    End,
    EndConditions,
    HeartRateEnd,
    MarkEnd,
    Move,
    MovementStart,
    OpenEnd,
    PressStart,
    Start,
    Step,
    StepGate,
    StepReminder,
    TimeEnd,
)

"""Kinds whose length changes from repeat to repeat."""
OPEN = EndConditions((OpenEnd(),))


@dataclass(frozen=True, slots=True)
class Changes:
    """What the repeats around a step have changed by now."""

    shifts: tuple[Shift, ...] = ()
    seconds: float = 0.0
    metres: float = 0.0
    recovery_s: float = 0.0


@dataclass(frozen=True, slots=True)
class StepCompiler:
    """Compiles single steps for one athlete."""

    numbers: Numbers
    lenient: bool

    def step(self, node: Node, changes: Changes) -> Step:
        """Make a step without a place.

        Raises:
            MissingNumber: the athlete does not say what is needed, and this is not lenient.
            Misspelt: what comes out is impossible; its key names the part of the step.
        """
        assert not isinstance(node, Repeat | Use)
        if isinstance(node, ChecklistStep):
            return self._checklist(node)
        if isinstance(node, PromptStep):
            name = node.name or "Question"
            return Step(
                "", "", "", Kind.PROMPT, name, OPEN,
                question=node.question, answers=node.answers, purpose=node.purpose or "",
            )  # fmt: skip
        return self._run(node, changes)

    def _checklist(self, node: ChecklistStep) -> Step:
        """Make a checklist."""
        return Step(
            "", "", "", Kind.CHECKLIST, node.name or "Checklist", OPEN,
            start=_start(node.start),
            items=tuple(_item(item) for item in node.items),
            gates=self._gates(node.gates),
            purpose=node.purpose or "",
        )  # fmt: skip

    def _run(self, node: RunStep, changes: Changes) -> Step:
        """Make a stretch of running or recovering."""
        kind = Kind(node.kind)
        until = self._until(node, kind, changes)
        target = None
        if node.target is not None:
            with _at("target"):
                target = resolve(
                    node.target,
                    self.numbers,
                    kind,
                    ramp=node.ramp,
                    shifts=changes.shifts,
                    lenient=self.lenient,
                )
        move = Move(node.move or "jog")
        says = tuple(StepReminder(word.text, *read_point(word.at)) for word in node.says)
        return Step(
            "", "", "", kind, node.name or step_name(kind, until, move), until,
            target=target,
            caps=tuple(resolve_cap(cap, self.numbers, lenient=self.lenient) for cap in node.caps),
            start=_start(node.start),
            move=move,
            steer=steer_of(target, kind, until.distance(), node.steer),
            else_time_s=read_time(node.else_time) if node.else_time else None,
            reminders=says + tuple(make_reminder(reminder, of_run=False) for reminder in node.reminders),
            gates=self._gates(node.gates),
            calibrate=node.calibrate,
            purpose=node.purpose or "",
        )  # fmt: skip

    def _gates(self, gates: tuple[rules.Gate, ...]) -> tuple[StepGate, ...]:
        """Make gates."""
        return tuple(make_gate(gate, self.numbers, lenient=self.lenient) for gate in gates)

    def _until(self, node: RunStep, kind: Kind, changes: Changes) -> EndConditions:
        """Make the end of a step, changed as the repeats around it say."""
        if node.until is None:
            return OPEN
        with _at("until"):
            made = [self._end(one, kind, changes) for one in node.until.ones()]
        ends = tuple(end for end in made if end is not None)
        floor = read_time(node.until.not_before) if node.until.not_before else None
        cap = read_time(node.until.cap) if node.until.cap else None
        return EndConditions(ends or OPEN.ends, floor, cap)

    def _end(self, one: written.One, kind: Kind, changes: Changes) -> End | None:
        """Make one end; None for a heart rate the athlete does not give, where lenient."""
        if one.time is not None:
            rise = changes.seconds if kind in REPS else changes.recovery_s if kind in RESTS else 0.0
            return TimeEnd(_possible_time(read_time(one.time) + rise))
        if one.distance is not None:
            metres = read_distance(one.distance) + (changes.metres if kind in REPS else 0.0)
            return DistanceEnd(_possible_distance(metres))
        if one.mark:
            return MarkEnd()
        if one.open:
            return OpenEnd()
        text = one.heart_rate_below or one.heart_rate_above
        assert text is not None
        try:
            beats = self.numbers.beats(read_one_heart_rate(text))
        except MissingNumber:
            if not self.lenient:
                raise
            return None
        assert beats.high is not None
        return HeartRateEnd(beats.high, below=one.heart_rate_below is not None)


class _at:  # noqa: N801 - reads as a preposition
    """Adds the key of a part of a step to what goes wrong in it."""

    def __init__(self, key: str) -> None:
        """Take the key."""
        self._key = key

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        """Name the key, if it has not been named."""
        if isinstance(problem, Misspelt) and not problem.key:
            problem.key = self._key


def _start(start: object) -> Start | None:
    """Make a start."""
    if isinstance(start, written.Delay):
        return DelayStart(read_time(start.delay))
    words: dict[object, Start] = {"auto": AutoStart(), "press": PressStart(), "movement": MovementStart()}
    return words.get(start)


def _item(item: Item) -> ChecklistItem:
    """Make an exercise."""
    return ChecklistItem(
        item.do,
        item.sets,
        item.reps,
        Seconds(item.seconds) if item.seconds is not None else None,
        Metres(item.metres) if item.metres is not None else None,
        item.each_side,
    )


def _possible_time(seconds: float) -> Seconds:
    """Refuse a time that a change has made impossible."""
    if not 0 < seconds <= LONGEST_S:
        raise Misspelt(
            f"the changes of the repeats make its time {format_clock(seconds)}", "Change less, or less often."
        )
    return Seconds(seconds)


def _possible_distance(metres: float) -> Metres:
    """Refuse a distance that a change has made impossible."""
    if not 1 <= metres <= LONGEST_M:
        raise Misspelt(
            f"the changes of the repeats make its distance {metres:.0f} m", "Change less, or less often."
        )
    return Metres(metres)
