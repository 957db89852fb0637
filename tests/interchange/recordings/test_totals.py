"""Totals of the public recordings agree with an independent reading."""

import pytest

from tests.benchmarks.totals import SUFFIXES, Totals, ours

OTHER = {
    "broken_bad_crc.fit": Totals(13.7, 5.7),
    "broken_truncated.fit": Totals(13.7, 5.7),
    "hr_only_wrist_gaps.fit": Totals(1241.2, 3618.9),
    "intervals_11x80s_1hz.gpx": Totals(None, 2816.9),
    "intervals_fenix6x_stryd_4xhalfmile.fit": Totals(1585.3, 5533.1),
    "long_fenix5x_stryd_7pauses.fit": Totals(6597.3, 18657.4),
    "outdoor_stryd_speed_source.fit": Totals(4735.3, 12241.0),
    "run_walk_intervals_rundouble.csv": Totals(None, 4333.3),
    "short_run_vivoactive3.fit": Totals(705.8, 2030.3),
    "steady_11km_sparse.tcx": Totals(None, 11047.3),
    "steady_fenix2.fit": Totals(2832.0, 9007.1),
    "steady_fenix6x_stryd_3pauses.fit": Totals(2293.3, 7074.8),
    "stryd_app_pod_and_gps_speed.fit": Totals(3424.0, 6567),
    "stryd_only_1km.fit": Totals(398.0, 1038),
    "stryd_only_field_lap.fit": Totals(220.0, 543),
    "stryd_only_up_and_down.fit": Totals(114.0, 363),
    "track_12x400m_1hz.gpx": Totals(None, 6612.8),
    "track_7x1km_1hz.gpx": Totals(None, 8309.4),
    "treadmill_stryd_280s_hole.fit": Totals(3097.8, 10630.4),
    "workout_10x10s_strides_smartrec.fit": Totals(3069.5, 10016.4),
    "workout_10x400m_90s_smartrec.fit": Totals(1993.9, 5172.0),
    "workout_9x2min_pace_target_smartrec.fit": Totals(3371.4, 9560.6),
}
"""Running time by the device and metres by another decoder, as `python -m tests.benchmarks.totals` prints them."""
AS_WALKED = {"track_12x400m_1hz.gpx": 0.012}
"""The share of the straight lines between positions that is noise of a runner who stands."""


def test_every_recording_is_compared(recordings):
    """None is left out but the workouts."""
    names = {path.name for path in recordings.iterdir() if path.suffix in SUFFIXES}
    assert {name for name in names if not name.startswith("workout_") or "smartrec" in name} == set(OTHER)


@pytest.mark.parametrize("name", OTHER)
def test_the_totals_of_a_free_run(recordings, name):
    """The time is the device's within 5 s, the metres are the other reading's within 20 m."""
    mine, other = ours(recordings / name), OTHER[name]

    assert mine.metres == pytest.approx(other.metres, abs=20.0, rel=AS_WALKED.get(name, 0.0))
    if other.time_s is not None:
        assert mine.time_s == pytest.approx(other.time_s, abs=5.0)
