"""Lines that are refused: each with the character it is about and what to write instead."""

import pytest

from coach.workout import notation
from tests.workout.notation.documents import ATHLETE

REFUSED = {
    "6x": ("", "it does not say of what", "For example: 6x800."),
    "6x800 @": ("", "the target is missing", "One of easy, marathon"),
    "6x800 @ 17k": ("17k", "17k is not a pace here", "The paces are easy, marathon, half, threshold"),
    "6x800 @ 5 / 400": ("5", "5 is not a pace yet", "Meant 5k pace? Write @ 5k, or 5:00/km."),
    "6x800 @ treshold / 400": ("treshold", "“treshold” is not a target", 'Did you mean "threshold"?'),
    "0x400": ("0", "0 repeats cannot be run", "Between 1 and 1000."),
    "6x800 / ": (" ", "the rest is missing", "For example: / 400 jog"),
    "6x800 / + 1km easy": ("+", "the rest is missing", "For example: / 400 jog"),
    "3x(400": ("(", 'the "(" is not closed', 'Write ")" where the set ends.'),
    "3x()": ("(", "there is nothing in the brackets", "For example: 3x(400 @ mile / 60s)."),
    "6x800 @ 1:12": ("1:12", "1:12 is not a time for 800 m", "Write the time of a lap as 1:12/lap"),
    "3x5": ("5", "5 of what", "Write 5min, 5km or 5s."),
    "400-800 @ 5k": ("800", "two lengths are neither a ladder nor a range", "three or more for a ladder"),
    "12-8x400": ("8", "12-8 runs backwards", "Write 8-12x"),
    "6x800 / 400 / 200": ("200", "it has a rest already", "for sets write 3x(4x400 / 60s) / 3:00."),
    "6x800 @ 1:75/km": ("1:75", "1:75 is not a time: seconds go to 59", "For example: 1:30."),
    "6x800 @ 0:30/km": (
        "0:30/km",
        '"0:30/km" is not possible: no runner is so fast',
        "1:20/km and 60:00/km.",
    ),
    "6x800 banana": ("banana", "“banana” has no meaning here", 'words of your own: 800 @ "banana".'),
    "10km @ 5k warmly": ("warmly", "“warmly” has no meaning here", "Take it out"),
    "banana": ("banana", "“banana” has no meaning here", "A step begins with a number"),
    "6x800 @ 5k / 400 + banana": ("banana", "“banana” has no meaning here", "A step begins with a number"),
    "6x400 (75, 74, 73) / 200": ("75", "3 times for 6 reps", "Give each rep its time"),
    "45-60 min easy": (
        "60 min",
        "two lengths are neither a ladder nor a range",
        "one length, 45 min or 60 min;",
    ),
    "8-10km easy": ("10km", "two lengths are neither a ladder nor a range", "one length, 8km or 10km;"),
    "6x800 $ 5k": ("$", "'$' has no meaning here", "Take it out."),
    "10mi easy with last 3 @ MP": ("last", "a last part of its own is a step", "7mi easy + 3mi @ marathon"),
    "90min easy with 3x15min @ MP": ("3", "it is not clear whether these are inside or behind", "Write a +"),
    "6x1km @ easy->threshold / 2:00": (
        "threshold",
        "from rep to rep only written paces change",
        "down 2s each",
    ),
    "400-800-400 @ 5k 3k": ("3k", "2 targets for 3 lengths", "Give one target, or one for each."),
    '6x800 @ "fast': ('"', "a text begins here that does not end", "Close it"),
    "10x200 on 1:15 / 200": ("200", "a send-off makes its own rest", "Take one of them out."),
    "4x(800 / 220 jog) / 800 jog": ("800 jog", "one rep has two rests", "3x(4x400 / 60s) / 3:00"),
    "5 x 1000 @ 3k-5k / 400": ("-", "two targets by name are not a range", "Write 3k or 5k, or figures"),
    "5x1000 @ 5k-3k": ("-", "two targets by name are not a range", "Write 5k or 3k"),
    "6x1k @ HMP-10k / 90s": ("-", "two targets by name are not a range", "Write HMP or 10k"),
    "6x1k @ 10k - HMP / 90s": ("-", "two targets by name are not a range", "Write 10k or HMP"),
    "6x1k HMP-10k pace": ("-", "two targets by name are not a range", "Write HMP or 10k"),
    "20min @ MP/HMP": ("/", "two targets by name are not a range", "Write MP or HMP"),
    "5x1000 @ 3k/5k / 400": ("/", "two targets by name are not a range", "Write 3k or 5k"),
    "6x400 @ 75, 74, 73 / 200": ("75", "3 times for 6 reps", "Give each rep its time"),
    "20min @ Z2-Z3": ("-", "two targets by name are not a range", "Write Z2 or Z3"),
    "6x800 @ 5k-2km easy": ("-", "a dash joins no step to a target", "Write + between two steps"),
    "6x800 @ 150bpm-160bpm": ("-", "a dash joins no step to a target", "150-160bpm"),
    "6x800 @ 4:00/km-5:00/mi": ("-", "two units in one range", "Write one unit, behind both: 4:00-4:10/km."),
    "6x800 @ 4:00/km-4:10": ("-", "a range has its unit behind both ends", "4:00-4:10/km."),
    "6x800 @ 2:00/km": ("2:00/km", "nobody has run 800 m so fast", "The fastest ever is near 2:06.14/km."),
    "6x800 @ 2:00-3:30/km": ("2:00-3:30/km", "nobody has run 800 m so fast", "Write a slower pace"),
    "6x800 @ 30km/h": ("30km/h", "nobody has run 800 m so fast", "near 2:06.14/km."),
    "20min @ 2:00": ("2:00", "nobody has run 10 km so fast", "near 2:37.1/km."),
    "20min @ 2:20/km": ("2:20/km", "nobody has run 8.6 km so fast", "near 2:31.07/km."),
    "6x800 / 400 float @ 1:30/km": ("1:30/km", "nobody has run 400 m so fast", "near 1:47.58/km."),
    "20min tempo @ 150bpm @ 5:00/km": ("5:00/km", "3 targets for 1 length", "Give one target"),
    "3x(banana)": ("banana", "“banana” has no meaning here", "A step begins with a number"),
    "20min @ 5k @ 10k": ("10k", "2 targets for 1 length", "Give one target, or one for each."),
    "6x800 @ 5k / 400)": (")", 'a ")" without a "("', 'Take it out, or write "(" where the set begins.'),
    "6x800 @ 5k] + 1km easy": ("]", 'a "]" without a "["', "Take it out"),
    "": ("", "there is nothing to read", "For example: 2km easy + 6x800 @ 5k / 400 jog + 1km easy"),
}
"""The typed line; the text at fault, the reason and a part of the fix."""


@pytest.mark.parametrize("line", REFUSED)
def test_a_refusal_names_the_place_and_the_fix(line):
    """The problem points at the characters that are wrong, says why, and what to write."""
    about, reason, fix = REFUSED[line]
    with pytest.raises(notation.NotationProblem) as caught:
        notation.read(line, ATHLETE)
    problem = caught.value
    assert line[problem.start : problem.end] == about
    assert problem.reason == reason
    assert fix in problem.fix


def test_the_caret_stands_under_the_character():
    """The hint shows the line, a caret under the place, and the fix below it; the command exits with 3."""
    with pytest.raises(notation.NotationProblem) as caught:
        notation.read("6x800 @ 17k", ATHLETE)
    line, caret, fix = caught.value.hint.split("\n")
    assert line == "6x800 @ 17k"
    assert caret == "  " + " " * 8 + "^"
    assert fix.startswith("  The paces are easy")
    assert caught.value.exit_code == 3


def test_of_several_rows_and_of_a_long_line_the_place_is_shown():
    """The row of the fault is shown, and of a long row a window round it, with the caret under the place."""
    for line in ("2km easy\n6x800 @ 17k\n1km easy", " + ".join([*["400 easy"] * 40, "6x800 @ 17k"])):
        with pytest.raises(notation.NotationProblem) as caught:
            notation.read(line, ATHLETE)
        shown, caret, _ = caught.value.hint.split("\n")
        at = caret.index("^") - 2
        assert shown[at : at + 3] == "17k"
        assert len(shown) <= 100


def test_the_place_can_be_corrected():
    """Where one thing is probably meant, the corrected line has it in place."""
    with pytest.raises(notation.NotationProblem) as caught:
        notation.read("2km easy + 6x800 @ 5 / 400 jog", ATHLETE)
    assert caught.value.corrected == "2km easy + 6x800 @ 5k / 400 jog"


def test_what_was_understood_is_kept():
    """A faulty line gives the workout without the faulty target, for who is still typing."""
    with pytest.raises(notation.NotationProblem) as caught:
        notation.read("2km easy + 6x800 @ 5 / 400 jog", ATHLETE)
    so_far = caught.value.so_far
    assert so_far is not None
    assert notation.write(so_far)[0] == "2km easy + 6x800 / 400 jog"


@pytest.mark.parametrize("line", ["10x400 @ 1:12 / 3:00", "10x400 in 72 / 3:00", "10 x 400 (72\") [3']"])
def test_a_time_without_paces_is_a_question(line):
    """Without paces a time is refused until the runner confirms that it is that of the rep."""
    with pytest.raises(notation.NotationProblem) as caught:
        notation.read(line)
    question = caught.value.question
    assert question is not None
    assert "the time of each 400 m, which is 3:00/km" in question.text
    assert "Write @ 3:00/km" in caught.value.fix
    assert notation.read(line, takes_times=True).text == "10x400 @ 3:00/km / 3:00 jog"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("1km @ 4:30", "1km @ 4:30/km"),
        ("5x1000 à 3'50 / 90s", "5x1000 @ 3:50/km / 1:30 jog"),
        ("1mi @ 6:30", "1mi @ 6:30/mi"),
        ("4x1km in 4:00-4:10 / 90s", "4x1km @ 4:00-4:10/km / 1:30 jog"),
    ],
)
def test_a_time_for_one_unit_is_no_question(line, text):
    """The time of a kilometre or a mile is its pace for any athlete."""
    assert notation.read(line).text == text


@pytest.mark.parametrize("line", ["800 @ 2:07/km", "100 @ 1:36/km", "8x20s @ 1:45/km / 60s", "1mi @ 3:45/mi"])
def test_what_has_been_run_is_no_refusal(line):
    """A record pace is a possible target."""
    assert notation.read(line, ATHLETE).document


def test_a_time_far_from_every_pace_is_a_question():
    """A time that is no pace of the athlete is refused with the pace it would be."""
    with pytest.raises(notation.NotationProblem) as caught:
        notation.read("10x400 in 3:00 / 3:00", ATHLETE)
    assert "far from every pace of yours" in caught.value.reason
    assert "7:30/km" in caught.value.fix


def test_what_fits_together_to_nothing_is_refused():
    """Valid parts whose sum is impossible are refused with the document's own reason."""
    with pytest.raises(notation.NotationProblem, match="the send-off is 1:00"):
        notation.read("10x2:00 on 1:00", ATHLETE)
    with pytest.raises(notation.NotationProblem, match="steps when repeats are counted"):
        notation.read("1000x(100x400 / 60s) / 2:00", ATHLETE)


def test_sets_are_nested_six_deep():
    """Deeper brackets are refused where they begin, however many there are."""
    with pytest.raises(notation.NotationProblem, match="nested more than 6 deep"):
        notation.read("2x(" * 300 + "400" + ")" * 300, ATHLETE)
