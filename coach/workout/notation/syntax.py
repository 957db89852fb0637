"""What a line is made of: parts with counts, lengths, targets and rests, each with its place in the line."""

from dataclasses import dataclass, field
from typing import Any, Final

from coach.documents.spelling import Misspelt, read_pace_range
from coach.quantities import METRES_PER_KM, format_metres
from coach.workout.notation.lexer import NotationFault
from coach.workout.targets import read_speed

Tree = dict[str, Any]
"""A piece of a workout document as plain data."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a step is, as a document says when it ends."""

    until: Tree
    start: int
    end: int
    metres: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a step aims at: a target of the document, or a time for the rep, which needs the rep to be a pace."""

    start: int
    end: int
    tree: Tree | None = None
    low_s: float = 0.0
    high_s: float = 0.0
    is_clock: bool = False
    """True if it was written as a clock without a unit, so that it may be a pace as well."""
    is_pace: bool = False
    """True if it said that it is a pace, without saying of what."""
    speed_factor: float = 0.0

    @property
    def is_figure(self) -> bool:
        """True if it is in figures, and not the name of a pace or a word of effort."""
        return self.tree is None or not ("effort" in self.tree or "ref" in self.tree.get("pace", ""))


@dataclass(frozen=True, slots=True)
class Rest:
    """What follows a rep."""

    start: int
    end: int
    length: Length | None = None
    """None: until somebody presses, unless one of the next says."""
    move: str = ""
    aim: Aim | None = None
    ratio: float | None = None
    """Parts of rest for one of work."""
    is_back: bool = False
    """Back to where the rep began."""
    is_down: bool = False
    """Down the hill again."""
    is_none: bool = False
    is_ease: bool = False
    """True if it is the easy half of an alternation."""
    whose: str = ""
    """`reps` or `sets`, where it was said."""
    is_letter: bool = False
    """True if it was said by the letter `r` or `R` alone, which not everybody tells apart."""


@dataclass(slots=True)
class Part:
    """A piece of the line; what a suffix says is added as it comes."""

    start: int
    end: int = 0
    count: int | None = None
    most: int | None = None
    """The upper end of a range of counts."""
    lengths: list[Length] = field(default_factory=list)
    body: list["Part"] = field(default_factory=list)
    """The parts of a group."""
    kind: str = ""
    aims: list[Aim] = field(default_factory=list)
    ramp: Aim | None = None
    caps: list[Aim] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    doubtful: list[Length] = field(default_factory=list)
    """Times in brackets that may be the rest or the time of the rep."""
    send_off: Length | None = None
    change: Tree | None = None
    change_s: float = 0.0
    """Seconds that each rep changes by."""
    notes: list[str] = field(default_factory=list)
    is_group: bool = False
    is_chained: bool = False
    """True if it stands beside the part before with nothing between, so that what comes later holds for both."""
    is_listed: bool = False
    """True if it stands behind a comma, or behind nothing."""
    is_easy_word: bool = False
    """True if it was called easy (or off), and given no pace."""

    @property
    def inner(self) -> "Part":
        """The part whose reps are run: itself, or the only part in it."""
        part = self
        while part.body and len(part.body) == 1:
            part = part.body[0]
        return part

    @property
    def is_nested(self) -> bool:
        """True if it is a set of counted reps."""
        return self.count is not None and any(part.count is not None for part in self.body)


@dataclass(slots=True)
class ParsedLine:
    """A line in parts."""

    parts: list[Part]
    guesses: list[str]
    faults: list[NotationFault]


def pace_text(low_s: float, high_s: float, unit: str, start: int, end: int) -> str:
    """Spell a pace or a range of them, from seconds per kilometre or mile.

    Raises:
        NotationFault: a pace nobody runs.
    """

    def clock(seconds: float) -> str:
        minutes, rest = divmod(round(seconds, 2), 60)
        text = f"{rest:05.2f}".rstrip("0").rstrip(".")
        return f"{minutes:.0f}:{text.zfill(2)}"

    text = clock(low_s) if low_s == high_s else f"{clock(low_s)}-{clock(high_s)}"
    text = f"{text}/{unit}"
    try:
        read_pace_range(text)
    except Misspelt as fault:
        raise NotationFault(fault.reason, start, end, fault.fix) from None
    return text


# --- The fastest anybody has run: what is faster is a slip of whoever wrote the line

_RECORDS: Final = (
    (100.0, 9.58),
    (200.0, 19.19),
    (400.0, 43.03),
    (800.0, 100.91),
    (1000.0, 131.96),
    (1500.0, 206.0),
    (3000.0, 437.55),
    (5000.0, 755.36),
    (10_000.0, 1571.0),
)
"""The fastest anybody has run, metres and seconds (men's world records, outdoors, 2024)."""


def refuse_records(aim: Aim, tree: Tree, length: Length | None) -> None:
    """Refuse a pace or speed in figures that nobody has held for so long.

    Raises:
        NotationFault: at the target.
    """
    written = tree.get("pace", tree.get("speed"))
    if not isinstance(written, str) or length is None or "%" in written:
        return
    try:
        speed = read_pace_range(written)[1] if "pace" in tree else read_speed(written).high
    except Misspelt:
        return  # the document says what is wrong with it
    metres = length.metres or (length.seconds or 0.0) * speed
    fastest = fastest_time(metres)
    if metres and metres / speed < fastest:
        pace = fastest / metres * METRES_PER_KM
        limit = pace_text(pace, pace, "km", aim.start, aim.end)
        raise NotationFault(
            f"nobody has run {format_metres(metres)} so fast",
            aim.start,
            aim.end,
            f"The fastest ever is near {limit}. Write a slower pace, or /lap or /mi behind the time.",
        )


def fastest_time(metres: float) -> float:
    """A time under what anybody has needed, at the speed of the record over the next shorter distance."""
    distance, seconds = max((row for row in _RECORDS if row[0] <= metres), default=_RECORDS[0])
    return seconds * metres / distance if metres >= distance else 0.0


def record(metres: float) -> float:
    """The shortest time anybody has needed, at the speed of the record over the next longer distance."""
    for distance, seconds in _RECORDS:
        if metres <= distance:
            return seconds * metres / distance
    distance, seconds = _RECORDS[-1]
    return seconds * metres / distance
