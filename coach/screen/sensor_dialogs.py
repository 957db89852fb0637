"""What is asked about sensors: which of several of one name is meant, and what one is to be called."""

from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from coach.screen.ports import SensorDesk, SensorLine
from coach.screen.safe import safe
from coach.screen.sensor_words import sparkline, title

LONGEST_LABEL: Final = 40
"""Characters of a label: what a row of the list has room for."""
_TICK_S: Final = 1.0
_SIGNALS: Final = 30
"""Signals in a row: half a minute at one a second."""


class LabelDialog(ModalScreen[str | None]):
    """Ask what a sensor is to be called; None when nothing is to change."""

    BINDINGS = [Binding("escape", "dismiss(None)", show=False)]
    AUTO_FOCUS = "Input"

    def __init__(self, line: SensorLine) -> None:
        super().__init__()
        self._line = line

    def compose(self) -> ComposeResult:
        """Set out question and field."""
        with Vertical(classes="box"):
            yield Static(Content(f"What do you call {title(self._line)}?"), classes="heading")
            yield Input(safe(self._line.label, LONGEST_LABEL), max_length=LONGEST_LABEL)
            yield Static(
                Content("Enter keeps it, empty takes the label away, Escape changes nothing"), classes="hint"
            )

    def on_mount(self) -> None:
        """Let the cursor stand still."""
        self.query_one(Input).cursor_blink = False

    @on(Input.Submitted)
    def keep(self, event: Input.Submitted) -> None:
        """Take what stands in the field."""
        self.dismiss(event.value.strip())


class SensorPicker(ModalScreen[str | None]):
    """Ask which of several sensors of one name is the runner's; gives its id, or None for none of them."""

    BINDINGS = [Binding("escape", "dismiss(None)", show=False)]
    AUTO_FOCUS = "OptionList"

    def __init__(self, desk: SensorDesk, id_: str, *, is_ticking: bool = True) -> None:
        super().__init__()
        self._desk = desk
        self._is_ticking = is_ticking
        self._lines = tuple(desk.alike(id_))

    def compose(self) -> ComposeResult:
        """Set out question and candidates."""
        name = title(self._lines[0])
        with Vertical(classes="box"):
            yield Static(
                Content(f"{len(self._lines)} sensors are called {name}. Which one is yours?"),
                classes="heading",
            )
            yield OptionList(*(Option(Content(self._row(line))) for line in self._lines), markup=False)
            yield Static(
                Content(
                    "Hold yours close to the laptop: its signal rises. Enter takes it, Escape takes none."
                ),
                classes="hint",
            )

    def on_mount(self) -> None:
        """Follow the signals."""
        if self._is_ticking:
            self.set_interval(_TICK_S, self.look)

    def look(self) -> None:
        """Show the signals as they are now; who is asked about stays the same."""
        now = {line.id: line for line in self._desk.lines()}
        shown = self.query_one(OptionList)
        for at, line in enumerate(self._lines):
            shown.replace_option_prompt_at_index(at, Content(self._row(now.get(line.id, line))))

    @on(OptionList.OptionSelected)
    def take(self, event: OptionList.OptionSelected) -> None:
        """Take the one under the cursor."""
        self.dismiss(self._lines[event.option_index].id)

    def _row(self, line: SensorLine) -> str:
        """Its address and its signal: its name is the same for all."""
        signal = f"{line.signals[-1]:>4} dBm" if line.signals else "held by the system"
        return f"{safe(line.id, 18):<18}  {sparkline(line.signals, _SIGNALS)}  {signal}"
