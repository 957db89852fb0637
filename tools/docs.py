"""Writes the generated reference pages: `python -m tools.docs`, or `make docs`.

A test (`tests/docs/test_generated.py`) fails if a page in the tree differs from its generated text.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from coach.edge.history import SCHEMA as HISTORY_SCHEMA
from coach.edge.history import TABLES as HISTORY_TABLES
from coach.edge.paired_sensors import BACKOFF_S, LinkEvent, LinkPhase
from coach.edge.paired_sensors import TRANSITIONS as LINK_TRANSITIONS
from coach.interchange.recordings import RECORDING_FORMATS
from coach.interchange.workouts import FORMATS as WORKOUT_FORMATS
from coach.interchange.workouts import Format as WorkoutFormat
from coach.plan.check import RULES as PLAN_RULES
from coach.plan.strength import SHEETS
from coach.review.formulas import FORMULAS, UNITS
from coach.review.season import SEASON
from coach.review.sections import SECTION_ROWS
from coach.session.phases import BUTTONS, TRANSITIONS, Action, Button, ButtonContext, Phase
from coach.workout.document import workout_schema
from tools.pages import (
    asyncapi,
    cli_page,
    exports_page,
    json_schemas,
    library_page,
    plan_page,
    topics_and_payloads,
)

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "reference"

_TABLE = "<!-- This table is written by `make docs` from the tables in the code. -->\n\n"
_END = "\n<!-- End of the table. -->\n"

_KEYS = {
    Button.MARK: "SPACE, Page Down",
    Button.NEXT: "n",
    Button.UNDO: "u, Page Up",
    Button.BACK: "b",
    Button.RESTART: "r",
    Button.ABANDON: "x",
    Button.PAUSE: "p",
    Button.RESUME: "p",
    Button.EXTEND: "e",
    Button.ADD_REP: "a",
    Button.DROP_REP: "d",
    Button.SHORTEN: "l",
    Button.COOL_DOWN: "f",
    Button.FASTER: "+",
    Button.SLOWER: "-",
    Button.ACCEPT: "c",
    Button.ANSWER: "1 to 9, 0",
    Button.LINE_EARLIER: "[",
    Button.LINE_LATER: "]",
    Button.EFFORT_DAY: "h",
    Button.BY_EFFORT: "h w",
}


def main() -> None:
    """Write every generated page."""
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    return {
        "cli.md": cli_page(),
        "exports.md": exports_page(),
        "history.md": _with_table("history.md", history_tables()),
        "imports.md": _with_table("imports.md", workout_formats()),
        "library.md": library_page(),
        "links.md": links_page(),
        "mqtt.asyncapi.json": asyncapi(),
        "mqtt.md": _with_table("mqtt.md", topics_and_payloads()),
        "mqtt.schema.json": json_schemas(),
        "phases.md": phases_page(),
        "plan-rules.md": plan_rules_page(),
        "plan.md": plan_page(_object),
        "review.md": review_page(),
        "recordings.md": _with_table("recordings.md", recording_formats()),
        "workout.md": workout_page(),
    }


def review_page() -> str:
    """Return the page of a review's numbers: formula, inputs, source and validity, by section."""
    in_sections = {name for section in SECTION_ROWS.values() for name in section.names}
    groups = [(section.title, section.names) for section in SECTION_ROWS.values() if section.names]
    groups.append(("Tables", tuple(name for name in FORMULAS if name not in in_sections)))
    groups.append(("Seasons", tuple(SEASON)))
    return "".join(
        [
            "# The numbers of a review\n\n",
            "<!-- Written by `make docs` from coach/review/formulas.py. -->\n\n",
            "`coach review RUN --explain NAME` prints a row of this page and what it is in that run. Every number is\n",
            "`measured`, `estimated` (with a `~`) or `not_measured`, with the reason. How to read them:\n",
            "[read the review of a run](../how-to/read-the-review.md).\n",
            *(line for title, names in groups for line in _formulas(title, names)),
        ]
    )


_PLAN_RULES = """# The rules of a plan

<!-- Written by `make docs` from coach/plan/check.py, day_rules.py and strength.py. -->

`coach plan check` holds a plan against these rules from today on and shows the three worst findings; `--all` shows the
rest. `coach plan rules` prints this table; `--off RULE` switches one off, in the plan itself. No rule stops anybody:
what breaks one is kept as the runner's choice, and a rule that was broken knowingly twice asks once whether to switch
it off. A rule that needs what nobody knows says nothing.

| rule | what | limit | matters | source | unless switched |
|---|---|---|---|---|---|
"""
_PLAN_SHEETS = """
`science` numbers are those of the project's list of methods; what they rest on is said on the pages of
[claims](../explanation/claims.md) and [refusals](../explanation/refusals.md). A week against the one before it is
shown as it is, and foretells no injury.

## Sheets

What plans lay beside the running ([how](../how-to/strength.md)).

| sheet | what it is | trains | minutes | at most |
|---|---|---|---|---|
"""


def plan_rules_page() -> str:
    """Return the page of the plan's rules, with limit, source and switch, and of the sheets that plans use."""
    return "".join((_PLAN_RULES, *_plan_rule_rows(), _PLAN_SHEETS, *_sheet_rows()))


def _plan_rule_rows() -> Iterator[str]:
    for rule in PLAN_RULES.values():
        switch = ("on" if rule.is_on else "off") if rule.has_switch else "always on"
        cells = (f"`{rule.id}`", rule.what, rule.limit_words, rule.severity, rule.source, switch)
        yield f"| {' | '.join(cells)} |\n"


def _sheet_rows() -> Iterator[str]:
    for name, sheet in SHEETS.items():
        times, days = sheet.often
        cells = (f"`{name}`", sheet.title, sheet.family, f"{sheet.minutes:g}", f"{times} in {days} days")
        yield f"| {' | '.join(cells)} |\n"


def _formulas(title: str, names: Sequence[str]) -> Iterator[str]:
    rows = {**FORMULAS, **SEASON}
    yield f"\n## {title}\n"
    for name in names:
        row = rows[name]
        yield f"\n### `{name}`: {row.label}\n\n"
        yield f"- **Unit in JSON**: {UNITS[row.style]}\n- **Formula**: {row.formula}\n- **Inputs**: {row.inputs}\n"
        yield f"- **Source**: {row.source}\n- **Valid**: {row.valid}\n"


def workout_formats() -> Iterator[str]:
    """Yield the table of workout formats that can be imported."""
    yield "| `--from` | files | recognised by |\n|---|---|---|\n"
    for name in WorkoutFormat:
        row = WORKOUT_FORMATS[name]
        yield f"| `{name}` | {row.files} | {row.mark} |\n"


def history_tables() -> Iterator[str]:
    """Yield the tables of the index of runs with their columns."""
    yield f"Schema {HISTORY_SCHEMA}, in the header as `user_version`.\n\n| table | columns |\n|---|---|\n"
    for table, columns in HISTORY_TABLES.items():
        names = [
            column.split()[0] for column in columns.partition("PRIMARY KEY (")[0].split(",") if column.strip()
        ]
        yield f"| `{table}` | {' '.join(f'`{name}`' for name in names)} |\n"


def recording_formats() -> Iterator[str]:
    """Yield the table of recording formats that can be replayed."""
    yield "| format | files | recognised by | its clock counts from |\n|---|---|---|---|\n"
    for row in RECORDING_FORMATS:
        zero = "–" if row.clock_from is None else f"{row.clock_from:%Y-%m-%d}"
        yield f"| {row.kind} | `{row.suffix}` | {row.mark} | {zero} |\n"


def _with_table(name: str, table: Iterator[str]) -> str:
    """Return a handwritten page with the table between its two marks replaced."""
    page = (PAGES / name).read_text(encoding="utf-8")
    before, begin, rest = page.partition(_TABLE)
    _, end, after = rest.partition(_END)
    return f"{before}{begin}{''.join(table)}{end}{after}"


def phases_page() -> str:
    """Return the page of phases: a diagram, and the effect of each button in each phase."""
    return "".join(
        [
            "# Phases and buttons\n\n",
            "<!-- Written by `make docs` from coach/session/phases.py. -->\n\n",
            "A run is always in one phase. What a button does there is one cell of the table below.\n\n",
            "```mermaid\nstateDiagram-v2\n",
            *_diagram(),
            "```\n\n`TRANSITIONS` is checked at every change of phase; only an undo may go back to any phase.\n\n",
            "## Buttons\n\nA column is a phase, and for work, floats and recoveries also how the step ends.\n",
            "`–` means that nothing happens, and that an event says so. `mark` has three exceptions: just behind a\n",
            "boundary it re-times it, it ends a step whose end was undone, and in the rep of a send-off it does what\n",
            "it does in work that ends the same way.\n\n",
            *_button_table(),
            "\n## What the words mean\n\n",
            *(f"- **{_word(action)}**: {action.value}\n" for action in Action),
        ]
    )


def links_page() -> str:
    """Return the page of a sensor link's phases: a diagram, and the pauses between attempts."""
    arrows = [
        f"    {phase} --> {other}: {event}\n"
        for phase, events in LINK_TRANSITIONS.items()
        for event, other in events.items()
        if event is not LinkEvent.STOPPED
    ]
    return "".join(
        [
            "# The link to a sensor\n\n",
            "<!-- Written by `make docs` from coach/edge/paired_sensors.py. -->\n\n",
            "Each paired sensor has a link of its own, and each link is in one phase. A link never gives up: it ends\n",
            "(`closed`) only when the run or the command does, from whatever phase it is in.\n\n",
            f"```mermaid\nstateDiagram-v2\n    [*] --> {LinkPhase.SEARCHING}\n",
            *arrows,
            "```\n\n## Phases\n\n",
            *_described(LinkPhase),
            "\n## What can happen\n\n",
            *_described(LinkEvent),
            "\n## Rests\n\nThe rest before the next try, after so many tries in a row that brought no measurement:\n\n",
            "| tries | " + " | ".join(str(tries) for tries in range(len(BACKOFF_S))) + " and more |\n",
            "|---" * (len(BACKOFF_S) + 1) + "|\n",
            "| seconds | " + " | ".join(f"{seconds:g}" for seconds in BACKOFF_S) + " |\n",
        ]
    )


def _described(words: type[LinkPhase] | type[LinkEvent]) -> Iterator[str]:
    """Yield the members of an enum with their docstrings."""
    (classes,) = (
        node
        for node in ast.parse((ROOT / "coach/edge/paired_sensors.py").read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == words.__name__
    )
    for member, text in pairwise(classes.body):
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr):
            yield f"- `{ast.literal_eval(member.value)}`: {ast.literal_eval(text.value)}\n"


def workout_page() -> str:
    """Return the page of the workout document: every object with its keys, from the schema."""
    schema = cast("dict[str, Any]", workout_schema())
    definitions = schema.get("$defs", {})
    parts = [
        "# Workout document\n\n",
        "<!-- Written by `make docs` from coach/workout/document.py. -->\n\n",
        "`coach workout schema` prints the same as JSON Schema, for an editor that completes and checks.\n",
        "[How to write a workout](../how-to/write-a-workout.md) explains it from the beginning.\n\n",
        "## The document\n\n",
        *_object("Workout", schema),
    ]
    for name in sorted(definitions):
        parts += [f"\n## {name}\n\n", *_object(name, definitions[name])]
    return "".join(parts)


def _diagram() -> Iterator[str]:
    steps = [
        phase for phase in Phase if phase not in {Phase.READY, Phase.PAUSED, Phase.FINISHED, Phase.OVERTIME}
    ]
    yield "    [*] --> ready\n    state under_way {\n"
    for step in steps:
        yield f"        {step}\n"
    yield "    }\n"
    for phase in (Phase.READY, Phase.OVERTIME, Phase.PAUSED, Phase.FINISHED):
        leaves = TRANSITIONS[phase]
        if leaves >= set(steps):
            yield f"    {phase} --> under_way\n"
        for other in Phase:
            if other in leaves and other not in steps and other is not phase:
                yield f"    {phase} --> {other}\n"
    for other in (Phase.READY, Phase.PAUSED, Phase.FINISHED):
        if all(other in TRANSITIONS[phase] for phase in steps):
            yield f"    under_way --> {other}\n"
    for step in steps:
        if Phase.OVERTIME in TRANSITIONS[step]:
            yield f"    {step} --> overtime\n"


def _button_table() -> Iterator[str]:
    yield "| button | key | " + " | ".join(_word(context) for context in ButtonContext) + " |\n"
    yield "|---" * (len(ButtonContext) + 2) + "|\n"
    for button in Button:
        actions = [BUTTONS[context][button] for context in ButtonContext]
        cells = ["–" if action is Action.REJECT else _word(action) for action in actions]
        yield f"| `{button}` | {_KEYS.get(button, '')} | " + " | ".join(cells) + " |\n"


def _word(name: ButtonContext | Action) -> str:
    return name.name.lower().replace("_", " ")


def _object(name: str, schema: dict[str, Any]) -> Iterator[str]:
    if "description" in schema:
        yield schema["description"].strip() + "\n\n"
    properties = schema.get("properties")
    if not properties:
        yield f"One of: {_type(schema)}\n"
        return
    yield "| key | value | meaning |\n|---|---|---|\n"
    required = set(schema.get("required", ()))
    for key, value in properties.items():
        must = " (required)" if key in required else ""
        yield f"| `{key}`{must} | {_type(value)} | {_meaning(name, key, value)} |\n"


def _meaning(name: str, key: str, schema: dict[str, Any]) -> str:
    words = " ".join(_field_words().get((name, key), "").split()).replace("|", "\\|")
    default = schema.get("default")
    if default in (None, [], "") or isinstance(default, dict):
        return words
    return f"{words} Default: `{default}`.".strip()


@cache
def _field_words() -> dict[tuple[str, str], str]:
    """Return the docstring of each field of the models, by class and field."""
    words_by_field: dict[tuple[str, str], str] = {}
    for file in sorted(file for room in ("workout", "plan") for file in (ROOT / "coach" / room).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                words_by_field |= {(node.name, key): words for key, words in _fields(node)}
    return words_by_field


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in pairwise(node.body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            yield _alias(field) or field.target.id, str(below.value.value)


def _alias(field: ast.AnnAssign) -> str:
    """Return the key of a field whose name is reserved in Python, such as `for`."""
    keywords = field.value.keywords if isinstance(field.value, ast.Call) else []
    names = [word.value for word in keywords if word.arg == "alias"]
    return str(names[0].value) if names and isinstance(names[0], ast.Constant) else ""


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            kinds = [_type(part) for part in schema[key] if part.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return ", ".join(f"`{part}`" for part in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))


if __name__ == "__main__":
    main()
