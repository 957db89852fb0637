"""Runs of a simulated runner: a run as a journal, as a CSV stream or over the air, and the demonstrations.

The demonstration is the library's `demo` workout, already compiled. Many people see it first, so it starts quickly,
without reading and checking a document. A test compares it with `workouts/demo.json`.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.feeds import Look
from coach.app.live_run import RunContext, assemble, heard_settings, run_here, run_opened, voice_for
from coach.app.terminal import Console, RunMode, keep_log_off_the_terminal, run_mode_here
from coach.cues.cue import (
    Opinion,
)
from coach.edge.clock import Clock, MachineClock, WallTime
from coach.edge.files import SMALL_LIMIT, is_anything_set, plain, read_file, runner_paths
from coach.live.snapshot import Snapshot
from coach.problems import INTERRUPTED, SensorProblem, SensorTrouble, SettingsProblem
from coach.quantities import Metres, Seconds, format_clock, speed_from_pace
from coach.session.phases import Phase
from coach.signals.readings import SensorState, SensorStatus, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    CoachBy,
    Context,
    DistanceEnd,
    EndConditions,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)

if TYPE_CHECKING:  # they load when a simulated runner runs: the demonstration is painted before
    from coach.app.sensors import RunSources
    from coach.app.squad import Member
    from coach.app.workouts import CompiledWorkout
    from coach.edge.peripheral import VirtualSensor  # bumble may not be installed
    from coach.edge.settings import Settings
    from coach.live.contract import Input, RunSetup
    from coach.live.run import LiveRun
    from coach.recording.codec import Header
    from coach.simulate import RunnerProfile, VirtualRunner
    from coach.squad.roster import Roster

FORMATS: Final = (".jsonl", ".csv")
"""The suffixes of the files a simulated run can be written to: a journal, a CSV stream."""
_PROFILE_HINT: Final = 'A profile is JSON such as {"format": "coach-runner/1", "pod_factor": 1.02}.'


@dataclass(frozen=True, slots=True)
class SimulationRequest:
    """A simulated run as requested on the command line."""

    workout: str
    seed: int
    athlete: str | None
    profile: str | None
    """The file of a runner's profile; None for a club runner."""
    race: str | None = None
    """A race whose paces replace the athlete's."""


def simulated_file(request: SimulationRequest, suffix: str, console: Console) -> bytes:
    """Simulate a run of a workout; return it as a file of this suffix.

    Raises:
        CoachProblem: something cannot be found or read.
    """
    from coach.app.setup import header_of
    from coach.edge.settings import load_settings
    from coach.interchange.recordings.csv import csv_stream
    from coach.live.run import LiveRun
    from coach.simulate import VirtualRunner, simulate

    settings = load_settings(runner_paths().settings, os.environ)
    workout, setup = _set_up(request, settings, f"sim-{request.seed}", console)
    setup = replace(
        setup, ends_after_s=None
    )  # the simulated runner waits some seconds before the run is closed
    profile = _profile(request.profile)
    runner = VirtualRunner(profile, request.seed, timeline=setup.timeline, presses=True)
    inputs = simulate(LiveRun(setup), runner).inputs
    if suffix == ".csv":
        return csv_stream(inputs, setup.signals)
    return journal_of(setup, header_of(setup, workout, ZeroClock()), inputs)


def broadcast(request: SimulationRequest, controllers: Sequence[str], console: Console) -> int:
    """Simulate a run in real time over the air, starting when a device subscribes; return the exit code.

    Raises:
        CoachProblem: something cannot be found or read, or there is no controller to send with.
    """
    import asyncio

    from coach.edge.settings import load_settings
    from coach.simulate import VirtualRunner

    settings = load_settings(runner_paths().settings, os.environ)
    _, setup = _set_up(request, settings, f"radio-{request.seed}", console)
    runner = VirtualRunner(_profile(request.profile), request.seed, timeline=setup.timeline, presses=True)
    keep_log_off_the_terminal()
    context = RunContext(settings, MachineClock(), RunMode.UNATTENDED, console)
    return asyncio.run(_broadcast(setup, runner, controllers, context))


def _set_up(
    request: SimulationRequest, settings: "Settings", run: str, console: Console
) -> "tuple[CompiledWorkout, RunSetup]":
    from coach.app.athletes import runner_for
    from coach.app.setup import live_setup
    from coach.app.workouts import compile_named

    runner = runner_for(request.athlete, request.race, console=console)
    workout = compile_named(request.workout, runner, console)
    return workout, live_setup(workout, settings, run, RunMode.UNATTENDED, simulated=True)


def _profile(name: str | None) -> "RunnerProfile":
    """Read a runner's profile from a file; without one return a club runner.

    Raises:
        SettingsProblem: the file cannot be read, or is no profile.
    """
    from coach.simulate import RunnerProfile, read_profile

    if name is None:
        return RunnerProfile()
    path = Path(name).expanduser()
    data = read_file(path, limit=SMALL_LIMIT, what="profile", problem=SettingsProblem, hint=_PROFILE_HINT)
    return read_profile(data, name=plain(name))


# --- over the air


async def _broadcast(
    setup: "RunSetup", runner: "VirtualRunner", controllers: Sequence[str], context: RunContext
) -> int:
    """Advertise, run from the first subscription to the end, and return the exit code."""
    from coach.app.sensors import RunSources
    from coach.edge.conductor import SimulatedRunner
    from coach.live.run import LiveRun

    try:
        from coach.edge.peripheral import Broadcast, on_air, sensors_by_controller
    except ImportError as error:
        raise SensorProblem(
            f"--radio needs {error.name}, which is not installed",
            "Install it with: python -m pip install 'trackside-coach[radio]'",
            reason=SensorTrouble.NOT_SUPPORTED,
        ) from error
    simulated = SimulatedRunner(runner, context.clock)
    async with on_air(sensors_by_controller(controllers)) as sensors:
        names = " and ".join(sensor.profile.name for sensor in sensors)
        context.console.say(
            f"On the air: {names}. The run starts with the first connection; Ctrl-C stops it."
        )
        await _wait_for_listener(sensors)
        context.console.say("Connected: the run starts.")
        sources = RunSources([Broadcast(simulated, sensors)], simulated)
        _, code = await assemble(LiveRun(setup), sources, context).conduct()
        return code


async def _wait_for_listener(sensors: "Sequence[VirtualSensor]") -> None:
    """Wait until a device subscribes to one of them."""
    import asyncio

    listeners = [asyncio.ensure_future(sensor.subscribed.wait()) for sensor in sensors]
    try:
        await asyncio.wait(listeners, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for listener in listeners:
            listener.cancel()


# --- as a file


class ZeroClock:
    """A clock that always reads 0, so that the same inputs make the same file, which does not show its date."""

    def monotonic(self) -> float:
        """Return 0."""
        return 0.0

    def wall(self) -> WallTime:
        """Return the beginning of 1970."""
        return WallTime(0.0, "UTC", 0)

    def asleep_s(self) -> float:
        """Return 0."""
        return 0.0

    async def sleep_until(self, moment: float) -> None:
        """Return at once."""


def journal_of(setup: "RunSetup", header: "Header", inputs: "Iterable[Input]") -> bytes:
    """Return the journal of a run: each input, then its outputs."""
    from coach.live.contract import encode_event
    from coach.live.run import LiveRun
    from coach.recording.codec import encode_header, encode_input, encode_output

    run = LiveRun(setup)
    lines = [encode_header(header)]
    for event in inputs:
        lines.append(encode_input(event))
        lines += [encode_output(encode_event(output, run.run_s(output.at))) for output in run.receive(event)]
    return b"".join(lines)


# --- the demonstration: a workout that is compiled already

_TRY_NEXT: Final = "coach run 6x800 @ 5k / 400 jog"


class FastClock:
    """A clock that runs `speed` times as fast as another."""

    def __init__(self, clock: Clock, speed: float) -> None:
        """Run `speed` times as fast as `clock`; `speed` is above 0."""
        self._clock = clock
        self._speed = speed
        self._zero = clock.monotonic()

    def monotonic(self) -> float:
        """Return the seconds of the fast clock."""
        return self._zero + (self._clock.monotonic() - self._zero) * self._speed

    def wall(self) -> WallTime:
        """Return the time by the calendar, at its usual speed."""
        return self._clock.wall()

    def asleep_s(self) -> float:
        """Return the seconds the machine has been asleep."""
        return self._clock.asleep_s()

    async def sleep_until(self, moment: float) -> None:
        """Return once `monotonic()` has reached `moment`."""
        await self._clock.sleep_until(self._zero + (moment - self._zero) / self._speed)


def run_demo(speed: float, console: Console, *, as_json: bool, voice: str | None = None) -> int:
    """Run the demonstration with a simulated runner, and return the exit code.

    Nothing is recorded, and nothing is written to the home folder.
    """
    run_mode = run_mode_here(as_json=as_json)

    def load() -> "tuple[LiveRun, RunSources, RunContext]":
        return _demonstration_run(speed, console, run_mode, as_json=as_json, voice=voice)

    look = opening_look(runner_paths().settings, os.environ) if run_mode is RunMode.SCREEN else None
    code = run_here(*load()) if look is None else run_opened(opening(), look, load, console)
    console.say(f"Try next: {_TRY_NEXT}")
    return code


def opening_look(settings: Path, environment: Mapping[str, str]) -> Look | None:
    """Return the look of the screen on which the demonstration opens; None if settings may change its contents.

    Raises:
        SettingsProblem: there are settings, and they cannot be read.
    """
    if not is_anything_set(settings, environment):
        return Look()
    from coach.edge.settings import Settings, load_settings

    own, usual = load_settings(settings, environment), Settings()
    is_usual = (own.units, own.signals, own.session, own.cues) == (
        usual.units,
        usual.signals,
        usual.session,
        usual.cues,
    )
    return Look.of(own) if is_usual else None


def _demonstration_run(
    speed: float, console: Console, run_mode: RunMode, *, as_json: bool, voice: str | None
) -> "tuple[LiveRun, RunSources, RunContext]":
    """Create the run, its simulated runner and its context."""
    # The fold loads here, after the first picture.
    from coach.app.sensors import simulated_sources
    from coach.app.setup import demonstration_setup
    from coach.edge.run_folder import new_ulid
    from coach.edge.settings import load_settings
    from coach.live.run import LiveRun

    settings = load_settings(runner_paths().settings, os.environ)
    speaks = voice_for(settings, voice, run_mode) if speed == 1.0 else None
    settings = heard_settings(settings, speaks)
    machine = MachineClock()
    clock: Clock = machine if speed == 1.0 else FastClock(machine, speed)
    context = RunContext(settings, clock, run_mode, console, as_json, speaks)
    setup = demonstration_setup(demonstration(), settings, new_ulid(machine.wall().epoch_s), run_mode)
    return LiveRun(setup), simulated_sources(setup, clock), context


def opening() -> Snapshot:
    """Return the demonstration in its first moment: its workout, its sensors being searched, no word yet."""
    timeline = demonstration()
    first, second, *_ = timeline.steps
    assert first.target is not None
    return Snapshot(
        at=Seconds(0.0),
        phase=Phase.WORK,
        timeline=timeline,
        index=0,
        step=first,
        next_step=second,
        athlete="",
        run_s=Seconds(0.0),
        step_time_s=Seconds(0.0),
        left_s=Seconds(10.0),
        left_m=None,
        step_m=None,
        estimated=False,
        distance_source=None,
        speed=None,
        heart_rate=None,
        cadence=None,
        power=None,
        judged_quantity=Quantity.SPEED,
        band=first.target.band,
        light=None,
        rep_mean_speed=None,
        cue=None,
        last_verdict=None,
        sensors=tuple(
            SensorStatus(source, name, SensorState.SEARCHING, None, 90, -60)
            for source, name in ((Source.STRAP, "Virtual strap"), (Source.POD, "Virtual footpod"))
        ),
        splits=(),
        results=(),
        offer="",
        item=0,
        coach_mode=False,
        is_effort_day=False,
        opinion=Opinion(),
    )


def demonstration(metres: Metres = Metres(200.0), pace: float = 225.0) -> Timeline:
    """Return two reps (200 m) at a pace in s/km with a float between, and ten seconds of warm-up and of cool-down."""
    ten_seconds = EndConditions((TimeEnd(Seconds(10.0)),))
    slow, fast = speed_from_pace(360.0), speed_from_pace(285.0)
    warm_up = Step(
        step_id="0.0",
        path="Warm-up / warm-up",
        section="Warm-up",
        kind=Kind.WARM_UP,
        name="Warm-up 0:10",
        until=ten_seconds,
        target=StepTarget(Quantity.SPEED, Band(slow, (slow + fast) / 2, fast), "4:45-6:00/km", is_range=True),
        steer=CoachBy.RATE,
        set_id="0",
        first_of_set=True,
        last_of_set=True,
    )
    first, between = _rep_and_float(metres, pace)
    second = replace(
        first,
        step_id="1.0/1.0",
        path="Main / rep 2 of 2 / work",
        rep=2,
        first_of_set=False,
        last_of_set=True,
        start_mark="",
        finish_mark="",
    )
    cool_down = replace(
        warm_up,
        step_id="2.0",
        path="Cool-down / cool-down",
        section="Cool-down",
        kind=Kind.COOL_DOWN,
        name="Cool-down 0:10",
        target=StepTarget(Quantity.EFFORT, Band(), "easy"),
        steer=None,
        set_id="2",
    )
    steps = (warm_up, first, between, second, cool_down)
    return Timeline(f"Demo: 2 x {metres:.0f} m", steps, Context(), "See in two minutes what the coach does")


def _around(seconds_per_km: float, share: float) -> Band:
    """Return the band around a pace, wider by a share of it on both sides."""
    return Band(
        speed_from_pace(seconds_per_km * (1 + share)),
        speed_from_pace(seconds_per_km),
        speed_from_pace(seconds_per_km * (1 - share)),
    )


def _rep_and_float(metres: Metres, pace: float) -> tuple[Step, Step]:
    first = Step(
        step_id="1.0/0.0",
        path="Main / rep 1 of 2 / work",
        section="Main",
        kind=Kind.WORK,
        name=f"{metres:.0f} m",
        until=EndConditions((DistanceEnd(metres),)),
        target=StepTarget(Quantity.SPEED, _around(pace, 0.025), f"{format_clock(Seconds(pace))}/km"),
        steer=CoachBy.TIME,
        rep=1,
        of=2,
        set_id="1.0",
        first_of_set=True,
        else_time_s=Seconds(metres * pace / 1000),
        purpose="See how the coach speaks of a pace",
        start_mark="A",
        finish_mark="B" if metres % 400 else "A",
    )
    between = Step(
        step_id="1.0/0.1",
        path="Main / rep 1 of 2 / float",
        section="Main",
        kind=Kind.FLOAT,
        name="Float 0:15",
        until=EndConditions((TimeEnd(Seconds(15.0)),)),
        target=StepTarget(Quantity.SPEED, _around(300.0, 0.08), "5:00/km"),
        steer=CoachBy.RATE,
        rep=1,
        of=2,
        set_id="1.0",
        start_mark="B" if metres % 400 else "A",
    )
    return first, between


# --- several at once, side by side

_NAMES: Final = ("Ana", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gil", "Hana")
_FAST: Final = 4
"""The number of runners in the fast group."""


def run_squad_demo(count: int, speed: float, console: Console, *, as_json: bool) -> int:
    """Run some simulated runners side by side, and return the exit code; nothing is recorded."""
    roster, run_mode = demonstration_roster(count), run_mode_here(as_json=as_json)

    def context() -> RunContext:
        from coach.edge.settings import load_settings

        machine = MachineClock()
        clock: Clock = machine if speed == 1.0 else FastClock(machine, speed)
        settings = load_settings(runner_paths().settings, os.environ)
        return RunContext(settings, clock, run_mode, console, as_json)

    if run_mode is RunMode.SCREEN:
        code = asyncio.run(_squad_on_board(roster, context))
    else:
        from coach.app.squad import LiveSquad, run_squad

        where = context()
        _, code = run_squad(
            lambda: LiveSquad(roster, demonstration_members(roster, where), where), where, is_recorded=False
        )
    console.say("Try next: coach squad run names.txt 6x800 @ 5k / 400 jog")
    return code


async def _squad_on_board(roster: "Roster", context: Callable[[], RunContext]) -> int:
    """Show the board at once, and load the runs once it is painted; return the exit code."""
    from coach.screen.squad_board import SquadApp

    keep_log_off_the_terminal()
    has_settings = is_anything_set(runner_paths().settings, os.environ)
    app = SquadApp(roster, theme=context().settings.theme) if has_settings else SquadApp(roster)
    showing = asyncio.ensure_future(app.run_async(mouse=False))
    first_picture = asyncio.ensure_future(app.seen.wait())
    await asyncio.wait({showing, first_picture}, return_when=asyncio.FIRST_COMPLETED)
    if showing.done():
        first_picture.cancel()
        return INTERRUPTED if await showing is None else 0
    from coach.app.squad import LiveSquad, conduct_under

    run_context = context()
    squad = LiveSquad(roster, demonstration_members(roster, run_context), run_context)
    _, code = await conduct_under(app, showing, squad, run_context)
    return code


def demonstration_roster(count: int) -> "Roster":
    """Return the first `count` of eight runners, in two groups."""
    from coach.squad.roster import DIGITS, Group, Roster, SquadRunner

    runners = tuple(
        SquadRunner(name.lower(), name, DIGITS[place], "fast" if place < _FAST else "new")
        for place, name in enumerate(_NAMES[:count])
    )
    groups = tuple(Group(name) for name in dict.fromkeys(runner.group for runner in runners))
    return Roster("Demo", runners, groups)


def demonstration_members(roster: "Roster", context: RunContext) -> "list[Member]":
    """Return a simulated runner for every member, each with other habits."""
    from coach.app.sensors import RunSources
    from coach.app.setup import demonstration_setup
    from coach.app.squad import Member
    from coach.edge.conductor import SimulatedRunner
    from coach.edge.run_folder import new_ulid
    from coach.live.run import LiveRun
    from coach.simulate import RunnerProfile, VirtualRunner

    paces = {"fast": 225.0, "new": 270.0}
    timelines = {group: demonstration(Metres(400.0), pace) for group, pace in paces.items()}
    members = []
    for place, member in enumerate(roster.runners):
        setup = demonstration_setup(
            timelines[member.group],
            context.settings,
            new_ulid(context.clock.wall().epoch_s),
            context.run_mode,
        )
        run = LiveRun(replace(setup, athlete=member.slug))
        profile = RunnerProfile(
            eagerness=0.01 * (place % 5),
            pace_sense=0.015 + 0.004 * place,
            lap_loss=0.2,
            starts_at_m=Metres(3.0 * place),
        )
        runner = SimulatedRunner(VirtualRunner(profile, place, timeline=setup.timeline), context.clock)
        members.append(Member(member, run, RunSources([runner], runner)))
    return members
