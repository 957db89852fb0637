"""Simulated runs that each show one thing, named by the sentence that must be true of them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach.athlete import load_athlete
from coach.live.contract import RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import BeatsPerMinute, Metres, Seconds
from coach.simulate import Behaviour, RunnerProfile, VirtualRunner, simulate
from coach.workout.document import compile_workout, load_document
from coach.workout.timeline import Timeline
from tests.golden.evenings import ATHLETE
from tests.golden.replays import told
from tests.recording.journals import encode_lines

FOLDER = Path(__file__).parent / "scenarios"
"""One file a scenario: its sentence, then what was said."""

VERDICTS = frozenset(
    {
        "too_fast",
        "too_slow",
        "start_too_fast",
        "behind_light",
        "ahead_of_light",
        "new_light",
        "float_too_fast",
        "float_too_slow",
        "fade",
        "heart_rate_high",
        "heart_rate_low",
    }
)
EVEN = RunnerProfile(
    eagerness=0.0,
    fatigue_per_km=0.0,
    pace_sense=0.0,
    wobble=0.005,
    pod_noise=0.01,
    pod_lost_m=Metres(0.0),
    strap_lost_m=Metres(0.0),
    packet_loss=0.0,
)
"""Somebody who runs what he is asked, with good sensors that reach us everywhere."""
Will = Callable[[str, int, float], float]
"""What a runner does to the pace asked: a factor by kind of step, number of rep (0 for none) and seconds into it."""
Event = dict[str, Any]


class Log:
    """What was said, to ask of it."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events

    def cues(self, *kinds: str, path: str = "") -> list[Event]:
        """The cues of some kinds, those said in steps whose path holds `path`."""
        found: list[Event] = []
        place = ""
        for event in self.events:
            if event["event"] == "step_started":
                place = event["path"]
            elif event["event"] == "cue" and event["kind"] in kinds and path in place:
                found.append(event)
        return found

    def verdicts(self, path: str = "") -> list[Event]:
        """The cues that judge the runner, but for "on"."""
        return self.cues(*VERDICTS, path=path)

    def start(self, path: str) -> float:
        """When a step began."""
        starts = (event for event in self.events if event["event"] == "step_started")
        return float(next(event["at_s"] for event in starts if path in event["path"]))


@dataclass(frozen=True)
class Scenario:
    """One run: what is run and by whom, and what must be true of what is said."""

    name: str
    sentence: str
    sections: list[dict[str, Any]]
    holds: Callable[[Log], bool]
    profile: RunnerProfile = EVEN
    will: Will | None = None
    surface: str = "road"
    ceiling_bpm: float | None = None
    seed: int = 11


def timeline_of(scenario: Scenario) -> Timeline:
    """Its workout, compiled for the athlete of the golden runs."""
    document = {
        "format": "coach-workout/1",
        "name": scenario.name,
        "context": {"surface": scenario.surface},
        "sections": scenario.sections,
    }
    athlete = load_athlete(ATHLETE.read_bytes(), name=ATHLETE.name)
    return compile_workout(load_document(json.dumps(document).encode(), name=scenario.name), athlete)


def log_of(scenario: Scenario) -> Log:
    """Run it, and give every event."""
    ceiling = None if scenario.ceiling_bpm is None else BeatsPerMinute(scenario.ceiling_bpm)
    setup = RunSetup(scenario.name, timeline_of(scenario), ends_after_s=Seconds(0.0), ceiling_bpm=ceiling)
    runner = VirtualRunner(scenario.profile, scenario.seed, timeline=setup.timeline)
    if scenario.will is not None:
        will = _Willed(scenario.profile, runner._rng, setup.timeline)
        will.factor = scenario.will
        runner._behaviour = will
    inputs = simulate(LiveRun(setup), runner).inputs
    return Log([json.loads(line) for line in encode_lines(refold(LiveRun(setup), inputs))])


def text_of(scenario: Scenario, log: Log) -> str:
    """The sentence, and everything said but the countdowns, a line each."""
    events = [event for event in log.events if event.get("kind") != "countdown"]
    return f"{scenario.sentence}\n\n{told(events)}"


class _Willed(Behaviour):
    """A mind with a fault of its own."""

    factor: Will

    def goal(self, now: float, metres: float) -> float:
        """The speed he goes for, by his fault."""
        goal, step = super().goal(now, metres), self.step
        if step is None:
            return goal
        return goal * self.factor(step.kind.value, step.rep or 0, max(0.0, now - self.step_since))
