"""Which row of the button table holds now, and what is said when a button does nothing there."""

from coach.session.buttons import Button
from coach.session.phases import Phase, Row
from coach.session.starts import sends_off
from coach.workout.kinds import KINDS, UPHILL
from coach.workout.timeline import ChecklistItem, DistanceEnd, MarkEnd, OpenEnd, Step, TimeEnd


def row_of(phase: Phase, step: Step | None) -> Row:
    """The row of the button table that holds in a phase, with a step under way."""
    fixed = _FIXED_ROWS.get(phase)
    if fixed is not None or step is None:
        return fixed or Row.FINISHED
    return _SPLIT_ROWS[phase][_column(phase, step)]


def mark_row_of(step: Step) -> Row:
    """The row whose mark holds in the rep of a send-off: that of a rep that ends the same way."""
    return _SPLIT_ROWS[Phase.WORK][_column(Phase.WORK, step)]


def _column(phase: Phase, step: Step) -> int:
    ends = step.until.ends
    if step.kind in UPHILL or any(isinstance(end, MarkEnd | OpenEnd) for end in ends):
        return 2
    if any(isinstance(end, DistanceEnd) for end in ends):
        return 0
    # a mark never ends work by heart rate alone: that is a line it does not know
    return 1 if phase is not Phase.RECOVERY or any(isinstance(end, TimeEnd) for end in ends) else 2


def phase_of(step: Step) -> Phase:
    """The phase a step is run in."""
    if step.send_off_s is not None:
        return Phase.SEND_OFF_REP
    if sends_off(step):
        return Phase.SEND_OFF_REST
    return _PHASES[step.kind]


def items_of(items: tuple[ChecklistItem, ...]) -> int:
    """How many times a checklist is ticked off: every set, each side for itself."""
    return sum(item.sets * (2 if item.each_side else 1) for item in items)


_PHASES = {kind: Phase(traits.phase) for kind, traits in KINDS.items()}
_FIXED_ROWS = {
    Phase.READY: Row.READY,
    Phase.SEND_OFF_REP: Row.SEND_OFF_REP,
    Phase.SEND_OFF_REST: Row.SEND_OFF_REST,
    Phase.OVERTIME: Row.OVERTIME,
    Phase.CHECKLIST: Row.CHECKLIST,
    Phase.PROMPT: Row.PROMPT,
    Phase.PAUSED: Row.PAUSED,
    Phase.FINISHED: Row.FINISHED,
}
_SPLIT_ROWS = {
    Phase.WORK: (Row.WORK_BY_DISTANCE, Row.WORK_BY_TIME, Row.WORK_OPEN),
    Phase.FLOAT: (Row.FLOAT_BY_DISTANCE, Row.WORK_BY_TIME, Row.WORK_OPEN),
    Phase.RECOVERY: (Row.RECOVERY_BY_DISTANCE, Row.RECOVERY_BY_TIME, Row.RECOVERY_OPEN),
}


def refusal(row: Row, button: Button) -> str:
    """Say why a button does nothing in a row."""
    if row is Row.PAUSED and button is Button.MARK:
        return "Paused: press pause again to go on."
    place = row.name.lower().replace("_", " ")
    return f"The button {button} does nothing here ({place})."
