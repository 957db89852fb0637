"""A page of the laptop in Chromium: its clock stands until a test moves it, and what it plays and says is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.patience import block_until
from tests.review.chromium import Browser
from tests.share.laptop import Laptop

HERE: Final = Path(__file__).parent
PHONE: Final = (390, 844)
LYING: Final = (844, 390)
BOARD: Final = (1920, 1080)

BEFORE: Final = (HERE / "before.js").read_text()
"""Runs before the page's own scripts."""

MEASURE: Final = (HERE / "measure.js").read_text()
"""Measures the letters of a picture."""
SEEN: Final = (HERE / "seen.js").read_text()
"""Gives every piece of text that can be seen: where it stands, and in which colours."""


class Page:
    """What a test does with a page."""

    def __init__(self, browser: Browser, laptop: Laptop) -> None:
        """Use this browser for the pages of this laptop."""
        self.browser, self.laptop = browser, laptop

    def open(self, path: str = "/", size: tuple[int, int] = PHONE, *, theme: str = "sun") -> None:
        """Load a page, and wait until it is connected."""
        self.laptop.theme = theme
        self.laptop.hang_up()
        self.browser.show(self.laptop.address + path, *size)
        self.until("window.source?.greeted")

    def show(self, event: str = "frame", **data: Any) -> None:
        """Send an event, and wait until the page has taken it."""
        self.until("window.source.greeted")
        count = f"(window.taken[{event!r}] ?? 0)"
        before = self.ask(count)
        self.laptop.send(event, **data)
        self.until(f"{count} > {before}")

    def ask(self, script: str) -> Any:
        """Give the value of an expression in the page."""
        return self.browser.ask(script)

    def until(self, script: str) -> Any:
        """Wait until an expression is true, and give its value."""
        return block_until(lambda: self.ask(script), script)

    def text(self, name: str) -> str:
        """The words of an element by its id."""
        words: str = self.ask(f"document.getElementById({name!r}).textContent")
        return words

    def pass_time(self, seconds: float) -> None:
        """Let the phone's clock go on, with everything that is due on the way, and the run's clock with it."""
        self.laptop.now_s += seconds
        self.ask(f"pass({seconds})")

    def centre(self, rule: str) -> tuple[float, float]:
        """Where the middle of an element is."""
        box = self.ask(f"document.querySelector({rule!r}).getBoundingClientRect().toJSON()")
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def tap(self, rule: str) -> None:
        """Touch an element shortly."""
        self.browser.point(*self.centre(rule))

    def drawn(self, rule: str) -> dict[str, float]:
        """Measure the letters of an element on the screen, in pixels: what differs from its upper left corner."""
        box = self.ask(f"document.querySelector({rule!r}).getBoundingClientRect().toJSON()")
        clip = {name: box[name] for name in ("x", "y", "width", "height")} | {"scale": 1}
        shot = self.browser.call("Page.captureScreenshot", format="png", clip=clip)["data"]
        self.ask(MEASURE.replace("PICTURE", shot))
        measured: dict[str, float] = self.until("window.measured")
        return measured

    def hold(self, rule: str, seconds: float) -> None:
        """Touch an element for so long by the phone's clock."""
        x, y = self.centre(rule)
        where: dict[str, Any] = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self.browser.call("Input.dispatchMouseEvent", type="mousePressed", **where)
        self.pass_time(seconds)
        self.browser.call("Input.dispatchMouseEvent", type="mouseReleased", **where)


@contextmanager
def page_in(browser: Browser, laptop: Laptop) -> Iterator[Page]:
    """Lend a browser with the clock of the tests, and give it back as it was."""
    added = browser.call("Page.addScriptToEvaluateOnNewDocument", source=BEFORE)["identifier"]
    try:
        yield Page(browser, laptop)
    finally:
        browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=added)
        browser.call("Emulation.setEmulatedMedia", media="", features=[])
        browser.call("Page.navigate", url="about:blank")
