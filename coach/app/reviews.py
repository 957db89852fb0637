"""Finds a run and makes its review: folds it, and brings the athlete of that day and what they said of it."""

from contextlib import suppress
from datetime import datetime

from coach.app.athletes import find_athlete
from coach.app.playback import PlayableRecording, RecordingRequest, load_recording
from coach.app.terminal import Console
from coach.athlete import Athlete, HeartRateValue, PaceName
from coach.edge.playback import close_inputs
from coach.edge.run_folder import read_note
from coach.edge.settings import Settings
from coach.live.run import LiveRun
from coach.problems import AthleteProblem, CoachProblem
from coach.recording.replay import refold
from coach.review.guided_tests import SECTIONS, findings
from coach.review.review import (
    EarlierFactor,
    KnownRate,
    Review,
    Runner,
    RunnerNotes,
)
from coach.review.reviewer import record_of, review_of
from coach.signals.readings import PODS
from coach.workout.numbers import Numbers


def load_review(request: RecordingRequest, settings: Settings, console: Console) -> Review:
    """Find a recording of any kind, fold it and review it.

    Raises:
        CoachProblem: nothing in it can be played, or what is to be coached cannot be found.
    """
    return review_recording(load_recording(request, settings, console))


def review_recording(playable: PlayableRecording) -> Review:
    """Fold a recording that was read, and review it."""
    run, inputs = LiveRun(playable.setup), close_inputs(playable.inputs)
    is_test = any(step.section in SECTIONS for step in playable.setup.timeline.steps)
    folded = refold(run, inputs, snapshots=is_test)
    tests = findings(folded.outputs, folded.snapshots, unit=playable.setup.unit) if is_test else ()
    day = "" if playable.epoch_s == 0 else playable.day  # a simulated run has no day
    record = record_of(
        run,
        folded.timed_outputs,
        inputs,
        day=day,
        earlier=earlier_factors(playable.athlete, day),
    )
    ended_s = folded.timed_outputs[-1].output.at if folded.timed_outputs else 0.0
    return review_of(record, runner_of(playable.athlete), notes_of(playable, ended_s), tests)


def runner_of(athlete: Athlete | None) -> Runner:
    """What a review needs of an athlete; of nobody nothing is known."""
    if athlete is None:
        return Runner()
    now, numbers = athlete.now, Numbers.of(athlete)
    rates = now.heart_rate
    return Runner(
        threshold=_rate(rates.threshold),
        maximum=_rate(rates.max),
        rest=_rate(rates.rest),
        threshold_speed=_speed(numbers, "threshold"),
        easy_speed=_speed(numbers, "easy"),
        five_k_speed=_speed(numbers, "5k"),
    )


def _rate(value: HeartRateValue | None) -> KnownRate | None:
    return None if value is None else KnownRate(value.bpm, value.source == "measured")


def _speed(numbers: Numbers, ref: PaceName) -> float | None:
    """The middle of a reference pace; None where nothing is known it could be made from."""
    try:
        slow, fast = numbers.pace(ref)
    except AthleteProblem:
        return None
    return (slow + fast) / 2


def notes_of(playable: PlayableRecording, ended_s: float) -> RunnerNotes:
    """What the runner said of a run of ours; of a file nothing.

    Args:
        playable: the run.
        ended_s: when it ended, in seconds since its first input.
    """
    if playable.folder is None:
        return RunnerNotes()
    note = read_note(playable.folder)
    after_s = None
    with suppress(ValueError):
        if note.rpe_at and playable.epoch_s is not None:
            after_s = datetime.fromisoformat(note.rpe_at).timestamp() - playable.epoch_s - ended_s
    return RunnerNotes(
        rpe=note.rpe,
        text=note.text or "",
        worked=note.worked or "",
        failed=note.failed or "",
        shoe=note.shoe or "",
        answered_at=note.answered_at,
        can_answer=True,
        after_s=after_s if after_s is not None and after_s >= 0 else None,
    )


_MOST_FACTORS = 5


def earlier_factors(athlete: Athlete | None, day: str) -> tuple[EarlierFactor, ...]:
    """What the last runs before a day taught of the athlete's first pod, oldest first.

    The header of a recording has no lessons, so they are those of the athlete as saved.
    """
    if athlete is None or not day:
        return ()
    with suppress(CoachProblem):
        saved = find_athlete(athlete.slug)
        lessons = () if saved is None else saved.learnt
        factors = [
            EarlierFactor(PODS[0], lesson.day, each.factor, each.sd)
            for lesson in lessons
            if lesson.day < day
            for each in lesson.pods[:1]
        ]
        return tuple(factors[-_MOST_FACTORS:])
    return ()
