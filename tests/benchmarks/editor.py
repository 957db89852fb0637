"""What it costs to type into the editor: each key reads the cell, checks and lays out the workout, paints its page."""

import asyncio
from statistics import median
from typing import Final

from textual.widgets import Input

from coach.edge.files import library_path
from coach.screen.app import CoachApp
from coach.screen.editor import EditorPage, EditorScreen
from coach.screen.paint import SUN
from coach.workout.document import load_document, outline
from coach.workout.editing import Cell
from tests.benchmarks.table import drawn, seconds
from tests.screen.builders import FakeLibrary
from tests.workout.notation.documents import ATHLETE

TYPED: Final = {"length": "1200", "target": "mile-2s/km"}
"""What is typed into the first step that has the cell, key by key."""
ADDED: Final = "4x200 @ mile / 200 jog"


def table(unit: float) -> str:
    """The workout of the library with the most steps, and the one with the longest document, at 120 x 40."""
    rows = [row for slug in sorted(_largest()) for row in asyncio.run(_measured(slug, unit))]
    return drawn("A key in the editor", ["workout", "into", "median of a key", "worst key", "budget"], rows)


def _largest() -> set[str]:
    """The largest workouts of the library by steps and by bytes."""
    paths = sorted(library_path().glob("*.json"))
    steps = {path: len(outline(load_document(path.read_bytes(), name=path.stem)).steps) for path in paths}
    return {
        max(paths, key=lambda path: steps[path]).stem,
        max(paths, key=lambda path: path.stat().st_size).stem,
    }


async def _measured(slug: str, unit: float) -> list[list[str]]:
    """Type into a workout, on the real screen."""
    library = FakeLibrary((), athlete=ATHLETE)
    document, _ = library.open(slug)
    app = CoachApp(is_ticking=False)
    rows = []
    async with app.run_test(size=(120, 40)) as pilot:
        editor = EditorScreen(library, document)
        await app.push_screen(editor)
        await pilot.pause()
        page, field = editor.query_one(EditorPage), editor.query_one(Input)

        def key(text: str) -> None:
            with editor.prevent(Input.Changed):
                field.value = text
            editor.show_typed()
            assert page._value is not None
            page.paint(page._value, 120, 38, SUN)

        for name, text in [*TYPED.items(), ("add", ADDED)]:
            if name == "add":
                editor.action_add()
            else:
                editor._at, editor._side = _first(editor, Cell(name))
                editor.action_change()
            times = [seconds(lambda: key(text[:length])) for length in range(1, len(text) + 1)]  # noqa: B023 - called at once
            worst = f"{1000 * max(times):.1f} ms ({max(times) / unit:.2f} units)"
            rows.append([slug, name, f"{1000 * median(times):.1f} ms", worst, "30 ms"])
            editor.action_back()
    return rows


def _first(editor: EditorScreen, cell: Cell) -> tuple[int, int]:
    """The first row that has a cell, and which of its cells it is."""
    for place, row in enumerate(editor._rows):
        if cell in row.cells:
            return place, list(row.cells).index(cell)
    raise AssertionError(cell)
