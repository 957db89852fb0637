"""The constants of this room, each with its reason. The athlete's settings may change them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.signals.readings import CORE_TEMPERATURE, INCLINE, SKIN_TEMPERATURE, SMO2, Source

METRIC_LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        SMO2: (0.0, 100.0),  # a share; sensors send more for "too much light" and "no tissue"
        CORE_TEMPERATURE: (30.0, 45.0),  # below and above nobody runs, and few live
        SKIN_TEMPERATURE: (-5.0, 50.0),  # a strap lying in the sun, or in the snow
        INCLINE: (-30.0, 45.0),  # what treadmills can do, and a little
    }
)
"""What the metrics of our own sensors can be; any finite number will do for others."""


@dataclass(frozen=True, slots=True)
class LearntFactor:
    """What earlier runs taught about one pod in one shoe."""

    source: Source
    """Which sensor of this run it is."""
    factor: float
    """True metres per metre the pod says, 0.9 to 1.1."""
    sd: float
    """Standard deviation of the factor."""


@dataclass(frozen=True, slots=True)
class DoubtSettings:
    """When a heart rate is doubted; every limit was held against 10.8 h of public recordings."""

    leap_bpm: float = 15.0
    """A leap from one value to the next is a spike beyond this and ..."""
    leap_bpm_per_s: float = 2.0
    """... this for every second between them: real hearts made at most 13 in a second, 26 in ten."""
    same_s: Seconds = Seconds(20.0)
    """From here on it is looked at whether a value that does not change should have: sound ones hold for 36 s."""
    same_effort_s: Seconds = Seconds(60.0)
    """No heart stays the same to the beat for so long ..."""
    effort_spm: StepsPerMinute = StepsPerMinute(20.0)
    """... while the cadence changes by so much: from running to a walk, or to a stand."""
    beats: int = 8
    """The intervals between beats are judged by the median of so many: missed beats do not move it."""
    beats_bpm: float = 8.0
    """How far they may be from a value that does not change."""
    odd_beats_s: Seconds = Seconds(8.0)
    """For how long they must be: a mended artefact is shorter."""

    running_cadence: StepsPerMinute = StepsPerMinute(120.0)
    """Slower legs are no runner's, and no sensor follows them."""
    near_bpm: float = 4.0
    """What follows the cadence is this near it: optical sensors smooth both over some seconds."""
    leave_s: Seconds = Seconds(3.0)
    """It may be further off for so long, while the cadence moves."""
    cadence_tau_s: Seconds = Seconds(2.0)
    """The smoothing of such a sensor, in both sides of the comparison."""
    quick_entry_s: Seconds = Seconds(8.0)
    """No heart comes near the cadence, and stays there, by ..."""
    quick_entry_bpm: float = 10.0
    """... so much in so short a time: a rising heart slows down towards its plateau."""
    slow_entry_s: Seconds = Seconds(25.0)
    """Nor in this time by ..."""
    slow_entry_bpm: float = 12.0
    """... so much, while the legs do what they did before."""
    steady_s: Seconds = Seconds(60.0)
    """How long the legs must have done the same: a heart follows a change for a minute."""
    steady_spm: StepsPerMinute = StepsPerMinute(4.0)
    """What is the same to either side."""
    stay_s: Seconds = Seconds(10.0)
    """How long it must stay there to be doubted: hearts on their way through the cadence do not stop."""
    repeat_s: Seconds = Seconds(15.0)
    """How long it takes to see that ups and downs are those of the cadence."""
    repeat_tau_s: Seconds = Seconds(20.0)
    """Over which time they are compared."""
    repeat_spm: StepsPerMinute = StepsPerMinute(2.0)
    """Ups and downs smaller than this (standard deviation) are a sensor's own noise."""
    repeat_share: float = 0.15
    """The distance from the cadence must vary by so little of it (variances); a heart of its own adds its own."""


@dataclass(frozen=True, slots=True)
class NoiseSettings:
    """How the noise of a speed is learnt; one setting for all sources (measured: docs/explanation/cue_quality.md)."""

    prior: float = 0.045
    """The noise of a source nothing is known of: that of a slow pod. Better silent for a minute than wrong."""
    presumed: float = 1.5
    """For a start, at a speed not run before: so many times the noise of the quietest stretch of this source."""
    prior_s: Seconds = Seconds(30.0)
    """What the prior is worth, in seconds of earlier running."""
    block_s: Seconds = Seconds(5.0)
    """Two such blocks make a mean of 10 s: noise of pace is correlated over 5 to 20 s, so shorter means say little."""
    late_blocks: int = 3
    """Blocks a mean waits before it is learnt: 15 s, in which an error that began with it is mostly called."""
    own_weight: float = 8.0
    """What a second of the stretch under way is worth in seconds of earlier running: it is here and now."""
    centre_blocks: float = 20.0
    """Noise is what deviates from about the last two minutes: a runner may drift, and a warm-up has its hills."""
    memory_blocks: float = 60.0
    """Blocks a stretch remembers: five minutes, so that a long run follows its ground."""
    outlier: float = 2.5
    """A mean further off than so many times the noise known counts as this far: it was a kerb or a crossing."""
    robust: float = 1.31
    """Of an earlier stretch, told from the median change between means 10 s apart, so that stops, hills and belts
    turned up are not taken for noise: 1.48 to be a standard deviation, over the square root of 2, and 25 % more
    because neighbouring means are alike."""
    earlier_most: float = 0.06
    """No stretch is remembered as noisier than this: beyond it the alarm is as patient as it gets."""
    least_blocks: int = 4
    """A stretch of less than 20 s says nothing of noise to a later one."""
    earlier_s: Seconds = Seconds(120.0)
    """Earlier running at the same speed counts for no more than this."""
    stretches: int = 12
    """So many earlier stretches are remembered: the reps of a set."""
    alike: float = 0.15
    """A stretch this near in speed is of the same class; a jog and a rep are 30 % apart and more."""


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """What is believed of a sensor."""

    lowest_heart_rate: BeatsPerMinute = BeatsPerMinute(25.0)
    """Below the lowest resting heart rates on record (26 to 27 bpm); a bad contact makes such values."""
    highest_heart_rate: BeatsPerMinute = BeatsPerMinute(250.0)
    """No adult's heart follows effort beyond it; static from a dry shirt reads 230 and more."""
    highest_speed: MetresPerSecond = MetresPerSecond(12.0)
    """The fastest 100 m ever run peaked at 12.4 m/s; whoever reads this page does not."""
    highest_cadence: StepsPerMinute = StepsPerMinute(300.0)
    """Sprinters reach 290 steps per minute; beyond it a per-foot cadence was doubled wrongly."""
    highest_power: Watts = Watts(2000.0)
    """Running power of a sprint stays below it."""
    jitter: Metres = Metres(5.0)
    """A cumulative distance that falls by less is smoothing of the device; by more, it was reset."""

    prior_factor_sd: float = 0.03
    """An uncalibrated pod is within 3 % two times in three (track_semantics, section 5)."""
    press_sd_s: Seconds = Seconds(0.25)
    """How well a thumb hits the moment the runner crosses the line."""
    lowest_factor: float = 0.9
    """A pod further off than this is laced wrong or sits on somebody else's shoe."""
    highest_factor: float = 1.1
    """As above."""
    most_per_press: float = 0.02
    """After the first press, one press moves the factor no further: it may have been a mistake."""
    lowest_factor_sd: float = 0.001
    """However many presses agree, later ones still count about an eighth: shoe, surface and fatigue drift."""
    mark_tolerance: float = 0.04
    """A press further off than this was for another mark."""
    mark_tolerance_m: Metres = Metres(4.0)
    """The same for short stretches, where 4 % is less than a late thumb."""
    stretch_tolerance: float = 0.10
    """A declared stretch may be further off: the distance is certain."""
    shortest_stretch: Metres = Metres(400.0)
    """Over less, a late press is more than the pod's own error."""
    slowest_stretch: MetresPerSecond = MetresPerSecond(3.0)
    """Pods read jogging and walking differently from running."""

    running_speed: MetresPerSecond = MetresPerSecond(2.2)
    """From here on everybody runs, so a cadence tells how it is counted (ble.md 7, "the cadence trap")."""
    per_foot_below: StepsPerMinute = StepsPerMinute(115.0)
    """A median cadence below it, at running speed, counts one foot."""
    per_step_above: StepsPerMinute = StepsPerMinute(130.0)
    """Above it, both feet are counted."""
    walking_per_foot_below: StepsPerMinute = StepsPerMinute(75.0)
    """While the count is unknown: walkers take 90 to 130 steps per minute, so less than this is one foot."""
    cadence_watch_s: Seconds = Seconds(20.0)
    """How much running it takes to know how a sensor counts."""

    cadence_counts: Mapping[Source, int] = field(default_factory=dict)
    """What the runner says of a sensor's cadence: 1, it counts both feet; 2, one foot. Never questioned."""
    learnt_cadence_counts: Mapping[Source, int] = field(default_factory=dict)
    """The same as found by earlier runs, or as usual for a sensor of that name: to begin with."""
    cadence_held_s: Seconds = Seconds(5.0)
    """Beside a speed of 0, a cadence held for so long is that of a runner who has just stopped."""
    moving_cadence: StepsPerMinute = StepsPerMinute(140.0)
    """Beyond it, and changing, the runner runs: a speed of 0 is then no speed."""
    late_s: Seconds = Seconds(1.5)
    """A packet older than this was held back by the radio; less is jitter."""
    most_held_s: Seconds = Seconds(30.0)
    """No radio holds packets back for longer: after such a silence the runner stood, or the link was lost."""
    pod_back_s: Seconds = Seconds(10.0)
    """A calibrated pod that comes back leads again once its link has held for so long."""
    pod_noise_s: Seconds = Seconds(60.0)
    """Over which time the noise of two pods is compared."""
    pod_noisier: float = 1.5
    """How much noisier the pod that leads must be to lose the lead: less is chance."""
    pod_change_s: Seconds = Seconds(300.0)
    """For noise the lead changes no more often than this: each change is a step in the pace that nobody ran."""
    rejections_apart_s: Seconds = Seconds(30.0)
    """Of one kind of nonsense the first is told at once, what follows in one sentence so far apart."""

    doubts: DoubtSettings = field(default_factory=DoubtSettings)
    """When a heart rate is doubted."""

    learnt: tuple[LearntFactor, ...] = ()
    """Pod factors of earlier runs; none for a foreign file."""

    def __post_init__(self) -> None:
        """Refuse a count of feet that nobody has."""
        for counts in (self.cadence_counts, self.learnt_cadence_counts):
            for source, count in counts.items():
                if count not in {1, 2}:
                    raise ValueError(
                        f"{source.value} cannot count {count!r} feet, only 1 (both) or 2 (one foot)"
                    )
