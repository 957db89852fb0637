"""Paces by name as runners write them, and how a document says them: `10k-5s` is 10k with an offset of -5 s/km."""

import re
from typing import Final, get_args

from coach.athlete import PaceName

PACE_NAMES: Final[tuple[str, ...]] = get_args(PaceName)
_DISTANCES: Final = {
    "3km": "3k",
    "3000m": "3k",
    "5km": "5k",
    "5000m": "5k",
    "10km": "10k",
    "10000m": "10k",
    "1mile": "mile",
    "1mi": "mile",
    "1500m": "mile",
    "21k": "half",
    "21km": "half",
    "42k": "marathon",
    "42km": "marathon",
}
"""Races by their distance, without blanks; the other names of paces are the words of the notation."""
_NAMED: Final = re.compile(
    r"(?P<name>.+?)\s*(?:pace)?\s*"
    r"(?:(?P<sign>[+\-−–])\s*(?P<amount>\d{1,3}(?:\.\d{1,3})?)\s*(?P<unit>%|(?:s|sec|\")?(?:/(?:km|mile|mi))?))?",
    re.IGNORECASE,
)


def name_of(text: str) -> str:
    """The name a document has for a pace, such as `half` for `HM`; empty if it is none, or only a guess."""
    # The notation reads documents, whose targets ask here: it is loaded only when something is wrong in one.
    from coach.workout.notation.words import GUESSED_PACES, PACES  # noqa: PLC0415 - as said above

    plain = " ".join(text.casefold().split()).removesuffix("pace").strip()
    name = plain if plain in PACE_NAMES else _DISTANCES.get(plain.replace(" ", ""), "")
    if name or plain in GUESSED_PACES:
        return name
    return PACES.get(plain, "")


def pace_by_name(text: str) -> dict[str, str] | None:
    """What a document writes for a text that means a pace by name, with an offset if it has one; None for another."""
    found = _NAMED.fullmatch(text.strip()) if len(text) <= 60 else None
    name = name_of(found["name"]) if found else ""
    if found is None or not name:
        return None
    if not found["sign"]:
        return {"ref": name}
    sign = "+" if found["sign"] == "+" else "-"
    per = "/mile" if "/mi" in found["unit"].lower() else "/km"
    unit = "%" if found["unit"] == "%" else f"s{per}"
    return {"ref": name, "offset": f"{sign}{found['amount']} {unit}"}
