"""Lets the pacing light run the reps of an earlier run of the same workout: the last one's, or the best one's.

The speeds are looked up once, before the run begins, and are in the header of its journal: a replay runs the same light
though the earlier run is deleted or a better one follows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from coach.edge.store import Store
from coach.problems import RecordingProblem, UsageProblem
from coach.quantities import MetresPerSecond, format_pace
from coach.workout.edits import light_speed
from coach.workout.kinds import REPS

if TYPE_CHECKING:
    from coach.edge.history import History, IndexedRun
    from coach.live.inputs import RunSetup
    from coach.review.journaled import JournaledRep
    from coach.workout.timeline import Step

_FURTHEST: Final = 0.15
"""A rep that was run further than this share from its plan paces nobody: it was jogged, or measured wrongly.

Judged, not measured."""
_SAME_M, _SAME_S = 1.0, 2.0
"""How far the length of a rep may be from the plan's to be the same rep. Judged, not measured."""


class LightOf(StrEnum):
    """Whose reps the pacing light runs."""

    PLAN = "plan"
    LAST = "last"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class EarlierLight:
    """The reps of an earlier run, for the pacing light."""

    run: str
    day: str
    """Local day of that run; empty where its manifest does not say."""
    speeds: Mapping[str, MetresPerSecond]
    """By step id; a rep that is missing is paced as planned."""
    words: str
    """What the runner is told of it."""


def earlier_light(setup: "RunSetup", light_of: LightOf) -> EarlierLight:
    """Find the run whose reps are to be run again, among those of this workout and this athlete.

    `LAST` is the newest with a rep that can be paced by, `BEST` the one with the fastest reps of those that ran all.

    Raises:
        UsageProblem: the workout has no rep with a pace.
        RecordingProblem: no earlier run has such reps.
    """
    timeline = setup.timeline
    paced = {step.step_id: step for step in timeline.steps if step.kind in REPS and light_speed(step)}
    if not paced:
        raise UsageProblem(
            f"{timeline.name} has no rep with a pace, so no pacing light runs in it.",
            "Leave --light away, or write a pace: 6x800 @ 5k / 400 jog.",
        )
    with Store().history() as history:
        candidates = list(_candidates(history, setup, paced, needs_all=light_of is LightOf.BEST))
    if not candidates:
        whole = "all reps of it whole" if light_of is LightOf.BEST else "a whole rep of it"
        raise RecordingProblem(
            f"The light cannot run your {light_of.value} reps: no run before this one has {whole}, near its paces.",
            "Leave --light away for the light of the plan; coach runs list shows what was run.",
        )
    if light_of is LightOf.LAST:
        run, speeds = candidates[0]
    else:
        run, speeds = min(candidates, key=lambda each: _time_per_metre(each[1], paced))
    return EarlierLight(run.run, run.day, speeds, _words(run, speeds, paced, light_of, setup.unit))


def _candidates(
    history: "History", setup: "RunSetup", paced: "Mapping[str, Step]", *, needs_all: bool
) -> "Iterator[tuple[IndexedRun, dict[str, MetresPerSecond]]]":
    """The runs of this workout, the newest first, with the speeds of their reps; a made-up runner paces nobody.

    Only their journals are read, and only once.
    """
    from coach.edge.history import RunFilter  # SQLite loads with it

    def of_workout() -> "list[IndexedRun]":
        return [
            run
            for run in history.known_runs(RunFilter(is_simulated=False))
            if run.workout == setup.timeline.name and run.athlete == setup.athlete and run.run != setup.run
        ]

    history.update()
    history.read([run.run for run in of_workout()])
    for run in of_workout():  # a journal may have told that its runner was made up
        speeds = _speeds(history.reps(run.run), paced)
        if speeds and (len(speeds) == len(paced) or not needs_all):
            yield run, speeds


def _speeds(reps: "Sequence[JournaledRep]", paced: "Mapping[str, Step]") -> dict[str, MetresPerSecond]:
    return {
        rep.step_id: MetresPerSecond(rep.mean_speed_mps)
        for rep in reps
        if rep.mean_speed_mps is not None
        and rep.light_s is not None  # else its metres were not measured
        and rep.is_whole
        and (step := paced.get(rep.step_id)) is not None
        and _is_same(rep, step)
        and abs(rep.mean_speed_mps / (light_speed(step) or 1.0) - 1.0) <= _FURTHEST
    }


def _is_same(rep: "JournaledRep", step: "Step") -> bool:
    """Whether the rep was as long as the step is."""
    length, seconds = step.until.distance(), step.until.time()
    if length is not None or rep.length_m is not None:
        return length is not None and rep.length_m is not None and abs(rep.length_m - length) <= _SAME_M
    return seconds is None or abs(rep.time_s - seconds) <= _SAME_S


def _time_per_metre(speeds: Mapping[str, MetresPerSecond], paced: "Mapping[str, Step]") -> float:
    """How long the reps take for each of their metres; a rep by time weighs as many metres as it was run."""
    metres = seconds = 0.0
    for step_id, speed in speeds.items():
        until = paced[step_id].until
        length = until.distance()
        rep_s = length / speed if length is not None else (until.time() or 1.0)
        metres += rep_s * speed
        seconds += rep_s
    return seconds / metres


def _words(
    run: "IndexedRun",
    speeds: Mapping[str, MetresPerSecond],
    paced: "Mapping[str, Step]",
    light_of: LightOf,
    unit: str,
) -> str:
    pace = format_pace(1.0 / _time_per_metre(speeds, paced), unit=unit)
    day = date.fromisoformat(run.day) if run.day else None
    when = "" if day is None else f" of {day:%a} {day.day} {day:%b %Y}"
    rest = "" if len(speeds) == len(paced) else f"; {len(paced) - len(speeds)} of {len(paced)} as planned"
    return f"The pacing light runs your {light_of.value} reps{when}, {pace} in the mean{rest}."
