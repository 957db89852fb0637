"""The settings of the session, with their defaults. Source: how a track session runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from coach.physiology import Range, check_ranges, within
from coach.physiology.surroundings import heat_sum
from coach.quantities import Metres, Seconds
from coach.workout.kinds import PAUSES, REPS, RESTS, RUN, UPHILL, Kind
from coach.workout.timeline import (
    AutoStart,
    DelayStart,
    Move,
    MovementStart,
    OpenEnd,
    PressStart,
    SlotEnd,
    Start,
    Step,
)

_RANGES: Final[Mapping[str, Range]] = {
    "temperature_c": (-40.0, 55.0),
    "dew_point_c": (-40.0, 55.0),
    "effort_day_percent": (0.0, 20.0),
    "tired_percent": (0.0, 10.0),
    "mark_every": (10.0, 100_000.0),
    "mark_every_off_track": (10.0, 100_000.0),
    "else_s_per_200": (20.0, 3_600.0),
}
"""The ranges that the unit alone does not imply. Marks every 0 m would be without number."""


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Every number of the session that an athlete can change, with the reason for its default."""

    held_key_s: Seconds = Seconds(0.150)
    """Identical keys closer than this are one key held down: terminals repeat at 25 to 40 Hz."""
    guard_s: Seconds = Seconds(0.7)
    """After a mark, go, next, abandon, restart or back, the same key is a bounce: nobody passes two lines so fast."""
    undo_s: Seconds = Seconds(60.0)
    """The time within which a press can be taken back."""
    undo_depth: int = 5
    """The number of presses that can be taken back."""
    discard_s: Seconds = Seconds(5.0)
    """A second discard must come within this time."""
    press_twice_s: Seconds = Seconds(2.0)
    """A doubtful mark, or a go before the floor, counts when pressed again within this time."""
    pressed_again_s: Seconds = Seconds(3.0)
    """A mark this soon after a boundary is about that boundary and advances nothing: cold hands press twice. Judged.

    In reps by distance the metres tell it.
    """
    mark_every: Metres = Metres(200.0)
    """Planned marks: both lines a coach can see from one spot on a track."""
    mark_every_off_track: Metres = Metres(1000.0)
    """The distance between splits on ground without lines: a kilometre."""
    mark_near: Metres = Metres(25.0)
    """A mark is credited to a planned mark at most this far off, or `mark_near_fraction` of it."""
    mark_near_fraction: float = 0.04
    """Pods are within 3 to 4 per cent uncalibrated."""
    asks_line: bool = True
    """Whether a mark that no line is known for, where nothing measures distance, is given one by an answer."""
    marks_in_timed_reps: bool = True
    """Whether marks of a paced rep by time on a track are credited to lines where nothing measures distance."""
    confirm_s: Seconds = Seconds(5.0)
    """A mark this close to the end of a distance step means that end."""
    confirm_fraction: float = 0.04
    """The same as a share of the step's expected time; the larger counts."""
    stretch_fraction: float = 0.10
    """A declared stretch may be further off: its distance is certain, and the pod's is what is to be learnt."""
    anchor_m: Metres = Metres(400.0)
    """Metres between two marks that teach a pod: over less, a late press is more than the pod's own error."""
    stop_ends_rep: bool = True
    """Whether a rep ends where its runner stops near its end; off in runs recorded before there was the rule."""
    least_measured: float = 0.5
    """A step has a distance and a mean speed if this share of its time was measured: 10 m of a sprint tell neither.
    Judged; 0 in runs recorded before there was the rule."""
    bridge_s: Seconds = Seconds(30.0)
    """The longest gap that is bridged: from the infield the far side of a lap takes up to about 30 s."""
    press_at_line_s: Seconds = Seconds(45.0)
    """The length of a gap after which the runner is asked to press at the line."""
    clock_offer_s: Seconds = Seconds(60.0)
    """The length of a gap after which the clock is offered; unanswered, the step ends no earlier."""
    source_grace_s: Seconds = Seconds(10.0)
    """The time for which a start by movement waits for a source of speed before it asks for a press."""
    else_s_per_200: Seconds = Seconds(90.0)
    """The time for 200 m where nothing measures them and no pace is set: an easy jog."""
    heart_rate_hold_s: Seconds = Seconds(5.0)
    """A heart-rate end needs fresh values beyond it for this long."""
    recovery_floor_s: Seconds = Seconds(45.0)
    """A recovery by heart rate lasts at least this long: the heart keeps racing for 15 s after a rep."""
    recovery_cap_s: Seconds = Seconds(180.0)
    """A recovery by heart rate lasts at most this long."""
    send_off_rest_s: Seconds = Seconds(20.0)
    """The least rest before a send-off, or the fraction below if more; never more than planned."""
    send_off_rest_fraction: float = 0.25
    """See `send_off_rest_s`."""
    slide_s: Seconds = Seconds(30.0)
    """The time extend adds to a rest, a delay or a slot."""
    ease_most_percent: float = 3.0
    """The most a target is slowed when `slower_target` is accepted: more is another session, not this one."""
    extend_m: Metres = Metres(100.0)
    """The metres extend adds to a distance."""
    free_s: Seconds = Seconds(300.0)
    """The length of the free step that extend adds after the end."""
    line_m: Metres = Metres(5.0)
    """The metres of one press of line earlier or later."""
    target_step_s_per_400: Seconds = Seconds(1.0)
    """The change of pace by one press of faster or slower."""
    effort_day_percent: float = 3.0
    """The share by which an effort day slows every pace where no weather is given."""
    tired_percent: float = 0.0
    """The share that tired legs add to that of the heat; coach run today sets it on a morning that asks for less."""
    temperature_c: float | None = None
    """Air temperature in Celsius, -40 to 55; None where no weather is given."""
    dew_point_c: float | None = None
    """Dew point in Celsius. With both, the heat table sets an effort day, and the runner is warned of great heat."""
    tells_stops: bool = True
    """Tell a stop inside a paced step from slow running; runs recorded before there was a rule for it have it off."""
    stop_mps: float = 1.5
    """Under this speed nobody runs; judged: a brisk walk is 1.9 m/s, standing by positions reads up to 1 m/s."""
    stop_s: Seconds = Seconds(3.0)
    """The time for which the speed must be under it; judged: drop-outs of pods and positions last a second or two."""
    stop_at_start_s: Seconds = Seconds(6.0)
    """The same where no running was seen in the step yet; judged: a pod shows a standing start 2 to 4 s late."""
    stop_over_s: Seconds = Seconds(2.0)
    """The time for which a runner whose stop is over has moved; judged: positions of a standing runner jump."""
    stop_pace_share: float = 0.85
    """From this share of the target on the runner is at their pace; it is where a runner counts as easing off too."""
    stop_eased_share: float = 0.6
    """A fall below this share of the target may be the beginning of a stop; judged: a fade is not so sudden."""
    stop_ease_s: Seconds = Seconds(10.0)
    """The longest time that easing off, or getting going again, belongs to a stop; judged."""
    movement_mps: float = 2.2
    """Faster than this (or 75 per cent of the target if lower) is running: walking ends near 2.0 m/s."""
    movement_fraction: float = 0.75
    """See `movement_mps`."""
    movement_s: Seconds = Seconds(2.0)
    """The time for which a movement that is a start must last."""
    movement_spm: float = 140.0
    """The cadence that a start by movement needs, where cadence is measured."""
    standing_spm: float = 60.0
    """A cadence under this is standing."""
    standing_s: Seconds = Seconds(10.0)
    """Standing this long before and after an automatic go puts the go off until the runner moves."""
    in_band_after_s: Seconds = Seconds(15.0)
    """The share of time on target leaves out the first seconds: pace settles in 7 s (median) to 23 s (p90)."""
    in_band_leave: bool = True
    """The share of time on target allows an uncalibrated pod on a track the wider band its cues have."""

    def __post_init__(self) -> None:
        """Refuse a number out of its range, such as an impossible weather or effort day.

        Raises:
            ValueError: a number is out of its range.
        """
        within(self.effort_day_percent, 0.0, 20.0, "slowing of an effort day", "%")
        for value, name in ((self.temperature_c, "temperature"), (self.dew_point_c, "dew point")):
            if value is not None:
                within(value, -40, 55, name, "Celsius")
        check_ranges(self, _RANGES)
        self.heat_sum_f()

    def heat_sum_f(self) -> float | None:
        """Temperature and dew point added up in Fahrenheit; None where no weather is given."""
        if self.temperature_c is None or self.dew_point_c is None:
            return None
        return heat_sum(self.temperature_c, self.dew_point_c)


# --- how a step starts: as its document says, else by the policy of the run


_BETWEEN_REPS: Final = REPS | PAUSES
"""The kinds of step that a rep follows within its set; after any other a set begins."""


@dataclass(frozen=True, slots=True)
class StartPolicy:
    """The starts of steps whose document names none, and changes to written starts where nobody can press."""

    first: Start = field(default_factory=AutoStart)
    """The start of the first step."""
    after_rest: Start = field(default_factory=AutoStart)
    """The start of a rep after a rest."""
    after_warm_up: Start = field(default_factory=AutoStart)
    """The start of a rep after what is neither a rest nor a rep: a warm-up, drills. Partners wait there too."""
    counts_delays: bool = True
    """Whether a delay is counted down. In the replay of a foreign file a written first delay is 0."""
    presses_until: Seconds | None = None
    """The time of the last press in a recording: a start by press after it is automatic; None for a live run."""
    holds_for_standing: bool = False
    """Whether an automatic go after a rest is taken back when the runner stands."""

    def of(self, step: Step, previous: Step | None, at: Seconds) -> Start:
        """The start of `step`, reached at `at` after `previous` (None: it is the first)."""
        start = step.start or self._unwritten(step, previous)
        if isinstance(start, DelayStart) and previous is None and not self.counts_delays:
            return AutoStart()
        is_past_last_press = self.presses_until is not None and at >= self.presses_until
        return AutoStart() if is_past_last_press and isinstance(start, PressStart) else start

    def _unwritten(self, step: Step, previous: Step | None) -> Start:
        if previous is None:
            return self.first
        if previous.kind in RESTS and step.kind in REPS and not previous.until.is_slot:
            return self.after_rest
        if step.kind in REPS and previous.kind not in _BETWEEN_REPS:
            return self.after_warm_up
        return AutoStart()


def step_before(steps: tuple[Step, ...], index: int) -> Step | None:
    """The step before the one at `index`, prompts left out: they take no time; None before the first."""
    return next((step for step in reversed(steps[: max(0, index)]) if not only_asks(step)), None)


def step_after(steps: tuple[Step, ...], index: int) -> Step | None:
    """The step after the one at `index`, prompts left out; None after the last."""
    return next((step for step in steps[index + 1 :] if not only_asks(step)), None)


def only_asks(step: Step) -> bool:
    """Whether the step only asks a question, which never holds the clock."""
    return step.kind is Kind.PROMPT and all(isinstance(end, OpenEnd) for end in step.until.ends)


def may_be_held(step: Step, previous: Step | None, surface: str) -> bool:
    """Whether the automatic start of a step is taken back if the runner stands.

    It is after a rest in which the runner moves, but never for the first step, a send-off or a hill, or on a belt.
    """
    if previous is None or step.kind in UPHILL or surface == "treadmill":
        return False
    has_rested = previous.kind in RESTS and previous.move is not Move.STAND
    return has_rested and step.kind in REPS and not previous.until.is_slot and step.send_off_s is None


def kind_if_moving(step: Step) -> Kind | None:
    """The kind of a step after which the runner is still moving; None for one spent standing or walking."""
    is_standing = step.kind not in RUN or (step.kind in RESTS and step.move is not Move.JOG)
    return None if is_standing else step.kind


def waits_for_runner(start: Start) -> bool:
    """Whether a rest before such a start goes into overtime instead of starting the next step."""
    return isinstance(start, PressStart | MovementStart)


def slot_length(step: Step) -> Seconds:
    """The time between the slots of a send-off, at the next of which the step ends; 0 if it ends at none."""
    return next((end.every_s for end in step.until.ends if isinstance(end, SlotEnd)), Seconds(0.0))
