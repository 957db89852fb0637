"""What is said of the sensors, in words: lost, back, low, reading long, or at odds with a belt or a line."""

from typing import Final

from coach.cues.spoken import belt
from coach.signals.readings import Source

_SENSORS: Final = {
    Source.POD: "Footpod",
    Source.POD_2: "Second footpod",
    Source.STRAP: "Heart rate",
    Source.TREADMILL: "Treadmill",
    Source.CORE: "Core temperature",
    Source.MUSCLE: "Muscle oxygen",
    Source.WATCH: "Watch",
    Source.POSITIONS: "Position",
    Source.SIM: "Sensor",
}


def sensor_gone(source: Source) -> str:
    """Say that a sensor is gone: "Footpod lost."."""
    return f"{_SENSORS.get(source, 'Sensor')} lost."


def sensor_back(source: Source) -> str:
    """Say that it is back: "Footpod back."."""
    return f"{_SENSORS.get(source, 'Sensor')} back."


def low_battery(source: Source, percent: int) -> str:
    """Write a low charge for the screen."""
    return f"{_SENSORS.get(source, 'Sensor')} battery {percent} %."


def pod_reads(factor: float) -> str:
    """Write a learnt factor for the screen: `Pod reads long 2 %, factor 0.980.`."""
    off = (1.0 - factor) * 100.0
    reads = f"reads {'long' if off > 0 else 'short'} {abs(off):.0f} %" if abs(off) >= 0.5 else "reads true"
    return f"Pod {reads}, factor {factor:.3f}."


def pod_against_belt(pod: float, belt_speed: float) -> str:
    """Ask which is right, in km/h as belts show it: "Footpod says thirteen two, belt fourteen. Which is right?"."""
    return f"Footpod says {belt(pod)}, belt {belt(belt_speed)}. Which is right?"


def line_hint(metres: float) -> str:
    """Tell where the runner's own line seems to be, in metres after ours (minus: before), and the key."""
    key, side = ("]", "after") if metres > 0 else ("[", "before")
    return f"You ease about {5 * round(abs(metres) / 5):.0f} m {side} our line. Key {key} moves it 5 m."
