"""The sensors of a squad over one radio: one scan, one connection made at a time, pods before straps.

The number of links an adapter holds is not known in advance: the program tries, and reports it. A sensor that is not
connected is tried again. A sensor belongs to one runner, and those of other people are never connected to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coach.app.terminal import Console
from coach.edge.clock import Clock, wait_until
from coach.edge.files import plain, runner_paths
from coach.edge.paired_sensors import Ambiguous, PairedSensor, PairedSensors, SensorKind, likely_kind, nearest
from coach.edge.radio.selection import PairingOptions, ScanHistory, pair
from coach.live.inputs import Input
from coach.problems import UsageProblem
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin
from coach.signals.readings import LinkChanged, LinkState, Source
from coach.squad.roster import Roster, SquadRunner

if TYPE_CHECKING:
    from coach.edge.radio.radio import Radio
    from coach.edge.sources import Inbox
    from coach.problems import SensorProblem

PODS_FIRST_S: Final = 12.0
"""How long straps wait for the pods: without a pod there is no pace to coach. A pod that is off must not block them."""
SETTLED_S: Final = 20.0
"""Seconds without a new link after which the sensors are reported. Judged: four failed tries."""
_STRAPS: Final = frozenset({SensorKind.STRAP})


class SquadRadio:
    """One radio, and the connected sensors of the runners."""

    def __init__(
        self,
        clock: Clock,
        say: Callable[[str], None],
        *,
        make: "Callable[[], Radio] | None" = None,
        settled_s: float = SETTLED_S,
    ) -> None:
        """Open nothing yet; `say` gets a report of what is connected, and problems with Bluetooth."""
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
                    if self._all_pods():
                        break
                    self._changed.clear()
                    await wait_until(self._changed, self._clock, pods_by)
                self._has_pods.set()
                await self._report_when_settled()
                await asyncio.Event().wait()

    async def listen(self, runner: SquadRunner, sensors: Sequence[PairedSensor], inbox: "Inbox") -> None:
        """Put the values of one runner's sensors into their run until cancelled."""
        from coach.edge.radio.source import RadioSource

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
            turn=self._turn,
        )
        await source.listen(_CountingInbox(self, runner.slug, inbox))

    def note(self, runner: str, event: Input) -> None:
        """Note a change of a link."""
        if isinstance(event, LinkChanged):
            is_up = event.state is LinkState.CONNECTED
            if self._links.get((runner, event.source)) is not is_up:
                self._links[runner, event.source] = is_up
                self._changed.set()

    def connected(self) -> int:
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
                    lacking.setdefault(_WITHOUT.get(kind, kind.value), []).append(plain(runner.name))
        missing = [f"{', '.join(names)}: {what}" for what, names in lacking.items()]
        return "; ".join([f"{self.connected()} of {count} sensors connected", *missing]) + "."

    async def _turn(self, sensor: PairedSensor) -> None:
        """Delay straps until the pods are connected, or have had their time."""
        if sensor.kind in _STRAPS:
            await self._has_pods.wait()

    def _all_pods(self) -> bool:
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
        while self.connected() < count:
            self._changed.clear()
            if not await wait_until(self._changed, self._clock, self._clock.monotonic() + self._settled_s):
                break
        self._say(self.sentence())

    def _on_trouble(self, trouble: "SensorProblem | None") -> None:
        if trouble is None:
            self._say("Bluetooth works again.")
            return
        self._once("", f"{trouble.message}. {trouble.hint}".strip())

    def _on_problem(self, runner: SquadRunner, problem: "SensorProblem") -> None:
        self._once(runner.slug, f"{plain(runner.name)}: {problem.message}. {problem.hint}".strip())

    def _once(self, runner: str, text: str) -> None:
        if (runner, text) not in self._reports:
            self._reports.add((runner, text))
            self._say(text)

    def _own_radio(self) -> "Radio":
        from coach.app.sensors import chosen_adapter
        from coach.edge.radio.link_state import SensorLocks
        from coach.edge.radio.radio import Radio

        hides = any(sensor.hides_services for _, sensors in self._runners.values() for sensor in sensors)
        locks = SensorLocks(runner_paths().sensor_locks, "a squad")
        return Radio(clock=self._clock, locks=locks, adapter=chosen_adapter(), hears_all=hides)


_WITHOUT: Final = {
    SensorKind.STRAP: "heart rate by relay or not at all",
    SensorKind.POD: "timed by hand, or by relay",
}
"""The replacement for each kind of sensor that is not connected."""


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


# --- pairing: the runners of the roster come to the laptop one after the other

PAIRED_KINDS: Final = (SensorKind.STRAP, SensorKind.POD)
"""The kinds that are searched for on each runner."""


async def pair_roster(
    roster: Roster,
    radio: "Radio",
    sensors: PairedSensors,
    say: Callable[[str], None],
    is_ready: Callable[[SquadRunner], Awaitable[bool]],
    *,
    seconds: float,
) -> int:
    """Pair a strap and a pod for each runner whom `is_ready` calls to the laptop; return how many were paired.

    Only what is 10 dB nearer than all others of its kind is taken, and what belongs to another runner never.

    Raises:
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

    radio: "Radio"
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


async def pair_at_keys(roster: Roster, console: Console, *, adapter: str | None, seconds: float) -> int:
    """Pair the sensors of a roster with a person at the keys; return how many were paired.

    Raises:
        UsageProblem: nobody can be asked.
        SensorProblem: there is no Bluetooth.
    """
    from coach.app.sensors import chosen_adapter, my_sensors, radio_for

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
