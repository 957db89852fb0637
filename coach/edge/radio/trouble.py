"""What does an error of the radio mean to the runner, and what is to be done about it?"""

from typing import Final

from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError

from coach.problems import SensorProblem, SensorTrouble

_OFF: Final = "Switch Bluetooth on; the coach goes on by itself."
_DENIED: Final = "Allow this terminal to use Bluetooth in the system's privacy settings."
_NONE: Final = "Plug in a Bluetooth adapter, or use --sensors none with --marks."
_SERVICE: Final = "Start it with: sudo systemctl start bluetooth"
_UNREACHABLE: Final = ("ServiceUnknown", "NameHasNoOwner", "NoReply", "Disconnected", "Spawn")


def problem_of(error: BaseException) -> SensorProblem:
    """Say what is wrong with the radio in one sentence; any error is taken."""
    if isinstance(error, SensorProblem):
        return error
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _unavailable(error.reason.name)
    if isinstance(error, BleakDBusError):
        return _of_bus(error.dbus_error, str(error))
    if isinstance(error, TimeoutError):
        return SensorProblem("the radio does not answer", "It is tried again.", reason=SensorTrouble.FAILED)
    if isinstance(error, OSError | EOFError):
        return SensorProblem(
            "the Bluetooth service cannot be reached", _SERVICE, reason=SensorTrouble.NOT_SUPPORTED
        )
    what = str(error) or type(error).__name__
    return SensorProblem(f"the radio failed: {what}", "It is tried again.", reason=SensorTrouble.FAILED)


def no_answer() -> SensorProblem:
    """Make the problem of a sensor that is not heard."""
    return SensorProblem(
        "the sensor is not heard",
        "Wake it up: wet the strap, shake the pod; and see that no watch or telephone holds it.",
        reason=SensorTrouble.NOT_FOUND,
    )


def _unavailable(reason: str) -> SensorProblem:
    """Say why there is no Bluetooth, by the name of bleak's reason."""
    if reason == "POWERED_OFF":
        return SensorProblem("Bluetooth is switched off", _OFF, reason=SensorTrouble.POWERED_OFF)
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


def _of_bus(name: str, text: str) -> SensorProblem:
    """Say what an error of D-Bus means."""
    if name.endswith(("AccessDenied", "AuthFailed")):
        return SensorProblem(
            "Bluetooth may not be used",
            "Add yourself to the group `bluetooth`, or ask whoever keeps this machine.",
            reason=SensorTrouble.DENIED,
        )
    if any(word in name for word in _UNREACHABLE):
        return SensorProblem(
            "the Bluetooth service is not running", _SERVICE, reason=SensorTrouble.NOT_SUPPORTED
        )
    return SensorProblem(f"the radio failed: {text}", "It is tried again.", reason=SensorTrouble.FAILED)
