"""What a run without a radio loads of it."""

import subprocess
import sys

import pytest

LIGHT = [
    "coach.edge.paired_sensors",
    "coach.edge.paired_sensors",
]


@pytest.mark.parametrize("module", LIGHT)
def test_what_describes_sensors_loads_no_radio(module):
    """Remembering, naming and holding sensors loads neither bleak nor an event loop."""
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert {"bleak", "asyncio"} & set(loaded.split()) == set()
