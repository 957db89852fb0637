"""Checks the machine for `coach doctor`: Python, disk, sound, sleep, terminal, settings, athletes and Bluetooth.

Each check returns a result with its fix. No check raises: every problem is a result.
"""

import os
import platform
import shutil
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import coach
from coach.athlete import load_athlete
from coach.cues.config import CueSettings
from coach.edge.audio import CARDS, OutputLevel, has_output
from coach.edge.files import plain
from coach.edge.machine import SleepInhibitor
from coach.edge.paired_sensors import DiscoveredSensor, PairedSensor, PairedSensors
from coach.edge.radio import Radio
from coach.edge.radio_scanner import Adapter
from coach.edge.settings import load_settings
from coach.edge.store import Store
from coach.gatt import Malformed
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.gatt.services import advice_for
from coach.problems import CoachProblem, SensorProblem, SensorTrouble
from coach.quantities import Seconds
from coach.signals.readings import Characteristic, Notified, Reported, Source
from coach.signals.signals import decode


class CheckVerdict(StrEnum):
    """The severity of a result."""

    OK = "ok"
    """Nothing to do."""
    WARN = "warn"
    """A run works, but less well than it could."""
    FAIL = "FAIL"
    """Something that a run needs does not work."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check."""

    check: str
    """What was checked, in a word or two."""
    verdict: CheckVerdict
    text: str
    """The result in a few words; it may contain untrusted names."""
    fix: str = ""
    """What to do about it; empty if there is nothing to do."""
    battery_percent: int | None = None
    """Charge of a sensor in per cent, if known."""
    rssi_dbm: int | None = None
    """Signal of a sensor in dBm, if known."""


def ok(check: str, text: str) -> CheckResult:
    """Make a result without a problem."""
    return CheckResult(check, CheckVerdict.OK, text)


def warn(check: str, text: str, fix: str) -> CheckResult:
    """Make a result that could be better."""
    return CheckResult(check, CheckVerdict.WARN, text, fix)


def fail(check: str, text: str, fix: str) -> CheckResult:
    """Make a result that does not work."""
    return CheckResult(check, CheckVerdict.FAIL, text, fix)


OLDEST_PYTHON: Final = (3, 11)
"""As in `requires-python` of the package."""
SCARCE_MB: Final = 200
"""Disk space below which a season of runs (3 MB an hour) may not fit."""
FULL_MB: Final = 20
"""Disk space below which one long run may not fit."""


def check_python() -> CheckResult:
    """Check the version of Python."""
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return fail("python", version, "Install Python 3.11 or newer.")
    return ok(
        "python", f"{version} on {platform.system()}, coach {coach.__version__}, {coach.core_build()} core"
    )


def check_disk(runs: Path) -> CheckResult:
    """Check that runs can be recorded in this folder, which may not exist yet."""
    folder = next((folder for folder in (runs, *runs.parents) if folder.exists()), Path("/"))
    name = plain(runs)
    if not os.access(folder, os.W_OK | os.X_OK):
        return fail("disk", f"{name} may not be written", "Set COACH_HOME to a folder you may write in.")
    free_mb = shutil.disk_usage(folder).free >> 20
    text = f"{_format_size(free_mb)} free for recordings in {name}"
    if free_mb < FULL_MB:
        return fail("disk", text, "Free some space: a run takes 3 MB an hour.")
    if free_mb < SCARCE_MB:
        return warn("disk", text, "Free some space soon: a run takes 3 MB an hour.")
    return ok("disk", text)


def check_sleep_inhibitor(inhibitor: SleepInhibitor) -> CheckResult:
    """Check that the machine can be kept awake, by a short request."""
    with inhibitor:
        if inhibitor.trouble:
            return warn(
                "keep awake",
                f"the laptop may sleep during a run: {inhibitor.trouble}",
                "Switch off sleep and screen blanking in the system's power settings before a run.",
            )
        return ok("keep awake", "the laptop stays awake while a run is live")


def check_sound(
    system: str = sys.platform, environment: Mapping[str, str] = os.environ, cards: Path = CARDS
) -> CheckResult:
    """Check that there is a sound device."""
    has_sound = has_output(system, environment, cards)
    if has_sound is None:
        return warn("audio", f"nothing is known of sound on {system}", "Try it: play any sound.")
    if has_sound:
        return ok("audio", "there is a sound device")
    return warn(
        "audio", "no sound device", "Cues are on the screen all the same; plug in a speaker for sound."
    )


def check_level(level: OutputLevel | None) -> CheckResult:
    """Check that the output is neither muted nor turned down to zero."""
    if level is None:
        return ok("volume", "the system does not tell")
    if level.is_silent:
        what = "the output is muted" if level.is_muted else "the output is turned down to zero"
        return warn("volume", what, "Turn it up: no cue will be heard.")
    return ok("volume", "not muted" if level.percent is None else f"{level.percent} %")


def _format_size(megabytes: int) -> str:
    return f"{megabytes / 1024:,.0f} GB" if megabytes >= 10 * 1024 else f"{megabytes:,} MB"


GLYPHS: Final = "▀▄▁█ ↑↓→▼ ×–…"
"""The characters beyond ASCII on the screens."""
_SMALL: Final = (60, 18)
"""Size below which only pace and cue are shown (coach/screen/coach.tcss)."""
_COMFORTABLE: Final = (80, 24)


@dataclass(frozen=True, slots=True)
class TerminalInfo:
    """The terminal on stdout."""

    is_terminal: bool
    columns: int
    rows: int
    encoding: str
    """Encoding of stdout, such as `utf-8`; empty if unknown."""
    environment: Mapping[str, str]
    """`TERM`, `COLORTERM` and `NO_COLOR` are used."""
    letters: tuple[str, str] = ("", "")
    """The height of the letters of a pace, the distance at which they are readable, and a hint; empty if unknown."""


def check_terminal(terminal: TerminalInfo) -> list[CheckResult]:
    """Check size, height of the letters, colours and glyphs; one result if stdout is not a terminal."""
    if not terminal.is_terminal:
        return [ok("terminal", "stdout is not a terminal: runs print lines instead of the live screen")]
    size, letters = _check_size(terminal), _letters(terminal)
    return [size, *letters, _colours(terminal.environment), _glyphs(terminal)]


def _check_size(terminal: TerminalInfo) -> CheckResult:
    text = f"{terminal.columns} x {terminal.rows} characters"
    if terminal.columns < _SMALL[0] or terminal.rows < _SMALL[1]:
        return warn(
            "terminal", f"{text}: room for pace and cue only", "Make the window larger: 80 x 24 shows it all."
        )
    if terminal.columns < _COMFORTABLE[0] or terminal.rows < _COMFORTABLE[1]:
        return warn(
            "terminal", f"{text}: some rows are left out", "Make the window larger: 80 x 24 shows it all."
        )
    return ok("terminal", text)


def _letters(terminal: TerminalInfo) -> list[CheckResult]:
    text, fix = terminal.letters
    if not text:
        return []
    return [warn("letters", text, fix) if fix else ok("letters", text)]


def _colours(environment: Mapping[str, str]) -> CheckResult:
    kind = environment.get("TERM", "")
    if environment.get("NO_COLOR"):
        return ok("colours", "off, as NO_COLOR asks: words, arrows and places say the same")
    if kind == "dumb" or not kind:
        return warn(
            "colours", "none: TERM names no terminal with colours", "Run in a terminal window, or set TERM."
        )
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return ok("colours", "16 million")
    if "256" in kind or "direct" in kind:
        return ok("colours", "256: close to the real ones")
    return warn(
        "colours",
        f"few: {kind} promises no more than 16",
        "If the terminal can do more, say so: export COLORTERM=truecolor",
    )


def _glyphs(terminal: TerminalInfo) -> CheckResult:
    if terminal.encoding.lower().replace("-", "").replace("_", "") != "utf8":
        return warn(
            "glyphs",
            f"the terminal is written to in {terminal.encoding or 'an unknown code'}, which lacks blocks and arrows",
            "Choose a UTF-8 language: export LANG=C.UTF-8",
        )
    return ok("glyphs", f"UTF-8; you should see blocks, arrows and no question marks: {GLYPHS}")


_FIX: Final = "Fix the file, or move it away."


def check_settings(store: Store) -> CheckResult:
    """Check that the settings can be read."""
    path = store.paths.settings
    try:
        load_settings(path, os.environ)
    except CoachProblem as problem:
        return _failure("settings", problem)
    return ok("settings", f"read from {path}" if path.exists() else "defaults (no settings file)")


def check_athletes(store: Store) -> list[CheckResult]:
    """Check that every athlete can be read: one result for all readable ones, one for each other."""
    readable, results = [], []
    for slug in store.athletes():
        try:
            candidate = store.athlete(slug)
            if candidate is not None:
                load_athlete(candidate.data, name=candidate.name)
                readable.append(slug)
        except CoachProblem as problem:
            results.append(_failure("athlete", problem))
    if readable or not results:
        text = ", ".join(readable) if readable else "no athlete saved; a workout by pace asks for one"
        results.insert(0, ok("athletes", text))
    return results


def _failure(check: str, problem: CoachProblem) -> CheckResult:
    return fail(check, problem.message, problem.hint or _FIX)


EMPTY_SCAN_S: Final = 1.0
"""Length of the scan if no sensor is paired: it only checks that a scan starts."""
_WAKE: Final = "Wear it (wet a strap's electrodes, shake a pod) and leave any watch or app that holds it."


_DEAF: Final = "If a phone with Bluetooth on is near, the adapter receives nothing: try another one."
SAMPLE_S: Final = 3.0
"""How long each sensor is listened to; straps and pods send every second."""
SELDOM_S: Final = 10.0
"""How long a sensor that has sent nothing is listened to: some send a value only every few seconds."""
_SILENT: Final = "Wear it: wet a strap's electrodes, walk with a pod."


def value_text(characteristic: Characteristic, payload: bytes) -> str:
    """A packet's value in words, such as `152 bpm`; empty without a value that a run can use."""
    match characteristic:
        case Characteristic.HEART_RATE_MEASUREMENT:
            beat = HeartRateMeasurement.from_bytes(payload)
            return "" if isinstance(beat, Malformed) or not beat.heart_rate else f"{beat.heart_rate} bpm"
        case Characteristic.RSC_MEASUREMENT:
            running = RunningSpeedCadenceMeasurement.from_bytes(payload)
            return "" if isinstance(running, Malformed) else f"{running.speed:.1f} m/s"
        case Characteristic.BATTERY_LEVEL:
            return ""
    reading = decode(Notified(Seconds(0.0), Source.SIM, characteristic, payload))
    if not isinstance(reading, Reported):
        return ""
    metrics = [f"{value:.1f} ({name.replace('_', ' ')})" for name, value in reading.metrics]
    speed = [] if reading.speed is None else [f"{reading.speed:.1f} m/s"]
    power = [] if reading.power is None else [f"{reading.power:.0f} W"]
    return ", ".join([*speed, *power, *metrics])


def check_paired_file(sensors: PairedSensors) -> CheckResult:
    """Check the file of paired sensors."""
    if sensors.trouble:
        return warn("remembered", sensors.trouble, "Pair your sensors again: coach sensors pair")
    names = ", ".join(sensor.label or sensor.name or sensor.id for sensor in sensors.all())
    return ok("remembered", names or "no sensor is remembered yet (coach sensors pair)")


async def check_bluetooth(
    radio: Radio,
    sensors: Sequence[PairedSensor],
    seconds: float,
    on_moved: Callable[[PairedSensor, str], object] = lambda _sensor, _id: None,
) -> AsyncGenerator[CheckResult]:
    """Check the adapter, the permission, and every sensor, for `seconds` at most.

    `on_moved` is called for a sensor that was recognised by its serial number under a new id.
    """
    sensors_by_id: dict[str, DiscoveredSensor] = {}
    adapters = await radio.adapters.listed()
    try:
        names = await radio.adapters.names()
    except SensorProblem as problem:
        for adapter in adapters:
            yield _check_adapter(adapter, ())
        yield _bluetooth_failure(problem)
        return
    for adapter in adapters:
        yield _check_adapter(adapter, names)
    try:
        await radio.check()
        if not sensors:
            async with aclosing(radio.scan(EMPTY_SCAN_S)) as sensors_nearby:
                async for _ in sensors_nearby:
                    continue
        async with aclosing(radio.recognise(sensors, seconds)) as recognised:
            async for sensor, candidate in recognised:
                sensors_by_id[sensor.id] = candidate
                if candidate.id != sensor.id:
                    on_moved(sensor, candidate.id)
    except SensorProblem as problem:
        yield _bluetooth_failure(problem)
        return
    yield ok("bluetooth", "there is an adapter, it is on, and it may be used")
    for sensor in sensors:
        yield await _check_sensor(radio, sensor, sensors_by_id.get(sensor.id))


def _check_adapter(adapter: Adapter, names: Sequence[str | None]) -> CheckResult:
    """The address and state of an adapter, and whether it is used; `names` are those that scan."""
    is_used = adapter.is_usable and (adapter.name in names or names == (None,))
    return ok(
        "adapter",
        f"{adapter.name} ({adapter.address}): {adapter.state}, {'used' if is_used else 'not used'}",
    )


def _bluetooth_failure(problem: SensorProblem) -> CheckResult:
    check = "permission" if problem.reason is SensorTrouble.DENIED else "bluetooth"
    return fail(check, problem.message, problem.hint)


def _with(hint: str, advice: str) -> str:
    """A hint, and the advice for a make unless the hint has it already."""
    return hint if advice in hint else f"{hint} {advice}".strip()


async def _check_sensor(
    radio: Radio, sensor: PairedSensor, candidate: DiscoveredSensor | None
) -> CheckResult:
    """Check that a paired sensor is near, and its charge."""
    name = sensor.label or sensor.name or sensor.id
    advice = advice_for(sensor.name)
    if candidate is None and not radio.registry.has_heard:
        return warn(
            "sensor",
            f"{name} ({sensor.kind.value}) is not near, and no other device was found",
            f"{_WAKE} {_DEAF} {advice}".strip(),
        )
    if candidate is None:
        return warn(
            "sensor", f"{name} ({sensor.kind.value}) is not near, or asleep", f"{_WAKE} {advice}".strip()
        )
    signal = "held by the system" if candidate.rssi_dbm is None else f"{candidate.rssi_dbm} dBm"
    try:
        sample = await radio.sample(
            candidate, sensor.kind.characteristics, SAMPLE_S, value_text, longest_s=SELDOM_S
        )
    except SensorProblem as problem:
        return warn(
            "sensor", f"{name} is near ({signal}), but {problem.message}", _with(problem.hint, advice)
        )
    percent = sample.details.battery_percent
    value = next((value_text(*packet) for packet in sample.packets.items()), "")
    charge = "battery unknown" if percent is None else f"battery {percent} %"
    is_low = percent is not None and percent <= CueSettings().low_battery_percent
    facts = f"({sensor.kind.value}): {signal}, {charge}"
    if not value:
        nothing = (
            f"{sample.packet_count} packets without one"
            if sample.packet_count
            else f"nothing in {SELDOM_S:g} s"
        )
        silence = nothing if sample.refusal is None else sample.refusal.message
        help_ = _SILENT if sample.refusal is None else sample.refusal.hint
        return CheckResult(
            "sensor",
            CheckVerdict.WARN,
            f"{name} is connected, but sends no value: {silence} {facts}",
            _with(help_, advice),
            percent,
            candidate.rssi_dbm,
        )
    return CheckResult(
        "sensor",
        CheckVerdict.WARN if is_low else CheckVerdict.OK,
        f"{value} from {name} {facts}",
        "Charge it, or change its cell." if is_low else "",
        percent,
        candidate.rssi_dbm,
    )
