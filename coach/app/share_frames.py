"""The messages to a phone about a run (frames, the plan ahead, cues) with all their words, and the look of a lamp.

Words, figures and colours are those of the live screen (`coach.screen`), so that there is no second table of them. A
key without a value is absent. Sentences name a button instead of a key, as the control page and a pipe do. Names come
from files, so they are made harmless here, and are plain text everywhere.
"""

from contextvars import copy_context
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from coach.edge.lamp import LampLook
from coach.screen import words
from coach.screen.judgement import PROGRESS_STEPS, Frame, Judgement, Tone, judgement
from coach.screen.keys import BUTTONS, PAUSE, use_keymap
from coach.screen.paint import sanitise
from coach.screen.widgets.figures import FigureText, figures
from coach.screen.widgets.lines import offer_text, reply
from coach.screen.widgets.main_display import STEPS as TAPE_STEPS
from coach.screen.widgets.main_display import TapeReading, hero, tape_of
from coach.session.phases import Phase
from coach.themes import SCREEN_THEMES
from coach.workout.kinds import HARD

if TYPE_CHECKING:
    from coach.cues.cue import Cue
    from coach.live.ahead import Ahead
    from coach.live.snapshot import Snapshot, SplitRow
    from coach.signals.readings import DisplayValue
    from coach.workout.timeline import Step

VERSION: Final = 1
"""The version of all messages; it grows when a key changes its meaning."""
MOST_SPLITS: Final = 6
MOST_REPS: Final = 3
_NAME: Final = 80
_PULSES: Final = 3
"""Flashes before the go: 3, 2, 1."""
_PULSE_S: Final = 0.5
_FLASH_S: Final = 0.6
"""Seconds of each second that a call to act is bright. Judged; one flash a second is far below rates that can harm."""
_LEVELS: Final = {Frame.FILL: 1.0, Frame.CHIP: 1.0, Frame.OUTLINE: 0.5, Frame.CORNERS: 0.2}
"""The brightness of a lamp by the look of the box; a flashing call is as dark between flashes as a wait. Judged."""
_NOTHING: Final[tuple[object, ...]] = (None, "", [], {})
_BUTTON_NAMES: Final = {key.name: key.name.upper() for key in (*BUTTONS, PAUSE)}
"""The names of keys in sentences: `MARK`, `UNDO`, `ACCEPT`."""


class FrameMaker:
    """Creates the messages about one run."""

    def __init__(self) -> None:
        """Start with frame number 1."""
        self._count = 0
        self._context = copy_context()  # the screen has its own keys in its own context
        self._context.run(use_keymap, _BUTTON_NAMES)

    def frame(self, snapshot: "Snapshot") -> dict[str, Any]:
        """Return the frame of a snapshot, with its number."""
        self._count += 1
        return {
            "v": VERSION,
            "n": self._count,
            "at_s": round(snapshot.at, 3),
            **self._context.run(_frame, snapshot),
        }

    def plan(self, ahead: "Ahead", at: float, unit: str) -> dict[str, Any]:
        """Return the plan ahead."""
        return {"v": VERSION, "from_s": round(at, 3), **self._context.run(_plan, ahead, unit)}


def cue_message(cue: "Cue", number: int, language: str) -> dict[str, Any]:
    """Return the message of a cue."""
    return _without_none(
        v=VERSION,
        n=number,
        at_s=round(cue.at, 3),
        ttl_s=round(cue.ttl_s, 1),
        kind=cue.kind.value,
        **{"class": cue.cue_class.value},
        language=language,
        text=sanitise(cue.text),
        speech=sanitise(cue.speech) if cue.spoken else "",
        sound=cue.sound.value if cue.spoken and cue.sound.value != "none" else "",
    )


def _without_none(**values: Any) -> dict[str, Any]:
    """Return the values without those that are None."""
    return {key: value for key, value in values.items() if value is not False and value not in _NOTHING}


def _frame(snapshot: "Snapshot") -> dict[str, Any]:
    step = snapshot.step
    return _without_none(
        phase=snapshot.phase.value,
        title=sanitise(snapshot.timeline.name, _NAME) or "Free run",
        clock="" if snapshot.run_s is None else words.running(snapshot.run_s),
        step=snapshot.index if step is not None else None,
        steps=len(snapshot.timeline.steps),
        **({} if step is None else _of_step(step, snapshot)),
        hero=_hero(snapshot),
        pace=_pace(snapshot),
        target=words.band_text(snapshot.band_in_force, snapshot.judged_quantity, snapshot.unit),
        judged=None if snapshot.judged_quantity is None else snapshot.judged_quantity.value,
        state=_state(judgement(snapshot)),
        tape=_tape(snapshot),
        left=_distance_left(snapshot),
        heart_rate=_reading(snapshot.heart_rate, "bpm"),
        cadence=_reading(snapshot.cadence, "spm"),
        power=_reading(snapshot.power, "W"),
        light=_light(snapshot),
        step_share=_share(snapshot),
        light_share=_light_share(snapshot),
        figures=_figures(snapshot),
        splits=[_split(row) for row in reversed(snapshot.splits)][:MOST_SPLITS],
        reps=_reps(snapshot),
        **_coming(snapshot),
        trouble=words.trouble(snapshot),
        note=f"NOT RECORDING: {sanitise(snapshot.recording_trouble)}" if snapshot.recording_trouble else "",
        **_question(snapshot),
        paused=None if snapshot.paused_s is None else words.running(snapshot.paused_s),
        is_by_clock=snapshot.is_by_clock,
        is_by_hand=snapshot.coach_mode,
        effort_day=words.effort_day(snapshot.slower_percent, is_by_effort=snapshot.is_by_effort)
        if snapshot.is_effort_day or snapshot.is_by_effort
        else "",
    )


def _of_step(step: "Step", snapshot: "Snapshot") -> dict[str, Any]:
    unit = snapshot.unit
    return {
        "step_id": step.step_id,
        "where": words.where(step),
        "rep": step.rep,
        "of": step.of,
        "length": words.until(step),
        "aim": words.aim(step.target, unit),
        "what": words.what(step, unit),
    }


def _hero(snapshot: "Snapshot") -> dict[str, Any]:
    figure = hero(snapshot)
    return _without_none(texts=list(figure.texts), below=figure.below, is_stale=figure.is_stale)


def _pace(snapshot: "Snapshot") -> dict[str, Any] | None:
    speed = snapshot.speed
    if speed is None:
        return None
    text = words.pace(speed.value, snapshot.unit)
    if text == words.UNKNOWN:  # the runner does not move
        return None
    return _without_none(
        text=text, unit=f"/{snapshot.unit}", is_stale=words.is_stale(speed), age=words.age(speed)
    )


def _reading(reading: "DisplayValue | None", unit: str) -> dict[str, Any] | None:
    if reading is None:
        return None
    return _without_none(
        text=str(round(reading.value)), unit=unit, is_stale=words.is_stale(reading), age=words.age(reading)
    )


def _state(state: Judgement) -> dict[str, Any]:
    filled = state.frame in {Frame.FILL, Frame.CHIP} and state.tone in {Tone.SLOW, Tone.FAST}
    return _without_none(
        word=state.wordings[0],
        words=list(state.wordings),
        arrow=state.arrow,
        tone=state.tone.value,
        frame=state.frame.value,
        colour=state.tone.value if filled else "plain",
        says=state.says,
        foot=[text for text in state.foot if text],
        progress=None if state.progress is None else round(state.progress / PROGRESS_STEPS, 2),
        is_quiet=state.is_quiet,
        needle=state.needle.value,
    )


def _tape(snapshot: "Snapshot") -> dict[str, Any] | None:
    reading = tape_of(snapshot)
    if not isinstance(reading, TapeReading):
        return None
    return {
        "place": round(reading.needle / TAPE_STEPS, 3),
        **_without_none(
            low=reading.low_label,
            high=reading.high_label,
            low_edge=reading.low_edge,
            high_edge=reading.high_edge,
        ),
    }


def _distance_left(snapshot: "Snapshot") -> dict[str, Any] | None:
    text, unit = words.left(snapshot)
    if text == words.UNKNOWN:
        return None
    return _without_none(
        label=f"LEFT {unit}".rstrip(),
        text=text,
        is_estimated=snapshot.estimated and snapshot.left_m is not None,
        m=None if snapshot.left_m is None else round(snapshot.left_m, 1),
        s=None if snapshot.left_s is None else round(snapshot.left_s, 2),
    )


def _light(snapshot: "Snapshot") -> dict[str, Any] | None:
    light = snapshot.light
    if light is None:
        return None
    return _without_none(
        text=words.seconds_off(light.behind_s)
        if abs(light.behind_s) < 9.95
        else f"{round(light.behind_s):+d}",
        label="NEW LIGHT s" if light.set_back_s else "LIGHT s",
        words=words.against_light(light),
        metres=words.metres_off(light) if round(light.behind_m) else "",
        at_m=words.plan_metres(snapshot),
    ) | {"behind_s": round(light.behind_s, 2), "behind_m": round(light.behind_m, 1)}


def _share(snapshot: "Snapshot") -> float | None:
    """Return the runner's place in the step, 0 to 1: by distance, else by time."""
    step = snapshot.step
    if step is None:
        return None
    metres, seconds = step.until.distance(), step.until.time()
    if metres is not None and snapshot.step_m is not None:
        return round(min(1.0, snapshot.step_m / metres), 4)
    if seconds is not None and snapshot.step_time_s is not None:
        return round(min(1.0, snapshot.step_time_s / seconds), 4)
    return None


def _light_share(snapshot: "Snapshot") -> float | None:
    """Return the place of the pacing light in the step, 0 to 1."""
    step, light = snapshot.step, snapshot.light
    metres = None if step is None else step.until.distance()
    if light is None or metres is None or snapshot.step_m is None:
        return None
    return round(min(1.0, max(0.0, (snapshot.step_m + light.behind_m) / metres)), 4)


def _figures(snapshot: "Snapshot") -> list[dict[str, Any]]:
    row = figures(snapshot)
    return [_figure(each) for each in (row.many or row.four or row.few)]


def _figure(figure: FigureText) -> dict[str, Any]:
    return _without_none(
        label=figure.labels[0],
        labels=list(figure.labels[1:]),
        text=figure.texts[0],
        is_stale=figure.is_stale,
        fill="" if figure.fill == "plain" else figure.fill,
    )


def _split(row: "SplitRow") -> dict[str, Any]:
    from coach.screen.widgets.figures import split_text

    text = split_text(row)
    return _without_none(at=text.at, lap=text.lap, time=text.time, off=text.off, is_doubtful=text.is_doubtful)


def _reps(snapshot: "Snapshot") -> list[dict[str, Any]]:
    hard = [result for result in reversed(snapshot.results) if result.step.kind in HARD][:MOST_REPS]
    return [
        _without_none(
            where=words.where(result.step),
            length=words.until(result.step),
            time=words.stopped(result.time_s),
            off="" if result.light_s is None else words.seconds_off(result.light_s),
        )
        for result in hard
    ]


def _coming(snapshot: "Snapshot") -> dict[str, Any]:
    steps, following = snapshot.timeline.steps, snapshot.next_step
    after = steps[snapshot.index + 2] if snapshot.index + 2 < len(steps) else None
    finish = "finish" if snapshot.step is not None else ""
    return {
        "next": finish if following is None else words.what(following, snapshot.unit),
        "then": "" if after is None else words.what(after, snapshot.unit),
        "go_in": None if snapshot.go_in_s is None else words.countdown(snapshot.go_in_s),
    }


def _question(snapshot: "Snapshot") -> dict[str, Any]:
    question = snapshot.question
    if question is None and snapshot.phase is Phase.PROMPT:
        question = snapshot.step
    lines = [f"{round(line)} m" for line in snapshot.lines_asked]
    if question is not None:
        ask = {
            "question": sanitise(question.question, 160),
            "answers": [sanitise(each, 40) for each in question.answers[:10]],
        }
    else:
        ask = {"question": words.WHICH_LINE, "answers": [*lines, "leave out"]} if lines else {}
    return {
        "ask": ask,
        "offer": offer_text(snapshot.offer) if snapshot.offer else "",
        "reply": reply(snapshot),
    }


def _plan(ahead: "Ahead", unit: str) -> dict[str, Any]:
    return {
        "steps": [
            _without_none(
                step_id=each.step.step_id,
                what=words.what(each.step, unit),
                where=words.where(each.step),
                kind=each.step.kind.value,
                ends_s=None if each.ends_at is None else round(each.ends_at, 3),
                is_estimated=each.ends_at is not None and each.is_estimated,
                is_start_estimated=each.is_start_estimated,
                length_m=each.step.until.distance(),
                speed_mps=None if each.speed is None else round(each.speed, 4),
                light_from_s=None if each.light_from is None else round(each.light_from, 3),
            )
            | {"starts_s": round(each.starts_at, 3)}
            for each in ahead.steps
        ],
        "beats": [
            _without_none(
                at_s=round(beat.at, 3),
                sound="" if beat.sound.value == "none" else beat.sound.value,
                text=beat.text,
                speech=beat.speech,
                is_light=beat.is_light,
                is_estimated=beat.is_estimated,
            )
            for beat in ahead.beats
        ],
    }


# --- a lamp


def lamp_look(snapshot: "Snapshot") -> LampLook:
    """Return the state as a lamp shows it: a colour, a pattern, and the rest of the step as a length.

    The colours are those of the dark theme at full brightness: the paper of a filled box, else the ink. A fill flashes
    once a second, a chip is steady, an outline is half as bright, and corners are dim. The last three seconds before a
    rep are three pulses over the whole length.
    """
    to_go = _to_go(snapshot)
    if to_go is not None and 0.0 < to_go <= _PULSES:
        is_lit = ceil(to_go) - to_go < _PULSE_S
        return LampLook(_light_of("plain"), 1.0 if is_lit else 0.0)
    state = judgement(snapshot)
    is_dark = state.frame is Frame.FILL and snapshot.at % 1.0 >= _FLASH_S
    share = _share(snapshot)
    return LampLook(
        _light_of(_state(state)["colour"]),
        _LEVELS[Frame.CORNERS if is_dark else state.frame],
        1.0 if share is None else round(1.0 - share, 4),
    )


def _to_go(snapshot: "Snapshot") -> float | None:
    """Return the seconds to the next rep; None if none is coming, or its start is unknown."""
    if snapshot.phase is Phase.READY:
        return snapshot.left_s
    if snapshot.phase in {Phase.PAUSED, Phase.FINISHED} or (snapshot.step and snapshot.step.kind in HARD):
        return snapshot.go_in_s if snapshot.phase is Phase.SEND_OFF_REST else None
    is_before_rep = snapshot.next_step is not None and snapshot.next_step.kind in HARD
    return snapshot.left_s if is_before_rep else None


def _light_of(pair: str) -> tuple[int, int, int]:
    """Return a colour of the dark theme at full brightness."""
    ink, paper = next(theme for theme in SCREEN_THEMES.values() if theme.is_dark).colours[pair]
    colour = ink if pair == "plain" else paper
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    full = 255 / (max(red, green, blue) or 255)
    return round(red * full), round(green * full), round(blue * full)
