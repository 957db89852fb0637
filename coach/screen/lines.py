"""The lines of the live screen: title, step, sensors, an open question, the next step, and the keys.

The action of a button is read from the table of the session, so a key that would be refused is not shown.
"""

from collections.abc import Mapping
from textwrap import wrap
from types import MappingProxyType
from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.geometry import Size
from textual.strip import Strip

from coach.live.snapshot import Snapshot
from coach.quantities import format_clock
from coach.screen import base, words
from coach.screen.base import ACCEPT, MARK, LiveWidget, key_word, keys_that_fit
from coach.screen.paint import (
    Block,
    Pair,
    Palette,
    Scale,
    beside,
    blank,
    block,
    block_rows,
    ends_row,
    first_that_fits,
    has_picture,
    largest,
    lettered,
    pieces_row,
    sanitise,
    stack,
    text_row,
    width_of,
)
from coach.session.phases import BUTTONS, Action, Button, Phase, context_of, mark_context_of
from coach.signals.readings import SensorState
from coach.signals.readings import SensorStatus as Sensor
from coach.themes import THEME_KEY_LABEL
from coach.workout.kinds import HARD, KINDS, Kind
from coach.workout.timeline import Step


class Title(NamedTuple):
    """The texts at both ends."""

    left: str
    right: str


class TitleBar(LiveWidget[Title]):
    """One row: the workout's name and the place in it, then states of the run and its clock."""

    states: str = ""
    """States of the screen itself: muted, the speed of a playback."""

    def look(self, snapshot: Snapshot) -> Title:
        """Read name, place and clock."""
        name = sanitise(snapshot.timeline.name, 80) or "Free run"
        place = words.what(snapshot.step, snapshot.unit) if snapshot.step is not None else "finished"
        states = [
            self.states,
            words.effort_day(snapshot.slower_percent, is_by_effort=snapshot.is_by_effort)
            if snapshot.is_effort_day or snapshot.is_by_effort
            else "",
            sanitise(snapshot.athlete, 24),
            words.running_clock(snapshot.run_s),
        ]
        return Title(f" {name}   {place}", "   ".join(state for state in states if state) + " ")

    def paint(self, value: Title, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the bar."""
        del height
        return [ends_row(value.left, value.right, width, colours.bar)]


# --- step line


class StepText(NamedTuple):
    """The line, from the fullest wording to the shortest."""

    texts: tuple[str, ...]


class StepLine(LiveWidget[StepText]):
    """One line of block letters: the first wording that fits."""

    def look(self, snapshot: Snapshot) -> StepText:
        """Word the step, or the answers of its question."""
        step = snapshot.step
        if snapshot.phase is Phase.FINISHED or step is None:
            return StepText(("WORKOUT DONE", "DONE"))
        if snapshot.phase is Phase.PROMPT:
            count = min(10, len(step.answers)) or 10
            return StepText((f"ANSWER 1-{count}", f"1-{count}"))
        if snapshot.is_easy_stretch is not None:
            stretch = "EASY" if snapshot.is_easy_stretch else "HARD"
            return StepText((f"{words.kind_word(step)}   {stretch}", stretch))
        return StepText(wordings(step, snapshot.unit, by_hand=snapshot.coach_mode))

    def paint(self, value: StepText, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the line, ordinary text if nothing else fits."""
        letters = first_that_fits(value.texts, width - 2, height, least=max(1, height // 4))
        if letters is None:
            return stack([text_row(" " + value.texts[0], width, colours.plain)], width, height, colours.plain)
        return stack(block_rows(letters, width, colours.plain), width, height, colours.plain)


def wordings(step: Step, unit: str = "km", *, by_hand: bool = False) -> tuple[str, ...]:
    """Word a step for the block line, the fullest first: place, length and target, a pace per `unit`.

    With times by hand the target is a time: `400M IN 1:36`.
    """
    place, length = words.where(step), words.until(step).replace(" ", "").upper()
    planned_s = words.planned_s(step) if by_hand else None
    at, aimed = ("AT", words.aim(step.target, unit)) if planned_s is None else ("IN", format_clock(planned_s))
    # A rep is short as its number, any other step as its word.
    short = place.rpartition(" ")[2] if step.kind is Kind.WORK else words.kind_word(step)
    texts = (
        f"{place}   {length} {at} {aimed}" if length and aimed else f"{place}   {length}{aimed}",
        f"{place}  {length} {aimed}",
        f"{short} {length} {aimed}",
        f"{place} {length}",
        f"{place} {aimed}",
        place,
    )
    return tuple(dict.fromkeys(text.rstrip() for text in texts))


# --- sensor row

_HELD_S: Final = 2.0
"""From this age on the age of a live value is shown: it is held, and no longer judged."""


class SensorText(NamedTuple):
    """One sensor in words, the full and the short ones, and its state."""

    text: str
    short: str
    state: SensorState


class SensorRow(LiveWidget[tuple[SensorText, ...]]):
    """One row of ordinary text about the sensors."""

    def look(self, snapshot: Snapshot) -> tuple[SensorText, ...]:
        """Read every sensor, its age in whole seconds."""
        return tuple(
            SensorText(_words(sensor), _words(sensor, short=True), sensor.state)
            for sensor in snapshot.sensors
        )

    def paint(self, value: tuple[SensorText, ...], width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the row: a stale sensor is grey like its values, a lost or awaited one is emphasised."""
        del height
        if not value:
            return [pieces_row([(" no sensors", colours.plain)], width, colours.plain)]
        fits = sum(cell_len(sensor.text) + 2 for sensor in value) <= width
        texts = [sensor.text if fits else sensor.short for sensor in value]
        pieces = [
            (f" {text} ", _pair(sensor.state, colours)) for text, sensor in zip(texts, value, strict=True)
        ]
        return [pieces_row(pieces, width, colours.plain)]


def _pair(state: SensorState, colours: Palette) -> Pair:
    match state:
        case SensorState.LIVE:
            return colours.plain
        case SensorState.STALE:
            return colours.stale
        case _:
            return colours.offer


def _words(sensor: Sensor, *, short: bool = False) -> str:
    name = "" if short else sanitise(sensor.name, 20)
    parts = [f"{sensor.source.value.replace('_', ' ')} {name}".rstrip()]
    if sensor.state is SensorState.LIVE:
        is_held = sensor.age_s is not None and sensor.age_s >= _HELD_S
        parts.append(f"live {sensor.age_s:.0f} s" if is_held else "live")
    else:
        age = f" {round(sensor.age_s)} s" if sensor.age_s is not None else ""
        parts.append(f"{sensor.state.value}{age}")
    if sensor.by:
        late = "" if sensor.delay_s is None else f" {sensor.delay_s:.1f} s behind"
        parts.append(late.strip() if short else f"by {sanitise(sensor.by, 16)}{late}")
    if sensor.beside is not None:
        # Two sensors that differ over a lap are shown side by side; a mark at the line decides which one is right.
        own_m, used_m = sensor.beside
        off = 100 * (own_m / used_m - 1)
        parts.append(f"{off:+.0f} % a lap" if short else f"{own_m:.0f} m where {used_m:.0f} m are used")
    if sensor.doubt:
        parts.append("doubtful" if short else sensor.doubt)
    if sensor.speed_ratio != 1.0:
        # Its speed and its distance differ; the distance is used.
        off = 100 * (sensor.speed_ratio - 1)
        parts.append(f"speed {off:+.0f} %" if short else f"speed {off:+.0f} % by its distance")
    if sensor.battery_percent is not None:
        parts.append(f"{sensor.battery_percent} %")
    if sensor.rssi_dbm is not None and not short:
        # To 5 dBm, because the last digit changes all the time.
        parts.append(f"{5 * round(sensor.rssi_dbm / 5)} dBm")
    return " ".join(part for part in parts if part)


# --- question

ASKED_S: Final = 30.0
"""Time for which a question replaces the run if no clock waits for it; then it has a line. Judged."""


def question_replaces_run(snapshot: Snapshot) -> bool:
    """Return whether the question is shown in place of the run: not during a hard step, and not for long."""
    question, step = snapshot.question, snapshot.step
    if question is None or snapshot.phase is Phase.PAUSED:
        return False
    if snapshot.phase in {Phase.PROMPT, Phase.FINISHED}:
        return True
    is_calm = snapshot.phase in words.RESTING | {Phase.READY} or (
        step is not None and KINDS[step.kind].is_easy
    )
    return is_calm and (snapshot.question_age_s or 0.0) <= ASKED_S


class ShownQuestion(NamedTuple):
    """The question, its answers with their keys, and the rep it may be about."""

    question: str
    answers: tuple[str, ...]
    rep: str
    rep_said: str


class Question(LiveWidget[ShownQuestion | None]):
    """The open question."""

    def look(self, snapshot: Snapshot) -> ShownQuestion | None:
        """Read the open question."""
        question = snapshot.question
        if question is None:
            return None
        named = tuple(
            f"{number} {sanitise(word, 24)}" for number, word in enumerate(question.answers[:10], 1)
        )
        last = next((result for result in reversed(snapshot.results) if result.step.kind in HARD), None)
        rep = "" if last is None else words.stopwatch_time(last.time_s)
        plan = (
            "" if last is None or last.light_s is None else f"   {words.seconds_off(last.light_s)} s to plan"
        )
        rep_text = "" if last is None else f"{words.where(last.step)}{plan}"
        return ShownQuestion(sanitise(question.question, 200), named or ("1 - 10", "0 is ten"), rep, rep_text)

    def paint(self, value: ShownQuestion | None, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the question over its answers."""
        plain = colours.plain
        if value is None:
            return stack([], width, height, plain)
        question_rows = _question(value, width, height, colours)
        room = Size(width - 2, height - len(question_rows) - 2)
        letters = _column(value.answers, Size(room.width, room.height))
        if letters is None:
            rows = [text_row(f"  {answer}", width, plain) for answer in value.answers]
            return stack(
                [blank(width, plain), *question_rows, blank(width, plain), *rows], width, height, plain, top=0
            )
        wide = max(row.width for row in letters) + 2
        left: list[Strip] = []
        for row in letters:
            left += [*block_rows(row, wide, plain, align="left"), blank(wide, plain)]
        left = stack(left, wide, room.height, plain, top=0)
        aside = stack(_rep(value, room.width - wide, colours), room.width - wide, room.height, plain, top=0)
        margin = [blank(2, plain)] * room.height
        body = beside([margin, left, aside])
        return stack(
            [blank(width, plain), *question_rows, blank(width, plain), *body], width, height, plain, top=0
        )


def _question(value: ShownQuestion, width: int, height: int, colours: Palette) -> list[Strip]:
    """The question in letters if they leave room for the answers, else in text."""
    letters = None
    if has_picture(value.question):
        most = height - 2 - 5 * len(value.answers)
        scale = largest(value.question, width - 4, most, limit=2)
        letters = None if scale is None else block(value.question, scale)
    if letters is not None:
        margin = [blank(2, colours.plain)] * letters.height
        return beside([margin, block_rows(letters, width - 2, colours.plain, align="left")])
    return [
        text_row(f"  {line}", width, colours.plain) for line in wrap(value.question, max(8, width - 4))[:3]
    ]


def _column(answers: tuple[str, ...], room: Size) -> list[Block] | None:
    """The answers in letters of one size, the largest at which all of them fit; None if none is."""
    if not all(has_picture(answer) for answer in answers):
        return None
    each = (room.height + 1) // len(answers) - 1
    widest = max(answers, key=width_of)
    scale: Scale | None = largest(widest, room.width - 2, each)
    return None if scale is None else [block(answer, scale) for answer in answers]


def _rep(value: ShownQuestion, width: int, colours: Palette) -> list[Strip]:
    """The last rep at the right, if there is room for it."""
    if not value.rep or width < width_of(value.rep) + 4:
        return []
    letters = lettered((value.rep,), Size(width - 4, 4), colours.plain)
    margin = [blank(2, colours.plain)] * len(letters)
    return [
        *beside([margin, letters, margin]),
        text_row(f"{value.rep_said}  ", width, colours.plain, align="right"),
    ]


# --- next line

_SENSOR_ROW: Final = 100
"""Columns from which the sensors have a row of their own."""
_OFFERS: Final = {
    "clock_mode": "run this step by the clock",
    "calibration": "correct the footpod by the stretch just run",
    "longer_rest": "a longer rest",
    "slower_target": "a slower target",
}
"""The effect of accepting each offer."""


_REPLY_S: Final = 5.0
"""Time for which the reply to a button is shown: enough to look back at the screen."""


class Next(NamedTuple):
    """The text at the left, those at the right from the fullest, and whether it is a question or a reply."""

    left: str
    rights: tuple[str, ...] = ()
    is_offer: bool = False
    trouble: str = ""
    """A problem of a sensor; it is shown at the right if there is no row of sensors."""


class NextLine(LiveWidget[Next]):
    """The reply to the last button, an open question or an offer, in their own colours; else the next step."""

    def look(self, snapshot: Snapshot) -> Next:
        """Read the question or reply, else the next step."""
        trouble = words.trouble(snapshot)
        text = reply(snapshot) or ("" if question_replaces_run(snapshot) else question_text(snapshot))
        if not text and snapshot.offer:
            text = offer_text(snapshot.offer)
        if text and not snapshot.coach_mode:  # with times by hand they have their own field
            return Next(f" {text}", is_offer=True, trouble=trouble)
        if snapshot.next_step is None:
            return Next(" NEXT  finish" if snapshot.step is not None else "", trouble=trouble)
        steps = snapshot.timeline.steps
        after = steps[snapshot.index + 2] if snapshot.index + 2 < len(steps) else None
        then = "" if after is None else f"then {words.what(after, snapshot.unit)}"
        to_go = f"{len(steps) - snapshot.index - 1} to go "
        rights = (f"{then}   {to_go}", f"then {words.where(after)} " if after else to_go, to_go)
        return Next(f" NEXT  {words.what(snapshot.next_step, snapshot.unit)}", rights, trouble=trouble)

    def paint(self, value: Next, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the line; the fullest right end that leaves the left one whole."""
        del height
        pair = colours.offer if value.is_offer else colours.plain
        rights = value.rights
        if value.trouble and width < _SENSOR_ROW:
            rights = (f"{value.trouble} ",)
        right = next((text for text in rights if len(value.left) + len(text) + 2 <= width), "")
        if not right and not value.is_offer and rights:
            right = rights[-1]
        return [ends_row(value.left, right, width, pair)]


def reply(snapshot: Snapshot) -> str:
    """The reply to the last button, for some seconds."""
    answer = snapshot.reply
    if answer is None or snapshot.at - answer.at > _REPLY_S:
        return ""
    return words.reply_text(answer, snapshot)


def question_text(snapshot: Snapshot) -> str:
    """The open question with its answers: `Could you talk?   1 yes   2 unsure   3 no`; or which line a press was at."""
    question = snapshot.question
    if question is None:
        return f"{words.WHICH_LINE}   {words.lines_of(snapshot)}" if snapshot.lines_asked else ""
    answers = "   ".join(
        f"{number} {sanitise(word, 20)}" for number, word in enumerate(question.answers[:10], 1)
    )
    return f"{sanitise(question.question, 60)}   {answers or '1 to 10 (0 is ten)'}"


def offer_text(offer: str) -> str:
    """Word an offer; one without words of its own is named by its id."""
    if offer == "press_at_line":
        return f"no distance: press {key_word(MARK)} at the line"
    return f"{key_word(ACCEPT)} accept: {_OFFERS.get(offer) or sanitise(offer.replace('_', ' '), 60)}"


# --- key line

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
"""The word for each action; an action without one is not in the key line."""
_LAST: Final[tuple[Hint, ...]] = (("?", "keys"), ("q", "leave"))


class KeyBar(LiveWidget[tuple[Hint, ...]]):
    """One row of keys and words; keys that do not fit are left out whole, the way out never."""

    is_playback: bool = False
    """True if the keys control a playback."""
    keymap: Mapping[str, str] = MappingProxyType({})
    """The keys that the settings changed, by the names of the key map."""

    def look(self, snapshot: Snapshot) -> tuple[Hint, ...]:
        """Read the keys of the phase."""
        labels, table = (PLAYBACK_HINTS, base.PLAYBACK) if self.is_playback else (hints(snapshot), base.LIVE)
        return tuple((base.printed_label(label, self.keymap, table), says) for label, says in labels)

    def paint(self, value: tuple[Hint, ...], width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint as many as fit, and the way out."""
        del height
        pieces = []
        for key, says in keys_that_fit(keys_that_fit(value, width, last=2), width):
            pieces += [(f" {key} ", colours.key), (f" {says}", colours.plain), ("  ", colours.plain)]
        return [pieces_row(pieces[:-1], width, colours.plain)]


def hints(snapshot: Snapshot) -> tuple[Hint, ...]:
    """Choose the keys for a snapshot."""
    offers = _offer_keys(snapshot)
    if snapshot.question is not None:
        offers.append((_answer_keys(len(snapshot.question.answers) or 10), "answer"))
    elif snapshot.lines_asked:
        offers.append((_answer_keys(len(snapshot.lines_asked) + 1), "answer"))
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
    keys_used = {key for key, _ in offers}
    return (*offers, *(hint for hint in chosen if hint is not None and hint[0] not in keys_used), *way_out)


def _offer_keys(snapshot: Snapshot) -> list[Hint]:
    """The key that accepts an offer or a doubtful press, before all others."""
    if words.may_press_again(snapshot):
        return [("space", "again: count it"), ("c", "count it")]
    if snapshot.doubtful is not None:
        return [("c", "count it")]
    if snapshot.offer and snapshot.offer != "press_at_line":
        return [("c", "accept")]
    return []


def _answer_keys(count: int) -> str:
    return "1-9 0" if count > 9 else " ".join(str(number) for number in range(1, count + 1))


def _resting(snapshot: Snapshot) -> list[Hint | None]:
    chosen: list[Hint | None] = []
    if snapshot.phase is Phase.OVERTIME:
        chosen.append(_hint(Button.MARK, snapshot, "go"))
    else:
        chosen.append(_hint(Button.NEXT, snapshot, "go now"))
    chosen += _some(snapshot, Button.EXTEND, Button.ADD_REP, Button.DROP_REP)
    chosen += _some(snapshot, Button.PAUSE, Button.UNDO)
    return [*chosen, ("w", "why"), ("[ ]", "line 5 m")]


def _running(snapshot: Snapshot, step: Step) -> list[Hint | None]:
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


def _some(snapshot: Snapshot, *buttons: Button) -> list[Hint | None]:
    return [_hint(button, snapshot) for button in buttons]


def _hint(button: Button, snapshot: Snapshot, word: str = "") -> Hint | None:
    """The key of a button with its action; None if it has none now."""
    step = snapshot.step
    context = context_of(snapshot.phase, step)
    action = BUTTONS[context][button]
    if button is Button.MARK and snapshot.phase is Phase.SEND_OFF_REP and step is not None:
        action = BUTTONS[mark_context_of(step)][button]
    if action is Action.REJECT or not _is_possible(button, snapshot):
        return None
    says = word or _WORDS.get(action, "")
    return (_KEYS[button], says) if says else None


def _is_possible(button: Button, snapshot: Snapshot) -> bool:
    """Return whether the steps ahead allow the action of a button."""
    steps, index = snapshot.timeline.steps, snapshot.index
    if button is Button.COOL_DOWN:
        return any(KINDS[step.kind].is_easy for step in steps[index + 1 :])
    if button in {Button.ADD_REP, Button.DROP_REP}:
        return any(step.rep is not None for step in steps[index:])
    if button is Button.UNDO:
        return snapshot.run_s is not None
    return True


def _may_end_sooner(snapshot: Snapshot) -> bool:
    """Return whether the step is in a range of reps with more turns than the runner must run."""
    turn = None if snapshot.step is None else snapshot.step.range_turn
    if turn is None:
        return False
    last = max(turn.turn, turn.least)
    ahead = (step.range_turn for step in snapshot.timeline.steps[snapshot.index + 1 :])
    return any(other is not None and other.range_id == turn.range_id and other.turn > last for other in ahead)
