"""The targets of intervals.icu, as text and as numbers with units: shares of thresholds, zones, paces, watts."""

import re
from typing import Final

from coach.interchange.imports.maker import Maker
from coach.interchange.imports.trees import Json
from coach.quantities import METRES_PER_MILE

_N = r"\d{1,5}(?:\.\d{1,3})?"
_PER = r"(?:km|mile|mi|100m|250m|400m|500m|100y)"
_PACE_METRES: Final = {
    "km": 1000.0,
    "mi": METRES_PER_MILE,
    "mile": METRES_PER_MILE,
    "100m": 100.0,
    "250m": 250.0,
    "400m": 400.0,
    "500m": 500.0,
    "100y": 91.44,
}
_TOKENS: Final = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "pace",
            rf"(\d{{1,2}}):(\d{{2}})(?:\s*/\s*{_PER})?(?:\s*[-–]\s*(\d{{1,2}}):(\d{{2}}))?\s*/\s*({_PER})(?:\s*pace\b)?",
        ),
        ("share", rf"({_N})\s*%?(?:\s*[-–]\s*({_N}))?\s*%\s*(pace|lthr|hr|mmp|ftp)?\b"),
        ("share", rf"({_N})(?:\s*[-–]\s*({_N}))?\s*%()"),
        ("zone", r"\bz(\d)(?:\s*[-–]\s*z?(\d))?(?:\s*(hr|pace|power)\b)?"),
        ("beats", rf"({_N})(?:\s*[-–]\s*({_N}))?\s*bpm\b(?:\s*hr\b)?"),
        ("watts", rf"({_N})(?:\s*[-–]\s*({_N}))?\s*w\b"),
        ("cadence", rf"({_N})(?:\s*[-–]\s*({_N}))?\s*(?:rpm|spm)\b"),
        ("rpe", rf"\brpe\s*({_N})(?:\s*[-–]\s*({_N}))?"),
        ("word", r"\b(ramp|freeride|maxeffort|hidepower)\b"),
        ("intensity", r"\bintensity\s*=\s*(\w+)"),
    )
)


def read_targets(text: str, where: str, maker: Maker) -> tuple[list[Json], set[str], str]:
    """Take the targets off a text: they, the single words found (`ramp`, `intensity=rest`), and what is left."""
    found: list[tuple[int, Json]] = []
    words: set[str] = set()
    for name, pattern in _TOKENS:
        while (token := pattern.search(text)) is not None:
            text = text[: token.start()] + " " * (token.end() - token.start()) + text[token.end() :]
            if name in {"word", "intensity"}:
                words.add(token[1].lower())
                continue
            made = _MAKERS[name](token, where, maker)
            if made is not None:
                found.append((token.start(), made))
    return [target for _, target in sorted(found, key=lambda each: each[0])], words, " ".join(text.split())


def share(where: str, low: float | None, high: float | None, of: str, maker: Maker) -> Json | None:
    """Per cent of `pace`, `hr`, `lthr`, `ftp` or `mmp`."""
    match of:
        case "pace":
            return maker.threshold_share(where, low, high)
        case "hr":
            return maker.heart_rate(where, low, high, "%max")
        case "lthr":
            return maker.heart_rate(where, low, high, "%lthr")
    sides = dict.fromkeys(f"{side:g}" for side in (low, high) if side is not None)
    power = "mean maximal power" if of == "mmp" else "threshold power"
    return maker.in_words(where, f"{'-'.join(sides)} % of {power}")


def zone(where: str, low: int, high: int, of: str, maker: Maker) -> Json | None:
    """Zones of `hr`, `pace` or `power`, counted from 1 to 7."""
    low, high = min(low, high), max(low, high)
    match of:
        case "hr":
            return maker.friel_heart_zone(where, low, high)
        case "pace":
            return maker.pace_zone(where, low, high)
    return maker.in_words(where, f"power zone {low}" if low == high else f"power zone {low}-{high}")


def pace(where: str, first: float, second: float, metres: float, maker: Maker) -> Json | None:
    """A pace or range in seconds per so many metres."""
    if first <= 0 or second <= 0:
        return maker.no_target(where, "a pace of zero")
    return maker.speed(where, metres / first, metres / second)


def _pace(token: re.Match[str], where: str, maker: Maker) -> Json | None:
    metres = _PACE_METRES[token[5].lower()]
    first = int(token[1]) * 60 + int(token[2])
    second = int(token[3]) * 60 + int(token[4]) if token[3] else first
    return pace(where, first, second, metres, maker)


def _share(token: re.Match[str], where: str, maker: Maker) -> Json | None:
    low, high = _sides(token)
    return share(where, low, high, (token[3] or "ftp").lower(), maker)


def _zone(token: re.Match[str], where: str, maker: Maker) -> Json | None:
    return zone(where, int(token[1]), int(token[2] or token[1]), (token[3] or "power").lower(), maker)


def _beats(token: re.Match[str], where: str, maker: Maker) -> Json | None:
    return maker.heart_rate(where, *_sides(token))


def _watts(token: re.Match[str], where: str, maker: Maker) -> Json | None:
    return maker.power(where, *_sides(token))


def _cadence(token: re.Match[str], where: str, maker: Maker) -> Json | None:
    return maker.cadence(where, *_sides(token))


def _rpe(token: re.Match[str], _where: str, _maker: Maker) -> Json:
    return {"effort": " ".join(token[0].upper().split())}


def _sides(token: re.Match[str]) -> tuple[float, float]:
    return float(token[1]), float(token[2] or token[1])


_MAKERS: Final = {
    "pace": _pace,
    "share": _share,
    "zone": _zone,
    "beats": _beats,
    "watts": _watts,
    "cadence": _cadence,
    "rpe": _rpe,
}
