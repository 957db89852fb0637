"""The recorded runs as the index knows them: the list, the season, and the reps that a pacing light repeats.

The speeds of a light are looked up once, before the run starts, and stored in its header: a replay has the same light
even if the earlier run is deleted or a better one follows.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.feeds import ObservableRun, PlayedFeed, RecordedNotes, keymap_of
from coach.app.terminal import SILENT, drop_gone_terminal, keep_log_off_the_terminal
from coach.edge.clock import Clock, MachineClock, local_iso
from coach.edge.run_folder import RunNote, RunState, append_note
from coach.edge.store import Store
from coach.problems import INTERRUPTED, CoachProblem, RecordingProblem, TerminalProblem, UsageProblem
from coach.quantities import MetresPerSecond, Seconds, format_pace
from coach.review.measures import is_hard_session
from coach.review.season import WARM_UP_DAYS, LoadKind, Season, SeasonRun, first_day, season
from coach.screen.protocols import HistoryRow
from coach.workout.edits import light_speed
from coach.workout.kinds import CROSS, REPS

if TYPE_CHECKING:
    from coach.app.reviews import RecordedReview
    from coach.edge.history import History, IndexedRun, IndexFigures
    from coach.live.inputs import RunSetup
    from coach.review.journaled import JournaledRep
    from coach.workout.timeline import Step

Progress = Callable[[int, int], None]
_MEMORY_DAYS: Final = 2 * WARM_UP_DAYS
"""Days before a season whose runs are read, so that fitness has settled when it begins."""


def season_here(
    since: date | None = None,
    *,
    athlete: str | None = None,
    load: LoadKind | None = None,
    unit: str = "km",
    store: Store | None = None,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> Season:
    """Return the season of the runs in a store, up to today, without simulated runs.

    Args:
        since: a day of its first week; None for the last 24 weeks.
        athlete: the athlete, who also gets the runs of nobody; None for everybody.
        load: the kind of load; None for the kind that most runs have.
        unit: the unit of distances and paces, `km` or `mile`.
        store: the runs; None for the usual folder.
        clock: gives the local day; None for the machine's.
        progress: called with (done, count) while runs are read, then while figures are computed.
    """
    from coach.edge.history import IndexFigures, RunFilter

    today = date.fromisoformat(local_iso((clock or MachineClock()).wall())[:10])
    begin = first_day(today, since)
    which = RunFilter(since=begin - timedelta(days=_MEMORY_DAYS), until=today)
    store = store or Store()
    with store.history() as history:
        runs = history.runs(which, with_results=True, progress=progress)
        own_runs = [run for run in runs if not athlete or run.athlete in {"", athlete}]
        real_runs = [run for run in own_runs if not run.is_simulated]
        add_figures(history, [run.run for run in real_runs], store, progress)
        figures = history.figures()
    rows = [
        season_run(run, figures.get(run.run, IndexFigures()))
        for run in real_runs
        if run.time_s and run.day and not run.is_sheet
    ]
    simulated = sum(run.is_simulated and run.day >= begin.isoformat() for run in own_runs)
    return season(rows, today=today, since=since, load=load, unit=unit, simulated=simulated)


def add_figures(
    history: "History", runs: Collection[str], store: Store, progress: Progress | None = None
) -> None:
    """Compute the figures of those runs that lack them, the newest first, and save them in the index.

    Each is saved at once, so that an interrupted computation continues later.
    """
    names = frozenset(runs)
    waiting = [run for run in history.without_figures() if run in names]
    for place, run in enumerate(waiting, 1):
        history.keep_figures(run, _figures_of(store.run_path(run)))
        if progress is not None:
            progress(place, len(waiting))


def _figures_of(path: Path) -> "IndexFigures | None":
    """Return the figures of a run; None if it cannot be replayed."""
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import load_review
    from coach.edge.history import IndexFigures
    from coach.review import measures

    try:
        review = load_review(RecordingRequest(str(path)), SILENT)
    except CoachProblem:
        return None
    loads = {kind: review.value(kind) for kind in (LoadKind.TRIMP, LoadKind.EDWARDS)}
    return IndexFigures(
        {kind.value: load for kind, load in loads.items() if load is not None},
        None if review.thirds is None else review.thirds.seconds,
        None if review.thirds is None else review.thirds.metres,
        measures.best_efforts(review.seconds),
        measures.heart_at_paces(review.seconds),
    )


class PastRunService:
    """The recorded runs for the History screen. The index is opened for each call, on the thread of the caller."""

    def __init__(self, store: Store, clock: Clock, who: str = "", unit: str = "km") -> None:
        """Show the runs of a store.

        Args:
            store: the runs.
            clock: gives the local time.
            who: the slug of the athlete; empty for nobody.
            unit: `km` or `mile`.
        """
        self._store = store
        self._clock = clock
        self.who = who
        self.unit = unit
        self._removed: list[str] = []
        """The runs that were removed and can be restored, the last one last."""

    def now(self) -> datetime:
        """Return the local time."""
        return datetime.fromisoformat(local_iso(self._clock.wall()))

    def rows(self, progress: Progress) -> list[HistoryRow]:
        """Return the runs with their figures, the newest first."""
        with self._store.history() as history:
            return [_row(run) for run in history.runs(with_results=True, progress=progress)]

    def reps(self, run: str) -> "tuple[JournaledRep, ...]":
        """Return the hard steps of a run."""
        with self._store.history() as history:
            return history.reps(run)

    def open(self, run: str) -> "tuple[PlayedFeed, RecordedNotes]":
        """Replay a run for its summary."""
        from coach.app.playback import RecordingRequest, load_recording
        from coach.edge.conductor import replay_max
        from coach.edge.settings import load_settings
        from coach.live.run import LiveRun

        settings = load_settings(self._store.paths.settings, os.environ)
        recording = load_recording(RecordingRequest(run), settings, SILENT)
        watched = ObservableRun(LiveRun(recording.setup))
        for _ in replay_max(watched, recording.inputs):
            pass
        stored = self._store.run(run)
        feed = PlayedFeed(watched, _EndedPlayback(recording.inputs[-1].at))
        return feed, RecordedNotes.of(stored.path, stored.manifest)

    def actions(self, run: str, *, against: str = "") -> "RecordedReview":
        """Return a run for the Review screen, compared with another or with the last of its workout before it."""
        from coach.app.reviews import RecordedReview

        find = self._store.run_path
        return RecordedReview(find(run), find(against) if against else None)

    def note(self, run: str, text: str) -> None:
        """Save a remark, with the time of the answer."""
        append_note(self._store.run(run).path, RunNote(text=text, answered_at=local_iso(self._clock.wall())))

    def delete(self, run: str) -> None:
        """Remove a run; until `close` it can be restored."""
        self._removed.append(self._store.set_run_aside(run).path.name)

    def undo(self) -> str:
        """Restore the run that was removed last; return its ID, empty if there is none."""
        if not self._removed:
            return ""
        self._store.put_run_back(self._removed[-1])
        return self._removed.pop()

    def close(self) -> None:
        """Delete the removed runs for good."""
        self._removed.clear()
        self._store.purge_runs()

    def season(self, progress: Progress) -> Season:
        """Return the season up to today."""
        return season_here(
            athlete=self.who or None, unit=self.unit, store=self._store, clock=self._clock, progress=progress
        )


def show_history() -> int:
    """Show the recorded runs on the screen, and return the exit code.

    Raises:
        CoachProblem: the settings cannot be read.
    """
    from coach.app.library import athlete_here
    from coach.edge.machine import ShutdownSignals
    from coach.edge.settings import load_settings
    from coach.screen.app import CoachApp, Leaving

    keep_log_off_the_terminal()
    store = Store()
    settings = load_settings(store.paths.settings, os.environ)
    who, unit = athlete_here(store, settings)
    service = PastRunService(store, MachineClock(), who, unit)
    app = CoachApp(past=lambda: service, theme=settings.theme, keymap=keymap_of(settings))

    async def show() -> int:
        with ShutdownSignals(lambda: app.exit(Leaving.INTERRUPTED)) as signals:
            leaving = await app.run_async()
        if drop_gone_terminal() or leaving is Leaving.GONE:
            return TerminalProblem.exit_code
        return signals.exit_code or app.return_code or (INTERRUPTED if leaving is Leaving.INTERRUPTED else 0)

    return asyncio.run(show())


@dataclass(frozen=True, slots=True)
class _EndedPlayback:
    """The playback of a recording that has reached its end."""

    at: Seconds

    def now(self) -> Seconds:
        """Return the last moment."""
        return self.at


def _row(run: "IndexedRun") -> HistoryRow:
    return HistoryRow(
        run=run.run,
        number=run.number,
        workout=run.workout,
        day=date.fromisoformat(run.day) if run.day else None,
        clock=run.started[11:16],
        athlete=run.athlete,
        kind=run.kind or "",
        is_simulated=run.is_simulated,
        is_cut_off=run.state is RunState.INTERRUPTED,
        is_under_way=run.state is RunState.RECORDING,
        time_s=run.time_s,
        distance_m=run.distance_m,
        hard_m=run.hard_m,
        light_s=run.light_s,
        effort=run.effort,
        note=run.note or "",
    )


def season_run(run: "IndexedRun", figures: "IndexFigures") -> SeasonRun:
    """Return a row of the season: the results and figures of a run, and its effort."""
    from coach.physiology.zones import session_load

    loads = {LoadKind(kind): load for kind, load in figures.loads.items() if kind in set(LoadKind)}
    if run.effort is not None and run.time_s is not None:
        with suppress(ValueError):
            loads[LoadKind.SRPE] = session_load(run.effort, run.time_s / 60)
    return SeasonRun(
        run=run.run,
        day=date.fromisoformat(run.day),
        workout=run.workout,
        kind=run.kind or "",
        time_s=run.time_s,
        distance_m=run.distance_m,
        rpe=run.effort,
        loads=loads,
        zone_s=figures.zone_s,
        zone_m=figures.zone_m,
        hard_s=run.hard_s,
        hard_m=run.hard_m,
        is_hard=is_hard_session(run.hard_s, figures.zone_s),
        is_cross=run.kind == CROSS,
        bests=figures.bests,
        heart_at_pace=figures.heart_rates,
        surface=run.surface or "",
        route=run.route or "",
        shoe=run.shoe or "",
    )


# --- the reps of an earlier run, for the pacing light

_FURTHEST: Final = 0.15
"""The most that a rep may differ from its planned length to be paced by, as a share. Judged: beyond, it was jogged or
measured wrongly.
"""
_SAME_M, _SAME_S = 1.0, 2.0
"""How far the length of a rep may differ from the plan's to be the same rep, in metres and seconds. Judged."""


class LightOf(StrEnum):
    """The run whose reps the pacing light repeats."""

    PLAN = "plan"
    LAST = "last"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class EarlierLight:
    """The reps of an earlier run, for the pacing light."""

    run: str
    day: str
    """Local day of that run; empty if its manifest has none."""
    speeds: Mapping[str, MetresPerSecond]
    """Speeds by step ID; a missing rep is paced as planned."""
    words: str
    """The sentence about it for the runner."""


def earlier_light(setup: "RunSetup", light_of: LightOf) -> EarlierLight:
    """Find the run whose reps the light repeats, among those of this workout and athlete.

    `LAST` is the newest with a usable rep, `BEST` the one with the fastest reps among those that ran all.

    Raises:
        UsageProblem: the workout has no rep with a pace.
        RecordingProblem: no earlier run has such reps.
    """
    timeline = setup.timeline
    paced = {step.step_id: step for step in timeline.steps if step.kind in REPS and light_speed(step)}
    if not paced:
        raise UsageProblem(
            f"{timeline.name} has no rep with a pace, so no pacing light runs in it.",
            "Leave out --light, or write a pace: 6x800 @ 5k / 400 jog.",
        )
    with Store().history() as history:
        candidates = list(_candidates(history, setup, paced, needs_all=light_of is LightOf.BEST))
    if not candidates:
        whole = "all reps of it whole" if light_of is LightOf.BEST else "a whole rep of it"
        raise RecordingProblem(
            f"The light cannot repeat your {light_of.value} reps: no earlier run has {whole}, near its paces.",
            "Leave out --light for the planned light; coach runs list shows your runs.",
        )
    if light_of is LightOf.LAST:
        run, speeds = candidates[0]
    else:
        run, speeds = min(candidates, key=lambda each: _time_per_metre(each[1], paced))
    return EarlierLight(run.run, run.day, speeds, _words(run, speeds, paced, light_of, setup.unit))


def _candidates(
    history: "History", setup: "RunSetup", paced: "Mapping[str, Step]", *, needs_all: bool
) -> "Iterator[tuple[IndexedRun, dict[str, MetresPerSecond]]]":
    """Yield the runs of this workout, the newest first, with the speeds of their reps; simulated runs are left out.

    Only their journals are read, and only once.
    """
    from coach.edge.history import RunFilter  # SQLite loads with it

    def of_workout() -> "list[IndexedRun]":
        return [
            run
            for run in history.known_runs(RunFilter(is_simulated=False))
            if run.workout == setup.timeline.name and run.athlete == setup.athlete and run.run != setup.run
        ]

    history.update()
    history.read([run.run for run in of_workout()])
    for run in of_workout():  # a journal may say that its runner was simulated
        speeds = _speeds(history.reps(run.run), paced)
        if speeds and (len(speeds) == len(paced) or not needs_all):
            yield run, speeds


def _speeds(reps: "Sequence[JournaledRep]", paced: "Mapping[str, Step]") -> dict[str, MetresPerSecond]:
    return {
        rep.step_id: MetresPerSecond(rep.mean_speed_mps)
        for rep in reps
        if rep.mean_speed_mps is not None
        and rep.light_s is not None  # else its distance was not measured
        and rep.is_whole
        and (step := paced.get(rep.step_id)) is not None
        and _is_same(rep, step)
        and abs(rep.mean_speed_mps / (light_speed(step) or 1.0) - 1.0) <= _FURTHEST
    }


def _is_same(rep: "JournaledRep", step: "Step") -> bool:
    """Return True if the rep was as long as the step is."""
    length, seconds = step.until.distance(), step.until.time()
    if length is not None or rep.length_m is not None:
        return length is not None and rep.length_m is not None and abs(rep.length_m - length) <= _SAME_M
    return seconds is None or abs(rep.time_s - seconds) <= _SAME_S


def _time_per_metre(speeds: Mapping[str, MetresPerSecond], paced: "Mapping[str, Step]") -> float:
    """Return the seconds per metre of the reps; a rep by time weighs as many metres as were run."""
    metres = seconds = 0.0
    for step_id, speed in speeds.items():
        until = paced[step_id].until
        length = until.distance()
        rep_s = length / speed if length is not None else (until.time() or 1.0)
        metres += rep_s * speed
        seconds += rep_s
    return seconds / metres


def _words(
    run: "IndexedRun",
    speeds: Mapping[str, MetresPerSecond],
    paced: "Mapping[str, Step]",
    light_of: LightOf,
    unit: str,
) -> str:
    pace = format_pace(1.0 / _time_per_metre(speeds, paced), unit=unit)
    day = date.fromisoformat(run.day) if run.day else None
    when = "" if day is None else f" of {day:%a} {day.day} {day:%b %Y}"
    rest = "" if len(speeds) == len(paced) else f"; {len(paced) - len(speeds)} of {len(paced)} as planned"
    return f"The pacing light repeats your {light_of.value} reps{when}, {pace} on average{rest}."
