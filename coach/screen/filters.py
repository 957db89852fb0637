"""The filters of the library: race, level, phase and time, each turned through its choices by a key."""

from collections.abc import Iterable, Sequence
from typing import Final

from coach.screen.ports import LibraryEntry
from coach.screen.safe import safe
from coach.workout.card import Wanted

KEYS: Final = {"race": "f3", "level": "f4", "phase": "f5", "time": "f6"}
"""Which key turns which filter."""
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
        cards = [entry.card for entry in entries if entry.card is not None]
        self._choices = {
            "race": _ordered("race", (race for card in cards for race in card.focus)),
            "level": _ordered("level", (card.level for card in cards)),
            "phase": _ordered("phase", (phase for card in cards for phase in card.phases)),
            "time": ("", *(f"{minutes} min" for minutes in _MINUTES)),
        }
        self._at = dict.fromkeys(self._choices, 0)
        self.can_filter = bool(cards)
        """Is there anything to filter by?"""

    def turn(self, name: str) -> None:
        """Take the next choice of a filter; after the last comes "any"."""
        self._at[name] = (self._at[name] + 1) % len(self._choices[name])

    def clear(self) -> bool:
        """Set every filter to "any"; tells whether one was set."""
        was_set = any(self._at.values())
        self._at = dict.fromkeys(self._choices, 0)
        return was_set

    def fits(self, entry: LibraryEntry) -> bool:
        """Is the entry what is wanted?"""
        wanted = self._wanted()
        return wanted == Wanted() or (entry.card is not None and wanted.fits(entry.card))

    def line(self) -> str:
        """Show the filters with their keys in one line."""
        shown = (f"{KEYS[name].upper()} {name}: {self._chosen(name) or 'any'}" for name in self._choices)
        return " " + "   ".join(shown)

    def _chosen(self, name: str) -> str:
        return safe(self._choices[name][self._at[name]], 20)

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
