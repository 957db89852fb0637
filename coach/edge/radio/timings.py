"""The timeouts and intervals of the radio; tests shorten them."""

from dataclasses import dataclass

from coach.edge.radio.link_state import BACKOFF_S
from coach.quantities import Seconds


@dataclass(frozen=True, slots=True)
class RadioTimings:
    """The timeouts and intervals of the radio, in seconds."""

    connect_s: Seconds = Seconds(5.0)
    """Timeout of the first try to connect. A sensor in range connects within a second, at the edge of range in a few.

    No other sensor is scanned or connected in that time. A sensor that failed may be slow: the second try gets
    twice as long, every later one three times.
    """
    disconnect_guard_s: Seconds = Seconds(5.0)
    """Timeout of a disconnect; bluetoothd holds a link for 2 s after the request."""
    read_s: Seconds = Seconds(5.0)
    """Timeout of a read, and of listing the sensors the system holds; an answer takes two connection intervals."""
    silent_s: Seconds = Seconds(8.0)
    """Silence after which a link counts as lost; straps and pods send every second (docs/reference/events.md)."""
    backoff_s: tuple[Seconds, ...] = BACKOFF_S
    """Pauses between tries."""
    adopt_s: Seconds = Seconds(1.0)
    """Interval for asking the system for sensors it holds, and for a scan it refused."""
    rescan_s: Seconds = Seconds(5.0)
    """Length of a scan before it is restarted.

    A scan dies without notice when the adapter loses power or bluetoothd ends, and controllers report a sensor only
    once per scan.
    """
    heard_s: Seconds = Seconds(3.0)
    """Age of the last advertisement up to which a sensor is still connected; it may be out of range after."""
    namesake_s: Seconds = Seconds(5.0)
    """Time to wait for the stored id before the serial numbers of sensors of the same name are read."""
    rank_s: Seconds = Seconds(2.0)
    """Time to compare sensors before the nearest is picked."""
    taken_s: Seconds = Seconds(2.0)
    """Interval for trying to lock a sensor that another instance holds."""
