"""Every number of the cues, each with its reason. An athlete's settings may replace any of them."""

from dataclasses import dataclass, field

from coach.quantities import Metres, Seconds
from coach.signals.config import NoiseSettings


@dataclass(frozen=True, slots=True)
class CueSettings:
    """When a cue is said, how often, and what it needs behind it."""

    # --- settling -------------------------------------------------------------------------------------------

    settle_standing_s: Seconds = Seconds(20.0)
    """No verdict so soon after a standing or walking start: nine reps of ten are at their pace after 23 s."""
    settle_from_jog_s: Seconds = Seconds(15.0)
    """From a jog: three reps of four are at their pace after 15 s."""
    settle_from_float_s: Seconds = Seconds(12.0)
    """From a float or another rep the change of pace is small; half of all reps settle in 7 s."""
    settle_treadmill_s: Seconds = Seconds(25.0)
    """A belt takes its time, and so does the hand on its button."""
    settle_change_s: Seconds = Seconds(12.0)
    """After a target was moved on the way: as much as from a float."""
    settle_most_s: Seconds = Seconds(45.0)
    """The bound: some watches follow their runner 20 to 40 s late; who is not at pace by then is judged."""
    settle_block_s: Seconds = Seconds(5.0)
    """The signal has settled when two means of so many seconds in a row agree:"""
    settle_change: float = 0.015
    """to this share of the target (or to the noise, where that is more),"""
    settle_near: float = 0.12
    """and this little of the way is to go: a watch halfway up from a float shows 25 % less, runners err by 2 to 10."""
    unproven_factor: float = 2.0
    """While a pod has no factor of its own on a track, `too_slow` takes this many times its settle and hold."""
    unproven_band: float = 0.02
    """... and bands are wider by this share of the speed: a pod out of the box is some 3 % off."""
    proven_sd: float = 0.02
    """A factor known this well counts as calibrated; the prior of a new pod is 0.03."""

    # --- pace, cadence, power --------------------------------------------------------------------------------

    smooth_s: Seconds = Seconds(15.0)
    """Time constant of cadence and power."""
    noise: NoiseSettings = field(default_factory=NoiseSettings)
    """How the noise of a speed is learnt, on which all of the following rests."""
    smooth_base_s: Seconds = Seconds(10.0)
    """Time constant of the judged speed: this, and for every part of noise (1.0 = 100 %)"""
    smooth_per_noise_s: Seconds = Seconds(500.0)
    """so much more: a quiet pod is heard in seconds, a rough GPS takes patience,"""
    smooth_least_s: Seconds = Seconds(14.0)
    """but no less than this: runners themselves waver,"""
    smooth_most_s: Seconds = Seconds(26.0)
    """nor more than this: by then an error of 8 % has cost two seconds."""
    smooth_rep_share: float = 0.15
    """No longer than this share of a rep either: 200 m want 5 to 8 s,"""
    smooth_rep_s: Seconds = Seconds(5.0)
    """and never under this, about what neighbouring values share of their noise."""
    alarm_times: float = 1.85
    """The alarm goes off at so many times the noise of a 10 s mean (RMS); more while the filter still fills."""
    alarm_least: float = 0.018
    """An error under 1.8 % is nobody's to mend, whatever the sensor could tell."""
    alarm_most: float = 0.055
    """Over 5.5 % is called by the noisiest source, or an error of 8 % would take a minute;"""
    alarm_early: float = 3.0
    """in the first half minute by up to so many times as much: there is little behind it yet."""
    alarm_still: float = 0.5
    """The last few seconds must show at least this share of it too: it is wrong now."""
    alarm_narrow: float = 0.04
    """A band up to this half-width (share of the aim) around a single value is a margin, inside which the
    alarm may go off; a wider one, and every range as written, is meant: the error counts from its edge."""
    alarm_margin: float = 0.72
    """... from this share of the margin on: 1.8 % of 2.5, so that a side given more leave keeps it."""
    ledger_dead: float = 0.02
    """Of an error this much does not count: nobody runs closer, and no source outdoors measures closer."""
    ledger_least_s: Seconds = Seconds(1.5)
    """Seconds beyond it that are worth a word: 4 % too fast for 75 s, 3 % for 150 s."""
    ledger_sure_s: Seconds = Seconds(23.0)
    """... or, times the square of the noise over the dead band, where that is more. Noise correlated over
    10 s exceeds a CUSUM of h by chance as exp(-2 dead h / (10 noise^2)): this is 1 % of its excursions."""
    ledger_segment_s: Seconds = Seconds(300.0)
    """It speaks at most once in so long: a rep, or about a kilometre of a run."""
    standing_share: float = 0.7
    """Under this share of the target nobody runs steadily: noise is not learnt from it."""
    hold_s: Seconds = Seconds(8.0)
    """How long the light must be off in a row; turns and crossings are shorter."""
    hold_back_s: Seconds = Seconds(5.0)
    """How long it must be back inside before it counts as right again."""
    hysteresis: float = 0.01
    """How far inside (share of the value) it must be to count as back, so that an edge does not chatter."""
    mending: float = 0.02
    """When the last few seconds are this share of the target better than the mean (or by the noise, where that
    is more), the runner is mending it."""
    hold_steps_s: Seconds = Seconds(15.0)
    """Hold of cadence and power targets: both swing with every bend and gust."""
    walking_spm: float = 130.0
    """Under this cadence somebody walks or stands (92 to 128 in rests); no pace is judged then."""

    standing_spm: float = 60.0
    """Under this cadence somebody stands: the slowest walk has 90,"""
    standing_mps: float = 0.7
    """and nobody who stands is this fast."""
    standing_from_s: Seconds = Seconds(15.0)
    """Hands on the knees for a moment after a rep is everybody's right;"""
    standing_hold_s: Seconds = Seconds(12.0)
    """standing for so long in a row is a jog forgotten,"""
    standing_left_s: Seconds = Seconds(15.0)
    """and worth a word while so much is left of it."""

    # --- the light -------------------------------------------------------------------------------------------

    light_from_m: Metres = Metres(150.0)
    """No verdict from the light before: one second at 150 m is a trifle at the end."""
    light_from_s: Seconds = Seconds(30.0)
    """... nor before 30 s."""
    light_share: float = 0.02
    """Seconds against the light that are worth a word, as a share of the time run: the band of race pace."""
    light_least_s: Seconds = Seconds(1.0)
    """... and never less than a second, which is what can be said and felt."""
    light_laps_from_m: Metres = Metres(800.0)
    """From this length on whole laps are compared: wind makes every second 200 m slower."""
    standing_start_s: Seconds = Seconds(1.5)
    """What a standing start costs; it is forgiven."""
    new_light_s_per_km: float = 5.0
    """Further behind than this the light is set anew: chasing it would ruin the rep."""
    catching_up: float = 0.005
    """A runner this much faster than the target is closing the gap already: nothing to say."""

    # --- the first rep -----------------------------------------------------------------------------------------

    start_fast_share: float = 0.06
    """A first rep this much too fast costs its end."""
    start_fast_times: float = 2.3
    """... or so many times the noise of the source, where that is more,"""
    start_fast_from_s: Seconds = Seconds(10.0)
    """... looked at after the first 10 s, when the jump off the line is over"""
    start_fast_hold_s: Seconds = Seconds(8.0)
    """... for so long in a row."""
    start_fast_mark_m: Metres = Metres(200.0)
    """Or at the first 200 m,"""
    start_fast_up_s: Seconds = Seconds(2.0)
    """when so many seconds up."""
    start_fast_later: float = 0.10
    """A later rep this much too fast is called as well: its runner knows the pace by now, and lost it."""
    start_fast_later_s: Seconds = Seconds(30.0)
    """... in its first half minute,"""
    start_fast_run_m: Metres = Metres(400.0)
    """and a run or a race in its first 400 m."""
    start_fast_until_s: Seconds = Seconds(60.0)
    """After a minute it is no start any more; the band and the light take over."""

    # --- manners ---------------------------------------------------------------------------------------------

    budget: int = 2
    """Coach cues a rep: more is nagging."""
    budget_long: int = 3
    """... in a long one."""
    rep_open_s: Seconds = Seconds(300.0)
    """What a rep that only a mark ends is taken to last, if nothing caps it earlier: a rep it is, and no run."""
    renew_from_s: Seconds = Seconds(1200.0)
    """A step longer than this is no rep but a run: its budget, once spent, is renewed,"""
    renew_s: Seconds = Seconds(600.0)
    """one cue at a time, after so long a silence."""
    budget_rest: int = 1
    """... and in a recovery: once is enough to come down."""
    budget_float: int = 1
    """... and in a short float: one word, or it is a rep with a voice in it."""
    long_m: Metres = Metres(1600.0)
    """What counts as a long rep."""
    long_s: Seconds = Seconds(480.0)
    """... or, for one by time without a pace, what takes about as long."""
    short_m: Metres = Metres(300.0)
    """In reps up to this nothing can be mended on the way: only a gross start is called."""
    short_s: Seconds = Seconds(60.0)
    """The same for a rep by time that has no pace to tell its length."""
    gaps_s: tuple[Seconds, ...] = (Seconds(20.0), Seconds(40.0), Seconds(80.0))
    """The silence after the first, second and every further cue of one kind that nothing came of."""
    gaps_long_s: tuple[Seconds, ...] = (Seconds(120.0), Seconds(240.0), Seconds(480.0))
    """The same where a step is no rep but a run: nobody wants to hear the same every minute for an hour."""
    boundary_s: Seconds = Seconds(3.0)
    """The last seconds before a boundary belong to the countdown."""
    paused_still_s: Seconds = Seconds(15.0)
    """Running on while paused for so long: the pause was forgotten."""
    paused_still_spm: float = 150.0
    """What counts as running on: nobody walks at 150."""

    # --- countdowns and announcements ------------------------------------------------------------------------

    countdown_s: tuple[int, ...] = (30, 10, 3, 2, 1)
    """Marks of a countdown; 30 to come back to the line, 10 to get ready, 3-2-1 to go."""
    countdown_delay_s: tuple[int, ...] = (10, 3, 2, 1)
    """Marks before a delayed start."""
    countdown_half_min_s: Seconds = Seconds(60.0)
    """"Thirty" makes sense only where there was at least a minute."""
    countdown_ten_min_s: Seconds = Seconds(20.0)
    """"Ten" only where there were at least 20 s."""
    countdown_three_min_s: Seconds = Seconds(10.0)
    """"Three" only where there were at least 10 s: the first words of the step need theirs."""
    stride_s: Seconds = Seconds(20.0)
    """Work up to this length has an end tone only."""
    jog_to_go_m: Metres = Metres(50.0)
    """A distance jog is counted down once, with about 20 s left."""
    last_m: Metres = Metres(200.0)
    """"Last 200": half a lap, where a runner can still lift."""
    last_from_m: Metres = Metres(800.0)
    """... in reps at least this long."""
    preview_s: Seconds = Seconds(20.0)
    """The next step is named so long before it, so that the words end before "ten"."""
    preview_min_s: Seconds = Seconds(40.0)
    """... in rests at least this long: in a shorter one its first words are enough."""
    belt_ahead_s: Seconds = Seconds(10.0)
    """A belt speed is told so long before it is due."""
    beep_m: Metres = Metres(100.0)
    """In clock mode the light calls every 100 m: there is nothing else to run by."""
    split_tenths_to_m: Metres = Metres(200.0)
    """Tenths are spoken up to this distance; over more of it nobody hears them."""
    split_late_s: Seconds = Seconds(5.0)
    """A split older than this is shown, not spoken: it comes out of a gap, and the runner is elsewhere."""
    split_off_s: Seconds = Seconds(1.0)
    """A long rep that heads for its time within this is on it: nothing to tell."""
    split_laps_from_m: Metres = Metres(800.0)
    """From this length on whole laps are spoken, the marks between are shown."""

    split_km_from_m: Metres = Metres(3000.0)
    """Beyond this length every kilometre is spoken, not every lap"""
    split_km_m: Metres = Metres(1000.0)
    """... of so many metres."""

    # --- heart rate ------------------------------------------------------------------------------------------

    easy_cap: bool = True
    """Easy steps without a heart rate of their own are capped at 85 % of threshold, else 75 % of a measured maximum."""
    heart_rate_from_s: Seconds = Seconds(300.0)
    """No verdict in the first 5 min of a run: a dry strap and a cold heart both mislead."""
    heart_rate_step_s: Seconds = Seconds(90.0)
    """None so soon after a step up: 90 % of the rise takes 70 to 90 s."""
    heart_rate_work_s: Seconds = Seconds(120.0)
    """None in work steps shorter than this: the heart follows too late to steer them."""
    heart_rate_stride_s: Seconds = Seconds(90.0)
    """None so soon after a stride."""
    heart_rate_over: float = 2.0
    """Beats over (or under) the limit before the clock of the hold runs."""
    heart_rate_hold_s: Seconds = Seconds(30.0)
    """... for so long in a row."""
    heart_rate_clear: float = 3.0
    """Beats inside the limit before it counts as right again"""
    heart_rate_clear_s: Seconds = Seconds(20.0)
    """... for so long."""
    heart_rate_repeat_s: tuple[Seconds, ...] = (Seconds(120.0), Seconds(240.0), Seconds(480.0))
    """The silence after the first, second and every further word about it."""
    heart_rate_walk_from: int = 3
    """From this time on: walk a minute."""
    heart_rate_long_s: Seconds = Seconds(600.0)
    """In steps longer than this heart rate keeps the rhythm of its repeats, outside the budget of a rep."""
    heart_rate_ahead_s: Seconds = Seconds(60.0)
    """How far ahead a crossing is foretold: beyond a minute drift and hills decide, and warnings prove false."""
    heart_rate_ahead_least_s: Seconds = Seconds(10.0)
    """... and when less is left of the step than this, there is nothing to mend."""
    heart_rate_seen: float = 0.6
    """Nothing is foretold before the heart has followed the step for this share of its time constant."""
    heart_rate_sure_sd: float = 1.28
    """Standard deviations the cap must lie under what is foretold: nine in ten, of which few prove false."""
    heart_rate_sure_s: Seconds = Seconds(5.0)
    """... for so long in a row."""
    heart_rate_eases_s: Seconds = Seconds(10.0)
    """After a reading over the cap nobody is asked for more speed for so long: longer than a reading is judged by."""
    heart_rate_clean_s: Seconds = Seconds(30.0)
    """How long a heart rate must be free of artefacts, and not the cadence's, before it is judged."""
    heart_rate_steers_s: Seconds = Seconds(180.0)
    """In work shorter than this heart rate advises, on the screen: three time constants are gone in 173 s."""
    metric_hold_s: Seconds = Seconds(30.0)
    """How long an external metric must be beyond its limit: muscle oxygen swings with every stride and breath."""
    ceiling_readings: int = 2
    """Readings in a row at the athlete's ceiling: the second one tells a beat from a spike."""
    ceiling_repeat_s: Seconds = Seconds(60.0)
    """While it stays there, once a minute."""

    # --- sensors, advice -------------------------------------------------------------------------------------

    loss_distance_s: Seconds = Seconds(45.0)
    """A lost distance source is spoken of after this: once or twice a lap is the normal case."""
    loss_heart_rate_s: Seconds = Seconds(120.0)
    """A lost strap, where it steers: nothing is decided by it any sooner."""
    loss_words_s: Seconds = Seconds(5.0)
    """A loss that is due at the start of a step waits until its first words are said."""
    losses_spoken: int = 3
    """Losses spoken a run; after that everybody knows."""
    low_battery_percent: int = 15
    """A charge worth a line on the screen: a strap at 15 % lasts this run, not the next."""
    recorder_repeat_s: Seconds = Seconds(60.0)
    """A recorder that fails is said at once, and again once a minute while it goes on failing."""
    fade_share: float = 0.04
    """A rep this much too slow was too slow"""
    fade_reps: int = 2
    """... and so many in a row are a reason for a longer rest or to stop."""
    fade_from_s: Seconds = Seconds(60.0)
    """A shorter rep says nothing of fading: getting up to speed alone takes several per cent of it."""
    fade_reps_share: float = 0.03
    """A rep so much slower than the first two good ones is a fade: their own spread is 1 to 2 %."""
    fade_in_from_m: Metres = Metres(600.0)
    """Within a rep nobody fades in less than this: its second half is over before two means tell it from a bend;"""
    fade_in_from_s: Seconds = Seconds(120.0)
    """... or, for one by time, in less than this."""
    fade_in_after: float = 0.5
    """The first half is the measure, what comes after it is judged:"""
    fade_in_first_s: Seconds = Seconds(20.0)
    """by no less of the first half than this, for a shorter mean is as noisy as what it is held against;"""
    fade_in_share: float = 0.04
    """slower by this share, which is more than runners waver (1 to 3 % at an even effort),"""
    fade_in_hold_s: Seconds = Seconds(10.0)
    """for so long in a row: a headwind on the back straight lasts no longer than this in a smoothed speed."""
    one_word_s: Seconds = Seconds(60.0)
    """Fading, slow and behind are one thing: none of them so soon after another."""

    # --- form, belt, line ------------------------------------------------------------------------------------

    form_cues: bool = False
    """Say a word about form when the feet slow down? Some want it, nobody needs it."""
    form_drop_spm: float = 3.0
    """So many steps a minute under one's own: twice the SD of cadence at an even pace (1.6 to 1.8)"""
    form_hold_s: Seconds = Seconds(20.0)
    """... for so long in a row,"""
    form_from_share: float = 2.0 / 3.0
    """... in what is left of a rep after this share of it: form goes when one tires."""
    belt_share: float = 0.03
    """Pod and belt may differ by this much: an uncalibrated pod does."""
    belt_hold_s: Seconds = Seconds(60.0)
    """... and must differ for so long before it is worth a question."""
    line_look_s: Seconds = Seconds(12.0)
    """So long before and after the end of a rep it is looked for where the speed fell."""
    line_eased_share: float = 0.85
    """Under this share of the rep's mean speed the runner has eased off."""
    line_lag_s: Seconds = Seconds(4.0)
    """So much later than the runner a pod shows it: it lags by 2.9 s (1.7 to 5.9), and easing takes a second."""
    line_reps: int = 3
    """So many reps in a row must agree,"""
    line_alike_m: Metres = Metres(8.0)
    """... to within so many metres (two seconds),"""
    line_least_m: Metres = Metres(15.0)
    """... on a line at least so far from ours: less is the uncertainty of the lag."""
