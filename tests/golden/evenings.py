"""The four evenings every rule must survive, run by a virtual runner, kept as whole event logs."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coach.athlete import load_athlete
from coach.live.contract import RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import Metres, Seconds
from coach.session.config import StartPolicy
from coach.simulate import RunnerProfile, Simulated, VirtualRunner, simulate
from coach.workout.document import compile_workout, load_document
from coach.workout.timeline import DelayStart, PressStart
from tests.recording.journals import encode_lines

FOLDER = Path(__file__).parent / "evenings"
ATHLETE = Path(__file__).parent / "athlete.json"


@dataclass(frozen=True)
class Evening:
    """One evening: what is run, by whom, and how it starts."""

    name: str
    sections: list[dict[str, Any]]
    profile: RunnerProfile
    starts: StartPolicy = field(default_factory=StartPolicy)
    surface: str = "track"
    by_hand: bool = False
    seed: int = 7


def _reps(count: int, metres: int, rest: str, move: str = "jog") -> dict[str, Any]:
    pace = {"pace": "4:00/km"}
    return {
        "repeat": count,
        "skip_last_recovery": True,
        "steps": [
            {"kind": "work", "until": {"distance": f"{metres} m"}, "target": pace, "steer": "time"},
            {"kind": "recovery", "move": move, "until": {"time": rest}},
        ],
    }


_WARM_UP = {"kind": "warm_up", "until": {"time": "2:00"}}
_COOL_DOWN = {"kind": "cool_down", "until": {"time": "1:00"}}
_LIVE = StartPolicy(first=DelayStart(Seconds(60.0)), holds_for_standing=True)

EVENINGS = (
    Evening(
        "solo-with-pod-and-strap",
        [{"name": "Main", "steps": [_WARM_UP, _reps(4, 400, "1:30"), _COOL_DOWN]}],
        RunnerProfile(starts_at_m=Metres(0.0), pod_lost_m=Metres(80.0)),
        _LIVE,
    ),
    Evening(
        "solo-with-strap-only",
        [{"name": "Main", "steps": [_reps(3, 400, "1:30"), _COOL_DOWN]}],
        RunnerProfile(has_pod=False),
        _LIVE,
    ),
    Evening(
        "coach-with-the-space-bar",
        [{"name": "Main", "steps": [_reps(3, 1000, "2:00", "walk")]}],
        RunnerProfile(has_pod=False, has_strap=False, marks_every_m=Metres(200.0)),
        StartPolicy(first=PressStart(), after_rest=PressStart()),
        by_hand=True,
    ),
    Evening(
        "easy-run-on-grass-with-strides",
        [
            {
                "name": "Easy",
                "steps": [
                    {
                        "kind": "open",
                        "until": {"time": "12:00"},
                        "target": {"pace": {"ref": "easy"}},
                        "caps": [{"heart_rate": {"max": "135 bpm"}}],
                    },
                    {
                        "repeat": 4,
                        "steps": [
                            {
                                "kind": "stride",
                                "until": {"time": "0:20"},
                                "target": {"effort": "fast, smooth"},
                            },
                            {"kind": "recovery", "move": "walk", "until": {"time": "1:00"}},
                        ],
                    },
                ],
            }
        ],
        RunnerProfile(pod_lost_m=Metres(0.0), strap_lost_m=Metres(0.0), pace_sense=0.03),
        _LIVE,
        surface="grass",
    ),
)


def setup_of(evening: Evening) -> RunSetup:
    """The setup of an evening."""
    document = {
        "format": "coach-workout/1",
        "name": evening.name,
        "context": {"surface": evening.surface},
        "sections": evening.sections,
    }
    athlete = load_athlete(ATHLETE.read_bytes(), name=ATHLETE.name)
    timeline = compile_workout(load_document(json.dumps(document).encode(), name=evening.name), athlete)
    return RunSetup(
        evening.name,
        timeline,
        athlete.slug,
        starts=evening.starts,
        by_hand=evening.by_hand,
        ends_after_s=Seconds(0.0),
    )


def simulated(evening: Evening) -> Simulated:
    """The evening, run."""
    setup = setup_of(evening)
    runner = VirtualRunner(evening.profile, evening.seed, timeline=setup.timeline, presses=evening.by_hand)
    return simulate(LiveRun(setup), runner)


def lines_of(evening: Evening) -> list[str]:
    """The event log of an evening, as `--json` prints it."""
    return encode_lines(refold(LiveRun(setup_of(evening)), simulated(evening).inputs))
