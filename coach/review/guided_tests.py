"""What a run found out about its runner: results of guided tests, and the pace of reps that were run by effort.

They are offered to the athlete's record and never written into it.

A test is known by its shape: what stands in a section called "Test" or "Ramp" (`workouts/test-*.json`,
`workouts/taste-test.json`). Each finding says how good it is, and the command that would save it; saving is the
runner's to do.

Sources: threshold trial after J. Friel (mean heart rate of the last 20 of 30 minutes; their mean speed is threshold
speed); critical speed after Galbraith 2011, 2014 (see `coach.physiology.performance`); ramp: ventilatory thresholds
at 67 +- 9 and 84 +- 6 % of the last speed (Condello 2014); top speed by hand over 60 m, and the maximum heart rate of a
hill: coaching practice.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from coach.live.outputs import Output
from coach.live.snapshot import Snapshot
from coach.physiology.performance import RACES, TYPICAL_ERROR_M, TYPICAL_ERROR_MPS, fitted
from coach.quantities import (
    BeatsPerMinute,
    Metres,
    MetresPerSecond,
    Seconds,
    format_clock,
    format_metres,
    format_pace,
)
from coach.review.summary import summarize
from coach.session.events import EndReason, StepEnded
from coach.signals.readings import Freshness
from coach.workout.kinds import PACED_REPS, UPHILL
from coach.workout.timeline import MarkEnd, Quantity, Step

# --- How even was this step? Its quarters against each other, from what a screen would have shown.

QUARTERS: Final = 4
LAST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Evenness:
    """What was measured is there, what was not is None."""

    variation: float | None = None
    """Standard deviation (n - 1) of the quarters' speeds over their mean; 0.015 is even."""
    last_heart_rate: BeatsPerMinute | None = None
    """Mean of the live heart rates of the last minute, in bpm."""


def evenness(step: Step, snapshots: Sequence[Snapshot]) -> Evenness:
    """Judge a step that ends by time from the snapshots of the run, one after each input."""
    lasting = step.until.time()
    ours = [
        shot
        for shot in snapshots
        if shot.step is not None and shot.step.step_id == step.step_id and shot.step_time_s is not None
    ]
    if lasting is None or not ours:
        return Evenness()
    beats = [
        shot.heart_rate.value
        for shot in ours
        if shot.heart_rate is not None
        and shot.heart_rate.freshness is Freshness.LIVE
        and (shot.step_time_s or 0.0) >= lasting - LAST_S
    ]
    heart = BeatsPerMinute(sum(beats) / len(beats)) if beats else None
    return Evenness(_variation(ours, lasting), heart)


def _variation(shots: Sequence[Snapshot], lasting: float) -> float | None:
    """How far the quarters lie apart; None if one of them was not measured."""
    places = [(0.0, 0.0)]
    for quarter in range(1, QUARTERS + 1):
        # The last snapshot of the step lies up to one input before its end.
        due = lasting * quarter / QUARTERS
        near = min(shots, key=lambda shot: abs((shot.step_time_s or 0.0) - due))
        if near.step_m is None or near.step_time_s is None or abs(near.step_time_s - due) > 5:
            return None
        places.append((near.step_time_s, near.step_m))
    speeds = [
        (metres - before_m) / (seconds - before_s)
        for (before_s, before_m), (seconds, metres) in itertools.pairwise(places)
        if seconds > before_s
    ]
    mean = sum(speeds) / len(speeds)
    if len(speeds) < QUARTERS or mean <= 0:
        return None
    return sqrt(sum((speed - mean) ** 2 for speed in speeds) / (len(speeds) - 1)) / mean


SECTIONS: Final = frozenset({"Test", "Ramp"})
"""The sections of a workout whose steps are a test."""
LAST_20_S: Final = 1200.0
TASTE_S: Final = 720.0
FLYING_M: Final = 60.0
"""The stretch of the top-speed test."""
HAND_S: Final = 0.2
"""How well somebody presses at both ends of it."""
RAMP_SHARE: Final = 0.84
RAMP_SHARE_SD: Final = 0.06
_LEAST_RAMP_STAGES: Final = 5
_TOP_SPEED_RANGE: Final = (3.0, 12.5)


@dataclass(frozen=True, slots=True)
class GuidedFinding:
    """One thing a test found, or why it found nothing."""

    test: str
    """Which test: `threshold`, `critical speed`, `goal pace`, `ramp`, `top speed`, `maximum heart rate`."""
    words: str
    """What was found and how good it is, a sentence or two."""
    options: tuple[str, ...] = ()
    """What `coach athlete set` would be given; empty when there is nothing to save."""

    def command(self, athlete: str = "", day: str = "") -> str:
        """The command that would save it, for an athlete's slug and the day of the run; empty if nothing is to save."""
        if not self.options:
            return ""
        words = ["coach athlete set", athlete, *self.options]
        return " ".join([word for word in words if word] + ([f"--from {day}"] if day else []))


@dataclass(frozen=True, slots=True)
class PaceOffer:
    """What reps that were run by effort averaged, to be kept as the pace they were named by."""

    reps: str
    """What was run: `Your 800s`, `Your 20:00`."""
    ref: str
    """The pace: `5k`, `threshold`, ..."""
    pace: str
    """As documents write it: `4:28/km`."""

    @property
    def question(self) -> str:
        """What a runner is asked: `Your 800s averaged 4:28/km: keep as 5k pace?`."""
        return f"{self.reps} averaged {self.pace}: keep as {self.ref} pace?"

    @property
    def options(self) -> tuple[str, ...]:
        """What `coach athlete set` is given to keep it."""
        if self.ref == "threshold":
            return ("--threshold-pace", self.pace)
        return ("--pace", f"{self.ref}={self.pace}")

    @property
    def entry(self) -> dict[str, object]:
        """It as an entry of the athlete's history."""
        if self.ref == "threshold":
            return {"threshold_pace": self.pace}
        return {"paces": {self.ref: self.pace}}


def pace_offer(rows: Iterable[StepEnded], *, unit: str = "km") -> PaceOffer | None:
    """Offer what was run by effort as a pace: the reps of one pace and length that are the most metres.

    None unless two reps of it, or one of five minutes, were run whole and measured.

    Args:
        rows: the results of the run, each step once.
        unit: `km` or `mile`, for the pace.
    """
    groups: dict[tuple[str, str], list[StepEnded]] = {}
    for row in rows:
        target = row.step.target
        if target is None or target.quantity is not Quantity.EFFORT or target.ref not in OFFERED:
            continue
        is_whole = not (row.cut or row.broken or row.estimated) and row.reason not in _BROKEN_OFF
        is_rep = row.step.kind in PACED_REPS and row.time_s >= _SHORTEST_REP_S
        if is_rep and is_whole and row.mean_speed and row.distance:
            groups.setdefault((target.ref, _length_word(row.step)), []).append(row)
    enough = {
        key: reps
        for key, reps in groups.items()
        if len(reps) >= _FEWEST_REPS or reps[0].time_s >= _LONE_REP_S
    }
    if not enough:
        return None
    (ref, length), reps = max(enough.items(), key=lambda item: sum(row.distance or 0.0 for row in item[1]))
    metres = sum(row.distance or 0.0 for row in reps)
    seconds = sum((row.distance or 0.0) / (row.mean_speed or 1.0) for row in reps)
    plural = "s" if len(reps) > 1 else ""
    return PaceOffer(f"Your {length}{plural}", ref, format_pace(metres / seconds, unit=unit))


OFFERED: Final = frozenset({"threshold", *RACES})
"""The paces that are offered; an easy run tells no pace that others could be made from."""
_FEWEST_REPS: Final = 2
_SHORTEST_REP_S: Final = 30.0
"""A shorter rep is a sprint, and tells no pace. Judged."""
_LONE_REP_S: Final = 300.0
_BROKEN_OFF: Final = frozenset({EndReason.ABANDONED, EndReason.NEXT, EndReason.CAP})


def _length_word(step: Step) -> str:
    """What a rep is called by its length: `800`, `1 km`, `3:00`."""
    metres, seconds = step.until.distance(), step.until.time()
    if metres is not None:
        return format_metres(metres).removesuffix(" m")
    return "reps" if seconds is None else format_clock(seconds)


def findings(
    outputs: Iterable[Output], snapshots: Sequence[Snapshot] = (), *, unit: str = "km"
) -> tuple[GuidedFinding, ...]:
    """Read what the tests in a run found; empty for a run without any.

    Args:
        outputs: of the run or its fold, to the end.
        snapshots: one after each input, where at hand: they tell how even a stretch was.
        unit: `km` or `mile`, for the paces that are said.
    """
    rows = [row for row in summarize(outputs).rows if row.step.section in SECTIONS]
    return tuple(_read(rows, snapshots, unit))


def _read(rows: Sequence[StepEnded], snapshots: Sequence[Snapshot], unit: str) -> Iterator[GuidedFinding]:
    """Tell the test by its shape."""
    work = [row for row in rows if row.step.kind in PACED_REPS]
    hills = [row for row in rows if row.step.kind in UPHILL]
    flying = [row for row in work if any(isinstance(end, MarkEnd) for end in row.step.until.ends)]
    measured = [row for row in work if row.step.until.distance() is not None]
    last_20 = next((row for row in work if row.step.until.time() == LAST_20_S), None)
    taste = next((row for row in work if row.step.until.time() == TASTE_S and _ref(row) == "goal"), None)
    ramp = [row for row in work if row.step.section == "Ramp" and _speed(row) is not None]
    if any(item.each_side for row in rows for item in row.step.items):
        yield GuidedFinding("simple tests", _KEEP_SIDES)
    if last_20 is not None:
        yield from _threshold(last_20, unit)
    if taste is not None:
        yield _taste(taste, snapshots, unit)
    if len(ramp) >= _LEAST_RAMP_STAGES:
        yield from _ramp(ramp, unit)
    if hills:
        yield _maximum(hills)
    if flying:
        yield _top_speed(flying)
    if len(measured) > 1 and not ramp:
        yield _critical(measured, unit)


_KEEP_SIDES: Final = (
    "Keep what each side came to, left first: coach athlete set --test calf-raises=28/25 --test side-plank=60/58 "
    "--test hop=150/140 --test lunge=11/11.5. coach athlete tests lays it beside last time."
)


def _threshold(row: StepEnded, unit: str) -> Iterator[GuidedFinding]:
    """Threshold heart rate and pace of the last 20 minutes."""
    if not _whole(row):
        yield GuidedFinding(
            "threshold", "The last 20 minutes were not run whole: there is no threshold to read from them."
        )
        return
    if row.mean_heart_rate is None:
        yield GuidedFinding("threshold", "No heart rate was measured in the last 20 minutes.")
    else:
        bpm = round(row.mean_heart_rate)
        words = f"Threshold heart rate {bpm} bpm, the mean of the last 20 minutes; good to 2 to 4 bpm."
        yield GuidedFinding("threshold", words, (f"--threshold-heart-rate {bpm}",))
    if row.mean_speed is not None:
        pace = format_pace(row.mean_speed, unit=unit)
        words = (
            f"Threshold pace {pace}, the mean of the last 20 minutes; as good as what measured the distance."
        )
        yield GuidedFinding("threshold", words, (f"--threshold-pace {pace}",))


def _taste(row: StepEnded, snapshots: Sequence[Snapshot], unit: str) -> GuidedFinding:
    """How even 12 minutes at goal pace were, and where the heart was at their end; nothing to save."""
    if not _whole(row) or row.mean_speed is None:
        return GuidedFinding("goal pace", "The 12 minutes were not run whole, or nothing measured them.")
    parts = [f"12 minutes at {format_pace(row.mean_speed, unit=unit)}"]
    found = evenness(row.step, snapshots)
    if found.variation is not None:
        parts.append(f"quarters within {found.variation:.1%} of each other (under 1.5 % is even)")
    if found.last_heart_rate is not None:
        parts.append(f"{found.last_heart_rate:.0f} bpm in the last minute")
    return GuidedFinding("goal pace", ", ".join(parts) + ".")


def _ramp(rows: Sequence[StepEnded], unit: str) -> Iterator[GuidedFinding]:
    """The last speed of the ramp, and an estimate of the threshold with an honest error."""
    done = [row for row in rows if not row.cut]
    if len(done) < _LEAST_RAMP_STAGES:
        yield GuidedFinding(
            "ramp", f"Fewer than {_LEAST_RAMP_STAGES} stages were run whole: too few to read anything from."
        )
        return
    last, after = done[-1], rows[len(done) :]
    top = _speed(last) or 0.0
    if after and (beyond := _speed(after[0])) is not None and (planned := after[0].step.until.time()):
        top += (beyond - top) * min(1.0, after[0].time_s / planned)  # part of a stage counts in part
    low, high = (format_pace(top * (RAMP_SHARE + side * RAMP_SHARE_SD), unit=unit) for side in (-1, 1))
    pace = format_pace(top * RAMP_SHARE, unit=unit)
    words = (
        f"The ramp ended at {top * 3.6:.1f} km/h. Threshold pace about {pace}, but anything from {high} to {low} is "
        "as likely: a 30-minute trial tells more (coach run test-threshold-30min)."
    )
    yield GuidedFinding("ramp", words, (f"--threshold-pace {pace}",))
    highest = max((row.max_heart_rate for row in rows if row.max_heart_rate is not None), default=None)
    if highest is not None:
        words = f"The highest heart rate was {highest:.0f} bpm: your maximum is that or a few more."
        yield GuidedFinding("ramp", words, (f"--max-heart-rate {highest:.0f}",))


def _maximum(rows: Sequence[StepEnded]) -> GuidedFinding:
    """The highest heart rate of the hills."""
    peaks = sorted(row.max_heart_rate for row in rows if row.max_heart_rate is not None)
    if not peaks:
        return GuidedFinding("maximum heart rate", "No heart rate was measured on the hills.")
    words = f"The highest heart rate was {peaks[-1]:.0f} bpm"
    if len(peaks) > 1:
        words += f", on the hill before it {peaks[-2]:.0f}"
    if len(peaks) > 1 and peaks[-1] - peaks[-2] > 8:
        words += ": so far apart that one of them may be the strap's mistake. Look at it before you save it."
    else:
        words += "; your maximum is that or a few more."
    return GuidedFinding("maximum heart rate", words, (f"--max-heart-rate {peaks[-1]:.0f}",))


def _top_speed(rows: Sequence[StepEnded]) -> GuidedFinding:
    """The best of the flying stretches, timed by hand."""
    times = [row.time_s for row in rows if row.reason in {EndReason.MARK, EndReason.NEXT} and not row.broken]
    speeds = [FLYING_M / seconds for seconds in times if seconds > 0]
    low, high = _TOP_SPEED_RANGE
    speeds = [speed for speed in speeds if low <= speed <= high]
    if not speeds:
        return GuidedFinding("top speed", f"No flying {FLYING_M:.0f} m was pressed at both ends.")
    best = max(speeds)
    error = HAND_S * best / FLYING_M
    words = (
        f"Top speed {best:.2f} m/s, {FLYING_M:.0f} m in {FLYING_M / best:.1f} s; "
        f"pressed by hand it is good to {error:.0%}."
    )
    return GuidedFinding("top speed", words, (f"--top-speed {best:.2f}",))


def _critical(rows: Sequence[StepEnded], unit: str) -> GuidedFinding:
    """Critical speed of the measured runs."""
    runs = [
        (Metres(metres), row.time_s)
        for row in rows
        if _whole(row) and (metres := row.step.until.distance()) is not None
    ]
    if len(runs) < len(rows):
        return GuidedFinding(
            "critical speed", "Not every run was run whole: there is no line to draw through them."
        )
    try:
        found = fitted(runs)
    except ValueError as reason:
        return GuidedFinding("critical speed", f"The runs do not fit together: {reason}.")
    words = (
        f"Critical speed {format_pace(found.speed, unit=unit)} ({found.speed:.2f} ± {TYPICAL_ERROR_MPS} m/s), "
        f"reserve above it {found.reserve:.0f} ± {TYPICAL_ERROR_M:.0f} m; "
        f"the worst run lies {found.worst_s:.0f} s off the line."
    )
    if any(row.estimated for row in rows):
        words += " One end was bridged across a gap: press at the line next time."
    return GuidedFinding("critical speed", words, tuple(_trial(metres, seconds) for metres, seconds in runs))


def _trial(metres: Metres, seconds: Seconds) -> str:
    return f'--trial "{metres:.0f} m={format_clock(seconds, tenths=True)}"'


def _whole(row: StepEnded) -> bool:
    """Tell whether the step was run to its end without a pause."""
    return not row.cut and not row.broken and row.reason in {EndReason.DONE, EndReason.MARK, EndReason.LINE}


def _ref(row: StepEnded) -> str:
    return row.step.target.ref if row.step.target is not None else ""


def _speed(row: StepEnded) -> MetresPerSecond | None:
    """The speed a step asks for."""
    target = row.step.target
    if target is None or target.quantity is not Quantity.SPEED or target.band.aim is None:
        return None
    return MetresPerSecond(target.band.aim)
