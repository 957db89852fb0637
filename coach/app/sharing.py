"""Shares a run with phones, the board, a webhook and lamps: the addresses, the links, and the messages about a run.

`open_sharing` is called before a run starts, so that an unusable address is reported at once. The run is then read as
the screen reads it (`coach.app.feeds`), and its outputs arrive as at any sink. Trouble with the network never stops the
run.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from coach.app.terminal import Console, RunMode
from coach.cues.cue import Cue
from coach.edge.files import runner_paths
from coach.edge.http import WebhookSink, parse_webhook
from coach.edge.lamp import Appearance, LampLook, LampSink, StripSink, parse_lights
from coach.edge.share import (
    LOOPBACK,
    AccessTokens,
    BoardBrowser,
    QueuedCue,
    Relay,
    Role,
    ServedRun,
    ShareServer,
    interfaces,
    listen,
    load_pages,
    names_of,
    parse_address,
    qr_rows,
    refused_without_address,
    url_of,
)
from coach.edge.sinks import Sink, SinkGroup, is_late
from coach.live.ahead import LapLights, lap_lights, look_ahead
from coach.live.contract import RunEnded
from coach.quantities import Seconds, format_clock, long_distance
from coach.screen import words
from coach.screen.base import BUTTONS, PAUSE, use_keymap
from coach.screen.figures import FigureText, figures, split_text
from coach.screen.lines import offer_text, reply
from coach.screen.paint import sanitise
from coach.screen.protocols import ShareActions, ShownLink
from coach.screen.run import NEEDLE_STEPS, TapeReading, hero, tape_of
from coach.screen.words import PROGRESS_STEPS, Frame, Judgement, Tone, judgement
from coach.session.phases import Origin, Phase
from coach.signals.readings import Freshness
from coach.themes import SCREEN_THEMES
from coach.workout.kinds import HARD

if TYPE_CHECKING:
    import socket

    from coach.app.feeds import ConductedFeed
    from coach.app.live_run import ShareRequest
    from coach.edge.remote_buttons import RemoteButtons
    from coach.edge.settings import LampSettings, Settings
    from coach.live.ahead import Ahead
    from coach.live.contract import RunSetup
    from coach.live.run import TimedOutput
    from coach.live.snapshot import Snapshot, SplitRow
    from coach.signals.readings import DisplayValue
    from coach.workout.timeline import Step, Timeline


_LOG = logging.getLogger(__name__)


# --- the messages to a phone
#
# Words, figures and colours are those of the live screen (`coach.screen`), so that there is no second table of them.
# A key without a value is absent. Sentences name a button instead of a key, as the control page and a pipe do. Names
# come from files, so they are made harmless here, and are plain text everywhere.

VERSION: Final = 1
"""The version of all messages; it grows when a key changes its meaning."""
MOST_SPLITS: Final = 6
MOST_REPS: Final = 3
_LONGEST_NAME: Final = 80
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
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


def cue_message(cue: Cue, number: int, language: str) -> dict[str, Any]:
    """Return the message of a cue."""
    return _without_empty(
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


def _encode(value: Mapping[str, Any]) -> str:
    """Encode a message as one line of JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _without_empty(**values: Any) -> dict[str, Any]:
    """Return the values without those that are None, False or empty."""
    return {key: value for key, value in values.items() if value is not False and value not in _EMPTY}


def _frame(snapshot: "Snapshot") -> dict[str, Any]:
    """Return the values of a frame; those that are unknown or empty are absent."""
    step = snapshot.step
    return _without_empty(
        phase=snapshot.phase.value,
        title=_title(snapshot.timeline),
        clock="" if snapshot.run_s is None else words.running_clock(snapshot.run_s),
        step=snapshot.index if step is not None else None,
        steps=len(snapshot.timeline.steps),
        **({} if step is None else _of_step(step, snapshot)),
        hero=_hero(snapshot),
        pace=_pace(snapshot),
        target=words.band_text(snapshot.band_in_force, snapshot.judged_quantity, snapshot.unit),
        judged=None if snapshot.judged_quantity is None else snapshot.judged_quantity.value,
        state=_judgement_tree(judgement(snapshot)),
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
        paused=None if snapshot.paused_s is None else words.running_clock(snapshot.paused_s),
        is_by_clock=snapshot.is_by_clock,
        is_by_hand=snapshot.coach_mode,
        effort_day=words.effort_day(snapshot.slower_percent, is_by_effort=snapshot.is_by_effort)
        if snapshot.is_effort_day or snapshot.is_by_effort
        else "",
    )


def _title(timeline: "Timeline") -> str:
    """Return the name of a workout for a phone."""
    return sanitise(timeline.name, _LONGEST_NAME) or "Free run"


def _of_step(step: "Step", snapshot: "Snapshot") -> dict[str, Any]:
    """Return where a step stands, and what is run in it."""
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
    return _without_empty(texts=list(figure.texts), below=figure.below, is_stale=figure.is_stale)


def _pace(snapshot: "Snapshot") -> dict[str, Any] | None:
    """Return the pace; None if it is unknown or the runner does not move."""
    speed = snapshot.speed
    if speed is None:
        return None
    text = words.pace(speed.value, snapshot.unit)
    if text == words.UNKNOWN:  # the runner does not move
        return None
    return _without_empty(
        text=text, unit=f"/{snapshot.unit}", is_stale=words.is_stale(speed), age=words.age(speed)
    )


def _reading(reading: "DisplayValue | None", unit: str) -> dict[str, Any] | None:
    if reading is None:
        return None
    return _without_empty(
        text=str(round(reading.value)), unit=unit, is_stale=words.is_stale(reading), age=words.age(reading)
    )


def _judgement_tree(state: Judgement) -> dict[str, Any]:
    """Return the box of a judgement: its words, colours and progress."""
    return _without_empty(
        word=state.wordings[0],
        words=list(state.wordings),
        arrow=state.arrow,
        tone=state.tone.value,
        frame=state.frame.value,
        colour=_box_colour(state),
        says=state.says,
        foot=[text for text in state.foot if text],
        progress=None if state.progress is None else round(state.progress / PROGRESS_STEPS, 2),
        is_quiet=state.is_quiet,
        needle=state.needle.value,
    )


def _box_colour(state: Judgement) -> str:
    """Return the colours of the box of a judgement: those of its tone if it is filled, else `plain`."""
    is_filled = state.frame in {Frame.FILL, Frame.CHIP} and state.tone in {Tone.SLOW, Tone.FAST}
    return state.tone.value if is_filled else "plain"


def _tape(snapshot: "Snapshot") -> dict[str, Any] | None:
    """Return the band with its labels, and the place of the needle in it; None without one."""
    reading = tape_of(snapshot)
    if not isinstance(reading, TapeReading):
        return None
    return {
        "place": round(reading.needle / NEEDLE_STEPS, 3),
        **_without_empty(
            low=reading.low_label,
            high=reading.high_label,
            low_edge=reading.low_edge,
            high_edge=reading.high_edge,
        ),
    }


def _distance_left(snapshot: "Snapshot") -> dict[str, Any] | None:
    """Return the rest of the step; None if it is unknown."""
    text, unit = words.remainder(snapshot)
    if text == words.UNKNOWN:
        return None
    return _without_empty(
        label=f"LEFT {unit}".rstrip(),
        text=text,
        is_estimated=snapshot.estimated and snapshot.left_m is not None,
        m=None if snapshot.left_m is None else round(snapshot.left_m, 1),
        s=None if snapshot.left_s is None else round(snapshot.left_s, 2),
    )


def _light(snapshot: "Snapshot") -> dict[str, Any] | None:
    """Return the runner's distance from the pacing light; None without a light."""
    light = snapshot.light
    if light is None:
        return None
    return _without_empty(
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
    return _without_empty(
        label=figure.labels[0],
        labels=list(figure.labels[1:]),
        text=figure.texts[0],
        is_stale=figure.is_stale,
        fill="" if figure.fill == "plain" else figure.fill,
    )


def _split(row: "SplitRow") -> dict[str, Any]:
    text = split_text(row)
    return _without_empty(
        at=text.at, lap=text.lap, time=text.time, off=text.off, is_doubtful=text.is_doubtful
    )


def _reps(snapshot: "Snapshot") -> list[dict[str, Any]]:
    """Return the last hard steps, the newest first."""
    hard = [result for result in reversed(snapshot.results) if result.step.kind in HARD][:MOST_REPS]
    return [
        _without_empty(
            where=words.where(result.step),
            length=words.until(result.step),
            time=words.stopwatch_time(result.time_s),
            off="" if result.light_s is None else words.seconds_off(result.light_s),
        )
        for result in hard
    ]


def _coming(snapshot: "Snapshot") -> dict[str, Any]:
    """Return the next two steps, and the countdown to the next."""
    steps, following = snapshot.timeline.steps, snapshot.next_step
    after = steps[snapshot.index + 2] if snapshot.index + 2 < len(steps) else None
    finish = "finish" if snapshot.step is not None else ""
    return {
        "next": finish if following is None else words.what(following, snapshot.unit),
        "then": "" if after is None else words.what(after, snapshot.unit),
        "go_in": None if snapshot.go_in_s is None else words.countdown(snapshot.go_in_s),
    }


def _question(snapshot: "Snapshot") -> dict[str, Any]:
    """Return the question that waits for an answer, the offer, and the reply to the last button."""
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
    """Return the steps ahead with their times, and the countdowns and calls in them."""
    return {
        "steps": [
            _without_empty(
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
            _without_empty(
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


# --- the look of a lamp

_PULSES: Final = 3
"""Flashes before the go: 3, 2, 1."""
_PULSE_S: Final = 0.5
_FLASH_S: Final = 0.6
"""Seconds of each second that a call to act is bright. Judged; one flash a second is far below rates that can harm."""
_LEVELS: Final = {Frame.FILL: 1.0, Frame.CHIP: 1.0, Frame.OUTLINE: 0.5, Frame.CORNERS: 0.2}
"""The brightness of a lamp by the look of the box; a flashing call is as dark between flashes as a wait. Judged."""


def lamp_look(snapshot: "Snapshot") -> LampLook:
    """Return the state as a lamp shows it: a colour, a pattern, and the rest of the step as a length.

    The colours are those of the dark theme at full brightness: the paper of a filled box, else the ink. A fill flashes
    once a second, a chip is steady, an outline is half as bright, and corners are dim. The last three seconds before a
    rep are three pulses over the whole length.
    """
    to_go = _seconds_to_go(snapshot)
    if to_go is not None and 0.0 < to_go <= _PULSES:
        is_lit = ceil(to_go) - to_go < _PULSE_S
        return LampLook(_lamp_colour("plain"), 1.0 if is_lit else 0.0)
    state = judgement(snapshot)
    is_dark = state.frame is Frame.FILL and snapshot.at % 1.0 >= _FLASH_S
    share = _share(snapshot)
    return LampLook(
        _lamp_colour(_box_colour(state)),
        _LEVELS[Frame.CORNERS if is_dark else state.frame],
        1.0 if share is None else round(1.0 - share, 4),
    )


def _seconds_to_go(snapshot: "Snapshot") -> float | None:
    """Return the seconds to the next rep; None if none is coming, or its start is unknown."""
    if snapshot.phase is Phase.READY:
        return snapshot.left_s
    if snapshot.phase in {Phase.PAUSED, Phase.FINISHED} or (snapshot.step and snapshot.step.kind in HARD):
        return snapshot.go_in_s if snapshot.phase is Phase.SEND_OFF_REST else None
    is_before_rep = snapshot.next_step is not None and snapshot.next_step.kind in HARD
    return snapshot.left_s if is_before_rep else None


def _lamp_colour(pair: str) -> tuple[int, int, int]:
    """Return a colour of the dark theme at full brightness."""
    ink, paper = next(theme for theme in SCREEN_THEMES.values() if theme.is_dark).colours[pair]
    colour = ink if pair == "plain" else paper
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    full = 255 / (max(red, green, blue) or 255)
    return round(red * full), round(green * full), round(blue * full)


# --- one shared run

_REST_S: Final = 0.1
"""Least seconds between two frames."""
_TICK_S: Final = 0.25
"""Most seconds between two frames: the step of the live screen's clocks."""
_PLAN_EVERY_S: Final = 1.0
"""Seconds between two computations of the plan ahead, which is sent if it changed."""
_PLAN_MOVED_S: Final = 0.5
"""An estimate that moves by fewer seconds is the same plan."""


@dataclass(slots=True)
class _LastPlan:
    """The plan that was sent last."""

    data: str = ""
    steps: tuple[tuple[str, float, float | None], ...] | None = None
    edge: tuple[object, ...] = ()
    """The phase, step and revision it was computed in."""
    made_at: Seconds = Seconds(0.0)


class SharedRun:
    """One shared run: a sink of its outputs, and a reader of its snapshots. No error in it stops the run."""

    def __init__(
        self, server: ShareServer, setup: "RunSetup", theme: str, *, is_simulated: bool = False
    ) -> None:
        """Share a run that has not started."""
        self._server = server
        self._setup = setup
        self._theme = theme
        self._is_simulated = is_simulated
        self._maker = FrameMaker()
        self._language = setup.cues.language.value
        self._cues = 0
        self._plan = _LastPlan()
        self._changed = asyncio.Event()
        self._ticking: asyncio.Task[None] | None = None
        self._beside: asyncio.Task[None] | None = None
        self._has_ended = False
        self._now: Callable[[], Seconds] = lambda: Seconds(0.0)
        self._snapshot: Callable[[Seconds], Snapshot] | None = None

    def serve(
        self,
        now: Callable[[], Seconds],
        snapshot: "Callable[[Seconds], Snapshot]",
        subscribe: Callable[[Callable[[], None]], None],
        *,
        control: Callable[[bytes], Awaitable[bytes]] | None = None,
        relay: Relay | None = None,
    ) -> None:
        """Accept phones from here on, on the running loop."""
        self._now, self._snapshot = now, snapshot
        subscribe(self._changed.set)
        self._server.start(ServedRun(now, self._hello, self._plan_now, control, relay))
        self._ticking = asyncio.create_task(self._tick())

    def then(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside the run, such as opening the board; it ends with the run."""
        self._beside = asyncio.create_task(work)

    def offer(self, output: "TimedOutput") -> None:
        """Send a cue at once; the end of the run ends the streams."""
        event = output.output
        if isinstance(event, Cue):
            self._cues += 1
            if self._server.viewers and not is_late(output, self._now()):
                message = _encode(cue_message(event, self._cues, self._language))
                self._server.publish_cue(QueuedCue(message, Seconds(event.at + event.ttl_s)))
        elif isinstance(event, RunEnded):
            self._has_ended = True
            self._publish()
            self._server.publish_last("ended", _encode(self._ended(event)))

    async def close(self) -> None:
        """Tell the phones that the run was left, if it did not end, and close."""
        tasks = [task for task in (self._ticking, self._beside) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if not self._has_ended:
            text = "The program was closed. The run can be resumed on the laptop."
            self._server.publish_last("left", _encode({"v": VERSION, "text": text}))
        await self._server.close()

    async def _tick(self) -> None:
        """Send a frame whenever the run took an input, and four times a second."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S - _REST_S):
                    await self._changed.wait()
            self._changed.clear()
            self._publish()
            await asyncio.sleep(_REST_S)

    def _publish(self) -> None:
        """Send a frame, and the plan if it is due, while a phone is connected."""
        if not self._server.viewers or self._snapshot is None:
            return
        try:
            snapshot = self._snapshot(self._now())
            self._server.publish_frame(_encode(self._maker.frame(snapshot)))
            if self._renew_plan(snapshot):
                self._server.publish_plan(self._plan.data)
        except Exception:  # noqa: BLE001 - whatever a frame meets, the run goes on
            _LOG.exception("no frame could be made")

    def _plan_now(self) -> str:
        """Return the plan for a phone that has just connected; empty before the first one."""
        self._changed.set()
        self._publish()
        return self._plan.data

    def _renew_plan(self, snapshot: "Snapshot") -> bool:
        """Compute the plan ahead if it is due; return True if it changed."""
        last, edge = self._plan, (snapshot.phase, snapshot.index, snapshot.timeline.revision)
        if edge == last.edge and snapshot.at - last.made_at < _PLAN_EVERY_S:
            return False
        ahead = look_ahead(self._setup, snapshot)
        last.edge, last.made_at = edge, snapshot.at
        steps = tuple((each.step.step_id, each.starts_at, each.ends_at) for each in ahead.steps)
        if last.steps is not None and _is_same_plan(steps, last.steps):
            return False
        last.steps, last.data = steps, _encode(self._maker.plan(ahead, snapshot.at, snapshot.unit))
        return True

    def _hello(self, role: Role) -> Mapping[str, Any]:
        """Return the first message to a phone."""
        athlete = sanitise(self._setup.athlete, 40)
        return (
            {
                "v": VERSION,
                "run": self._setup.run,
                "now_s": round(self._now(), 3),
                "role": "control" if role is Role.CONTROL else "view",
                "title": _title(self._setup.timeline),
                "unit": self._setup.unit,
                "theme": self._theme,
                "language": self._language,
                "can_press": role is Role.CONTROL,
            }
            | ({"athlete": athlete} if athlete else {})
            | ({"is_simulated": True} if self._is_simulated else {})
        )

    def _ended(self, event: RunEnded) -> Mapping[str, Any]:
        """Return the last message to a phone."""
        unit = self._setup.unit
        message: dict[str, Any] = {
            "v": VERSION,
            "at_s": round(event.at, 3),
            "completed": event.completed,
            "title": _title(self._setup.timeline),
            "text": "Workout done." if event.completed else "The run is over.",
        }
        if event.time_s is not None:
            message["time"] = format_clock(event.time_s)
        if event.distance is not None:
            message["distance"] = " ".join(long_distance(event.distance, unit))
        return message


def _is_same_plan(
    steps: tuple[tuple[str, float, float | None], ...], before: tuple[tuple[str, float, float | None], ...]
) -> bool:
    """Return True if no step was added or removed, and none moved noticeably."""
    return len(steps) == len(before) and all(
        step[0] == other[0] and _is_near(step[1], other[1]) and _is_near(step[2], other[2])
        for step, other in zip(steps, before, strict=True)
    )


def _is_near(value: float | None, other: float | None) -> bool:
    if value is None or other is None:
        return value is other
    return abs(value - other) < _PLAN_MOVED_S


# --- links and addresses

_PURPOSES: Final = {
    Role.VIEW: "Anyone who opens it sees pace, splits and heart rate until the run ends. It works once, for one phone.",
    Role.CONTROL: "Anyone who opens it can press buttons, and sees the heart rate. It works once, for one phone.",
}
_ENTERED: Final = {
    Role.VIEW: "A phone connected and sees the run.",
    Role.CONTROL: "A phone connected and can press buttons.",
}
"""The line printed when a link is used, so that the runner knows who watches."""
_KINDS: Final = {Role.VIEW: "phone", Role.CONTROL: "buttons"}


class Sharing:
    """The links, the server and the webhook of the program; runs are shared one after the other."""

    def __init__(self, request: "ShareRequest", sockets: "Sequence[socket.socket]", theme: str) -> None:
        """Share on listening sockets; without any, only cues are posted."""
        self._request = request
        self._sockets = sockets
        self._theme = theme
        self._relay_token = secrets.token_urlsafe(16) if request.has_relay else ""
        self._webhook = None if request.webhook is None else parse_webhook(request.webhook)
        self._lamps = parse_lights(request.lamps)
        self._board = BoardBrowser() if request.has_board else None
        self._roles = (Role.VIEW, *((Role.CONTROL,) if request.has_control else ()))
        self._server: ShareServer | None = None
        self._url = ""
        if sockets:
            hosts = set[str]().union(*map(names_of, sockets))
            self._server = ShareServer(sockets, hosts, load_pages(theme), relay_token=self._relay_token)
            self._url = url_of(sockets[0])

    # --- links

    @property
    def actions(self) -> ShareActions | None:
        """The links for the screen; None without a server."""
        return self if self._server is not None else None

    @property
    def takes_values(self) -> bool:
        """True if there is an address for forwarded values."""
        return bool(self._relay_token)

    def links(self) -> list[ShownLink]:
        """Return the open link of every kind, with a new one in place of a used one."""
        links = [self._link(role, self._tokens) for role in self._roles]
        return [*links, self._relay_link()] if self._relay_token else links

    def renew(self, kind: str) -> None:
        """Close the link of a kind and create another; the address for forwarded values stays."""
        for role in self._roles:
            if _KINDS[role] == kind:
                self._tokens.mint(role)

    def where(self) -> str:
        """Return the addresses for the screen."""
        if not self._request.is_shared:
            return "The board is shown in this laptop's browser, and nobody else sees the run."
        return f"Shared at {self._url}: s shows the link for a phone. {_PURPOSES[Role.VIEW]}"

    def say_links(self, console: Console) -> None:
        """Print every link with its code and its purpose."""
        if not self._request.is_shared:
            console.say(self.where())
            return
        for link in self.links():
            for line in (f"For the {link.kind}: {link.url}", link.says, *link.rows):
                console.say(line)
        console.say("The line share on a piped standard input makes new links.")

    def say_new_links(self, console: Console) -> None:
        """Replace the open links by new ones, and print them."""
        if self._server is not None:
            for role in self._roles:
                self._tokens.mint(role)
            self.say_links(console)

    @property
    def _tokens(self) -> AccessTokens:
        assert self._server is not None  # called only if there are links
        return self._server.tokens

    def _link(self, role: Role, tokens: AccessTokens) -> ShownLink:
        url = f"{self._url}/in/{tokens.unused_token(role) or tokens.mint(role)}"
        return ShownLink(_KINDS[role], url, tuple(qr_rows(url)), _PURPOSES[role])

    def _relay_link(self) -> ShownLink:
        url = f"{self._url}/relay/{self._relay_token}"
        says = "Apps that post what a sensor measures send it here. It works until the program ends."
        return ShownLink("relay", url, tuple(qr_rows(url)), says)

    # --- runs

    def begin(self, setup: "RunSetup", *, is_simulated: bool = False) -> SharedRun | None:
        """Create the sharer of one run, which serves from `SharedRun.serve` on; None if only cues are posted."""
        if self._server is None:
            return None
        return SharedRun(self._server, setup, self._theme, is_simulated=is_simulated)

    def begin_posting(
        self,
        setup: "RunSetup",
        now: Callable[[], Seconds],
        snapshot: "Callable[[Seconds], Snapshot]",
        announce: Callable[[str], None],
    ) -> Sink | None:
        """Create the sink that posts the cues of one run; None without a webhook."""
        if self._webhook is None:
            return None
        loop = asyncio.get_running_loop()

        def report(text: str) -> None:
            with suppress(RuntimeError):  # the loop has closed
                loop.call_soon_threadsafe(announce, text)

        def heart_rate() -> float | None:
            value = snapshot(now()).heart_rate
            return None if value is None or value.freshness is not Freshness.LIVE else value.value

        tells = self._request.webhook_with
        names = {"workout": setup.timeline.name, "athlete": setup.athlete} if "names" in tells else {}
        return WebhookSink(
            self._webhook,
            now=now,
            names={key: value for key, value in names.items() if value},
            heart_rate=heart_rate if "heart-rate" in tells else None,
            report=report,
        )

    def begin_lighting(
        self,
        setup: "RunSetup",
        feed: "Callable[[], ConductedFeed]",
        settings: "LampSettings",
        announce: Callable[[str], None],
    ) -> Sink | None:
        """Create the sink for lamps and pacing strips; None without any."""
        if not self._lamps:
            return None
        cached_feed = cache(feed)

        def look() -> LampLook:
            return lamp_look(cached_feed().snapshot(cached_feed().now()))

        def lights() -> tuple[LapLights | None, Seconds]:
            now = cached_feed().now()
            return lap_lights(setup, cached_feed().snapshot(now)), now

        appearance = Appearance.of(settings.target_colour, settings.ghost_colour, settings.light_m)
        brightness, folder = max(1, round(settings.brightness_percent * 255 / 100)), runner_paths().state
        return SinkGroup(
            [
                LampSink(each.address, look, folder=folder, brightness=brightness, say=announce)
                if each.stretch is None
                else StripSink(
                    each.address,
                    each.stretch,
                    lights,
                    appearance=appearance,
                    folder=folder,
                    brightness=brightness,
                    say=announce,
                )
                for each in self._lamps
            ]
        )

    def serve(
        self,
        shared: SharedRun,
        feed: "ConductedFeed",
        buttons: "Callable[[], RemoteButtons]",
        announce: Callable[[str], None],
        *,
        relay: Relay | None = None,
    ) -> None:
        """Accept phones for a run from here on, with buttons if requested, and open the board.

        `relay` receives the sensor values that phones forward.
        """
        control = None
        if self._request.has_control:

            async def control(body: bytes) -> bytes:
                return (await buttons().press(body, Origin.PHONE)).to_bytes()

        assert self._server is not None  # there is a run to serve
        self._server.on_entered = lambda role: announce(_ENTERED[role]) if role in _ENTERED else None
        shared.serve(feed.now, feed.snapshot, feed.subscribe, control=control, relay=relay)
        shared.then(self._open_board(announce))

    async def _open_board(self, announce: Callable[[str], None]) -> None:
        """Open the board in this laptop's browser, once, without delaying the run."""
        board = self._board
        if board is None or board.pid is not None:
            return
        url = f"{url_of(self._sockets[-1])}/in/{self._tokens.mint(Role.BOARD)}"
        trouble = await asyncio.to_thread(board.open, url)
        if trouble:
            announce(trouble)

    def close(self) -> None:
        """Close the sockets and the board's browser."""
        for each in self._sockets:
            each.close()
        if self._board is not None:
            self._board.close()


@contextmanager
def open_sharing(
    request: "ShareRequest", settings: "Settings", console: Console, run_mode: RunMode
) -> Iterator[Sharing]:
    """Listen during the block, and print who can see what.

    Raises:
        CoachProblem: the address cannot be used, or none is given and the console cannot ask.
    """
    # Wrong lamps and a wrong webhook are reported before the question for an address.
    parse_lights(request.lamps)
    if request.webhook is not None:
        webhook = parse_webhook(request.webhook)
        if "heart-rate" in request.webhook_with and not webhook.is_private:
            console.say(f"Note: your heart rate goes to {webhook.shown} unencrypted.")
    sharing = Sharing(request, _sockets(request, console), settings.theme)
    try:
        if run_mode is not RunMode.SCREEN and sharing.actions is not None:
            sharing.say_links(console)  # the screen shows it by itself
        yield sharing
    finally:
        sharing.close()


def _sockets(request: "ShareRequest", console: Console) -> "list[socket.socket]":
    """Listen on the requested addresses; the board needs that of this laptop too."""
    if not request.is_served:
        return []
    if not request.is_shared:
        return [listen(LOOPBACK, None)]
    host, port = parse_address(request.address or ask_address(console))
    first = listen(host, port)
    is_here = first.getsockname()[0] in {LOOPBACK, "0.0.0.0"}  # noqa: S104 - a comparison
    if not request.has_board or is_here:
        return [first]
    return [first, listen(LOOPBACK, None)]


def ask_address(console: Console) -> str:
    """Ask for the address of this laptop that phones connect to.

    Raises:
        UsageProblem: the console cannot ask.
    """
    addresses = interfaces()
    if not console.can_ask() or not addresses:
        raise refused_without_address(addresses)
    console.say("Which address do phones use?")
    for number, each in enumerate(addresses, 1):
        console.say(f"  {number}  {each.words}")
    while True:
        answer = console.ask(f"Share at (1 to {len(addresses)}, Enter for 1)").strip() or "1"
        if answer.isdecimal() and 1 <= int(answer) <= len(addresses):
            return addresses[int(answer) - 1].address
        console.say(f"Answer with a number from 1 to {len(addresses)}.")
