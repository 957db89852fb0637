"""A timing gate out of a beacon tag: the runner carries it, and its signal is strongest as they pass the laptop.

Untried on hardware; `Passing` is tested on made-up signals. Much less exact than a beam: see the how-to. Each crossing
is printed as one line of JSON, for `mosquitto_pub -l`:

    python beacon_gate.py AA:BB:CC:DD:EE:FF | mosquitto_pub -l -q 1 -t coach/v1/track/gate/line
"""

import asyncio
import json
import sys
import time

NEAR_DBM = -75.0
"""Whoever is weaker than this at their strongest ran past somewhere else."""
FALL_DB = 8.0
"""They have passed once the signal is weaker than its peak by so much."""
TOP_DB = 6.0
"""The samples within this of the peak tell when it was."""
WINDOW_S = 8.0
"""How far back a pass is looked at."""
LONGEST_S = 4.0
"""A peak that lasts longer is somebody who stands there."""
QUIET_S = 10.0
"""What is heard so soon after a pass belongs to it."""
SMOOTHED = 3
"""A sample is the middle one of so many: single ones are off by 6 dB."""


class Passing:
    """Finds the moments at which a tag is nearest, in the strengths of its signal."""

    def __init__(self):
        """Start with nobody near."""
        self._samples = []
        self._newest = []
        self._passed_at = None

    def add(self, at, dbm):
        """Take in a sample; return the moment of a pass once it is over, else None."""
        self._newest = [*self._newest[1 - SMOOTHED :], (at, dbm)]
        middle_at = self._newest[len(self._newest) // 2][0]
        middle = sorted(strength for _, strength in self._newest)[len(self._newest) // 2]
        self._samples = [each for each in self._samples if middle_at - each[0] <= WINDOW_S]
        if self._passed_at is not None and middle_at - self._passed_at < QUIET_S:
            return None
        self._samples.append((middle_at, middle))
        peak = max(strength for _, strength in self._samples)
        if peak < NEAR_DBM or middle > peak - FALL_DB:
            return None
        top = [
            (moment, 10 ** (strength / 20)) for moment, strength in self._samples if strength >= peak - TOP_DB
        ]
        self._samples, self._passed_at = [], middle_at
        if top[-1][0] - top[0][0] > LONGEST_S:
            return None
        return sum(moment * weight for moment, weight in top) / sum(weight for _, weight in top)


async def main(address):
    """Listen to one tag and print its passes."""
    from bleak import BleakScanner

    passing = Passing()

    def heard(device, advertisement):
        now = time.monotonic()
        if device.address.upper() != address.upper():
            return
        passed_at = passing.add(now, advertisement.rssi)
        if passed_at is not None:
            sys.stdout.write(json.dumps({"age_s": round(now - passed_at, 3)}) + "\n")
            sys.stdout.flush()

    async with BleakScanner(heard):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
