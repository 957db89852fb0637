"""Takes buttons from elsewhere: from a phone at the line, another program, a device through a broker, or a timing gate.

The carrier of a message passes its bytes on and gets an `Ack`: confirmed (the run took it), rejected with a reason in
plain words, or unknown. `docs/reference/commands.md` has the form of both.

Rule 1: a message is applied once. A repeated `tx` gets the first answer again, and presses nothing.

Rule 2: it names the run, and the time of the press: one over 5 s old is refused.

Rule 3: a press that leaves a step names the step, so that two people who press next skip one rep; the run compares it.

Rule 4: an unusable message is refused with a reason. Nothing here raises, waits for the network, or grows.
"""

import asyncio
import re
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from json import dumps, loads
from re import fullmatch
from typing import Annotated, Any, Final, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from coach.edge.clock import Clock
from coach.edge.settings import GATE_NAME
from coach.edge.sources import Inbox
from coach.live.contract import Input, Output, RunEnded
from coach.quantities import Metres, Seconds
from coach.session.events import BoundaryMoved, Split, StepEnded, StepStarted
from coach.session.phases import PAST_S, Button, Origin, Pressed, Refusal, SplitRole, TimingGate
from coach.signals.readings import Rejected

LONGEST: Final = 8192
"""The longest message that is read, in bytes."""
_TX: Final = "[A-Za-z0-9_.:-]{1,64}"
_WAITING: Final = 32
"""Most presses that wait for the run: those that arrive while a loop stands still for seconds. Chosen."""
_MOST_ANSWERS: Final = 256
"""Number of answers that are kept for repeated messages. Chosen: repeats come within seconds."""
_ANSWER_S: Final = 2.0
"""How long the run may take to answer; after that the result is unknown. Judged: a blocked disk takes one second."""
_AHEAD_S: Final = 0.05
"""A clock that is ahead by more than this is reported; less is the error of estimating it. Judged."""
_NAMES_STEP: Final = frozenset({Button.NEXT, Button.ABANDON, Button.BACK, Button.RESTART})
"""The buttons that leave the current step, so they must name it."""
_NOT_BY_PHONE: Final = frozenset({Button.FINISH, Button.DISCARD})
"""Buttons that end the run come from its own dialogue, a pipe or a broker (contracts): a phone is in other hands."""


class AckStatus(StrEnum):
    """The result of a message."""

    CONFIRMED = "confirmed"
    """The run took it, and its effect is written."""
    REJECTED = "rejected"
    """Nothing happened, and nothing will."""
    UNKNOWN = "unknown"
    """The result is unknown: the program stood still, or the run was left."""


class AckCode(StrEnum):
    """Why a message was rejected."""

    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    RETAINED = "retained"
    STALE = "stale"
    OTHER_RUN = "other_run"
    ENDED = "ended"
    DUPLICATE = "duplicate"
    EXPECT_STEP = "expect_step"
    NOT_ALLOWED = "not_allowed"
    BUSY = "busy"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to a message; unknown parts are empty or None."""

    status: AckStatus
    tx: str = ""
    run: str = ""
    button: str = ""
    code: AckCode | None = None
    reason: str = ""
    """Why it was rejected, or a remark on an accepted press; ready to be shown."""
    at: Seconds | None = None
    """When the run took it, on the run's own clock."""
    credited_at: Seconds | None = None
    """The time it counts from, if that is earlier."""
    is_repeat: bool = False
    """Whether it repeats the answer to an earlier message with the same `tx`."""

    def to_json(self) -> dict[str, Any]:
        """The answer as an object; a key without a value is left out."""
        keys: dict[str, Any] = {
            "v": 1,
            "tx": self.tx,
            "run": self.run,
            "button": self.button,
            "status": self.status.value,
            "code": None if self.code is None else self.code.value,
            "reason": self.reason,
            "at_s": None if self.at is None else round(self.at, 3),
            "credited_at_s": None if self.credited_at is None else round(self.credited_at, 3),
            "is_repeat": self.is_repeat or None,
        }
        return {key: value for key, value in keys.items() if value is not None and value != ""}

    def to_bytes(self) -> bytes:
        """The answer as one line of JSON, without its line break."""
        return dumps(self.to_json(), ensure_ascii=False, separators=(",", ":")).encode()


class PressMessage(BaseModel):
    """A message that presses a button; unknown keys are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, allow_inf_nan=False)

    tx: Annotated[str, Field(pattern=f"^{_TX}$")]
    """The name of this press; a repeated one is the same press."""
    run: Annotated[str, Field(min_length=1, max_length=64)]
    """The id of the run it is for."""
    button: Annotated[str, Field(max_length=32)]
    """The name of the button."""
    answer: Annotated[int, Field(ge=1, le=10)] | None = None
    """The number of the answer, with the button `answer`."""
    expect_step: Annotated[str, Field(max_length=200)] | Annotated[int, Field(ge=0)] | None = None
    """The id or the index of the current step, as the presser saw it."""
    pressed_at_s: float | None = None
    """The time of the press, in seconds of the run's own clock."""
    age_s: Annotated[float, Field(ge=0)] | None = None
    """Age of the press when the message was sent, in seconds."""
    ts: Annotated[str, Field(max_length=40)] | None = None
    """The calendar time of the press or of sending: ISO 8601 with its offset."""

    @model_validator(mode="before")
    @classmethod
    def _has_no_null(cls, data: object) -> object:
        if isinstance(data, Mapping) and (null := next((k for k, v in data.items() if v is None), None)):
            message = f"{null} is null: leave unknown keys out"
            raise ValueError(message)
        return data

    @field_validator("button")
    @classmethod
    def _is_button(cls, name: str) -> str:
        if name not in {button.value for button in Button}:
            message = f"{name!r} is not a button"
            raise ValueError(message)
        return name

    @field_validator("ts")
    @classmethod
    def _is_moment(cls, text: str) -> str:
        moment = None
        with suppress(ValueError):
            moment = datetime.fromisoformat(text)
        if moment is None or moment.tzinfo is None:
            message = f"{text!r} is not a time such as 2026-11-30T18:04:05Z"
            raise ValueError(message)
        return text

    def age(self, now: Seconds, wall_s: float) -> float | None:
        """Age of the press in seconds, by the best of its fields; None if it has none."""
        if self.pressed_at_s is not None:
            return now - self.pressed_at_s
        sent_s = None if self.ts is None else wall_s - datetime.fromisoformat(self.ts).timestamp()
        if self.age_s is None:
            return sent_s
        return sent_s if sent_s is not None and sent_s > PAST_S else self.age_s


class PressableRun(Protocol):
    """The part of a run that buttons from elsewhere use; `coach.edge.conductor.Conductor` has it."""

    @property
    def is_over(self) -> bool:
        """Whether it accepts no more inputs."""
        ...

    def now(self) -> Seconds:
        """Seconds since the run's first input."""
        ...

    def put(self, event: Input, answer: Callable[[Input, Sequence[Output]], None] | None = None) -> None:
        """Put an input into its inbox; `answer` is called once the run has received it."""
        ...


@dataclass(slots=True)
class _Request:
    """An accepted message, and the callbacks that wait for its answer."""

    message: PressMessage
    ack: Ack | None = None
    waiting: list[Callable[[Ack], None]] = field(default_factory=list)


class RemoteButtons:
    """Presses the buttons of one run for others; one object serves all carriers of messages."""

    def __init__(
        self, run_id: str, run: PressableRun, clock: Clock, *, answer_within_s: float = _ANSWER_S
    ) -> None:
        """Press the buttons of `run`; an answer that takes longer than `answer_within_s` is unknown."""
        self._run_id = run_id
        self._run = run
        self._clock = clock
        self._answer_within_s = answer_within_s
        self._requests: OrderedDict[str, _Request] = OrderedDict()
        self._waiting = 0
        self.refused: dict[AckCode, int] = {}
        """Number of rejected messages, by reason."""

    async def press(
        self, body: bytes, origin: Origin, *, is_retained: bool = False, waited_s: float = 0.0
    ) -> Ack:
        """Take a message and return its answer, after `answer_within_s` at the latest."""
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()

        def answer(ack: Ack) -> None:
            if not future.done():
                future.set_result(ack)

        self.take(body, origin, answer, is_retained=is_retained, waited_s=waited_s)
        return await future

    def take(
        self,
        body: bytes,
        origin: Origin,
        answer: Callable[[Ack], None],
        *,
        is_retained: bool = False,
        is_oversized: bool = False,
        waited_s: float = 0.0,
    ) -> None:
        """Take a message that arrived `waited_s` ago; `answer` is called once, on the loop, now or later."""
        if is_oversized or len(body) > LONGEST:
            answer(self._reject(Ack(AckStatus.REJECTED), AckCode.TOO_LONG, f"Over {LONGEST} bytes."))
            return
        try:
            message = PressMessage.model_validate_json(body)
        except ValidationError as error:
            answer(self._reject(_named_in(body), AckCode.MALFORMED, why_malformed(error)))
            return
        ack = Ack(AckStatus.REJECTED, message.tx, message.run, message.button)
        if is_retained:
            reason = "A retained message is an old one: publish presses without retain."
            answer(self._reject(ack, AckCode.RETAINED, reason))
            return
        request = self._requests.get(message.tx)
        if request is not None:
            self._repeat(request, message, ack, answer)
            return
        if self._waiting >= _WAITING:
            answer(self._reject(ack, AckCode.BUSY, f"{_WAITING} presses are waiting already."))
            return
        request = self._keep(message)
        refusal = self._refusal(message, origin, waited_s)
        if refusal is not None:
            request.ack = self._reject(ack, *refusal)
            answer(request.ack)
            return
        request.waiting.append(answer)
        self._put(request, origin, waited_s)

    def _repeat(
        self, request: _Request, message: PressMessage, ack: Ack, answer: Callable[[Ack], None]
    ) -> None:
        """Answer a message with a repeated `tx`."""
        timeless = {"pressed_at_s": None, "age_s": None, "ts": None}
        if request.message.model_copy(update=timeless) != message.model_copy(update=timeless):
            answer(self._reject(ack, AckCode.DUPLICATE, "Its tx was that of another press."))
        elif request.ack is not None:
            answer(replace(request.ack, is_repeat=True))
        else:
            request.waiting.append(lambda ack: answer(replace(ack, is_repeat=True)))
            self._expire(request)

    def _keep(self, message: PressMessage) -> _Request:
        """Remember a message, and forget the oldest answered one."""
        request = self._requests[message.tx] = _Request(message)
        while len(self._requests) > _MOST_ANSWERS:
            self._requests.popitem(last=False)
        return request

    def _refusal(self, message: PressMessage, origin: Origin, waited_s: float) -> tuple[AckCode, str] | None:
        """Why a message is not passed to the run; None if it is."""
        button = Button(message.button)
        if message.run != self._run_id:
            return AckCode.OTHER_RUN, "It is for another run than the one under way."
        if self._run.is_over:
            return AckCode.ENDED, "The run is over."
        if origin is Origin.PHONE and button in _NOT_BY_PHONE:
            return AckCode.NOT_ALLOWED, "The run is ended on the laptop, not by a phone."
        if (message.answer is None) is (button is Button.ANSWER):
            return AckCode.MALFORMED, '"answer" is only for the button answer, which needs it.'
        if button in _NAMES_STEP and message.expect_step is None:
            return AckCode.EXPECT_STEP, f"{button} leaves the step: say in expect_step which one is meant."
        age = self._age(message, waited_s)
        if age is None:
            return AckCode.MALFORMED, "It does not say when it was pressed: pressed_at_s, age_s or ts."
        if age > PAST_S:
            by_calendar = message.pressed_at_s is None and message.ts is not None
            clocks = " Or the two clocks differ: age_s needs none." if by_calendar else ""
            return AckCode.STALE, f"It was pressed {age:.1f} s ago; {PAST_S:.0f} s is the most.{clocks}"
        return None

    def _age(self, message: PressMessage, waited_s: float) -> float | None:
        age = message.age(self._run.now(), self._clock.wall().epoch_s)
        is_of_sending = message.pressed_at_s is None and message.age_s is not None
        return age if age is None or not is_of_sending else age + waited_s

    def _put(self, request: _Request, origin: Origin, waited_s: float) -> None:
        """Pass a press to the run, and wait for its answer."""
        message, now = request.message, self._run.now()
        age = self._age(message, waited_s) or 0.0
        pressed_at = Seconds(max(0.0, round(now - age, 3))) if age >= 1e-3 else None
        expected = f"#{message.expect_step}" if isinstance(message.expect_step, int) else message.expect_step
        pressed = Pressed(now, Button(message.button), origin, message.answer, pressed_at, expected)
        notes = f"Its clock is {-age:.1f} s ahead: it counts as now." if age < -_AHEAD_S else ""
        self._waiting += 1

        def answer(event: Input, outputs: Sequence[Output]) -> None:
            self._waiting -= 1
            ack = _ack_of(message, pressed, event.at, outputs, notes)
            if ack.code is not None:
                self._count(ack.code)
            request.ack = ack
            waiting, request.waiting = request.waiting, []
            for tell in waiting:
                tell(ack)

        self._run.put(pressed, answer)
        self._expire(request)

    def _expire(self, request: _Request) -> None:
        """Answer all that wait now with unknown, unless the run answers in time."""

        def tell() -> None:
            waiting, request.waiting = request.waiting, []
            message = request.message
            ack = Ack(AckStatus.UNKNOWN, message.tx, message.run, message.button, reason=_NOBODY_KNOWS)
            for each in waiting:
                each(ack)

        asyncio.get_running_loop().call_later(self._answer_within_s, tell)

    def _reject(self, ack: Ack, code: AckCode, reason: str) -> Ack:
        self._count(code)
        return replace(ack, code=code, reason=reason)

    def _count(self, code: AckCode) -> None:
        self.refused[code] = self.refused.get(code, 0) + 1


def _named_in(body: bytes) -> Ack:
    """An answer with the `tx` of a message that is not a press, if one can be read, so its sender recognises it."""
    try:
        tx = loads(body).get("tx")
    except (ValueError, AttributeError, RecursionError):
        return Ack(AckStatus.REJECTED)
    return Ack(AckStatus.REJECTED, tx if isinstance(tx, str) and fullmatch(_TX, tx) else "")


_NOBODY_KNOWS: Final = "The run has not answered. Look at it before you press again."


def _ack_of(
    message: PressMessage, pressed: Pressed, at: Seconds, outputs: Sequence[Output], notes: str
) -> Ack:
    """The answer to a press, by the outputs of the run."""
    ack = Ack(AckStatus.CONFIRMED, message.tx, message.run, message.button, at=at)
    refusal = next((output.reason for output in outputs if isinstance(output, Rejected)), None)
    if refusal is not None:
        code = AckCode.EXPECT_STEP if refusal == Refusal.OTHER_STEP.value else AckCode.REFUSED
        return replace(ack, status=AckStatus.REJECTED, code=code, reason=refusal)
    credited_at = next(
        (moment for output in outputs if (moment := _moment_of(output)) is not None),
        None if pressed.button in {Button.PAUSE, Button.RESUME} else pressed.pressed_at,  # no output shows it
    )
    words = [notes] if notes else []
    if credited_at is not None and pressed.pressed_at is not None:
        late_s = credited_at - pressed.pressed_at
        if late_s > _AHEAD_S:
            words.append(
                f"It counts {late_s:.1f} s later than it was pressed, because later data had already been used."
            )
    mark = next((output for output in outputs if isinstance(output, Split)), None)
    if mark is not None and mark.role in _REASONS:
        words.append(_REASONS[mark.role])
    if pressed.button is Button.DISCARD and not any(isinstance(output, RunEnded) for output in outputs):
        words.append("Press discard again within 5 s to throw the run away.")
    is_earlier = credited_at is not None and credited_at < at
    return replace(ack, credited_at=credited_at if is_earlier else None, reason=" ".join(words))


_REASONS: Final = {
    SplitRole.DOUBTFUL: "Doubtful: no line was expected there, so it does not count yet.",
    SplitRole.IGNORED: "Nothing to mark there.",
}


def _moment_of(output: Output) -> Seconds | None:
    """The time from which the press of an output counts; None if the output does not show it."""
    match output:
        case Split(effective_at=moment) | StepStarted(effective_at=moment):
            return moment
        case StepEnded(ended_at=moment) | BoundaryMoved(to_s=moment):
            return moment
        case _:
            return None


def why_malformed(error: ValidationError) -> str:
    """What is wrong with a message, in a sentence."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    key, kind = ".".join(str(part) for part in first["loc"][:1]), first["type"]
    if kind == "json_invalid":
        return "It is not JSON."
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return "It is not a JSON object."
    if kind == "missing":
        return f"{key} is missing."
    words = first["msg"].removeprefix("Value error, ")
    return f"{words}." if kind == "value_error" else f"{key}: {words[:1].lower()}{words[1:]}."


# --- timing gates: a light gate, a button or a phone at the line, a beacon heard as it passes
#
# A gate presses `mark` at the moment it was passed, at most 5 s back; the run decides whether the runner was expected
# there. `docs/how-to/timing-gates.md` has the form of a message and recipes.
#
# Rule 1: a gate reports how old its crossing is (`age_s`), or when it was by a clock of its own (`at`), right or wrong.
# Rule 2: only differences of a clock count. The quickest message shows how far it is off, so no crossing is in the
# future.
# Rule 3: one gate is passed once in two seconds: an arm and the body behind it break one beam.

_AGAIN_S: Final = 2.0
"""A repeated crossing within this time is ignored. Judged: of two people in a row the second is not the coached one."""
_QUICKEST_OF_S: Final = 120.0
"""Age up to which messages are used to estimate the offset of a clock. Judged: a clock of 50 ppm drifts 6 ms in it."""
_FEWEST: Final = 5
"""This many of the newest messages are always used: a gate without a heartbeat sends once a lap."""
_SET_BACK_S: Final = 5.0
"""A clock that goes back by more was set, or its gate restarted. Judged."""
_GATES: Final = 32
"""Most gates that are listened to: more are names from a faulty sender. Chosen."""


class GateMessage(BaseModel):
    """The message of a gate; unknown keys are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, allow_inf_nan=False)

    at: float | None = None
    """The time of the crossing, in seconds of the gate's own clock."""
    age_s: Annotated[float, Field(ge=0)] | None = None
    """Age of the crossing when the message was sent, in seconds."""
    tag: Annotated[str, Field(max_length=64)] | None = None
    """Who passed, if the gate knows; used if many are timed by hand, not while one runner is coached."""
    sync: bool = False
    """True if nobody passed: the message only carries the gate's clock."""


class GateClock:
    """The offset of a sender's clock, by the quickest of its last messages."""

    def __init__(self) -> None:
        """Start without an offset: the first message counts as it arrives."""
        self._offsets: deque[tuple[float, float]] = deque()
        self._newest: float | None = None

    def age(self, at: float, arrived_at: float) -> float:
        """The age of `at`, for a message that arrived at `arrived_at`; never negative."""
        if self._newest is not None and at < self._newest - _SET_BACK_S:
            self._offsets.clear()
            self._newest = None
        self._newest = at if self._newest is None else max(at, self._newest)
        offset = arrived_at - at
        self._offsets.append((arrived_at, offset))
        while len(self._offsets) > _FEWEST and arrived_at - self._offsets[0][0] > _QUICKEST_OF_S:
            self._offsets.popleft()
        return offset - min(offset for _, offset in self._offsets)


@dataclass(slots=True)
class _Gate:
    """The state of one gate."""

    clock: GateClock = field(default_factory=GateClock)
    passed_at: deque[float] = field(default_factory=lambda: deque(maxlen=8))
    """The last crossings, on the run's own clock."""


class TimingGates:
    """The gates of one run."""

    def __init__(
        self,
        run: Inbox,
        places: Mapping[str, Metres],
        say: Callable[[str], None] = lambda _text: None,
        *,
        crossed: Callable[[str, Seconds, str], None] | None = None,
        again_s: float = _AGAIN_S,
    ) -> None:
        """Mark the crossings of gates in `run`; `say` is called once for each trouble with a gate.

        `places` are the metres after the finish line at which gates stand; without any, every gate stands at it. If
        many are timed, `crossed` gets the name of the gate, the moment and the tag instead of the run, and `again_s` is
        the time within which a repeated crossing is ignored.
        """
        self._run = run
        self._crossed = crossed
        self._again_s = again_s
        self._places = places
        self._say = say
        self._gates: dict[str, _Gate] = {}
        self._reported: set[str] = set()
        self.dropped: dict[str, int] = {}
        """Number of messages that were not passed to the run, by reason."""

    def take(self, name: str, body: bytes, *, arrived_s_ago: float = 0.0, is_retained: bool = False) -> str:
        """Take a message of a gate that arrived this long ago; returns why it is not passed on, empty if it is."""
        reason = self._take(name, body, arrived_s_ago, is_retained=is_retained)
        if reason:
            self.dropped[reason] = self.dropped.get(reason, 0) + 1
            words = f"Timing gate {name[:32]!r}: {reason}"
            if reason not in _ORDINARY and words not in self._reported and len(self._reported) < _GATES:
                self._reported.add(words)
                self._say(words)
        return reason

    def _take(self, name: str, body: bytes, arrived_s_ago: float, *, is_retained: bool) -> str:
        """Pass a crossing to the run; returns why not."""
        refusal = self._refusal(name, body, is_retained=is_retained)
        if refusal:
            return refusal
        try:
            message = GateMessage.model_validate_json(body)
        except ValidationError as error:
            return why_malformed(error)
        gate = self._gates.setdefault(name, _Gate())
        now = self._run.now() - arrived_s_ago
        age = None if message.at is None else gate.clock.age(message.at, now)
        age = age if message.age_s is None else message.age_s
        if message.sync:
            return _SYNC
        if age is None:
            return "it does not say when it was passed: age_s or at."
        return self._mark(name, gate, Seconds(max(0.0, round(now - age, 3))), message.tag or "")

    def _refusal(self, name: str, body: bytes, *, is_retained: bool) -> str:
        """Why a message is not read; empty if it is."""
        if len(body) > LONGEST:
            return f"a message of over {LONGEST} bytes."
        if is_retained:
            return "a retained message is an old one: publish crossings without retain."
        if re.fullmatch(GATE_NAME, name) is None:
            return "a name is 1 to 32 small letters, digits, _ and -."
        if self._places and name not in self._places:
            return f"its place is not set: coach config set timing_gates.{name} METRES"
        return f"over {_GATES} gates." if name not in self._gates and len(self._gates) >= _GATES else ""

    def _mark(self, name: str, gate: _Gate, moment: Seconds, tag: str) -> str:
        """Press `mark` for a crossing at a moment; returns why not."""
        if self._run.now() - moment > PAST_S:
            return f"a crossing arrived over {PAST_S:.0f} s late."
        if any(abs(moment - passed_at) < self._again_s for passed_at in gate.passed_at):
            return _AGAIN
        gate.passed_at.append(moment)
        if self._crossed is not None:
            self._crossed(name, moment, tag)
            return ""
        place = TimingGate(name, self._places.get(name, Metres(0.0)))
        self._run.put(Pressed(moment, Button.MARK, Origin.GATE, pressed_at=moment, gate=place))
        return ""


_SYNC: Final = "it tells its clock only."
_AGAIN: Final = "it was passed just before."
_ORDINARY: Final = frozenset({_SYNC, _AGAIN})
"""Reasons that are no trouble."""
