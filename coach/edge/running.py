"""How does a live run go from its first to its last moment? Everything of the edge, put together."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from coach.edge.conductor import Conductor, Ending
from coach.edge.leaving import Leaving
from coach.edge.recorder import Recorder
from coach.edge.run_folder import RunState
from coach.edge.shelf import remove_run
from coach.edge.sources import SensorSource
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
    """Conduct a run until it ends or is left; returns how, and the exit code (0, 130 or 5).

    The conductor must have been made with `recorder` as its journal. A source that fails is logged and
    missed, the run goes on. A discarded run's folder is deleted.
    """
    if recorder is not None:
        recorder.on_trouble = lambda reason: conductor.put_from_thread(RecorderTrouble(_UNSTAMPED, reason))
    leaving = Leaving(conductor.leave)
    listening = [asyncio.create_task(_listen(source, conductor)) for source in sources]
    try:
        if catch_signals:
            with leaving:
                ending = await conductor.conduct()
        else:
            ending = await conductor.conduct()
    except BaseException:
        await _end(listening, conductor, recorder, RunState.INTERRUPTED)
        raise
    await _end(listening, conductor, recorder, _STATES[ending])
    if ending is Ending.DISCARDED and recorder is not None and recorder.folder is not None:
        remove_run(recorder.folder.path)
    return ending, leaving.exit_code or 0


async def _listen(source: SensorSource, conductor: Conductor) -> None:
    """Listen to one source; what breaks in it is its own affair."""
    try:
        await source.listen(conductor)
    except Exception:  # noqa: BLE001 - whatever a source does, the run goes on
        _LOG.exception("%s stopped", type(source).__name__)


async def _end(
    listening: list[asyncio.Task[None]], conductor: Conductor, recorder: Recorder | None, state: RunState
) -> None:
    """Stop listening, put everything on disk, then let the sinks finish."""
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    if recorder is not None:
        await recorder.close(state)
    await conductor.outbox.close()
