"""`coach workout generate`: workouts made from a few numbers, printed or written to a new file."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import click

from coach.cli.group import CoachGroup
from coach.cli.parameters import workout_argument
from coach.cli.text import CONSOLE, narrate

if TYPE_CHECKING:
    from coach.workout.generate import Shape

SHAPES = ("given", "up", "down", "pyramid")

out_option = click.option("--out", metavar="FILE", help="Write it there; what is there already is kept.")
name_option = click.option("--name", metavar="TEXT", help="What the workout is called.")


class _LineOrCommand(CoachGroup):
    """A group in which what is no command's name begins a workout in one line."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Give the words of a line to the command that reads it."""
        if args[0] not in self.commands and not args[0].isalpha():
            return "line", self.commands["line"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_LineOrCommand)
def command() -> None:
    """Make a workout from a few numbers, or from a line.

    Lengths are distances (400m, 1km, 1mile) or times (3:00); paces are easy, marathon, half, threshold, 10k, 5k,
    3k, mile, goal, or a pace such as 4:00/km. The workout is printed, or written with --out FILE.
    """


@command.command("line")
@workout_argument()
@name_option
@out_option
def line(*, workout: str, name: str | None, out: str | None) -> None:
    """Make a workout of a line, as coaches write it.

    WORKOUT is such a line: 2km easy + 6x800 @ 5k / 400 jog + 1km easy. The word line itself may be left out.
    """
    give_line(workout, name=name, out=out)


@command.command("ladder")
@click.argument("rungs", nargs=-1, required=True)
@click.option(
    "--shape", type=click.Choice(SHAPES), default="given", help="Their order; a pyramid goes up and down."
)
@click.option("--pace", metavar="PACE", help="Of every rung; else mile to 10k pace by its length.")
@click.option("--rest", metavar="LENGTH", help="Jogged after each rung; else half the rung.")
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
    from coach.workout import generate

    _give(
        lambda: generate.ladder(rungs, shape=cast("Shape", shape), pace=pace, rest=rest), name=name, out=out
    )


@command.command("blocks")
@click.argument("count", type=int)
@click.argument("length")
@click.option("--pace", metavar="PACE", default="10k", show_default=True, help="Of the blocks.")
@click.option(
    "--ratio", type=float, default=1.0, show_default=True, help="Easy running for each part of hard, 1 to 5."
)
@name_option
@out_option
def blocks(*, count: int, length: str, pace: str, ratio: float, name: str | None, out: str | None) -> None:
    """Make blocks of 2 to 5 minutes near race pace.

    COUNT blocks of LENGTH, such as 6 3:00, with as much easy running between, or more.
    """
    from coach.workout import generate

    _give(lambda: generate.blocks(count, length, pace=pace, ratio=ratio), name=name, out=out)


@command.command("progression")
@click.argument("length")
@click.option("--from", "start", metavar="PACE", default="easy", show_default=True, help="Where it begins.")
@click.option("--to", "finish", metavar="PACE", default="threshold", show_default=True, help="Where it ends.")
@click.option("--last", metavar="LENGTH", help="The part that gets faster; else a third.")
@name_option
@out_option
def progression(
    *, length: str, start: str, finish: str, last: str | None, name: str | None, out: str | None
) -> None:
    """Make a run that ends faster than it begins.

    LENGTH is all of it, such as 30:00 or 10km.
    """
    from coach.workout import generate

    _give(lambda: generate.progression(length, start=start, finish=finish, last=last), name=name, out=out)


@command.command("alternation")
@click.argument("count", type=int)
@click.argument("fast")
@click.argument("steady")
@click.option("--pace", metavar="PACE", default="5k", show_default=True, help="Of the fast part.")
@click.option(
    "--float",
    "steady_pace",
    metavar="PACE",
    default="marathon",
    show_default=True,
    help="Of the steady part.",
)
@name_option
@out_option
def alternation(
    *, count: int, fast: str, steady: str, pace: str, steady_pace: str, name: str | None, out: str | None
) -> None:
    """Make two paces in turn without a stop.

    COUNT times FAST and STEADY, such as 8 400m 200m.
    """
    from coach.workout import generate

    _give(
        lambda: generate.alternation(count, fast, steady, fast_pace=pace, steady_pace=steady_pace),
        name=name,
        out=out,
    )


@command.command("cruise")
@click.argument("count", type=int)
@click.argument("length")
@click.option("--pace", metavar="PACE", default="threshold", show_default=True, help="Of the intervals.")
@click.option("--rest", metavar="LENGTH", help="Jogged between; else a fifth of the work, a minute at least.")
@name_option
@out_option
def cruise(
    *, count: int, length: str, pace: str, rest: str | None, name: str | None, out: str | None
) -> None:
    """Make cruise intervals at threshold.

    COUNT times LENGTH, such as 4 5:00 or 3 1mile.
    """
    from coach.workout import generate

    _give(lambda: generate.cruise(count, length, pace=pace, rest=rest), name=name, out=out)


@command.command("reverse")
@workout_argument()
@name_option
@out_option
def reverse(workout: str, name: str | None, out: str | None) -> None:
    """Turn the hard part of a workout round.

    WORKOUT is a file or the name of a library workout. Its parts are taken last first; repeats keep their own
    order.
    """
    from coach.app.workouts import outline_of
    from coach.workout import generate

    source = outline_of(workout, CONSOLE).document.source
    _give(lambda: generate.reverse(source), name=name, out=out)


def _give(make: Callable[[], dict[str, Any]], *, name: str | None, out: str | None) -> None:
    """Make a workout, check it as any other, and print or write it.

    Raises:
        click.UsageError: the numbers make no workout.
        CoachProblem: it cannot be written.
    """
    from coach.documents.reading import Misspelt

    try:
        tree = make()
    except Misspelt as wrong:
        raise click.UsageError(" ".join(part for part in (f"{wrong.reason}.", wrong.fix) if part)) from None
    _write(tree, name=name, out=out)


def give_line(text: str, *, name: str | None, out: str | None) -> None:
    """Make a workout of a line, and print or write it.

    Raises:
        CoachProblem: the line cannot be read, or the workout cannot be written.
    """
    from coach.app.one_line import read_one_line
    from coach.app.workouts import shown_athlete
    from coach.edge.store import Store

    _write(read_one_line(text, (), shown_athlete(Store()), CONSOLE).source, name=name, out=out)


def _write(tree: dict[str, Any], *, name: str | None, out: str | None) -> None:
    """Print or write a workout under a name."""
    from coach.app.workouts import outline_document, shown_athlete
    from coach.workout.document import load_document, written

    if name is not None:
        tree["name"] = name
    data = written(tree)
    document = load_document(data, name="the new workout")  # the name may not fit
    if out is None:
        click.echo(data.decode(), nl=False)
        return
    from pathlib import Path

    from coach.cli.files import write_new_file
    from coach.edge.files import plain
    from coach.edge.store import Store

    write_new_file(Path(out).expanduser(), data, what="workout")
    narrate(outline_document(document.name, document, shown_athlete(Store())).sentence)
    narrate(f"Wrote {plain(out)}. Next: coach workout show {plain(out)}")
