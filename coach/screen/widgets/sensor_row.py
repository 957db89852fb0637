"""What the sensors are doing: name, state or age, battery, signal. Their names are not to be trusted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.strip import Strip

from coach.screen.paint import pieces_row
from coach.screen.palette import Pair, Palette
from coach.screen.sanitise import sanitise
from coach.screen.widgets.strip_widget import StripWidget
from coach.signals.readings import SensorState
from coach.signals.readings import SensorStatus as Sensor

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

_HELD_S: Final = 2.0
"""From here on the age of a live value is shown: it is held, and nothing new is judged by it."""


@dataclass(frozen=True, slots=True)
class SensorText:
    """One sensor in words, the full and the short ones, and how it is doing."""

    text: str
    short: str
    state: SensorState


class SensorRow(StripWidget[tuple[SensorText, ...]]):
    """One row of ordinary text for the coach at the desk."""

    def look(self, snapshot: "Snapshot") -> tuple[SensorText, ...]:
        """Take every sensor, its age in whole seconds."""
        return tuple(
            SensorText(_words(sensor), _words(sensor, short=True), sensor.state)
            for sensor in snapshot.sensors
        )

    def paint(self, value: tuple[SensorText, ...], width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the row: a stale sensor is grey like its values, one that is gone or sought stands out."""
        del height
        if not value:
            return [pieces_row([(" no sensors", colours.plain)], width, colours.plain)]
        fits = sum(cell_len(sensor.text) + 2 for sensor in value) <= width
        texts = [sensor.text if fits else sensor.short for sensor in value]
        pieces = [
            (f" {text} ", _pair(sensor.state, colours)) for text, sensor in zip(texts, value, strict=True)
        ]
        return [pieces_row(pieces, width, colours.plain)]


def _pair(state: SensorState, colours: Palette) -> Pair:
    match state:
        case SensorState.LIVE:
            return colours.plain
        case SensorState.STALE:
            return colours.stale
        case _:
            return colours.offer


def _words(sensor: Sensor, *, short: bool = False) -> str:
    name = "" if short else sanitise(sensor.name, 20)
    parts = [f"{sensor.source.value.replace('_', ' ')} {name}".rstrip()]
    if sensor.state is SensorState.LIVE:
        held = sensor.age_s is not None and sensor.age_s >= _HELD_S
        parts.append(f"live {sensor.age_s:.0f} s" if held else "live")
    else:
        age = f" {round(sensor.age_s)} s" if sensor.age_s is not None else ""
        parts.append(f"{sensor.state.value}{age}")
    if sensor.by:
        late = "" if sensor.delay_s is None else f" {sensor.delay_s:.1f} s behind"
        parts.append(late.strip() if short else f"by {sanitise(sensor.by, 16)}{late}")
    if sensor.beside is not None:
        # Two sensors that differ over a lap stand side by side; which one is right the line decides.
        own_m, used_m = sensor.beside
        off = 100 * (own_m / used_m - 1)
        parts.append(f"{off:+.0f} % a lap" if short else f"{own_m:.0f} m where {used_m:.0f} m are used")
    if sensor.doubt:
        parts.append("doubtful" if short else sensor.doubt)
    if sensor.speed_ratio != 1.0:
        # Its speed and its distance were two truths; the distance rules.
        off = 100 * (sensor.speed_ratio - 1)
        parts.append(f"speed {off:+.0f} %" if short else f"speed {off:+.0f} % by its distance")
    if sensor.battery_percent is not None:
        parts.append(f"{sensor.battery_percent} %")
    if sensor.rssi_dbm is not None and not short:
        # To 5 dBm: the last digit flickers and says nothing.
        parts.append(f"{5 * round(sensor.rssi_dbm / 5)} dBm")
    return " ".join(part for part in parts if part)
