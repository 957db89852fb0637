"""`coach plan race`: as it is typed, what it keeps and writes, and `coach run race` of what it kept."""

import json
from datetime import date, timedelta

import pytest

from coach.interchange.workouts.converting import read_workout
from coach.workout.document import load_document, outline

TEN = ("plan", "race", "--distance", "10k", "--goal", "50:00")
PHRASES = ("--phrase", "Relax", "--phrase", "Shoulders", "--phrase", "Go now")


def tree_of(result):
    """The JSON of a plan."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_negative_split_in_text_and_as_data(coach, home):
    """The halves, the paces, the start and every kilometre."""
    text = coach(*TEN, "--split", "negative:1.5%").stdout
    assert "Halves 25:11.3 and 24:48.7, pace from 5:04.5 to 4:55.5 a km." in text
    assert "first 400 m not under 1:59.3, first km not under 4:58.0" in text
    assert "   10    4:55.9      50:00" in text
    tree = tree_of(coach(*TEN, "--split", "negative:1.5%", "--json"))
    assert tree["halves_s"] == [1511.3, 1488.7]
    assert [len(tree["splits"][by]) for by in ("km", "mile", "lap")] == [10, 7, 25]


@pytest.mark.parametrize(("by", "last"), [("mile", "6.21"), ("lap", "25")])
def test_splits_by_mile_and_lap(coach, home, by, last):
    """The last row is the finish."""
    lines = coach(*TEN, "--by", by).stdout.splitlines()
    rows = [
        line.split() for line in lines[lines.index(next(line for line in lines if by in line.split()[:1])) :]
    ]
    assert any(row[:1] == [last] and row[2].startswith("50:00") for row in rows if len(row) > 2)


def test_by_mile_paces_are_per_mile(coach, home):
    """A runner who asks for miles is told 7:12.6 to 7:18.9, not a pace a kilometre; so is their own split read."""
    planned = ("plan", "race", "--distance", "10mi", "--by", "mile")
    heat = coach(*planned, "--goal", "7:00/mile", "--temp", "74F", "--dew", "71F").stdout
    assert heat.startswith("10 miles in 1:12:06")
    assert "7:12.6 to 7:18.9 a mile for 7:00.0" in heat
    assert "per mile" in heat
    own = coach(*planned, "--split", "own:8:00x9,7:00").stdout
    assert "Halves 40:00.0 and 39:00.0, pace from 8:00.0 to 7:00.0 a mile" in own


def test_heat_in_either_unit(coach, home):
    """74 and 71 °F, or their Celsius: 145 °F, 3 to 4.5 %."""
    for warm, dew in (("74F", "71F"), ("23.3C", "21.7")):
        tree = tree_of(coach(*TEN, "--temp", warm, "--dew", dew, "--json"))
        assert tree["heat"]["sum_f"] == pytest.approx(145.0, abs=0.1)
        assert tree["heat"]["slower_percent"] == [3.0, 4.5]
        assert (tree["goal_s"], tree["time_s"]) == (3000.0, 3090.0)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--temp", "23C"), "--temp and --dew are needed together"),
        (("--temp", "20C", "--dew", "22C"), "cannot be above"),
        (("--temp", "warm", "--dew", "2C"), "not a temperature"),
        (("--temp", "99C", "--dew", "2C"), "out of range"),
        (("--split", "sideways"), "is not a valid split"),
        (("--fuel", "gel"), "not a valid fuel plan"),
        (("--start", "25:00"), "not a time of day"),
        (("--to", "fit"), "--to and --out go together"),
        (("--even-effort",), "there is none"),
        (("--phrase", "a", "--phrase", "b", "--phrase", "c", "--phrase", "d"), "too many"),
    ],
)
def test_what_does_not_go_together_is_said(coach, home, words, says):
    """A usage error with the sentence; nothing is kept."""
    result = coach(*TEN, *words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert not (home / "data" / "workouts").exists()


def test_a_time_that_only_one_race_takes_says_how_long_it_is(coach, home):
    """50:00 are 10 km, 3:30:00 a marathon, and the guess is said; 35:00 may be two."""
    for goal, metres in (("50:00", 10_000), ("22:30", 5000), ("1:40:00", 21_097.5), ("3:30:00", 42_195)):
        result = coach("plan", "race", "--goal", goal, "--split", "negative:1.5%", "--json")
        assert tree_of(result)["distance_m"] == metres
        assert f"{goal} was read as" in result.stderr
    assert coach("plan", "race", "--goal", "35:00").exit_code == 2
    assert coach("plan", "race", "--goal", "soon").exit_code == 2


def test_a_race_that_is_not_planned_says_how(coach, home):
    """`coach run race` before there is a plan."""
    for name in ("race", "race-practice"):
        result = coach("workout", "show", name)
        assert (result.exit_code, "coach plan race" in result.stderr) == (3, True)


def test_without_a_distance_or_a_goal_it_says_what_to_type(coach, home):
    """Nobody is asked to guess."""
    for words in (("--goal", "5:00/km"), ("--distance", "10k"), ()):
        result = coach("plan", "race", *words)
        assert result.exit_code == 2
        assert "--goal 50:00" in result.stderr


def test_the_goal_of_the_athlete_is_the_race_where_no_other_is(coach, home):
    """Distance and time, or the distance alone beside another time."""
    coach("athlete", "set", "--race", "5k=22:30", "--goal", "10k=50:00")
    assert tree_of(coach("plan", "race", "--json"))["time_s"] == 3000.0
    assert tree_of(coach("plan", "race", "--goal", "49:00", "--json"))["time_s"] == 2940.0


def test_the_next_race_of_the_season_is_planned(coach, home):
    """Its distance, its goal and its name; one that is over is passed over."""
    coach("athlete", "set", "--race", "5k=22:30")
    today = date.today()  # noqa: DTZ011 - as the command sees it
    monday = today - timedelta(days=today.weekday())
    races = [
        {"date": (today + timedelta(days=days)).isoformat(), "distance": distance, "goal": goal, "name": name}
        for days, distance, goal, name in ((-9, "5 km", "21:00", "Past"), (30, "10 km", "48:00", "City"))
    ]
    plan = {
        "format": "coach-plan/1", "id": "p1", "athlete": "me", "created": today.isoformat(), "races": races,
        "availability": {"days": ["tue", "thu", "sun"]}, "volume": {"start_m": 30000, "peak_m": 40000},
        "weeks": [{"monday": monday.isoformat(), "phase": "build"}],
    }  # fmt: skip
    folder = home / "data" / "plans" / "me"
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(json.dumps(plan))
    tree = tree_of(coach("plan", "race", "--json"))
    assert tree["name"] == "City, 10 km in 48:00"


def test_it_is_kept_as_two_workouts_and_kept_anew(coach, home):
    """`race` speaks only its own words; a second plan takes the place of the first."""
    coach(*TEN, *PHRASES)
    coach(*TEN, "--split", "negative:1%")
    workouts = home / "data" / "workouts"
    race, rehearsal = (
        load_document((workouts / f"{name}.json").read_bytes(), name=name)
        for name in ("race", "race-practice")
    )
    assert (race.workout.spoken, rehearsal.workout.spoken) == ("own", "all")
    assert "1 % faster" in (race.workout.purpose or "")
    assert "race" in coach("workout", "list", "race").stdout
    assert coach(*TEN, "--no-keep").stderr == ""


def test_several_races_are_kept_by_name_and_by_day(coach, home):
    """Two of a season and one by name beside each other: `race` is the last, and each has its own goal and practice."""
    days = [(date.today() + timedelta(days=step)).isoformat() for step in (70, 140)]  # noqa: DTZ011
    races = [f"{days[0]}:10k=50:00:B:City run", f"{days[1]}:half=1:50:00:A"]
    asked = [word for race in races for word in ("--race", race)]
    assert coach("plan", "new", *asked, "--from-km", "40", "--to-km", "55").exit_code == 0
    first = coach("plan", "race")
    assert (
        "Saved. On the day: coach run race-city-run. Before it: coach run race-city-run-practice"
        in first.stderr
    )
    later = coach("plan", "race", "--date", days[1])
    assert later.stdout.startswith("half in 1:50:00")
    assert f"On the day: coach run race-{days[1]}" in later.stderr
    named = coach(*TEN, "--name", "Club 10!")
    assert named.stdout.startswith("Club 10!, 10 km in 50:00")
    kept = (home / "data" / "workouts").glob("race*.json")
    titles = {path.stem: load_document(path.read_bytes(), name=path.stem).name for path in kept}
    assert titles["race-city-run"] == titles["race-city-run-practice"] == "City run, 10 km in 50:00"
    assert titles[f"race-{days[1]}"] == "half in 1:50:00"
    assert titles["race-club-10"] == titles["race"] == titles["race-practice"] == "Club 10!, 10 km in 50:00"
    assert coach("plan", "race", "--name", "city run").stdout.startswith("City run, 10 km")
    wrong = coach("plan", "race", "--date", "2031-01-01")
    assert wrong.exit_code == 2
    assert f"It has races on {days[0]}, {days[1]}" in wrong.stderr
    misspelt = coach("plan", "race", "--name", "Ciyt run")
    assert misspelt.exit_code == 2
    assert "no race of the season is called Ciyt run" in misspelt.stderr
    assert "Its races are called City run" in misspelt.stderr


def test_races_with_names_in_any_script_are_told_apart(coach, home):
    """Two of a season are two races, and each is run by its name."""
    days = [(date.today() + timedelta(days=step)).isoformat() for step in (70, 140)]  # noqa: DTZ011
    races = [f"{days[0]}:10k=50:00:B:Белые ночи", f"{days[1]}:half=1:50:00:A:東京"]
    asked = [word for race in races for word in ("--race", race)]
    assert coach("plan", "new", *asked, "--from-km", "40", "--to-km", "55").exit_code == 0
    assert "On the day: coach run race-белые-ночи." in coach("plan", "race", "--name", "белые НОЧИ").stderr
    assert coach("plan", "race", "--name", "東京").stdout.startswith("東京, half in 1:50:00")
    assert coach("workout", "show", "race-белые-ночи").stdout.startswith("Белые ночи, 10 km in 50:00")
    assert "no race of the season is called 大阪" in coach("plan", "race", "--name", "大阪").stderr


def test_a_race_is_never_kept_over_the_rehearsal_of_another(coach, home):
    """Whatever it is called."""
    workouts = home / "data" / "workouts"
    coach(*TEN, "--name", "City")
    before = (workouts / "race-city-practice.json").read_bytes()
    assert coach(*TEN, "--name", "City practice").exit_code == 0
    assert (workouts / "race-city-practice.json").read_bytes() == before
    assert (workouts / "race-city-practice-race.json").exists()


def test_a_watch_gets_a_step_each_five_miles_of_a_long_race(coach, home, tmp_path):
    """It is said so."""
    words = (
        "plan",
        "race",
        "--distance",
        "200k",
        "--goal",
        "30:00:00",
        "--to",
        "fit",
        "--out",
        tmp_path / "x.fit",
    )
    assert "x.fit, a step each five km." in coach(*words).stderr
    miles = (*words[:-1], tmp_path / "y.fit", "--by", "mile")
    assert "y.fit, a step each five miles." in coach(*miles).stderr


def test_it_is_kept_before_it_is_printed(coach, home, monkeypatch):
    """`coach plan race ... | head` keeps it: what reads the text may go away before its end."""

    def gone(_line):
        raise BrokenPipeError

    monkeypatch.setattr("coach.cli.race.out", gone)
    coach(*TEN)
    assert coach("workout", "show", "race").exit_code == 0


def test_a_workout_of_that_name_is_not_written_over(coach, home):
    """The plan is printed, and its keeping refused."""
    mine = home / "data" / "workouts" / "race.json"
    mine.parent.mkdir(parents=True)
    mine.write_text('{"format": "coach-workout/1"}')
    result = coach(*TEN)
    assert result.exit_code == 0
    assert "is a workout of your own" in result.stderr
    assert mine.read_text() == '{"format": "coach-workout/1"}'
    assert not mine.with_name("race-practice.json").exists()


def test_files_to_take_along(coach, home, tmp_path):
    """A wristband, a page, and a FIT workout of a step a kilometre; none is overwritten."""
    wrist, phone, fit = (tmp_path / name for name in ("wrist.html", "race.html", "race.fit"))
    words = ("--html", wrist, "--page", phone, "--to", "fit", "--out", fit)
    assert coach(*TEN, *PHRASES, *words).exit_code == 0
    assert "Cut along the dashes" in wrist.read_text()
    assert "Shoulders" in phone.read_text()
    document, _ = read_workout(fit.read_bytes(), name="race.fit")
    assert [step.until.distance() for step in outline(document).steps] == [1000.0] * 10
    assert coach(*TEN, "--html", wrist).exit_code == 1


def test_the_wristband_as_text(coach, home):
    """A row a kilometre and nothing else."""
    lines = coach(*TEN, "--wristband").stdout.splitlines()
    assert lines[0] == "10 km in 50:00"
    assert len(lines) == 12


GPX = """<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><rte>{}</rte></gpx>"""


def a_course(tmp_path, heights):
    """A course along a meridian, a point each 100 m, with these heights at every kilometre."""
    points = []
    for place in range(101):
        low, share = divmod(place, 10)
        height = heights[low] + (heights[min(10, low + 1)] - heights[low]) * share / 10
        points.append(f'<rtept lat="{50 + place * 100 / 111_194.93:.7f}" lon="8"><ele>{height}</ele></rtept>')
    file = tmp_path / "course.gpx"
    file.write_text(GPX.format("".join(points)))
    return file


def test_a_course_is_planned_and_rehearsed(coach, home, tmp_path):
    """The same course: its climbs stand beside the plan, and the simulated runner's heart feels them."""
    course = a_course(tmp_path, [0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0])
    words = (*TEN, "--course", course, *PHRASES)
    tree = tree_of(coach(*words, "--json"))
    rows = tree["splits"]["km"]
    assert rows[3]["climb_m"] == pytest.approx(50, abs=6)
    assert rows[3]["metabolic_equivalent_s"] > rows[3]["time_s"] > rows[4]["metabolic_equivalent_s"]
    assert "not a target" in coach(*words).stdout

    hilly = tree_of(coach(*words, "--rehearse", "--json"))["rehearsal"]
    level = tree_of(coach(*TEN, *PHRASES, "--rehearse", "--json"))["rehearsal"]
    assert hilly["completed"]
    assert hilly["time_s"] == pytest.approx(3000, rel=0.05)
    hearts = [[split["mean_heart_rate_bpm"] for split in each["splits"]] for each in (hilly, level)]
    assert hearts[0][3] > hearts[1][3] + 3
    assert hearts[0][4] < hearts[1][4] - 3
    again = tree_of(coach(*words, "--rehearse", "--json"))["rehearsal"]
    assert again == hilly


def test_own_phrases_are_spoken_in_a_rehearsal_where_the_plan_has_them(coach, home):
    """Each once, in order, at its kilometre, among all the coach says."""
    heard = tree_of(coach(*TEN, *PHRASES, "--rehearse", "--json"))["rehearsal"]["heard"]
    own = [(cue["text"], cue["at_s"]) for cue in heard if cue["text"] in {"Relax.", "Shoulders.", "Go now."}]
    assert [text for text, _ in own] == ["Relax.", "Shoulders.", "Go now."]
    for (_, at), planned in zip(own, (300, 1500, 2400), strict=True):
        assert at == pytest.approx(planned, abs=60)
    assert len(heard) > 15
    assert "Shoulders." in coach(*TEN, *PHRASES, "--rehearse").stdout


def test_on_race_day_only_the_plans_own_words_are_spoken(coach, home):
    """`coach run race` with a simulated runner: of all cues those alone have words or a tone for the ears."""
    coach(*TEN, *PHRASES)
    written = home / "race.jsonl"
    assert coach("simulate", "race", "--out", written).exit_code == 0
    events = [
        json.loads(line) for line in coach("replay", written, "--speed", "max", "--json").stdout.splitlines()
    ]
    assert events[-1]["completed"]
    cues = [event for event in events if event["event"] == "cue"]
    heard = [cue for cue in cues if cue.get("speech") or cue.get("sound")]
    rules = {cue["why"]["rule"] for cue in heard}
    assert rules <= {"reminder", "gate: start governor"}
    assert [cue["text"] for cue in heard if cue["why"]["rule"] == "reminder"] == [
        "Relax.",
        "Shoulders.",
        "Go now.",
    ]
    assert len(cues) > len(heard) + 10
    rehearsal = home / "rehearsal.jsonl"
    coach("simulate", "race-practice", "--out", rehearsal)
    events = [
        json.loads(line)
        for line in coach("replay", rehearsal, "--speed", "max", "--json").stdout.splitlines()
    ]
    others = [event for event in events if event["event"] == "cue" and event.get("speech")]
    assert {"first_words"} <= {cue["why"]["rule"] for cue in others}


def test_a_course_that_is_none_is_refused(coach, home, tmp_path):
    """A file that is no GPX, one without heights, one of another length, and none at all."""
    for name, text in (
        ("a.gpx", "no"),
        ("b.gpx", GPX.format('<rtept lat="50" lon="8"/><rtept lat="50.1" lon="8"/>')),
    ):
        (tmp_path / name).write_text(text)
        result = coach(*TEN, "--course", tmp_path / name)
        assert result.exit_code == 3, result.stderr
    assert coach(*TEN, "--course", tmp_path / "none.gpx").exit_code == 3
    short = a_course(tmp_path, [0] * 11)
    result = coach("plan", "race", "--distance", "half", "--goal", "1:45", "--course", short)
    assert (result.exit_code, "the course is 10.00 km long" in result.stderr) == (2, True)
