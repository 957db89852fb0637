"""Somebody at the keys with sensors in the air: pairing by question, and on the Sensors screen before a run."""

import asyncio
import json

import pytest

from coach.cli.sensors import numbers_in
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import load_sensors
from tests.pty.terminal import Terminal
from tests.radio.peripherals import pod, strap

pytestmark = pytest.mark.pty

TEN_S = {
    "format": "coach-workout/1",
    "name": "Ten seconds",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "0:10"}}]}],
}


@pytest.fixture
def on_terminal(home):
    """Starts the program on a terminal, and ends what is left of it."""
    started: list[Terminal] = []

    def start(*words):
        started.append(Terminal(list(words), home, columns=80, lines=24))
        return started[-1]

    yield start
    for terminal in started:
        terminal.close()


async def shows(terminal, *words):
    """Wait, off the loop that the BlueZ of ours lives on, until all of these were shown."""
    await asyncio.to_thread(
        terminal.until, lambda: all(word.encode() in terminal.output for word in words), f"{words}"
    )


async def types(terminal, keys):
    """Press keys, and forget what was shown before."""
    terminal.output = b""
    terminal.type(keys)


def mine():
    """The sensors that are remembered by now."""
    return load_sensors(runner_paths().sensors).all()


@pytest.mark.asyncio
async def test_pairing_asks_which_one_it_is(bluez, on_terminal):
    """Neighbours about as near are listed with numbers, and Enter alone takes none of them."""
    first, second = strap("One"), strap("Two")
    bluez.add(first, second)
    terminal = on_terminal("sensors", "pair", "--seconds", "1", "--label", "my strap")
    await shows(terminal, "Which one is yours?", first.address, second.address)
    await types(terminal, "\n")
    await shows(terminal, "Which one is yours?")
    await types(terminal, "2\n")
    await shows(terminal, "Paired: my strap")
    assert await asyncio.to_thread(terminal.exit_code) == 0
    assert [(each.name, each.label) for each in mine()] in (
        [("One", "my strap")],
        [("Two", "my strap")],
    )


@pytest.mark.asyncio
async def test_the_one_beside_the_laptop_is_offered(bluez, on_terminal):
    """Nearer than all others by 10 dB it is taken by Enter alone; several may be taken."""
    near, far = strap("Near"), strap("Far")
    near.rssi_dbm, far.rssi_dbm = -45, -80
    bluez.add(far, near)
    terminal = on_terminal("sensors", "pair", "--seconds", "1")
    await shows(terminal, "Which ones are yours? (1-2, several as 1 2) [")
    await types(terminal, "\n")
    await shows(terminal, "Paired: Near")
    assert [each.id for each in mine()] == [near.address]


@pytest.mark.asyncio
async def test_several_are_paired_at_once(bluez, on_terminal):
    """Strap and pod are one answer; what is no answer is asked again; both are the athlete's who is the only one."""
    runner_paths().athletes.mkdir(parents=True)
    (runner_paths().athletes / "ida.json").write_text('{"format": "coach-athlete/1", "slug": "ida"}')
    bluez.add(strap("Belt"), pod("Foot"))
    terminal = on_terminal("sensors", "pair", "--seconds", "1")
    await shows(terminal, "Which ones are yours?")
    await types(terminal, "1 3\n")
    await shows(terminal, "Which ones are yours?")
    await types(terminal, "1 2\n")
    await shows(terminal, "Paired: Belt, a strap, worn by ida.", "Paired: Foot, a pod, worn by ida.")
    assert await asyncio.to_thread(terminal.exit_code) == 0
    assert sorted((each.name, each.athlete) for each in mine()) == [("Belt", "ida"), ("Foot", "ida")]


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [
        ("1 2", [1, 2]),
        ("2,1", [2, 1]),
        ("1 and 3", [1, 3]),
        ("1-3", [1, 2, 3]),
        (" 2 2 ", [2]),
        ("1 2 9", []),
        ("0", []),
        ("3-1", []),
        ("both", []),
        ("", []),
    ],
)
def test_numbers_are_read_as_people_write_them(answer, numbers):
    """Each once, in the order of the answer; anything else in it makes it unclear."""
    assert numbers_in(answer, 3) == numbers


@pytest.mark.asyncio
@pytest.mark.parametrize("key", ["\x03", "\x04"])
async def test_a_question_is_left_at_once(bluez, on_terminal, key):
    """Ctrl-C and Ctrl-D exit with 130 and remember nobody."""
    bluez.add(strap(), strap())
    terminal = on_terminal("sensors", "pair", "Polar H10 A1B2C3D4", "--seconds", "5")
    await shows(terminal, "Which one is yours?")
    await types(terminal, key)
    assert await asyncio.to_thread(terminal.exit_code) == 130
    assert mine() == ()


@pytest.mark.asyncio
async def test_a_sensor_paired_on_the_screen_measures_the_run(bluez, on_terminal):
    """F8 in the library shows who is near, Enter remembers, and the run that is then picked is measured by it."""
    worn = strap("Polar H10 A1B2C3D4")
    bluez.add(worn)
    runner_paths().workouts.mkdir(parents=True)
    (runner_paths().workouts / "aaa.json").write_text(json.dumps(TEN_S))
    terminal = on_terminal("run")
    await shows(terminal, "leave")
    await types(terminal, "\x1b[19~")
    await shows(terminal, "Sensors", "Polar H10")
    await types(terminal, "\r")
    await shows(terminal, "Paired: Polar")
    assert [each.serial for each in mine()] == ["A1B2C3D4"]
    await types(terminal, "\x1b")
    await shows(terminal, "leave")
    await types(terminal, "/ten seconds\r")
    await shows(terminal, "strap", "searching")
    beats = asyncio.create_task(beat(worn))
    await asyncio.to_thread(
        terminal.until, lambda: any(each["state"] == "live" for each in terminal.said("sensor")), "live"
    )
    beats.cancel()
    await types(terminal, "q")
    await shows(terminal, "Leave the run?")
    await types(terminal, "l")
    assert await asyncio.to_thread(terminal.exit_code) == 0
    assert b"Traceback" not in terminal.output


async def beat(worn):
    """Let a heart beat ten times a second, so that nobody waits for it."""
    while True:
        worn.beat(150)
        await asyncio.sleep(0.1)
