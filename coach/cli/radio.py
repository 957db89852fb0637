"""What to say to those who ask for sensors that this version cannot hear."""

from coach.problems import SensorProblem, SensorTrouble


def no_radio() -> SensorProblem:
    """Make the problem of `--sensors ble`."""
    return SensorProblem(
        "this version has no Bluetooth radio yet",
        "Use --sensors sim for a simulated runner, or --sensors none with --marks.",
        reason=SensorTrouble.NOT_SUPPORTED,
    )
