"""Writes golden files anew: `python -m tests.golden [NAME ...]`. Read the difference before you keep it."""

import gzip
import sys
from pathlib import Path

from coach.plan.model import write_plan
from tests.golden.evenings import EVENINGS, lines_of
from tests.golden.evenings import FOLDER as EVENING_FOLDER
from tests.golden.journals import JOURNALS, printed, replayed
from tests.golden.names import FILE as NAMES_FILE
from tests.golden.names import extended, read, write
from tests.golden.names import names as names_of_the_contract
from tests.golden.replays import FOLDER, REPLAYS, events, told
from tests.golden.scenarios import FOLDER as SCENARIO_FOLDER
from tests.golden.scenarios import log_of, text_of
from tests.golden.scenes import SCENARIOS
from tests.plan.lives import YEAR_PLAN, Year, plan_of_a_year

SEASON_FOLDER = Path(__file__).parent / "seasons"
RECORDINGS = Path(__file__).parents[3] / "shared" / "data" / "recordings"


def main(names: list[str]) -> None:
    """Write the files named, or all."""
    for replay in REPLAYS:
        if not names or replay.name in names:
            (FOLDER / f"{replay.name}.txt").write_text(told(events(replay, RECORDINGS)), encoding="utf-8")
    for evening in EVENINGS:
        if not names or evening.name in names:
            text = "".join(f"{line}\n" for line in lines_of(evening))
            (EVENING_FOLDER / f"{evening.name}.jsonl").write_text(text, encoding="utf-8")
    for scenario in SCENARIOS:
        if not names or scenario.name in names:
            text = text_of(scenario, log_of(scenario))
            (SCENARIO_FOLDER / f"{scenario.name}.txt").write_text(text, encoding="utf-8")
    if not names or "names" in names:
        frozen = read(NAMES_FILE.read_text(encoding="utf-8"))
        NAMES_FILE.write_text(write(extended(frozen, names_of_the_contract())), encoding="utf-8")
    if "a-year-plan" in names:  # the planner is not what the year is about
        YEAR_PLAN.write_bytes(gzip.compress(write_plan(plan_of_a_year()), mtime=0))
    if not names or "a-year" in names:
        text = "".join(f"{line}\n" for line in Year().live().lines)
        (SEASON_FOLDER / "a-year.txt").write_text(text, encoding="utf-8")
    for golden in JOURNALS:  # the journals themselves are never written anew
        if not names or golden.name in names:
            golden.events.write_text(replayed(golden.folder), encoding="utf-8")
            golden.printed.write_text(printed(golden), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
