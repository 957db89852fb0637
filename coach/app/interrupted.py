"""Finds runs that were cut off, and offers them: read from their journals, without folding anything.

A run is offered for 30 minutes after it was last alive. What goes on with one is loaded when it is chosen.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.terminal import SILENT, Console, RunMode, run_mode_here
from coach.edge.clock import Clock
from coach.edge.files import runner_paths
from coach.edge.run_folder import RunState, read_run
from coach.edge.store import Store, run_name, stored_runs
from coach.problems import CoachProblem, RecordingProblem
from coach.recording.codec import Header, read_journal
from coach.review.cut_off import CONTINUED_WITHIN_S, KEYS_ON, CutOff, WayOn, read_cut_off
from coach.workout.timeline import Step

if TYPE_CHECKING:
    from coach.app.new_run import ShareRequest
    from coach.edge.telemetry.address import MqttRequest

OFFERED_FOR_S: Final = 30 * 60.0
"""How long after it was last alive a run is offered; who comes back later is on another outing."""
_UNITS: Final = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"))
_LATER: Final = "n"
"""The answer that leaves a run as it is."""


@dataclass(frozen=True, slots=True)
class InterruptedRun:
    """A run that was cut off, as it is offered."""

    path: Path
    header: Header
    cut_off: CutOff
    alive_until: float
    """When it was last alive, in seconds since 1970."""
    clock: Clock
    steps: tuple[Step, ...] = ()
    """The steps of its workout; none where it cannot be read."""

    @property
    def name(self) -> str:
        """What commands find it by."""
        return run_name(self.path, runner_paths().runs)

    @property
    def gap_s(self) -> float:
        """Seconds since it was last alive, now: what is offered gets older while it is asked."""
        return max(0.0, self.clock.wall().epoch_s - self.alive_until)

    @property
    def title(self) -> str:
        """Where it was: `Rep 4 of 10, 0:43 in`."""
        return self.cut_off.where

    @property
    def ways(self) -> tuple[tuple[WayOn, str], ...]:
        """How it can go on, in words."""
        return self.cut_off.ways(self.gap_s, self.steps)

    @property
    def since(self) -> str:
        """What it is and since when: `10 x 400 m, cut off 2 min ago`."""
        return f"{self.cut_off.workout or 'A free run'}, cut off {self.ago}"

    @property
    def ago(self) -> str:
        """How long ago it was cut off: `2 min ago`."""
        for size, word in _UNITS:
            if self.gap_s >= size:
                return f"{self.gap_s / size:.0f} {word} ago"
        return f"{self.gap_s:.0f} s ago"

    @property
    def too_late(self) -> str:
        """Why its step cannot continue any more."""
        return f"{self.title}: it was cut off {self.ago}, and a step goes on after less than {CONTINUED_WITHIN_S:.0f} s"

    @property
    def sentence(self) -> str:
        """The whole offer in a sentence."""
        return self.cut_off.sentence(self.gap_s, self.steps)


def interrupted_run(runs: Path, clock: Clock) -> InterruptedRun | None:
    """Find the run to offer in a folder of runs; None if there is none.

    A false start hides no run before it.
    """
    offered = [run for run in interrupted_runs(runs, clock) if _is_offered(run)]
    if not offered:
        return None
    best = min(offered, key=lambda run: (run.cut_off.is_false_start, run.gap_s))
    return _with_steps(best)


def ask_here(
    runs: Path,
    clock: Clock,
    console: Console,
    *,
    as_json: bool = False,
    sharing: "ShareRequest | None" = None,
    mqtt: "MqttRequest | None" = None,
) -> int | None:
    """Offer the run that was cut off, and go on with it; returns its exit code.

    None is to go on with what the command is for: there is none, it is to wait, or it was ended. Where nobody can be
    asked, a line names the command that goes on with it.
    """
    run = interrupted_run(runs, clock)
    if run is None:
        return None
    if not console.can_ask() or run_mode_here(as_json=as_json) is not RunMode.SCREEN:
        console.say(f"{run.since}. {run.sentence}.")
        console.say(f"  Go on with it: coach runs resume {run.name}")
        return None
    way = ask(run, console)
    if way is None:
        return None
    from coach.app.resume import go_on  # the fold, the radio and the screen load with it

    return go_on(run, way, console, as_json=as_json, sharing=sharing, mqtt=mqtt)


def close_old_runs(runs: Path, clock: Clock) -> None:
    """Close the runs in a folder of runs that are offered no longer, where they were cut off, and keep them."""
    old_runs = [
        run for run in interrupted_runs(runs, clock) if run.gap_s >= OFFERED_FOR_S or run.cut_off.is_over
    ]
    if old_runs:
        from coach.app.resume import close_run  # as above

        for run in old_runs:
            close_run(run.path, clock)


def interrupted_runs(runs: Path, clock: Clock) -> list[InterruptedRun]:
    """The interrupted runs in a folder, the newest first; those of which nothing can be read are left out."""
    paths = [run.path for run in stored_runs(runs) if run.manifest.state is RunState.INTERRUPTED]
    return [run for path in paths if (run := _read(path, clock)) is not None]


def _read(path: Path, clock: Clock) -> InterruptedRun | None:
    """Read where a run was cut off; None if it had not begun, or cannot be read."""
    try:
        data = read_run(path)
        header = read_journal(data[: data.find(b"\n") + 1], name=path.name).header
    except (OSError, CoachProblem):
        return None
    where = read_cut_off(data)
    if where is None:
        return None
    return InterruptedRun(path, header, where, header.wall_epoch + where.alive_until, clock)


def _is_offered(run: InterruptedRun) -> bool:
    where = run.cut_off
    return run.gap_s < OFFERED_FOR_S and where.kind is not None and not where.is_over


def _with_steps(run: InterruptedRun) -> InterruptedRun:
    """The run with the steps of its workout, which tell what comes next."""
    from coach.app.header import recorded_workout  # it reads documents

    try:
        return replace(run, steps=recorded_workout(run.header, SILENT).timeline.steps)
    except CoachProblem:
        return run


def run_called(name: str | None, clock: Clock) -> InterruptedRun:
    """Find an interrupted run by what it is called or by its folder, by default the newest that is no false start.

    Raises:
        RecordingProblem: there is none, it was ended, or it had not begun.
    """
    if name is None:
        runs = [run for run in interrupted_runs(runner_paths().runs, clock) if not run.cut_off.is_over]
        if not runs:
            raise RecordingProblem(
                "there is no run that was cut off", "coach runs list shows those there are."
            )
        return _with_steps(min(runs, key=lambda run: (run.cut_off.is_false_start, run.gap_s)))
    path = Store().run(name).path
    data = Store().recording(str(path)).data
    journal = read_journal(data, name=path.name)
    if journal.is_closed:
        raise RecordingProblem(
            f"{path.name} was ended; it cannot go on", f"Watch it: coach replay {path.name}"
        )
    run = _read(path, clock) if journal.inputs else None
    if run is None:
        raise RecordingProblem(f"run {path.name} had not begun", "Start anew: coach run WORKOUT")
    return _with_steps(run)


# --- asked


def ask(run: InterruptedRun, console: Console) -> WayOn | None:
    """Ask how a run goes on; None for not now, or for no answer."""
    console.say(f"{run.since}")
    shown = _say_ways(run, console)
    while True:
        try:
            answer = console.ask(", ".join([*shown, _LATER])).casefold()
        except EOFError:
            return None
        if answer in {_LATER, ""}:
            return None
        ways = {KEYS_ON[way]: way for way, _ in run.ways}
        if answer in shown and answer not in ways:
            console.say(f"{run.too_late}.")
            shown = _say_ways(run, console)
        if answer in ways:
            return ways[answer]


def _say_ways(run: InterruptedRun, console: Console) -> list[str]:
    """Say how a run can go on by now; returns the letters."""
    console.say(f"{run.title}:")
    ways = [(KEYS_ON[way], text) for way, text in run.ways]
    for letter, sentence in [*ways, (_LATER, "not now: it stays as it is")]:
        console.say(f"  {letter}  {sentence}")
    return [letter for letter, _ in ways]
