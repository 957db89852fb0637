"""What a run is set up with: made for a new run, frozen into its journal's header, and thawed from one.

How an unwritten start is understood follows from where the run happens (docs/how-to/write-a-workout.md).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from coach import __version__
from coach.athlete import Athlete, athlete_from, dump_athlete
from coach.cli.errors import narrate
from coach.cli.plan import Plan, plan_embedded
from coach.cli.stage import LINGER_S, Stage
from coach.cli.toml import as_tree
from coach.edge.clock import Clock
from coach.edge.fill import Unfit, fill
from coach.edge.settings import Settings
from coach.interchange.common import ForeignRecording
from coach.live.setup import RunSetup
from coach.physiology.critical_speed import Balance
from coach.physiology.fitness import critical_speed
from coach.physiology.kinetics import HeartRateKinetics
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.recording.records import Header
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
    return replace(_base(plan, settings, run), starts=starts, by_hand=marks, ends_after_s=linger)


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
    setup = _base(plan, settings, recording.run)
    if timer > 0 and isinstance(setup.timeline.steps[0].start, DelayStart):
        # The start of the device's timer stands for the delay that is written.
        first, *others = setup.timeline.steps
        setup = replace(setup, timeline=replace(setup.timeline, steps=(replace(first, start=None), *others)))
    return replace(setup, starts=starts, by_hand=recording.has_marks, ends_after_s=Seconds(0.0))


def header_of(setup: RunSetup, plan: Plan, clock: Clock) -> Header:
    """Freeze a run that begins now into the header of its journal."""
    wall = clock.wall()
    return Header(
        run=setup.run,
        version=__version__,
        workout=plan.workout,
        athlete=None if plan.athlete is None else json.loads(dump_athlete(plan.athlete)),
        settings=_frozen(setup),
        wall_epoch=wall.epoch_s,
        monotonic_epoch=clock.monotonic(),
        zone=wall.zone,
        utc_offset_s=wall.utc_offset_s,
    )


def setup_from(header: Header, plan: Plan | None = None, settings: Settings | None = None) -> RunSetup:
    """Thaw the setup of a recorded run; what the command line says instead of the header wins.

    Raises:
        CoachProblem: a document in the header does not fit this program any more.
    """
    named = plan or plan_of(header)
    thawed = settings_of(header)
    if settings is not None:
        thawed = replace(
            thawed,
            signals=settings.signals,
            session=settings.session,
            cues=settings.cues,
            gates=settings.gates,
        )
    base = _base(named, thawed, header.run)
    told = header.settings
    return replace(
        base,
        starts=_starts(told.get("starts", {})),
        by_hand=told.get("by_hand") is True,
        ends_after_s=_seconds(told.get("ends_after_s")),
        unit="mile" if told.get("unit") == "mile" else "km",
        heart_rate_kinetics=_kinetics(header),
    )


def settings_of(header: Header) -> Settings:
    """Thaw the settings a recorded run was coached by; those this version has no more are left out, and told."""
    settings, unknown = Settings(), []
    for room in ("signals", "session", "cues", "gates"):
        told = header.settings.get(room, {})
        for key, value in told.items() if isinstance(told, Mapping) else ():
            try:
                settings = fill(settings, {room: {key: value}})
            except Unfit:
                unknown.append(f"{room}.{key}")
    _tell_unknown(header, unknown)
    return settings


def plan_of(header: Header) -> Plan:
    """Compile the workout of a recorded run for its athlete.

    Raises:
        CoachProblem: a document in the header does not fit this program any more.
    """
    name = f"run {header.run}"
    athlete = None if header.athlete is None else athlete_from(dict(header.athlete), name=name)
    return plan_embedded(header.workout, athlete, name=name)


def _base(plan: Plan, settings: Settings, run: str) -> RunSetup:
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


def _frozen(setup: RunSetup) -> dict[str, Any]:
    starts = setup.starts
    told: dict[str, Any] = {
        "starts": {"first": _start(starts.first), "after_rest": _start(starts.after_rest)},
        "by_hand": setup.by_hand,
        "signals": as_tree(setup.signals),
        "session": as_tree(setup.session),
        "cues": as_tree(setup.cues),
        "gates": as_tree(setup.gates),
    }
    if starts.holds_for_standing:
        told["starts"]["holds_for_standing"] = True
    if setup.unit != "km":
        told["unit"] = setup.unit
    if setup.heart_rate_kinetics != HeartRateKinetics():
        told["heart_rate_kinetics"] = as_tree(setup.heart_rate_kinetics)
    if setup.ends_after_s is not None:
        told["ends_after_s"] = setup.ends_after_s
    return told


def _start(start: Start) -> Any:
    """Write a start as workout documents do."""
    match start:
        case DelayStart(seconds):
            return {"delay_s": seconds}
        case PressStart():
            return "press"
        case _:
            return "auto"


def _starts(told: Mapping[str, Any]) -> StartPolicy:
    first, after_rest = (_read_start(told.get(name)) for name in ("first", "after_rest"))
    return StartPolicy(first, after_rest, holds_for_standing=told.get("holds_for_standing") is True)


def _read_start(told: object) -> Start:
    if isinstance(told, Mapping):
        seconds = _seconds(told.get("delay_s"))
        return AutoStart() if seconds is None else DelayStart(seconds)
    return PressStart() if told == "press" else AutoStart()


def _seconds(told: object) -> Seconds | None:
    return Seconds(float(told)) if isinstance(told, int | float) and not isinstance(told, bool) else None


def _kinetics(header: Header) -> HeartRateKinetics:
    kinetics, told = HeartRateKinetics(), header.settings.get("heart_rate_kinetics", {})
    unknown = []
    for key, value in told.items() if isinstance(told, Mapping) else ():
        try:
            kinetics = fill(kinetics, {key: value})
        except Unfit:
            unknown.append(f"heart_rate_kinetics.{key}")
    _tell_unknown(header, unknown)
    return kinetics


def _tell_unknown(header: Header, unknown: Sequence[str]) -> None:
    if unknown:
        narrate(
            f"Note: run {header.run} was recorded with settings this version has not: {', '.join(unknown)}"
        )
