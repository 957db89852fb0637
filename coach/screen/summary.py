"""After the run: a table of its steps, and what to do next."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from coach.live.snapshot import Snapshot
from coach.quantities import Metres, format_clock, format_metres
from coach.screen import words
from coach.screen.safe import safe
from coach.session.events import NOT_RUN, EndReason, StepEnded
from coach.themes import THEME_KEY_LABEL
from coach.workout.kinds import HARD, PACED_REPS

COLUMNS = ("step", "time", "distance", "pace", "target", "on target", "heart rate", "light", "")
"""The heads of the table."""


class SummaryScreen(Screen[None]):
    """How it went."""

    BINDINGS = [
        Binding("enter,q,escape", "app.done", "Done", priority=True),
        Binding("t", "app.switch_theme", show=False),
    ]
    AUTO_FOCUS = "DataTable"

    def __init__(self, snapshot: Snapshot, what_next: Sequence[str] = ()) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._what_next = tuple(what_next)

    def compose(self) -> ComposeResult:
        """Set out totals, table and what next."""
        yield Static(Content(f" {safe(self._snapshot.timeline.name, 80) or 'Free run'}"), id="title")
        yield Static(Content(totals(self._snapshot)), id="totals")
        yield DataTable(zebra_stripes=False, cursor_type="row", id="table")
        yield Static(Content("\n".join(f" {safe(line, 160)}" for line in self._what_next)), id="what-next")
        yield Static(
            Content(f" Enter, q  done     arrows  look through     t  {THEME_KEY_LABEL}"), id="hints"
        )

    def on_mount(self) -> None:
        """Fill the table once."""
        table: DataTable[Text] = self.query_one(DataTable)
        unit = self._snapshot.unit
        table.add_columns(*heads(unit))
        for result in final_results(self._snapshot):
            table.add_row(*(Text(cell) for cell in row(result, unit)))


def final_results(snapshot: Snapshot) -> list[StepEnded]:
    """Give every step that was run once, at the place of its first end, with its last word; restarts are left out."""
    last: dict[str, StepEnded] = {}
    for result in snapshot.results:
        last[result.step.step_id] = result
    return [result for result in last.values() if result.reason not in NOT_RUN]


def heads(unit: str = "km") -> tuple[str, ...]:
    """Give the heads of the table; a pace per mile says so."""
    pace = "pace" if unit == "km" else f"pace /{unit}"
    return tuple(pace if head == "pace" else head for head in COLUMNS)


def row(result: StepEnded, unit: str = "km") -> tuple[str, ...]:
    """Write one step as the cells of its row, paces per `unit`; what was not measured is `--`."""
    work = result.step.kind in HARD
    speed = result.mean_speed
    heart = words.UNKNOWN
    if result.mean_heart_rate is not None:
        top = f" (max {round(result.max_heart_rate)})" if result.max_heart_rate is not None else ""
        heart = f"{round(result.mean_heart_rate)}{top}"
    fraction = result.in_band_fraction
    return (
        words.where(result.step),
        format_clock(result.time_s, tenths=work),
        _metres(result.distance, "~" if result.estimated else ""),
        words.pace(speed, unit),
        words.aim(result.step.target, unit),
        words.UNKNOWN if fraction is None else f"{round(100 * fraction)} %",
        heart,
        words.UNKNOWN if result.light_s is None else f"{words.seconds_off(result.light_s)} s",
        _remark(result),
    )


def totals(snapshot: Snapshot) -> str:
    """Write the run in one line: time, distance, steps."""
    results = final_results(snapshot)
    measured = [ran for result in results if (ran := result.run_metres) is not None]
    metres = format_metres(sum(measured)) if measured else words.UNKNOWN
    reps = sum(result.step.kind in PACED_REPS for result in results)
    steps = f"{len(results)} steps, {reps} of them reps"
    return f" run time {words.running(snapshot.run_s)}    distance {metres}    {steps}"


def _metres(distance: Metres | None, mark: str) -> str:
    return words.UNKNOWN if distance is None else f"{mark}{format_metres(distance)}"


def _remark(result: StepEnded) -> str:
    remarks = ["cut short"] if result.cut else []
    remarks += ["with a pause"] if result.broken else []
    moving_s = result.moving_time_s
    remarks += (
        [] if moving_s is None else [f"moving {format_clock(moving_s, tenths=result.step.kind in HARD)}"]
    )
    remarks += [result.reason.value] if result.reason in {EndReason.ABANDONED, EndReason.CAP} else []
    return ", ".join(remarks)
