"""Measures the link to a broker: a cue's way to a device, what a frozen broker and a flood cost, and sensor messages.

The device and the gateway are processes of their own. Needs mosquitto and its clients.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from coach.edge.mqtt_bus import Bus, Policy, Received
from coach.edge.mqtt_topics import Outgoing
from tests.benchmarks.table import drawn
from tests.edge.telemetry.brokers import MOSQUITTO, Linked, Mosquitto
from tests.patience import wait_until

_CUE = "coach/v1/track/ana/cue"
_RAW = "coach/v1/track/raw/gw/strap/hr"

DEVICE = """
import sys, time
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
def arrived(client, data, message):
    now = time.monotonic()
    if message.payload[:1].isdigit():
        print(now - float(message.payload), flush=True)
client.on_message = arrived
client.on_subscribe = lambda *_: print("ready", flush=True)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
client.subscribe(sys.argv[2], qos=1)
sys.stdin.read()
"""
GATEWAY = """
import subprocess, sys, time
port, topic, rate, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-t", topic, "-l"]
client = subprocess.Popen(command, stdin=subprocess.PIPE)
time.sleep(0.3)
began, sent = time.monotonic(), 0
while (passed := time.monotonic() - began) < seconds:
    count = int(passed * rate) - sent
    line = '{"hex":"16a80e01","ts":%.3f,"rssi":-61}\\n' % time.monotonic()
    client.stdin.write((line * count).encode())
    client.stdin.flush()
    sent += count
    time.sleep(0.002)
client.stdin.close()
client.wait()
print(sent)
"""


def table(unit: float) -> str:
    """The measurements beside their budgets."""
    del unit
    if not Path(MOSQUITTO).exists():
        return "## MQTT\n\nno mosquitto: make system-deps"
    with tempfile.TemporaryDirectory() as folder:
        broker = Mosquitto(Path(folder), "allow_anonymous true", "set_tcp_nodelay true").start()
        try:
            rows = asyncio.run(_measured(broker))
        finally:
            broker.stop()
    return drawn("MQTT (loopback mosquitto)", ("what", "measured", "budget"), rows)


async def _measured(broker: Mosquitto) -> list[tuple[str, str, str]]:
    cues = await _to_device(broker)
    alone = await _late(None)
    linked = await _late(broker)
    share, taken = await _sensors(broker)
    flood = await _flood(broker)
    frozen = await _late(broker, is_frozen=True)
    return [
        (
            f"cue to a device, QoS 1, 50/s, {len(cues)} of 500: median, p99",
            f"{median(cues):.2f}, {_p99(cues):.2f} ms",
            "p99 <= 10 ms",
        ),
        ("lateness of the run's loop, no broker: p99", f"{_p99(alone):.2f} ms", ""),
        ("the same, publishing 20 messages/s", f"{_p99(linked):.2f} ms", "<= 20 ms"),
        ("the same, the broker frozen", f"{_p99(frozen):.2f} ms", "as without, <= 20 ms"),
        (f"500 sensor messages/s, {taken} taken", f"{share * 100:.1f} % of a core", "<= 10 %"),
        *flood,
    ]


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


async def _to_device(broker: Mosquitto, count: int = 500) -> list[float]:
    """Milliseconds from handing a cue to the bus to its arrival in another process."""
    device = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DEVICE, str(broker.port), _CUE),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert device.stdout is not None
    assert device.stdin is not None
    await device.stdout.readline()
    async with Linked(broker.address) as linked:
        await linked.until_up()
        await wait_until(lambda: linked.bus._has_probed)
        for _ in range(count):
            message = Outgoing(_CUE, str(time.monotonic()).encode(), qos=1, expiry_s=5.0)
            linked.bus.send(message, Policy.EVENT, ttl_s=5.0)
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
    device.stdin.close()
    printed, _ = await device.communicate()
    return [float(line) * 1000 for line in printed.splitlines()]


async def _late(broker: Mosquitto | None, *, is_frozen: bool = False, seconds: float = 8.0) -> list[float]:
    """Milliseconds by which the run's loop is late for a timer, while it publishes as a run does, and more."""
    if broker is None:
        return await _ticks(None, seconds)
    async with Linked(broker.address) as linked:
        await linked.until_up()
        if is_frozen:
            broker.freeze()
        return await _ticks(linked.bus, seconds)


async def _ticks(bus: Bus | None, seconds: float) -> list[float]:
    late = []
    due = began = time.monotonic()
    while due < began + seconds:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        late.append((time.monotonic() - due) * 1000)
        due += 0.05
        if bus is not None:
            bus.publish("coach/v1/track/ana/tm", "x" * 300, ttl_s=3.0)
            if len(late) % 20 == 0:
                bus.send(Outgoing(_CUE, b"x" * 300, qos=1), Policy.EVENT, ttl_s=3.0)
                bus.publish("coach/v1/track/ana/state", "x" * 600, qos=1, retain=True)
    return late


async def _sensors(broker: Mosquitto, rate: float = 500, seconds: float = 5.0) -> tuple[float, int]:
    """Share of a core for taking sensor messages, and how many were taken."""
    taken: list[Received] = []
    async with Linked(broker.address) as linked:
        linked.bus.subscribe("coach/v1/track/raw/+/+/hr", taken.append)
        await linked.until_up()
        await wait_until(lambda: linked.bus._has_probed)
        used = time.process_time()
        await _gateway(broker, rate, seconds)
        share = (time.process_time() - used) / seconds
    return share, len(taken)


async def _gateway(broker: Mosquitto, rate: float, seconds: float) -> int:
    command = (sys.executable, "-c", GATEWAY, str(broker.port), _RAW, str(rate), str(seconds))
    gateway = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    printed, _ = await gateway.communicate()
    return int(printed)


async def _flood(broker: Mosquitto, rate: float = 12_000, seconds: float = 4.0) -> list[tuple[str, str, str]]:
    """What 12,000 messages a second do: memory, age, the run's loop, and the counter."""
    ages: list[float] = []
    async with Linked(broker.address) as linked:
        linked.bus.subscribe(
            "coach/v1/track/raw/+/+/hr",
            lambda each: ages.append(time.monotonic() - float(each.payload.split(b":")[2].split(b",")[0])),
        )
        await linked.until_up()
        await wait_until(lambda: linked.bus._has_probed)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        flooding = asyncio.ensure_future(_gateway(broker, rate, seconds))
        late = await _ticks(None, seconds)
        sent = await flooding
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        dropped = sum(linked.bus.dropped.values())
    return [
        (
            f"flood, {sent / seconds:.0f} sent/s: taken, dropped here",
            f"{len(ages)}, {dropped}",
            "the rest the broker drops",
        ),
        ("flood: age of what is taken, p99", f"{_p99(ages) * 1000:.0f} ms", "< 1 s"),
        ("flood: memory grown", f"{grown:.1f} MB", "bounded"),
        ("flood: lateness of the run's loop, p99", f"{_p99(late):.1f} ms", ""),
    ]
