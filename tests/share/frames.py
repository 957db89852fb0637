"""Frames as the server sends them, written by hand: one for each look of the page."""

from typing import Any, Final

FRAME: Final[dict[str, Any]] = {
    "v": 1, "n": 1, "at_s": 812.0, "now_s": 812.0, "phase": "work", "title": "6 x 800 m", "clock": "17:49",
    "step": 5, "step_id": "s1.0.2", "steps": 14, "where": "REP 2/6", "rep": 2, "of": 6, "length": "800 m",
    "aim": "4:30",
    "hero": {"texts": ["4:16"], "below": "PACE /km   target 4:24-4:36"}, "pace": {"text": "4:16", "unit": "/km"},
    "target": "4:24-4:36", "judged": "speed",
    "figures": [
        {"label": "LEFT m", "text": "240"}, {"label": "HR bpm", "text": "175"},
        {"label": "LIGHT s  8 m AHEAD", "text": "-2.2"},
    ],
    "light": {"text": "-2.2", "label": "LIGHT s  8 m AHEAD", "behind_s": -2.2, "behind_m": -8.1},
    "splits": [
        {"at": "600", "lap": "54.6", "time": "2:42.1", "off": "+0.6"},
        {"at": "400", "lap": "54.1", "time": "1:47.5", "off": "+0.1"},
        {"at": "200", "lap": "53.4", "time": "53.4", "off": "-0.6"},
    ],
    "step_share": 0.7, "light_share": 0.69, "next": "JOG  400 m",
    "state": {
        "word": "EASE", "words": ["EASE"], "arrow": "↓", "tone": "fast", "frame": "fill", "colour": "fast",
        "says": "Ease off, nine too fast.",
    },
}  # fmt: skip


def frame(state: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A frame in the middle of a rep, with some keys of its own."""
    return FRAME | ({} if state is None else {"state": state}) | changes


STATES: Final[dict[str, dict[str, Any]]] = {
    "fast": FRAME["state"],
    "slow": {
        "word": "FASTER", "words": ["FASTER"], "arrow": "↑", "tone": "slow", "frame": "fill", "colour": "slow",
        "says": "Speed up, nine slow.",
    },
    "kept": {
        "word": "EASE", "words": ["EASE"], "arrow": "↓", "tone": "fast", "frame": "chip", "colour": "fast",
        "foot": ["said 0:14 ago, still 9 s/km fast", "still 9 s/km fast"],
    },
    "on": {
        "word": "ON", "words": ["ON"], "tone": "on", "frame": "outline", "colour": "plain",
        "foot": ["on pace, 0.3 s ahead", "on pace"],
    },
    "settling": {
        "word": "SETTLING", "words": ["SETTLING", "SETTLE"], "tone": "none", "frame": "corners", "colour": "plain",
        "foot": ["settling 5 s: no verdict yet", "settling 5 s"], "progress": 0.4,
    },
}  # fmt: skip
"""What the coach can think, as the page is told."""

PLAN: Final[dict[str, Any]] = {
    "v": 1, "from_s": 812.0,
    "steps": [
        {
            "step_id": "s1.0.2", "what": "REP 2/6  800 m at 4:30", "where": "REP 2/6", "kind": "work",
            "starts_s": 606.0, "ends_s": 822.0, "is_estimated": True, "length_m": 800, "speed_mps": 3.7037,
            "light_from_s": 606.0,
        },
        {
            "step_id": "s1.0.3", "what": "JOG  0:30", "where": "JOG", "kind": "recovery", "starts_s": 822.0,
            "ends_s": 852.0, "is_estimated": True, "is_start_estimated": True,
        },
        {"step_id": "s1.0.4", "what": "REP 3/6  800 m at 4:30", "where": "REP 3/6", "kind": "work", "starts_s": 852.0},
    ],
    "beats": [
        {"at_s": 814.5, "sound": "beep", "text": "700 m", "is_light": True},
        {"at_s": 819.0, "sound": "beep", "text": "3"}, {"at_s": 820.0, "sound": "beep", "text": "2"},
        {"at_s": 821.0, "sound": "beep", "text": "1"}, {"at_s": 822.0, "sound": "go", "text": "Jog."},
        {"at_s": 842.0, "text": "10", "speech": "ten"},
        {"at_s": 849.0, "sound": "beep", "text": "3"},
    ],
}  # fmt: skip
"""What the phone gets ahead: ten seconds of a rep, half a minute of jogging, the next rep."""
