"""A workout in words and in a list: how long and how far it is, names and sentences, entries, and the search for them.

No model of documents is imported here: a run starts quickly, and a thousand entries are listed at once.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from math import inf
from typing import Any, Final, assert_never

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

# --- how long and how far


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


def likely_seconds(step: Step) -> Seconds | None:
    """The probable time of a step in seconds, at a typical speed if it has no pace; None if unknown."""
    seconds, _ = _size(step, 0.0)
    return None if seconds is None else Seconds(seconds)


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


_CALM: Final = RUN - HARD - FLOATS
_SETTLED_S: Final = 15.0
"""Seconds into a step until its first words are over. Judged."""
_COUNTDOWN_S: Final = 45.0
"""Seconds before the end of a step: its countdown begins at thirty, and no run is to the second as planned. Judged."""


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


# --- names and sentences, as a coach writes them on a board

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
    amount = _hard_words(hard, unit)
    return f"{timeline.name}: {size}; {_sets_words(work)}{f' ({amount} of it hard)' if amount else ''}."


def _sets_words(work: list[Step]) -> str:
    """Describe hard steps as on a coach's board: `5 x 1 km at 4:00/km`, `15:00 at threshold, then 2 x 800 m at 5k`."""
    groups: dict[tuple[str, str], list[Step]] = {}
    order: list[tuple[str, str]] = []
    for step in work:
        key = (_length_words(step), _aim_words(step.target))
        groups.setdefault(key, []).append(step)
        order += [] if order[-1:] == [key] else [key]
    is_one_length = len({length for length, _ in groups}) == 1
    is_pyramid = len(order) >= MOST_SETS + 2 and order == order[::-1]
    if len(groups) <= (MOST_SETS - 1 if is_one_length else MOST_SETS) and not is_pyramid:
        parts = [_set_words(steps, length, aim) for (length, aim), steps in groups.items()]
        joint = ", then " if len(order) == len(groups) else " and "
        return joint.join(parts)
    (first, first_aim), (last, last_aim) = order[0], order[-1]
    if is_one_length:
        return f"{_set_words(work, first, '')}{first_aim} to{last_aim.removeprefix(' at').removeprefix(',')}"
    if len({aim for _, aim in groups}) == 1:
        lengths = (
            f"{first} to {last}" if first != last else f"{first} to {order[len(order) // 2][0]} and back"
        )
        return f"{_count_words(work)} of {lengths}{first_aim}"
    return f"{_count_words(work)}, {first}{first_aim} to {last}{last_aim}"


def _length_words(step: Step) -> str:
    """The length of a step, without its floor and cap."""
    return until_text(EndConditions(step.until.ends))


def _set_words(steps: list[Step], length: str, aim: str) -> str:
    """Describe steps of one length and target."""
    if length.startswith("until"):
        return f"{_count_words(steps)} {length}{aim}"
    if steps[0].kind is not Kind.WORK:
        return f"{_count_words(steps)} of {length}{aim}"
    number = _number_words(steps)
    return f"{length}{aim}" if number == "1" else f"{number} x {length}{aim}"


def _count_words(steps: list[Step]) -> str:
    """The number of steps with their name."""
    word = KINDS[steps[0].kind].rep_word
    return f"{_number_words(steps)} {word if len(steps) == 1 else f'{word}s'}"


def _number_words(steps: list[Step]) -> str:
    """The number of steps, a range if some are optional."""
    least = sum(not step.optional for step in steps)
    return f"{least} to {len(steps)}" if 0 < least < len(steps) else f"{len(steps)}"


def _aim_words(target: StepTarget | None) -> str:
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
    text = " or ".join(_end_words(end) for end in until.ends)
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


def _end_words(end: End) -> str:
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
    unknown = _plural(estimate.open_steps, "open step")
    drills = _plural(exercises, "exercise")
    if estimate.seconds <= 0:
        return drills if exercises and not estimate.open_steps else f"{unknown}, as long as you like"
    about = "about " if estimate.guessed_steps or estimate.open_steps else ""
    size = f"{about}{_duration_words(estimate.seconds)}, {format_metres(estimate.metres, unit)}"
    size += f", {drills}" if exercises else ""
    return f"{size} and {unknown}" if estimate.open_steps else size


def _hard_words(hard: list[Step], unit: str) -> str:
    """The hard part of a workout in words: its minutes, and the metres of what ends by distance; empty if unknown.

    Strides by time count only where nothing else is hard: one minute of them says little about a session.
    """
    by_time = [step for step in hard if step.until.distance() is None and step.until.time() is not None]
    by_time = [step for step in by_time if step.kind not in BRIEF] or (
        by_time if len(by_time) == len(hard) else []
    )
    seconds = sum(step.until.time() or 0.0 for step in by_time)
    metres = sum(step.until.distance() or 0.0 for step in hard)
    amounts = [
        _duration_words(seconds) if seconds else "",
        format_metres(metres, unit) if metres >= 1 else "",
    ]
    return " and ".join(amount for amount in amounts if amount)


def _duration_words(seconds: float) -> str:
    """A duration in whole minutes, or in seconds under two minutes."""
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{round(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


# --- numbers in the labels of targets

UNIT_WORDS: Final = {Quantity.HEART_RATE: "bpm", Quantity.CADENCE: "spm", Quantity.POWER: "W"}
"""The units of quantities other than speed, whose unit is the athlete's."""


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


# --- the entry of a workout in a list: the caller makes it, and may keep it

_MOST_AMOUNT: Final = 1e9
"""Upper bound of seconds and metres of any workout."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A workout as a list shows it."""

    name: str
    """The name it is run by: a library name or a path."""
    title: str
    """Its name in the document; it may hold any characters."""
    sentence: str
    """What it is, how long, how far and how hard, in one sentence."""
    purpose: str
    description: str
    tags: Mapping[str, Any]
    """As in the document; tags that it lacks are absent."""
    seconds: float
    """Its known time in seconds, or the time its author states."""
    metres: float
    steps: int
    open_steps: int
    """Number of steps of unknown length."""
    hard_metres: float = 0.0
    """About how many metres of it are hard; 0 if none are."""
    plan: Mapping[str, Any] = field(default_factory=dict)
    """The facts that a plan needs, as `coach.plan.facts` writes them."""

    @property
    def level(self) -> str:
        """The level of runners it is for."""
        return str(self.tags.get("level", ""))

    @property
    def focus(self) -> tuple[str, ...]:
        """The races it is good for."""
        return tuple(self.tags.get("focus", ()))

    @property
    def phases(self) -> tuple[str, ...]:
        """Its phases of a season, the main one first."""
        first = self.tags.get("phase")
        return (*((first,) if first else ()), *self.tags.get("other_phases", ()))

    @property
    def system(self) -> str:
        """The energy system it trains."""
        return str(self.tags.get("system", ""))

    @property
    def opt_in(self) -> bool:
        """True if it rests on a rule that the evidence does not support."""
        return bool(self.tags.get("opt_in", False))

    @property
    def minutes(self) -> str:
        """Its length in whole minutes; `+` if a part of it is open, `open` if all of it is."""
        if self.seconds < 30 and self.open_steps:
            return "open"
        return f"{round(self.seconds / 60)} min{'+' if self.open_steps else ''}"

    def distance(self, unit: str = "km") -> str:
        """Its distance, for a runner who reads paces per `unit`; blank if unknown."""
        return "" if self.metres < 1 else format_metres(self.metres, unit)

    def as_json(self) -> dict[str, Any]:
        """The entry for other programs; keys that the document lacks are absent."""
        tree: dict[str, Any] = {
            "v": 1,
            "name": self.name,
            "title": self.title,
            "sentence": self.sentence,
            "time_s": round(self.seconds),
            "distance_m": round(self.metres),
            "steps": self.steps,
            "open_steps": self.open_steps,
            "hard_m": round(self.hard_metres),
            "tags": dict(self.tags),
        }
        return tree | {"purpose": self.purpose} if self.purpose else tree

    def tree(self) -> dict[str, Any]:
        """The entry as plain data for a file."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_tree(cls, data: Mapping[str, Any]) -> "CatalogueEntry":
        """The entry that `tree` wrote.

        Raises:
            TypeError: it has another format, or holds a value that no card has.
        """
        workout = cls(**data)
        texts = (workout.name, workout.title, workout.sentence, workout.purpose, workout.description)
        numbers = (workout.seconds, workout.metres, workout.steps, workout.open_steps, workout.hard_metres)
        is_sound = all(isinstance(text, str) for text in texts) and all(map(_is_amount, numbers))
        is_sound = is_sound and isinstance(workout.tags, Mapping) and isinstance(workout.plan, Mapping)
        if not is_sound or not _are_tags(workout.tags):
            raise TypeError
        return workout


def _is_amount(value: object) -> bool:
    """Return whether a value is a number of metres, seconds or steps."""
    return isinstance(value, int | float) and 0 <= value < _MOST_AMOUNT


def _are_tags(tags: Mapping[str, Any]) -> bool:
    """Return whether the tags that are searched are texts and lists of texts."""
    lists = (tags.get("focus", ()), tags.get("other_phases", ()), (tags.get("phase", ""),))
    return all(
        isinstance(words, list | tuple) and all(isinstance(word, str) for word in words) for words in lists
    )


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """The filters of a search; an empty one matches everything."""

    words: tuple[str, ...] = ()
    """Every one of them must occur."""
    focus: str = ""
    levels: tuple[str, ...] = ()
    """Any of them matches."""
    phase: str = ""
    system: str = ""
    under_s: float | None = None
    """Upper bound of its known time, included."""

    def fits(self, workout: CatalogueEntry) -> bool:
        """Return whether an entry matches. A workout without a phase matches every phase."""
        return (
            (not self.focus or self.focus in workout.focus)
            and (not self.levels or workout.level in self.levels)
            and (not self.phase or not workout.phases or self.phase in workout.phases)
            and (not self.system or self.system == workout.system)
            and (self.under_s is None or workout.seconds <= self.under_s)
            and (not self.words or Query(" ".join(self.words)).rank(workout) is not None)
        )


# --- search by words, the best match first


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of a name or of a query; a number has all its possible meanings."""

    text: str
    """The word, or the digits of the number."""
    meanings: frozenset[tuple[str, float]] = frozenset()
    """Metres, seconds or a bare number, as units and values; empty for a word."""
    times: str = ""
    """The repetitions: the 6 of `6 x 800`."""

    @property
    def is_bare(self) -> bool:
        """True if it is a number without a unit."""
        return any(not unit for unit, _ in self.meanings)


class Query:
    """A search of the library: every word must occur somewhere, and matches in the name rank first.

    A number matches however it is written: `6 x 800`, `6x800`, `6*800 m` and `800s` all match `6 × 800 m`, and `1k`
    matches `1000 m`. The last word may be unfinished.
    """

    def __init__(self, text: str) -> None:
        """Parse what was typed."""
        self._terms = tuple(term for term in _terms(text) if term.text != "x")
        self._start = " ".join(term.text for term in self._terms)
        self._name = text.strip().casefold()

    @property
    def has_words(self) -> bool:
        """True if there is anything to search for."""
        return bool(self._terms)

    def begins(self, workout: CatalogueEntry) -> bool:
        """Return whether the title begins with the query."""
        return " ".join(term.text for term in _terms(workout.title)).startswith(self._start)

    def rank(self, workout: CatalogueEntry) -> tuple[int, ...] | None:
        """The rank of an entry, the lowest best; None if it does not match."""
        name = (*_terms(workout.title), *_terms(workout.name))
        ranks = []
        for place, term in enumerate(self._terms):
            rank = _rank(term, name, is_last=place == len(self._terms) - 1)
            rank = _in_text(term, workout) if rank is None else rank
            if rank is None:
                return None
            ranks.append(rank)
        title = " ".join(term.text for term in _terms(workout.title))
        is_name = self._name == workout.name or title == self._start
        return (max(ranks, default=0), sum(ranks), not is_name, not title.startswith(self._start))

    def best_first(self, workouts: Iterable[CatalogueEntry]) -> list[CatalogueEntry]:
        """The matching entries, the best first; equal ones keep their order."""
        ranked = [(rank, workout) for workout in workouts if (rank := self.rank(workout)) is not None]
        return [workout for _, workout in sorted(ranked, key=lambda pair: pair[0])]


_SAME, _SAME_LENGTH, _BEGINS, _INSIDE, _TAG, _TEXT = range(6)
"""The ranks of a match, the best first: in the name; a rep of its length; the beginning or inside of a word; a tag; a
text.
"""
_ALMOST: Final = 0.01
"""Lengths that differ by less are equal: 805 m is half a mile is 800 m."""
_TERM: Final = re.compile(
    r"(?:(?P<times>\d{1,3})\s*x\s*)?(?P<number>\d+(?:[.,]\d+)?)"
    r"(?:\s*(?P<unit>km|k|miles?|mi|metres?|meters?|m|minutes?|mins?|hours?|h|seconds?|secs?|'|′)s?(?![^\W\d_])"
    r"|s(?![^\W\d_])|\s+(?P<seconds>s)(?![^\W\d_]))?"
    r"|[^\W\d_]+"
)
_UNIT_METRES: Final = {"km": 1000.0, "k": 1000.0, "mile": 1609.344, "miles": 1609.344, "mi": 1609.344}
_MINUTE_UNITS: Final = ("minute", "minutes", "min", "mins", "'", "′")
_FEWEST_METRES: Final = 100
"""`90s` may be seconds or reps of 90 m, `400s` is reps of 400 m."""


@lru_cache(maxsize=8192)
def _terms(text: str) -> tuple[_Term, ...]:
    """The words and numbers of a text."""
    plain = re.sub(r"(?<=\d)\s*[x×*]\s*(?=\d)", "x", text.casefold()).replace("×", "x")
    return tuple(_term(match) for match in _TERM.finditer(plain))


def _term(match: re.Match[str]) -> _Term:
    number = match["number"]
    if number is None:
        return _Term(match[0])
    value, unit = float(number.replace(",", ".")), match["unit"] or ("sec" if match["seconds"] else "")
    if unit in _UNIT_METRES:
        meanings = {("m", value * _UNIT_METRES[unit])}
    elif unit in _MINUTE_UNITS:
        meanings = {("s", value * 60)}
    elif unit.startswith("h"):
        meanings = {("s", value * 3600)}
    elif unit.startswith("sec"):
        meanings = {("s", value)}
    elif unit:
        meanings = {("m", value)}
    elif match[0].endswith("s"):
        meanings = {("m", value)} | ({("s", value)} if value < _FEWEST_METRES else set())
    else:
        meanings = {("", value)}
    return _Term(number, frozenset(meanings), match["times"] or "")


def _rank(term: _Term, name: Iterable[_Term], *, is_last: bool) -> int | None:
    """The rank of a word in a name; None if it does not match."""
    ranks = [rank for other in name if (rank := _fit(term, other, is_last=is_last)) is not None]
    return min(ranks, default=None)


def _fit(term: _Term, other: _Term, *, is_last: bool) -> int | None:
    if not term.meanings:
        if other.meanings:
            return None
        if term.text == other.text or (
            len(term.text) > 3 and term.text.rstrip("s") == other.text.rstrip("s")
        ):
            return _SAME
        return (_BEGINS if other.text.startswith(term.text) else _INSIDE) if term.text in other.text else None
    if not other.meanings:
        return None
    if _is_same_length(term, other):
        return _SAME if term.times in {"", other.times} else _SAME_LENGTH
    if term.is_bare and not term.times and term.text == other.times:
        return _SAME
    if is_last and term.is_bare and other.text.startswith(term.text) and term.times in {"", other.times}:
        return _SAME if term.times else _BEGINS
    return None


def _is_same_length(term: _Term, other: _Term) -> bool:
    """Whether a number of a query may mean a length of a name.

    A bare number of a query matches what the name says. One of a name is metres if it is repeated, else a count.
    """
    is_count = bool(term.times) and not other.times and other.is_bare
    return not is_count and any(
        abs(value - others) <= _ALMOST * others
        for unit, value in _lengths(term, ("m", 1), ("s", 60))
        for others_unit, others in _lengths(other, *([("m", 1)] if other.times else []))
        if unit == others_unit
    )


def _lengths(term: _Term, *bare: tuple[str, int]) -> Iterable[tuple[str, float]]:
    for unit, value in term.meanings:
        yield unit, value
        if not unit:
            yield from ((other, value * each) for other, each in bare)


def _in_text(term: _Term, workout: CatalogueEntry) -> int | None:
    """The rank of a word in the other texts of a workout."""
    tags = (workout.level, workout.system, *workout.focus, *workout.phases)
    if _rank(term, [word for tag in tags for word in _terms(tag)], is_last=True) is not None:
        return _TAG
    texts = (workout.purpose, workout.description, workout.sentence)
    if not term.meanings:
        return _TEXT if any(term.text in text.casefold() for text in texts) else None
    words = [word for text in texts for word in _terms(text)]
    return _TEXT if _rank(term, words, is_last=False) == _SAME else None


# --- what a search is limited by: a race by any of its names, and a length of time

_RACE_TAGS: Final = {
    "1500": "mile",
    "1500m": "mile",
    "1609m": "mile",
    "3000": "3k",
    "3000m": "3k",
    "3km": "3k",
    "5000": "5k",
    "5000m": "5k",
    "5km": "5k",
    "10000": "10k",
    "10000m": "10k",
    "10km": "10k",
    "21k": "half",
    "21km": "half",
    "half-marathon": "half",
    "hm": "half",
    "42k": "marathon",
    "42km": "marathon",
}
"""Other names of the races that workouts are tagged with."""


def race_tag(text: str) -> str:
    """The tag of a race by any of its names: `10 km`, `HM`, `half-marathon`."""
    plain = text.casefold().replace(" ", "")
    return _RACE_TAGS.get(plain, plain)


_MINUTES = re.compile(r"(?:(\d{1,2})\s*h)?\s*(?:(\d{1,4})\s*(?:min|minutes|m)?)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d):(\d\d)")


def read_limit(text: str) -> float:
    """Read an upper limit of time, in seconds: `60min`, `45`, `1h`, `1h30`, `1:30:00`.

    Raises:
        ValueError: not a length of time, or none.
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock:
        seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
    else:
        match = _MINUTES.fullmatch(text.strip())
        seconds = 60 * (int(match[1] or 0) * 60 + int(match[2] or 0)) if match else 0
    if not seconds:
        raise ValueError(f'"{text[:20]}" is not a length of time')
    return float(seconds)
