"""A recording folds to the same lines however often, and by way of a journal: over every recording there is."""

from typing import Any

import pytest

from coach.interchange.recordings.common import ForeignRecording, read_recording
from coach.live.contract import RunSetup
from coach.live.run import LiveRun, refold
from coach.recording.codec import Header, encode_header, encode_input, encode_output, read_journal
from coach.workout.document import compile_workout, document_from
from coach.workout.timeline import free_run
from tests.recording.journals import encode_lines

NAMES = (
    "hr_only_wrist_gaps.fit",
    "intervals_11x80s_1hz.gpx",
    "intervals_fenix6x_stryd_4xhalfmile.fit",
    "long_fenix5x_stryd_7pauses.fit",
    "outdoor_stryd_speed_source.fit",
    "run_walk_intervals_rundouble.csv",
    "short_run_vivoactive3.fit",
    "steady_11km_sparse.tcx",
    "steady_fenix2.fit",
    "steady_fenix6x_stryd_3pauses.fit",
    "stryd_app_pod_and_gps_speed.fit",
    "stryd_only_1km.fit",
    "stryd_only_field_lap.fit",
    "stryd_only_up_and_down.fit",
    "track_12x400m_1hz.gpx",
    "track_7x1km_1hz.gpx",
    "treadmill_stryd_280s_hole.fit",
    "workout_10x10s_strides_smartrec.fit",
    "workout_10x400m_90s_smartrec.fit",
    "workout_9x2min_pace_target_smartrec.fit",
    "broken_bad_crc.fit",
    "broken_truncated.fit",
)


def _fresh(read: ForeignRecording) -> LiveRun:
    """A run of the recording's own workout, or a free run."""
    document: dict[str, Any] | None = dict(read.workout) if read.workout else None
    timeline = compile_workout(document_from(document, name="x"), None) if document else free_run()
    return LiveRun(RunSetup(run=read.run, timeline=timeline))


def test_every_recording_is_here(recordings):
    """No recording is left out: the other files are workouts, R-R lists and the page about them."""
    others = {
        "README.md",
        "rr_rest.txt",
        "rr_run_polar_h10.RData",
        "workout_custom_targets.fit",
        "workout_individual_steps.fit",
        "workout_repeat_steps.fit",
        "workout_repeat_until_hr.fit",
    }

    assert {path.name for path in recordings.iterdir()} == set(NAMES) | others


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_folds_to_the_same_lines(recordings, name):
    """Folded straight, and once more from a journal of it: the same lines, and the journal holds them."""
    read = read_recording((recordings / name).read_bytes(), name=name)
    straight = refold(_fresh(read), read.inputs)
    said = encode_lines(straight)

    journal = read_journal(
        encode_header(Header(read.run, "0.1.0", read.workout, None))
        + b"".join(map(encode_input, read.inputs))
        + b"".join(encode_output({"line": line}) for line in said)
    )

    assert journal.inputs == read.inputs
    assert journal.header.workout == read.workout
    assert (
        encode_lines(refold(_fresh(read), journal.inputs)) == said == [one["line"] for one in journal.outputs]
    )
    assert '"event":"run_started"' in said[0]
    assert '"event":"run_ended"' in said[-1]
    assert sum('"event":"run_ended"' in line for line in said) == 1
