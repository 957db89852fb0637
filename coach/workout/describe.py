"""Names and sentences for steps, ends, targets and whole workouts, and how long and how far a workout will be."""

from dataclasses import dataclass
from math import inf
from typing import Final, assert_never

from coach.quantities import METRES_PER_MILE, Metres, Seconds, format_clock, format_metres, format_pace
from coach.workout.kinds import (
    BRIEF,
    FLOATS,
    HARD,
    KINDS,
    REPS,
    RESTS,
    RUN,
    TYPICAL_EASY_MPS,
    TYPICAL_HARD_MPS,
    TYPICAL_HEART_RATE_REST_S,
    TYPICAL_JOG_MPS,
    TYPICAL_WALK_MPS,
    Kind,
)
from coach.workout.timeline import (
    Band,
    ChecklistItem,
    DistanceEnd,
    End,
    EndConditions,
    HeartRateEnd,
    MarkEnd,
    Move,
    OpenEnd,
    Quantity,
    SlotEnd,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The size of a workout."""

    seconds: Seconds
    """Total time in seconds; steps of unknown length count with their minimum."""
    metres: Metres
    """Total distance; steps of unknown length are left out."""
    hard_seconds: Seconds
    """Of work, hills and strides."""
    hard_metres: Metres
    """Of work, hills and strides that have a distance; 0 if none has."""
    hard_about_metres: Metres
    """Of all work, hills and strides, at a typical speed where neither distance nor pace says."""
    guessed_steps: int
    """Number of steps whose time or distance comes from a typical speed because they have no pace."""
    open_steps: int
    """Number of steps of unknown length."""


def estimate(timeline: Timeline) -> Estimate:
    """Add up a timeline; optional reps are included."""
    seconds = metres = hard_seconds = hard_metres = hard_about = slot_used = 0.0
    guessed = unknown = 0
    for step in timeline.steps:
        time, distance = _size(step, slot_used)
        slot_used = time or 0.0 if step.send_off_s is not None else slot_used + (time or 0.0)
        if step.kind not in RUN:
            continue
        if time is None:
            unknown += 1
            seconds += step.until.not_before_s or 0.0
            continue
        seconds += time
        metres += distance
        guessed += step_seconds(step) is None or (step_metres(step) is None and distance > 0)
        if step.kind in REPS:
            hard_seconds += time
            hard_metres += distance if step.until.distance() is not None else 0.0
            hard_about += distance
    return Estimate(
        Seconds(seconds),
        Metres(metres),
        Seconds(hard_seconds),
        Metres(hard_metres),
        Metres(hard_about),
        guessed,
        unknown,
    )


def step_seconds(step: Step) -> Seconds | None:
    """The time of a step by the workout, in seconds; None if neither its end nor its pace gives one."""
    times: list[float] = []
    for end in step.until.ends:
        if isinstance(end, TimeEnd):
            times.append(end.seconds)
        elif isinstance(end, DistanceEnd):
            speed = planned_speed(step)
            if speed is not None:
                times.append(end.metres / speed)
            elif step.else_time_s is not None:
                times.append(step.else_time_s)
    return Seconds(min(times)) if times else None


def likely_seconds(step: Step) -> Seconds | None:
    """The probable time of a step in seconds, at a typical speed if it has no pace; None if unknown."""
    seconds, _ = _size(step, 0.0)
    return None if seconds is None else Seconds(seconds)


def calm_moment(timeline: Timeline, at_s: float) -> float:
    """The time at which a runner can think of their form: the requested one, or one in the last easy stretch before it.

    That is not so in a rep, as a step begins, or in its countdown. Without such a stretch it is the next one, and
    without that the requested time. A step of unknown length is the last that is searched.
    """
    start = 0.0
    calm: float | None = None
    for step in timeline.steps:
        if step.kind not in RUN:
            continue
        length = likely_seconds(step)
        end = inf if length is None else start + length
        first, last = start + _SETTLED_S, end - _COUNTDOWN_S
        is_calm = step.kind in _CALM and step.move is Move.JOG and first <= last
        if is_calm and (calm is None or first <= at_s):
            calm = min(max(at_s, first), last)
        if length is None:
            break
        start = end
    return at_s if calm is None else calm


_CALM: Final = RUN - HARD - FLOATS
_SETTLED_S: Final = 15.0
"""Seconds into a step until its first words are over. Judged."""
_COUNTDOWN_S: Final = 45.0
"""Seconds before the end of a step: its countdown begins at thirty, and no run is to the second as planned. Judged."""


def step_metres(step: Step) -> Metres | None:
    """The distance of a step by the workout; None if neither its end nor its pace gives one."""
    distance = step.until.distance()
    if step.until.time() is None:
        return distance
    speed = planned_speed(step)
    if speed is None:
        return None
    by_time = speed * step.until.time()  # type: ignore[operator]
    return Metres(min(by_time, distance) if distance is not None else by_time)


def planned_speed(step: Step) -> float | None:
    """Mean speed in m/s that the target requires; None without a speed target."""
    if step.target is None or step.target.quantity is not Quantity.SPEED:
        return None
    start = _aimed_speed(step.target.band)
    if step.target.ramp is None or start is None:
        return start
    end = _aimed_speed(step.target.ramp)
    return start if end is None else (start + end) / 2


def _aimed_speed(band: Band) -> float | None:
    """The speed aimed at in a band; in a one-sided band it is the edge."""
    return next((value for value in (band.aim, band.high, band.low) if value is not None), None)


def _size(step: Step, slot_used: float) -> tuple[float | None, float]:
    """Time (None if unknown) and distance of a step, with typical speeds filled in."""
    speed = planned_speed(step) or typical_speed(step)
    end = step.until.ends[0]
    time: float | None = step_seconds(step)
    if time is None and isinstance(end, SlotEnd):
        time = max(0.0, end.every_s - slot_used)
    elif time is None and step.until.distance() is not None:
        time = (step.until.distance() or 0.0) / speed
    elif time is None and isinstance(end, HeartRateEnd):
        time = TYPICAL_HEART_RATE_REST_S
    if time is None:
        return None, 0.0
    time = max(time, step.until.not_before_s or 0.0)
    time = min(time, step.until.cap_s or time)
    return time, step_metres(step) if step_metres(step) is not None else time * speed  # type: ignore[return-value]


def typical_speed(step: Step) -> float:
    """A speed for a step without one: for estimates only."""
    if step.kind in RESTS:
        return {Move.JOG: TYPICAL_JOG_MPS, Move.WALK: TYPICAL_WALK_MPS, Move.STAND: 0.0001}[step.move]
    return TYPICAL_HARD_MPS if step.kind in REPS else TYPICAL_EASY_MPS


# --- Names and sentences, as a coach writes them on a board

MOST_SETS: Final = 3
"""Number of different sets that are all named; of more, the first and the last."""
MOVE_WORDS: Final = {Move.JOG: "jog", Move.WALK: "walk", Move.STAND: "stand"}
"""What the runner does in a recovery."""


def sentence(timeline: Timeline, estimate: Estimate, unit: str = "km") -> str:
    """Describe a workout in one sentence: what it is, how long, how far and how hard, with totals in `km` or miles.

    Steps keep the lengths they were written in.
    """
    if not timeline.steps:
        return f"{timeline.name}: nothing to do."
    size = _size_words(estimate, sum(len(step.items) for step in timeline.steps), unit)
    hard = [step for step in timeline.steps if step.kind in REPS]
    if all(step.kind not in RUN for step in timeline.steps):
        return f"{timeline.name}: {size}, no running."
    if not hard:
        longest = max(timeline.steps, key=lambda step: step_seconds(step) or 0.0)
        aim = f", {target_text(longest.target)}" if longest.target else ""
        return f"{timeline.name}: {size}{aim}; nothing hard."
    work = [step for step in hard if step.kind is Kind.WORK] or hard
    amount = _amount(hard, unit)
    return f"{timeline.name}: {size}; {_sets(work)}{f' ({amount} of it hard)' if amount else ''}."


def _sets(work: list[Step]) -> str:
    """Describe hard steps as on a coach's board: `5 x 1 km at 4:00/km`, `15:00 at threshold, then 2 x 800 m at 5k`."""
    groups: dict[tuple[str, str], list[Step]] = {}
    order: list[tuple[str, str]] = []
    for step in work:
        key = (_length(step), _aim(step.target))
        groups.setdefault(key, []).append(step)
        order += [] if order[-1:] == [key] else [key]
    is_one_length = len({length for length, _ in groups}) == 1
    is_pyramid = len(order) >= MOST_SETS + 2 and order == order[::-1]
    if len(groups) <= (MOST_SETS - 1 if is_one_length else MOST_SETS) and not is_pyramid:
        parts = [_set(steps, length, aim) for (length, aim), steps in groups.items()]
        joint = ", then " if len(order) == len(groups) else " and "
        return joint.join(parts)
    (first, first_aim), (last, last_aim) = order[0], order[-1]
    if is_one_length:
        return f"{_set(work, first, '')}{first_aim} to{last_aim.removeprefix(' at').removeprefix(',')}"
    if len({aim for _, aim in groups}) == 1:
        lengths = (
            f"{first} to {last}" if first != last else f"{first} to {order[len(order) // 2][0]} and back"
        )
        return f"{_counted(work)} of {lengths}{first_aim}"
    return f"{_counted(work)}, {first}{first_aim} to {last}{last_aim}"


def _length(step: Step) -> str:
    """The length of a step, without its floor and cap."""
    return until_text(EndConditions(step.until.ends))


def _set(steps: list[Step], length: str, aim: str) -> str:
    """Describe steps of one length and target."""
    if length.startswith("until"):
        return f"{_counted(steps)} {length}{aim}"
    if steps[0].kind is not Kind.WORK:
        return f"{_counted(steps)} of {length}{aim}"
    number = _number(steps)
    return f"{length}{aim}" if number == "1" else f"{number} x {length}{aim}"


def _counted(steps: list[Step]) -> str:
    """The number of steps with their name."""
    word = KINDS[steps[0].kind].rep_word
    return f"{_number(steps)} {word if len(steps) == 1 else f'{word}s'}"


def _number(steps: list[Step]) -> str:
    """The number of steps, a range if some are optional."""
    least = sum(not step.optional for step in steps)
    return f"{least} to {len(steps)}" if 0 < least < len(steps) else f"{len(steps)}"


def _aim(target: StepTarget | None) -> str:
    """The target, with the word that joins it to a length."""
    if target is None:
        return ""
    words = target_text(target)
    if target.quantity is Quantity.SPEED or target.band != Band():
        return f" from {words}" if " to " in words else f" at {words}"
    return f", {words}"


def step_label(step: Step) -> str:
    """Describe a step in few words: `1000 m at 4:10/km`, `200 m float at 5:20/km`, `2:00 jog`."""
    if step.kind not in RUN:
        return step.question or step.name
    length = until_text(step.until)
    word = MOVE_WORDS[step.move] if step.kind in RESTS else KINDS[step.kind].name
    open_ended = isinstance(step.until.ends[0], OpenEnd | MarkEnd | HeartRateEnd | SlotEnd)
    if step.kind is Kind.WORK and not open_ended:
        label = length
    else:
        label = f"{word} {length}" if open_ended else f"{length} {word}"
    if step.target is None:
        return label
    joint = " at " if step.target.quantity is Quantity.SPEED else ", "
    return f"{label}{joint}{step.target.label}"


def item_text(item: ChecklistItem) -> str:
    """Describe an exercise: `A-skips, 3 x 30 m`, `Side plank, 2 x 30 s each side`."""
    amounts = (
        f"{item.reps} reps" if item.reps else "",
        f"{item.seconds:g} s" if item.seconds else "",
        f"{item.metres:g} m" if item.metres else "",
    )
    amount = ", ".join(one for one in amounts if one)
    sets = f"{item.sets} x" if item.sets > 1 else ""
    side = "each side" if item.each_side else ""
    much = " ".join(part for part in (sets, amount, side) if part)
    rest = f"rest {format_clock(item.rest_s)}" if item.rest_s else ""
    return ", ".join(part for part in (item.do, much, rest) if part)


def step_name(kind: Kind, until: EndConditions, move: Move) -> str:
    """Name a step without a name of its own: `1000 m`, `Float 200 m`, `Jog 2:00`."""
    word = MOVE_WORDS[move] if kind in RESTS else KINDS[kind].name
    end = until.ends[0]
    size = until_text(EndConditions((end,))) if isinstance(end, TimeEnd | DistanceEnd) else ""
    if kind is Kind.WORK and size:
        return size
    return f"{word} {size}".strip().capitalize()


def until_text(until: EndConditions) -> str:
    """The end of a step in words: `1000 m`, `2:00`, `until under 120 bpm, at most 3:00`."""
    text = " or ".join(_end_text(end) for end in until.ends)
    if until.not_before_s is not None:
        text += f", at least {format_clock(until.not_before_s)}"
    if until.cap_s is not None:
        text += f", at most {format_clock(until.cap_s)}"
    return text


def target_text(target: StepTarget | None) -> str:
    """The target of a step in words: `4:10/km`, `threshold (4:10/km)`, `under 150 bpm`; empty without a target."""
    if target is None:
        return ""
    if target.ref and not target.label.startswith(target.ref):
        return f"{target.ref} pace ({target.label})"
    return target.label


def distance_text(metres: float) -> str:
    """A distance in words: whole and half miles as miles, all else as `format_metres` writes it."""
    halves = round(metres / METRES_PER_MILE * 2)
    if halves and abs(halves * METRES_PER_MILE / 2 - metres) < 0.1:
        miles = halves / 2
        return f"{miles:g} mile" if miles <= 1 else f"{miles:g} miles"
    return format_metres(metres)


def _end_text(end: End) -> str:
    match end:
        case TimeEnd(seconds):
            return format_clock(seconds)
        case DistanceEnd(metres):
            return distance_text(metres)
        case MarkEnd():
            return "until the mark"
        case OpenEnd():
            return "until you say so"
        case HeartRateEnd(bpm, below):
            return f"until {'under' if below else 'over'} {bpm:.0f} bpm"
        case SlotEnd(every_s):
            return f"to the next {format_clock(every_s)}"
        case _ as never:
            assert_never(never)


def _size_words(estimate: Estimate, exercises: int, unit: str) -> str:
    """The length and distance of a workout in words, and its number of exercises."""
    unknown = _count(estimate.open_steps, "open step")
    drills = _count(exercises, "exercise")
    if estimate.seconds <= 0:
        return drills if exercises and not estimate.open_steps else f"{unknown}, as long as you like"
    about = "about " if estimate.guessed_steps or estimate.open_steps else ""
    size = f"{about}{_duration(estimate.seconds)}, {format_metres(estimate.metres, unit)}"
    size += f", {drills}" if exercises else ""
    return f"{size} and {unknown}" if estimate.open_steps else size


def _amount(hard: list[Step], unit: str) -> str:
    """The hard part of a workout in words: its minutes, and the metres of what ends by distance; empty if unknown.

    Strides by time count only where nothing else is hard: one minute of them says little about a session.
    """
    by_time = [step for step in hard if step.until.distance() is None and step.until.time() is not None]
    by_time = [step for step in by_time if step.kind not in BRIEF] or (
        by_time if len(by_time) == len(hard) else []
    )
    seconds = sum(step.until.time() or 0.0 for step in by_time)
    metres = sum(step.until.distance() or 0.0 for step in hard)
    amounts = [_duration(seconds) if seconds else "", format_metres(metres, unit) if metres >= 1 else ""]
    return " and ".join(amount for amount in amounts if amount)


def _duration(seconds: float) -> str:
    """A duration in whole minutes, or in seconds under two minutes."""
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{round(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


# --- Numbers in the labels of targets; no document model is imported here, so that a run starts quickly


def pace_label(low: float, high: float, unit: str) -> str:
    """Write a speed or a range as a pace, faster first: `3:55-4:05/km`."""
    fast, slow = format_pace(high, unit=unit, with_unit=False), format_pace(low, unit=unit)
    return slow if slow.startswith(f"{fast}/") else f"{fast}-{slow}"


def range_words(low: float | None, high: float | None) -> str:
    """Write a range of numbers: `140-150`, `150`, `under 150`, `over 140`."""
    if low is None:
        return f"under {high:g}"
    if high is None:
        return f"over {low:g}"
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"
