"""Translates errors of the radio into problems with a hint, and catches errors of callbacks."""

import logging
from types import TracebackType
from typing import Final

from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError

from coach.edge.files import plain
from coach.problems import SensorProblem, SensorTrouble

_OFF: Final = "Switch Bluetooth on; the coach goes on by itself."
_DENIED: Final = (
    "Allow this terminal to use Bluetooth: on a Mac in Privacy & Security, on Linux by the group `bluetooth`."
)
_NONE: Final = "Plug in a Bluetooth adapter, or use --sensors none with --marks."
_SERVICE: Final = "Start it with: sudo systemctl start bluetooth"
_UNREACHABLE: Final = ("ServiceUnknown", "NameHasNoOwner", "NoReply", "Disconnected", "Spawn")


_LOG = logging.getLogger(__name__)


class CallbackErrors:
    """Counts and logs exceptions of callbacks, instead of raising them into bleak."""

    def __init__(self) -> None:
        """Start without errors."""
        self.count = 0

    def __enter__(self) -> None:
        """Enter a callback."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Log and suppress an `Exception`; anything else is raised."""
        if not isinstance(error, Exception):
            return False
        self.count += 1
        _LOG.error("a callback of the radio broke", exc_info=error)
        return True


def sensor_problem(error: BaseException) -> SensorProblem:
    """Translate any error of the radio into a problem."""
    if isinstance(error, SensorProblem):
        return error
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _unavailable(error.reason.name)
    if isinstance(error, BleakDBusError):
        return _of_bus(error.dbus_error, str(error))
    if isinstance(error, TimeoutError):
        return _failed("it does not answer in time")
    if isinstance(error, OSError | EOFError):
        return SensorProblem(
            "the Bluetooth service cannot be reached", _SERVICE, reason=SensorTrouble.NOT_SUPPORTED
        )
    return _failed(str(error) or type(error).__name__)


def sensor_not_heard() -> SensorProblem:
    """The problem of a sensor that does not advertise."""
    return SensorProblem(
        "the sensor is not heard",
        "Wake it up: wet the strap, shake the pod; and see that no watch or telephone holds it.",
        reason=SensorTrouble.NOT_FOUND,
    )


def _unavailable(reason: str) -> SensorProblem:
    """Explain why Bluetooth is unavailable, by the name of bleak's reason."""
    if reason == "POWERED_OFF":
        return _switched_off()
    if reason.startswith("DENIED"):
        return SensorProblem("Bluetooth may not be used", _DENIED, reason=SensorTrouble.DENIED)
    if reason == "NO_BLE_CENTRAL_ROLE":
        return SensorProblem(
            "the Bluetooth adapter cannot speak to sensors (no Low Energy central)",
            _NONE,
            reason=SensorTrouble.NOT_SUPPORTED,
        )
    if reason == "NO_BLUETOOTH":
        return SensorProblem("there is no Bluetooth adapter", _NONE, reason=SensorTrouble.NOT_SUPPORTED)
    return SensorProblem("Bluetooth is not available", _OFF, reason=SensorTrouble.NOT_SUPPORTED)


def _switched_off() -> SensorProblem:
    return SensorProblem("Bluetooth is switched off", _OFF, reason=SensorTrouble.POWERED_OFF)


def _of_bus(name: str, text: str) -> SensorProblem:
    """Explain an error of D-Bus."""
    if name.endswith(("AccessDenied", "AuthFailed")):
        return SensorProblem(
            "Bluetooth may not be used",
            _DENIED,
            reason=SensorTrouble.DENIED,
        )
    # bluetoothd answers so before it has told that the adapter was switched off
    if name.endswith(".NotReady"):
        return _switched_off()
    if any(word in name for word in _UNREACHABLE):
        return SensorProblem(
            "the Bluetooth service is not running", _SERVICE, reason=SensorTrouble.NOT_SUPPORTED
        )
    return _failed(text)


def _failed(text: str) -> SensorProblem:
    """Report any other error; its text may hold the name of a sensor."""
    return SensorProblem(
        f"the radio failed: {plain(text)}",
        "A run tries again by itself; if it stays so, switch Bluetooth off and on.",
        reason=SensorTrouble.FAILED,
    )
