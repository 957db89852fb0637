"""Puts a snapshot together from the session, the signals and the cues."""

from coach.cues.coach import Coach
from coach.live.setup import RunSetup
from coach.live.snapshot import Snapshot, SplitRow
from coach.quantities import Seconds
from coach.session.session import Session
from coach.session.state import KnownMark
from coach.signals.readings import DISTANCE_PRIORITY
from coach.signals.signals import Signals
from coach.workout.timeline import Quantity, Step, Target

_JUDGED = frozenset({Quantity.SPEED, Quantity.HEART_RATE, Quantity.CADENCE, Quantity.POWER})


def take_snapshot(
    setup: RunSetup, session: Session, signals: Signals, coach: Coach, now: Seconds, *, reserve: float | None
) -> Snapshot:
    """The run as a screen needs it at `now`, with the share of the reserve that is left."""
    step, steps = session.step, session.timeline.steps
    target = session.target_now(now)
    rung = signals.distance.rung(now)
    judged = _judged(session, step, target)
    return Snapshot(
        at=now,
        phase=session.phase,
        timeline=session.timeline,
        index=session.index,
        step=step,
        next_step=steps[session.index + 1] if session.index + 1 < len(steps) else None,
        athlete=setup.athlete,
        run_s=session.run_time(session.finished_at or now),
        step_time_s=session.step_time(now) if step is not None else None,
        left_s=session.left_s(now),
        left_m=session.left_m(now),
        step_m=session.step_metres(now),
        estimated=session.estimated(now),
        distance_source=rung,
        speed=signals.shown(signals.speed(), now),
        heart_rate=signals.shown(signals.heart_rate(), now),
        cadence=signals.shown(signals.cadence(), now),
        power=signals.shown(signals.power(), now),
        judged=judged,
        band=target.band if judged is not None and target is not None else None,
        light=session.light(now),
        rep_mean_speed=session.mean_speed(now),
        cue=coach.showing(now),
        last_verdict=coach.last_verdict(),
        sensors=signals.sensors(now),
        splits=(*_rows(session.earlier_marks), *_rows(session.marks)),
        results=session.results,
        offer=session.offer,
        item=session.item,
        coach_mode=setup.by_hand and not any(row.source in DISTANCE_PRIORITY for row in signals.sensors(now)),
        effort_day=session.effort_day,
        slower_percent=session.slower_percent,
        unit=setup.unit,
        reserve=reserve,
        is_unproven=judged is Quantity.SPEED and coach.is_unproven(),
    )


def _judged(session: Session, step: Step | None, target: Target | None) -> Quantity | None:
    if step is None or target is None or session.step_started_at is None or session.clock_mode:
        return None
    return target.quantity if target.quantity in _JUDGED else None


def _rows(marks: tuple[KnownMark, ...]) -> list[SplitRow]:
    rows, before = [], Seconds(0.0)
    for mark in marks:
        lap = Seconds(mark.time_s - before)
        rows.append(SplitRow(mark.rep, mark.metres, mark.time_s, lap, mark.light_s, mark.role))
        before = mark.time_s
    return rows
