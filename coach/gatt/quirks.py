"""The peculiarities of known sensors, with where each was seen (`docs/reference/quirks.md`).

A name does not prove what a sensor is: a sensor can have any name, and makers change what they send. So a name only
suggests a first guess, and what the sensor sends decides. Peculiarities that any sensor may have are handled where they
are decoded: an odd byte at the end of a packet (kept apart by the codecs), a counter of a lifetime (only differences
are used), a heart rate of 0 (a dropout, never a value), a contact bit that is wrong (a hint, never a filter).
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Quirk:
    """The peculiarities of sensors with similar names."""

    name: str
    """A regular expression that is searched for in the name, in lower case."""
    cadence_count: int | None = None
    """1 if they are reported to count both feet, 2 if one; None if unknown."""
    shunned: tuple[int, ...] = ()
    """Services that must not be discovered or subscribed to, because they break the rest; no run needs one."""
    advice: str = ""
    """What the runner can do about it, in one sentence."""
    seen: str = ""
    """Where it was reported."""


QUIRKS: Final = (
    Quirk("stryd", 2, seen="OpenTracks lists it as tested and reads its cadence as one foot's"),
    Quirk("polar (run|stride)", 2, seen="Polar V800 manual: steps of the foot with the sensor"),
    Quirk(
        "zwift|runpod",
        2,
        (0xFFF0, 0xF000FFC0_0451_4000_B000_000000000000),
        seen="QZ strydrunpowersensor.cpp and #1099, #2187",
    ),
    Quirk("tickr ?x", 1, seen="OpenTracks #1164, #1170: counts both feet"),
    Quirk("technogym|myrun", 1, seen="TrackMyIndoorWorkout #465, #461; QZ #626: cadence drops out above 164"),
    Quirk(r"\brunn\b", 1, seen="TrackMyIndoorWorkout runn_rsc_test.dart; QZ #4052: no cadence at a walk"),
    Quirk(
        "polar h7",
        advice="If it goes silent after half a minute, let it rest a minute without its strap clipped on.",
        seen="bluepy #53, gattlib #144, node-heartrate #1",
    ),
    Quirk(
        "polar h10",
        advice="A watch that holds it leaves no room: allow two receivers in the maker's app.",
        seen="polar-ble-sdk #8, pygatt #259",
    ),
    Quirk(
        "tickr",
        advice="If it drops to nothing in a run, wear its transmitter towards the laptop and wet the strap.",
        seen="runnerup #44, zwiftalizer #10",
    ),
    Quirk(
        "amazfit|mi band|mi smart band|huami",
        advice="Switch on heart-rate sharing on the watch; without it every reading is refused.",
        seen="bleak #558, runnerup #1027",
    ),
)
"""One row for each family of sensors; the first row that matches and has a value counts."""

_PATTERNS: Final = tuple((re.compile(quirk.name), quirk) for quirk in QUIRKS)
_LONGEST: Final = 248
"""Bytes a Bluetooth device name can have (Core Specification, Vol 3 Part C, clause 12.1)."""


def quirks_of(name: str) -> tuple[Quirk, ...]:
    """Every quirk of sensors with such a name; the name may be any text."""
    plain = name[:_LONGEST].lower()
    return tuple(quirk for pattern, quirk in _PATTERNS if pattern.search(plain))


def advice_for(name: str) -> str:
    """The advice for sensors of such a name; empty if there is none."""
    return " ".join(quirk.advice for quirk in quirks_of(name) if quirk.advice)


def usual_cadence_count(name: str) -> int | None:
    """How sensors of that name are reported to count: 1 for both feet, 2 for one, None if unknown."""
    counts = (quirk.cadence_count for quirk in quirks_of(name))
    return next((count for count in counts if count is not None), None)
