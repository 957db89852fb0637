"""A live squad: its lines equal those of its recordings, keys reach their runs, and damage costs one run."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from coach.app.live_run import RunContext
from coach.app.playback import RecordingRequest, load_recording
from coach.app.simulation import demonstration_members, demonstration_roster
from coach.app.squad import LiveSquad
from coach.app.squad_playback import PlayedSquad, cut_off_runs, reopened_session, usual_way
from coach.app.squad_sessions import (
    SquadRequest,
    plan_squad,
    prepare,
    report_session,
)
from coach.app.telemetry import plan_for
from coach.app.terminal import SILENT, RunMode
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from coach.edge.run_folder import RunState, read_manifest
from coach.edge.settings import Settings
from coach.edge.squad_files import KEYS, MANIFEST, find_session, read_squad, recorded_splits
from coach.edge.store import Store
from coach.edge.telemetry.address import MqttRequest
from coach.live.contract import encode_event
from coach.problems import AthleteProblem, RecordingProblem, UsageProblem
from coach.quantities import Metres
from coach.review.journaled import WayOn
from coach.session.events import PhaseChanged, StepEnded, StepStarted, Undone
from coach.session.phases import Button, Phase
from coach.squad.by_hand import HandSetup, PastSplit
from coach.squad.roster import Consent, Group, RosterProblem, Waves
from coach.squad.run import RunnerMoved, SplitGiven, SplitTaken
from tests.edge.doubles import PacedClock
from tests.squad.sessions import SESSION, a_session
from tests.squad.squads import NAMES as EIGHT
from tests.squad.squads import at, roster

pytestmark = pytest.mark.usefixtures("recorders_keep_up")


def context(console=SILENT):
    """Return the context of a squad: a clock that is moved by hand, and no terminal."""
    return RunContext(Settings(), PacedClock(), RunMode.SCREEN, console)


def heard_by(squad):
    """Keep the outputs of a squad by runner."""
    heard: dict[str, list[Any]] = {}
    squad.listen(lambda runner, timed: heard.setdefault(runner, []).append(timed.output))
    return heard


async def until(squad, where, moment):
    """Move the clock of a session to a time."""
    await where.clock.advance(moment - squad.now())


def test_a_recorded_session_replays_to_the_lines_that_were_said(coach, home):
    """The lines of all runners are the same live and replayed; so are those of each run alone."""

    async def run():
        where = context()
        made = prepare(SquadRequest("", "4x60 m / 5s", sensors="sim"), roster(4), where)
        squad = made.live()
        heard = heard_by(squad)
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        squad.start_wave(list(squad.members))
        await until(squad, where, 20.0)
        squad.name("ana")
        await until(squad, where, 40.0)
        squad.name("ben")
        squad.undo()
        await until(squad, where, 60.0)
        squad.close()
        endings, code = await conducting
        report_session(made, endings, SILENT)
        return heard, code

    heard, code = asyncio.run(run())

    assert code == 0
    session = coach("squad", "list", "--json")
    tree = json.loads(session.stdout)
    assert tree["state"] == "finished"
    played = coach("squad", "replay", "last", "--speed", "max", "--json")
    events = [json.loads(line) for line in played.stdout.splitlines()]
    assert played.exit_code == 0
    kinds = [event["event"] for event in events if "press" in event]
    assert kinds == ["line", "line", "line_taken_back"]
    for slug, run_id in tree["runs"].items():
        alone = coach("replay", f"{tree['folder']}/{run_id}", "--speed", "max", "--json").stdout.splitlines()
        own = [{**event} for event in events if event["runner"] == slug and "press" not in event]
        assert [json.dumps({k: v for k, v in event.items() if k != "runner"}) for event in own] == [
            json.dumps(json.loads(line)) for line in alone
        ]
        assert len(own) == len(heard[slug])


def test_waves_are_credited_to_their_own_time():
    """A runner starts every ten seconds, whenever the loop wakes."""

    async def run():
        people = replace(roster(3), waves=replace(roster(3).waves, every_s=at(10.0)))
        where = context()
        made = prepare(SquadRequest("", "2x60 m / 5s", sensors="sim", is_recorded=False), people, where)
        squad = made.live()
        heard = heard_by(squad)
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        assert squad.start_wave(list(squad.members)) == 3
        assert (
            squad.start_wave(list(squad.members)) == 3
        )  # nobody has started at the same instant: again is no harm
        await until(squad, where, 30.0)
        squad.leave()
        await conducting
        return heard

    heard = asyncio.run(run())
    started = [
        next(each for each in heard[slug] if isinstance(each, StepStarted)) for slug in ("ana", "ben", "cleo")
    ]
    times = [each.at if each.effective_at is None else each.effective_at for each in started]
    assert [round(after - before, 1) for before, after in pairwise(times)] == [10.0, 10.0]


def test_buttons_reach_whom_they_are_for():
    """A group is paused, a runner drops out, another runs fewer reps; the others continue."""

    async def run():
        people = demonstration_roster(6)
        where = context()
        squad = LiveSquad(people, demonstration_members(people, where), where)
        heard = heard_by(squad)
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 12.0)
        squad.command([one.slug for one in people.members("new")], Button.PAUSE)
        squad.cut_to(["ana"], 1)
        squad.drop_out("ben")
        squad.move("cleo", "new")
        await until(squad, where, 15.0)
        phases = {slug: squad.phase(slug) for slug in squad.members}
        reps = {step.rep for step in squad.members["ana"].run.session.timeline.steps}
        is_gone, group = squad.feeds["ben"].has_ended(), squad.roster.runner("cleo").group
        squad.leave()
        await conducting
        return phases, reps, is_gone, group, heard

    phases, reps, is_gone, group, heard = asyncio.run(run())
    assert {slug for slug, phase in phases.items() if phase is Phase.PAUSED} == {"eve", "finn"}
    assert reps == {None, 1}
    assert is_gone
    assert group == "new"
    assert not any(isinstance(each, PhaseChanged) and each.phase is Phase.PAUSED for each in heard["dan"])


def test_a_split_by_hand_is_at_the_instant_of_its_key():
    """Without pod and strap the digits time all runners, with one correction."""

    async def run():
        people = roster(2)
        where = context()
        made = prepare(SquadRequest("", "1x400 @ 4:00/km", sensors="none"), people, where)
        squad = made.live()
        heard = heard_by(squad)
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        squad.name("ana")
        squad.name("ben")
        await until(squad, where, 98.0)
        now = squad.now()
        squad.cross()
        await until(squad, where, 100.0)
        crossed: Any = squad.assigner.last()
        squad.name("ben" if crossed.runner == "ana" else "ana")
        await until(squad, where, 104.0)
        given = [event for event in (squad.assigner.last(),) if isinstance(event, SplitGiven)]
        squad.close()
        await conducting
        return heard, given, now, made

    heard, given, now, made = asyncio.run(run())
    (last,) = given
    ended = [each for each in heard[last.runner] if isinstance(each, StepEnded)]
    assert ended[0].ended_at == pytest.approx(now, abs=0.05)
    other = "ana" if last.runner == "ben" else "ben"
    assert any(isinstance(each, Undone) for each in heard[other])
    assert not any(isinstance(each, Undone) for each in heard[last.runner])
    keys = read_squad(made.journal.folder).keys
    assert not any(isinstance(key, SplitTaken) for key in keys)
    assert len(keys) == 4


def test_who_cannot_start_is_named_and_the_others_do(coach, console):
    """An athlete without a number that the workout needs is left out, with the command that sets it."""
    coach("athlete", "set", "ana", "--race", "5k=22:30")
    coach("athlete", "set", "ben", "--max-heart-rate", "190")
    planned = plan_squad(SquadRequest("", "6x800 @ 5k / 400 jog"), roster(3), console)
    assert [one.workout is not None for one in planned] == [True, False, True]
    assert "threshold" in planned[1].problem or "race" in planned[1].problem
    made = prepare(
        SquadRequest("", "6x800 @ 5k / 400 jog", is_recorded=False), roster(3), context(console=console)
    )
    assert [member.runner.slug for member in made.members] == ["ana", "cleo"]
    assert any(line.startswith("Ben cannot start:") for line in console.lines)
    assert "The other 2 start." in console.lines


def test_a_group_pace_is_everybodys_threshold(coach):
    """The pace of a group replaces the paces of its athletes."""
    people = replace(roster(1), groups=(Group("all", pace="5:00/km"),))
    made = prepare(SquadRequest("", "3x1000 @ threshold / 90s", is_recorded=False), people, context())
    targets = [step.target for step in made.members[0].run.setup.timeline.steps if step.rep and step.target]
    assert targets[0].band.aim == pytest.approx(1000 / 300, rel=1e-3)


@pytest.mark.parametrize(
    ("groups", "workout", "words"),
    [({"fats": "6x800"}, "", "no group fats"), ({}, "", "group all has no workout")],
)
def test_groups_that_are_wrong(groups, workout, words):
    """An unknown group, and one without a workout, are refused."""
    with pytest.raises(UsageProblem, match=words):
        plan_squad(SquadRequest("", workout, groups), roster(1), SILENT)


def test_nobody_can_start(coach):
    """Nothing is recorded."""
    coach("athlete", "set", "ana", "--max-heart-rate", "190")
    with pytest.raises(AthleteProblem, match="no runner of the squad can start"):
        prepare(SquadRequest("", "6x800 @ 5k / 400 jog"), roster(1), context())
    assert not runner_paths().squads.exists()


def test_a_sensor_of_two_runners_is_refused_by_whatever_name(coach):
    """The roster names it by its ID and by its label."""
    sensors = load_sensors(runner_paths().sensors)
    sensors.add(PairedSensor("C0:AC:00:00:00:01", "HRM", SensorKind.STRAP, label="the red one"))
    people = roster(2)
    named = (("C0:AC:00:00:00:01",), ("the red one",))
    runners = tuple(replace(one, sensors=words) for one, words in zip(people.runners, named, strict=True))
    with pytest.raises(RosterProblem, match="Ana and Ben have the same sensor the red one"):
        plan_squad(SquadRequest("", "6x800"), replace(people, runners=runners), SILENT)


def test_in_a_handicap_the_predicted_finishes_meet():
    """Over one kilometre the slower runner starts a minute earlier."""

    async def run():
        groups = (Group("fast", pace="4:00/km"), Group("new", pace="5:00/km"))
        people = replace(roster(2), groups=groups, waves=Waves(is_handicap=True))
        people = replace(people, runners=tuple(
            replace(one, group=group) for one, group in zip(people.runners, ("fast", "new"), strict=True)
        ))  # fmt: skip
        made = prepare(SquadRequest("", "1x1000 @ threshold", is_recorded=False), people, context())
        return made.live().offsets(["ana", "ben"])

    offsets = asyncio.run(run())
    assert offsets["ben"] == 0.0
    assert offsets["ana"] == pytest.approx(60.0, abs=2.0)


def test_who_has_not_agreed_is_not_published(console):
    """Runners without consent are named, and have no topics."""

    async def run():
        people = roster(2)
        ana = replace(people.runners[0], consent=Consent.CLUB)
        where = context(console)
        where.mqtt = plan_for(MqttRequest("mqtt://127.0.0.1:9"), Settings())
        made = prepare(
            SquadRequest("", "2x200", is_recorded=False),
            replace(people, runners=(ana, people.runners[1])),
            where,
        )
        squad = made.live()
        return {slug: each.link is not None for slug, each in squad.assembled.items()}

    assert asyncio.run(run()) == {"ana": True, "ben": False}
    assert any(line.startswith("Not published: Ben.") for line in console.lines)


RELAY = {
    "format": "coach-workout/1",
    "name": "Relay",
    "sections": [
        {
            "name": "Main",
            "steps": [
                {"repeat": 2, "steps": [
                    {"kind": "work", "until": {"mark": True}, "start": {"after": "partner"}},
                    {"kind": "recovery", "until": {"time": "0:20"}},
                ]},
            ],
        }
    ],
}  # fmt: skip


def test_a_workout_that_starts_after_the_partner_makes_a_team(tmp_path):
    """Two of a group take turns: the press that ends Ana's rep starts Ben's."""
    workout = tmp_path / "relay.json"
    workout.write_text(json.dumps(RELAY))

    async def run():
        where = context()
        made = prepare(SquadRequest("", str(workout), sensors="none", is_recorded=False), roster(2), where)
        squad = made.live()
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        squad.name("ana")
        await until(squad, where, 40.0)
        squad.name("ana")
        await until(squad, where, 41.0)
        phases = squad.phase("ana"), squad.phase("ben")
        squad.undo()
        await until(squad, where, 42.0)
        again = squad.phase("ana"), squad.phase("ben")
        squad.leave()
        await conducting
        return made.roster.teams, phases, again

    teams, phases, again = asyncio.run(run())
    assert teams == (("ana", "ben"),)
    assert phases == (Phase.RECOVERY, Phase.WORK)
    assert again == (Phase.WORK, Phase.READY)


def test_partners_of_the_roster_wait_after_their_warm_up(coach, home):
    """With a warm-up no first rep starts by itself."""
    people = replace(roster(2), teams=(("ana", "ben"),))

    async def run():
        where = context()
        made = prepare(SquadRequest("", "5min easy + 3x200 / 60s", sensors="none"), people, where)
        squad = made.live()
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        counts = [squad.start_wave(list(squad.members))]
        await until(squad, where, 310.0)
        phases = [[squad.phase(slug) for slug in squad.members]]
        counts.append(squad.start_wave(list(squad.members)))
        for moment, slug in ((350.0, "ana"), (390.0, "ben")):
            await until(squad, where, moment)
            phases.append([squad.phase(slug) for slug in squad.members])
            squad.name(slug)
        await until(squad, where, 391.0)
        phases.append([squad.phase(slug) for slug in squad.members])
        squad.close()
        report_session(made, (await conducting)[0], SILENT)
        return counts, phases

    counts, phases = asyncio.run(run())
    assert counts == [2, 1]
    work, rest, ready = Phase.WORK, Phase.RECOVERY, Phase.READY
    assert phases == [[ready, ready], [work, ready], [rest, work], [work, rest]]
    played = coach("squad", "replay", "last", "--json").stdout.splitlines()
    starts = [event for line in played if (event := json.loads(line))["event"] == "step_started"]
    reps = [(event["runner"], round(event["at_s"])) for event in starts if event["kind"] == "work"]
    assert reps == [("ana", 310), ("ben", 350), ("ana", 390)], "a journal keeps that they waited"


@pytest.mark.parametrize(("gap_s", "way"), [(3.0, WayOn.CONTINUE), (3600.0, WayOn.RESTART)])
def test_who_waits_for_a_turn_does_not_begin_the_reps_of_others_anew(home, gap_s, way):
    """A relay that was cut off in its first rep goes on after a short gap."""
    people = replace(roster(3), teams=(("ana", "ben", "cleo"),))

    async def begun():
        where = context()
        squad = (made := prepare(SquadRequest("", "4x200 / 60s", sensors="none"), people, where)).live()
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        squad.start_wave(list(squad.members))
        await until(squad, where, 20.0)
        squad.leave()
        await conducting
        assert made.journal is not None  # it is recorded
        return made.journal.folder, where.clock

    folder, clock = asyncio.run(begun())
    runs = cut_off_runs(read_squad(folder))
    assert set(runs) == {"ana", "ben", "cleo"}
    here = clock.wall().epoch_s
    cut = [replace(run, clock=clock, alive_until=here - gap_s) for run in runs.values()]
    assert usual_way(cut) is way


def test_a_relay_that_was_cut_off_goes_on_in_turn(coach, home):
    """Cut off while Ben runs, it goes on with Ben; his press starts Ana, and presses are counted on."""
    people = replace(roster(3), teams=(("ana", "ben", "cleo"),))

    async def begun():
        where = context()
        made = prepare(SquadRequest("", "4x200 / 60s", sensors="none"), people, where)
        squad = made.live()
        conducting = asyncio.ensure_future(squad.conduct())
        for moment, key in ((1.0, ""), (50.0, "ana"), (90.0, "ben"), (130.0, "cleo"), (170.0, "ana")):
            await until(squad, where, moment)
            squad.name(key) if key else squad.start_wave(list(squad.members))
        await until(squad, where, 173.0)
        squad.leave()
        await conducting
        return made

    async def gone_on(made):
        session = read_squad(made.journal.folder)
        where = context()
        again = reopened_session(session, cut_off_runs(session), WayOn.CONTINUE, where)
        squad = again.live(epoch=where.clock.monotonic() - 175.0)
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 176.0)
        phases = [squad.phase(slug) for slug in squad.members]
        await until(squad, where, 210.0)
        squad.name("ben")
        await until(squad, where, 250.0)
        squad.name("cleo")
        last = squad.assigner.last()
        await until(squad, where, 251.0)
        phases += [squad.phase(slug) for slug in squad.members]
        squad.leave()
        await conducting
        return phases, last

    made = asyncio.run(begun())
    phases, last = asyncio.run(gone_on(made))
    work, rest = Phase.WORK, Phase.RECOVERY
    assert phases[:3] == [rest, work, rest]
    assert phases[3:] == [work, rest, rest]
    assert last.press == 6


def test_the_run_of_a_saved_athlete_is_in_their_history(coach, home):
    """Ana's run is in her list and season; the run of an unknown runner is in neither."""
    coach("athlete", "set", "ana", "--race", "5k=22:30")

    async def run():
        where = context()
        made = prepare(SquadRequest("", "3x400 / 60s", sensors="none"), roster(2), where)
        squad = made.live()
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        squad.start_wave(list(squad.members))
        for moment in (50.0, 95.0):
            await until(squad, where, moment)
            squad.name("ana")
        await until(squad, where, 100.0)
        squad.close()
        report_session(made, (await conducting)[0], SILENT)
        assert made.journal is not None
        return made.journal.manifest

    manifest = asyncio.run(run())
    with Store().history() as history:
        assert [each.time_s is not None for each in history.known_runs()] == [True], "at its end"
    listed = [json.loads(line) for line in coach("runs", "list", "--json").stdout.splitlines()]
    assert [(each["run"], each["athlete"]) for each in listed] == [(manifest.runs["ana"], "ana")]
    assert (
        coach("runs", "show", "1").exit_code
        == coach("runs", "show", manifest.runs["ana"][:22]).exit_code
        == 0
    )
    assert "400" in coach("review", "last").stdout
    day = date.fromisoformat(manifest.started[:10])
    hand = HandSetup(roster(2), Metres(400.0), None, (("ana", "ben"),), False, manifest.started, 0.0)
    assert recorded_splits(hand) == {
        "ana": [PastSplit(day.isoformat(), Metres(400.0), Metres(400.0), at(94.0), at(94.0))]
    }
    assert recorded_splits(replace(hand, is_numbered=True)) == {}
    assert coach("runs", "delete", "1", "--yes").exit_code == 0
    assert coach("runs", "list", "--json").stdout == ""
    played = coach("squad", "replay", "last", "--json")
    assert "Ana: left out" in played.stderr
    assert {json.loads(line)["runner"] for line in played.stdout.splitlines()} == {"ana", "ben"}


# --- played again on the board


class Paused:
    """A playback that stands at a moment."""

    def __init__(self, moment):
        self.moment = moment

    def now(self):
        """Return its moment."""
        return self.moment


def told(standing):
    """Return the figures of a row, times to the hundredth."""
    expected = None if standing.expected is None else standing.expected.at
    figures = (
        *(standing.last_split_s, standing.light_s, standing.fade_s),
        *(standing.wave_in_s, standing.heart_rate_bpm, expected),
    )
    return (
        *(standing.runner.slug, standing.runner.group, standing.need, standing.rep, standing.of),
        *(standing.is_out, standing.snapshot.phase),
        tuple(None if each is None else round(each, 2) for each in figures),
    )


def test_the_board_of_a_session_that_is_played_again_is_the_one_it_had(home):
    """Waves, presses, undos, changed groups and runners who are out give the same rows again."""
    seen = {}

    async def run():
        people = two_groups()
        people = replace(people, waves=replace(people.waves, every_s=at(20.0)))
        where = context()
        made = prepare(SquadRequest("", sensors="sim"), people, where)
        squad = made.live()
        conducting = asyncio.ensure_future(squad.conduct())
        actions = {
            2.0: lambda: squad.start_wave(list(squad.members)),
            60.0: lambda: squad.name("ana"),
            62.0: squad.undo,
            70.0: lambda: squad.leave_out("ben"),
            75.0: lambda: squad.move("ana", "new"),
            110.0: lambda: squad.name("ben"),
            115.0: lambda: squad.give_last_to("ana"),
            120.0: lambda: squad.drop_out("cleo"),
        }
        for moment, act in actions.items():
            await until(squad, where, moment)
            act()
            await until(squad, where, moment + 0.6)
            rows = sorted(map(told, squad.standings()))
            last = squad.assigner.last()
            seen[moment + 0.6] = rows, last and (last.press, last.runner), squad.assigner.message
        await until(squad, where, 122.0)
        squad.close()
        report_session(made, (await conducting)[0], SILENT)
        return made.journal

    session = read_squad(asyncio.run(run()).folder)
    settings = Settings()
    recordings = {
        slug: load_recording(RecordingRequest(str(session.run_folder(slug))), settings, SILENT)
        for slug in session.manifest.runs
    }
    played: Any = PlayedSquad(session, recordings, settings.session)
    inputs = iter(played.inputs)
    event = next(inputs)
    for moment, (rows, last, message) in seen.items():
        while event.at <= moment:
            played.receive(event)
            event = next(inputs)
        played.fire(at(moment))
        played.playback = Paused(at(moment))
        assert sorted(map(told, played.standings())) == rows, moment
        again = played.assigner.last()
        assert (again and (again.press, again.runner), played.assigner.message) == (last, message), moment
    for rest in (event, *inputs):
        played.receive(rest)
    assert played.is_over


# --- to another group


def two_groups():
    """Return Ana and Ben in a fast group, and Cleo in one with its own workout and pace."""
    people = roster(3)
    groups = (Group("fast", "6x400 @ 4:00/km / 60s"), Group("new", "4x200 @ threshold / 30s", pace="5:00/km"))
    runners = tuple(
        replace(one, group=name) for one, name in zip(people.runners, ("fast", "fast", "new"), strict=True)
    )
    return replace(people, runners=runners, groups=groups)


def test_who_is_moved_joins_the_workout_of_the_group(coach, home):
    """They join at its next rep, with its references; a replay shows the same."""

    async def run():
        where = context()
        made = prepare(SquadRequest("", sensors="none"), two_groups(), where)
        squad = made.live()
        heard = heard_by(squad)
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        squad.start_wave(list(squad.members))
        await until(squad, where, 60.0)
        squad.name("cleo")
        await until(squad, where, 97.0)
        squad.name("ben")
        await until(squad, where, 100.0)
        refusals = [squad.move("ben", "new")]
        await until(squad, where, 150.0)
        squad.name("cleo")
        await until(squad, where, 181.0)
        phase = squad.phase("ben")
        squad.close()
        report_session(made, (await conducting)[0], SILENT)
        refusals.append(squad.move("ben", "fast"))
        return heard["ben"], phase, refusals, made

    heard, phase, refusals, made = asyncio.run(run())
    assert refusals == ["", "The run of Ben is over."]
    assert phase is Phase.WORK
    started = [each for each in heard if isinstance(each, StepStarted)][-1]
    assert (started.step.rep, started.step.of, started.step.until.distance()) == (3, 4, 200.0)
    assert started.step.target is not None
    assert started.step.target.band.aim == pytest.approx(1000 / 300, rel=1e-3)
    session = read_squad(made.journal.folder)
    alone = coach("replay", session.run_folder("ben"), "--json").stdout.splitlines()
    events = [json.loads(line) for line in alone]
    assert [event["event"] for event in events] == [encode_event(each, None)["event"] for each in heard]
    assert [event["workout"] for event in events if event["event"] == "workout_changed"] == [
        "4 x 200 m at threshold pace"
    ]
    (move,) = [key for key in session.keys if isinstance(key, RunnerMoved)]
    assert (move.runner, move.group, move.reps) == ("ben", "new", 2)


def test_what_cannot_be_joined_is_refused_with_the_reason(coach):
    """Reasons are a missing number, a team, and a group without a rep left; the run is unchanged."""
    coach("athlete", "set", "ben", "--max-heart-rate", "190")
    people = two_groups()
    people = replace(
        people,
        groups=(replace(people.groups[0], pace="4:10/km"), replace(people.groups[1], pace="")),
        teams=(("ana", "ben"),),
    )

    async def run():
        where = context()
        made = prepare(SquadRequest("", sensors="sim", is_recorded=False), people, where)
        squad = made.live()
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        squad.start_wave(["cleo"])
        said = [squad.move("ana", "new")]
        squad.run._roster = replace(squad.run.roster, teams=())
        made.roster = replace(made.roster, teams=())
        said += [squad.move("ben", "new"), squad.move("ana", "old")]
        for moment in range(2, 22, 2):
            await until(squad, where, float(moment))
            squad.command(["cleo"], Button.NEXT)
        await until(squad, where, 23.0)
        said.append(squad.move("ana", "new"))
        squad.leave()
        await conducting
        return said, [one.group for one in squad.roster.runners]

    said, groups = asyncio.run(run())
    assert said[0] == "Ana is in a relay team, which cannot change group."
    assert said[1].startswith("Ben cannot run what new runs: ")
    assert "coach athlete set" in said[1]
    assert said[2] == "old has no workout"
    assert said[3] == "new has no rep left that Ana could join."
    assert groups == ["fast", "fast", "new"]


def test_of_a_team_one_is_started_with_all(tmp_path):
    """A start for all starts the first of a team; a partner starts only alone."""
    people = replace(roster(4), teams=(("ana", "ben"), ("cleo", "dan")))

    async def run():
        where = context()
        made = prepare(SquadRequest("", "3x200 / 60s", sensors="none", is_recorded=False), people, where)
        squad = made.live()
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        counts = [squad.start_wave(list(squad.members))]
        await until(squad, where, 2.0)
        phases = [squad.phase(slug) for slug in squad.members]
        counts.append(squad.start_wave(list(squad.members)))
        await until(squad, where, 3.0)
        counts.append(squad.start_wave(["dan"]))
        squad.leave()
        await conducting
        return counts, phases

    counts, phases = asyncio.run(run())
    assert counts == [2, 0, 1]
    assert phases == [Phase.WORK, Phase.READY, Phase.WORK, Phase.READY]


@pytest.mark.parametrize(("count", "teams"), [(1, []), (3, [3]), (6, [2, 2, 2])])
def test_how_a_group_is_parted_into_teams(tmp_path, count, teams):
    """Up to four run in turn, more in pairs; one alone has no team."""
    workout = tmp_path / "relay.json"
    workout.write_text(json.dumps(RELAY))
    made = prepare(SquadRequest("", str(workout), is_recorded=False), roster(count), context())
    assert [len(team) for team in made.roster.teams] == teams


# --- on disk


def test_seven_play_and_one_is_explained(coach, home):
    """A damaged journal costs its own runner only."""
    folder = a_session(runner_paths().squads)
    run = read_squad(folder).run_folder("cleo")
    (run / "recording.jsonl").write_bytes(b"\x00" * 200)
    (run / "manifest.json").unlink()

    played = coach("squad", "replay", SESSION[:20], "--json")

    assert played.exit_code == 0
    assert "Cleo: left out:" in played.stderr
    runners = {json.loads(line)["runner"] for line in played.stdout.splitlines()}
    assert len(runners) == 7
    assert "cleo" not in runners


def test_a_manifest_that_is_lost_is_made_of_the_runs(coach, home):
    """Keys that cannot be read are counted."""
    folder = a_session(runner_paths().squads, 2)
    (folder / MANIFEST).write_text("{")
    with (folder / KEYS).open("ab") as keys:
        keys.write(b"torn\n")
    session = read_squad(folder)
    assert len(session.manifest.runs) == 2
    assert len(session.problems) == 2
    assert coach("squad", "replay", folder, "--json").exit_code == 0


def test_a_folder_of_something_else(coach, tmp_path):
    """It is refused with a reason, and so is a folder of a newer program."""
    with pytest.raises(RecordingProblem, match="contains no squad session"):
        read_squad(tmp_path)
    (tmp_path / MANIFEST).write_text('{"format": "coach-squad-session/2"}')
    with pytest.raises(RecordingProblem, match="this program knows"):
        read_squad(tmp_path)
    with pytest.raises(RecordingProblem, match="is not a session folder"):
        read_squad(tmp_path / "nothing")
    with pytest.raises(RecordingProblem, match="no session zzz"):
        find_session("zzz", tmp_path)


def test_eight_runs_that_were_cut_off_go_on_with_one_answer(coach, home):
    """One flag ends or keeps all; a finished session has nothing to resume."""
    folder = a_session(runner_paths().squads, is_cut=True)
    assert json.loads(coach("squad", "list", "--json").stdout)["state"] == "interrupted"
    ended = coach("squad", "resume", "--finish")
    assert ended.exit_code == 0
    assert "8 runs" in ended.stderr
    states = {read_manifest(folder / run).state for run in read_squad(folder).manifest.runs.values()}
    assert states == {RunState.FINISHED}
    assert coach("squad", "resume").exit_code == 3
    assert coach("squad", "resume", "last").exit_code == 3


def test_a_session_played_in_words_has_the_unit_it_was_run_in(coach, home):
    """A runner in miles has paces by the mile in the replay too."""

    async def run():
        where = replace(context(), settings=Settings(units="mile"))
        squad = prepare(SquadRequest("", "3x200 / 60s", sensors="none"), roster(1), where).live()
        conducting = asyncio.ensure_future(squad.conduct())
        await until(squad, where, 1.0)
        squad.start_wave(["ana"])
        await until(squad, where, 41.0)
        squad.name("ana")
        await until(squad, where, 42.0)
        squad.close()
        await conducting

    asyncio.run(run())
    played = coach("squad", "replay", "last").stdout
    assert "/mile" in played
    assert "/km" not in played


def test_the_review_of_a_session_and_of_one_runner(coach, home, tmp_path):
    """A session is named by its ID, its folder or as the newest; its page has one of each runner beside it."""
    folder = a_session(runner_paths().squads, 2)
    text = coach("review", "last-squad")
    assert text.exit_code == 0
    assert "Ana" in text.stdout
    assert "Ben" in text.stdout
    assert [each["runner"] for each in json.loads(coach("review", folder, "--json").stdout)["runners"]] == [
        "ana",
        "ben",
    ]
    alone = coach("review", f"{SESSION}/ben")
    assert alone.exit_code == 0
    assert alone.stdout == coach("review", read_squad(folder).run_folder("ben")).stdout
    assert coach("review", "last-squad/zoe").exit_code == 3
    assert coach("review", SESSION, "--html", tmp_path / "evening.html").exit_code == 0
    assert {path.name for path in tmp_path.glob("*.html")} == {
        "evening.html",
        "evening-ana.html",
        "evening-ben.html",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_session_loses_a_second_at_most_and_goes_on_as_one(home, tmp_path):
    """After a kill with eight runs, printed lines are kept, and one command resumes all."""
    names = tmp_path / "names.txt"
    names.write_text("\n".join(EIGHT))
    environment = os.environ | {"COACH_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    words = ["squad", "run", str(names), "3x400 / 60s", "--sensors", "sim", "--json"]
    running = subprocess.Popen(
        [sys.executable, "-m", "coach", *words],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    said = []
    for line in running.stdout or ():
        said.append(json.loads(line))
        if len({event["runner"] for event in said if event["event"] == "sensor"}) == len(EIGHT):
            break
    running.send_signal(signal.SIGKILL)
    running.communicate()
    again = subprocess.run(
        [sys.executable, "-m", "coach", "squad", "resume", "--finish"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "8 runs" in again.stderr
    played = subprocess.run(
        [sys.executable, "-m", "coach", "squad", "replay", "last", "--json"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    events = [json.loads(line) for line in played.stdout.splitlines()]
    edges = [event for event in said if event["event"] in {"step_started", "step_ended", "phase", "split"}]
    assert len({event["runner"] for event in edges}) == len(EIGHT)
    assert [event for event in edges if event not in events] == []


def test_who_has_no_sensor_is_timed_by_hand_whatever_was_asked_for():
    """Keys time a runner without a sensor with `--sensors ble`, and all runners with `none`."""
    for mode in (None, "ble", "none"):
        made = prepare(SquadRequest("", "2x200", sensors=mode, is_recorded=False), roster(1), context())
        assert made.members[0].run.setup.by_hand, mode
    made = prepare(SquadRequest("", "2x200", sensors="sim", is_recorded=False), roster(1), context())
    assert not made.members[0].run.setup.by_hand
