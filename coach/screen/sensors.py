"""The sensors screen: sensors nearby with their signals and owners; one can be paired, labelled or forgotten."""

from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from coach.problems import CoachProblem
from coach.screen.base import Throttle
from coach.screen.paint import fit, sanitise
from coach.screen.protocols import SensorActions, SensorLine
from coach.themes import THEME_KEY_LABEL

TICK_S: Final = 1.0
"""Time between two updates of the signals."""

# --- the texts of a sensor

BARS: Final = "▁▂▃▄▅▆▇█"
WEAK_DBM: Final = -100
"""The lowest bar: about where a link breaks."""
STRONG_DBM: Final = -40
"""The highest bar: a strap in the hand beside the laptop."""
_NARROW: Final = 60
"""Below this width the owner has 5 cells, else 8."""
_WIDE: Final = 100
"""From this width on a row has room for 16 signals, below for 8: the last seconds at one a second."""


def sparkline(signals: tuple[int, ...], width: int) -> str:
    """Draw the last `width` signals, the newest at the right, each as a bar between weak and strong."""
    step = (STRONG_DBM - WEAK_DBM) / len(BARS)
    bars = (BARS[min(len(BARS) - 1, max(0, int((dbm - WEAK_DBM) / step)))] for dbm in signals[-width:])
    return "".join(bars).rjust(width)


def title(line: SensorLine) -> str:
    """The title of a sensor: its label, else its own name."""
    return sanitise(line.label, 40) or sanitise(line.name, 60) or "(no name)"


def row(line: SensorLine, width: int) -> str:
    """One sensor in one row of `width` cells: its quantities are cut first, then the name."""
    signal = f"{line.signals[-1]:>4} dBm" if line.signals else "held" if line.is_held else ""
    battery = "" if line.battery_percent is None else f"{line.battery_percent:>3} %"
    whose = _cell(_whose(line), 8 if width >= _NARROW else 5)
    many = 16 if width >= _WIDE else 8
    right = f"{sparkline(line.signals, many)} {signal:>8}  {battery:>5}  {whose}"
    if line.is_remembered and not line.is_near:
        right = f"{line.absence:>{many + 9}}  {battery:>5}  {whose}"
    room = max(8, width - cell_len(right) - 1)
    name = title(line)
    words = ", ".join(line.measures)
    if room >= 40:
        half = min(30, room // 2)
        return f"{_cell(name, half)} {_cell(words, room - half - 1)} {right}"
    return f"{_cell(name, room)} {right}"


def _whose(line: SensorLine) -> str:
    if not line.is_remembered:
        return ""
    return f"{sanitise(line.wearer, 32)}'s" if line.wearer else "yours"


def about(line: SensorLine) -> str:
    """The details of a sensor, one to a row."""
    name = sanitise(line.name, 120) or "(no name)"
    worn = ", ".join(
        part
        for part in (sanitise(line.location, 40), f"shoe {sanitise(line.shoe, 40)}" if line.shoe else "")
        if part
    )
    rows = (
        f"{name}   {sanitise(line.id, 60)}",
        f"measures {', '.join(line.measures) or 'what it does not say'}",
        f"{_whose(line)} as {sanitise(line.kind, 20)}" + (f", worn: {worn}" if worn else "")
        if line.is_remembered
        else "",
        _range(line),
    )
    return "\n".join(each for each in rows if each)


def _range(line: SensorLine) -> str:
    """The range of its signal."""
    if not line.signals:
        return "held by the system: it does not advertise" if line.is_held else ""
    return f"signal {min(line.signals)} to {max(line.signals)} dBm, {len(line.signals)} heard"


def _cell(text: str, width: int) -> str:
    return set_cell_size(fit(text, width), width)


# --- dialogues

LONGEST_LABEL: Final = 40
"""Characters of a label that fit a row of the list."""
_SIGNALS: Final = 30
"""Signals in a row: half a minute at one a second."""


class LabelDialog(ModalScreen[str | None]):
    """Asks for a sensor's label; None if nothing is to change."""

    BINDINGS = [Binding("escape", "dismiss(None)", show=False)]
    AUTO_FOCUS = "Input"

    def __init__(self, line: SensorLine) -> None:
        super().__init__()
        self._line = line

    def compose(self) -> ComposeResult:
        """Set out question and field."""
        with Vertical(classes="box"):
            yield Static(Content(f"A label for {title(self._line)}?"), classes="heading")
            yield Input(sanitise(self._line.label, LONGEST_LABEL), max_length=LONGEST_LABEL)
            yield Static(Content("Enter saves it, empty removes the label, Escape cancels"), classes="hint")

    def on_mount(self) -> None:
        """Stop the cursor from blinking."""
        self.query_one(Input).cursor_blink = False

    @on(Input.Submitted)
    def keep(self, event: Input.Submitted) -> None:
        """Accept the text of the field."""
        self.dismiss(event.value.strip())


class SensorPicker(ModalScreen[str | None]):
    """Asks which of several sensors of one name is the runner's; returns its id, or None for none of them."""

    BINDINGS = [Binding("escape", "dismiss(None)", show=False)]
    AUTO_FOCUS = "OptionList"

    def __init__(self, actions: SensorActions, id_: str, *, is_ticking: bool = True) -> None:
        super().__init__()
        self._actions = actions
        self._is_ticking = is_ticking
        self._lines = tuple(actions.alike(id_))

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
                Content("Hold yours close to the laptop: its signal rises. Enter chooses it, Escape none."),
                classes="hint",
            )

    def on_mount(self) -> None:
        """Follow the signals."""
        if self._is_ticking:
            self.set_interval(TICK_S, self.look)

    def look(self) -> None:
        """Show the current signals; the candidates stay the same."""
        now = {line.id: line for line in self._actions.lines()}
        options = self.query_one(OptionList)
        for at, line in enumerate(self._lines):
            options.replace_option_prompt_at_index(at, Content(self._row(now.get(line.id, line))))

    @on(OptionList.OptionSelected)
    def take(self, event: OptionList.OptionSelected) -> None:
        """Take the sensor under the cursor."""
        self.dismiss(self._lines[event.option_index].id)

    def _row(self, line: SensorLine) -> str:
        """Its address and its signal; all candidates share the name."""
        signal = f"{line.signals[-1]:>4} dBm" if line.signals else "held by the system"
        return f"{sanitise(line.id, 18):<18}  {sparkline(line.signals, _SIGNALS)}  {signal}"


# --- the screen

REST_S: Final = 0.25
"""Least time between two updates: two hundred sensors on a start line change all the time."""
NOBODY: Final = "No sensors yet. Wear the strap (wet its electrodes), shake the pod."
_FORGET_QUESTION: Final = "Forget it? f again forgets it, an arrow keeps it."


def _hints(*, can_give: bool) -> str:
    """The keys that do something now."""
    give = "a athlete   " if can_give else ""
    return f" Enter remember   l label   {give}f forget   t {THEME_KEY_LABEL}   Escape back"


class SensorsScreen(Screen[None]):
    """A list of sensors, details of the one under the cursor, and the last message."""

    BINDINGS = [
        Binding("escape,q,f8", "leave", "Back", priority=True),
        Binding("l", "label", show=False),
        Binding("f", "forget", show=False),
        Binding("a", "give", show=False),
        Binding("t,f2", "app.switch_theme", show=False),
    ]
    AUTO_FOCUS = "OptionList"

    def __init__(self, actions: SensorActions, *, is_ticking: bool = True) -> None:
        super().__init__()
        self._actions = actions
        self._is_ticking = is_ticking
        self._lines: tuple[SensorLine, ...] = ()
        self._to_forget = ""
        self._throttle = Throttle(self, REST_S, self.look)

    def compose(self) -> ComposeResult:
        """Set out title, list, details and hints."""
        yield Static(Content(" Sensors   listening"), id="title")
        yield OptionList(id="list", markup=False)
        yield Static(id="about")
        yield Static(id="said")
        yield Static(Content(_hints(can_give=self._actions.can_give())), id="hints")

    def on_mount(self) -> None:
        """Show the paired sensors at once, and start to listen once they are painted."""
        if self._is_ticking:
            self.set_interval(TICK_S, self.look)
        self.look()
        self.call_after_refresh(self._actions.open, self._throttle.look_soon)

    def on_unmount(self) -> None:
        """Stop listening, however the screen was left."""
        self._actions.close()

    def on_resize(self) -> None:
        """Lay out the rows for the new width."""
        self._lines = ()
        self.look()

    def look(self) -> None:
        """Show the sensors nearby; the cursor stays with its sensor."""
        if not self.is_mounted:
            return
        lines = tuple(self._actions.lines())
        if lines != self._lines:
            self._list(lines)
        message = _FORGET_QUESTION if self._to_forget else self._actions.message()
        self.query_one("#said", Static).update(Content(sanitise(message or ("" if lines else NOBODY), 300)))

    @on(OptionList.OptionHighlighted)
    def describe(self) -> None:
        """Describe the sensor under the cursor."""
        chosen = self._chosen()
        if chosen is not None and chosen.id != self._to_forget:
            self._to_forget = ""
        self.query_one("#about", Static).update(Content("" if chosen is None else about(chosen)))

    @on(OptionList.OptionSelected)
    def remember(self) -> None:
        """Pair the sensor under the cursor; if a neighbour of its name may be meant, ask which."""
        chosen = self._chosen()
        if chosen is None:
            return
        alike = self._actions.alike(chosen.id)
        if len(alike) > 1:
            self.app.push_screen(
                SensorPicker(self._actions, chosen.id, is_ticking=self._is_ticking), self._pair
            )
        else:
            self._pair(chosen.id)

    def action_label(self) -> None:
        """Ask for a label of a paired sensor."""
        chosen = self._chosen()
        if chosen is None or not chosen.is_remembered:
            return

        def rename(label: str | None) -> None:
            if label is not None:
                self._do(lambda: self._actions.rename(chosen.id, label))

        self.app.push_screen(LabelDialog(chosen), rename)

    def action_forget(self) -> None:
        """Forget a paired sensor, after a second request."""
        chosen = self._chosen()
        if chosen is None or not chosen.is_remembered:
            return
        if self._to_forget == chosen.id:
            self._to_forget = ""
            self._do(lambda: self._actions.forget(chosen.id))
        else:
            self._to_forget = chosen.id
            self.look()

    def action_give(self) -> None:
        """Assign a paired sensor to the next athlete."""
        chosen = self._chosen()
        if chosen is not None and chosen.is_remembered:
            self._do(lambda: self._actions.give(chosen.id))

    def action_leave(self) -> None:
        """Go back."""
        self.app.pop_screen()

    def _pair(self, id_: str | None) -> None:
        if id_ is not None:
            self._do(lambda: self._actions.pair(id_))

    def _do(self, action: Callable[[], None]) -> None:
        """Change the file of sensors, and show the result."""
        try:
            action()
        except CoachProblem as problem:
            self.app.notify(sanitise(str(problem), 240), severity="error", markup=False)
        self.look()

    def _chosen(self) -> SensorLine | None:
        at = self.query_one(OptionList).highlighted
        return self._lines[at] if at is not None and at < len(self._lines) else None

    def _list(self, lines: Sequence[SensorLine]) -> None:
        """Replace the list, or only its rows if the same sensors are in the same order."""
        options = self.query_one(OptionList)
        chosen = self._chosen()
        before, self._lines = self._lines, tuple(lines)
        ids = [line.id for line in lines]
        width = self.size.width - 4
        if ids == [line.id for line in before]:
            for at, line in enumerate(lines):
                if line != before[at]:
                    options.replace_option_prompt_at_index(at, Content(row(line, width)))
        else:
            options.clear_options()
            options.add_options(Option(Content(row(line, width))) for line in lines)
            options.highlighted = ids.index(chosen.id) if chosen is not None and chosen.id in ids else 0
        self.describe()
