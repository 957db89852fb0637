"""Recorded sessions of a squad: played again in one order of time, listed, reviewed, and gone on with.

Each run is read by itself; one that is damaged is explained and left out.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.live_run import RunContext, voice_for
from coach.app.playback import RecordingRequest, load_recording
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
from coach.app.terminal import SILENT, Console, RunMode, keep_awake, run_mode_here
from coach.edge.clock import MachineClock
from coach.edge.files import plain, runner_paths
from coach.edge.playback import replay_max
from coach.edge.settings import Settings, load_settings
from coach.edge.squad_folder import (
    SquadJournal,
    SquadSession,
    find_session,
    interrupted_session,
    is_squad_folder,
    read_squad,
    sessions_in,
)
from coach.live.outputs import encode_line
from coach.live.run import LiveRun
from coach.problems import CoachProblem, RecordingProblem
from coach.review.cut_off import WayOn
from coach.squad.crossing import LineEvent
from coach.squad.roster import Roster, SquadRunner
from coach.squad.run import RunnerOutput, SquadOutput, encode_squad_event

if TYPE_CHECKING:
    from coach.app.reviews import ReviewedRun
    from coach.squad.review import SquadReview


def replay_session(name: str, console: Console, *, speed: float, as_json: bool) -> int:
    """Play every run of a session again, in one order of time; one that is damaged is explained, the others play.

    Raises:
        CoachProblem: there is no such session, or nothing of it can be played.
    """
    session = read_squad(find_session(name, runner_paths().squads))
    for problem in session.problems:
        console.say(f"Note: {problem}")
    outputs = folded(session, console)
    if not any(isinstance(output, RunnerOutput) for output in outputs):
        raise RecordingProblem(
            f"{plain(session.folder)}: no run of it can be played", "Name another session."
        )
    asyncio.run(_play(outputs, session.manifest.roster, speed, as_json=as_json))
    return 0


def folded(session: SquadSession, console: Console) -> list[SquadOutput]:
    """Everything the runs of a session give, and what became of presses, in order of time."""
    settings = load_settings(runner_paths().settings, os.environ)
    outputs: list[SquadOutput] = [event for event in session.keys if isinstance(event, LineEvent)]
    for slug in session.manifest.runs:
        run = replayed(session, slug, settings, console)
        outputs += [] if run is None else run
    return sorted(outputs, key=lambda output: output.at)


def replayed(
    session: SquadSession, slug: str, settings: Settings, console: Console
) -> list[RunnerOutput] | None:
    """What one run of a session gives; None, explained, where it cannot be played."""
    named = NamedConsole(console, session.manifest.roster.runner(slug).name)
    try:
        recording = load_recording(RecordingRequest(str(session.run_folder(slug))), settings, named)
    except CoachProblem as problem:
        named.say(f"left out: {problem.message}. {problem.hint}".strip())
        return None
    run = LiveRun(recording.setup)
    return [RunnerOutput(slug, timed.output, timed.run_s) for timed in replay_max(run, recording.inputs)]


async def _play(outputs: Sequence[SquadOutput], roster: Roster, speed: float, *, as_json: bool) -> None:
    """Print outputs as fast as they go, or each at its time."""
    words, clock = SquadWords(roster, "km"), MachineClock()
    zero = clock.monotonic()
    stdout = sys.stdout.buffer
    for output in outputs:
        if speed != inf:
            await clock.sleep_until(zero + output.at / speed)
        lines = [encode_line(encode_squad_event(output))] if as_json else words.lines(output)
        if lines:
            stdout.write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
            if speed != inf:
                stdout.flush()
    stdout.flush()


def kept_sessions() -> list[SquadSession]:
    """The sessions that are kept, the newest first; one that cannot be read is left out."""
    sessions = []
    for path in sessions_in(runner_paths().squads):
        try:
            sessions.append(read_squad(path))
        except CoachProblem:
            continue
    return sessions


# --- how it went


@dataclass(frozen=True, slots=True)
class ReviewedSession:
    """A session that was read, each run folded once."""

    review: "SquadReview"
    runs: "Mapping[str, ReviewedRun]"

    def pages(self, name: str) -> dict[str, str]:
        """The page of the session under its name, and a report of each runner under names beside it."""
        from coach.app.reviews import review_folded
        from coach.review.html_report import run_report
        from coach.squad.review import squad_page

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
        CoachProblem: it is no session, or nothing of it can be played.
    """
    from coach.app.reviews import fold
    from coach.squad.review import ReviewedRunner, SquadReview

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
    """The folder of a session that a recording is named by, and the folder of one run in it; None where it is none.

    `last-squad` is the newest session, and `/ana` behind a session is Ana's run.

    Raises:
        RecordingProblem: nobody of this slug was there.
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
"""What the newest session is called where a recording is named."""


# --- gone on with

_WAYS: Final = {"c": WayOn.CONTINUE, "r": WayOn.RESTART, "f": WayOn.FINISH}


def offer_session(squads: Path, console: Console, *, as_json: bool) -> int | None:
    """Offer the session that was cut off a short while ago with one question; its exit code where it goes on."""
    session = interrupted_session([squads])
    if session is None:
        return None
    runs = cut_off_runs(session)
    if not runs or min(run.gap_s for run in runs.values()) > _OFFERED_S:
        return None
    what = f"A session of {len(runs)} runners was cut off {next(iter(runs.values())).ago}."
    if not console.can_ask() or run_mode_here(as_json=as_json) is not RunMode.SCREEN:
        console.say(f"{what} Go on with it: coach squad resume {session.folder.name}")
        return None
    way = _ask_way(what, console)
    return None if way is None else _go_on(session, runs, way, console, as_json=as_json)


_OFFERED_S: Final = 30 * 60.0
"""How long after it was last alive a session is offered, like a run."""


def _ask_way(what: str, console: Console) -> WayOn | None:
    console.say(what)
    answer = ""
    try:
        answer = console.ask(
            "c goes on with all of them, r begins their steps anew, f ends them, n not now"
        ).casefold()
    except EOFError:
        return None
    return _WAYS.get(answer[:1])


def resume_session(name: str | None, way: WayOn | None, console: Console, *, as_json: bool) -> int:
    """Go on with every run of a session that was cut off, by default the newest; returns the exit code.

    Raises:
        CoachProblem: there is none, or none of its runs can go on.
    """
    paths = runner_paths()
    if name is None:
        session = interrupted_session([paths.squads])
        if session is None:
            raise RecordingProblem(
                "there is no session that was cut off", "coach squad list shows those there are."
            )
    else:
        session = read_squad(find_session(name, paths.squads))
    runs = cut_off_runs(session)
    if not runs:
        raise RecordingProblem(
            f"no run of session {session.folder.name} can go on",
            f"See it: coach review {session.folder.name}",
        )
    if way is None:
        is_short = all(_has_way(run, WayOn.CONTINUE) for run in runs.values())
        way = WayOn.CONTINUE if is_short else WayOn.RESTART
        if console.can_ask() and run_mode_here(as_json=as_json) is RunMode.SCREEN:
            way = _ask_way(f"{len(runs)} runs were cut off {next(iter(runs.values())).ago}.", console)
            if way is None:
                return 0
    return _go_on(session, runs, way, console, as_json=as_json)


def _has_way(run: InterruptedRun, way: WayOn) -> bool:
    return any(way is each for each, _ in run.ways)


def cut_off_runs(session: SquadSession) -> dict[str, InterruptedRun]:
    """The runs of a session that can go on, by runner; one that cannot be read is left out, and said by who asks."""
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
    """Go on with the runs of a session in one way, or end them."""
    clock = MachineClock()
    if way is WayOn.FINISH:
        for run in runs.values():
            finish_run(run.path, clock, SILENT)
        console.say(
            f"{len(runs)} runs of session {session.folder.name} are ended where they were cut off, and kept."
        )
        return 0
    settings = load_settings(runner_paths().settings, os.environ)
    run_mode = run_mode_here(as_json=as_json)
    context = RunContext(settings, clock, run_mode, console, as_json, voice_for(settings, None, run_mode))
    made = reopened_session(session, runs, way, context)
    resumptions = [member.resumption for member in made.members if member.resumption is not None]
    at = max(resumption.event.at for resumption in resumptions)
    epoch = clock.monotonic() - at
    console.say(f"{len(made.members)} runs go on.")
    with keep_awake(console):
        endings, code = run_squad(partial(made.live, epoch=epoch), context, is_recorded=True)
    report_session(made, endings, console)
    return code


def reopened_session(
    session: SquadSession, runs: Mapping[str, InterruptedRun], way: WayOn, context: RunContext
) -> PreparedSession:
    """Open the runs of a session to go on with them; one that cannot be opened is said and left out.

    Raises:
        RecordingProblem: none of them can be.
    """
    roster = session.manifest.roster
    made = PreparedSession(roster, context, session.manifest.sensors, keys=session.keys)
    made.journal = SquadJournal(session.folder, session.manifest)
    for slug, run in runs.items():
        one = roster.runner(slug)
        chosen = way if _has_way(run, way) else WayOn.RESTART if _has_way(run, WayOn.RESTART) else way
        try:
            made.members.append(_reopened(one, run, chosen, made))
        except CoachProblem as problem:
            context.console.say(f"{plain(one.name)}: {problem.message}. {problem.hint}".strip())
    if not made.members:
        raise RecordingProblem(
            f"no run of session {session.folder.name} could be opened", "See coach squad list."
        )
    made.roster = replace(roster, runners=tuple(member.runner for member in made.members))
    return made


def _reopened(one: SquadRunner, run: InterruptedRun, way: WayOn, session: PreparedSession) -> Member:
    place = [each.slug for each in session.roster.runners].index(one.slug)
    planned = PlannedRunner(one, None, "", *sensors_of(one))
    mode = mode_of(planned.sensors, session.mode)
    ready = reopen(
        run, way, session.context, sources=lambda setup: sources_of(planned, setup, mode, session, place)
    )
    return Member(one, ready.run, ready.sources, ready.recorder, ready.resumption, ready.said)
