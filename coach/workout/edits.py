"""Changes to a timeline: edits by the runner or coach, and the rules that a runner has switched on for every run.

An edit gives the next revision, or None if it is not possible. An index is the place of the step under way; the steps
before it are never changed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from coach.physiology.surroundings import CAUTION_SUM_F, REPEAT_M, adjustment
from coach.physiology.zones import heart_rate_cap
from coach.problems import AthleteProblem
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.workout.describe import pace_label, step_name
from coach.workout.kinds import EASY, JUDGED, REPS, RESTS, RUN, Kind
from coach.workout.timeline import (
    Band,
    DistanceEnd,
    End,
    EndConditions,
    Move,
    PressStart,
    Quantity,
    Step,
    StepGate,
    StepTarget,
    TimeEnd,
    Timeline,
    with_edges,
    with_marks,
)

if TYPE_CHECKING:
    from coach.athlete import Now  # pydantic loads with it

# --- edits while a run goes on: longer, a rep more or less, shorter, slower, another workout

SHORTEST_M = 100.0
"""Reps are not shortened below this: the next mark of a track."""
SHORTEST_S = 10.0
SHORTEN_BY = 0.2
"""Reps are shortened by a fifth: 1000 m becomes 800 m, 400 m becomes 300 m."""
SLOWEST_MPS, FASTEST_MPS = 0.5, 12.5
"""No target is shifted beyond a crawl or the fastest sprint."""


def with_light(timeline: Timeline, speeds: Mapping[str, MetresPerSecond]) -> Timeline:
    """Give steps the speeds of an earlier run, by their ids; band, ramp and label of the target move along.

    The pacing light runs at the target, so it runs as that run did. A step without a pace stays as it is.
    """

    def shift(step: Step) -> Step:
        speed, own = speeds.get(step.step_id), light_speed(step)
        return step if speed is None or own is None else _shift(step, lambda side: side * speed / own)

    return replace(timeline, steps=tuple(shift(step) for step in timeline.steps)) if speeds else timeline


def light_speed(step: Step) -> MetresPerSecond | None:
    """The mean speed of a step's pacing light; None for a step without one."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED or not target.band.aim:
        return None
    last = target.ramp.aim if target.ramp is not None else None
    return MetresPerSecond(target.band.aim if last is None else (target.band.aim + last) / 2)


def extend(
    timeline: Timeline, index: int, *, metres: Metres | None = None, seconds: Seconds | None = None
) -> Timeline | None:
    """Lengthen the step by metres (its distance) or seconds (its time, else its cap)."""
    step = _step(timeline, index)
    if step is None:
        return None
    until = step.until
    if metres is not None and until.distance() is not None:
        until = replace(until, ends=_lengthen(until.ends, metres, DistanceEnd))
    elif seconds is not None and until.time() is not None:
        until = replace(until, ends=_lengthen(until.ends, seconds, TimeEnd))
    elif seconds is not None and until.cap_s is not None:
        until = replace(until, cap_s=Seconds(until.cap_s + seconds))
    else:
        return None
    return _with_steps(
        timeline, [*timeline.steps[:index], _rename(step, until), *timeline.steps[index + 1 :]]
    )


def add_rep(timeline: Timeline, index: int) -> Timeline | None:
    """Add one repetition at the end of the step's set, with the recovery before it."""
    reps = _reps(timeline, index)
    if reps is None:
        return None
    turns, of = reps
    last, before = turns[of], turns.get(of - 1, [])
    missing = [timeline.steps[i] for i in before][len(last) :]
    bridge = [_copy(step, of) for step in missing]
    fresh = [_copy(timeline.steps[i], of + 1) for i in last]
    if bridge:
        fresh[0] = replace(fresh[0], send_off_s=timeline.steps[before[0]].send_off_s)
    end = last[-1] + 1
    steps = [*timeline.steps[:end], *bridge, *fresh, *timeline.steps[end:]]
    return _with_steps(timeline, _recount(steps, timeline.steps[index].set_id, of, of + 1))


def drop_rep(timeline: Timeline, index: int) -> Timeline | None:
    """Remove the last repetition of the set, with the recovery before it, if it is still to come."""
    reps = _reps(timeline, index)
    if reps is None:
        return None
    turns, of = reps
    if (timeline.steps[index].rep or of) >= of or of < 2:
        return None
    dropped = set(turns[of])
    surplus = len(turns[of - 1]) - len(turns[of])
    if surplus > 0:
        dropped |= {i for i in turns[of - 1][-surplus:] if i > index}
    steps = [step for i, step in enumerate(timeline.steps) if i not in dropped]
    return _with_steps(timeline, _recount(steps, timeline.steps[index].set_id, of, of - 1))


def enough(timeline: Timeline, index: int) -> Timeline | None:
    """End the range of repeats of a step after its turn, but not before the minimum; None if no turn is left out."""
    step = _step(timeline, index)
    here = None if step is None else step.range_turn
    if step is None or here is None:
        return None
    turns: dict[int, list[int]] = {}
    for place, other in enumerate(timeline.steps):
        if other.range_turn is not None and other.range_turn.range_id == here.range_id:
            turns.setdefault(other.range_turn.turn, []).append(place)
    last, most = max(here.turn, here.least), max(turns)
    parts_of_last = {_part(timeline.steps[place]) for place in turns[most]}
    surplus = {place for place in turns.get(last, []) if _part(timeline.steps[place]) not in parts_of_last}
    later = {place for turn, places in turns.items() if turn > last for place in places}
    dropped = {place for place in surplus | later if place > index}
    if not later or not dropped:
        return None
    steps = [
        _of_turns(other, here.range_id, most, last)
        for place, other in enumerate(timeline.steps)
        if place not in dropped
    ]
    return _with_steps(timeline, steps)


def _part(step: Step) -> str:
    """The part of a turn that a step is: its id without the turn."""
    assert step.range_turn is not None  # only steps of a range get here
    return re.sub(r"^/\d+", "", step.step_id.removeprefix(step.range_turn.range_id)).rstrip("+")


def _of_turns(step: Step, range_id: str, old: int, new: int) -> Step:
    """A step of a range that has fewer turns now; other steps are unchanged."""
    if step.range_turn is None or step.range_turn.range_id != range_id:
        return step
    if step.set_id == range_id and step.rep is not None:
        return _recount([step], range_id, old, new)[0]
    turn = step.range_turn.turn
    return replace(step, path=re.sub(rf"\b{turn} of {old}\b", f"{turn} of {new}", step.path, count=1))


def shorten(timeline: Timeline, index: int) -> Timeline | None:
    """Make the remaining reps of the set a fifth shorter, to whole 100 m or 5 s, but not the current step."""
    here = _step(timeline, index)
    if here is None:
        return None

    def change(step: Step) -> Step:
        ends = tuple(_shorter(end) for end in step.until.ends)
        return step if ends == step.until.ends else _rename(step, replace(step.until, ends=ends))

    return _change_from(timeline, index + 1, change, lambda s: s.kind in REPS and s.set_id == here.set_id)


def shift_targets(timeline: Timeline, index: int, seconds_per_400: float) -> Timeline | None:
    """Shift the pace of the reps from here on by seconds per 400 m; + is slower."""

    def shift(speed: float) -> float:
        lap = 400 / speed + seconds_per_400
        return 400 / lap if lap > 0 else FASTEST_MPS + 1

    return _change_from(timeline, index, lambda step: _shift(step, shift), lambda s: s.kind in REPS)


def scale_paces(timeline: Timeline, index: int, percent_of: Callable[[Step], float]) -> Timeline | None:
    """Make every pace from here on slower by a percentage of pace, above -100, step by step; 0 changes nothing."""

    def scale(step: Step) -> Step:
        factor = 1 + percent_of(step) / 100
        return _shift(step, lambda speed: speed / factor) if factor > 0 and factor != 1 else step

    return _change_from(timeline, index, scale, lambda _: True)


def switch_to(timeline: Timeline, index: int, other: Timeline) -> Timeline:
    """The steps before a place, then those of another workout under ids of their own; the first waits for a start."""
    prefix = f"switch {timeline.revision + 1}: "

    def rename(step: Step) -> Step:
        turn = step.range_turn
        return replace(
            step,
            step_id=f"{prefix}{step.step_id}",
            set_id=f"{prefix}{step.set_id}" if step.set_id else "",
            range_turn=None if turn is None else replace(turn, range_id=f"{prefix}{turn.range_id}"),
        )

    steps = [rename(step) for step in other.steps]
    steps[:1] = [replace(step, start=PressStart()) for step in steps[:1]]
    whole = replace(other, revision=timeline.revision)
    return _with_steps(whole, [*timeline.steps[: max(0, index)], *steps])


def rest_of(timeline: Timeline, reps: int) -> Timeline | None:
    """The rest of a workout after so many reps; None if it has no more."""
    places = [place for place, step in enumerate(timeline.steps) if step.kind in REPS]
    return replace(timeline, steps=timeline.steps[places[reps] :]) if reps < len(places) else None


def cool_down_index(timeline: Timeline, index: int) -> int | None:
    """The index of the next cool-down after a step; None without one."""
    later = range(max(index + 1, 0), len(timeline.steps))
    return next((i for i in later if timeline.steps[i].kind is Kind.COOL_DOWN), None)


def _step(timeline: Timeline, index: int) -> Step | None:
    return timeline.steps[index] if 0 <= index < len(timeline.steps) else None


def _with_steps(timeline: Timeline, steps: Sequence[Step]) -> Timeline:
    """The next revision, with its track marks and the edges of its sets computed anew."""
    marked = with_marks(with_edges(steps), timeline.context)
    return replace(timeline, steps=marked, revision=timeline.revision + 1)


def _change_from(
    timeline: Timeline, start: int, change: Callable[[Step], Step], applies: Callable[[Step], bool]
) -> Timeline | None:
    """Change the selected steps from an index on; None if nothing changes."""
    steps = [change(step) if i >= start and applies(step) else step for i, step in enumerate(timeline.steps)]
    return None if tuple(steps) == timeline.steps else _with_steps(timeline, steps)


def _reps(timeline: Timeline, index: int) -> tuple[dict[int, list[int]], int] | None:
    """The indices of each turn of the repeat a step belongs to, and the number of turns."""
    step = _step(timeline, index)
    if step is None or step.rep is None or step.of is None:
        return None
    turns: dict[int, list[int]] = {}
    for place, other in enumerate(timeline.steps):
        if other.set_id == step.set_id and other.rep is not None:
            turns.setdefault(other.rep, []).append(place)
    return (turns, step.of) if step.of in turns else None


def _copy(step: Step, rep: int) -> Step:
    """A copy of a step for another turn; as only the last turn is copied, its id with a + is free."""
    path = re.sub(rf"\b{step.rep} of {step.of}\b(?!.*\d+ of \d+)", f"{rep} of {step.of}", step.path)
    turn = step.range_turn
    if turn is not None and turn.range_id == step.set_id:
        turn = replace(turn, turn=rep)
    return replace(step, step_id=f"{step.step_id}+", rep=rep, path=path, optional=True, range_turn=turn)


def _recount(steps: Sequence[Step], set_id: str, old: int, new: int) -> list[Step]:
    """Write the new number of turns into every step of a set."""
    return [
        replace(
            step,
            of=new,
            path=re.sub(rf"\b{step.rep} of {old}\b(?!.*\d+ of \d+)", f"{step.rep} of {new}", step.path),
        )
        if step.set_id == set_id and step.rep is not None
        else step
        for step in steps
    ]


def _lengthen(
    ends: tuple[End, ...], amount: float, kind: type[DistanceEnd] | type[TimeEnd]
) -> tuple[End, ...]:
    """The ends with the one of a kind made longer."""
    new_ends: list[End] = []
    for end in ends:
        if isinstance(end, DistanceEnd) and kind is DistanceEnd:
            new_ends.append(DistanceEnd(Metres(end.metres + amount)))
        elif isinstance(end, TimeEnd) and kind is TimeEnd:
            new_ends.append(TimeEnd(Seconds(end.seconds + amount)))
        else:
            new_ends.append(end)
    return tuple(new_ends)


def _shorter(end: End) -> End:
    """Take a fifth off an end, to whole 100 m or 5 s; the same end if that leaves nothing."""
    if isinstance(end, DistanceEnd):
        cut = max(100.0, round(end.metres * SHORTEN_BY / 100) * 100)
        return DistanceEnd(Metres(end.metres - cut)) if end.metres - cut >= SHORTEST_M else end
    if isinstance(end, TimeEnd):
        cut = max(5.0, round(end.seconds * SHORTEN_BY / 5) * 5)
        return TimeEnd(Seconds(end.seconds - cut)) if end.seconds - cut >= SHORTEST_S else end
    return end


def _rename(step: Step, until: EndConditions) -> Step:
    """A step with another end; a name made from the old end follows, the author's own name stays."""
    is_made_up = step.name == step_name(step.kind, step.until, step.move)
    return replace(
        step, until=until, name=step_name(step.kind, until, step.move) if is_made_up else step.name
    )


def _shift(step: Step, move: Callable[[float], float]) -> Step:
    """A step with a shifted speed target; unchanged if it has none, or if the shift is not possible."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return step
    band = _shift_band(target.band, move)
    ramp = _shift_band(target.ramp, move) if target.ramp is not None else None
    sides = [side for b in (band, ramp) if b for side in (b.low, b.aim, b.high) if side is not None]
    if not sides or not all(SLOWEST_MPS <= side <= FASTEST_MPS for side in sides):
        return step
    return replace(step, target=replace(target, band=band, ramp=ramp, label=_label(target, band, ramp)))


def _shift_band(band: Band, move: Callable[[float], float]) -> Band:
    """Shift every side of a band."""
    low, aim, high = (None if side is None else move(side) for side in (band.low, band.aim, band.high))
    return Band(low, aim, high)


def _label(target: StepTarget, band: Band, ramp: Band | None) -> str:
    """The label of a shifted target, in the unit of the old one."""
    unit = "mile" if "/mi" in target.label else "km"
    was_range = "-" in target.label.partition(" to ")[0]

    def words(side: Band) -> str:
        low, aim, high = side.low, side.aim, side.high
        if was_range and low is not None and high is not None:
            return pace_label(low, high, unit)
        value = aim if aim is not None else high if high is not None else low
        return "" if value is None else pace_label(value, value, unit)

    if ramp is not None:
        return f"{words(band)} to {words(ramp)}"
    if band.aim is None:
        prefix = "no faster than" if band.high is not None else "no slower than"
        return f"{prefix} {words(band)}"
    return words(band)


# --- a hot or hilly day: every pace is changed by a share
#
# In heat the share is the middle of Hadley's table (`coach.physiology.surroundings`), half of it for reps of up to a
# mile. Where the table has under 1 %, or the weather is unknown, the cause is not the heat: hills and tired legs have
# no table, so the plain share applies.

HOT_SUM_F: Final = 120.0
"""The sum of temperature and dew point in Fahrenheit from which the table has 1 % or more."""


@dataclass(frozen=True, slots=True)
class EffortDay:
    """How much slower the paces are, in per cent of the pace."""

    percent: float
    """For everything longer than a mile."""
    reps_percent: float
    """For reps of up to a mile, whose rests cool."""

    def of(self, step: Step) -> float:
        """The share of one step."""
        return self.reps_percent if _is_short_rep(step) else self.percent


def effort_day(plain_percent: float, heat_sum_f: float | None, tired_percent: float = 0.0) -> EffortDay:
    """Choose the shares of a day.

    Args:
        plain_percent: the share without a table, above -100.
        heat_sum_f: temperature plus dew point in Fahrenheit, -100 to 250; None if unknown.
        tired_percent: what tired legs add to the share of the table.
    """
    if heat_sum_f is None or heat_sum_f <= HOT_SUM_F:
        return EffortDay(plain_percent, plain_percent)
    long, short = adjustment(heat_sum_f), adjustment(heat_sum_f, rep_metres=REPEAT_M)
    return EffortDay(
        (long.least + long.most) / 2 + tired_percent, (short.least + short.most) / 2 + tired_percent
    )


def is_too_hot(heat_sum_f: float | None) -> bool:
    """Return whether it is too hot for hard running, whatever the pace; then no target may be raised."""
    return heat_sum_f is not None and heat_sum_f > CAUTION_SUM_F


def _is_short_rep(step: Step) -> bool:
    if step.kind not in REPS:
        return False
    metres: float | None = step.until.distance()
    seconds, target = step.until.time(), step.target
    if metres is None and seconds is not None and target is not None and target.quantity is Quantity.SPEED:
        metres = seconds * (target.band.aim or target.band.high or target.band.low or 0.0)
    return metres is not None and metres <= REPEAT_M


# --- a run by effort, where the pace does not show it: in wind and on hills
#
# A target that was a pace becomes the effort of that pace, with a limit of heart rate if one is known and the step is
# long enough for the heart rate to show it. Without a pace no light runs and no rep is early or late; the results state
# it.

AS_AT: Final = "effort of "
"""The beginning of the label of such a target; the pace it replaces follows."""
_TELLS_S: Final = 180.0
"""Heart rate takes 3 minutes to show what a pace costs (BioMed Eng OnLine 2015: 95 % of a step takes 173 s)."""
_CEILINGS: Final[Mapping[str, float]] = {
    "easy": 0.89,
    "marathon": 0.94,
    "half": 0.99,
    "threshold": 1.02,
    "10k": 1.02,
    "5k": 1.06,
}
"""The highest heart rate of an effort, as a share of that at threshold: the upper borders of Friel's zones."""


def by_effort(timeline: Timeline, index: int, threshold_bpm: float | None) -> Timeline | None:
    """Run every step from here on that has a pace by its effort; None if there is none.

    `threshold_bpm` is the measured threshold heart rate; without it there is no limit of heart rate.
    """

    def change(step: Step) -> Step:
        target = step.target
        if target is None or target.quantity is not Quantity.SPEED:
            return step
        effort = StepTarget(Quantity.EFFORT, Band(), f"{AS_AT}{target.ref or target.label}", ref=target.ref)
        speed = light_speed(step) or target.band.high or target.band.low
        metres, seconds = step.until.distance(), step.until.time()
        if seconds is None and metres is not None and speed:
            seconds = Seconds(metres / speed)
        else_time_s = step.else_time_s
        if else_time_s is None and metres is not None:
            else_time_s = seconds
        return replace(
            step,
            target=effort,
            steer=None,
            caps=(*step.caps, *_ceiling(step, threshold_bpm, seconds)),
            else_time_s=else_time_s,
        )

    return _change_from(timeline, index, change, lambda _: True)


def _ceiling(step: Step, threshold_bpm: float | None, seconds: float | None) -> tuple[StepTarget, ...]:
    """The heart-rate limit of a step run by effort; None for a short one, or one with its own limit."""
    share = None if step.target is None else _CEILINGS.get(step.target.ref)
    has_own = any(cap.quantity is Quantity.HEART_RATE for cap in step.caps)
    if threshold_bpm is None or share is None or has_own or (seconds is not None and seconds < _TELLS_S):
        return ()
    bpm = round(share * threshold_bpm)
    return (StepTarget(Quantity.HEART_RATE, Band(high=float(bpm)), f"under {bpm} bpm"),)


def by_pace(timeline: Timeline, index: int, paced: Mapping[str, Step]) -> Timeline | None:
    """Run the steps from here on by their paces again, restored by their ids; None if nothing changes."""

    def change(step: Step) -> Step:
        before = paced.get(step.step_id.rstrip("+"))
        if before is None or not is_run_by_effort(step):
            return step
        return replace(
            step,
            target=before.target,
            steer=before.steer,
            caps=before.caps,
            else_time_s=before.else_time_s,
        )

    return _change_from(timeline, index, change, lambda _: True)


def is_run_by_effort(step: Step) -> bool:
    """Whether a step had a pace that does not apply today."""
    target = step.target
    return target is not None and target.quantity is Quantity.EFFORT and target.label.startswith(AS_AT)


# --- rules that a runner may switch on for every run
#
# The evidence does not support them; all are off by default. They become gates of the timeline, so a cue that fires
# names its rule (docs/explanation/refusals.md).

RED_MINUTES: Final = "red minutes per km"
"""The name of the rule of red minutes in its cue."""

_MOST_MINUTES: Final = 30.0
_MOST_PERCENT: Final = 100.0
_BEATS: Final = (25.0, 240.0)
"""The heart rates that an athlete document accepts."""
_LIMITS: Final = {
    "smo2_percent_below": ("smo2_percent", "muscle oxygen", "%", 1.0, 100.0),
    "core_temperature_c_above": ("core_temperature_c", "core temperature", "C", 36.0, 42.0),
    "skin_temperature_c_above": ("skin_temperature_c", "skin temperature", "C", 20.0, 42.0),
}
"""The runner's own limits on external metrics: the metric, its words and unit, and the range of the setting."""


@dataclass(frozen=True, slots=True)
class OptIn:
    """Which of the rules are on; 0 is off."""

    red_minutes_per_km: float = 0.0
    """Minutes over threshold heart rate in one kilometre of a set before the coach speaks, at most 30.

    From the claim "three red minutes over threshold per km, anything else is junk" (science, Z17). The evidence does
    not support it: three minutes are a different share of a kilometre at every pace.
    """
    hrv_within_percent: float = 0.0
    """How near this morning's HRV has to be to the 30-day mean, in per cent, at most 100.

    From the claim "within 3 per cent before every workout" (science, H1). The evidence does not support it: an ordinary
    day-to-day spread of 10 per cent passes on 24 per cent of days, and good mornings fail too.
    """
    fallback_bpm: float = 0.0
    """Heart rate to run at on a day when that question is answered no, 25 to 240; without the question it is unused."""

    smo2_percent_below: float = 0.0
    """Muscle oxygen (SmO2) in per cent, 1 to 100, below which the coach speaks, in every step that is run.

    No number fits two people, or two places on one leg: take one from your own runs.
    """
    core_temperature_c_above: float = 0.0
    """Core temperature in Celsius, 36 to 42, above which the coach speaks; a sensor's estimate, no medical reading."""
    skin_temperature_c_above: float = 0.0
    """Skin temperature in Celsius, 20 to 42, above which the coach speaks."""

    def __post_init__(self) -> None:
        """Refuse impossible numbers."""
        if not 0.0 <= self.red_minutes_per_km <= _MOST_MINUTES:
            raise ValueError(f"red minutes must be 0 (off) to {_MOST_MINUTES:g}")
        if not 0.0 <= self.hrv_within_percent <= _MOST_PERCENT:
            raise ValueError(f"HRV must be within 0 (off) to {_MOST_PERCENT:g} %")
        low, high = _BEATS
        if self.fallback_bpm and not low <= self.fallback_bpm <= high:
            raise ValueError(f"the fallback must be 0 (off) or {low:g} to {high:g} bpm")
        for name, (_, words, unit, least, most) in _LIMITS.items():
            limit = getattr(self, name)
            if limit and not least <= limit <= most:
                raise ValueError(f"a limit of {words} must be 0 (off) or {least:g} to {most:g} {unit}")


def with_opt_in(timeline: Timeline, opt_in: OptIn, *, threshold_bpm: float | None) -> Timeline:
    """Add the gates and caps of the active rules to a timeline; the same timeline if no rule is active.

    Args:
        timeline: as compiled; its own gates stay, before those added.
        opt_in: the rules.
        threshold_bpm: the athlete's measured threshold heart rate; None where it is unknown or estimated.

    Raises:
        AthleteProblem: red minutes are on and the threshold heart rate is not measured.
    """
    steps = timeline.steps
    if opt_in.red_minutes_per_km:
        gate = _red_minutes(opt_in.red_minutes_per_km, threshold_bpm)
        steps = tuple(_add_gate(step, gate) if _is_run(step) else step for step in steps)
    if caps := tuple(_caps(opt_in)):
        steps = tuple(replace(step, caps=(*step.caps, *caps)) if _is_run(step) else step for step in steps)
    if opt_in.hrv_within_percent and steps:
        question = _hrv(opt_in.hrv_within_percent, opt_in.fallback_bpm)
        steps = (_add_gate(steps[0], question), *steps[1:])
    return timeline if steps is timeline.steps else replace(timeline, steps=steps)


def _red_minutes(minutes: float, threshold_bpm: float | None) -> StepGate:
    if threshold_bpm is None:
        raise AthleteProblem(
            "the rule of red minutes per km is on, but no measured threshold heart rate is known",
            "Set it: coach athlete set --threshold-heart-rate 170. Or switch the rule off: "
            "gates.red_minutes_per_km = 0 in the settings.",
        )
    unit = "minute" if minutes == 1.0 else "minutes"
    return StepGate(
        RED_MINUTES,
        "during",
        f"{minutes:g} {unit} over threshold heart rate in this kilometre: your rule says ease off",
        Quantity.HEART_RATE,
        above=threshold_bpm,
        for_s=Seconds(minutes * 60.0),
        per_m=Metres(1000.0),
    )


def _caps(opt_in: OptIn) -> Iterator[StepTarget]:
    """The limits that are set, as caps of a step."""
    for name, (metric, words, unit, _, _) in _LIMITS.items():
        limit = getattr(opt_in, name)
        if limit:
            over = name.endswith("above")
            band = Band(high=limit) if over else Band(low=limit)
            label = f"{words} {'under' if over else 'over'} {limit:g} {unit}"
            yield StepTarget(Quantity.METRIC, band, label, metric=metric)


def _hrv(percent: float, fallback_bpm: float) -> StepGate:
    text = f"Is this morning's HRV within {percent:g} % of your 30-day mean?"
    if fallback_bpm:
        text += f" If not, run at {fallback_bpm:g} bpm today."
    return StepGate(f"HRV within {percent:g} % of the 30-day mean", "before", text)


def _is_run(step: Step) -> bool:
    """Return whether a step is run or walked, not stood or done as exercises."""
    stood = step.kind in RESTS and step.move is Move.STAND
    return not stood and step.kind in RUN


def _add_gate(step: Step, gate: StepGate) -> Step:
    return replace(step, gates=(*step.gates, gate))


# --- a heart-rate cap for easy steps without one

_MAYBE_EASY: Final = JUDGED - RESTS
"""Kinds that may be easy. A recovery begins with the heart rate of the rep; a stride or hill is not easy."""


def easy_cap(now: "Now") -> float | None:
    """The heart rate in bpm that an easy run stays under: 85 % of threshold, else 75 % of a measured maximum.

    None if neither was measured: an estimated number never makes a cue.
    """
    threshold, top = now.heart_rate.threshold, now.heart_rate.max
    return heart_rate_cap(
        threshold.bpm if threshold is not None and threshold.source == "measured" else None,
        top.bpm if top is not None and top.source == "measured" else None,
    )


def with_easy_cap(timeline: Timeline, bpm: float | None) -> Timeline:
    """Cap the easy steps of a timeline at `bpm`; the same timeline if nothing is capped.

    Easy are steps at easy pace, and warm-ups and cool-downs without a number to run by. A step with a heart rate of its
    own, as its target or its cap, stays as it is.
    """
    if bpm is None:
        return timeline
    cap = StepTarget(Quantity.HEART_RATE, Band(high=bpm), f"under {bpm:.0f} bpm")
    steps = tuple(
        replace(step, caps=(*step.caps, cap)) if _is_easy(step) else step for step in timeline.steps
    )
    return timeline if steps == timeline.steps else replace(timeline, steps=steps)


def _is_easy(step: Step) -> bool:
    if step.kind not in _MAYBE_EASY or any(cap.quantity is Quantity.HEART_RATE for cap in step.caps):
        return False
    target = step.target
    if target is None or target.quantity is Quantity.EFFORT:
        return step.kind in EASY
    return target.ref == "easy"
