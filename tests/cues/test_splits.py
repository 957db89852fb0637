"""Splits and the time of a rep."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from coach.cues.cue import CueKind
from coach.session.buttons import Button
from coach.session.events import Split, SplitRole
from coach.session.light import Light
from tests.cues.bench import Bench, rep, rest, step, texts


def split_at(metres, time, *, length=600, role=SplitRole.SPLIT, coach_mode=False, **more):
    """The cues of one split in a rep."""
    bench = Bench(rep(length), by_hand=coach_mode, pod=not coach_mode)
    bench.start()
    return bench.hear(Split(time, role, metres, time, **more))


def test_tenths_up_to_two_hundred_whole_seconds_beyond():
    """The ear takes tenths only early."""
    assert texts(split_at(200, 48.24)) == ["Two hundred, forty-eight point two."]
    assert texts(split_at(400, 96.4)) == ["Four hundred, one thirty-six."]


def test_a_passed_mark_across_a_gap_is_about():
    """What was bridged is said as such."""
    bench = Bench(rep(600))
    bench.start()
    bench.run(40, 4.15)
    bench.run(8)
    assert bench.session.is_estimated(bench.now)
    assert texts(bench.hear(Split(48.2, SplitRole.SPLIT, 200, 48.2, pressed=False))) == [
        "Two hundred, about forty-eight."
    ]


def test_a_doubtful_mark_is_not_spoken_of():
    """Nor one that was ignored or confirmed an end."""
    for role in (SplitRole.DOUBTFUL, SplitRole.IGNORED, SplitRole.CONFIRM, SplitRole.START):
        assert split_at(200, 48.0, role=role) == []


def test_a_coach_sees_tenths_and_hears_nothing():
    """With marks and no sensors every cue is for the screen."""
    cues = split_at(400, 96.43, coach_mode=True)
    assert [(cue.text, cue.spoken) for cue in cues] == [("400 m 1:36.4", False)]


def test_long_reps_speak_whole_laps():
    """In 1000 m the marks between laps are shown, not spoken."""
    assert split_at(200, 48.0, length=1000)[0].spoken is False
    assert split_at(400, 96.0, length=1000)[0].spoken is True
    assert split_at(400, 96.0, length=5000)[0].spoken is False
    assert split_at(1000, 240.0, length=5000)[0].spoken is True


def test_the_end_of_a_rep_is_its_time():
    """A rep by distance ends with its time, `about` when its end was bridged."""
    bench = Bench(rep(1000), rest())
    bench.start()
    assert texts(bench.finish(4.08), CueKind.SPLIT)[-1] == "One thousand, four oh five."
    bench = Bench(rep(1000), rest())
    bench.start()
    bench.run(235, 4.08)
    assert texts(bench.finish(), CueKind.SPLIT) == ["One thousand, about four oh five."]


def test_what_was_not_measured_has_no_result():
    """Neither a rep by the clock nor a timed one, an abandoned one or a rest."""
    for one, pod, button in (
        (rep(400), False, None),
        (step(seconds=120), True, None),
        (rep(400), True, Button.ABANDON),
        (rest(), True, None),
    ):
        bench = Bench(one, rest(), pod=pod)
        bench.start()
        bench.run(40)
        assert texts(bench.finish() if button is None else bench.press(button), CueKind.SPLIT) == []


def test_beyond_two_kilometres_the_place_is_in_k():
    """Eleven k, not eleven thousand."""
    assert texts(split_at(11_000, 4330.0, length=12_000)) == ["Eleven k, one twelve ten."]


def test_a_split_out_of_a_gap_is_shown_not_spoken():
    """A mark passed out of reach is told when the pod is back; by then the runner is elsewhere."""
    bench = Bench(rep(600))
    bench.start()
    bench.run(60, 4.0)
    cues = bench.hear(Split(60.0, SplitRole.SPLIT, 200, 48.2, pressed=False))
    assert [cue.spoken for cue in cues] == [False]


def test_a_mark_told_is_not_told_again():
    """A press at a line that the pod has just passed is shown, not spoken a second time."""
    bench = Bench(rep(600))
    bench.start()
    first = bench.hear(Split(48.5, SplitRole.SPLIT, 200, 48.2, pressed=False))
    again = bench.hear(Split(49.0, SplitRole.SPLIT, 200, 49.0))
    assert [cue.spoken for cue in (*first, *again)] == [True, False]


def test_a_split_shown_names_the_light_and_the_time_a_long_rep_heads_for():
    """What is not spoken has room for tenths, for the light, and from 800 m on for a time that is off."""
    late = Light(1.6, 6.4, 258.0, 4.08)
    shown = split_at(200, 51.6, length=1000, pressed=False, light=late)
    assert [(cue.text, cue.spoken) for cue in shown] == [("200 m 0:51.6, 1.6 s behind, for 4:18", False)]
    near = Light(-0.4, -1.6, 249.4, 4.0)
    assert texts(split_at(200, 49.6, length=1000, light=near)) == ["200 m 0:49.6, 0.4 s ahead"]
    level = Light(0.02, 0.1, 150.1, 4.0)
    assert texts(split_at(200, 50.0, coach_mode=True, light=level)) == ["200 m 0:50.0"]
    assert texts(split_at(400, 101.6, light=Light(1.6, 6.4, 156.0, 4.08))) == ["Four hundred, one forty-two."]
