"""Splits and the time of a rep."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from coach.cues.config import CueSettings, LapFigure
from coach.cues.cue import CueKind
from coach.session.events import Light, Split
from coach.session.phases import Button, SplitRole
from coach.signals.readings import Source
from coach.workout.timeline import Band, CoachBy, Quantity, StepTarget
from tests.cues.bench import Bench, kinds, pace, rep, rest, step, texts


def split_at(metres, time, *, length=600, role=SplitRole.SPLIT, coach_mode=False, **more):
    """The cues of one split in a rep."""
    bench = Bench(rep(length), by_hand=coach_mode, pod=not coach_mode)
    bench.start()
    return bench.hear(Split(time, role, metres, time, **more))


def test_tenths_up_to_two_hundred_whole_seconds_beyond():
    """Tenths are spoken up to 200 m."""
    assert texts(split_at(200, 48.24)) == ["Two hundred, forty-eight point two."]
    assert texts(split_at(600, 144.4, length=700)) == ["Six hundred, two twenty-four."]


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
    """A doubtful mark is not spoken, nor one that was ignored or that confirmed an end."""
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
    off = split_at(400, 101.6, coach_mode=True, light=Light(1.6, 6.4, 156.0, 4.08))
    assert texts(off) == ["400 m 1:41.6, 1.6 s slow"]


def pressed(bench, *laps, metres=400.0, aim=4.0):
    """Press at each line, so many seconds after the line before; the splits that were told."""
    bench.start()
    told = []
    for lap in laps:
        bench.now += lap
        told += [cue for cue in bench.press(Button.MARK) if cue.kind is CueKind.SPLIT]
    return told


def by_hand(metres=2000, *, aim=400 / 96, settings=None, **more):
    """A rep timed by marks of somebody with a strap, so that what is said is spoken."""
    bench = Bench(rep(metres, target=pace(aim), **more), rest(), by_hand=True, pod=False, settings=settings)
    bench.report(Source.STRAP, heart_rate=150)
    return bench


def test_a_lap_off_its_plan_is_named_at_its_line():
    """A lap two seconds slow is told by its own time and its error; an even one by its time."""
    assert texts(pressed(by_hand(), 96.2, 98.1, 95.9, 93.9)) == [
        "Ninety-six.",
        "Ninety-eight. Two slow.",
        "Ninety-six.",
        "Ninety-four. Two fast.",
    ]


def test_the_end_of_a_rep_at_a_mark_has_its_error():
    """A single lap is told as one; of a longer rep it is the whole time."""
    assert texts(pressed(by_hand(400), 98.2)) == ["Ninety-eight. Two slow."]
    assert texts(pressed(by_hand(400), 102.2)) == ["One forty-two. Six slow."]
    assert texts(pressed(by_hand(800), 98.0, 98.2))[-1] == "Eight hundred, three sixteen. Four slow."
    assert texts(pressed(by_hand(800), 96.0, 96.2))[-1] == "Eight hundred, three twelve."


def test_a_coach_reads_lap_and_error_in_tenths():
    """Without sensors nothing is spoken; the lap, its error and the seconds behind stand on the screen."""
    bench = Bench(rep(2000, target=pace(400 / 96)), by_hand=True, pod=False)
    told = pressed(bench, 97.9, 98.1)
    assert [cue.spoken for cue in told] == [False, False]
    assert texts(told) == [
        "400 m 1:37.9, 1.9 s slow, for 8:10",
        "800 m 3:16.0, lap 1:38.1, 2.1 s slow, 4.0 s behind, for 8:10",
    ]
    assert (told[1].why.quantity, round(told[1].why.value, 6), told[1].why.window_s) == (
        "lap_off_s",
        2.1,
        98.1,
    )


def test_small_errors_that_add_up_are_named():
    """A lap is compared with the mean of the marks before it: 1 % a lap is named at the third line."""
    told = texts(pressed(by_hand(), 97.0, 97.0, 97.0))
    assert told == ["Ninety-seven.", "Ninety-seven. One slow.", "Ninety-seven."]


def test_what_is_no_lap_has_no_error():
    """A press a long way off its time is told as it is."""
    assert not any("fast" in text for text in texts(pressed(by_hand(), 75.0)))
    assert texts(pressed(by_hand(3000), 96.0, 192.0, 98.0)) == ["Ninety-six.", "Ninety-eight. Two slow."]


def test_only_the_sides_a_target_has_are_named():
    """Without a slow side nobody is told that they are slow; in a wide band only beyond its edge."""
    easy = StepTarget(Quantity.SPEED, Band(None, 400 / 96, 4.5), "easy")
    for target, laps, words in (
        (easy, (98.0,), ["Ninety-eight."]),
        (easy, (88.0,), ["Eighty-eight. Eight fast."]),
        (
            StepTarget(Quantity.SPEED, Band(4.0, 400 / 96, 4.4), "range", is_range=True),
            (98.0,),
            ["Ninety-eight."],
        ),
        (
            StepTarget(Quantity.SPEED, Band(4.1, 400 / 96, 4.4), "range", is_range=True),
            (98.0,),
            ["Ninety-eight. Two slow."],
        ),
        (StepTarget(Quantity.HEART_RATE, Band(150, 155, 160), "150-160"), (49.0, 49.0), ["Ninety-eight."]),
    ):
        assert texts(pressed(by_hand_at(target), *laps))[-1:] == words


def by_hand_at(target):
    """The same with a target of its own."""
    bench = Bench(rep(2000, target=target), rest(), by_hand=True, pod=False)
    bench.report(Source.STRAP, heart_rate=150)
    return bench


def test_a_lap_can_be_told_as_a_pace_or_as_the_time_so_far():
    """The setting `speak` says how: per kilometre, per mile, or as the total, without an error."""
    for figure, words in (
        (LapFigure.KM, "Four oh five. Two slow."),
        (LapFigure.MILE, "Six thirty-four. Two slow."),
        (LapFigure.TOTAL, "Four hundred, one thirty-eight."),
    ):
        assert texts(pressed(by_hand(settings=CueSettings(speak=figure)), 98.0)) == [words]


def test_with_a_pod_the_press_is_what_counts():
    """A pod that reads 1 % long passes the line first; the press tells the lap, and later lines wait for theirs."""
    bench = Bench(rep(2000, target=pace(400 / 96)), rest())
    bench.start()
    told = []
    for _ in range(3):
        told += bench.run(98.0, 400 / 98 * 1.01)
        told += bench.press(Button.MARK)
    spoken = [cue for cue in told if cue.kind is CueKind.SPLIT and cue.spoken]
    assert [cue.text for cue in spoken if cue.why.quantity] == ["Ninety-eight. Two slow."] * 3
    assert len(spoken) == 4  # the first line, before it was known that somebody presses


def test_a_standing_start_alone_makes_no_lap_slow():
    """With a pod the first lap of an even runner is told by its time; one who still runs 2 % slow hears the error."""
    for speed, words in ((400 / 96, "Ninety-eight."), (400 / 98, "Ninety-eight. Two slow.")):
        bench = Bench(rep(2000, target=pace(400 / 96)), rest(), by_hand=True)
        bench.start()
        bench.run(2.0, 2.0)
        bench.run(96.0, speed)
        assert texts(bench.press(Button.MARK), CueKind.SPLIT) == [words]
        bench.run(96.0, 400 / 96)
        assert texts(bench.press(Button.MARK), CueKind.SPLIT) == ["Ninety-six."]


def test_the_first_lap_of_a_mile_is_told_by_its_time():
    """It is nine metres longer, which its pace per kilometre knows."""
    mile = {"metres": 1609.344, "line_m": 9.344, "start_mark": "A"}
    assert texts(pressed(by_hand(**mile), 98.2, 96.0)) == ["Ninety-eight.", "Ninety-six."]
    per_km = by_hand(settings=CueSettings(speak=LapFigure.KM), **mile)
    assert texts(pressed(per_km, 98.2, 96.0)) == ["Four flat.", "Four flat."]


def test_the_light_leaves_the_lap_to_the_press():
    """Where laps are pressed nobody hears two figures of one lap; without presses the light speaks."""
    aim = 400 / 96
    for is_pressed in (True, False):
        bench = Bench(rep(3000, target=pace(aim), steer=CoachBy.TIME), rest())
        bench.start()
        for _ in range(3):
            bench.run(96.0 * 0.95, aim / 0.95)
            if is_pressed:
                bench.press(Button.MARK)
        later = [cue for cue in bench.cues if cue.at > 96.0]
        assert (CueKind.AHEAD_OF_LIGHT in kinds(later)) is not is_pressed
