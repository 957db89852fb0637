"""The rows of a squad's board, and their order: the runner who needs the coach most is first.

A board is made of snapshots alone. Its rows do not dance: the order changes 2 s after the last change at the soonest,
and at once only for a need of safety.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from typing import Final

from coach.cues.cue import CueClass, CueKind
from coach.live.outputs import Output
from coach.live.snapshot import Snapshot
from coach.quantities import Metres, Seconds
from coach.session.events import Split, SplitRole, StepEnded, StepStarted, Undone
from coach.session.phases import Phase
from coach.signals.readings import SensorState
from coach.squad.crossing import Expected
from coach.squad.roster import SquadRunner
from coach.workout.kinds import REPS

HELD_S: Final = Seconds(2.0)
"""How long an order of rows is kept: a coach finds a row by its place. Judged."""
_COLD: Final = frozenset({SensorState.STALE, SensorState.GONE})
_SAME_S: Final = 0.05
"""Two splits closer than this are one: the line at the end of a rep, and its end."""
_FADE_REPS: Final = 2
"""Least reps for a fade: one is no trend."""


class Need(IntEnum):
    """A runner's need of the coach; the lower the more urgent."""

    SAFETY = 0
    """A cue of safety was given: a ceiling, the heat."""
    ACT = 1
    """They should slow down or speed up."""
    RUNNING = 2
    WAITING = 3
    """Resting, or before the start."""
    SILENT = 4
    """None of their sensors sends anything."""
    OVER = 5
    """Their run has ended."""


@dataclass(frozen=True, slots=True)
class BoardStanding:
    """The state of a runner at a moment; unknown values are None."""

    runner: SquadRunner
    need: Need
    snapshot: Snapshot
    rep: int | None = None
    of: int | None = None
    plan_split_s: Seconds | None = None
    """The planned time of the next split."""
    last_split_s: Seconds | None = None
    last_split_m: Metres | None = None
    light_s: Seconds | None = None
    """Seconds behind the light; negative is ahead."""
    heart_rate_bpm: float | None = None
    fade_s: Seconds | None = None
    """Difference of the last rep to the first of its length, + is slower."""
    silent_s: Seconds | None = None
    """Time since the last signal of any sensor that has sent one; None while one is live."""
    has_sensors: bool = False
    expected: Expected | None = None
    """Their next crossing of the line."""
    is_out: bool = False
    """True if they were taken out of the order."""
    wave_in_s: Seconds | None = None
    """Time until their wave starts; None if it has, or has no time yet."""


def standing_of(
    runner: SquadRunner,
    snapshot: Snapshot,
    *,
    expected: Expected | None = None,
    has_ended: bool = False,
    is_out: bool = False,
    wave_in_s: Seconds | None = None,
    last: tuple[Metres | None, Seconds] | None = None,
    spacing: Metres = Metres(200.0),
) -> BoardStanding:
    """The state of a runner, by the snapshot of their run and their `last` split."""
    step = snapshot.step
    rep = step if step is not None and step.rep is not None else snapshot.next_step
    silent_s = _silent_s(snapshot)
    band = snapshot.band
    aim = None if band is None else band.aim or band.high or band.low
    light = snapshot.light
    shown = snapshot.heart_rate
    return BoardStanding(
        runner,
        _need(snapshot, silent_s, has_ended=has_ended),
        snapshot,
        None if rep is None else rep.rep,
        None if rep is None else rep.of,
        Seconds(spacing / aim) if aim else None,
        None if last is None else last[1],
        None if last is None else last[0],
        None if light is None else light.behind_s,
        None if shown is None else shown.value,
        fade_of(snapshot),
        silent_s,
        bool(snapshot.sensors),
        expected,
        is_out,
        wave_in_s,
    )


def fade_of(snapshot: Snapshot) -> Seconds | None:
    """The difference of the last rep to the first of the same length; None before two of them."""
    reps = [result for result in snapshot.results if result.step.kind in REPS and not result.cut]
    if len(reps) < _FADE_REPS:
        return None
    alike = [result for result in reps if result.step.until == reps[-1].step.until]
    if len(alike) < _FADE_REPS:
        return None
    return Seconds(alike[-1].time_s - alike[0].time_s)


def _silent_s(snapshot: Snapshot) -> Seconds | None:
    """Time since any of a runner's sensors was live; None while one is live, or without sensors."""
    if not snapshot.sensors or any(sensor.state not in _COLD for sensor in snapshot.sensors):
        return None
    ages = [sensor.age_s for sensor in snapshot.sensors if sensor.age_s is not None]
    return min(ages, default=None)


def _need(snapshot: Snapshot, silent_s: Seconds | None, *, has_ended: bool) -> Need:
    if has_ended or snapshot.phase is Phase.FINISHED:
        return Need.OVER
    cue = snapshot.cue
    if cue is not None and cue.cue_class is CueClass.SAFETY:
        return Need.SAFETY
    if silent_s is not None:
        return Need.SILENT
    if snapshot.phase not in {Phase.WORK, Phase.FLOAT, Phase.SEND_OFF_REP}:
        return Need.WAITING
    verdict = snapshot.opinion.open_verdict
    is_off = verdict is not None and verdict.kind is not CueKind.BACK_ON_TARGET
    return Need.ACT if is_off else Need.RUNNING


class LastSplits:
    """The last split of each runner, pressed or passed by distance, collected from the outputs of their runs."""

    def __init__(self) -> None:
        """Start without splits."""
        self._passed: dict[str, list[tuple[float | None, Seconds]]] = {}
        self._last: dict[str, tuple[Metres | None, Seconds]] = {}

    def add(self, runner: str, output: Output) -> None:
        """Apply an output of a runner's run."""
        match output:
            case StepStarted():
                self._passed[runner] = []
            case Undone():
                self._passed[runner] = self._passed.get(runner, [])[:-1]
                self._last.pop(runner, None)
            case Split(role=SplitRole.SPLIT | SplitRole.END, time_s=float(time_s)):
                self._pass(runner, output.metres, Seconds(time_s))
            case StepEnded() if output.step.kind in REPS:
                self._pass(runner, output.step.until.distance(), output.time_s)
            case _:
                pass

    def of(self, runner: str) -> tuple[Metres | None, Seconds] | None:
        """The metres and the time of a runner's last split; None without one."""
        return self._last.get(runner)

    def _pass(self, runner: str, metres: Metres | None, time_s: Seconds) -> None:
        passed = self._passed.setdefault(runner, [])
        before_m, before_s = passed[-1] if passed else (0.0, 0.0)
        if time_s - before_s <= _SAME_S:
            return  # the split at the end of a step, and then its end
        lap_m = None if metres is None or before_m is None else Metres(metres - before_m)
        self._last[runner] = (lap_m, Seconds(time_s - before_s))
        passed.append((metres, time_s))


class BoardOrder:
    """The order of the rows: by need, then by the next to cross; kept for at least 2 s."""

    def __init__(self, runners: Sequence[str]) -> None:
        """Start in the order of the roster."""
        self._order = list(runners)
        self._roster = list(runners)
        self._changed_at = Seconds(-inf)
        self._urgent: frozenset[str] = frozenset()

    def arrange(self, standings: Iterable[BoardStanding], now: Seconds) -> list[BoardStanding]:
        """The rows in order; it changes only if the last order is 2 s old, or a need of safety is new."""
        by_slug: Mapping[str, BoardStanding] = {each.runner.slug: each for each in standings}
        urgent = frozenset(slug for slug, each in by_slug.items() if each.need is Need.SAFETY)
        wanted = sorted(
            (slug for slug in self._roster if slug in by_slug), key=lambda slug: self._key(by_slug[slug])
        )
        is_due = now - self._changed_at >= HELD_S or bool(urgent - self._urgent)
        order = [slug for slug in self._order if slug in by_slug]
        if wanted != order and (is_due or set(wanted) != set(order)):
            self._order, self._changed_at = wanted, now
            order = wanted
        self._urgent = urgent
        return [by_slug[slug] for slug in order]

    def _key(self, standing: BoardStanding) -> tuple[int, float, int]:
        expected = standing.expected
        place = self._roster.index(standing.runner.slug)
        return standing.need, inf if expected is None else expected.at, place
