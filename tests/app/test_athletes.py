"""Athletes: the questions before a run, the results of the answers, and the saved athletes on the screen."""

# mypy: disable-error-code="union-attr,operator,arg-type"
# an athlete and a target are there, or the test fails

import pytest

from coach.app.athletes import (
    SavedAthletes,
    find_athlete,
    old_race_words,
    race_age_days,
    read_answer,
    runner_for,
    today,
    with_race_alone,
)
from coach.app.terminal import SILENT
from coach.app.workouts import compile_embedded, compile_for
from coach.problems import AthleteProblem, CoachProblem
from coach.workout.document import document_from
from coach.workout.resolve import MissingNumber
from coach.workout.timeline import Quantity


class Answering:
    """A console that answers what it is asked, in order."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.told: list[str] = []

    def say(self, text: str) -> None:
        """Keep a line."""
        self.told.append(text)

    def can_ask(self) -> bool:
        """Return True."""
        return True

    def ask(self, question: str) -> str:
        """Give the next answer."""
        self.told.append(question)
        return self.answers.pop(0)

    def confirm(self, question: str) -> bool:
        """Take the next answer as a yes unless it is n."""
        return self.ask(question) != "n"


def workout(*steps):
    """A workout of these steps."""
    return document_from(
        {"format": "coach-workout/1", "name": "w", "sections": [{"name": "Main", "steps": list(steps)}]},
        name="w",
    )


def rep(target):
    """A rep of 800 m."""
    return {"kind": "work", "until": {"distance": "800 m"}, "target": target}


FIVE = rep({"pace": {"ref": "5k"}})
BY_HEART = {
    "kind": "work",
    "until": {"time": "10:00"},
    "target": {"heart_rate": "75-80 %max"},
    "caps": [{"heart_rate": {"max": "90 %max"}}],
}


def test_a_race_is_echoed_dated_and_kept(home):
    """A wrong answer and a no are asked again; the right answer is compiled with, and saved."""
    console = Answering("quick", "5k=9:00", "5k 23:30", "n", "5k in 22.30", "y", "when?", "10 May")
    compiled = compile_for(workout(FIVE), None, console)
    (step,) = compiled.timeline.steps
    assert step.target.label == "4:30/km"
    assert console.answers == []
    assert any('"quick" is not a race result' in line for line in console.told)
    assert any("5 km in 9:00 is faster than anyone" in line for line in console.told)
    assert "5 km in 22:30 gives 5k pace 4:30/km, easy 5:33 to 6:14: right?" in console.told
    (race,) = find_athlete("me").now.races
    assert (race.distance, race.time) == ("5 km", "22:30")
    assert race.date.endswith("-05-10")


def test_a_threshold_pace_has_no_day(home):
    """A threshold pace is accepted in place of a race."""
    console = Answering("4:10", "y")
    assert compile_for(workout(FIVE), None, console).timeline.steps[0].target is not None
    assert find_athlete("me").now.threshold_pace == "4:10/km"
    assert any(line.startswith("threshold pace 4:10/km gives 5k pace") for line in console.told)


def test_nothing_is_kept_where_nothing_may_be_written(home):
    """A replay uses the answer and writes nothing."""
    compile_for(workout(FIVE), None, Answering("5k 22:30", "y", ""), keeps=False)
    assert find_athlete(None) is None


def test_enter_leaves_a_pace_to_effort():
    """The rep keeps the name of its pace, has no numbers, and is not asked about again."""
    console = Answering("")
    compiled = compile_for(workout(FIVE, FIVE, rep({"pace": "4:00/km"})), None, console)
    effort, _, paced = compiled.timeline.steps
    assert compiled.by_effort
    assert (effort.target.quantity, effort.target.label, effort.target.ref) == (
        Quantity.EFFORT,
        "5k effort",
        "5k",
    )
    assert effort.steer is None
    assert paced.target.label == "4:00/km"
    assert console.told[-1] == "By effort: reps are timed, not judged."


def test_enter_leaves_out_a_heart_rate():
    """The step is run by feel, and a cap without a number is left out."""
    (step,) = compile_for(workout(BY_HEART), None, Answering("")).timeline.steps
    assert step.target.quantity is Quantity.EFFORT
    assert step.target.label == "75-80 %max, by feel"
    assert step.caps == ()


def test_a_wrong_number_is_told_as_typed(home):
    """The message quotes the answer, and no place in a document."""
    console = Answering("high", "19", "190 bpm")
    compile_for(workout(BY_HEART), None, console)
    assert '"high" is not a number.' in console.told
    assert any(line.startswith("maximum heart rate: 19 must be at least 25") for line in console.told)
    assert not any("history" in line for line in console.told)


def test_only_what_this_workout_needs_is_asked_for():
    """A workout in numbers asks nothing; with lines marked by hand no pace is needed."""
    console = Answering()
    assert not compile_for(workout(rep({"pace": "4:00/km"})), None, console).by_effort
    assert compile_for(workout(FIVE), None, console, by_hand=True).by_effort
    assert console.told == []


def test_where_nobody_can_be_asked_the_commands_are_named():
    """The hint has both ways to set a pace."""
    with pytest.raises(MissingNumber, match="needs your 5k pace") as problem:
        compile_for(workout(FIVE), None, SILENT)
    assert "coach athlete set --race 5k=22:30" in problem.value.hint
    assert "coach athlete set --threshold-pace 4:10/km" in problem.value.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("400m 1:05", "too short for paces"),
        ("5k", "time is not clear"),
        ("0:30/km", "no runner is so fast"),
        ("22:30", "too slow for a threshold pace; for a race give the distance too"),
        ("11:00/km", "too slow for a threshold pace"),
        ("5k 2:22:30", "too long or too slow for paces"),
        ("marathon 7:30:00", "too long or too slow for paces"),
    ],
)
def test_an_answer_that_gives_no_paces_is_refused(text, reason):
    """The message quotes the answer."""
    with pytest.raises(CoachProblem, match=reason) as problem:
        read_answer(text, None)
    assert f'"{text}"' in problem.value.message


def test_an_old_race_makes_its_bands_wider():
    """After four months bands of its paces are 2 % wider on each side, with a note; other targets stay."""
    day, told = "2026-05-31", []
    runner = with_race_alone(None, "5k=22:30@2026-01-05", day)
    document = workout(FIVE, rep({"pace": "4:30/km"}))
    console = Answering()
    old = compile_for(document, runner, console, day=day)
    new = compile_for(document, with_race_alone(None, "5k=22:30@2026-03-05", day), console, day=day)
    assert race_age_days(runner, day) == 146
    assert (old.has_wider_bands, new.has_wider_bands) == (True, False)
    fresh, wide = new.timeline.steps[0].target.band, old.timeline.steps[0].target.band
    assert wide.aim == fresh.aim
    assert wide.low == pytest.approx(0.98 * fresh.low)
    assert wide.high == pytest.approx(1.02 * fresh.high)
    assert old.timeline.steps[1] == new.timeline.steps[1]
    told = [line for line in console.told if "months old" in line]
    assert told == ["Note: Your race is 5 months old: bands are 2 % wider until you enter a newer one."]


def test_a_threshold_pace_does_not_age():
    """Only a race has a day."""
    assert old_race_words(None, today()) == ""
    assert race_age_days(read_answer("4:10/km", None).athlete, "2030-01-01") is None


def test_a_race_alone_replaces_every_other_pace(coach):
    """Paces by hand, races and thresholds are left out; heart rates stay, and nothing is saved."""
    coach("athlete", "set", "--race", "5k=20:00", "--pace", "easy=6:00/km", "--threshold-pace", "4:00/km")
    coach("athlete", "set", "--max-heart-rate", 190)
    saved = find_athlete(None)
    runner = with_race_alone(saved, "half 1:35", today())
    assert [race.time for race in runner.now.races] == ["1:35:00"]
    assert (runner.now.paces, runner.now.threshold_pace) == ({}, None)
    assert runner.now.heart_rate.max.bpm == 190
    assert find_athlete(None) == saved
    with pytest.raises(AthleteProblem, match="too short or too long for paces"):
        with_race_alone(saved, "400m 1:05", today())


def test_a_recorded_run_by_effort_asks_nothing():
    """The journal says that the run was by effort, so it replays without a question."""
    compiled = compile_embedded(workout(FIVE).source, None, SILENT, name="w", by_effort=True)
    assert compiled.timeline.steps[0].target.quantity is Quantity.EFFORT
    with pytest.raises(MissingNumber):
        compile_embedded(workout(FIVE).source, None, SILENT, name="w")


def test_where_there_are_several_it_is_asked_whose_run_it_is(coach, monkeypatch):
    """First letters are enough, and the default can be set. With a named or chosen athlete there is no question."""
    coach("athlete", "set", "ada", "--race", "5k=20:00")
    coach("athlete", "set", "bob", "--race", "5k=25:00")
    console = Answering("", "eve", "B")
    assert runner_for(None, console=console).slug == "bob"
    assert '"eve" is none of them.' in console.told
    assert console.told[-1] == "To set the default: coach config set athlete bob"
    assert runner_for("ada", console=Answering()).slug == "ada"
    with pytest.raises(AthleteProblem, match="several athletes are saved"):
        runner_for(None, console=SILENT)
    monkeypatch.setenv("COACH_ATHLETE", "ada")
    assert runner_for(None, console=Answering()).slug == "ada"


def test_the_screen_shows_each_athlete_once(coach):
    """The one who runs is first, the others follow by name, each once."""
    assert SavedAthletes().profiles() == []
    coach("athlete", "set", "ada", "--threshold-pace", "4:10/km")
    coach("athlete", "set", "bob", "--threshold-pace", "4:30/km")
    assert [profile.athlete.slug for profile in SavedAthletes().profiles()] == ["ada", "bob"]
    runner = find_athlete("bob")
    assert [profile.athlete.slug for profile in SavedAthletes(runner).profiles()] == ["bob", "ada"]
