"""Takes buttons from elsewhere: the phone of somebody at the line, another program or a device through a broker.

Whoever carries the message hands its bytes over and gets an `Ack`: confirmed (the run took it), rejected with a reason
in plain words, or unknown. `docs/reference/commands.md` has the form of both.

Rule 1: a message is applied once. The same `tx` again gets the answer of the first, and presses nothing.
Rule 2: it names the run, and says when it was pressed: what is over 5 s old is refused.
Rule 3: what leaves a step names the step, so that two people who press next skip one rep; the run compares it.
Rule 4: what cannot be taken is refused with a reason. Nothing here raises, waits for the network, or grows.
"""

import asyncio
from collections import OrderedDict
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
from coach.live.inputs import Input
from coach.live.outputs import Output, RunEnded
from coach.quantities import Seconds
from coach.session.buttons import PAST_S, Button, Origin, Pressed
from coach.session.events import BoundaryMoved, Split, SplitRole, StepEnded, StepStarted
from coach.session.phases import Refusal
from coach.signals.readings import Rejected

LONGEST: Final = 8192
"""The longest message that is read, in bytes."""
_TX: Final = "[A-Za-z0-9_.:-]{1,64}"
_WAITING: Final = 32
"""How many presses may wait for the run to take them: what a loop that stands still for seconds is sent. Chosen."""
_KEPT: Final = 256
"""How many answers are kept for a message that comes again. Chosen: whoever repeats does so within seconds."""
_ANSWER_S: Final = 2.0
"""How long the run may take to answer: after that nobody knows. Judged, a blocked disk takes one second."""
_AHEAD_S: Final = 0.05
"""From so far ahead on a clock is told that it is: less is the error of estimating it. Judged."""
_NAMES_STEP: Final = frozenset({Button.NEXT, Button.ABANDON, Button.BACK, Button.RESTART})
"""The buttons that leave the step under way, so that they have to name it."""
_NOT_BY_PHONE: Final = frozenset({Button.FINISH, Button.DISCARD})
"""What ends the run comes from its own dialogue, a pipe or a broker (contracts): a phone lies in other hands."""


class AckStatus(StrEnum):
    """What became of a message."""

    CONFIRMED = "confirmed"
    """The run took it, and what that changed is written."""
    REJECTED = "rejected"
    """Nothing happened, and nothing will."""
    UNKNOWN = "unknown"
    """Nobody knows: the program stood still, or the run was left."""


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
    """The answer to a message; what is not known of it is empty or None."""

    status: AckStatus
    tx: str = ""
    run: str = ""
    button: str = ""
    code: AckCode | None = None
    reason: str = ""
    """Why it was rejected, or what there is to say of a press that was taken; ready to be shown."""
    at: Seconds | None = None
    """When the run took it, on the run's own clock."""
    credited_at: Seconds | None = None
    """When it counts, if that is earlier."""
    is_repeat: bool = False
    """Whether this is the answer to an earlier message of the same `tx`."""

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
    """Names this press; the same again is the same press."""
    run: Annotated[str, Field(min_length=1, max_length=64)]
    """The id of the run it is for."""
    button: Annotated[str, Field(max_length=32)]
    """The name of the button."""
    answer: Annotated[int, Field(ge=1, le=10)] | None = None
    """The number of the answer, with the button `answer`."""
    expect_step: Annotated[str, Field(max_length=200)] | Annotated[int, Field(ge=0)] | None = None
    """The id or the place of the step under way, as whoever pressed saw it."""
    pressed_at_s: float | None = None
    """When it was pressed, in seconds of the run's own clock."""
    age_s: Annotated[float, Field(ge=0)] | None = None
    """How long ago it was pressed as the message was sent."""
    ts: Annotated[str, Field(max_length=40)] | None = None
    """When it was pressed or sent, by the calendar: ISO 8601 with its offset."""

    @model_validator(mode="before")
    @classmethod
    def _has_no_null(cls, data: object) -> object:
        if isinstance(data, Mapping) and (null := next((k for k, v in data.items() if v is None), None)):
            message = f"{null} is null: leave out what is not known"
            raise ValueError(message)
        return data

    @field_validator("button")
    @classmethod
    def _is_button(cls, name: str) -> str:
        if name not in {button.value for button in Button}:
            message = f"{name!r} is no button"
            raise ValueError(message)
        return name

    @field_validator("ts")
    @classmethod
    def _is_moment(cls, text: str) -> str:
        moment = None
        with suppress(ValueError):
            moment = datetime.fromisoformat(text)
        if moment is None or moment.tzinfo is None:
            message = f"{text!r} is no moment such as 2026-11-30T18:04:05Z"
            raise ValueError(message)
        return text

    def age(self, now: Seconds, wall_s: float) -> float | None:
        """How many seconds ago it was pressed, by the best that it says; None where it says nothing of it."""
        if self.pressed_at_s is not None:
            return now - self.pressed_at_s
        sent_s = None if self.ts is None else wall_s - datetime.fromisoformat(self.ts).timestamp()
        if self.age_s is None:
            return sent_s
        return sent_s if sent_s is not None and sent_s > PAST_S else self.age_s


class PressableRun(Protocol):
    """The run as buttons from elsewhere need it; `coach.edge.conductor.Conductor` is one."""

    @property
    def is_over(self) -> bool:
        """Whether it takes no more inputs."""
        ...

    def now(self) -> Seconds:
        """Seconds since the run's first input."""
        ...

    def put(self, event: Input, answer: Callable[[Input, Sequence[Output]], None] | None = None) -> None:
        """Hand in an input; `answer` is called once the run has taken it."""
        ...


@dataclass(slots=True)
class _Request:
    """A message that was taken, and who waits for its answer."""

    message: PressMessage
    ack: Ack | None = None
    waiting: list[Callable[[Ack], None]] = field(default_factory=list)


class RemoteButtons:
    """Presses the buttons of one run for others; one object for all who carry messages to it."""

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
        """How many messages were rejected, by why."""

    async def press(
        self, body: bytes, origin: Origin, *, is_retained: bool = False, waited_s: float = 0.0
    ) -> Ack:
        """Take a message and return what became of it, after `answer_within_s` at the latest."""
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
        """Answer a message whose `tx` was there before."""
        timeless = {"pressed_at_s": None, "age_s": None, "ts": None}
        if request.message.model_copy(update=timeless) != message.model_copy(update=timeless):
            answer(self._reject(ack, AckCode.DUPLICATE, "Its tx was that of another press."))
        elif request.ack is not None:
            answer(replace(request.ack, is_repeat=True))
        else:
            request.waiting.append(lambda ack: answer(replace(ack, is_repeat=True)))
            self._expire(request)

    def _keep(self, message: PressMessage) -> _Request:
        """Remember a message, and forget the oldest that was answered."""
        request = self._requests[message.tx] = _Request(message)
        while len(self._requests) > _KEPT:
            self._requests.popitem(last=False)
        return request

    def _refusal(self, message: PressMessage, origin: Origin, waited_s: float) -> tuple[AckCode, str] | None:
        """Why a message is not handed to the run; None if it is."""
        button = Button(message.button)
        if message.run != self._run_id:
            return AckCode.OTHER_RUN, "It is for another run than the one under way."
        if self._run.is_over:
            return AckCode.ENDED, "The run is over."
        if origin is Origin.PHONE and button in _NOT_BY_PHONE:
            return AckCode.NOT_ALLOWED, "The run is ended on the laptop, not by a phone."
        if (message.answer is None) is (button is Button.ANSWER):
            return AckCode.MALFORMED, "answer goes with the button answer, and that with it."
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
        """Hand a press to the run, and wait for its answer."""
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
        """Tell all who wait now that nobody knows, unless the run answers in time."""

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
    """An answer with the `tx` of a message that is no press, if one can be read: whoever sent it knows it by that."""
    try:
        tx = loads(body).get("tx")
    except (ValueError, AttributeError, RecursionError):
        return Ack(AckStatus.REJECTED)
    return Ack(AckStatus.REJECTED, tx if isinstance(tx, str) and fullmatch(_TX, tx) else "")


_NOBODY_KNOWS: Final = "The run has not answered. Look at it before you press again."


def _ack_of(
    message: PressMessage, pressed: Pressed, at: Seconds, outputs: Sequence[Output], notes: str
) -> Ack:
    """What became of a press, by what the run answered."""
    ack = Ack(AckStatus.CONFIRMED, message.tx, message.run, message.button, at=at)
    refusal = next((output.reason for output in outputs if isinstance(output, Rejected)), None)
    if refusal is not None:
        code = AckCode.EXPECT_STEP if refusal == Refusal.OTHER_STEP.value else AckCode.REFUSED
        return replace(ack, status=AckStatus.REJECTED, code=code, reason=refusal)
    credited_at = next(
        (moment for output in outputs if (moment := _moment_of(output)) is not None),
        None if pressed.button in {Button.PAUSE, Button.RESUME} else pressed.pressed_at,  # no output tells it
    )
    words = [notes] if notes else []
    if credited_at is not None and pressed.pressed_at is not None:
        late_s = credited_at - pressed.pressed_at
        if late_s > _AHEAD_S:
            words.append(f"It counts {late_s:.1f} s later than it was pressed: something was taken then.")
    mark = next((output for output in outputs if isinstance(output, Split)), None)
    if mark is not None and mark.role in _SAID:
        words.append(_SAID[mark.role])
    if pressed.button is Button.DISCARD and not any(isinstance(output, RunEnded) for output in outputs):
        words.append("Press discard again within 5 s to throw the run away.")
    is_earlier = credited_at is not None and credited_at < at
    return replace(ack, credited_at=credited_at if is_earlier else None, reason=" ".join(words))


_SAID: Final = {
    SplitRole.DOUBTFUL: "Doubtful: no line was expected there, and it counts for nothing yet.",
    SplitRole.IGNORED: "Nothing to mark there.",
}


def _moment_of(output: Output) -> Seconds | None:
    """When the press counts that brought an output; None where that does not tell."""
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
        return "It is no JSON."
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return "It is no JSON object."
    if kind == "missing":
        return f"{key} is missing."
    words = first["msg"].removeprefix("Value error, ")
    return f"{words}." if kind == "value_error" else f"{key}: {words[:1].lower()}{words[1:]}."
