"""After the run: the review comes by itself, stores effort and note, and lets the run go on after a slip."""

from dataclasses import replace

import pytest
from textual.widgets import Input

from coach.live.contract import Output
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.review.tables import figures
from coach.screen.app import CoachApp, Leaving
from coach.screen.paint import SUN
from coach.screen.review import CurveScreen, FormulaOverlay, SummaryScreen
from coach.screen.review_page import ReviewPage, ReviewView
from coach.screen.run import RunScreen
from coach.session.events import StepEnded
from coach.session.phases import Button, Phase
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Quantity, StepTarget
from tests.screen.builders import FakePlayback, FakeRun, rep_four
from tests.screen.reviews import LAPS, FakeNotes, free_run, over, reps_of_800


def page(view, width=120, height=40):
    """Paint a page as plain lines."""
    return [strip.text.rstrip() for strip in ReviewPage().paint(view, width, height, SUN)]


def a_view(parts=None, **changes):
    """See a run that is over."""
    run = over(parts)
    values = {"unit": "km", "title": "6 × 800 m", "when": "ida", "keys": (("q", "done"),)} | changes
    return ReviewView(run.summary(), **values)


async def settle(pilot):
    """Let messages and timers that are due come through."""
    for _ in range(4):
        await pilot.pause()


def test_the_head_has_the_pace_the_plan_the_spread_and_the_fall_of_the_heart_rate():
    """The head has four figures, each with its comparison."""
    assert [(figure.text, figure.label, figure.more) for figure in figures(a_view().summary)] == [
        ("4:30", "mean pace /km", "plan 4:30"),
        ("+0.2", "seconds a rep", "best -3.6   worst +2.4"),
        ("4/6", "reps within 2 s", "evenness 1.0 %"),
        ("39", "HR down in 60 s", "peak 178"),
    ]


def test_a_row_has_its_splits_and_its_seconds_against_the_plan():
    """Every split stands in the column of its metres, the mean below them."""
    lines = page(a_view())
    row = next(line for line in lines if line.split()[:1] == ["1"])
    assert row.split()[:8] == ["1", "50.6", "53.9", "54.7", "53.2", "3:32.4", "4:26", "-3.6"]
    mean = next(line for line in lines if line.split()[:1] == ["mean"] and "pace" not in line)
    assert mean.split()[:5] == ["mean", "53.3", "54.4", "54.8", "53.6"]


@pytest.mark.parametrize("width", [80, 100, 110, 120, 200])
@pytest.mark.parametrize("reps", [1, 6, 30])
def test_every_row_fits_its_width(width, reps):
    """No size and no number of reps paints outside the screen or loses the mean."""
    view = a_view(reps_of_800([LAPS[number % 6] for number in range(reps)]), asks=True)
    for height in (24, 40, 60):
        strips = ReviewPage().paint(view, width, height, SUN)
        assert len(strips) == height
        assert {strip.cell_length for strip in strips} == {width}
        has_mean = any(strip.text.split()[:2] == ["mean", "53.3"] for strip in strips)
        assert has_mean is (reps > 1)


def test_where_there_is_no_room_splits_are_added_up():
    """Of 25 splits of 5 km the last stays, and each that is shown reaches back to the one before it."""
    view = a_view(reps_of_800([[50.0] * 25] * 2))
    head = next(line for line in page(view, 80, 24) if line.split()[:1] == ["rep"])
    columns = [int(word) for word in head.split()[1:] if word.isdigit()]
    assert columns[-1] == 5000
    assert 0 < len(columns) < 25


def test_a_free_run_has_its_laps():
    """Without reps the laps are the table; their metres and paces are their own."""
    lines = page(a_view(free_run()), 80, 24)
    assert any(line.split() == ["2", "1:36.7", "3:15.1", "400", "m", "4:02"] for line in lines)


@pytest.mark.asyncio
async def test_it_comes_at_the_last_step_and_keeps_no_run_open():
    """The summary opens after the last step, before the run has ended; q ends the run."""
    run = over(ended=False)
    app = CoachApp(run, notes=FakeNotes(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, SummaryScreen)
        await pilot.press("q")
    assert app.return_value is Leaving.FINISHED
    assert run.pressed == []


@pytest.mark.asyncio
async def test_effort_and_remark_are_kept_and_can_be_corrected():
    """Digits are the effort, n opens the remark; digits in the remark are letters."""
    notes = FakeNotes()
    app = CoachApp(over(), notes=notes, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("7", "0", "n")
        await pilot.press(*"q 3", "enter")
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(app.screen, SummaryScreen)
        assert notes.kept == [(7, None), (10, None), (None, "q 3")]
        assert "q 3" in app.screen.query_one(ReviewPage).render_line(21).text
        await pilot.press("n", *"x", "escape")
        assert not app.screen.query_one(Input).display
        await pilot.press("escape")
    assert notes.kept[-1] == (None, "q 3")
    assert app.return_value is Leaving.FINISHED


@pytest.mark.asyncio
async def test_what_cannot_be_kept_is_said():
    """A full disk costs the remark, not the review."""
    notes = FakeNotes(problem=RecordingProblem("the note cannot be saved: No space left", "Fix that."))
    app = CoachApp(over(), notes=notes, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("7")
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert "No space left" in app.screen.query_one(ReviewPage).render_line(22).text


@pytest.mark.asyncio
async def test_r_takes_the_end_back_and_the_run_stands_there_again():
    """It presses undo; when the run goes on its screen comes back, and its next end brings the review again."""
    run = over(ended=False)
    app = CoachApp(run, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("r")
        assert run.pressed == [(Button.UNDO, None)]
        finished = run.shows
        run.show(rep_four())
        await settle(pilot)
        assert isinstance(app.screen, RunScreen)
        run.show(finished)
        await settle(pilot)
        assert isinstance(app.screen, SummaryScreen)


@pytest.mark.asyncio
@pytest.mark.parametrize("ended", [True, False])
async def test_only_keys_that_do_something_are_named(ended):
    """Without a recording nothing is asked; a run that has said its last word cannot go on."""
    app = CoachApp(over(ended=ended), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        keys = app.screen.query_one(ReviewPage).render_line(23).text
        assert "effort" not in keys
        assert "note" not in keys
        assert ("go on" in keys) is not ended
        await pilot.press("7", "n")
        assert not app.screen.query_one(Input).display


@pytest.mark.asyncio
async def test_a_mark_reaches_the_run():
    """A space is still a mark: behind the last step it is a new lap."""
    run = over(ended=False)
    app = CoachApp(run, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("space")
    assert run.pressed == [(Button.MARK, None)]


@pytest.mark.asyncio
async def test_formulas_and_the_whole_run_lie_over_it():
    """The keys w and v open pages that the same key closes."""
    app = CoachApp(over(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key, kind in (("w", FormulaOverlay), ("v", CurveScreen)):
            await pilot.press(key)
            await settle(pilot)
            assert isinstance(app.screen, kind)
            await pilot.press(key)
            await settle(pilot)
            assert isinstance(app.screen, SummaryScreen)
        await pilot.press("t")
        assert app.theme == "night"


@pytest.mark.asyncio
async def test_a_playback_keeps_nothing():
    """A recording that was watched to its end is left as nothing."""
    app = CoachApp(over(), playback=FakePlayback(), notes=FakeNotes(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, SummaryScreen)
        assert "effort" not in app.screen.query_one(ReviewPage).render_line(23).text
        await pilot.press("q")
    assert app.return_value is Leaving.NOTHING


@pytest.mark.asyncio
async def test_a_playback_waits_for_the_end_of_its_recording():
    """A recording may go on behind the last step, so the review waits for its last word."""
    app = CoachApp(over(ended=False), playback=FakePlayback(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, RunScreen)


@pytest.mark.asyncio
async def test_a_run_without_results_has_an_empty_page():
    """A run that was left before its first step ended has a summary without figures."""
    run = FakeRun(rep_four(results=(), run_s=None, phase=Phase.FINISHED), ended=True)
    app = CoachApp(run, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, SummaryScreen)
        assert "--" not in "".join(app.screen.query_one(ReviewPage).render_line(y).text for y in range(24))


@pytest.mark.asyncio
async def test_a_recorded_run_that_has_ended_goes_on_within_ten_minutes():
    """After the end r leaves the screen so that the recording is opened again; later it does nothing."""
    run = over()
    app = CoachApp(run, notes=FakeNotes(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "go on" in app.screen.query_one(ReviewPage).render_line(23).text
        before, run.shows = run.shows, replace(run.shows, at=Seconds(run.shows.at + 601))
        run.show(run.shows)
        await settle(pilot)
        assert "go on" not in app.screen.query_one(ReviewPage).render_line(23).text
        await pilot.press("r")
        assert app.is_running
        run.show(before)
        await settle(pilot)
        await pilot.press("r")
    assert app.return_value is Leaving.GO_ON
    assert run.pressed == []


@pytest.mark.asyncio
async def test_a_recording_whose_end_was_taken_back_plays_on():
    """A playback shows the review at the end that was a slip, and the run again where it went on."""
    run = over()
    app = CoachApp(run, playback=FakePlayback(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, SummaryScreen)
        run.ended = False
        run.show(rep_four())
        await settle(pilot)
        assert isinstance(app.screen, RunScreen)


@pytest.mark.parametrize("width", [80, 120])
def test_no_figure_touches_its_neighbour(width):
    """A mean time of a rep that is too wide loses its tenths; the label below it keeps the place of the next one."""
    view = a_view(reps_of_800(target=None, source=Source.MARKS))
    strip = ReviewPage().paint(view, width, 40, SUN)[3].text
    apart = (width - 2) // (4 if width == 120 else 3)
    assert all(strip[2 + place * apart - 3 : 2 + place * apart].isspace() for place in (1, 2))


def by_effort():
    """A run whose reps of 800 m were named by a pace and run without one."""
    timeline, finished = reps_of_800()
    outputs: list[Output] = []
    for output in finished:
        if isinstance(output, StepEnded) and output.step.kind is Kind.WORK:
            target = StepTarget(Quantity.EFFORT, Band(), "5k effort", ref="5k")
            outputs.append(replace(output, step=replace(output.step, target=target)))
        else:
            outputs.append(output)
    return over((timeline, outputs))


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_was_run_by_effort_is_offered_as_a_pace(size):
    """The question stands in its row with its key; y keeps it once, and the key goes."""
    notes = FakeNotes()
    app = CoachApp(by_effort(), notes=notes, is_ticking=False)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        page = app.screen.query_one(ReviewPage)
        text = "\n".join(page.render_line(y).text for y in range(size[1]))
        assert "Your 800s averaged" in text
        assert "keep as 5k pace? y saves it." in text
        assert "keep pace" in page.render_line(size[1] - 1).text
        await pilot.press("y", "y")
        await settle(pilot)
        await pilot.pause()
        assert len(notes.paces) == 1
        text = "\n".join(page.render_line(y).text for y in range(size[1]))
        assert f"Kept: 5k pace {notes.paces[0]}." in text
        assert "keep pace" not in page.render_line(size[1] - 1).text


@pytest.mark.asyncio
async def test_a_paced_run_offers_no_pace():
    """Reps with a judged pace get no offer."""
    notes = FakeNotes()
    app = CoachApp(over(), notes=notes, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert notes.paces == []
        assert "keep pace" not in app.screen.query_one(ReviewPage).render_line(23).text


@pytest.mark.asyncio
async def test_what_a_simulated_runner_ran_is_nobodys_pace():
    """There is no question, and the key does nothing."""
    notes = FakeNotes(is_simulated=True)
    app = CoachApp(by_effort(), notes=notes, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        page = app.screen.query_one(ReviewPage)
        assert not any(
            "keep" in page.render_line(y).text and "pace" in page.render_line(y).text for y in range(40)
        )
        await pilot.press("y")
        await settle(pilot)
        assert notes.paces == []


@pytest.mark.asyncio
async def test_a_key_says_in_which_shoes_it_was_run():
    """The first pair, then the next, and the first again; without pairs the key is not offered."""
    notes = FakeNotes(pairs=(("daily", "Daily"), ("racer", "Streak")))
    app = CoachApp(over(), notes=notes, is_ticking=False)
    async with app.run_test(size=(120, 24)) as pilot:
        await settle(pilot)
        worn = []
        for _ in range(3):
            await pilot.press("h")
            await app.workers.wait_for_complete()
            await settle(pilot)
            worn.append(notes.shoe)
        assert worn == ["daily", "racer", "daily"]
        lines = [app.screen.query_one(ReviewPage).render_line(y).text for y in range(24)]
        assert any("Shoe: Daily" in line for line in lines)
        assert "h  shoe" in lines[23]
    bare = FakeNotes()
    app = CoachApp(over(), notes=bare, is_ticking=False)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("h")
        await settle(pilot)
        assert bare.shoe == ""
        assert "h  shoe" not in app.screen.query_one(ReviewPage).render_line(23).text
