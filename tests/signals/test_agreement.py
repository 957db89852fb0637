"""The speed of a source is corrected by its own distance, slowly, and only where they differ for certain."""

import pytest

from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.signals.config import SignalSettings
from coach.signals.odometer import SpeedAgreement
from coach.signals.readings import SPEED_RATIO, Learnt, Reported, Source
from coach.signals.signals import Signals

SETTINGS = SignalSettings()


def fed(signals: Signals, seconds: int, speed: float, told: float, after_s: int = 0) -> list[Learnt]:
    """Let a watch count `speed` while it tells `told`, second by second; what was learnt of it."""
    found: list[Learnt] = []
    for second in range(after_s + 1, after_s + seconds + 1):
        event = Reported(
            Seconds(float(second)),
            Source.WATCH,
            speed=MetresPerSecond(told),
            distance=Metres(second * speed),
        )
        found += [one for one in signals.on_event(event) if isinstance(one, Learnt)]
    return found


@pytest.mark.parametrize("off", [0.93, 1.07, 1.12])
def test_a_steady_difference_is_learnt_after_two_minutes(off: float) -> None:
    """The speed then is that of the distance to 1 %, with an event and in the sensor row."""
    signals = Signals(SETTINGS)
    early = fed(signals, 119, 4.0 * off, 4.0)
    later = fed(signals, 100, 4.0 * off, 4.0, after_s=119)

    assert early == []
    assert [(one.what, one.sensor) for one in later] == [(SPEED_RATIO, Source.WATCH)]
    assert later[0].value == pytest.approx(off, abs=0.01)
    reading = signals.speed()
    assert reading is not None
    assert reading.value == pytest.approx(4.0 * off, abs=0.04)
    assert signals.sensors(Seconds(219.0))[0].speed_ratio == later[0].value


@pytest.mark.parametrize("off", [0.97, 1.0, 1.03])
def test_three_per_cent_are_left_alone(off: float) -> None:
    """A difference of up to 4 % is never corrected."""
    signals = Signals(SETTINGS)
    assert fed(signals, 1800, 4.0 * off, 4.0) == []
    assert signals.speed_of(Source.WATCH).value == 4.0  # type: ignore[union-attr]


def test_the_noise_of_positions_over_a_minute_is_not_followed() -> None:
    """A minute 15 % long, a minute 15 % short, and so on: nothing is learnt."""
    agreement = SpeedAgreement(SETTINGS)
    for minute in range(40):
        agreement.add(30.0, 120.0, 120.0 * (1.15 if minute // 2 % 2 else 0.85))
    assert agreement.ratio == 1.0


def test_walking_tells_nothing() -> None:
    """Positions of a walker count too much; of a walk no ratio is learnt."""
    signals = Signals(SETTINGS)
    assert fed(signals, 1200, 1.8, 1.4) == []


def test_a_ratio_that_was_noise_goes_back_to_one() -> None:
    """Ten minutes 8 % off and an hour level: the correction is taken back step by step."""
    agreement = SpeedAgreement(SETTINGS)
    for _ in range(20):
        agreement.add(30.0, 120.0, 129.6)
    assert agreement.ratio > 1.06
    for _ in range(120):
        agreement.add(30.0, 120.0, 120.0)
    assert agreement.ratio == pytest.approx(1.0, abs=SETTINGS.agreement_step)


def test_metres_by_speed_alone_are_corrected_too() -> None:
    """Where the distance ends, metres are integrated from the corrected speed."""
    signals = Signals(SETTINGS)
    fed(signals, 240, 4.4, 4.0)
    before = signals.distance.latest()
    for second in range(241, 341):
        signals.on_event(Reported(Seconds(float(second)), Source.WATCH, speed=MetresPerSecond(4.0)))
    after = signals.distance.latest()

    assert before is not None
    assert after is not None
    assert after[1] - before[1] == pytest.approx(440, abs=5)


@pytest.mark.parametrize(
    ("off", "noise", "is_asked"),
    [
        (0.02, 0.03, True),  # an account of its own, as even as the speed
        (0.05, 0.03, False),  # noisier than the speed
        (0.0, 0.03, False),  # the sum of the speeds
    ],
)
def test_metres_tell_something_where_they_are_an_account_of_their_own(
    off: float, noise: float, is_asked: bool
) -> None:
    """Then the mean speed of the last seconds is that of the metres; of another source it is not known."""
    signals, metres = Signals(SETTINGS), 0.0
    for second in range(1, 300):
        share = off if second // 30 % 2 else -off
        metres += 4.0 * (1.0 + share)
        event = Reported(
            Seconds(float(second)), Source.POD, speed=MetresPerSecond(4.0), distance=Metres(metres)
        )
        signals.on_event(event)
    counted = signals.distance.counted_speed(Source.POD, 20.0, noise)
    assert (counted is not None) is is_asked
    if counted is not None:
        assert counted == pytest.approx(4.0 * (1.0 + off), abs=0.02)
    assert signals.distance.counted_speed(Source.WATCH, 20.0, noise) is None


def test_two_minutes_are_needed_to_know_how_far_two_accounts_differ() -> None:
    """Four blocks of half a minute."""
    agreement = SpeedAgreement(SETTINGS)
    for block in range(4):
        assert agreement.scatter is None
        agreement.add(30.0, 120.0, 122.4 if block % 2 else 117.6)
    assert agreement.scatter == pytest.approx(1.48 * 0.02, abs=0.0001)


def test_changes_of_pace_are_no_noise_of_the_metres() -> None:
    """A late speed misses 6 m where a rep begins and finds them where it ends; other blocks tell the scatter."""
    agreement = SpeedAgreement(SETTINGS)
    for block in range(24):
        late = {0: 6.0, 5: -6.0}.get(block % 12, 0.0)
        agreement.add(30.0, 120.0, (121.2 if block % 2 else 118.8) + late)
    assert agreement.scatter == pytest.approx(1.48 * 0.01, rel=0.2)
