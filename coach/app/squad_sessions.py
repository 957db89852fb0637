"""Sets up, runs, records and reports a session of a squad, and pairs and reads its sensors over one radio.

Each runner's run is set up, recorded and read like any run; a session is the folder that holds them. A runner who
cannot be set up is named, and the others start without them. `squad_playback` replays and resumes sessions.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, aclosing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coach.app.athletes import find_athlete, today, with_changes
from coach.app.by_hand import HandRequest, time_by_hand
from coach.app.live_run import RunContext, ShareRequest, heard_settings, mqtt_plan, voice_for
from coach.app.sensors import (
    RunSources,
    SensorChoice,
    chosen_adapter,
    my_sensors,
    pooled_sensors,
    radio_for,
    sensors_by_source,
    sources_for,
)
from coach.app.setup import header_of, live_setup, with_lessons
from coach.app.squad import LiveSquad, Member, run_squad
from coach.app.terminal import SILENT, Console, RunMode, SilentConsole, keep_awake, run_mode_here
from coach.app.workouts import CompiledWorkout, compile_for, read_workout
from coach.athlete import Athlete
from coach.documents import did_you_mean
from coach.edge.clock import Clock, MachineClock, local_iso, wait_until
from coach.edge.conductor import Ending, SimulatedRunner
from coach.edge.files import SMALL_LIMIT, plain, read_file, read_standard_input, runner_paths
from coach.edge.paired_sensors import (
    Ambiguous,
    PairedSensor,
    PairedSensors,
    SensorKind,
    SensorLocks,
    SensorMode,
    likely_kind,
    nearest,
)
from coach.edge.radio import Radio
from coach.edge.radio_source import PairingOptions, RadioSource, ScanHistory, pair
from coach.edge.recorder import start_recording
from coach.edge.run_folder import new_ulid, room_warning
from coach.edge.settings import load_settings
from coach.edge.squad_files import SquadJournal, SquadManifest, create_squad_folder
from coach.edge.store import Store
from coach.live.contract import Input, RunSetup
from coach.live.run import LiveRun
from coach.problems import AthleteProblem, CoachProblem, UsageProblem
from coach.quantities import Seconds
from coach.session.config import StartPolicy
from coach.session.phases import Button, Origin
from coach.signals.readings import LinkChanged, LinkState, Source
from coach.simulate import VirtualRunner
from coach.squad.roster import (
    MOST_COACHED,
    Consent,
    RestUntil,
    Roster,
    RosterProblem,
    SquadRunner,
    read_roster,
)
from coach.squad.run import SquadInput
from coach.workout.resolve import MissingNumber
from coach.workout.timeline import AutoStart, PressStart, Timeline

if TYPE_CHECKING:
    from coach.app.sharing import Sharing
    from coach.edge.mqtt_address import MqttRequest
    from coach.edge.sources import Inbox
    from coach.problems import SensorProblem


# --- the request for a session

_ROSTER_HINT: Final = (
    "A roster is a list of names, a table with a column name, or coach-squad/1: coach squad schema."
)


@dataclass(frozen=True, slots=True)
class SquadRequest:
    """A session as requested on the command line."""

    roster: str
    workout: str = ""
    """The workout of groups without one of their own."""
    groups: Mapping[str, str] | None = None
    """Workouts by group; they take precedence over those of the roster."""
    sensors: str | None = None
    """`ble`, `sim`, `none` or `mqtt`; None for the sensors of each runner, else none."""
    record: str | None = None
    is_recorded: bool = True
    voice: str | None = None
    adapter: str | None = None
    mqtt: "MqttRequest | None" = None
    share: str | None = None
    """The address for phones, as written; empty to be asked, None to share nothing."""

    def squads(self, usual: Path) -> Path | None:
        """Return the folder to record into; None to record nothing."""
        if not self.is_recorded:
            return None
        return usual if self.record is None else Path(self.record).expanduser()


def load_roster(name: str) -> Roster:
    """Read a roster from a file, or from standard input for `-`.

    Raises:
        RosterProblem: it cannot be read, or is wrong.
    """
    if name == "-":
        return read_roster(
            read_standard_input(limit=SMALL_LIMIT, what="roster", problem=RosterProblem),
            name="standard input",
        )
    path = Path(name).expanduser()
    data = read_file(path, limit=SMALL_LIMIT, what="roster", problem=RosterProblem, hint=_ROSTER_HINT)
    return read_roster(data, name=plain(name))


# --- the runners and their workouts


@dataclass(frozen=True, slots=True)
class PlannedRunner:
    """A runner and their workout."""

    runner: SquadRunner
    workout: CompiledWorkout | None
    """None if they cannot be set up."""
    problem: str = ""
    """The reason, or what is missing without preventing the run."""
    sensors: tuple[PairedSensor, ...] = ()
    missing: tuple[str, ...] = ()
    """Sensors of the roster that are not paired here."""


def plan_squad(request: SquadRequest, roster: Roster, console: Console) -> list[PlannedRunner]:
    """Compile the workout of each runner; one for whom that fails has the reason instead.

    Raises:
        CoachProblem: a group has no workout, an unknown group is named, or a workout is wrong.
    """
    groups = dict(request.groups or {})
    unknown = next((name for name in groups if name not in {group.name for group in roster.groups}), None)
    if unknown is not None:
        names = [group.name for group in roster.groups]
        raise UsageProblem(f"there is no group {plain(unknown)}", did_you_mean(unknown, names))
    texts = group_workouts(request, roster)
    for name, text in texts.items():
        if not text and roster.members(name):
            raise UsageProblem(
                f"group {name} has no workout",
                f"Name one for all, or --group {name}=6x800, or write it in the roster.",
            )
    is_by_hand = request.sensors == SensorMode.NONE
    once = _DistinctLines(console)
    runners = [
        _plan_runner(runner, texts[runner.group], roster, once, is_by_hand=is_by_hand)
        for runner in roster.runners
    ]
    _refuse_shared_sensors(runners)
    return runners


def group_workouts(request: SquadRequest, roster: Roster) -> dict[str, str]:
    """Return the workout of each group as it is named; empty for a group without one."""
    by_group = request.groups or {}
    return {
        group.name: by_group.get(group.name) or request.workout or group.workout for group in roster.groups
    }


def _refuse_shared_sensors(runners: Sequence[PlannedRunner]) -> None:
    """Refuse a sensor that two runners would have, even if the roster names it in two ways.

    Raises:
        RosterProblem: there is one.
    """
    owners: dict[str, SquadRunner] = {}
    for each in runners:
        for sensor in each.sensors:
            owner = owners.setdefault(sensor.id, each.runner)
            if owner is not each.runner:
                name = plain(sensor.label or sensor.name or sensor.id)
                raise RosterProblem(
                    f"{plain(owner.name)} and {plain(each.runner.name)} have the same sensor {name}",
                    "A sensor measures one runner: name another in the roster, or pair theirs: coach squad pair",
                )


def _plan_runner(
    runner: SquadRunner, text: str, roster: Roster, console: Console, *, is_by_hand: bool
) -> PlannedRunner:
    """Compile a runner's workout; if that fails, the runner has the reason instead."""
    sensors, missing = sensors_of(runner)
    try:
        athlete = _athlete_of(runner, roster.group(runner.group).pace)
    except CoachProblem as problem:
        return PlannedRunner(runner, None, f"{problem.message}. {problem.hint}".strip(), sensors, missing)
    document = read_workout(text, console, athlete)
    lane = roster.group(runner.group).lane
    try:
        compiled = compile_for(document, athlete, SILENT, by_hand=is_by_hand or athlete is None, keeps=False)
    except MissingNumber as problem:
        return PlannedRunner(runner, None, f"{problem.message}. {problem.hint}".strip(), sensors, missing)
    if lane is not None:
        context = replace(compiled.timeline.context, lane=lane)
        compiled = replace(compiled, timeline=replace(compiled.timeline, context=context))
    return PlannedRunner(runner, compiled, "", sensors, missing)


class _DistinctLines(SilentConsole):
    """A console that prints each line once, however many runners it is about."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lines: set[str] = set()

    def say(self, text: str) -> None:
        """Print a line, unless it was printed before."""
        if text not in self._lines:
            self._lines.add(text)
            self._console.say(text)


def _athlete_of(runner: SquadRunner, group_pace: str) -> Athlete | None:
    """Return the athlete of a runner: of the roster, else saved under the slug, else one with the group's pace.

    Raises:
        CoachProblem: the roster names an athlete who is not saved.
    """
    store = Store()
    athlete = None
    if runner.athlete or runner.slug in store.athletes():
        athlete = find_athlete(runner.athlete or runner.slug, store)
    if group_pace:
        bare: dict[str, Any] = {"races": (), "trials": (), "threshold_pace": None, "paces": {}}
        if athlete is not None:
            history = tuple(entry.model_copy(update=bare) for entry in athlete.history)
            athlete = athlete.model_copy(update={"history": history})
        athlete = with_changes(athlete, runner.slug, {}, {"threshold_pace": group_pace}, today())
    return athlete


def sensors_of(runner: SquadRunner) -> tuple[tuple[PairedSensor, ...], tuple[str, ...]]:
    """Return the paired sensors of a runner, by the roster or their athlete, and the names not paired."""
    remembered = my_sensors(SILENT)
    if not runner.sensors:
        own = runner.athlete or runner.slug
        return tuple(sensor for sensor in remembered.all() if sensor.athlete == own), ()
    sensors = {word: remembered.find(word) for word in runner.sensors}
    return (
        tuple(sensor for sensor in sensors.values() if sensor is not None),
        tuple(word for word, sensor in sensors.items() if sensor is None),
    )


# --- the sensors, over one radio
#
# There is one scan, one connection is made at a time, and pods come before straps.
#
# The number of links an adapter holds is not known in advance: the program tries, and reports it. A sensor that is
# not connected is tried again. A sensor belongs to one runner, and those of other people are never connected to.

PODS_FIRST_S: Final = 12.0
"""How long straps wait for the pods: without a pod there is no pace to coach. A pod that is off must not block them."""
SETTLED_S: Final = 20.0
"""Seconds without a new link after which the sensors are reported. Judged: four failed tries."""
_STRAPS: Final = frozenset({SensorKind.STRAP})
_REPLACEMENTS: Final = {
    SensorKind.STRAP: "heart rate by relay or not at all",
    SensorKind.POD: "timed by hand, or by relay",
}
"""The replacement for each kind of sensor that is not connected."""


class SquadRadio:
    """One radio, and the connected sensors of the runners."""

    def __init__(
        self,
        clock: Clock,
        say: Callable[[str], None],
        *,
        make: Callable[[], Radio] | None = None,
        settled_s: float = SETTLED_S,
    ) -> None:
        """Open nothing yet; `say` prints what is connected, and problems with Bluetooth."""
        self._settled_s = settled_s
        self._clock = clock
        self._say = say
        self._make = make or self._own_radio
        self._radio: Radio | None = None
        self._is_open = asyncio.Event()
        self._has_pods = asyncio.Event()
        self._changed = asyncio.Event()
        self._runners: dict[str, tuple[SquadRunner, tuple[PairedSensor, ...]]] = {}
        self._links: dict[tuple[str, Source], bool] = {}
        self._reports: set[tuple[str, str]] = set()

    def source_for(self, runner: SquadRunner, sensors: Sequence[PairedSensor]) -> "_RunnerSensors":
        """Return the source of a runner's own sensors; all sources are made before the radio is opened."""
        self._runners[runner.slug] = (runner, tuple(sensors))
        return _RunnerSensors(self, runner, sensors)

    async def run(self) -> None:
        """Keep the radio open until cancelled, and report once what is connected when nothing new comes."""
        async with self._make() as radio:
            self._radio = radio
            self._is_open.set()
            with radio.subscribe_trouble(self._on_trouble):
                pods_by = self._clock.monotonic() + PODS_FIRST_S
                while not self._has_pods.is_set() and self._clock.monotonic() < pods_by:
                    if self._has_all_pods():
                        break
                    self._changed.clear()
                    await wait_until(self._changed, self._clock, pods_by)
                self._has_pods.set()
                await self._report_when_settled()
                await asyncio.Event().wait()

    async def listen(self, runner: SquadRunner, sensors: Sequence[PairedSensor], inbox: "Inbox") -> None:
        """Put the values of one runner's sensors into their run until cancelled."""
        await self._is_open.wait()
        assert self._radio is not None  # it is open
        others = {
            sensor.id for slug, (_, own) in self._runners.items() if slug != runner.slug for sensor in own
        }
        source = RadioSource(
            self._radio,
            sensors,
            on_problem=lambda problem: self._on_problem(runner, problem),
            others=others,
            turn=self._wait_for_pods,
        )
        await source.listen(_CountingInbox(self, runner.slug, inbox))

    def note(self, runner: str, event: Input) -> None:
        """Note a change of a link."""
        if isinstance(event, LinkChanged):
            is_up = event.state is LinkState.CONNECTED
            if self._links.get((runner, event.source)) is not is_up:
                self._links[runner, event.source] = is_up
                self._changed.set()

    def connected_count(self) -> int:
        """Return the number of connected sensors."""
        return sum(self._links.values())

    def sentence(self) -> str:
        """Say how many sensors are connected, and which are missing: `12 of 16 sensors connected; Eve, Finn: ...`."""
        count = sum(len(sensors) for _, sensors in self._runners.values())
        lacking: dict[str, list[str]] = {}
        up_links = [link for link, is_up in self._links.items() if is_up]
        for slug, (runner, sensors) in self._runners.items():
            up = {source.value.partition("_")[0] for who, source in up_links if who == slug}
            for kind in dict.fromkeys(sensor.kind for sensor in sensors):
                if kind.value not in up:
                    lacking.setdefault(_REPLACEMENTS.get(kind, kind.value), []).append(plain(runner.name))
        missing = [f"{', '.join(names)}: {what}" for what, names in lacking.items()]
        return "; ".join([f"{self.connected_count()} of {count} sensors connected", *missing]) + "."

    async def _wait_for_pods(self, sensor: PairedSensor) -> None:
        """Delay straps until the pods are connected, or have had their time."""
        if sensor.kind in _STRAPS:
            await self._has_pods.wait()

    def _has_all_pods(self) -> bool:
        with_pods = {
            slug
            for slug, (_, sensors) in self._runners.items()
            if any(sensor.kind not in _STRAPS for sensor in sensors)
        }
        up = {slug for (slug, source), is_up in self._links.items() if is_up and source is not Source.STRAP}
        return with_pods <= up

    async def _report_when_settled(self) -> None:
        """Report what is connected once nothing has changed for a while, or everything is connected."""
        count = sum(len(sensors) for _, sensors in self._runners.values())
        while self.connected_count() < count:
            self._changed.clear()
            if not await wait_until(self._changed, self._clock, self._clock.monotonic() + self._settled_s):
                break
        self._say(self.sentence())

    def _on_trouble(self, trouble: "SensorProblem | None") -> None:
        if trouble is None:
            self._say("Bluetooth works again.")
            return
        self._say_once("", f"{trouble.message}. {trouble.hint}".strip())

    def _on_problem(self, runner: SquadRunner, problem: "SensorProblem") -> None:
        self._say_once(runner.slug, f"{plain(runner.name)}: {problem.message}. {problem.hint}".strip())

    def _say_once(self, runner: str, text: str) -> None:
        if (runner, text) not in self._reports:
            self._reports.add((runner, text))
            self._say(text)

    def _own_radio(self) -> Radio:
        hides = any(sensor.hides_services for _, sensors in self._runners.values() for sensor in sensors)
        locks = SensorLocks(runner_paths().sensor_locks, "a squad")
        return Radio(clock=self._clock, locks=locks, adapter=chosen_adapter(), hears_all=hides)


class _RunnerSensors:
    """One runner's sensors as a source of their run."""

    def __init__(self, radio: SquadRadio, runner: SquadRunner, sensors: Sequence[PairedSensor]) -> None:
        self._radio = radio
        self._runner = runner
        self._sensors = sensors

    async def listen(self, inbox: "Inbox") -> None:
        """Put what the sensors send into the inbox until cancelled."""
        await self._radio.listen(self._runner, self._sensors, inbox)


class _CountingInbox:
    """An inbox that reports each change of a link to the radio."""

    def __init__(self, radio: SquadRadio, runner: str, inbox: "Inbox") -> None:
        self._radio = radio
        self._runner = runner
        self._inbox = inbox

    def now(self) -> Seconds:
        """Return the seconds since the run's first input."""
        return self._inbox.now()

    def put(self, event: Input) -> None:
        """Pass an input on."""
        self._radio.note(self._runner, event)
        self._inbox.put(event)

    def put_from_thread(self, event: Input) -> None:
        """Pass an input on from any thread."""
        self._inbox.put_from_thread(event)

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Press a button."""
        self._inbox.press(button, answer, origin)


# --- pairing at the laptop: the runners of the roster come one after the other

PAIRED_KINDS: Final = (SensorKind.STRAP, SensorKind.POD)
"""The kinds that are searched for on each runner."""


async def pair_at_keys(roster: Roster, console: Console, *, adapter: str | None, seconds: float) -> int:
    """Pair the sensors of a roster, asking before each runner; return how many were paired.

    Raises:
        UsageProblem: the console cannot ask.
        SensorProblem: there is no Bluetooth.
    """
    if not console.can_ask():
        raise UsageProblem(
            "pairing asks before each runner",
            "Type it in a terminal, or: coach sensors pair",
        )

    async def is_ready(runner: SquadRunner) -> bool:
        question = (
            f"{plain(runner.name)}: strap on, pod shaken, a step from the laptop? Enter searches, s skips"
        )
        try:
            return not (await asyncio.to_thread(console.ask, question)).casefold().startswith("s")
        except EOFError:
            return False

    async with radio_for("a squad", chosen_adapter(adapter)) as radio:
        await radio.check()
        return await pair_roster(roster, radio, my_sensors(console), console.say, is_ready, seconds=seconds)


async def pair_roster(
    roster: Roster,
    radio: Radio,
    sensors: PairedSensors,
    say: Callable[[str], None],
    is_ready: Callable[[SquadRunner], Awaitable[bool]],
    *,
    seconds: float,
) -> int:
    """Pair a strap and a pod for each runner whom `is_ready` calls to the laptop; return how many were paired.

    A sensor is taken if it is 10 dB stronger than all others of its kind, and belongs to no other runner.
    """
    pairing, paired = _RosterPairing(radio, sensors, say), 0
    for runner in roster.runners:
        if not await is_ready(runner):
            continue
        history = ScanHistory(radio)
        async with aclosing(history.scan(seconds)) as discovered:
            async for _ in discovered:
                continue
        for kind in PAIRED_KINDS:
            paired += await pairing.pair_nearest(runner, kind, history)
    return paired


@dataclass(frozen=True, slots=True)
class _RosterPairing:
    """Pairs the sensors of one runner after the other."""

    radio: Radio
    sensors: PairedSensors
    say: Callable[[str], None]

    async def pair_nearest(self, runner: SquadRunner, kind: SensorKind, history: ScanHistory) -> int:
        """Pair the one sensor of a kind that is clearly the nearest, else say why not; return 1 or 0."""
        name, whose = plain(runner.name), runner.athlete or runner.slug
        others = {each.id for each in self.sensors.all() if each.athlete and each.athlete != whose}
        candidates = {
            id_: advertisements
            for id_, advertisements in history.advertisements().items()
            if id_ not in others and likely_kind(set(advertisements[-1].measures)) is kind
        }
        choice = nearest(candidates.values())
        if choice is None:
            self.say(f"{name}: no {kind.value} was found. Wear it, wake it up, and try again.")
            return 0
        if isinstance(choice, Ambiguous):
            self.say(
                f"{name}: {len(candidates)} {kind.value}s are about equally near. "
                "Let the others stand ten steps away, and try again."
            )
            return 0
        result = await pair(self.radio, self.sensors, choice, PairingOptions(athlete=whose, kind=kind))
        trouble = (
            "" if result.trouble is None else f" Its details could not be read: {result.trouble.message}."
        )
        self.say(f"{name}: {plain(result.sensor.name or result.sensor.id)} is their {kind.value}.{trouble}")
        return 1


# --- a session that is set up

MOST_OF_A_TEAM: Final = 4
"""Most runners of a team."""
_AFTER_PARTNER: Final = '{"after": "partner"}'


@dataclass(slots=True)
class PreparedSession:
    """A session that is set up: its runners, their workouts and sensors, and its recording."""

    roster: Roster
    """The roster of those who start."""
    context: RunContext
    mode: str
    """The value of `--sensors`; empty for the sensors of each runner."""
    members: list[Member] = field(default_factory=list)
    journal: SquadJournal | None = None
    """The journal of keys for several runners; None for a session that is not recorded."""
    radio: SquadRadio | None = None
    """The one radio of all; None if none is needed."""
    sharings: "dict[str, Sharing]" = field(default_factory=dict)
    """The sharing of each runner's run with their own phone."""
    keys: tuple[SquadInput, ...] = ()
    """The keys so far, in a session that is resumed."""

    def workout_for(self, runner: SquadRunner, group: str) -> Timeline:
        """Compile the workout of a group for a runner.

        Raises:
            CoachProblem: the group has none, it cannot be read, or the athlete lacks a number it needs.
        """
        text = self.roster.group(group).workout
        if not text:
            raise UsageProblem(f"{plain(group)} has no workout")
        if any(self.roster.team_of(each.slug) for each in self.roster.members(group)):
            raise UsageProblem(f"{plain(group)} has relay teams that have started, so no runner can join it")
        is_by_hand = self.mode == SensorMode.NONE
        runner = replace(runner, group=group)
        planned = _plan_runner(runner, text, self.roster, self.context.console, is_by_hand=is_by_hand)
        if planned.workout is None:
            raise UsageProblem(f"{plain(runner.name)} cannot run what {plain(group)} runs: {planned.problem}")
        return live_setup(planned.workout, self.context.settings, "", self.context.run_mode).timeline

    @contextmanager
    def shared(self, address: str | None) -> Iterator[None]:
        """Share each run on a port of its own for the block, and print each runner's link; None shares nothing.

        Raises:
            CoachProblem: the address cannot be used, or none is given and the console cannot ask.
        """
        with ExitStack() as stack:
            if address is not None:
                self._open_sharings(address, stack)
            yield

    def _open_sharings(self, address: str, stack: ExitStack) -> None:
        from coach.app.sharing import ask_address, open_sharing
        from coach.edge.share import parse_address

        console, settings = self.context.console, self.context.settings
        host, port = parse_address(address or ask_address(console))
        for place, member in enumerate(self.members):
            own = host if port is None else f"{host}:{port + place}"
            sharing = stack.enter_context(open_sharing(ShareRequest(own), settings, SILENT, RunMode.SCREEN))
            self.sharings[member.runner.slug] = sharing
            console.say(f"For {plain(member.runner.name)}: {sharing.links()[0].url}")

    def live(self, *, epoch: float | None = None) -> LiveSquad:
        """Assemble the runs on the running loop."""
        return LiveSquad(
            self.roster,
            self.members,
            self.context,
            epoch=epoch,
            journal=self.journal,
            radio=self.radio,
            sharings=self.sharings,
            workout_for=self.workout_for,
            keys=self.keys,
        )


def prepare(request: SquadRequest, roster: Roster, context: RunContext) -> PreparedSession:
    """Set a session up and start its recording, unless it is not recorded.

    Raises:
        CoachProblem: a workout cannot be used, no runner can start, or the folder cannot be written.
    """
    console = context.console
    starters = _say_who_starts(plan_squad(request, roster, console), console)
    texts = group_workouts(request, roster)
    groups = tuple(replace(group, workout=texts[group.name]) for group in roster.groups)
    roster = replace(roster, runners=tuple(runner.runner for runner in starters), groups=groups)
    roster = with_partners(roster, starters)
    session = PreparedSession(roster, context, request.sensors or "")
    session.members = [_member(runner, session, context.clock) for runner in starters]
    _say_unpublished(session)
    folder = request.squads(runner_paths().squads)
    if folder is not None:
        session.journal = _record(starters, session, folder, request)
        if warning := room_warning(folder):
            console.say(f"Note: {warning}")
    return session


def _say_who_starts(runners: Sequence[PlannedRunner], console: Console) -> list[PlannedRunner]:
    """Say who cannot start and why; return the others.

    Raises:
        AthleteProblem: no runner can start.
    """
    starters = [runner for runner in runners if runner.workout is not None]
    for runner in runners:
        if runner.workout is None:
            console.say(f"{plain(runner.runner.name)} cannot start: {runner.problem}")
        for word in runner.missing:
            console.say(
                f"{plain(runner.runner.name)}: no sensor {plain(word)} is paired; pair it: coach squad pair"
            )
    if not starters:
        raise AthleteProblem(
            "no runner of the squad can start", "Give a group one pace, or each athlete a race."
        )
    if len(starters) < len(runners):
        console.say(f"The other {len(starters)} start.")
    return starters


def with_partners(roster: Roster, starters: Sequence[PlannedRunner]) -> Roster:
    """Return the roster of those who start, with a team for each group whose workout starts a step after the partner.

    Teams of the roster stay, without those who do not start. A group of more than four is split into pairs, in order.
    """
    slugs = {runner.slug for runner in roster.runners}
    teams = [
        team
        for team_of_roster in roster.teams
        if len(team := tuple(runner for runner in team_of_roster if runner in slugs)) > 1
    ]
    waits = {
        runner.runner.group
        for runner in starters
        if runner.workout is not None and _AFTER_PARTNER in json.dumps(runner.workout.document)
    }
    for group in waits:
        free = [
            runner.slug for runner in roster.members(group) if not any(runner.slug in team for team in teams)
        ]
        size = len(free) if len(free) <= MOST_OF_A_TEAM else 2
        teams += [
            team for at in range(0, len(free), size or 1) if len(team := tuple(free[at : at + size])) > 1
        ]
    return replace(roster, teams=tuple(teams))


def _say_unpublished(session: PreparedSession) -> None:
    """Name the runners who are not published on a broker, because they have not agreed to it."""
    if session.context.mqtt is None or session.mode == "mqtt":
        return
    names = [plain(runner.name) for runner in session.roster.runners if runner.consent is not Consent.CLUB]
    if names:
        session.context.console.say(
            f'Not published: {", ".join(names)}. It needs their consent: "consent": "club" in the roster.'
        )


def _member(planned: PlannedRunner, session: PreparedSession, clock: Clock) -> Member:
    """Set up the run of a runner who starts."""
    assert planned.workout is not None  # only those who can start become members
    context, roster = session.context, session.roster
    mode = mode_of(planned.sensors, session.mode)
    setup = live_setup(
        planned.workout,
        context.settings,
        new_ulid(clock.wall().epoch_s),
        context.run_mode,
        marks=mode == SensorMode.NONE,
        simulated=mode == SensorMode.SIM,
    )
    setup = replace(setup, starts=_start_policy(planned.runner, roster, planned.workout))
    setup = with_lessons(
        setup, planned.workout.athlete, sensors_by_source(planned.sensors), pooled_sensors(planned.sensors)
    )
    run = LiveRun(setup)
    place = [each.slug for each in roster.runners].index(planned.runner.slug)
    return Member(planned.runner, run, sources_of(planned, setup, mode, session, place))


def _start_policy(runner: SquadRunner, roster: Roster, workout: CompiledWorkout) -> StartPolicy:
    """Return how a runner's steps start: the first by their wave, a rep after a rest by itself, or by others."""
    in_turn = bool(roster.team_of(runner.slug))
    waits = in_turn or roster.group(runner.group).rest_until is not RestUntil.OWN
    has_plan = workout.document is not None
    first = PressStart() if has_plan or waits else AutoStart()
    return StartPolicy(
        first=first,
        after_rest=PressStart() if waits else AutoStart(),
        after_warm_up=PressStart() if in_turn else AutoStart(),
    )


def mode_of(sensors: Sequence[PairedSensor], mode: str) -> str:
    """Return the sensor mode of a runner: the requested one; by default their own sensors, `none` if they have none."""
    if mode in {"", SensorMode.BLE}:
        return SensorMode.BLE if sensors else SensorMode.NONE
    return mode


def sources_of(
    planned: PlannedRunner, setup: RunSetup, mode: str, session: PreparedSession, place: int
) -> RunSources:
    """Return what measures a runner: a simulated runner, their sensors over the one radio, a relay, or nothing."""
    context = session.context
    if mode == SensorMode.SIM:
        runner = SimulatedRunner(VirtualRunner(None, place, timeline=setup.timeline), context.clock)
        return RunSources([runner], runner)
    if mode == SensorMode.BLE and planned.sensors:
        session.radio = session.radio or SquadRadio(context.clock, context.announcer)
        return RunSources([session.radio.source_for(planned.runner, planned.sensors)])
    if mode == "mqtt":
        if context.mqtt is None:
            raise UsageProblem("--sensors mqtt needs a broker", "Name it: --mqtt mqtt://127.0.0.1")
        choice = SensorChoice(SensorMode.NONE, planned.sensors, relays=True)
        sources = sources_for(choice, setup, context.clock, context.announcer)
        if sources.relay is not None:
            sources.relay.take_only(planned.runner.slug)
        return sources
    return RunSources()


def _record(
    planned_runners: Sequence[PlannedRunner], session: PreparedSession, squads: Path, request: SquadRequest
) -> SquadJournal:
    """Start the recordings of a session: its folder, and a run in it for each runner."""
    members = session.members
    clock = session.context.clock
    wall = clock.wall()
    manifest = SquadManifest(
        new_ulid(wall.epoch_s),
        local_iso(wall),
        session.roster,
        {member.runner.slug: member.run.setup.run for member in members},
        request.workout,
        session.mode,
    )
    journal = create_squad_folder(squads, manifest)
    for member, planned_runner in zip(members, planned_runners, strict=True):
        assert planned_runner.workout is not None  # only those who can start become members
        setup = member.run.setup
        mode = mode_of(planned_runner.sensors, session.mode)
        sensors = sensors_by_source(planned_runner.sensors) if mode == SensorMode.BLE else {}
        member.recorder = start_recording(
            journal.folder,
            header_of(setup, planned_runner.workout, clock, sensors, "relay" if mode == "mqtt" else mode),
            clock,
            workout=setup.timeline.name,
            athlete=setup.athlete,
            steps=len(setup.timeline.steps),
        )
    return journal


# --- the session until its end


def run_session(request: SquadRequest, console: Console, *, as_json: bool) -> int:
    """Coach a squad live, recorded unless requested otherwise; return the exit code.

    Raises:
        CoachProblem: the roster or a workout cannot be used, no runner can start, or the folder cannot be written.
    """
    roster = load_roster(request.roster)
    if len(roster.runners) > MOST_COACHED:
        return _timed_by_hand(roster, request, console, as_json=as_json)
    settings = load_settings(runner_paths().settings, os.environ)
    run_mode = run_mode_here(as_json=as_json)
    voice = voice_for(settings, request.voice, run_mode)
    settings = heard_settings(settings, voice)
    mqtt = mqtt_plan(request.mqtt, settings)
    context = RunContext(settings, MachineClock(), run_mode, console, as_json, voice, mqtt)
    session = prepare(request, roster, context)
    if run_mode is RunMode.SCREEN:
        console.say("g starts the wave, space and the runners' keys time them; ? shows the keys.")
    with session.shared(request.share), keep_awake(console):
        endings, code = run_squad(session.live, context, is_recorded=session.journal is not None)
    report_session(session, endings, console)
    return code


def _timed_by_hand(roster: Roster, request: SquadRequest, console: Console, *, as_json: bool) -> int:
    """Time a roster by hand that is too large to be coached on one laptop; return the exit code.

    Raises:
        RosterProblem: the roster was read from the standard input that the keys need.
    """
    too_many = f"{len(roster.runners)} runners: at most {MOST_COACHED} are coached on one laptop"
    if request.roster == "-":
        raise RosterProblem(
            too_many, "Time them by hand, each by a key of their own: coach squad time ROSTER"
        )
    console.say(f"{too_many}, so they are timed by hand.")
    timed = HandRequest(roster, record=request.record, is_recorded=request.is_recorded, mqtt=request.mqtt)
    return time_by_hand(timed, console, as_json=as_json)


def report_session(session: PreparedSession, endings: Mapping[str, Ending], console: Console) -> None:
    """Print where a session was recorded, and learn from the runs that ended."""
    journal = session.journal
    if journal is None:
        return
    folder, paths = journal.folder, runner_paths()
    name = folder.name if folder.parent == paths.squads else str(folder)
    if journal.trouble:
        console.say(
            f"Some keys for several runners could not be saved: {journal.trouble}. The runs have every press."
        )
    unfinished = [slug for slug, ending in endings.items() if ending is Ending.LEFT]
    if unfinished:
        console.say(
            f"Session {name} is kept, {len(unfinished)} runs of it unfinished. Resume it: coach squad resume {name}"
        )
        return
    console.say(f"Recorded as session {name}. See it: coach review {name}")
    from coach.app.reviews import learn_from

    for slug, run in journal.manifest.runs.items():
        if endings.get(slug) is Ending.FINISHED:
            Store().index_run(folder / run)
            learn_from(folder / run, SILENT)
