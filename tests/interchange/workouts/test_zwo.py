"""Zwift's running workouts: shares of reference speeds, lengths of an unsaid unit, texts at points."""

from typing import Any

import pytest

from coach.interchange.workouts import ReportKind
from coach.problems import WorkoutProblem
from tests.interchange.workouts.reading import imported, lost, places


def _zwo(*elements: str, head: str = "<sportType>run</sportType><durationType>time</durationType>") -> str:
    return f"<workout_file><name>It</name>{head}<workout>{''.join(elements)}</workout></workout_file>"


RUN = "<sportType>run</sportType>"


@pytest.mark.parametrize(
    ("pace", "ref"), [("0", "mile"), ("1", "5k"), ("2", "10k"), ("3", "half"), ("4", "marathon")]
)
def test_pace_names_a_reference(pace, ref):
    """The five reference paces have names of ours; the whole of one needs no offset."""
    steps, report = imported(_zwo(f'<SteadyState Duration="60" Power="1.0" pace="{pace}"/>'))

    assert steps == [{"kind": "work", "until": {"time": "1:00"}, "target": {"pace": {"ref": ref}}}]
    assert lost(report) == []


def test_a_share_of_speed_is_an_offset_of_pace():
    """80 % of the speed takes 25 % longer for the same way."""
    steps, _ = imported(_zwo('<SteadyState Duration="60" Power=".8" pace="1"/>'))

    assert steps[0]["target"] == {"pace": {"ref": "5k", "offset": "+25 %"}}


def test_a_threshold_in_the_file_makes_paces():
    """With `thresholdSecPerKm` shares come out as paces, ranges as ranges."""
    head = f"{RUN}<durationType>distance</durationType><thresholdSecPerKm>240</thresholdSecPerKm>"
    steps, report = imported(
        _zwo(
            '<SteadyState Duration="1000" Power="1"/>',
            '<SteadyState Duration="400" PowerLow="0.8" PowerHigh="1.0"/>',
            '<SteadyState Duration="400" PowerLow="0.8" PowerHigh="0.8"/>',
            head=head,
        )
    )

    assert [step["until"] for step in steps[:2]] == [{"distance": "1000 m"}, {"distance": "400 m"}]
    assert [step["target"] for step in steps] == [
        {"pace": "4:00/km"},
        {"pace": "4:00-5:00/km"},
        {"pace": "5:00/km"},
    ]
    assert lost(report) == []


@pytest.mark.parametrize("seconds", ["10", "x"])
def test_a_threshold_nobody_has_is_dropped(seconds):
    """A threshold pace of 10 s per km, or of none, is reported and not used."""
    head = f"{RUN}<durationType>time</durationType><thresholdSecPerKm>{seconds}</thresholdSecPerKm>"
    _, report = imported(_zwo('<SteadyState Duration="60" Power="1" pace="1"/>', head=head))

    assert places(report) == ["/workout_file/thresholdSecPerKm"]


@pytest.mark.parametrize("pace", ["8268", "-1307163960", "x"])
def test_a_pace_that_names_nothing_is_dropped(pace):
    """The garbage of public files is reported; the share is one of threshold speed then."""
    steps, report = imported(_zwo(f'<SteadyState Duration="60" Power="0.9" pace="{pace}"/>'))

    assert steps[0]["target"] == {"speed": "90 %threshold"}
    assert len(places(report)) == len(places(report, ReportKind.APPROXIMATED)) == 1


def test_a_share_beyond_what_a_target_may_say_is_words():
    """150 % of threshold speed is kept as words."""
    steps, _ = imported(_zwo('<SteadyState Duration="10" Power="1.5"/>'))

    assert steps[0]["target"] == {"effort": "150 % of threshold speed"}


@pytest.mark.parametrize("power", ["0", "5", "-1"])
def test_a_share_nobody_runs_is_dropped(power):
    """A Power of nothing or of five times the pace leaves the step without a target."""
    steps, report = imported(_zwo(f'<SteadyState Duration="60" Power="{power}" pace="1"/>'))

    assert "target" not in steps[0]
    assert len(places(report)) == 1


def test_a_range_of_a_reference_becomes_its_middle():
    """A reference pace has no ranges: the middle counts, and the report says so."""
    steps, report = imported(_zwo('<SteadyState Duration="60" PowerLow="0.9" PowerHigh="1.1" pace="1"/>'))

    assert steps[0]["target"] == {"pace": {"ref": "5k"}}
    assert len(places(report, ReportKind.APPROXIMATED)) == 1


@pytest.mark.parametrize(("low", "high"), [("0.8", "0.65"), ("0.65", "0.8")])
def test_a_cool_down_slows_down_whichever_way_it_is_written(low, high):
    """A cool-down starts at its higher Power; a warm-up at its `PowerLow`."""
    steps, _ = imported(
        _zwo(f'<Cooldown Duration="60" PowerLow="{low}" PowerHigh="{high}" pace="1"/>'),
    )

    assert steps[0]["target"] == {"pace": {"ref": "5k", "offset": "+25 %"}}
    assert steps[0]["ramp"] == {"pace": {"ref": "5k", "offset": "+53.8 %"}}


def test_ramps_with_one_side_or_none():
    """A warm-up with one Power, with equal sides, or without any, does not ramp."""
    steps, _ = imported(
        _zwo(
            '<Warmup Duration="60" Power="0.8" pace="1"/>',
            '<Warmup Duration="60" PowerHigh="0.8" pace="1"/>',
            '<Ramp Duration="60" PowerLow="0.8" PowerHigh="0.8" pace="1"/>',
            '<Warmup Duration="60"/>',
        )
    )

    target = {"pace": {"ref": "5k", "offset": "+25 %"}}
    assert [step.get("target") for step in steps] == [target, target, target, None]
    assert not any("ramp" in step for step in steps)


def test_intervals_repeat_on_and_off():
    """IntervalsT is a repeat of work and recovery, ranges and cadences on both sides."""
    steps, report = imported(
        _zwo(
            '<IntervalsT Repeat="6" OnDuration="30" OffDuration="60" PowerOnLow="1.2" PowerOnHigh="1.2" '
            'OffPower="0.8" pace="2" Cadence="180" CadenceResting="170"/>'
        )
    )

    (repeat,) = steps
    work, recovery = repeat["steps"]
    assert (repeat["repeat"], work["kind"], recovery["kind"]) == (6, "work", "recovery")
    assert work["target"] == {"pace": {"ref": "10k", "offset": "-16.7 %"}}
    assert work["caps"] == [{"cadence": {"min": "180 spm", "max": "180 spm"}}]
    assert recovery["until"] == {"time": "1:00"}
    assert lost(report) == []


def test_intervals_without_an_off_part_hold_only_work():
    """An OffDuration of zero is reported and left out; texts inside belong to no rep and are dropped."""
    steps, report = imported(
        _zwo('<IntervalsT Repeat="2" OnDuration="30" OffDuration="0"><textevent message="Go"/></IntervalsT>')
    )

    assert [step["kind"] for step in steps[0]["steps"]] == ["work"]
    assert len(places(report)) == 2


def test_free_running_and_all_out():
    """FreeRide is an open stretch without a target, MaxEffort has one in words, RestDay is no stretch."""
    steps, report = imported(
        _zwo('<FreeRide Duration="300" FlatRoad="1"/>', '<MaxEffort Duration="60"/>', "<RestDay/>")
    )

    assert [(step["kind"], step.get("target")) for step in steps] == [
        ("open", None),
        ("work", {"effort": "as hard as you can"}),
    ]
    assert places(report) == ["/workout_file/workout/RestDay[1] (line 1)"]


def test_texts_are_said_at_their_points():
    """Texts stand at their times or distances; empty ones and those beyond the stretch are reported."""
    steps, report = imported(
        _zwo(
            '<SteadyState Duration="60" Power="1" pace="1">'
            '<textevent timeoffset="0" message="Go"/><TextEvent TimeOffset="30" message="Half"/>'
            '<textevent distoffset="150" message="The bend"/><TextNotification timeOffset="20" text="Tall"/>'
            '<textevent timeoffset="90" message="Late"/><textevent timeoffset="10"/>'
            '<textevent timeoffset="-4" message="Early"/></SteadyState>'
        )
    )

    assert steps[0]["says"] == [
        {"text": "Go", "at": "0:01"},
        {"text": "Half", "at": "0:30"},
        {"text": "The bend", "at": "150 m"},
        {"text": "Tall", "at": "0:20"},
    ]
    assert len(places(report)) == 3


@pytest.mark.parametrize(
    ("elements", "until"),
    [
        ('<SteadyState Duration="600" Power="1"/>', {"time": "10:00"}),
        (
            '<SteadyState Duration="1600" Power="1"/><SteadyState Duration="400" Power="1"/>',
            {"distance": "1600 m"},
        ),
        ('<SteadyState Duration="1600" Power="1"/><SteadyState Duration="45" Power="1"/>', {"time": "26:40"}),
        (
            '<SteadyState Duration="600" Power="1"><textevent distoffset="9" message="x"/></SteadyState>',
            {"distance": "600 m"},
        ),
    ],
)
def test_an_unsaid_unit_is_decided_and_told(elements, until):
    """Without `durationType` lengths are seconds, unless texts stand at distances or all are whole hundreds."""
    steps, report = imported(_zwo(elements, head=RUN))

    assert steps[0]["until"] == until
    assert "--durations" in lost(report)[0]


@pytest.mark.parametrize(
    ("wish", "until"), [("seconds", {"time": "10:00"}), ("metres", {"distance": "600 m"})]
)
def test_the_unit_can_be_said(wish, until):
    """`--durations` decides, and then nothing is approximated; against the file it is reported."""
    element = '<SteadyState Duration="600" Power="1" pace="1"/>'
    steps, report = imported(_zwo(element, head=RUN), durations=wish)
    _, told = imported(_zwo(element), durations=wish)

    assert steps[0]["until"] == until
    assert lost(report) == []
    assert len(lost(told)) == (wish == "metres")


def test_lengths_that_are_none():
    """A stretch of no length is left out, one without a length ends by a mark; both are reported."""
    steps, report = imported(
        _zwo(
            '<SteadyState Duration="0" Power="1" pace="1"/>',
            '<SteadyState Power="1" pace="1"/>',
            '<IntervalsT Repeat="2"/>',
        )
    )

    assert steps[0]["until"] == {"mark": True}
    assert len(places(report)) == 3
    assert steps[1] == {"repeat": 2, "steps": [{"kind": "work", "until": {"mark": True}}]}


def test_inclines_and_strange_elements_are_told():
    """A slope and an unknown element are dropped by name; a flat one is no loss."""
    steps, report = imported(
        _zwo(
            '<SteadyState Duration="60" Power="1" pace="1" Incline="0.02"/>',
            '<SteadyState Duration="60" Power="1" pace="1" Incline="0"/>',
            "<Teleport/>",
            "<gameplayevent/>",
        )
    )

    assert len(steps) == 2
    assert len(places(report)) == 2


@pytest.mark.parametrize("head", ["<sportType>bike</sportType>", "<sportType>bike</sportType><tags/>"])
def test_a_cycling_file_keeps_its_times_only(head):
    """Of a file for cycling the times stay, its powers go."""
    steps, report = imported(
        _zwo('<SteadyState Duration="60" Power="1"/>', head=f"{head}<durationType>time</durationType>")
    )

    assert steps == [{"kind": "work", "until": {"time": "1:00"}}]
    assert len(places(report)) == 2


def test_a_file_that_says_nothing_about_running_is_refused():
    """Without a sport, a pace or a threshold it is for cycling, as Zwift takes it."""
    with pytest.raises(WorkoutProblem, match="does not say it is for running"):
        imported(_zwo('<SteadyState Duration="60" Power="1"/>', head=""))


def test_a_pace_makes_it_a_running_file():
    """Without a sport but with a reference pace it is taken for running, and reported."""
    _, report = imported(
        _zwo('<SteadyState Duration="60" Power="1" pace="1"/>', head="<durationType>time</durationType>")
    )

    assert places(report, ReportKind.APPROXIMATED) == ["/workout_file/sportType"]


def test_a_file_without_a_workout_is_refused():
    """A ZWO file with a head only is a problem."""
    with pytest.raises(WorkoutProblem, match="no workout in it"):
        imported("<workout_file><name>It</name></workout_file>")


def _document(text: Any) -> dict[str, Any]:
    from coach.interchange.workouts.converting import import_workout

    return import_workout(text if isinstance(text, bytes) else text.encode(), name="it").documents[0]


def test_tags_and_author_are_kept():
    """Tags stand below the description, the author in the source."""
    about = "<author>Ann</author><description>Why</description><tags><tag name='Hard'/><tag/></tags>"
    head = f"{RUN}<durationType>time</durationType>{about}"
    document = _document(_zwo('<SteadyState Duration="60" Power="1" pace="1"/>', head=head))

    assert (document["description"], document["source"]) == ("Why\nHard", "Zwift workout by Ann")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_bare_ampersands(encoding):
    """Names in any encoding with a bare & come out right, and nothing is lost."""
    text = _zwo('<SteadyState Duration="60" Power="1" pace="1"/>').replace("It<", "Häns & Co – up<")
    data = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{text}'.encode(encoding)

    assert _document(data)["name"] == "Häns & Co – up"


def test_a_document_type_is_refused():
    """A file with a DOCTYPE is refused before any entity of it is read."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'

    with pytest.raises(WorkoutProblem, match="document type"):
        imported(bomb + _zwo('<SteadyState Duration="60" Power="1" pace="1"/>'))


def test_an_unknown_entity_is_a_text():
    """An entity XML does not know is kept as its author typed it."""
    text = _zwo('<SteadyState Duration="60" Power="1" pace="1"/>').replace("It<", "A&nbsp;B<")

    assert _document(text)["name"] == "A&nbsp;B"


def test_damaged_xml_is_named_with_its_line():
    """A tag that is not closed is a problem with a line."""
    with pytest.raises(WorkoutProblem, match="damaged at line 2"):
        imported("<workout_file>\n<workout></workout_file>")


@pytest.mark.parametrize("inner", ["<a>" * 200 + "</a>" * 200, "<a/>" * 70_000])
def test_xml_beyond_any_workout_is_refused(inner):
    """XML nested or repeated beyond any workout is refused."""
    with pytest.raises(WorkoutProblem, match="more than any workout"):
        imported(f"<workout_file>{inner}</workout_file>")


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ('<SteadyState Duration="600" pace="240"/>', "pace 240, which is not read without a Power"),
        ('<SteadyState Duration="600" pace="0"/>', "pace 0, which is not read without a Power"),
        ('<IntervalsT Repeat="2" OnDuration="30" OffDuration="30" pace="4"/>', "pace 4, which is not read"),
        ('<Warmup Duration="600" pace="1"/>', "pace 1, which is not read without a Power"),
        ('<FreeRide Duration="600" Power="0.8"/>', "Power 0.8"),
        ('<MaxEffort Duration="60" pace="2"/>', "pace 2"),
        ('<SteadyState Duration="600" Power="1" pace="1" Zone="3"/>', "Zone 3"),
        ('<SteadyState Duration="600" Power="1" pace="1" HeartRate="150"/>', "HeartRate 150"),
    ],
)
def test_an_attribute_that_is_not_read_is_told(element, text):
    """A pace without a Power, and every attribute that says what is to be run and is not read, is a loss."""
    _, report = imported(_zwo(element))

    assert len(places(report)) == 1
    assert text in lost(report)[0]


def test_attributes_that_only_show_are_no_loss():
    """How Zwift shows a stretch is nothing a runner loses, and neither is a zero."""
    _, report = imported(
        _zwo('<SteadyState Duration="600" Power="1" pace="1" show_avg="1" units="1" OverUnder="0"/>')
    )

    assert lost(report) == []
