"""The page of the library: every workout that comes with the program, with its sentence and its tags."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from coach.workout.compile import outline
from coach.workout.describe import estimate, sentence
from coach.workout.document import WorkoutDocument, advice, load_document

LIBRARY = Path(__file__).parents[1] / "workouts"

_SYSTEMS: Final = {
    "easy": "Easy and long",
    "threshold": "Threshold, tempo and race pace",
    "vo2max": "Intervals",
    "speed": "Speed",
    "strength": "Strength, hills among it",
    "economy": "Economy",
    "activation": "Warm-up and activation",
    "drills": "Drills",
    "mobility": "Mobility and stretches",
    "test": "Guided tests",
}
"""Headings in the order of the page."""


def library_page() -> str:
    """Every workout of the library under what it trains."""
    documents = {
        path.stem: load_document(path.read_bytes(), name=path.name) for path in sorted(LIBRARY.glob("*.json"))
    }
    parts = [
        "# The library\n\n",
        "<!-- Written by `make docs` from workouts/*.json. -->\n\n",
        f"{len(documents)} workouts come with the program. `coach workout list` finds one by what it is for\n",
        "([how](../how-to/choose-a-workout.md)), `coach workout show NAME` shows its steps,\n",
        "`coach run NAME` runs it.\n",
        "Times and distances here are for nobody in particular; with your paces saved they are yours.\n\n",
        "Workouts marked **opt-in** rest on a rule that the evidence does not carry: see\n",
        "[refusals](../explanation/refusals.md). Where numbers come from: [claims](../explanation/claims.md).\n",
    ]
    for system, heading in _SYSTEMS.items():
        of_it = {name: each for name, each in documents.items() if each.workout.tags.system == system}
        parts += [f"\n## {heading}\n\n", *_table(of_it)]
    unknown = {name for name, each in documents.items() if each.workout.tags.system not in _SYSTEMS}
    assert not unknown, f"give these a heading: {unknown}"
    return "".join(parts)


def _table(documents: dict[str, WorkoutDocument]) -> Iterator[str]:
    yield "| name | what it is | for | level | phase |\n|---|---|---|---|---|\n"
    for name, document in documents.items():
        tags = document.workout.tags
        opt_in = " **opt-in**" if tags.opt_in else ""
        phases = ", ".join(phase for phase in (tags.phase, *tags.other_phases) if phase)
        cells = [f"`{name}`{opt_in}", _words(document), ", ".join(tags.focus), tags.level or "", phases]
        yield "| " + " | ".join(cells) + " |\n"


def _words(document: WorkoutDocument) -> str:
    """Its sentence, its purpose, and what its tags advise."""
    timeline = outline(document)
    tags = document.workout.tags
    minutes = f" About {tags.minutes:g} min." if tags.minutes else ""
    said = [f"{sentence(timeline, estimate(timeline))}{minutes}", f"*{document.workout.purpose}.*"]
    said += [f"<br>{line}" for line in advice(tags) if not line.startswith("Opt-in")]
    return " ".join(said).replace("|", "\\|")
