"""No file takes long or much memory unless it is a long run; a file beyond any recording is refused by name."""

import pytest

from coach.interchange.recordings.common import read_recording
from coach.interchange.text import CHUNK
from coach.live.contract import Input
from coach.problems import RecordingProblem
from coach.signals.readings import Reported


def speeds(inputs: tuple[Input, ...]) -> list[float | None]:
    """The speeds among the inputs."""
    return [each.speed for each in inputs if isinstance(each, Reported)]


def tcx(parts: bytes) -> bytes:
    """A TCX file of laps, or of activities."""
    return (
        b"<TrainingCenterDatabase><Activities>"
        + (parts if b"<Activity" in parts else b'<Activity Sport="Running">' + parts + b"</Activity>")
        + b"</Activities></TrainingCenterDatabase>"
    )


LAP = (
    b'<Lap StartTime="2026-01-01T08:00:00Z"><TotalTimeSeconds>1</TotalTimeSeconds><Track><Trackpoint>'
    b"<Time>2026-01-01T08:00:00Z</Time></Trackpoint></Track></Lap>"
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (tcx(LAP * 10_001), "more than 10,000 laps"),
        (tcx(b'<Activity Sport="Biking"/>' * 10_001), "more than 10,000 laps"),
        (b"<gpx>" + b"<trk/>" * 10_001 + b"</gpx>", "more than 10,000 laps"),
        (
            b"time_s,speed_mps,mark\n" + b"".join(b"%d,3,1\n" % second for second in range(10_001)),
            "more than 10,000 laps",
        ),
        (
            b"time_s,speed_mps\n" + b"".join(b"%d,3\n" % (second % 2 * 90_000) for second in range(1_100)),
            "clock jumps more than 1,000 times",
        ),
        (b"time_s,rr_ms\n" + (b"1," + b"333 " * 32 + b"\n") * 31_251, "more than 432,000 samples"),
        (b"time_s,speed_mps\n0,3\n" + b"1,-\n" * 200_002, "more than 432,000 samples"),
    ],
    ids=["laps", "activities", "tracks", "marks", "clock", "beats", "silent rows"],
)
def test_what_no_run_has_is_refused_by_name(data, words):
    """The message names what there is too much of."""
    with pytest.raises(RecordingProblem, match=words):
        read_recording(data, name="file")


def test_many_rows_beside_values_are_read():
    """A row that says nothing beside rows that do is no reason to refuse."""
    data = b"time_s,speed_mps\n" + b"".join(
        b"%d,%s\n" % (second, b"3" if second % 2 else b"") for second in range(20_000)
    )

    assert len(speeds(read_recording(data, name="file").inputs)) == 10_000


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
def test_lines_across_the_pieces_that_are_decoded_stay_whole(end):
    """A table is decoded piece by piece; no row, and no letter of several bytes, is cut or read twice."""
    word = "naïve €" * 20  # long rows: what is tried lies between the pieces, and every row costs time
    lines = [f"{second},3,{word}".encode() for second in range(2 * CHUNK // 200)]
    data = end.join([b"time_s,speed_mps,word", *lines])

    values = speeds(read_recording(data, name="file").inputs)

    assert len(data) > 2 * CHUNK
    assert values == [3.0] * len(lines)


def test_activities_of_other_sports_are_said_once_a_sport():
    """Hundreds of rides beside a run are one sentence."""
    ride = (
        b'<Activity Sport="Biking"><Lap><Track><Trackpoint><Time>2026-01-01T07:00:00Z</Time>'
        b"</Trackpoint></Track></Lap></Activity>"
    )
    run = (
        b'<Activity Sport="Running"><Lap><Track><Trackpoint><Time>2026-01-01T08:00:00Z</Time>'
        b"<DistanceMeters>1</DistanceMeters></Trackpoint></Track></Lap></Activity>"
    )

    recording = read_recording(tcx(ride * 300 + run), name="file")

    assert [problem for problem in recording.problems if "sport" in problem] == [
        "300 track points were of another sport (biking), left out."
    ]
