"""`coach workout`: the library, files of other programs, and the runner's own documents."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from coach.cli.group import CoachGroup
from coach.cli.shared import (
    CONSOLE,
    athlete_option,
    file_stem,
    narrate,
    out,
    out_document,
    out_json,
    out_table,
    print_problem,
    race_option,
    workout_argument,
    write_exported,
    write_new_file,
)
from coach.edge.files import plain
from coach.interchange.workouts import EXPORT_FORMATS, FORMATS, MOST_REPORTED, ExportFormat, Format, listed
from coach.problems import CoachProblem
from coach.spelling import Misspelt

if TYPE_CHECKING:
    from coach.workout.describe import CatalogueEntry, SearchFilter
    from coach.workout.variants import Shape

# --- the workout that `coach workout new` writes: small, runnable by anybody, and explaining itself.

_STARTER: Final[dict[str, Any]] = {
    "format": "coach-workout/1",
    "name": "My workout",
    "purpose": "One sentence about what it is for",
    "description": "Change what you like, then type: coach workout check FILE. Notes like these are for you; "
    "the coach does not read them out.",
    "context": {"surface": "track", "lap_m": 400, "lane": 1},
    "sections": [
        {
            "name": "Warm-up",
            "steps": [
                {
                    "kind": "warm_up",
                    "until": {"time": "10:00"},
                    "notes": "A step ends by time, distance, mark (a key at the line), heart rate, "
                    "or when you say so.",
                }
            ],
        },
        {
            "name": "Main",
            "steps": [
                {
                    "repeat": 4,
                    "skip_last_recovery": True,
                    "steps": [
                        {
                            "kind": "work",
                            "until": {"distance": "400 m"},
                            "target": {"pace": "4:00/km"},
                            "notes": 'A pace can also be a range, "3:55-4:05/km", or follow your own '
                            'numbers: {"ref": "5k"} or {"ref": "threshold", "offset": "+5 s/km"}.',
                        },
                        {
                            "kind": "recovery",
                            "move": "jog",
                            "until": {"time": "1:30"},
                            "notes": "Jog, walk or stand; a float is a recovery still run with intent.",
                        },
                    ],
                }
            ],
        },
        {
            "name": "Cool-down",
            "steps": [
                {
                    "kind": "cool_down",
                    "until": {"any": [{"mark": True}, {"time": "10:00"}]},
                    "notes": "Whichever comes first: the key, or ten minutes.",
                }
            ],
        },
    ],
}


def starter(name: str) -> bytes:
    """Return the starter workout under a name: UTF-8 JSON for people to edit."""
    return (json.dumps(_STARTER | {"name": name}, indent=2, ensure_ascii=False) + "\n").encode(
        "utf-8", "replace"
    )


_FILES = listed([FORMATS[each].help for each in Format], ", or ")
_IMPORT_HELP = f"""Convert a workout from another tool.

FILE is {_FILES}, or - for standard input; the format is detected from the contents. The
document goes to stdout, or to --out, which never overwrites.
Everything that was read, approximated or dropped is listed on stderr with its place.
"""

_EXPORTS = listed([EXPORT_FORMATS[each].help for each in ExportFormat], ", or ")
_EXPORT_HELP = f"""Write a workout for another program.

WORKOUT is a file, the name of a library workout, or a workout in one line. It is written as {_EXPORTS};
to stdout, or to --out, which never overwrites. Named paces become numbers for one athlete.
Everything that is kept, approximated or dropped is listed on stderr with its place.
"""


@click.group(cls=CoachGroup)
def command() -> None:
    """The workout library: list, show, check, write your own."""


@command.command("list")
@click.argument("words", nargs=-1)
@click.option("--for", "focus", metavar="RACE", help="For this race: 5k, 10k, half, marathon, ...")
@click.option(
    "--level",
    "levels",
    multiple=True,
    metavar="LEVEL",
    help="beginner, intermediate or advanced; may be repeated.",
)
@click.option("--phase", metavar="PHASE", help="Phase of the season: base, build, peak, taper, recovery.")
@click.option(
    "--system", metavar="SYSTEM", help="Training effect: easy, threshold, vo2max, speed, strength, ..."
)
@click.option("--under", metavar="TIME", help="Longest duration: 60min, 1h30, 1:30:00.")
@click.option("--search", metavar="TEXT", default="", help="The same as WORDS.")
@athlete_option("The athlete whose paces give the times (default: the chosen or only one).")
@race_option()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_(
    *,
    words: tuple[str, ...],
    focus: str | None,
    levels: tuple[str, ...],
    phase: str | None,
    system: str | None,
    under: str | None,
    search: str,
    athlete: str | None,
    race: str | None,
    as_json: bool,
) -> None:
    """List the workouts that can be run by name.

    WORDS selects the workouts that have all of them in their name, title, purpose, description or tags, the best match
    first: 6 x 800, 6x800 and 800s find 6 x 800 m. Options select the workouts that fit all of them; a workout without a
    phase fits every phase.
    """
    from coach.app.workouts import catalogue_entries, shown_unit
    from coach.workout.describe import CatalogueEntry, Query, SearchFilter, race_tag

    tags = SearchFilter(
        words=(*words, *search.split()),
        focus=race_tag(focus or ""),
        levels=tuple(level.casefold() for level in levels),
        phase=(phase or "").casefold(),
        system=(system or "").casefold(),
        under_s=_limit(under),
    )
    library: list[CatalogueEntry] = []
    for each in catalogue_entries(athlete=athlete, race=race):
        if isinstance(each, CatalogueEntry):
            library.append(each)
        else:
            print_problem(each)
    _refuse_unknown_tags(tags, library)
    fitting = Query(" ".join(tags.words)).best_first(entry for entry in library if tags.fits(entry))
    if as_json:
        for entry in fitting:
            out_json(entry.as_json())
    elif fitting:
        unit = shown_unit(athlete)
        rows = [_row(entry, unit) for entry in fitting]
        out_table(("name", "time", "distance", "level", "what it is"), rows)
        narrate("coach workout show NAME shows its steps, coach run NAME runs it.")
        if any(entry.opt_in for entry in fitting):
            narrate("Opt-in: based on a claim, not on evidence; coach workout show NAME explains it.")
    else:
        narrate("No workout matches." if library else "There are no workouts.")


@command.command("show")
@workout_argument()
@athlete_option("The athlete whose paces are shown (default: the chosen or only one).")
@race_option()
@click.option("--json", "as_json", is_flag=True, help="Print the document itself.")
def show(workout: str, athlete: str | None, race: str | None, as_json: bool) -> None:
    """Show every step of a workout.

    WORKOUT is a file, the name of a library workout, or a workout in one line. Paces are those of the named, chosen or
    only athlete, else shown by name. The workout is also shown in one line, as coaches write it.
    """
    from coach.app.workouts import outline_of
    from coach.workout import notation
    from coach.workout.describe import item_text, step_label
    from coach.workout.document import rules_by_step, rules_of_workout
    from coach.workout.resolve import too_ambitious

    outlined = outline_of(workout, CONSOLE, athlete, race)
    if as_json:
        out_document(outlined.document.source)
        return
    out(outlined.sentence)
    about = outlined.document.workout
    if about.purpose:
        out(f"For: {about.purpose}")
    for text in (about.description, about.notes):
        for paragraph in (text or "").splitlines():
            out(paragraph)
    for text in rules_of_workout(about):
        out(text)
    if about.source:
        out(f"Source: {about.source}")
    out("")
    rows, purposes = [], set[str]()
    for place, (step, notes) in enumerate(rules_by_step(outlined.timeline, about), 1):
        rows.append((str(place), step.path, step_label(step)))
        purpose = [step.purpose] if step.purpose and step.purpose not in purposes else []
        purposes.update(purpose)
        texts = (*(f"for: {text}" for text in purpose), *map(item_text, step.items), *notes)
        rows += [("", "", f"  {text}") for text in texts]
    out_table(("", "where", "what"), rows)
    line, losses = notation.write(outlined.document)
    if line:
        out("")
        out(f"In one line: {line}")
    if line and losses:
        out(f"The line leaves out: {'; '.join(losses)}.")
    question = too_ambitious(outlined.timeline, outlined.athlete)
    if question:
        narrate(f"Note: {question}")


@command.command("check")
@workout_argument("FILE")
@athlete_option("The athlete whose paces are shown (default: the chosen or only one).")
@race_option()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(workout: str, athlete: str | None, race: str | None, as_json: bool) -> None:
    """Validate a workout, and describe it in a sentence.

    FILE is a file, the name of a library workout, or a workout in one line. The sentence has its kind, duration,
    distance and load. A fault is printed with its place, the reason and the fix, and the exit code is 3; things that
    are allowed but probably a mistake are printed on stderr.
    """
    from coach.app.workouts import outline_of

    outlined = outline_of(workout, CONSOLE, athlete, race)
    if as_json:
        out_json(outlined.as_json() | {"warnings": list(outlined.document.warnings)})
    else:
        out(outlined.sentence)
    for warning in outlined.document.warnings:
        narrate(f"Note: {warning}")


@command.command("import", help=_IMPORT_HELP)
@click.argument("file")
@click.option(
    "--from",
    "source",
    type=click.Choice(["auto", *(each.value for each in Format)]),
    default="auto",
    show_default=True,
    help="The format of FILE.",
)
@click.option("--out", metavar="FILE", help="Write to a new file, or several workouts into a folder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: documents and report.")
@click.option(
    "--durations",
    type=click.Choice(["seconds", "metres"]),
    help="The unit of lengths without one in the file (ZWO, 800m of intervals.icu).",
)
@click.option("--strict", is_flag=True, help="Refuse the file if anything in it would be lost or changed.")
def import_(  # noqa: PLR0917 - click passes them by name
    file: str, source: str, out: str | None, as_json: bool, durations: Any, strict: bool
) -> None:
    """Convert a workout from another tool."""
    from coach.edge.store import Store
    from coach.interchange.workouts.converting import import_workout

    foreign = Store().workout(file)
    chosen_format = None if source == "auto" else Format(source)
    imported = import_workout(
        foreign.data, name=foreign.name, source=chosen_format, durations=durations, strict=strict
    )
    for line in imported.report.lines():
        narrate(line)
    for path in write_documents(imported.documents, out) if out else ():
        narrate(f"Wrote {path}")
    if as_json:
        report = imported.report.as_json()
        out_json({"v": 1, "documents": list(imported.documents), "report": report})
    elif not out and len(imported.documents) == 1:
        out_document(imported.documents[0])
    elif not out:
        for document in imported.documents:
            out_json(document)


@command.command("export", help=_EXPORT_HELP)
@workout_argument()
@click.option(
    "--to",
    "to",
    type=click.Choice([each.value for each in ExportFormat]),
    required=True,
    help="The format.",
)
@click.option("--out", metavar="FILE", help="Write to a new file, or into a folder.")
@athlete_option("The athlete whose paces are written (default: the chosen or only one).")
@race_option()
@click.option("--strict", is_flag=True, help="Write nothing if anything would be lost or changed.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object; needs --out.")
def export(
    *,
    workout: str,
    to: str,
    out: str | None,
    athlete: str | None,
    race: str | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Write a workout for another program."""
    from coach.app.workouts import export_workout_for, shown_athlete
    from coach.edge.store import Store

    row = EXPORT_FORMATS[ExportFormat(to)]
    if as_json and out is None:
        raise click.UsageError("--json prints the report only; add --out for the workout.")
    if out is None and not row.is_text and sys.stdout.isatty():
        raise click.UsageError(f"{row.title} is not text; write it with --out workout{row.suffix}.")
    runner = shown_athlete(Store(), athlete, race)
    exported = export_workout_for(workout, runner, ExportFormat(to), CONSOLE, strict=strict)
    path = write_exported(exported.data, out, workout, row.suffix) if out else ""
    if as_json:
        out_json({"v": 1, "file": path, "report": exported.report.as_json()})
        return
    for line in exported.report.lines(most=MOST_REPORTED):
        narrate(line)
    if path:
        narrate(f"Wrote {path}")
    else:
        click.echo(exported.data, nl=False)


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of workout documents.

    Editors use it to complete and check what you type: save it beside your workouts, and name it in the editor's
    settings for *.json.
    """
    from coach.workout.document import workout_schema

    out_document(workout_schema())


@command.command("new")
@click.argument("words", nargs=-1, metavar="FILE")
@click.option("--name", metavar="TEXT", help="The title of the workout.")
@click.option("--out", "target", metavar="FILE", help="Write to a new file.")
def new(*, words: tuple[str, ...], name: str | None, target: str | None) -> None:
    """Write a new workout, from a line or as a starter.

    FILE, a name that ends in .json, gets a starter: a warm-up, four reps with a jog between, and a cool-down, each with
    a note on how to change it. Anything else is a workout in one line, such as 2km easy + 6x800 @ 5k / 400 jog + 1km
    easy: its reading is printed on stderr, and the document goes to stdout, or to --out FILE. Existing files are never
    overwritten.
    """
    line = " ".join(words)
    is_file = line.casefold().endswith(".json")
    if is_file and target is not None:
        raise click.UsageError("Give one file, and no line, for a starter.")
    if line and not is_file:
        give_line(line, name=name, out=target)
        return
    file = line or target
    if not file:
        raise click.UsageError("Missing argument: a LINE such as '6x800 @ 5k / 400 jog', or a FILE.json.")
    from coach.workout.document import load_document

    data = starter("My workout" if name is None else name)
    load_document(data, name="the new workout")  # the name may be unusable
    write_new_file(Path(file).expanduser(), data, what="workout")
    narrate(f"Wrote {plain(file)}. Next: coach workout check {plain(file)}")


def _row(entry: "CatalogueEntry", unit: str) -> tuple[str, ...]:
    title = f"{entry.title} (opt-in)" if entry.opt_in else entry.title
    return (entry.name, entry.minutes, entry.distance(unit), entry.level, title)


def _limit(under: str | None) -> float | None:
    from coach.workout.describe import read_limit

    try:
        return None if under is None else read_limit(under)
    except ValueError as wrong:
        raise click.BadParameter(f"{wrong}; write 60min, 1h30 or 1:30:00", param_hint="--under") from None


def _refuse_unknown_tags(search: "SearchFilter", library: Sequence["CatalogueEntry"]) -> None:
    """Raise a usage error for a tag that no workout has: it is misspelt, and an empty list would not say so."""
    tags = {
        "--for": {race for entry in library for race in entry.focus},
        "--level": {entry.level for entry in library},
        "--phase": {phase for entry in library for phase in entry.phases},
        "--system": {entry.system for entry in library},
    }
    search_tags = [("--for", search.focus), ("--phase", search.phase), ("--system", search.system)]
    search_tags += [("--level", level) for level in search.levels]
    for option, tag in search_tags:
        if tag and tag not in tags[option]:
            names = ", ".join(sorted(tags[option] - {""}))
            raise click.BadParameter(f"no workout is tagged {tag!r}; there are {names}", param_hint=option)


# --- `coach workout generate`: workouts made from a few numbers, printed or written to a new file

SHAPES = ("given", "up", "down", "pyramid")

out_option = click.option("--out", metavar="FILE", help="Write to a new file.")
name_option = click.option("--name", metavar="TEXT", help="The title of the workout.")


class _LineOrCommand(CoachGroup):
    """A group that reads words as a workout in one line if they do not start with a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Pass the words of a line to the command that reads it."""
        if args[0] not in self.commands and not args[0].isalpha():
            return "line", self.commands["line"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_LineOrCommand)
def generate_command() -> None:
    """Generate a workout from a few numbers, or from a line.

    Lengths are distances (400m, 1km, 1mile) or times (3:00); paces are easy, marathon, half, threshold, 10k, 5k, 3k,
    mile, goal, or a pace such as 4:00/km. The workout is printed, or written with --out FILE.
    """


@generate_command.command("line")
@workout_argument()
@name_option
@out_option
def line(*, workout: str, name: str | None, out: str | None) -> None:
    """Make a workout of a line, as coaches write it.

    WORKOUT is such a line: 2km easy + 6x800 @ 5k / 400 jog + 1km easy. The word line itself may be left out.
    """
    give_line(workout, name=name, out=out)


@generate_command.command("ladder")
@click.argument("rungs", nargs=-1, required=True)
@click.option(
    "--shape",
    type=click.Choice(SHAPES),
    default="given",
    help="The order of the lengths; a pyramid goes up and down.",
)
@click.option("--pace", metavar="PACE", help="Pace of all rungs (default: mile to 10k pace by length).")
@click.option("--rest", metavar="LENGTH", help="Jog after each rung (default: half the rung).")
@name_option
@out_option
def ladder(
    *,
    rungs: tuple[str, ...],
    shape: str,
    pace: str | None,
    rest: str | None,
    name: str | None,
    out: str | None,
) -> None:
    """Make a ladder or pyramid.

    RUNGS are its lengths, such as 1600m 1200m 800m 400m.
    """
    from coach.workout import variants

    _give(
        lambda: variants.ladder(rungs, shape=cast("Shape", shape), pace=pace, rest=rest), name=name, out=out
    )


@generate_command.command("blocks")
@click.argument("count", type=int)
@click.argument("length")
@click.option("--pace", metavar="PACE", default="10k", show_default=True, help="Pace of the blocks.")
@click.option(
    "--ratio", type=float, default=1.0, show_default=True, help="Easy running per hard running, 1 to 5."
)
@name_option
@out_option
def blocks(*, count: int, length: str, pace: str, ratio: float, name: str | None, out: str | None) -> None:
    """Make blocks of 2 to 5 minutes near race pace.

    COUNT blocks of LENGTH, such as 6 3:00, with at least as much easy running between.
    """
    from coach.workout import variants

    _give(lambda: variants.blocks(count, length, pace=pace, ratio=ratio), name=name, out=out)


@generate_command.command("progression")
@click.argument("length")
@click.option("--from", "start", metavar="PACE", default="easy", show_default=True, help="Pace at the start.")
@click.option(
    "--to", "finish", metavar="PACE", default="threshold", show_default=True, help="Pace at the end."
)
@click.option("--last", metavar="LENGTH", help="Length of the part that gets faster (default: a third).")
@name_option
@out_option
def progression(
    *, length: str, start: str, finish: str, last: str | None, name: str | None, out: str | None
) -> None:
    """Make a run that ends faster than it begins.

    LENGTH is the whole length, such as 30:00 or 10km.
    """
    from coach.workout import variants

    _give(lambda: variants.progression(length, start=start, finish=finish, last=last), name=name, out=out)


@generate_command.command("alternation")
@click.argument("count", type=int)
@click.argument("fast")
@click.argument("steady")
@click.option("--pace", metavar="PACE", default="5k", show_default=True, help="Pace of the fast part.")
@click.option(
    "--float",
    "steady_pace",
    metavar="PACE",
    default="marathon",
    show_default=True,
    help="Pace of the steady part.",
)
@name_option
@out_option
def alternation(
    *, count: int, fast: str, steady: str, pace: str, steady_pace: str, name: str | None, out: str | None
) -> None:
    """Make two paces in turn without a stop.

    COUNT times FAST and STEADY, such as 8 400m 200m.
    """
    from coach.workout import variants

    _give(
        lambda: variants.alternation(count, fast, steady, fast_pace=pace, steady_pace=steady_pace),
        name=name,
        out=out,
    )


@generate_command.command("cruise")
@click.argument("count", type=int)
@click.argument("length")
@click.option("--pace", metavar="PACE", default="threshold", show_default=True, help="Pace of the intervals.")
@click.option(
    "--rest", metavar="LENGTH", help="Jog in between (default: a fifth of the work, at least a minute)."
)
@name_option
@out_option
def cruise(
    *, count: int, length: str, pace: str, rest: str | None, name: str | None, out: str | None
) -> None:
    """Make cruise intervals at threshold.

    COUNT times LENGTH, such as 4 5:00 or 3 1mile.
    """
    from coach.workout import variants

    _give(lambda: variants.cruise(count, length, pace=pace, rest=rest), name=name, out=out)


@generate_command.command("reverse")
@workout_argument()
@name_option
@out_option
def reverse(workout: str, name: str | None, out: str | None) -> None:
    """Reverse the hard part of a workout.

    WORKOUT is a file or the name of a library workout. Its parts run in reverse order; repeats keep their own order.
    """
    from coach.app.workouts import outline_of
    from coach.workout import variants

    source = outline_of(workout, CONSOLE).document.source
    _give(lambda: variants.reverse(source), name=name, out=out)


def _give(make: Callable[[], dict[str, Any]], *, name: str | None, out: str | None) -> None:
    """Generate a workout, validate it as any other, and print or write it.

    Raises:
        click.UsageError: the numbers make no workout.
        CoachProblem: it cannot be written.
    """
    try:
        tree = make()
    except Misspelt as wrong:
        raise click.UsageError(" ".join(part for part in (f"{wrong.reason}.", wrong.fix) if part)) from None
    _write(tree, name=name, out=out)


def give_line(text: str, *, name: str | None, out: str | None) -> None:
    """Read a workout from a line, and print or write it.

    Raises:
        CoachProblem: the line cannot be read, or the workout cannot be written.
    """
    from coach.app.workouts import read_one_line, shown_athlete
    from coach.edge.store import Store

    _write(read_one_line(text, (), shown_athlete(Store()), CONSOLE).source, name=name, out=out)


def _write(tree: dict[str, Any], *, name: str | None, out: str | None) -> None:
    """Print or write a workout under a name."""
    from coach.app.workouts import outline_document, shown_athlete
    from coach.workout.document import load_document, written_document

    if name is not None:
        tree["name"] = name
    data = written_document(tree)
    document = load_document(data, name="the new workout")  # the name may be unusable
    if out is None:
        click.echo(data.decode(), nl=False)
        return
    from coach.edge.store import Store

    write_new_file(Path(out).expanduser(), data, what="workout")
    narrate(outline_document(document.name, document, shown_athlete(Store())).sentence)
    narrate(f"Wrote {plain(out)}. Next: coach workout show {plain(out)}")


command.add_command(generate_command, "generate")


# --- workout documents as files


def write_documents(documents: Sequence[Mapping[str, Any]], out: str) -> list[str]:
    """Write one document to a new file, or several into a folder; return the paths, safe to print.

    Raises:
        CoachProblem: a file exists already or cannot be written; nothing was overwritten.
    """
    path = Path(out).expanduser()
    if len(documents) == 1 and not path.is_dir():
        write_new_file(path, _written(documents[0]), what="workout")
        return [plain(out)]
    files = _files(documents, path)
    there = next((file for file in files if file.exists()), None)
    if there is not None:
        raise CoachProblem(f"{plain(there)} is there already", "Nothing was written; name another folder.")
    try:
        path.mkdir(exist_ok=True)
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        hint = "Name a folder that exists, or can be created, for several workouts."
        raise CoachProblem(f"{plain(out)} is not a folder and cannot be created: {reason}", hint) from None
    for file, document in zip(files, documents, strict=True):
        write_new_file(file, _written(document), what="workout")
    return [plain(file) for file in files]


def _files(documents: Sequence[Mapping[str, Any]], folder: "Path") -> "list[Path]":
    """Return a file for each document, named after it, with a number if a name repeats."""
    used: set[str] = set()
    files: list[Path] = []
    for document in documents:
        stem = file_stem(str(document["name"]), most=60)
        name = next(
            name
            for n in range(1, len(documents) + 2)
            if (name := f"{stem}-{n}" if n > 1 else stem) not in used
        )
        used.add(name)
        files.append(folder / f"{name}.json")
    return files


def _written(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON bytes, indented unless it would then be too large to be read again."""
    from coach.documents import MAX_BYTES

    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    data = text.encode()
    return data if len(data) <= MAX_BYTES else json.dumps(document, separators=(",", ":")).encode()
