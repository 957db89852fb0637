"""Makes a workout easier, shorter or different while it keeps its purpose, or a new one from a few numbers.

A function that changes a workout returns a `Variant`, or None if the workout has nothing to change in that way. All
changes go through the workout editor (`coach.workout.editing`), so limits, gates and notes stay. No variant is harder
than the workout: neither its time nor its hard time grows, and no pace gets faster. The time of a longer rest or
warm-up is taken from the cool-down.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Literal

from coach.athlete import PACE_NAMES, Athlete
from coach.problems import WorkoutProblem
from coach.quantities import METRES_PER_MILE, format_clock, format_metres, read_duration
from coach.spelling import LONGEST_NAME, Misspelt, read_distance, read_pace, read_time
from coach.workout.describe import estimate, likely_seconds
from coach.workout.document import document_from, outline
from coach.workout.editing import WHAT, Cell, Form, StepRow, remove, rows, write_cell
from coach.workout.kinds import BRIEF, CROSS, EASY, FLOATS, HARD, RESTS, RUN, UPHILL, Kind
from coach.workout.model import WorkoutDocument
from coach.workout.timeline import Step

FEWER_SHARE: Final = 0.25
"""The share of the reps left out on an easier day: one of four, two of eight. Judged; a live edit takes one."""
REST_SHARE: Final = 0.25
"""How much longer rests become. Judged: small steps, one thing at a time."""
LEAST_REST_S: Final = 10.0
"""A rest that grows by less does not count as longer. Judged."""
WARM_UP_S: Final = 300.0
"""A longer warm-up adds five minutes. Judged."""
LEAST_WARM_UP_S: Final = 120.0
"""A warm-up that grows by less does not count as longer. Judged."""
COOL_DOWN_S: Final = 300.0
"""Shortest cool-down. Judged."""
SHORT_WARM_UP_S: Final = 600.0
"""Shortest warm-up before hard running on a short day: the 10 minutes of science, F7."""
FEWEST_SHARE: Final = 0.5
"""A session with under half of its hard part has lost its purpose. Judged."""
TRACK_M: Final = 2000.0
"""A longer stretch can be measured on a road as well as on a track. Judged."""
BELT_S: Final = 45.0
"""A treadmill needs 10 s or more to reach its speed: shorter reps are not run on one. Judged."""
EASY_MINUTES: Final = (20.0, 30.0)
"""An easy run in place of something harder: the 20 to 30 minutes of science, K9 and P6."""
SHORTEST_MINUTES: Final = 10.0
"""A shorter run is not worth changing for. Judged."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A workout in another form."""

    document: WorkoutDocument
    says: str
    """The difference in a few words: `5 instead of 6 reps`."""


@dataclass(frozen=True, slots=True)
class Size:
    """The length of a workout, in seconds."""

    seconds: float
    hard_s: float

    def is_within(self, other: "Size") -> bool:
        """Whether it is neither longer nor harder than another, within a second of rounding."""
        return self.seconds <= other.seconds + 1.0 and self.hard_s <= other.hard_s + 1.0


def size_of(document: WorkoutDocument, athlete: Athlete | None = None) -> Size:
    """The length of a workout and of its hard steps, for an athlete."""
    timeline = outline(document, athlete)
    hard = sum(_at_most(step) for step in timeline.steps if step.kind in HARD)
    unknown = [step for step in timeline.steps if step.kind in RUN and likely_seconds(step) is None]
    floors = sum(_at_most(step) - (step.until.not_before_s or 0.0) for step in unknown)
    return Size(float(estimate(timeline).seconds) + floors, hard)


def first_that_fits(
    document: WorkoutDocument,
    variants: Iterable[Callable[[WorkoutDocument, Athlete | None], Variant | None]],
    athlete: Athlete | None = None,
) -> Variant | None:
    """The first of several variants that is possible for this workout."""
    for variant_of in variants:
        try:
            variant = variant_of(document, athlete)
        except WorkoutProblem:
            continue  # not possible in this document; the next one may be
        if variant is not None:
            return variant
    return None


# --- easier, one change at a time


def longer_warm_up(document: WorkoutDocument, athlete: Athlete | None = None) -> Variant | None:
    """Make the warm-up up to five minutes longer, taken from the cool-down."""
    warm_up = next((row for row in rows(document) if _is_of_kind(document, row, Kind.WARM_UP)), None)
    before = None if warm_up is None else _easy_seconds(document, warm_up, athlete)
    if warm_up is None or before is None:
        return None
    more = min(WARM_UP_S, _spare(document, athlete))
    more -= more % 60
    if more < LEAST_WARM_UP_S:
        return None
    longer = _lasting(document, warm_up, before + more, athlete)
    was, now = warm_up.cells[Cell.LENGTH], _row_at(longer, warm_up).cells[Cell.LENGTH]
    shorter = _without_cool_down(longer, more, athlete)
    return Variant(
        _with_name_of(shorter, "longer warm-up"),
        f"warm-up {now} instead of {was}, the cool-down as much shorter",
    )


def longer_rests(document: WorkoutDocument, athlete: Athlete | None = None) -> Variant | None:
    """Make the rests between the reps a quarter longer, taken from the cool-down."""
    rest = _main_rest(document, athlete)
    if rest is None:
        return None
    row, count, seconds, metres = rest
    most = _spare(document, athlete) / max(1, count)
    step = 5.0 if metres is None else 50.0
    if metres is None:
        more = min(_round_to(seconds * REST_SHARE, step), most - most % step)
        extra_s = more
    else:
        speed = metres / seconds
        longest = most * speed
        more = min(max(step, _round_to(metres * REST_SHARE, step)), longest - longest % step)
        extra_s = more / speed
    if extra_s < LEAST_REST_S:
        return None
    text = row.cells[Cell.LENGTH]
    tail = " ".join(word for word in text.split() if not word[0].isdigit())
    if metres is None:
        was, now = format_clock(seconds), format_clock(seconds + more)
    else:
        was, now = f"{metres:g} m", f"{metres + more:g} m"
    changed = write_cell(
        document, row, Cell.LENGTH, f"{now.removesuffix(' m')} {tail}".strip(), athlete
    ).document
    changed = _without_cool_down(changed, extra_s * count, athlete)
    if not size_of(changed, athlete).is_within(size_of(document, athlete)):
        return None  # the rest also occurs in other places
    return Variant(
        _with_name_of(changed, "longer rests"),
        f"rests of {now} instead of {was}, the cool-down as much shorter",
    )


def fewer_reps(
    document: WorkoutDocument, athlete: Athlete | None = None, share: float = FEWER_SHARE
) -> Variant | None:
    """Leave out a share of the reps of the main set; the last rung of a ladder; a part of a single stretch."""
    hard_s = _hard_seconds(document, athlete)
    step_rows = rows(document)
    sets = [row for row in step_rows if row.form is Form.REPEAT and row.step_id in hard_s]
    for row in sorted(sets, key=lambda each: -hard_s[each.step_id]):
        counts = [int(number) for number in row.cells[Cell.TIMES].split("-")]
        fewer = [number - max(1, round(number * share)) for number in counts]
        if counts[-1] >= 3 and fewer[0] >= 1:
            text = "-".join(str(number) for number in fewer)
            edited = write_cell(document, row, Cell.TIMES, text, athlete).document
            return Variant(
                _with_name_of(edited, "fewer reps"),
                f"{text} instead of {row.cells[Cell.TIMES]} {_rep_words(row)}",
            )
        break  # the main set is too short for that, and a smaller set is no substitute
    return _shorter_rungs(document, step_rows) or _shorter_stretch(document, step_rows, athlete, share)


def _shorter_rungs(document: WorkoutDocument, step_rows: Sequence[StepRow]) -> Variant | None:
    """Leave out the last of several hard steps that stand one by one, with the rest before it."""
    alone = [place for place, row in enumerate(step_rows) if row.is_hard and row.depth == 0 and _is_main(row)]
    if len(alone) < 3:
        return None
    last = step_rows[alone[-1]]
    words = f"without the last rep ({last.cells[Cell.LENGTH]})"
    edited = remove(document, last).document
    before = step_rows[alone[-1] - 1]
    is_rest = before.form is Form.USE or _kind(document, before) in RESTS | FLOATS
    if is_rest and alone[-2] != alone[-1] - 1:
        edited = remove(edited, before).document
    return Variant(_with_name_of(edited, "fewer reps"), words)


def _shorter_stretch(
    document: WorkoutDocument, step_rows: Sequence[StepRow], athlete: Athlete | None, share: float
) -> Variant | None:
    """Shorten the longest hard stretch by a share; without one, the longest stretch."""
    stretches = [row for row in step_rows if row.form is Form.STEP and _length(document, row) is not None]
    hard = [row for row in stretches if row.is_hard and _is_main(row)]
    plain = [row for row in stretches if _kind(document, row) is Kind.OPEN]
    for row in hard[-1:] or plain[:1]:
        text = _shorter_length(document, row, share)
        if text is not None:
            was = row.cells[Cell.LENGTH]
            edited = write_cell(document, row, Cell.LENGTH, text, athlete).document
            return Variant(_with_name_of(edited, "shorter"), f"{text} instead of {was}")
    return None


# --- easy running instead


def easy_run(minutes: float, cap_bpm: float | None = None) -> WorkoutDocument:
    """An easy run of so many whole minutes, under a heart rate if one is known."""
    minutes = max(1, int(minutes + 1e-6))
    step: dict[str, Any] = {
        "kind": "open",
        "until": {"time": format_clock(minutes * 60.0)},
        "target": {"effort": "easy, whole sentences"},
    }
    if cap_bpm is not None:
        step["caps"] = [{"heart_rate": {"max": f"{cap_bpm:.0f} bpm"}}]
    return document_from(
        {
            "format": "coach-workout/1",
            "name": f"Easy run, {minutes} min",
            "purpose": "Easy running in place of something harder",
            "tags": {"system": "easy"},
            "sections": [{"name": "Run", "steps": [step]}],
        },
        name=WHAT,
    )


SPORTS: Final[Mapping[str, str]] = {"swim": "Swim", "bike": "Bike ride", "walk": "Walk"}
"""The replacements of an easy run, with their names."""


def cross_training(sport: str, minutes: float, cap_bpm: float | None = None) -> WorkoutDocument:
    """A swim, a bike ride or a walk of so many whole minutes (`SPORTS`), by the clock alone."""
    minutes = max(1, int(minutes + 1e-6))
    tree = dict(easy_run(minutes, cap_bpm).source)
    tree |= {
        "name": f"{SPORTS[sport]}, {minutes} min",
        "purpose": "The easy minutes of a run, without its kilometres",
        "tags": {"system": CROSS},
    }
    return document_from(tree, name=WHAT)


# --- shorter

_MOST_CUTS: Final = 60


def within_minutes(
    document: WorkoutDocument, minutes: float, athlete: Athlete | None = None
) -> Variant | None:
    """Make a workout fit into so many minutes; None where less than half of its hard part would be left.

    A workout that fits is returned unchanged. The cool-down is shortened first, then the warm-up, then the reps.
    """
    limit, whole = minutes * 60, size_of(document, athlete)
    if whole.seconds <= limit:
        return Variant(document, "")
    if whole.hard_s == 0.0:
        return _shorter_easy(document, limit, whole, athlete)
    changed = document
    for kind, keeps in ((Kind.COOL_DOWN, COOL_DOWN_S), (Kind.WARM_UP, SHORT_WARM_UP_S)):
        over = size_of(changed, athlete).seconds - limit
        changed = _trim(changed, kind, over, keeps, athlete)
    for _ in range(_MOST_CUTS):
        if size_of(changed, athlete).seconds <= limit:
            break
        fewer = _one_fewer(changed, athlete)
        if fewer is None:
            return None
        changed = fewer
    now = size_of(changed, athlete)
    if now.seconds > limit or now.hard_s < FEWEST_SHARE * whole.hard_s - 1.0:
        return None
    words = f"{_minutes(now.seconds)} instead of {_minutes(whole.seconds)}"
    original = document_from(dict(changed.source) | {"name": document.name}, name=WHAT)
    return Variant(_with_name_of(original, f"{minutes:.0f} min"), words)


def _one_fewer(document: WorkoutDocument, athlete: Athlete | None) -> WorkoutDocument | None:
    """Leave out one rep, or a tenth of a stretch."""
    try:
        fewer = fewer_reps(document, athlete, share=0.1)
    except WorkoutProblem:
        return None  # the change from rep to rep would come to nothing
    return None if fewer is None or fewer.document.source == document.source else fewer.document


def _shorter_easy(
    document: WorkoutDocument, limit: float, whole: Size, athlete: Athlete | None
) -> Variant | None:
    """Shorten the longest easy stretch by the required time."""
    stretches = [
        (seconds, row)
        for row in rows(document)
        if row.form is Form.STEP and (seconds := _likely_length(document, row, athlete)) is not None
    ]
    if not stretches:
        return None
    seconds, row = max(stretches, key=lambda each: each[0])
    rest_s = seconds - (whole.seconds - limit)
    rest_s -= rest_s % 60
    if rest_s < SHORTEST_MINUTES * 30:
        return None
    edited = write_cell(document, row, Cell.LENGTH, format_clock(rest_s), athlete).document
    words = f"{_minutes(limit)} instead of {_minutes(whole.seconds)}"
    return Variant(_with_name_of(edited, f"{limit / 60:.0f} min"), words)


# --- in another place


def off_the_track(document: WorkoutDocument, athlete: Athlete | None = None) -> Variant | None:
    """Run the measured stretches of a track workout by time; None if there are none."""
    return _elsewhere(document, "road", "off the track", athlete)


def on_treadmill(document: WorkoutDocument, athlete: Athlete | None = None) -> Variant | None:
    """Run a workout on a treadmill, its lengths by time; None for sprints or hills, which need the ground."""
    steps = outline(document, athlete).steps
    main = [step for step in steps if step.kind in HARD and not _is_warming(step)]
    if not any(step.kind in RUN for step in steps) or any(_is_sprint(step) for step in main):
        return None
    return _elsewhere(document, "treadmill", "treadmill", athlete)


def _elsewhere(document: WorkoutDocument, surface: str, name: str, athlete: Athlete | None) -> Variant | None:
    context = document.workout.context
    is_on_track = context is not None and context.surface == "track"
    if context is not None and context.surface == surface:
        return None
    if surface == "road" and not is_on_track:
        return None
    tree = dict(document.source) | {"context": {"surface": surface}}
    changed = document_from(tree, name=WHAT)
    first = _first_turns(changed, athlete)
    count = 0
    for row in rows(changed):
        if row.form is not Form.STEP:
            continue
        metres, step = _metres(changed, row), first.get(row.step_id)
        if metres is None or metres > TRACK_M or step is None:
            continue
        seconds = likely_seconds(step)
        if seconds is None:
            continue
        unit = 5.0 if seconds < 300 else 15.0
        text = format_clock(max(unit, seconds - seconds % unit))
        tail = " ".join(word for word in row.cells[Cell.LENGTH].split() if not word[0].isdigit())
        changed = write_cell(changed, row, Cell.LENGTH, f"{text} {tail}".strip(), athlete).document
        count += 1
    words = "by time instead of by the lines of a track" if is_on_track and count else "on a treadmill"
    if surface == "road" and not count:
        return None
    return Variant(_with_name_of(changed, name), words)


def _is_sprint(step: Step) -> bool:
    """Whether a step is over before a treadmill reaches its speed, or needs a hill."""
    seconds = _at_most(step)
    return step.kind in BRIEF | UPHILL or 0.0 < seconds < BELT_S


# --- the parts of a document


def _at_most(step: Step) -> float:
    """The longest possible time of a step; 0 if unknown."""
    seconds = likely_seconds(step)
    return float(seconds if seconds is not None else step.until.cap_s or step.until.not_before_s or 0.0)


def _is_warming(step: Step) -> bool:
    """Whether a hard step belongs to the warm-up, such as strides before the main part."""
    return step.section.casefold().startswith("warm")


def _with_name_of(document: WorkoutDocument, what: str) -> WorkoutDocument:
    """The document with the difference behind its name, once."""
    if document.name.endswith(f", {what}"):
        return document
    base = document.name[: LONGEST_NAME - len(what) - 2]
    return document_from(dict(document.source) | {"name": f"{base}, {what}"}, name=WHAT)


def _node(document: WorkoutDocument, row: StepRow) -> dict[str, Any]:
    node: Any = document.source
    for key in row.path:
        node = node[key]
    return node if isinstance(node, dict) else {}


def _kind(document: WorkoutDocument, row: StepRow) -> Kind | None:
    kind = _node(document, row).get("kind") if row.form is Form.STEP else None
    return None if kind is None else Kind(kind)


def _is_of_kind(document: WorkoutDocument, row: StepRow, kind: Kind) -> bool:
    return _kind(document, row) is kind


def _is_main(row: StepRow) -> bool:
    return row.path[0] == "sections"


def _until(document: WorkoutDocument, row: StepRow, key: str) -> str | None:
    """The end of a step by time or distance, alone or the only one of its type among several."""
    until = _node(document, row).get("until") or {}
    ends = until.get("any", [until])
    values = [end[key] for end in ends if key in end]
    return values[0] if len(values) == 1 else None


def _seconds(document: WorkoutDocument, row: StepRow) -> float | None:
    """The time a step ends at; None if something else may end it."""
    until = _node(document, row).get("until") or {}
    return read_time(until["time"]) if set(until) == {"time"} else None


def _metres(document: WorkoutDocument, row: StepRow) -> float | None:
    until = _node(document, row).get("until") or {}
    return read_distance(until["distance"]) if set(until) == {"distance"} else None


def _length(document: WorkoutDocument, row: StepRow) -> float | None:
    seconds = _seconds(document, row)
    return seconds if seconds is not None else _metres(document, row)


def _first_turns(document: WorkoutDocument, athlete: Athlete | None) -> Mapping[str, Step]:
    return {step.step_id: step for step in outline(document, athlete).steps}


def _likely_length(document: WorkoutDocument, row: StepRow, athlete: Athlete | None) -> float | None:
    """The probable duration of a plain step."""
    step = _first_turns(document, athlete).get(row.step_id)
    if step is None or _length(document, row) is None or row.depth:
        return None
    return likely_seconds(step)


def _hard_seconds(document: WorkoutDocument, athlete: Athlete | None) -> dict[str, float]:
    """The hard seconds of each set by its id; sets of strides before the main part are not in it."""
    seconds_by_set: dict[str, float] = {}
    for step in outline(document, athlete).steps:
        if step.kind in HARD and step.rep is not None and not _is_warming(step):
            seconds = likely_seconds(step) or step.until.cap_s or 60.0
            seconds_by_set[step.set_id] = seconds_by_set.get(step.set_id, 0.0) + seconds
    return seconds_by_set


def _main_rest(
    document: WorkoutDocument, athlete: Athlete | None
) -> tuple[StepRow, int, float, float | None] | None:
    """The rest of the main set: its row, its number of times, its seconds, its metres if measured."""
    hard_s = _hard_seconds(document, athlete)
    if not hard_s:
        return None
    main = max(hard_s, key=lambda each: hard_s[each])
    steps = outline(document, athlete).steps
    for row in rows(document):
        if row.form is not Form.STEP or _kind(document, row) not in RESTS:
            continue
        alike = [
            step for step in steps if step.set_id == main and _is_turn_of(step.step_id, row.step_id, main)
        ]
        seconds, metres = _seconds(document, row), _metres(document, row)
        if not alike or (seconds is None and metres is None):
            continue
        likely = seconds if seconds is not None else likely_seconds(alike[0])
        if likely is not None:
            return row, len(alike), likely, metres
    return None


def _is_turn_of(step_id: str, first: str, set_id: str) -> bool:
    """Whether a step is a turn of the step of a set whose first turn is named."""
    return (
        step_id.removeprefix(set_id).partition(".")[2] == first.removeprefix(set_id).partition(".")[2]
        and step_id.startswith(set_id)
        and first.startswith(set_id)
    )


def _easy_seconds(document: WorkoutDocument, row: StepRow, athlete: Athlete | None) -> float | None:
    """The length of a warm-up or cool-down: its time, or the probable time of its distance."""
    seconds = _seconds(document, row)
    if seconds is not None or _metres(document, row) is None:
        return seconds
    step = _first_turns(document, athlete).get(row.step_id)
    return None if step is None else likely_seconds(step)


def _lasting(
    document: WorkoutDocument, row: StepRow, seconds: float, athlete: Athlete | None
) -> WorkoutDocument:
    """The document with a warm-up or cool-down of so many seconds, by distance if it is measured; never longer."""
    metres, before = _metres(document, row), _easy_seconds(document, row, athlete)
    if metres is None or not before:
        text = format_clock(seconds)
    elif "mi" in row.cells[Cell.LENGTH]:
        text = f"{int(metres * seconds / before / METRES_PER_MILE * 10) / 10:g}mi"
    else:
        text = f"{int(metres * seconds / before / 100) / 10:g}km"
    return write_cell(document, row, Cell.LENGTH, text, athlete).document


def _row_at(document: WorkoutDocument, row: StepRow) -> StepRow:
    return next(each for each in rows(document) if each.path == row.path)


def _cool_down(document: WorkoutDocument, athlete: Athlete | None) -> tuple[StepRow, float] | None:
    """The last cool-down of known length, and its length."""
    result = None
    for row in rows(document):
        if not _is_of_kind(document, row, Kind.COOL_DOWN):
            continue
        seconds, time = _easy_seconds(document, row, athlete), _until(document, row, "time")
        if seconds is None and time is not None:
            seconds = read_time(time)
        if seconds is not None:
            result = row, seconds
    return result


def _spare(document: WorkoutDocument, athlete: Athlete | None) -> float:
    """The seconds that the cool-down can be shortened by."""
    cool_down = _cool_down(document, athlete)
    return 0.0 if cool_down is None else max(0.0, cool_down[1] - COOL_DOWN_S)


def _without_cool_down(document: WorkoutDocument, seconds: float, athlete: Athlete | None) -> WorkoutDocument:
    """Take seconds from the cool-down, to whole five seconds or a hundred metres."""
    cool_down = _cool_down(document, athlete)
    assert cool_down is not None  # only spare time is taken
    row, before = cool_down
    text, rest_s = row.cells[Cell.LENGTH], before - 5.0 * ceil(seconds / 5.0)
    if not text.startswith("until"):
        return _lasting(document, row, rest_s, athlete)
    ends = [
        format_clock(rest_s) if _reads_as_time(word, before) else word
        for word in text.removeprefix("until").split(" or ")
    ]
    until = "until " + " or ".join(word.strip() for word in ends)
    return write_cell(document, row, Cell.LENGTH, until, athlete).document


def _reads_as_time(word: str, seconds: float) -> bool:
    try:
        return read_time(word.strip()) == seconds
    except ValueError:
        return word.strip() in {f"{seconds / 60:g}min", f"{seconds:g}s"}


def _trim(
    document: WorkoutDocument, kind: Kind, over: float, keeps: float, athlete: Athlete | None
) -> WorkoutDocument:
    """Take up to so many seconds from the steps of a kind, leaving each a minimum."""
    for row in rows(document):
        seconds = _easy_seconds(document, row, athlete) if _is_of_kind(document, row, kind) else None
        if over <= 0 or seconds is None or seconds <= keeps:
            continue
        rest_s = max(keeps, seconds - 60.0 * ceil(over / 60.0))
        document = _lasting(document, row, rest_s, athlete)
        over -= seconds - rest_s
    return document


def _shorter_length(document: WorkoutDocument, row: StepRow, share: float) -> str | None:
    """The length of a step less a share, as typed; None if nothing is left."""
    seconds, metres = _seconds(document, row), _metres(document, row)
    if seconds is not None:
        cut = max(60.0, _round_to(seconds * share, 60.0))
        return format_clock(seconds - cut) if seconds - cut >= 60.0 else None
    assert metres is not None  # it has one of the two
    unit = METRES_PER_MILE / 2 if "mi" in row.cells[Cell.LENGTH] else 500.0 if metres >= 3000 else 100.0
    cut = max(unit, _round_to(metres * share, unit))
    rest_m = metres - cut
    if rest_m < unit:
        return None
    if unit not in {500.0, 100.0}:
        return f"{rest_m / METRES_PER_MILE:g}mi"
    return f"{rest_m / 1000:g}km" if "km" in row.cells[Cell.LENGTH] else f"{rest_m:g}m"


def _round_to(size: float, unit: float) -> float:
    return round(size / unit) * unit


def _minutes(seconds: float) -> str:
    return f"{ceil(seconds / 60 - 1e-6)} min"


def _rep_words(row: StepRow) -> str:
    return "reps" if row.name == "repeat" else f"times: {row.name}"


# --- workouts made from a few numbers: ladders, blocks, progressions, alternations, cruise intervals, reversals
#
# Each function gives a workout document as plain data, with an easy warm-up and cool-down around it. Lengths are
# times or distances as documents spell them, paces reference names or paces.

Tree = dict[str, Any]
Shape = Literal["given", "up", "down", "pyramid"]
BLOCK_S: Final = (120.0, 300.0)
"""Blocks near race pace last two to five minutes; shorter ones are strides, longer ones tempo."""
CRUISE_SHARE: Final = 5
"""Cruise intervals are five parts of work to one of rest (Daniels)."""
MOST_REPEATS: Final = 100
"""A higher count of repeats is a typing mistake."""


def ladder(
    rungs: Sequence[str], *, shape: Shape = "given", pace: str | None = None, rest: str | None = None
) -> Tree:
    """Make a ladder: reps of different lengths with a jog after each.

    Args:
        rungs: at least two lengths, all distances or all times.
        shape: `given` keeps their order, `up` and `down` sort them, `pyramid` goes up and down again.
        pace: of every rung; without it distances take the gears mile, 3k, 5k and 10k by their length.
        rest: jogged after each rung but the last; without it half the rung.

    Raises:
        Misspelt: a length or pace that cannot be read, or too few or too many rungs.
    """
    if not 2 <= len(rungs) <= MOST_REPEATS:
        raise Misspelt("a ladder has at least two rungs", "For example: 400m 800m 1200m.")
    sizes = [_read_length(rung) for rung in rungs]
    if len({is_time for is_time, _ in sizes}) > 1:
        raise Misspelt("the rungs mix times and distances", "Write all of them as one or the other.")
    if shape != "given":
        sizes.sort(reverse=shape == "down")
    if shape == "pyramid":
        sizes += sizes[-2::-1]
    steps: list[Tree] = []
    for place, (is_time, size) in enumerate(sizes):
        aim = _read_target(pace) if pace else None if is_time else _read_target(_gear(size))
        steps.append(_step("work", _end_of(is_time, size), aim or {"effort": "quick, even"}))
        if place < len(sizes) - 1:
            steps.append(
                _read_rest(rest) if rest else _jog(_end_of(is_time, _round_length(size / 2, is_time)))
            )
    lengths = ", ".join(_length_words(is_time, size) for is_time, size in sizes)
    name = {"up": "Ladder up", "down": "Ladder down", "pyramid": "Pyramid"}.get(shape, "Ladder")
    return _with_easy_parts(
        f"{name}: {lengths}"[:LONGEST_NAME], "Change gear while tired", steps, "vo2max", "build"
    )


def blocks(count: int, length: str, *, pace: str = "10k", ratio: float = 1.0) -> Tree:
    """Make blocks near race pace with easy running of `ratio` times their length between.

    Raises:
        Misspelt: blocks outside two to five minutes, or less easy running than hard.
    """
    is_time, seconds = _read_length(length)
    if not is_time:
        raise Misspelt(f'"{length[:40]}" is not a time', 'Write it as "3:00", "180s" or "3min".')
    if not BLOCK_S[0] <= seconds <= BLOCK_S[1]:
        raise Misspelt("blocks near race pace last 2:00 to 5:00", "Shorter are strides, longer are tempo.")
    if not 1 <= ratio <= 5:
        raise Misspelt("the easy part must be 1 to 5 times as long as the block", "For example: 1 or 1.5.")
    rest = _jog({"time": format_clock(_round_length(seconds * ratio, is_time=True))})
    steps = [_repeat(count, _step("work", {"time": format_clock(seconds)}, _read_target(pace)), rest)]
    name = f"{count} x {format_clock(seconds)} at {_pace_words(pace)}"
    return _with_easy_parts(
        name, "Race pace in blocks, with all the easy running it needs", steps, "vo2max", "build"
    )


def progression(
    length: str, *, start: str = "easy", finish: str = "threshold", last: str | None = None
) -> Tree:
    """Make a run that stays at one pace and slides to another over its last part (by default a third of it).

    Raises:
        Misspelt: a length or pace that cannot be read, or a last part as long as the run.
    """
    is_time, whole = _read_length(length)
    last_is_time, part = _read_length(last) if last else (is_time, _round_length(whole / 3, is_time))
    if last_is_time != is_time:
        raise Misspelt("the run and its last part mix times and distances", "Write both as one or the other.")
    if part >= whole:
        raise Misspelt("the last part must be shorter than the run", "Write a shorter one, or leave it out.")
    steady = _step("open", _end_of(is_time, whole - part), _read_target(start))
    slide = _step("work", _end_of(is_time, part), _read_target(start)) | {"ramp": _read_target(finish)}
    name = f"{_length_words(is_time, whole)} from {_pace_words(start)} to {_pace_words(finish)}"
    tree = _with_easy_parts(name, "Finish faster than you start", [steady, slide], "threshold", "base")
    tree["sections"] = [part for part in tree["sections"] if part["name"] == "Main"]
    return tree


def alternation(
    count: int, fast: str, steady: str, *, fast_pace: str = "5k", steady_pace: str = "marathon"
) -> Tree:
    """Make two paces in turn without a stop.

    Raises:
        Misspelt: a length or pace that cannot be read, or an impossible count.
    """
    quick = _step("work", _read_end(fast), _read_target(fast_pace))
    slow = _step("float", _read_end(steady), _read_target(steady_pace))
    fast_words = f"{_length_words(*_read_length(fast))} {_pace_words(fast_pace)}"
    steady_words = f"{_length_words(*_read_length(steady))} {steady_pace}"
    name = f"{count} x ({fast_words}, {steady_words})"
    steps = [_repeat(count, quick, slow, skip=False)]
    return _with_easy_parts(name, "Recover without slowing to a jog", steps, "vo2max", "build")


def cruise(count: int, length: str, *, pace: str = "threshold", rest: str | None = None) -> Tree:
    """Make cruise intervals: threshold with a jog of a fifth of the work, a minute at least.

    Raises:
        Misspelt: a length or pace that cannot be read, or an impossible count.
    """
    is_time, size = _read_length(length)
    typical = size if is_time else size / METRES_PER_MILE * 360  # six minutes a mile, for the rest alone
    short = max(60.0, _round_length(typical / CRUISE_SHARE, is_time=True))
    jog = _read_rest(rest) if rest else _jog({"time": format_clock(short)})
    steps = [_repeat(count, _step("work", _end_of(is_time, size), _read_target(pace)), jog)]
    name = f"Cruise intervals {count} x {_length_words(is_time, size)}"
    return _with_easy_parts(
        name, "More time at threshold than one run would give", steps, "threshold", "build"
    )


def reverse(tree: Tree) -> Tree:
    """Reverse the hard part of a workout; repeats keep their own order.

    The sections between the warm-up and the cool-down are reversed, and so are their steps. A rest or a question that
    would come first goes to the end.

    Raises:
        Misspelt: there is nothing to reverse.
    """
    turned = deepcopy(tree)
    sections = turned["sections"]
    hard = [
        place for place, section in enumerate(sections) if any(_is_hard(node) for node in section["steps"])
    ]
    if not hard or sum(len(sections[place]["steps"]) for place in hard) < 2:
        raise Misspelt("the workout has nothing to reverse", "It needs two different parts.")
    order = [sections[place] for place in reversed(hard)]
    for place, section in zip(hard, order, strict=True):
        nodes = section["steps"]
        end = next(end for end in range(len(nodes), 0, -1) if _is_hard(nodes[end - 1]))
        sections[place] = section | {"steps": [*map(_flip, reversed(nodes[:end])), *nodes[end:]]}
    turned["name"] = f"{tree['name']}, reversed"[:LONGEST_NAME]
    return turned


def _with_easy_parts(name: str, purpose: str, steps: list[Tree], system: str, phase: str) -> Tree:
    """Put a main part between a warm-up and a cool-down."""
    easy = {"pace": {"ref": "easy"}}
    track = any(_has_metres(one) for one in steps)
    return {
        "format": "coach-workout/1",
        "name": name,
        "purpose": purpose,
        "tags": {"phase": phase, "system": system},
        **({"context": {"surface": "track", "lap_m": 400, "lane": 1}} if track else {}),
        "sections": [
            {"name": "Warm-up", "steps": [{"kind": "warm_up", "until": {"time": "12:00"}, "target": easy}]},
            {"name": "Main", "steps": steps},
            {
                "name": "Cool-down",
                "steps": [{"kind": "cool_down", "until": {"time": "10:00"}, "target": easy}],
            },
        ],
    }


def _repeat(count: int, *steps: Tree, skip: bool = True) -> Tree:
    """Repeat steps, without the last of them in the last repeat."""
    if not 2 <= count <= MOST_REPEATS:
        raise Misspelt(f"{count} is not a possible number of repeats", f"Choose 2 to {MOST_REPEATS}.")
    return {"repeat": count, **({"skip_last_recovery": True} if skip else {}), "steps": list(steps)}


def _step(kind: str, until: Tree, target: Tree) -> Tree:
    return {"kind": kind, "until": until, "target": target}


def _jog(until: Tree) -> Tree:
    return {"kind": "recovery", "move": "jog", "until": until}


_REST_WORD: Final = re.compile(r"\b(?:rest|recovery|jog|jogging|walk|walking|stand|standing)\b")
_MOVES: Final = {"walk": "walk", "stand": "stand"}
"""How the runner moves in a rest, by the beginning of its word; jogging by default."""


def _read_rest(text: str) -> Tree:
    """A rest as typed: `200m`, `90s rest`, `400 jog`, `2min walk`; jogged by default."""
    words = _REST_WORD.findall(text.casefold())
    length = _REST_WORD.sub("", text.casefold())
    rest = _jog(_read_end(length if length.strip() else text))
    move = next((move for word in words for start, move in _MOVES.items() if word.startswith(start)), "jog")
    return rest | {"move": move}


_BARE_METRES: Final = 100
"""A bare number from here on is metres, as in 400 800 1200; a smaller one may be seconds."""


def _read_length(text: str) -> tuple[bool, float]:
    """Read a length as typed: whether it is a time, and the amount. `1:30`, `90s`, `400m` and `1mile` are lengths.

    Raises:
        Misspelt: it is none, or of a size no step has.
    """
    plain = text.strip().casefold()
    if plain.isdecimal() and int(plain) >= _BARE_METRES:
        return False, read_distance(f"{plain} m")
    if ":" in plain:
        return True, read_time(plain)
    try:
        return False, read_distance(plain)
    except Misspelt:
        if plain.isdecimal():
            fix = f"Write {plain}s, {plain}min or {plain}m."
            raise Misspelt(f'"{text[:40]}" is a length without a unit', fix) from None
    try:
        seconds = read_duration(plain)
    except ValueError:
        raise Misspelt(
            f'"{text[:40]}" is not a length', 'Write it as "400m", "5 km", "1 mile", "90s" or "1:30".'
        ) from None
    return True, read_time(format_clock(seconds))


def _end_of(is_time: bool, size: float) -> Tree:
    """An end, whole and half miles written as miles."""
    if is_time:
        return {"time": format_clock(size)}
    return {"distance": _length_words(False, size) if _miles(size) else f"{size:.10g} m"}


def _read_end(text: str) -> Tree:
    """An end from a length as written."""
    return _end_of(*_read_length(text))


def _miles(metres: float) -> float:
    """Miles, if the metres are whole or half miles; else 0."""
    halves = round(metres / METRES_PER_MILE * 2)
    return halves / 2 if abs(halves * METRES_PER_MILE / 2 - metres) < 0.01 else 0.0


def _length_words(is_time: bool, size: float) -> str:
    """A length as documents spell it."""
    miles = 0.0 if is_time else _miles(size)
    if miles:
        return f"{miles:g} mile" + ("s" if miles > 1 else "")
    return format_clock(size) if is_time else format_metres(size)


def _round_length(size: float, is_time: bool) -> float:
    """Round to 5 s or 100 m, never to 0."""
    unit = 5.0 if is_time else 100.0
    return max(unit, _round_to(size, unit))


def _read_target(pace: str) -> Tree:
    """A target from the name of a pace or from a pace."""
    if pace in PACE_NAMES:
        return {"pace": {"ref": pace}}
    if "/" not in pace:
        raise Misspelt(f'"{pace[:20]}" is not a pace', "One of " + ", ".join(PACE_NAMES) + ', or "4:00/km".')
    read_pace(pace)
    return {"pace": pace}


def _pace_words(pace: str) -> str:
    return pace if "/" in pace else f"{pace} pace"


_GEARS: Final = ((400.0, "mile"), (800.0, "3k"), (1200.0, "5k"))
"""The pace of a rung by the next longer length; longer rungs are at 10k pace."""


def _gear(metres: float) -> str:
    """The pace of a rung by its length."""
    return next((pace for limit, pace in _GEARS if metres <= limit), "10k")


def _has_metres(node: Tree) -> bool:
    return any(_has_metres(one) for one in node.get("steps", ())) or "distance" in node.get("until", {})


_MAIN: Final = RUN - EASY - RESTS
"""Kinds that are neither warming up, resting nor cooling down."""


def _is_hard(node: Tree) -> bool:
    """Return whether it is a rep, a float, or holds one. The use of a block may hold one."""
    inside = node.get("steps")
    if inside is not None:
        return any(_is_hard(one) for one in inside)
    return "use" in node or node.get("kind") in _MAIN


def _flip(node: Tree) -> Tree:
    """The same entry; a used block is reversed too."""
    if "use" not in node:
        return node
    return {"use": node["use"]} if node.get("reverse") else {"use": node["use"], "reverse": True}
