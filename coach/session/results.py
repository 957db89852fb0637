"""Sums a step up when it ends: what was measured of it, and nothing else."""

from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.session.clock import RunningClock
from coach.session.defaults import SessionSettings
from coach.session.facts import EndReason, StepEnded
from coach.session.ground import Ground
from coach.session.history import History, Series, mean
from coach.session.light import Light, light_at
from coach.session.state import State
from coach.signals.readings import Source
from coach.workout.timeline import Band, Quantity, Step, Target

_WHOLE_S, _WHOLE_M = 0.5, 0.5
_CUT_BY_NATURE = frozenset({EndReason.DONE, EndReason.CAP, EndReason.MARK, EndReason.SKIPPED})


class Results:
    """Makes the `StepEnded` of the step under way."""

    def __init__(
        self, history: History, ground: Ground, clock: RunningClock, settings: SessionSettings
    ) -> None:
        """Read what the sensors said from `history` and metres from `ground`."""
        self._history = history
        self._ground = ground
        self._clock = clock
        self._settings = settings

    def of(
        self,
        state: State,
        step: Step,
        at: Seconds,
        reason: EndReason,
        ended_at: Seconds,
        *,
        known: Metres | None = None,
        at_line: bool = False,
        estimated: bool = False,
    ) -> StepEnded:
        """The step as it ended; `known` is its length where a line or the boundary itself says it."""
        start = state.started_at
        if start is None:
            return StepEnded(at, state.index, step, reason, at, Seconds(0.0))
        time_s = self._clock.between(start, ended_at)
        pauses = self._clock.pauses(start, ended_at)
        where = None if known is not None or state.clock_mode else self._ground.metres_at(state, ended_at)
        metres = known if known is not None else where.metres if where is not None else None
        heart = self._history.heart_rate.between(start, ended_at, pauses)
        strides = [value for value in self._history.cadence.between(start, ended_at, pauses) if value > 0]
        mean_heart, mean_cadence = mean(heart), mean(strides)
        return StepEnded(
            at=at,
            index=state.index,
            step=step,
            reason=reason,
            ended_at=ended_at,
            time_s=time_s,
            distance=metres,
            distance_source=self._source(state, at, metres, at_line=at_line),
            estimated=estimated or (where is not None and where.estimated),
            broken=bool(pauses),
            cut=self._is_cut(step, reason, time_s, metres),
            mean_speed=MetresPerSecond(metres / time_s) if metres is not None and time_s > 0 else None,
            mean_heart_rate=None if mean_heart is None else BeatsPerMinute(mean_heart),
            max_heart_rate=BeatsPerMinute(max(heart)) if heart else None,
            cadence=None if mean_cadence is None else StepsPerMinute(mean_cadence),
            in_band_fraction=self._in_band(state, step, ended_at),
            light_s=None if metres is None else self.light_s(state, step, metres, time_s),
        )

    def light_s(self, state: State, step: Step, metres: Metres, time_s: Seconds) -> Seconds | None:
        """Seconds behind the light at a place and time of the step; None where no light runs."""
        light = self.light(state, step, metres, time_s)
        return None if light is None else light.behind_s

    def light(self, state: State, step: Step, metres: Metres, time_s: Seconds) -> Light | None:
        """The light at a place and time of the step; None where none runs: no pace, a belt, by the clock."""
        if state.clock_mode or state.timeline.context.surface == "treadmill":
            return None
        return light_at(step, metres, time_s, state.light_shift_s)

    def _source(self, state: State, at: Seconds, metres: Metres | None, *, at_line: bool) -> Source | None:
        if state.clock_mode:
            return Source.CLOCK
        if metres is None:
            return None
        return self._ground.source(at) or (Source.MARKS if at_line else self._ground.last_source())

    def _in_band(self, state: State, step: Step, ended_at: Seconds) -> float | None:
        target = step.target
        if target is None or state.started_at is None or state.clock_mode:
            return None
        series = self._series(target)
        first = Seconds(state.started_at + self._settings.in_band_after_s)
        if series is None or first >= ended_at:
            return None
        span = ended_at - state.started_at
        judged = hits = 0
        pauses = self._clock.pauses(first, ended_at)
        for at, value in series.pairs(first, ended_at):
            if any(since < at <= until for since, until in pauses):
                continue
            judged += 1
            hits += holds(band_at(target, (at - state.started_at) / span), value)
        return hits / judged if judged else None

    def _series(self, target: Target) -> Series | None:
        match target.quantity:
            case Quantity.SPEED:
                return self._history.speed
            case Quantity.HEART_RATE:
                return self._history.heart_rate
            case Quantity.CADENCE:
                return self._history.cadence
            case Quantity.POWER:
                return self._history.power
            case _:
                return None

    @staticmethod
    def _is_cut(step: Step, reason: EndReason, time_s: Seconds, metres: Metres | None) -> bool:
        if reason in _CUT_BY_NATURE:
            return False
        length, time = step.until.distance(), step.until.time()
        if length is not None:
            return metres is None or metres < length - _WHOLE_M
        return time is not None and time_s < time - _WHOLE_S


def band_at(target: Target, share: float) -> Band:
    """The band of a target at a share (0 to 1) of its step, ramps resolved."""
    if target.ramp is None:
        return target.band
    return Band(
        _between(target.band.low, target.ramp.low, share),
        _between(target.band.aim, target.ramp.aim, share),
        _between(target.band.high, target.ramp.high, share),
    )


def holds(band: Band, value: float) -> bool:
    """Is the value inside the band, an open side letting everything through?"""
    return (band.low is None or value >= band.low) and (band.high is None or value <= band.high)


def _between(start: float | None, end: float | None, share: float) -> float | None:
    if start is None or end is None:
        return start if end is None else end
    return start + (end - start) * min(1.0, max(0.0, share))
