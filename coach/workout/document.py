"""Workout documents: read and written, made into the timeline of an athlete, and what they ask for in words.

A document is read strictly, and every fault is named. A run is compiled strictly as well; a list is compiled with
`outline`, in which a number that the athlete does not give stays a name.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import ValidationError

from coach.athlete import Athlete
from coach.documents import Fault, Faulty, check_format, check_tree, faults_of, inside, path_of, read_tree
from coach.problems import WorkoutProblem
from coach.quantities import Metres, Seconds, format_clock, format_metres, format_pace
from coach.spelling import LONGEST_M, LONGEST_S, Misspelt, read_distance, read_pace, read_time
from coach.workout.describe import UNIT_WORDS, step_label, step_name
from coach.workout.kinds import KINDS, OLD_RACE_WIDER, REPS, RESTS, RUN, Kind
from coach.workout.model import (
    FORMAT,
    AfterPartner,
    Change,
    ChecklistStep,
    Delay,
    Gate,
    Item,
    Needs,
    Node,
    Often,
    Parts,
    PromptStep,
    Remark,
    Reminder,
    Repeat,
    RunStep,
    SingleEnd,
    Tags,
    Use,
    Workout,
    WorkoutDocument,
    check,
    remarks,
)
from coach.workout.resolve import (
    NOBODY,
    MissingNumber,
    Numbers,
    Shift,
    coach_by,
    resolve,
    resolve_cap,
)
from coach.workout.targets import (
    read_cadence,
    read_distance_change,
    read_heart_rate,
    read_one_heart_rate,
    read_point,
    read_power,
    read_speed,
    read_time_change,
)
from coach.workout.timeline import (
    AutoStart,
    Band,
    ChecklistItem,
    Context,
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
    Quantity,
    RangeTurn,
    SlotEnd,
    Start,
    Step,
    StepGate,
    StepReminder,
    StepTarget,
    TimeEnd,
    Timeline,
    alternating_sets,
    with_edges,
    with_marks,
)

# --- documents read and written


def _problem_of(faulty: Faulty, name: str) -> WorkoutProblem:
    """Make the problem of a faulty document from a file called `name`."""
    first = faulty.faults[0]
    return WorkoutProblem(f"{first.reason} (in {name})", faulty.hint, where=first.where)


def load_document(data: bytes, *, name: str) -> WorkoutDocument:
    """Read a workout document from the bytes of a file called `name`.

    Raises:
        WorkoutProblem: with the JSON path, the reason and the fix; further faults stand in its hint.
    """
    try:
        document = _checked_document(read_tree(data, what="workout"))
    except Faulty as faulty:
        raise _problem_of(faulty, name) from None
    return replace(document, remarks=(*document.remarks, *_track_remarks(document)))


def document_from(tree: dict[str, object], *, name: str) -> WorkoutDocument:
    """As `load_document`, from an object already read: a recording's header, or a converted foreign workout.

    Raises:
        WorkoutProblem: as `load_document`.
    """
    return load_document(json.dumps(tree).encode(), name=name)


def workout_schema() -> dict[str, object]:
    """The JSON Schema of workout documents, for editors with completion and checks."""
    schema = Workout.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT} | {
        key: value for key, value in schema.items() if key != "title"
    }


def _checked_document(tree: dict[str, object]) -> WorkoutDocument:
    """Check a tree and build its document."""
    check_format(tree, family="coach-workout", version=1, what="workout")
    check_tree(tree)
    try:
        workout = Workout.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise Faulty(faults_of(error, tree)) from None
    parts: Parts = [(["sections", place, "steps"], part.steps) for place, part in enumerate(workout.sections)]
    check(workout.blocks, parts)
    return WorkoutDocument(workout, tree, tuple(remarks(workout.blocks, parts)))


def _track_remarks(document: WorkoutDocument) -> list[Remark]:
    """Remark which reps start at different ends of the track, which only the whole workout shows."""
    text = "the reps start at different ends of the track"
    return [Remark(path, text) for path in alternating_sets(outline(document).steps)]


_WIDTH: Final = 110


def written_document(tree: dict[str, Any]) -> bytes:
    """Write a document as readable UTF-8 JSON with a final newline."""
    return (_json_text(tree, 0, 0) + "\n").encode("utf-8", "replace")


def _json_text(node: Any, depth: int, column: int) -> str:
    """Write one value; its first line begins at a column."""
    flat = json.dumps(node, ensure_ascii=False)
    short = len(flat) + column + depth <= _WIDTH
    if not isinstance(node, dict | list) or not node or (short and depth and not _is_tall(node)):
        return flat
    pad = " " * (depth + 1)
    if isinstance(node, dict):
        parts = [
            f"{pad}{json.dumps(key, ensure_ascii=False)}: {_json_text(value, depth + 1, len(key) + 4)}"
            for key, value in node.items()
        ]
        return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"
    return (
        "[\n" + ",\n".join(pad + _json_text(value, depth + 1, 0) for value in node) + "\n" + " " * depth + "]"
    )


def _is_tall(node: Any) -> bool:
    """Return whether it holds steps or sections, which are written on lines of their own however short they are."""
    return isinstance(node, dict) and ("steps" in node or "sections" in node)


# --- reminders and gates in numbers, and the steps that carry those of the whole run


def _make_reminder(reminder: Reminder, *, of_run: bool) -> StepReminder:
    """Make a reminder."""
    at = reminder.at or reminder.after or reminder.every
    assert at is not None
    at_s, at_m = read_point(at)
    every_s, every_m = read_point(reminder.every) if reminder.every else (None, None)
    amount, unit = reminder.amount, reminder.unit
    return StepReminder(
        reminder.text, at_s, at_m, every_s, every_m, amount, unit, of_run or reminder.of == "run"
    )


def _make_gate(gate: Gate, numbers: Numbers, *, lenient: bool) -> StepGate:
    """Make a gate; if a number is missing and this is lenient, it watches nothing."""
    quantity: Quantity | None
    try:
        quantity, above, below = _gate_limits(gate, numbers)
    except MissingNumber:
        if not lenient:
            raise
        quantity, above, below = None, None, None
    return StepGate(
        gate.rule,
        gate.when,
        gate.text,
        quantity,
        above,
        below,
        read_time(gate.for_time) if gate.for_time else None,
        read_distance(gate.per) if gate.per else None,
        gate.metric.name if gate.metric else "",
    )


def _gate_limits(gate: Gate, numbers: Numbers) -> tuple[Quantity | None, float | None, float | None]:
    """The quantity a gate watches, and its limit from above or below."""
    if gate.heart_rate is not None:
        above, below = gate.heart_rate.above, gate.heart_rate.below
        high = numbers.beats(read_heart_rate(above)).high if above else None
        low = numbers.beats(read_heart_rate(below)).low if below else None
        return Quantity.HEART_RATE, high, low
    if gate.pace is not None:
        faster, slower = gate.pace.faster, gate.pace.slower
        return (
            Quantity.SPEED,
            read_pace(faster) if faster else None,
            read_pace(slower) if slower else None,
        )
    if gate.speed is not None:
        above, below = gate.speed.above, gate.speed.below
        high = numbers.speed(read_speed(above))[1] if above else None
        low = numbers.speed(read_speed(below))[0] if below else None
        return Quantity.SPEED, high, low
    if gate.cadence is not None:
        above, below = gate.cadence.above, gate.cadence.below
        return (
            Quantity.CADENCE,
            read_cadence(above).high if above else None,
            read_cadence(below).low if below else None,
        )
    if gate.power is not None:
        above, below = gate.power.above, gate.power.below
        return (
            Quantity.POWER,
            read_power(above).high if above else None,
            read_power(below).low if below else None,
        )
    if gate.metric is not None:
        return Quantity.METRIC, gate.metric.above, gate.metric.below
    return None, None, None


def _add_run_rules(steps: list[Step], workout: Workout, numbers: Numbers, *, lenient: bool) -> list[Step]:
    """Attach reminders and gates of the whole run to its steps.

    Questions before the start are on the first step. Watched limits, and reminders counted from the start of the run,
    are on every step: their times and distances are of the run, so each applies once.
    """
    if not steps or not (workout.reminders or workout.gates):
        return steps
    reminders = tuple(_make_reminder(reminder, of_run=True) for reminder in workout.reminders)
    gates = tuple(_make_gate(gate, numbers, lenient=lenient) for gate in workout.gates)
    during = tuple(gate for gate in gates if gate.when == "during")
    steps_with_rules = [
        replace(step, reminders=step.reminders + reminders, gates=step.gates + during)
        if step.kind in RUN
        else step
        for step in steps
    ]
    before = tuple(gate for gate in gates if gate.when == "before")
    steps_with_rules[0] = replace(steps_with_rules[0], gates=before + steps_with_rules[0].gates)
    return steps_with_rules


# --- one step of a document to one step of a timeline; `_Unroller` adds its place

_OPEN = EndConditions((OpenEnd(),))


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of a step by the repeats around it so far."""

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
            MissingNumber: a number of the athlete is missing, and this is not lenient.
            Misspelt: the result is impossible; its key names the part of the step.
        """
        assert not isinstance(node, Repeat | Use)
        if isinstance(node, ChecklistStep):
            return self._checklist(node)
        if isinstance(node, PromptStep):
            name = node.name or "Question"
            return Step(
                "", "", "", Kind.PROMPT, name, _OPEN,
                question=node.question, answers=node.answers, purpose=node.purpose or "",
            )  # fmt: skip
        return self._run(node, changes)

    def _checklist(self, node: ChecklistStep) -> Step:
        return Step(
            "", "", "", Kind.CHECKLIST, node.name or "Checklist", _OPEN,
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
            with _faults_at("target"):
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
            steer=coach_by(target, kind, until.distance(), node.steer),
            else_time_s=read_time(node.else_time) if node.else_time else None,
            reminders=says + tuple(_make_reminder(reminder, of_run=False) for reminder in node.reminders),
            gates=self._gates(node.gates),
            calibrate=node.calibrate,
            purpose=node.purpose or "",
        )  # fmt: skip

    def _gates(self, gates: tuple[Gate, ...]) -> tuple[StepGate, ...]:
        return tuple(_make_gate(gate, self.numbers, lenient=self.lenient) for gate in gates)

    def _until(self, node: RunStep, kind: Kind, changes: Changes) -> EndConditions:
        """Make the end of a step, with the changes of the repeats around it."""
        if node.until is None:
            return _OPEN
        with _faults_at("until"):
            compiled_ends = [self._end(one, kind, changes) for one in node.until.single_ends()]
        ends = tuple(end for end in compiled_ends if end is not None)
        floor = read_time(node.until.not_before) if node.until.not_before else None
        cap = read_time(node.until.cap) if node.until.cap else None
        return EndConditions(ends or _OPEN.ends, floor, cap)

    def _end(self, end: SingleEnd, kind: Kind, changes: Changes) -> End | None:
        """Make one end; None for a heart rate the athlete does not give, where lenient."""
        if end.time is not None:
            rise = changes.seconds if kind in REPS else changes.recovery_s if kind in RESTS else 0.0
            return TimeEnd(_possible_time(read_time(end.time) + rise))
        if end.distance is not None:
            metres = read_distance(end.distance) + (changes.metres if kind in REPS else 0.0)
            return DistanceEnd(_possible_distance(metres))
        if end.mark:
            return MarkEnd()
        if end.open:
            return OpenEnd()
        text = end.heart_rate_below or end.heart_rate_above
        assert text is not None
        try:
            beats = self.numbers.beats(read_one_heart_rate(text))
        except MissingNumber:
            if not self.lenient:
                raise
            return None
        assert beats.high is not None
        return HeartRateEnd(beats.high, below=end.heart_rate_below is not None)


@contextmanager
def _faults_at(key: str) -> Iterator[None]:
    """Add the key of a part of a step to the faults inside the block, unless they name one."""
    try:
        yield
    except Misspelt as fault:
        fault.key = fault.key or key
        raise


def _start(start: object) -> Start | None:
    if isinstance(start, Delay):
        return DelayStart(read_time(start.delay))
    if isinstance(start, AfterPartner):
        return PressStart()  # anyone may press it: in a squad the partner does
    words: dict[object, Start] = {"auto": AutoStart(), "press": PressStart(), "movement": MovementStart()}
    return words.get(start)


def _item(item: Item) -> ChecklistItem:
    return ChecklistItem(
        item.do,
        item.sets,
        item.reps,
        Seconds(item.seconds) if item.seconds is not None else None,
        Metres(item.metres) if item.metres is not None else None,
        item.each_side,
        Seconds(0.0) if item.rest is None else read_time(item.rest),
    )


def _possible_time(seconds: float) -> Seconds:
    """Refuse a time that a change made impossible."""
    if not 0 < seconds <= LONGEST_S:
        raise Misspelt(
            f"the changes of the repeats make its time {format_clock(seconds)}", "Change less, or less often."
        )
    return Seconds(seconds)


def _possible_distance(metres: float) -> Metres:
    """Refuse a distance that a change made impossible."""
    if not 1 <= metres <= LONGEST_M:
        raise Misspelt(
            f"the changes of the repeats make its distance {metres:.0f} m", "Change less, or less often."
        )
    return Metres(metres)


# --- a whole document to a timeline: repeats are unrolled, references looked up, every step named


def compile_workout(document: WorkoutDocument, athlete: Athlete | None) -> Timeline:
    """Make the timeline of a workout for an athlete, as known now (`Athlete.as_of` picks another day).

    Raises:
        AthleteProblem: the workout needs a number that the athlete does not give; it names the number and the command.
        WorkoutProblem: offsets or changes come to a pace, time or distance that is impossible.
    """
    return _compile(document, Numbers.of(athlete), lenient=False)


def outline(document: WorkoutDocument, athlete: Athlete | None = None) -> Timeline:
    """As `compile_workout`, but references that the athlete does not define keep their name and have no numbers.

    For listing and checking; a run is compiled strictly.

    Raises:
        WorkoutProblem: as `compile_workout`.
    """
    return _compile(document, Numbers.of(athlete), lenient=True)


def compile_by_effort(document: WorkoutDocument, athlete: Athlete | None) -> Timeline:
    """As `compile_workout`, but a step without the athlete's number is run by effort: timed and not judged.

    Raises:
        WorkoutProblem: as `compile_workout`.
    """
    timeline = outline(document, athlete)
    return replace(timeline, steps=tuple(_by_effort(step) for step in timeline.steps))


def _by_effort(step: Step) -> Step:
    """A step whose target and caps without numbers become words; it keeps the name of its pace."""
    caps = tuple(cap for cap in step.caps if cap.band != Band())
    target = step.target
    if target is None or target.band != Band() or target.quantity is Quantity.EFFORT:
        return replace(step, caps=caps)
    label = f"{target.ref} effort" if target.label == f"{target.ref} pace" else f"{target.label}, by feel"
    words = StepTarget(Quantity.EFFORT, Band(), label, ref=target.ref)
    return replace(step, caps=caps, target=words, steer=None)


def with_wider_bands(timeline: Timeline, numbers: Numbers) -> Timeline:
    """The timeline of a runner whose race is old: bands around a pace made from it are wider."""
    return replace(timeline, steps=tuple(_wider(step, numbers) for step in timeline.steps))


def _wider(step: Step, numbers: Numbers) -> Step:
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED or not numbers.is_derived(target.ref):
        return step
    ramp = None if target.ramp is None else target.ramp.widened(OLD_RACE_WIDER)
    return replace(step, target=replace(target, band=target.band.widened(OLD_RACE_WIDER), ramp=ramp))


def _compile(document: WorkoutDocument, numbers: Numbers, *, lenient: bool) -> Timeline:
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
        raise _problem_of(faulty, document.name) from None
    steps = _add_run_rules(steps, workout, numbers, lenient=lenient)
    return Timeline(
        workout.name,
        with_marks(with_edges(steps), context),
        context,
        workout.purpose or "",
        is_own_words=workout.spoken == "own",
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a list of steps in the workout."""

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


class _Unroller:
    """Unrolls repeats and blocks, one step after the other."""

    def __init__(self, document: WorkoutDocument, compiler: StepCompiler) -> None:
        """Take the blocks of a document and the compiler of single steps."""
        self._blocks = document.workout.blocks
        self._compiler = compiler
        self._steps_by_key: dict[tuple[int, Changes], Step] = {}

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
        count, least = node.most, node.least
        innermost = not _holds_repeat(node.steps, self._blocks)
        word = node.name or ("rep" if innermost else "set")
        for turn in range(count):
            here = replace(
                place,
                step_id=f"{place.step_id}/{turn}",
                path=(*place.path, f"{word} {turn + 1} of {count}"),
                json=(*place.json, "steps"),
                set_id=place.step_id,
                changes=add_changes(place.changes, node.change, turn),
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
        key = (id(node), place.changes)
        try:
            step = self._steps_by_key.get(key) or self._compiler.step(node, place.changes)
        except Misspelt as cause:
            where = inside(path_of(place.json), cause.key)
            raise Faulty([Fault(where, cause.reason, cause.fix)]) from None
        self._steps_by_key[key] = step
        is_unnamed = isinstance(node, RunStep) and node.name is None
        last = KINDS[step.kind].name if is_unnamed else step.name
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
    """Return whether there is a repeat among the steps, or in a block they use."""
    return any(
        isinstance(node, Repeat) or (isinstance(node, Use) and _holds_repeat(blocks[node.use], blocks))
        for node in nodes
    )


def add_changes(changes: Changes, change: Change | None, turn: int) -> Changes:
    """Add the changes of a repeat at its turn (from 0) to those of the repeats around it."""
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
    """The rest of a slot after its rep."""
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


# --- what a workout asks for besides its steps, in words


def advice(tags: Tags) -> tuple[str, ...]:
    """The demands of a workout on the runner and on the week around it, a sentence each; empty if there are none."""
    sentences = []
    if tags.opt_in:
        sentences.append("Opt-in: the rule in it rests on a claim, not on evidence. Read the caution.")
    if tags.first is not None:
        sentences.append(f"First: {'; '.join(_needs(tags.first))}.")
    if (limit := tags.often) is not None:
        sentences.append(f"At most {often_words(limit)}.")
    if tags.is_fresh:
        sentences.append("Only with fresh legs, not the day after a hard one.")
    if tags.not_with:
        sentences.append(f"Not with a history of {' or '.join(tags.not_with)} trouble.")
    if tags.weekly_share_percent:
        share = f"{tags.weekly_share_percent:g} %"
        sentences.append(f"Its hard part should be no more than {share} of the week's running.")
    return tuple(sentences)


def _needs(needs: Needs) -> Iterator[str]:
    """The requirements of a workout, in parts of a sentence."""
    if needs.words:
        yield needs.words
    if needs.level:
        yield f"{needs.level} level"
    if needs.seasons:
        yield f"{needs.seasons} season{'s' if needs.seasons > 1 else ''} of running"
    if needs.base_weeks:
        yield f"{needs.base_weeks} week{'s' if needs.base_weeks > 1 else ''} of regular running"
    if needs.warm_up:
        yield f"{needs.warm_up:g} minutes of warm-up"


def often_words(limit: Often) -> str:
    """A limit of frequency in words: `once in 7 days`, `3 times in 14 days`, `once a day`."""
    if limit.times == limit.days:
        return "once a day"
    times = {1: "once", 2: "twice"}.get(limit.times, f"{limit.times} times")
    return f"{times} in {limit.days} days"


def rules_of_workout(workout: Workout) -> tuple[str, ...]:
    """The rules of the whole run, a sentence each; empty if there are none."""
    nobody = Numbers(NOBODY)
    sentences = [f"Caution: {workout.caution}"] if workout.caution else []
    sentences += advice(workout.tags)
    sentences += [
        _as_sentence(_reminder_words(_make_reminder(each, of_run=True))) for each in workout.reminders
    ]
    return (
        *sentences,
        *(_as_sentence(_gate_words(_make_gate(each, nobody, lenient=True))) for each in workout.gates),
    )


def _rules_of_step(step: Step, workout: Workout) -> tuple[str, ...]:
    """The rules of a step that are not of the whole run: `limit: under 150 bpm`, `reminder: drink every 20:00`."""
    of_run = {gate.rule for gate in workout.gates}
    return (
        *(f"limit: {cap.label}" for cap in step.caps),
        *(_reminder_words(each) for each in step.reminders if not each.of_run or not _is_of(workout, each)),
        *(_gate_words(gate) for gate in step.gates if gate.rule not in of_run),
    )


def rules_by_step(timeline: Timeline, workout: Workout) -> Iterator[tuple[Step, tuple[str, ...]]]:
    """Every step with its rules, where they first apply: the second of eight reps adds nothing."""
    keys: set[tuple[str, str, tuple[str, ...]]] = set()
    for step in timeline.steps:
        rules = _rules_of_step(step, workout)
        key = (step.section, step_label(step), rules)
        yield step, () if key in keys else rules
        keys.add(key)


def rules_in_short(timeline: Timeline, workout: Workout) -> tuple[str, ...]:
    """All that a workout requires besides its steps, a line each."""
    steps = (
        f"{step_label(step)}: {'; '.join(rules)}."
        for step, rules in rules_by_step(timeline, workout)
        if rules
    )
    return (*rules_of_workout(workout), *steps)


def _is_of(workout: Workout, reminder: StepReminder) -> bool:
    return any(_make_reminder(each, of_run=True) == reminder for each in workout.reminders)


def _reminder_words(reminder: StepReminder) -> str:
    amount = "" if reminder.amount is None else f" ({reminder.amount:g} {reminder.unit}".rstrip() + ")"
    at, every = _point_words(reminder.at_s, reminder.at_m), _point_words(reminder.every_s, reminder.every_m)
    when = f"every {every}" if every else f"at {at}"
    when += f" from {at}" if every and at != every else ""
    return f"reminder: {reminder.text}{amount}, {when}{' of the run' if reminder.of_run else ''}"


def _gate_words(gate: StepGate) -> str:
    if gate.when == "before":
        return f"asked before the start: {gate.text} ({gate.rule})"
    watched = f" ({_limit_words(gate)})" if gate.quantity is not None else ""
    return f"rule {gate.rule}{watched}: {gate.text}"


_NAMES: Final = {
    Quantity.SPEED: "pace",
    Quantity.HEART_RATE: "heart rate",
    Quantity.CADENCE: "cadence",
    Quantity.POWER: "power",
}


def _limit_words(gate: StepGate) -> str:
    """The watched limit of a rule: `heart rate over 165 bpm for 3:00 in 1 km`."""
    assert gate.quantity is not None
    limit = gate.above if gate.above is not None else gate.below
    assert limit is not None
    if gate.quantity is Quantity.SPEED:
        amount = f"{'faster' if gate.above is not None else 'slower'} than {format_pace(limit)}"
    else:
        side = "over" if gate.above is not None else "under"
        amount = f"{side} {limit:g} {UNIT_WORDS.get(gate.quantity, '')}".strip()
    words = f"{_NAMES.get(gate.quantity, gate.metric)} {amount}"
    words += f" for {format_clock(gate.for_s)}" if gate.for_s is not None else ""
    return words + (f" in {format_metres(gate.per_m)}" if gate.per_m is not None else "")


def _point_words(seconds: float | None, metres: float | None) -> str:
    """A time or a distance; empty for neither."""
    if seconds is not None:
        return format_clock(seconds)
    return "" if metres is None else format_metres(metres)


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")
