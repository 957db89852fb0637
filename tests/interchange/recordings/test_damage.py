"""With any bytes a reader gives what can be read or a problem in words, and raises nothing else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.interchange.recordings import common as readers
from coach.interchange.recordings.common import ColumnMap, read_recording
from coach.live.contract import Closed, Opened
from coach.problems import RecordingProblem
from coach.quantities import Seconds

STARTS = (
    b"",
    b"\x0e\x10\x43\x08\x78\x00\x00\x00.FIT\x00\x00",
    b"<?xml version='1.0'?><gpx creator='x'><trk><trkseg>",
    b"<TrainingCenterDatabase><Activities><Activity><Lap StartTime='2020-01-01T00:00:00Z'><Track>",
    b"time_s,speed_mps,heart_rate_bpm,mark,source,rr_ms\n",
    b"Time,Stage,HeartRate,Pace,Distance\n",
    b"\xff\xfet\x00i\x00m\x00e\x00_\x00s\x00",
)


def _survives(data: bytes, mapping: ColumnMap | None = None) -> bool:
    """Read, and say whether something could be read; anything but a RecordingProblem fails the test."""
    try:
        read = read_recording(data, name="file", mapping=mapping)
    except RecordingProblem as problem:
        _check_words(problem)
        return False
    assert read.inputs[0] == Opened(Seconds(0))
    assert isinstance(read.inputs[-1], Closed)
    return True


def _check_words(problem: RecordingProblem) -> None:
    """A problem has a sentence and a hint."""
    assert problem.message
    assert problem.hint


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=400))
def test_any_bytes_are_survived(start, noise):
    """Noise, alone or behind the beginning of any format, is read or refused in words."""
    _survives(start + noise)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(alphabet="0123456789.-+eEnaif:/,\"' \x00\u20ac", max_size=12), max_size=6)))
def test_any_cells_are_survived(rows):
    """Any cells of a CSV stream are read or refused in words."""
    head = "time_s,speed_mps,distance_m,heart_rate_bpm,mark,rr_ms"
    _survives("\n".join([head, *(",".join(row) for row in rows)]).encode())


@pytest.mark.parametrize(
    "name", ["stryd_only_up_and_down.fit", "workout_repeat_steps.fit", "broken_bad_crc.fit"]
)
def test_a_fit_file_cut_anywhere_is_survived(recordings, name):
    """Cut at every hundredth of its length, a FIT file gives its beginning or a problem in words."""
    data = (recordings / name).read_bytes()

    read = [_survives(data[: len(data) * part // 100]) for part in range(100)]

    assert read == sorted(read)  # once something can be read, a longer piece can be read as well


def test_a_cut_file_gives_its_beginning(recordings):
    """Half of a FIT recording holds the first samples of the whole, and a plain statement."""
    data = (recordings / "stryd_only_1km.fit").read_bytes()
    whole = read_recording(data, name="whole")
    half = read_recording(data[: len(data) // 2], name="half")

    assert half.inputs[:-1] == whole.inputs[: len(half.inputs) - 1]
    assert len(half.inputs) > 150
    assert half.problems == ("The file is cut short; everything before the cut was read.",)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_byte_in_a_fit_file_is_survived(recordings, data):
    """A FIT recording with three bytes changed anywhere is read or refused in words."""
    content = bytearray((recordings / "stryd_only_up_and_down.fit").read_bytes())
    for _ in range(3):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))

    _survives(bytes(content))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["steady_11km_sparse.tcx", "track_7x1km_1hz.gpx"]), st.data())
def test_damaged_xml_is_survived(recordings, name, data):
    """The first pages of an XML recording, cut and with bytes changed, are read or refused in words."""
    content = bytearray((recordings / name).read_bytes()[: data.draw(st.integers(0, 6000))])
    for _ in range(data.draw(st.integers(0, 3)) if content else 0):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))

    _survives(bytes(content))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02" * 200, "neither FIT nor text"),
        (b"just a note\n", "not a recording in a known format"),
        (b"<!DOCTYPE html>\n<html><body>Not found</body></html>", "This is a web page"),
        (b"<svg/>", "neither GPX nor TCX but <svg>"),
        (b'{"format":"coach-journal/1","run":"x"}', "a Trackside Coach journal"),
        (b"a,b,c\n1,2,3\n", 'no column "time_s"'),
        (b"time_s,note\n1,2\n", "no column a run can use"),
        (b"time_s,speed_mps\n", "no sample"),
        (b"<gpx><rte><rtept lat='1' lon='2'/></rte></gpx>", "no track point with a time"),
        (b"<TrainingCenterDatabase></TrainingCenterDatabase>", "no track point with a time"),
    ],
)
def test_what_cannot_be_replayed_says_why(data, reason):
    """Each kind of unusable file is refused with its own reason."""
    with pytest.raises(RecordingProblem, match=reason):
        read_recording(data, name="file")


def test_a_huge_file_is_not_read(monkeypatch):
    """A file beyond the size of any recording is refused before it is looked at."""
    monkeypatch.setattr(readers, "LARGEST_BYTES", 1000)

    with pytest.raises(RecordingProblem, match="at most"):
        read_recording(b"time_s,speed_mps\n" + b"1,2\n" * 1000, name="huge.csv")


def test_entities_cannot_be_declared():
    """A document type, the home of entity bombs and of files fetched from elsewhere, ends the reading."""
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">'
        b'<!ENTITY c SYSTEM "file:///etc/passwd">]><gpx><trk><trkseg>&b;&c;</trkseg></trk></gpx>'
    )

    with pytest.raises(RecordingProblem, match="DOCTYPE"):
        read_recording(bomb, name="bomb.gpx")


def test_deep_xml_is_survived():
    """A hundred thousand elements inside each other are no matter."""
    assert not _survives(b"<gpx>" + b"<a>" * 100_000)
