"""The MQTT side of a run: the choice of the broker, its topics, and the inputs taken from it.

A run without a broker imports none of this.
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
from coach.edge.remote_buttons import TimingGates
from coach.edge.run_folder import read_run
from coach.edge.settings import MqttSettings, Settings
from coach.edge.sources import Inbox
from coach.edge.telemetry.address import BrokerAddress, MqttRequest, broker_for
from coach.edge.telemetry.bus import Bus, BusState, Policy, Received
from coach.edge.telemetry.sink import (
    Feed,
    HomeAssistant,
    LightPublisher,
    RunTelemetry,
    TelemetryPort,
    laps_in,
    messages_after,
)
from coach.edge.telemetry.topics import TOPICS, Outgoing, Presence, Topics, athlete_level
from coach.live.ahead import lap_lights
from coach.problems import SettingsProblem
from coach.session.phases import Origin

if TYPE_CHECKING:
    from coach.app.live_run import RunContext
    from coach.edge.conductor import Resumption
    from coach.edge.recorder import Recorder
    from coach.edge.relay import RelaySource
    from coach.edge.remote_buttons import Ack, RemoteButtons
    from coach.live.contract import RunSetup
    from coach.live.snapshot import Snapshot
    from coach.quantities import Seconds

_LOG = logging.getLogger(__name__)
_MOST_UNSENT: Final = 20
"""Runs whose laps may wait for a broker. Judged: a week or two of evenings."""
_SEQS_PER_S: Final = 32
"""Most messages a second on average, by which a resumed run numbers its messages above those it may have sent."""


@dataclass(frozen=True, slots=True)
class MqttPlan:
    """A broker for a run, and the inputs taken from it."""

    address: BrokerAddress
    has_control: bool = False
    """True if buttons are taken from it."""
    takes_values: bool = False
    """True if measured values are taken from it: `--sensors relay`."""


@dataclass(frozen=True, slots=True)
class Port:
    """The connections of one kind of input from the broker."""

    bus: Bus
    inbox: Inbox
    clock: Clock
    run: str
    athlete: str
    """The athlete's name in topics."""
    settings: Settings
    say: Callable[[str], None]
    """Prints on stderr or on the screen."""
    buttons: "Callable[[], RemoteButtons]"
    """Returns the receiver of remote buttons: one object for all of them."""
    relay: "RelaySource | None" = None
    """The receiver of measured values; None without `--sensors relay`."""
    crossed: "Callable[[str, Seconds, str], None] | None" = None
    """With many runners: takes a gate's name, the moment and the tag, instead of a mark."""


@dataclass(frozen=True, slots=True)
class PortRow:
    """One kind of input from the broker."""

    name: str
    is_wanted: Callable[[MqttPlan], bool]
    attach: Callable[[Port], None]


def _take_values(port: Port) -> None:
    """Subscribe to sensor values from phones and gateways: `value/<gateway>/<sensor>`, `raw/<gateway>/<sensor>/hr`."""
    from coach.edge.relay import RelayForm

    relay, forms = port.relay, {form.value: form for form in RelayForm}
    assert relay is not None  # guaranteed by `is_wanted`

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
    """Subscribe to `cmd`, press the named buttons, and answer each on `cmd/ack`."""
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
    """Subscribe to every timing gate of the site, and mark each crossing."""
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
"""With many runners, crossings within this time are the same, in seconds: a broker may deliver one twice."""


PORTS: Final[tuple[PortRow, ...]] = (
    PortRow("commands", lambda plan: plan.has_control, _take_commands),
    PortRow("gates", lambda plan: plan.has_control, _take_gates),
    PortRow("measured values", lambda plan: plan.takes_values, _take_values),
)
"""Every kind of input from the broker: its name, its condition, and its subscription."""


def plan_for(
    request: MqttRequest | None,
    settings: Settings,
    *,
    environment: Mapping[str, str] = os.environ,
) -> MqttPlan | None:
    """Return the broker of a run, checked for safety; None for a run without one.

    Raises:
        UsageProblem: the address cannot be read, or is not safe with these options.
        SettingsProblem: a level of the topics is invalid.
    """
    request = request or MqttRequest()
    address = broker_for(request, settings.mqtt, environment)
    if address is None:
        return None
    _check_levels(settings.mqtt)
    return MqttPlan(address, request.has_control)


def _check_levels(settings: MqttSettings) -> None:
    """Validate the settings that become parts of topics.

    Raises:
        SettingsProblem: a level is invalid.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}(/[A-Za-z0-9_-]{1,32}){0,7}", settings.root):
        raise SettingsProblem(
            f"mqtt.root: {settings.root!r} is not a valid start of a topic", "Write it as coach/v1."
        )
    levels = {"site": settings.site, "athlete": settings.athlete, "light_group": settings.light_group}
    for name, value in levels.items():
        if (value or name == "site") and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", value):
            raise SettingsProblem(
                f"mqtt.{name}: {value!r} is not a valid level of a topic",
                "Use small letters, digits and hyphens, such as track.",
            )


_LATER: Final = {
    True: "The next run with a broker sends them.",
    False: "They are lost: the run is not recorded.",
}


class LinkReport:
    """Reports the link to the broker: every change if lines are printed, only trouble on the screen."""

    def __init__(self, address: BrokerAddress, announcer: Announcer, console: Console | None) -> None:
        """Report trouble by the announcer, and other changes on the console, if there is one."""
        self._address = address
        self._announcer = announcer
        self._console = console
        self._state: BusState | None = None
        self.word = ""
        """The warning for the title bar; empty while the link is up."""

    def __call__(self, state: BusState, words: str) -> None:
        """Report a change of the link."""
        is_new = state is not self._state
        if state is BusState.UP:
            self.word = ""
            if is_new and self._console is not None:
                self._console.say(f"MQTT: connected to {self._address}, {words}.")
            elif not is_new:
                self._announcer(f"MQTT: {words}.")
        elif state is BusState.LOST:
            self.word = "MQTT lost"
            if is_new:
                self._announcer(
                    f"MQTT: no link to {self._address}: {words}. The run continues, and the link is retried."
                )
        elif state is BusState.REFUSED:
            self.word = "MQTT off"
            self._announcer(f"MQTT: lost the link to {self._address}: {words}.")
        self._state = state

    def report_end(self, bus: Bus, *, is_kept: bool) -> None:
        """Report the messages that the broker did not get, and those that were dropped."""
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
) -> tuple[RunTelemetry, LinkReport]:
    """Create the publisher of a run for the broker of its context, and the report of the link.

    `relay` receives measured values, if requested.
    """
    plan, clock, mqtt = context.mqtt, context.clock, context.settings.mqtt
    assert plan is not None  # called only with a broker
    plan = replace(plan, takes_values=relay is not None)
    athlete = athlete_level(mqtt.athlete or setup.athlete)
    topics = Topics(mqtt.site, athlete, node_name(), mqtt.root, mqtt.light_group)
    first_seq = 0 if resumption is None else (int(resumption.event.at) + 1) * _SEQS_PER_S
    presence = Presence(topics, clock, run=setup.run, takes_buttons=plan.has_control, first_seq=first_seq)
    report = LinkReport(
        plan.address, context.announcer, context.console if context.run_mode is RunMode.UNATTENDED else None
    )
    bus = Bus(
        plan.address,
        presence,
        clock,
        client_id=mqtt.client_id,
        replay=lambda seq: telemetry.replay(seq),  # noqa: PLW0108 - it is made below, with its bus
        on_link=report,
    )
    folder = None if recorder is None or recorder.folder is None else recorder.folder
    path = None if folder is None else folder.path
    unsent = UnsentRuns()

    def on_closed(closed: RunTelemetry) -> None:
        is_kept = path is not None and not closed.was_discarded
        if path is not None and is_kept and bus.unsent and closed.has_ended:
            unsent.add(path, bus.kept_sent)
        report.report_end(bus, is_kept=is_kept)

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
    return telemetry, report


def line_link(
    plan: MqttPlan,
    make_port: Callable[[Bus], Port],
    *,
    settings: Settings,
    clock: Clock,
    run: str,
    announcer: Announcer,
) -> Bus:
    """Create a link for gates and phones at the line, without publishing a run."""
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
        on_link=LinkReport(plan.address, announcer, None),
    )
    port = make_port(bus)
    _take_gates(port)
    if plan.has_control:
        _take_commands(port)
    return bus


def _pace_lights(bus: Bus, context: "RunContext", setup: "RunSetup") -> LightPublisher:
    """Create the publisher of a run's pace lights, in the colours of the strips."""
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
    """Create the Home Assistant discovery of a run, with the words of the screen."""
    from coach.screen import words
    from coach.screen.words import judgement

    def state_words(snapshot: "Snapshot") -> dict[str, str]:
        state = judgement(snapshot).wordings[0].replace("\n", ", ")
        if snapshot.speed is None or words.is_stale(snapshot.speed):
            return {"state": state}
        return {"state": state, "pace": f"{words.pace(snapshot.speed.value, snapshot.unit)} /{snapshot.unit}"}

    home = HomeAssistant(bus, run, state_words, has_buttons=plan.has_control)
    home.attach()
    return home


def _attached(
    row: PortRow,
    context: "RunContext",
    run: str,
    buttons: "Callable[[], RemoteButtons]",
    relay: "RelaySource | None",
) -> TelemetryPort:
    """Return the port of a row, which subscribes when the run starts."""

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
    """The runs that ended before a broker took their laps; the next run with a broker sends them.

    A file names their folders, each with the number of the last message that was sent. A damaged file never stops a
    run.
    """

    def __init__(self) -> None:
        """Use the file of this runner."""
        self._path = runner_paths().state / "mqtt-unsent"

    def add(self, folder: Path, sent: int) -> None:
        """Save a run to be sent later."""
        self._write({**self._read(), str(folder): sent})

    def send_over(self, bus: Bus, athlete: Callable[[str], str]) -> None:
        """Let a bus send the saved runs, and forget each once it is sent."""
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
    """Return this laptop's name in topics: random, created once and saved, so that it reveals nothing of its owner."""
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
    except OSError:  # the home cannot be written: the next run has another name
        pass
    return name


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(f"{text}\n", encoding="ascii")
