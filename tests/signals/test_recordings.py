"""Real recordings through the signals: nothing is doubted that was sound, and the metres are the device's own."""

import pytest

from coach.interchange.recordings.common import read_recording
from coach.signals.config import SignalSettings
from coach.signals.readings import Rejected, Reported, Source
from coach.signals.signals import Signals

# file, source that drives, metres by the device's own count, what is rejected
MEASURED = [
    ("treadmill_stryd_280s_hole.fit", Source.POD, 10630.4, []),
    ("outdoor_stryd_speed_source.fit", Source.POD, 12241.0, []),
    (
        "stryd_app_pod_and_gps_speed.fit",
        Source.POD,
        6567.0,
        ["the distance jumped"],
    ),  # 0, then 247 m a second later
    ("steady_11km_sparse.tcx", Source.WATCH, 11035.9, []),
    ("workout_10x400m_90s_smartrec.fit", Source.WATCH, 5172.0, []),
    ("run_walk_intervals_rundouble.csv", Source.WATCH, 4333.3, []),
]


@pytest.mark.parametrize(("name", "source", "metres", "doubted"), MEASURED)
def test_the_metres_are_those_of_the_device(recordings, name, source, metres, doubted):
    """Gaps, pauses and sparse samples included, the total ends within 2 m of the device's count, without a hole."""
    recording = read_recording((recordings / name).read_bytes(), name=name)
    signals = Signals(SignalSettings())
    told = []
    for event in recording.inputs:
        if isinstance(event, Reported):
            signals.fire(event.at)
            told += signals.on_event(event)
    latest = signals.distance.latest()
    assert latest is not None
    assert latest[1] == pytest.approx(metres, abs=2.0)
    assert signals.distance.last_source() is source
    assert [each.reason for each in told if isinstance(each, Rejected)] == doubted
    assert not signals.distance.gaps(recording.inputs[0].at, latest[0])
