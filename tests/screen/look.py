"""Look at the live screen without a run: `python -m tests.screen.look [sun|night]`.

A made-up rep goes on at one value a second, fast, slow and on target by turns; every key works, nothing happens.
`--picture FILE` writes the picture of the README instead.
"""

import asyncio
import math
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from coach.cues.cue import CueKind
from coach.live.snapshot import Snapshot
from coach.quantities import Metres, Seconds
from coach.screen.app import CoachApp
from coach.session.events import Light
from tests.screen.builders import FakeRun, cue, rep_four, shown


@dataclass
class Moving(FakeRun):
    """A run that goes on."""

    shows: Snapshot = field(default_factory=rep_four)
    begun: float = field(default_factory=time.monotonic)

    def now(self) -> Seconds:
        """Return the seconds since it began."""
        return Seconds(time.monotonic() - self.begun)

    def snapshot(self, at: Seconds) -> Snapshot:
        """Simulate a runner whose pace varies around the target."""
        whole = math.floor(at)
        speed = 1000 / 230 + 0.22 * math.sin(whole / 6)
        behind = 1.8 * math.sin(whole / 9)
        kind = CueKind.TOO_FAST if speed > 1000 / 225 else CueKind.TOO_SLOW if speed < 1000 / 235 else None
        return replace(
            self.shows,
            at=at,
            run_s=Seconds(1050 + at),
            step_time_s=at,
            step_m=Metres(4.35 * whole % 400),
            left_m=Metres(400 - 4.35 * whole % 400),
            speed=shown(speed),
            heart_rate=shown(166 + 5 * math.sin(whole / 20)),
            cadence=shown(181 + 2 * math.sin(whole)),
            light=Light(Seconds(behind), Metres(4.35 * behind), None, None),
            cue=cue(kind, "Three fifty.") if kind is not None else None,
        )


async def go_on(run: Moving) -> None:
    """Notify the screen of a new value once a second."""
    while True:
        await asyncio.sleep(1)
        if run.changed is not None:
            run.changed()


async def look(theme: str) -> None:
    """Open the screen until it is left."""
    run = Moving()
    going = asyncio.create_task(go_on(run))
    await CoachApp(run, theme=theme).run_async()
    going.cancel()


async def picture() -> str:
    """Draw a rep in the sun, as SVG."""
    app = CoachApp(FakeRun(rep_four()), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        return app.export_screenshot(title="Trackside Coach")


if __name__ == "__main__":
    if "--picture" in sys.argv:
        Path(sys.argv[-1]).write_text(asyncio.run(picture()), encoding="utf-8")
    else:
        asyncio.run(look(sys.argv[1] if len(sys.argv) > 1 else "sun"))
