"""Takes the messages of timing gates: a light gate, a button or a phone at the line, a beacon heard as it passes.

A gate presses `mark` at the moment it was passed, at most 5 s back; the run decides whether the runner was expected
there. `docs/how-to/timing-gates.md` has the form of a message and recipes.

Rule 1: a gate tells how old its crossing is (`age_s`), or when it was by a clock of its own (`at`), right or wrong.
Rule 2: of a clock only differences count. The quickest message tells how far it is off, so that no crossing lies ahead.
Rule 3: one gate is passed once in two seconds: an arm and the body behind it break one beam.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.edge.remote_buttons import LONGEST, why_malformed
from coach.edge.settings import GATE_NAME
from coach.edge.sources import Inbox
from coach.quantities import Metres, Seconds
from coach.session.buttons import PAST_S, Button, Origin, Pressed, TimingGate

_AGAIN_S: Final = 2.0
"""So soon nobody passes a gate again. Judged: the second of two people in a row is not who is coached."""
_QUICKEST_OF_S: Final = 120.0
"""How long a message tells how far a clock is off. Judged: a clock of 50 ppm drifts 6 ms in it."""
_FEWEST: Final = 5
"""But so many of the newest always tell it: a gate without a heartbeat is heard once a lap."""
_SET_BACK_S: Final = 5.0
"""A clock that reads so much less than before was set, or its gate began anew. Judged."""
_GATES: Final = 32
"""How many gates are listened to: more are names out of a faulty sender. Chosen."""


class GateMessage(BaseModel):
    """What a gate sends; unknown keys are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, allow_inf_nan=False)

    at: float | None = None
    """When it was passed, in seconds of the gate's own clock."""
    age_s: Annotated[float, Field(ge=0)] | None = None
    """How long ago it was passed as the message was sent."""
    tag: Annotated[str, Field(max_length=64)] | None = None
    """Who passed, where the gate knows; read where many are timed by hand, not while one runner is coached."""
    sync: bool = False
    """Nobody passed: the message only tells the gate's clock."""


class SenderClock:
    """How far the clock of a sender is off, by the quickest of its last messages."""

    def __init__(self) -> None:
        """Know nothing yet: the first message counts as it arrives."""
        self._offsets: deque[tuple[float, float]] = deque()
        self._newest: float | None = None

    def age(self, at: float, arrived_at: float) -> float:
        """How long ago `at` was, for a message that arrived at `arrived_at`; never negative."""
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
    """What is known of one gate."""

    clock: SenderClock = field(default_factory=SenderClock)
    passed_at: deque[float] = field(default_factory=lambda: deque(maxlen=8))
    """When it was passed the last few times, on the run's own clock."""


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
        """Mark the passing of gates in `run`; `say` is told once of each trouble with a gate.

        `places` are the metres after the finish line at which gates stand; without any, every gate stands at it. Where
        many are timed `crossed` takes the name of the gate, the moment and the tag in place of the run, and `again_s`
        is how soon nobody passes a gate again.
        """
        self._run = run
        self._crossed = crossed
        self._again_s = again_s
        self._places = places
        self._say = say
        self._gates: dict[str, _Gate] = {}
        self._told: set[str] = set()
        self.dropped: dict[str, int] = {}
        """How many messages were not handed to the run, by why."""

    def take(self, name: str, body: bytes, *, arrived_s_ago: float = 0.0, is_retained: bool = False) -> str:
        """Take a message of a gate that arrived so long ago; returns why it is not handed to the run, else nothing."""
        reason = self._take(name, body, arrived_s_ago, is_retained=is_retained)
        if reason:
            self.dropped[reason] = self.dropped.get(reason, 0) + 1
            words = f"Timing gate {name[:32]!r}: {reason}"
            if reason not in _ORDINARY and words not in self._told and len(self._told) < _GATES:
                self._told.add(words)
                self._say(words)
        return reason

    def _take(self, name: str, body: bytes, arrived_s_ago: float, *, is_retained: bool) -> str:
        """Hand a crossing to the run; returns why not."""
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
"""What is no trouble."""
