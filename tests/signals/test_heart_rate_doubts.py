"""Heart rates as the signals of a run take them: spikes, new levels, and values that stand still."""

from coach.quantities import BeatsPerMinute, Seconds, StepsPerMinute
from coach.signals.config import SignalSettings
from coach.signals.readings import Rejected, Reported, Source
from coach.signals.sensors import STANDS_STILL
from coach.signals.signals import Signals


class Strap:
    """A strap that sends what a test says, and the signals that take it."""

    def __init__(self, period_s: float = 1.0) -> None:
        self.signals = Signals(SignalSettings(rejections_apart_s=Seconds(0.0)))
        self.period_s = period_s
        self.at = 0.0

    def send(self, bpm: float, *intervals: float, cadence: float | None = None) -> list[str]:
        """Send a value with the intervals between its beats; returns why it was rejected, if it was."""
        self.at += self.period_s
        event = Reported(
            Seconds(self.at),
            Source.STRAP,
            period_s=Seconds(self.period_s),
            heart_rate=BeatsPerMinute(bpm),
            rr_s=tuple(map(Seconds, intervals)),
            cadence=None if cadence is None else StepsPerMinute(cadence),
        )
        return [each.reason for each in self.signals.on_event(event) if isinstance(each, Rejected)]

    @property
    def shown(self) -> float | None:
        """The heart rate that is believed."""
        reading = self.signals.heart_rate()
        return None if reading is None else reading.value

    @property
    def doubt(self) -> str:
        """Why the value is doubted; empty if it is not."""
        (row,) = self.signals.sensors(Seconds(self.at))
        return row.doubt


def test_a_second_spike_elsewhere_does_not_confirm_a_first():
    """Three spikes in a row that do not agree are all rejected."""
    strap = Strap()
    for _ in range(10):
        assert strap.send(150.0) == []
    for spike in (230.0, 60.0, 200.0):
        assert strap.send(spike) == [f"a leap from 150 to {spike:g} bpm"]
        assert strap.shown == 150.0
    assert strap.send(151.0) == []
    assert strap.shown == 151.0


def test_a_second_value_like_a_leap_confirms_it():
    """Two values in a row that agree after a leap are a new level, taken at the second of them."""
    strap = Strap()
    for _ in range(10):
        strap.send(150.0)
    assert strap.send(190.0) == ["a leap from 150 to 190 bpm"]
    assert strap.send(194.0) == []
    assert strap.shown == 194.0


def test_beats_of_an_earlier_value_say_nothing_of_a_new_one():
    """A heart that goes from 150 to 132 bpm is not doubted for the beats it had at 150.

    One interval every 3 s, so that the last eight of them would reach back past the change.
    """
    strap = Strap(period_s=3.0)
    for _ in range(20):
        strap.send(150.0, 60.0 / 150.0)
    assert strap.doubt == ""
    for _ in range(20):
        assert strap.send(132.0, 60.0 / 132.0) == []
        assert strap.doubt == ""


def test_beats_that_contradict_the_value_they_come_with_are_odd():
    """A value that stays at 150 while the beats go to 132 stands still."""
    strap = Strap(period_s=3.0)
    for _ in range(20):
        strap.send(150.0, 60.0 / 150.0)
    for _ in range(20):
        strap.send(150.0, 60.0 / 132.0)
    assert strap.doubt == STANDS_STILL


def test_odd_seconds_before_a_change_do_not_count_after_it():
    """Seven odd seconds before a change and seven after it are never eight in a row."""
    strap = Strap()
    for bpm in (150.0, 151.0):
        for _ in range(27):
            strap.send(bpm, *[0.5] * 8)
        assert strap.doubt == ""


def test_legs_before_a_change_do_not_count_after_it():
    """A change from running to walking is not held against a value that came after it."""
    strap = Strap()
    for _ in range(45):
        strap.send(120.0, cadence=180.0)
    for _ in range(90):
        strap.send(119.0, cadence=110.0)
    assert strap.doubt == ""
