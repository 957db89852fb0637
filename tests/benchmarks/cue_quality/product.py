"""Trackside Coach as a runner has it: a `LiveRun` with the settings as shipped, in a rep steered by rate.

The run begins with what the file holds before the window (up to 5 min, as a warm-up without a target), so the
coach has heard of this runner and this sensor what it would have heard by then. The step under test starts with the
window, on the road, at the window's own pace with the band a single pace gets in a workout. It is a work step of
five minutes, so the coach settles and starts its filters anew as after any step change, and has the haste and the
manners of a rep. Trials share the part before their step: the run is copied there.
"""

import io
import pickle
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from coach.cues.cue import Cue, CueKind
from coach.live.contract import Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.signals.readings import Reported
from coach.workout.kinds import Kind
from coach.workout.resolve import pace_band
from coach.workout.timeline import (
    CoachBy,
    Context,
    EndConditions,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)
from tests.benchmarks.cue_quality.trials import (
    JUDGED_FROM_S,
    MISSED_AFTER_S,
    Judged,
    Trial,
    Verdict,
    apart,
    change,
    is_out,
    unfounded,
)
from tests.benchmarks.cue_quality.windows import WINDOW_S, Window

SIGNS: Final = MappingProxyType(
    {
        CueKind.TOO_FAST: 1,
        CueKind.AHEAD_OF_LIGHT: 1,
        CueKind.START_TOO_FAST: 1,
        CueKind.TOO_SLOW: -1,
        CueKind.BEHIND_LIGHT: -1,
        CueKind.NEW_LIGHT: -1,
        CueKind.FADE: -1,
    }
)
"""The cues that judge pace, and which way."""
_SHORTEST_LEAD_S: Final = 20.0
REP_S: Final = Seconds(300.0)
"""The step under test is as long as a rep, not as a run: a coach has less patience in it."""
HOUR_S: Final = Seconds(3600.0)


def judge(
    window: Window, onsets: tuple[int, ...], steps: tuple[float, ...], *, alone: bool = False
) -> Judged:
    """Let the coach judge a window without a step, and with each step at each onset.

    With `alone` the run begins with the window: nothing is known of what was run before.
    """
    coached = _Coached(replace(window, lead=()) if alone else window)
    copies: dict[int, bytes] = {}
    said: list[Verdict] = []
    for second in range(WINDOW_S):
        said += coached.hear(second)
        if second in onsets and not said:
            copies[second] = coached.copy()
    false = unfounded(said, window.shares)
    judged = Judged(window.file, float(WINDOW_S - JUDGED_FROM_S), apart(false), real=len(said) - len(false))
    for onset in onsets:
        if is_out(said, false, onset):
            continue
        for step in steps:
            trial = Trial(step, onset, onset not in copies)
            if not trial.spoiled:
                trial.verdicts = _after(coached, copies[onset], window, trial)
            judged.trials.append(trial)
    return judged


def trial_from_the_start(window: Window, step: float, onset: int) -> tuple[Verdict, ...]:
    """What is said in one trial, run whole: what `judge` must find with its copies."""
    coached = _Coached(window)
    return tuple(
        verdict
        for second in range(WINDOW_S)
        for verdict in coached.hear(second, change(step, onset, second, window.source))
    )


def setup_of(pace: float, warm_up_s: float, step_s: Seconds = REP_S) -> RunSetup:
    """A step at a pace in m/s, steered by rate, after a warm-up of so many seconds (0 for none)."""
    target = StepTarget(Quantity.SPEED, pace_band(pace, "", Kind.WORK), "steady")
    until = EndConditions((TimeEnd(step_s),))
    steps = [Step("1", "Main", "Main", Kind.WORK, "Steady", until, target, steer=CoachBy.RATE)]
    if warm_up_s:
        before = EndConditions((TimeEnd(Seconds(warm_up_s)),))
        steps.insert(0, Step("0", "Warm-up", "Warm-up", Kind.WARM_UP, "Warm-up", before))
    return RunSetup("bench", Timeline("Steady", tuple(steps), Context(surface="road")))


class _Coached:
    """A live run that is fed a window."""

    def __init__(self, window: Window) -> None:
        """Open the run and run what came before."""
        lead = window.lead if window.lead and -window.lead[0].at >= _SHORTEST_LEAD_S else ()
        self._start = -lead[0].at if lead else 0.0
        self._window = window
        self._run = LiveRun(setup_of(window.pace, self._start))
        self._metres = 0.0
        self._run.receive(Opened(Seconds(0.0)))
        for one in lead:
            self._metres = self._metres if one.metres is None else one.metres
            self._run.receive(self._report(self._start + one.at, one.speed, one.metres))

    def hear(self, second: int, factor: float = 1.0) -> list[Verdict]:
        """Feed one second of the window, its speed multiplied; what is said of it."""
        window = self._window
        share = window.shares[second] * factor
        self._metres += share if window.gained is None else window.gained[second] * factor
        metres = None if window.gained is None else self._metres
        outputs = self._run.receive(self._report(self._start + second, share, metres))
        return [self._verdict(one) for one in outputs if isinstance(one, Cue) and one.kind in SIGNS]

    def copy(self) -> bytes:
        """The run as it stands."""
        buffer = io.BytesIO()
        _Copier(buffer, pickle.HIGHEST_PROTOCOL, self._run.setup).dump((self._run, self._metres))
        return buffer.getvalue()

    def resume(self, copied: bytes) -> None:
        """Go on from a copy."""
        self._run, self._metres = _Reviver(io.BytesIO(copied), self._run.setup).load()

    def _report(self, at: float, share: float, metres: float | None) -> Reported:
        pace = self._window.pace
        return Reported(
            Seconds(at),
            self._window.source,
            speed=MetresPerSecond(share * pace),
            distance=None if metres is None else Metres(metres * pace),
        )

    def _verdict(self, cue: Cue) -> Verdict:
        return Verdict(cue.at - self._start, SIGNS[cue.kind])


def _after(coached: _Coached, copied: bytes, window: Window, trial: Trial) -> tuple[Verdict, ...]:
    coached.resume(copied)
    said: list[Verdict] = []
    for second in range(trial.onset + 1, min(WINDOW_S, trial.onset + MISSED_AFTER_S + 1)):
        said += coached.hear(second, change(trial.step, trial.onset, second, window.source))
        if any(one.sign * trial.step > 0 for one in said):
            break
    return tuple(said)


class _Copier(pickle.Pickler):
    """Copies a run but not its setup, which never changes and holds what cannot be copied."""

    def __init__(self, buffer: io.BytesIO, protocol: int, setup: RunSetup) -> None:
        super().__init__(buffer, protocol)
        self._shared = {id(part): name for name, part in _shared(setup).items()}

    def persistent_id(self, obj: Any) -> str | None:
        return self._shared.get(id(obj))


class _Reviver(pickle.Unpickler):
    def __init__(self, buffer: io.BytesIO, setup: RunSetup) -> None:
        super().__init__(buffer)
        self._shared = _shared(setup)

    def persistent_load(self, pid: str) -> Any:
        return self._shared[pid]


def _shared(setup: RunSetup) -> dict[str, object]:
    parts = {
        name: getattr(setup, name) for name in ("timeline", "signals", "session", "cues", "starts", "gates")
    }
    return {"setup": setup, **parts}
