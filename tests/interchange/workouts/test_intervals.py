"""intervals.icu's text and JSON: `m` that is minutes or metres, shares and zones, sections and repeats."""

import json
from typing import Any

import pytest

from coach.interchange.workouts import Format, LossProblem, ReportKind
from coach.interchange.workouts.converting import import_workout
from coach.problems import WorkoutProblem
from tests.interchange.workouts.reading import imported, lost, places


@pytest.mark.parametrize(
    ("length", "until"),
    [
        ("10m", {"time": "10:00"}),
        ("90m", {"time": "1:30:00"}),
        ("30s", {"time": "0:30"}),
        ("1m30", {"time": "1:30"}),
        ("1m30s", {"time": "1:30"}),
        ("1h", {"time": "1:00:00"}),
        ("1h30m", {"time": "1:30:00"}),
        ("1.5h", {"time": "1:30:00"}),
        ("5:00", {"time": "5:00"}),
        ("1:02:03", {"time": "1:02:03"}),
        ("5'", {"time": "5:00"}),
        ("5'30\"", {"time": "5:30"}),
        ('30"', {"time": "0:30"}),
        ("10 min", {"time": "10:00"}),
        ("2km", {"distance": "2000 m"}),
        ("0.4km", {"distance": "400 m"}),
        ("1mi", {"distance": "1609.344 m"}),
        ("400mtr", {"distance": "400 m"}),
        ("400 meters", {"distance": "400 m"}),
        ("440yd", {"distance": "402.336 m"}),
        ("100y", {"distance": "91.44 m"}),
        ("Press lap", {"mark": True}),
    ],
)
def test_lengths(length, until):
    """Every way to write a length means what its documentation says, and nothing is lost."""
    steps, report = imported(f"- {length} 80% Pace")

    assert steps[0]["until"] == until
    assert steps[0]["target"] == {"speed": "80 %threshold"}
    assert lost(report) == []


@pytest.mark.parametrize(
    ("text", "until", "told"),
    [
        ("- 60m Z", {"time": "1:00:00"}, 0),
        ("- 150m", {"time": "2:30:00"}, 0),
        ("- 200m", {"time": "3:20:00"}, 1),
        ("- 201m", {"distance": "201 m"}, 1),
        ("- 100m", {"time": "1:40:00"}, 1),
        ("- 800m", {"distance": "800 m"}, 1),
    ],
)
def test_m_is_minutes_until_it_cannot_be(text, until, told):
    """`m` is minutes up to 200, metres above; where a runner might have meant the other, it is reported."""
    steps, report = imported(text)

    assert steps[0]["until"] == until
    assert len(places(report, ReportKind.APPROXIMATED)) == told


@pytest.mark.parametrize(
    ("wish", "until"), [("seconds", {"time": "1:40:00"}), ("metres", {"distance": "100 m"})]
)
def test_what_m_means_can_be_said(wish, until):
    """`--durations` decides what an unclear `m` is, and then nothing is approximated; a clear one stays."""
    steps, report = imported("- 100m\n- 10m", durations=wish)

    assert [step["until"] for step in steps] == [until, {"time": "10:00"}]
    assert lost(report) == []


def test_m_inside_a_repeat_is_metres():
    """Nobody repeats a hundred minutes four times: in a repeat over 60 `m` are metres, and reported."""
    steps, report = imported("Main 4x\n- 100m 90% Pace\n- 1m Z1 HR\n\n- 4x 80m")

    assert steps[0]["steps"][0]["until"] == {"distance": "100 m"}
    assert steps[1]["steps"][0]["until"] == {"distance": "80 m"}
    assert places(report, ReportKind.APPROXIMATED) == ["line 2", "line 3", "line 5"]


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("80% Pace", {"speed": "80 %threshold"}),
        ("80-90% pace", {"speed": {"min": "80 %threshold", "max": "90 %threshold"}}),
        ("90-80% pace", {"speed": {"min": "80 %threshold", "max": "90 %threshold"}}),
        ("80%-90% Pace", {"speed": {"min": "80 %threshold", "max": "90 %threshold"}}),
        ("80% HR", {"heart_rate": "80 %max"}),
        ("90-95% LTHR", {"heart_rate": {"min": "90 %lthr", "max": "95 %lthr"}}),
        ("5:00/km Pace", {"pace": "5:00/km"}),
        ("7:15-7:00/km Pace", {"pace": "7:00-7:15/km"}),
        ("7:15/km-7:00/km Pace", {"pace": "7:00-7:15/km"}),
        ("8:03/mi", {"pace": "5:00.1/km"}),
        ("2:00/400m", {"pace": "5:00/km"}),
        ("140-150bpm HR", {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}),
        ("220w", {"power": "220 W"}),
        ("200-240w", {"power": {"min": "200 W", "max": "240 W"}}),
        ("170-176rpm", {"cadence": {"min": "170 spm", "max": "176 spm"}}),
        ("rpe 7", {"effort": "RPE 7"}),
        ("maxeffort", {"effort": "as hard as you can"}),
        ("", None),
    ],
)
def test_targets_mean_the_same(target, made):
    """Every target with its own numbers is understood."""
    steps, report = imported(f"- 10m {target}")

    assert steps[0].get("target") == made
    assert lost(report) == []


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("Z2 HR", {"heart_rate": "zone 2"}),
        ("Z2-Z3 HR", {"heart_rate": {"min": "85 %lthr", "max": "95 %lthr"}}),
        ("Z1-2 HR", {"heart_rate": {"max": "90 %lthr"}}),
        ("Z6-Z7 HR", {"heart_rate": {"min": "103 %lthr"}}),
        ("Z2 Pace", {"speed": {"min": "77.5 %threshold", "max": "87.7 %threshold"}}),
        ("Z1 Pace", {"speed": {"max": "77.5 %threshold"}}),
        ("Z3-Z5 Pace", {"speed": {"min": "87.7 %threshold", "max": "103.4 %threshold"}}),
        ("Z2", {"effort": "power zone 2"}),
        ("Z4-Z3 Power", {"effort": "power zone 3-4"}),
        ("75%", {"effort": "75 % of threshold power"}),
        ("75% MMP", {"effort": "75 % of mean maximal power"}),
        ("150% Pace", {"effort": "150 % of threshold speed"}),
        ("85-90rpm", {"cadence": {"min": "170 spm", "max": "180 spm"}}),
    ],
)
def test_zones_and_shares_of_what_is_not_in_the_file(target, made):
    """Zones are read as Friel's, shares of power kept as words; both are reported, with the line."""
    steps, report = imported(f"- 10m {target}")

    assert steps[0]["target"] == made
    assert places(report, ReportKind.APPROXIMATED) == ["line 1"]


@pytest.mark.parametrize(
    "target", ["Z9 HR", "Z8 Pace", "5000% HR", "0:10/km", "0:00/km", "0% HR", "9000w", "9rpm", "9:00/100y"]
)
def test_targets_nobody_can_hold_are_dropped(target):
    """A zone that does not exist and a pace nobody runs leave the step without a target."""
    steps, report = imported(f"- 10m {target}")

    assert "target" not in steps[0]
    assert places(report) == ["line 1"]


def test_two_targets():
    """The first target is the target, the second a limit with both of its sides."""
    steps, report = imported("- 10m 80% Pace Z2 HR 170-180rpm")

    assert steps[0]["target"] == {"speed": "80 %threshold"}
    assert steps[0]["caps"] == [
        {"heart_rate": {"min": "85 %lthr", "max": "90 %lthr"}},
        {"cadence": {"min": "170 spm", "max": "180 spm"}},
    ]
    assert len(lost(report)) == 1


def test_open_sided_zones_as_limits():
    """The lowest and the highest zone are limits with one side."""
    steps, _ = imported("- 10m 80% Pace Z1 HR\n- 1m 80% Pace Z7 HR")

    assert steps[0]["caps"] == [{"heart_rate": {"max": "85 %lthr"}}]
    assert steps[1]["caps"] == [{"heart_rate": {"min": "107 %lthr"}}]


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("ramp 60-80% Pace", ({"speed": "60 %threshold"}, {"speed": "80 %threshold"})),
        ("ramp 130-150bpm", ({"heart_rate": "130 bpm"}, {"heart_rate": "150 bpm"})),
        ("ramp 75-50% Pace", ({"speed": "75 %threshold"}, {"speed": "50 %threshold"})),
        ("75%-50% Pace Ramp", ({"speed": "75 %threshold"}, {"speed": "50 %threshold"})),
        ("ramp 5:30-5:00/km Pace", ({"pace": "5:30/km"}, {"pace": "5:00/km"})),
        ("RAMP 5:00/km – 5:30/km", ({"pace": "5:00/km"}, {"pace": "5:30/km"})),
        ("ramp 180w-260w", ({"power": "180 W"}, {"power": "260 W"})),
        ("ramp 90-80% LTHR", ({"heart_rate": "90 %lthr"}, {"heart_rate": "80 %lthr"})),
    ],
)
def test_ramps(target, made):
    """A ramp starts at its first number and ends at its second."""
    steps, report = imported(f"- 10m {target}")

    assert (steps[0]["target"], steps[0]["ramp"]) == made
    assert lost(report) == []


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("ramp Z3-Z1 HR", ({"heart_rate": "92.5 %lthr"}, {"heart_rate": "85 %lthr"})),
        ("ramp Z2-Z4 Pace", ({"speed": "82.6 %threshold"}, {"speed": "97.2 %threshold"})),
    ],
)
def test_a_ramp_between_zones_runs_from_middle_to_middle(target, made):
    """A ramp between zones keeps its direction; the numbers that were taken are reported."""
    steps, report = imported(f"- 10m {target}")

    assert (steps[0]["target"], steps[0]["ramp"]) == made
    assert places(report, ReportKind.APPROXIMATED) == ["line 1"]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("ramp 90-60%", "a ramp from 90 to 60 % of threshold power"),
        ("ramp Z1-Z3", "a ramp from power zone 1 to 3"),
    ],
)
def test_a_ramp_in_words_keeps_its_direction(target, words):
    """A ramp of power shares and zones is kept as words in the order of the file."""
    steps, report = imported(f"- 10m {target}")

    assert steps[0]["target"] == {"effort": words}
    assert places(report, ReportKind.APPROXIMATED) == ["line 1"]


@pytest.mark.parametrize("target", ["ramp 80% Pace", "ramp 80-150% Pace", "ramp Z2 HR", "ramp Z1-Z9 HR"])
def test_a_ramp_that_cannot_be_one_is_a_range(target):
    """A ramp without two usable ends is kept as a target without a ramp, and reported."""
    steps, report = imported(f"- 10m {target}")

    assert "ramp" not in steps[0]
    assert any("became a range" in text for text in lost(report))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Warmup\n- 10m\n\nMain set\n- 5m\n\nCool down\n- 5m", ["warm_up", "work", "cool_down"]),
        ("- Warm up 10m\n- 5m", ["warm_up", "work"]),
        ("- 10m intensity=warmup\n- 5m intensity=rest\n- 1m intensity=odd", ["warm_up", "recovery", "work"]),
        ("- 10m freeride", ["open"]),
        ("• 10m Z2 HR", ["open"]),
        ("- 20m free", ["open"]),
    ],
)
def test_kinds(text, kinds):
    """Sections, words and `intensity=` say what a step is."""
    steps, _ = imported(text)

    assert [step["kind"] for step in steps] == kinds


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("- 2m 60% Pace", {"kind": "recovery"}),
        ("- 2m Z1 HR", {"kind": "recovery"}),
        ("- 2m 100% LTHR", {"kind": "recovery"}),
        ("- 2m 105% Pace", {"kind": "work"}),
        ("- 2m RPE 3", {"kind": "work"}),
        ("- 2m 130bpm", {"kind": "work"}),
        ("- 2m", {"kind": "work"}),
        ("- Easy 2m", {"kind": "recovery"}),
        ("- Walk 2m", {"kind": "recovery", "move": "walk"}),
        ("- Rest 2m", {"kind": "recovery", "move": "walk"}),
        ("- Stand 2m rest", {"kind": "recovery", "move": "stand"}),
    ],
)
def test_recoveries_inside_a_repeat(line, made):
    """In a repeat the clearly easier step is a recovery, and so is one that says it."""
    steps, _ = imported(f"Main 4x\n- 3m 110% Pace\n{line}")

    assert {key: steps[0]["steps"][1].get(key) for key in made} == made


def test_a_repeat_ends_with_an_empty_line():
    """Steps after the empty line below a repeat are not repeated; a bare `3x` repeats what follows."""
    steps, _ = imported("3x\n- 3m 110% Pace\n- 1m Z1 HR\n\n- 10m Z2 HR")

    assert steps[0]["repeat"] == 3
    assert steps[1]["until"] == {"time": "10:00"}


def test_title_words_and_sections():
    """The first line alone is the title, other lines without steps the description; headers name sections."""
    text = "Tempo Run\nFeel strong\n\nWarm up\n- 10m\n\nMain\n- 20m 88% Pace\n\nStretch afterwards"
    (document,) = import_workout(text.encode(), name="it").documents

    assert document["name"] == "Tempo Run"
    assert document["description"] == "Feel strong\nStretch afterwards"
    assert [section["name"] for section in document["sections"]] == ["Warm up", "Main"]


def test_words_around_the_length_are_kept():
    """Words before the length name the step; words after the targets are notes, and reported."""
    steps, report = imported("- Cruise 5m 95% Pace relax the arms")

    assert (steps[0]["name"], steps[0]["notes"]) == ("Cruise", "relax the arms")
    assert lost(report) == [
        'dropped: line 1: "relax the arms", which has no meaning here; it is kept as a note'
    ]


def test_press_lap_drops_its_planned_length():
    """A step that waits for the lap key keeps no length, and the report says which was planned."""
    steps, report = imported("- Press lap 10m Z2 HR\n- Press lap 1km")

    assert [step["until"] for step in steps] == [{"mark": True}] * 2
    assert places(report) == ["line 1", "line 2"]


def test_lines_that_are_no_steps():
    """A dash line without a length is reported and left out, and so is one of no length."""
    steps, report = imported("- 10m\n- stretch well\n- 0m")

    assert len(steps) == 1
    assert places(report) == ["line 2", "line 3"]


def test_text_without_a_step_is_refused():
    """Words alone are no workout, whatever is asked for."""
    with pytest.raises(WorkoutProblem, match="not a workout file in a known format"):
        imported("Run as you feel")
    with pytest.raises(WorkoutProblem, match="no line of it is a step"):
        imported("Run as you feel", source=Format.INTERVALS)


def test_a_long_title_is_cut():
    """A name longer than a document takes is cut and reported; headings and words around a fence describe it."""
    text = f"# {'Long ' * 60}\nWhy\n```\n- 10m\n```\nmore\n```\nno steps\n```\n~~~\n- 1m\n~~~"
    first, second = import_workout(text.encode(), name="it").documents

    assert len(first["name"]) == 120
    assert first["description"] == "Why"
    assert second["sections"][0]["steps"][0]["until"] == {"time": "1:00"}


def test_more_workouts_on_a_page_than_anybody_has():
    """Two hundred workouts are the most."""
    with pytest.raises(WorkoutProblem, match="more than 200"):
        imported("```\n- 1m\n```\n" * 201)


# --- workout_doc


def _doc(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"name": "It", "type": "Run", "workout_doc": {"description": "Why", "steps": list(steps)}} | more


def test_a_captured_shape():
    """The shape the servers give: shares with their resolved twins, repeats, names, kinds."""
    steps, report = imported(
        _doc(
            {
                "text": "Easy",
                "duration": 600,
                "warmup": True,
                "pace": {"value": 70, "units": "%pace"},
                "_pace": {"value": 1.84},
            },
            {
                "reps": 3,
                "steps": [
                    {
                        "distance": 400,
                        "duration": 96,
                        "pace": {"start": 95, "end": 100, "units": "%pace"},
                        "hr": {"value": 80, "units": "%lthr"},
                    },
                    {"duration": 60, "intensity": "rest", "hr": {"value": 2, "units": "hr_zone"}},
                ],
            },
            {"until_lap_press": True, "cooldown": True},
        )
    )

    assert steps[0] == {
        "kind": "warm_up",
        "name": "Easy",
        "until": {"time": "10:00"},
        "target": {"speed": "70 %threshold"},
    }
    work, rest = steps[1]["steps"]
    assert work["until"] == {"distance": "400 m"}
    assert work["caps"] == [{"heart_rate": {"min": "80 %lthr", "max": "80 %lthr"}}]
    assert (rest["kind"], rest["target"]) == ("recovery", {"heart_rate": "zone 2"})
    assert steps[2] == {"kind": "cool_down", "until": {"mark": True}}
    assert len(lost(report)) == 1


@pytest.mark.parametrize(
    ("key", "told", "made"),
    [
        ("pace", {"start": 435, "end": 420, "units": "secs/km"}, {"pace": "7:00-7:15/km"}),
        ("pace", {"value": 4, "units": "mins/km"}, {"pace": "4:00/km"}),
        ("pace", {"value": 4, "units": "m/s"}, {"pace": "4:10/km"}),
        ("power", {"value": 250, "units": "w"}, {"power": "250 W"}),
        ("hr", {"value": 150, "units": "bpm"}, {"heart_rate": "150 bpm"}),
        ("hr", {"value": 80, "units": "%hr"}, {"heart_rate": "80 %max"}),
        ("cadence", {"value": 176, "units": "rpm"}, {"cadence": "176 spm"}),
        ("hr", {"start": 150, "units": "bpm"}, {"heart_rate": "150 bpm"}),
        ("hr", {"end": 150, "units": "bpm"}, {"heart_rate": "150 bpm"}),
    ],
)
def test_units_of_a_document(key, told, made):
    """Each unit with its own numbers is understood."""
    steps, report = imported(_doc({"duration": 60, key: told}))

    assert steps[0]["target"] == made
    assert lost(report) == []


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("hr", {"value": "x", "units": "bpm"}),
        ("hr", {"value": 0, "units": "bpm"}),
        ("hr", {"value": 2.5, "units": "hr_zone"}),
        ("hr", {"value": 99, "units": "hr_zone"}),
        ("pace", {"value": 5, "units": "parsec"}),
        ("power", {"value": 5}),
    ],
)
def test_targets_of_a_document_without_sense_are_dropped(key, told):
    """A target without usable numbers or of an unknown unit is named and dropped."""
    steps, report = imported(_doc({"duration": 60, key: told}))

    assert "target" not in steps[0]
    assert places(report) == [f"workout_doc.steps[0].{key}"]


def test_ramps_of_a_document():
    """A ramp has a start and an end; between zones it runs from middle to middle, and that is reported."""
    steps, report = imported(
        _doc(
            {"duration": 60, "ramp": True, "pace": {"start": 60, "end": 80, "units": "%pace"}},
            {"duration": 60, "ramp": True, "pace": {"start": 1, "end": 2, "units": "pace_zone"}},
            {"duration": 60, "ramp": True},
        )
    )

    assert (steps[0]["target"], steps[0]["ramp"]) == ({"speed": "60 %threshold"}, {"speed": "80 %threshold"})
    assert (steps[1]["target"], steps[1]["ramp"]) == (
        {"speed": "77.5 %threshold"},
        {"speed": "82.6 %threshold"},
    )
    assert places(report, ReportKind.APPROXIMATED) == ["workout_doc.steps[1].pace"]
    assert "ramp" not in steps[2]


def test_flags_of_a_document():
    """Free riding is open, all out is words, a planned length before a lap press is reported."""
    steps, report = imported(
        _doc(
            {"duration": 60, "freeride": True},
            {"duration": 60, "maxeffort": True},
            {"until_lap_press": True, "duration": 60},
            {"until_lap_press": True, "distance": 60},
            {"duration": 0},
        )
    )

    assert [step["kind"] for step in steps] == ["open", "work", "work", "work"]
    assert steps[1]["target"] == {"effort": "as hard as you can"}
    assert len(places(report)) == 3


def test_a_document_alone_and_a_list_of_events():
    """The document without its event is for running if it says paces; a list of events is several workouts."""
    (alone,) = import_workout(b'{"steps": [{"duration": 60}], "target": "PACE"}', name="it").documents
    assert alone["name"] == "Imported workout"

    _, report = imported({"steps": [{"duration": 60}]})
    assert places(report, ReportKind.APPROXIMATED) == ["type"]

    found = import_workout(json.dumps([_doc({"duration": 60}), _doc({"duration": 90})]).encode(), name="it")
    assert [each["sections"][0]["steps"][0]["until"] for each in found.documents] == [
        {"time": "1:00"},
        {"time": "1:30"},
    ]

    _, report = imported([_doc({"duration": 60}), _doc()])
    assert lost(report) == ['dropped: [1]: "It" was left out: no step that can be run was found in it']


def test_a_step_that_is_no_object_is_refused():
    """A step that is a text is named with its place."""
    with pytest.raises(WorkoutProblem, match=r"workout_doc\.steps\[0\]"):
        imported(_doc("x"))


def test_a_ride_keeps_times_and_heart_rates():
    """Of an event for cycling, paces, zones of pace and powers go, and each is named."""
    steps, report = imported(
        _doc(
            {
                "duration": 60,
                "pace": {"value": 3, "units": "pace_zone"},
                "hr": {"value": 150, "units": "bpm"},
            },
            {"duration": 60, "pace": {"value": 90, "units": "%pace"}},
            {"duration": 60, "pace": {"value": 240, "units": "secs/km"}},
            type="Ride",
        )
    )

    assert [step.get("target") for step in steps] == [{"heart_rate": "150 bpm"}, None, None]
    assert places(report) == ["type", *(f"workout_doc.steps[{n}].pace" for n in range(3))]


def test_a_line_beyond_any_step_is_cut():
    """Four hundred characters are read of a line, and the rest is reported; blanks between words do not count."""
    steps, report = imported(f"- 10m {' ' * 1000}80% Pace\n- 10m {'x ' * 500}")

    assert steps[0]["target"] == {"speed": "80 %threshold"}
    assert places(report) == ["line 2", "line 2"]
    assert "what stands behind the first 400 characters" in lost(report)[0]


# --- what people write besides


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("70w-80w", {"power": {"min": "70 W", "max": "80 W"}}),
        ("70 w - 80 w", {"power": {"min": "70 W", "max": "80 W"}}),
        ("140bpm-150bpm", {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}),
        ("140–150 bpm", {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}),
        ("HR 140-150", {"heart_rate": {"min": "140 bpm", "max": "150 bpm"}}),
        ("150 HR", {"heart_rate": "150 bpm"}),
        ("170rpm-176rpm", {"cadence": {"min": "170 spm", "max": "176 spm"}}),
        ("170 - 176 spm", {"cadence": {"min": "170 spm", "max": "176 spm"}}),
        ("60% - 70% Pace", {"speed": {"min": "60 %threshold", "max": "70 %threshold"}}),
        ("60% Pace-70% Pace", {"speed": {"min": "60 %threshold", "max": "70 %threshold"}}),
        ("60% to 70% pace", {"speed": {"min": "60 %threshold", "max": "70 %threshold"}}),
        ("85-75% LTHR", {"heart_rate": {"min": "75 %lthr", "max": "85 %lthr"}}),
        ("HR: 80-85%", {"heart_rate": {"min": "80 %max", "max": "85 %max"}}),
        ("80%HR", {"heart_rate": "80 %max"}),
        ("5:00/km-4:50/km Pace", {"pace": "4:50-5:00/km"}),
        ("5:00/km — 4:50/km", {"pace": "4:50-5:00/km"}),
        ("4:00/km-4:10/km", {"pace": "4:00-4:10/km"}),
        ("5:00-4:50 min/km", {"pace": "4:50-5:00/km"}),
        ("5:00 per km", {"pace": "5:00/km"}),
        ("@ 5:00/km", {"pace": "5:00/km"}),
        ("Pace 5:00/km", {"pace": "5:00/km"}),
        ("3'45\"/km", {"pace": "3:45/km"}),
        ("8:03/mi-7:50/mi Pace", {"pace": "4:52-5:01/km"}),
        ("1:15/250m", {"pace": "5:00/km"}),
        ("3:00/100m Pace", {"pace": "30:00/km"}),
    ],
)
def test_units_on_either_side_or_both(target, made):
    """A unit stands behind one value or both, with blanks, dashes of any length, or `to`; nothing is lost."""
    steps, report = imported(f"- 10m {target}")

    assert steps[0]["target"] == made
    assert "caps" not in steps[0]
    assert "notes" not in steps[0]
    assert lost(report) == []


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("4:00 Pace", {"pace": "4:00/km"}),
        ("4:10-4:00 Pace", {"pace": "4:00-4:10/km"}),
        ("4:10 – 4:00 pace", {"pace": "4:00-4:10/km"}),
    ],
)
def test_a_pace_without_a_unit_is_per_kilometre(target, made):
    """The unit is the default of the sport, a setting of the site; the kilometre is taken, and reported."""
    steps, report = imported(f"- 1km {target}")

    assert steps[0]["until"] == {"distance": "1000 m"}
    assert steps[0]["target"] == made
    assert places(report, ReportKind.APPROXIMATED) == ["line 1"]
    assert "per kilometre" in lost(report)[0]


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("Z2 HR-Z3 HR", {"heart_rate": {"min": "85 %lthr", "max": "95 %lthr"}}),
        ("Zone 2-3 HR", {"heart_rate": {"min": "85 %lthr", "max": "95 %lthr"}}),
        ("HR Z2", {"heart_rate": "zone 2"}),
        ("Z5b HR", {"heart_rate": "zone 5b"}),
        ("Z2 Pace - Z3 Pace", {"speed": {"min": "77.5 %threshold", "max": "94.3 %threshold"}}),
        ("CZ1", {"effort": "custom zone 1"}),
        ("CZ2-CZ3", {"effort": "custom zone 2-3"}),
        ("cz2-3 HR", {"effort": "custom zone 2-3"}),
        ("60% MMP 5m", {"effort": "60 % of mean maximal power over 5m"}),
        ("50-60% MMP 3m", {"effort": "50-60 % of mean maximal power over 3m"}),
    ],
)
def test_zones_however_written(target, made):
    """Zones stand on either side of their unit; custom ones and mean maximal powers are kept as words, and reported."""
    steps, report = imported(f"- 20m {target}")

    assert steps[0]["until"] == {"time": "20:00"}
    assert steps[0]["target"] == made
    assert "notes" not in steps[0]
    assert places(report, ReportKind.APPROXIMATED) == ["line 1"]
    assert places(report) == []


@pytest.mark.parametrize(
    ("length", "until", "told"),
    [
        ("1h 30m", {"time": "1:30:00"}, 0),
        ("1h2m30s", {"time": "1:02:30"}, 0),
        ("1m 30s", {"time": "1:30"}, 0),
        ("10 min 30 sec", {"time": "10:30"}, 0),
        ("1.5km", {"distance": "1500 m"}, 0),
        ("1,5 km", {"distance": "1500 m"}, 0),
        ("2 miles", {"distance": "3218.688 m"}, 0),
        ("100yrd", {"distance": "91.44 m"}, 0),
        ("400mtrs", {"distance": "400 m"}, 0),
        ("15-20m", {"time": "15:00"}, 1),
        ("1-2h", {"time": "1:00:00"}, 1),
        ("400-800mtr", {"distance": "400 m"}, 1),
    ],
)
def test_lengths_however_written(length, until, told):
    """Parts of a length may stand apart; of a range of lengths the lower end is taken, and reported."""
    steps, report = imported(f"- {length} 95% Pace")

    assert (steps[0]["until"], steps[0]["target"]) == (until, {"speed": "95 %threshold"})
    assert len(lost(report)) == told


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("- lap press 80% Pace", {"until": {"mark": True}, "target": {"speed": "80 %threshold"}}),
        ("- 80% Pace press lap", {"until": {"mark": True}, "target": {"speed": "80 %threshold"}}),
        ("- Lap button press 80% Pace", {"until": {"mark": True}, "target": {"speed": "80 %threshold"}}),
        ("- until press lap", {"until": {"mark": True}}),
        ("- Get in position press lap", {"until": {"mark": True}, "name": "Get in position"}),
        ("- 80% Pace 10m", {"until": {"time": "10:00"}, "target": {"speed": "80 %threshold"}}),
        (
            "- ramp 10m 50-60% Pace",
            {"target": {"speed": "50 %threshold"}, "ramp": {"speed": "60 %threshold"}},
        ),
        ("- 20s 0", {"kind": "recovery", "move": "stand", "until": {"time": "0:20"}}),
        ("- 20s 0% Pace", {"kind": "recovery", "move": "stand", "until": {"time": "0:20"}}),
        ("- 20s intensity=recovery", {"kind": "recovery", "until": {"time": "0:20"}}),
        ("- 4x100mtr strides", {"repeat": 4}),
        ("- 100mtr strides", {"kind": "stride"}),
        ("- 10m 80% Pace # hold back", {"notes": "hold back"}),
        ("- RPE 8 all through 10m", {"name": "RPE 8 all through", "target": {"effort": "RPE 8"}}),
        ("- 10m 80% Pace (easy)", {"kind": "open", "target": {"speed": "80 %threshold"}}),
        ("-\u00a010m\u00a080%\u00a0Pace", {"until": {"time": "10:00"}, "target": {"speed": "80 %threshold"}}),
        ("- RPE 9, not quite out 2m 300w", {"name": "RPE 9, not quite out", "target": {"power": "300 W"}}),
    ],
)
def test_pieces_stand_in_any_order(line, made):
    """Lap presses, targets, rests and comments are understood wherever they stand, and nothing is lost."""
    steps, report = imported(line)

    assert {key: steps[0].get(key) for key in made} == made
    assert lost(report) == []


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("- 200mtr 95% pace 30s rest", {"until": {"time": "0:30"}, "move": "walk"}),
        ("- 200mtr 95% pace rest 30s", {"until": {"time": "0:30"}, "move": "walk"}),
        ("- 200mtr 95% pace w/ 200mtr jog", {"until": {"distance": "200 m"}}),
        ("- 200mtr 95% pace + 1m walk", {"until": {"time": "1:00"}, "move": "walk"}),
        ("- 200mtr 95% pace, 1m30 recovery", {"until": {"time": "1:30"}}),
        ("- 3m 95% pace 90s standing", {"until": {"time": "1:30"}, "move": "stand"}),
    ],
)
def test_a_rest_behind_a_step_is_a_step(line, rest):
    """A second length with a word for resting is a recovery after the step, also in a repeat; nothing is lost."""
    steps, report = imported(line)

    assert steps[0]["target"] == {"speed": "95 %threshold"}
    assert "notes" not in steps[0]
    assert steps[1] == {"kind": "recovery"} | rest
    assert lost(report) == []

    (repeat,), report = imported(f"- 4x {line[2:]}")
    assert (repeat["repeat"], repeat["steps"]) == (4, steps)
    assert lost(report) == []


@pytest.mark.parametrize(
    ("line", "name", "says"),
    [
        ("Go 0^ Start <!> 60^ Relax <!> 10m 60% Pace", "Go", [("Start", "0:01"), ("Relax", "1:00")]),
        ("Go 33^at 33s in <!> 10m 60% Pace", "Go", [("at 33s in", "0:33")]),
        ("5^ one 7s^ two 1m30^ three 2:00^ four <!> 10m 60% Pace", None,
         [("one", "0:05"), ("two", "0:07"), ("three", "1:30"), ("four", "2:00")]),
        ("30^ relax 10m 60% Pace", None, [("relax", "0:30")]),
        ("30^ relax <!> Smooth 10m 60% Pace", "Smooth", [("relax", "0:30")]),
    ],
)  # fmt: skip
def test_timed_prompts_are_said_at_their_times(line, name, says):
    """`33^ text <!>` is a text of the step at that second, and no part of its name or length."""
    steps, report = imported(f"- {line}")

    assert steps[0]["until"] == {"time": "10:00"}
    assert steps[0].get("name") == name
    assert [(each["text"], each["at"]) for each in steps[0]["says"]] == says
    assert lost(report) == []


def test_a_prompt_is_made_harmless_and_cut():
    """A prompt holds no control characters and is no longer than a name, which is reported."""
    steps, report = imported(f"- Go 5^ left\x00 right <!> 10m\n- 5^ {'word ' * 40}<!> 10m")

    assert steps[0]["says"] == [{"text": "left right", "at": "0:05"}]
    assert len(steps[1]["says"][0]["text"]) == 120
    assert places(report, ReportKind.APPROXIMATED) == ["line 2"]


@pytest.mark.parametrize("prompt", ["60^ too late", "59^"])
def test_a_prompt_that_is_never_said_is_told(prompt):
    """A prompt at or behind the end of its step, or without words, is dropped and reported."""
    steps, report = imported(f"- Go {prompt} <!> 1m 110% Pace")

    assert "says" not in steps[0]
    assert places(report) == ["line 1"]


@pytest.mark.parametrize(
    "line",
    [
        "- 10m 80% Pace smoothly",
        "- 10m 5K pace",
        "- 10m marathon pace",
        "- 10m 5:00",
        "- 10m 80% Pace 5m",
        "- 10m 80% Pace hr=1s",
        "- 10m 80% Pace hidepower",
        "- 10m 80% Pace intensity=brisk",
        "- 10m 80% Pace QZ3",
        "- Press lap 10m 80% Pace",
        "- 10m 80% Pace\n- Z2 Pace",
        "- 10m 80% Pace\n3x",
        "- 10m 80% Pace\n\n10m 60% Pace",
        "10m 60% Pace\n- 10m 80% Pace",
        "3x\n4x\n- 10m 80% Pace",
    ],
)
def test_what_means_nothing_is_dropped_and_told(line):
    """The rest of a line, and a line that only looks like a step, is reported, and `strict` refuses it."""
    _, report = imported(line)
    assert len(places(report)) == 1

    with pytest.raises(LossProblem) as caught:
        imported(line, strict=True)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("- 45m 70% Pace", ["open"]),
        ("- 45m easy", ["open"]),
        ("Easy Run\n- 45m", ["open"]),
        ("- Recovery run 30m", ["open"]),
        ("- Jog 10m\n- 20m 95% Pace\n- Jog 10m", ["warm_up", "work", "cool_down"]),
        (
            "- 10m 70% Pace\n- 20m 95% Pace\n- 5m 70% Pace\n- 20m 95% Pace",
            ["warm_up", "work", "recovery", "work"],
        ),
        ("- 20m 95% Pace\n- 30m 70% Pace\n- 20m 95% Pace", ["work", "open", "work"]),
        ("Main\n- 20m 95% Pace\n- 3m 80% HR\n\nCool down\n- 5m", ["work", "recovery", "cool_down"]),
        (
            "- 10m warmup\n- 20m 95% Pace\n- 2m rest\n- 5m cooldown",
            ["warm_up", "work", "recovery", "cool_down"],
        ),
        ("Warmup\n- 10m easy jog\n- 4m 95% Pace", ["warm_up", "warm_up"]),
        ("- Easy tempo 20m 88-92% Pace", ["work"]),
        ("Recovery\n- 5m\n\nMain\n- 5m 95% Pace", ["open", "work"]),
        ("- 20m 88% LTHR\n- 5m 95% LTHR", ["warm_up", "work"]),
        ("- 5m intensity=other\n- 5m intensity=cooldown", ["work", "cool_down"]),
    ],
)
def test_easy_running_is_no_work(text, kinds):
    """Zones 1 and 2, jogs, rests and warm-ups are what they are: by words, by section, or by where they stand."""
    steps, report = imported(text)

    assert [step["kind"] for step in steps] == kinds
    assert places(report) == []


@pytest.mark.parametrize(
    ("easy", "hard"),
    [
        ("87.7% Pace", "87.8% Pace"),
        ("80-87.7% Pace", "80-87.8% Pace"),
        ("90% LTHR", "91% LTHR"),
        ("80% HR", "81% HR"),
        ("75%", "76%"),
        ("Z2 HR", "Z3 HR"),
        ("Z1-Z2 Pace", "Z1-Z3 Pace"),
        ("Z2", "Z3"),
        ("140bpm Z2 HR", "140bpm Z3 HR"),
    ],
)
def test_where_easy_running_ends(easy, hard):
    """The top of zone 2 is easy in every measure, and what is beyond it is work."""
    steps, _ = imported(f"- 10m {easy}\n- 10m {hard}")

    assert [step["kind"] for step in steps] == ["warm_up", "work"]


@pytest.mark.parametrize(
    ("length", "kind"),
    [
        ("10m", "recovery"),
        ("10m1s", "open"),
        ("2km", "recovery"),
        ("2.001km", "open"),
        ("press lap", "recovery"),
    ],
)
def test_how_long_a_recovery_after_a_hard_step_may_be(length, kind):
    """Easy running of up to 10 min and 2 km between hard steps is a recovery, and what is longer a run."""
    steps, _ = imported(f"- 10m 95% Pace\n- {length} Z1 HR\n- 10m 95% Pace")

    assert [step["kind"] for step in steps] == ["work", kind, "work"]


@pytest.mark.parametrize(
    ("hardest", "easier", "near"),
    [
        ("105% Pace", "95% Pace", "95.1% Pace"),
        ("Z7 HR", "105% LTHR", "106% LTHR"),
        ("Z6 Pace", "101.5% LTHR", "102% LTHR"),
        ("3:36/km", "4:00/km", "3:59/km"),
        ("3:36-4:20/km", "4:00/km", "3:59/km"),
        ("200bpm", "180bpm", "181bpm"),
        ("300w", "270w", "271w"),
        ("110%", "99%", "100%"),
        ("100% HR", "90% HR", "91% HR"),
    ],
)
def test_how_much_easier_a_recovery_of_a_repeat_is(hardest, easier, near):
    """Ten points of threshold below the hardest step, or ten per cent of paces, beats and watts, make a recovery."""
    for target, kind in ((easier, "recovery"), (near, "work")):
        steps, _ = imported(f"3x\n- 3m {hardest}\n- 3m {target}")
        assert [step["kind"] for step in steps[0]["steps"]] == ["work", kind]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("- 2m 6:30/km", "recovery"),
        ("- 2m 4:20/km", "work"),
        ("- 2m jog", "recovery"),
        ("- 2m off", "recovery"),
        ("- Float 2m 4:10/km", "float"),
        ("- Easy does it 2m 3:50/km", "recovery"),
    ],
)
def test_recoveries_of_a_paced_repeat(line, kind):
    """In a repeat with paces a step ten per cent slower than the fastest is a recovery, and so is a jog."""
    steps, _ = imported(f"4x\n- 1km 4:00/km\n{line}")

    assert [step["kind"] for step in steps[0]["steps"]] == ["work", kind]


NESTED = [
    {"kind": "work", "until": {"time": "0:30"}, "target": {"speed": "110 %threshold"}},
    {"kind": "recovery", "until": {"time": "0:30"}, "notes": "easy"},
]


@pytest.mark.parametrize(
    ("header", "times", "name"),
    [
        ("Main Set 3x", 3, "Main Set"),
        ("## Main Set 3x", 3, "Main Set"),
        ("**Main Set** (3x)", 3, "Main Set"),
        ("Main Set: 3 x", 3, "Main Set"),
        ("Main Set 3×", 3, "Main Set"),
        ("Main Set x3", 3, "Main Set"),
        ("3x Main Set", 3, "Main Set"),
        ("Main Set 3 times", 3, "Main Set"),
        ("Set 1 - 8x", 8, "Set 1"),
        ("12x", 12, "Workout"),
        ("Repeat 5 times:", 5, "Workout"),
    ],
)
def test_headers_of_repeats(header, times, name):
    """The count stands before or behind the name of a section, whatever adorns it."""
    found = import_workout(f"Title\n\n{header}\n- 30s 110% Pace\n- 30s easy".encode(), name="it")
    ((section,), report) = (found.documents[0]["sections"], found.report)

    assert section["name"] == name
    assert section["steps"] == [{"repeat": times, "steps": NESTED}]
    assert lost(report) == []


@pytest.mark.parametrize(
    "text",
    [
        "- 3x\n  - 30s 110% Pace\n  - 30s easy\n- 5m walk",
        "- 3x\n- 30s 110% Pace\n- 30s easy\n\n- 5m walk",
        "- Main 3x\n\t- 30s 110% Pace\n\t- 30s easy\n- 5m walk",
    ],
)
def test_a_repeat_on_a_step_line(text):
    """`- 3x` repeats the lines indented below it, or all up to the empty line."""
    steps, report = imported(text)

    assert steps[0] == {"repeat": 3, "steps": NESTED}
    assert steps[1]["until"] == {"time": "5:00"}
    assert lost(report) == []


def test_repeats_nest_by_their_indent():
    """An indented `4x` repeats within the set around it."""
    text = "Main 2x\n  4x\n    - 30s 110% Pace\n    - 30s easy\n  - 3m rest\n\nCooldown\n- 10m easy"
    steps, report = imported(text)

    assert steps[0]["repeat"] == 2
    assert steps[0]["steps"][0] == {"repeat": 4, "steps": NESTED}
    assert steps[0]["steps"][1]["until"] == {"time": "3:00"}
    assert steps[1]["kind"] == "cool_down"
    assert lost(report) == []


def test_a_text_of_more_lines_than_any_workout_is_refused():
    """Ten thousand lines of steps are the most; more are refused before they are read."""
    with pytest.raises(WorkoutProblem, match="more than 10000 lines of steps"):
        imported("- 1m\n" * 10_001)


def test_repeats_nested_beyond_reason_are_refused():
    """Twenty-one repeats within each other are a problem, not a crash."""
    text = "\n".join(f"{' ' * n}- 2x" for n in range(30))
    with pytest.raises(WorkoutProblem, match="nested more than"):
        imported(f"{text}\n{' ' * 40}- 1m")


def test_notes_and_rests_of_a_document():
    """Texts without a length are notes, a target of nothing is a rest, zones may be written `Z2`."""
    pace = {"value": 105, "units": "%pace"}
    steps, report = imported(
        _doc(
            {"text": ""},
            {"text": "Stay tall"},
            {"reps": 2, "steps": [{"text": "Quick feet"}, {"duration": 60, "text": "Go", "pace": pace}]},
            {"duration": 30, "pace": {"value": 0, "units": "%pace"}},
            {"duration": 90, "pace": {"start": "Z2", "end": "Z3", "units": "pace_zone"}},
            {"text": "Well done"},
        )
    )

    assert steps[0]["steps"][0]["notes"] == "Stay tall\nQuick feet"
    assert steps[1] == {"kind": "recovery", "until": {"time": "0:30"}, "move": "stand"}
    assert steps[2]["target"] == {"speed": {"min": "77.5 %threshold", "max": "94.3 %threshold"}}
    assert steps[2]["notes"] == "Well done"
    assert places(report) == []

    _, report = imported(_doc({"text": "Why"}, {"reps": 2, "steps": []}, {"duration": 60, "text": "Go"}))
    assert lost(report) == ["dropped: workout_doc.steps[1]: an empty repeat was left out"]

    steps, report = imported(_doc({"reps": 2, "steps": [{"text": "Lone"}]}, {"duration": 60}))
    assert len(steps) == 1
    assert lost(report) == [
        'dropped: workout_doc.steps[0].steps[0]: "Lone", because there is no step for it',
        "dropped: workout_doc.steps[0]: an empty repeat was left out",
    ]


@pytest.mark.parametrize(
    ("step", "where"),
    [
        ({"duration": 60, "hidepower": True}, "workout_doc.steps[0]"),
        ({"duration": 60, "elevation": 3}, "workout_doc.steps[0]"),
        ({"duration": 60, "intensity": "brisk"}, "workout_doc.steps[0]"),
        ({"duration": 60, "pace": 5}, "workout_doc.steps[0].pace"),
    ],
)
def test_what_a_document_says_besides_is_told(step, where):
    """A key or a word that no step of a document has is dropped and reported."""
    _, report = imported(_doc(step))

    assert places(report) == [where]


def test_metres_of_a_rest_behind_a_step():
    """`m` above sixty is metres in a rest behind a step, and that is reported."""
    steps, report = imported("- 1km 95% Pace 100m jog")

    assert steps[1]["until"] == {"distance": "100 m"}
    assert places(report, ReportKind.APPROXIMATED) == ["line 1"]


def test_kinds_of_a_document():
    """A document's steps are easy by their zone and their words too."""
    easy, hard = {"value": 70, "units": "%pace"}, {"value": 100, "units": "%pace"}
    steps, _ = imported(
        _doc(
            {"duration": 600, "pace": easy},
            {"reps": 3, "steps": [{"duration": 60, "pace": hard}, {"duration": 60, "pace": easy}]},
            {"duration": 60, "text": "Jog"},
            {"duration": 60, "pace": hard},
            {"duration": 600, "text": "Cool down", "pace": easy},
        )
    )

    assert [step.get("kind") for step in steps] == ["open", None, "recovery", "work", "cool_down"]
    assert [step["kind"] for step in steps[1]["steps"]] == ["work", "recovery"]


def test_a_slow_speed_of_a_document_is_a_recovery():
    """In a repeat with speeds in m/s a step ten per cent slower than the fastest is a recovery."""
    speeds = [{"duration": 60, "pace": {"value": value, "units": "m/s"}} for value in (4.0, 3.7, 3.6)]
    steps, _ = imported(_doc({"reps": 2, "steps": speeds}))

    assert [step["kind"] for step in steps[0]["steps"]] == ["work", "work", "recovery"]


def test_a_calendar_keeps_its_runs():
    """Races, notes, other sports and days without a step are left out one by one and named; a text is read."""
    events = [
        {"category": "NOTE", "name": "Sleep", "description": "early"},
        {
            "category": "WORKOUT",
            "type": "Run",
            "name": "Tuesday",
            "description": "Warmup\n- 10m 06:45/km pace",
        },
        {"category": "RACE_B", "type": "Run", "name": "5 km", "workout_doc": {"steps": [{"duration": 60}]}},
        {"category": "WORKOUT", "type": "Ride", "name": "Spin", "workout_doc": {"steps": [{"duration": 60}]}},
        {
            "category": "WORKOUT",
            "type": "TrailRun",
            "name": "Hills",
            "workout_doc": {"steps": [{"duration": 60}]},
        },
        {"category": "WORKOUT", "type": "Run", "name": "As you like", "workout_doc": None},
    ]
    found = import_workout(json.dumps(events).encode(), name="it")

    assert [each["name"] for each in found.documents] == ["Tuesday", "Hills"]
    assert found.documents[0]["sections"][0]["steps"][0]["target"] == {"pace": "6:45/km"}
    assert lost(found.report) == [
        'dropped: [0]: "Sleep" was left out: its category is NOTE, which is not a workout',
        'dropped: [2]: "5 km" was left out: its category is RACE_B, which is not a workout',
        'dropped: [3]: "Spin" was left out: it is for another sport ("ride")',
        'dropped: [5]: "As you like" was left out: no step that can be run was found in it',
    ]
    with pytest.raises(WorkoutProblem, match=r'\[0\] "Sleep": its category is NOTE'):
        imported([events[0], events[2]])
