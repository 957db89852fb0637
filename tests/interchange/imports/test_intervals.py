"""intervals.icu's text and JSON: `m` that is minutes or metres, shares and zones, sections and repeats."""

from typing import Any

import pytest

from coach.interchange.imports.formats import Format
from coach.interchange.imports.importing import import_workout
from coach.interchange.imports.report import Found
from coach.problems import WorkoutProblem
from tests.interchange.imports.reading import imported, lost, places


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
        ("- 100m", {"time": "1:40:00"}, 1),
        ("- 800m", {"distance": "800 m"}, 1),
    ],
)
def test_m_is_minutes_until_it_cannot_be(text, until, told):
    """`m` is minutes up to 200, metres above; where a runner might have meant the other, it is told."""
    steps, report = imported(text)

    assert steps[0]["until"] == until
    assert len(places(report, Found.APPROXIMATED)) == told


@pytest.mark.parametrize(
    ("wish", "until"), [("seconds", {"time": "1:40:00"}), ("metres", {"distance": "100 m"})]
)
def test_what_m_means_can_be_said(wish, until):
    """`--durations` decides what an unclear `m` is, and then nothing is approximated; a clear one stays."""
    steps, report = imported("- 100m\n- 10m", durations=wish)

    assert [step["until"] for step in steps] == [until, {"time": "10:00"}]
    assert lost(report) == []


def test_m_inside_a_repeat_is_metres():
    """Nobody repeats a hundred minutes four times: in a repeat over 60 `m` are metres, and told."""
    steps, report = imported("Main 4x\n- 100m 90% Pace\n- 1m Z1 HR\n\n- 4x 80m")

    assert steps[0]["steps"][0]["until"] == {"distance": "100 m"}
    assert steps[1]["steps"][0]["until"] == {"distance": "80 m"}
    assert places(report, Found.APPROXIMATED) == ["line 2", "line 3", "line 5"]


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
    """Zones are read as Friel's, shares of power kept as words; both are told, with the line."""
    steps, report = imported(f"- 10m {target}")

    assert steps[0]["target"] == made
    assert places(report, Found.APPROXIMATED) == ["line 1"]


@pytest.mark.parametrize(
    "target", ["Z9 HR", "Z8 Pace", "5000% HR", "0:10/km", "0:00/km", "0% Pace", "9000w", "9rpm"]
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
    ],
)
def test_ramps(target, made):
    """A ramp starts at its first number and ends at its second."""
    steps, report = imported(f"- 10m {target}")

    assert (steps[0]["target"], steps[0]["ramp"]) == made
    assert lost(report) == []


@pytest.mark.parametrize("target", ["ramp 80% Pace", "ramp 5:00-4:30/km"])
def test_a_ramp_that_cannot_be_one_is_a_range(target):
    """A ramp without two ends of a share is kept as a target without a ramp, and told."""
    steps, report = imported(f"- 10m {target}")

    assert "ramp" not in steps[0]
    assert places(report, Found.APPROXIMATED) == ["line 1"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Warmup\n- 10m\n\nMain set\n- 5m\n\nCool down\n- 5m", ["warm_up", "work", "cool_down"]),
        ("- Warm up 10m\n- 5m", ["warm_up", "work"]),
        ("- 10m intensity=warmup\n- 5m intensity=rest\n- 1m intensity=odd", ["warm_up", "recovery", "work"]),
        ("- 10m freeride", ["open"]),
        ("• 10m Z2 HR", ["work"]),
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
    """Words before the length name the step, words after the targets are notes."""
    steps, report = imported("- Cruise 5m 95% Pace relax the arms")

    assert (steps[0]["name"], steps[0]["notes"]) == ("Cruise", "relax the arms")
    assert lost(report) == []


def test_press_lap_drops_its_planned_length():
    """A step that waits for the lap key keeps no length, and the report says which was planned."""
    steps, report = imported("- Press lap 10m Z2 HR\n- Press lap 1km")

    assert [step["until"] for step in steps] == [{"mark": True}] * 2
    assert places(report) == ["line 1", "line 2"]


def test_lines_that_are_no_steps():
    """A dash line without a length is told and left out, and so is one of no length."""
    steps, report = imported("- 10m\n- stretch well\n- 0m")

    assert len(steps) == 1
    assert places(report) == ["line 2", "line 3"]


def test_text_without_a_step_is_refused():
    """Words alone are no workout, whatever is asked for."""
    with pytest.raises(WorkoutProblem, match="no workout file we know"):
        imported("Run as you feel")
    with pytest.raises(WorkoutProblem, match="no line of it is a step"):
        imported("Run as you feel", source=Format.INTERVALS)


def test_a_long_title_is_cut():
    """A name longer than a document takes is cut and told; headings and words around a fence describe it."""
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
    """A ramp has a start and an end; in a unit without single values it becomes a range and is told."""
    steps, report = imported(
        _doc(
            {"duration": 60, "ramp": True, "pace": {"start": 60, "end": 80, "units": "%pace"}},
            {"duration": 60, "ramp": True, "pace": {"start": 1, "end": 2, "units": "pace_zone"}},
            {"duration": 60, "ramp": True},
        )
    )

    assert (steps[0]["target"], steps[0]["ramp"]) == ({"speed": "60 %threshold"}, {"speed": "80 %threshold"})
    assert "ramp" not in steps[1]
    assert any("ramp" in text for text in lost(report))


def test_flags_of_a_document():
    """Free riding is open, all out is words, a planned length before a lap press is told."""
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
    assert places(report, Found.APPROXIMATED) == ["type"]

    with pytest.raises(WorkoutProblem, match=r"\[1\]"):
        imported([_doc({"duration": 60}), _doc()])


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
            type="Ride",
        )
    )

    assert [step.get("target") for step in steps] == [{"heart_rate": "150 bpm"}, None]
    assert places(report) == ["type", "workout_doc.steps[0].pace", "workout_doc.steps[1].pace"]


def test_a_line_beyond_any_step_is_cut():
    """Four hundred characters are read of a line, and the rest is told; blanks between words do not count."""
    steps, report = imported(f"- 10m {' ' * 1000}80% Pace\n- 10m {'x ' * 500}")

    assert steps[0]["target"] == {"speed": "80 %threshold"}
    assert places(report) == ["line 2"]
