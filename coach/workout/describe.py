"""Names and sentences for steps, ends, targets and whole workouts, as a coach writes them on a board."""

from typing import Final, assert_never

from coach.quantities import METRES_PER_MILE, format_clock, format_metres
from coach.workout.estimate import Estimate, step_seconds
from coach.workout.kinds import KINDS, REPS, RESTS, RUN, Kind
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

MOVE_WORDS: Final = {Move.JOG: "jog", Move.WALK: "walk", Move.STAND: "stand"}
"""What the runner does in a recovery."""


def sentence(timeline: Timeline, estimate: Estimate) -> str:
    """Say in one sentence what a workout is, how long, how far and how hard."""
    if not timeline.steps:
        return f"{timeline.name}: nothing to do."
    size = _size_words(estimate, sum(len(step.items) for step in timeline.steps))
    hard = [step for step in timeline.steps if step.kind in REPS]
    if all(step.kind not in RUN for step in timeline.steps):
        return f"{timeline.name}: {size}, no running."
    if not hard:
        longest = max(timeline.steps, key=lambda step: step_seconds(step) or 0.0)
        aim = f", {target_text(longest.target)}" if longest.target else ""
        return f"{timeline.name}: {size}{aim}; nothing hard."
    work = [step for step in hard if step.kind is Kind.WORK] or hard
    lengths = _listed([until_text(EndConditions(step.until.ends)) for step in work])
    paces = _listed([target_text(step.target) for step in work if step.target])
    least = sum(not step.optional for step in work)
    count = f"{least} to " if 0 < least < len(work) else ""
    count += _count(len(work), KINDS[work[0].kind].rep_word)
    reps = f"{count} {'' if lengths.startswith('until') else 'of '}{lengths}"
    at = (
        ""
        if not paces
        else f" at {paces}"
        if work[0].target and work[0].target.band != Band()
        else f", {paces}"
    )
    amount = _amount(estimate)
    return f"{timeline.name}: {size}; {reps}{at}{f' ({amount} of it hard)' if amount else ''}."


def step_label(step: Step) -> str:
    """Say what a step is in few words: `1000 m at 4:10/km`, `200 m float at 5:20/km`, `2:00 jog`."""
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
    """Say an exercise: `A-skips, 3 x 30 m`, `Side plank, 2 x 30 s each side`."""
    amounts = (
        f"{item.reps} reps" if item.reps else "",
        f"{item.seconds:g} s" if item.seconds else "",
        f"{item.metres:g} m" if item.metres else "",
    )
    amount = ", ".join(one for one in amounts if one)
    sets = f"{item.sets} x" if item.sets > 1 else ""
    side = "each side" if item.each_side else ""
    much = " ".join(part for part in (sets, amount, side) if part)
    return f"{item.do}, {much}" if much else item.do


def step_name(kind: Kind, until: EndConditions, move: Move) -> str:
    """Name a step its author left without a name: `1000 m`, `Float 200 m`, `Jog 2:00`."""
    word = MOVE_WORDS[move] if kind in RESTS else KINDS[kind].name
    end = until.ends[0]
    size = until_text(EndConditions((end,))) if isinstance(end, TimeEnd | DistanceEnd) else ""
    if kind is Kind.WORK and size:
        return size
    return f"{word} {size}".strip().capitalize()


def until_text(until: EndConditions) -> str:
    """Say when a step ends: `1000 m`, `2:00`, `until under 120 bpm, at most 3:00`."""
    text = " or ".join(_end_text(end) for end in until.ends)
    if until.not_before_s is not None:
        text += f", at least {format_clock(until.not_before_s)}"
    if until.cap_s is not None:
        text += f", at most {format_clock(until.cap_s)}"
    return text


def target_text(target: StepTarget | None) -> str:
    """Say what a step aims at: `4:10/km`, `threshold (4:10/km)`, `under 150 bpm`; empty without a target."""
    if target is None:
        return ""
    if target.ref and not target.label.startswith(target.ref):
        return f"{target.ref} pace ({target.label})"
    return target.label


def distance_text(metres: float) -> str:
    """Say a distance: whole and half miles as miles, all else as `format_metres` does."""
    halves = round(metres / METRES_PER_MILE * 2)
    if halves and abs(halves * METRES_PER_MILE / 2 - metres) < 0.1:
        miles = halves / 2
        return f"{miles:g} mile" if miles <= 1 else f"{miles:g} miles"
    return format_metres(metres)


def _end_text(end: End) -> str:
    """Say one end."""
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


def _size_words(estimate: Estimate, exercises: int) -> str:
    """Say how long and how far a workout is, and how many exercises it has."""
    unknown = _count(estimate.open_steps, "open step")
    drills = _count(exercises, "exercise")
    if estimate.seconds <= 0:
        return drills if exercises and not estimate.open_steps else f"{unknown}, as long as you like"
    about = "about " if estimate.guessed_steps or estimate.open_steps else ""
    size = f"{about}{_duration(estimate.seconds)}, {format_metres(estimate.metres)}"
    size += f", {drills}" if exercises else ""
    return f"{size} and {unknown}" if estimate.open_steps else size


def _amount(estimate: Estimate) -> str:
    """Say how much of a workout is hard; empty where nobody knows."""
    if estimate.hard_metres >= 1:
        return format_metres(estimate.hard_metres)
    return _duration(estimate.hard_seconds) if estimate.hard_seconds else ""


def _duration(seconds: float) -> str:
    """Say how long in whole minutes, or seconds under two minutes."""
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{round(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _count(number: int, word: str) -> str:
    """Say a number of things."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _listed(texts: list[str]) -> str:
    """List different texts once each, in order; more than three become the first and the last."""
    different = list(dict.fromkeys(texts))
    if len(different) > 3:
        return f"{different[0]} to {different[-1]}"
    return ", ".join(different)
