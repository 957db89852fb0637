"""A morning on the screen: measured or skipped, asked, answered; keys do what the key line says."""

import pytest

from coach.plan.mornings import LegFeel
from coach.plan.readiness import Verdict
from coach.problems import CoachProblem
from coach.screen.app import Leaving
from coach.screen.morning import BLOCKS, MorningApp, MorningScreen, Page
from tests.screen.mornings import FakeMorning, FakeState
from tests.screen.render import text_of


def page(app):
    """The visible text."""
    screen = app.screen
    assert isinstance(screen, MorningScreen)
    return screen._view.page


async def pressed(actions, *keys, size=(80, 24)):
    """Press keys on the page of a morning; gives the app after them, and its text."""
    app = MorningApp(actions, is_ticking=False)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        return page(app), text_of(app), app


@pytest.mark.asyncio
async def test_without_a_strap_it_asks_the_questions_only():
    """The questions are the first page, and nothing is measured."""
    actions = FakeMorning()
    part, text, _ = await pressed(actions)
    assert part is Page.ASK
    assert "Any of these today?" in text
    assert actions.measured == 0


@pytest.mark.asyncio
async def test_answers_are_typed_and_kept_and_enter_leaves_one_out():
    """A number, a word or nothing is taken; after the last question comes the answer for the day."""
    actions = FakeMorning()
    keys = [*"none", "enter", "enter", "enter", *"sh", "enter", *["enter"] * 6]
    part, text, _ = await pressed(actions, *keys)

    assert (actions.said.acute, actions.said.flags, actions.said.legs) == (frozenset(), None, LegFeel.SHARP)
    assert part is Page.ANSWER
    assert "no rule fired" in text
    assert "not answered:" in text


@pytest.mark.asyncio
async def test_what_is_no_answer_is_said_and_stays_typed():
    """The message row shows the problem; the next key removes it."""
    actions = FakeMorning()
    _, text, _ = await pressed(actions, *"plague", "enter")
    assert "▲ 'plague' is none of fever" in text
    assert "> plague" in text
    _, text, _ = await pressed(actions, *"plague", "enter", "backspace")
    assert "▲" not in text
    assert "> plagu" in text


@pytest.mark.asyncio
async def test_letters_are_answers_while_it_asks():
    """t, q, w and b change no theme and leave nothing while a question is open; escape clears, then answers."""
    actions = FakeMorning()
    part, text, app = await pressed(actions, *"tqwb")
    assert (part, app.theme) == (Page.ASK, "sun")
    assert "> tqwb" in text
    part, _, _ = await pressed(actions, *"tqwb", "escape")
    assert part is Page.ASK
    part, _, _ = await pressed(actions, *"tqwb", "escape", "escape")
    assert part is Page.ANSWER


@pytest.mark.asyncio
async def test_the_answer_leads_back_explains_and_ends():
    """B goes back to the questions, w shows sources, t changes the theme, q leaves as finished."""
    part, _, _ = await pressed(FakeMorning(), "escape", "b")
    assert part is Page.ASK
    _, _, app = await pressed(FakeMorning(), "escape", "t")
    assert app.theme == "night"
    app = MorningApp(FakeMorning(), is_ticking=False)
    async with app.run_test() as pilot:
        await pilot.press("escape", "q")
    assert app.return_value is Leaving.FINISHED


@pytest.mark.asyncio
async def test_a_good_measurement_goes_on_to_the_questions_and_offers_no_repeat():
    """The result of the measurement is shown before the questions."""
    actions = FakeMorning(has_strap=True, outcomes=[(True, "RMSSD 48 ms, resting heart rate 47.")])
    part, text, _ = await pressed(actions)
    assert part is Page.OFFER
    assert "RMSSD 48 ms" in text
    assert "once more" not in text
    part, _, _ = await pressed(FakeMorning(has_strap=True, outcomes=[(True, "RMSSD 48 ms.")]), "r", "enter")
    assert part is Page.ASK


@pytest.mark.asyncio
async def test_what_cannot_be_used_is_measured_once_more_and_not_twice():
    """A measurement that cannot be used may be repeated once."""
    actions = FakeMorning(has_strap=True, outcomes=[(False, "Not usable: contact was lost.")] * 3)
    _, text, _ = await pressed(actions, "r", "r")
    assert actions.measured == 2
    assert "Not usable: contact was lost." in text
    assert "once more" not in text


@pytest.mark.asyncio
async def test_a_measurement_can_be_skipped():
    """The measurement is broken off, and the questions follow."""
    actions = FakeMorning(has_strap=True)
    part, _, _ = await pressed(actions, "s")
    assert part is Page.ASK
    assert actions.broken_off


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (FakeState(is_settling=True), "Settle. This is not counted."),
        (FakeState(has_begun=False, bpm=None, beats=0, corrected_share=None), "Looking for the strap."),
        (FakeState(is_lost=True, bpm=None), "No beat for some seconds"),
        (FakeState(corrected_share=0.08), "8% of the beats are wrong, 5 % is the most"),
        (FakeState(corrected_share=0.02), "2% of the beats corrected"),
    ],
)
async def test_the_quality_is_shown_while_it_runs(state, words):
    """A lost signal, missing beats and the share of wrong beats are shown in words."""
    _, text, _ = await pressed(FakeMorning(has_strap=True, now=state))
    assert words in text


@pytest.mark.asyncio
async def test_a_radio_that_is_not_there_is_said_and_the_questions_come():
    """The problem is shown in place of the result; Enter goes on."""

    class NoRadio(FakeMorning):
        async def measure(self, changed):
            raise CoachProblem("Bluetooth is off", "Switch it on.")

    _, text, _ = await pressed(NoRadio(has_strap=True))
    assert "Bluetooth is off" in text


@pytest.mark.asyncio
async def test_an_answer_that_cannot_be_kept_is_said():
    """A full disk is reported and does not end the program."""

    class FullDisk(FakeMorning):
        def say(self, question, text):
            raise CoachProblem("the morning cannot be saved: no space", "")

    _, text, _ = await pressed(FullDisk(), *"none", "enter")
    assert "▲ the morning cannot be saved" in text


def test_every_verdict_has_its_word_in_block_letters():
    """Each word fits beside its explanation at 80 columns."""
    assert set(BLOCKS) == set(Verdict)
    assert all(len(word) <= 7 for word in BLOCKS.values())


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(60, 16), (56, 13), (80, 18)])
async def test_on_a_low_window_the_open_question_keeps_its_line_of_answers(size):
    """Fewer questions are shown around the open one; nothing is painted over another."""
    actions = FakeMorning()
    for downs, words in ((0, "Any of these today?"), (8, "A niggle?")):
        _, text, _ = await pressed(actions, *["down"] * downs, *"calf", size=size)
        rows = text.splitlines()
        typed = next(at for at, row in enumerate(rows) if "> calf" in row)
        rule = next(at for at, row in enumerate(rows) if "────" in row)
        assert words in text
        assert rows[typed].strip(" █") == "> calf"
        assert rule + 1 < typed
