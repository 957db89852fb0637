"""Prints every table of measurements."""

from tests.benchmarks import (
    calendar,
    core,
    editor,
    fold,
    history,
    journal,
    library,
    line,
    morning,
    mqtt,
    review,
    screen,
    season,
    share,
    sound,
    squad,
    startup,
    today,
)
from tests.benchmarks.table import compile_bytecode, machine_unit
from tests.radio.daemon import why_not


def main() -> None:
    """Measure and print, one table after the other."""
    compile_bytecode()
    unit = machine_unit()
    print(
        f"machine unit: {unit * 1e3:.1f} ms for the same loop every time; times in units compare across machines\n"
    )
    modules = (
        fold,
        core,
        journal,
        startup,
        today,
        library,
        line,
        editor,
        review,
        history,
        season,
        morning,
        calendar,
        sound,
        share,
        mqtt,
        squad,
    )
    for table in (*(module.table for module in modules), _radio, screen.table):
        print(table(unit), end="\n\n", flush=True)


def _radio(unit: float) -> str:
    """The table of the radio, where the fake BlueZ can be."""
    if (missing := why_not()) is not None:
        return f"## Radio\n\n{missing}"
    from tests.benchmarks import radio

    return radio.table(unit)


if __name__ == "__main__":
    main()
