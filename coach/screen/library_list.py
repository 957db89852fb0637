"""Which workouts the list of the library shows, and in what order: sorted, filtered, or the best match first."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from coach.screen.protocols import LibraryEntry
from coach.screen.sanitise import sanitise
from coach.workout.catalogue_entry import Query, Wanted
from coach.workout.timeline import WITHOUT_PLAN

# --- sorted by a column


class SortColumn(Enum):
    """What the list can be sorted by, in the order a key goes through."""

    TIME = "time"
    DISTANCE = "distance"
    HARD = "hard"
    LAST = "last"
    NAME = "workout"


@dataclass(frozen=True, slots=True)
class Order:
    """How the list is sorted."""

    column: SortColumn = SortColumn.LAST
    is_falling: bool = True

    def next(self) -> "Order":
        """By the next column: what was run last from the newest on, everything else from the least on."""
        columns = list(SortColumn)
        column = columns[(columns.index(self.column) + 1) % len(columns)]
        return Order(column, is_falling=column is SortColumn.LAST)

    def turned(self) -> "Order":
        """By the same column the other way round."""
        return Order(self.column, is_falling=not self.is_falling)

    def sorted(self, entries: Sequence[LibraryEntry]) -> list[LibraryEntry]:
        """Sort workouts; what the column does not know comes last either way, and names are in their order."""
        by_name = sorted(entries, key=lambda entry: _natural(entry.title))
        if self.column is SortColumn.NAME:
            return by_name[::-1] if self.is_falling else by_name
        if self.column is SortColumn.LAST:
            by_name.sort(key=lambda entry: -entry.runs)
        values = [(_value(entry, self.column), entry) for entry in by_name]
        known = [pair for pair in values if pair[0] is not None]
        known.sort(key=lambda pair: pair[0] or 0.0, reverse=self.is_falling)
        return [entry for _, entry in known] + [entry for value, entry in values if value is None]


def _value(entry: LibraryEntry, column: SortColumn) -> float | None:
    card = entry.card
    match column:
        case SortColumn.TIME:
            return card.seconds or None
        case SortColumn.DISTANCE:
            return card.metres or None
        case SortColumn.HARD:
            return card.hard_metres or None
        case _:
            return None if entry.last_day is None else float(entry.last_day.toordinal())


_NUMBERS: Final = re.compile(r"(\d+)")


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """The key of a name in which 5 comes before 10."""
    parts = _NUMBERS.split(f"{text.casefold()} ")  # words and numbers, taking turns
    return tuple(
        (int(part[:9]), "") if place % 2 else (1 << 30, part) for place, part in enumerate(parts) if part
    )


# --- found by words

_SIGNS: Final = frozenset("@/+()<>%")
"""A line with one of them is a workout of one's own, unless a name begins with it."""


def found(entries: Sequence[LibraryEntry], text: str) -> list[LibraryEntry]:
    """Find the workouts that have every word of a text, the best match first."""
    query = Query(text)
    if not query.has_words:
        return [] if text.strip() else list(entries)
    must_begin = not _SIGNS.isdisjoint(text)
    ranked = [
        (rank, entry)
        for entry in entries
        if (rank := query.rank(entry.card)) is not None and (not must_begin or query.begins(entry.card))
    ]
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


# --- The filters of the library: race, level, phase and time, each turned through its choices by a key.

KEYS: Final = {"race": ("r", "f3"), "level": ("l", "f4"), "phase": ("p", "f5"), "time": ("t", "f6")}
"""Which letter turns which filter while they are chosen, and which key always does."""
_USUAL: Final = {
    "race": ("mile", "3k", "5k", "10k", "half", "marathon"),
    "level": ("beginner", "intermediate", "advanced"),
    "phase": ("base", "build", "peak", "taper", "recovery"),
}
"""The usual tags in the order a runner thinks of them; others follow by name."""
_MINUTES: Final = (30, 45, 60, 90)


class Filters:
    """What is wanted of a workout; each filter begins with "any"."""

    def __init__(self, entries: Sequence[LibraryEntry]) -> None:
        """Offer what the tags of these entries hold."""
        cards = [entry.card for entry in entries]
        self._choices = {
            "race": _ordered("race", (race for card in cards for race in card.focus)),
            "level": _ordered("level", (card.level for card in cards)),
            "phase": _ordered("phase", (phase for card in cards for phase in card.phases)),
            "time": ("", *(f"{minutes} min" for minutes in _MINUTES)),
        }
        self._at = dict.fromkeys(self._choices, 0)
        self.can_filter = bool(cards)
        """True if there is anything to filter by."""

    def turn(self, name: str) -> None:
        """Take the next choice of a filter; after the last comes "any"."""
        self._at[name] = (self._at[name] + 1) % len(self._choices[name])

    def clear(self) -> bool:
        """Set every filter to "any"; tells whether one was set."""
        was_set = self.is_set
        self._at = dict.fromkeys(self._choices, 0)
        return was_set

    def fits(self, entry: LibraryEntry) -> bool:
        """Tell whether the entry is what is wanted."""
        return not self.is_set or (entry.slug not in WITHOUT_PLAN and self._wanted().fits(entry.card))

    def line(self) -> str:
        """What is wanted, in one line."""
        return "   ".join(f"{name} {self.chosen(name)}" for name in self._choices)

    @property
    def is_set(self) -> bool:
        """True if any of them is set."""
        return any(self._at.values())

    def chosen(self, name: str) -> str:
        """The choice of a filter; `any` where it is not set."""
        return sanitise(self._choices[name][self._at[name]], 20) or "any"

    def _wanted(self) -> Wanted:
        level, time = self._choices["level"][self._at["level"]], self._at["time"]
        return Wanted(
            focus=self._choices["race"][self._at["race"]],
            levels=(level,) if level else (),
            phase=self._choices["phase"][self._at["phase"]],
            under_s=60.0 * _MINUTES[time - 1] if time else None,
        )


def _ordered(name: str, tags: Iterable[str]) -> tuple[str, ...]:
    """Any, the usual tags that occur, and what else occurs."""
    found = set(tags) - {""}
    usual = [tag for tag in _USUAL[name] if tag in found]
    return ("", *usual, *sorted(found.difference(usual)))
