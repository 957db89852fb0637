"""Puts the MQTT side of a run together: which broker, which topics, and what takes something from it.

A run that asks for no broker imports none of this.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.terminal import Announcer, Console, Stage
from coach.edge.clock import Clock
from coach.edge.files import make_private_folder
from coach.edge.paths import runner_paths
from coach.edge.run_folder import read_run
from coach.edge.settings import MqttSettings, Settings
from coach.edge.sources import Inbox
from coach.edge.telemetry.address import BrokerAddress, MqttRequest, broker_for
from coach.edge.telemetry.bus import Bus, LinkState, Policy, Received
from coach.edge.telemetry.messages import TOPICS, Presence, Topics, athlete_level
from coach.edge.telemetry.sink import Feed, RunTelemetry, TelemetryPort, laps_in
from coach.problems import SettingsProblem
from coach.session.buttons import Origin

if TYPE_CHECKING:
    from coach.app.live_run import RunContext
    from coach.edge.conductor import Resumption
    from coach.edge.recorder import Recorder
    from coach.edge.remote_buttons import Ack, RemoteButtons
    from coach.live.inputs import RunSetup

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


@dataclass(frozen=True, slots=True)
class PortRow:
    """One kind of thing that takes something from the broker."""

    name: str
    is_wanted: Callable[[MqttPlan], bool]
    attach: Callable[[Port], None]


def _take_commands(port: Port) -> None:
    """Press the buttons that `cmd` names, and answer each on `cmd/ack`."""
    bus, buttons = port.bus, port.buttons()

    def answer(ack: "Ack") -> None:
        values = {key: value for key, value in ack.to_json().items() if key != "v"}
        bus.send(bus.presence.outgoing("cmd_ack", values), Policy.EVENT, ttl_s=TOPICS["cmd_ack"].ttl_s)

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
    from coach.edge.timing_gates import TimingGates

    gates = TimingGates(port.inbox, port.settings.timing_gates, port.say)

    def take(received: Received) -> None:
        if not received.is_oversized:
            gates.take(
                received.levels()[-1],
                received.payload,
                arrived_s_ago=port.clock.monotonic() - received.arrived_at,
                is_retained=received.is_retained,
            )

    port.bus.subscribe(port.bus.topics.of("gate", gate="+"), take, qos=TOPICS["gate"].qos)


PORTS: Final[tuple[PortRow, ...]] = (
    PortRow("commands", lambda plan: plan.has_control, _take_commands),
    PortRow("gates", lambda plan: plan.has_control, _take_gates),
)
"""Everything that takes something from the broker: its name, when it is wanted, and how it subscribes."""


def plan_for(
    request: MqttRequest | None,
    settings: Settings,
    *,
    takes_values: bool = False,
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
    return MqttPlan(address, request.has_control, takes_values)


def _check_levels(settings: MqttSettings) -> None:
    """Check what the settings put into the topics.

    Raises:
        SettingsProblem: it cannot stand there.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}(/[A-Za-z0-9_-]{1,32}){0,7}", settings.root):
        raise SettingsProblem(
            f"mqtt.root: {settings.root!r} is no beginning of a topic", "Write it as coach/v1."
        )
    for key, value in (("mqtt.site", settings.site), ("mqtt.athlete", settings.athlete or "a")):
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", value):
            raise SettingsProblem(
                f"{key}: {value!r} is no level of a topic",
                "Use small letters, digits and hyphens, such as track.",
            )


class LinkTold:
    """Tells of the link: every change where lines are printed, on the screen only trouble."""

    def __init__(self, address: BrokerAddress, announcer: Announcer, console: Console | None) -> None:
        """Tell by the announcer; what is no trouble only on a console, where there is one."""
        self._address = address
        self._announcer = announcer
        self._console = console
        self._told: LinkState | None = None
        self.word = ""
        """What stands in the title bar; empty while all is well."""

    def __call__(self, state: LinkState, words: str) -> None:
        """Take a change of the link."""
        is_new = state is not self._told
        if state is LinkState.UP:
            self.word = ""
            if is_new and self._console is not None:
                self._console.say(f"MQTT: linked to {self._address}, {words}.")
            elif not is_new:
                self._announcer(f"MQTT: {words}.")
        elif state is LinkState.LOST:
            self.word = "MQTT lost"
            if is_new:
                self._announcer(
                    f"MQTT: no link to {self._address}: {words}. The run goes on; it is tried again."
                )
        elif state is LinkState.REFUSED:
            self.word = "MQTT off"
            self._announcer(f"MQTT: no link to {self._address} any more: {words}.")
        self._told = state

    def tell_end(self, bus: Bus) -> None:
        """Tell what the broker did not get, and what was dropped."""
        if self._console is None:
            return
        dropped = {key: count for key, count in bus.dropped.items() if not key.endswith("overtaken")}
        if dropped:
            counts = ", ".join(f"{key} {count}" for key, count in sorted(dropped.items()))
            self._console.say(f"MQTT: dropped: {counts}.")
        if bus.unsent:
            self._console.say(f"MQTT: {bus.unsent} laps did not reach the broker; the recording has them.")


def telemetry_for(
    context: "RunContext",
    setup: "RunSetup",
    feed: Callable[[], Feed],
    buttons: "Callable[[], RemoteButtons]",
    *,
    recorder: "Recorder | None" = None,
    resumption: "Resumption | None" = None,
) -> tuple[RunTelemetry, LinkTold]:
    """Make what publishes a run over the broker of its context, and what tells of the link."""
    plan, clock, mqtt = context.mqtt, context.clock, context.settings.mqtt
    assert plan is not None  # it is asked for only where there is a broker
    topics = Topics(mqtt.site, athlete_level(mqtt.athlete or setup.athlete), node_name(), mqtt.root)
    first_seq = 0 if resumption is None else (int(resumption.event.at) + 1) * _SEQS_PER_S
    presence = Presence(topics, clock, run=setup.run, takes_buttons=plan.has_control, first_seq=first_seq)
    told = LinkTold(
        plan.address, context.announcer, context.console if context.stage is Stage.UNATTENDED else None
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
    telemetry = RunTelemetry(
        bus,
        clock,
        feed,
        run=setup.run,
        read_journal=None if path is None else lambda: read_run(path),
        earlier_laps=0 if folder is None else len(laps_in(folder.content)),
        retains_summary=mqtt.retain_summary,
        ports=[_attached(row, context, setup.run, buttons) for row in PORTS if row.is_wanted(plan)],
        on_closed=told.tell_end,
    )
    return telemetry, told


def _attached(
    row: PortRow, context: "RunContext", run: str, buttons: "Callable[[], RemoteButtons]"
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
            )
        )

    return attach


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
