"""Recorded sessions of a squad: replayed in one order of time, listed, reviewed and resumed.

Each run is read by itself; one that is damaged is reported and left out.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from coach.app.feeds import ObservableRun, PlaybackKeys, PlayedFeed
from coach.app.live_run import RunContext, voice_for
from coach.app.playback import PlayableRecording, RecordingRequest, load_recording
from coach.app.resume import InterruptedRun, finish_run, reopen, run_called
from coach.app.squad import Member, NamedConsole, SquadWords, run_squad
from coach.app.squad_sessions import (
    PlannedRunner,
    PreparedSession,
    mode_of,
    report_session,
    sensors_of,
    sources_of,
)
from coach.app.terminal import (
    SILENT,
    Announcer,
    Console,
    RunMode,
    drop_gone_terminal,
    keep_awake,
    keep_log_off_the_terminal,
    run_mode_here,
)
from coach.edge.clock import MachineClock
from coach.edge.conductor import Playback, replay_max
from coach.edge.files import plain, runner_paths
from coach.edge.machine import ShutdownSignals
from coach.edge.run_folder import sessions_in
from coach.edge.settings import Settings, load_settings
from coach.edge.squad_files import (
    SquadJournal,
    SquadSession,
    find_session,
    interrupted_session,
    is_squad_folder,
    read_squad,
)
from coach.live.contract import Input, Output, encode_line
from coach.live.run import LiveRun
from coach.problems import INTERRUPTED, CoachProblem, RecordingProblem, TerminalProblem
from coach.quantities import Seconds, format_clock
from coach.review.journaled import WayOn
from coach.session.config import SessionSettings
from coach.squad.board import Board, BoardStanding, ReviewedRunner, SquadReview, squad_page
from coach.squad.roster import Roster, SquadRunner
from coach.squad.run import (
    Expected,
    LineEvent,
    PressAssigner,
    RunnerInput,
    RunnerOutput,
    SquadInput,
    SquadOutput,
    SquadPressed,
    SquadRun,
    WaveStarted,
    encode_squad_event,
)

if TYPE_CHECKING:
    from coach.app.reviews import ReviewedRun


def replay_session(name: str, console: Console, *, speed: float | None, as_json: bool) -> int:
    """Replay every run of a session in one order of time; a damaged one is reported and left out.

    On a terminal the board is shown, at real speed unless another is named; else lines are printed, at once.

    Raises:
        CoachProblem: there is no such session, or none of its runs can be played.
    """
    session = read_squad(find_session(name, runner_paths().squads))
    for problem in session.problems:
        console.say(f"Note: {problem}")
    settings = load_settings(runner_paths().settings, os.environ)
    recordings = _recordings(session, settings, console)
    if not recordings:
        raise RecordingProblem(
            f"{plain(session.folder)}: no run of it can be played", "Name another session."
        )
    if run_mode_here(as_json=as_json) is RunMode.SCREEN and speed != inf:
        return asyncio.run(_on_board(session, recordings, speed or 1.0, settings, console))
    speed = inf if speed is None else speed
    unit = next(iter(recordings.values())).setup.unit
    words = None if as_json else SquadWords(session.manifest.roster, unit)
    asyncio.run(_play(fold_session(session, recordings), words, speed))
    return 0


def _recordings(session: SquadSession, settings: Settings, console: Console) -> dict[str, PlayableRecording]:
    """Return the runs of a session that can be played, by runner; one that cannot is reported."""
    recordings = {}
    for slug in session.manifest.runs:
        runner_console = NamedConsole(console, session.manifest.roster.runner(slug).name)
        try:
            recordings[slug] = load_recording(
                RecordingRequest(str(session.run_folder(slug))), settings, runner_console
            )
        except CoachProblem as problem:
            runner_console.say(f"left out: {problem.message}. {problem.hint}".strip())
    return recordings


def fold_session(session: SquadSession, recordings: Mapping[str, PlayableRecording]) -> list[SquadOutput]:
    """Return all outputs of the runs of a session, and all events at the line, in order of time."""
    outputs: list[SquadOutput] = [event for event in session.keys if isinstance(event, LineEvent)]
    for slug, recording in recordings.items():
        run = LiveRun(recording.setup)
        played = replay_max(run, recording.inputs)
        outputs += [RunnerOutput(slug, timed.output, timed.run_s) for timed in played]
    return sorted(outputs, key=lambda output: output.at)


async def _play(outputs: Sequence[SquadOutput], words: SquadWords | None, speed: float) -> None:
    """Print outputs at their times, or as fast as possible: in words, or as events."""
    clock = MachineClock()
    zero = clock.monotonic()
    stdout = sys.stdout.buffer
    for output in outputs:
        if speed != inf:
            await clock.sleep_until(zero + output.at / speed)
        lines = [encode_line(encode_squad_event(output))] if words is None else words.lines(output)
        if lines:
            stdout.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
            if speed != inf:
                stdout.flush()
    stdout.flush()


class PlayedSquad:
    """A session that is replayed: its runs and its board are folded from the recordings, as they were live.

    It is played like one run that receives the inputs of all runs, and those for several.
    """

    def __init__(
        self, session: SquadSession, recordings: Mapping[str, PlayableRecording], settings: SessionSettings
    ) -> None:
        """Begin before the first input."""
        roster = session.manifest.roster
        roster = replace(roster, runners=tuple(each for each in roster.runners if each.slug in recordings))
        self.run = SquadRun(roster)
        self.board = Board(self.run, settings)
        names = {runner.slug: runner.name for runner in roster.runners}
        self.assigner = PressAssigner(self.board.crossings, names=names)
        self.runs = {slug: ObservableRun(LiveRun(each.setup)) for slug, each in recordings.items()}
        self.playback: Playback | None = None
        self._started = session.manifest.started
        self._changed: Callable[[], None] = lambda: None
        keys = [
            key for key in session.keys if isinstance(key, SquadPressed | WaveStarted) or key.runner in names
        ]
        inputs = [RunnerInput(slug, event) for slug, each in recordings.items() for event in each.inputs]
        self.inputs: list[RunnerInput | SquadInput] = sorted((*keys, *inputs), key=lambda event: event.at)

    def receive(self, event: RunnerInput | SquadInput | Input) -> Sequence[Output]:
        """Apply an input of a run, or one for several; its effects on the runs are inputs in their journals."""
        if isinstance(event, RunnerInput):
            self._note(event.runner, self.runs[event.runner].receive(event.event))
        elif isinstance(event, SquadInput):
            if isinstance(event, LineEvent):
                self.assigner.note(event)
            self.board.receive(event)
            self.run.receive(event)
        self._changed()
        return ()

    def fire(self, at: Seconds) -> Sequence[Output]:
        """Fire the deadlines of every run."""
        for slug, run in self.runs.items():
            self._note(slug, run.fire(at))
        self._changed()
        return ()

    def wake_at(self) -> Seconds | None:
        """Return the time at which the next deadline of any run is due."""
        return min((due for run in self.runs.values() if (due := run.wake_at()) is not None), default=None)

    def run_s(self, _at: Seconds) -> Seconds | None:
        """Return None: a session has no running time of its own."""
        return None

    def _note(self, runner: str, outputs: Sequence[Output]) -> None:
        for output in outputs:
            runner_output = RunnerOutput(runner, output)
            self.board.receive(runner_output)
            self.run.receive(runner_output)

    # --- for the screen

    @property
    def roster(self) -> Roster:
        """The runners of the squad, in the groups they are in now."""
        return self.run.roster

    @property
    def is_over(self) -> bool:
        """True if every run has ended."""
        return all(run.has_ended for run in self.runs.values())

    def now(self) -> Seconds:
        """Return the position in the session."""
        return Seconds(0.0) if self.playback is None else self.playback.now()

    def clock_words(self) -> str:
        """Return the start of the session, day and time, and the position in it."""
        return f"{self._started[:16].replace('T', ' ')} + {format_clock(self.now())}"

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever there may be something new to show."""
        self._changed = changed

    def standings(self) -> list[BoardStanding]:
        """Return the state of every runner, the one who needs the coach most first."""
        now = self.now()
        return self.board.standings({slug: run.snapshot(now) for slug, run in self.runs.items()}, now)

    def following(self) -> tuple[Expected, ...]:
        """Return the runners who are expected at the line next."""
        return self.board.crossings.following(self.now())

    def feed_of(self, runner: str) -> PlayedFeed:
        """Return the run of one runner."""
        return PlayedFeed(self.runs[runner], self)


async def _on_board(
    session: SquadSession,
    recordings: Mapping[str, PlayableRecording],
    speed: float,
    settings: Settings,
    console: Console,
) -> int:
    """Play under the board; return the exit code."""
    from coach.screen.squad_board import PlayedBoardApp

    keep_log_off_the_terminal()
    played = PlayedSquad(session, recordings, settings.session)
    inputs = cast("Sequence[Input]", played.inputs)  # it receives more than the inputs of one run
    playback = played.playback = Playback(played, inputs, MachineClock(), speed=speed)
    app = PlayedBoardApp(played, PlaybackKeys(playback), theme=settings.theme)
    announcer = Announcer(console)
    announcer.use_screen(app.tell, app.bell)
    with ShutdownSignals(lambda: app.exit(None)) as signals:
        playing = asyncio.ensure_future(playback.play())
        has_left = await app.run_async(mouse=False)
        playback.leave()
        await playing
    announcer.use_console()
    if drop_gone_terminal():
        return TerminalProblem.exit_code
    return signals.exit_code or app.return_code or (0 if has_left else INTERRUPTED)


def recorded_sessions() -> list[SquadSession]:
    """Return the recorded sessions, the newest first; one that cannot be read is left out."""
    sessions = []
    for path in sessions_in(runner_paths().squads):
        try:
            sessions.append(read_squad(path))
        except CoachProblem:
            continue
    return sessions


# --- the review of a session


@dataclass(frozen=True, slots=True)
class ReviewedSession:
    """A session that was read and folded, for its review."""

    review: "SquadReview"
    runs: "Mapping[str, ReviewedRun]"

    def pages(self, name: str) -> dict[str, str]:
        """Return the page of the session under its name, and the report of each runner under names beside it."""
        from coach.app.reviews import review_folded
        from coach.review.html_report import run_report

        stem = name.removesuffix(".html")
        reports = {slug: f"{stem}-{slug}.html" for slug in self.runs}
        links = {slug: Path(report).name for slug, report in reports.items()}
        pages = {name: squad_page(self.review, links)}
        for slug, run in self.runs.items():
            pages[reports[slug]] = run_report(review_folded(run), run.trace)
        return pages


def review_session(folder: Path) -> ReviewedSession:
    """Review every run of a session.

    Raises:
        CoachProblem: it is no session, or none of its runs can be played.
    """
    from coach.app.reviews import fold

    session = read_squad(folder)
    settings = load_settings(runner_paths().settings, os.environ)
    runs: dict[str, ReviewedRun] = {}
    roster, manifest, left_out = session.manifest.roster, session.manifest, list(session.problems)
    for slug in manifest.runs:
        try:
            runs[slug] = fold(
                load_recording(RecordingRequest(str(session.run_folder(slug))), settings, SILENT)
            )
        except CoachProblem as problem:
            whose = plain(roster.runner(slug).name)
            left_out.append(f"{whose}: left out: {problem.message}. {problem.hint}".strip())
    if not runs:
        raise RecordingProblem(f"{plain(folder)}: no run of it can be played", "Name another session.")
    review = SquadReview(
        f"{roster.name}: {manifest.workout}" if manifest.workout else roster.name,
        manifest.started[:16].replace("T", " "),
        tuple(ReviewedRunner(roster.runner(slug), run.summary) for slug, run in runs.items()),
        tuple(left_out),
    )
    return ReviewedSession(review, runs)


def session_called(name: str) -> tuple[Path, str] | None:
    """Find the session, and the folder of one run in it, that a recording is named by; None if it is no session.

    `last-squad` is the newest session, and `/ana` behind a session is Ana's run.

    Raises:
        RecordingProblem: the session has no runner of this slug.
    """
    paths, (head, sign, slug) = runner_paths(), name.rpartition("/")
    for session, runner in ((name, ""), (head, slug) if sign else ("", "")):
        if session in {"", "last"} or session.isdigit():
            continue  # those are runs
        try:
            folder = find_session("last" if session == LAST_SQUAD else session, paths.squads)
        except RecordingProblem:
            continue
        if not is_squad_folder(folder):
            continue
        if not runner:
            return folder, ""
        runs = read_squad(folder).manifest.runs
        if runner in runs:
            return folder, str(folder / runs[runner])
        if not (folder / runner).is_dir():
            raise RecordingProblem(
                f"nobody of the session has the slug {plain(runner)}", f"Known: {', '.join(runs)}."
            )
    return None


LAST_SQUAD: Final = "last-squad"
"""The name of the newest session where a recording is named."""


# --- the resumed session

_WAYS: Final = {"c": WayOn.CONTINUE, "r": WayOn.RESTART, "f": WayOn.FINISH}


def offer_session(squads: Path, console: Console, *, as_json: bool) -> int | None:
    """Offer to resume a session that was cut off a short while ago; return its exit code if it is resumed."""
    session = interrupted_session([squads])
    if session is None:
        return None
    runs = cut_off_runs(session)
    if not runs or min(run.gap_s for run in runs.values()) > _OFFERED_S:
        return None
    what = f"A session of {len(runs)} runners was cut off {next(iter(runs.values())).ago}."
    if not console.can_ask() or run_mode_here(as_json=as_json) is not RunMode.SCREEN:
        console.say(f"{what} Resume it: coach squad resume {session.folder.name}")
        return None
    way = _ask_way(what, console)
    return None if way is None else _go_on(session, runs, way, console, as_json=as_json)


_OFFERED_S: Final = 30 * 60.0
"""Seconds after it was last alive in which a session is offered, like a run."""


def _ask_way(what: str, console: Console) -> WayOn | None:
    console.say(what)
    answer = ""
    try:
        answer = console.ask(
            "c continues all of them, r starts their steps again, f ends them, n not now"
        ).casefold()
    except EOFError:
        return None
    return _WAYS.get(answer[:1])


def resume_session(name: str | None, way: WayOn | None, console: Console, *, as_json: bool) -> int:
    """Resume every run of a session that was cut off, by default the newest; return the exit code.

    Raises:
        CoachProblem: there is none, or none of its runs can be resumed.
    """
    paths = runner_paths()
    if name is None:
        session = interrupted_session([paths.squads])
        if session is None:
            raise RecordingProblem("there is no session that was cut off", "See them: coach squad list")
    else:
        session = read_squad(find_session(name, paths.squads))
    runs = cut_off_runs(session)
    if not runs:
        raise RecordingProblem(
            f"no run of session {session.folder.name} can be resumed",
            f"See it: coach review {session.folder.name}",
        )
    if way is None:
        way = usual_way(runs.values())
        if console.can_ask() and run_mode_here(as_json=as_json) is RunMode.SCREEN:
            way = _ask_way(f"{len(runs)} runs were cut off {next(iter(runs.values())).ago}.", console)
            if way is None:
                return 0
    return _go_on(session, runs, way, console, as_json=as_json)


def usual_way(runs: Iterable[InterruptedRun]) -> WayOn:
    """Choose how the runs of a session go on without a question: with the step, unless one was cut off too long ago.

    A runner who waits for a start has no step that could go on, and does not count.
    """
    has_step = [run for run in runs if _has_way(run, WayOn.DONE)]
    return WayOn.CONTINUE if all(_has_way(run, WayOn.CONTINUE) for run in has_step) else WayOn.RESTART


def _has_way(run: InterruptedRun, way: WayOn) -> bool:
    return any(way is each for each, _ in run.ways)


def cut_off_runs(session: SquadSession) -> dict[str, InterruptedRun]:
    """Return the runs of a session that can be resumed, by runner; one that cannot be read is left out."""
    clock = MachineClock()
    runs = {}
    for slug in session.unfinished():
        try:
            runs[slug] = run_called(str(session.run_folder(slug)), clock)
        except CoachProblem:
            continue
    return runs


def _go_on(
    session: SquadSession,
    runs: Mapping[str, InterruptedRun],
    way: WayOn,
    console: Console,
    *,
    as_json: bool,
) -> int:
    """Resume the runs of a session in one way, or end them."""
    clock = MachineClock()
    if way is WayOn.FINISH:
        for run in runs.values():
            finish_run(run.path, clock, SILENT)
        console.say(
            f"{len(runs)} runs of session {session.folder.name} ended where they were cut off; they are kept."
        )
        return 0
    settings = load_settings(runner_paths().settings, os.environ)
    run_mode = run_mode_here(as_json=as_json)
    context = RunContext(settings, clock, run_mode, console, as_json, voice_for(settings, None, run_mode))
    prepared = reopened_session(session, runs, way, context)
    resumptions = [member.resumption for member in prepared.members if member.resumption is not None]
    at = max(resumption.event.at for resumption in resumptions)
    epoch = clock.monotonic() - at
    console.say(f"{len(prepared.members)} runs are resumed.")
    with keep_awake(console):
        endings, code = run_squad(partial(prepared.live, epoch=epoch), context, is_recorded=True)
    report_session(prepared, endings, console)
    return code


def reopened_session(
    session: SquadSession, runs: Mapping[str, InterruptedRun], way: WayOn, context: RunContext
) -> PreparedSession:
    """Open the runs of a session to resume them; one that cannot be opened is reported and left out.

    Raises:
        RecordingProblem: none of them can be opened.
    """
    roster = session.manifest.roster
    prepared = PreparedSession(roster, context, session.manifest.sensors, keys=session.keys)
    prepared.journal = SquadJournal(session.folder, session.manifest)
    for slug, run in runs.items():
        runner = roster.runner(slug)
        own_way = way if _has_way(run, way) else WayOn.RESTART if _has_way(run, WayOn.RESTART) else way
        try:
            prepared.members.append(_reopened(runner, run, own_way, prepared))
        except CoachProblem as problem:
            context.console.say(f"{plain(runner.name)}: {problem.message}. {problem.hint}".strip())
    if not prepared.members:
        raise RecordingProblem(
            f"no run of session {session.folder.name} could be opened", "See coach squad list."
        )
    prepared.roster = replace(roster, runners=tuple(member.runner for member in prepared.members))
    return prepared


def _reopened(runner: SquadRunner, run: InterruptedRun, way: WayOn, session: PreparedSession) -> Member:
    place = [each.slug for each in session.roster.runners].index(runner.slug)
    plan = PlannedRunner(runner, None, "", *sensors_of(runner))
    mode = mode_of(plan.sensors, session.mode)
    ready = reopen(
        run, way, session.context, sources=lambda setup: sources_of(plan, setup, mode, session, place)
    )
    return Member(runner, ready.run, ready.sources, ready.recorder, ready.resumption, ready.earlier)
