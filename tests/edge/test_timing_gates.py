"""Timing gates at the edge: their clocks, what is dropped, and the recipes of the how-to page."""

import asyncio
import importlib.util
import json
import re
from math import log10
from pathlib import Path
from random import Random
from typing import Any

import pytest

from coach.edge.conductor import Conductor
from coach.edge.remote_buttons import LONGEST, GateClock, GateMessage, TimingGates
from coach.edge.settings import Settings, load_settings
from coach.live.run import LiveRun
from coach.problems import SettingsProblem
from coach.quantities import Metres, Seconds
from coach.session.phases import Button, Origin, Pressed, TimingGate
from tests.edge.doubles import FakeClock, KeptInbox
from tests.session.builders import Track, rest, work

ROOT = Path(__file__).parents[2]


def example(name: str) -> Any:
    """A recipe of the how-to page, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs/examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Gates:
    """Gates, the run they press in, and what was said of them."""

    def __init__(self, **places: float) -> None:
        self.clock = FakeClock(5100.0)
        self.run = KeptInbox(self.clock)
        self.said: list[str] = []
        metres = {name: Metres(place) for name, place in places.items()}
        self.gates = TimingGates(self.run, metres, self.said.append)

    def take(self, arrived_at, name="line", **message) -> str:
        """A message arrives at a moment; returns why it is not handed on."""
        self.clock.time = 5000.0 + arrived_at
        return self.gates.take(name, json.dumps(message).encode())

    def crossings(self) -> list[float]:
        """When the gate was passed, as the run was told."""
        presses = [event for event in self.run.events if isinstance(event, Pressed)]
        return [press.pressed_at for press in presses if press.pressed_at is not None]


def test_a_crossing_is_a_mark_at_its_own_time():
    """It carries the gate and its place on the lap."""
    gates = Gates(line=0.0, back=200.0)
    assert gates.take(100.0, "back", age_s=0.4, tag="7", ts="2026-11-30T18:04:05Z") == ""
    back = TimingGate("back", Metres(200.0))
    assert gates.run.events == [
        Pressed(Seconds(99.6), Button.MARK, Origin.GATE, pressed_at=Seconds(99.6), gate=back)
    ]


def test_the_first_message_of_a_clock_counts_as_it_arrives():
    """Nobody knows how far it is off; the quickest message so far tells it."""
    gates = Gates()
    gates.take(100.0, at=5000.0)
    gates.take(200.7, at=5100.0)  # 0.7 s longer under way
    gates.take(299.95, at=5200.0)  # quicker than the first
    gates.take(400.0, at=5300.0)
    assert gates.crossings() == pytest.approx([100.0, 200.0, 299.95, 399.95])


def test_a_message_that_tells_the_clock_only_marks_nothing():
    """A gate that says its time now and then is exact from the first crossing on."""
    gates = Gates()
    assert gates.take(100.0, at=5000.0, sync=True) == "it tells its clock only."
    gates.take(150.9, at=5050.0)
    assert gates.crossings() == [150.0]
    assert gates.said == []


def test_an_age_counts_before_a_clock():
    """It needs no clock at all."""
    gates = Gates()
    gates.take(100.0, at=5000.0)
    gates.take(200.7, at=5100.0, age_s=0.1)
    assert gates.crossings()[1] == 200.6


@pytest.mark.parametrize("seed", range(5))
def test_a_clock_that_drifts_is_followed_to_a_twentieth_of_a_second(seed):
    """An hour of crossings through a network that takes 5 to 900 ms, by a clock that is hours and 50 ppm off."""
    random, gates, off_s = Random(seed), Gates(), []
    offset, drift = random.uniform(-1e4, 1e4), random.choice([-50e-6, 50e-6])
    arrivals: list[tuple[float, dict[str, Any], float]] = []
    for second in range(0, 3600, 10):
        for at, is_sync in ((second + 0.0, True), (second + random.uniform(1.0, 9.0), False)):
            if is_sync or second % 90 == 0:
                delay_s = random.choice([random.uniform(0.005, 0.03), random.uniform(0.03, 0.9)])
                message = {"at": 2e4 + offset + at * (1 + drift), "sync": is_sync}
                arrivals.append((1000.0 + at + delay_s, message, 1000.0 + at))
    for arrived_at, message, at in sorted(arrivals, key=lambda arrival: arrival[0]):
        before = len(gates.run.events)
        gates.take(arrived_at, **message)
        if len(gates.run.events) > before and at > 1060.0:
            off_s.append(gates.crossings()[-1] - at)
    assert len(off_s) >= 35
    assert max(map(abs, off_s)) <= 0.05


def test_a_clock_that_begins_anew_is_learnt_anew():
    """A gate without a battery counts from 0 after each start."""
    clock = GateClock()
    assert [clock.age(5000.0 + at, 100.0 + at) for at in (0.0, 10.0)] == [0.0, 0.0]
    assert clock.age(1.0, 200.0) == 0.0
    assert clock.age(11.0, 210.5) == 0.5


def test_a_clock_that_was_set_forward_adds_no_time():
    """What arrives then is the quickest there ever was."""
    clock = GateClock()
    clock.age(10.0, 100.0)
    assert clock.age(1_800_000_000.0, 110.0) == 0.0


@pytest.mark.parametrize(
    ("name", "message", "reason"),
    [
        ("line", b"{", "It is not JSON."),
        ("line", b'{"at": "7"}', "at: input should be a valid number."),
        ("line", b'{"age_s": -1}', "age_s: input should be greater than or equal to 0."),
        ("line", b'{"age_s": NaN}', "age_s: input should be a finite number."),
        ("line", b"{}", "it does not say when it was passed: age_s or at."),
        ("line", b'{"age_s": 5.2}', "a crossing arrived over 5 s late."),
        ("line", b" " * (LONGEST + 1), "a message of over 8192 bytes."),
        ("Line one", b'{"age_s": 0}', "a name is 1 to 32 small letters, digits, _ and -."),
        ("home", b'{"age_s": 0}', "its place is not set: coach config set timing_gates.home METRES"),
    ],
)
def test_what_is_dropped_is_counted_and_told_once(name, message, reason):
    """However often it comes."""
    gates = Gates(line=0.0)
    for _ in range(3):
        assert gates.gates.take(name, message) == reason
    assert gates.run.events == []
    assert gates.gates.dropped == {reason: 3}
    assert gates.said == [f"Timing gate {name!r}: {reason}"]


def test_a_retained_crossing_is_an_old_one():
    """A broker gives it to whoever subscribes."""
    gates = Gates()
    reason = gates.gates.take("line", b'{"age_s": 0}', is_retained=True)
    assert reason == "a retained message is an old one: publish crossings without retain."


def test_one_gate_is_passed_once_in_two_seconds():
    """An arm, the body, and a message that a broker delivers twice; another gate is another."""
    gates = Gates(line=0.0, back=200.0)
    said = [
        gates.take(at, age_s=age_s) for at, age_s in ((100.0, 0.0), (100.3, 0.1), (104.5, 4.5), (102.1, 0.0))
    ]
    assert said == ["", "it was passed just before.", "it was passed just before.", ""]
    assert gates.take(102.2, "back", age_s=0.0) == ""
    assert gates.said == []


def test_gates_without_number_are_not_listened_to():
    """A faulty sender invents names."""
    gates = Gates()
    said = [gates.take(100.0, f"gate{count}", age_s=0.0) for count in range(40)]
    assert said[32:] == ["over 32 gates."] * 8
    assert len(gates.said) <= 32


def test_the_time_a_message_waited_is_part_of_its_age():
    """The thread of the broker takes it before the loop does."""
    gates = Gates()
    gates.gates.take("line", b'{"age_s": 0.25}', arrived_s_ago=0.5)
    assert gates.crossings() == [99.25]


@pytest.mark.asyncio
async def test_a_gate_ends_a_rep_of_a_run_that_is_conducted():
    """From the message to the result of the step."""
    clock, track = FakeClock(), Track(work(400.0), rest(60.0), surface="grass", by_hand=True, opened=False)
    run: Any = LiveRun(track.setup)
    conductor = Conductor(run, clock)
    gates = TimingGates(conductor, {})
    conducting = asyncio.create_task(conductor.conduct())
    await clock.advance(100.0)
    assert gates.take("line", b'{"age_s": 1.25}') == ""
    await clock.advance(1.0)
    assert [result.ended_at for result in run.session.results] == [98.75]
    conductor.leave()
    await conducting


def test_the_places_of_gates_are_a_setting(tmp_path):
    """Metres after the finish line, checked."""
    file = tmp_path / "settings.toml"
    file.write_text("[timing_gates]\nline = 0\nback = 200\n")
    assert load_settings(file, {}).timing_gates == {"line": 0.0, "back": 200.0}
    assert Settings().timing_gates == {}
    for line, reason in (
        ("back = 1000", "back: a gate stands 0 to 1000 m"),
        ('"At the line" = 0', "a gate is called by"),
    ):
        file.write_text(f"[timing_gates]\n{line}\n")
        with pytest.raises(SettingsProblem, match=reason):
            load_settings(file, {})


# --- the recipes


def test_the_how_to_names_every_recipe_and_its_messages_are_messages():
    """What the page shows is what a gate may send."""
    page = (ROOT / "docs/how-to/timing-gates.md").read_text(encoding="utf-8")
    assert {path.name for path in (ROOT / "docs/examples").glob("*_gate.py")} <= set(
        re.findall(r"\w+\.py", page)
    )
    messages = re.findall(r"```text\n(.*?)\n```", page, re.DOTALL)
    assert messages
    for message in "\n".join(messages).splitlines():
        GateMessage.model_validate_json(message)
    assert "untried on hardware" in page.lower()


def test_the_light_gate_tells_each_runner_once():
    """Arms and body are one; a crossing waits until it is told, or is too old."""
    light_gate = example("light_gate")
    crossings = light_gate.Crossings()
    for tick in (1000, 1040, 1110, 3500):
        crossings.broken(tick)
    assert crossings.oldest(1200) == 1000
    assert json.loads(light_gate.age_s(1250, crossings.oldest(1250))) == {"age_s": 0.25}
    crossings.told()
    assert crossings.oldest(3600) == 3500
    assert crossings.oldest(8600) is None


def test_a_runner_who_stands_in_the_beam_is_one():
    """Each break begins the quiet time anew."""
    crossings = example("light_gate").Crossings()
    for tick in range(0, 9000, 500):
        crossings.broken(tick)
    assert crossings.oldest(9000) is None


def test_the_ticks_of_the_board_begin_anew():
    """After twelve days of being on."""
    light_gate = example("light_gate")
    assert light_gate.elapsed_ms(150, light_gate.PERIOD - 100) == 250
    assert light_gate.elapsed_ms(light_gate.PERIOD - 100, 150) == -250


def passes(seed, speed=4.5, past_m=3.0, laps=6):
    """When a tag passed, and what its signal told of it: 10 advertisements a second, 3 dB of noise."""
    random, passing = Random(seed), example("beacon_gate").Passing()
    found, true = [], [20.0 + 90.0 * lap for lap in range(laps)]
    for step in range(int((true[-1] + 20.0) * 10)):
        at = step / 10 + random.uniform(0.0, 0.02)
        along_m = min(abs(at - moment) for moment in true) * speed
        distance_m = max(0.5, (min(along_m, 60.0) ** 2 + past_m**2) ** 0.5)
        if (
            passed_at := passing.add(at, -59.0 - 20.0 * log10(distance_m) + random.gauss(0.0, 3.0))
        ) is not None:
            found.append(passed_at)
    return true, found


@pytest.mark.parametrize("seed", range(6))
def test_a_beacon_is_found_once_a_lap(seed):
    """Half a second is what a strength tells, no more."""
    true, found = passes(seed)
    assert len(found) == len(true)
    assert max(abs(one - other) for one, other in zip(found, true, strict=True)) <= 0.8


def test_whoever_passes_far_away_is_nobody():
    """The other side of the track is 70 m off."""
    assert passes(1, past_m=40.0)[1] == []


def test_whoever_stands_beside_the_laptop_passes_nothing():
    """A strong signal that lasts is no crossing."""
    passing, random = example("beacon_gate").Passing(), Random(5)
    assert [passing.add(step / 10, -60.0 + random.gauss(0.0, 1.0)) for step in range(200)] == [None] * 200


def test_where_many_are_timed_each_crossing_is_told_with_its_tag():
    """Two runners 20 ms apart are two; the same message again is one."""
    from coach.app.by_hand import HandTimingService
    from tests.edge.doubles import FakeClock
    from tests.squad.hand_sessions import hand_setup

    clock = FakeClock()
    service = HandTimingService(hand_setup(3), clock)
    service.begin()
    clock.time += 70.0

    def crossed(name: str, moment: Seconds, tag: str) -> None:
        service.pass_gate(moment, name, tag)

    gates = TimingGates(service, {}, crossed=crossed, again_s=0.001)
    for body in (
        b'{"age_s": 0.5}',
        b'{"age_s": 0.48, "tag": "b"}',
        b'{"age_s": 0.5}',
        b'{"at": 5, "sync": true}',
    ):
        gates.take("line", body)
    assert [press.moment for press in service.timing.presses] == [69.5, 69.52]
    assert service.timing.owners == {1: "", 2: "ben"}
