"""The first words of a step, and the name of the next one."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from coach.cues.cue import CueKind
from coach.session.events import PhaseChanged, StepStarted, Waiting, WorkoutChanged
from coach.session.phases import Button, Phase
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    CoachBy,
    DistanceEnd,
    HeartRateEnd,
    Move,
    OpenEnd,
    Quantity,
    RangeTurn,
    StepTarget,
)
from tests.cues.bench import Bench, kinds, pace, rep, rest, step, texts


def first(*steps, **more):
    """The words a step begins with."""
    bench = Bench(*steps, **more)
    return texts(bench.start(), CueKind.STEP)


def test_a_rep_in_rate_says_rep_distance_and_pace():
    """First words of a rep by rate."""
    assert first(rep(1000, rep=3, of=5)) == ["Rep three of five. One thousand metres at four ten."]


def test_a_rep_in_time_says_how_long_it_should_take():
    """A rep against the light names its time, not its pace."""
    assert first(rep(400, rep=1, of=12, steer=CoachBy.TIME, target=pace(4.0))) == [
        "Rep one of twelve. Four hundred metres in one forty."
    ]


def test_a_set_is_named_at_its_first_rep():
    """The set is named before its first rep."""
    words = first(rep(400, rep=1, of=4, first_of_set=True, path="Main / set 2 of 3 / rep 1 of 4"))
    assert words == ["Set two of three. Rep one of four. Four hundred metres at four ten."]


def test_rests_are_named_by_how_they_are_spent():
    """Jog, walk or stand, and how long."""
    assert first(rest(90)) == ["Jog. One thirty."]
    assert first(rest(120, move=Move.WALK)) == ["Walk. Two minutes."]
    by_heart = step(Kind.RECOVERY, ends=[HeartRateEnd(120, below=True)], move=Move.STAND)
    assert first(by_heart) == ["Stand. Until one twenty."]


def test_an_easy_cap_and_an_effort_are_said_in_their_own_words():
    """Targets of heart rate and effort."""
    cap = StepTarget(Quantity.HEART_RATE, Band(high=150.0), "under 150 bpm")
    assert first(step(Kind.WARM_UP, seconds=720, target=cap)) == [
        "Warm-up. Twelve minutes, heart rate under one fifty."
    ]
    effort = StepTarget(Quantity.EFFORT, Band(), "fast, smooth")
    assert first(step(Kind.STRIDE, seconds=20, rep=1, of=4, target=effort)) == [
        "Stride one of four. Twenty seconds, fast, smooth."
    ]


def test_on_a_treadmill_targets_are_belt_speeds():
    """Targets are said in km/h, as a belt shows them."""
    words = first(step(seconds=180, target=pace(14.1 / 3.6), rep=1, of=2), surface="treadmill")
    assert words == ["Rep one of two. Three minutes at fourteen one."]


def test_the_next_rep_is_named_twenty_seconds_ahead_with_its_place_if_that_changes():
    """In a rest of 90 s the next rep is named at 70 s, with the place it starts from; at its start that is shown."""
    bench = Bench(rep(300, start_mark="A"), rest(90), rep(400, rep=2, of=4, start_mark="300"))
    bench.start()
    bench.end()
    bench.start(1, came_from=Kind.WORK)
    said = [cue for cue in bench.run(90) if cue.kind is CueKind.STEP]
    assert [(cue.at, cue.text) for cue in said] == [
        (70, "Next: rep two of four. Four hundred metres at four ten. Start at the three hundred.")
    ]
    bench.end()
    shown = [cue for cue in bench.start(2, came_from=Kind.RECOVERY) if cue.kind is CueKind.STEP]
    assert [(cue.text, cue.spoken) for cue in shown] == [
        ("Rep two of four. Four hundred metres at four ten.", False)
    ]


def two_reps(*, rest_s=90, **second):
    """The words of a rest after a rep, and of the next rep, which is like it but for what is given."""
    bench = Bench(
        rep(400, rep=1, of=3, start_mark="A", first_of_set=True),
        rest(rest_s),
        rep(**{"metres": 400, "rep": 2, "of": 3, "start_mark": "A"} | second),
        rest(rest_s),
    )
    bench.start()
    bench.end()
    cues = [*bench.run(rest_s), *bench.end()]
    bench.press(Button.NEXT)
    return [cue.text for cue in [*cues, *bench.cues[-2:]] if cue.kind is CueKind.STEP and cue.spoken]


def test_a_rep_like_the_one_before_has_its_number_only():
    """What has not changed is not said again: of the rep, its place and its rest."""
    assert two_reps() == ["Rep two.", "Jog."]
    assert two_reps(start_mark="B") == ["Two. Start at the two hundred.", "Jog."]
    assert two_reps(rest_s=30) == ["Rep two.", "Jog."]


def test_a_rep_unlike_the_one_before_is_named_in_full():
    """Another length, another pace, or the first rep of another set."""
    assert two_reps(metres=600)[0] == "Next: rep two of three. Six hundred metres at four ten."
    assert (
        two_reps(target=pace(4.2))[0] == "Next: rep two of three. Four hundred metres at three fifty-eight."
    )
    assert two_reps(first_of_set=True)[0] == "Next: rep two of three. Four hundred metres at four ten."


def test_a_place_that_was_not_said_ahead_is_said_at_the_start():
    """Without a rest long enough to say it in, the place comes with the first words."""
    words = first(rep(300, start_mark="B"))
    assert words[0].endswith("Start at the two hundred.")


def test_a_mile_says_where_it_starts():
    """It begins nine metres before the line; the second one begins there too, and that is not said again."""
    mile = 1609.344
    bench = Bench(
        rep(mile, start_mark="A", line_m=9.344), rest(30), rep(mile, rep=2, start_mark="A", line_m=9.344)
    )
    words = texts(bench.start(), CueKind.STEP)[0]
    assert "One mile at " in words
    assert words.endswith("Start nine metres before the line.")
    assert "Start" not in texts(bench.start(2), CueKind.STEP)[0]
    assert first(rep(393, start_mark="A", line_m=-7.0))[0].endswith("Start seven metres after the line.")


def test_a_short_rest_does_not_name_the_next_rep():
    """Under 40 s its first words are enough."""
    bench = Bench(rest(39), rep())
    bench.start(came_from=Kind.WORK)
    assert CueKind.STEP not in kinds(bench.run(39))


def test_a_jog_by_distance_names_the_next_rep_with_fifty_to_go():
    """Once, at the first sample past the mark."""
    bench = Bench(step(Kind.RECOVERY, ends=[DistanceEnd(200.0)]), rep(400, rep=2, of=3))
    bench.start(came_from=Kind.WORK)
    assert [text[:5] for text in texts(bench.run(75, 2.5), CueKind.STEP)] == ["Next:"]


def test_nothing_is_said_of_the_past():
    """What an undo replays is taken in silently, and nothing said before is said again."""
    bench = Bench(rep(), rest(60))
    bench.start()
    bench.press(Button.NEXT)
    assert bench.press(Button.UNDO) == []
    assert bench.session.index == 0


def test_waiting_for_a_runner_who_stands_is_said():
    """The coach says that the start was taken back."""
    bench = Bench(rep())
    bench.start()
    assert kinds(bench.hear(Waiting(0.0, "x"))) == [CueKind.WAITING]


def test_a_change_of_the_workout_is_confirmed_and_the_end_is_told():
    """A rep that is added is confirmed, and the end of the run is said."""
    bench = Bench(rep(), rep())
    bench.start()
    assert texts(bench.hear(WorkoutChanged(0.0, Button.ADD_REP, 1, 2))) == ["One more."]
    assert texts(bench.hear(PhaseChanged(0.0, Phase.FINISHED))) == ["Finished. Well done."]


def test_a_prompt_is_not_announced_twice():
    """A prompt is announced by its question alone."""
    bench = Bench(step(Kind.PROMPT, question="Talk test?", answers=("yes", "unsure", "no")))
    assert texts(bench.hear(StepStarted(0.0, 0, bench.session.step))) == [
        "Talk test? One yes, two unsure, three no."
    ]


def test_a_name_that_only_repeats_the_end_is_left_out():
    """A step called `11 km` is not named twice."""
    assert first(step(metres=11_000, name="11 km")) == ["Eleven k."]
    assert first(step(Kind.OPEN, name="Free run")) == ["Free run."]


def test_a_fartlek_says_its_turns_and_its_totals():
    """A mark says what comes and how long it was, the end both totals."""
    bench = Bench(step(Kind.FARTLEK, ends=[OpenEnd()]), rest())
    bench.start()
    said = []
    for seconds in (45, 90, 30):
        bench.now += seconds
        said += texts(bench.press(Button.MARK), CueKind.STEP)
    assert said == ["Easy. Forty-five seconds hard.", "Hard. One thirty easy.", "Easy. Thirty seconds hard."]
    bench.now += 60
    assert texts(bench.end(), CueKind.STEP)[0] == "Hard one fifteen, easy two thirty in all."


def test_a_fartlek_without_marks_has_no_totals():
    """Nobody pressed: there is nothing to tell."""
    bench = Bench(step(Kind.FARTLEK, ends=[OpenEnd()]), rest())
    bench.start()
    bench.now += 60
    assert not any("in all" in text for text in texts(bench.end()))


def test_a_range_says_when_its_minimum_is_run():
    """Once, at the end of the last rep that has to be run; the button `enough` is confirmed."""
    reps = [
        rep(400, rep=number, of=3, set_id="s", range_turn=RangeTurn("s", number, 2)) for number in (1, 2, 3)
    ]
    steps = [part for one in reps for part in (one, rest(30, set_id="s", range_turn=one.range_turn))]
    bench = Bench(*steps)
    said = []
    for place in (0, 2, 4):
        bench.start(place)
        bench.now += 100
        said.append([text for text in texts(bench.end()) if "minimum" in text])
        if place == 2:
            assert texts(bench.press(Button.ENOUGH), CueKind.STEP) == ["Enough."]
            break
    assert said == [[], ["That was the minimum."]]
    assert len(bench.session.timeline.steps) == 4


def test_a_set_of_several_reps_is_the_minimum_with_its_last_one():
    """Where a turn holds two reps, it is run with the second; a fixed count has no minimum."""
    turn, more = RangeTurn("s", 1, 1), RangeTurn("s", 2, 1)
    steps = [rep(400, range_turn=turn), rep(400, range_turn=turn), rep(400, range_turn=more), rep(400)]
    bench = Bench(*steps)
    said = []
    for place in range(4):
        bench.start(place)
        bench.now += 100
        said.append(any("minimum" in text for text in texts(bench.end())))
    assert said == [False, True, False, False]
