"""Ties between the runs of a squad: waves, a rest of the whole group, a partner's turn, buttons for several."""

from dataclasses import replace
from typing import Any

import pytest

from coach.live.contract import Opened, RunEnded, WorkoutSwitched
from coach.live.run import LiveRun
from coach.session.config import StartPolicy
from coach.session.events import StepEnded, StepStarted, Undone, WorkoutChanged
from coach.session.phases import Button, Phase, Pressed
from coach.squad.board import Board, next_line
from coach.squad.roster import Group, RestUntil, Roster
from coach.squad.run import (
    GivenBy,
    RunnerInput,
    RunnerLeft,
    RunnerMoved,
    RunnerOutput,
    SplitGiven,
    SplitMoved,
    SplitTaken,
    SquadPressed,
    WaveStarted,
    encode_squad_event,
)
from coach.workout.edits import rest_of
from coach.workout.kinds import Kind
from coach.workout.timeline import Context, PressStart, TimeEnd, Timeline
from tests.session.builders import by_mark, jog, rest, step, work, work_time
from tests.squad.squads import FoldedSquad, at, roster, setup, squad

WAITS = StartPolicy(first=PressStart(), after_rest=PressStart())
REPS = (by_mark("rep 1"), rest(60.0, "rest 1"), by_mark("rep 2"), rest(60.0, "rest 2"), by_mark("rep 3"))


def opened(people: Roster, *steps, starts=WAITS) -> FoldedSquad:
    """A squad whose runs were opened at 0."""
    whole = squad(people, *(steps or REPS), starts=starts)
    for one in people.runners:
        whole.receive(RunnerInput(one.slug, Opened(at(0.0))))
    return whole


def given(whole: FoldedSquad, now: float, runner: str, press: int) -> Any:
    """A press at the line for a runner."""
    return whole.receive(SplitGiven(at(now), press, runner, at(now), GivenBy.KEY))


def of(outputs, runner: str, kind: type) -> list[Any]:
    """The outputs of one kind of a runner's run."""
    mine = [each for each in outputs if isinstance(each, RunnerOutput) and each.runner == runner]
    return [each.output for each in mine if isinstance(each.output, kind)]


def phases(whole: FoldedSquad) -> list[Phase]:
    """The states of all runners."""
    return [run.session.phase for run in whole.runs.values()]


def test_a_wave_sets_off_each_at_their_own_time():
    """One every ten seconds; the start is credited to its own moment whenever the starts are read."""
    whole = opened(roster(3))
    starts = tuple((slug, at(10.0 + 10.0 * place)) for place, slug in enumerate(("ana", "ben", "cleo")))
    assert whole.receive(WaveStarted(at(9.0), starts)) == []
    assert whole.squad.wake_at() == 10.0
    outputs = whole.fire(at(25.0))
    assert [each.at for slug in ("ana", "ben") for each in of(outputs, slug, StepStarted)] == [10.0, 20.0]
    assert phases(whole) == [Phase.WORK, Phase.WORK, Phase.READY]


def test_a_button_for_a_group():
    """A rep less for two runners of three, twice."""
    reps = [
        each
        for rep in range(1, 5)
        for each in (
            work(400.0, f"rep {rep}", rep=rep, of=4, set_id="s"),
            rest(60.0, f"rest {rep}", rep=rep, of=4, set_id="s"),
        )
    ]
    whole = opened(roster(3), *reps)
    whole.receive(SquadPressed(at(5.0), ("ana", "cleo"), Button.DROP_REP, 2))
    assert [len(run.session.timeline.steps) for run in whole.runs.values()] == [4, 8, 4]


def test_dropping_out_ends_one_run():
    """Only the run of the runner who leaves is ended."""
    whole = opened(roster(2))
    outputs = whole.receive(RunnerLeft(at(8.0), "ana"))
    assert [each.completed for each in of(outputs, "ana", RunEnded)] == [False]
    assert whole.squad.is_gone("ana")
    assert not whole.squad.is_gone("ben")
    assert whole.squad.phase("ben") is Phase.READY


def grouped(until: RestUntil, count: int = 3) -> Roster:
    """A group with one rest."""
    people = roster(count)
    return replace(people, groups=(Group("all", rest_until=until),))


def finish(whole: FoldedSquad, times: dict[str, float]) -> None:
    """Bring runners in at these times."""
    for press, (runner, now) in enumerate(sorted(times.items(), key=lambda each: each[1]), 100):
        given(whole, now, runner, press)


@pytest.mark.parametrize(("until", "goes_at"), [(RestUntil.LAST, 165.0), (RestUntil.FIRST, 150.0)])
def test_a_rest_of_the_whole_group(until, goes_at):
    """A minute after the last, or after the first, everybody goes together."""
    whole = opened(grouped(until))
    for press, slug in enumerate(("ana", "ben", "cleo")):
        given(whole, 10.0, slug, press)
    finish(whole, {"ana": 90.0, "ben": 95.0, "cleo": 105.0})
    outputs = whole.fire(at(goes_at - 0.5))
    assert all(
        not of(outputs, slug, StepStarted) or of(outputs, slug, StepStarted)[0].at < 110
        for slug in whole.runs
    )
    outputs = whole.fire(at(goes_at + 0.5))
    assert [[each.at for each in of(outputs, slug, StepStarted)] for slug in whole.runs] == [[goes_at]] * 3


def test_who_still_runs_does_not_go_with_the_first():
    """The rest of the first is over before the last has come in: they go by their own rest."""
    whole = opened(grouped(RestUntil.FIRST, 2))
    given(whole, 10.0, "ana", 1)
    given(whole, 10.0, "ben", 2)
    given(whole, 90.0, "ana", 3)
    outputs = whole.fire(at(160.0))
    assert [each.at for each in of(outputs, "ana", StepStarted)] == [150.0]
    assert whole.squad.phase("ben") is Phase.WORK
    given(whole, 170.0, "ben", 4)
    assert [each.at for each in of(whole.fire(at(235.0)), "ben", StepStarted)] == [230.0]


def test_who_comes_in_late_goes_with_the_first():
    """A rest that began with the first is over for everybody at the same moment."""
    whole = opened(grouped(RestUntil.FIRST, 2))
    given(whole, 10.0, "ana", 1)
    given(whole, 10.0, "ben", 2)
    given(whole, 90.0, "ana", 3)
    given(whole, 140.0, "ben", 4)
    outputs = whole.fire(at(235.0))
    assert [[each.at for each in of(outputs, one, StepStarted)] for one in ("ana", "ben")] == [[150.0]] * 2


def test_the_last_may_drop_out():
    """A runner who has left is not waited for."""
    whole = opened(grouped(RestUntil.LAST, 2))
    given(whole, 10.0, "ana", 1)
    given(whole, 10.0, "ben", 2)
    given(whole, 90.0, "ana", 3)
    whole.receive(RunnerLeft(at(100.0), "ben"))
    outputs = whole.fire(at(160.5))
    assert [each.at for each in of(outputs, "ana", StepStarted)] == [160.0]


def test_a_rest_by_distance_is_everybodys_own():
    """Without a rest that the clock ends there is no minute to share."""
    whole = opened(grouped(RestUntil.LAST, 2), by_mark("rep 1"), jog(200.0), by_mark("rep 2"))
    given(whole, 10.0, "ana", 1)
    given(whole, 10.0, "ben", 2)
    finish(whole, {"ana": 90.0, "ben": 95.0})
    assert whole.squad.wake_at() is None


def test_partners_run_in_turn():
    """The press that brings Ana in sets Ben off; taken back, both are taken back."""
    people = replace(roster(3), teams=(("ana", "ben"),))
    whole = opened(people)
    given(whole, 10.0, "ana", 1)
    outputs = given(whole, 75.0, "ana", 2)
    assert [each.at for each in of(outputs, "ben", StepStarted)] == [75.0]
    assert phases(whole)[:2] == [Phase.RECOVERY, Phase.WORK]
    outputs = whole.receive(SplitTaken(at(77.0), 2, "ana", at(75.0)))
    assert len(of(outputs, "ana", Undone)) == len(of(outputs, "ben", Undone)) == 1
    assert phases(whole)[:2] == [Phase.WORK, Phase.READY]
    given(whole, 80.0, "ana", 3)
    outputs = given(whole, 150.0, "ben", 4)
    assert [each.at for each in of(outputs, "ana", StepStarted)] == [150.0]


def test_a_rest_is_as_long_as_the_partners_rep():
    """Ana's own rest of a minute is over, and she waits until Ben comes in."""
    people = replace(roster(2), teams=(("ana", "ben"),))
    whole = opened(people)
    given(whole, 10.0, "ana", 1)
    given(whole, 75.0, "ana", 2)
    whole.fire(at(140.0))
    assert whole.squad.phase("ana") is Phase.OVERTIME
    outputs = given(whole, 150.0, "ben", 3)
    assert [each.at for each in of(outputs, "ana", StepStarted)] == [150.0]


def relay(count: int) -> FoldedSquad:
    """A team of so many that takes turns, the first of whom has just come in after a rep of 40 s."""
    people = roster(count)
    whole = opened(replace(people, teams=(tuple(one.slug for one in people.runners),)))
    given(whole, 10.0, "ana", 1)
    given(whole, 50.0, "ana", 2)
    return whole


@pytest.mark.parametrize("count", [3, 4])
def test_a_team_goes_round(count):
    """Each press that brings one in sets the next off, and the last sets the first off again."""
    whole = relay(count)
    names = list(whole.runs)
    for place, slug in enumerate(names[1:], 1):
        assert [each for each in names if whole.squad.phase(each) is Phase.WORK] == [slug]
        given(whole, 50.0 + 40.0 * place, slug, 2 + place)
    assert [each for each in names if whole.squad.phase(each) is Phase.WORK] == ["ana"]


def test_a_baton_of_another_is_taken_back_with_its_start():
    """That was Cleo, not Ben: Ben runs on, and the runner they had started waits again."""
    whole = relay(3)
    given(whole, 90.0, "ben", 3)
    assert phases(whole) == [Phase.RECOVERY, Phase.RECOVERY, Phase.WORK]
    outputs = whole.receive(SplitTaken(at(92.0), 3, "ben", at(90.0)))
    assert [len(of(outputs, slug, Undone)) for slug in whole.runs] == [0, 1, 1]
    assert phases(whole)[1:] == [Phase.WORK, Phase.READY]
    outputs = given(whole, 95.0, "ben", 4)
    assert [each.at for each in of(outputs, "cleo", StepStarted)] == [95.0]


def test_the_turn_passes_over_a_partner_who_has_left():
    """Ben drops out while Ana runs: Cleo follows her."""
    people = roster(3)
    whole = opened(replace(people, teams=(("ana", "ben", "cleo"),)))
    given(whole, 10.0, "ana", 1)
    whole.receive(RunnerLeft(at(30.0), "ben"))
    outputs = given(whole, 50.0, "ana", 2)
    assert [each.at for each in of(outputs, "cleo", StepStarted)] == [50.0]


def test_who_drops_out_in_their_turn_hands_the_baton_on():
    """The next of a team starts when the one who runs drops out."""
    whole = relay(3)
    outputs = whole.receive(RunnerLeft(at(70.0), "ben"))
    assert [each.at for each in of(outputs, "cleo", StepStarted)] == [70.0]


def test_who_is_left_alone_of_a_team_rests_as_it_is_written():
    """Without reps as long as the rest the rest is a minute."""
    whole = relay(2)
    whole.receive(RunnerLeft(at(60.0), "ben"))
    assert whole.squad.phase("ana") is Phase.WORK, "his turn was hers"
    given(whole, 100.0, "ana", 3)
    assert whole.squad.phase("ana") is Phase.RECOVERY
    outputs = whole.fire(at(160.5))
    assert [each.at for each in of(outputs, "ana", StepStarted)] == [160.0]


def test_of_a_team_that_waits_the_one_whose_turn_it_is_goes():
    """After a baton that got lost the next is not the first of the team, and nobody goes while one runs."""
    whole = relay(3)
    assert whole.squad.in_turn(["ana", "cleo"]) == []
    whole.receive(SplitTaken(at(51.0), 2, "ana", at(50.0)))
    whole.receive(RunnerInput("ana", Pressed(at(60.0), Button.NEXT)))
    whole.receive(RunnerInput("ben", Pressed(at(61.0), Button.UNDO)))
    assert phases(whole) == [Phase.RECOVERY, Phase.READY, Phase.READY]
    assert whole.squad.in_turn(["ana", "ben", "cleo"]) == ["ben"]


def test_a_warm_up_is_nobodys_turn():
    """Partners warm up together; after it each waits for their turn, and a start for all is one for the first."""
    people = replace(roster(2), teams=(("ana", "ben"),))
    warm_up = step("warm-up", Kind.WARM_UP, TimeEnd(at(60.0)))
    starts = StartPolicy(PressStart(), PressStart(), PressStart())
    whole = opened(people, warm_up, *REPS, starts=starts)
    for press, slug in enumerate(("ana", "ben")):
        given(whole, 10.0, slug, press)
    whole.fire(at(71.0))
    assert phases(whole) == [Phase.READY, Phase.READY]
    assert whole.squad.in_turn(["ana", "ben"]) == ["ana"]
    given(whole, 80.0, "ana", 3)
    outputs = given(whole, 140.0, "ana", 4)
    assert [each.at for each in of(outputs, "ben", StepStarted)] == [140.0]


def test_a_rep_that_is_taken_back_ends_no_rest_of_the_group():
    """The last to come in had not: nobody starts a minute after the wrong press."""
    whole = opened(grouped(RestUntil.LAST, 2))
    for press, slug in enumerate(("ana", "ben")):
        given(whole, 10.0, slug, press)
    finish(whole, {"ana": 90.0, "ben": 95.0})
    whole.receive(SplitTaken(at(97.0), 101, "ben", at(95.0)))
    given(whole, 110.0, "ben", 105)
    whole.fire(at(169.0))
    assert phases(whole) == [Phase.OVERTIME, Phase.RECOVERY]
    outputs = whole.fire(at(170.5))
    assert [each.at for each in of(outputs, "ana", StepStarted)] == [170.0]


def test_that_was_ana_not_ben():
    """Ben's split is undone, and Ana has one at the moment of the press."""
    whole = opened(roster(2))
    for press, slug in enumerate(("ana", "ben")):
        given(whole, 10.0, slug, press)
    given(whole, 80.0, "ben", 5)
    outputs = whole.receive(SplitMoved(at(82.0), 5, "ana", "ben", at(80.0)))
    assert len(of(outputs, "ben", Undone)) == 1
    ended = of(outputs, "ana", StepEnded)
    assert [each.ended_at for each in ended] == [80.0]
    assert phases(whole) == [Phase.RECOVERY, Phase.WORK]


def test_what_became_of_a_press_as_events():
    """Each carries the runner, the press and its moment."""
    events = [
        encode_squad_event(SplitGiven(at(81.0), 7, "ana", at(80.0), GivenBy.ANSWER)),
        encode_squad_event(SplitMoved(at(82.0), 7, "ben", "ana", at(80.0))),
        encode_squad_event(SplitTaken(at(83.0), 7, "ben", at(80.0))),
    ]
    common = {"v": 1, "press": 7, "effective_at_s": 80.0}
    assert events == [
        {**common, "at_s": 81.0, "runner": "ana", "event": "line", "by": "answer"},
        {**common, "at_s": 82.0, "runner": "ben", "event": "line_moved", "before": "ana"},
        {**common, "at_s": 83.0, "runner": "ben", "event": "line_taken_back"},
    ]


# --- to another group

OTHER = tuple(
    each
    for rep in range(1, 5)
    for each in (
        work(200.0, f"200 {rep}", rep=rep, of=4, set_id="o"),
        rest(30.0, f"rest {rep}", rep=rep, of=4, set_id="o"),
    )
)


def two_groups(until: RestUntil = RestUntil.OWN) -> FoldedSquad:
    """Ana and Ben run three reps by mark; Cleo and Dan four of 200 m, of which they have done one."""
    people = roster(4)
    runners = tuple(
        replace(one, group=group)
        for one, group in zip(people.runners, ("all", "all", "new", "new"), strict=True)
    )
    people = replace(people, runners=runners, groups=(Group("all"), Group("new", rest_until=until)))
    runs = {
        one.slug: LiveRun(setup(one.slug, *(REPS if one.group == "all" else OTHER), starts=WAITS))
        for one in runners
    }
    whole = FoldedSquad(people, runs)
    for slug in runs:
        whole.receive(RunnerInput(slug, Opened(at(0.0))))
        given(whole, 10.0, slug, 1)
    for slug in ("cleo", "dan"):
        given(whole, 50.0, slug, 2)
    return whole


def moved(whole: FoldedSquad, now: float, runner: str, group: str) -> list[Any]:
    """Move a runner into a group as a live squad does."""
    place = whole.squad.place_of(group, without=runner)
    assert place is not None
    rest = rest_of(Timeline("200s", OTHER, Context()), place)
    assert rest is not None
    switch = WorkoutSwitched(at(now), rest)
    return whole.receive(RunnerMoved(at(now), runner, group, place, switch))


def test_who_joins_a_group_at_rest_goes_with_its_next_rep():
    """Ben comes in, is moved, and sets off with Cleo into her second rep; his reps so far stay."""
    whole = two_groups()
    given(whole, 60.0, "ben", 3)
    outputs = moved(whole, 65.0, "ben", "new")
    changed = of(outputs, "ben", WorkoutChanged)
    assert [(each.workout, each.button, each.steps_left) for each in changed] == [("200s", None, 7)]
    assert [one.slug for one in whole.squad.roster.members("new")] == ["ben", "cleo", "dan"]
    assert whole.squad.phase("ben") is Phase.RECOVERY
    outputs = given(whole, 82.0, "cleo", 4)
    (started,) = of(outputs, "ben", StepStarted)
    assert (started.at, started.step.name, started.step.rep, started.step.of) == (82.0, "200 2", 2, 4)
    assert [each.step.name for each in whole.runs["ben"].session.results] == ["rep 1", "rest 1"]


def test_who_is_in_a_rep_runs_it_to_its_end():
    """A runner who is moved in a rep runs it to its end, and then starts with the next rep of the group."""
    whole = two_groups()
    outputs = moved(whole, 55.0, "ben", "new")
    assert whole.squad.phase("ben") is Phase.WORK
    given(whole, 70.0, "ben", 3)
    assert whole.squad.phase("ben") is Phase.READY
    outputs = given(whole, 82.0, "dan", 4)
    assert [each.step.name for each in of(outputs, "ben", StepStarted)] == ["200 2"]


def test_who_joins_a_group_in_its_rep_goes_with_the_one_after():
    """A runner who joins a group in its rep starts with the rep after it."""
    whole = two_groups()
    for slug in ("cleo", "dan"):
        given(whole, 81.0, slug, 4)
    moved(whole, 90.0, "ben", "new")
    given(whole, 95.0, "ben", 5)
    given(whole, 120.0, "cleo", 6)
    outputs = given(whole, 152.0, "cleo", 7)
    assert [each.step.name for each in of(outputs, "ben", StepStarted)] == ["200 3"]


def test_a_slower_one_of_the_group_does_not_bring_a_joiner_along():
    """Dan is a rep behind: it is Cleo's start that Ben goes with."""
    whole = two_groups()
    given(whole, 82.0, "cleo", 4)
    given(whole, 83.0, "ben", 5)
    moved(whole, 84.0, "ben", "new")
    outputs = given(whole, 85.0, "dan", 6)
    assert of(outputs, "ben", StepStarted) == []
    given(whole, 120.0, "cleo", 7)
    outputs = given(whole, 152.0, "cleo", 8)
    assert [each.step.name for each in of(outputs, "ben", StepStarted)] == ["200 3"]


def test_who_has_joined_is_waited_for_like_everybody():
    """In a group that rests until the last has come in, the joiner's reps count from where they joined."""
    whole = two_groups(RestUntil.LAST)
    given(whole, 60.0, "ben", 3)
    moved(whole, 65.0, "ben", "new")
    outputs = whole.fire(at(80.5))
    assert [[each.at for each in of(outputs, slug, StepStarted)] for slug in ("ben", "cleo", "dan")] == [
        [80.0]
    ] * 3
    finish(whole, {"cleo": 115.0, "dan": 116.0, "ben": 125.0})
    outputs = whole.fire(at(155.5))
    assert [[each.at for each in of(outputs, slug, StepStarted)] for slug in ("ben", "cleo", "dan")] == [
        [155.0]
    ] * 3


def test_nobody_waits_for_a_joiner_who_still_runs_a_rep_of_before():
    """The group goes after its own last; the joiner goes with the rep that begins after they have come in."""
    whole = two_groups(RestUntil.LAST)
    moved(whole, 55.0, "ben", "new")
    outputs = whole.fire(at(80.5))
    starts = [[each.at for each in of(outputs, slug, StepStarted)] for slug in ("ben", "cleo", "dan")]
    assert starts == [[], [80.0], [80.0]]
    given(whole, 90.0, "ben", 3)
    assert whole.squad.phase("ben") is Phase.READY
    finish(whole, {"cleo": 115.0, "dan": 116.0})
    outputs = whole.fire(at(146.5))
    starts = [[each.at for each in of(outputs, slug, StepStarted)] for slug in ("ben", "cleo", "dan")]
    assert starts == [[146.0]] * 3
    finish(whole, {"cleo": 180.0, "dan": 181.0, "ben": 190.0})
    outputs = whole.fire(at(220.5))
    assert [[each.at for each in of(outputs, slug, StepStarted)] for slug in ("ben", "cleo", "dan")] == [
        [220.0]
    ] * 3


def test_a_group_does_not_wait_for_who_was_moved_out_of_it():
    """Ana and Ben have come in, Cleo has not and is moved: the rest counts from there."""
    people = grouped(RestUntil.LAST)
    people = replace(people, groups=(*people.groups, Group("new")))
    whole = opened(people)
    for press, slug in enumerate(("ana", "ben", "cleo")):
        given(whole, 10.0, slug, press)
    finish(whole, {"ana": 90.0, "ben": 95.0})
    whole.receive(RunnerMoved(at(100.0), "cleo", "new"))
    outputs = whole.fire(at(160.5))
    assert [[each.at for each in of(outputs, slug, StepStarted)] for slug in ("ana", "ben")] == [[160.0]] * 2


def test_who_drops_out_of_a_rest_does_not_begin_it_anew():
    """The start of the others is planned already, and stays."""
    whole = opened(grouped(RestUntil.LAST))
    for press, slug in enumerate(("ana", "ben", "cleo")):
        given(whole, 10.0, slug, press)
    finish(whole, {"ana": 90.0, "ben": 95.0, "cleo": 105.0})
    whole.receive(RunnerLeft(at(150.0), "cleo"))
    outputs = whole.fire(at(165.5))
    assert [[each.at for each in of(outputs, slug, StepStarted)] for slug in ("ana", "ben")] == [[165.0]] * 2


def test_before_the_group_has_begun_there_is_no_place_in_its_workout():
    """And a move without a workout, as in journals of before, moves the name alone."""
    people = replace(roster(2), groups=(Group("all"), Group("new")))
    whole = opened(people)
    assert whole.squad.place_of("new", without="ana") is None
    assert whole.squad.place_of("all", without="ana") is None
    assert whole.receive(RunnerMoved(at(5.0), "ana", "new")) == []
    assert [one.slug for one in whole.squad.roster.members("new")] == ["ana"]


# --- who is at the line next


def running(*steps) -> LiveRun:
    """A run by hand that set off at 10 s."""
    whole = squad(roster(1), *steps)
    whole.receive(RunnerInput("ana", Opened(at(0.0))))
    given(whole, 10.0, "ana", 1)
    return whole.runs["ana"]


def test_the_next_line_by_the_plan_and_by_splits():
    """By hand: the pace that is asked for first, the runner's own after a split."""
    run = running(work(800.0, mps=4.0))
    settings = run.setup.session
    assert next_line(run.snapshot(at(12.0)), settings) == pytest.approx(60.0)
    whole = FoldedSquad(roster(1), {"ana": run})
    given(whole, 62.0, "ana", 2)
    assert next_line(run.snapshot(at(63.0)), settings) == pytest.approx(114.0)
    board = Board(whole.squad, settings)
    board.expect({"ana": run.snapshot(at(63.0))})
    assert board.crossings.following(at(63.0))[0].at == pytest.approx(114.0)


def test_who_rests_is_at_no_line():
    """Also for runners who wait, who run by the clock, or whose rep has no pace."""
    run = LiveRun(setup("ana", work(400.0)))
    run.receive(Opened(at(0.0)))
    assert next_line(run.snapshot(at(1.0)), run.setup.session) is None
    assert next_line(running(by_mark()).snapshot(at(12.0)), run.setup.session) is None
    assert next_line(running(work(400.0, mps=None)).snapshot(at(12.0)), run.setup.session) is None


def test_a_baton_without_a_press_is_no_ones_to_take_back():
    """A rep that ends by its metres sets the partner off too; no press is behind it."""
    people = replace(roster(2), teams=(("ana", "ben"),))
    whole = opened(people, work_time(30.0, "rep 1"), rest(10.0), work_time(30.0, "rep 2"))
    given(whole, 10.0, "ana", 1)
    outputs = whole.fire(at(41.0))
    assert [each.at for each in of(outputs, "ben", StepStarted)] == [40.0]
    whole.receive(SplitTaken(at(42.0), 1, "ana", at(10.0)))
    assert whole.squad.phase("ben") is Phase.WORK


def test_who_is_past_every_line_is_expected_nowhere():
    """Half way past the last line a rep by hand says nothing more."""
    run = running(work(200.0, mps=4.0))
    assert next_line(run.snapshot(at(100.0)), run.setup.session) is None
