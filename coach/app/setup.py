"""Creates the setup of a run: live, of a journal, of another program's file, and of the demonstration.

How a step starts if its document does not say depends on where the run happens (docs/how-to/write-a-workout.md). The
readers of documents are imported in the functions that need them, because the demonstration needs none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coach.app.terminal import Console, RunMode
from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.settings import Settings
from coach.gatt.quirks import usual_cadence_count
from coach.live.inputs import RunSetup
from coach.physiology.performance import Balance
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.recording.codec import Header
from coach.session.buttons import Button, Pressed
from coach.session.config import StartPolicy
from coach.signals.config import LearntFactor, PooledSensor
from coach.signals.readings import PODS, Reported, Source
from coach.workout.edits import easy_cap, light_speed, with_easy_cap, with_light, with_opt_in
from coach.workout.timeline import AutoStart, DelayStart, PressStart, Start, Timeline

if TYPE_CHECKING:
    from coach.app.workouts import CompiledWorkout
    from coach.athlete import Athlete
    from coach.interchange.recordings.common import ForeignRecording

WALK_S: Final = Seconds(60.0)
"""Time to walk to the line. Judged."""
LINGER_S: Final = Seconds(60.0)
"""How long a finished run stays open on a terminal, for an undo. Judged."""
_FEWEST_TRIALS: Final = 3
"""Fewest trials for critical speed: two always fit a line, a third checks it."""


def live_setup(
    workout: "CompiledWorkout",
    settings: Settings,
    run: str,
    run_mode: RunMode,
    *,
    marks: bool = False,
    simulated: bool = False,
) -> RunSetup:
    """Set up a live run, without the lessons of earlier runs.

    Args:
        workout: the workout, compiled for its athlete.
        settings: those in force.
        run: the run's ID.
        run_mode: where it happens.
        marks: True if lines are marked by hand.
        simulated: True for a simulated runner; then there is no walk to the line, and no press is needed.

    A run without a plan starts at once: there is no first line to walk to.
    """
    by_press = marks and not simulated
    has_plan = workout.document is not None
    first: Start = AutoStart()
    if run_mode is RunMode.SCREEN and not simulated and (by_press or has_plan):
        first = PressStart() if by_press else DelayStart(WALK_S)
    starts = StartPolicy(
        first=first,
        after_rest=PressStart() if by_press else AutoStart(),
        holds_for_standing=run_mode is RunMode.SCREEN and not simulated and has_plan,
    )
    setup = _base_setup(workout, settings, run)
    return replace(setup, starts=starts, by_hand=marks, ends_after_s=_linger(run_mode))


def with_lessons(
    setup: RunSetup,
    athlete: "Athlete | None",
    sensors: Mapping[Source, PairedSensor],
    pool: Mapping[int, PairedSensor] | None = None,
) -> RunSetup:
    """Return the setup with the lessons of earlier runs about its athlete and its sensors.

    A sensor without a lesson about its cadence counts as its name suggests. `pool` has all sensors that may be behind a
    source, by their number; `sensors` has the likeliest.
    """
    own_counts = setup.signals.cadence_counts
    stated_counts = {
        source: sensor.cadence_count for source, sensor in sensors.items() if sensor.cadence_count is not None
    }
    usual_counts = {
        source: count for source, sensor in sensors.items() if (count := usual_cadence_count(sensor.name))
    }
    signals = replace(
        setup.signals,
        cadence_counts={**setup.signals.cadence_counts, **stated_counts},
        learnt_cadence_counts=usual_counts,
        learnt_of_pool=tuple(
            _pooled(number, sensor, athlete, own_counts)
            for number, sensor in (pool or {}).items()
            if sensor.kind is SensorKind.POD
        ),
    )
    setup = replace(setup, signals=signals)
    if athlete is None or not athlete.learnt:
        return setup
    from coach.athlete import cadence_count, heart_lesson
    from coach.physiology.kinetics import HeartRateKinetics
    from coach.physiology.performance import cadence_line

    lessons = athlete.learnt
    learnt_counts = {
        source: count for source, sensor in sensors.items() if (count := cadence_count(lessons, sensor.id))
    }
    heart = heart_lesson(lessons)
    kinetics = HeartRateKinetics()
    if heart is not None:
        kinetics = HeartRateKinetics(
            Seconds(heart.delay_up_s),
            Seconds(heart.tau_up_s),
            Seconds(heart.delay_down_s),
            Seconds(heart.tau_down_s),
            heart.ups,
            heart.downs,
        )
    return replace(
        setup,
        signals=replace(
            setup.signals,
            learnt=tuple(_pod_factors(athlete, sensors)),
            learnt_cadence_counts={**usual_counts, **learnt_counts},
        ),
        heart_rate_kinetics=kinetics,
        cadence_line=cadence_line(lessons),
    )


def by_light(setup: RunSetup, speeds: Mapping[str, MetresPerSecond]) -> RunSetup:
    """Return the setup with a pacing light at these speeds, by step ID; without any, the setup is unchanged."""
    if not speeds:
        return setup
    speeds_before = {
        step.step_id: speed for step in setup.timeline.steps if (speed := light_speed(step)) is not None
    }
    timeline = with_light(setup.timeline, speeds)
    return replace(
        setup,
        timeline=timeline,
        light=speeds,
        planned={each: speeds_before[each] for each in speeds if each in speeds_before},
    )


def recorded_setup(
    header: Header,
    console: Console,
    workout: "CompiledWorkout | None" = None,
    settings: Settings | None = None,
    *,
    is_as_run: bool | None = None,
) -> RunSetup:
    """Read the setup of a recorded run; a given workout and given settings replace those of the header.

    `is_as_run` is True if the workout is the header's for the header's athlete; None if no workout is given. Only then
    does the pacing light run the reps it ran.

    Raises:
        CoachProblem: a document in the header no longer fits this program.
    """
    from coach.app.header import recorded_light, recorded_settings, recorded_workout, with_recorded

    is_as_run = workout is None if is_as_run is None else is_as_run
    light = recorded_light(header) if is_as_run else {}  # it belongs to the steps and paces of that workout
    workout = workout or recorded_workout(header, console)
    settings_in_force = recorded_settings(header, console)
    if settings is not None:
        settings_in_force = replace(
            settings_in_force,
            signals=settings.signals,
            session=settings.session,
            cues=settings.cues,
            gates=settings.gates,
        )
    return with_recorded(
        by_light(_base_setup(workout, settings_in_force, header.run), light), header, console
    )


def foreign_setup(workout: "CompiledWorkout", settings: Settings, recording: "ForeignRecording") -> RunSetup:
    """Set up the replay of another program's recording: no countdown, and no wait for a press it does not contain."""
    presses = [
        event.at
        for event in recording.inputs
        if isinstance(event, Pressed) and event.button in {Button.MARK, Button.GO}
    ]
    timer = recording.first_timer_start_s
    starts = StartPolicy(
        first=DelayStart(timer) if timer > 0 else AutoStart(),
        counts_delays=timer > 0,
        presses_until=presses[-1] if presses else Seconds(0.0),
    )
    setup = _base_setup(workout, settings, recording.run)
    if timer > 0 and isinstance(setup.timeline.steps[0].start, DelayStart):
        # The start of the device's timer replaces the delay of the document.
        first, *others = setup.timeline.steps
        setup = replace(setup, timeline=replace(setup.timeline, steps=(replace(first, start=None), *others)))
    return replace(
        setup,
        starts=starts,
        by_hand=recording.has_marks,
        ends_after_s=Seconds(0.0),
        counts_from=None if _begins_with_a_pod_at_zero(recording) else timer,
        recorded_until=recording.inputs[-1].at if recording.inputs else None,
    )


def _begins_with_a_pod_at_zero(recording: "ForeignRecording") -> bool:
    """Return True if the first distance is 0 and from a footpod: it counts from there, not from the timer's start."""
    counts = (
        event for event in recording.inputs if isinstance(event, Reported) and event.distance is not None
    )
    first = next(counts, None)
    return first is not None and first.source is Source.POD and first.distance == 0.0


def demonstration_setup(timeline: Timeline, settings: Settings, run: str, run_mode: RunMode) -> RunSetup:
    """Set up the demonstration: without an athlete and optional rules, in kilometres."""
    return RunSetup(
        run,
        timeline,
        ends_after_s=_linger(run_mode),
        signals=settings.signals,
        session=settings.session,
        cues=settings.cues,
    )


def _base_setup(workout: "CompiledWorkout", settings: Settings, run: str) -> RunSetup:
    """Set up the part that does not depend on where the run happens.

    Raises:
        AthleteProblem: an enabled rule needs a number that the athlete lacks.
    """
    athlete, threshold = workout.athlete, _threshold(workout.athlete)
    ceiling = None if athlete is None or athlete.ceiling_bpm is None else BeatsPerMinute(athlete.ceiling_bpm)
    cap = easy_cap(athlete.now) if athlete is not None and settings.cues.easy_cap else None
    timeline = with_easy_cap(workout.timeline, cap)
    return RunSetup(
        run=run,
        timeline=with_opt_in(timeline, settings.gates, threshold_bpm=threshold),
        athlete="" if athlete is None else athlete.slug,
        signals=settings.signals,
        session=settings.session,
        cues=settings.cues,
        gates=settings.gates,
        ceiling_bpm=ceiling,
        threshold_bpm=None if threshold is None else BeatsPerMinute(threshold),
        critical=None if athlete is None else _critical(athlete),
        unit=_unit(settings, athlete),
    )


def _linger(run_mode: RunMode) -> Seconds:
    return LINGER_S if run_mode is RunMode.SCREEN else Seconds(0.0)


def _unit(settings: Settings, athlete: "Athlete | None") -> str:
    """Return the unit of paces: `mile` if the settings or the athlete say so, else `km`."""
    if settings.units != Settings().units or athlete is None:
        return settings.units
    return athlete.units


def _threshold(athlete: "Athlete | None") -> float | None:
    """Return the measured threshold heart rate; an estimate from age never triggers a cue."""
    rate = None if athlete is None else athlete.now.heart_rate.threshold
    return None if rate is None or rate.source != "measured" else rate.bpm


def _critical(athlete: "Athlete") -> tuple[MetresPerSecond, Metres] | None:
    """Return critical speed and D' from the athlete's trials; None without three that fit together."""
    from coach.physiology.predictions import critical_speed

    now = athlete.now
    if len(now.trials) < _FEWEST_TRIALS:
        return None
    try:
        fit = critical_speed(now)
        if fit is not None:
            Balance(fit.speed, fit.reserve)
    except ValueError:
        return None  # the athlete's profile says why
    return None if fit is None else (fit.speed, fit.reserve)


def _pooled(
    number: int, sensor: PairedSensor, athlete: "Athlete | None", counts: Mapping[Source, int]
) -> PooledSensor:
    """Return what is known of one of several pods, from the runner, from earlier runs and from its name."""
    from coach.athlete import cadence_count, pod_factor

    lessons = () if athlete is None else athlete.learnt
    factor = pod_factor(lessons, sensor.id, sensor.shoe)
    return PooledSensor(
        number,
        None if factor is None else factor.factor,
        None if factor is None else factor.sd,
        sensor.cadence_count or counts.get(Source.POD),
        cadence_count(lessons, sensor.id) or usual_cadence_count(sensor.name),
    )


def _pod_factors(athlete: "Athlete", sensors: Mapping[Source, PairedSensor]) -> Iterator[LearntFactor]:
    from coach.athlete import pod_factor

    for source, sensor in sensors.items():
        factor = pod_factor(athlete.learnt, sensor.id, sensor.shoe) if source in PODS else None
        if factor is not None:
            yield LearntFactor(source, factor.factor, factor.sd)
