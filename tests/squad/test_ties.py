"""What ties runners to each other: waves, a rest of the whole group, a partner's turn, buttons for several."""

from dataclasses import replace
from typing import Any

import pytest

from coach.live.inputs import Opened
from coach.live.outputs import RunEnded
from coach.live.run import LiveRun
from coach.session.buttons import Button
from coach.session.config import StartPolicy
from coach.session.events import StepEnded, StepStarted, Undone
from coach.session.phases import Phase
from coach.squad.crossing import Crossings, GivenBy, SplitGiven, SplitMoved, SplitTaken
from coach.squad.roster import Group, RestUntil, Roster
from coach.squad.run import (
    RunnerInput,
    RunnerLeft,
    RunnerMoved,
    RunnerOutput,
    SquadPressed,
    SquadRun,
    WaveStarted,
    encode_squad_event,
    expect_all,
    merged,
    next_line,
    rest_after,
)
from coach.workout.timeline import PressStart
from tests.session.builders import by_mark, jog, rest, work, work_time
from tests.squad.squads import at, roster, setup, squad

WAITS = StartPolicy(first=PressStart(), after_rest=PressStart())
REPS = (by_mark("rep 1"), rest(60.0, "rest 1"), by_mark("rep 2"), rest(60.0, "rest 2"), by_mark("rep 3"))


def opened(people: Roster, *steps, starts=WAITS) -> SquadRun:
    """A squad whose runs were opened at 0."""
    whole = squad(people, *(steps or REPS), starts=starts)
    for one in people.runners:
        whole.receive(RunnerInput(one.slug, Opened(at(0.0))))
    return whole


def given(whole: SquadRun, now: float, runner: str, press: int) -> Any:
    """A press at the line for a runner."""
    return whole.receive(SplitGiven(at(now), press, runner, at(now), GivenBy.KEY))


def of(outputs, runner: str, kind: type) -> list[Any]:
    """What a runner's run gave of one kind."""
    mine = [each for each in outputs if isinstance(each, RunnerOutput) and each.runner == runner]
    return [each.output for each in mine if isinstance(each.output, kind)]


def phases(whole: SquadRun) -> list[Phase]:
    """Where everybody is."""
    return [run.session.phase for run in whole.runs.values()]


def test_a_wave_sets_off_each_at_their_own_time():
    """Every ten seconds one; the start is credited to its own moment whenever somebody looks."""
    whole = opened(roster(3))
    starts = tuple((slug, at(10.0 + 10.0 * place)) for place, slug in enumerate(("ana", "ben", "cleo")))
    assert whole.receive(WaveStarted(at(10.0), starts)) == []
    assert whole.wake_at() == 10.0
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
    """The run is ended, and nobody else's is."""
    whole = opened(roster(2))
    outputs = whole.receive(RunnerLeft(at(8.0), "ana"))
    assert [each.completed for each in of(outputs, "ana", RunEnded)] == [False]
    assert whole.ties.is_gone("ana")
    assert not whole.ties.is_gone("ben")
    assert whole.ties.phase("ben") is Phase.READY


def grouped(until: RestUntil, count: int = 3) -> Roster:
    """A group with one rest."""
    people = roster(count)
    return replace(people, groups=(Group("all", rest_until=until),))


def finish(whole: SquadRun, times: dict[str, float]) -> None:
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
    assert whole.ties.phase("ben") is Phase.WORK


def test_the_last_may_drop_out():
    """Nobody waits for who has left."""
    whole = opened(grouped(RestUntil.LAST, 2))
    given(whole, 10.0, "ana", 1)
    given(whole, 10.0, "ben", 2)
    given(whole, 90.0, "ana", 3)
    whole.receive(RunnerLeft(at(100.0), "ben"))
    outputs = whole.fire(at(160.5))
    assert [each.at for each in of(outputs, "ana", StepStarted)] == [160.0]


def test_a_rest_by_distance_is_everybodys_own():
    """Where the clock does not end the rest there is no minute to share."""
    whole = opened(grouped(RestUntil.LAST, 2), by_mark("rep 1"), jog(200.0), by_mark("rep 2"))
    given(whole, 10.0, "ana", 1)
    given(whole, 10.0, "ben", 2)
    finish(whole, {"ana": 90.0, "ben": 95.0})
    assert whole.ties.wake_at() is None
    assert rest_after((by_mark("rep"),), 0) is None


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
    assert whole.ties.phase("ana") is Phase.OVERTIME
    outputs = given(whole, 150.0, "ben", 3)
    assert [each.at for each in of(outputs, "ana", StepStarted)] == [150.0]


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


def test_moving_to_another_group():
    """The buttons and rests of the new group are theirs from here on."""
    people = replace(roster(2), groups=(Group("all"), Group("new")))
    whole = opened(people)
    assert whole.receive(RunnerMoved(at(5.0), "ana", "new")) == []
    assert [one.slug for one in whole.ties.roster.members("new")] == ["ana"]


def test_outputs_are_merged_by_time():
    """One order for everybody's lines; at one moment that of the roster."""
    whole = opened(roster(2))
    outputs = {
        slug: [each for each in given(whole, 10.0, slug, 1) if isinstance(each, RunnerOutput)]
        for slug in whole.runs
    }
    assert [each.at for each in merged(outputs)] == [10.0] * sum(map(len, outputs.values()))
    assert merged(outputs)[0].runner == "ana"


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
    whole = SquadRun(roster(1), {"ana": run})
    given(whole, 62.0, "ana", 2)
    assert next_line(run.snapshot(at(63.0)), settings) == pytest.approx(114.0)
    crossings = Crossings(["ana"])
    expect_all(crossings, {"ana": run.snapshot(at(63.0))}, settings)
    assert crossings.following(at(63.0))[0].at == pytest.approx(114.0)


def test_who_rests_is_at_no_line():
    """Nor who waits, nor who runs by the clock, nor a rep without any pace."""
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
    assert whole.ties.phase("ben") is Phase.WORK


def test_who_is_past_every_line_is_expected_nowhere():
    """Half way past the last line a rep by hand says nothing more."""
    run = running(work(200.0, mps=4.0))
    assert next_line(run.snapshot(at(100.0)), run.setup.session) is None
