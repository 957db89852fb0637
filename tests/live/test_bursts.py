"""A radio that stalls and then hands over all it held back changes neither the steps nor what is said."""

import pytest

from coach.cues.cue import Cue
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.session.events import StepEnded
from coach.signals.readings import Characteristic, Notified, Source
from tests.benchmarks.fold import a_workout

LONG_S = 900


def inputs(every_s=0, stall_s=0):
    """A pod at 4.1 m/s and a strap for a quarter of an hour; now and then a stall that ends in a burst."""
    made: list[Input] = [Opened(Seconds(0.0))]
    for second in range(LONG_S):
        pod = RunningSpeedCadenceMeasurement(
            MetresPerSecond(4.1), 88, distance=Metres(round(4.1 * second, 1))
        )
        strap = HeartRateMeasurement(BeatsPerMinute(150 + second % 3), rr_s=(Seconds(0.4), Seconds(0.4)))
        into = second % every_s if every_s else 0
        held = into > every_s - stall_s
        end = second - into + every_s
        for late, source, what, payload in (
            (0.1, Source.POD, Characteristic.RSC_MEASUREMENT, bytes(pod)),
            (0.6, Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, bytes(strap)),
        ):
            at = end + 0.002 * into + 0.001 * late if held else second + late
            made.append(Notified(Seconds(at), source, what, payload))
    made.sort(key=lambda event: event.at)
    return [*made, Closed(Seconds(float(LONG_S)))]


def told(every_s=0, stall_s=0):
    """The ends of the steps and the cues of such a run."""
    said = refold(LiveRun(RunSetup("bursts", a_workout())), inputs(every_s, stall_s)).outputs
    return [one for one in said if isinstance(one, StepEnded)], [one for one in said if isinstance(one, Cue)]


@pytest.mark.parametrize(("every_s", "stall_s"), [(17, 7), (20, 6), (25, 8), (30, 8)])
def test_bursts_change_neither_the_steps_nor_what_is_said(every_s, stall_s):
    """Every rep ends when it ended without stalls, to a tenth of a second, and no word more is spoken."""
    steps, cues = told()
    burst_steps, burst_cues = told(every_s, stall_s)
    assert [one.step.step_id for one in burst_steps] == [one.step.step_id for one in steps]
    for one, other in zip(burst_steps[:-1], steps[:-1], strict=True):
        assert one.ended_at == pytest.approx(other.ended_at, abs=0.1)
    assert len([cue for cue in burst_cues if cue.spoken]) <= len([cue for cue in cues if cue.spoken])
