"""The entry of a workout in a list, and the search for entries; light, so that a thousand are listed at once.

Nothing here reads documents: the caller makes the entries, and may keep them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Final

from coach.quantities import format_metres

_MINUTES = re.compile(r"(?:(\d{1,2})\s*h)?\s*(?:(\d{1,4})\s*(?:min|minutes|m)?)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d):(\d\d)")
_RACES: Final = {
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
    return isinstance(value, int | float) and 0 <= value < _MOST


def _are_tags(tags: Mapping[str, Any]) -> bool:
    """Return whether the tags that are searched are texts and lists of texts."""
    lists = (tags.get("focus", ()), tags.get("other_phases", ()), (tags.get("phase", ""),))
    return all(
        isinstance(words, list | tuple) and all(isinstance(word, str) for word in words) for words in lists
    )


_MOST: Final = 1e9
"""Upper bound of seconds and metres of any workout."""


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


# --- Search by words, the best match first


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
_METRES: Final = {"km": 1000.0, "k": 1000.0, "mile": 1609.344, "miles": 1609.344, "mi": 1609.344}
_MINUTE: Final = ("minute", "minutes", "min", "mins", "'", "′")
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
    if unit in _METRES:
        meanings = {("m", value * _METRES[unit])}
    elif unit in _MINUTE:
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


def race_named(text: str) -> str:
    """The tag of a race by any of its names: `10 km`, `HM`, `half-marathon`."""
    plain = text.casefold().replace(" ", "")
    return _RACES.get(plain, plain)


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
