"""What a run is set up with, live or as the replay of another tool's recording.

How an unwritten start is understood follows from where the run happens (docs/how-to/write-a-workout.md).
"""

from dataclasses import replace
from typing import Final

from coach.athlete import Athlete
from coach.cli.plan import Plan
from coach.cli.stage import LINGER_S, Stage
from coach.edge.settings import Settings
from coach.interchange.common import ForeignRecording
from coach.live.inputs import RunSetup
from coach.physiology.critical_speed import Balance
from coach.physiology.fitness import critical_speed
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.buttons import Button, Pressed
from coach.session.starts import StartPolicy
from coach.workout.easy_cap import easy_cap, with_easy_cap
from coach.workout.opt_in import with_opt_in
from coach.workout.timeline import AutoStart, DelayStart, PressStart, Start

WALK_S: Final = Seconds(60.0)
"""Time to walk to the line."""
_FEWEST_TRIALS: Final = 3
"""With two there is nothing to check the line by."""


def live_setup(
    plan: Plan, settings: Settings, run: str, stage: Stage, *, marks: bool = False, simulated: bool = False
) -> RunSetup:
    """Set up a live run.

    Args:
        plan: the workout, compiled for its athlete.
        settings: those in force.
        run: its id.
        stage: where it happens.
        marks: are the lines marked by hand?
        simulated: is it a simulated runner who runs? Then nobody walks to the line, and nobody need press.
    """
    by_press = marks and not simulated
    first: Start = AutoStart()
    if stage is Stage.SCREEN and not simulated:
        first = PressStart() if by_press else DelayStart(WALK_S)
    starts = StartPolicy(
        first=first,
        after_rest=PressStart() if by_press else AutoStart(),
        holds_for_standing=stage is Stage.SCREEN and not simulated,
    )
    linger = LINGER_S if stage is Stage.SCREEN else Seconds(0.0)
    return replace(base_setup(plan, settings, run), starts=starts, by_hand=marks, ends_after_s=linger)


def foreign_setup(plan: Plan, settings: Settings, recording: ForeignRecording) -> RunSetup:
    """Set up the replay of another tool's recording: nothing is counted down, no press waited for in vain."""
    presses = [
        one.at
        for one in recording.inputs
        if isinstance(one, Pressed) and one.button in {Button.MARK, Button.GO}
    ]
    timer = recording.first_timer_start_s
    starts = StartPolicy(
        first=DelayStart(timer) if timer > 0 else AutoStart(),
        counts_delays=timer > 0,
        presses_until=presses[-1] if presses else Seconds(0.0),
    )
    setup = base_setup(plan, settings, recording.run)
    if timer > 0 and isinstance(setup.timeline.steps[0].start, DelayStart):
        # The start of the device's timer stands for the delay that is written.
        first, *others = setup.timeline.steps
        setup = replace(setup, timeline=replace(setup.timeline, steps=(replace(first, start=None), *others)))
    return replace(setup, starts=starts, by_hand=recording.has_marks, ends_after_s=Seconds(0.0))


def base_setup(plan: Plan, settings: Settings, run: str) -> RunSetup:
    """Set up what does not depend on where the run happens; nothing of what earlier runs taught is in it.

    Raises:
        AthleteProblem: a rule that is switched on needs a number the athlete has not.
    """
    athlete = plan.athlete
    ceiling = None if athlete is None or athlete.ceiling_bpm is None else BeatsPerMinute(athlete.ceiling_bpm)
    cap = easy_cap(athlete.now) if athlete is not None and settings.cues.easy_cap else None
    timeline = with_easy_cap(plan.timeline, cap)
    return RunSetup(
        run=run,
        timeline=with_opt_in(timeline, settings.gates, threshold_bpm=_threshold(athlete)),
        athlete="" if athlete is None else athlete.slug,
        signals=settings.signals,
        session=settings.session,
        cues=settings.cues,
        gates=settings.gates,
        ceiling_bpm=ceiling,
        critical=None if athlete is None else _critical(athlete),
        unit=_unit(settings, athlete),
    )


def _unit(settings: Settings, athlete: Athlete | None) -> str:
    """Choose what paces are shown per: `mile` where the settings or the athlete say so, else `km`."""
    if settings.units != Settings().units or athlete is None:
        return settings.units
    return athlete.units


def _threshold(athlete: Athlete | None) -> float | None:
    """Tell the measured threshold heart rate; one estimated from age never makes a cue."""
    known = None if athlete is None else athlete.now.heart_rate.threshold
    return None if known is None or known.source != "measured" else known.bpm


def _critical(athlete: Athlete) -> tuple[MetresPerSecond, Metres] | None:
    """Critical speed and D' of the athlete's trials; None without three that fit together."""
    now = athlete.now
    if len(now.trials) < _FEWEST_TRIALS:
        return None
    try:
        found = critical_speed(now)
        if found is not None:
            Balance(found.speed, found.reserve)
    except ValueError:
        return None  # the athlete's sheet says why
    return None if found is None else (found.speed, found.reserve)
