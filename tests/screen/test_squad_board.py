"""The board of a squad as text at two sizes, and its keys: at the line before all else, at the instant of the press."""

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from coach.app.feeds import PlaybackKeys
from coach.app.live_run import RunContext
from coach.app.playback import RecordingRequest, load_recording
from coach.app.simulation import demonstration_members, demonstration_roster
from coach.app.squad import LiveSquad, Member
from coach.app.squad_playback import PlayedSquad
from coach.app.terminal import SILENT, RunMode
from coach.edge.conductor import Playback
from coach.edge.files import runner_paths
from coach.edge.settings import Settings
from coach.edge.squad_files import read_squad
from coach.live.run import LiveRun
from coach.screen.squad_board import EnlargedRun, PlayedBoardApp, SquadApp, SquadDialog
from coach.session.phases import Phase
from coach.squad.roster import LETTERS
from tests.edge.doubles import FakeClock
from tests.screen.render import text_of
from tests.session.builders import prompt, rest, work, work_time
from tests.squad.sessions import a_session
from tests.squad.squads import roster, setup


@asynccontextmanager
async def board(people, members, size=(120, 40), theme="sun"):
    """A board over a live squad whose clock is moved by the test."""
    where = RunContext(Settings(), FakeClock(), RunMode.SCREEN, SILENT)
    squad: Any = LiveSquad(people, members(people, where), where)
    squad.clock = where.clock
    conducting = asyncio.ensure_future(squad.conduct())
    app: Any = SquadApp(people, theme=theme)
    app.coach(squad)
    async with app.run_test(size=size) as pilot:
        yield squad, app, pilot
    squad.leave()
    await conducting


def by_hand(people, _context):
    """Two reps of 400 m by hand for everybody."""
    reps = (
        work(400.0, "rep 1", rep=1, of=2, set_id="s"),
        rest(60.0),
        work(400.0, "rep 2", rep=2, of=2, set_id="s"),
    )
    return [Member(one, LiveRun(setup(one.slug, *reps))) for one in people.runners]


async def go_on(squad, pilot, seconds):
    """Let time pass, and the board look."""
    await squad.clock.advance(seconds)
    await look(pilot)


def screens(app):
    """The stack of screens, from the board up."""
    return [type(screen).__name__ for screen in app.screen_stack[1:]]


async def look(pilot):
    """Let the board paint what is so now."""
    await pilot.pause()
    pilot.app.screen_stack[1].look()
    await pilot.pause()


def lines(app):
    """The rows of the screen."""
    return text_of(app).splitlines()


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "theme"), [((120, 40), "sun"), ((80, 24), "night")])
async def test_the_board_fits_eight_runners(size, theme):
    """Every row is inside the screen, the next runner in large letters, the way out on the last row."""
    async with board(demonstration_roster(8), demonstration_members, size, theme) as (squad, app, pilot):
        await go_on(squad, pilot, 52.0)
        rows = lines(app)[: size[1]]
        text = "\n".join(rows)
        assert rows[0].startswith(" Squad   fast: Demo: 2 x 400 m   new: Demo: 2 x 400 m")
        assert all(name in text for name in ("Ana", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gil", "Hana"))
        assert rows[-1].split()[-2:] == ["q", "leave"]
        assert "keys speak to" in text
        assert "then" in text
        assert max(map(len, rows)) <= size[0]
        heights = 4 if size[1] == 40 else 2
        tops = [at for at, line in enumerate(rows) if " 1/2" in line]
        assert tops == list(range(7, 7 + 8 * heights, heights))


@pytest.mark.asyncio
async def test_space_is_whoever_stands_as_next():
    """The next runner is named before the press, and the last press after it."""
    async with board(roster(2), by_hand) as (squad, app, pilot):
        assert "waits for the start" in "\n".join(lines(app))
        await pilot.press("1")
        await go_on(squad, pilot, 3.0)
        await pilot.press("2")
        await go_on(squad, pilot, 45.5)
        first = squad.assigner.first(squad.now())
        assert first.runner == "ana"
        assert "in 2 s" in lines(app)[2] or "now" in lines(app)[2]
        await pilot.press("space")
        await look(pilot)
        assert "last press: 1 Ana 0:48.5" in "\n".join(lines(app))
        await pilot.press("u")
        await look(pilot)
        assert "Ana: the press is taken back." in lines(app)[1]


@pytest.mark.asyncio
async def test_eight_digits_are_eight_splits_and_work_over_a_dialogue():
    """A key at the line reaches its run although the dialogue for leaving is open."""
    async with board(roster(8), by_hand) as (squad, app, pilot):
        for key in "12345678":
            await pilot.press(key)
        await go_on(squad, pilot, 20.0)
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(app.screen, SquadDialog)
        for key in "12345678":
            await pilot.press(key)
        await squad.clock.advance(0.5)
        assert squad.assigner.count == 16
        assert all(len(squad.snapshot(slug).splits) >= 1 for slug in squad.members)
        await pilot.press("g")
        await pilot.pause()
        assert not isinstance(app.screen, SquadDialog)


@pytest.mark.asyncio
async def test_a_press_that_is_asked_for():
    """If nobody is near the message row asks, and the next key answers."""
    async with board(roster(2), by_hand) as (squad, app, pilot):
        await pilot.press("space")
        await go_on(squad, pilot, 1.0)
        assert "0:00.0: whose was it? Press a runner's key." in lines(app)[1]
        await pilot.press("2")
        await go_on(squad, pilot, 0.5)
        assert squad.phase("ben") is Phase.WORK
        assert squad.phase("ana") is Phase.READY


@pytest.mark.asyncio
async def test_the_keys_speak_to_whom_the_selector_says():
    """Waves, pauses, reps and dropping out apply to all, a group or one runner."""
    async with board(demonstration_roster(6), by_hand) as (squad, app, pilot):
        await pilot.press("tab", "g")
        await go_on(squad, pilot, 1.0)
        running = {slug for slug in squad.members if squad.phase(slug) is Phase.WORK}
        assert running == {"ana", "ben", "cleo", "dan"}
        assert "4 set off." in lines(app)[1]
        await pilot.press("p")
        await go_on(squad, pilot, 1.0)
        assert squad.phase("ana") is Phase.PAUSED
        await pilot.press("p", "tab", "tab")
        await go_on(squad, pilot, 1.0)
        assert squad.phase("ana") is Phase.WORK
        await pilot.press("x")
        await look(pilot)
        assert "x again: Ana drops out" in lines(app)[1]
        await pilot.press("x")
        await go_on(squad, pilot, 1.0)
        assert squad.feeds["ana"].has_ended()
        await pilot.press("shift+tab", "shift+tab", "shift+tab", "c", "down", "enter")
        await go_on(squad, pilot, 1.0)
        await pilot.press("m")
        await look(pilot)
        assert "Choose one runner first" in lines(app)[1]


@pytest.mark.asyncio
async def test_cutting_a_set_by_arrows():
    """The number stands in the row of messages until enter."""
    async with board(roster(2), by_hand) as (squad, app, pilot):
        await pilot.press("g")
        await go_on(squad, pilot, 1.0)
        await pilot.press("c")
        await look(pilot)
        assert "Cut the set to 1 reps for all: arrows change it, enter does it." in lines(app)[1]
        await pilot.press("up", "down", "enter")
        await go_on(squad, pilot, 1.0)
        steps = squad.members["ana"].run.session.timeline.steps
        assert {step.rep for step in steps if step.rep} == {1}


@pytest.mark.asyncio
async def test_that_was_another():
    """`.` and a key give the last press to another runner; `o` takes the next one out of the order."""
    async with board(roster(2), by_hand) as (squad, app, pilot):
        await pilot.press("1", "full_stop")
        await look(pilot)
        assert "The last press was whose?" in lines(app)[1]
        await pilot.press("2")
        await go_on(squad, pilot, 1.0)
        assert squad.phase("ben") is Phase.WORK
        assert squad.phase("ana") is Phase.READY
        await pilot.press("o")
        await look(pilot)
        assert squad.board.crossings.is_out("ben")
        assert "Ben is out of the order" in lines(app)[1]


@pytest.mark.asyncio
async def test_one_runner_is_enlarged_and_answers_there():
    """Shift and a digit enlarge a runner; a digit then answers a question of that run."""

    def asked(people, _):
        steps = (work_time(5.0, "warm"), prompt("rpe"), work(400.0, "rep 1"))
        return [Member(one, LiveRun(setup(one.slug, *steps))) for one in people.runners]

    async with board(roster(3), asked) as (squad, app, pilot):
        await pilot.press("g")
        await go_on(squad, pilot, 7.0)
        assert squad.snapshot("ben").question is not None
        await pilot.press("at")
        await pilot.pause()
        assert isinstance(app.screen, EnlargedRun)
        await pilot.press("2")
        await go_on(squad, pilot, 1.0)
        assert squad.snapshot("ben").question is None
        assert squad.snapshot("ana").question is not None
        await pilot.press("at")
        await pilot.pause()
        assert not isinstance(app.screen, EnlargedRun)


@pytest.mark.asyncio
async def test_enter_and_a_key_enlarge_on_any_keyboard():
    """The key says who, for five seconds; enter and esc go back, and after that a key is a split again."""
    async with board(roster(3), by_hand) as (squad, app, pilot):
        assert "enter 1-3" in lines(app)[39]
        await pilot.press("enter")
        await look(pilot)
        assert "Enlarge whom?" in lines(app)[1]
        await pilot.press("2")
        await pilot.pause()
        assert screens(app) == ["BoardScreen", "EnlargedRun"]
        assert squad.assigner.last() is None
        await pilot.press("enter")
        await pilot.pause()
        assert screens(app) == ["BoardScreen"]
        for back in ("enter", "escape"):
            await pilot.press("enter", back)
            await look(pilot)
            assert "Enlarge whom?" not in lines(app)[1]
            assert screens(app) == ["BoardScreen"]
        await pilot.press("enter")
        await go_on(squad, pilot, 6.0)
        await pilot.press("2")
        await pilot.pause()
        assert squad.assigner.last().runner == "ben"


@pytest.mark.asyncio
async def test_with_letters_the_way_out_is_a_number():
    """`f` is Finn's split, and ends no run."""
    people = roster(8)
    runners = tuple(replace(one, key=LETTERS[place]) for place, one in enumerate(people.runners))
    async with board(replace(people, runners=runners), by_hand) as (squad, app, pilot):
        assert " a-h " in lines(app)[39]
        await pilot.press("escape", "f")
        await pilot.pause()
        assert isinstance(app.screen, SquadDialog)
        assert squad.assigner.last().runner == "finn"
        await pilot.press("3")
        await pilot.pause()
        assert app.return_value is False


@pytest.mark.asyncio
async def test_with_letters_no_letter_is_a_command():
    """`g` is a runner's key and starts no wave; backspace is undo."""
    people = roster(8)
    runners = tuple(replace(one, key=LETTERS[place]) for place, one in enumerate(people.runners))
    async with board(replace(people, runners=runners), by_hand) as (squad, app, pilot):
        await pilot.press("g")
        await go_on(squad, pilot, 1.0)
        assert [slug for slug in squad.members if squad.phase(slug) is Phase.WORK] == ["gil"]
        await pilot.press("backspace")
        await go_on(squad, pilot, 1.0)
        assert squad.phase("gil") is Phase.READY
        assert "backspace" in lines(app)[39]
        await pilot.press("t", "q", "u")
        await pilot.pause()
        assert app.theme == "sun"
        await pilot.press("right_square_bracket")
        await go_on(squad, pilot, 1.0)
        assert all(squad.phase(slug) is Phase.WORK for slug in squad.members)


@pytest.mark.asyncio
async def test_hostile_names_stay_on_their_row():
    """Whatever a recorded roster holds, a name is one row without escapes or bidi marks."""
    people = roster(2)
    runners = (replace(people.runners[0], name="\x1b[31mA\u202eB" + "x" * 500), people.runners[1])
    async with board(replace(people, runners=runners), by_hand) as (_squad, app, pilot):
        await look(pilot)
        text = text_of(app)
        assert "\x1b" not in text
        assert "\u202e" not in text


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (20, 5), (200, 60)])
async def test_a_long_name_and_a_small_terminal(size):
    """The name of the next runner is cut before the time; rows that do not fit are counted."""
    people = roster(8)
    runners = tuple(replace(one, name=f"Wilhelmina {one.name}") for one in people.runners)
    async with board(replace(people, runners=runners), by_hand, size) as (squad, app, pilot):
        await pilot.press("1", "2")
        await go_on(squad, pilot, 49.0)
        rows = lines(app)[: size[1]]
        assert max(map(len, rows)) <= size[0]
        if size[0] >= 60:
            assert "in 1 s" in rows[2]
            assert "then 2 Wilhelm… 1 s" in rows[3]
        assert any(row.strip().startswith("and ") for row in rows) is (size[1] < 24)


@pytest.mark.asyncio
@pytest.mark.parametrize(("keys", "how"), [(("q", "l"), False), (("ctrl+c",), None)])
async def test_runs_that_are_left_are_kept(keys, how):
    """Neither the dialogue nor an interrupt ends a run that is left."""
    async with board(roster(1), by_hand) as (squad, app, pilot):
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        assert app.return_value is how
        assert not app.is_finished
        assert not squad.is_over


@pytest.mark.asyncio
async def test_leaving():
    """Keys are shown, runs are kept or ended as asked, and a board whose runs are over closes by itself."""
    async with board(roster(1), by_hand) as (_squad, app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, SquadDialog)
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("t", "v")
        await look(pilot)
        assert "The voice is silent" in lines(app)[1]
        assert app.theme == "night"
        await pilot.press("q", "f")
        await pilot.pause()
        assert app.is_finished
        assert app.return_value is True


@pytest.mark.asyncio
async def test_a_session_is_played_again_on_the_board(home):
    """A playback has the same rows; keys control the playback and press nothing; a runner can be enlarged."""
    session = read_squad(a_session(runner_paths().squads, 2))
    recordings = {
        slug: load_recording(RecordingRequest(str(session.run_folder(slug))), Settings(), SILENT)
        for slug in session.manifest.runs
    }
    clock = FakeClock()
    played: Any = PlayedSquad(session, recordings, Settings().session)
    inputs: Any = played.inputs
    playback = played.playback = Playback(played, inputs, clock, speed=1.0)
    app: Any = PlayedBoardApp(played, PlaybackKeys(playback))
    async with app.run_test(size=(120, 40)) as pilot:
        playing = asyncio.ensure_future(playback.play())
        await clock.advance(20.0)
        await look(pilot)
        assert "Played again at 1x" in lines(app)[1]
        assert "1 ANA" not in lines(app)[1]
        assert "last press: 1 Ana 0:05.0" in text_of(app)
        assert "2026-11-21 18:04 + 0:20" in lines(app)[0]
        await pilot.press("1", "plus", "space")
        await look(pilot)
        assert played.assigner.last().moment == 5.0
        assert "Played again paused" in lines(app)[1]
        assert playback.speed == 2.0
        await pilot.press("minus", "enter", "2")
        await pilot.pause()
        assert screens(app) == ["BoardScreen", "EnlargedRun"]
        await pilot.press("escape", "space", "q")
        await pilot.pause()
        assert app.return_value is True
    playback.leave()
    await playing


@pytest.mark.asyncio
async def test_the_board_opens_before_the_runs_are_there():
    """The names are shown at once; keys do nothing yet, and Ctrl-C leaves."""
    app: Any = SquadApp(roster(2))
    async with app.run_test(size=(120, 40)) as pilot:
        await asyncio.wait_for(app.seen.wait(), 10)
        assert "Ana" in lines(app)[8 - 1]
        assert "gets ready" in text_of(app)
        app.tell("The voice is not there.")
        await pilot.press("1", "space", "g", "q", "enter", "f1")
        await pilot.pause()
        assert screens(app) == ["BoardScreen"]
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert app.return_value is None


@pytest.mark.parametrize("word", ["coach.live.run", "coach.cues.coach", "coach.edge.recorder"])
def test_what_the_runs_need_loads_after_the_board(word):
    """The first picture needs nothing of the runs."""
    code = f"import sys, coach.screen.squad_board; raise SystemExit({word!r} in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
