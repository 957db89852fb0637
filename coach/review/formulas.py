"""The formula of each number of a review: one row a number, with its inputs, its source and its range.

`coach review RUN --explain NAME` prints a row, the page `docs/reference/review.md` prints them all, and a number that
has no row cannot be printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Style(StrEnum):
    """The format of a number, and the unit of its value."""

    CLOCK = "clock"
    """Seconds as m:ss."""
    TENTHS = "tenths"
    """Seconds with a tenth."""
    SIGNED_TENTHS = "signed_tenths"
    """Seconds with a tenth and a sign, + is slow."""
    DISTANCE = "distance"
    """Metres."""
    PACE = "pace"
    """Metres per second, written as a pace."""
    BEATS = "beats"
    """Beats per minute."""
    SIGNED_BEATS = "signed_beats"
    SHARE = "share"
    """A share of 0 to 1, written in per cent."""
    SIGNED_SHARE = "signed_share"
    """A change as a share, written in per cent with its sign."""
    COUNT = "count"
    YES = "yes"
    """1 is yes, 0 is no."""
    LOAD = "load"
    """A load without a unit."""
    WATTS = "watts"
    CADENCE = "cadence"
    """Steps per minute."""
    HUNDREDTHS = "hundredths"
    """A number without a unit, to two decimals."""
    THOUSANDTHS = "thousandths"
    """A factor, to three decimals."""
    AMOUNT = "amount"
    """An amount in a unit of the workout's own."""


UNITS: Final[Mapping[Style, str]] = {
    Style.CLOCK: "s",
    Style.TENTHS: "s",
    Style.SIGNED_TENTHS: "s",
    Style.DISTANCE: "m",
    Style.PACE: "m/s",
    Style.BEATS: "bpm",
    Style.SIGNED_BEATS: "bpm",
    Style.SHARE: "fraction",
    Style.SIGNED_SHARE: "fraction",
    Style.COUNT: "count",
    Style.YES: "yes",
    Style.LOAD: "load",
    Style.WATTS: "W",
    Style.CADENCE: "spm",
    Style.HUNDREDTHS: "1",
    Style.THOUSANDTHS: "1",
    Style.AMOUNT: "amount",
}
"""The unit of a value in JSON."""


@dataclass(frozen=True, slots=True)
class Formula:
    """The definition of one number."""

    label: str
    """Its name where it is printed."""
    style: Style
    formula: str
    inputs: str
    source: str
    """A paper, a convention, or `own` with its reason."""
    valid: str
    """The conditions under which it holds; outside them the number is left out, with the reason."""


_LINE: Final = "the line: presses, pod or watch, after every correction"
_OWN: Final = "Own definition: arithmetic"
_HEART: Final = "heart rate of the strap, one value a second"
_SPEED: Final = "speed, one value a second of running time"
_ANY: Final = "Any run"
_REPS: Final = "Two reps of one length and more, run whole; of several lengths that with the most reps"
_JUDGED: Final = "Own definition; its limits are judged, not measured"
_LOADS: Final = (
    "Loads of different kinds cannot be added or compared. None predicts an injury: with random numbers the ratio of "
    "this week to the month before shows the same effect (Lolli 2019, Impellizzeri 2020)"
)

_STEPS: Final[Mapping[str, Formula]] = {
    "step_time": Formula(
        "time", Style.TENTHS, "end of the step less its start, pauses left out", _LINE, _OWN, _ANY
    ),
    "plan_time": Formula(
        "planned time",
        Style.TENTHS,
        "the time the step was to last; of a distance its metres over the target speed",
        "workout, the paces of the athlete on that day",
        _OWN,
        "Steps with a time, or with a distance and a pace",
    ),
    "against_plan": Formula(
        "+/- s",
        Style.SIGNED_TENTHS,
        "time of the step less its time at the target; + is slow",
        f"{_LINE}; the target",
        _OWN,
        "Steps with a pace and a measured distance",
    ),
    "step_distance": Formula(
        "distance",
        Style.DISTANCE,
        "metres of the step by its best source; estimated where its end was predicted across a gap",
        "pod, treadmill, watch, positions or marks, in this order",
        "docs/reference/events.md",
        "At least half of the step was measured",
    ),
    "step_pace": Formula("pace", Style.PACE, "metres over time", "distance and time of the step", _OWN, _ANY),
    "in_band": Formula(
        "in band",
        Style.SHARE,
        "share of the judged time on target, after the step had settled",
        "the target's quantity, its band",
        "docs/explanation/how_the_coach_decides.md",
        "Steps with a band and fresh readings",
    ),
    "step_heart_rate": Formula(
        "HR",
        Style.BEATS,
        "mean of the heart rates of the step",
        _HEART,
        _OWN,
        "It lags 60 s and more in short reps",
    ),
    "step_peak": Formula("highest HR", Style.BEATS, "highest heart rate of the step", _HEART, _OWN, _ANY),
    "drop": Formula(
        "drop",
        Style.BEATS,
        "heart rate at the start of the rest less 60 s later; over a gap of 40 s at most, between its two sides",
        _HEART,
        "60 s as in studies of recovery (Wang 2006)",
        "Rests of a minute and more",
    ),
    "step_cadence": Formula(
        "cadence", Style.CADENCE, "mean of the cadence while above 0", "pod or watch, both feet", _OWN, _ANY
    ),
    "step_power": Formula("power", Style.WATTS, "mean of the running power", "power of the pod", _OWN, _ANY),
    "step_fade": Formula(
        "fade",
        Style.SIGNED_SHARE,
        "speed of the first third over that of the last, less 1; + is a slower end",
        _SPEED,
        _JUDGED,
        "Reps of 45 s and more without a stop, for pace settles in 7 to 23 s",
    ),
    "split_time": Formula(
        "splits",
        Style.TENTHS,
        "from one line to the next; a press counts as pressed, a pod that read long or short up to the line has its "
        "splits moved with it",
        "presses, marks passed",
        "docs/decisions/0029",
        _ANY,
    ),
    "answer": Formula(
        "answer", Style.COUNT, "the number that was pressed", "the question of a step", _OWN, _ANY
    ),
}
"""The columns of the tables of steps and reps."""

_TOTALS: Final[Mapping[str, Formula]] = {
    "run_time": Formula(
        "running time",
        Style.CLOCK,
        "from the first start to the end, pauses left out",
        "clock of the run",
        _OWN,
        _ANY,
    ),
    "run_distance": Formula(
        "distance",
        Style.DISTANCE,
        "sum of the steps",
        "distance of each step",
        _OWN,
        "Steps not measured are missing",
    ),
    "run_pace": Formula(
        "pace",
        Style.PACE,
        "metres of the measured steps over their time",
        "distance and time of each step",
        _OWN,
        _ANY,
    ),
    "run_heart_rate": Formula("mean heart rate", Style.BEATS, "mean over running time", _HEART, _OWN, _ANY),
    "run_peak": Formula("highest heart rate", Style.BEATS, "highest value of the run", _HEART, _OWN, _ANY),
    "run_cadence": Formula(
        "cadence", Style.CADENCE, "mean while above 0", "pod or watch, both feet", _OWN, _ANY
    ),
    "run_power": Formula("power", Style.WATTS, "mean over running time", "power of the pod", _OWN, _ANY),
}

_OF_REPS: Final[Mapping[str, Formula]] = {
    "reps_whole": Formula(
        "reps run whole", Style.COUNT, "reps neither cut nor given up", "ends of the reps", _OWN, _ANY
    ),
    "rep_pace": Formula(
        "mean pace",
        Style.PACE,
        "metres of all measured reps over their time",
        "distance and time of each rep",
        _OWN,
        "Workouts with reps",
    ),
    "seconds_a_rep": Formula(
        "seconds a rep", Style.SIGNED_TENTHS, "mean of +/- s", "+/- s of each rep", _OWN, "Reps with a pace"
    ),
    "within_2s": Formula(
        "reps within 2 s",
        Style.COUNT,
        "reps whose +/- s is 2.0 at most",
        "+/- s of each rep",
        "Own definition: 2 s are half a per cent of 400 s, and the error of a thumb on a watch",
        "Reps with a pace",
    ),
    "evenness": Formula(
        "evenness",
        Style.SHARE,
        "standard deviation (n - 1) of the rep times over their mean; 1.5 % is even",
        "times of the reps; of reps by time their seconds a kilometre",
        "Coefficient of variation; laps of 96 97 96 98 99 97 98 95 s give 1.35 %",
        _REPS,
    ),
    "first_rep": Formula(
        "first rep",
        Style.SIGNED_SHARE,
        "time of the first rep over the mean of the others, less 1; below 0 it was faster. Under -1.5 % it is called "
        "too fast",
        "times of the reps; of reps by time their seconds a kilometre",
        _JUDGED,
        "Three reps of one length and more, run whole",
    ),
    "fade_within": Formula(
        "fade within a rep",
        Style.SIGNED_SHARE,
        "mean of the fades of the reps: speed of the first third over that of the last, less 1",
        _SPEED,
        _JUDGED,
        "Reps of 45 s and more",
    ),
    "fade_across": Formula(
        "fade across reps",
        Style.SIGNED_SHARE,
        "time of the last rep over that of the first, less 1; + is slower",
        "times of the reps; of reps by time their seconds a kilometre",
        "Common definition (last over first)",
        _REPS,
    ),
    "rep_trend": Formula(
        "trend",
        Style.SIGNED_TENTHS,
        "slope of the least-squares line through the rep times, seconds a rep",
        "times of the reps; of reps by time their seconds a kilometre",
        "Least squares",
        "Four reps of one length and more, run whole",
    ),
    "reps_half": Formula(
        "second half of the reps",
        Style.SIGNED_SHARE,
        "time of the second half of the reps over that of the first, less 1; below 0 is a negative split",
        "times of the reps; of an odd number the middle one is left out",
        _OWN,
        "Four reps of one length and more, run whole",
    ),
    "float_seconds": Formula(
        "seconds a float",
        Style.SIGNED_TENTHS,
        "mean of the floats' +/- s; + is slow",
        "+/- s of each float",
        _OWN,
        "Floats with a pace",
    ),
    "float_in_band": Formula(
        "floats in band",
        Style.SHARE,
        "time on target of all floats over their judged time",
        "share in band and time of each float",
        _OWN,
        "Floats with a band",
    ),
    "last_like_first": Formula(
        "last rep as even as the first",
        Style.SIGNED_SHARE,
        "evenness of the last rep's splits less that of the first; up to +0.5 % they are alike",
        "splits of 200 m and more of the first and the last rep",
        _JUDGED,
        "Reps with two splits and more",
    ),
}

_PROMISES: Final[Mapping[str, Formula]] = {
    "set_distance": Formula(
        "metres of the set",
        Style.DISTANCE,
        "metres of all timed reps and floats; the score of a Mona fartlek, whose twenty minutes they are",
        "distance of each step",
        "Known by the nickname of the marathon runner Steve Moneghetti",
        "Sets of timed reps and floats without a stop; estimated where a step was",
    ),
    "even_400s": Formula(
        "even laps at 5k pace",
        Style.COUNT,
        "reps of 400 m, whole, within 2 % of the 5k pace and of their mean; ten to twelve say ready for a 5k at "
        "that pace",
        "times of the reps, the 5k pace of that day",
        "Coaching practice (McMillan); not tested on its own",
        "8 reps of 400 m at 5k pace and more",
    ),
    "last_minute": Formula(
        "heart rate of the last minute",
        Style.BEATS,
        "mean heart rate of the last 60 s",
        _HEART,
        "docs/reference/library.md, taste test",
        "Workouts with one hard step of 8 minutes and more",
    ),
    "quarters": Formula(
        "evenness of the quarters",
        Style.SHARE,
        "standard deviation (n - 1) of the speeds of the four quarters over their mean",
        _SPEED,
        "Coefficient of variation",
        "Workouts with one hard step of 8 minutes and more",
    ),
    "finish": Formula(
        "finish",
        Style.SIGNED_SHARE,
        "speed of the last fifth over that of the four before it, less 1; + is a faster end",
        _SPEED,
        _JUDGED,
        "Runs without reps of 20 minutes and more",
    ),
    "speed_kept": Formula(
        "speed kept",
        Style.SHARE,
        "speed of the slowest rep over that of the fastest",
        "times of the reps; of reps by time their seconds a kilometre",
        _OWN,
        _REPS,
    ),
    "fuel": Formula(
        "taken on the way",
        Style.AMOUNT,
        "sum of the amounts of the reminders that were given, for each unit; whether they were followed is unknown",
        "reminders of the workout",
        _OWN,
        "Workouts whose reminders carry an amount",
    ),
}

_STEADY: Final[Mapping[str, Formula]] = {
    "split_evenness": Formula(
        "evenness of the kilometres",
        Style.SHARE,
        "standard deviation (n - 1) of the whole kilometre (or mile) times over their mean",
        _SPEED,
        "Coefficient of variation; top marathon runners have 7 to 8 % over 5-km splits, others 8 to 14 %",
        "Three whole kilometres and more, without reps",
    ),
    "negative_split": Formula(
        "second half",
        Style.SIGNED_SHARE,
        "time of the second half of the distance over that of the first, less 1; below 0 is a negative split",
        _SPEED,
        "(second - first) / first; 1:30:00 and 1:36:00 give +6.7 %",
        "Runs without reps of 3 km and more, speed known for 90 % of the time",
    ),
    "decoupling": Formula(
        "aerobic decoupling",
        Style.SIGNED_SHARE,
        "(EF1 - EF2) / EF1 with EF = mean speed over mean heart rate of a half; under 5 % is usual for a run within "
        "one's means",
        f"{_SPEED}; {_HEART}; the steady part without its first 10 minutes",
        "Pa:HR as published by TrainingPeaks and Runalyze; the limits of 5 and 10 % are conventions",
        "40 steady minutes and more without reps or stops, flat, cool: standard deviation of the minutes up to "
        "8 %, no known heat (sum of temperature and dew point up to 120 F) and no known slope",
    ),
    "heart_drift": Formula(
        "heart rate drift",
        Style.SIGNED_BEATS,
        "mean heart rate of the second half of the steady part less that of the first",
        f"{_SPEED}; {_HEART}; the steady part without its first 10 minutes",
        "Common definition; heat and dehydration raise it, 5 to 15 % an hour are ordinary in heat",
        "As the decoupling, and the speeds of the halves within 2 %; heat does not make it invalid",
    ),
    "late_pace": Formula(
        "late pace at the same heart rate",
        Style.SIGNED_SHARE,
        "speed after 90 min over that of minutes 20 to 60, less 1, both at heart rates within 3 bpm of the mean of "
        "minutes 20 to 60",
        f"{_SPEED}; {_HEART}",
        "Own definition; that pace at a heart rate falls late is what studies of durability measure",
        "100 minutes and more with 5 minutes at that heart rate in both parts, without reps; level running",
    ),
}

_HEARTS: Final[Mapping[str, Formula]] = {
    "time_in_zone": Formula(
        "time in zones",
        Style.CLOCK,
        "seconds whose heart rate lies in the zone",
        f"{_HEART}; the athlete as known on that day",
        "Friel's zones by threshold heart rate, else tenths of the reserve (Karvonen 1957), else of the maximum",
        "Known heart rates of the athlete; in short reps the heart lags the legs. Estimated by an estimated maximum",
    ),
    "easy_time": Formula(
        "easy, by time",
        Style.SHARE,
        "time in zones 1 and 2 over the time with a heart rate; zone 3 begins at the first threshold",
        f"{_HEART}; zones of that day",
        "80/20: Stoggl and Sperlich 2014, who trained polarised; both polarised and pyramidal are supported",
        "Heart rate for half of the running time; it says something about weeks, little about one run",
    ),
    "easy_distance": Formula(
        "easy, by distance",
        Style.SHARE,
        "metres run below the first of two thresholds over those with a heart rate",
        f"{_HEART}; {_SPEED}",
        "As by time; its share is lower, for easy metres take longer",
        "Heart rate and speed for half of the running time",
    ),
    "hard_session": Formula(
        "counts as a hard session",
        Style.YES,
        "1 with 5 minutes and more of hard steps, or a tenth of the time above the second threshold; else 0. Over a "
        "season: easy sessions over all",
        "kinds and times of the steps; time in zones",
        _JUDGED,
        _ANY,
    ),
    "grey_time": Formula(
        "between the thresholds",
        Style.SHARE,
        "time between the two thresholds over the time with a heart rate",
        f"{_HEART}; zones of that day",
        "Coaching practice: kinda hard every day is the trap",
        "As easy, by time",
    ),
    "heart_at_pace": Formula(
        "heart rate at easy pace",
        Style.BEATS,
        "mean heart rate of the seconds whose speed was within 3 % of the reference for 3 minutes before; the "
        "reference is the middle of the easy pace of that day, else the mean pace of the steady part",
        f"{_SPEED}; {_HEART}",
        "After the heart rate to running speed index (Nuuttila 2022); 3 minutes are three time constants of the heart",
        "3 minutes and more of it, after the first 10; level running, cool. Compare weeks, not days",
    ),
    "dfa_alpha_1": Formula(
        "DFA alpha-1 (experimental)",
        Style.HUNDREDTHS,
        "median of the short-term scaling exponent over windows of two minutes, scales of 4 to 16 beats, artefacts "
        "corrected first",
        "R-R intervals of the strap",
        "Peng 1995; 0.75 near the aerobic threshold in 15 runners (Rogers 2021); not comparable with Kubios",
        "Windows with up to 3 % of artefacts; corrected ones push it up. No pace follows from it",
    ),
    "aerobic_dfa": Formula(
        "alpha-1 over 0.75 (experimental)",
        Style.SHARE,
        "windows over 0.75 over all usable ones",
        "R-R intervals of the strap",
        "Rogers 2021",
        "As DFA alpha-1; three usable windows and more",
    ),
    "rr_artefacts": Formula(
        "artefacts of R-R",
        Style.SHARE,
        "beats found ectopic, missed, extra, long or short over all",
        "R-R intervals of the strap",
        "Lipponen and Tarvainen 2019",
        "Two minutes of intervals; over 3 % DFA means nothing, over 5 % nor does HRV",
    ),
}

_LOAD: Final[Mapping[str, Formula]] = {
    "trimp": Formula(
        "TRIMP, weights of men",
        Style.LOAD,
        "sum over the seconds of minutes x r x 0.64 e^(1.92 r), r = share of the heart rate reserve",
        f"{_HEART}; resting and maximum heart rate of that day",
        "Banister; 30 min at 130 with 40 to 200 bpm give 31.8",
        f"Heart rate for half of the running time. {_LOADS}",
    ),
    "trimp_women": Formula(
        "TRIMP, weights of women",
        Style.LOAD,
        "sum over the seconds of minutes x r x 0.86 e^(1.67 r)",
        f"{_HEART}; resting and maximum heart rate of that day",
        "Banister; some programs use 0.64 for women too",
        f"As the other one. {_LOADS}",
    ),
    "edwards": Formula(
        "Edwards",
        Style.LOAD,
        "minutes at 50 to 60, 60 to 70, ... 90 to 100 % of the maximum, weighted 1 to 5",
        f"{_HEART}; maximum heart rate of that day",
        "Edwards; minutes of 10 20 15 10 5 give 160",
        f"Heart rate for half of the running time. {_LOADS}",
    ),
    "lucia": Formula(
        "Lucia",
        Style.LOAD,
        "minutes below, between and above the two thresholds, weighted 1 to 3",
        f"{_HEART}; zones of that day",
        "Lucia; minutes of 30 15 5 give 75",
        f"Heart rate for half of the running time. {_LOADS}",
    ),
    "session_load": Formula(
        "session RPE",
        Style.LOAD,
        "effort 1 to 10 times the minutes of running",
        "the effort that was given; running time",
        "Foster 2001; asked about 30 minutes after the run, robust from a minute to 14 days",
        _LOADS,
    ),
    "graded_load": Formula(
        "grade-adjusted load",
        Style.LOAD,
        "hours x IF^2 x 100; IF = fourth-power mean of the 30-s speeds on the level over threshold speed. A slope "
        "counts by its metabolic cost (Minetti 2002), level where none is known",
        f"{_SPEED}; slope of the treadmill; threshold pace of that day",
        "Form of rTSS, whose own speed is not published; an hour at threshold is 100",
        f"Speed for half of the running time; a metabolic equivalent, which flatters below -10 %. {_LOADS}",
    ),
}

_COACHED: Final[Mapping[str, Formula]] = {
    "cues_said": Formula("cues", Style.COUNT, "cues that were given", "outputs of the run", _OWN, _ANY),
    "verdicts_said": Formula(
        "on pace or heart rate",
        Style.COUNT,
        "cues that judged the runner",
        "outputs of the run",
        _OWN,
        _ANY,
    ),
    "verdicts_answered": Formula(
        "answered",
        Style.COUNT,
        "cues after which the runner was back in the band (or 1.5 % nearer to it, against the light) within 30 s, of "
        "heart rate within 90 s, for 5 s on end, or after which the coach said so in that time",
        "the quantity and the band of the cue; readings and cues after it",
        "Own definition: a heart rate needs 60 s and more (tau 58 s), a pace 7 to 23",
        "Cues followed by readings; those at the end of a step count apart",
    ),
    "answer_time": Formula(
        "seconds to the answer",
        Style.TENTHS,
        "median time from a cue to its answer",
        "answered cues",
        "Median",
        "Any answered cue",
    ),
    "gate_count": Formula(
        "own rules broken",
        Style.COUNT,
        "times a rule of the runner's own spoke",
        "outputs of the run",
        _OWN,
        _ANY,
    ),
    "red_seconds": Formula(
        "over threshold heart rate",
        Style.CLOCK,
        "seconds whose heart rate is over the threshold",
        f"{_HEART}; threshold heart rate of that day",
        "The red minutes of an article on elite runners; no study behind them",
        "A measured threshold. The heart lags a minute and more",
    ),
    "red_kilometre": Formula(
        "reddest kilometre",
        Style.CLOCK,
        "most seconds over threshold heart rate in one kilometre of the run",
        f"{_HEART}; {_SPEED}",
        "Three red minutes are all of a kilometre at 3:00, 71 % at 4:15, 50 % at 6:00: docs/explanation/refusals.md",
        "A measured threshold; heart rate and speed for half of the running time; one whole kilometre",
    ),
}

_SENSORS: Final[Mapping[str, Formula]] = {
    "sensor_live": Formula(
        "live",
        Style.SHARE,
        "time in which the sensor was live over the time from its first value to the end",
        "states of the sensor",
        "docs/reference/events.md",
        _ANY,
    ),
    "sensor_gaps": Formula(
        "drop-outs",
        Style.COUNT,
        "times it went stale",
        "states of the sensor",
        "docs/reference/events.md",
        _ANY,
    ),
    "sensor_longest": Formula(
        "longest gap",
        Style.CLOCK,
        "longest time from the last value before a drop-out to the next",
        "states of the sensor",
        _OWN,
        _ANY,
    ),
    "rejected": Formula(
        "not usable",
        Style.COUNT,
        "packets and presses that were refused",
        "outputs of the run",
        _OWN,
        _ANY,
    ),
    "pod_factor": Formula(
        "pod factor",
        Style.THOUSANDTHS,
        "true metres per metre of the pod, weighed from what was known and each press at a line",
        "presses at lines, declared stretches",
        "docs/explanation/how_the_coach_decides.md",
        "A track or a known stretch of 400 m and more",
    ),
}

_SAID: Final[Mapping[str, Formula]] = {
    "effort": Formula(
        "effort (RPE)",
        Style.COUNT,
        "1 to 10, the last answer counts",
        "`coach runs note`, the page after the run, or a question of the workout",
        "Borg's CR10 after Foster 2001",
        "Best asked half an hour after the run",
    ),
    "effort_asked": Formula(
        "effort was given after",
        Style.CLOCK,
        "time from the end of the run to the answer",
        "times of both",
        "Foster 2001: about 30 minutes; robust from a minute to 14 days",
        "Runs of ours with an answer",
    ),
}

FORMULAS: Final[Mapping[str, Formula]] = {
    **_STEPS,
    **_TOTALS,
    **_OF_REPS,
    **_PROMISES,
    **_STEADY,
    **_HEARTS,
    **_LOAD,
    **_COACHED,
    **_SENSORS,
    **_SAID,
}
"""Every number of a review by its name."""

COLUMNS: Final = frozenset(
    {*_STEPS, "time_in_zone", "sensor_live", "sensor_gaps", "sensor_longest", "pod_factor"}
)
"""The names of numbers that stand in tables, one for each row; each of the others occurs once in a run."""


def formula_lines(name: str, rows: Mapping[str, Formula] = FORMULAS) -> tuple[str, ...]:
    """A row of a table as lines of text."""
    row = rows[name]
    return (
        row.label if row.label == name else f"{row.label} ({name})",
        f"  formula  {row.formula}",
        f"  inputs   {row.inputs}",
        f"  source   {row.source}",
        f"  valid    {row.valid}",
    )
