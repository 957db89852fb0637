"""Small files written by hand: what each format says, and how clocks, periods and doubles are dealt with."""

from typing import Any

import pytest

from coach.interchange.recordings import RECORDING_FORMATS, RecordingFormat, common, reader_of
from coach.interchange.recordings.common import ColumnMap, ForeignRecording, read_recording
from coach.problems import RecordingProblem, SettingsProblem
from coach.quantities import Seconds
from coach.session.phases import Button, Origin, Pressed
from coach.signals.readings import Reported, Source


@pytest.mark.parametrize("known", RECORDING_FORMATS, ids=lambda known: known.kind)
def test_every_format_has_a_reader(known: RecordingFormat) -> None:
    """The module a row names tells its files and reads them."""
    assert callable(reader_of(known).looks_like)
    assert callable(reader_of(known).read)


def _csv(text: str, mapping: ColumnMap | None = None) -> ForeignRecording:
    return read_recording(text.encode(), name="stream.csv", mapping=mapping)


def _said(at: float, source: Source, period: float, **values: Any) -> Reported:
    return Reported(Seconds(at), source, Seconds(period), **values)


def _values(read: ForeignRecording, *names: str) -> list[Any]:
    """One field of every report, or a tuple of several."""
    rows = [tuple(getattr(one, name) for name in names) for one in _reports(read)]
    return [row[0] if len(row) == 1 else row for row in rows]


def _reports(read: ForeignRecording) -> list[Reported]:
    return [one for one in read.inputs if isinstance(one, Reported)]


def test_a_csv_stream_is_read():
    """Movement is the watch's, heart rate the strap's, a mark is pressed, an empty cell is unknown."""
    read = _csv(
        "time_s,speed_mps,distance_m,heart_rate_bpm,mark\n10,3.5,0,140,\n11,3.5,,,1\n12,3.6,8,141,0\n"
    )

    assert read.inputs[1:-1] == (
        _said(0.0, Source.WATCH, 1.0, speed=3.5),
        _said(0.0, Source.WATCH, 2.0, distance=0.0),
        _said(0.0, Source.STRAP, 2.0, heart_rate=140.0),
        _said(1.0, Source.WATCH, 1.0, speed=3.5),
        Pressed(Seconds(1.0), Button.MARK, Origin.RECORDING),
        _said(2.0, Source.WATCH, 1.0, speed=3.6),
        _said(2.0, Source.WATCH, 2.0, distance=8.0),
        _said(2.0, Source.STRAP, 2.0, heart_rate=141.0),
    )
    assert read.has_marks


def test_each_value_keeps_its_own_period():
    """Speed every second and distance every five travel apart, each with the spacing found."""
    rows = "".join(f"{second},3.0,{second * 3 if second % 5 == 0 else ''}\n" for second in range(31))
    read = _csv("time_s,speed_mps,distance_m\n" + rows)

    assert {one.period_s for one in _reports(read) if one.speed is not None} == {1.0}
    assert {one.period_s for one in _reports(read) if one.distance is not None} == {5.0}


def test_the_source_column_names_the_sensor():
    """A row of the pod is the pod's; an unknown word is reported and read as the watch."""
    read = _csv("time_s,speed_mps,source\n0,3.0,pod\n1,3.1,POD\n2,3.2,shoe\n")

    assert _values(read, "source") == [Source.POD, Source.POD, Source.WATCH]
    assert read.problems == ("1 cell was no value of its column, taken as empty.",)


def test_beats_of_a_stream_are_milliseconds():
    """R-R intervals are space-separated milliseconds and reach the strap in seconds."""
    read = _csv("time_s,heart_rate_bpm,rr_ms\n0,150,400 401\n1,151,399\n")

    assert _values(read, "rr_s") == [(0.4, 0.401), (0.399,)]
    assert read.problems == ()
    assert _values(read, "heart_rate") == [150.0, 151.0]


def test_a_csv_stream_may_bring_temperatures_and_muscle_oxygen():
    """Each comes from a source of its own, at its own period; Fahrenheit becomes Celsius."""
    rows = "".join(
        f"{n},3.0,{38.1 if n % 5 == 0 else ''},{60 - n if n % 2 == 0 else ''}\n" for n in range(11)
    )
    read = _csv("time_s,speed_mps,core_temperature_c,smo2_percent\n" + rows)

    metrics = [(one.at, one.source, one.period_s, one.metrics) for one in _reports(read) if one.metrics]
    assert metrics[:3] == [
        (0.0, Source.CORE, 5.0, (("core_temperature_c", 38.1),)),
        (0.0, Source.MUSCLE, 2.0, (("smo2_percent", 60.0),)),
        (2.0, Source.MUSCLE, 2.0, (("smo2_percent", 58.0),)),
    ]
    mapping = ColumnMap.parse(["skin_temperature_c=Skin:f"])
    (skin,) = (one.metrics for one in _reports(_csv("time_s,Skin\n0,95\n", mapping)))
    assert skin == (("skin_temperature_c", 35.0),)


def test_columns_can_be_mapped_with_units():
    """Foreign names and units of columns are given with --map."""
    mapping = ColumnMap.parse(["time_s=Clock:clock", "speed_mps=Pace:min/km", "distance_m=Dist: km:km"])
    read = _csv("Clock,Pace,Dist: km\n0:00,4:00,0\n0:05,5.0,0.02\n", mapping)

    assert _values(read, "at", "speed", "distance") == [
        (0.0, pytest.approx(1000 / 240), 0.0),
        (5.0, pytest.approx(1000 / 300), 20.0),
    ]


@pytest.mark.parametrize("word", ["speed_mps", "speed_mps=", "pace=Pace", "=Speed"])
def test_a_map_that_maps_nothing_is_refused(word):
    """A word of --map without key or column, or with a key we do not know, is refused with the keys there are."""
    with pytest.raises(SettingsProblem, match="maps no column") as refused:
        ColumnMap.parse([word])

    assert "heart_rate_bpm" in refused.value.hint


def test_a_mapped_column_must_be_there():
    """A mapping to a column the file does not have says which columns it has."""
    with pytest.raises(RecordingProblem, match='no column "Speed"; it has: time_s, v'):
        _csv("time_s,v\n0,1\n", ColumnMap.parse(["speed_mps=Speed"]))


def test_semicolons_and_tabs_are_understood():
    """A stream parted by semicolons or tabs reads like one with commas."""
    for mark in (";", "\t"):
        read = _csv(f"time_s{mark}speed_mps\n0{mark}3\n1{mark}4\n")
        assert _values(read, "speed") == [3.0, 4.0]


def test_other_encodings_are_understood():
    """UTF-8 with a mark, and UTF-16 as spreadsheets save it, are read."""
    text = "time_s,speed_mps\n0,3\n1,4\n"
    for encoding in ("utf-8-sig", "utf-16"):
        assert len(_reports(read_recording(text.encode(encoding), name="x"))) == 2


def test_rows_without_time_and_bad_cells_are_counted():
    """Unusable parts are reported in plain sentences, and the rest is read."""
    read = _csv("time_s,speed_mps\n0,3\n,4\nnan,5\n2,fast\n3,3\n")

    assert _values(read, "at") == [0.0, 3.0]
    assert read.problems == (
        "1 row was without a time, left out.",
        "1 cell was no value of its column, taken as empty.",
    )


def test_a_clock_set_back_goes_on():
    """A clock set back by an hour is reported, and the recording goes on one second later."""
    read = _csv("time_s,speed_mps\n5000,3\n5001,3\n1401,3\n1402,3\n")

    assert _values(read, "at") == [0.0, 1.0, 2.0, 3.0]
    assert read.problems == (
        "The file's clock jumps back by 3600 s after 1 s; the recording goes on from there one second later.",
    )


def test_a_clock_jump_of_days_is_closed():
    """A jump of twenty days is no pause: the recording goes on one second later, and a mark after it fits."""
    later = 20 * 86400
    read = _csv(f"time_s,speed_mps,mark\n0,3,\n1,3,\n{later},3,\n{later + 1},3,1\n")

    assert _values(read, "at") == [0.0, 1.0, 2.0, 3.0]
    assert [one.at for one in read.inputs if isinstance(one, Pressed)] == [3.0]
    assert read.problems[0].startswith("The file's clock jumps forward by 20 days after 1 s")


def test_a_long_rest_is_no_jump():
    """Five hours without a sample are kept as they are."""
    assert [one.at for one in _reports(_csv("time_s,speed_mps\n0,3\n18000,3\n"))] == [0.0, 18000.0]


def test_a_row_out_of_order_is_left_out():
    """A row one second too late is left out and reported; time never decreases."""
    read = _csv("time_s,speed_mps\n0,3\n2,4\n1,9\n3,5\n")

    assert _values(read, "speed") == [3.0, 4.0, 5.0]
    assert read.problems == ("1 sample was out of order, left out.",)


def test_doubles_are_put_together():
    """Two rows of one moment become one: what was known first stays, what was missing is filled."""
    read = _csv("time_s,speed_mps,distance_m\n0,3,\n0,9,0\n1,3,3\n")

    assert _values(read, "speed", "distance") == [(3.0, 0.0), (3.0, 3.0)]
    assert read.problems == ("1 sample was given twice, put together.",)


def _gpx(points: str) -> ForeignRecording:
    return read_recording(
        f"<gpx creator='X'><trk><trkseg>{points}</trkseg></trk></gpx>".encode(), name="x.gpx"
    )


def _point(second: int, metres: float, extra: str = "") -> str:
    """A point so many metres north of the equator."""
    return (
        f"<trkpt lat='{metres / 111195.08:.9f}' lon='5'>"
        f"<time>2024-09-06T09:00:{second:02d}Z</time><extensions>{extra}</extensions></trkpt>"
    )


def test_positions_become_speed_and_are_dropped():
    """Points 4 m apart each second give 4 m/s and the way so far; the first has no speed."""
    reports = _reports(_gpx("".join(_point(second, 4.0 * second) for second in range(3))))

    assert reports[0].speed is None
    assert [one.speed for one in reports[1:]] == pytest.approx([4.0, 4.0], rel=1e-4)
    assert [one.distance for one in reports] == pytest.approx([0.0, 4.0, 8.0], rel=1e-4)


def test_a_position_nobody_can_reach_is_left_out():
    """A jump of 500 m in a second adds no distance and gives no speed, and is reported."""
    read = _gpx(_point(0, 0) + _point(1, 4) + _point(2, 504) + _point(3, 12))
    reports = _reports(read)

    assert reports[-1].distance == pytest.approx(12.0, rel=1e-3)
    assert max(one.speed or 0 for one in reports) < 5
    assert read.problems == ("1 position was farther off than anyone can run, left out.",)


def test_a_new_place_is_believed_in_the_end():
    """After three points that agree with each other elsewhere, the walk goes on from there."""
    far = [_point(second, 5000 + 3.0 * second) for second in range(2, 9)]
    reports = _reports(_gpx(_point(0, 0) + _point(1, 3) + "".join(far)))

    assert reports[-1].speed == pytest.approx(3.0, rel=1e-3)
    assert reports[-1].distance == pytest.approx(3.0 + 4 * 3.0, rel=1e-3)


def test_across_a_gap_the_straight_line_counts_without_speed():
    """Twenty seconds without a position: the straight line is the least that was run, the speed is unknown."""
    reports = _reports(_gpx(_point(0, 0) + _point(1, 3) + _point(21, 53)))

    assert reports[-1].speed is None
    assert reports[-1].distance == pytest.approx(53.0, rel=1e-3)


def test_heart_rate_and_cadence_come_from_the_extension():
    """Garmin's extension holds heart rate and the cadence of one foot."""
    points = "".join(_point(second, 3.0 * second, "<x><hr>150</hr><cad>88</cad></x>") for second in range(3))
    reports = _reports(_gpx(points))

    assert {one.cadence for one in reports if one.source is Source.POSITIONS} == {176.0}
    assert {one.heart_rate for one in reports if one.source is Source.STRAP} == {150.0}


def test_a_cadence_of_both_feet_is_not_doubled():
    """A file that counts both feet already is left as it is and says so."""
    read = _gpx("".join(_point(second, 3.0 * second, "<cad>176</cad>") for second in range(3)))

    assert {one.cadence for one in _reports(read)} == {176.0}
    assert read.problems == ("The file's cadence counts both feet already; it was not doubled.",)


def test_tcx_says_speed_and_cadence_in_its_extension():
    """Speed and running cadence stand in Garmin's ActivityExtension, in any namespace prefix."""
    tcx = b"""<TrainingCenterDatabase xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2">
    <Activities><Activity><Lap StartTime="2021-03-21T09:00:00Z"><TotalTimeSeconds>2</TotalTimeSeconds>
    <DistanceMeters>7</DistanceMeters><TriggerMethod>Manual</TriggerMethod><Track>
    <Trackpoint><Time>2021-03-21T09:00:00Z</Time><DistanceMeters>0</DistanceMeters>
    <HeartRateBpm><Value>0</Value></HeartRateBpm>
    <Extensions><ns3:TPX><ns3:Speed>3.5</ns3:Speed><ns3:RunCadence>85</ns3:RunCadence></ns3:TPX></Extensions>
    </Trackpoint><Trackpoint><Time>2021-03-21T09:00:01Z</Time><DistanceMeters>3.5</DistanceMeters>
    <HeartRateBpm><Value>120</Value></HeartRateBpm></Trackpoint></Track></Lap></Activity></Activities>
    <Author><Name>Watch</Name></Author></TrainingCenterDatabase>"""
    read = read_recording(tcx, name="x.tcx")
    first, second, strap = _reports(read)

    assert (first.source, first.speed, first.cadence, first.distance) == (Source.WATCH, 3.5, 170.0, 0.0)
    assert (second.speed, second.distance) == (None, 3.5)
    assert (strap.at, strap.heart_rate) == (1.0, 120.0)
    assert (read.laps[0].time_s, read.laps[0].distance) == (2.0, 7.0)


def test_a_name_from_a_file_cannot_steer_a_terminal():
    """Control characters of a creator's name are taken out."""
    read = read_recording(
        b"<gpx creator='Evil&#x9b;31m&#x202e;'><trk><trkseg>"
        + _point(0, 0).encode()
        + b"</trkseg></trk></gpx>",
        name="x",
    )

    assert read.devices == ("Evil31m",)


def test_a_clock_jump_of_hours_is_told_in_hours():
    """A jump between two hours and two days is given in hours."""
    read = _csv("time_s,speed_mps\n0,3\n36000,3\n36001,3\n")

    assert "jumps forward by 10.0 h after 0 s" in read.problems[0]


def test_cells_that_are_no_clock_or_pace_are_empty():
    """A clock or a pace that cannot be read leaves its row or its cell out."""
    mapping = ColumnMap.parse(["time_s=T:clock", "speed_mps=P:min/km"])
    read = _csv("T,P\n0:00,4:00\nnoon,4:00\n0:02,walk\n0:03,0\n0:04,5:00\n", mapping)

    assert _values(read, "at") == [0.0, 4.0]
    assert read.problems == (
        "1 row was without a time, left out.",
        "2 cells were no value of its column, taken as empty.",
    )


def test_a_row_of_the_strap_keeps_its_own():
    """A row that names the strap, without movement, is the strap's, cadence included."""
    read = _csv("time_s,heart_rate_bpm,cadence_spm,source\n0,150,170,strap\n1,151,171,strap\n")

    assert {one.source for one in _reports(read)} == {Source.STRAP}
    assert _values(read, "cadence", "heart_rate") == [(170.0, 150.0), (171.0, 151.0)]


def test_a_simulated_row_is_the_simulators():
    """Movement and heart rate of a row of the sim come from one source."""
    read = _csv("time_s,speed_mps,heart_rate_bpm,source\n0,3,150,sim\n1,3.1,151,sim\n")

    assert _values(read, "source", "speed", "heart_rate") == [
        (Source.SIM, 3.0, 150.0),
        (Source.SIM, 3.1, 151.0),
    ]
    assert read.problems == ()


def test_a_broken_quote_is_survived():
    """A quote that is never closed swallows the rest of the stream, and what came before is read."""
    read = _csv('time_s,speed_mps\n0,3\n1,4\n2,"5\n3,6\n')

    assert _values(read, "at")[:2] == [0.0, 1.0]


def test_a_time_without_a_zone_is_utc():
    """An ISO time without a zone counts as UTC beside one that has it."""
    read = _csv(
        "T,v\n2024-01-01T00:00:00,3\n2024-01-01T01:00:01+01:00,4\n",
        ColumnMap.parse(["time_s=T:iso", "speed_mps=v"]),
    )

    assert _values(read, "at") == [0.0, 1.0]


def test_places_that_are_none_are_left_out():
    """A latitude beyond the pole, no number at all, or a point twice at one time tells nothing of movement."""
    read = _gpx(
        _point(0, 0)
        + "<trkpt lat='91' lon='5'><time>2024-09-06T09:00:01Z</time><hr>120</hr></trkpt>"
        + "<trkpt lat='north' lon='5'><time>2024-09-06T09:00:02Z</time><hr>121</hr></trkpt>"
        + "<trkpt lat='0' lon='5'><hr>122</hr></trkpt>"
        + _point(3, 9)
        + _point(3, 9)
    )
    moved = [one for one in _reports(read) if one.source is Source.POSITIONS]

    assert [one.distance for one in moved if one.distance is not None] == [0.0, pytest.approx(9.0, rel=1e-3)]
    assert [one.speed for one in moved if one.speed is not None] == [pytest.approx(3.0, rel=1e-3)]
    assert [one.heart_rate for one in _reports(read) if one.source is Source.STRAP] == [120.0, 121.0]


def test_a_point_that_tells_its_speed_is_believed():
    """A speed in the extension stands instead of the one between positions."""
    read = _gpx("".join(_point(second, 3.0 * second, "<x><speed>3.3</speed></x>") for second in range(3)))

    assert _values(read, "speed") == [3.3, 3.3, 3.3]


def test_a_tcx_of_positions_only_walks_along_them():
    """Without speed and distance, a TCX gives both from its positions; laps without a start are no laps."""
    points = "".join(
        f"<Trackpoint><Time>2021-03-21T09:00:0{second}Z</Time><Position><LatitudeDegrees>"
        f"{second * 3 / 111195.08:.9f}</LatitudeDegrees><LongitudeDegrees>5</LongitudeDegrees></Position></Trackpoint>"
        for second in range(3)
    )
    tcx = (
        "<TrainingCenterDatabase><Activities><Activity><Creator><Name>App</Name></Creator><Lap>"
        f"<Track><Trackpoint><HeartRateBpm><Value>99</Value></HeartRateBpm></Trackpoint>{points}</Track></Lap>"
        "</Activity></Activities></TrainingCenterDatabase>"
    )
    read = read_recording(tcx.encode(), name="x.tcx")

    assert {one.source for one in _reports(read)} == {Source.POSITIONS}
    assert _values(read, "distance") == pytest.approx([0.0, 3.0, 6.0], rel=1e-3)
    assert (read.laps, read.devices) == ((), ("App",))


def test_more_samples_than_any_run_has_are_refused(monkeypatch):
    """A file with more rows than a day of running has is refused."""
    monkeypatch.setattr(common, "MOST_ROWS", 10)

    with pytest.raises(RecordingProblem, match="more than 10 samples"):
        _csv("time_s,speed_mps\n" + "".join(f"{second},3\n" for second in range(11)))


def test_times_that_are_no_numbers_are_no_moments():
    """An infinite time is no time."""
    assert _values(_csv("time_s,speed_mps\n0,3\ninf,4\n1,5\n"), "at") == [0.0, 1.0]


def test_a_cell_without_end_ends_the_reading():
    """An unclosed quote over more text than a cell may hold is reported, and the rows before it are read."""
    read = _csv('time_s,speed_mps\n0,3\n1,4\n2,"5\n' + "3,6 and so on\n" * 20_000)

    assert _values(read, "at") == [0.0, 1.0]
    assert "is not CSV; everything before it was read." in read.problems[0]
