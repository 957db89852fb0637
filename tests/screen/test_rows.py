"""The smaller parts: step line, title, next, sensors, splits, keys, profile."""

from dataclasses import replace
from itertools import groupby, pairwise

import pytest

from coach.live.snapshot import PressReply, SplitRow
from coach.quantities import Metres, Seconds
from coach.screen.base import Profile, ProfilePlan, seconds_of
from coach.screen.figures import Figures, SplitTable
from coach.screen.lines import KeyBar, NextLine, SensorRow, StepLine, TitleBar, offer_text, wordings
from coach.screen.paint import NIGHT, SUN
from coach.session.events import Split
from coach.session.phases import Button, Phase, SplitRole
from coach.session.state import StepMark
from coach.signals.readings import SensorState, Source
from coach.signals.readings import SensorStatus as Sensor
from coach.workout.kinds import Kind
from coach.workout.timeline import EndConditions, HeartRateEnd, OpenEnd, RangeTurn, TimeEnd, Timeline
from tests.screen.builders import PACE_350, rep_four, session_8x400, step

PARTS = [Figures, KeyBar, NextLine, Profile, SensorRow, SplitTable, StepLine, TitleBar]


def text(part, snapshot, width=120, height=1):
    """Paint a part as text."""
    return "\n".join(strip.text for strip in part.paint(part.look(snapshot), width, height, SUN))


def papers(strip):
    """Give the colours a strip is painted on."""
    styles = [segment.style for segment in strip if segment.style]
    return {style.bgcolor.name for style in styles if style.bgcolor}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 2), (40, 1), (80, 5), (200, 8)])
def test_no_row_is_wider_or_narrower_than_its_field(part, width, height):
    """Whatever the size, every painted row has exactly the width of the field."""
    for colours in (SUN, NIGHT):
        widget = part()
        strips = widget.paint(widget.look(rep_four()), width, height, colours)
        assert {strip.cell_length for strip in strips} == {width}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_equal_snapshots_look_equal(part):
    """A part that is shown the same again has nothing to paint."""
    widget = part()
    assert widget.look(rep_four()) == widget.look(rep_four())


def test_step_line_title_and_next_are_in_the_runners_unit():
    """A mile runner reads 3:50 per km as 6:10 wherever a step is worded."""
    timeline = session_8x400()
    resting = rep_four(unit="mile", step=timeline.steps[6], next_step=timeline.steps[7], index=6)
    assert StepLine().look(rep_four(unit="mile")).texts[0] == "REP 4/8   400M AT 6:10"
    assert "400 m at 6:10" in TitleBar().look(rep_four(unit="mile")).left
    assert "NEXT  REP 4/8  400 m at 6:10" in NextLine().look(resting).left
    assert "then REP 5/8  400 m at 6:10" in NextLine().look(rep_four(unit="mile")).rights[0]


def test_the_foot_names_enough_in_a_range_that_may_end_sooner():
    """It does while more turns than needed are ahead, and not in the last one."""
    bar, timeline = KeyBar(), session_8x400()
    turns = [replace(one, range_turn=RangeTurn("s", place, 2)) for place, one in enumerate(timeline.steps, 1)]
    plan = replace(timeline, steps=tuple(turns))
    assert ("o", "enough") in bar.look(rep_four(timeline=plan, step=turns[2], index=2))
    assert ("o", "enough") not in bar.look(rep_four(timeline=plan, step=turns[-1], index=len(turns) - 1))
    assert ("o", "enough") not in bar.look(rep_four())


def test_the_step_line_words_a_step_ever_shorter():
    """The fullest wording comes first, the bare place last."""
    texts = wordings(step(rep=4, of=8))
    assert texts[0] == "REP 4/8   400M AT 3:50"
    assert texts[-1] == "REP 4/8"
    assert len(set(texts)) == len(texts)


def test_by_hand_the_aim_is_a_time():
    """With a stopwatch targets are in seconds; a step without a pace has none."""
    assert wordings(step(rep=4, of=8), by_hand=True)[0] == "REP 4/8   400M IN 1:32"
    assert StepLine().look(rep_four(coach_mode=True)).texts[0] == "REP 4/8   400M IN 1:32"
    assert wordings(step(rep=4, of=8, target=None), by_hand=True)[0] == "REP 4/8   400M"


def test_short_of_room_a_rep_keeps_its_number_and_a_float_its_name():
    """`4/8` says rep enough; `1/2` alone would not say float."""
    assert "4/8 400M 3:50" in wordings(step(rep=4, of=8))
    assert "FLOAT 400M 3:50" in wordings(step(Kind.FLOAT, rep=1, of=2, target=PACE_350))


def test_a_step_without_a_length_is_worded_by_its_aim():
    """An open easy run says what it is and how to run it."""
    assert "RUN" in wordings(step(Kind.OPEN, until=EndConditions((OpenEnd(),))))[0]


def test_the_step_line_says_how_to_answer():
    """In a prompt the line names the range of answers."""
    line = StepLine()
    three = rep_four(phase=Phase.PROMPT, step=step(Kind.PROMPT, answers=("a", "b", "c")))
    assert line.look(three).texts[0] == "ANSWER 1-3"
    assert line.look(rep_four(phase=Phase.PROMPT, step=step(Kind.PROMPT))).texts[0] == "ANSWER 1-10"
    assert line.look(rep_four(phase=Phase.FINISHED, step=None)).texts == ("WORKOUT DONE", "DONE")


def test_the_step_line_falls_back_to_ordinary_text():
    """If no wording fits in letters the step is still written."""
    assert "REP 4/8" in text(StepLine(), rep_four(), 14, 3)


def test_the_title_names_workout_place_athlete_and_clock():
    """The title is one row with the workout, the place in it, the athlete and the clock."""
    assert text(TitleBar(), rep_four()).split("   ")[0].strip() == "8 × 400 m at 5k pace, 60 s jog"
    assert (
        text(TitleBar(), rep_four(is_effort_day=True, slower_percent=3.75))
        .rstrip()
        .endswith("effort day +3.8 %   ida   17:30")
    )
    assert text(TitleBar(), rep_four(run_s=None)).rstrip().endswith("ida   --")


def test_a_free_run_has_a_name():
    """A timeline without a name is called what it is."""
    assert "Free run" in text(TitleBar(), rep_four(timeline=replace(session_8x400(), name="")))


def test_the_next_line_looks_two_steps_ahead():
    """The line has the next step, the one after it, and the number of steps to go."""
    assert text(NextLine(), rep_four()).split() == [
        *["NEXT", "JOG", "1:00", "then", "REP", "5/8", "400", "m", "at", "3:50"],
        *["9", "to", "go"],
    ]
    assert "NEXT  finish" in text(NextLine(), rep_four(next_step=None))
    assert not text(NextLine(), rep_four(next_step=None, step=None)).strip()


@pytest.mark.parametrize("offer", ["clock_mode", "calibration", "something\x1b[7mnew"])
def test_an_offer_takes_the_place_of_the_next_step(offer):
    """An offer names the key that takes it, in colours of its own; an unknown one is named as it is."""
    line = NextLine()
    strips = line.paint(line.look(rep_four(offer=offer)), 120, 1, SUN)
    assert "c accept" in strips[0].text
    assert "\x1b" not in strips[0].text
    assert papers(strips[0]) == {SUN.offer.paper}


def test_the_offer_at_the_line_names_the_space_bar():
    """Without a distance the step goes on by a mark, not by an acceptance."""
    assert "space" in offer_text("press_at_line")


def test_a_live_sensor_shows_battery_and_signal():
    """The row has name, state, battery and signal in steps of 5 dBm."""
    assert (
        text(SensorRow(), rep_four()).strip()
        == "strap Polar H10 live 87 % -60 dBm  pod Stryd live 64 % -70 dBm"
    )


def test_short_of_room_sensors_give_up_name_and_signal():
    """State and battery of every sensor stay in sight; nothing is cut while that is enough."""
    assert text(SensorRow(), rep_four(), 50).strip() == "strap live 87 %  pod live 64 %"


def test_a_sensor_that_is_not_live_stands_out():
    """A stale, lost or sought sensor has its own colours and its age in whole seconds."""
    row = SensorRow()
    sensors = (
        Sensor(Source.STRAP, "H10", SensorState.STALE, Seconds(6.2), None, None),
        Sensor(Source.POD, "", SensorState.SEARCHING, None, None, None),
    )
    (strip,) = row.paint(row.look(rep_four(sensors=sensors)), 120, 1, SUN)
    assert strip.text.strip() == "strap H10 stale 6 s  pod searching"
    assert SUN.offer.paper in papers(strip)
    assert text(row, rep_four(sensors=())).strip() == "no sensors"


def test_doubt_is_said_and_a_doubled_cadence_is_not():
    """A strap that follows the cadence says so, even where room is short; a pod of one foot is nothing to act on."""
    sensors = (
        Sensor(Source.STRAP, "", SensorState.LIVE, Seconds(0.2), None, None, doubt="follows the cadence"),
        Sensor(Source.POD, "", SensorState.LIVE, Seconds(0.2), None, None, cadence_count=2),
    )
    assert text(SensorRow(), rep_four(sensors=sensors)).strip() == (
        "strap live follows the cadence  pod live"
    )
    assert text(SensorRow(), rep_four(sensors=sensors), 40).strip() == "strap live doubtful  pod live"


def test_a_speed_that_its_own_distance_corrects_is_said():
    """The sensor row says by how much, in few words where room is short."""
    sensors = (Sensor(Source.WATCH, "", SensorState.LIVE, Seconds(0.2), None, None, speed_ratio=1.112),)
    wide, narrow = (text(SensorRow(), rep_four(sensors=sensors), width).strip() for width in (80, 30))
    assert wide == "watch live speed +11 % by its distance"
    assert narrow == "watch live speed +11 %"


def test_who_forwards_a_sensor_and_a_watch_beside_the_pod_are_said():
    """The row says by whom and how late, and both metres where two sensors differ over a lap."""
    strap = Sensor(
        Source.STRAP, "", SensorState.LIVE, Seconds(0.2), None, None, by="phone", delay_s=Seconds(0.31)
    )
    watch = Sensor(
        Source.WATCH, "", SensorState.LIVE, Seconds(0.2), None, None, beside=(Metres(416.2), Metres(400.1))
    )
    wide, narrow = (text(SensorRow(), rep_four(sensors=(strap, watch)), width).strip() for width in (80, 50))
    assert wide == "strap live by phone 0.3 s behind  watch live 416 m where 400 m are used"
    assert narrow == "strap live 0.3 s behind  watch live +4 % a lap"


def test_a_live_age_repaints_nothing():
    """The age of a live sensor is not shown, so it does not repaint the row four times a second."""
    row = SensorRow()
    aged = tuple(replace(sensor, age_s=Seconds(1.3)) for sensor in rep_four().sensors)
    assert row.look(rep_four()) == row.look(rep_four(sensors=aged))


def test_the_split_table_has_tenths_newest_first():
    """By hand the splits are in tenths, the last valid one in letters, doubt with a question mark."""
    splits = (
        SplitRow(4, Metres(200), Seconds(44.2), Seconds(44.2), Seconds(-1.8), SplitRole.SPLIT),
        SplitRow(4, None, Seconds(91.3), Seconds(47.1), None, SplitRole.DOUBTFUL),
    )
    rows = text(SplitTable(), rep_four(splits=splits), 57, 16).splitlines()
    assert rows[2].split()[:2] == ["200", "m"]
    assert "1:31.3   left out" in rows[6] + rows[7]
    head = next(at for at, row in enumerate(rows) if "+/-" in row)
    assert rows[head + 1].split() == ["--", "1:31.3", "47.1", "?"]
    assert rows[head + 2].split() == ["200", "44.2", "44.2", "-1.8"]
    assert "no split yet" in text(SplitTable(), rep_four(splits=()), 52, 12)


def test_a_doubtful_press_says_how_it_is_counted():
    """The field has a fixed place; it is empty while no press is doubtful."""
    first = SplitRow(4, Metres(200), Seconds(44.2), Seconds(44.2), Seconds(-1.8), SplitRole.SPLIT)
    mark = StepMark(Seconds(1085), Seconds(60.4), Metres(400), SplitRole.DOUBTFUL)
    doubted = rep_four(coach_mode=True, splits=(first,), doubtful=mark)
    for width, height in ((38, 9), (57, 16), (95, 26)):
        rows = text(SplitTable(), doubted, width, height)
        assert "Press again to count it, or c." in rows
        assert "16.2 after 200 m" in rows
        later = text(SplitTable(), replace(doubted, at=Seconds(1095)), width, height)
        assert "c counts it." in later
        assert "Press again" not in later
        calm = SplitTable()
        strips = calm.paint(calm.look(rep_four(coach_mode=True, splits=(first,))), width, height, SUN)
        assert not any(SUN.offer.paper in papers(strip) for strip in strips)


def test_a_press_without_a_distance_asks_for_its_line():
    """The field has the question and its answers, and the key line their keys; another key is answered meanwhile."""
    splits = (
        SplitRow(4, Metres(200), Seconds(51.1), Seconds(51.1), Seconds(3.1), SplitRole.SPLIT),
        SplitRow(4, None, Seconds(95.8), Seconds(44.7), None, SplitRole.DOUBTFUL),
    )
    lines = (Metres(400), Metres(300))
    asks = rep_four(coach_mode=True, splits=splits, lines_asked=lines)
    for width, height in ((38, 9), (57, 16), (95, 26)):
        rows = text(SplitTable(), asks, width, height)
        assert "?  1:35.8   split of 44.7" in rows
        assert "no distance yet: which line was it?" in rows
        assert "1 400 m   2 300 m   3 leave out" in rows
        longer = replace(asks, reply=PressReply(asks.at, Button.EXTEND))
        assert "longer: 400 m" in text(SplitTable(), longer, width, height)
    assert text(KeyBar(), asks, 80).startswith(" 1 2 3  answer   space  at the line")
    one = replace(asks, lines_asked=lines[1:])
    assert "1 300 m   2 leave out" in text(SplitTable(), one, 38, 9)
    by_clock = text(NextLine(), replace(asks, coach_mode=False), 120)
    assert "no distance yet: which line was it?   1 400 m   2 300 m   3 leave out" in by_clock


def test_a_late_press_says_which_line_it_was_kept_as():
    """A late press counts: the field has its time and line, and for some seconds how to undo it."""
    late = SplitRow(4, Metres(200), Seconds(76.3), Seconds(76.3), Seconds(22.3), SplitRole.DOUBTFUL)
    rows = text(SplitTable(), rep_four(coach_mode=True, splits=(late,)), 38, 9)
    assert "?  1:16.3   split of 1:16.3" in rows
    assert "Late for 200 m, counted as that." in rows
    assert "undoes" not in rows
    pressed = Split(Seconds(1085), SplitRole.DOUBTFUL, Metres(200), Seconds(76.3), None)
    reply = PressReply(Seconds(1085), Button.MARK, mark=pressed)
    words = text(SplitTable(), rep_four(coach_mode=True, splits=(late,), reply=reply), 95, 26)
    assert "late for 200 m, counted as that: u undoes it" in words


def test_a_key_is_answered_while_a_press_is_doubted():
    """For some seconds the field has what the key did, then the doubtful press again."""
    mark = StepMark(Seconds(1085), Seconds(60.4), Metres(400), SplitRole.DOUBTFUL)
    doubted = rep_four(coach_mode=True, doubtful=mark, reply=PressReply(Seconds(1085), Button.ADD_REP))
    assert "a rep more: 8 in all" in text(SplitTable(), doubted, 38, 9)
    assert "Too soon" in text(SplitTable(), replace(doubted, at=Seconds(1091)), 38, 9)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (PressReply(Seconds(1085), Button.EXTEND), "longer: 400 m"),
        (PressReply(Seconds(1085), Button.ADD_REP), "a rep more: 8 in all"),
        (PressReply(Seconds(1085), Button.FASTER), "target faster: 3:50"),
        (PressReply(Seconds(1085), Button.UNDO, undone=Button.ADD_REP), "undone: a rep more"),
        (PressReply(Seconds(1085), Button.UNDO), "undone: the step goes on"),
        (PressReply(Seconds(1085), Button.ACCEPT, "Nothing is on offer."), "Nothing is on offer."),
        (PressReply(Seconds(1079), Button.EXTEND), "NEXT"),
        (
            PressReply(
                Seconds(1085), Button.MARK, mark=Split(Seconds(1085), SplitRole.IGNORED, None, None, None)
            ),
            "this press changes nothing",
        ),
    ],
)
def test_every_key_is_answered_for_some_seconds(reply, words):
    """The effect of a button, or its refusal, is in the line of the next step, and by hand in the field."""
    assert words in text(NextLine(), rep_four(reply=reply)).splitlines()[0]
    if words != "NEXT":
        assert words in " ".join(text(SplitTable(), rep_four(coach_mode=True, reply=reply), 57, 16).split())


def test_a_send_off_that_slides_says_when_the_next_go_is():
    """The key shows at once what it did."""
    rep = step(rep=4, of=8, send_off_s=Seconds(186))
    slid = rep_four(step=rep, go_in_s=Seconds(119), reply=PressReply(Seconds(1085), Button.EXTEND))
    assert "longer: go in 1:59" in text(NextLine(), slid)


@pytest.mark.parametrize("width", [24, 30, 40, 60, 80, 120])
def test_keys_that_do_not_fit_are_left_out_whole_before_the_way_out(width):
    """A key is never cut in the middle, and the way out is always there."""
    shown_keys = text(KeyBar(), rep_four(), width)
    assert "…" not in shown_keys
    assert shown_keys.rstrip().endswith("q  leave")
    assert shown_keys.startswith(" space  line") or width <= 30


PHASES = {
    "a rep": (rep_four(), "space line n end rep u undo p pause w why"),
    "a rest": (
        rep_four(phase=Phase.RECOVERY, step=session_8x400().steps[8], index=8),
        "n go now e +30 s a add rep d drop rep p pause u undo",
    ),
    "a start": (
        rep_four(phase=Phase.READY, step=session_8x400().steps[0], index=0, run_s=None),
        "space start n skip step e +30 s + - target t sun/night",
    ),
    "a pause": (rep_four(phase=Phase.PAUSED), "p go on f cool-down n count it u undo"),
    "an overtime": (rep_four(phase=Phase.OVERTIME, step=session_8x400().steps[8]), "space go e rest +30 s"),
    "a question": (
        rep_four(phase=Phase.PROMPT, question=step(Kind.PROMPT, answers=("a", "b", "c"))),
        "1 2 3 answer n no answer u undo",
    ),
    "the end": (rep_four(phase=Phase.FINISHED, step=None), "u undo space run on e 5 min more"),
    "an offer": (rep_four(offer="calibration"), "c accept space line"),
    "a rep by hand": (rep_four(coach_mode=True), "space at the line n end rep u undo e +100 m a add rep"),
    "a doubtful press": (
        rep_four(
            coach_mode=True, doubtful=StepMark(Seconds(1085), Seconds(60), Metres(400), SplitRole.DOUBTFUL)
        ),
        "space again: count it c count it n end rep",
    ),
}


@pytest.mark.parametrize("moment", PHASES)
def test_the_key_line_names_what_can_be_done_now(moment):
    """Each phase has its own keys, those that are used most first, and none that would be refused."""
    snapshot, begins = PHASES[moment]
    words = " ".join(text(KeyBar(), snapshot, 140).split())
    assert words.startswith(begins)
    assert words.endswith("q finish or leave" if moment == "a pause" else "? keys q leave")


def test_a_key_that_would_be_refused_is_not_on_the_line():
    """In the last step there is no cool-down to go to; a free run cannot be made longer."""
    last = session_8x400().steps[-1]
    assert "f" not in dict(KeyBar().look(rep_four(phase=Phase.PAUSED, step=last, index=17)))
    free = step(Kind.OPEN, until=EndConditions((OpenEnd(),)))
    alone = Timeline("", (free,))
    assert "e" not in dict(KeyBar().look(rep_four(step=free, timeline=alone, index=0)))
    assert dict(KeyBar().look(rep_four(step=free, timeline=alone, index=0)))["n"] == "finish"


def test_the_width_of_a_step_is_its_time():
    """A step is as wide as its time, or its distance at its pace; an unknown length has a fixed width."""
    assert seconds_of(step()) == pytest.approx(92)
    assert seconds_of(step(target=None)) == pytest.approx(400 / 3.5)
    assert seconds_of(step(until=EndConditions((TimeEnd(Seconds(90)),)))) == 90
    assert seconds_of(step(until=EndConditions((OpenEnd(),)))) == 180
    assert seconds_of(step(until=EndConditions((HeartRateEnd(120, below=True),), cap_s=Seconds(150)))) == 150


def test_short_strides_do_not_vanish_from_a_long_workout():
    """A column that holds several steps shows the hardest of them."""
    hour = step(until=EndConditions((TimeEnd(Seconds(3600)),)), kind=Kind.WARM_UP)
    short = EndConditions((TimeEnd(Seconds(5)),))
    strides = [
        one for _ in range(4) for one in (step(Kind.STRIDE, until=short), step(Kind.RECOVERY, until=short))
    ]
    columns = ProfilePlan(Timeline("", (hour, *strides, hour))).columns(60)
    assert "work" in {part for _, part in columns}
    assert len(columns) == 60
    assert ProfilePlan(Timeline("", ())).columns(60) == []


def place(snapshot, width):
    """Give the column of a snapshot's cursor."""
    return ProfilePlan(snapshot.timeline).place(snapshot, width)


def test_a_workout_is_measured_once():
    """Looking at ten thousand steps four times a second measures them once, not at every look."""
    part = Profile()
    assert part.look(rep_four()).plan is part.look(rep_four(at=Seconds(2000))).plan
    other = rep_four(timeline=replace(session_8x400(), revision=1))
    assert part.look(rep_four()).plan is not part.look(other).plan


def test_the_cursor_goes_from_end_to_end():
    """At the start it stands at the left, in the middle of a rep within it, at the finish at the right."""
    steps = session_8x400().steps
    start = rep_four(index=0, step=steps[0], step_time_s=None)
    finish = rep_four(index=len(steps), step=None)
    assert place(start, 120) == 0
    assert place(finish, 120) == 119
    assert 0 < place(rep_four(), 120) < 119
    assert place(rep_four(timeline=Timeline("", ()), index=0), 120) == 0


def test_a_bridged_clock_moves_the_cursor_where_metres_are_unknown():
    """Without metres the step's time moves it, at most to the end of the step."""
    steps = session_8x400().steps
    unknown = rep_four(step_m=None, step_time_s=Seconds(9999))
    next_one = rep_four(index=8, step=steps[8], step_m=None, step_time_s=None)
    assert place(unknown, 1000) == place(next_one, 1000)


@pytest.mark.parametrize("width", [44, 60, 76, 77, 101, 120])
def test_equal_reps_are_equally_wide(width):
    """Reps of one length have as many columns, rests too; what rounding leaves over is in warm-up and cool-down."""
    parts = [part for _, part in ProfilePlan(session_8x400()).columns(width)]
    runs = [(part, len(list(cells))) for part, cells in groupby(parts)]
    assert sum(wide for _, wide in runs) == width
    assert len({wide for part, wide in runs if part == "work"}) == 1
    assert len({wide for part, wide in runs if part == "rest"}) == 1
    assert runs[0][0] == runs[-1][0] == "easy"


@pytest.mark.parametrize("width", [10, 44, 76])
def test_the_cursor_is_within_the_block_of_its_step(width):
    """It begins where the block does, also where there are more steps than columns."""
    timeline = session_8x400()
    plan = ProfilePlan(timeline)
    places = [
        plan.place(
            rep_four(timeline=timeline, index=index, step=step, step_m=Metres(0.0), step_time_s=Seconds(0.0)),
            width,
        )
        for index, step in enumerate(timeline.steps)
    ]
    assert places[0] == 0
    assert places == sorted(places)
    if width > len(timeline.steps):
        columns = plan.columns(width)
        for before, place in pairwise(places[1:]):
            assert columns[place][1] != columns[before][1]
