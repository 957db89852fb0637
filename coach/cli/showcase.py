"""The workout of `coach demo`: two minutes with something of everything a runner will see."""

from typing import Any, Final

SHOWCASE: Final[dict[str, Any]] = {
    "format": "coach-workout/1",
    "name": "Two-minute showcase",
    "purpose": "See a warm-up, two paced reps and a cool-down go by",
    "context": {"surface": "track", "lap_m": 400, "lane": 1},
    "sections": [
        {
            "name": "Warm-up",
            "steps": [{"kind": "warm_up", "until": {"time": "0:12"}, "target": {"pace": "5:20-6:00/km"}}],
        },
        {
            "name": "Main",
            "steps": [
                {
                    "repeat": 2,
                    "steps": [
                        {"kind": "work", "until": {"distance": "150 m"}, "target": {"pace": "4:10/km"}},
                        {"kind": "recovery", "move": "jog", "until": {"time": "0:10"}},
                    ],
                }
            ],
        },
        {"name": "Cool-down", "steps": [{"kind": "cool_down", "until": {"time": "0:12"}}]},
    ],
}
"""12 s, twice (37.5 s and 10 s), 12 s: 119 s at target pace."""
