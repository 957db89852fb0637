"""The buttons on a phone, in a real Chromium: held, stamped with the touch, locked, and answered."""

from typing import Any

import pytest

from tests.patience import block_until
from tests.share.frames import STATES, frame
from tests.share.laptop import Laptop
from tests.share.page import LYING, PHONE, SEEN, Page
from tests.share.test_phone_page import contrast, laid_out

ASKED: Any = {"question": "Could you talk?", "answers": ["yes", "unsure", "no"]}


@pytest.fixture
def buttons(page: Page) -> Page:
    """The buttons, unlocked, in the middle of a rep."""
    page.open("/control")
    page.show(**frame())
    page.hold("#unlock", 1.1)
    page.until("document.getElementById('unlock').hidden")
    return page


def pressed(page: Page, count: int = 1) -> list[dict[str, Any]]:
    """Wait for so many presses, and give them."""
    presses = page.laptop.presses
    block_until(lambda: len(presses) >= count, f"{count} presses")
    assert len(presses) == count, presses
    return presses


def ack(page: Page) -> str:
    """The newest line of what became of the buttons, once it is more than sent."""
    newest = "document.querySelector('#acks li')"
    page.until(f"{newest} && {newest}.dataset.status !== 'sent'")
    words: str = page.ask(f"{newest}.dataset.status + ' | ' + {newest}.firstChild.textContent")
    return words


@pytest.mark.parametrize("theme", ["sun", "night"])
@pytest.mark.parametrize("size", [PHONE, LYING, (568, 320)])
def test_the_buttons_are_large_and_legible(page: Page, size: tuple[int, int], theme: str):
    """Locked and open, with a question and without, held either way: nothing is cut, nothing small, all of contrast."""
    page.open("/control", size, theme=theme)
    for ask in ({}, {"ask": ASKED, "offer": "a longer rest"}):
        for name in ("fast", "on"):
            page.show(**frame(STATES[name], **ask))
            for box in laid_out(page):
                assert contrast(box["ink"], box["paper"]) >= 4.5, box
        if page.ask("!document.getElementById('unlock').hidden"):
            page.hold("#unlock", 1.1)
            page.until("document.getElementById('unlock').hidden")
        heights = page.ask(
            "[...document.querySelectorAll('#buttons button:not([hidden])')].filter((one) => one.offsetParent)"
            ".map((one) => one.offsetHeight)"
        )
        assert min(heights) >= 44, heights
        wide = (
            "[...document.querySelectorAll('.hold')].filter((one) => one.scrollWidth > one.clientWidth + 1)"
        )
        assert page.ask(f"{wide}.map((one) => one.textContent)") == [], "a word is cut off"
    assert page.ask("document.querySelectorAll('#answers button').length") == 3
    assert all(box["size"] >= 12 for box in page.ask(SEEN)["boxes"])
    assert page.browser.errors == []


def test_a_press_is_held_and_carries_the_time_of_its_touch(buttons: Page):
    """Less than half a second is no press; what is sent is when the button was touched, by the run's clock."""
    buttons.hold("#mark", 0.4)
    assert buttons.laptop.presses == []
    touched = buttons.laptop.now_s
    buttons.hold("#mark", 0.9)
    press = pressed(buttons)[0]
    assert press["button"] == "mark"
    assert press["run"] == "01JRUN"
    assert press["expect_step"] == "s1.0.2"
    assert press["pressed_at_s"] == pytest.approx(touched, abs=0.011)
    assert ack(buttons) == "confirmed | ✓ MARK: confirmed"


def test_a_press_means_what_it_meant_when_it_began(buttons: Page):
    """A step that ends under the finger is not the one that is given up, and a pause stays a pause."""
    for rule, seconds in (("#abandon", 2.1), ("#pause", 0.6)):
        buttons.show(**frame())
        x, y = buttons.centre(rule)
        where: dict[str, Any] = {"x": x, "y": y, "button": "left", "clickCount": 1}
        buttons.browser.call("Input.dispatchMouseEvent", type="mousePressed", **where)
        buttons.show(**frame(step_id="s1.0.3", phase="paused"))
        buttons.pass_time(seconds)
        buttons.browser.call("Input.dispatchMouseEvent", type="mouseReleased", **where)
    presses = pressed(buttons, 2)
    assert [press["button"] for press in presses] == ["abandon", "pause"]
    assert [press.get("expect_step") for press in presses] == ["s1.0.2", None]


@pytest.mark.parametrize(
    ("rule", "seconds", "button"),
    [
        ("#slower", 0.6, "slower"),
        ("#enough", 0.6, "enough"),
        ("#pause", 0.6, "pause"),
        ("#undo", 0.6, "undo"),
        ("#abandon", 2.1, "abandon"),
    ],
)
def test_every_button_says_what_it_is(buttons: Page, rule: str, seconds: float, button: str):
    """Each sends the name that the run knows."""
    buttons.hold(rule, seconds)
    assert pressed(buttons)[0]["button"] == button
    assert ("expect_step" in pressed(buttons)[0]) == (button != "pause")  # it stops whichever step it is


def test_abandon_takes_longer(buttons: Page):
    """A rep is not given up by the hold of a mark."""
    buttons.hold("#abandon", 1.5)
    buttons.hold("#mark", 0.6)
    assert [press["button"] for press in pressed(buttons)] == ["mark"]


def test_a_paused_run_goes_on_and_a_question_is_answered(buttons: Page):
    """PAUSE becomes GO ON; an open question shows its answers, and so do the lines a press may have been at."""
    buttons.show(**frame(STATES["on"], phase="paused"))
    buttons.hold("#pause", 0.6)
    assert pressed(buttons)[0]["button"] == "resume"
    buttons.show(**frame(STATES["on"], ask=ASKED))
    buttons.hold("[data-answer='2']", 0.6)
    assert {"button": "answer", "answer": 2}.items() <= pressed(buttons, 2)[1].items()
    lines = {"question": "no distance yet: which line was it?", "answers": ["400 m", "300 m", "leave out"]}
    buttons.show(**frame(STATES["on"], ask=lines))
    assert buttons.ask("[...document.querySelectorAll('#answers button')].map((one) => one.textContent)") == [
        "1400 m",
        "2300 m",
        "3leave out",
    ]
    buttons.show(**frame(STATES["on"], ask={"question": "How hard was it, 1 to 10?", "answers": []}))
    assert buttons.ask("document.getElementById('answers').textContent") == "12345678910"
    buttons.show(**frame(STATES["on"]))
    assert buttons.ask("document.getElementById('answers').hidden")


def test_a_silent_laptop_leaves_no_step_on_the_page(buttons: Page):
    """Nobody knows where the run is without a signal: the last step is not shown as if it were this one."""
    buttons.show(**frame(STATES["on"]))
    assert buttons.text("where") == "REP 2/6"
    buttons.pass_time(4)
    assert (buttons.text("where"), buttons.text("word")) == ("", "NO SIGNAL")


def test_the_page_locks_itself(buttons: Page):
    """After ten seconds without a touch nothing can be pressed, until a bar was held for a second."""
    buttons.pass_time(9)
    assert buttons.ask("document.getElementById('unlock').hidden")
    buttons.pass_time(1.5)
    assert not buttons.ask("document.getElementById('unlock').hidden")
    assert buttons.ask("[...document.querySelectorAll('#buttons button')].every((one) => one.disabled)")
    buttons.hold("#unlock", 0.6)
    assert not buttons.ask("document.getElementById('unlock').hidden"), "a touch in passing does not unlock"
    buttons.hold("#unlock", 1.1)
    assert buttons.ask("document.getElementById('unlock').hidden")
    assert buttons.laptop.presses == []


def test_a_refusal_says_why(buttons: Page, scripted: Laptop):
    """In the words of the laptop."""
    scripted.answers = [(200, {"status": "rejected", "code": "stale", "reason": "Pressed 6 s ago: too old."})]
    buttons.hold("#undo", 0.6)
    assert ack(buttons) == "rejected | ✗ UNDO: refused, Pressed 6 s ago: too old."
    scripted.answers = [(429, {"error": "too many presses"})]
    buttons.hold("#mark", 0.6)
    assert ack(buttons) == "rejected | ✗ MARK: refused, too many presses"


def test_a_lost_answer_is_asked_for_with_the_same_name(buttons: Page, scripted: Laptop):
    """Nothing is pressed twice: the second try has the `tx` of the first, and its time."""
    scripted.answers = [(0, {})]
    buttons.hold("#mark", 0.6)

    def is_confirmed() -> bool:
        buttons.pass_time(0.1)  # the run's clock too: a phone that runs ahead of it learns it anew
        answered: str | None = buttons.ask("document.querySelector('#acks li')?.dataset.status")
        return answered == "confirmed"

    block_until(is_confirmed, "confirmed")
    presses = pressed(buttons, 2)
    assert presses[0]["tx"] == presses[1]["tx"]
    assert presses[0]["pressed_at_s"] == pytest.approx(presses[1]["pressed_at_s"], abs=0.05)
    buttons.hold("#mark", 0.6)
    assert pressed(buttons, 3)[2]["tx"] != presses[0]["tx"]


def test_an_answer_that_never_comes_is_unknown(buttons: Page, scripted: Laptop):
    """After five seconds the page says that it does not know, and stops asking."""
    scripted.answers = [(0, {})] * 200
    buttons.hold("#mark", 0.6)
    reply = buttons.until(
        "(pass(0.2), document.querySelector('#acks li')?.dataset.status === 'unknown' && "
        "document.querySelector('#acks li').firstChild.textContent)"
    )
    assert reply == "? MARK: not known: look at the laptop"
    count = len(scripted.presses)
    buttons.pass_time(5)
    assert len(scripted.presses) == count


def test_the_buttons_are_held_by_keys_too(buttons: Page):
    """Space and Enter hold what has the focus; where motion is not wanted the bar of a hold does not move."""
    buttons.ask("document.getElementById('slower').focus()")
    key: dict[str, Any] = {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32}
    buttons.browser.call("Input.dispatchKeyEvent", type="keyDown", **key)
    buttons.pass_time(0.3)
    assert buttons.ask("document.getElementById('slower').dataset.held") == "yes"
    moving = "getComputedStyle(document.getElementById('slower'), '::before').transitionDuration"
    assert buttons.ask(moving) == "0.5s"
    buttons.browser.call(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}]
    )
    assert buttons.ask(moving) == "0s"
    buttons.pass_time(0.3)
    buttons.browser.call("Input.dispatchKeyEvent", type="keyUp", **key)
    assert pressed(buttons)[0]["button"] == "slower"
