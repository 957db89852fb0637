"""Pieces of workout documents, and an athlete whose paces are known."""

from typing import Any, Final

from coach.athlete import Athlete

Tree = dict[str, Any]

ATHLETE: Final = Athlete.model_validate_json(
    """{"slug": "me", "name": "Me", "history": [{"from": "2026-01-01",
    "races": [{"date": "2026-01-01", "distance": "5 km", "time": "20:00"}],
    "goal": {"pace": "4:00/km"}, "top_speed_mps": 8.0,
    "heart_rate": {"max": {"bpm": 190, "source": "measured"}, "rest": {"bpm": 50, "source": "measured"},
    "threshold": {"bpm": 170, "source": "measured"}}}]}"""
)
"""Runs 5 km in 20:00."""
MARK: Final[Tree] = {"kind": "recovery", "until": {"mark": True}}
"""A rest until somebody presses."""
MINUTE: Final[Tree] = {"kind": "hill", "until": {"time": "1:00"}}


def until(length: str) -> Tree:
    """An end by time (`1:00`) or distance (`400 m`)."""
    return {"time": length} if ":" in length else {"distance": length}


def pace(ref: str) -> Tree:
    """A target by the name of a pace."""
    return {"pace": {"ref": ref}}


def _step(kind: str, length: str, target: Tree | None) -> Tree:
    step: Tree = {"kind": kind, "until": until(length)}
    return step if target is None else step | {"target": target}


def work(length: str, target: Tree | None = None) -> Tree:
    """A rep."""
    return _step("work", length, target)


def warm_up(length: str, target: Tree | None = None) -> Tree:
    """A warm-up."""
    return _step("warm_up", length, target)


def cool_down(length: str, target: Tree | None = None) -> Tree:
    """A cool-down."""
    return _step("cool_down", length, target)


def floating(length: str) -> Tree:
    """A float."""
    return _step("float", length, None)


def jog(length: str) -> Tree:
    """A jogged rest."""
    return {"kind": "recovery", "move": "jog", "until": until(length)}


def walk(length: str) -> Tree:
    """A walked rest."""
    return jog(length) | {"move": "walk"}


def repeat(count: int | Tree, step: Tree, rest: Tree) -> Tree:
    """Reps with a rest between."""
    return {"repeat": count, "skip_last_recovery": True, "steps": [step, rest]}


def document(*sections: tuple[str, list[Tree]]) -> Tree:
    """A workout without its name."""
    return {
        "format": "coach-workout/1",
        "sections": [{"name": name, "steps": steps} for name, steps in sections],
    }


def easy(first: str, main: Tree, last: str) -> Tree:
    """A workout between easy running."""
    return document(
        ("Warm-up", [warm_up(first, pace("easy"))]),
        ("Main", [main]),
        ("Cool-down", [cool_down(last, pace("easy"))]),
    )
