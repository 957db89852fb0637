"""The page of timing by hand as text at three sizes, and its keys: no letter is a command, no press is lost."""

from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import events

from coach.app.by_hand import HandTimingService
from coach.quantities import Metres, Seconds
from coach.screen.by_hand import EndDialog, HandApp, HeldKeys
from coach.squad.by_hand import HandSetup, PastSplit, PressSource, heats_of
from coach.squad.roster import roster_of_numbers
from tests.edge.doubles import FakeClock
from tests.screen.render import text_of
from tests.squad.hand_sessions import bunched, hand_setup

_NAMES = {
    " ": "space",
    "\r": "enter",
    ".": "full_stop",
    "]": "right_square_bracket",
    "-": "minus",
    "/": "slash",
}


class Line:
    """A session on the screen whose clock and keys are moved by the test."""

    def __init__(self, actions: Any, app: Any, pilot: Any, clock: Any) -> None:
        self.actions, self.pilot, self.clock = actions, pilot, clock
        self.app: Any = app
        self.pressed_at = 1000.0

    async def key(self, *keys, after=1.0):
        """Press keys, each so long after the one before."""
        for key in keys:
            self.pressed_at += after
            event = events.Key(_NAMES.get(key, key), key if len(key) == 1 else None)
            event.time = self.pressed_at
            await self.app.on_event(event)
        await self.pilot.pause()

    async def at(self, moment, *keys):
        """Press keys at a time of the session."""
        self.clock.time += moment - self.actions.now()
        await self.key(*keys)

    async def rows(self):
        """The rows of the screen as they are painted now."""
        await self.pilot.pause()
        for screen in self.app.screen_stack:
            if hasattr(screen, "look"):
                screen.look()
        await self.pilot.pause()
        return text_of(self.app).splitlines()[: self.app.size.height]

    async def text(self):
        """The screen."""
        return "\n".join(await self.rows())


@asynccontextmanager
async def line(setup=None, size=(120, 40), theme="sun", past=None):
    """A page over a session whose gun went off at 0."""
    clock = FakeClock()
    actions = HandTimingService(setup or hand_setup(3), clock, past=past)
    actions.begin()
    actions.next_heat()
    app: Any = HandApp(actions, theme=theme)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Line(actions, app, pilot, clock)


async def lap_three(page, count=24):
    """Two laps and two thirds of the third, then two presses without a runner."""
    slugs = [one.slug for one in page.actions.timing.setup.roster.runners]
    for moment, place in bunched(count)[: 2 * count + count * 2 // 3]:
        page.clock.time += moment - page.actions.now()
        page.actions.name(slugs[place])
    page.clock.time += 0.5
    page.actions.cross(is_loose=True)
    page.clock.time += 0.4
    page.actions.cross(is_loose=True)
    page.clock.time += 0.6


@pytest.mark.asyncio
@pytest.mark.parametrize("theme", ["sun", "night"])
async def test_24_runners_at_120x40(theme):
    """The page shows the order of the lap, the clock, the next runner, unassigned presses and the last half minute."""
    past = {"ana": [PastSplit("2026-10-02", Metres(1200.0), Metres(400.0), Seconds(217.0), Seconds(72.5))]}
    async with line(hand_setup(24, distance=5200), theme=theme, past=past) as page:
        await lap_three(page)
        rows = await page.rows()
        assert rows[0].startswith(" Timing by hand   5200 m, 24 runners")
        assert rows[2].startswith(
            "  key   runner        lap   last 400       time      gap    since last time"
        )
        assert (
            rows[3][:75].rstrip() == "   a    Ana          3/13       72.0     3:36.0        –    PB so far"
        )
        assert rows[18][:56] == "   p    Pia          3/13       79.5     4:03.0    +27.0"
        assert rows[19][:56] == "   q    Quin         2/13                   due      3 s"
        assert rows[19][60:].startswith("space: Quin")
        assert rows[11][80:] == "next to cross".ljust(25) + "key q   in 3 s"
        assert rows[17][80:] == "presses without a runner".ljust(38) + "2"
        assert rows[18][80:].split()[:3] == ["65", "4:03.5", "Quin"]
        assert rows[22][80:] == "A key gives the grey one to a runner."
        assert rows[24][80:] == "66 presses kept, 64 given, 2 loose"
        assert rows[28].count("┃") >= 12
        assert rows[28].rstrip().endswith("▄")
        assert rows[34].startswith("  last given  4:03.0 to Pia by key")
        assert rows[36].strip() == "8 runners still to come on this lap. Nobody is out."
        assert rows[39].split()[:4] == ["space", "next", "in", "order"]
        assert rows[39].split()[-2:] == ["esc", "end"]


@pytest.mark.asyncio
async def test_40_runners_at_80x24_scroll_with_the_next_in_sight():
    """The table moves by itself, and by hand until the next press; nothing is wider than the screen."""
    async with line(hand_setup(40, distance=5200), size=(80, 24)) as page:
        await lap_three(page, 40)
        rows = await page.rows()
        assert max(map(len, rows)) <= 80
        assert any("space: R27" in row for row in rows)
        assert "↑" in rows[7]
        assert "↓" in rows[7]
        assert rows[20].split()[:4] == ["loose", "2", "107", "4:21.5"]
        assert rows[21].split()[:3] == ["last", "given", "4:21.0"]
        assert rows[23].split()[-2:] == ["esc", "end"]
        await page.key("pageup", "pageup", "pageup", "pageup", "pageup", "pageup")
        assert "Ana" in await page.text()
        await page.key("]")
        await page.key(" ")
        assert page.app._scroll == 0


@pytest.mark.asyncio
async def test_200x60_shows_the_last_laps():
    """A wider terminal shows more, and no row is left out."""
    async with line(hand_setup(40, distance=5200), size=(200, 60), theme="night") as page:
        await lap_three(page, 40)
        rows = await page.rows()
        assert "72.0 72.0 72.0" in rows[3]
        assert sum(row[80:].count("┃") > 0 for row in rows) == 2
        assert "R40" in "\n".join(rows)


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(20, 5), (60, 12), (116, 24), (300, 20)])
async def test_a_small_terminal_shows_what_fits(size):
    """A wide but low terminal has one column too; nothing is painted over another part."""
    async with line(hand_setup(24, distance=5200), size=size) as page:
        await lap_three(page)
        rows = await page.rows()
        assert max(map(len, rows)) <= size[0]
        assert all("last given" not in row or "presses without" not in row for row in rows)
        if size[1] == 24:
            assert rows[20].split()[:4] == ["loose", "2", "65", "4:03.5"]


@pytest.mark.asyncio
async def test_keys_at_the_line():
    """Space, letters, enter, full stop, bracket, minus, tab and backspace do what the key line says."""
    async with line() as page:
        await page.at(70.0, "a")
        await page.at(71.0, "b")
        await page.at(72.0, " ")
        assert "presses without a runner" in await page.text()
        await page.key("c")
        assert page.actions.timing.owners == {1: "ana", 2: "ben", 3: "cleo"}
        await page.at(140.0, " ")
        assert page.actions.timing.owners[4] == "ana"
        await page.at(145.0, ".")
        assert "That press was whose?" in await page.text()
        await page.key("b")
        assert page.actions.timing.owners[4] == "ben"
        await page.key("backspace")
        assert page.actions.timing.owners[4] == "ana"
        await page.key("-")
        assert page.actions.timing.out == {"ben"}
        assert "Ben is out of the order" in await page.text()
        await page.at(146.0, "\r", "tab")
        assert page.actions.timing.owners[5] == "cleo"
        await page.at(147.0, "B")
        assert page.actions.timing.owners[6] == "ben"
        await page.at(200.0, "]")
        assert len(page.actions.timing.clocks) == 2
        await page.at(270.0, " ")
        assert page.actions.timing.owners[7] == "ana"
        assert "+0.0 to rep 1" in await page.text()


@pytest.mark.asyncio
async def test_two_runners_80_ms_apart_are_two_presses_and_a_held_key_is_one():
    """The first repeat of a held key counts as a press until more follow; then it is taken back, visibly."""
    async with line() as page:
        await page.at(70.0, " ")
        await page.key(" ", after=0.08)
        assert len(page.actions.timing.presses) == 2
        await page.key("a", "b", "c", after=0.01)
        assert len(page.actions.timing.presses) == 3
        await page.at(90.0, " ")
        await page.key(" ", after=0.4)
        await page.key(*" " * 30, after=0.033)
        assert [page.actions.timing.owners[number] for number in (4, 5)] == ["", None]
        assert len(page.actions.timing.presses) == 5
        assert "A held key is one press." in await page.text()
        await page.key("backspace")
        assert page.actions.timing.owners[4] is None
        await page.at(95.0, "a")
        await page.key("a", after=0.02)
        assert len(page.actions.timing.presses) == 6


def gaps(*gaps_s):
    """The presses of a key pressed with these gaps, and those of them that turn out to be repeats."""
    keys, at = HeldKeys(), 10.0
    presses: list[int] = []
    repeats: list[int] = []
    for number, gap in enumerate((0.0, *gaps_s)):
        at += gap
        if keys.is_press("space", at):
            keys.bind(number)
            presses.append(number)
        else:
            repeats += keys.repeats()
    return presses, repeats


@pytest.mark.parametrize(
    ("gaps_s", "presses", "held"),
    [
        ((0.25,) * 39, 40, []),
        ((0.08,) * 5, 6, []),
        ((0.08, 0.11, 0.09, 0.1, 0.12, 0.085, 0.1, 0.13, 0.08, 0.11, 0.09, 0.12), 13, []),
        ((0.02,), 1, []),
        ((0.25, 0.03), 2, []),
        ((0.25, *(0.03,) * 8), 2, [1]),
        ((0.5, *(0.09,) * 30), 11, list(range(1, 11))),
        ((0.09,) * 30, 10, list(range(1, 10))),
        ((1.5, 0.03, 0.03), 2, []),
        ((0.0005,), 2, []),
        ((0.25, 0.0, 0.25), 4, []),
        ((0.0,) * 29, 2, [1]),
        ((*(0.0,) * 29, 1.0, *(0.0,) * 29), 4, [1, 31]),
        ((0.5, *(0.033,) * 5, 0.066, 0.0, 0.033, 0.066, 0.0), 2, [1]),
        ((0.5, *(0.033,) * 5, 0.3, 0.25), 4, [1]),
    ],
)
def test_presses_are_told_from_repeats(gaps_s, presses, held):
    """Uneven gaps are presses by hand; even gaps for a second are a held key."""
    found, taken = gaps(*gaps_s)
    assert len(found) == presses
    assert taken == held


@pytest.mark.asyncio
async def test_presses_are_chosen_given_and_taken_back_from_the_list():
    """Arrows go through every press; delete takes one back, a key gives it again."""
    async with line(hand_setup(9)) as page:
        for at in (70.0, 71.0, 72.0):
            await page.at(at, " ")
        await page.key("2")
        assert page.actions.chosen == 2
        await page.key("i")
        assert page.actions.timing.owners == {1: "", 2: "ivo", 3: ""}
        await page.key("down", "down")
        assert page.actions.chosen == 3
        await page.key("delete")
        assert page.actions.timing.owners[3] is None
        assert "1 taken back" in await page.text()
        await page.key("up", "down", "down", "down")
        assert "A key moves it, delete takes it back." in await page.text()
        assert "taken back" in (await page.rows())[18]
        await page.key("a")
        assert page.actions.timing.owners == {1: "", 2: "ivo", 3: "ana"}
        await page.key("up")
        await page.key("escape")
        assert page.actions.chosen is None
        await page.key("delete", "up", "tab")
        assert "No runner is known to have been near then." in await page.text()


@pytest.mark.asyncio
async def test_a_name_is_typed_while_the_space_bar_still_times():
    """While a name is typed letters are part of it; control characters never are."""
    setup = HandSetup(roster_of_numbers(), heats=heats_of(roster_of_numbers()), is_numbered=True)
    async with line(setup) as page:
        assert "numbers" in (await page.rows())[0]
        await page.at(70.0, " ")
        await page.key("/")
        assert "Whom do you name?" in await page.text()
        await page.key("a", *"Bxeax", "backspace", "_", "K", after=0.2)
        assert "key a is called: Bxea_K_" in await page.text()
        await page.at(71.0, " ")
        assert page.actions.timing.owners == {1: "1", 2: "2"}
        await page.key("\r")
        assert page.actions.timing.name_of("1") == "Bxea K"
        assert "Bxea K" in await page.text()
        await page.key("/", "b", "\u202e", "x", "escape")
        assert page.actions.timing.name_of("2") == "2"
        await page.key("/", "/", ".", ".")
        await page.key("/", "b", "\r")
        assert page.actions.timing.name_of("2") == "2"
        assert "That is not a name." in await page.text()


@pytest.mark.asyncio
async def test_heats_waves_and_a_gate_on_the_page():
    """Each heat has its clock; unfinished runners are below the heat that started last."""
    async with line(hand_setup(6, distance=800, heats=3)) as page:
        await page.at(70.0, "a", "b")
        await page.at(100.0, "]")
        rows = await page.rows()
        assert "heat 2 of 3" in rows[0]
        assert rows[9][80:] == "heat 2   heat 1 at 1:40, 3 waits"
        assert [row.split()[1] for row in rows[3:7] if row[:8].strip()] == ["Cleo", "Dan", "Ana", "Ben"]
        await page.at(140.0, "a", "b")
        assert "heat 1 done, 3 waits" in await page.text()
        assert "last given  2:20.0 to Ben by key" in await page.text(), "by the clock of their own heat"
        page.actions.pass_gate(Seconds(138.0), "finish")
        assert "gate finish" in await page.text()
        page.actions.pass_gate(Seconds(139.0), "phone", "cleo", is_phone=True)
        assert page.actions.timing.presses[-1].source is PressSource.PHONE
        assert page.actions.timing.owners[6] == "cleo"


@pytest.mark.asyncio
async def test_names_in_any_writing_and_without_colour():
    """A name without block letters stands in ordinary ones; words carry what colours do."""
    from dataclasses import replace

    from coach.squad.roster import roster_of_names

    roster = roster_of_names(["Łukasz Żółć", "Αθηνά", "x" * 40])
    setup = replace(hand_setup(3), roster=roster, heats=heats_of(roster))
    async with line(setup, size=(80, 24)) as page:
        for at, key in ((70.0, "1"), (71.0, "2"), (72.0, "3"), (139.0, " ")):
            await page.at(at, key)
        rows = await page.rows()
        assert "Αθηνά" in rows[3]
        assert max(map(len, rows)) <= 80


@pytest.mark.asyncio
async def test_the_end_is_asked_while_keys_still_time(tmp_path, monkeypatch):
    """The dialogue can copy, save, go on, leave and end; keys at the line still time."""
    monkeypatch.chdir(tmp_path)
    copied: list[str] = []
    async with line() as page:
        monkeypatch.setattr(page.app, "copy_to_clipboard", copied.append)
        await page.at(70.0, "a")
        await page.key("escape")
        await page.pilot.pause()
        assert isinstance(page.app.screen, EndDialog)
        await page.at(71.0, " ", "b")
        assert page.actions.timing.owners == {1: "ana", 2: "ben"}
        await page.pilot.press("down", "enter")
        await page.pilot.pause()
        assert copied[0].splitlines()[1].split()[:3] == ["1", "Ana", "1:10.0"]
        assert "is sent to the clipboard" in await page.text()
        await page.key("escape")
        await page.pilot.press("down", "down", "enter")
        await page.pilot.pause()
        assert "Saved as by-hand-" in await page.text()
        (saved,) = tmp_path.iterdir()
        assert saved.read_text().startswith("press,runner,name")
        await page.key("escape")
        await page.pilot.press("escape")
        await page.pilot.pause()
        assert type(page.app.screen) is not EndDialog
        await page.key("f2")
        assert page.app.theme == "night"
        await page.key("escape")
        await page.pilot.press("down", "down", "down", "enter")
        await page.pilot.pause()
    assert page.app.return_value is True
    async with line() as page:
        await page.key("escape")
        await page.pilot.press("end", "enter")
        await page.pilot.pause()
    assert page.app.return_value is False
    async with line() as page:
        page.app.leave()
    assert page.app.return_value is False
