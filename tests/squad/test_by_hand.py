"""Timing by hand: no press is lost or doubled, undo restores exactly, and each runner has their own times."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.edge.squad_files import hand_input_of, hand_record
from coach.quantities import Metres, Seconds
from coach.review.journaled import JournaledRep, JournaledSplit
from coach.squad.by_hand import (
    ClockStarted,
    HandSetup,
    HandTiming,
    HandUndone,
    LinePressed,
    OrderLeft,
    PastSplit,
    PressesSwapped,
    PressesTakenBack,
    PressGiven,
    PressSource,
    RunnerNamed,
    TimingEnded,
    heats_of,
    past_splits_of,
    sheet_csv,
    sheet_lines,
    sheet_table,
    split_words,
    splits_of_reps,
)
from coach.squad.roster import LETTERS, read_roster, roster_of_names, roster_of_numbers
from tests.squad.hand_sessions import bunched, hand_setup


def begun(count=24, **setup):
    """A session whose gun went off at 0."""
    timing = HandTiming(hand_setup(count, **setup))
    timing.receive(timing.early_clock(Seconds(0.0)))
    timing.receive(timing.next_heat(Seconds(0.0), Seconds(0.0)))
    return timing


def take(timing, inputs):
    """Apply the inputs of a key."""
    return [event for each in inputs for event in timing.receive(each)]


def key(timing, runner, at):
    """A runner's key."""
    return take(timing, timing.inputs_of_key(runner, at, at))


def space(timing, at):
    """The space bar."""
    return timing.receive(timing.line_press(at, at))


def state_of(timing):
    """The visible state of a session, without presses that were taken back."""
    return (
        {number: owner for number, owner in timing.owners.items() if owner is not None},
        timing.out,
        timing.clocks,
        dict(timing.names),
        timing.last_given,
        {number: by for number, by in timing.given_by.items() if timing.owners[number]},
    )


# --- 24 runners by hand


def test_24_runners_with_a_bunched_finish_two_swaps_and_a_lapped_runner():
    """The first lap by keys, the second by the order, the finish kept loose and given after it."""
    timing = begun(distance=1200)
    slugs = [one.slug for one in timing.setup.roster.runners]
    field = bunched()
    by_lap = {lap: field[24 * (lap - 1) : 24 * lap] for lap in (1, 2, 3)}
    for moment, place in by_lap[1]:
        key(timing, slugs[place], moment)
    for moment, _ in by_lap[2]:
        space(timing, moment)
    assert timing.loose() == []
    assert [timing.owners[number] for number in range(25, 49)] == [slugs[place] for _, place in by_lap[2]]
    # Yara is lapped and stops: one key while she stands as next.
    late = by_lap[3][0][0]
    timing.receive(OrderLeft(late, slugs[23]))
    assert all(each.runner != slugs[23] for each in timing.following(late))
    # the finish: 23 presses, all loose, the last eight in less than a second
    for number, (moment, place) in enumerate(by_lap[3][:23]):
        close = moment if number < 15 else by_lap[3][15][0] + 0.08 * (number - 15)
        timing.receive(timing.line_press(close, close, is_loose=True))
        assert timing.presses[-1].moment == close
        del place
    assert len(timing.loose()) == 23
    end = timing.presses[-1].moment + 5
    for _, place in by_lap[3][:23]:
        key(timing, slugs[place], end)
    # two swaps: Uma was before Tom, and Wim before Vera
    take(timing, timing.inputs_of_swap("tom", end, selection=timing.in_rep("uma")[-1].press))
    take(timing, timing.inputs_of_swap("wim", end, selection=timing.in_rep("vera")[-1].press))
    ended = timing.receive(TimingEnded(Seconds(end + 1)))
    assert ended == [
        {
            "v": 1,
            "at_s": round(end + 1, 3),
            "event": "timing_ended",
            "presses": 71,
            "loose": 0,
            "taken_back": 0,
        }
    ]
    assert list(sheet_lines(timing, {})) == FINISH.strip("\n").splitlines()


FINISH = """
Timing by hand   1200 m, 24 runners   2026-11-30T18:36
  1  Ana     3:36.0   1200 m  72.0 72.0 72.0
  2  Ben     3:37.8   1200 m  72.8 72.5 72.5
  3  Cleo    3:39.6   1200 m  73.6 73.0 73.0
  4  Dan     3:41.4   1200 m  74.4 73.5 73.5
  5  Eve     3:43.2   1200 m  75.2 74.0 74.0
  6  Finn    3:45.0   1200 m  76.0 74.5 74.5
  7  Gil     3:46.8   1200 m  76.8 75.0 75.0
  8  Hana    3:48.6   1200 m  77.6 75.5 75.5
  9  Ivo     3:50.4   1200 m  78.4 76.0 76.0
 10  Jana    3:52.2   1200 m  79.2 76.5 76.5
 11  Kim     3:54.0   1200 m  80.0 77.0 77.0
 12  Leo     3:55.8   1200 m  80.8 77.5 77.5
 13  Mia     3:57.6   1200 m  81.6 78.0 78.0
 14  Nils    3:59.4   1200 m  82.4 78.5 78.5
 15  Ola     4:01.2   1200 m  83.2 79.0 79.0
 16  Pia     4:03.0   1200 m  84.0 79.5 79.5
 17  Quin    4:03.1   1200 m  84.8 80.0 78.3
 18  Ron     4:03.2   1200 m  85.6 80.5 77.1
 19  Sara    4:03.2   1200 m  86.4 81.0 75.8
 20  Uma     4:03.3   1200 m  88.0 82.0 73.3
 21  Tom     4:03.4   1200 m  87.2 81.5 74.7
 22  Wim     4:03.5   1200 m  89.6 83.0 70.9
 23  Vera    4:03.6   1200 m  88.8 82.5 72.3
 24  Yara    2:53.9    800 m  90.4 83.5  out
"""


def test_forty_presses_in_ten_seconds_and_two_80_ms_apart():
    """Presses close together are all kept with their own times."""
    timing = begun(40)
    moments = [60 + 0.25 * number for number in range(38)]
    moments += [moments[-1] + 0.08, moments[-1] + 0.16]
    for moment in moments:
        space(timing, moment)
    assert [press.moment for press in timing.presses] == moments
    for letter in LETTERS:
        key(timing, timing.by_key(letter).slug, 75.0)
    assert timing.loose() == []
    times = [timing.in_rep(one.slug)[0].time_s for one in timing.setup.roster.runners]
    assert times == moments


# --- the order


def test_the_order_gives_and_a_key_within_three_seconds_overrules():
    """A runner's key after the space bar confirms the press; a later one is a new press."""
    timing = begun(3)
    for place, slug in enumerate(("ana", "ben", "cleo")):
        key(timing, slug, 70.0 + place)
    event = space(timing, 139.8)[0]
    assert (event["runner"], event["by"], event["lap"], event["lap_s"]) == ("ana", "order", 2, 69.8)
    moved = key(timing, "ben", 141.0)
    assert [(each["event"], each["runner"], each["before"]) for each in moved] == [
        ("line_moved", "ben", "ana")
    ]
    assert space(timing, 141.5)[0]["runner"] == "ana"
    assert key(timing, "ana", 142.0) == []
    assert timing.message == "Ana: timed just before."
    assert key(timing, "cleo", 142.5)[0]["by"] == "key"
    assert len(timing.presses) == 6


def test_nobody_near_keeps_the_press_loose_and_a_key_gives_the_oldest():
    """Loose presses are assigned in order of time."""
    timing = begun(3)
    key(timing, "ana", 70.0)
    assert "runner" not in space(timing, 90.0)[0]
    assert "runner" not in space(timing, 140.0)[0], "one that waits goes first"
    assert [press.number for press in timing.loose()] == [2, 3]
    assert timing.candidates(timing.presses[2]) == ["ana"]
    given_to = key(timing, "ben", 141.0)[0]
    assert (given_to["event"], given_to["press"], given_to["time_s"]) == ("line_given", 2, 90.0)
    assert key(timing, "ana", 141.0)[0]["press"] == 3


def test_who_is_out_is_not_expected_until_their_key():
    """A runner who is out is not expected until their key is pressed."""
    timing = begun(2)
    key(timing, "ana", 70.0)
    key(timing, "ben", 75.0)
    take(timing, timing.inputs_of_drop(140.0))
    assert timing.out == {"ana"}
    assert timing.message == "Ana is out of the order; their key puts them back."
    assert timing.first(140.0) is None
    assert space(timing, 149.0)[0]["runner"] == "ben"
    assert [each["event"] for each in key(timing, "ana", 155.0)] == ["line", "back_in_order"]
    timing.receive(HandUndone(Seconds(156.0)))
    assert timing.out == {"ana"}
    take(timing, timing.inputs_of_drop(225.0))
    assert take(timing, timing.inputs_of_drop(226.0)) == []
    assert timing.message == "Nobody is expected."
    assert timing.inputs_of_drop(227.0, "ana") == []
    assert timing.inputs_of_drop(227.0, "nobody")


def test_who_was_missed_is_expected_a_lap_later_and_who_is_gone_is_not():
    """A runner half a lap late is expected a lap later; one who is a lap and a half late is not expected."""
    timing = begun(1)
    key(timing, "ana", 70.0)
    assert timing.next_crossing("ana", 100.0).at == 140.0
    assert timing.next_crossing("ana", 180.0).at == 210.0
    assert timing.next_crossing("ana", 250.0) is None


# --- clocks


def test_each_heat_has_its_own_clock_and_runs_on():
    """Next heat on one key; a press counts from the start of whom it is given to."""
    timing = begun(4, heats=2, distance=800)
    assert timing.setup.heats == (("ana", "ben"), ("cleo", "dan"))
    key(timing, "ana", 70.0)
    started = timing.receive(timing.next_heat(Seconds(100.0), Seconds(100.0)))
    assert started == [{"v": 1, "at_s": 100.0, "event": "clock_started", "heat": 2, "from_s": 100.0}]
    assert key(timing, "ben", 130.0)[0]["time_s"] == 130.0
    assert key(timing, "cleo", 171.5)[0]["time_s"] == 71.5
    timing.receive(timing.next_heat(Seconds(400.0), Seconds(400.0)))
    assert [clock.heat for clock in timing.clocks] == [0, 1, 0]
    assert timing.next_crossing("ana", 410.0).at == 470.0, "as in the rep before"
    again = key(timing, "ana", 469.0)[0]
    assert (again["rep"], again["lap"], again["time_s"]) == (2, 1, 69.0)
    timing.receive(HandUndone(Seconds(470.0)))
    timing.receive(HandUndone(Seconds(470.0)))
    assert [clock.heat for clock in timing.clocks] == [0, 1]
    assert timing.message == "The clock is taken back."


def test_the_gun_begins_the_clock_anew_until_somebody_has_crossed():
    """A press before the gun has no runner, and counts from no start."""
    timing = HandTiming(hand_setup(2))
    assert timing.next_heat(Seconds(0.0), Seconds(0.0)) == ClockStarted(Seconds(0.0), 0, Seconds(0.0))
    timing.receive(timing.early_clock(Seconds(0.0)))
    space(timing, 5.0)
    timing.receive(timing.next_heat(Seconds(20.0), Seconds(20.0)))
    assert [(clock.moment, clock.is_early) for clock in timing.clocks] == [(20.0, False)]
    event = key(timing, "ana", 30.0)[0]
    assert "time_s" not in event
    assert sheet_table(timing, {})[1][-5:] == (None, None, 5.0, "key", "")


def test_waves_start_each_at_their_own_time():
    """Every 10 s in the order of the roster."""
    text = b'{"format": "coach-squad/1", "runners": [{"name": "Ana"}, {"name": "Ben"}], "waves": {"every": "0:10"}}'
    roster = read_roster(text, name="squad")
    timing = HandTiming(HandSetup(roster, heats=heats_of(roster)))
    timing.receive(timing.next_heat(Seconds(100.0), Seconds(100.0)))
    assert key(timing, "ben", 180.0)[0]["time_s"] == 70.0
    assert key(timing, "ana", 181.0)[0]["time_s"] == 81.0


def test_the_distance_says_how_far_each_crossing_is():
    """A part of a lap is run first; a runner who has run the distance is expected no more."""
    setup = hand_setup(1, distance=1000)
    assert [setup.metres_at(lap) for lap in range(5)] == [0, 200, 600, 1000, 1600]
    timing = begun(1, distance=1000)
    for at in (35.0, 107.0):
        key(timing, "ana", at)
    assert timing.next_crossing("ana", 110.0).at == pytest.approx(107.0 + 400 * (35 / 200 + 72 / 400) / 2)
    key(timing, "ana", 180.0)
    assert timing.is_finished("ana")
    assert timing.next_crossing("ana", 240.0) is None


def test_heats_are_the_groups_of_a_roster():
    """Each group is a heat; with a number of heats the roster is divided in its order."""
    roster = read_roster(b"name,group\nAna,fast\nBen,new\nCleo,fast\n", name="squad")
    assert heats_of(roster) == (("ana", "cleo"), ("ben",))
    assert heats_of(roster, 1) == (("ana", "ben", "cleo"),)


# --- numbers


def test_forty_presses_in_ten_seconds_are_forty_runners():
    """A lap in a quarter of a second is impossible: each press just after the gun is a further number."""
    roster = roster_of_names([str(number) for number in range(1, 41)])
    timing = HandTiming(HandSetup(roster, heats=heats_of(roster), is_numbered=True))
    timing.receive(timing.early_clock(Seconds(0.0)))
    timing.receive(timing.next_heat(Seconds(0.0), Seconds(0.0)))
    for number in range(1, 41):
        space(timing, Seconds(2.0 + 0.25 * number))
    assert [timing.owners[number] for number in range(1, 41)] == [one.slug for one in roster.runners]


def test_without_a_roster_runners_are_numbers_in_the_order_they_cross():
    """A number gets a name later."""
    roster = roster_of_numbers()
    timing = HandTiming(
        HandSetup(roster, heats=heats_of(roster), is_numbered=True, started="2026-11-30T18:00:00+01:00")
    )
    timing.receive(timing.early_clock(Seconds(0.0)))
    assert [space(timing, at)[0]["runner"] for at in (70.0, 71.0, 72.0)] == ["1", "2", "3"]
    assert space(timing, 140.2)[0]["runner"] == "1"
    assert [one.key for one in timing.runners_on_page()] == ["a", "b", "c"]
    assert timing.receive(RunnerNamed(Seconds(141.0), "2", "Ben"))[0]["name"] == "Ben"
    assert list(sheet_lines(timing, {}))[2].split()[:3] == ["2", "Ben", "1:11.0"]
    assert len(roster_of_numbers(8).runners) == 8
    assert roster_of_numbers(8).runners[0].key == "1"


# --- gates


def test_a_gate_is_a_further_press_with_its_own_time_and_no_undo_takes_it():
    """A tag says whose it is; without one it waits, in order of time."""
    timing = begun(3)
    space(timing, 71.0)
    tagged = timing.receive(timing.device_press(71.5, 70.5, PressSource.GATE, "line", "ben"))
    assert (tagged[0]["runner"], tagged[0]["place"], tagged[0]["time_s"]) == ("ben", "line", 70.5)
    timing.receive(timing.device_press(71.6, 70.6, PressSource.GATE, "line", "nobody"))
    assert [press.number for press in timing.loose()] == [3, 1]
    timing.receive(HandUndone(Seconds(72.0)))
    assert timing.owners == {1: None, 2: "ben", 3: ""}
    key(timing, "cleo", 73.0)
    timing.receive(PressGiven(Seconds(74.0), 1, "ana"))
    assert timing.owners == {1: "ana", 2: "ben", 3: "cleo"}


# --- words, and the sheet


def past(*rows):
    """Earlier splits of Ana: day, metres, lap, time."""
    return {
        "ana": [PastSplit(day, Metres(m), Metres(400.0), Seconds(t), Seconds(lap)) for day, m, lap, t in rows]
    }


def word(timing, earlier):
    """The word of Ana's last split."""
    return split_words(timing, timing.crossings("ana")[-1], earlier)


def test_one_word_after_a_split_from_the_history():
    """The best of the season, the run so far, against the last time, and rep 1."""
    timing = begun(2)
    key(timing, "ana", 72.0)
    assert word(timing, {}) == ""
    assert word(timing, {"ben": past(("2026-05-14", 400, 80, 80))["ana"]}) == "first time here"
    earlier = past(("2026-05-14", 400, 71, 71), ("2026-05-14", 800, 74, 145), ("2026-10-02", 400, 73, 73))
    assert word(timing, earlier) == "best 400 this season", "May is out of the season"
    assert word(timing, past(("2026-10-02", 400, 71, 71))) == "+1.0 on Oct"
    assert word(timing, past(("2026-11-30", 400, 71, 71))) == "+1.0 earlier"
    assert word(timing, past(("2026-10-02", 400, 71, 72.01))) == "+0.0 on Oct", "not -0.0"
    assert word(timing, past(("never", 400, 71, 71), ("2026-10-02", 400, 70, 70))) == "+2.0 on Oct"
    key(timing, "ana", 144.5)
    assert word(timing, earlier) == "PB so far"
    assert word(timing, past(("2026-10-02", 1200, 71, 216))) == ""
    timing.receive(timing.next_heat(Seconds(300.0), Seconds(300.0)))
    key(timing, "ana", 372.8)
    assert word(timing, {}) == "+0.8 to rep 1"
    key(timing, "ana", 445.0)
    key(timing, "ana", 520.0)
    assert word(timing, {}) == ""


def test_a_session_tells_later_ones_its_splits():
    """Earlier splits are those of crossings with a start."""
    timing = begun(2)
    key(timing, "ana", 72.0)
    assert past_splits_of(timing) == {
        "ana": [PastSplit("2026-11-30", Metres(400.0), Metres(400.0), Seconds(72.0), Seconds(72.0))], "ben": []
    }  # fmt: skip


def test_the_table_has_a_row_a_press_and_no_formula():
    """Presses without a runner or taken back are in it too."""
    timing = begun(2)
    timing.receive(RunnerNamed(Seconds(0.0), "ana", "=1+1"))
    key(timing, "ana", 72.0)
    space(timing, 75.0)
    space(timing, 76.0)
    timing.receive(PressesTakenBack(Seconds(77.0), (3,)))
    rows = sheet_csv(timing, {}).decode().splitlines()
    assert rows[1].startswith("1,ana,'=1+1,1,1,1,400,72,72,72,key,")
    assert rows[2].endswith(",75,key,nobody's")
    assert rows[3].endswith(",76,key,taken back")
    assert list(sheet_lines(timing, {}))[-2:] == ["presses without a runner", "   2    1:15.0"]


def test_presses_that_are_nobodys_stand_in_the_sheet_by_the_clock_of_the_gun():
    """Times of loose presses count from the start signal, as on the page."""
    timing = HandTiming(hand_setup(2))
    timing.receive(timing.early_clock(Seconds(0.0)))
    timing.receive(timing.next_heat(Seconds(30.0), Seconds(30.0)))
    space(timing, Seconds(102.0))
    assert list(sheet_lines(timing, {}))[-1] == "   1    1:12.0"


def test_the_sheet_parts_heats_and_reps():
    """The sheet has a part for each rep of a heat."""
    timing = begun(2, heats=2)
    key(timing, "ana", 72.0)
    timing.receive(timing.next_heat(Seconds(100.0), Seconds(100.0)))
    timing.receive(timing.next_heat(Seconds(200.0), Seconds(200.0)))
    key(timing, "ana", 271.0)
    lines = list(sheet_lines(timing, {}))
    assert [line for line in lines if line.startswith("heat")] == ["heat 1, rep 1", "heat 1, rep 2"]


# --- whatever is done

RUNNERS = ("ana", "ben", "cleo", "dan")
ACTIONS = st.one_of(
    st.tuples(st.just("space"), st.none()),
    st.tuples(st.just("enter"), st.none()),
    st.tuples(st.just("gate"), st.sampled_from(("", *RUNNERS))),
    st.tuples(st.just("key"), st.sampled_from(RUNNERS)),
    st.tuples(st.just("give"), st.tuples(st.integers(0, 12), st.sampled_from(RUNNERS))),
    st.tuples(st.just("swap"), st.sampled_from(RUNNERS)),
    st.tuples(st.just("exchange"), st.tuples(st.integers(0, 12), st.integers(0, 12))),
    st.tuples(st.just("take"), st.integers(0, 12)),
    st.tuples(st.just("drop"), st.none()),
    st.tuples(st.just("heat"), st.none()),
    st.tuples(st.just("name"), st.sampled_from(RUNNERS)),
    st.tuples(st.just("undo"), st.none()),
)


def inputs_of(timing, what, of, at):  # noqa: PLR0911 a row an action
    """The inputs of an action."""
    match what:
        case "space" | "enter":
            return [timing.line_press(at, at, is_loose=what == "enter")]
        case "gate":
            return [timing.device_press(at, Seconds(max(0.0, at - 3)), PressSource.GATE, "g", of)]
        case "key":
            return timing.inputs_of_key(of, at, at)
        case "give":
            return [PressGiven(at, *of)]
        case "swap":
            return timing.inputs_of_swap(of, at)
        case "exchange":
            return [PressesSwapped(at, *of)]
        case "take":
            return [PressesTakenBack(at, (of,))]
        case "drop":
            return timing.inputs_of_drop(at)
        case "heat":
            return [timing.next_heat(at, at)]
        case "name":
            return [RunnerNamed(at, of, f"{of}!")]
    return [HandUndone(at)]


@given(st.lists(st.tuples(ACTIONS, st.floats(0.01, 40.0)), max_size=40))
def test_no_press_is_ever_lost_or_doubled(actions):
    """Each stands once in the list, with its own moment; its runner has it once; a session read again is the same."""
    timing, again, pressed, at = begun(4, heats=2), begun(4, heats=2), [], 0.0
    for (what, of), after in actions:
        at = Seconds(round(at + after, 3))
        for event in inputs_of(timing, what, of, at):
            if isinstance(event, LinePressed):
                pressed.append(event.moment)
            made = timing.receive(event)
            assert made == again.receive(hand_input_of(json.loads(json.dumps(hand_record(event)))))
    assert [press.moment for press in timing.presses] == pressed
    assert sorted(timing.owners) == list(range(1, len(pressed) + 1))
    of_runners = [each.press for slug in RUNNERS for each in timing.crossings(slug)]
    loose = [press.number for press in timing.loose()]
    taken = [number for number, owner in timing.owners.items() if owner is None]
    assert sorted([*of_runners, *loose, *taken]) == list(range(1, len(pressed) + 1))
    for slug in RUNNERS:
        moments = [each.moment for each in timing.crossings(slug)]
        assert moments == sorted(moments)


@given(st.lists(st.tuples(ACTIONS, st.floats(0.01, 40.0)), max_size=25), ACTIONS)
def test_undo_restores_exactly(actions, last):
    """Whatever was done by hand; of a press that is undone the place in the list stays."""
    timing, at = begun(4, heats=2), Seconds(0.0)
    for (what, of), after in actions:
        at = Seconds(round(at + after, 3))
        take(timing, inputs_of(timing, what, of, at))
    what, of = last
    before, count = state_of(timing), len(timing.presses)
    inputs = inputs_of(timing, what, of, at)
    if what in {"undo", "gate"}:
        return
    take(timing, inputs)
    if state_of(timing) != before or len(timing.presses) != count:
        timing.receive(HandUndone(at))
    assert state_of(timing) == before
    assert all(timing.owners[press.number] is None for press in timing.presses[count:])


def test_the_reps_of_recorded_runs_are_splits_of_the_past():
    """Laps between two timed marks are splits; reps that were cut and strides give none."""
    splits = tuple(
        JournaledSplit(time_s, "split", metres)
        for metres, time_s in ((200.0, 37.0), (400.0, 75.0), (600.0, 113.0))
    )
    whole = JournaledRep(1, "0", "Main / 1", "work", 152.0, "mark", 800.0, splits=splits)
    reps = [
        ("2026-05-01", whole),
        ("2026-05-02", replace(whole, is_cut=True)),
        ("2026-05-03", replace(whole, kind="stride")),
        ("2026-05-04", replace(whole, length_m=None)),
    ]
    laps = [
        (split.day, split.metres, split.lap_s, split.time_s) for split in splits_of_reps(reps, Metres(400.0))
    ]
    assert laps == [
        ("2026-05-01", 400.0, 75.0, 75.0), ("2026-05-01", 600.0, 76.0, 113.0), ("2026-05-01", 800.0, 77.0, 152.0)
    ]  # fmt: skip
    assert splits_of_reps([("2026-05-01", replace(whole, splits=()))], Metres(400.0)) == []
