"""From a document to a timeline: repeats unrolled, references looked up, every step named for good."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from coach.athlete import Athlete
from coach.documents.faults import Fault, Faulty, Misspelt, inside, path_of
from coach.documents.spelling import read_time
from coach.problems import AthleteProblem
from coach.quantities import Metres, Seconds
from coach.workout.compile_step import Changes, StepCompiler
from coach.workout.defaults import OLD_RACE_WIDER
from coach.workout.errors import workout_problem
from coach.workout.kinds import KINDS, Kind
from coach.workout.marks import with_marks
from coach.workout.measures import read_distance_change, read_time_change
from coach.workout.model import WorkoutDocument
from coach.workout.numbers import Numbers
from coach.workout.reminders_and_gates import run_rules
from coach.workout.resolve import Shift
from coach.workout.steps import Change, Node, Repeat, RunStep, Use
from coach.workout.timeline import (
    Band,
    Context,
    EndConditions,
    Quantity,
    RangeTurn,
    SlotEnd,
    Step,
    StepTarget,
    Timeline,
)


def compile_workout(document: WorkoutDocument, athlete: Athlete | None) -> Timeline:
    """Make the timeline of a workout for an athlete, as known now (`Athlete.as_of` picks another day).

    Raises:
        AthleteProblem: the workout needs a number the athlete does not give; it names it and the command.
        WorkoutProblem: offsets or changes come to a pace, time or distance that is impossible.
    """
    return _compile(document, Numbers.of(athlete), lenient=False)


def outline(document: WorkoutDocument, athlete: Athlete | None = None) -> Timeline:
    """As `compile_workout`, but references the athlete does not answer keep their name and have no numbers.

    For listing and checking; what is run is compiled strictly.

    Raises:
        WorkoutProblem: as `compile_workout`.
    """
    return _compile(document, Numbers.of(athlete), lenient=True)


def compile_by_effort(document: WorkoutDocument, athlete: Athlete | None) -> Timeline:
    """As `compile_workout`, but what the athlete does not say is left to effort: such a step is timed and not judged.

    Raises:
        WorkoutProblem: as `compile_workout`.
    """
    timeline = outline(document, athlete)
    return replace(timeline, steps=tuple(_by_effort(step) for step in timeline.steps))


def _by_effort(step: Step) -> Step:
    """A step whose target and caps without numbers are words; it keeps the name of its pace."""
    caps = tuple(cap for cap in step.caps if cap.band != Band())
    target = step.target
    if target is None or target.band != Band() or target.quantity is Quantity.EFFORT:
        return replace(step, caps=caps)
    label = f"{target.ref} effort" if target.label == f"{target.ref} pace" else f"{target.label}, by feel"
    words = StepTarget(Quantity.EFFORT, Band(), label, ref=target.ref)
    return replace(step, caps=caps, target=words, steer=None)


def with_wider_bands(timeline: Timeline, numbers: Numbers) -> Timeline:
    """The timeline of a runner whose race is old: bands that were laid around a pace made from it are wider."""
    return replace(timeline, steps=tuple(_wider(step, numbers) for step in timeline.steps))


def _wider(step: Step, numbers: Numbers) -> Step:
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED or not numbers.is_derived(target.ref):
        return step
    ramp = None if target.ramp is None else target.ramp.widened(OLD_RACE_WIDER)
    return replace(step, target=replace(target, band=target.band.widened(OLD_RACE_WIDER), ramp=ramp))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the workout a list of steps stands."""

    step_id: str
    path: tuple[str, ...]
    json: tuple[str | int, ...]
    section: str
    set_id: str
    changes: Changes = field(default_factory=Changes)
    rep: int | None = None
    of: int | None = None
    optional: bool = False
    range_turn: RangeTurn | None = None


def _compile(document: WorkoutDocument, numbers: Numbers, *, lenient: bool) -> Timeline:
    """Compile strictly or leniently."""
    workout = document.workout
    where = workout.context
    context = Context(surface="")
    if where is not None:
        context = Context(where.surface or "", Metres(where.lap_m), where.lane)
    unroller = _Unroller(document, StepCompiler(numbers, lenient))
    try:
        steps = [
            step
            for number, section in enumerate(workout.sections)
            for step in unroller.unroll(
                section.steps,
                _Place(
                    str(number), (section.name,), ("sections", number, "steps"), section.name, str(number)
                ),
            )
        ]
    except Faulty as faulty:
        raise workout_problem(faulty, document.name) from None
    steps = run_rules(steps, workout, numbers, lenient=lenient)
    return Timeline(workout.name, with_marks(_edges(steps), context), context, workout.purpose or "")


class _Unroller:
    """Writes repeats and blocks out, one step after the other."""

    def __init__(self, document: WorkoutDocument, compiler: StepCompiler) -> None:
        """Take the blocks of a document and what compiles a single step."""
        self._blocks = document.workout.blocks
        self._compiler = compiler
        self._known: dict[tuple[int, Changes], Step] = {}

    def unroll(self, nodes: tuple[Node, ...], place: _Place, *, reverse: bool = False) -> Iterator[Step]:
        """Every step of a list, in running order."""
        order = list(enumerate(nodes))
        for number, node in reversed(order) if reverse else order:
            here = replace(place, step_id=f"{place.step_id}.{number}", json=(*place.json, number))
            if isinstance(node, Repeat):
                yield from self._repeat(node, here)
            elif isinstance(node, Use):
                block = replace(here, step_id=f"{here.step_id}/0", json=("blocks", node.use))
                yield from self.unroll(self._blocks[node.use], block, reverse=node.reverse)
            else:
                yield self._single(node, here)

    def _repeat(self, node: Repeat, place: _Place) -> Iterator[Step]:
        """Every step of a repeat."""
        count = node.repeat if isinstance(node.repeat, int) else node.repeat.max
        least = count if isinstance(node.repeat, int) else node.repeat.min
        innermost = not _holds_repeat(node.steps, self._blocks)
        word = node.name or ("rep" if innermost else "set")
        for turn in range(count):
            here = replace(
                place,
                step_id=f"{place.step_id}/{turn}",
                path=(*place.path, f"{word} {turn + 1} of {count}"),
                json=(*place.json, "steps"),
                set_id=place.step_id,
                changes=changed(place.changes, node.change, turn),
                rep=turn + 1,
                of=count,
                optional=place.optional or turn >= least,
                range_turn=place.range_turn if least == count else RangeTurn(place.step_id, turn + 1, least),
            )
            nodes = node.steps[:-1] if node.skip_last_recovery and turn == count - 1 else node.steps
            yield from self._one_turn(node, nodes, here)
            if turn == count - 1:
                continue
            if node.send_off is not None:
                yield _send_off_rest(read_time(node.send_off), here)
            if node.between is not None:
                between = replace(
                    here,
                    step_id=f"{here.step_id}.between",
                    json=(*place.json, "between"),
                    rep=here.rep if innermost else None,
                    of=here.of if innermost else None,
                )
                yield self._single(node.between, between)

    def _one_turn(self, node: Repeat, nodes: tuple[Node, ...], place: _Place) -> Iterator[Step]:
        """The steps of one turn of a repeat; the first of a send-off carries its slot."""
        steps = self.unroll(nodes, place)
        if node.send_off is None:
            yield from steps
            return
        for number, step in enumerate(steps):
            yield replace(step, send_off_s=read_time(node.send_off)) if number == 0 else step

    def _single(self, node: Node, place: _Place) -> Step:
        """One step, with its name and place."""
        key = (id(node), place.changes)
        try:
            step = self._known.get(key) or self._compiler.step(node, place.changes)
        except Misspelt as cause:
            where = inside(path_of(place.json), cause.key)
            raise Faulty([Fault(where, cause.reason, cause.fix)]) from None
        self._known[key] = step
        named = isinstance(node, RunStep) and node.name is None
        last = KINDS[step.kind].name if named else step.name
        return replace(
            step,
            step_id=place.step_id,
            path=" / ".join((*place.path, last)),
            section=place.section,
            set_id=place.set_id,
            rep=place.rep,
            of=place.of,
            optional=place.optional,
            range_turn=place.range_turn,
        )


def _holds_repeat(nodes: tuple[Node, ...], blocks: dict[str, tuple[Node, ...]]) -> bool:
    """Is there a repeat among the steps, or in a block they use?"""
    return any(
        isinstance(node, Repeat) or (isinstance(node, Use) and _holds_repeat(blocks[node.use], blocks))
        for node in nodes
    )


def changed(changes: Changes, change: Change | None, turn: int) -> Changes:
    """Add what a repeat changes by its turn (from 0) to what the repeats around it change."""
    if change is None or turn == 0:
        return changes
    return Changes(
        shifts=(*changes.shifts, Shift(change.pace, turn)) if change.pace else changes.shifts,
        seconds=changes.seconds + (turn * read_time_change(change.time) if change.time else 0.0),
        metres=changes.metres + (turn * read_distance_change(change.distance) if change.distance else 0.0),
        recovery_s=changes.recovery_s
        + (turn * read_time_change(change.recovery) if change.recovery else 0.0),
    )


def _send_off_rest(every_s: Seconds, place: _Place) -> Step:
    """What is left of a slot after its rep."""
    return Step(
        step_id=f"{place.step_id}.rest",
        path=" / ".join((*place.path, "rest")),
        section=place.section,
        kind=Kind.RECOVERY,
        name="Rest",
        until=EndConditions((SlotEnd(every_s),)),
        rep=place.rep,
        of=place.of,
        set_id=place.set_id,
        optional=place.optional,
        range_turn=place.range_turn,
    )


def _edges(steps: list[Step]) -> list[Step]:
    """Say which step is the first and which the last of its set."""
    marked = []
    for number, step in enumerate(steps):
        first = number == 0 or steps[number - 1].set_id != step.set_id
        last = number == len(steps) - 1 or steps[number + 1].set_id != step.set_id
        marked.append(replace(step, first_of_set=first, last_of_set=last) if first or last else step)
    return marked


__all__ = ["AthleteProblem", "compile_workout", "outline"]
