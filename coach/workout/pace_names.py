"""Paces by name as runners write them, and how a document says them: `10k-5s` is 10k with an offset of -5 s/km."""

import re
from typing import Final, get_args

from coach.athlete import PaceName

PACE_NAMES: Final[tuple[str, ...]] = get_args(PaceName)
_OTHER_NAMES: Final = {
    "3km": "3k",
    "3000": "3k",
    "3000m": "3k",
    "5km": "5k",
    "5000": "5k",
    "5000m": "5k",
    "10km": "10k",
    "10000": "10k",
    "10000m": "10k",
    "1mile": "mile",
    "1mi": "mile",
    "mi": "mile",
    "1500": "mile",
    "1500m": "mile",
    "hm": "half",
    "hmp": "half",
    "21k": "half",
    "21km": "half",
    "halfmarathon": "half",
    "mp": "marathon",
    "42k": "marathon",
    "42km": "marathon",
    "t": "threshold",
    "lt": "threshold",
    "tempo": "threshold",
    "e": "easy",
    "jog": "easy",
    "race": "goal",
    "gp": "goal",
}
"""Other names of the paces, without blanks and hyphens, in small letters."""
_NAMED: Final = re.compile(
    r"(?P<name>.+?)\s*(?:pace)?\s*"
    r"(?:(?P<sign>[+\-−–])\s*(?P<amount>\d{1,3}(?:\.\d{1,3})?)\s*(?P<unit>%|(?:s|sec|\")?(?:/(?:km|mile|mi))?))?",
    re.IGNORECASE,
)


def name_of(text: str) -> str:
    """The name a document has for a pace, such as `half` for `HM`; empty if it is none."""
    plain = re.sub(r"[\s-]|pace$", "", text.strip().casefold())
    return plain if plain in PACE_NAMES else _OTHER_NAMES.get(plain, "")


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
