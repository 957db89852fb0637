"""Real brokers for tests: mosquitto with a configuration of its own on a free port, and a listener that remembers."""

import getpass
import json
import shutil
import signal
import socket
import subprocess
import threading
import time
import weakref
from pathlib import Path
from typing import Any, Self

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from coach.edge.clock import MachineClock
from coach.edge.telemetry.address import BrokerAddress
from coach.edge.telemetry.bus import Bus, BusState
from coach.edge.telemetry.topics import Presence, Topics
from tests.patience import wait_until

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
needs_mosquitto = pytest.mark.skipif(not Path(MOSQUITTO).exists(), reason="no mosquitto: make system-deps")


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


class Mosquitto:
    """A mosquitto that can be stopped, started again and frozen."""

    def __init__(self, folder: Path, *lines: str, port: int | None = None) -> None:
        """Configure it; without lines everybody may do everything."""
        self.port = port or free_port()
        self._config = folder / f"mosquitto-{self.port}.conf"
        rest = "\n".join(lines or ["allow_anonymous true"])
        user = getpass.getuser()  # started by root, it would become another one, who may not read our files
        self._config.write_text(f"user {user}\nlistener {self.port} 127.0.0.1\n{rest}\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> BrokerAddress:
        """Where it is."""
        return BrokerAddress("127.0.0.1", self.port)

    @property
    def url(self) -> str:
        """Where it is, as it is typed."""
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> "Mosquitto":
        """Start it, and wait until it listens."""
        command = [MOSQUITTO, "-c", str(self._config)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        weakref.finalize(self, _end, self._process)  # where a test fails before it stops it
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            assert self._process.poll() is None, "mosquitto ended at once"
            time.sleep(0.01)
        raise AssertionError("mosquitto does not listen")

    def stop(self) -> None:
        """End it, frozen or not."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def read_anew(self) -> None:
        """Let it read its rules again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def freeze(self) -> None:
        """Let it do nothing more: it takes connections and answers none."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)


class Listener:
    """A device: keeps every message it is sent, with the moment."""

    def __init__(self, port: int, *patterns: str, **options: Any) -> None:
        """Connect and subscribe, with QoS 1."""
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self._is_ready = threading.Event()
        version = paho.MQTTv311 if options.get("protocol") == "3.1.1" else paho.MQTTv5
        self.client = paho.Client(CallbackAPIVersion.VERSION2, protocol=version)
        if "username" in options:
            self.client.username_pw_set(options["username"], options["password"])
        if "ca" in options:
            self.client.tls_set(options["ca"], options.get("cert"), options.get("key"))
        self.client.on_subscribe = lambda *_: self._is_ready.set()
        self.client.on_message = lambda _client, _data, message: self._take(message)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.client.subscribe([(each, 1) for each in patterns or ("#",)])
        assert self._is_ready.wait(5)

    def _take(self, message: paho.MQTTMessage) -> None:
        try:
            payload = json.loads(message.payload)
        except ValueError:
            payload = {"raw": message.payload}
        if not isinstance(payload, dict):
            payload = {"raw": message.payload}
        if payload.get("_type") != "probe":
            self.messages.append((message.topic, payload))

    def of(self, tail: str) -> list[dict[str, Any]]:
        """The payloads of the topics that end like that."""
        return [payload for topic, payload in list(self.messages) if topic.endswith(tail)]

    def send(self, topic: str, payload: bytes | str, **options: Any) -> None:
        """Publish as a device, and wait until it is gone."""
        self.client.publish(topic, payload, **options).wait_for_publish(5)

    def close(self) -> None:
        """Leave."""
        self.client.disconnect()
        self.client.loop_stop()


class Linked:
    """A bus for a test, with what it said of its link."""

    def __init__(self, address: BrokerAddress, **options: Any) -> None:
        """Make a bus of a run called `R`."""
        clock = MachineClock()
        self.topics = Topics("track", "ana", "node1")
        self.told: list[tuple[BusState, str]] = []
        presence = Presence(self.topics, clock, run="R")
        self.bus = Bus(
            address, presence, clock, on_link=lambda state, words: self.told.append((state, words)), **options
        )

    @property
    def states(self) -> list[BusState]:
        """The states of the link, one after the other."""
        return [state for state, _ in self.told]

    @property
    def words(self) -> str:
        """Everything that was said of the link."""
        return "\n".join(words for _, words in self.told)

    async def __aenter__(self) -> Self:
        """Make the link."""
        self.bus.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.bus.close()

    async def until_up(self) -> None:
        """Wait for the link, and until the broker has confirmed every subscription."""
        await wait_until(
            lambda: (
                self.bus.state is BusState.UP and all(each.is_confirmed for each in self.bus._subscriptions)
            )
        )
