"""Prints every table of measurements."""

from tests.benchmarks import fold, library, radio, screen, startup
from tests.benchmarks.table import machine_unit

TABLES = (fold.table, startup.table, library.table, radio.table, screen.table)


def main() -> None:
    """Measure and print, one table after the other."""
    unit = machine_unit()
    print(
        f"machine unit: {unit * 1e3:.1f} ms for the same loop every time; times in units compare across machines\n"
    )
    for table in TABLES:
        print(table(unit), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
