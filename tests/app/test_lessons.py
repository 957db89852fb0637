"""The lessons of a run are saved with its athlete, apply to the next run, and can be removed."""

import json
from dataclasses import replace

import pytest

from coach.app.reviews import learn_from, offer_pace
from coach.app.setup import device_numbers, header_of, live_setup, recorded_setup, with_lessons
from coach.app.terminal import SILENT, RunMode
from coach.app.workouts import compile_embedded
from coach.athlete import CadenceLesson, CountLesson, HeartLesson, Lesson, PodLesson, load_athlete
from coach.edge.clock import MachineClock
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.settings import Settings
from coach.live.contract import Closed, Input, Opened
from coach.quantities import MetresPerSecond, Seconds, StepsPerMinute
from coach.recording.codec import encode_header, encode_input, read_journal
from coach.session.phases import Button, Origin, Pressed
from coach.signals.config import LearntFactor, PooledSensor
from coach.signals.readings import LinkChanged, LinkState, Reported, Source

POD = PairedSensor("D4:22", "Stride", SensorKind.POD, shoe="racers")
MINE = {Source.POD: POD}
LAPS = {
    "format": "coach-workout/1",
    "name": "Four laps",
    "context": {"surface": "track"},
    "sections": [
        {
            "name": "Main",
            "steps": [{"repeat": 4, "steps": [{"kind": "work", "until": {"distance": "400 m"}}]}],
        }
    ],
}


@pytest.fixture
def ada(coach, home):
    """Save an athlete."""
    assert coach("athlete", "set", "ada", "--threshold-pace", "4:10/km").exit_code == 0
    return lambda: load_athlete((home_of() / "ada.json").read_bytes(), name="ada")


def home_of():
    """Return the folder of the athletes."""
    return runner_paths().athletes


def laps(factor=1.02) -> list[Input]:
    """Return four laps marked at the line, by a pod with this error."""
    inputs: list[Input] = [Opened(Seconds(0.0))]
    for at in range(1, 401):
        inputs.append(
            Reported(Seconds(at), Source.POD, speed=MetresPerSecond(4 * factor), cadence=StepsPerMinute(170))
        )
        if at % 100 == 0:
            inputs.append(Pressed(Seconds(at), Button.MARK, Origin.KEY))
    return [*inputs, Closed(Seconds(402))]


def recorded(tmp_path, athlete, run="01RUN", inputs=None, sensors=MINE, *, pool=None):
    """The folder of a run of four laps."""
    workout = compile_embedded(LAPS, athlete, SILENT, name="laps")
    setup = with_lessons(
        live_setup(workout, Settings(), run, RunMode.UNATTENDED, marks=True), athlete, sensors, pool
    )
    lines = [encode_header(header_of(setup, workout, MachineClock(), sensors, pool=pool))]
    lines += [encode_input(one) for one in inputs or laps()]
    path = tmp_path / f"{run}.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def test_a_run_teaches_and_the_next_one_knows(ada, tmp_path, console):
    """The next run with that shoe has the factor of a pod that reads 2 % long; other shoes do not."""
    learn_from(recorded(tmp_path, ada()), console)

    assert "pod D4:22 on racers reads long 2." in console.lines[0]
    (lesson,) = ada().learnt
    assert lesson.run == "01RUN"
    setup = with_lessons(
        live_setup(compile_embedded(LAPS, ada(), SILENT, name="x"), Settings(), "02", RunMode.SCREEN),
        ada(),
        MINE,
    )
    (factor,) = setup.signals.learnt
    assert factor.factor == pytest.approx(1 / 1.02, abs=0.004)
    other = with_lessons(setup, ada(), {Source.POD: replace(POD, shoe="trainers")})
    assert other.signals.learnt == ()


def test_of_three_pods_each_is_known_by_its_own_lessons(ada, tmp_path):
    """The header of the journal has the lessons of each pod, and its number."""
    pods = {
        number: replace(POD, id=id_, name=name, shoe="")
        for number, (id_, name) in enumerate((("A", "Stryd"), ("B", "Pod"), ("C", "Pod")), 2)
    }
    pods[3] = replace(pods[3], cadence_count=1)
    lesson = Lesson(run="00", day="2026-05-31", pods=(PodLesson(pod="C", factor=0.97, sd=0.004),), counts=())
    athlete = ada().model_copy(update={"learnt": (lesson,)})
    workout = compile_embedded(LAPS, athlete, SILENT, name="laps")
    sensors = {Source.POD: pods[2], Source.POD_2: pods[3]}
    setup = with_lessons(live_setup(workout, Settings(), "01", RunMode.SCREEN), athlete, sensors, pods)
    assert setup.signals.learnt_of_pool == (
        PooledSensor(2, learnt_count=2),
        PooledSensor(3, stated_count=1),
        PooledSensor(4, 0.97, 0.004),
    )
    header = read_journal(encode_header(header_of(setup, workout, MachineClock(), sensors, pool=pods))).header
    assert recorded_setup(header, SILENT).signals.learnt_of_pool == setup.signals.learnt_of_pool
    assert device_numbers(header) == {"A": 2, "B": 3, "C": 4}
    assert [(device.get("sensor"), device["id"]) for device in header.devices] == [
        ("pod", "A"),
        ("pod_2", "B"),
        (None, "C"),
    ]


def test_a_run_on_one_of_three_pods_teaches_that_one(ada, tmp_path):
    """The lesson has the ID and the shoe of the pod that was worn."""
    pods = {1: replace(POD, id="A", shoe=""), 2: replace(POD, id="B", shoe=""), 3: replace(POD, id="C")}
    worn = LinkChanged(Seconds(0.0), Source.POD, LinkState.SEARCHING, device=3)
    path = recorded(
        tmp_path,
        ada(),
        inputs=[laps()[0], worn, *laps()[1:]],
        sensors={Source.POD: pods[1], Source.POD_2: pods[2]},
        pool=pods,
    )
    learn_from(path, SILENT)
    (lesson,) = ada().learnt
    assert [(pod.pod, pod.shoe) for pod in lesson.pods] == [("C", "racers")]


def test_the_same_run_teaches_once(ada, tmp_path):
    """A second fold adds nothing."""
    path = recorded(tmp_path, ada())
    learn_from(path, SILENT)
    learn_from(path, SILENT)
    assert len(ada().learnt) == 1


def test_a_run_without_remembered_sensors_teaches_nothing(ada, tmp_path):
    """Without paired sensors the pod of the run is unknown."""
    learn_from(recorded(tmp_path, ada(), sensors={}), SILENT)
    assert ada().learnt == ()


def test_a_recording_that_cannot_be_read_is_said_and_no_more(tmp_path, console):
    """The only consequence of an unreadable recording is a message."""
    learn_from(tmp_path / "none.jsonl", console)
    assert "no lesson from this run" in console.lines[0]


def test_what_was_learnt_is_frozen_into_the_recording(ada, tmp_path):
    """A replay uses the lessons of the day of the run, and no later ones."""
    everything = Lesson(
        run="01",
        day="2026-05-31",
        pods=(PodLesson(pod="D4:22", shoe="racers", factor=0.98, sd=0.004),),
        counts=(CountLesson(sensor="D4:22", factor=2),),
        heart=HeartLesson(delay_up_s=6, tau_up_s=30, delay_down_s=12, tau_down_s=50, ups=6, downs=5),
        cadence=CadenceLesson(
            stretches=40,
            speed_mps=3.5,
            cadence_spm=172,
            speed_variance=0.1,
            cadence_variance=8,
            covariance=0.8,
        ),
    )
    lessons = tuple(
        everything.model_copy(update={"run": name, "day": "2026-05-31"}) for name in ("01", "02", "03")
    )
    athlete = ada().model_copy(update={"learnt": lessons})
    journal = read_journal(recorded(tmp_path, athlete).read_bytes(), name="x")
    setup = recorded_setup(journal.header, SILENT)

    assert setup.signals.learnt == (LearntFactor(Source.POD, 0.98, 0.004),)
    assert setup.signals.learnt_cadence_counts == {Source.POD: 2}
    assert setup.heart_rate_kinetics.tau_up_s == Seconds(30)
    assert setup.cadence_line is not None
    assert setup.cadence_line.at(3.5) == pytest.approx(172)
    assert "learnt" not in (journal.header.athlete or {})
    assert journal.header.devices == ({"sensor": "pod", "id": "D4:22", "name": "Stride", "shoe": "racers"},)


def test_what_another_version_learnt_is_left_out_and_said(ada, tmp_path, console):
    """A lesson of an unknown kind is reported, and the replay goes on."""
    header = read_journal(recorded(tmp_path, ada()).read_bytes(), name="x").header
    odd = replace(header, learnt=({"what": "mood"}, {"what": "pod_factor", "sensor": "pod"}))
    assert recorded_setup(odd, console).signals.learnt == ()
    assert sum("cannot read" in line for line in console.lines) == 2


def test_lessons_are_listed_and_taken_back(coach, ada, tmp_path):
    """`coach athlete learnt` names the run; --forget with its first letters removes its lesson."""
    learn_from(recorded(tmp_path, ada()), SILENT)

    listed = coach("athlete", "learnt", "ada")
    assert listed.exit_code == 0
    assert "run 01RUN" in listed.stdout
    assert "factor 0.98" in listed.stdout
    (line,) = coach("athlete", "learnt", "ada", "--json").stdout.splitlines()
    assert json.loads(line)["run"] == "01RUN"
    assert coach("athlete", "learnt", "ada", "--forget", "02").exit_code == 3
    assert coach("athlete", "learnt", "ada", "--forget", "01").exit_code == 0
    assert ada().learnt == ()
    assert coach("athlete", "learnt", "ada").stderr == "No lessons yet.\n"


@pytest.mark.parametrize("slug", ["ada", "eve"])
def test_nothing_is_learnt_for_an_athlete_in_a_file(coach, ada, tmp_path, slug):
    """A file of the runner's own is only read, and never takes the place of the saved athlete of its slug."""
    learn_from(recorded(tmp_path, ada()), SILENT)
    file = tmp_path / "own.json"
    shoes = [{"slug": "racer", "name": "Racer"}]
    file.write_text(json.dumps({"format": "coach-athlete/1", "slug": slug, "name": "Own", "shoes": shoes}))
    before = ada()

    who = "this is not the saved athlete ada" if slug == "ada" else "Own is not saved"
    for words in (("learnt", "--forget", "01"), ("remove", "--entry", "1")):
        refused = coach("athlete", words[0], file, *words[1:])
        assert refused.exit_code == 3
        assert f"{who}: {file} is only read, and nothing is learnt for them" in refused.stderr
        assert "The file is changed by hand." in refused.stderr
    assert who in coach("athlete", "learnt", file).stderr
    assert coach("athlete", "learnt", file).exit_code == 0
    for change in (("set", "racer", "--retire"), ("remove", "racer")):
        assert who in coach("gear", *change, "--athlete", file).stderr
    assert coach("athlete", "list", "--json").stdout.count("\n") == 1
    assert ada() == before


def test_a_saved_athlete_may_be_named_by_their_file(coach, ada, home):
    """It is the saved one, whichever way it is named."""
    learn_from(recorded(home, ada()), SILENT)
    assert (
        coach("athlete", "learnt", home / "data" / "athletes" / "ada.json", "--forget", "01").exit_code == 0
    )
    assert ada().learnt == ()


def test_the_runners_own_word_on_a_sensors_count_goes_into_the_run(ada):
    """`cadence_count` of a paired sensor is a setting of the run, with or without an athlete."""
    told = {Source.POD: replace(POD, cadence_count=2)}
    workout = compile_embedded(LAPS, None, SILENT, name="x")
    setup = with_lessons(live_setup(workout, Settings(), "02", RunMode.SCREEN), None, told)
    assert setup.signals.cadence_counts == {Source.POD: 2}


def test_a_name_says_where_the_count_begins_until_a_run_has_found_out():
    """A Stryd counts one foot, with or without an athlete; an unknown name says nothing."""
    told = {Source.POD: replace(POD, name="Stryd"), Source.POD_2: replace(POD, id="BB", name="My pod")}
    workout = compile_embedded(LAPS, None, SILENT, name="x")
    setup = with_lessons(live_setup(workout, Settings(), "02", RunMode.SCREEN), None, told)
    assert setup.signals.learnt_cadence_counts == {Source.POD: 2}
    assert setup.signals.cadence_counts == {}


def test_what_was_learnt_of_a_sensor_wins_over_its_name(ada):
    """A treadmill sensor that is said to count both feet counts one, as a run found."""
    lesson = Lesson(run="01", day="2026-05-31", counts=(CountLesson(sensor="D4:22", factor=2),))
    runner = ada().model_copy(update={"learnt": (lesson,)})
    setup = live_setup(compile_embedded(LAPS, runner, SILENT, name="x"), Settings(), "02", RunMode.SCREEN)
    sensors = {
        Source.POD: replace(POD, name="RUNN"),
        Source.POD_2: PairedSensor("D4:23", "RUNN", SensorKind.POD),
    }
    known = with_lessons(setup, runner, sensors).signals.learnt_cadence_counts
    assert known == {Source.POD: 2, Source.POD_2: 1}


@pytest.mark.parametrize(("sensors", "is_offered"), [("ble", True), ("sim", False)])
def test_the_pace_of_a_simulated_runner_is_offered_to_nobody(tmp_path, home, console, sensors, is_offered):
    """Reps by effort of a person offer a pace to save; those of a simulated runner do not."""
    rep = {"kind": "work", "until": {"distance": "400 m"}, "target": {"pace": {"ref": "5k"}}}
    sections = [{"name": "Main", "steps": [{"repeat": 2, "steps": [rep]}]}]
    tree = {**LAPS, "context": {}, "sections": sections}
    workout = compile_embedded(tree, None, SILENT, name="laps", by_effort=True)
    setup = live_setup(workout, Settings(), "01EFFORT", RunMode.UNATTENDED)
    lines = [encode_header(header_of(setup, workout, MachineClock(), mode=sensors))]
    lines += [encode_input(each) for each in laps(1.0)]
    path = tmp_path / "01EFFORT.jsonl"
    path.write_bytes(b"".join(lines))
    offer_pace(path, console)
    assert any("averaged 4:10/km" in line for line in console.lines) is is_offered
