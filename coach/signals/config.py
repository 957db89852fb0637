"""The settings of the signals, each with its reason; those of the athlete may replace them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from coach.physiology import Range, check_ranges
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.signals.readings import CORE_TEMPERATURE, INCLINE, SKIN_TEMPERATURE, SMO2, Source

METRIC_LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        SMO2: (0.0, 100.0),  # a share; sensors send more for "too much light" and "no tissue"
        CORE_TEMPERATURE: (30.0, 45.0),  # nobody runs outside these limits
        SKIN_TEMPERATURE: (-5.0, 50.0),  # a strap lying in the sun, or in the snow
        INCLINE: (-30.0, 45.0),  # somewhat more than the range of treadmills
    }
)
"""The possible values of the metrics of our own sensors; any finite number is possible for others."""

_DOUBT_RANGES: Final[Mapping[str, Range]] = {
    "beats": (1.0, 1_000.0),
    **dict.fromkeys(("slow_entry_s", "quick_entry_s", "cadence_tau_s", "repeat_tau_s"), (1.0, 600.0)),
}
_NOISE_RANGES: Final[Mapping[str, Range]] = {
    **dict.fromkeys(("prior_s", "block_s"), (1.0, 3_600.0)),
    **dict.fromkeys(("centre_blocks", "memory_blocks", "least_blocks", "stretches"), (1.0, 10_000.0)),
}
_SIGNAL_RANGES: Final[Mapping[str, Range]] = {
    "pod_noise_s": (1.0, 3_600.0),
    "pod_noisier": (1.0, 100.0),
    "agreement_block_s": (1.0, 3_600.0),
    **dict.fromkeys(("agreement_blocks", "agreement_least_blocks"), (1.0, 10_000.0)),
    **dict.fromkeys(("lowest_factor", "highest_factor"), (0.5, 2.0)),
}
"""The ranges that the unit alone does not imply: what is divided by, or counted in, is more than 0."""


@dataclass(frozen=True, slots=True)
class LearntFactor:
    """The factor of one pod in one shoe, as earlier runs taught it."""

    source: Source
    """The sensor of this run."""
    factor: float
    """True metres per metre of the pod, 0.9 to 1.1."""
    sd: float
    """Standard deviation of the factor."""


@dataclass(frozen=True, slots=True)
class PooledSensor:
    """What is known of one of several pods, where any of them may be worn; it counts once that one is used."""

    number: int
    """Its number in the header of the journal, by which a change of its link names it."""
    factor: float | None = None
    """True metres per metre of the pod, as earlier runs taught it."""
    sd: float | None = None
    """Standard deviation of the factor."""
    stated_count: int | None = None
    """1 if it counts both feet, 2 if it counts one, as the runner says."""
    learnt_count: int | None = None
    """The same, as earlier runs found or its name suggests."""

    def factor_as(self, source: Source) -> LearntFactor | None:
        """Its factor where it is the pod of a source; None if none is known."""
        if self.factor is None or self.sd is None:
            return None
        return LearntFactor(source, self.factor, self.sd)


@dataclass(frozen=True, slots=True)
class DoubtSettings:
    """When a heart rate is doubted; every limit was checked against 10.8 h of public recordings."""

    leap_bpm: float = 15.0
    """A leap from one value to the next is a spike if it exceeds this plus `leap_bpm_per_s` for each second."""
    leap_bpm_per_s: float = 2.0
    """What a leap may gain for each second between two values: real hearts made at most 13 in one, 26 in ten."""
    same_s: Seconds = Seconds(20.0)
    """How long a value must stay the same before it is checked; sound ones stay the same for up to 36 s."""
    same_effort_s: Seconds = Seconds(60.0)
    """How long a heart rate must stay exactly the same while the cadence changes by `effort_spm` to be doubted."""
    effort_spm: StepsPerMinute = StepsPerMinute(20.0)
    """The change of cadence that a heart rate must answer: from running to a walk or to standing."""
    beats: int = 8
    """The number of intervals between beats whose median is judged; missed beats do not move it."""
    beats_bpm: float = 8.0
    """How far that median may be from a value that does not change."""
    odd_beats_s: Seconds = Seconds(8.0)
    """How long it must be further off; an artefact that the sensor corrects is shorter."""

    loose_s: Seconds = Seconds(10.0)
    """How long values of a strap that has lost its contact are believed without beats that change them. Judged."""
    never_worn_s: Seconds = Seconds(60.0)
    """How long one value is believed of a strap that never had contact; steady hearts repeat one for up to 56 s."""

    running_cadence: StepsPerMinute = StepsPerMinute(120.0)
    """The lowest cadence of a runner; below it no sensor follows the cadence."""
    near_bpm: float = 4.0
    """How near the cadence a heart rate is that follows it; optical sensors smooth both over some seconds."""
    leave_s: Seconds = Seconds(3.0)
    """How long it may be further off while the cadence changes."""
    cadence_tau_s: Seconds = Seconds(2.0)
    """The time constant of such a sensor, which the cadence is smoothed with too."""
    quick_entry_s: Seconds = Seconds(8.0)
    """The time in which no heart comes near the cadence by `quick_entry_bpm` and stays there."""
    quick_entry_bpm: float = 10.0
    """The change in that time that is too quick: a rising heart rate slows down towards its plateau."""
    slow_entry_s: Seconds = Seconds(25.0)
    """The time in which no heart comes near the cadence by `slow_entry_bpm` while the cadence is steady."""
    slow_entry_bpm: float = 12.0
    """The change in that time that is too quick while the cadence is steady."""
    steady_s: Seconds = Seconds(60.0)
    """How long the cadence must have been steady; a heart follows a change for a minute."""
    steady_spm: StepsPerMinute = StepsPerMinute(4.0)
    """How far a steady cadence may move to either side."""
    stay_s: Seconds = Seconds(10.0)
    """How long it must stay there to be doubted; heart rates that pass through the cadence do not stop."""
    repeat_s: Seconds = Seconds(15.0)
    """How long a heart rate must be near the cadence before their ups and downs are compared."""
    repeat_tau_s: Seconds = Seconds(20.0)
    """The time constant over which they are compared."""
    repeat_spm: StepsPerMinute = StepsPerMinute(2.0)
    """The standard deviation of the cadence below which its ups and downs are the noise of a sensor."""
    repeat_share: float = 0.15
    """The share of the variance of the cadence that the distance from it may have; a real heart adds its own."""

    def __post_init__(self) -> None:
        """Refuse a number out of its range.

        Raises:
            ValueError: the message names the setting and its range.
        """
        check_ranges(self, _DOUBT_RANGES)


@dataclass(frozen=True, slots=True)
class NoiseSettings:
    """How the noise of a speed is learnt; the same for all sources (measured: docs/explanation/cue_quality.md)."""

    prior: float = 0.045
    """The noise of an unknown source, which is that of a slow pod: silence is better than a wrong cue."""
    presumed: float = 1.5
    """At a speed not run before, how many times the noise of the quietest stretch of this source is presumed."""
    prior_s: Seconds = Seconds(30.0)
    """The weight of the prior, in seconds of earlier running."""
    block_s: Seconds = Seconds(5.0)
    """The length of a block; two make a mean of 10 s, and noise is correlated over 5 to 20 s."""
    late_blocks: int = 3
    """How many blocks a mean waits before it is learnt: in 15 s most errors that began with it are called."""
    own_weight: float = 8.0
    """The weight of a second of the stretch under way, in seconds of earlier running.

    Measured (docs/explanation/cue_quality.md): 6 spares a tenth of the false words in sessions, and 4 a fifth, but 4 %
    of a calm source is then called 1 to 10 s later and, from a cold start, not within a minute.
    """
    calm_weight: float = 6.0
    """The weight where the stretch is calmer than earlier running at its speed, which is often chance.

    Measured on windows and scripted sessions (docs/explanation/cue_quality.md): 4 calls 8 % of rough watches 1 s later.
    """
    centre_blocks: float = 20.0
    """The blocks whose mean noise deviates from, about two minutes: a runner may drift, and a warm-up has its hills."""
    memory_blocks: float = 60.0
    """The blocks a stretch remembers, five minutes, so that a long run adapts to its ground."""
    outlier: float = 2.5
    """How many times the known noise a mean may deviate; one further off counts as this far: a kerb or a crossing."""
    robust: float = 1.31
    """The noise of an earlier stretch over the median change between its means 10 s apart.

    The median keeps stops, hills and a faster belt from being taken for noise. The number is 1.48, which makes it a
    standard deviation, over the square root of 2, and 25 % more because neighbouring means are alike.
    """
    earlier_most: float = 0.035
    """The most noise a stretch is remembered with; the alarm is as patient as it can be from 3 % on.

    Measured on windows: with 6 % an error of 8 % is called 2 s later from positions, 1 s later from rough watches.
    """
    least_blocks: int = 4
    """The fewest blocks of a stretch that later ones learn from: 20 s."""
    earlier_s: Seconds = Seconds(120.0)
    """The most that earlier running at the same speed counts for."""
    stretches: int = 12
    """How many earlier stretches are remembered: the reps of a set."""
    alike: float = 0.15
    """How near in speed a stretch of the same class is; a jog and a rep are at least 30 % apart."""

    def __post_init__(self) -> None:
        """Refuse a number out of its range.

        Raises:
            ValueError: the message names the setting and its range.
        """
        check_ranges(self, _NOISE_RANGES)


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """What is believed of a sensor, and how distance and cadence are calibrated."""

    lowest_heart_rate: BeatsPerMinute = BeatsPerMinute(25.0)
    """The lowest heart rate, below the lowest resting ones on record (26 to 27 bpm); a bad contact sends less."""
    highest_heart_rate: BeatsPerMinute = BeatsPerMinute(250.0)
    """The highest heart rate of an adult under effort; static from a dry shirt reads 230 and more."""
    highest_speed: MetresPerSecond = MetresPerSecond(12.0)
    """The highest speed; the fastest 100 m ever run peaked at 12.4 m/s."""
    highest_cadence: StepsPerMinute = StepsPerMinute(300.0)
    """The highest cadence; sprinters reach 290 steps per minute, and more is a cadence that was doubled wrongly."""
    highest_power: Watts = Watts(2000.0)
    """The highest running power; that of a sprint stays below it."""
    jitter: Metres = Metres(5.0)
    """How far a cumulative distance may fall by the smoothing of a device; by more, it was reset."""

    prior_factor_sd: float = 0.03
    """The standard deviation of an uncalibrated pod, within 3 % two times in three (track_semantics, section 5)."""
    press_sd_s: Seconds = Seconds(0.25)
    """The standard deviation of a press about the moment the runner crosses the line."""
    lowest_factor: float = 0.9
    """The lowest factor; a pod further off is laced wrong or sits on another runner's shoe."""
    highest_factor: float = 1.1
    """The highest factor, for the same reason."""
    most_per_press: float = 0.02
    """How far one press may move the factor after the first, because it may have been a mistake."""
    lowest_factor_sd: float = 0.001
    """The lowest standard deviation, so that later presses count about an eighth: shoe and surface drift."""
    mark_tolerance: float = 0.04
    """How far off a press may be, as a share of the distance; one further off was for another mark."""
    mark_tolerance_m: Metres = Metres(4.0)
    """How far off a press may be on a short stretch, where 4 % is less than a late thumb."""
    stretch_tolerance: float = 0.10
    """How far off a declared stretch may be, whose distance is certain."""
    shortest_stretch: Metres = Metres(400.0)
    """The shortest stretch to learn from; over less, the error of a press exceeds that of the pod."""
    slowest_stretch: MetresPerSecond = MetresPerSecond(3.0)
    """The lowest speed to learn from; pods measure jogging and walking differently from running."""

    running_speed: MetresPerSecond = MetresPerSecond(2.2)
    """Above this speed everybody runs, so the cadence shows whether one foot or both are counted."""
    per_foot_below: StepsPerMinute = StepsPerMinute(115.0)
    """The median cadence at running speed below which one foot is counted."""
    per_step_above: StepsPerMinute = StepsPerMinute(130.0)
    """The median cadence at running speed above which both feet are counted."""
    walking_per_foot_below: StepsPerMinute = StepsPerMinute(75.0)
    """The cadence of a walk below which one foot is counted, while nothing is known: walkers take 90 to 130 steps."""
    cadence_watch_s: Seconds = Seconds(20.0)
    """How much running it takes to find how a sensor counts."""

    cadence_counts: Mapping[Source, int] = field(default_factory=dict)
    """What the runner states of the cadence of a sensor: 1 for both feet, 2 for one; it is never overruled."""
    learnt_cadence_counts: Mapping[Source, int] = field(default_factory=dict)
    """The same as earlier runs found it or as usual for a sensor of that name, to start with."""
    cadence_held_s: Seconds = Seconds(5.0)
    """How long a cadence beside a speed of 0 may be held by a pod whose runner has just stopped."""
    moving_cadence: StepsPerMinute = StepsPerMinute(140.0)
    """The cadence from which, if it changes, the runner runs and a speed of 0 is an error."""
    late_s: Seconds = Seconds(1.5)
    """The age from which a packet was held back by the radio; less is jitter."""
    most_held_s: Seconds = Seconds(30.0)
    """The longest time a radio holds packets back; after a longer silence the runner stood or the link was lost."""
    pod_back_s: Seconds = Seconds(10.0)
    """How long the link of a calibrated pod that comes back must have held before it leads again."""
    pod_noise_s: Seconds = Seconds(60.0)
    """The time over which the noise of two pods is compared."""
    pod_noisier: float = 1.5
    """How many times noisier than the other the pod that leads must be to lose the lead; less is chance."""
    pod_change_s: Seconds = Seconds(300.0)
    """The least time between changes of the lead for noise; each is a step in the pace that nobody ran."""
    rejections_apart_s: Seconds = Seconds(30.0)
    """The least time between two rejections of one kind; those in between are counted."""

    forgives_gaps: bool = True
    """Learn the spacing of a sender's values, and reset nothing by a gap that is shorter than three of them.

    A strap that sends no heart rate is then lost like one that sends nothing. Runs recorded before have it off.
    """
    reconciles_speed: bool = True
    """Correct a speed by its source's own distance; runs recorded before there was a rule for it have it off."""
    agreement_block_s: Seconds = Seconds(30.0)
    """The length of a block; judged: positions are off the same way for some 20 s."""
    agreement_blocks: int = 40
    """The blocks remembered, 20 minutes of running; judged: a ratio belongs to a device, not to a moment."""
    agreement_least_blocks: int = 4
    """The fewest blocks to learn from: 2 minutes."""
    agreement_from: MetresPerSecond = MetresPerSecond(2.2)
    """Slower stretches tell nothing; measured: of walkers, watches count 10 to 30 % more metres than speed."""
    agreement_differs: float = 0.04
    """Speed and distance that differ by less agree; measured: those of 17 of 20 public sources are within 3 %."""
    agreement_times: float = 5.0
    """How many standard deviations they must differ by; measured: none of those 17 is corrected, with 3 three are.

    Neighbouring blocks err alike, so a standard deviation is worth half of what it says.
    """
    agreement_prior: float = 0.03
    """The standard deviation of a block before any is known; measured: 4 to 18 % on watches, 1 % on pods."""
    agreement_prior_blocks: float = 4.0
    """The weight of that, in blocks; judged."""
    agreement_spread: float = 0.05
    """How far from 1 such ratios lie; measured: the standard deviation of those of 20 public sources."""
    agreement_step: float = 0.02
    """The least change of a ratio in force; judged: each is a step in the pace that nobody ran."""

    learns_laps: bool = True
    """Learn the factor of positions from laps of a track; runs recorded before there was a rule for it have it off."""
    lap_tolerance: float = 0.08
    """How far off a lap may be counted; judged: positions on a track are 2 to 5 % off, and lane 5 is 7 % longer."""
    lap_near_m: Metres = Metres(10.0)
    """How near the same place is; judged: positions are 3 to 5 m off, and the other straight is 70 m away."""
    lap_heading_m: Metres = Metres(15.0)
    """The way over which a direction is taken; judged: over less, the noise of positions turns it."""
    lap_same_way: float = 0.8
    """The cosine from which two directions are one: 37 degrees, more than a bend turns in 15 m."""
    lap_every_m: Metres = Metres(10.0)
    """How far apart two passes are that are both learnt from; judged: nearer ones err alike."""
    lap_sd: float = 0.01
    """The standard deviation of one lap; judged: positions 3 m off at both ends of 400 m."""
    lap_least_sd: float = 0.02
    """The standard deviation from which a factor is in force: 60 m into the second lap, as sure as a proven pod."""
    lap_break_m: Metres = Metres(3.0)
    """A place further from the last than was counted is behind a pause or a jump."""
    lap_gap_s: Seconds = Seconds(6.0)
    """Across a longer gap the straight line is no part of a lap; judged: a bend is cut by 1 m in 6 s."""
    lap_slow_s: Seconds = Seconds(4.0)
    """The time over which a runner must be running all along; judged: one position alone may be off by metres."""
    lap_step: float = 0.005
    """The least change of a factor in force; judged: each is a step in the pace that nobody ran."""

    doubts: DoubtSettings = field(default_factory=DoubtSettings)
    """When a heart rate is doubted."""

    learnt: tuple[LearntFactor, ...] = ()
    """The pod factors of earlier runs; none for a foreign file."""
    learnt_of_pool: tuple[PooledSensor, ...] = ()
    """What is known of each pod, where more are remembered than a run uses."""

    def __post_init__(self) -> None:
        """Refuse a number out of its range, and a count that is not 1 or 2.

        Raises:
            ValueError: the message names the setting and its range.
        """
        check_ranges(self, _SIGNAL_RANGES)
        for counts in (self.cadence_counts, self.learnt_cadence_counts):
            for source, count in counts.items():
                if count not in {1, 2}:
                    raise ValueError(
                        f"{source.value} cannot count {count!r} feet, only 1 (both) or 2 (one foot)"
                    )
