"""Runs a live run from its first to its last moment: conductor, sources, recorder, sinks and signals."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Final

from coach.edge.conductor import Conductor, Ending
from coach.edge.recorder import Recorder
from coach.edge.run_folder import RunState
from coach.edge.shutdown import ShutdownSignals
from coach.edge.sources import SensorSource
from coach.edge.store import remove_run
from coach.live.inputs import RecorderTrouble
from coach.quantities import Seconds

_UNSTAMPED: Final = Seconds(0.0)
_LOG = logging.getLogger(__name__)
_STATES = {
    Ending.FINISHED: RunState.FINISHED,
    Ending.LEFT: RunState.INTERRUPTED,
    Ending.DISCARDED: RunState.FINISHED,
}


async def run_live(
    conductor: Conductor,
    *,
    sources: Iterable[SensorSource] = (),
    recorder: Recorder | None = None,
    catch_signals: bool = True,
) -> tuple[Ending, int]:
    """Conduct a run until it ends or is left; returns how it ended and the exit code (0, 130 or 5).

    The conductor must have been made with `recorder` as its journal. A source that fails is logged, and
    the run goes on without it. A discarded run's folder is deleted.
    """
    if recorder is not None:
        recorder.report_trouble_to(
            lambda reason: conductor.put_from_thread(RecorderTrouble(_UNSTAMPED, reason))
        )
    signals = ShutdownSignals(conductor.leave)
    with signals if catch_signals else nullcontext():
        ending = await _conduct(conductor, sources, recorder)
    if ending is Ending.DISCARDED and recorder is not None and recorder.folder is not None:
        remove_run(recorder.folder.path)
    return ending, signals.exit_code or 0


async def _conduct(
    conductor: Conductor, sources: Iterable[SensorSource], recorder: Recorder | None
) -> Ending:
    """Conduct and clean up while signals are caught, so that a second Ctrl-C does not lose the last second."""
    listeners = [asyncio.create_task(_listen(source, conductor)) for source in sources]
    state = RunState.INTERRUPTED
    try:
        ending = await conductor.conduct()
        state = _STATES[ending]
        return ending
    finally:
        await _end(listeners, conductor, recorder, state)


async def _listen(source: SensorSource, conductor: Conductor) -> None:
    """Listen to one source; its errors are logged."""
    try:
        await source.listen(conductor)
    except Exception:  # noqa: BLE001 - whatever a source does, the run goes on
        _LOG.exception("%s stopped", type(source).__name__)


async def _end(
    listeners: list[asyncio.Task[None]], conductor: Conductor, recorder: Recorder | None, state: RunState
) -> None:
    """Stop the sources, write everything to disk, close the sinks, and wait for slow sources last.

    A radio takes seconds to disconnect; what it sends in that time is ignored.
    """
    for task in listeners:
        task.cancel()
    if recorder is not None:
        await recorder.close(state)
    await conductor.fanout.close()
    await asyncio.gather(*listeners, return_exceptions=True)
