"""Keeps the mornings of a runner and looks back on their weeks, for commands, screens and the plan.

A morning is measured, answered in questions or imported from a table; the rules answer from the mornings how hard a day
may be. A look back (`coach debrief`) joins the runs of a week with its mornings and the plan. What folds recordings is
imported in the functions that need it, because the answer for a day must not take a second.
"""

import os
import sys
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from math import log
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.athletes import find_athlete, today
from coach.app.plan import PlanService, history_facts
from coach.app.terminal import SILENT
from coach.app.today import TodayService
from coach.edge.clock import MachineClock, local_iso
from coach.edge.files import plain
from coach.edge.history import RunFilter
from coach.edge.run_folder import RunNote, append_note, read_note
from coach.edge.settings import load_settings
from coach.edge.store import STANDARD_INPUT, Store
from coach.edge.training_files import MorningFact, MorningJournal, StoredMornings
from coach.interchange.mornings import ForeignMorning, read_mornings, text_lines
from coach.physiology.heart_rate import at_rest
from coach.physiology.performance import GAIN_WEEKS
from coach.plan.config import Posture, ReadinessSettings
from coach.plan.model import Plan, PlannedSession, SessionKind, monday_of
from coach.plan.mornings import (
    DROPPED,
    LINE_QUESTIONS,
    SIMULATED,
    CheckIn,
    DebriefAnswer,
    Morning,
    RaceLook,
    RecoveryLine,
    merge_check_ins,
)
from coach.plan.readiness import LOOK_BACK_DAYS, ReadinessAnswer, ReadinessFacts, readiness
from coach.problems import CoachProblem, RecordingProblem, UsageProblem, suggestion

if TYPE_CHECKING:
    from coach.athlete import Athlete
    from coach.plan.debrief import Debrief, DebriefFacts, DoneSession, PaceCadence, Proposal
    from coach.plan.facts import PlanFacts
    from coach.plan.plateau import PlateauAnswer, Symptom
    from coach.review.review import Review
    from coach.review.season import SeasonRun


Ask = Callable[[str], str]
"""Asks a question and returns the answer."""


Say = Callable[[str], None]
"""Prints a sentence."""


# --- mornings

_EVERYONE: Final = "_everyone"
"""The name of the journal of runners without a saved athlete; an athlete who is saved later has it too."""
_RUN_DAYS: Final = 120
"""Days of runs that are searched for days off."""


@dataclass(frozen=True, slots=True)
class ImportedMornings:
    """The result of importing a table."""

    read: int
    """Mornings that were read."""
    new: int
    """Those that were not saved yet, or with another value."""
    first: date
    last: date
    source: str
    unit: str
    notes: tuple[str, ...] = ()
    """Guesses, and lines left out, in sentences."""


@dataclass(slots=True)
class ReadinessService:
    """The mornings of one athlete: saved, added to, and assessed for a day."""

    athlete: str = ""
    """The slug; empty for a runner without a saved athlete."""
    max_bpm: float | None = None
    store: Store = field(default_factory=Store)
    settings: ReadinessSettings = field(default_factory=ReadinessSettings)
    entries: StoredMornings = field(default_factory=StoredMornings)
    run_days: tuple[date, ...] = ()
    unrated: str = ""
    """Yesterday's run if its effort is unknown; else empty."""

    @property
    def folder(self) -> Path:
        """The folder of mornings."""
        return self.store.paths.mornings

    @property
    def recordings(self) -> Path:
        """The folder of recorded measurements, each a run like any other."""
        return self.folder / "recordings"

    @property
    def journal(self) -> MorningJournal:
        """The journal of this athlete."""
        return MorningJournal(self.folder / f"{self.athlete or _EVERYONE}.jsonl")

    def load(self, report: Callable[[str], None] | None = None) -> None:
        """Read the journals again: that of the athlete, and that of runners without a saved athlete.

        Args:
            report: prints the problems of a journal. Damage is set aside only if it is given, so that it is reported.

        Raises:
            RecordingProblem: a journal cannot be read, or a newer program wrote it.
        """
        names = [_EVERYONE, self.athlete] if self.athlete else [_EVERYONE]
        parts = []
        for name in names:
            part = MorningJournal(self.folder / f"{name}.jsonl").read(sets_aside=report is not None)
            if report is not None:
                for trouble in part.trouble:
                    report(trouble)
            parts.append(part)
        self.entries = StoredMornings(
            tuple(morning for part in parts for morning in part.mornings),
            merge_check_ins(check_in for part in parts for check_in in part.by_day.values()),
            tuple(answer for part in parts for answer in part.answers),
            tuple(race for part in parts for race in part.races),
            tuple(line for part in parts for line in part.lines),
        )

    def load_runs(self, day: date) -> None:
        """Read the days before a day on which this athlete ran, and whether yesterday's effort is missing."""
        which = RunFilter(since=day - timedelta(days=_RUN_DAYS), until=day)
        with self.store.history() as history:
            runs = [
                run
                for run in history.runs(which, with_results=True)
                if (not self.athlete or run.athlete in {"", self.athlete})
                and not run.is_simulated
                and run.day
                and run.time_s
            ]
        days = sorted({date.fromisoformat(run.day) for run in runs})
        self.run_days = tuple(days)
        yesterday = (day - timedelta(days=1)).isoformat()
        self.unrated = next((run.run for run in runs if run.day == yesterday and run.effort is None), "")

    @property
    def facts(self) -> ReadinessFacts:
        """The facts for the rules."""
        return ReadinessFacts(self.entries.mornings, self.entries.by_day, self.run_days, self.max_bpm)

    def answer(self, day: date) -> ReadinessAnswer:
        """Return the answer of the rules for a day."""
        return readiness(self.facts, day, self.settings)

    def answers(self, days: Sequence[date]) -> dict[date, ReadinessAnswer]:
        """Return the answers for many days; each is computed from the mornings near it, not from all."""
        mornings = sorted(self.entries.mornings, key=attrgetter("day"))
        by_day: dict[date, ReadinessAnswer] = {}
        for day in days:
            first = bisect_left(mornings, day - timedelta(days=LOOK_BACK_DAYS), key=attrgetter("day"))
            last = bisect_right(mornings, day, key=attrgetter("day"))
            facts = replace(self.facts, mornings=tuple(mornings[first:last]))
            by_day[day] = readiness(facts, day, self.settings)
        return by_day

    def keep(self, facts: Sequence[MorningFact]) -> None:
        """Save facts, with the time at which they were entered; yesterday's effort is saved with its run too.

        Empty facts, and measurements of a simulated runner, are not saved.

        Raises:
            CoachProblem: they cannot be written.
        """
        facts = [fact for fact in facts if not _is_empty(fact)]
        if not facts:
            return
        said_at = local_iso(MachineClock().wall())
        self.journal.append(facts, said_at)
        for fact in facts:
            if isinstance(fact, CheckIn) and fact.yesterday_rpe is not None and self.unrated:
                with suppress(CoachProblem):  # it is saved with the morning anyway
                    note = RunNote(fact.yesterday_rpe, answered_at=said_at)
                    append_note(self.store.run(self.unrated).path, note)
        self.load()

    def import_table(
        self,
        name: str,
        *,
        posture: Posture | None = None,
        source: str | None = None,
        day: date | None = None,
        say: Callable[[str], None] = lambda _text: None,
    ) -> ImportedMornings:
        """Read a table of another program's mornings and save those that are new; `day` is for intervals alone.

        A table of hundreds of megabytes takes minutes; `say` prints the progress.

        Raises:
            RecordingProblem: it cannot be read, or is no such table.
            CoachProblem: the mornings cannot be written.
        """
        path = Path(name).expanduser()
        lines = text_lines(_with_progress(_pieces(path), say), name=plain(name))
        table = read_mornings(lines, name=plain(name), today=date.fromisoformat(today()), day=day)
        own = f"csv:{source or _source_of(path)}"
        mornings = [_morning_of(row, table.unit, posture, own) for row in table.mornings]
        unusable = sum(not morning.is_usable for morning in mornings)
        saved = {_rounded(morning) for morning in self.entries.mornings}
        new = [morning for morning in mornings if _rounded(morning) not in saved]
        self.keep(new)
        notes = [*table.guesses, *(f"Left out: {each}." for each in table.left_out)]
        if unusable:
            who = "1 morning has" if unusable == 1 else f"{unusable} mornings have"
            notes.append(f"{who} more than 5 % of wrong beats, or too few: saved, but never counted.")
        return ImportedMornings(
            len(mornings), len(new), mornings[0].day, mornings[-1].day, own, table.unit, tuple(notes)
        )


def open_service(athlete: str | None = None, store: Store | None = None) -> ReadinessService:
    """Open the service of an athlete, by default the usual one, without reading its journals.

    Raises:
        AthleteProblem: there is no such athlete, or there are several and none was named.
        SettingsProblem: the settings cannot be read.
    """
    store = store or Store()
    runner = find_athlete(athlete, store)
    settings = load_settings(store.paths.settings, os.environ).readiness
    if runner is None:
        return ReadinessService(store=store, settings=settings)
    top = runner.now.heart_rate.max
    max_bpm = top.bpm if top is not None and top.source == "measured" else None
    return ReadinessService(runner.slug, max_bpm, store, settings)


def _is_empty(fact: MorningFact) -> bool:
    if isinstance(fact, Morning):
        return fact.source == SIMULATED
    return isinstance(fact, CheckIn | RecoveryLine) and fact.is_empty


# --- tables of other programs

_PIECE: Final = 1 << 20
"""Bytes of a table that are read at once."""
_REPORT_EVERY: Final = 100
"""Pieces of 1 MB of a table between two reports of progress: half a minute at 3 MB/s (measured)."""
_GZIP: Final = b"\x1f\x8b"
_BEATS_S: Final = 300.0
"""Seconds of intervals between beats that count as the measurement."""


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces, because a table may be larger than the memory.

    Raises:
        RecordingProblem: it cannot be read, or is empty.
    """
    hint = "Name a table of mornings: coach readiness import hrv.csv"
    try:
        if str(path) == STANDARD_INPUT:
            yield from iter(lambda: sys.stdin.buffer.read(_PIECE), b"")
            return
        if path.is_dir():
            raise RecordingProblem(f"{plain(path)} is a folder, not a table", hint)
        with path.open("rb") as file:
            if file.peek(2)[:2] == _GZIP:
                import gzip

                unpacked = gzip.GzipFile(fileobj=file)
                yield from iter(lambda: unpacked.read(_PIECE), b"")
                return
            piece = file.read(_PIECE)
            if not piece:
                raise RecordingProblem(f"{plain(path)} is empty", hint)
            while piece:
                yield piece
                piece = file.read(_PIECE)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or plain(str(error))
        raise RecordingProblem(f"{plain(path)} cannot be read: {reason}", hint) from None


def _with_progress(pieces: Iterable[bytes], say: Callable[[str], None]) -> Iterator[bytes]:
    """Pass pieces on, and report the progress after every so many."""
    for number, piece in enumerate(pieces):
        if number and number % _REPORT_EVERY == 0:
            say(f"{number} MB read.")
        yield piece


def _source_of(path: Path) -> str:
    """Return the source of a table: its file name without dates and numbers, the same for the next export."""
    stem = Path(path.stem).stem if path.suffix.casefold() == ".gz" else path.stem
    letters = "".join(letter if letter.isalpha() else " " for letter in stem.casefold())
    return "-".join(letters.split())[:40] or "table"


def _morning_of(row: ForeignMorning, unit: str, posture: Posture | None, source: str) -> Morning:
    """Return the morning of a row; intervals between beats count by those of their first five minutes."""
    where = posture or (Posture(row.posture) if row.posture else None)
    morning = Morning(row.day, row.minute, row.ln_rmssd, row.resting_bpm, where, source, unit or "ms")
    if not len(row.intervals_ms) or row.ln_rmssd is not None:
        return morning
    beats = at_rest(_first_minutes(row.intervals_ms))
    morning = replace(morning, unit="rr", corrected_share=beats.corrected_share, is_usable=beats.is_usable)
    if beats.variability is None:
        return morning
    return replace(
        morning,
        ln_rmssd=log(beats.variability.rmssd_ms),
        resting_bpm=row.resting_bpm or float(beats.variability.mean_heart_rate),
    )


def _first_minutes(intervals_ms: Iterable[float]) -> list[float]:
    """Return the first five minutes of beats; later ones may be in another state."""
    beats: list[float] = []
    total = 0.0
    for each in intervals_ms:
        if total >= _BEATS_S * 1000:
            break
        beats.append(each)
        total += each
    return beats


def _rounded(morning: Morning) -> tuple[object, ...]:
    """Return the key by which two mornings are the same, with the precision of the journal."""
    return (
        morning.day,
        morning.stream,
        None if morning.ln_rmssd is None else round(morning.ln_rmssd, 6),
        None if morning.resting_bpm is None else round(morning.resting_bpm, 2),
    )


# --- the look back on a week
#
# Reviews are made from the recordings of the week; the sentence of a Monday uses the index only.

WHO: Final = "coach debrief"
"""The author of changes of the plan in its journal."""
_RACE_DAYS: Final = 14
"""Days after a race whose mornings and runs show the recovery from it."""
_MONTH_DAYS: Final = 28
_LEAST_SPREAD: Final = 0.01
"""Variance of speed, (m/s) squared, below which a run has one pace and its line no slope. Judged."""
_NEAR_PACE_S: Final = 10
"""Seconds a kilometre from the reference pace that still count as it. Judged."""


@dataclass(frozen=True, slots=True)
class AnsweredProposal:
    """A proposal with its answer."""

    proposal: "Proposal"
    answer: str
    says: tuple[str, ...] = ()


class DebriefService:
    """The look back of one athlete."""

    def __init__(self, plans: PlanService, report: Say | None = None) -> None:
        """Look back on the weeks of a plan, which need not exist; `report` prints the problems of the journal."""
        self.plans = plans
        self.today = plans.today
        self._report = report

    @cached_property
    def plan(self) -> Plan | None:
        """The plan; None if there is none."""
        return self.plans.plan if self.plans.exists else None

    @cached_property
    def mornings(self) -> ReadinessService:
        """The journal of mornings, read; answers and remarks are saved in it."""
        service = open_service(self.plans.athlete, self.plans.store)
        service.load(self._report)
        return service

    @cached_property
    def plan_facts(self) -> "PlanFacts":
        """The runs of a year and the facts about the workouts of the plan."""
        if self.plan is not None:
            return self.plans.facts
        return history_facts(
            self.plans.store, self.plans.athlete, self.plans.slug, self.today, unit=self.plans.unit
        )

    def last_week(self) -> date:
        """Return the Monday of the last week that is over."""
        return self.plans.this_monday - timedelta(days=7)

    @property
    def is_recovering(self) -> bool:
        """True if today is in the recovery after a race."""
        from coach.plan.debrief import is_recovering

        return self.plan is not None and is_recovering(self.plan, self.today)

    # --- a week

    def link(self) -> None:
        """Link new runs to their sessions, and save that; problems as in `facts`."""
        if self.plan is not None and TodayService(self.plans).notice() is not None:
            self._reread_plan()

    def _reread_plan(self) -> None:
        """Read the plan again after a change."""
        for name in ("plan", "plan_facts"):
            self.__dict__.pop(name, None)

    def facts(self, monday: date, *, is_quick: bool = False) -> "DebriefFacts":
        """Collect the facts about a week.

        Args:
            monday: its first day.
            is_quick: leave out what only a fold of the recordings shows.

        Raises:
            CoachProblem: the plan, the athlete or the history cannot be read.
        """
        from coach.plan.debrief import DebriefFacts, cadence_since

        runs = [run for run in self.plan_facts.runs if monday_of(run.day) == monday]
        entries = self.mornings.entries
        answers = self._answers(monday)
        return DebriefFacts(
            plan=self.plan,
            plan_facts=self.plan_facts,
            sessions=tuple(self._done_session(run, is_quick=is_quick) for run in runs),
            check_ins=entries.by_day,
            answers=answers,
            lines=entries.lines,
            cadence=self._cadences(cadence_since(answers)),
        )

    def debrief(self, monday: date | None = None, *, is_quick: bool = False) -> "Debrief":
        """Look back on a week, by default the last that is over; problems as in `facts`."""
        from coach.plan.debrief import debrief

        week = monday_of(monday or self.last_week())
        result = debrief(self.facts(week, is_quick=is_quick), week, self.today)
        self._keep_dropped(result)
        return result

    def form_words(self, form: Sequence[str], say: Say) -> str:
        """Return the form cue of this week's runs; empty without a cadence goal, or if last week ended it.

        Args:
            form: the form cues of the runner's language.
            say: prints the week of the goal, or that it is dropped.

        Raises:
            CoachProblem: as in `facts`.
        """
        from coach.plan.debrief import DebriefFacts, cadence_goal_week, cadence_since, debrief, form_words

        week, last = cadence_goal_week(self.mornings.entries.answers, self.today), self.last_week()
        if week is None:
            return ""
        answers = self._answers(last)
        facts = DebriefFacts(answers=answers, cadence=self._cadences(cadence_since(answers)))
        result = debrief(facts, last, self.today)
        self._keep_dropped(result)
        if dropped := [each.says for each in result.notes if each.is_dropped]:
            say(dropped[0])
            return ""
        words = form_words(form, week)
        say(f"Cadence goal, week {week} of {GAIN_WEEKS}. The form cue of this run: {words}")
        return words

    def _keep_dropped(self, result: "Debrief") -> None:
        """Save that a goal is dropped with a week, once: no later run has its cue."""
        for each in result.notes:
            fact = DebriefAnswer(result.week, each.rule, DROPPED)
            if each.is_dropped and fact not in self.mornings.entries.answers:
                self.keep(fact)

    def year(self, monday: date) -> str:
        """Compare the four weeks up to a week with those of a year ago; empty if they are unknown."""
        from coach.plan.plateau import against_last_year

        return against_last_year(self.plan_facts.runs, monday + timedelta(days=7), self.plans.unit)

    def answer(self, monday: date, accepted: Sequence[int], refused: Sequence[int]) -> list[AnsweredProposal]:
        """Accept and refuse proposals of a week by their numbers, and save the answers.

        Raises:
            UsageProblem: a number is no open proposal, or is both accepted and refused.
            CoachProblem: the plan or the journal cannot be written.
        """
        if both := set(accepted) & set(refused):
            raise UsageProblem(f"{min(both)} cannot be both accepted and refused", "Choose one.")
        answers = []
        for number, verb in (
            *((each, "accepted") for each in dict.fromkeys(accepted)),
            *((each, "refused") for each in dict.fromkeys(refused)),
        ):
            proposal = self._open_proposal(monday, number)
            edited, version = proposal.edited, 0
            if verb == "accepted" and edited is not None:
                self.plans.apply(edited, WHO)
                version = self.plans.changes()[-1].version
                self._reread_plan()
            days = edited.touched if verb == "accepted" and edited is not None else ()
            self.keep(DebriefAnswer(monday, proposal.fired.rule, verb, number, days, version))
            answers.append(AnsweredProposal(proposal, verb, () if edited is None else edited.says))
        return answers

    def _open_proposal(self, monday: date, number: int) -> "Proposal":
        result = self.debrief(monday)
        by_number = {each.number: each for each in result.proposals}
        proposal = by_number.get(number)
        if proposal is None:
            names = (
                ", ".join(str(each.number) for each in result.proposals if not each.answer) or "none is open"
            )
            raise UsageProblem(
                f"there is no proposal {number} for the week of {monday}: {names}", "See coach debrief."
            )
        if proposal.answer:
            raise UsageProblem(
                f"proposal {number} was {proposal.answer} already", "Undo a change: coach plan undo"
            )
        return proposal

    def switch(self, rule: str, *, on: bool) -> None:
        """Switch a rule on or off; a cadence goal begins with the week in which it is switched on.

        Raises:
            UsageProblem: there is no such rule.
        """
        from coach.plan.debrief import RULES
        from coach.plan.plateau import RULES as CAUSES

        names = list(dict.fromkeys([*(each.id for each in RULES), *(each.id for each in CAUSES)]))
        if rule not in names:
            raise UsageProblem(
                f"there is no rule {rule[:40]!r}", suggestion(rule, names) or "See coach debrief --rules."
            )
        self.keep(DebriefAnswer(self.plans.this_monday, rule, "on" if on else "off"))

    def keep(self, *facts: MorningFact) -> None:
        """Save facts in the journal of mornings.

        Raises:
            CoachProblem: it cannot be written.
        """
        self.mornings.keep(facts)

    def write_line(self, answers: Sequence[str], day: date | None = None) -> RecoveryLine | None:
        """Save a line of the recovery phase, up to three answers in order; None if all are empty."""
        texts = [each.strip()[:500] for each in answers][:3]
        line = RecoveryLine(day or self.today, *texts)
        if line.is_empty:
            return None
        self.keep(line)
        return line

    def _answers(self, monday: date) -> tuple[DebriefAnswer, ...]:
        """Return the valid answers, but for goals dropped in this week or later: the look back drops them again."""
        return tuple(
            each
            for each in self._valid_answers(self.mornings.entries.answers)
            if each.answer != DROPPED or each.week < monday
        )

    def _valid_answers(self, answers: Sequence[DebriefAnswer]) -> Iterator[DebriefAnswer]:
        """Yield the valid answers: one whose change of the plan was undone is open again."""
        versions = {each.version for each in answers if each.version}
        undone = {each.undid for each in self.plans.changes()} if versions and self.plans.exists else set()
        for each in answers:
            if each.version not in undone or not each.version:
                yield each

    # --- runs

    def _planned_session(self, run: "SeasonRun") -> PlannedSession | None:
        """Return the planned session of a run: the one it is linked to, else the only run of its day."""
        if self.plan is None:
            return None
        linked = next((each for _, each in self.plan.sessions() if run.run in each.runs), None)
        if linked is not None:
            return linked
        runs = [each for each in self.plan.day(run.day).sessions if each.is_run and not each.is_done]
        alone = [each for each in self.plan_facts.runs_by_day.get(run.day, ()) if not each.is_cross]
        return runs[0] if len(runs) == len(alone) == 1 else None

    def _done_session(self, run: "SeasonRun", *, is_quick: bool = False) -> "DoneSession":
        from coach.plan.debrief import DoneSession
        from coach.review.measures import is_hard_session

        planned = self._planned_session(run)
        review = None if is_quick else self._review(run.run)
        note = read_note(self.plans.store.run_path(run.run))  # it exists even if a recording cannot be folded
        if review is None:
            return DoneSession(run, planned, worked=note.worked or "", failed=note.failed or "")
        if (
            run.zone_s is None and review.thirds is not None
        ):  # the index adds readings up when a season is asked for
            seconds = review.thirds.seconds
            run = replace(run, zone_s=seconds, is_hard=is_hard_session(run.hard_s, seconds))
        even = review.values.get("even_400s")
        even_400s = None if even is None or even.value is None else int(even.value)
        in_band = [
            step.result.in_band_fraction
            for step in review.steps
            if step.rep is not None and step.result.in_band_fraction is not None
        ]
        return DoneSession(
            run,
            planned,
            sum(in_band) / len(in_band) if in_band else None,
            review.value("fade_across"),
            review.value("decoupling"),
            review.value("negative_split"),
            even_400s,
            review.gates,
            self._fuel.get(run.run),
            note.worked or "",
            note.failed or "",
        )

    def _review(self, run: str) -> "Review | None":
        """Review a run; None if its recording cannot be read."""
        from coach.app.playback import RecordingRequest
        from coach.app.reviews import load_review

        try:
            return load_review(RecordingRequest(str(self.plans.store.run_path(run))), SILENT)
        except CoachProblem:
            return None

    @cached_property
    def _fuel(self) -> Mapping[str, bool]:
        """True or False by run: a cue about food or drink was emitted."""
        since = self.today - timedelta(days=2 * _MONTH_DAYS)
        with self.plans.store.history() as history:
            runs = history.runs(RunFilter(since=since, is_simulated=False), with_results=True)
        return {run.run: run.has_fuel for run in runs if run.has_fuel is not None}

    @cached_property
    def _athlete(self) -> "Athlete | None":
        return find_athlete(self.plans.athlete, self.plans.store)

    def _cadences(self, since: date | None) -> "dict[date, PaceCadence]":
        """Return cadence and heart rate at one pace by week, from the week before a goal on.

        The pace is that of the first run. Its cadence is read off the least-squares line of each run.
        """
        from coach.plan.debrief import PaceCadence

        if since is None:
            return {}
        athlete = self._athlete
        lessons = [each for each in (() if athlete is None else athlete.learnt) if each.cadence is not None]
        first = since - timedelta(days=7)
        own = [each.cadence for each in lessons if each.day >= first.isoformat() and each.cadence is not None]
        if not own:
            return {}
        pace_mps = own[0].speed_mps
        weeks: dict[date, list[float]] = {}
        for each in lessons:
            cadence = each.cadence
            monday = monday_of(date.fromisoformat(each.day))
            if cadence is not None and monday >= first:
                slope = (
                    cadence.covariance / cadence.speed_variance
                    if cadence.speed_variance > _LEAST_SPREAD
                    else 0.0
                )
                weeks.setdefault(monday, []).append(
                    cadence.cadence_spm + slope * (pace_mps - cadence.speed_mps)
                )
        means = {monday: sum(values) / len(values) for monday, values in weeks.items()}
        pace_s = round(1000 / pace_mps)
        self._add_figures(first)
        return {monday: PaceCadence(spm, self._heart_at(monday, pace_s)) for monday, spm in means.items()}

    def _add_figures(self, since: date) -> None:
        """Compute the figures of the runs since a day, without which the index has no heart rates at a pace."""
        from coach.app.library import add_figures

        runs = [run.run for run in self.plan_facts.runs if run.day >= since and not run.heart_at_pace]
        if runs:
            with self.plans.store.history() as history:
                add_figures(history, runs, self.plans.store)
            self.plans.__dict__.pop("facts", None)
            self.__dict__.pop("plan_facts", None)

    def _heart_at(self, monday: date, pace_s_per_km: int) -> float | None:
        """Return the mean heart rate of a week near a pace, weighted by time; None if nothing was run at it."""
        near = [
            value
            for run in self.plan_facts.runs
            if monday_of(run.day) == monday
            for pace, value in run.heart_at_pace.items()
            if abs(pace - pace_s_per_km) <= _NEAR_PACE_S
        ]
        seconds = sum(each[1] for each in near)
        return sum(bpm * weight for bpm, weight in near) / seconds if seconds else None

    # --- races and months

    def keep_races(self, monday: date) -> tuple[RaceLook, ...]:
        """Look back on the races of a week and the two before it, and save what is new about them.

        Raises:
            CoachProblem: the journal cannot be written.
        """
        if self.plan is None:
            return ()
        from coach.plan.plateau import race_look

        looks = []
        saved = {(each.day, each.race): each for each in self.mornings.entries.races}
        for race in self.plan.races:
            if (
                not monday - timedelta(days=_RACE_DAYS)
                <= race.date
                < min(monday + timedelta(days=7), self.today)
            ):
                continue
            runs = self.plan_facts.runs_by_day.get(race.date, ())
            sessions = [self._done_session(run) for run in runs]
            linked = [
                each
                for each in sessions
                if each.planned is not None and each.planned.kind is SessionKind.RACE
            ]
            if not (linked or sessions):
                continue
            days = (race.date + timedelta(days=each + 1) for each in range(_RACE_DAYS))
            mornings = [
                self.mornings.entries.by_day[day] for day in days if day in self.mornings.entries.by_day
            ]
            look = race_look((linked or sessions)[-1], mornings, race.label, self.plan_facts.runs)
            looks.append(look)
            if saved.get((look.day, look.race)) != look:
                self.keep(look)
        return tuple(looks)

    def plateau(self, symptom: "Symptom") -> "PlateauAnswer":
        """Look for the causes of a symptom in the last months; problems as in `facts`."""
        from coach.plan.plateau import PlateauFacts, plateau

        since = self.today - timedelta(days=_MONTH_DAYS)
        recent = [run for run in self.plan_facts.runs if since < run.day <= self.today]
        entries = self.mornings.entries
        return plateau(
            symptom,
            PlateauFacts(
                self.today,
                self.plan,
                self.plan_facts,
                tuple(self._done_session(run) for run in recent),
                entries.by_day,
                tuple(self._valid_answers(entries.answers)),
            ),
        )


def carried_races(service: PlanService) -> tuple[RaceLook, ...]:
    """Return the looks back on the races of the last year, the oldest first."""
    year = service.today - timedelta(days=365)
    with suppress(CoachProblem):
        return tuple(each for each in DebriefService(service).mornings.entries.races if each.day >= year)
    return ()


def ask_line(ask: Ask) -> list[str]:
    """Ask the three questions of a day of recovery."""
    return [ask(question) for question in LINE_QUESTIONS.values()]
