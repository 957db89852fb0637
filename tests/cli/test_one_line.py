"""A workout in one line, wherever a workout is wanted on the command line."""

import json

import pytest

SIX = "2km easy + 6x800 @ 5k / 400 jog + 1km easy"


@pytest.fixture
def runner(coach):
    """An athlete who runs 5 km in 22:30."""
    assert coach("athlete", "set", "--race", "5 km=22:30").exit_code == 0


@pytest.mark.parametrize("words", [[SIX], SIX.split()], ids=["quoted", "words"])
def test_a_line_runs_and_is_said(coach, runner, words, tmp_path):
    """`run` takes a line, in quotes or as words, and says on stderr what was understood."""
    ran = coach("simulate", *words, "--out", tmp_path / "run.csv")
    assert ran.exit_code == 0, ran.stderr
    assert (
        "Read as: Warm-up 2 km easy; 6 x 800 m at 5k pace, 400 m jog between; cool-down 1 km easy."
        in ran.stderr
    )


def test_a_line_is_replayed_and_checked(coach, runner, tmp_path):
    """`check`, `show` and `replay --workout` take a line; data stays on stdout."""
    run = tmp_path / "run.csv"
    assert coach("simulate", "6x800", "@", "5k", "/", "400", "--out", run).exit_code == 0
    replayed = coach("replay", run, "--workout", "6x800 @ 5k / 400", "--speed", "max", "--json")
    assert json.loads(replayed.stdout.splitlines()[0])["workout"] == "6 x 800 m at 5k pace"
    checked = coach("workout", "check", "6x800", "@", "5k", "/", "400")
    assert checked.stdout.startswith("6 x 800 m at 5k pace: about ")
    shown = coach("workout", "show", "6*800", "@", "5k", "r=2:00").stdout
    assert "In one line: 6x800 @ 5k / 2:00 jog\n" in shown


def test_a_guess_is_said(coach):
    """An ambiguity of a line is printed on stderr as a guess."""
    checked = coach("workout", "check", "3x8m")
    assert "Guessed: 8m is read as 8 minutes." in checked.stderr
    assert "Guessed: no rest is given: it lasts until you press." in checked.stderr


def test_a_library_workout_is_shown_in_one_line_with_what_it_leaves_out(coach):
    """`show` prints the canonical line and what it cannot say."""
    shown = coach("workout", "show", "6x800-5k").stdout
    assert "In one line: 12min easy + 6x800 @ 5k / 400 jog + 10min easy\n" in shown
    assert "The line leaves out: " in shown


def test_a_fault_shows_the_line_with_a_caret(coach):
    """A line that cannot be read exits with 3; the caret stands under the character."""
    refused = coach("workout", "check", "6x800 @ 17k")
    assert refused.exit_code == 3
    assert refused.stdout == ""
    said, line, caret, fix = refused.stderr.splitlines()
    assert said == "17k is not a pace here"
    assert line[caret.index("^") :] == "17k"
    assert "easy, marathon, half" in fix


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("5x1000-5kk", "5x1000-5k"),
        ("7x1 km", "7x1km"),
        ("8X400-5K", "8x400-5k"),
        ("tempo mile", "tempo-3-miles"),
    ],
)
def test_a_misspelt_name_is_a_miss(coach, text, meant):
    """A text that resembles the name of a library workout is not read as a line, and never runs another workout."""
    missed = coach("workout", "check", text)
    assert missed.exit_code == 3
    assert f"there is no workout {text!r}; did you mean {meant}?" in missed.stderr


@pytest.mark.parametrize("line", ["6x800 @ 5k", "10x200 @mile", "8-12x400 @ 5k"])
def test_a_line_with_its_signs_is_no_misspelt_name(coach, line):
    """A target behind @ makes a line of what has the letters of a name in the library."""
    checked = coach("workout", "check", line)
    assert checked.exit_code == 0
    assert "Read as" in checked.stderr


@pytest.mark.parametrize("name", ["5x1000-5k", "7x1km"])
def test_a_name_stays_a_name(coach, name):
    """A library workout whose name looks like a line is the library's."""
    assert "Read as" not in coach("workout", "check", name).stderr


def test_a_file_comes_before_a_line(coach, tmp_path, monkeypatch):
    """A file of that name is read, whatever it is called; a file that is not there is told as one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "6x800").write_bytes(coach("workout", "new", "3x400 / 1:00").stdout.encode())
    assert "3 x 400 m: about" in coach("workout", "check", "6x800").stdout
    missing = coach("workout", "check", "6x800.json")
    assert missing.exit_code == 3
    assert "6x800.json" in missing.stderr
    assert "^" not in missing.stderr


def test_new_makes_a_document_of_a_line(coach, tmp_path):
    """The document goes to stdout, or to a file that is never overwritten."""
    document = json.loads(coach("workout", "new", SIX).stdout)
    assert document["name"] == "6 x 800 m at 5k pace"
    path = tmp_path / "six.json"
    assert coach("workout", "new", *SIX.split(), "--out", path, "--name", "Tuesday").exit_code == 0
    assert json.loads(path.read_bytes())["name"] == "Tuesday"
    assert coach("workout", "new", SIX, "--out", path).exit_code == 1


def test_new_without_a_line_is_the_template(coach, tmp_path):
    """A name that ends in .json, or --out alone, gets the workout to start from; nothing at all is a usage error."""
    assert coach("workout", "new", tmp_path / "a.json").exit_code == 0
    assert coach("workout", "new", "--out", tmp_path / "b.json").exit_code == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert coach("workout", "new").exit_code == 2
    assert coach("workout", "new", "c.json", "--out", "d.json").exit_code == 2


def test_generate_takes_a_line(coach):
    """Words that are no command of `generate` are read as a line; a misspelt command is reported as one."""
    plain, named = coach("workout", "generate", SIX), coach("workout", "generate", "line", *SIX.split())
    assert plain.stdout == named.stdout != ""
    assert "Did you mean 'coach workout generate ladder'?" in coach("workout", "generate", "ladderr").stderr


def test_a_time_is_asked_on_a_terminal(coach, monkeypatch):
    """Without paces a bare time leads to a question on a terminal, and to a refusal without one."""
    line = "10x400 @ 72 / 3'"
    assert coach("workout", "check", line).exit_code == 3
    monkeypatch.setattr("coach.cli.shared.can_ask", lambda: True)
    asked = coach("workout", "check", line, stdin=b"y\n")
    assert "Is 72 the time of each 400 m, which is 3:00/km?" in asked.stderr
    assert asked.exit_code == 0
    assert "10 x 400 m at 3:00/km: about" in asked.stdout
    assert coach("workout", "check", line, stdin=b"n\n").exit_code == 3
