"""The live screen: what changed is repainted, and only that; it follows the terminal's size."""

import asyncio
import os
from contextlib import suppress
from dataclasses import replace

import pytest
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region, Size

from coach.live.snapshot import Snapshot
from coach.quantities import Seconds
from coach.screen import driver as driver_module
from coach.screen.app import CoachApp
from coach.screen.base import LiveWidget, Profile, StripWidget
from coach.screen.driver import TerminalDriver
from coach.screen.figures import Figures, SplitTable
from coach.screen.lines import NextLine, TitleBar
from coach.screen.run import CueBox, HeroBox, RunScreen, Tape
from coach.session.phases import Phase
from coach.workout.kinds import Kind
from tests.screen.builders import FakeRun, rep_four, session_8x400, shown, step

pytestmark = pytest.mark.asyncio


def live(run):
    """Make an app whose clock stands."""
    return CoachApp(run, is_ticking=False)


async def test_news_of_the_run_is_painted():
    """When the run reports a change, the screen shows it."""
    run = FakeRun(rep_four())
    app = live(run)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        run.show(rep_four(run_s=Seconds(1234)))
        await pilot.pause()
        assert app.screen.query_one(TitleBar).render_line(0).text.rstrip().endswith("20:34")


async def test_it_is_told_once_when_a_run_is_painted():
    """Work that is not needed before, such as tuning garbage collection, waits for the first picture of a run."""
    calls = []
    app = CoachApp(FakeRun(rep_four()), is_ticking=False, on_loaded=lambda: calls.append(type(app.screen)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert calls == [RunScreen]


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (200, 60)])
async def test_a_screen_knows_its_size_before_it_is_mounted(size):
    """It has the classes that Textual gives it once it has laid it out, so it need not be laid out twice."""
    early = RunScreen(FakeRun(rep_four()))
    early.fit(Size(*size))
    app = live(FakeRun(rep_four()))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        limits = {name for name in app.screen.classes if name.startswith(("-w", "-h"))}
        assert set(early.classes) == limits


async def test_style_sheets_are_read_once(monkeypatch):
    """They are read at the start with the theme in force, and again only for another theme."""
    read: list[Stylesheet] = []

    def reparse(sheet: Stylesheet) -> None:
        read.append(sheet)

    monkeypatch.setattr(Stylesheet, "reparse", reparse)
    app = live(FakeRun(rep_four()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert (read, app.screen.styles.background.hex) == ([], "#FFFFFF")
        await pilot.press("t")
        await pilot.pause()
        assert len(read) == 1


async def test_what_comes_after_a_picture_waits_until_the_terminal_has_it():
    """A terminal takes a picture in several parts; what was asked for meanwhile is called once it has the last."""
    driver, called = TerminalDriver(live(FakeRun(rep_four()))), []
    reads, writes = os.openpty()
    os.set_blocking(reads, False)
    os.set_blocking(writes, False)
    driver._output = writes
    driver.call_when_written(lambda: called.append("at once"))
    driver._send(b"." * 50_000)
    driver.call_when_written(lambda: called.append("later"))
    assert called == ["at once"]

    while driver._unwritten:
        with suppress(BlockingIOError):
            os.read(reads, 65536)
        await asyncio.sleep(0)
    assert called == ["at once", "later"]
    os.close(reads)
    driver.close()


async def test_a_terminal_that_does_not_read_delays_it_a_moment(monkeypatch):
    """A screen that is not shown is not waited for."""
    monkeypatch.setattr(driver_module, "WRITTEN_S", 0.0)
    driver, called = TerminalDriver(live(FakeRun(rep_four()))), []
    reads, driver._output = os.openpty()
    os.set_blocking(driver._output, False)
    driver._send(b"." * 50_000)
    driver.call_when_written(lambda: called.append("anyway"))
    while not called:  # noqa: ASYNC110 - the loop itself calls it
        await asyncio.sleep(0)
    assert driver._unwritten
    os.close(reads)
    driver.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_recording_that_fails_stands_in_the_title_bar_until_it_works(size):
    """At every size the bar says so and why, in place of lesser states, and the next look without it is as before."""
    run = FakeRun(rep_four(recording_trouble="the disk is full"))
    app = CoachApp(run, is_ticking=False, warning="laptop may sleep")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        bar = app.screen.query_one(TitleBar)
        assert "NOT RECORDING: the disk is full" in bar.render_line(0).text
        run.show(rep_four())
        await pilot.pause()
        assert "NOT RECORDING" not in bar.render_line(0).text
        assert "laptop may sleep" in bar.render_line(0).text


async def test_a_link_that_is_lost_stands_in_the_title_bar_until_it_is_back():
    """The warning is read at every redraw; nothing else of the screen moves."""
    run, word = FakeRun(rep_four()), ["MQTT lost"]
    app = CoachApp(run, is_ticking=False, warning=lambda: word[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        bar = app.screen.query_one(TitleBar)
        assert "MQTT lost" in bar.render_line(0).text
        word[0] = ""
        run.show(rep_four(step_time_s=Seconds(42.1)))
        await pilot.pause()
        assert "MQTT" not in bar.render_line(0).text


async def test_what_did_not_change_is_not_painted_again():
    """A snapshot that looks the same costs no repaint in any part."""
    run = FakeRun(rep_four())
    app = live(run)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        parts = [part for part in app.screen.children if isinstance(part, LiveWidget) and part.display]
        assert not any(part.show(rep_four()) for part in parts)
        moved = [part for part in parts if part.show(rep_four(step_time_s=Seconds(42.1)))]
        assert [type(part) for part in moved] == [Figures]


async def test_a_burst_of_news_is_painted_once_and_then_at_rest():
    """Sixty changes at once are looked at twice: at once, and when the screen has rested."""
    looked: list[Snapshot] = []

    class Counting(FakeRun):
        def snapshot(self, at):
            looked.append(self.shows)
            return self.shows

    run = Counting(rep_four())
    app = live(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        looked.clear()
        for second in range(60):
            run.show(rep_four(run_s=Seconds(second)))
        await pilot.pause()
        assert len(looked) <= 2
        await pilot.pause(0.3)
        assert 1 <= len(looked) <= 3
        assert app.screen.query_one(TitleBar).render_line(0).text.rstrip().endswith("0:59")


async def test_the_clock_moves_by_itself():
    """With its timer the screen asks for the time between the inputs."""
    run = FakeRun(rep_four())
    app = CoachApp(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        run.shows = rep_four(run_s=Seconds(1234))
        await pilot.pause(0.6)
        assert app.screen.query_one(TitleBar).render_line(0).text.rstrip().endswith("20:34")


def visible(app):
    """Name the parts that are displayed."""
    return {
        type(part).__name__
        for part in app.screen.query("*")
        if isinstance(part, StripWidget) and part.display
    }


@pytest.mark.parametrize("size", [(59, 24), (80, 17), (40, 12), (20, 6)])
async def test_a_small_terminal_shows_pace_and_cue_only(size):
    """Below 60x18 there is room for what is acted on and nothing else."""
    app = live(FakeRun(rep_four()))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert visible(app) == {"HeroBox", "CueBox"}


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (100, 30), (120, 40), (200, 60)])
async def test_every_part_lies_within_the_terminal(size):
    """At no size is anything cut off or laid over another part."""
    app = live(FakeRun(rep_four()))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        parts = [part for part in app.screen.query("*") if isinstance(part, StripWidget) and part.display]
        regions = [part.region for part in parts]
        assert all(app.screen.region.contains_region(region) and region.area for region in regions)
        assert not any(one.overlaps(other) for at, one in enumerate(regions) for other in regions[at + 1 :])
        assert {"HeroBox", "CueBox", "Tape", "Figures", "TitleBar"} <= visible(app)


async def test_live_resizing_lays_everything_out_anew():
    """From large to small and back, the same parts are shown again."""
    app = live(FakeRun(rep_four()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        before = visible(app)
        await pilot.resize_terminal(50, 15)
        await pilot.pause()
        assert visible(app) == {"HeroBox", "CueBox"}
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert visible(app) == before


async def test_letters_grow_with_the_terminal():
    """A larger window gives a larger pace."""
    heights = []
    for size in ((80, 24), (120, 40), (200, 60)):
        app = live(FakeRun(rep_four()))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            hero = app.screen.query_one(HeroBox)
            strips = [hero.render_line(y) for y in range(hero.size.height - 1)]
            heights.append(
                sum(
                    any(s.style and s.style.bgcolor and s.style.bgcolor.name == "#000000" for s in strip)
                    for strip in strips
                )
            )
    assert heights == sorted(set(heights))


async def test_by_hand_the_table_takes_the_place_of_the_cue():
    """In coach mode what has no source makes room for the splits; paused, the box has its word again."""
    app = live(FakeRun(rep_four(coach_mode=True)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        shown_parts = visible(app)
        assert "SplitTable" in shown_parts
        assert "CueBox" not in shown_parts
    paused = live(FakeRun(rep_four(coach_mode=True, phase=Phase.PAUSED, cue=None)))
    async with paused.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "SplitTable" not in visible(paused)
        assert "CueBox" in visible(paused)


async def test_a_question_replaces_the_run():
    """The answers are shown instead of the run while the question is young; then it has a line."""
    prompt = step(Kind.PROMPT, question="Could you talk?", answers=("yes", "no"))
    jog = session_8x400().steps[8]
    resting = rep_four(phase=Phase.RECOVERY, step=jog, cue=None, question=prompt, question_age_s=Seconds(3))
    run = FakeRun(resting)
    app = live(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Question" in visible(app)
        assert not {"HeroBox", "CueBox", "Figures", "StepLine"} & visible(app)
        run.show(replace(resting, question_age_s=Seconds(31)))
        await pilot.pause(0.3)
        assert "Question" not in visible(app)
        assert "1 yes   2 no" in app.screen.query_one(NextLine).render_line(0).text


async def test_a_theme_changes_every_painted_cell():
    """After t no part keeps a strip of the other theme."""
    app = live(FakeRun(rep_four()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("t")
        await pilot.pause()
        for kind in (HeroBox, Figures, Tape, Profile):
            part = app.screen.query_one(kind)
            papers = {s.style.bgcolor.name for s in part.render_line(0) if s.style and s.style.bgcolor}
            assert "#ffffff" not in papers or "#000000" in papers


HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold red]Stryd[/]\u202e\u200b\r\n" + "W" * 300


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_hostile_names_reach_no_cell(size):
    """Names of workout, athlete, sensor and step may hold anything; no cell holds a control character."""
    run = rep_four()
    steps = tuple(replace(one, name=HOSTILE, path=HOSTILE) for one in run.timeline.steps)
    evil = replace(
        run,
        timeline=replace(run.timeline, name=HOSTILE, steps=steps),
        athlete=HOSTILE,
        sensors=tuple(replace(sensor, name=HOSTILE) for sensor in run.sensors),
        offer=HOSTILE,
        cue=replace(run.cue, text=HOSTILE) if run.cue else None,
        speed=shown(4.3),
    )
    app = live(FakeRun(evil))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for part in app.screen.query("*"):
            if isinstance(part, StripWidget) and part.display:
                text = "".join(part.render_line(y).text for y in range(part.size.height))
                assert text.isprintable()
        assert "[bold red]" in app.screen.query_one(TitleBar).render_line(0).text
        assert isinstance(app.screen, RunScreen)
        assert app.screen.query_one(CueBox).display
        assert not app.screen.query_one(SplitTable).display


@pytest.mark.parametrize("is_grey", [False, True])
async def test_without_colours_rows_go_through_the_filters(monkeypatch, is_grey):
    """Where the environment wants no colours, the profile of a run is grey; a part of a row is the part it was."""
    if is_grey:
        monkeypatch.setenv("NO_COLOR", "1")
    app = live(FakeRun(rep_four()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        profile = app.screen.query_one(Profile)
        row = profile.render_lines(Region(0, 2, 120, 1))[0]
        papers = {segment.style.bgcolor for segment in row if segment.style is not None}
        colours = {paper.get_truecolor() for paper in papers if paper is not None}
        assert all(len(set(colour)) == 1 for colour in colours) is is_grey
        assert profile.render_lines(Region(40, 2, 30, 1))[0].text == row.text[40:70]
