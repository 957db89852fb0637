"""Every key of the key map does what it says, under every overlay a mark goes through."""

from dataclasses import replace

import pytest

from coach.screen import base
from coach.screen.app import CoachApp, HelpOverlay, Leaving, QuitDialog, WhyOverlay
from coach.screen.lines import KeyBar
from coach.screen.paint import SUN
from coach.screen.run import RunScreen
from coach.session.phases import Button, Phase
from tests.screen.builders import FakePlayback, FakeRun, rep_four
from tests.screen.render import text_of

pytestmark = pytest.mark.asyncio

MAP = {
    "space": Button.MARK,
    "pagedown": Button.MARK,
    "n": Button.NEXT,
    "u": Button.UNDO,
    "pageup": Button.UNDO,
    "b": Button.BACK,
    "r": Button.RESTART,
    "x": Button.ABANDON,
    "p": Button.PAUSE,
    "e": Button.EXTEND,
    "a": Button.ADD_REP,
    "d": Button.DROP_REP,
    "l": Button.SHORTEN,
    "f": Button.COOL_DOWN,
    "plus": Button.FASTER,
    "minus": Button.SLOWER,
    "c": Button.ACCEPT,
    "left_square_bracket": Button.LINE_EARLIER,
    "right_square_bracket": Button.LINE_LATER,
    "h": Button.EFFORT_DAY,
    "H": Button.BY_EFFORT,
}
"""The key map of the product, written out."""


@pytest.mark.parametrize(("key", "button"), MAP.items())
async def test_a_key_presses_its_button(key, button):
    """One key, one press of one button."""
    run = FakeRun(rep_four())
    async with CoachApp(run, is_ticking=False).run_test() as pilot:
        await pilot.press(key)
    assert run.pressed == [(button, None)]


@pytest.mark.parametrize(
    ("typed", "pressed", "has_why"),
    [
        ("h w", [Button.EFFORT_DAY, Button.BY_EFFORT], False),
        ("h n w", [Button.EFFORT_DAY, Button.NEXT], True),
        ("w", [], True),
    ],
)
async def test_w_behind_h_means_wind(typed, pressed, has_why):
    """Right behind h it runs by effort because of wind or hills; anywhere else it says why."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press(*typed.split())
        assert isinstance(app.screen, WhyOverlay) is has_why
    assert [button for button, _ in run.pressed] == pressed


@pytest.mark.parametrize("number", range(1, 11))
async def test_a_digit_answers(number):
    """1 to 9 answer with themselves and 0 with ten."""
    run = FakeRun(rep_four())
    async with CoachApp(run, is_ticking=False).run_test() as pilot:
        await pilot.press(str(number % 10))
    assert run.pressed == [(Button.ANSWER, number)]


async def test_p_resumes_a_paused_run():
    """The one key does both: what it does depends on the phase."""
    run = FakeRun(rep_four(phase=Phase.PAUSED))
    async with CoachApp(run, is_ticking=False).run_test() as pilot:
        await pilot.press("p")
    assert run.pressed == [(Button.RESUME, None)]


async def test_m_mutes_and_unmutes_and_says_so():
    """Muting reaches the voice and stands in the title bar."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert "muted" in app.screen.query_one("#title").render_line(0).text
        await pilot.press("m")
        await pilot.pause()
        assert "muted" not in app.screen.query_one("#title").render_line(0).text
    assert run.muted == [True, False]


@pytest.mark.parametrize("theme", ["sun", "night"])
async def test_a_run_that_starts_silent_says_so(theme):
    """With the setting `mute` the title bar says it from the first, and `m` lets the voice speak."""
    run = FakeRun(rep_four())
    app = CoachApp(run, theme=theme, is_ticking=False, is_muted=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "muted" in app.screen.query_one("#title").render_line(0).text
        await pilot.press("m")
        await pilot.pause()
        assert "muted" not in app.screen.query_one("#title").render_line(0).text
    assert run.muted == [False]


async def test_t_changes_the_theme_and_back():
    """The key changes between sun and night, and nothing else."""
    app = CoachApp(FakeRun(rep_four()), is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("t")
        assert app.theme == "night"
        await pilot.press("t")
        assert app.theme == "sun"


@pytest.mark.parametrize(
    ("key", "overlay"), [("question_mark", HelpOverlay), ("w", WhyOverlay), ("q", QuitDialog)]
)
@pytest.mark.parametrize("mark", ["space", "pagedown"])
async def test_a_mark_goes_through_every_overlay(key, overlay, mark):
    """Under help, why and the way out a mark reaches the run and answers nothing."""
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press(key)
        assert isinstance(app.screen, overlay)
        await pilot.press(mark)
        assert isinstance(app.screen, overlay)
    assert run.pressed == [(Button.MARK, None)]


async def test_why_over_the_run_is_in_its_unit():
    """On the screen of a mile runner `w` gives the evidence per mile."""
    app = CoachApp(FakeRun(rep_four(unit="mile")), is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("w")
        assert isinstance(app.screen, WhyOverlay)
        assert "5:41/mile" in app.screen.text()


@pytest.mark.parametrize("key", ["n", "x", "d", "f", "r", "1"])
async def test_other_keys_do_not_reach_the_run_under_help(key):
    """Reading the key map and trying a key on it changes nothing in the run."""
    run = FakeRun(rep_four())
    async with CoachApp(run, is_ticking=False).run_test() as pilot:
        await pilot.press("question_mark", key)
    assert run.pressed == []


@pytest.mark.parametrize(
    ("key", "closing"), [("question_mark", "question_mark"), ("w", "w"), ("w", "escape"), ("w", "q")]
)
async def test_an_overlay_closes_by_its_key_escape_or_q(key, closing):
    """The key that opened an overlay closes it; q closes the overlay, not the run."""
    app = CoachApp(FakeRun(rep_four()), is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press(key, closing)
        assert isinstance(app.screen, RunScreen)


async def test_a_key_can_be_changed_in_the_settings():
    """A keymap from the settings moves a button to another key, and the old key is free."""
    run = FakeRun(rep_four())
    async with CoachApp(run, keymap={"mark": "enter"}, is_ticking=False).run_test() as pilot:
        await pilot.press("enter", "space")
    assert run.pressed == [(Button.MARK, None)]


@pytest.mark.parametrize(
    ("keymap", "line", "table"),
    [
        ({"mark": "enter,f5"}, " enter  line", "enter f5"),
        ({"next": "plus", "faster": "n"}, "+  end rep", "+"),
        ({"leave": "ctrl+x"}, "ctrl+x  leave", "ctrl+x"),
        ({"faster": "up", "slower": "down"}, "↑ ↓  target", "↓"),
        ({"mark": "comma"}, " ,  line", ","),
    ],
)
async def test_a_changed_key_is_the_one_that_is_shown(keymap, line, table):
    """The key line and the overlay of keys print the keys of the settings."""
    app = CoachApp(FakeRun(rep_four()), keymap=keymap, is_ticking=False)
    async with app.run_test(size=(160, 40)) as pilot:
        bar = app.screen.query_one(KeyBar)
        assert line in "".join(strip.text for strip in bar.paint(bar.look(rep_four()), 160, 1, SUN))
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpOverlay)
        assert table in [label for label, _ in app.screen.lines()]


@pytest.mark.parametrize(
    ("keymap", "changes", "usual", "sentence"),
    [
        ({"pause": "o"}, {"phase": Phase.PAUSED}, "p goes on", "o goes on"),
        ({"mark": "enter"}, {"phase": Phase.OVERTIME}, "space is GO", "enter is GO"),
        ({"mark": "enter"}, {"coach_mode": True, "splits": ()}, "space at the line", "enter at the line"),
        ({"accept": "k"}, {"offer": "longer_rest"}, "c accept: a longer", "k accept: a longer"),
        ({"mark": "f5"}, {"offer": "press_at_line"}, "press space at the line", "press f5 at the line"),
    ],
)
async def test_sentences_name_the_keys_of_the_settings(keymap, changes, usual, sentence):
    """A sentence names the key of the settings; without them the usual key."""
    for chosen, expected in (({}, usual), (keymap, sentence)):
        app = CoachApp(FakeRun(rep_four(**changes)), keymap=chosen, is_ticking=False)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert expected in text_of(app)


@pytest.mark.parametrize("name", ["mute", "theme", "why", "help", "leave", "pause", "next", "undo"])
async def test_every_action_has_the_name_the_settings_use(name):
    """The keymap of the settings speaks of buttons and of mute, theme, why, help and the way out."""
    assert name in {key.name for key in base.LIVE}


async def test_a_changed_theme_key_changes_the_theme():
    """Keys of the screen itself can be moved as well."""
    app = CoachApp(FakeRun(rep_four()), keymap={"theme": "o"}, is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("o")
        assert app.theme == "night"


async def test_every_button_a_person_may_press_has_a_key():
    """Only go (mark does it), finish and discard (the dialogue does it) have no key of their own."""
    reached = {key.button for key in base.LIVE} | {Button.PAUSE, Button.RESUME, Button.ANSWER}
    assert set(Button) - reached == {Button.GO, Button.FINISH, Button.DISCARD}


async def test_the_key_map_holds_no_key_twice():
    """No key has two meanings on one screen."""
    for table in (base.LIVE, base.PLAYBACK):
        every = [key for line in table for key in line.keys.split(",")]
        assert len(every) == len(set(every))


async def test_in_a_playback_keys_drive_the_playback():
    """Space pauses, plus and minus change the pace; no button of the run is pressed."""
    run, playback = FakeRun(rep_four()), FakePlayback()
    app = CoachApp(run, playback=playback, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("plus", "plus", "minus", "space")
        await pilot.press("n", "x", "1", "p", "pagedown")
        await pilot.pause()
        title = app.screen.query_one("#title").render_line(0).text
    assert (playback.pace, playback.paused) == (2.0, True)
    assert "2x" in title
    assert "playback paused" in title
    assert run.pressed == []


async def test_a_mark_under_an_overlay_of_a_playback_presses_nothing():
    """In a playback only the marks of the recording count."""
    run = FakeRun(rep_four())
    async with CoachApp(run, playback=FakePlayback(), is_ticking=False).run_test() as pilot:
        await pilot.press("question_mark", "space")
    assert run.pressed == []


async def test_a_playback_is_left_without_a_question():
    """Nothing can be lost by leaving a recording."""
    app = CoachApp(FakeRun(rep_four()), playback=FakePlayback(), is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("q")
    assert app.return_value is Leaving.NOTHING


async def test_an_endless_speed_is_called_max():
    """The speed without a number is written as it is typed."""
    app = CoachApp(FakeRun(rep_four()), playback=FakePlayback(pace=float("inf")), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "max" in app.screen.query_one("#title").render_line(0).text


async def test_control_c_leaves_at_once():
    """Ctrl-C does not ask; the run is kept and the caller learns of it."""
    app = CoachApp(FakeRun(rep_four()), is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+c")
    assert app.return_value is Leaving.INTERRUPTED


async def test_a_held_space_bar_reaches_the_run_every_time():
    """Debouncing is the session's: the screen hands every repeat on."""
    run = FakeRun(replace(rep_four(), coach_mode=True))
    async with CoachApp(run, is_ticking=False).run_test() as pilot:
        await pilot.press(*["space"] * 5)
    assert run.pressed == [(Button.MARK, None)] * 5
