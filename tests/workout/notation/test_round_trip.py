"""A printed line is read back as the same workout: every library workout, and lines of every shape."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coach.workout import notation
from coach.workout.document import load_document, outline
from coach.workout.kinds import RUN
from tests.cases import case
from tests.workout.notation.documents import ATHLETE

LIBRARY = sorted((Path(__file__).parents[3] / "workouts").glob("*.json"))
CHANGES = "a rest, or a second thing, that changes from rep to rep"
"""The one loss that makes the steps of a workout other ones."""


def meaning(document):
    """The kind of each step, its end, its target without the label, and its move."""
    return [
        (
            step.kind,
            step.until,
            step.target and (step.target.quantity, step.target.band, step.target.ref, step.target.ramp),
            step.move if step.kind == "recovery" else None,
            step.send_off_s,
            step.optional,
        )
        for step in outline(document, ATHLETE).steps
        if step.kind in RUN
    ]


def test_a_library_workout_comes_back():
    """Its line is read as the same line and the same steps; what a line cannot say is in the list of losses."""
    for path in LIBRARY:
        with case(path.stem):
            document = load_document(path.read_bytes(), name=path.name)
            text, losses = notation.write(document)
            if not text:
                assert any("checklist" in loss for loss in losses)
                continue
            again = notation.read(text, ATHLETE)
            assert again.text == text
            if CHANGES not in losses:
                assert meaning(again.document) == meaning(document)


def test_what_a_line_cannot_say_is_listed():
    """Exercises, questions, gates, reminders, starts, words and tags are losses; a plain line has none."""
    path = next(path for path in LIBRARY if path.stem == "long-run-fuel")
    _, losses = notation.write(load_document(path.read_bytes(), name=path.name))
    assert "its reminders" in losses
    assert "gates of a step" in losses
    assert "a limit from below, or of a number from elsewhere" in losses
    line = notation.read("2km easy + 6x800 @ 5k / 400 jog + 1km easy", ATHLETE)
    assert notation.write(line.document) == ("2km easy + 6x800 @ 5k / 400 jog + 1km easy", [])


LENGTHS = st.sampled_from(
    [
        "200",
        "400",
        "800",
        "1km",
        "1.5km",
        "1mi",
        "0.5mi",
        "20s",
        "45s",
        "1:30",
        "3:00",
        "12:30",
        "20min",
        "220yd",
    ]
)
TARGETS = st.sampled_from(
    [
        "5k", "10k", "3k", "mile", "threshold", "marathon", "half", "goal", "5k-2s/km", "marathon+3%", "3:45/km",
        "3:40-3:50/km", "6:00/mi", "92%threshold", "Z2", "Z4", "150-160bpm", "88-92%LTHR", "<160bpm", "280W", "180spm",
        "RPE8", "hard", "sprint", "5k effort", '"fast, smooth"', "14.5km/h",
    ]
)  # fmt: skip
MOVES = st.sampled_from(["", " jog", " walk", " stand", " float", " float @ marathon"])


@st.composite
def rests(draw):
    """A rest behind `/`, or none."""
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return ""
    if kind == 1:
        return " / none"
    if kind == 2:
        return " / until <120bpm walk min 0:45 max 3:00"
    return f" / {draw(LENGTHS)}{draw(MOVES)}"


@st.composite
def steps(draw):
    """A length with what belongs to it, without a rest."""
    text = draw(LENGTHS)
    word = draw(st.sampled_from(["", "", "", " stride", " hill"]))
    target = draw(st.one_of(st.just(""), TARGETS.map(" @ {}".format)))
    cap = draw(st.sampled_from(["", "", " <75%max", " <150bpm", " <4:30/km"]))
    return text + word + target + cap


@st.composite
def parts(draw, depth=0):
    """A part of a line: a step, reps, a ladder, a send-off, or sets."""
    kind = draw(st.integers(0, 6 if depth < 2 else 4))
    count = draw(st.sampled_from(["2x", "3x", "10x", "4-6x"]))
    if kind == 0:
        return draw(steps())
    if kind == 1:
        return (
            draw(st.sampled_from(["WU ", "CD ", ""]))
            + draw(LENGTHS)
            + draw(st.sampled_from([" easy", " run", " jog"]))
        )
    if kind == 2:
        rungs = "-".join(draw(st.lists(LENGTHS, min_size=3, max_size=5)))
        return f"{rungs} @ {draw(TARGETS)}{draw(rests())}"
    if kind == 3:
        return f"{count}{draw(LENGTHS)} @ {draw(TARGETS)} on 30:00"
    if kind == 4:
        return count + draw(steps()) + draw(rests())
    inner = " + ".join(draw(st.lists(parts(depth=depth + 1), min_size=1, max_size=3)))
    return f"{count}({inner}){draw(rests())}"


LINES = st.lists(parts(), min_size=1, max_size=4).map(" + ".join)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(LINES)
@example("3x(2x400) / none + 800 @ 5k")
@example("200 + 2x(200-200-200 @ Z2) + 200")
def test_a_line_of_any_shape_comes_back(line):
    """The canonical form of a valid line is read as itself, and means the same steps."""
    first = notation.read(line, ATHLETE)
    again = notation.read(first.text, ATHLETE)
    assert again.text == first.text
    assert meaning(again.document) == meaning(first.document)
    assert first.sentence


PIECES = st.sampled_from(
    """6 x 800 @ 5k / 400 jog + ( ) [ ] - 2:00 1:1 ' easy , ; r= R min m km mi % max < > → on off hill stride back down
    2s each w/ WU CD last one Z 2 RPE to until mark or = & ½ 72 lap bpm none sets of between float equal . : same T in
    s \" \n""".replace(" \n", "\n ").split(" ")
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(PIECES, max_size=16).map(" ".join),
        st.lists(PIECES, max_size=16).map("".join),
        st.tuples(LINES, st.integers(0, 80), st.text(max_size=3)).map(
            lambda cut: cut[0][: cut[1]] + cut[2] + cut[0][cut[1] + 1 :]
        ),
    )
)
def test_anything_is_read_or_refused_with_a_place(line):
    """Any text makes a workout whose line reads back, or a problem that points into the line."""
    try:
        read = notation.read(line, ATHLETE)
    except notation.NotationProblem as caught:
        problem = caught
    else:
        assert notation.read(read.text, ATHLETE).text == read.text
        return
    assert 0 <= problem.start <= max(len(line), 1)
    assert problem.start < problem.end
    assert problem.reason
    assert problem.so_far is None or notation.write(problem.so_far)[0]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("4x80 / 80m walk", "4x80 / 80m walk"),
        ("4x110 / 110m jog", "4x110 / 110m jog"),
        ("4x400 / 400m jog", "4x400 / 400 jog"),
    ],
)
def test_metres_of_a_rest_are_not_read_as_seconds(line, text):
    """A rest below 100 m, or not in whole fifties, is printed with its unit: a bare number would be seconds."""
    first = notation.read(line, ATHLETE)
    assert first.text == text
    assert meaning(notation.read(text, ATHLETE).document) == meaning(first.document)
