"""The settings of the cues, each with its reason.

An athlete's settings may replace any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from coach.physiology import Range, check_ranges
from coach.quantities import Metres, Seconds
from coach.signals.config import NoiseSettings

_RANGES: Final[Mapping[str, Range]] = {
    **dict.fromkeys(
        (
            "settle_from_jog_s",
            "settle_block_s",
            "smooth_s",
            "smooth_least_s",
            "smooth_most_s",
            "smooth_rep_s",
            "true_s",
            "true_positions_s",
        ),
        (1.0, 600.0),
    ),
    **dict.fromkeys(("gaps_s", "gaps_long_s", "heart_rate_repeat_s"), (0.0, 86_400.0)),
    **dict.fromkeys(("beep_m", "split_km_m"), (10.0, 100_000.0)),
    "ledger_segment_s": (1.0, 86_400.0),
    "speech_share": (0.0, 1.0),
    "ledger_dead": (0.001, 1.0),
    "ceiling_repeat_s": (1.0, 86_400.0),
    "countdown_lead_s": (0.0, 0.45),
    "counted_s": (1.0, 600.0),
    "alarm_clear": (1.01, 10.0),
}
"""The ranges that the unit alone does not imply: what is divided by, or stepped by, is more than 0."""


class LapFigure(StrEnum):
    """What is spoken after a lap of a track."""

    LAP = "lap"
    KM = "km"
    MILE = "mile"
    TOTAL = "total"


class Listening(StrEnum):
    """Where cues are heard."""

    EARS = "ears"
    """In the runner's ears: everything, wherever they are."""
    SPEAKER = "speaker"
    """From an open speaker beside the track: verdicts near it, and nothing about the runner's body."""
    NOWHERE = "nowhere"
    """Nowhere: no cue has words to speak or a tone, as before there was a voice."""


class LanguageCode(StrEnum):
    """The language of cues, by the code of ISO 639."""

    EN = "en"
    DE = "de"


@dataclass(frozen=True, slots=True)
class CueSettings:
    """When a cue is said, how often, and what evidence it needs."""

    # --- settling

    settle_standing_s: Seconds = Seconds(20.0)
    """No verdict this soon after a standing or walking start; nine reps of ten are at their pace after 23 s.

    Measured on recorded reps.
    """
    settle_from_jog_s: Seconds = Seconds(15.0)
    """No verdict this soon after a jog; three reps of four are at their pace after 15 s. Measured on recorded reps."""
    settle_from_float_s: Seconds = Seconds(12.0)
    """No verdict this soon after a float or another rep; half of all reps settle in 7 s. Measured on recorded reps."""
    settle_treadmill_s: Seconds = Seconds(25.0)
    """No verdict this soon on a treadmill, because a belt changes speed slowly. Judged."""
    settle_change_s: Seconds = Seconds(12.0)
    """No verdict this soon after a target changed during the step; the same as from a float. Judged."""
    settle_most_s: Seconds = Seconds(45.0)
    """The speed counts as settled after this long; some watches follow their runner 20 to 40 s late.

    Measured on watches.
    """
    settle_block_s: Seconds = Seconds(5.0)
    """Length of the means compared to find out whether the speed has settled. Judged."""
    settle_change: float = 0.015
    """Two means agree when they differ by less than this share of the target, or by the noise where that is more.

    Judged.
    """
    settle_near: float = 0.12
    """How close the settled mean must be to the target, as a share of it; some watches are 25 % off.

    Measured on watches.
    """
    unproven_factor: float = 2.0
    """`too_slow` takes this many times its settle and hold times while a pod on a track is uncalibrated. Judged."""
    unproven_band: float = 0.02
    """Bands are wider by this share of the speed while a pod on a track is uncalibrated; a new pod is some 3 % off.

    Judged.
    """
    watch_on_track: float = 0.03
    """An error a watch may make of every speed on a track is no runner's; it adds to the noise the alarm allows for.

    Measured by others: watches are 3 to 6 % off there (Gilgen-Ammann 2020, JMIR 8(6):e17118), and nothing calibrates
    them. Measured on scripted sessions (tuning seeds): of 100 words of a watch 21 are wrong without it, 9 with it.
    """
    proven_sd: float = 0.02
    """A pod counts as calibrated when the SD of its factor is at most this; the prior of a new pod is 0.03. Judged."""

    # --- pace, cadence, power

    smooth_s: Seconds = Seconds(15.0)
    """Time constant of cadence and power. Judged."""
    noise: NoiseSettings = field(default_factory=NoiseSettings)
    """How the noise of a speed is learnt; the judgement of pace rests on it. Judged."""
    smooth_base_s: Seconds = Seconds(10.0)
    """Time constant of the judged speed for a source without noise."""
    smooth_per_noise_s: Seconds = Seconds(500.0)
    """Added to the time constant per unit of relative noise (1.0 = 100 %); quiet pods react sooner than rough GPS.

    Judged.
    """
    smooth_least_s: Seconds = Seconds(14.0)
    """Lower bound of the time constant; runners themselves waver. Measured there."""
    smooth_most_s: Seconds = Seconds(26.0)
    """Upper bound of the time constant; by then an error of 8 % has cost two seconds. Measured there."""
    smooth_rep_share: float = 0.15
    """Upper bound of the time constant as a share of the rep's time; 200 m need 5 to 8 s. Judged."""
    smooth_rep_s: Seconds = Seconds(5.0)
    """Lower bound of the time constant in a short rep; neighbouring values share their noise for about this long.

    Judged.
    """
    alarm_times: float = 1.85
    """The alarm limit as a multiple of the noise (RMS) of a 10 s mean; higher while the filter still fills.

    Measured on the windows of `make bench-cues`.
    """
    alarm_least: float = 0.015
    """Smaller errors than this share of the target are never called by the alarm, however narrow the band is.

    Judged: the narrowest band a footpod's own noise leaves room for.
    """
    alarm_most: float = 0.055
    """Upper bound of the alarm limit; with a higher one an error of 8 % would take a minute. Measured there."""
    alarm_early: float = 3.0
    """In the first half minute the upper bound of the alarm limit may be this many times higher. Judged."""
    alarm_still: float = 0.5
    """The mean of the last few seconds must show at least this share of the alarm limit. Judged."""
    alarm_narrow: float = 0.04
    """A band of a single value up to this half-width (share of the aim) is a margin: the error counts from the aim.

    For a wider band, for a range and for a cap it counts from the edge. Judged.
    """
    alarm_margin: float = 1.0
    """The alarm goes off from this share of a margin on: at 1 never inside the band that screen and results show.

    Judged. At 0.72, as it was, a source as quiet as a belt's pod was called 1.8 % off in a band of 2.5 %.
    """
    alarm_hold_s: Seconds = Seconds(6.0)
    """How long an error must last that is just over its limit; one that is larger less, and a clear one not at all.

    Measured on scripted sessions (tuning seeds): 8 s spare 27 of 114 wrong words, 6 s much the same.
    """
    alarm_clear: float = 1.3
    """An error of so many times its limit is clear. Measured there, with `alarm_hold_s`."""
    alarm_clear_now: float = 1.6
    """And so is one of which the last seconds show so many times the limit, as after a change of pace.

    Measured on the windows of `make bench-cues`: without it 8 % is called 2 to 6 s later, with it 0 to 2 s.
    """
    counted_s: Seconds = Seconds(20.0)
    """The metres of the last seconds must show half of an error too, where they are as well known as the speed.

    Measured on scripted sessions (tuning seeds): of 114 wrong words 36 were not in the metres.
    """
    on_pace_most: float = 0.04
    """"On pace" is said if the noise of the source leaves no room for an error of this share. Judged."""
    on_pace_times: float = 1.0
    """How many times that noise is left room for. Measured on scripted sessions (tuning seeds)."""
    ledger_dead: float = 0.02
    """An error up to this share of the target does not add to the drift; no source outdoors measures more closely.

    Judged.
    """
    ledger_least_s: Seconds = Seconds(1.5)
    """Seconds of drift that are called: 4 % too fast for 75 s, 3 % for 150 s. Judged."""
    ledger_sure_s: Seconds = Seconds(23.0)
    """With a noisy source drift is called from this many seconds times the square of the noise over the dead band.

    Noise correlated over 10 s exceeds a CUSUM of h by chance as exp(-2 dead h / (10 noise^2)); this value is 1 % of
    its excursions. Judged from that law.
    """
    ledger_segment_s: Seconds = Seconds(300.0)
    """Drift is called at most once in this long: a rep, or about a kilometre of a run. Judged."""
    standing_share: float = 0.7
    """Speeds under this share of the target are not used to learn the noise; nobody runs steadily there. Judged."""
    hold_s: Seconds = Seconds(8.0)
    """How long the runner must be off the pacing light without a break; turns and crossings are shorter. Judged."""
    hold_back_s: Seconds = Seconds(5.0)
    """How long a value must be back inside its band before it counts as right again. Judged."""
    hysteresis: float = 0.01
    """How far inside its band, as a share of it, a value must be to count as back, so that it does not chatter.

    Judged.
    """
    true_s: Seconds = Seconds(5.0)
    """A verdict must be true of the last seconds too: so many, or two periods of the source where these are longer.

    Measured on the windows of `make bench-cues`: no delay of 8 % grew, those of rough sources shrank by 1 to 2 s.
    """
    true_positions_s: Seconds = Seconds(10.0)
    """The same for positions, whose errors of half a metre are 4 % of the way of 5 s. Judged."""
    true_share: float = 0.02
    """"Fast" and "slow" are said if the last seconds are off the target by this share, "on pace" if they are not.

    Measured on scripted sessions (tuning seeds): of 37 "on pace" 13 were followed by another error before, none after.
    """
    true_end_s: Seconds = Seconds(15.0)
    """"On pace" is not said in this time before the end of a step; judged: nobody has time to make use of it."""
    severe_share: float = 0.055
    """An error over the alarm limit and this share of the target is severe: called when the words are spent too.

    Judged: the upper bound of the alarm limit, so that every source can show it. Measured on scripted sessions
    (tuning seeds): of 58 errors over 6 % 20 were never called before, 4 after.
    """
    severe_gap_s: Seconds = Seconds(45.0)
    """Silence after a severe error was called; it doubles from the third cue on that was not answered.

    Judged: time to hear it, to slow down and to be seen slower by a smoothed speed of 26 s.
    """
    severe_boundary_s: Seconds = Seconds(10.0)
    """No severe error is called beyond the budget in this time before the end of a step; judged."""
    slow_times: int = 2
    """How often more speed is asked for without an answer; then the light is set back to the runner.

    Judged: who does not answer twice cannot or will not.
    """
    hold_steps_s: Seconds = Seconds(15.0)
    """Hold of cadence and power; both swing with every bend and gust. Judged."""
    power_from_s: Seconds = Seconds(30.0)
    """Power is judged in steps at least this long; a word in a shorter one would come at its end."""
    power_settle_s: Seconds = Seconds(8.0)
    """No verdict on power this soon after a step begins; a pod's power follows a change of speed within 5 s. Judged."""
    power_hold_share: float = 0.2
    """Hold of power in a short step, as a share of its time: 6 s of 30. Judged: half of the step is left to mend it."""
    push_most: int = 2
    """More cadence, power or heart rate is asked for this often without an answer; who could, would have. Judged."""
    walking_spm: float = 130.0
    """Below this cadence the runner walks or stands (92 to 128 in rests) and pace is not judged."""

    standing_spm: float = 60.0
    """Below this cadence the runner stands; the slowest walk has 90. Measured on walks."""
    standing_mps: float = 0.7
    """Above this speed the runner does not stand, whatever the cadence. Judged."""
    standing_from_s: Seconds = Seconds(15.0)
    """Standing is ignored in the first seconds of a recovery. Judged."""
    standing_hold_s: Seconds = Seconds(12.0)
    """How long the runner must stand without a break before they are asked to jog. Judged."""
    standing_left_s: Seconds = Seconds(15.0)
    """The runner is not asked to jog if less than this is left of the recovery. Judged."""

    # --- pacing light

    light_from_m: Metres = Metres(150.0)
    """No verdict against the pacing light before this distance; one second at 150 m is nothing at the end. Judged."""
    light_from_s: Seconds = Seconds(30.0)
    """No verdict against the pacing light before this time. Judged."""
    light_share: float = 0.015
    """Seconds against the pacing light that are never called, as a share of the time run, however narrow the band is.

    Judged: a calibrated pod is right to 1 %, and a press to a second. In a wider band the band decides.
    """
    light_least_s: Seconds = Seconds(1.0)
    """Fewer seconds than this against the pacing light are never called. Judged."""
    light_laps_from_m: Metres = Metres(800.0)
    """From this length on the pacing light is compared once a lap, because wind makes every second 200 m slower.

    Judged.
    """
    standing_start_s: Seconds = Seconds(1.5)
    """Time lost by a standing start, which is not held against the runner. Judged."""
    new_light_s_per_km: float = 5.0
    """Seconds behind per kilometre from which a new pacing light is set; chasing the old one would ruin the rep.

    Judged.
    """

    # --- the first rep

    start_fast_share: float = 0.06
    """A first rep is called too fast from this share over the target on. Judged."""
    start_fast_times: float = 2.3
    """A start must also exceed the target by this many times the noise of the source. Judged."""
    start_fast_from_s: Seconds = Seconds(10.0)
    """Starts are judged after this long, when the jump off the line is over."""
    start_fast_hold_s: Seconds = Seconds(8.0)
    """How long a start must be too fast without a break. Judged."""
    start_fast_mark_m: Metres = Metres(200.0)
    """A first rep is also compared with the pacing light at this distance. Judged."""
    start_fast_up_s: Seconds = Seconds(2.0)
    """Seconds ahead of the pacing light at that distance that are called. Judged."""
    start_fast_later: float = 0.10
    """A later rep is called too fast at its start from this share over the target on. Judged."""
    start_fast_later_s: Seconds = Seconds(30.0)
    """The start of a later rep lasts this long. Judged."""
    start_fast_run_m: Metres = Metres(400.0)
    """The start of a run or race lasts for this distance. Judged."""
    start_fast_until_s: Seconds = Seconds(60.0)
    """The start of a first rep lasts this long; afterwards the band and the pacing light take over. Judged."""

    # --- arbiter

    budget: int = 2
    """Coach cues in a rep. Judged."""
    budget_long: int = 3
    """Coach cues in a long rep. Judged."""
    rep_open_s: Seconds = Seconds(300.0)
    """Assumed time of a rep that only a mark ends and nothing caps earlier. Judged."""
    renew_from_s: Seconds = Seconds(1200.0)
    """A step longer than this counts as a run: its spent budget is renewed. Judged."""
    renew_s: Seconds = Seconds(600.0)
    """The budget of a run is renewed by one cue after this much silence. Judged."""
    budget_rest: int = 1
    """Coach cues in a recovery. Judged."""
    budget_float: int = 1
    """Coach cues in a short float. Judged."""
    long_m: Metres = Metres(1600.0)
    """A longer rep than this counts as long. Judged."""
    long_s: Seconds = Seconds(480.0)
    """A rep by time without a pace counts as long above this time. Judged."""
    short_m: Metres = Metres(300.0)
    """In reps up to this length only a much too fast start is called; nothing else can be corrected in time. Judged."""
    short_s: Seconds = Seconds(60.0)
    """The same limit for a rep by time without a pace. Judged."""
    gaps_s: tuple[Seconds, ...] = (Seconds(20.0), Seconds(40.0), Seconds(80.0))
    """Silence after the first, second and every further cue of one kind that was not answered. Judged."""
    gaps_long_s: tuple[Seconds, ...] = (Seconds(120.0), Seconds(240.0), Seconds(480.0))
    """The same silences in a run. Judged."""
    boundary_s: Seconds = Seconds(3.0)
    """No coach cue in this time before the end of a step; it belongs to the countdown. Judged."""
    paused_still_s: Seconds = Seconds(15.0)
    """How long a paused runner must run before they are reminded of the pause. Judged."""
    paused_still_spm: float = 150.0
    """A paused runner counts as running above this cadence; nobody walks at 150. Measured on walks."""

    # --- countdowns and announcements

    countdown_s: tuple[int, ...] = (30, 10, 3, 2, 1)
    """Marks of a countdown: 30 to come back to the line, 10 to get ready, 3-2-1 to go. Judged."""
    countdown_delay_s: tuple[int, ...] = (10, 3, 2, 1)
    """Marks before a delayed start. Judged."""
    countdown_half_min_s: Seconds = Seconds(60.0)
    """"Thirty" is said only in steps at least this long. Judged."""
    countdown_ten_min_s: Seconds = Seconds(20.0)
    """"Ten" is said only in steps at least this long. Judged."""
    countdown_three_min_s: Seconds = Seconds(10.0)
    """"Three", "two" and "one" are said only in steps at least this long, so that the first words have time. Judged."""
    countdown_lead_s: Seconds = Seconds(0.0)
    """How much earlier a countdown is called than it is due, under half a second: what the device plays late.

    A run that is heard takes it from `sound.latency_ms`.
    """
    stride_s: Seconds = Seconds(20.0)
    """A stride up to this length has an end tone instead of a countdown. Judged."""
    jog_to_go_m: Metres = Metres(50.0)
    """A jog by distance is counted down once, with this much left. Judged."""
    last_m: Metres = Metres(200.0)
    """"Last two hundred" is said with this much left. Judged."""
    last_from_m: Metres = Metres(800.0)
    """"Last two hundred" is said in reps from this length on. Judged."""
    preview_s: Seconds = Seconds(20.0)
    """The next step is named this long before it, so that the words end before "ten". Judged."""
    preview_min_s: Seconds = Seconds(40.0)
    """The next step is named only in rests at least this long; in a shorter one its first words are enough. Judged."""
    belt_ahead_s: Seconds = Seconds(10.0)
    """A belt speed is said this long before it is due. Judged."""
    beep_m: Metres = Metres(100.0)
    """In clock mode the pacing light calls at every multiple of this distance. Judged."""
    repeats_names: bool = False
    """Whether a rep like the one before is named in full again, and once more at its start.

    Without it "Rep two." is enough; judged: in five even reps of 1000 m the words fall from 40 to 24 a rep.
    """
    speak: LapFigure = LapFigure.LAP
    """What is spoken after a lap: `lap`, its time; `km` or `mile`, its pace; `total`, the step's time so far.

    With `total` a lap is never called slow or fast. Judged.
    """
    lap_off_s: Seconds = Seconds(1.3)
    """A lap between two marks is called slow or fast from this many seconds off its plan.

    Measured with a press SD of 0.25 s (`python -m tests.benchmarks.marks`): 98 % of laps 2 % off at 4:00/km are called
    at once, at 3:00/km 68 %; of the even laps of ten hours none is.
    """
    lap_off_share: float = 0.0135
    """The same as a share of the lap's planned time, where that is more: 1.3 s of 96 s. Judged."""
    lap_off_marks: int = 3
    """A lap is compared with the mean of so many marks before it, as each press errs. Measured there too."""
    lap_off_most: float = 0.15
    """A lap further off than this share is no lap: a press was missed or came too soon. Judged."""
    split_tenths_to_m: Metres = Metres(200.0)
    """Tenths of a second are spoken in splits up to this distance. Judged."""
    split_late_s: Seconds = Seconds(5.0)
    """A split older than this is shown and not spoken; it comes out of a gap. Judged."""
    split_off_s: Seconds = Seconds(1.0)
    """The projected time of a long rep is shown if it differs from the planned one by more than this. Judged."""
    split_laps_from_m: Metres = Metres(800.0)
    """In reps from this length on only whole laps are spoken; the other marks are shown. Judged."""

    split_km_from_m: Metres = Metres(3000.0)
    """In reps beyond this length splits are spoken per kilometre instead of per lap. Judged."""
    split_km_m: Metres = Metres(1000.0)
    """Distance between spoken splits in such a rep. Judged."""

    # --- heart rate

    easy_cap: bool = True
    """Cap easy steps without a heart rate of their own at 85 % of threshold, else at 75 % of a measured maximum."""
    heart_rate_from_s: Seconds = Seconds(300.0)
    """No heart-rate verdict in the first part of a run; a dry strap and a cold heart both mislead. Judged."""
    heart_rate_step_s: Seconds = Seconds(90.0)
    """No heart-rate verdict this soon after a step begins; 90 % of a rise takes 70 to 90 s.

    Measured on recorded reps.
    """
    heart_rate_work_s: Seconds = Seconds(120.0)
    """No heart-rate verdict in work shorter than this; the heart follows too late. Judged."""
    heart_rate_stride_s: Seconds = Seconds(90.0)
    """No heart-rate verdict this soon after a stride. Judged."""
    heart_rate_over: float = 2.0
    """Beats over (or under) the limit before the hold begins. Judged."""
    heart_rate_early_s: Seconds = Seconds(20.0)
    """How long a cap that is crossed in the first part of a step must stay crossed without a break.

    It shortens the hold and the wait for the step to grow old. Measured on 19 public reps of 2 min and more.
    """
    heart_rate_early_reps: int = 2
    """Reps of a set in which an early crossing is told; in the next one it is advice, and then the set is silent.

    Judged.
    """
    heart_rate_falls_bpm: float = 1.0
    """A heart rate this far under its highest of the last `heart_rate_falls_s` falls by itself and is not called.

    Judged.
    """
    heart_rate_falls_s: Seconds = Seconds(30.0)
    """How long back that highest is looked for. Measured on 56 h of long runs under a cap (docs/decisions/0012)."""
    heart_rate_hold_s: Seconds = Seconds(30.0)
    """How long the heart rate must be over the limit without a break. Judged."""
    heart_rate_clear: float = 3.0
    """Beats inside the limit before the heart rate counts as right again. Judged."""
    heart_rate_clear_s: Seconds = Seconds(20.0)
    """How long it must be inside before it counts as right again. Judged."""
    heart_rate_repeat_s: tuple[Seconds, ...] = (Seconds(120.0), Seconds(240.0), Seconds(480.0))
    """Silence after the first, second and every further cue about heart rate. Judged."""
    heart_rate_walk_from: int = 3
    """From this cue on the runner is asked to walk a minute. Judged."""
    heart_rate_long_s: Seconds = Seconds(600.0)
    """In steps longer than this heart rate keeps its own repeats, outside the budget of a rep. Judged."""
    heart_rate_ahead_s: Seconds = Seconds(60.0)
    """How far ahead heart rate is forecast; beyond a minute drift and hills decide, and warnings prove false.

    Judged.
    """
    heart_rate_ahead_least_s: Seconds = Seconds(10.0)
    """No forecast if less than this is left of the step. Judged."""
    heart_rate_seen: float = 0.6
    """No forecast before the heart has followed the step for this share of its time constant. Judged."""
    heart_rate_sure_sd: float = 1.0
    """The forecast must exceed the cap by this many standard deviations; 1.0 means five in six.

    Measured on 19 public reps under 31 caps each: with 1.28 a third fewer crossings are foretold, and no fewer false.
    """
    heart_rate_sure_s: Seconds = Seconds(5.0)
    """How long the forecast must be that sure without a break. Judged."""
    heart_rate_rise_doubt: float = 0.3
    """Standard deviation of the rest of a rise, as a share of it. Measured: without it one rep in 19 is misled."""
    heart_rate_near: float = 3.5
    """In work so many beats under the cap is near it; if the heart rate rises, a likely crossing is enough.

    In easy running a heart rate wanders along its cap for an hour, and it must be sure. Judged.
    """
    heart_rate_swing: float = 2.0
    """A heart rate that moved by this many beats in the last `heart_rate_falls_s` rises or falls; less is wander.

    Near a cap it must rise, and no crossing is foretold of one that falls. Measured: with 1.0 a tenth fewer are.
    """
    heart_rate_near_over: float = 1.75
    """Beats over the cap a forecast must reach near it. Measured: with 1.0 a rep that ends just under it is misled."""
    heart_rate_said_sd: float = 0.5
    """Standard deviations by which the figure said lies under the forecast; early in a rise forecasts are too high.

    Judged.
    """
    heart_rate_near_sd: float = 0.25
    """Standard deviations by which a forecast must exceed the cap near it; 0.25 means three in five. Judged."""
    heart_rate_eases_s: Seconds = Seconds(10.0)
    """After a reading over the cap the runner is not asked for more speed for this long. Judged."""
    heart_rate_clean_s: Seconds = Seconds(30.0)
    """How long a heart rate must be free of artefacts and of cadence lock before it is judged."""
    heart_rate_steers_s: Seconds = Seconds(180.0)
    """In work shorter than this heart-rate cues are shown and not spoken; three time constants take 173 s. Judged."""
    metric_hold_s: Seconds = Seconds(30.0)
    """How long an external metric must be beyond its limit; muscle oxygen swings with every stride and breath.

    Judged.
    """
    ceiling_readings: int = 2
    """Readings in a row at the athlete's ceiling before it is called; the second one tells a beat from a spike.

    Judged.
    """
    ceiling_repeat_s: Seconds = Seconds(60.0)
    """Time between two cues while the heart rate stays at the ceiling. Judged."""

    # --- sensors, fading

    loss_distance_s: Seconds = Seconds(45.0)
    """A lost distance source is spoken of after this long; short losses happen once or twice a lap.

    Measured beside a track.
    """
    loss_heart_rate_s: Seconds = Seconds(120.0)
    """A lost strap is spoken of after this long, where the step has a heart rate. Judged."""
    loss_words_s: Seconds = Seconds(5.0)
    """A loss that is due at the start of a step waits this long, until its first words are said. Judged."""
    losses_spoken: int = 3
    """Losses spoken in a run. Judged."""
    losses_shown: bool = False
    """Show each loss as a cue at once, as runs recorded before did; the sensor row has it, and a lap has one."""
    unheard_s: Seconds = Seconds(20.0)
    """A sensor that was never heard is reported so long into the first step that wants it; 0: never. Judged."""
    back_after_s: Seconds = Seconds(5.0)
    """A sensor is reported as back so long after the words that it was lost, at the earliest. Judged."""
    low_battery_percent: int = 15
    """A battery at or below this charge is shown; a strap at 15 % lasts this run, not the next. Judged."""
    recorder_repeat_s: Seconds = Seconds(60.0)
    """Time between two cues while the recorder fails. Judged."""
    recorder_steady_s: Seconds = Seconds(10.0)
    """The recorder has worked for so long before that is said; a bad disk comes and goes. Judged."""
    fade_share: float = 0.04
    """A rep slower than its target by this share counts as slow. Judged."""
    fade_reps: int = 2
    """Slow reps in a row after which rest is advised. Judged."""
    fade_from_s: Seconds = Seconds(60.0)
    """A shorter rep is not compared; getting up to speed alone takes several per cent of it. Judged."""
    fade_reps_share: float = 0.03
    """A rep slower than the first two good ones by this share is a fade; their own spread is 1 to 2 %.

    Measured on recorded sets.
    """
    fade_in_from_m: Metres = Metres(600.0)
    """Fading within a rep is judged from this length on; a shorter second half is over too soon."""
    fade_in_from_s: Seconds = Seconds(120.0)
    """Fading within a rep by time is judged from this time on."""
    fade_in_after: float = 0.5
    """What is slow after this share of a rep, and was not before it, is a fade. Judged."""
    fade_in_share: float = 0.04
    """In a rep judged by the pacing light a fade is called from this error on; runners waver 1 to 3 %."""
    fade_in_hold_s: Seconds = Seconds(10.0)
    """How long it must last there; a headwind on the back straight is shorter in a smoothed speed. Judged."""

    # --- form, belt, line

    form_cues: bool = False
    """Say a word about form when the cadence drops. Judged."""
    form_drop_spm: float = 3.0
    """Steps per minute under the runner's own cadence that count as a drop; twice the SD at an even pace.

    Measured on recorded reps.
    """
    form_hold_s: Seconds = Seconds(20.0)
    """How long the cadence must stay dropped. Judged."""
    form_from_share: float = 2.0 / 3.0
    """The cadence is judged after this share of a rep, because form goes when the runner tires."""
    belt_share: float = 0.03
    """Footpod and belt may differ by this share; an uncalibrated pod does. Judged."""
    belt_hold_s: Seconds = Seconds(60.0)
    """How long they must differ before the runner is asked. Judged."""
    line_look_s: Seconds = Seconds(12.0)
    """The end of a rep is searched this long before and after for the moment the speed fell. Judged."""
    line_eased_share: float = 0.85
    """The runner has eased off below this share of the rep's mean speed. Judged."""
    line_lag_s: Seconds = Seconds(4.0)
    """A pod shows easing this much later; it lags by 2.9 s (1.7 to 5.9), and easing takes a second.

    Measured on footpods.
    """
    line_reps: int = 3
    """Reps in a row that must agree on where the runner eases off. Judged."""
    line_alike_m: Metres = Metres(8.0)
    """Distance within which they must agree (two seconds). Judged."""
    line_least_m: Metres = Metres(15.0)
    """Distance from the planned line at which the hint is shown; less is within the uncertainty of the lag. Judged."""

    # --- what is heard

    language: LanguageCode = LanguageCode.EN
    """The language of cues, on the screen and in the ears: `en` or `de`; what else a screen says is English."""
    listening: Listening = Listening.EARS
    """Where cues are heard: `ears`, `speaker` or `nowhere`."""
    speech_share: float = 0.15
    """Share of a step's time that its words may take. Judged; `make bench-sessions` prints what they took."""
    beep_to_s: int = 3
    """The last seconds of a countdown are beeped, not spoken, so that each is heard at its own moment. Judged."""
    one_word_to_s: Seconds = Seconds(30.0)
    """In a step up to this long one word is spoken, the rest is tones. Judged."""
    speaker_at_m: Metres = Metres(0.0)
    """Where the laptop stands: metres along the lap after the finish line. Judged: most stand beside it."""
    speaker_reaches_m: Metres = Metres(40.0)
    """On a speaker a verdict is spoken to a runner at most this far along the track from the laptop. Judged."""
    speaker_light_beeps: bool = False
    """Whether a speaker beeps every hundred metres of the pacing light; in the ears it is always beeped."""
    halfway: bool = False
    """Whether the middle of an easy run is called: "Halfway. Turn around."."""
    halfway_from_s: Seconds = Seconds(600.0)
    """It is called in runs from this long on. Judged."""
    missing_s: Seconds = Seconds(30.0)
    """A sensor that is missing so long before a start by countdown is reported, while it can still be fixed. Judged."""

    # --- of earlier versions

    mending: float = 0.02
    """Decides nothing any more; `true_share` asks the last seconds instead."""
    catching_up: float = 0.005
    """Decides nothing any more; `true_share` asks the last seconds instead."""
    fade_in_first_s: Seconds = Seconds(20.0)
    """Decides nothing any more; a fade within a rep is compared with the target."""
    one_word_s: Seconds = Seconds(60.0)
    """Decides nothing any more; cues about one thing share their silences."""

    def __post_init__(self) -> None:
        """Refuse a number out of its range.

        Raises:
            ValueError: the message names the setting and its range.
        """
        check_ranges(self, _RANGES)
