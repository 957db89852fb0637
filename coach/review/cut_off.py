"""Where a run was when it was cut off, and how it can go on, as its journaled outputs tell: nothing is folded.

The outputs are what the runner saw. A later version of the program may fold the same inputs to another step.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from coach.quantities import Seconds, format_clock
from coach.recording.lines import OUT, read_lines, record_of
from coach.session.events import COUNTS_AS_DONE, EndReason, ResumeChoice, StepUnderWay
from coach.session.phases import Phase
from coach.workout.kinds import KINDS, REPS, RESTS, Kind
from coach.workout.timeline import Step

CONTINUED_WITHIN_S: Final = 15.0
"""A step goes on after a gap shorter than this; what a runner did in a longer one is no part of a rep."""
_FALSE_START_S: Final = 60.0
"""A run that ended no step and ran for less was begun by mistake, or to try something. Judged."""


class WayOn(StrEnum):
    """How an interrupted run can be gone on with."""

    CONTINUE = "continue"
    RESTART = "restart"
    DONE = "done"
    FINISH = "finish"
    """It ends where it was cut off."""

    @property
    def choice(self) -> ResumeChoice | None:
        """What the run is told; None where it ends."""
        return None if self is WayOn.FINISH else ResumeChoice(self.value)


KEYS_ON: Final = {WayOn.CONTINUE: "c", WayOn.RESTART: "r", WayOn.DONE: "d", WayOn.FINISH: "f"}
"""The key of each way where somebody is asked; `n` leaves the run as it is."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """Where a run was when it was cut off."""

    run: str
    workout: str
    """Its name; may hold any characters."""
    alive_until: Seconds
    """When it was last alive, in seconds since its first input."""
    under_way: StepUnderWay | None
    """The step that was under way; None before the first, and where the next one waits for its start."""
    kind: Kind | None = None
    """The kind of the step that was under way or ended last; None before the first."""
    path: str = ""
    """The place of that step in the workout."""
    step_s: Seconds | None = None
    """Running time of the step under way."""
    next_index: int = 0
    """The place in the timeline of the step that waits for its start."""
    is_paused: bool = False
    is_over: bool = False
    """Whether every step had ended, or the run itself."""
    is_false_start: bool = False
    """Whether it had hardly begun."""
    is_edited: bool = False
    """Whether steps were added or dropped during the run; what comes next is then not known from its workout."""

    def ways(self, gap_s: float, steps: Sequence[Step] = ()) -> tuple[tuple[WayOn, str], ...]:
        """How it can go on after a gap of so many seconds, in words; `steps` are those of its workout, if known."""
        if self.is_over:
            return ()
        if self.is_edited:
            steps = ()
        ways: list[tuple[WayOn, str]] = []
        if self.under_way is None:
            following = steps[self.next_index] if self.next_index < len(steps) else None
            where = "the next step" if following is None else _name(following.kind, following.path)
            ways.append((WayOn.RESTART, f"go to the start of {where}"))
        elif self.kind is not None:
            if self.may_continue(gap_s):
                at = "" if self.step_s is None else f" at {format_clock(self.step_s)}"
                ways.append((WayOn.CONTINUE, f"continue{at}"))
            ways.append((WayOn.RESTART, f"restart the {_noun(self.kind, self.path)}"))
            ways.append((WayOn.DONE, f"count it as done{_following(self.under_way, steps)}"))
        return (*ways, (WayOn.FINISH, "finish"))

    def may_continue(self, gap_s: float) -> bool:
        """Whether the step can go on where it was: the gap is short, or its clock stood anyway."""
        return gap_s < CONTINUED_WITHIN_S or self.is_paused

    @property
    def where(self) -> str:
        """The place in words: `Rep 4 of 10, 0:43 in`."""
        if self.kind is None:
            return "Before the first step"
        place = _name(self.kind, self.path)
        place = place[:1].upper() + place[1:]
        if self.under_way is None:
            return f"{place} was over"
        paused = ", paused" if self.is_paused else ""
        return place + paused if self.step_s is None else f"{place}, {format_clock(self.step_s)} in{paused}"

    def sentence(self, gap_s: float, steps: Sequence[Step] = ()) -> str:
        """The whole offer: `Rep 4 of 10, 0:43 in: restart the rep, count it as done and be in recovery, or finish`."""
        *words, last = [words for _, words in self.ways(gap_s, steps)]
        return f"{self.where}: {', '.join(words)}, or {last}"


def read_cut_off(data: bytes) -> CutOff | None:
    """Read where a journal ends, from its outputs alone; None if nothing was said in it."""
    payloads = read_lines(data).payloads
    outputs = [
        record["out"]
        for payload in payloads
        if payload.startswith(OUT) and isinstance((record := record_of(payload)).get("out"), dict)
    ]
    last_input = next(
        (record for record in map(record_of, filter(_is_input, reversed(payloads))) if record), {}
    )
    last_at = _number(last_input.get("at"))
    return cut_off(outputs, Seconds(last_at)) if outputs else None


def cut_off(outputs: Iterable[Mapping[str, Any]], last_at: Seconds) -> CutOff:
    """Tell where a run was from its journaled outputs; its last input came at `last_at`."""
    reader = CutOffReader()
    for event in outputs:
        reader.on_event(event)
    return reader.cut_off(last_at)


_IN: Final = b'{"in":'


def _is_input(payload: bytes) -> bool:
    return payload.startswith(_IN)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


class CutOffReader:
    """Follows the outputs of a run from step to step."""

    def __init__(self) -> None:
        self._run = self._workout = ""
        self._at = self._run_s = 0.0
        self._step: Mapping[str, Any] = {}
        self._starts: dict[str, tuple[float, float, Mapping[str, Any]]] = {}
        """When each step began, in the run's time and in running time, and its event."""
        self._under_way = ""
        self._next = 0
        self._phase = ""
        self._ended_step = ""
        self._has_done = self._has_ended = self._is_edited = False

    def on_event(self, event: Mapping[str, Any]) -> None:
        """Take the next output."""
        self._at = max(self._at, _number(event.get("at_s")))
        self._run_s = _number(event.get("run_s")) if "run_s" in event else self._run_s
        step_id = str(event.get("step_id", ""))
        match event.get("event"):
            case "run_started":
                self._run, self._workout = str(event.get("run", "")), str(event.get("workout", ""))
            case "step_started":
                at = _number(event.get("effective_at_s", event.get("at_s")))
                run_s = max(0.0, self._run_s - (_number(event.get("at_s")) - at))
                self._starts[step_id] = (at, run_s, event)
                self._step, self._under_way = event, step_id
            case "step_ended":
                self._end(event, step_id)
            case "workout_changed":
                self._is_edited = True
            case "boundary_moved" if step_id == self._ended_step and self._under_way in self._starts:
                at, run_s, started = self._starts[self._under_way]
                shift = _number(event.get("to_s")) - _number(event.get("from_s"))
                self._starts[self._under_way] = (at + shift, run_s + shift, started)
            case "undone" if step_id in self._starts:
                self._step, self._under_way = self._starts[step_id][2], step_id
            case "phase":
                self._phase = str(event.get("phase", ""))
                if self._phase == Phase.READY and self._under_way:
                    self._next, self._under_way = int(_number(self._step.get("step"))), ""
            case "run_ended":
                self._has_ended = True
            case "resumed":
                self._has_ended = False
            case _:
                pass

    def _end(self, event: Mapping[str, Any], step_id: str) -> None:
        reason, index = event.get("reason"), int(_number(event.get("step")))
        self._has_done = self._has_done or reason in COUNTS_AS_DONE
        self._ended_step, self._under_way = step_id, ""
        is_again = reason in {EndReason.FALSE_START, EndReason.RESTARTED}
        self._next = index if is_again else index - 1 if reason == EndReason.BACK else index + 1

    def cut_off(self, last_at: Seconds) -> CutOff:
        """Tell where the run was after the last output."""
        alive_until = Seconds(max(self._at, last_at))
        is_paused = self._phase == Phase.PAUSED
        run_s = self._run_s + (0.0 if is_paused or not self._starts else alive_until - self._at)
        under_way, step_s = None, None
        if self._under_way:
            began_at, began_run_s, _ = self._starts[self._under_way]
            index = int(_number(self._step.get("step")))
            under_way = StepUnderWay(self._under_way, index, Seconds(began_at))
            step_s = Seconds(max(0.0, run_s - began_run_s))
        return CutOff(
            self._run,
            self._workout,
            alive_until,
            under_way,
            _kind(self._step.get("kind")),
            str(self._step.get("path", "")),
            step_s,
            self._next,
            is_paused,
            self._has_ended or self._phase == Phase.FINISHED,
            not self._has_done and run_s < _FALSE_START_S,
            self._is_edited,
        )


def _kind(value: object) -> Kind | None:
    return Kind(value) if isinstance(value, str) and value in set(Kind) else None


# --- words

_COUNTED: Final = re.compile(r"(\D+) \d+ of \d+")
_SLOT_REST: Final = "rest"
"""The rest of a send-off, in a path."""


def _parts(path: str) -> tuple[str, str]:
    """The counted places of a path, and its last part: `set 1 of 2, rep 3 of 5` and `work`."""
    _, *inner, last = path.split(" / ") if " / " in path else ["", path]
    return ", ".join(inner), last


def _noun(kind: Kind, path: str) -> str:
    """What a step of this kind is called: `rep`, `sprint`, `recovery`."""
    inner, last = _parts(path)
    counted = _COUNTED.match(inner.rpartition(", ")[2]) if kind in REPS else None
    if kind in RESTS and last == _SLOT_REST:
        return last
    return counted[1] if counted else KINDS[kind].noun or KINDS[kind].label.lower()


def _name(kind: Kind, path: str) -> str:
    """Name a step by its place: `rep 4 of 10`, `recovery after rep 4 of 10`, `warm-up`."""
    inner, last = _parts(path)
    if kind in REPS and inner:
        return inner
    last = _noun(kind, path) if last in {"", kind.value} else last
    return f"{last} after {inner}" if inner else last


def _following(under_way: StepUnderWay, steps: Sequence[Step]) -> str:
    """Say what follows a step that counts as done; nothing where the workout is not known."""
    place = next((place for place, step in enumerate(steps) if step.step_id == under_way.step_id), None)
    if place is None:
        return ""
    following = next((step for step in steps[place + 1 :] if step.kind is not Kind.PROMPT), None)
    if following is None:
        return " (it is the last)"
    inner, last = _parts(following.path)
    if following.kind in RESTS:
        return " and be in recovery"
    if following.kind is Kind.CHECKLIST or (following.kind in REPS and inner):
        return f" and go to {inner if following.kind in REPS else last}"
    return f" and go to the {_noun(following.kind, last)}"
