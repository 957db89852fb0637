"""The key line: the keys that do something now, the most used first and the way out last.

What a button does is asked of the table of the session, so a key that would be refused is not offered.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from textual.strip import Strip

from coach.screen import keys, words
from coach.screen.paint import pieces_row
from coach.screen.palette import Palette
from coach.screen.widgets.strip_widget import StripWidget
from coach.session.buttons import Button
from coach.session.phases import BUTTONS, Action, Phase, context_of, mark_context_of
from coach.themes import THEME_KEY_LABEL
from coach.workout.kinds import HARD, KINDS
from coach.workout.timeline import Step

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

Hint = tuple[str, str]
"""A key, and its word."""

PLAYBACK_HINTS: Final[tuple[Hint, ...]] = (
    ("space", "pause"),
    ("+ -", "speed"),
    ("w", "why"),
    ("t", THEME_KEY_LABEL),
    ("?", "all keys"),
    ("q", "quit"),
)
_KEYS: Final = {
    Button.MARK: "space",
    Button.NEXT: "n",
    Button.EXTEND: "e",
    Button.PAUSE: "p",
    Button.ADD_REP: "a",
    Button.DROP_REP: "d",
    Button.COOL_DOWN: "f",
    Button.ABANDON: "x",
    Button.UNDO: "u",
}
_WORDS: Final = {
    Action.GO: "go",
    Action.CREDIT_MARK: "line",
    Action.TIME_SPLIT: "split",
    Action.TURN: "hard/easy",
    Action.KEEP_LAP: "split",
    Action.END_BY_MARK: "end",
    Action.GO_AFTER_FLOOR: "go",
    Action.NEXT_ITEM: "done",
    Action.SKIP: "skip step",
    Action.RESUME: "go on",
    Action.PAUSE: "pause",
    Action.CANCEL_DELAY: "hold",
    Action.MORE_METRES: "+100 m",
    Action.MORE: "longer",
    Action.MORE_TIME: "+30 s",
    Action.LATER_CAP: "+30 s",
    Action.LATER_DELAY: "+30 s",
    Action.SLIDE_SLOTS: "+30 s",
    Action.BACK_TO_REST: "rest +30 s",
    Action.FREE_LAP: "run on",
    Action.FREE_TIME: "5 min more",
    Action.RESUME_AND_END: "count it",
    Action.ABANDON: "abandon",
    Action.FLOAT_TO_JOG: "jog",
    Action.ADD_REP: "add rep",
    Action.DROP_REP: "drop rep",
    Action.COOL_DOWN: "cool-down",
    Action.UNDO: "undo",
}
"""The words of what a button does; an action without one is not on the line."""
_LAST: Final[tuple[Hint, ...]] = (("?", "keys"), ("q", "leave"))


class KeyBar(StripWidget[tuple[Hint, ...]]):
    """One row of keys and words; what does not fit is left out whole, and never the way out."""

    is_playback: bool = False
    """Whether the keys drive a playback."""
    keymap: Mapping[str, str] = MappingProxyType({})
    """The keys that the settings changed, by the names of the key map."""

    def look(self, snapshot: "Snapshot") -> tuple[Hint, ...]:
        """Take the keys of the phase."""
        made, table = (PLAYBACK_HINTS, keys.PLAYBACK) if self.is_playback else (hints(snapshot), keys.LIVE)
        return tuple((keys.printed_label(label, self.keymap, table), says) for label, says in made)

    def paint(self, value: tuple[Hint, ...], width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint as many as fit, and the way out."""
        del height
        pieces = []
        for key, says in _fitted(value, width):
            pieces += [(f" {key} ", colours.key), (f" {says}", colours.plain), ("  ", colours.plain)]
        return [pieces_row(pieces[:-1], width, colours.plain)]


def hints(snapshot: "Snapshot") -> tuple[Hint, ...]:
    """Choose the keys of a moment."""
    made = _offered(snapshot)
    if snapshot.question is not None:
        made.append((_answer_keys(len(snapshot.question.answers) or 10), "answer"))
    elif snapshot.lines_asked:
        made.append((_answer_keys(len(snapshot.lines_asked) + 1), "answer"))
    phase, step = snapshot.phase, snapshot.step
    if phase is Phase.READY:
        chosen = [_hint(Button.MARK, snapshot, "start"), *_some(snapshot, Button.NEXT, Button.EXTEND)]
        chosen += [("+ -", "target"), ("t", THEME_KEY_LABEL), *_some(snapshot, Button.PAUSE)]
    elif phase is Phase.PAUSED:
        chosen = _some(snapshot, Button.PAUSE, Button.COOL_DOWN, Button.NEXT, Button.UNDO)
    elif phase is Phase.PROMPT:
        chosen = [_hint(Button.NEXT, snapshot, "no answer"), *_some(snapshot, Button.UNDO, Button.PAUSE)]
    elif phase in words.RESTING:
        chosen = _resting(snapshot)
    elif phase is Phase.FINISHED or step is None:
        chosen = _some(snapshot, Button.UNDO, Button.MARK, Button.EXTEND)
    else:
        chosen = _running(snapshot, step)
    way_out = (("?", "keys"), ("q", "finish or leave")) if phase is Phase.PAUSED else _LAST
    taken = {key for key, _ in made}
    return (*made, *(hint for hint in chosen if hint is not None and hint[0] not in taken), *way_out)


def _offered(snapshot: "Snapshot") -> list[Hint]:
    """The key of what is on offer, before all others."""
    if words.may_press_again(snapshot):
        return [("space", "again: count it"), ("c", "count it")]
    if snapshot.doubtful is not None:
        return [("c", "count it")]
    if snapshot.offer and snapshot.offer != "press_at_line":
        return [("c", "accept")]
    return []


def _answer_keys(count: int) -> str:
    return "1-9 0" if count > 9 else " ".join(str(number) for number in range(1, count + 1))


def _resting(snapshot: "Snapshot") -> list[Hint | None]:
    chosen: list[Hint | None] = []
    if snapshot.phase is Phase.OVERTIME:
        chosen.append(_hint(Button.MARK, snapshot, "go"))
    else:
        chosen.append(_hint(Button.NEXT, snapshot, "go now"))
    chosen += _some(snapshot, Button.EXTEND, Button.ADD_REP, Button.DROP_REP)
    chosen += _some(snapshot, Button.PAUSE, Button.UNDO)
    return [*chosen, ("w", "why"), ("[ ]", "line 5 m")]


def _running(snapshot: "Snapshot", step: Step) -> list[Hint | None]:
    name = KINDS[step.kind].rep_word or "step"
    ends = "finish" if len(snapshot.timeline.steps) == 1 else f"end {name}"
    is_rep = step.kind in HARD
    chosen = [_hint(Button.MARK, snapshot, "at the line" if snapshot.coach_mode else "")]
    chosen.append(_hint(Button.NEXT, snapshot, ends))
    chosen.append(("o", "enough") if _may_end_sooner(snapshot) else None)
    chosen += _some(snapshot, Button.UNDO)
    if snapshot.coach_mode:
        chosen += _some(snapshot, Button.EXTEND, Button.ADD_REP, Button.DROP_REP, Button.PAUSE)
        return chosen
    chosen += [*_some(snapshot, Button.PAUSE), ("w", "why")]
    chosen += [("+ -", "target") if step.target is not None else None]
    chosen += _some(snapshot, Button.EXTEND)
    return chosen + (_some(snapshot, Button.ABANDON, Button.ADD_REP) if is_rep else [])


def _some(snapshot: "Snapshot", *buttons: Button) -> list[Hint | None]:
    return [_hint(button, snapshot) for button in buttons]


def _hint(button: Button, snapshot: "Snapshot", word: str = "") -> Hint | None:
    """The key of a button with what it does now; None where it does nothing."""
    step = snapshot.step
    context = context_of(snapshot.phase, step)
    action = BUTTONS[context][button]
    if button is Button.MARK and snapshot.phase is Phase.SEND_OFF_REP and step is not None:
        action = BUTTONS[mark_context_of(step)][button]
    if action is Action.REJECT or not _is_possible(button, snapshot):
        return None
    says = word or _WORDS.get(action, "")
    return (_KEYS[button], says) if says else None


def _is_possible(button: Button, snapshot: "Snapshot") -> bool:
    """Whether the workout leaves room for what a button does in the table."""
    steps, index = snapshot.timeline.steps, snapshot.index
    if button is Button.COOL_DOWN:
        return any(KINDS[step.kind].is_easy for step in steps[index + 1 :])
    if button in {Button.ADD_REP, Button.DROP_REP}:
        return any(step.rep is not None for step in steps[index:])
    if button is Button.UNDO:
        return snapshot.run_s is not None
    return True


def _may_end_sooner(snapshot: "Snapshot") -> bool:
    """Whether the step is in a range of reps that holds more turns than the runner must run."""
    turn = None if snapshot.step is None else snapshot.step.range_turn
    if turn is None:
        return False
    last = max(turn.turn, turn.least)
    ahead = (step.range_turn for step in snapshot.timeline.steps[snapshot.index + 1 :])
    return any(other is not None and other.range_id == turn.range_id and other.turn > last for other in ahead)


def _fitted(value: tuple[Hint, ...], width: int) -> tuple[Hint, ...]:
    """Leave keys out from the right, before the way out, until the rest fits."""
    chosen = list(value)
    while len(chosen) > 1 and sum(len(key) + len(says) + 5 for key, says in chosen) > width + 2:
        chosen.pop(-3 if len(chosen) > 2 else 0)
    return tuple(chosen)
