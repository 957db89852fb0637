"""A mosquitto for a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.telemetry.brokers import Listener, Mosquitto


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker that lets everybody do everything."""
    broker = Mosquitto(tmp_path).start()
    yield broker
    broker.stop()


@pytest.fixture
def listener(mosquitto: Mosquitto) -> Iterator[Listener]:
    """A device that hears everything on it."""
    device = Listener(mosquitto.port)
    yield device
    device.close()
