"""How long does the radio wait for what? Every wait of it, in one place, so that tests can shrink them."""

from dataclasses import dataclass

from coach.edge.radio.link_state import BACKOFF_S
from coach.quantities import Seconds


@dataclass(frozen=True, slots=True)
class RadioTimings:
    """The waits of the radio in seconds."""

    connect_s: Seconds = Seconds(5.0)
    """A sensor that was just heard connects within a second, one on the edge of range within a few, or it has gone by.

    Nobody else is heard or connected meanwhile, so the first try gets no longer. One that failed may be slow: the
    next gets twice, every later one three times as much.
    """
    disconnect_guard_s: Seconds = Seconds(5.0)
    """bluetoothd holds a link for 2 s after it was told to let go; whoever waits longer waits in vain."""
    read_s: Seconds = Seconds(5.0)
    """A battery level or a serial number comes within two connection intervals, or not at all; so does the system's
    answer whom it holds."""
    silent_s: Seconds = Seconds(8.0)
    """Straps and pods send every second: from here on the value is gone (docs/reference/events.md)."""
    backoff_s: tuple[Seconds, ...] = BACKOFF_S
    """The rests between tries."""
    adopt_s: Seconds = Seconds(1.0)
    """How often the system is asked for sensors it already holds, and for a scan that it refused."""
    rescan_s: Seconds = Seconds(5.0)
    """How long one scan goes on before it is started afresh.

    A scan dies unnoticed with the adapter's power or with bluetoothd, and controllers report a sensor only once
    in a scan.
    """
    heard_s: Seconds = Seconds(3.0)
    """A sensor that had to wait longer for its turn to connect is listened for again: it may have gone by."""
    namesake_s: Seconds = Seconds(5.0)
    """How long the remembered id is waited for before sensors of the same name are asked for their serial number."""
    rank_s: Seconds = Seconds(2.0)
    """How long neighbours of one kind are listened to before the nearest is named."""
    taken_s: Seconds = Seconds(2.0)
    """How often a sensor is claimed that another coach holds."""
