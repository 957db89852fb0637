"""A radio that stalls and then hands over all it held back changes neither the steps nor what is said."""

import pytest

from coach.cues.cue import Cue
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.live.inputs import Closed, Input, Opened
from coach.live.run import LiveRun
from coach.live.setup import RunSetup
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.recording.fold import fold
from coach.session.facts import StepEnded
from coach.signals.readings import Characteristic, Notified, Source
from tests.benchmarks.fold import a_workout

LONG_S = 900
STALL_S = 6


def inputs(*, stalls):
    """A pod at 4.1 m/s and a strap for a quarter of an hour; each 40 s a stall of 6 s that ends in a burst."""
    made: list[Input] = [Opened(Seconds(0.0))]
    for second in range(LONG_S):
        pod = RunningSpeedCadenceMeasurement(
            MetresPerSecond(4.1), 88, distance=Metres(round(4.1 * second, 1))
        )
        strap = HeartRateMeasurement(BeatsPerMinute(150 + second % 3), rr_s=(Seconds(0.4), Seconds(0.4)))
        held = stalls and second % 40 > 40 - STALL_S
        end = second - second % 40 + 40
        for late, source, what, payload in (
            (0.1, Source.POD, Characteristic.RSC_MEASUREMENT, bytes(pod)),
            (0.6, Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, bytes(strap)),
        ):
            at = end + 0.002 * (second % 40) + 0.001 * late if held else second + late
            made.append(Notified(Seconds(at), source, what, payload))
    made.sort(key=lambda event: event.at)
    return [*made, Closed(Seconds(float(LONG_S)))]


def told(*, stalls):
    """The ends of the steps and the cues of such a run."""
    said = fold(LiveRun(RunSetup("bursts", a_workout())), inputs(stalls=stalls)).outputs
    return [one for one in said if isinstance(one, StepEnded)], [one for one in said if isinstance(one, Cue)]


def test_bursts_change_neither_the_steps_nor_what_is_said():
    """Every rep ends when it ended without stalls, within half a second, and no cue more is given."""
    steps, cues = told(stalls=False)
    burst_steps, burst_cues = told(stalls=True)
    assert [one.step.step_id for one in burst_steps] == [one.step.step_id for one in steps]
    for one, other in zip(burst_steps[:-1], steps[:-1], strict=True):
        assert one.ended_at == pytest.approx(other.ended_at, abs=0.5)
    assert len([cue for cue in burst_cues if cue.spoken]) <= len([cue for cue in cues if cue.spoken])
