"""Reads a journal without folding it: the results of a run, and where a run was cut off and how it can go on.

Nothing is folded, so it takes milliseconds. The outputs of a journal are what the runner saw, with every correction of
that run. A later version of the program may fold the same inputs to slightly other numbers, or to another step, which
`coach runs show` does and this module does not.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from statistics import fmean
from typing import Any, Final

from coach.quantities import Seconds, format_clock
from coach.recording.lines import OUT, TAIL, read_lines, record_of, sign
from coach.review.summary import is_effort_question
from coach.session.events import COUNTS_AS_DONE, NOT_RUN, EndReason, ResumeChoice, StepUnderWay
from coach.session.phases import Phase, SplitRole
from coach.signals.readings import PODS
from coach.workout.kinds import HARD, KINDS, REPS, RESTS, RUN, TIMED, Kind
from coach.workout.timeline import Step

FREE: Final = "free"
"""The kind of a run without a plan."""
SIMULATED: Final = "sim"
"""The simulated runner in the `sensors` of a journal's header."""
_OUT_LINE: Final = b"\n" + OUT
_EVENTS: Final = tuple(
    f'"event":"{name}"'.encode()
    for name in (
        "run_started", "step_started", "step_ended", "boundary_moved", "undone", "resumed", "split", "answer",
        "run_ended", "sensor",
    )
)  # fmt: skip
"""The outputs that hold results; the others, most of them cues, are not decoded."""
_FUEL: Final = b'"kind":"fuel"'
"""Part of the record of a cue to eat or drink."""
_WHOLE: Final = frozenset({EndReason.DONE, EndReason.MARK, EndReason.LINE})


@dataclass(frozen=True, slots=True)
class JournaledSplit:
    """One split of a rep."""

    time_s: float
    """Step time, with every correction of its start."""
    role: str
    metres: float | None = None
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class JournaledRep:
    """One hard step of a run, as it ended."""

    number: int
    """From 1, over the whole run."""
    step_id: str
    path: str
    kind: str
    time_s: float
    reason: str
    length_m: float | None = None
    """Its planned length; None where it had none."""
    distance_m: float | None = None
    mean_speed_mps: float | None = None
    light_s: float | None = None
    """Seconds against the plan, + is slow."""
    mean_heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None
    is_cut: bool = False
    splits: tuple[JournaledSplit, ...] = ()

    @property
    def is_timed(self) -> bool:
        """True if its time counts as a result; a stride's does not."""
        return self.kind in _TIMED

    @property
    def is_whole(self) -> bool:
        """True if it was run to its end."""
        return self.reason in _WHOLE and not self.is_cut


@dataclass(frozen=True, slots=True)
class JournaledRun:
    """The results of a run; what its journal does not say is None or empty."""

    workout: str = ""
    athlete: str = ""
    kind: str = ""
    """Purpose of the workout (`threshold`, `vo2max`, ...), `free` without a plan; empty if the document has none."""
    started: str = ""
    """Local time: `2026-11-21T18:04:05+01:00`."""
    zone: str = ""
    """Name of its time zone."""
    is_simulated: bool = False
    """True if the runner was simulated, by `--sensors sim`."""
    completed: bool = False
    steps_done: int = 0
    time_s: float | None = None
    """Running time; of a run that was cut off, up to its last output."""
    distance_m: float | None = None
    hard_s: float | None = None
    """Running time of its hard steps."""
    hard_m: float | None = None
    """Metres of its hard steps; None where one was not measured."""
    effort: int | None = None
    """Effort from 1 to 10, if the workout asked for it."""
    surface: str = ""
    """Surface that the workout is meant for; empty if the document does not say."""
    is_sheet: bool = False
    """True if nothing in it was run: a sheet of exercises."""
    shoe: str = ""
    """Slug of the shoe of the pod that sent data; empty if unknown, or if it may be one of several."""
    has_fuel: bool = False
    """True if a cue said to eat or drink."""
    reps: tuple[JournaledRep, ...] = ()

    @property
    def light_s(self) -> float | None:
        """Seconds a rep against the plan, + is slow."""
        offs = [rep.light_s for rep in self.reps if rep.is_timed and rep.light_s is not None]
        return fmean(offs) if offs else None


_HARD: Final = frozenset(kind.value for kind in HARD)
_TIMED: Final = frozenset(kind.value for kind in TIMED)
_RUN: Final = frozenset(kind.value for kind in RUN)


def read_journaled_run(data: bytes) -> JournaledRun:
    """Read the results of a run from the bytes of its journal; damaged lines are skipped."""
    header, outputs = _whole_lines(data) or _lines(data)
    run = journaled_run(
        record_of(header),
        (
            event
            for payload in outputs
            if any(name in payload for name in _EVENTS)
            if isinstance(event := record_of(payload).get("out"), dict)
        ),
    )
    return replace(run, has_fuel=any(_FUEL in payload for payload in outputs))


def _whole_lines(data: bytes) -> tuple[bytes, list[bytes]] | None:
    """The header and the outputs of a journal, the inputs unread; None if one of them is damaged.

    Most lines are inputs: not summing these too takes a quarter of the time.
    """
    header = data[: data.find(b"\n") + 1]
    if header != sign(header[:-TAIL]):
        return None
    outputs: list[bytes] = []
    begin = data.find(_OUT_LINE)
    while begin >= 0:
        end = data.find(b"\n", begin + 1)
        line = data[begin + 1 : end + 1]
        if end < 0 or line != sign(line[:-TAIL]):
            return None
        outputs.append(line[:-TAIL])
        begin = data.find(_OUT_LINE, end)
    return (header[:-TAIL], outputs) if len(outputs) == data.count(OUT) else None


def _lines(data: bytes) -> tuple[bytes, list[bytes]]:
    """The same from every whole line."""
    payloads = read_lines(data).payloads
    outputs = [payload for payload in payloads if payload.startswith(OUT)]
    return next((payload for payload in payloads[:1] if payload not in outputs), b""), outputs


def journaled_run(header: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> JournaledRun:
    """Read the results of a run from the header of its journal and its outputs."""
    teller = _Teller()
    for event in events:
        teller.tell(event)
    return teller.run(header)


def local_start(header: Mapping[str, Any]) -> str:
    """The local start of a run by the header of its journal: `2026-11-21T18:04:05+01:00`; empty if unknown."""
    epoch, offset = _number(header.get("wall_epoch")), _number(header.get("utc_offset_s")) or 0.0
    if not epoch:
        return ""
    try:
        zone = timezone(timedelta(seconds=round(offset)))
        return datetime.fromtimestamp(epoch, UTC).astimezone(zone).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return ""


def header_of_line(line: str) -> dict[str, Any]:
    """The header of a journal from its first line, the checksum unverified; empty if it is no header."""
    return record_of(line.encode().rstrip(b"\n")[: 1 - TAIL])


def is_simulated(header: Mapping[str, Any]) -> bool:
    """Return whether the header of a journal names the simulated runner."""
    return SIMULATED in str(header.get("sensors", "")).split(",")


def kind_of(workout: object) -> str:
    """The purpose that a workout document is tagged with; `free` for None."""
    if workout is None:
        return FREE
    tags = workout.get("tags") if isinstance(workout, Mapping) else None
    system = tags.get("system") if isinstance(tags, Mapping) else None
    return system if isinstance(system, str) else ""


@dataclass(slots=True)
class _Row:
    """A step that ended."""

    started: Mapping[str, Any]
    ended: Mapping[str, Any]
    time_s: float
    distance_m: float | None
    light_s: float | None
    splits: list[JournaledSplit] = field(default_factory=list)


class _Teller:
    """Follows the outputs of a run, as `SummaryBuilder` follows them before they are encoded."""

    def __init__(self) -> None:
        self._started: Mapping[str, Any] = {}
        self._ended: Mapping[str, Any] | None = None
        self._steps: dict[str, Mapping[str, Any]] = {}
        self._rows: dict[str, _Row] = {}
        self._splits: dict[str, list[JournaledSplit]] = {}
        self._presses: list[tuple[str, float]] = []
        self._step_id = ""
        self._run_s: float | None = None
        self._effort: int | None = None
        self._heard: set[str] = set()

    def tell(self, event: Mapping[str, Any]) -> None:
        """Apply the next output."""
        step_id = str(event.get("step_id", ""))
        self._run_s = _number(event.get("run_s")) if "run_s" in event else self._run_s
        match event.get("event"):
            case "run_started":
                self._started = event
            case "step_started":
                self._steps[step_id], self._step_id = event, step_id
            case "step_ended":
                self._end(event, step_id)
            case "boundary_moved":
                self._move(event, step_id)
            case "undone":
                self._undo(event, step_id)
            case "split":
                self._split(event)
            case "answer" | "sensor":
                self._note(event)
            case "run_ended":
                self._ended = event
            case "resumed":
                self._ended = None  # an end that was taken back is none
            case _:
                pass

    def _note(self, event: Mapping[str, Any]) -> None:
        """Take the effort from an answer, and the sensor that became live."""
        answer = event.get("answer")
        if is_effort_question(str(event.get("question", ""))) and isinstance(answer, int):
            self._effort = answer
        if event.get("state") == "live":
            self._heard.add(str(event.get("sensor", "")))

    def _end(self, event: Mapping[str, Any], step_id: str) -> None:
        self._rows.pop(step_id, None)  # a second end of a step replaces the first
        if event.get("reason") in NOT_RUN:
            self._splits.pop(step_id, None)
            return
        self._rows[step_id] = _Row(
            self._steps.get(step_id, {}),
            event,
            _number(event.get("time_s")) or 0.0,
            _number(event.get("distance_m")),
            _number(event.get("light_s")),
        )

    def _move(self, event: Mapping[str, Any], step_id: str) -> None:
        shift = (_number(event.get("to_s")) or 0.0) - (_number(event.get("from_s")) or 0.0)
        row = self._rows.get(step_id)
        if row is not None:
            row.time_s += shift
            row.light_s = None if row.light_s is None else row.light_s + shift
            if "measured_m" in event:  # the runner was at the line
                row.distance_m = _length(row.started)
            elif "distance_m" in event:
                row.distance_m = _number(event["distance_m"])
        if step_id != self._step_id and shift:
            splits = self._splits.get(self._step_id, [])
            splits[:] = [
                JournaledSplit(max(0.0, split.time_s - shift), split.role, split.metres, split.pressed)
                for split in splits
            ]

    def _undo(self, event: Mapping[str, Any], step_id: str) -> None:
        if event.get("button") in {"mark", "go"} and self._presses:
            pressed_in, time_s = self._presses.pop()
            splits = self._splits.get(pressed_in, [])
            splits[:] = [split for split in splits if split.time_s != time_s]
        self._rows.pop(step_id, None)
        self._step_id = step_id

    def _split(self, event: Mapping[str, Any]) -> None:
        time_s = _number(event.get("time_s"))
        if time_s is None:
            return
        metres, pressed = _number(event.get("metres")), event.get("pressed") is True
        split = JournaledSplit(time_s, str(event.get("role", "")), metres, pressed)
        step_id = str(event.get("step_id") or self._step_id)
        is_listed_only = "gate" in event and split.role in {SplitRole.DOUBTFUL, SplitRole.IGNORED}
        if pressed and not is_listed_only:
            self._presses.append((step_id, time_s))
        splits = self._splits.setdefault(step_id, [])
        splits[:] = [other for other in splits if metres is None or other.metres != metres] + [split]

    def run(self, header: Mapping[str, Any]) -> JournaledRun:
        """The results after the last output."""
        ended, rows = self._ended, list(self._rows.values())
        hard = [row for row in rows if row.started.get("kind") in _HARD]
        hard_metres = [row.distance_m for row in hard]
        metres = [each for row in rows if (each := _run_metres(row)) is not None]
        total_m = sum(metres) if metres else None
        return JournaledRun(
            workout=str(self._started.get("workout") or _name_in(header)),
            athlete=str(self._started.get("athlete") or _slug_in(header)),
            kind=kind_of(header.get("workout")) if header else "",
            started=local_start(header),
            zone=str(header.get("zone", "")),
            is_simulated=is_simulated(header),
            completed=ended is not None and ended.get("completed") is True,
            steps_done=len(rows) if ended is None else int(_number(ended.get("steps_done")) or 0),
            time_s=self._run_s if ended is None else _number(ended.get("time_s")),
            distance_m=total_m if ended is None else _number(ended.get("distance_m")),
            hard_s=sum(_hard_s(row) for row in hard) if hard else None,
            hard_m=sum(each for each in hard_metres if each is not None)
            if hard and None not in hard_metres
            else None,
            effort=self._effort,
            surface=_surface_in(header),
            is_sheet=bool(self._steps) and not any(each.get("kind") in _RUN for each in self._steps.values()),
            shoe=_shoe_in(header, self._heard),
            reps=tuple(self._rep(number, row) for number, row in enumerate(hard, 1)),
        )

    def _rep(self, number: int, row: _Row) -> JournaledRep:
        step_id = str(row.ended.get("step_id", ""))
        speed = _number(row.ended.get("mean_speed_mps"))
        if speed is not None and row.distance_m is not None and row.time_s > 0:
            is_moved = row.time_s != row.ended.get("time_s")
            speed = row.distance_m / row.time_s if is_moved else speed
        return JournaledRep(
            number,
            step_id,
            str(row.started.get("path", "")),
            str(row.started.get("kind", Kind.WORK)),
            row.time_s,
            str(row.ended.get("reason", "")),
            _length(row.started),
            row.distance_m,
            speed,
            row.light_s if row.time_s > 0 else None,
            _number(row.ended.get("mean_heart_rate_bpm")),
            _number(row.ended.get("max_heart_rate_bpm")),
            row.ended.get("cut") is True,
            tuple(self._splits.get(step_id, ())),
        )


def _run_metres(row: _Row) -> float | None:
    return (_number(row.ended.get("measured_m")) or None) if row.distance_m is None else row.distance_m


def _hard_s(row: _Row) -> float:
    """The running time of a hard step that was hard; of a fartlek, its hard stretches."""
    hard_s = _number(row.ended.get("hard_s"))
    return row.time_s if hard_s is None else hard_s


def _length(started: Mapping[str, Any]) -> float | None:
    until = started.get("until")
    ends: Sequence[Any] = ()
    if isinstance(until, Mapping):
        several = until.get("any")
        ends = several if isinstance(several, list) else [until]
    lengths = [_number(end.get("distance_m")) for end in ends if isinstance(end, Mapping)]
    return next((length for length in lengths if length is not None), None)


def _name_in(header: Mapping[str, Any]) -> str:
    workout = header.get("workout")
    return str(workout.get("name", "")) if isinstance(workout, Mapping) else ""


def _slug_in(header: Mapping[str, Any]) -> str:
    athlete = header.get("athlete")
    return str(athlete.get("slug", "")) if isinstance(athlete, Mapping) else ""


def _surface_in(header: Mapping[str, Any]) -> str:
    workout = header.get("workout")
    context = workout.get("context") if isinstance(workout, Mapping) else None
    surface = context.get("surface") if isinstance(context, Mapping) else None
    return surface if isinstance(surface, str) else ""


def _shoe_in(header: Mapping[str, Any], sensors: AbstractSet[str]) -> str:
    """The shoe of the pod that sent data; of several or pooled pods, only a shoe that all of them are on."""
    devices = header.get("devices")
    shoes = {
        str(device.get("shoe", ""))
        for device in (devices if isinstance(devices, Sequence) else ())
        if isinstance(device, Mapping)
        if device.get("sensor") in sensors & _FEET or (device.get("kind") == "pod" and "number" in device)
    }
    return shoes.pop() if len(shoes) == 1 and sensors & _FEET else ""


_FEET: Final = frozenset(source.value for source in PODS)
_MOST: Final = 1e12
"""No figure of a run is as large; larger ones come from a damaged or forged journal."""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _MOST:
        return None
    return float(value)


# --- where a run was cut off

CONTINUED_WITHIN_S: Final = 15.0
"""A step goes on after a gap shorter than this; running during a longer one is not part of a rep."""
_FALSE_START_S: Final = 60.0
"""A run that ended no step and took less was started by mistake, or to try something. Judged."""


class WayOn(StrEnum):
    """The ways in which an interrupted run can go on."""

    CONTINUE = "continue"
    RESTART = "restart"
    DONE = "done"
    FINISH = "finish"
    """The run ends where it was cut off."""

    @property
    def choice(self) -> ResumeChoice | None:
        """The choice that the session gets; None for `FINISH`."""
        return None if self is WayOn.FINISH else ResumeChoice(self.value)


_IN: Final = b'{"in":'
"""The start of the line of an input."""

KEYS_ON: Final = {WayOn.CONTINUE: "c", WayOn.RESTART: "r", WayOn.DONE: "d", WayOn.FINISH: "f"}
"""The key of each way in the prompt; `n` leaves the run as it is."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """The state of a run when it was cut off."""

    run: str
    workout: str
    """Its name; may hold any characters."""
    alive_until: Seconds
    """Time of the last sign of life, in seconds since the first input."""
    under_way: StepUnderWay | None
    """The step that was under way; None before the first, and where the next one waits for its start."""
    kind: Kind | None = None
    """The kind of the step that was under way or that ended last; None before the first."""
    path: str = ""
    """The place of that step in the workout."""
    step_s: Seconds | None = None
    """Running time of the step under way."""
    next_index: int = 0
    """The place in the timeline of the step that waits for its start."""
    is_paused: bool = False
    is_over: bool = False
    """True if every step had ended, or the run itself."""
    is_false_start: bool = False
    """True if the run had hardly begun."""
    is_edited: bool = False
    """True if steps were added or dropped during the run; the workout then does not say what comes next."""

    def ways(self, gap_s: float, steps: Sequence[Step] = ()) -> tuple[tuple[WayOn, str], ...]:
        """The ways to go on after a gap of `gap_s` seconds, in words; `steps` are those of its workout, if known."""
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
        """Return whether the step can go on where it was: the gap is short, or its clock was stopped."""
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
    """Read where a journal ends, from its outputs; None if it has none."""
    payloads = read_lines(data).payloads
    outputs = [
        record["out"]
        for payload in payloads
        if payload.startswith(OUT) and isinstance((record := record_of(payload)).get("out"), dict)
    ]
    inputs = (record_of(payload) for payload in reversed(payloads) if payload.startswith(_IN))
    last_at = _number_or_0(next(filter(None, inputs), {}).get("at"))
    return cut_off(outputs, Seconds(last_at)) if outputs else None


def cut_off(outputs: Iterable[Mapping[str, Any]], last_at: Seconds) -> CutOff:
    """The state of a run from its journaled outputs; its last input came at `last_at`."""
    reader = CutOffReader()
    for event in outputs:
        reader.on_event(event)
    return reader.cut_off(last_at)


def _number_or_0(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


class CutOffReader:
    """Follows the outputs of a run from step to step."""

    def __init__(self) -> None:
        self._run = self._workout = ""
        self._at = self._run_s = 0.0
        self._step: Mapping[str, Any] = {}
        self._starts: dict[str, tuple[float, float, Mapping[str, Any]]] = {}
        """Start of each step in the run's time and in running time, and its event."""
        self._under_way = ""
        self._next = 0
        self._phase = ""
        self._ended_step = ""
        self._has_done = self._has_ended = self._is_edited = False

    def on_event(self, event: Mapping[str, Any]) -> None:
        """Take the next output."""
        self._at = max(self._at, _number_or_0(event.get("at_s")))
        self._run_s = _number_or_0(event.get("run_s")) if "run_s" in event else self._run_s
        step_id = str(event.get("step_id", ""))
        match event.get("event"):
            case "run_started":
                self._run, self._workout = str(event.get("run", "")), str(event.get("workout", ""))
            case "step_started":
                at = _number_or_0(event.get("effective_at_s", event.get("at_s")))
                run_s = max(0.0, self._run_s - (_number_or_0(event.get("at_s")) - at))
                self._starts[step_id] = (at, run_s, event)
                self._step, self._under_way = event, step_id
            case "step_ended":
                self._end(event, step_id)
            case "workout_changed":
                self._is_edited = True
            case "boundary_moved" if step_id == self._ended_step and self._under_way in self._starts:
                at, run_s, started = self._starts[self._under_way]
                shift = _number_or_0(event.get("to_s")) - _number_or_0(event.get("from_s"))
                self._starts[self._under_way] = (at + shift, run_s + shift, started)
            case "undone" if step_id in self._starts:
                self._step, self._under_way = self._starts[step_id][2], step_id
            case "phase":
                self._phase = str(event.get("phase", ""))
                if self._phase == Phase.READY and self._under_way:
                    self._next, self._under_way = int(_number_or_0(self._step.get("step"))), ""
            case "run_ended":
                self._has_ended = True
            case "resumed":
                self._has_ended = False
            case _:
                pass

    def _end(self, event: Mapping[str, Any], step_id: str) -> None:
        reason, index = event.get("reason"), int(_number_or_0(event.get("step")))
        self._has_done = self._has_done or reason in COUNTS_AS_DONE
        self._ended_step, self._under_way = step_id, ""
        is_again = reason in {EndReason.FALSE_START, EndReason.RESTARTED}
        self._next = index if is_again else index - 1 if reason == EndReason.BACK else index + 1

    def cut_off(self, last_at: Seconds) -> CutOff:
        """The state of the run after the last output."""
        alive_until = Seconds(max(self._at, last_at))
        is_paused = self._phase == Phase.PAUSED
        run_s = self._run_s + (0.0 if is_paused or not self._starts else alive_until - self._at)
        under_way, step_s = None, None
        if self._under_way:
            began_at, began_run_s, _ = self._starts[self._under_way]
            index = int(_number_or_0(self._step.get("step")))
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


_COUNTED: Final = re.compile(r"(\D+) \d+ of \d+")
_SLOT_REST: Final = "rest"
"""The rest of a send-off, in a path."""


def _parts(path: str) -> tuple[str, str]:
    """The counted places of a path, and its last part: `set 1 of 2, rep 3 of 5` and `work`."""
    _, *inner, last = path.split(" / ") if " / " in path else ["", path]
    return ", ".join(inner), last


def _noun(kind: Kind, path: str) -> str:
    """The noun for a step of this kind: `rep`, `sprint`, `recovery`."""
    inner, last = _parts(path)
    match = _COUNTED.match(inner.rpartition(", ")[2]) if kind in REPS else None
    if kind in RESTS and last == _SLOT_REST:
        return last
    return match[1] if match else KINDS[kind].noun or KINDS[kind].label.lower()


def _name(kind: Kind, path: str) -> str:
    """Name a step by its place: `rep 4 of 10`, `recovery after rep 4 of 10`, `warm-up`."""
    inner, last = _parts(path)
    if kind in REPS and inner:
        return inner
    last = _noun(kind, path) if last in {"", kind.value} else last
    return f"{last} after {inner}" if inner else last


def _following(under_way: StepUnderWay, steps: Sequence[Step]) -> str:
    """Name the step after one that counts as done; empty if the workout is unknown."""
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
