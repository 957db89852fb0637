"""What a list knows of a workout, and what can be asked of it; light, so that a thousand are listed at once.

Nothing here reads documents: whoever lists them makes the cards, and may keep them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
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
class Card:
    """A workout as a list shows it."""

    name: str
    """What it is run by: a library name or a path."""
    title: str
    """Its name in the document; may hold any characters."""
    sentence: str
    """What it is, how long, how far, how hard."""
    purpose: str
    description: str
    tags: Mapping[str, Any]
    """As the document writes them; what it does not say is absent."""
    seconds: float
    """Its known time, or about how long its author says."""
    metres: float
    steps: int
    open_steps: int
    """Steps whose length nobody knows."""

    @property
    def level(self) -> str:
        """For whom."""
        return str(self.tags.get("level", ""))

    @property
    def focus(self) -> tuple[str, ...]:
        """The races it is good for."""
        return tuple(self.tags.get("focus", ()))

    @property
    def phases(self) -> tuple[str, ...]:
        """Where in a season it belongs, the first place first."""
        first = self.tags.get("phase")
        return (*((first,) if first else ()), *self.tags.get("other_phases", ()))

    @property
    def system(self) -> str:
        """What it trains."""
        return str(self.tags.get("system", ""))

    @property
    def opt_in(self) -> bool:
        """Does it rest on a rule the evidence does not carry?"""
        return bool(self.tags.get("opt_in", False))

    @property
    def minutes(self) -> str:
        """How long, in whole minutes; `+` if a part of it is open, `open` if all of it is."""
        if self.seconds < 30 and self.open_steps:
            return "open"
        return f"{round(self.seconds / 60)} min{'+' if self.open_steps else ''}"

    def distance(self, unit: str = "km") -> str:
        """How far, for a runner who reads paces per `unit`; blank if nobody knows."""
        return "" if self.metres < 1 else format_metres(self.metres, unit)

    def says(self, word: str) -> bool:
        """Is the word in its name, its title, its purpose, its description or its tags?"""
        texts = [self.name, self.title, self.purpose, self.description, self.level, self.system]
        return any(word.casefold() in text.casefold() for text in (*texts, *self.focus, *self.phases))

    def as_json(self) -> dict[str, Any]:
        """The card for other programs; what the document does not say is absent."""
        told: dict[str, Any] = {
            "v": 1,
            "name": self.name,
            "title": self.title,
            "sentence": self.sentence,
            "time_s": round(self.seconds),
            "distance_m": round(self.metres),
            "steps": self.steps,
            "open_steps": self.open_steps,
            "tags": dict(self.tags),
        }
        return told | {"purpose": self.purpose} if self.purpose else told

    def kept(self) -> dict[str, Any]:
        """The card as plain data, to be kept in a file."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_kept(cls, data: Mapping[str, Any]) -> "Card":
        """The card that `kept` gave.

        Raises:
            TypeError: it is of another make.
        """
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is empty does not matter."""

    words: tuple[str, ...] = ()
    """Every one of them must be said somewhere."""
    focus: str = ""
    levels: tuple[str, ...] = ()
    """Any of them will do."""
    phase: str = ""
    system: str = ""
    under_s: float | None = None
    """Its known part must take less than this, or as long."""

    def fits(self, card: Card) -> bool:
        """Is it what is looked for? A workout without a phase fits every phase."""
        return (
            (not self.focus or self.focus in card.focus)
            and (not self.levels or card.level in self.levels)
            and (not self.phase or not card.phases or self.phase in card.phases)
            and (not self.system or self.system == card.system)
            and (self.under_s is None or card.seconds <= self.under_s)
            and all(card.says(word) for word in self.words)
        )


def race_named(text: str) -> str:
    """The tag of a race by any of its names: `10 km`, `HM` and `half-marathon` are known."""
    plain = text.casefold().replace(" ", "")
    return _RACES.get(plain, plain)


def read_limit(text: str) -> float:
    """Read how long at most, in seconds: `60min`, `45`, `1h`, `1h30`, `1:30:00`.

    Raises:
        ValueError: not a length of time, or none.
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock:
        seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
    else:
        found = _MINUTES.fullmatch(text.strip())
        seconds = 60 * (int(found[1] or 0) * 60 + int(found[2] or 0)) if found else 0
    if not seconds:
        raise ValueError(f'"{text[:20]}" is no length of time')
    return float(seconds)
