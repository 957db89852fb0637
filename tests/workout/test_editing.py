"""Editing a workout: a document in, a document out, and nothing lost that the editor does not show."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.problems import WorkoutProblem
from coach.workout import editing
from coach.workout.document import document_from, load_document, outline
from coach.workout.editing import Cell, CellProblem, Draft, Edited, Form
from tests.cases import case
from tests.workout.notation.documents import ATHLETE

LIBRARY = sorted((Path(__file__).parents[2] / "workouts").glob("*.json"))
TEXTS = (
    *("3", "4-6", "800", "2:00", "until <120bpm", "5k", "easy->threshold", "3:45/km", "<150bpm", "400 jog"),
    *("90s stand", "200 float", "on 3:00", "none", "", "4:3", "x", "10", "zzz"),
)
LINES = ("4x200 @ mile / 200 jog", "10min easy", "2x(3x400 / 1:00) / 3:00", "800 @ 4:3", "")


@functools.cache
def library(slug):
    """A workout that comes with the program."""
    path = next(path for path in LIBRARY if path.stem == slug)
    return load_document(path.read_bytes(), name=slug)


def made(*steps, **more):
    """A workout of one section."""
    tree = {"format": "coach-workout/1", "name": "Made", "sections": [{"name": "Main", "steps": list(steps)}]}
    return document_from(tree | more, name="made")


def sections(document) -> Any:
    """The sections of a document as they are written."""
    return document.source["sections"]


def row(document, name, form=None):
    """The first row of this name."""
    return next(row for row in editing.rows(document) if row.name == name and form in (None, row.form))


def put(document, name, cell, text):
    """Put a text into a cell of the first row of a name; gives the tree."""
    return editing.write_cell(document, row(document, name), cell, text, ATHLETE).document


REP = {
    "kind": "work",
    "until": {"distance": "400 m"},
    "target": {"pace": {"ref": "5k"}},
    "caps": [{"heart_rate": {"max": "180 bpm"}}],
    "gates": [{"rule": "sore", "when": "before", "text": "Is anything sore?"}],
    "reminders": [{"text": "Tall", "at": "0:30"}],
    "notes": "On the inside lane",
}
JOG = {"kind": "recovery", "move": "walk", "until": {"distance": "200 m"}, "else_time": "1:30"}


def set_of(*steps, **more):
    """A set of six."""
    return {"repeat": 6, "steps": list(steps)} | more


@st.composite
def edits(draw):
    """One edit of a document: a change of a cell, or of its steps."""
    at = draw(st.integers(0, 10_000))
    name = draw(st.sampled_from(("cell", "add", "remove", "double", "wrap", "up", "down")))
    return (
        name,
        at,
        draw(st.sampled_from(TEXTS)),
        draw(st.sampled_from(tuple(Cell))),
        draw(st.sampled_from(LINES)),
    )


def apply(document, edit):
    """Apply an edit; gives the new document and the place of the change."""
    name, at, text, cell, line = edit
    listed = editing.rows(document)
    here = listed[at % len(listed)]
    if name == "cell":
        cell = cell if cell in here.cells else next(iter(here.cells), None)
        if cell is None:
            return Edited(document, here.path)
        return editing.write_cell(document, here, cell, text, ATHLETE)
    if name == "add":
        return editing.add(document, here, line, ATHLETE)
    change = {
        "remove": editing.remove,
        "double": editing.double,
        "wrap": editing.wrap,
        "up": lambda document, row: editing.move(document, row, -1),
        "down": lambda document, row: editing.move(document, row, 1),
    }[name]
    return change(document, here)


@given(st.sampled_from([path.stem for path in LIBRARY]), st.lists(edits(), min_size=1, max_size=4))
def test_any_edit_gives_a_document_or_a_problem(slug, steps):
    """After any edits a library workout loads and is laid out, or the edit is refused; undo restores it."""
    first = library(slug)
    draft, stages, problems = Draft(first), [first.source], []
    for step in steps:
        try:
            edited = apply(draft.document, step)
        except WorkoutProblem as problem:
            problems.append(problem)
            continue
        document = edited.document
        again = load_document(json.dumps(document.source).encode(), name="again")
        assert again.workout == document.workout
        outline(document)
        assert editing.rows(document)
        following = draft.with_change(document, edited.path)
        if following is not draft:
            stages.append(document.source)
        draft = following
    assert all(problem.message for problem in problems)
    assert all(problem.start >= 0 for problem in problems if isinstance(problem, CellProblem))
    for source in reversed(stages[:-1]):
        undone = draft.undo()
        assert undone is not None
        draft, _ = undone
        assert draft.document.source == source
    assert draft.undo() is None


OTHER = {Cell.TIMES: "17", Cell.LENGTH: "1:07", Cell.TARGET: "3:33/km", Cell.REST: "0:17 stand"}


def test_every_cell_is_read_as_it_is_written():
    """A cell that is changed and typed back has its old text: each kind of row of the library once."""
    tried = set()
    for path in LIBRARY:
        with case(path.stem):
            document = library(path.stem)
            for place, here in enumerate(editing.rows(document)):
                for cell, text in here.cells.items():
                    kind = (here.form, here.keeps, cell, frozenset(here.cells.items()))
                    if not text or here.form is Form.PROMPT or kind in tried:
                        continue
                    tried.add(kind)
                    try:
                        other = editing.write_cell(document, here, cell, OTHER[cell], ATHLETE).document
                    except WorkoutProblem:
                        continue  # such as a step too short for its reminder
                    there = editing.rows(other)[place]
                    if text == "none":
                        continue
                    again = editing.write_cell(other, there, cell, text, ATHLETE).document
                    assert editing.rows(again)[place].cells[cell] == text
                    if cell is not Cell.TARGET:
                        continue
                    assert bands(again) == bands(document)


def bands(document):
    """The target of every step, in numbers."""
    targets = [step.target for step in outline(document, ATHLETE).steps]
    return [target and (target.quantity, target.band, target.ramp) for target in targets]


def test_rows_know_their_steps():
    """Every step of a section is found in the compiled workout by the id of its first turn."""
    for path in LIBRARY:
        with case(path.stem):
            document = library(path.stem)
            ids = {step.step_id for step in outline(document).steps}
            missing = [
                here for here in editing.rows(document) if here.form is Form.STEP and here.step_id not in ids
            ]
            assert [here.path for here in missing if here.path[0] == "sections"] == []


def test_reps_change_and_all_else_stays():
    """More reps change one number of the document; limits, gates, reminders and notes are as before."""
    document = made(set_of(REP, JOG, skip_last_recovery=True), purpose="Speed", tags={"level": "beginner"})
    changed = put(document, "repeat", Cell.TIMES, "8")
    wanted = json.loads(json.dumps(document.source))
    wanted["sections"][0]["steps"][0]["repeat"] = 8
    assert changed.source == wanted
    assert sections(document)[0]["steps"][0]["repeat"] == 6


def test_a_range_of_reps_is_typed_as_in_a_line():
    """`8-12` is a range of repeats."""
    changed = put(made(set_of(REP)), "repeat", Cell.TIMES, "8-12")
    assert changed.workout.sections[0].steps[0].repeat.max == 12


def test_a_length_takes_its_unmeasured_time_along():
    """Half the distance takes half the time where nothing measures it; a rest that was walked is still walked."""
    changed = put(made(set_of(REP, JOG)), "walk", Cell.LENGTH, "100")
    jog = sections(changed)[0]["steps"][0]["steps"][1]
    assert jog == {"kind": "recovery", "move": "walk", "until": {"distance": "100 m"}, "else_time": "0:45"}
    timed = put(changed, "walk", Cell.LENGTH, "90s jog")
    jog = sections(timed)[0]["steps"][0]["steps"][1]
    assert jog == {"kind": "recovery", "move": "jog", "until": {"time": "1:30"}}


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("3:45/km", {"pace": "3:45/km"}),
        ("@ threshold", {"pace": {"ref": "threshold"}}),
        ("1:20", {"pace": "3:20/km"}),
        ("<150bpm", {"heart_rate": {"max": "150 bpm"}}),
        ("hard", {"effort": "hard"}),
        ('"smooth on the / bend"', {"effort": "smooth on the / bend"}),
        ("", None),
    ],
)
def test_targets_are_read_as_in_a_line(text, target):
    """A pace, a name, the time of the rep, a limit, words, nothing."""
    changed = put(made(set_of(REP)), "rep", Cell.TARGET, text)
    assert sections(changed)[0]["steps"][0]["steps"][0].get("target") == target


def test_a_faulty_target_has_its_place_and_its_fix():
    """The problem names the character in the cell, not in the line that was made of it."""
    with pytest.raises(CellProblem) as caught:
        put(made(set_of(REP)), "rep", Cell.TARGET, "5")
    assert caught.value.start == 0
    assert caught.value.message == "5 is not a pace yet"
    assert caught.value.corrected == "5k"


@pytest.mark.parametrize(
    ("steps", "text", "key", "rest"),
    [
        ([REP], "2:00 walk", "between", {"kind": "recovery", "move": "walk", "until": {"time": "2:00"}}),
        ([REP], "on 1:45", "send_off", "1:45"),
        ([REP, JOG], "on 2:45", "send_off", "2:45"),
    ],
)
def test_a_set_gets_a_rest(steps, text, key, rest):
    """A rest between, or a send-off, which takes the place of the rest there was."""
    node = sections(put(made(set_of(*steps)), "repeat", Cell.REST, text))[0]["steps"][0]
    assert node[key] == rest
    assert len(node["steps"]) == 1


def test_the_rest_of_a_set_may_be_its_last_step():
    """`none` takes it away, and what a set says of leaving it out."""
    document = made(set_of(REP, JOG, skip_last_recovery=True))
    assert row(document, "repeat").cells[Cell.REST] == "200 walk"
    longer = sections(put(document, "repeat", Cell.REST, "400"))[0]["steps"][0]
    assert longer["steps"][1]["until"] == {"distance": "400 m"}
    without = sections(put(document, "repeat", Cell.REST, "none"))[0]["steps"][0]
    assert without == set_of(REP)


def test_steps_and_sets_are_added_as_in_a_line():
    """A line goes behind a row, into the list that the row is in."""
    document = made(set_of(REP, JOG))
    edited = editing.add(document, row(document, "rep"), "4x50 stride / 50 walk", ATHLETE)
    assert edited.path == ("sections", 0, "steps", 0, "steps", 1)
    assert [one.form for one in editing.rows(edited.document)] == [
        Form.SECTION, Form.REPEAT, Form.STEP, Form.REPEAT, Form.STEP, Form.STEP, Form.STEP,
    ]  # fmt: skip


def test_a_set_is_made_of_a_step_with_its_rest():
    """A rep and the rest behind it are wrapped together."""
    document = made(REP, JOG, REP | {"notes": "last"})
    edited = editing.wrap(document, row(document, "rep"))
    assert edited.path == ("sections", 0, "steps", 0)
    assert sections(edited.document)[0]["steps"] == [
        {"repeat": 2, "steps": [REP, JOG]},
        REP | {"notes": "last"},
    ]


def test_the_last_step_stays():
    """A workout keeps at least one step; a set or section that becomes empty is removed."""
    document = made(REP, set_of(JOG))
    without = editing.remove(document, row(document, "walk")).document
    assert sections(without)[0]["steps"] == [REP]
    with pytest.raises(WorkoutProblem, match="the last step"):
        editing.remove(without, row(without, "rep"))


def test_a_step_moves_through_its_sections():
    """Down past its neighbour, out of a set, into the next section; an emptied section goes."""
    document = made(set_of(REP, JOG), sections=[
        {"name": "Main", "steps": [set_of(REP, JOG)]}, {"name": "End", "steps": [JOG]},
    ])  # fmt: skip
    edited = editing.move(document, row(document, "repeat"), 1)
    assert edited.path == ("sections", 0, "steps", 0)
    assert [section["name"] for section in sections(edited.document)] == ["End"]
    places = []
    for _ in range(3):
        step = row(edited.document, "rep")
        edited = editing.move(edited.document, step, 1)
        places.append(edited.path)
    assert places == [
        ("sections", 0, "steps", 0, "steps", 1),
        ("sections", 0, "steps", 1),
        ("sections", 0, "steps", 2),
    ]
    with pytest.raises(WorkoutProblem, match="no place further on"):
        editing.move(edited.document, row(edited.document, "rep"), 1)


def test_a_step_moves_up_into_the_section_before():
    """Up from the first place of a section it becomes the last of the one before; the first of all stays."""
    document = made(sections=[{"name": "A", "steps": [REP]}, {"name": "B", "steps": [JOG, REP]}])
    edited = editing.move(document, row(document, "walk"), -1)
    assert edited.path == ("sections", 0, "steps", 1)
    with pytest.raises(WorkoutProblem, match="no place further on"):
        editing.move(document, row(document, "rep"), -1)


def test_the_only_step_of_a_set_leaves_it_gone():
    """Moved out of its set, the step stands in its place, and the empty set goes."""
    document = made(JOG, set_of(REP), JOG)
    for by in (-1, 1):
        edited = editing.move(document, row(document, "rep"), by)
        assert sections(edited.document)[0]["steps"] == [JOG, REP, JOG]
        assert edited.path == ("sections", 0, "steps", 1)


def test_what_was_guessed_is_told():
    """The guess that a time is that of the rep is reported, and so is a rest that was not written."""
    document = made(set_of(REP))
    aimed = editing.write_cell(document, row(document, "rep"), Cell.TARGET, "1:20", ATHLETE)
    assert aimed.guesses == ("1:20 is read as the time of the 400 m",)
    added = editing.add(document, row(document, "repeat"), "4x200 @ mile", ATHLETE)
    assert added.guesses == ("no rest is given: it lasts until you press",)


@pytest.mark.parametrize(
    ("name", "cell", "text", "message"),
    [
        ("rep", Cell.LENGTH, "800 @ 5k", "one length only"),
        ("rep", Cell.LENGTH, "3x400 / 1:00", "one length only"),
        ("rep", Cell.LENGTH, "400 jog", "That is a rest"),
        ("rep", Cell.LENGTH, "800 + 400", "more than one step"),
        ("walk", Cell.LENGTH, "1:1", "needs a number"),
        ("walk", Cell.LENGTH, "400 jog / 200", "."),
        ("repeat", Cell.REST, "on", "."),
        ("repeat", Cell.REST, "back", "needs a number"),
        ("repeat", Cell.REST, "400 jog @ 6:00/km", "not a rest"),
        ("repeat", Cell.REST, "400 jog <150bpm", "not a rest"),
        ("repeat", Cell.REST, "on hills", "not a send-off"),
        ("rep", Cell.TARGET, "5k / 400 jog", "That is a rest"),
        ("rep", Cell.TARGET, "5k on 3:00", "That is a rest"),
        ("repeat", Cell.TIMES, "0", "."),
        ("repeat", Cell.TIMES, "", "."),
    ],
)
def test_what_does_not_belong_into_a_cell_is_refused(name, cell, text, message):
    """A cell takes what its column is about, and nothing else."""
    with pytest.raises(CellProblem, match=message):
        put(made(set_of(REP, JOG)), name, cell, text)


def test_a_rest_between_is_a_row_that_is_changed_and_removed():
    """It has a length and cannot be doubled; a step that is added behind it ends the set."""
    document = made(set_of(REP, between=JOG))
    between = row(document, "walk between")
    longer = editing.write_cell(document, between, Cell.LENGTH, "2:00 jog", ATHLETE).document
    assert sections(longer)[0]["steps"][0]["between"] == {
        "kind": "recovery",
        "move": "jog",
        "until": {"time": "2:00"},
    }
    by_rest = put(document, "repeat", Cell.REST, "300")
    assert sections(by_rest)[0]["steps"][0]["between"]["until"] == {"distance": "300 m"}
    with pytest.raises(WorkoutProblem, match="the rest between sets"):
        editing.double(document, between)
    assert sections(editing.remove(document, between).document)[0]["steps"] == [set_of(REP)]
    added = editing.add(document, between, "800", ATHLETE)
    assert len(sections(added.document)[0]["steps"][0]["steps"]) == 2
    without = put(document, "repeat", Cell.REST, "none")
    assert sections(without)[0]["steps"] == [set_of(REP)]


def test_a_float_ends_the_steps_of_a_set():
    """There is no float after the last rep, and the float is one of the steps."""
    node = sections(put(made(set_of(REP)), "repeat", Cell.REST, "200 float"))[0]["steps"][0]
    assert node["steps"][1] == {"kind": "float", "until": {"distance": "200 m"}}
    assert node["skip_last_recovery"] is True
    floated = sections(put(made(set_of(REP, JOG)), "repeat", Cell.REST, "200 float"))[0]["steps"][0]
    assert floated["steps"][1] == {"kind": "float", "until": {"distance": "200 m"}, "else_time": "1:30"}


def test_a_step_without_distance_calibrates_nothing():
    """Keys that need a distance go with it; only a target of pace is steered by time."""
    rep = REP | {"calibrate": True, "steer": "time"}
    timed = put(made(rep), "rep", Cell.LENGTH, "2:00")
    assert "calibrate" not in sections(timed)[0]["steps"][0]
    aimed = put(made(rep), "rep", Cell.TARGET, "<150bpm")
    assert "steer" not in sections(aimed)[0]["steps"][0]
    assert sections(put(made(rep), "rep", Cell.TARGET, "3k"))[0]["steps"][0]["steer"] == "time"


def test_a_float_takes_the_target_it_is_given():
    """Its pace is typed with it; other limits of a step change where they are typed."""
    changed = put(made(set_of(REP, JOG)), "repeat", Cell.REST, "200 float @ marathon")
    assert sections(changed)[0]["steps"][0]["steps"][1]["target"] == {"pace": {"ref": "marathon"}}
    capped = put(made(REP), "rep", Cell.TARGET, "3k <170bpm")
    assert sections(capped)[0]["steps"][0]["caps"] == [{"heart_rate": {"max": "170 bpm"}}]


def test_what_is_typed_as_it_was_is_no_change():
    """The document stays the same one."""
    document = made(set_of(REP))
    assert put(document, "repeat", Cell.TIMES, " 6 ") is document
    draft = Draft(document)
    assert draft.with_change(document, ()) is draft


def test_blocks_have_the_steps_of_their_first_use():
    """A step of a block is found in the compiled workout."""
    document = library("pyramid")
    ids = {step.step_id for step in outline(document).steps}
    assert all(one.step_id in ids for one in editing.rows(document) if one.form is Form.STEP)


def test_a_step_moves_inside_a_block():
    """A block has no section to be moved into."""
    document = made({"use": "up"}, blocks={"up": [REP, JOG]})
    assert editing.move(document, row(document, "rep"), 1).path == ("blocks", "up", 1)
    with pytest.raises(WorkoutProblem, match="no place further on"):
        editing.move(document, row(document, "rep"), -1)


def test_a_question_is_typed_as_it_is():
    """Its words are no line."""
    document = made(REP, {"kind": "prompt", "question": "How hard?"})
    changed = put(document, "question", Cell.TARGET, "800 or not?")
    assert sections(changed)[0]["steps"][1]["question"] == "800 or not?"


def test_a_section_is_no_step():
    """It cannot be doubled, and is removed with all that is in it; blocks are listed behind the sections."""
    document = library("ladder")
    heads = [one.name for one in editing.rows(document) if one.form is Form.SECTION]
    assert heads[-1] == "block rung rest"
    with pytest.raises(WorkoutProblem, match="a section"):
        editing.double(document, row(document, "block rung rest"))
    with pytest.raises(WorkoutProblem, match="rung rest"):
        editing.remove(document, row(document, "block rung rest"))


def test_places_of_the_checker_are_rows():
    """A fault deep in a step is one of that step."""
    listed = editing.rows(made(set_of(REP, JOG)))
    at = editing.row_at(listed, "sections[0].steps[0].steps[1].until")
    assert at is not None
    assert listed[at].name == "walk"
    assert editing.row_at(listed, "tags.level") is None


def test_a_copy_is_called_ones_own():
    """The name says that it is not the library's, however long it was."""
    assert editing.own_copy(made(REP)).name == "Made, my own"
    long = editing.rename(made(REP), "x" * 120)
    assert len(editing.own_copy(long).name) == 120
