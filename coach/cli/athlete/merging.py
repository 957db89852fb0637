"""How what is told of an athlete is laid over what was known: each thing under its own day, nothing forgotten."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

_RESULTS: Final = ("races", "trials")
"""Parts of an entry that have days of their own."""
_MERGED: Final = ("heart_rate", "paces", "cadence")
"""Parts of which a day's later word replaces only what it names."""


def history_with(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """Put an entry into its place; what it says of a day that has one already is added to that one."""
    for when, part in _by_day(entry, day):
        entries = _with(entries, part, when)
    return entries


def shoes_with(shoes: list[dict[str, Any]], told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay what was told of shoes over the pairs there are; a new factor of a pod replaces its old one."""
    known = {str(shoe.get("slug")): shoe for shoe in shoes}
    for new in told:
        slug = str(new["slug"])
        old = known.get(slug, {"slug": slug, "name": slug})
        fresh = {factor["pod"] for factor in new.get("factors", [])}
        kept = [one for one in old.get("factors", []) if one.get("pod") not in fresh]
        known[slug] = old | new | {"factors": kept + new.get("factors", [])}
    return list(known.values())


def _by_day(entry: dict[str, Any], day: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each result to the day it was run on, everything else to `day`."""
    dated: dict[str, dict[str, Any]] = {}
    plain = {key: value for key, value in entry.items() if key not in _RESULTS}
    if plain:
        dated[day] = plain
    for kind in _RESULTS:
        for result in entry.get(kind, []):
            when = result.get("date", day)
            dated.setdefault(when, {}).setdefault(kind, []).append(result | {"date": when})
    yield from dated.items()


def _with(entries: list[dict[str, Any]], entry: dict[str, Any], day: str) -> list[dict[str, Any]]:
    same: dict[str, Any] = next((old for old in entries if old["from"] == day), {"from": day})
    merged = same | entry
    for part in _MERGED:
        if part in same and part in entry:
            merged[part] = same[part] | entry[part]
    for kind in _RESULTS:
        if kind in same and kind in entry:
            again = {one["distance"] for one in entry[kind]}
            merged[kind] = [one for one in same[kind] if one["distance"] not in again] + entry[kind]
    return sorted([old for old in entries if old["from"] != day] + [merged], key=lambda old: str(old["from"]))
