"""The records of a journal: one header, then inputs as received and outputs as returned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from coach.live.inputs import Closed, Input

FORMAT: Final = "coach-journal/1"
"""The format this program writes, and the newest it reads."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a journal: everything a run depends on besides its inputs, frozen when it began."""

    run: str
    """The run's id, a ULID."""
    version: str
    """The program that wrote it."""
    workout: Mapping[str, Any] | None
    """The workout document; None for a free run."""
    athlete: Mapping[str, Any] | None
    """The athlete document; None when nobody was named."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings in force, by room."""
    learnt: tuple[Mapping[str, Any], ...] = ()
    """What earlier runs taught: pod factors with their sd, one object each."""
    wall_epoch: float = 0.0
    """Unix time at the first input, in seconds."""
    monotonic_epoch: float = 0.0
    """The monotonic clock at the first input, in seconds."""
    zone: str = "UTC"
    """Name of the time zone."""
    utc_offset_s: int = 0
    """How far local time was ahead of UTC, in seconds."""
    devices: tuple[Mapping[str, Any], ...] = ()
    """The paired sensors."""
    sensors: str = ""
    """What measured the run, as `--sensors` says it: `ble`, `sim` or `none`, several with commas; empty where the
    header has it not."""
    format: str = FORMAT


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal, read as far as it is whole."""

    header: Header
    inputs: tuple[Input, ...]
    outputs: tuple[Mapping[str, Any], ...]
    """The outputs of the run, as events."""
    set_aside_bytes: int = 0
    """How many bytes were not read, from the first damaged line on."""
    problem: str = ""
    """What is wrong with the journal, one sentence; empty if nothing is."""
    answered: int = 0
    """How many inputs stand before the last output."""

    @property
    def is_closed(self) -> bool:
        """Whether the run ended properly."""
        return bool(self.inputs) and isinstance(self.inputs[-1], Closed)


class CorruptRecord(ValueError):
    """Raised for a line of a journal that is not what was written; its text says how."""
