"""What a run was set up with, in the header of its journal: frozen when it begins, thawed for every replay."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from coach import __version__
from coach.athlete import athlete_from
from coach.cli.errors import narrate
from coach.cli.learning import devices_tree, learnt_tree, unlearned, with_learnt
from coach.cli.plan import Plan, plan_embedded
from coach.cli.setup import base_setup
from coach.cli.toml import as_tree
from coach.edge.clock import Clock
from coach.edge.paired_sensors import PairedSensor
from coach.edge.settings import InvalidSetting, Settings, dataclass_from_dict
from coach.live.inputs import RunSetup
from coach.physiology.kinetics import HeartRateKinetics
from coach.quantities import Seconds
from coach.recording.records import Header
from coach.session.starts import StartPolicy
from coach.signals.readings import Source
from coach.workout.timeline import AutoStart, DelayStart, PressStart, Start

Known = TypeVar("Known")


def header_of(
    setup: RunSetup, plan: Plan, clock: Clock, sensors: Mapping[Source, PairedSensor] | None = None
) -> Header:
    """Freeze a run that begins now, measured by these sensors, into the header of its journal."""
    wall = clock.wall()
    return Header(
        run=setup.run,
        version=__version__,
        workout=plan.workout,
        athlete=None if plan.athlete is None else unlearned(plan.athlete),
        settings=_frozen(setup),
        learnt=learnt_tree(setup),
        devices=devices_tree(sensors or {}),
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
    base = base_setup(named, thawed, header.run)
    told = header.settings
    base = with_learnt(base, header)
    return replace(
        base,
        starts=_starts(told.get("starts", {})),
        by_hand=told.get("by_hand") is True,
        ends_after_s=_seconds(told.get("ends_after_s")),
        unit="mile" if told.get("unit") == "mile" else "km",
        heart_rate_kinetics=_as_known(header, "heart_rate_kinetics", HeartRateKinetics()),
    )


def settings_of(header: Header) -> Settings:
    """Thaw the settings a recorded run was coached by; those this version has no more are left out, and told."""
    plain = Settings()
    return replace(
        plain,
        signals=_as_known(header, "signals", plain.signals),
        session=_as_known(header, "session", plain.session),
        cues=_as_known(header, "cues", plain.cues),
        gates=_as_known(header, "gates", plain.gates),
    )


def plan_of(header: Header) -> Plan:
    """Compile the workout of a recorded run for its athlete.

    Raises:
        CoachProblem: a document in the header does not fit this program any more.
    """
    name = f"run {header.run}"
    athlete = None if header.athlete is None else athlete_from(dict(header.athlete), name=name)
    return plan_embedded(header.workout, athlete, name=name)


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


def _as_known(header: Header, name: str, plain: Known) -> Known:
    """Thaw a table of the header; what this version has no more, or not with such a value, is left out and told."""
    told, unknown = header.settings.get(name, {}), []
    for key, value in told.items() if isinstance(told, Mapping) else ():
        try:
            plain = dataclass_from_dict(plain, {key: value})
        except InvalidSetting:
            unknown.append(f"{name}.{key}")
    if unknown:
        what = ", ".join(unknown)
        narrate(f"Note: run {header.run} was recorded with settings this version has not: {what}")
    return plain
