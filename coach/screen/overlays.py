"""Overlays of the live screen: the way out, the keys, the links, the reason of a cue.

Rule of this file: a mark goes through every overlay to the run and answers nothing. So no overlay has a button
that a space could press; choices are made with Enter or their letter.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Final, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.color import Color
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key as KeyPress
from textual.screen import ModalScreen
from textual.style import Style as TextualStyle
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from coach.screen.keys import MARK, Key, key_word
from coach.screen.paint import sanitise

if TYPE_CHECKING:
    from coach.cues.cue import Cue, Suppression
    from coach.screen.protocols import CutOffRun, ShareActions, ShownLink


Choice = TypeVar("Choice")


class ChoiceDialog(ModalScreen[Choice]):
    """A question with choices, which are made with Enter or by a letter."""

    def __init__(self, heading: str, choices: Iterable[tuple[str, str]], hint: str = "") -> None:
        """Ask a question; each choice has an id and a text."""
        super().__init__()
        self._heading = heading
        self._choices = tuple(choices)
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Lay out the question, the choices and the hint."""
        with Vertical(classes="box"):
            yield Static(Content(self._heading), classes="heading")
            yield OptionList(*(Option(text, id=choice) for choice, text in self._choices), markup=False)
            if self._hint:
                yield Static(Content(self._hint), classes="hint")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice under the cursor."""
        self.action_choose(event.option_id or "")

    @abstractmethod
    def action_choose(self, choice: str) -> None:
        """Take a choice by its id."""


class WayOut(StrEnum):
    """The choices when the screen of a run is left."""

    GO_ON = "go_on"
    FINISH = "finish"
    LEAVE = "leave"
    DISCARD = "discard"


class QuitDialog(ChoiceDialog[WayOut]):
    """Asks how to leave; going on is the default, discarding is asked twice."""

    BINDINGS = [
        MARK.binding(priority=True),
        Binding("escape", "choose('go_on')", show=False),
        Binding("g", "choose('go_on')", show=False),
        Binding("f", "choose('finish')", show=False),
        Binding("l", "choose('leave')", show=False),
        Binding("d", "choose('discard')", show=False),
    ]

    def __init__(self) -> None:
        choices = (
            (WayOut.GO_ON, "g  Go on"),
            (WayOut.FINISH, "f  Finish: end the run here and see how it went"),
            (WayOut.LEAVE, "l  Leave: keep the run, to be resumed later"),
            (WayOut.DISCARD, "d  Discard: delete the run"),
        )
        hint = f"the clock is running; {key_word(MARK)} still marks the line"
        super().__init__("Leave the run?", choices, hint)
        self._is_discard_asked = False

    def action_choose(self, choice: str) -> None:
        """Take a choice; the first `discard` only asks again."""
        way = WayOut(choice)
        if way is WayOut.DISCARD and not self._is_discard_asked:
            self._is_discard_asked = True
            self.query_one(".heading", Static).update(Content("Delete it for good? d again, Escape goes on"))
            return
        self.dismiss(way)


class Effort(StrEnum):
    """The choices if a pace or a heart rate is missing."""

    RUN = "run"
    ATHLETE = "athlete"
    BACK = "back"


class EffortDialog(ChoiceDialog[Effort]):
    """Asks whether to run by effort if a pace or a heart rate of the workout is unknown."""

    BINDINGS = [
        Binding("escape", "choose('back')", show=False),
        Binding("a", "choose('athlete')", show=False),
    ]

    def __init__(self, missing: str) -> None:
        """Ask about a missing number, in words."""
        choices = (
            (Effort.RUN, "enter  Run by effort: reps are timed, not judged"),
            (Effort.ATHLETE, "a      The athlete first: a race gives all paces"),
            (Effort.BACK, "esc    Back"),
        )
        super().__init__(sanitise(missing, 200), choices)

    def action_choose(self, choice: str) -> None:
        """Take a choice."""
        self.dismiss(Effort(choice))


class Overlay(ModalScreen[None]):
    """A page over the live screen, closed by Escape, Enter or the key that opened it."""

    BINDINGS = [
        MARK.binding(priority=True),
        Binding("escape,enter,q", "dismiss", show=False),
    ]
    heading = ""
    """Its first line."""
    footing = "Escape closes; {mark} still marks the line"
    """Its last line; `{mark}` is the key of a mark."""

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return the rows of the page: a term and its explanation."""
        return ()

    def text(self) -> str:
        """Set the rows as one text."""
        rows = self.lines()
        wide = max((len(term) for term, _ in rows), default=0)
        return "\n".join(f"{term:<{wide}}   {says}" for term, says in rows)

    def compose(self) -> ComposeResult:
        """Lay out heading and rows."""
        with VerticalScroll(classes="box"):
            yield Static(Content(self.heading), classes="heading")
            yield Static(Content(self.text()))
            yield Static(Content(self.footing.format(mark=key_word(MARK))), classes="hint")


class HelpOverlay(Overlay):
    """The key map."""

    BINDINGS = [Binding("question_mark", "dismiss", show=False)]
    heading = "Keys"

    def __init__(self, keys: Sequence[Key], keymap: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._keys = keys
        self._keymap = keymap or {}

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return every key with its effect; the answers as one row."""
        rows = [(key.printed(self._keymap), key.says) for key in self._keys if key.answer is None]
        if any(key.answer is not None for key in self._keys):
            rows.insert(-5, ("1-9 0", "answer (0 is ten)"))
        return rows

    def text(self) -> str:
        """Set the rows in two columns, so that they fit 24 rows."""
        rows = self.lines()
        half = (len(rows) + 1) // 2
        pairs = zip_longest(rows[:half], rows[half:], fillvalue=("", ""))
        return "\n".join(
            f"{left:<10}  {says:<21}   {right:<6}  {more}" for (left, says), (right, more) in pairs
        )


class PageHelp(HelpOverlay):
    """The key map of a page, while no run is shown."""

    footing = "Escape closes"


class PlaybackHelpOverlay(HelpOverlay):
    """The key map while a recording plays."""

    heading = "Keys of a playback"
    footing = "The run's own buttons come from the recording.\nEscape closes; space still pauses and goes on"


_CODE: Final = TextualStyle(
    foreground=Color.parse("#ffffff"), background=Color.parse("#000000")
)  # the same in every theme, because a phone reads a code by its contrast
_REREAD_S: Final = 1.0


class LinkOverlay(Overlay):
    """The links for phones, one at a time, each with its code; a used link is replaced while it is shown."""

    BINDINGS = [
        Binding("s", "dismiss", show=False),
        Binding("n", "renew", show=False),
        Binding("tab", "following", show=False),
    ]

    def __init__(self, actions: "ShareActions") -> None:
        super().__init__()
        self._actions = actions
        self._place = 0

    def compose(self) -> ComposeResult:
        """Lay out the code, beside it the purpose of the link, below it the link on a line of its own."""
        with Vertical(classes="box"):
            with Horizontal():
                yield Static(id="code")
                yield Static(id="says")
            yield Static(id="link")

    def on_mount(self) -> None:
        """Show the first link, and watch for its use."""
        self._show()
        self.set_interval(_REREAD_S, self._show)

    def action_renew(self) -> None:
        """Replace the link that is shown by a new one."""
        self._actions.renew(self._link().kind)
        self._show()

    def action_following(self) -> None:
        """Show the next kind of link."""
        self._place += 1
        self._show()

    def _link(self) -> "ShownLink":
        links = self._actions.links()
        return links[self._place % len(links)]

    def _show(self) -> None:
        link, count = self._link(), len(self._actions.links())
        keys = ["n       a new link", *(["tab     the next link"] if count > 1 else []), "Escape  closes"]
        self.query_one("#code", Static).update(Content.styled("\n".join(link.rows), _CODE))
        lines = (f"For the {link.kind}.", "", *wrap(link.says, _SAYS_WIDTH), "", *keys)
        self.query_one("#says", Static).update(Content("\n".join(lines)))
        self.query_one("#link", Static).update(Content(link.url))


_SAYS_WIDTH: Final = 32
"""Columns of a link's description beside its code, so that the box fits 80."""
MOST_SILENCES: Final = 2
"""Reasons of a silence that are shown; `coach explain` shows all."""
WIDEST_WORDS: Final = 46
"""Columns of a purpose, so that the box fits 80 with the names before it."""


class WhyOverlay(Overlay):
    """The purpose of the step, and the evidence behind the last cue that judged the runner."""

    BINDINGS = [Binding("w", "dismiss", show=False)]
    heading = "Why"

    def __init__(
        self,
        cue: "Cue | None",
        now: float,
        unit: str = "km",
        purpose: tuple[str, str] = ("", ""),
        *,
        state: str = "",
        silences: "Sequence[Suppression]" = (),
    ) -> None:
        """Show a cue as seen at `now`; paces are per `unit`, `km` or `mile`; a purpose has its name before it.

        `state` is the text of the box, `silences` are the reasons why no other cue is given.
        """
        super().__init__()
        self._state = state
        self._silences = tuple(silences)
        self._cue = cue
        self._purpose = purpose
        self._now = now
        self._unit = unit

    def lines(self) -> Sequence[tuple[str, str]]:
        """Return the purpose, words, rule, value, band, window, age and noise; rows that do not apply are left out."""
        from coach.review.trace import evidence, held_back

        cue = self._cue
        name, words = self._purpose
        purpose = (
            list(zip_longest((name,), wrap(sanitise(words), WIDEST_WORDS), fillvalue="")) if words else []
        )
        purpose += (
            list(zip_longest(("now",), wrap(self._state, WIDEST_WORDS), fillvalue="")) if self._state else []
        )
        for silence in self._silences[:MOST_SILENCES]:
            purpose += zip_longest(("quiet",), wrap(held_back(silence), WIDEST_WORDS), fillvalue="")
        if cue is None:
            return [*purpose, ("", "Nothing has been judged yet.")]
        return [
            *purpose,
            ("said", sanitise(cue.text)),
            ("kind", cue.kind.value.replace("_", " ")),
            ("ago", f"{max(0.0, self._now - cue.at):.0f} s"),
            *((name, sanitise(words)) for name, words in evidence(cue.why, self._unit)),
        ]


_LATER: Final = "later"


class ResumeDialog(ChoiceDialog[str]):
    """Asks how a run that was cut off goes on."""

    BINDINGS = [Binding("escape,n", "choose('')", show=False)]

    def __init__(self, run: "CutOffRun") -> None:
        from coach.review.journaled import KEYS_ON  # it loads the fold, which no other overlay needs

        choices: list[tuple[str, str]] = [
            (way, f"{KEYS_ON[way]}  {sanitise(words, 60).capitalize()}") for way, words in run.ways
        ]
        choices.append((_LATER, "n  Not now: it stays as it is"))
        super().__init__(sanitise(run.title, 60), choices, sanitise(run.since, 60))
        self._run = run
        self._keys = KEYS_ON

    def on_key(self, event: KeyPress) -> None:
        """Take the choice of a letter."""
        for way, key in self._keys.items():
            if key == event.key:
                event.stop()
                self.action_choose(way)

    def action_choose(self, choice: str) -> None:
        """Take a choice that is still offered; an empty one changes nothing."""
        offered, options = {way for way, _ in self._run.ways}, self.query_one(OptionList)
        if choice in {"", _LATER}:
            self.dismiss(None)
        elif choice in offered:
            self.dismiss(choice)
        elif any(option.id == choice for option in options.options):  # offered before, now it is too late
            options.remove_option(choice)
            self.query_one(".hint", Static).update(Content(sanitise(self._run.since, 60)))
            self.notify("It was cut off too long ago to continue.", markup=False)
