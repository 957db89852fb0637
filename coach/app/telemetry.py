"""Puts the MQTT side of a run together: which broker, which topics, and what takes something from it.

A run that asks for no broker imports none of this.
"""

import json
import logging
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.terminal import Announcer, Console, RunMode
from coach.edge.clock import Clock
from coach.edge.files import make_private_folder, runner_paths, write_atomically
from coach.edge.run_folder import read_run
from coach.edge.settings import MqttSettings, Settings
from coach.edge.sources import Inbox
from coach.edge.telemetry.address import BrokerAddress, MqttRequest, broker_for
from coach.edge.telemetry.bus import Bus, BusState, Policy, Received
from coach.edge.telemetry.sink import (
    Feed,
    LightPublisher,
    RunTelemetry,
    TelemetryPort,
    laps_in,
    messages_after,
)
from coach.edge.telemetry.topics import TOPICS, Outgoing, Presence, Topics, athlete_level
from coach.live.ahead import lap_lights
from coach.problems import SettingsProblem
from coach.session.buttons import Origin

if TYPE_CHECKING:
    from coach.app.live_run import RunContext
    from coach.edge.conductor import Resumption
    from coach.edge.recorder import Recorder
    from coach.edge.remote_buttons import Ack, RemoteButtons
    from coach.edge.sources.relay import RelaySource
    from coach.edge.telemetry.home_assistant import HomeAssistant
    from coach.live.inputs import RunSetup
    from coach.live.snapshot import Snapshot
    from coach.quantities import Seconds

_LOG = logging.getLogger(__name__)
_MOST_UNSENT: Final = 20
"""Runs whose laps wait for a broker. Chosen: a week or two of evenings."""
_SEQS_PER_S: Final = 32
"""Messages a second at most, in the mean: a run that goes on begins above what it can have sent before."""


@dataclass(frozen=True, slots=True)
class MqttPlan:
    """A broker for a run, and what is wanted of it."""

    address: BrokerAddress
    has_control: bool = False
    """Whether buttons are taken from it."""
    takes_values: bool = False
    """Whether measured values are taken from it: `--sensors relay`."""


@dataclass(frozen=True, slots=True)
class Port:
    """What takes something from the broker gets."""

    bus: Bus
    inbox: Inbox
    clock: Clock
    run: str
    athlete: str
    """The athlete as the topics name them."""
    settings: Settings
    say: Callable[[str], None]
    """Says something on stderr or on the screen."""
    buttons: "Callable[[], RemoteButtons]"
    """Gives what takes buttons from elsewhere: one object for all who carry them."""
    relay: "RelaySource | None" = None
    """What takes measured values; None where they are not taken: `--sensors relay`."""
    crossed: "Callable[[str, Seconds, str], None] | None" = None
    """Where many are timed: takes the name of a gate, the moment and the tag, in place of a mark."""


@dataclass(frozen=True, slots=True)
class PortRow:
    """One kind of thing that takes something from the broker."""

    name: str
    is_wanted: Callable[[MqttPlan], bool]
    attach: Callable[[Port], None]


def _take_values(port: Port) -> None:
    """Take what phones and gateways publish of sensors: `value/<gateway>/<sensor>`, `raw/<gateway>/<sensor>/hr`."""
    from coach.edge.sources.relay import RelayForm

    relay, forms = port.relay, {form.value: form for form in RelayForm}
    assert relay is not None  # it is wanted only where there is one

    def take(message: Received) -> None:
        levels = message.topic.removeprefix(port.bus.topics.at_site("")).split("/")
        form = RelayForm.VALUE if levels[0] == "value" else forms.get(levels[-1])
        if form is not None and (form is RelayForm.VALUE) is (levels[0] == "value"):
            body = bytes(relay.longest + 1) if message.is_oversized else message.payload
            relay.take(
                body,
                sender=levels[1],
                sensor=levels[2],
                form=form,
                is_retained=message.is_retained,
                arrived_at=message.arrived_at,
            )

    for pattern in ("value/+/+", "raw/+/+/+"):
        port.bus.subscribe(port.bus.topics.at_site(pattern), take)


def _take_commands(port: Port) -> None:
    """Press the buttons that `cmd` names, and answer each on `cmd/ack`."""
    bus, buttons = port.bus, port.buttons()

    def answer(ack: "Ack") -> None:
        values = {key: value for key, value in ack.to_json().items() if key != "v"}
        row = TOPICS["cmd_ack"]
        bus.send(bus.presence.outgoing(row.name, values), Policy.EVENT, ttl_s=row.ttl_s, room=row.room)

    def take(received: Received) -> None:
        buttons.take(
            received.payload,
            Origin.MQTT,
            answer,
            is_retained=received.is_retained,
            is_oversized=received.is_oversized,
            waited_s=port.clock.monotonic() - received.arrived_at,
        )

    bus.subscribe(bus.topics.of("cmd"), take, qos=TOPICS["cmd"].qos)


def _take_gates(port: Port) -> None:
    """Mark the passing of every timing gate of the site."""
    from coach.edge.remote_buttons import TimingGates

    if port.crossed is None:
        gates = TimingGates(port.inbox, port.settings.timing_gates, port.say)
    else:
        gates = TimingGates(
            port.inbox, port.settings.timing_gates, port.say, crossed=port.crossed, again_s=_MANY_AGAIN_S
        )

    def take(received: Received) -> None:
        if not received.is_oversized:
            gates.take(
                received.levels()[-1],
                received.payload,
                arrived_s_ago=port.clock.monotonic() - received.arrived_at,
                is_retained=received.is_retained,
            )

    port.bus.subscribe(port.bus.topics.of("gate", gate="+"), take, qos=TOPICS["gate"].qos)


_MANY_AGAIN_S: Final = 0.001
"""Where many are timed only the same moment again is the same crossing, which a broker may hand over twice."""


PORTS: Final[tuple[PortRow, ...]] = (
    PortRow("commands", lambda plan: plan.has_control, _take_commands),
    PortRow("gates", lambda plan: plan.has_control, _take_gates),
    PortRow("measured values", lambda plan: plan.takes_values, _take_values),
)
"""Everything that takes something from the broker: its name, when it is wanted, and how it subscribes."""


def plan_for(
    request: MqttRequest | None,
    settings: Settings,
    *,
    environment: Mapping[str, str] = os.environ,
) -> MqttPlan | None:
    """Find the broker of a run and check that it may be spoken to; None for a run without one.

    Raises:
        UsageProblem: the address cannot be read, or may not be spoken to like that.
        SettingsProblem: a level of the topics cannot be one.
    """
    request = request or MqttRequest()
    address = broker_for(request, settings.mqtt, environment)
    if address is None:
        return None
    _check_levels(settings.mqtt)
    return MqttPlan(address, request.has_control)


def _check_levels(settings: MqttSettings) -> None:
    """Check what the settings put into the topics.

    Raises:
        SettingsProblem: it cannot stand there.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}(/[A-Za-z0-9_-]{1,32}){0,7}", settings.root):
        raise SettingsProblem(
            f"mqtt.root: {settings.root!r} is no beginning of a topic", "Write it as coach/v1."
        )
    levels = {"site": settings.site, "athlete": settings.athlete, "light_group": settings.light_group}
    for name, value in levels.items():
        if (value or name == "site") and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", value):
            raise SettingsProblem(
                f"mqtt.{name}: {value!r} is no level of a topic",
                "Use small letters, digits and hyphens, such as track.",
            )


_LATER: Final = {
    True: "The next run with a broker sends them.",
    False: "They are lost: nothing is kept of the run.",
}


class LinkTold:
    """Tells of the link: every change where lines are printed, on the screen only trouble."""

    def __init__(self, address: BrokerAddress, announcer: Announcer, console: Console | None) -> None:
        """Tell by the announcer; what is no trouble only on a console, where there is one."""
        self._address = address
        self._announcer = announcer
        self._console = console
        self._told: BusState | None = None
        self.word = ""
        """What stands in the title bar; empty while all is well."""

    def __call__(self, state: BusState, words: str) -> None:
        """Take a change of the link."""
        is_new = state is not self._told
        if state is BusState.UP:
            self.word = ""
            if is_new and self._console is not None:
                self._console.say(f"MQTT: linked to {self._address}, {words}.")
            elif not is_new:
                self._announcer(f"MQTT: {words}.")
        elif state is BusState.LOST:
            self.word = "MQTT lost"
            if is_new:
                self._announcer(
                    f"MQTT: no link to {self._address}: {words}. The run goes on; it is tried again."
                )
        elif state is BusState.REFUSED:
            self.word = "MQTT off"
            self._announcer(f"MQTT: no link to {self._address} any more: {words}.")
        self._told = state

    def tell_end(self, bus: Bus, *, is_kept: bool) -> None:
        """Tell what the broker did not get, and what was dropped."""
        if self._console is None:
            return
        dropped = {key: count for key, count in bus.dropped.items() if not key.endswith("overtaken")}
        if dropped:
            counts = ", ".join(f"{key} {count}" for key, count in sorted(dropped.items()))
            self._console.say(f"MQTT: dropped: {counts}.")
        if bus.unsent:
            self._console.say(
                f"MQTT: {bus.unsent} messages of laps and summary did not reach the broker. {_LATER[is_kept]}"
            )


def telemetry_for(
    context: "RunContext",
    setup: "RunSetup",
    feed: Callable[[], Feed],
    buttons: "Callable[[], RemoteButtons]",
    *,
    recorder: "Recorder | None" = None,
    resumption: "Resumption | None" = None,
    relay: "RelaySource | None" = None,
) -> tuple[RunTelemetry, LinkTold]:
    """Make what publishes a run over the broker of its context, and what tells of the link.

    `relay` takes measured values, where that is asked for.
    """
    plan, clock, mqtt = context.mqtt, context.clock, context.settings.mqtt
    assert plan is not None  # it is asked for only where there is a broker
    plan = replace(plan, takes_values=relay is not None)
    athlete = athlete_level(mqtt.athlete or setup.athlete)
    topics = Topics(mqtt.site, athlete, node_name(), mqtt.root, mqtt.light_group)
    first_seq = 0 if resumption is None else (int(resumption.event.at) + 1) * _SEQS_PER_S
    presence = Presence(topics, clock, run=setup.run, takes_buttons=plan.has_control, first_seq=first_seq)
    told = LinkTold(
        plan.address, context.announcer, context.console if context.run_mode is RunMode.UNATTENDED else None
    )
    bus = Bus(
        plan.address,
        presence,
        clock,
        client_id=mqtt.client_id,
        replay=lambda seq: telemetry.replay(seq),  # noqa: PLW0108 - it is made below, with its bus
        on_link=told,
    )
    folder = None if recorder is None or recorder.folder is None else recorder.folder
    path = None if folder is None else folder.path
    unsent = UnsentRuns()

    def on_closed(closed: RunTelemetry) -> None:
        is_kept = path is not None and not closed.was_discarded
        if path is not None and is_kept and bus.unsent and closed.has_ended:
            unsent.add(path, bus.kept_sent)
        told.tell_end(bus, is_kept=is_kept)

    unsent.send_over(bus, lambda slug: athlete_level(mqtt.athlete or slug))
    home = _home_assistant(bus, setup.run, plan) if mqtt.home_assistant else None
    telemetry = RunTelemetry(
        bus,
        clock,
        feed,
        run=setup.run,
        read_journal=None if path is None else lambda: read_run(path),
        earlier_laps=0 if folder is None else len(laps_in(folder.content)),
        retains_summary=mqtt.retain_summary,
        ports=[_attached(row, context, setup.run, buttons, relay) for row in PORTS if row.is_wanted(plan)],
        watchers=() if home is None else (home.tick,),
        lights=_pace_lights(bus, context, setup),
        on_closed=on_closed,
    )
    return telemetry, told


def line_link(
    plan: MqttPlan,
    make_port: Callable[[Bus], Port],
    *,
    settings: Settings,
    clock: Clock,
    run: str,
    announcer: Announcer,
) -> Bus:
    """Make a link over which gates and phones at the line are heard, where nobody's run is published."""
    mqtt = settings.mqtt
    topics = Topics(
        mqtt.site, athlete_level(mqtt.athlete or "class"), node_name(), mqtt.root, mqtt.light_group
    )
    presence = Presence(topics, clock, run=run, takes_buttons=plan.has_control)
    bus = Bus(
        plan.address,
        presence,
        clock,
        client_id=mqtt.client_id,
        on_link=LinkTold(plan.address, announcer, None),
    )
    port = make_port(bus)
    _take_gates(port)
    if plan.has_control:
        _take_commands(port)
    return bus


def _pace_lights(bus: Bus, context: "RunContext", setup: "RunSetup") -> LightPublisher:
    """Make what publishes the pace lights of a run, in the colours of the strips."""
    lamp = context.settings.lamp
    return LightPublisher(
        bus,
        context.clock,
        setup.run,
        lambda snapshot: lap_lights(setup, snapshot),
        target_colour=lamp.target_colour,
        ghost_colour=lamp.ghost_colour,
    )


def _home_assistant(bus: Bus, run: str, plan: MqttPlan) -> "HomeAssistant":
    """Make what tells Home Assistant of a run, in the words of the screen."""
    from coach.edge.telemetry.home_assistant import HomeAssistant
    from coach.screen import words
    from coach.screen.stance import stance

    def said(snapshot: "Snapshot") -> dict[str, str]:
        state = stance(snapshot).wordings[0].replace("\n", ", ")
        if snapshot.speed is None or words.is_stale(snapshot.speed):
            return {"state": state}
        return {"state": state, "pace": f"{words.pace(snapshot.speed.value, snapshot.unit)} /{snapshot.unit}"}

    home = HomeAssistant(bus, run, said, has_buttons=plan.has_control)
    home.attach()
    return home


def _attached(
    row: PortRow,
    context: "RunContext",
    run: str,
    buttons: "Callable[[], RemoteButtons]",
    relay: "RelaySource | None",
) -> TelemetryPort:
    """Turn a row into what subscribes when the run begins."""

    def attach(bus: Bus, inbox: Inbox) -> None:
        row.attach(
            Port(
                bus,
                inbox,
                context.clock,
                run,
                bus.topics.athlete,
                context.settings,
                context.announcer,
                buttons,
                relay,
            )
        )

    return attach


class UnsentRuns:
    """The runs that ended while no broker took their laps; the next run that has one sends them.

    A file names their folders, each with the number of the last message that was taken. Whatever is wrong with it, the
    run goes on.
    """

    def __init__(self) -> None:
        """Read the file of this runner."""
        self._path = runner_paths().state / "mqtt-unsent"

    def add(self, folder: Path, sent: int) -> None:
        """Remember a run."""
        self._write({**self._read(), str(folder): sent})

    def send_over(self, bus: Bus, athlete: Callable[[str], str]) -> None:
        """Have a bus send what there is, and forget each run that it has sent."""
        for folder, sent in self._read().items():
            bus.add_leftover(
                lambda folder=folder, sent=sent: self._messages(Path(folder), sent, bus, athlete),  # type: ignore[misc]
                lambda folder=folder: self._remove(folder),  # type: ignore[misc]
            )

    def _messages(
        self, folder: Path, sent: int, bus: Bus, athlete: Callable[[str], str]
    ) -> Sequence[Outgoing]:
        try:
            return messages_after(read_run(folder), sent, bus.presence, bus.topics, athlete)
        except Exception:  # noqa: BLE001 - deleted, damaged, of another program: there is nothing to send
            _LOG.info("%s could not be sent", folder, exc_info=True)
            return ()

    def _remove(self, folder: str) -> None:
        self._write({name: sent for name, sent in self._read().items() if name != folder})

    def _read(self) -> dict[str, int]:
        try:
            runs = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        entries = runs.items() if isinstance(runs, dict) else ()
        return {name: sent for name, sent in entries if isinstance(sent, int)}

    def _write(self, runs: Mapping[str, int]) -> None:
        newest = dict(list(runs.items())[-_MOST_UNSENT:])
        try:
            make_private_folder(self._path.parent)
            write_atomically(self._path, json.dumps(newest).encode())
        except OSError:
            _LOG.warning("what a broker did not take could not be remembered", exc_info=True)


def node_name() -> str:
    """The name of this laptop in the topics: random, made once, and kept; it tells nothing of who owns it."""
    path = runner_paths().state / "mqtt-node"
    try:
        name = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    if re.fullmatch(r"[a-z0-9]{8}", name):
        return name
    name = secrets.token_hex(4)
    try:
        make_private_folder(path.parent)
        _write_private(path, name)
    except OSError:  # a home that may not be written: another name every time
        pass
    return name


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(f"{text}\n", encoding="ascii")
