"""Which sensors are there, and are they alive? Silence has due times; each change is told once."""

from collections.abc import Iterable
from math import inf
from typing import Final

from coach.quantities import Seconds
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
"""A silence is told just beyond its limit: a value that comes exactly at the limit is still in time."""
_LIVE: Final = SensorState.LIVE  # an enum's member costs a tenth of a microsecond to look up
_NEVER: Final = Seconds(inf)
_STATES: Final = {
    Freshness.LIVE: SensorState.LIVE,
    Freshness.HELD: SensorState.LIVE,
    Freshness.STALE: SensorState.STALE,
    Freshness.GONE: SensorState.GONE,
}


def fall_silent(sensors: Iterable["Sensor"], now: Seconds) -> list[SensorChanged]:
    """Say which sensors went stale or gone up to `now`, each at its due time, in the order of these."""
    told: list[SensorChanged] = []
    while True:
        silent = None
        due = now
        for sensor in sensors:
            if sensor.due_at <= due and (silent is None or sensor.due_at < due):
                silent, due = sensor, sensor.due_at
        if silent is None:
            return told
        told.append(silent.fall_silent())


class Sensor:
    """One sensor: what it is called, when it last spoke, and when its silence is next to be told."""

    __slots__ = (
        "battery_percent",
        "cadence_count",
        "due_at",
        "last_at",
        "name",
        "period_s",
        "rssi_dbm",
        "source",
        "state",
    )

    def __init__(self, source: Source) -> None:
        """A sensor nobody has heard yet."""
        self.source = source
        self.name = ""
        self.state: SensorState | None = None
        """None until it was told for the first time."""
        self.last_at: float | None = None
        self.period_s = 1.0
        self.due_at: Seconds = _NEVER
        self.battery_percent: int | None = None
        self.rssi_dbm: int | None = None
        self.cadence_count: int | None = None

    def hear(self, at: float, period_s: float) -> SensorChanged | None:
        """It sent something well formed: tell if that makes it live."""
        self.last_at = at
        self.period_s = period_s
        self.due_at = Seconds(at + stale_after(period_s) + _AFTER_LIMIT_S)
        if self.state is _LIVE:
            return None
        self.state = SensorState.LIVE
        return self.tell(at, 0.0)

    def fall_silent(self) -> SensorChanged:
        """Its silence is due: stale, then gone. Only for a sensor that was heard."""
        assert self.last_at is not None
        due = self.due_at
        if self.state is SensorState.LIVE:
            self.state = SensorState.STALE
            self.due_at = Seconds(self.last_at + gone_after(self.period_s) + _AFTER_LIMIT_S)
        else:
            self.state = SensorState.GONE
            self.due_at = _NEVER
        return self.tell(due, due - self.last_at)

    def learn(self, event: LinkChanged, at: float) -> SensorChanged | None:
        """Take what the radio found; tell if the sensor is new or its battery is."""
        self.name = event.name or self.name
        self.rssi_dbm = self.rssi_dbm if event.rssi_dbm is None else event.rssi_dbm
        percent = event.battery_percent
        if percent is not None and not 0 <= percent <= 100:
            percent = None
        changed = self.charge(percent)
        if self.state is None:
            self.state = SensorState.SEARCHING
            changed = True
        return self.tell(at) if changed else None

    def charge(self, percent: int | None) -> bool:
        """Note its battery where known; is that news?"""
        if percent is None or percent == self.battery_percent:
            return False
        self.battery_percent = percent
        return True

    def tell(self, at: float, age_s: float | None = None) -> SensorChanged:
        """What is known of it."""
        if age_s is None and self.last_at is not None:
            age_s = at - self.last_at
        return SensorChanged(
            Seconds(at),
            self.source,
            self.state or SensorState.SEARCHING,
            None if age_s is None else Seconds(age_s),
            self.battery_percent,
        )

    def row(self, now: float, doubt: str = "") -> SensorStatus:
        """Its line of the sensor row at `now`, with why its heart rate is doubted."""
        age = None if self.last_at is None else max(0.0, now - self.last_at)
        state = SensorState.SEARCHING if age is None else _STATES[freshness(age, self.period_s)]
        return SensorStatus(
            self.source,
            self.name,
            state,
            None if age is None else Seconds(age),
            self.battery_percent,
            self.rssi_dbm,
            self.cadence_count,
            doubt,
        )
