"""Is there Bluetooth, may we use it, and are the runner's sensors near and charged?"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

from coach.cues.defaults import CueSettings
from coach.edge.checkup import CheckResult, Verdict, fail, ok, warn
from coach.edge.paired_sensors import PairedSensor, PairedSensors
from coach.edge.radio.found import DiscoveredSensor
from coach.edge.radio.radio import Radio
from coach.problems import SensorProblem, SensorTrouble

NOBODY_S: Final = 1.0
"""How long is scanned where no sensor is remembered: only whether a scan starts is asked."""
_WAKE: Final = "Wear it (wet a strap's electrodes, shake a pod) and leave any watch or app that holds it."


def check_paired_file(sensors: PairedSensors) -> CheckResult:
    """Can the file of remembered sensors be read, and who is in it?"""
    if sensors.trouble:
        return warn("remembered", sensors.trouble, "Pair your sensors again: coach sensors pair")
    names = ", ".join(each.label or each.name or each.id for each in sensors.all())
    return ok("remembered", names or "no sensor is remembered yet (coach sensors pair)")


async def check_bluetooth(
    radio: Radio, sensors: Sequence[PairedSensor], seconds: float
) -> AsyncGenerator[CheckResult]:
    """Look at the adapter and the permission, then for every sensor, for `seconds` at most."""
    near: dict[str, DiscoveredSensor] = {}
    try:
        await radio.check()
        async with aclosing(radio.scan(seconds if sensors else NOBODY_S)) as heard:
            async for found in heard:
                near[found.id] = found
                if sensors and all(each.id in near for each in sensors):
                    break
    except SensorProblem as problem:
        yield _without(problem)
        return
    yield ok("bluetooth", "there is an adapter, it is on, and it may be used")
    for each in sensors:
        yield await _sensor(radio, each, near.get(each.id))


def _without(problem: SensorProblem) -> CheckResult:
    check = "permission" if problem.reason is SensorTrouble.DENIED else "bluetooth"
    return fail(check, problem.message, problem.hint)


async def _sensor(radio: Radio, sensor: PairedSensor, found: DiscoveredSensor | None) -> CheckResult:
    """Is a remembered sensor there, and how full is it?"""
    name = sensor.label or sensor.name or sensor.id
    if found is None:
        return warn("sensor", f"{name} ({sensor.kind.value}) is not near, or asleep", _WAKE)
    signal = "held by the system" if found.rssi_dbm is None else f"{found.rssi_dbm} dBm"
    try:
        percent = (await radio.look(found)).battery_percent
    except SensorProblem as problem:
        return warn("sensor", f"{name} is near ({signal}), but {problem.message}", problem.hint)
    charge = "battery unknown" if percent is None else f"battery {percent} %"
    is_low = percent is not None and percent <= CueSettings().low_battery_percent
    return CheckResult(
        "sensor",
        Verdict.WARN if is_low else Verdict.OK,
        f"{name} ({sensor.kind.value}): {signal}, {charge}",
        "Charge it, or change its cell." if is_low else "",
        percent,
        found.rssi_dbm,
    )
