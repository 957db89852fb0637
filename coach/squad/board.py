"""The board of a squad, its cues over one speaker, and the review of a session.

The board has a row for each runner and the next to cross the line. The runner who needs the coach most is first. An
order lasts for at least 2 s, and changes at once only for a need of safety.

Each run decides by itself on its runner's cues and silences. `SquadVoice` decides which of these cues go over the one
speaker that everybody hears: a coach's cue each 15 s over all, the same words for several runners once. Countdowns and
safety do not count. A runner's own phone and wrist get their cues whole.

A review is facts alone: no ranking, no praise. A runner whose run cannot be read is named and left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from math import inf
from typing import Any, Final

from coach.cues.cue import Cue, CueClass, CueKind
from coach.live.contract import Output, RunEnded
from coach.live.snapshot import Snapshot
from coach.physiology.surroundings import MARK_TOLERANCE_M
from coach.quantities import Metres, Seconds, format_clock
from coach.review import html_page as html
from coach.review.summary import RepTable, Summary
from coach.review.tables import column_lines, lap_text, off_text, outcome
from coach.session.config import SessionSettings
from coach.session.events import Split, StepEnded, StepStarted, Undone
from coach.session.marks import mark_spacing, planned_marks
from coach.session.phases import Phase, SplitRole
from coach.signals.readings import Freshness, SensorState
from coach.squad.roster import DIGITS, SquadRunner
from coach.squad.run import (
    Crossings,
    Expected,
    OrderChanged,
    RunnerLeft,
    RunnerOutput,
    SquadInput,
    SquadRun,
    WaveStarted,
)
from coach.workout.kinds import REPS

# --- the state of a runner

_COLD: Final = frozenset({SensorState.STALE, SensorState.GONE})
_FADE_REPS: Final = 2
"""Least reps for a fade."""


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
    last_split_s: Seconds | None = None,
    spacing: Metres = Metres(200.0),
) -> BoardStanding:
    """The state of a runner, by the snapshot of their run and the time of their last split."""
    step = snapshot.step
    rep = step if step is not None and step.rep is not None else snapshot.next_step
    silent_s = _silent_s(snapshot)
    aim = _aim(snapshot)
    light = snapshot.light
    heart_rate = snapshot.heart_rate
    return BoardStanding(
        runner,
        _need(snapshot, silent_s, has_ended=has_ended),
        snapshot,
        None if rep is None else rep.rep,
        None if rep is None else rep.of,
        Seconds(spacing / aim) if aim else None,
        last_split_s,
        None if light is None else light.behind_s,
        None if heart_rate is None else heart_rate.value,
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


def _aim(snapshot: Snapshot) -> float | None:
    """The target speed; None without one."""
    band = snapshot.band
    return None if band is None else band.aim or band.high or band.low


# --- the last split of each runner

_SAME_SPLIT_S: Final = 0.05
"""Two splits closer than this are one: the line at the end of a rep, and its end."""


class LastSplits:
    """The last split of each runner, pressed or passed by distance, collected from the outputs of their runs."""

    def __init__(self) -> None:
        """Start without splits."""
        self._passed: dict[str, list[Seconds]] = {}
        self._last: dict[str, Seconds] = {}

    def add(self, runner: str, output: Output) -> None:
        """Apply an output of a runner's run."""
        match output:
            case StepStarted():
                self._passed[runner] = []
            case Undone():
                self._passed[runner] = self._passed.get(runner, [])[:-1]
                self._last.pop(runner, None)
            case Split(role=SplitRole.SPLIT | SplitRole.END, time_s=float(time_s)):
                self._pass(runner, Seconds(time_s))
            case StepEnded() if output.step.kind in REPS:
                self._pass(runner, output.time_s)
            case _:
                pass

    def of(self, runner: str) -> Seconds | None:
        """The time of a runner's last split; None without one."""
        return self._last.get(runner)

    def _pass(self, runner: str, time_s: Seconds) -> None:
        passed = self._passed.setdefault(runner, [])
        before_s = passed[-1] if passed else 0.0
        if time_s - before_s <= _SAME_SPLIT_S:
            return  # the split at the end of a step, and then its end
        self._last[runner] = Seconds(time_s - before_s)
        passed.append(time_s)


# --- the next line of each runner

_MISSED: Final = 0.5
"""Share of the way between two lines after which the first was passed unseen, and the next one counts."""
_BEHIND_M: Final = 15.0
"""Metres behind a line after which a measured runner has passed it: a pod is a few per cent off. Judged."""
_PICK_UP_S: Final = Seconds(8.0)
"""Time in which a runner gets up to speed, and measurements do not predict the next line; reps settle in 7 s."""
_RUNNING: Final = frozenset({Phase.WORK, Phase.SEND_OFF_REP})


def next_line(snapshot: Snapshot, settings: SessionSettings) -> Seconds | None:
    """A runner's next line by what is measured, else by their splits and the target pace.

    None for a runner who rests, waits or runs by the clock.
    """
    step, step_s = snapshot.step, snapshot.step_time_s
    length = None if step is None else step.until.distance()
    if step is None or step_s is None or length is None or snapshot.phase not in _RUNNING:
        return None
    credited = [row for row in snapshot.splits if row.rep == step.rep and row.metres is not None]
    credited = [row for row in credited if row.time_s <= step_s and row.role is not SplitRole.START]
    at_m, at_s = (credited[-1].metres or 0.0, credited[-1].time_s) if credited else (0.0, 0.0)
    spacing = mark_spacing(snapshot.timeline.context, settings)
    marks = planned_marks(length, spacing, step.line_m)
    speed = _speed(snapshot, at_m, at_s)
    if speed is None:
        return None
    run_m, since_s = at_m, step_s - at_s
    if snapshot.step_m is not None and snapshot.speed is not None:
        run_m, since_s = max(at_m, snapshot.step_m), 0.0
    missed_s = _MISSED * spacing / speed if since_s else _BEHIND_M / speed
    for line in marks:
        at = snapshot.at - since_s + (line - run_m) / speed
        if line > at_m + MARK_TOLERANCE_M and at >= snapshot.at - missed_s:
            return Seconds(at)
    return None


def _speed(snapshot: Snapshot, at_m: float, at_s: float) -> float | None:
    """The speed to the next line: measured now, else that of the rep so far, else the target."""
    reading, is_under_way = snapshot.speed, (snapshot.step_time_s or 0.0) >= _PICK_UP_S
    if (
        reading is not None
        and is_under_way
        and reading.freshness is not Freshness.STALE
        and reading.value > 1.0
    ):
        return reading.value
    if at_m > 0 and at_s > 0:
        return at_m / at_s
    aim = _aim(snapshot)
    return aim if aim is not None and aim > 0 else None


# --- the board

HELD_S: Final = Seconds(2.0)
"""How long an order of rows is kept: a coach finds a row by its place. Judged."""


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
        new_order = sorted(
            (slug for slug in self._roster if slug in by_slug), key=lambda slug: self._key(by_slug[slug])
        )
        is_due = now - self._changed_at >= HELD_S or bool(urgent - self._urgent)
        order = [slug for slug in self._order if slug in by_slug]
        if new_order != order and (is_due or set(new_order) != set(order)):
            self._order, self._changed_at = new_order, now
            order = new_order
        self._urgent = urgent
        return [by_slug[slug] for slug in order]

    def _key(self, standing: BoardStanding) -> tuple[int, float, int]:
        expected = standing.expected
        place = self._roster.index(standing.runner.slug)
        return standing.need, inf if expected is None else expected.at, place


class Board:
    """The state of a board: a fold of the coach's actions and of the outputs of the runs.

    It is the same while the runs go on and when they are played again.
    """

    def __init__(self, squad: SquadRun, settings: SessionSettings) -> None:
        """Start with the runners of a squad."""
        slugs = [runner.slug for runner in squad.roster.runners]
        self._squad = squad
        self._settings = settings
        self._splits = LastSplits()
        self._order = BoardOrder(slugs)
        self._wave_at: dict[str, Seconds] = {}
        self.crossings = Crossings(slugs)
        """Predictions of their next crossings."""

    def receive(self, event: SquadInput | RunnerOutput) -> None:
        """Apply an action of the coach, or an output of a run."""
        match event:
            case RunnerOutput():
                self._splits.add(event.runner, event.output)
                if isinstance(event.output, RunEnded):
                    self.crossings.leave_out(event.runner)
            case WaveStarted():
                self._wave_at |= dict(event.starts)
            case OrderChanged(is_out=False):
                self.crossings.take_in(event.runner)
            case RunnerLeft() | OrderChanged():
                self.crossings.leave_out(event.runner)
            case _:
                pass

    def expect(self, snapshots: Mapping[str, Snapshot]) -> None:
        """Set each runner's next crossing from their run."""
        for runner, snapshot in snapshots.items():
            if not self._squad.is_gone(runner):
                self.crossings.expect(runner, next_line(snapshot, self._settings))

    def standings(self, snapshots: Mapping[str, Snapshot], now: Seconds) -> list[BoardStanding]:
        """The state of each runner by the snapshots of their runs, in the order of the rows."""
        self.expect(snapshots)
        standings = []
        for runner, snapshot in snapshots.items():
            wave_at = self._wave_at.get(runner)
            standings.append(
                standing_of(
                    self._squad.roster.runner(runner),
                    snapshot,
                    expected=self.crossings.of(runner, now),
                    has_ended=self._squad.is_gone(runner),
                    is_out=self.crossings.is_out(runner),
                    last_split_s=self._splits.of(runner),
                    wave_in_s=None if wave_at is None or wave_at <= now else Seconds(wave_at - now),
                )
            )
        return self._order.arrange(standings, now)


# --- cues over one speaker

BUDGET_S: Final = Seconds(15.0)
"""Least time between two coaching cues over the speaker: nobody follows more than four a minute. Judged."""
_SAME_WORDS_S: Final = Seconds(3.0)
"""The same words within this time are of one moment: a group that starts together hears them once."""
STEPS_S: Final = Seconds(4.0)
"""Least time between two announcements of steps: of eight runners' reps only some are announced."""
_NUMBERS: Final = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")
_FREE: Final = frozenset({CueClass.SAFETY, CueClass.COUNTDOWN})
"""Classes that are always spoken: safety, and countdowns, which are tones."""


class SquadVoice:
    """Chooses the cues of all runners that are spoken over one speaker."""

    def __init__(self) -> None:
        """Start without cues."""
        self._coach_at: Seconds | None = None
        self._step_at: Seconds | None = None
        self._said: dict[tuple[str, str], Seconds] = {}

    def select(self, runner: SquadRunner, cue: Cue) -> Cue | None:
        """The cue as spoken over the speaker, with the runner first; None if it is not spoken."""
        if not cue.spoken or not cue.is_heard:
            return None
        if cue.cue_class in _FREE:
            return self._once(cue) and (with_name(runner, cue) if cue.cue_class is CueClass.SAFETY else cue)
        if cue.cue_class is CueClass.INFO or not cue.speech:
            return None  # it is for the runner's own ears
        if cue.cue_class is CueClass.STEP:
            if self._is_within(self._step_at, cue.at, STEPS_S) or not self._once(cue):
                return None
            self._step_at = cue.at
            return with_name(runner, cue)
        if self._is_within(self._coach_at, cue.at, BUDGET_S):
            return None
        self._coach_at = cue.at
        return with_name(runner, cue)

    def _once(self, cue: Cue) -> Cue | None:
        """The cue, unless the same was spoken a moment ago for another runner."""
        key = (cue.kind.value, cue.speech or cue.sound.value)
        said_at = self._said.get(key)
        if self._is_within(said_at, cue.at, _SAME_WORDS_S):
            return None
        self._said[key] = cue.at
        return cue

    @staticmethod
    def _is_within(before: Seconds | None, at: Seconds, span: Seconds) -> bool:
        return before is not None and abs(at - before) < span


def with_name(runner: SquadRunner, cue: Cue) -> Cue:
    """The cue with its runner before its words: the number of their key, else their name."""
    who = _NUMBERS[DIGITS.index(runner.key)] if runner.key in DIGITS else runner.name
    return replace(cue, speech=f"{who}. {cue.speech}" if cue.speech else f"{who}.")


# --- the review of a session

FORMAT: Final = "coach-squad-review/1"
_NOTHING: Final = "–"
_HEAD: Final = ("runner", "group", "reps", "mean", "to plan s", "within 2 s", "evenness", "fade s", "time")


@dataclass(frozen=True, slots=True)
class ReviewedRunner:
    """One runner of a session, with the summary of their run."""

    runner: SquadRunner
    summary: Summary

    @property
    def reps(self) -> RepTable:
        """The reps that were run."""
        return self.summary.reps

    @property
    def fade_s(self) -> Seconds | None:
        """Difference of the last rep to the first, + is slower; None below two whole reps of one length."""
        whole = [row.result.time_s for row in self.reps.rows if not row.result.cut]
        if len(whole) < 2 or not self.reps.is_even:
            return None
        return Seconds(whole[-1] - whole[0])

    @property
    def planned(self) -> str:
        """Completed and planned reps: `5 of 6`."""
        planned = self.summary.planned_reps
        whole = sum(not row.result.cut for row in self.reps.rows)
        return f"{whole}" if planned is None else f"{whole} of {planned}"


@dataclass(frozen=True, slots=True)
class SquadReview:
    """A session."""

    title: str
    when: str
    """Local time of its start."""
    runners: tuple[ReviewedRunner, ...]
    left_out: tuple[str, ...] = ()
    """The runners left out, with the reason, a sentence each."""

    @property
    def most_reps(self) -> int:
        """The most reps of any runner."""
        return max((len(each.reps.rows) for each in self.runners), default=0)


def review_lines(review: SquadReview, width: int) -> Iterator[str]:
    """The session in words: plan and result, then every rep of every runner; as many reps as fit in `width`."""
    yield f"{review.title}   {review.when}".rstrip()
    yield ""
    yield from column_lines([_HEAD, *(_figures(each) for each in review.runners)])
    if review.most_reps:
        count = min(review.most_reps, max(1, (width - 20) // 9))
        yield ""
        yield "reps" if count == review.most_reps else f"the first {count} of {review.most_reps} reps"
        head = ("runner", *(str(place + 1) for place in range(count)))
        yield from column_lines(
            [head, *((each.runner.name, *_times(each, count)) for each in review.runners)]
        )
    lines = [
        f"{each.runner.name}: {', '.join(words)}"
        for each in review.runners
        if (words := outcome(each.summary))
    ]
    rest = (*lines, *review.left_out)
    yield from ("", *rest) if rest else ()


def _figures(each: ReviewedRunner) -> tuple[str, ...]:
    reps = each.reps
    return (
        each.runner.name,
        each.runner.group,
        each.planned,
        _NOTHING if reps.mean_time_s is None else lap_text(reps.mean_time_s),
        off_text(reps.mean_off_s) or _NOTHING,
        f"{reps.near} of {len(reps.offs)}" if reps.offs else _NOTHING,
        _NOTHING if reps.evenness is None else f"{100 * reps.evenness:.1f} %",
        off_text(each.fade_s) or _NOTHING,
        _NOTHING if each.summary.time_s is None else format_clock(each.summary.time_s),
    )


def _times(each: ReviewedRunner, count: int) -> Iterator[str]:
    rows = each.reps.rows
    for place in range(count):
        yield lap_text(rows[place].result.time_s) if place < len(rows) else _NOTHING


def review_tree(review: SquadReview) -> dict[str, Any]:
    """The session as one object; unknown values are absent."""
    runners = []
    for each in review.runners:
        reps = each.reps
        tree: dict[str, Any] = {
            "runner": each.runner.slug,
            "name": each.runner.name,
            "group": each.runner.group,
        }
        tree["run"] = each.summary.run
        tree["reps"] = [
            {
                key: value
                for key, value in (
                    ("rep", row.number),
                    ("time_s", round(row.result.time_s, 2)),
                    ("off_s", None if row.off_s is None else round(row.off_s, 2)),
                    ("splits", {f"{column:g}": round(at, 2) for column, at in row.times.items()} or None),
                    ("cut", row.result.cut or None),
                )
                if value is not None
            }
            for row in reps.rows
        ]
        present = {
            "reps_planned": each.summary.planned_reps,
            "mean_time_s": reps.mean_time_s,
            "mean_off_s": reps.mean_off_s,
            "evenness": reps.evenness,
            "fade_s": each.fade_s,
            "time_s": each.summary.time_s,
        }
        tree |= {key: round(value, 4) for key, value in present.items() if value is not None}
        runners.append(tree)
    tree = {"format": FORMAT, "title": review.title, "started": review.when, "runners": runners}
    return tree | ({"left_out": list(review.left_out)} if review.left_out else {})


def squad_page(review: SquadReview, reports: Mapping[str, str]) -> str:
    """The session as one page; `reports` are the pages of single runners, by slug, beside it."""
    count = review.most_reps
    head = ["runner", *(f"{place + 1}" for place in range(count))]
    figures = [_html_cells(each, _figures(each), reports) for each in review.runners]
    body = (
        f"<h1>{html.escape(review.title)}</h1>",
        f"<p>{html.escape(review.when)}</p>",
        html.section_html(
            "Planned and done",
            html.table_html("What each came to", _HEAD, figures, words=(0, 1)),
        ),
        html.section_html(
            "Every rep",
            html.table_html(
                "The time of each rep",
                head,
                (_html_cells(each, (each.runner.name, *_times(each, count)), {}) for each in review.runners),
                words=(0,),
            ),
        ),
        html.section_html("Left out", html.list_html(review.left_out)),
    )
    return html.page(review.title, [piece for piece in body if piece], review_tree(review), paper="full")


def _html_cells(each: ReviewedRunner, cells: Sequence[str], reports: Mapping[str, str]) -> list[str]:
    name = html.name_html(cells[0])
    report = reports.get(each.runner.slug)
    first = name if report is None else f'<a href="{html.escape(report)}">{name}</a>'
    return [first, *map(html.escape, cells[1:])]
