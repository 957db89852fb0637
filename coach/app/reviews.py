"""Replays a recorded run once, for reviews, reports, lessons, files for other programs, and redacted runs.

A review uses the athlete as of the day of the run, and the runner's note; a report, an export and a redacted run come
from the same replay. After a run its lessons are drawn and saved with the athlete; `coach.app.setup` applies them to
the next run. A redacted run is a journal without person, date and place.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from coach.app.athletes import find_athlete, save_changes
from coach.app.playback import PlayableRecording, RecordingRequest, load_recording
from coach.app.setup import header_of, recorded_day, recorded_setup
from coach.app.terminal import SILENT, Console
from coach.athlete import Athlete, HeartRateValue, Lesson, PaceName, athlete_from, dump_athlete
from coach.cues.cue import Cue
from coach.edge.clock import WallTime, local_iso
from coach.edge.conductor import close_inputs
from coach.edge.files import plain, runner_paths, write_atomically
from coach.edge.history import RunFilter
from coach.edge.run_folder import RunNote, RunState, read_manifest, read_note
from coach.edge.settings import load_settings
from coach.edge.store import FIRST_SLUG, Store
from coach.interchange.recordings.activity import ACTIVITY_FORMATS, Activity, ActivityFormat, write_activity
from coach.live.contract import Output
from coach.live.run import LiveRun, refold
from coach.live.snapshot import Snapshot
from coach.physiology.performance import FEWEST_RUNS, cadence_line
from coach.problems import AthleteProblem, CoachProblem, RecordingProblem
from coach.recording.codec import (
    NOBODY,
    Header,
    encode_input,
    read_journal,
    redacted_athlete,
    redacted_inputs,
    redacted_workout,
    run_id_of,
)
from coach.review.comparison import ComparedRun, Comparison, compare_runs
from coach.review.journaled import is_simulated
from coach.review.lessons import SECTIONS, PaceOffer, Pod, findings, lesson_of, pace_offer
from coach.review.review import KnownRate, Review, Runner, RunnerNotes
from coach.review.reviewer import EarlierFactor, record_of, review_of
from coach.review.summary import Summary, summarize
from coach.review.trace import RunTrace, WallStart, trace_of
from coach.signals.readings import PODS, Source
from coach.workout.kinds import KINDS
from coach.workout.resolve import Numbers

# --- the replay of a run


@dataclass(frozen=True, slots=True)
class ReviewedRun:
    """A recorded run after one replay."""

    recording: PlayableRecording
    """The setup, inputs, day and folder, with the journal or the foreign file they come from."""
    summary: Summary
    """The results of the run and its steps."""
    trace: RunTrace
    """The values accepted at each second, and all outputs."""
    snapshots: tuple[Snapshot, ...] = ()
    """The run after each input, if requested."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs of the run in order."""
        return tuple(timed.output for timed in self.trace.outputs)

    @property
    def header(self) -> Header | None:
        """The header of its journal: devices, settings, zone; None for another program's file."""
        return None if self.recording.journal is None else self.recording.journal.header

    @property
    def athlete(self) -> Athlete | None:
        """The athlete as of the day of the run; None without one."""
        return None if self.recording.workout is None else self.recording.workout.athlete

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The workout document as written; None for a free run."""
        return None if self.recording.workout is None else self.recording.workout.document

    @property
    def zone(self) -> str:
        """The name of its time zone; empty if the recording has none."""
        return "" if self.header is None else self.header.zone

    @property
    def note(self) -> RunNote | None:
        """The runner's note on it; None for a recording outside the folder of runs."""
        return None if self.recording.folder is None else read_note(self.recording.folder)


def review_run(request: RecordingRequest, console: Console, *, snapshots: bool | None = False) -> ReviewedRun:
    """Find a run or a file as the command line names it, and replay it once.

    Args:
        request: the recording, and the workout or athlete to coach it with instead of its own.
        console: prints what could not be read.
        snapshots: True to keep the run after each input; None to keep it if the workout has a guided test.

    Raises:
        CoachProblem: it cannot be replayed, or the workout or athlete cannot be found.
    """
    settings = load_settings(runner_paths().settings, os.environ)
    recording = load_recording(request, settings, console)
    return fold(recording, snapshots=_has_test(recording) if snapshots is None else snapshots)


def fold(recording: PlayableRecording, *, snapshots: bool = False) -> ReviewedRun:
    """Replay a recording that was loaded."""
    run = LiveRun(recording.setup)
    inputs = close_inputs(recording.inputs)
    refolded = refold(run, inputs, snapshots=snapshots)
    summary = summarize(refolded.outputs, run.session.timeline)
    trace = trace_of(run, summary, refolded.timed_outputs, inputs, began=began(recording))
    return ReviewedRun(recording, summary, trace, refolded.snapshots)


def began(recording: PlayableRecording) -> WallStart | None:
    """Return the start of a recording by the calendar; None if it has none."""
    if recording.journal is not None:
        header = recording.journal.header
        return WallStart(header.wall_epoch, header.utc_offset_s) if header.wall_epoch > 0 else None
    foreign = recording.foreign
    return None if foreign is None or foreign.epoch_s is None else WallStart(foreign.epoch_s)


def _has_test(recording: PlayableRecording) -> bool:
    return any(step.section in SECTIONS for step in recording.setup.timeline.steps)


# --- the review

_MOST_FACTORS: Final = 5
"""The most earlier factors of a pod in a review. Judged."""


def load_review(request: RecordingRequest, console: Console) -> Review:
    """Find a run or a file, replay it and review it.

    Raises:
        CoachProblem: it cannot be replayed, or the workout or athlete cannot be found.
    """
    return review_folded(review_run(request, console, snapshots=None))


def review_folded(run: ReviewedRun) -> Review:
    """Review a run that was replayed."""
    recording = run.recording
    is_known = run.trace.began is not None or recording.journal is None  # a simulated run has no day
    day = recording.day if is_known else ""
    record = record_of(
        run.trace,
        run.summary,
        recording.setup,
        recording.inputs,
        day=day,
        earlier=earlier_factors(run.athlete, day),
    )
    tests = findings(run.outputs, run.snapshots, unit=recording.setup.unit) if run.snapshots else ()
    return review_of(record, runner_of(run.athlete), notes_of(run), tests)


def runner_of(athlete: Athlete | None) -> Runner:
    """Return the athlete's values that a review needs; empty without one."""
    if athlete is None:
        return Runner()
    numbers, rates = Numbers.of(athlete), athlete.now.heart_rate
    return Runner(
        threshold=_rate(rates.threshold),
        maximum=_rate(rates.max),
        rest=_rate(rates.rest),
        threshold_speed=_speed(numbers, "threshold"),
        easy_speed=_speed(numbers, "easy"),
    )


def _rate(value: HeartRateValue | None) -> KnownRate | None:
    return None if value is None else KnownRate(value.bpm, value.source == "measured")


def _speed(numbers: Numbers, ref: PaceName) -> float | None:
    """Return the middle of a reference pace; None if it is unknown."""
    try:
        slow, fast = numbers.pace(ref)
    except AthleteProblem:
        return None
    return (slow + fast) / 2


def notes_of(run: ReviewedRun) -> RunnerNotes:
    """Return the runner's notes on a recorded run; empty for a file."""
    note, began = run.note, run.trace.began
    if note is None:
        return RunnerNotes()
    after_s = None
    with suppress(ValueError):
        if note.rpe_at and began is not None:
            said_at = datetime.fromisoformat(note.rpe_at).timestamp()
            after_s = said_at - began.epoch_s - run.trace.ended_at
    return RunnerNotes(
        rpe=note.rpe,
        text=note.text or "",
        worked=note.worked or "",
        failed=note.failed or "",
        shoe=note.shoe or "",
        answered_at=note.answered_at,
        can_answer=True,
        after_s=after_s if after_s is not None and after_s >= 0 else None,
    )


def earlier_factors(athlete: Athlete | None, day: str) -> tuple[EarlierFactor, ...]:
    """Return the factors of the athlete's first pod from the last runs before a day, the oldest first.

    The header of a recording has no lessons, so these are the saved athlete's.
    """
    if athlete is None or not day:
        return ()
    with suppress(CoachProblem):
        saved = find_athlete(athlete.slug)
        factors = [
            EarlierFactor(PODS[0], lesson.day, each.factor, each.sd)
            for lesson in (() if saved is None else saved.learnt)
            if lesson.day < day
            for each in lesson.pods[:1]
        ]
        return tuple(factors[-_MOST_FACTORS:])
    return ()


@dataclass(frozen=True, slots=True)
class RecordedReview:
    """A recorded run for the Review screen."""

    path: Path
    """The folder of the run."""
    against: Path | None = None
    """The folder of the run to compare with; None for the last one of the same workout before it."""

    def review(self) -> Review:
        """Read the run and review it.

        Raises:
            CoachProblem: it cannot be read.
        """
        return load_review(RecordingRequest(str(self.path)), SILENT)

    def compare(self) -> Comparison | None:
        """Compare it with another run, or the last one of the same workout before it; None if there is none.

        Raises:
            CoachProblem: one of them cannot be read.
        """
        before = self.against or self._last_time()
        if before is None:
            return None
        runs = [review_run(RecordingRequest(str(path)), SILENT) for path in (before, self.path)]
        return compare_runs([ComparedRun(run.summary, run.recording.day) for run in runs])

    def _last_time(self) -> Path | None:
        """Return the folder of the last run of the same workout and athlete before it."""
        own, store = read_manifest(self.path), Store()
        with store.history() as history:
            runs = history.runs(RunFilter(athlete=own.athlete))  # the newest first
        is_simulated = any(run.run == own.run and run.is_simulated for run in runs)
        return next(
            (
                store.run_path(run.run)
                for run in runs
                if run.workout == own.workout
                and run.athlete == own.athlete
                and run.run < own.run
                and run.is_simulated is is_simulated
            ),
            None,
        )

    def export(self) -> str:
        """Write it as FIT into the current folder, unless the file exists; return a sentence about it.

        Raises:
            CoachProblem: it cannot be read or written.
        """
        run = review_run(RecordingRequest(str(self.path)), SILENT)
        file = Path.cwd() / export_file_name(run, ActivityFormat.FIT)
        if file.exists():
            return f"{file} is there already."
        try:
            write_atomically(file, export_run(run, ActivityFormat.FIT))
        except OSError as error:
            raise RecordingProblem(
                f"{file} cannot be written: {error.strerror}", "Try coach export last --to fit --out FILE."
            ) from None
        return f"Wrote {file}."


# --- the lessons of a run, kept with its athlete

_MOST_LESSONS: Final = 1000
"""The most lessons in an athlete document: those of several years."""


def learn_from(path: Path, console: Console) -> None:
    """Draw the lessons of a recorded run, save them with its athlete, and print them; never raises.

    A run without an athlete, a simulated run, or a run that was learnt from before has no lessons.
    """
    try:
        lines = list(_learn(path, console))
    except CoachProblem as problem:
        console.say(f"Note: no lesson from this run: {problem.message}")
        return
    for line in lines:
        console.say(line)


def offer_pace(path: Path, console: Console) -> None:
    """After a run by effort, offer to save its pace; never raises.

    If the console cannot ask, the pace and the command that saves it are printed. Simulated runs are left out.
    """
    try:
        journal = read_journal(Store().recording(str(path)).data, name=path.name)
        is_made_up = is_simulated({"sensors": journal.header.sensors})
        if journal.header.settings.get("by_effort") is not True or is_made_up:
            return
        setup = recorded_setup(journal.header, console)
        outputs = refold(LiveRun(setup), close_inputs(journal.inputs)).outputs
        offer = pace_offer(summarize(outputs).rows, unit=setup.unit)
        if offer is None:
            return
        if not _may_keep(setup.athlete) or not console.can_ask():
            command = " ".join(["coach athlete set", *offer.options])
            console.say(f"{offer.reps} averaged {offer.pace}. To save it as your {offer.ref} pace: {command}")
        elif not _is_kept(setup.athlete, offer) and console.confirm(offer.question):
            keep_pace(setup.athlete, offer)
            console.say(f"Saved: coach athlete show {setup.athlete or FIRST_SLUG}")
    except CoachProblem as problem:
        console.say(f"Note: no pace was saved from this run: {problem.message}")


def keep_pace(athlete: str, offer: PaceOffer) -> None:
    """Save the pace of a run by effort with its athlete, or with the first athlete if the run has none.

    Raises:
        CoachProblem: the athlete is not saved, or it cannot be written.
    """
    if not _may_keep(athlete):
        command = " ".join(["coach athlete set SLUG", *offer.options])
        raise AthleteProblem("The athlete of this pace is unknown.", f"Save it: {command}")
    save_changes(athlete or FIRST_SLUG, {}, offer.entry)


def _may_keep(athlete: str) -> bool:
    saved = Store().athletes()
    return not saved or (athlete or FIRST_SLUG) in saved


def _is_kept(athlete: str, offer: PaceOffer) -> bool:
    """Return True if the pace was saved already, on the screen."""
    store, slug = Store(), athlete or FIRST_SLUG
    saved = find_athlete(slug, store) if slug in store.athletes() else None
    if saved is None:
        return False
    return offer.pace in {saved.now.threshold_pace, *saved.now.paces.values()}


def forget_lesson(athlete: Athlete, run: str) -> Athlete:
    """Return the athlete without the lessons of one run."""
    lessons = tuple(lesson for lesson in athlete.learnt if lesson.run != run)
    return athlete.model_copy(update={"learnt": lessons})


def lesson_words(lesson: Lesson) -> Iterator[str]:
    """Yield the lessons of a run, a sentence each."""
    for pod in lesson.pods:
        error_percent = (1.0 / pod.factor - 1.0) * 100.0
        reading = (
            f"reads {'long' if error_percent > 0 else 'short'} {abs(error_percent):.1f} %"
            if abs(error_percent) >= 0.05
            else "reads true"
        )
        shoe = f" on {pod.shoe}" if pod.shoe else ""
        yield f"pod {pod.pod}{shoe} {reading}, factor {pod.factor:.3f} ± {pod.sd:.3f}"
    for count in lesson.counts:
        count_words = "both feet" if count.factor == 1 else "one foot, so it is doubled"
        yield f"sensor {count.sensor} counts {count_words}"
    if lesson.heart is not None:
        yield (
            f"heart rate follows after {lesson.heart.delay_up_s:.0f} + {lesson.heart.tau_up_s:.0f} s up, "
            f"{lesson.heart.delay_down_s:.0f} + {lesson.heart.tau_down_s:.0f} s down"
        )
    if lesson.cadence is not None:
        cadence = lesson.cadence
        yield (
            f"cadence {cadence.cadence_spm:.0f} at {cadence.speed_mps:.2f} m/s, "
            f"over {cadence.stretches} even stretches"
        )


def habit_words(lessons: Sequence[Lesson]) -> str:
    """Describe the cadence that the runs show together, or the data that is still missing."""
    line = cadence_line(lessons)
    if line is None:
        return f"Cadence at speed is known from {FEWEST_RUNS} runs with ten minutes of even running on."
    return (
        f"Own cadence: {line.cadence_spm:.0f} ± {line.sd_spm:.0f} at {line.speed_mps:.2f} m/s, "
        f"{line.slope:+.1f} for each m/s."
    )


def _learn(path: Path, console: Console) -> Iterator[str]:
    store = Store()
    journal = read_journal(store.recording(str(path)).data, name=path.name)
    athlete = _athlete_of(journal.header, store)
    if athlete is None or any(lesson.run == journal.header.run for lesson in athlete.learnt):
        return
    pods: dict[Source | int, Pod] = {}
    for device in journal.header.devices:
        pod = Pod(str(device.get("id", "")), device.get("shoe", ""))
        if pod.id and isinstance(device.get("number"), int):
            pods[device["number"]] = pod
        elif pod.id and device.get("sensor") in set(Source):
            pods[Source(device["sensor"])] = pod
    setup = recorded_setup(journal.header, console)
    lesson = lesson_of(
        LiveRun(setup),
        close_inputs(journal.inputs),
        day=recorded_day(journal.header),
        pods=pods,
        kinetics=setup.heart_rate_kinetics,
    )
    if lesson.is_empty:
        return
    athlete = athlete.model_copy(update={"learnt": (*athlete.learnt, lesson)[-_MOST_LESSONS:]})
    store.save_athlete(athlete.slug, dump_athlete(athlete))
    yield from (f"Learnt: {words}." for words in lesson_words(lesson))
    yield f"  to remove it: coach athlete learnt --forget {lesson.run}"


def _athlete_of(header: Header, store: Store) -> Athlete | None:
    """Return the saved athlete of a run with paired sensors; None for others."""
    slug = None if header.athlete is None else str(header.athlete.get("slug", ""))
    if not header.devices or slug not in store.athletes():
        return None
    return find_athlete(slug, store)


# --- runs for other programs

FEWEST_LETTERS: Final = 6
"""Fewest letters of a run's ID in the name of its file; more if another run ends in the same. Judged."""


@dataclass(frozen=True, slots=True)
class ExportedRun:
    """The result of exporting one of several runs."""

    run: str
    file: Path | None
    """The file; None if it was not written."""
    problem: str = ""
    """The reason that it was not written, with a hint; else empty."""


def export_run(run: ReviewedRun, to: ActivityFormat, console: Console | None = None) -> bytes:
    """Write a replayed run in a format; a made-up date is mentioned on the console."""
    activity = activity_of(run)
    if console is not None and ACTIVITY_FORMATS[to].is_dated and not activity.has_date:
        console.say("Note: the recording has no date; the file says 2000-01-01.")
    if console is not None and run.trace.started_at is None:
        console.say("Note: the run never started; no time and no distance are in the file.")
    return write_activity(activity, to)


def activity_of(run: ReviewedRun) -> Activity:
    """Return a run as the writers of activities take it."""
    return Activity(
        run=run.summary.run,
        summary=run.summary,
        trace=run.trace,
        setup=run.recording.setup,
        inputs=run.recording.inputs,
        document=run.document,
    )


def export_file_name(run: ReviewedRun, to: ActivityFormat, ending: str = "") -> str:
    """Return the file name of a run: its day, if known, and the end of its ID, `2026-05-26-7Q2K9M.fit`.

    `ending` is a longer end of the ID, if six letters are not unique.
    """
    activity = activity_of(run)
    began = activity.began
    day = run.recording.day if activity.has_date else ""
    if activity.has_date and began.utc_offset_s is not None:
        day = local_iso(WallTime(began.epoch_s, "", began.utc_offset_s))[:10]
    return "-".join(filter(None, (day, ending or run.summary.run[-FEWEST_LETTERS:]))) + f".{to}"


class RunEndings:
    """The shortest unique ends of the IDs of all runs, which file names carry."""

    def __init__(self, runs: Iterable[str]) -> None:
        """Sort the IDs of the runs by their last letters."""
        self._runs: dict[str, list[str]] = {}
        for run in runs:
            self._runs.setdefault(run[-FEWEST_LETTERS:], []).append(run)

    def of(self, run: str) -> str:
        """Return the last letters of a run's ID that no other run has."""
        others = [other for other in self._runs.get(run[-FEWEST_LETTERS:], ()) if other != run]
        count = FEWEST_LETTERS
        while count < len(run) and any(other.endswith(run[-count:]) for other in others):
            count += 1
        return run[-count:]

    def run_of(self, file: Path) -> str | None:
        """Return the run that a file belongs to by its name; None if it is none, or ambiguous."""
        ending = file.stem.rpartition("-")[2]
        runs = [run for run in self._runs.get(ending[-FEWEST_LETTERS:], ()) if run.endswith(ending)]
        return runs[0] if len(runs) == 1 else None


@dataclass(frozen=True, slots=True)
class RunsToExport:
    """The runs to export."""

    runs: tuple[str, ...]
    """Their IDs, the oldest first."""
    endings: RunEndings
    simulated: int
    """The number of simulated runs that were left out."""


def runs_since(day: date | None) -> RunsToExport:
    """Return every ended run from a day on, except simulated ones, which would count as training elsewhere."""
    with Store().history() as history:
        everything = history.runs()
        matching = history.known_runs(RunFilter(since=day))
    ended = [run for run in reversed(matching) if run.state is not RunState.RECORDING]
    real = tuple(run.run for run in ended if not run.is_simulated)
    return RunsToExport(real, RunEndings(run.run for run in everything), len(ended) - len(real))


def export_all(
    selection: RunsToExport, to: ActivityFormat, folder: Path, console: Console
) -> Iterator[ExportedRun]:
    """Write each run into a folder, and yield its result; an existing file is kept.

    Raises:
        CoachProblem: the folder cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CoachProblem(
            f"{plain(folder)} is not a folder and cannot be created: {error.strerror}",
            "Name another with --out.",
        ) from None
    there = {selection.endings.run_of(path): path for path in folder.iterdir() if path.suffix == f".{to}"}
    store = Store()
    for run in selection.runs:
        if run in there:
            yield ExportedRun(run, there[run])
            continue
        try:
            reviewed = review_run(RecordingRequest(str(store.run_path(run))), console)
            path = folder / export_file_name(reviewed, to, selection.endings.of(run))
            write_atomically(path, export_run(reviewed, to, console))
            yield ExportedRun(run, path)
        except CoachProblem as problem:
            yield ExportedRun(run, None, f"{problem.message} {problem.hint}".strip())
        except OSError as error:
            yield ExportedRun(run, None, f"it cannot be written: {error.strerror}")


# --- runs without name, date and place


@dataclass(frozen=True, slots=True)
class RedactedRun:
    """A run without person, date and place."""

    data: bytes
    """The journal."""
    cues: int
    """The number of its cues."""
    others: int
    """The number of cues that differ in time or kind from those of the original."""


def redact_run(request: RecordingRequest, console: Console) -> RedactedRun:
    """Return the journal of a run, or of another program's file, without anything about its runner.

    Raises:
        CoachProblem: it cannot be replayed.
    """
    from coach.app.simulation import ZeroClock, journal_of

    run = review_run(request, console)
    recording = run.recording
    assert recording.workout is not None
    workout, athlete = recording.workout, run.athlete
    inputs = tuple(redacted_inputs(close_inputs(recording.inputs)))
    setup = replace(recording.setup, run=run_id_of(map(encode_input, inputs)))
    document = None if workout.document is None else redacted_workout(workout.document, library_texts())
    if athlete is not None:
        slug, _ = NOBODY
        setup = replace(setup, athlete=slug)
        athlete = athlete_from(redacted_athlete(json.loads(dump_athlete(athlete))), name="the athlete")
    compiled = replace(workout, document=document, athlete=athlete)
    header = header_of(setup, compiled, ZeroClock(), mode=_mode(run.header))
    if run.header is not None and document is None and "marks_are_laps" not in run.header.settings:
        settings = {key: value for key, value in header.settings.items() if key != "marks_are_laps"}
        header = replace(header, settings=settings)  # as version 0.1.0 ran it
    again = recorded_setup(header, console)
    after = [(cue.at, cue.kind) for cue in refold(LiveRun(again), inputs).outputs if isinstance(cue, Cue)]
    before = [(cue.at, cue.kind) for cue in run.trace.cues]
    same = (Counter(before) & Counter(after)).total()
    return RedactedRun(journal_of(again, header, inputs), len(after), max(len(before), len(after)) - same)


def _mode(header: Header | None) -> str:
    """Return the source of a run as one of our own words; empty if unknown."""
    return header.sensors if header is not None and header.sensors in _MODES else ""


_MODES: Final = frozenset({"ble", "sim", "none", "relay", "ble,relay", "sim,relay"})


@cache
def library_texts() -> frozenset[str]:
    """Return every text of the workout library, and the program's own names of steps."""
    store = Store()
    texts: set[str] = {
        "Warm-up",
        "Main",
        "Cool-down",
        "Workout",
        *(traits.label for traits in KINDS.values()),
    }
    for name in store.library_names():
        texts.update(_texts(json.loads(store.workout(name).data)))
    return frozenset(texts)


def _texts(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)
