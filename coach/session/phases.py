"""The phases of a run. The table of what each button does in each phase is `BUTTONS` below."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a run is; every phase of the events and no other."""

    READY = "ready"
    WORK = "work"
    FLOAT = "float"
    RECOVERY = "recovery"
    SEND_OFF_REP = "send_off_rep"
    SEND_OFF_REST = "send_off_rest"
    OVERTIME = "overtime"
    CHECKLIST = "checklist"
    PROMPT = "prompt"
    PAUSED = "paused"
    FINISHED = "finished"
