"""Countdowns."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.config import CueSettings
from coach.cues.cue import CueClass, CueKind
from coach.live.contract import Resumed
from coach.session.phases import Button
from coach.workout.kinds import Kind
from tests.cues.bench import Bench, kinds, pace, rep, rest, step, texts

COUNT = CueKind.COUNTDOWN


def counted(cues):
    """When and what was counted."""
    return [(cue.at, cue.text) for cue in cues if cue.kind is COUNT]


def test_a_rest_is_counted_down_at_its_exact_times():
    """A rest of 90 s says thirty, ten, three, two and one, each at its own time."""
    bench = Bench(rest(90), rep(rep=2, of=3))
    bench.start(came_from=Kind.WORK)
    assert counted(bench.run(90)) == [
        (60, "Thirty seconds."),
        (80, "Ten."),
        (87, "Three."),
        (88, "Two."),
        (89, "One."),
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(59, 4), (60, 5), (19, 3), (20, 4), (9, 0), (10, 3)],
)
def test_short_rests_leave_marks_out(seconds, said):
    """Thirty needs a rest of a minute, ten 20 s, three 10 s."""
    bench = Bench(rest(seconds), rep())
    bench.start(came_from=Kind.WORK)
    assert len(counted(bench.run(seconds))) == said


def test_marks_lie_at_their_times_even_between_inputs():
    """A rest of 12.3 s counts at 9.3, 10.3 and 11.3 s though samples come every second."""
    bench = Bench(rest(12.3), rep())
    bench.start(came_from=Kind.WORK)
    assert [at for at, _ in counted(bench.run(12))] == pytest.approx([9.3, 10.3, 11.3])


def test_a_delayed_start_says_ten_three_two_one_go():
    """A delay of 60 s counts from ten, and says go."""
    bench = Bench(rep())
    bench.delay(60)
    said = bench.run(60)
    said += bench.start()
    assert [text for _, text in counted(said)] == ["Ten.", "Three.", "Two.", "One.", "Go."]
    assert counted(said)[0][0] == 50


def test_go_is_said_before_the_first_words():
    """After a counted rest the rep begins with go, then its words."""
    bench = Bench(rest(20), rep(400, rep=1, of=4))
    bench.start(came_from=Kind.WORK)
    bench.run(20)
    bench.end()
    assert kinds(bench.start(1)) == [COUNT, CueKind.STEP]


def test_no_go_without_a_countdown():
    """A step started by hand has no go: whoever pressed knows."""
    bench = Bench(rep())
    assert CueKind.COUNTDOWN not in kinds(bench.start())


def test_a_rest_made_longer_without_a_fact_is_counted_to_its_new_end():
    """When the end moves, the marks move with it."""
    bench = Bench(rest(20), rep())
    bench.start(came_from=Kind.WORK)
    bench.run(5)
    bench.now = 12.0
    bench.receive(Resumed(12.0, alive_until=5.0))  # for seven seconds the program did not run
    assert [at for at, _ in counted(bench.run(15))] == [17, 24, 25, 26]


def test_a_stride_has_an_end_tone_only():
    """A stride of 20 s is not counted down; its end is told."""
    bench = Bench(step(Kind.STRIDE, seconds=20), rest(60))
    bench.start(came_from=Kind.RECOVERY)
    assert counted(bench.run(20)) == []
    assert texts(bench.end(), COUNT) == ["And easy."]


def test_a_longer_timed_rep_is_counted_down():
    """Work of two minutes is counted like a rest."""
    bench = Bench(step(seconds=120, target=pace()), rest())
    bench.start()
    assert len(counted(bench.run(120, 4.0))) == 5


def test_fifty_to_go_in_a_jog_by_distance():
    """A jog of 200 m says fifty to go at the first sample past 150 m, once."""
    bench = Bench(step(Kind.RECOVERY, metres=200), rep(rep=2, of=2))
    bench.start(came_from=Kind.WORK)
    said = counted(bench.run(70, 2.5))
    assert said == [(60, "Fifty to go.")]


@pytest.mark.parametrize(
    ("metres", "surface", "said"), [(800, "track", 1), (600, "track", 0), (1000, "road", 0)]
)
def test_last_two_hundred_in_long_reps_on_a_track(metres, surface, said):
    """Reps of 800 m and more on a track hear of their last 200 m."""
    bench = Bench(rep(metres), surface=surface)
    bench.start()
    assert texts(bench.run(metres / 4, 4.0), COUNT) == ["Last two hundred."] * said


def test_a_belt_speed_is_told_ten_seconds_ahead():
    """On a treadmill the next speed comes ten seconds before it is due, in km/h, instead of ten."""
    bench = Bench(rest(60), step(seconds=180, target=pace(14.1 / 3.6)), surface="treadmill")
    bench.start(came_from=Kind.WORK)
    said = bench.run(60)
    assert ("In ten: fourteen one.", 50) in [(cue.text, cue.at) for cue in said]
    assert "Ten." not in texts(said)


def test_in_clock_mode_the_light_calls_every_hundred_metres():
    """400 m in 100 s without any distance: a call at 25, 50 and 75 s, then the countdown."""
    bench = Bench(rep(400), pod=False)
    bench.start()
    said = counted(bench.run(100))
    assert [call for call in said if "hundred" in call[1]] == [
        (25, "One hundred."),
        (50, "Two hundred."),
        (75, "Three hundred."),
    ]
    assert said[-1] == (99, "One.")


def test_nothing_is_counted_while_paused():
    """A paused rest has no deadlines."""
    bench = Bench(rest(60), rep())
    bench.start(came_from=Kind.WORK)
    bench.press(Button.PAUSE)
    assert bench.coach.wake_at() is None


def test_a_countdown_is_worth_a_second_and_comes_before_everything_but_safety():
    """Its class is countdown, its time to live one second."""
    bench = Bench(rest(20), rep())
    bench.start(came_from=Kind.WORK)
    cue = next(cue for cue in bench.run(20) if cue.kind is COUNT)
    assert (cue.cue_class, cue.ttl_s) == (CueClass.COUNTDOWN, 1.0)


def test_a_countdown_is_called_earlier_by_what_the_device_plays_late():
    """With a lead of 0.25 s every number and "go" come so much before their time, and each once."""
    bench = Bench(rest(90), rep(rep=2, of=3), settings=CueSettings(countdown_lead_s=0.25))
    bench.start(came_from=Kind.WORK)
    said = counted(bench.run(90))
    bench.end()
    said += counted(bench.start(1))

    assert [at for at, _ in said] == pytest.approx([59.75, 79.75, 86.75, 87.75, 88.75, 89.75])
    assert [text for _, text in said] == ["Thirty seconds.", "Ten.", "Three.", "Two.", "One.", "Go."]


def test_no_go_is_called_early_before_a_rest():
    """A timed rep that ends in a rest is counted down without a go, with a lead as without."""
    bench = Bench(step(seconds=60), rest(90), settings=CueSettings(countdown_lead_s=0.25))
    bench.start()

    assert "Go." not in [text for _, text in counted(bench.run(60))]


def test_a_delayed_start_is_called_early_too():
    """Ten, three, two, one and go of a delay are led, and "go" is not said again when the step begins."""
    bench = Bench(rep(), settings=CueSettings(countdown_lead_s=0.25))
    bench.delay(60)
    said = bench.run(60)
    said += bench.start()

    assert [text for _, text in counted(said)] == ["Ten.", "Three.", "Two.", "One.", "Go."]
    assert counted(said)[-1][0] == pytest.approx(59.75)


@pytest.mark.parametrize("lead_s", [-0.1, 0.5])
def test_a_lead_of_half_a_second_is_refused(lead_s):
    """It would be heard as the number before."""
    with pytest.raises(ValueError, match="countdown_lead_s"):
        CueSettings(countdown_lead_s=lead_s)
