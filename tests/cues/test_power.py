"""Power targets, from the bytes of a footpod to the word about them."""

import pytest

from coach.cues.cue import Cue, CueKind
from coach.gatt.running_speed_cadence import RunningPowerMeasurement, RunningSpeedCadenceMeasurement
from coach.live.contract import Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds, Watts
from coach.signals.readings import Characteristic, Notified, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Quantity, StepTarget, Timeline
from tests.cues.bench import step

POWER = {CueKind.POWER_HIGH, CueKind.POWER_LOW}
TARGET = StepTarget(Quantity.POWER, Band(280.0, 290.0, 300.0), "280-300 W")


def said(watts, kind=Kind.WORK, *, cadence=180, speed=4.0, seconds=600.0):
    """What is said in two minutes at such a power."""
    run = LiveRun(RunSetup("test", Timeline("t", (step(kind, seconds=seconds, step_id="0", target=TARGET),))))
    run.receive(Opened(Seconds(0.0)))
    cues = []
    for second in range(1, 121):
        beside = RunningSpeedCadenceMeasurement(
            MetresPerSecond(speed), cadence, distance=Metres(speed * second)
        )
        for after, what, payload in (
            (0.1, Characteristic.RSC_MEASUREMENT, bytes(beside)),
            (0.2, Characteristic.RUNNING_POWER, bytes(RunningPowerMeasurement(Watts(watts)))),
        ):
            told = run.receive(Notified(Seconds(second + after), Source.POD, what, payload))
            cues += [one for one in told if isinstance(one, Cue) and one.kind in POWER]
    return cues


@pytest.mark.parametrize(
    ("watts", "kind", "words"),
    [(330, CueKind.POWER_HIGH, "Less power."), (250, CueKind.POWER_LOW, "A little more power.")],
)
def test_power_out_of_its_band_is_said_with_its_evidence(watts, kind, words):
    """After a settle time of 8 s and a hold of 15 s of its own, with value, band, window, age and noise."""
    first = said(watts)[0]
    assert (first.kind, first.text) == (kind, words)
    assert 8 + 15 <= first.at <= 8 + 17
    why = first.why
    assert (why.rule, why.quantity, why.low, why.high) == ("power_band", "power_w", 280.0, 300.0)
    assert why.value == pytest.approx(watts)
    assert why.window_s == pytest.approx(15, abs=1)
    assert why.sample_age_s == 0
    assert why.noise == pytest.approx(0.0, abs=1e-6)


def test_power_in_its_band_and_walking_are_left_alone():
    """290 W is what was asked; and who walks is not judged by power either."""
    assert said(290) == []
    assert said(200, cadence=110, speed=1.4) == []


def test_nobody_is_pushed_outside_work():
    """In a warm-up too little power is no fault, too much is."""
    assert said(200, Kind.WARM_UP) == []
    assert [cue.kind for cue in said(330, Kind.WARM_UP)][:1] == [CueKind.POWER_HIGH]


@pytest.mark.parametrize(("seconds", "latest"), [(30.0, 17.0), (45.0, 20.0), (60.0, 23.0)])
def test_half_a_minute_is_long_enough(seconds, latest):
    """In a step of 30 s too much power is called while half of it is left; in one of 29 s it is not."""
    first = said(330, seconds=seconds)[0]
    assert first.text == "Less power."
    assert 8.0 < first.at <= latest
    assert said(290, seconds=seconds) == []
    assert said(330, seconds=29.0) == []


def test_who_does_not_answer_hears_other_words():
    """Too much is called in other words with the watts; more is asked for twice at most."""
    assert [cue.text for cue in said(330)] == [
        "Less power.",
        "Still too much power. Three hundred watts at most.",
        "Ease off now. You will need it later.",
    ]
    assert [cue.text for cue in said(250)] == [
        "A little more power.",
        "Still low. Two eighty watts, if you can.",
    ]
