"""The workout that `coach workout new` writes: small, runnable by anybody, and explaining itself."""

import json
from typing import Any, Final

_STARTER: Final[dict[str, Any]] = {
    "format": "coach-workout/1",
    "name": "My workout",
    "purpose": "One sentence about what it is for",
    "description": "Change what you like, then type: coach workout check FILE. Notes like these are for you; "
    "the coach does not read them out.",
    "context": {"surface": "track", "lap_m": 400, "lane": 1},
    "sections": [
        {
            "name": "Warm-up",
            "steps": [
                {
                    "kind": "warm_up",
                    "until": {"time": "10:00"},
                    "notes": "A step ends by time, distance, mark (a key at the line), heart rate, "
                    "or when you say so.",
                }
            ],
        },
        {
            "name": "Main",
            "steps": [
                {
                    "repeat": 4,
                    "skip_last_recovery": True,
                    "steps": [
                        {
                            "kind": "work",
                            "until": {"distance": "400 m"},
                            "target": {"pace": "4:00/km"},
                            "notes": 'A pace can also be a range, "3:55-4:05/km", or follow your own '
                            'numbers: {"ref": "5k"} or {"ref": "threshold", "offset": "+5 s/km"}.',
                        },
                        {
                            "kind": "recovery",
                            "move": "jog",
                            "until": {"time": "1:30"},
                            "notes": "Jog, walk or stand; a float is a recovery still run with intent.",
                        },
                    ],
                }
            ],
        },
        {
            "name": "Cool-down",
            "steps": [
                {
                    "kind": "cool_down",
                    "until": {"any": [{"mark": True}, {"time": "10:00"}]},
                    "notes": "Whichever comes first: the key, or ten minutes.",
                }
            ],
        },
    ],
}


def starter(name: str) -> bytes:
    """Write the starter workout under a name: UTF-8 JSON for people to edit."""
    return (json.dumps(_STARTER | {"name": name}, indent=2, ensure_ascii=False) + "\n").encode(
        "utf-8", "replace"
    )
