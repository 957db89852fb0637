"""The journal: every input comes back as it was, and damage anywhere costs only what lies behind it."""

import json
from dataclasses import fields, replace
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.live.contract import (
    Alive,
    Closed,
    Input,
    LoopBlocked,
    Opened,
    RecorderRecovered,
    RecorderTrouble,
    Resumed,
    WorkoutSwitched,
)
from coach.problems import RecordingProblem
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.recording.codec import READERS, Header, encode_header, encode_input, encode_output, read_journal
from coach.recording.lines import is_journal, read_lines, split_torn
from coach.session.events import ResumeChoice, StepUnderWay
from coach.session.phases import Button, Origin, Pressed, TimingGate
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    AutoStart,
    Band,
    ChecklistItem,
    CoachBy,
    Context,
    DelayStart,
    DistanceEnd,
    EndConditions,
    HeartRateEnd,
    MarkEnd,
    Move,
    MovementStart,
    OpenEnd,
    PressStart,
    Quantity,
    RangeTurn,
    SlotEnd,
    Step,
    StepGate,
    StepReminder,
    StepTarget,
    TimeEnd,
    Timeline,
)

EVERY_STEP = Timeline(
    "every kind of step",
    (
        Step(
            "0.0", "Main / 1", "Main", Kind.WORK, "800 m",
            EndConditions((DistanceEnd(Metres(800.0)), MarkEnd()), Seconds(5.0), Seconds(300.0)),
            StepTarget(Quantity.SPEED, Band(3.9, 4.0), "4:10/km", "5k", ramp=Band(aim=4.2), is_range=True),
            (StepTarget(Quantity.METRIC, Band(high=60.0), "under 60", metric="smo2"),),
            DelayStart(Seconds(30.0)), Move.WALK, CoachBy.TIME, 1, 2, "0", first_of_set=True,
            reminders=(StepReminder("drink", every_s=Seconds(600.0), amount=0.2, unit="l", of_run=True),),
            gates=(StepGate("red minutes", "during", "Stop.", Quantity.HEART_RATE, above=180.0),),
            line_m=Metres(9.3), start_mark="A", range_turn=RangeTurn("0", 1, 3),
        ),
        Step(
            "0.1", "Main / 2", "Main", Kind.CHECKLIST, "Drills",
            EndConditions((OpenEnd(ends_at_mark=False), SlotEnd(Seconds(90.0)), HeartRateEnd(120.0, below=True))),
            start=PressStart(), items=(ChecklistItem("A-skips", 2, seconds=Seconds(20.0), each_side=True),),
            answers=("yes", "no"),
        ),
        Step(
            "0.2", "Main / 3", "Main", Kind.OPEN, "Free", EndConditions((TimeEnd(Seconds(5.0)),)),
            start=MovementStart(),
        ),
        Step("0.3", "Main / 4", "Main", Kind.OPEN, "Free", EndConditions((OpenEnd(),)), start=AutoStart()),
    ),
    Context("road", lane=3),
    revision=2,
)  # fmt: skip

HEADER = Header(
    run="01JD6N3V5X8Q2Z4K7M9P0R1T2W",
    version="0.1.0",
    workout={"format": "coach-workout/1", "name": "5 × 1000 m", "sections": []},
    athlete={"format": "coach-athlete/1", "slug": "ada"},
    settings={"signals": {"settle_s": 12.0}, "cues": {"voice": True}},
    learnt=({"source": "pod", "factor": 0.98, "sd": 0.01},),
    wall_epoch=1732233600.25,
    monotonic_epoch=12.5,
    zone="Europe/Berlin",
    utc_offset_s=3600,
    devices=({"id": "pod-1", "name": "Stryd"},),
    sensors="sim",
)

INPUTS: tuple[Input, ...] = (
    Opened(Seconds(0.0)),
    LinkChanged(Seconds(0.5), Source.POD, LinkState.CONNECTED, "Stryd \x1b[31m 小", 87, -61),
    LinkChanged(Seconds(0.5), Source.POD, LinkState.LOST, device=3),
    Notified(Seconds(1.25), Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, b"\x10\x96\x01\x02"),
    Notified(Seconds(1.5), Source.POD, Characteristic.RSC_MEASUREMENT, b"", Seconds(0.5), Seconds(1.25)),
    Reported(
        Seconds(2.0), Source.WATCH, Seconds(5.0), MetresPerSecond(3.25), rr_s=(Seconds(0.4), Seconds(0.5))
    ),
    Pressed(Seconds(3.0), Button.ANSWER, Origin.MQTT, 7),
    Pressed(Seconds(3.0), Button.NEXT, Origin.PHONE, None, Seconds(1.25), "main.1"),
    Pressed(
        Seconds(3.0), Button.MARK, Origin.GATE, None, Seconds(2.5), gate=TimingGate("back", Metres(200.0))
    ),
    RecorderTrouble(Seconds(4.0), "the disk is full"),
    RecorderTrouble(Seconds(4.0), "the disk is full", lasts=True),
    RecorderRecovered(Seconds(4.0)),
    Alive(Seconds(59.0)),
    Resumed(Seconds(60.0)),
    Resumed(Seconds(61.0), Seconds(60.5), ResumeChoice.RESTART, StepUnderWay("1.0/0.0", 1, Seconds(5.25))),
    Resumed(Seconds(62.0), None, ResumeChoice.DONE, StepUnderWay("", 3)),
    Resumed(Seconds(62.0), Seconds(61.0), ResumeChoice.PAUSE),
    LoopBlocked(Seconds(62.0), Seconds(59.0)),
    WorkoutSwitched(Seconds(62.0), EVERY_STEP),
    Closed(Seconds(62.0)),
)

EVENT = {"v": 1, "at_s": 1.25, "event": "sensor", "sensor": "strap", "state": "live"}


def _journal() -> bytes:
    """A small journal with every kind of line."""
    lines = [encode_header(HEADER), *map(encode_input, INPUTS)]
    lines.insert(4, encode_output(EVENT))
    return b"".join(lines)


def _signed(text: bytes) -> bytes:
    """A line whose sum agrees, whatever it says."""
    return b"%b\t%08x\n" % (text, crc32(text))


def _times() -> st.SearchStrategy[float]:
    return st.floats(0, 1e9, allow_nan=False)


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def _inputs() -> st.SearchStrategy[Any]:
    """Any input the world can send, of every kind."""
    sources = st.sampled_from(Source)
    quantities = _maybe(st.floats(allow_nan=False, allow_infinity=False))
    return st.one_of(
        st.builds(Opened, _times()),
        st.builds(
            Resumed,
            _times(),
            st.none() | _times(),
            st.sampled_from(ResumeChoice),
            st.none()
            | st.builds(StepUnderWay, st.text(max_size=9), st.integers(0, 99), st.none() | _times()),
        ),
        st.builds(Resumed, _times(), st.none() | _times()),
        st.builds(Closed, _times()),
        st.builds(RecorderTrouble, _times(), st.text(), st.booleans()),
        st.builds(RecorderRecovered, _times()),
        st.builds(
            Notified,
            _times(),
            sources,
            st.sampled_from(Characteristic),
            st.binary(),
            _times(),
            _maybe(_times()),
        ),
        st.builds(
            Reported,
            _times(),
            sources,
            _times(),
            quantities,
            quantities,
            quantities,
            quantities,
            st.lists(_times(), max_size=4).map(tuple),
            quantities,
            st.dictionaries(st.text(), _times(), max_size=3).map(lambda told: tuple(told.items())),
        ),
        st.builds(
            LinkChanged,
            _times(),
            sources,
            st.sampled_from(LinkState),
            st.text(),
            _maybe(st.integers(0, 100)),
            _maybe(st.integers(-127, 20)),
        ),
        st.builds(
            Pressed, _times(), st.sampled_from(Button), st.sampled_from(Origin), _maybe(st.integers(1, 10))
        ),
    )


@settings(max_examples=400, deadline=None)
@given(_inputs())
def test_an_input_comes_back_as_it_was(event):
    """Any input of any kind, written and read, equals itself, and its line is one line of ASCII."""
    line = encode_input(event)

    assert read_journal(encode_header(HEADER) + line).inputs == (event,)
    assert line.isascii()
    assert line.count(b"\n") == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(_inputs(), max_size=20))
def test_a_journal_of_any_inputs_comes_back(events):
    """A journal of inputs in order of time holds exactly these."""
    events.sort(key=lambda event: event.at)

    journal = read_journal(encode_header(HEADER) + b"".join(map(encode_input, events)))

    assert journal.inputs == tuple(events)
    assert not journal.problem


def test_every_kind_of_input_has_a_reader():
    """The kinds that are written are the kinds that are read."""
    kinds = {json.loads(encode_input(event)[:-10])["in"] for event in INPUTS}

    assert kinds == READERS.keys()


def test_a_journal_is_read_whole():
    """Header, inputs and outputs come back; nothing is set aside."""
    journal = read_journal(_journal())

    assert journal.header == HEADER
    assert journal.inputs == INPUTS
    assert journal.outputs == (EVENT,)
    assert (journal.set_aside_bytes, journal.problem) == (0, "")
    assert journal.is_closed


def test_a_line_is_json_a_tab_and_its_sum():
    """The form of a line is the one the reference page promises."""
    line = encode_input(Pressed(Seconds(1.5), Button.MARK))
    text = b'{"in":"pressed","at":1.5,"button":"mark","origin":"key"}'

    assert line == text + b"\t" + f"{crc32(text):08x}".encode() + b"\n"


def test_a_line_that_is_not_whole_is_damage():
    """A line whose sum does not agree, or that is cut, is not read."""
    line = encode_input(INPUTS[0])
    for bad in (line[:-1], line.replace(b"0.0", b"0.1"), b"\n", line.upper()):
        journal = read_journal(encode_header(HEADER) + bad)

        assert (journal.inputs, journal.set_aside_bytes) == ((), len(bad))


def test_a_format_that_never_was_is_refused():
    """A header that names format 0 is no header."""
    told = json.loads(encode_header(HEADER)[:-10]) | {"format": "coach-journal/0"}

    with pytest.raises(RecordingProblem, match="first line"):
        read_journal(_signed(json.dumps(told, separators=(",", ":")).encode()))


def test_a_journal_cut_anywhere_loads_to_its_last_good_line():
    """Cut after any byte, a journal holds the lines that were complete and counts every other byte."""
    data = _journal()
    head = data.index(b"\n") + 1
    whole = read_journal(data)
    for end in range(head, len(data)):
        journal = read_journal(data[:end])
        good = data[:end].rfind(b"\n") + 1
        assert journal.set_aside_bytes == end - good
        assert bool(journal.problem) == (end != good)
        assert journal.inputs == whole.inputs[: len(journal.inputs)]
        assert len(journal.inputs) + len(journal.outputs) == data[:good].count(b"\n") - 1
        assert f"{end - good:,}" in journal.problem or end == good


def test_a_journal_cut_in_its_first_line_is_refused():
    """Without its header nothing can be replayed, and it says so."""
    data = _journal()
    for end in range(data.index(b"\n") + 1):
        with pytest.raises(RecordingProblem, match=r"is damaged|not a Trackside Coach journal"):
            read_journal(data[:end])


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=[pytest.mark.long, pytest.mark.timeout(300)])])
def test_a_flipped_bit_costs_only_its_line(step):
    """A bit of each byte flipped, or each: all lines but the one it is in are read, and the damage is told."""
    data = _journal()
    lines = data.splitlines(keepends=True)
    whole = [record_of(line) for line in lines[1:]]
    for place in range(len(lines[0]), len(data)):
        number = data[:place].count(b"\n")
        others = [record for index, record in enumerate(whole, 1) if index != number]
        for bit in range(place % step, 8, step):
            journal = read_journal(flipped(data, place, bit))
            read = [*journal.inputs, *journal.outputs]
            assert len(read) >= len(others)
            assert all(record in read for record in others)
            assert all(record in whole for record in read)
            assert "damaged" in journal.problem or "cut short" in journal.problem
            assert 0 < journal.set_aside_bytes <= len(lines[number])


def test_a_lost_line_feed_costs_no_record():
    """Two lines that run together because the byte between them was flipped are both read, and it is told."""
    data = _journal()
    whole = read_journal(data)
    for place in [place for place, byte in enumerate(data) if byte == ord("\n")][1:-1]:
        journal = read_journal(flipped(data, place, 0))
        assert (journal.inputs, journal.outputs) == (whole.inputs, whole.outputs)
        assert "damaged" in journal.problem


def test_zeroed_pages_cost_only_the_lines_they_lie_in():
    """Any stretch of zeros, as a disk leaves them: the lines before it and behind it are read."""
    data = _journal()
    lines = data.splitlines(keepends=True)
    for start in range(len(lines[0]), len(data), 7):
        end = min(len(data), start + 150)
        journal = read_journal(data[:start] + bytes(end - start) + data[end:])
        first, last = data[:start].count(b"\n"), data[: end - 1].count(b"\n")
        expected = [record_of(line) for line in [*lines[1:first], *lines[last + 1 :]]]
        read = [*journal.inputs, *journal.outputs]
        assert all(record in read for record in expected)
        assert len(read) >= len(expected)
        assert journal.problem


def test_a_flipped_bit_in_the_header_is_refused():
    """A header whose sum does not agree is not believed, if there is no other; the file is still a journal of ours."""
    data = _journal()
    for place in range(data.index(b"\n")):
        with pytest.raises(RecordingProblem, match="first line of the journal is damaged"):
            read_journal(flipped(data, place, 0))


def record_of(line: bytes) -> Any:
    """What a line holds."""
    journal = read_journal(encode_header(HEADER) + line)
    return [*journal.inputs, *journal.outputs][0]


def flipped(data: bytes, place: int, bit: int) -> bytes:
    """A journal with one bit flipped."""
    damaged = bytearray(data)
    damaged[place] ^= 1 << bit
    return bytes(damaged)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_survived(noise, behind):
    """Noise, alone or behind a good journal, is refused in words or set aside to the byte."""
    data = _journal()
    try:
        journal = read_journal(data + noise if behind else noise)
    except RecordingProblem:
        assert not behind
    else:
        assert journal.set_aside_bytes == len(noise)


def test_repair_parts_the_good_from_the_torn():
    """What is whole stays and can be appended to; what is torn is handed back, every byte of it."""
    data = _journal()
    good, torn = split_torn(data[:-5])

    assert good + torn == data[:-5]
    assert read_journal(good).problem == ""
    assert read_journal(good + encode_input(Closed(Seconds(99.0)))).is_closed
    assert split_torn(data) == (data, b"")


@pytest.mark.parametrize(
    "text",
    [
        b'{"in":"opened"}',
        b'{"in":"nothing","at":1}',
        b'{"in":"opened","at":"soon"}',
        b'{"in":"opened","at":true}',
        b'{"in":"opened","at":NaN}',
        b'{"in":"opened","at":1e999}',
        b'{"in":"notified","at":99,"source":"shoe","uuid":"2a37","hex":""}',
        b'{"in":"notified","at":99,"source":"pod","uuid":"ffff","hex":""}',
        b'{"in":"notified","at":99,"source":"pod","uuid":"2a53","hex":"0"}',
        b'{"in":"notified","at":99,"source":[],"uuid":"2a53","hex":""}',
        b'{"in":"reported","at":99,"source":"pod","period_s":1,"speed_mps":"fast"}',
        b'{"in":"reported","at":99,"source":"pod","period_s":1,"rr_s":[null]}',
        b'{"in":"pressed","at":99,"button":"jump","origin":"key"}',
        b'{"in":"pressed","at":99,"button":"answer","origin":"key","answer":1.5}',
        b'{"in":"link","at":99,"source":"pod","state":"lost","name":7}',
        b'{"in":"resumed","at":99,"choice":"continue","step":-1,"step_id":"1"}',
        b'{"in":[],"at":99}',
        b'{"out":[]}',
        b'{"neither":1}',
        b"[]",
        b"1",
        b"",
        b"[" * 100_000,
        b'{"in":"closed","at":99},{"in":"closed","at":99}',
    ],
)
def test_a_line_with_a_good_sum_and_a_bad_content_is_left_out(text):
    """A line somebody wrote by hand, its sum right and its content wrong, costs itself and nothing else."""
    data = _journal()[: -len(encode_input(INPUTS[-1]))]
    bad = _signed(text)

    journal = read_journal(data + bad + encode_input(Closed(Seconds(100.0))))

    assert journal.inputs == (*INPUTS[:-1], Closed(Seconds(100.0)))
    assert journal.set_aside_bytes == len(bad)
    assert "damaged at line" in journal.problem
    assert read_lines(data + bad).torn_bytes == 0


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        ((1.0, 2.0, 3.0, 2.5), (1.0, 2.0, 2.5)),
        ((1.0, 900.0, 2.0, 3.0, 4.0), (1.0, 2.0, 3.0, 4.0)),
        ((5.0, 1.0, 2.0, 2.0, 9.0), (1.0, 2.0, 2.0, 9.0)),
    ],
)
def test_where_time_runs_back_the_fewest_inputs_are_left_out(times, kept):
    """An input out of order was not written by a run: a time far ahead does not cost all behind it."""
    inputs = [Pressed(Seconds(at), Button.MARK) for at in times]

    journal = read_journal(encode_header(HEADER) + b"".join(map(encode_input, inputs)))

    assert tuple(event.at for event in journal.inputs) == kept
    assert "time runs back" in journal.problem


def test_a_newer_journal_is_refused_and_left_alone():
    """A journal of a later format is refused by its first words, even if its lines have another form."""
    for data in (_signed(b'{"format":"coach-journal/2","run":"x"}'), b'{"format":"coach-journal/12","x":'):
        with pytest.raises(RecordingProblem, match="newer program") as refused:
            read_journal(data, name="recording.jsonl")
        assert "recording.jsonl" in refused.value.message
        assert "Upgrade" in refused.value.hint


NEEDED = ("format", "run", "version", "workout", "athlete")
"""The keys no journal is read without; a key that comes later has a default."""


def _header_line(record: dict[str, Any]) -> bytes:
    """The first line of a journal, its sum right, whatever is in it."""
    return _signed(json.dumps(record, separators=(",", ":")).encode())


@pytest.mark.parametrize("key", NEEDED)
def test_a_header_without_a_needed_key_is_refused(key):
    """Without what is run, by whom and by which program, nothing can be replayed."""
    record = json.loads(encode_header(HEADER)[:-10])
    del record[key]

    with pytest.raises(RecordingProblem, match=r"first line|not a Trackside Coach journal"):
        read_journal(_header_line(record))


@pytest.mark.parametrize("key", [field.name for field in fields(Header) if field.name not in NEEDED])
def test_a_header_without_another_key_is_read_with_its_default(key):
    """A journal written before the key existed is read as if nothing was said, its inputs too."""
    record = json.loads(encode_header(HEADER)[:-10])
    del record[key]
    default = getattr(Header("", "", None, None), key)

    journal = read_journal(_header_line(record) + encode_input(INPUTS[0]))

    assert journal.header == replace(HEADER, **{key: default})
    assert journal.inputs == INPUTS[:1]
    assert not journal.problem
    assert getattr(HEADER, key) != default


def test_a_header_of_the_needed_keys_alone_is_read():
    """All other keys may be absent together."""
    record = json.loads(encode_header(HEADER)[:-10])

    header = read_journal(_header_line({key: record[key] for key in NEEDED})).header

    assert header == Header(HEADER.run, HEADER.version, HEADER.workout, HEADER.athlete)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("run", 1),
        ("workout", []),
        ("learnt", {"a": 1}),
        ("settings", None),
        ("wall_epoch", "x"),
        ("devices", 1),
    ],
)
def test_a_header_with_something_else_in_a_key_is_refused(key, value):
    """Each key of the header holds what it should."""
    record = json.loads(encode_header(HEADER)[:-10]) | {key: value}

    with pytest.raises(RecordingProblem, match="first line"):
        read_journal(_header_line(record))


def test_later_keys_of_the_header_are_passed_over():
    """A key this program does not know, from a later program of the same format, does no harm."""
    record = json.loads(encode_header(HEADER)[:-10]) | {"shoe": "blue", "boots": [{"left": None}]}

    journal = read_journal(_header_line(record) + encode_input(INPUTS[0]))

    assert journal.header == HEADER
    assert journal.inputs == INPUTS[:1]
    assert not journal.problem


def test_a_free_run_has_no_workout_and_nobody():
    """A header without workout and athlete comes back with neither."""
    header = Header("01X", "0.1.0", None, None)

    assert read_journal(encode_header(header)).header == header


def test_a_journal_is_known_by_its_first_words():
    """The first bytes of a journal tell it from everything else."""
    assert is_journal(_journal())
    assert not is_journal(b"")
    assert not is_journal(b"time_s,speed_mps\n")


def test_numbers_that_are_none_are_never_written():
    """A value that is not a number is our own mistake and is refused when it is written."""
    with pytest.raises(ValueError, match="JSON compliant"):
        encode_input(Opened(Seconds(float("nan"))))


def test_an_hour_fits_into_three_megabytes():
    """An hour of strap and pod at 1 Hz, with outputs beside it, is far below 3 MB."""
    strap = Notified(
        Seconds(3599.123456),
        Source.STRAP,
        Characteristic.HEART_RATE_MEASUREMENT,
        bytes(6),
        heard_at=Seconds(3599.1234),
    )
    pod = Notified(
        Seconds(3599.123456),
        Source.POD,
        Characteristic.RSC_MEASUREMENT,
        bytes(10),
        heard_at=Seconds(3599.1234),
    )
    cue = EVENT | {
        "event": "cue",
        "text": "x" * 60,
        "why": {"rule": "pace_band", "value": 4.123, "window_s": 12.0},
    }

    hour = 3600 * (len(encode_input(strap)) + len(encode_input(pod))) + 1000 * len(encode_output(cue))

    assert hour < 1_500_000


def test_quantities_are_written_in_their_units():
    """Each value of a report stands under a key with its unit."""
    report = Reported(
        Seconds(1.0),
        Source.POD,
        Seconds(2.0),
        MetresPerSecond(3.0),
        Metres(4.0),
        StepsPerMinute(180.0),
        BeatsPerMinute(150.0),
        (Seconds(0.4),),
        Watts(250.0),
    )

    assert json.loads(encode_input(report)[:-10]) == {
        "in": "reported",
        "at": 1.0,
        "source": "pod",
        "period_s": 2.0,
        "speed_mps": 3.0,
        "distance_m": 4.0,
        "cadence_spm": 180.0,
        "heart_rate_bpm": 150.0,
        "power_w": 250.0,
        "rr_s": [0.4],
    }
