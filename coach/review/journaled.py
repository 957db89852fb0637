"""What a run came to, read from what its journal says was said. Nothing is folded, so it takes milliseconds.

The outputs of a journal are what the runner saw. They have every correction of the run that gave them; a later version
of the program may fold the same inputs to slightly other numbers, which `coach runs show` does and this does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from statistics import fmean
from typing import Any, Final

from coach.recording.lines import OUT, TAIL, read_lines, record_of, sign
from coach.review.summary import is_effort_question
from coach.session.events import NOT_RUN, EndReason, SplitRole
from coach.signals.readings import PODS
from coach.workout.kinds import HARD, RUN, TIMED, Kind

FREE: Final = "free"
"""The kind of a run without a plan."""
SIMULATED: Final = "sim"
"""What the header of a journal names a simulated runner among what measured the run."""
_OUT_LINE: Final = b"\n" + OUT
_EVENTS: Final = tuple(
    b'"event":"%b"' % name
    for name in (
        b"run_started",
        b"step_started",
        b"step_ended",
        b"boundary_moved",
        b"undone",
        b"resumed",
        b"split",
        b"answer",
        b"run_ended",
        b"sensor",
    )
)
"""The outputs that say what a run came to; the others, most of them cues, are not decoded."""
_FUEL: Final = b'"kind":"fuel"'
"""What stands in a cue that says to eat or drink."""
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
    """One step of a run that was run hard, as it ended."""

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
        """Whether its time is a result that is told; a stride's is not."""
        return self.kind in _TIMED

    @property
    def is_whole(self) -> bool:
        """Whether it was run to its end."""
        return self.reason in _WHOLE and not self.is_cut


@dataclass(frozen=True, slots=True)
class JournaledRun:
    """What a run came to; what its journal does not say is None or empty."""

    workout: str = ""
    athlete: str = ""
    kind: str = ""
    """What the workout trains (`threshold`, `vo2max`, ...), `free` without a plan; empty where it does not say."""
    started: str = ""
    """Local time: `2026-11-21T18:04:05+01:00`."""
    zone: str = ""
    """Name of its time zone."""
    is_simulated: bool = False
    """Whether the runner was made up, by `--sensors sim`."""
    completed: bool = False
    steps_done: int = 0
    time_s: float | None = None
    """Running time; of a run that was cut off up to what it said last."""
    distance_m: float | None = None
    hard_s: float | None = None
    """Running time of its hard steps."""
    hard_m: float | None = None
    """Metres of its hard steps; None where one was not measured."""
    effort: int | None = None
    """How hard it was, where its workout asked."""
    surface: str = ""
    """What its workout is run on; empty where it does not say."""
    is_sheet: bool = False
    """Whether nothing in it was run: a sheet of exercises."""
    shoe: str = ""
    """The slug of the shoe that the pod sat on which was heard; empty where nobody knows, or two may be meant."""
    has_fuel: bool = False
    """Whether something to eat or drink was said."""
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
    """Read what a run came to from the bytes of its journal; a damaged line costs itself."""
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
    """Tell what a run came to from the header of its journal and its outputs."""
    teller = _Teller()
    for event in events:
        teller.tell(event)
    return teller.run(header)


def local_start(header: Mapping[str, Any]) -> str:
    """When a run began by the header of its journal, in its own zone: `2026-11-21T18:04:05+01:00`; empty if unknown."""
    epoch, offset = _number(header.get("wall_epoch")), _number(header.get("utc_offset_s")) or 0.0
    if not epoch:
        return ""
    try:
        zone = timezone(timedelta(seconds=round(offset)))
        return datetime.fromtimestamp(epoch, UTC).astimezone(zone).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return ""


def header_of_line(line: str) -> dict[str, Any]:
    """The header of a journal from its line with the sum, unchecked; empty where it is none."""
    return record_of(line.encode().rstrip(b"\n")[: 1 - TAIL])


def is_simulated(header: Mapping[str, Any]) -> bool:
    """Whether a simulated runner measured a run, by the header of its journal."""
    return SIMULATED in str(header.get("sensors", "")).split(",")


def kind_of(workout: object) -> str:
    """What a workout document says it trains; `free` for none."""
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
        """Take the next output."""
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
        """Take how hard it was, and which sensors were heard."""
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
        """Tell what it came to after the last output."""
        ended, rows = self._ended, list(self._rows.values())
        hard = [row for row in rows if row.started.get("kind") in _HARD]
        hard_metres = [row.distance_m for row in hard]
        metres = [each for row in rows if (each := _run_metres(row)) is not None]
        measured = sum(metres) if metres else None
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
            distance_m=measured if ended is None else _number(ended.get("distance_m")),
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
    """The running time a hard step was run hard: of a fartlek its hard stretches."""
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


def _shoe_in(header: Mapping[str, Any], heard: AbstractSet[str]) -> str:
    """The shoe of the pod that was heard; of several pods, or where any of a pool may be worn, only one all are on."""
    devices = header.get("devices")
    shoes = {
        str(device.get("shoe", ""))
        for device in (devices if isinstance(devices, Sequence) else ())
        if isinstance(device, Mapping)
        if device.get("sensor") in heard & _FEET or (device.get("kind") == "pod" and "number" in device)
    }
    return shoes.pop() if len(shoes) == 1 and heard & _FEET else ""


_FEET: Final = frozenset(source.value for source in PODS)
_MOST: Final = 1e12
"""No figure of a run is as large; what is comes from a damaged or made-up journal."""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _MOST:
        return None
    return float(value)
