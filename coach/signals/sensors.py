"""The sensors of a run, and when each becomes live, stale or gone; each change is emitted once, at its due time.

A radio names no period, so the spacing of a sender's values is learnt inside the fold: a replay learns it alike.
"""

from collections import deque
from collections.abc import Iterable
from math import inf
from typing import Final

from coach.quantities import Metres, Seconds
from coach.signals.readings import (
    Freshness,
    LinkChanged,
    SensorChanged,
    SensorState,
    SensorStatus,
    Source,
    freshness,
    gone_after,
    stale_after,
)

_AFTER_LIMIT_S = 1e-6
"""A silence is emitted just beyond its limit: a value that comes exactly at the limit is in time."""
_LIVE: Final = SensorState.LIVE  # an enum's member costs a tenth of a microsecond to look up
_NEVER: Final = Seconds(inf)
_STATES: Final = {
    Freshness.LIVE: SensorState.LIVE,
    Freshness.HELD: SensorState.LIVE,
    Freshness.STALE: SensorState.STALE,
    Freshness.GONE: SensorState.GONE,
}


_QUICK_S: Final = 1.5
"""Values so far apart or less come each second; a sender of these is never learnt from. Judged."""
_LONGEST_S: Final = 10.0
"""The longest period that is learnt (docs/reference/events.md)."""
_SILENCE_S: Final = 15.0
"""Values further apart are not spaced by the sender: something was lost between them."""
_SPACINGS: Final = 9
"""Spacings that are kept; three long ones of nine count, so that two gaps in a row teach nothing. Judged."""
_SETTLED: Final = 4
"""Spacings that settle a period: those between five values."""


class SenderPeriod:
    """Learns how far apart the values of one sender are, from one second up to ten."""

    __slots__ = ("_began_at", "_last_at", "_slow_for", "_spacings", "period_s")

    def __init__(self) -> None:
        """Presume a value each second."""
        self._began_at: float | None = None
        self._last_at = inf
        self._slow_for = 0
        self._spacings: deque[float] = deque(maxlen=_SPACINGS)
        self.period_s = 1.0

    def add(self, at: float) -> float:
        """Note that a value came, and return the period."""
        spacing_s, self._last_at = at - self._last_at, at
        if spacing_s > _QUICK_S or self._slow_for:
            self._learn(at, spacing_s)
        elif self._began_at is None:
            self._began_at = at
        return self.period_s

    def on_lost(self) -> None:
        """Note that the link was lost: the time until the next value is not the sender's spacing."""
        self._last_at = inf

    def _learn(self, at: float, spacing_s: float) -> None:
        if not 0.0 <= spacing_s <= _SILENCE_S:
            return
        spacings = self._spacings
        if not self._slow_for:
            began_at = at if self._began_at is None else self._began_at
            spacings.clear()
            spacings.extend([1.0] * min(_SPACINGS, round(at - spacing_s - began_at)))
        spacings.append(spacing_s)
        self._slow_for = _SPACINGS if spacing_s > _QUICK_S else self._slow_for - 1
        if len(spacings) >= _SETTLED:
            self.period_s = min(max(1.0, sorted(spacings)[len(spacings) * 2 // 3]), _LONGEST_S)


def fire_silences(sensors: Iterable["Sensor"], now: Seconds) -> list[SensorChanged]:
    """Return the sensors that went stale or gone up to `now`, each at its due time, in the order of these."""
    changes: list[SensorChanged] = []
    while True:
        next_sensor = None
        due_at = now
        for sensor in sensors:
            if sensor.due_at <= due_at and (next_sensor is None or sensor.due_at < due_at):
                next_sensor, due_at = sensor, sensor.due_at
        if next_sensor is None:
            return changes
        changes.append(next_sensor.fire())


class Sensor:
    """One sensor: its name, when it last sent anything, and when its silence is next due."""

    __slots__ = (
        "battery_percent",
        "by",
        "cadence_count",
        "delay_s",
        "due_at",
        "last_at",
        "name",
        "period_s",
        "rssi_dbm",
        "source",
        "state",
    )

    def __init__(self, source: Source) -> None:
        """Start with a sensor that has sent nothing."""
        self.source = source
        self.name = ""
        self.state: SensorState | None = None
        """None until it is emitted for the first time."""
        self.last_at: float | None = None
        self.period_s = 1.0
        self.due_at: Seconds = _NEVER
        self.battery_percent: int | None = None
        self.rssi_dbm: int | None = None
        self.cadence_count: int | None = None
        self.by = ""
        """The phone or gateway that its newest value came by."""
        self.delay_s: float | None = None
        """How far behind they come that way, as last told."""

    def on_data(self, at: float, period_s: float, now: float) -> SensorChanged | None:
        """Note that it sent something well formed, measured at `at`, and return the change if that makes it live.

        What comes so late that it is stale, or out of order, changes nothing.
        """
        if at < now and (
            at + stale_after(period_s) <= now or (self.last_at is not None and at < self.last_at)
        ):
            return None
        self.last_at = at
        self.period_s = period_s
        self.due_at = Seconds(at + stale_after(period_s) + _AFTER_LIMIT_S)
        if self.state is _LIVE:
            return None
        self.state = SensorState.LIVE
        return self.change(now, now - at)

    def fire(self) -> SensorChanged:
        """Turn it stale, then gone, when its silence is due. Only for a sensor that has sent something."""
        assert self.last_at is not None
        due_at = self.due_at
        if self.state is SensorState.LIVE:
            self.state = SensorState.STALE
            self.due_at = Seconds(self.last_at + gone_after(self.period_s) + _AFTER_LIMIT_S)
        else:
            self.state = SensorState.GONE
            self.due_at = _NEVER
        return self.change(due_at, due_at - self.last_at)

    def on_link_changed(self, event: LinkChanged, at: float) -> SensorChanged | None:
        """Note a change of the link, and return a change of the sensor if it or its charge is new."""
        self.name = event.name or self.name
        self.rssi_dbm = self.rssi_dbm if event.rssi_dbm is None else event.rssi_dbm
        percent = event.battery_percent
        if percent is not None and not 0 <= percent <= 100:
            percent = None
        has_changed = self.update_battery(percent)
        if self.state is None:
            self.state = SensorState.SEARCHING
            has_changed = True
        return self.change(at) if has_changed else None

    def update_battery(self, percent: int | None) -> bool:
        """Note its charge where known, and return whether it has changed."""
        if percent is None or percent == self.battery_percent:
            return False
        self.battery_percent = percent
        return True

    def change(self, at: float, age_s: float | None = None) -> SensorChanged:
        """Its present state as an event."""
        if age_s is None and self.last_at is not None:
            age_s = at - self.last_at
        return SensorChanged(
            Seconds(at),
            self.source,
            self.state or SensorState.SEARCHING,
            None if age_s is None else Seconds(age_s),
            self.battery_percent,
            self.by,
            None if self.delay_s is None else Seconds(self.delay_s),
        )

    def status(
        self,
        now: float,
        doubt: str = "",
        speed_ratio: float = 1.0,
        beside: tuple[Metres, Metres] | None = None,
    ) -> SensorStatus:
        """Its state at `now` for the sensor row, with why its heart rate is doubted and what corrects its speed.

        `beside` is what it and the source that is used measured of the last lap, where they differ.
        """
        age_s = None if self.last_at is None else max(0.0, now - self.last_at)
        state = SensorState.SEARCHING if age_s is None else _STATES[freshness(age_s, self.period_s)]
        return SensorStatus(
            self.source,
            self.name,
            state,
            None if age_s is None else Seconds(age_s),
            self.battery_percent,
            self.rssi_dbm,
            self.cadence_count,
            doubt,
            speed_ratio,
            self.by,
            None if self.delay_s is None else Seconds(self.delay_s),
            beside,
        )
