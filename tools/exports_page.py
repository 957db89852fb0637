"""The page `docs/reference/exports.md`, written from the tables of formats and of what becomes of each part."""

from collections.abc import Iterator
from typing import Final

from coach.interchange.workouts import EXPORT_FORMATS, ExportFormat
from coach.interchange.workouts.converting import COLUMNS, FATES, WorkoutPart

_HEAD: Final = """\
# Exported workouts

<!-- Written by `make docs` from coach/interchange/workouts. -->

`coach workout export WORKOUT --to FORMAT [--out FILE] [--athlete FILE|SLUG] [--strict] [--json]`. How-to:
[take a workout elsewhere](../how-to/export-a-workout.md). The other way round: [imported workouts](imports.md).

## Formats

| `--to` | file | what to do with it |
|---|---|---|
"""
_RULES: Final = """
## Rules

- Whatever a workout says is kept, near, in words or not there, as the table below says; all but what is kept is
  reported, each with its place in the document. `--strict` writes nothing then, and exits with 1. A workout of the
  library has tags at least, so none of them passes.
- The notation says by itself what it leaves out; it keeps paces by name and is no part of the table below.
- Every library workout goes through every format and back in the tests, and what is reported of it is what the
  table says, no more and no less.
- Steps come in the order in which they are run. A last recovery that is left out, and a rest between sets, are:
  Garmin Connect has a flag for the first; elsewhere one repeat less is written, and the last one by itself behind
  it. Our importers read that as one repeat again.
- Paces by name and shares of a heart rate become numbers, those of `--athlete`, else of the only athlete. Shares of
  the maximum stay shares where a format has them. Names of which nobody gives the number are kept in words, except
  those that a site has of each of its runners: the mile, 5k, 10k, half and marathon pace of Zwift, the threshold
  pace of intervals.icu.
- A single pace gets the band that the coach allows around it, in formats that know ranges only. An open side is
  written as the last value that a document takes (60:00/km, 30 bpm), which nobody is beyond; our importers read it
  as open.
- Numbers are rounded to what a format takes, ranges outward: FIT to the millisecond, centimetre and mm/s, TCX to
  whole seconds and metres (told), intervals.icu to whole seconds (told). A cadence is halved where one foot is
  counted.
- *In words* means: FIT and Garmin Connect in the notes of the step, Zwift in a text at the start of the stretch,
  TCX and intervals.icu in the description of the workout. What is said of the whole workout is in its description
  everywhere.
- FIT cuts texts after 254 bytes, Garmin Connect notes after 512 and descriptions after 1024 letters, TCX names
  after 15; Training Center numbers 20 steps. Each is told. A FIT file has at most 4095 steps.
- Zwift files are all in metres or all in seconds: in the unit of most of the hard running. What has the other one
  is converted at its own pace, else at a usual one. A stretch without a pace is a free run. Repeats are written
  out. Lists of exercises are in the description; of such a list alone no file is made.
- intervals.icu repeats do not nest: outer ones are written out, as is everywhere what changes from repeat to
  repeat. A name with a number in it that would be read as a length stands in the description.
- A send-off becomes a rest of what is left of its slot at the planned pace, or a rest until the lap key where
  nobody knows.

## What becomes of each part

"""
_FOOT: Final = """
*Near*: something near it is written, and the report says what. *In words*: a runner can read it, and nothing acts
on it.

`--json` prints `{"v": 1, "file": ..., "report": {"format", "understood", "approximated", "dropped"}}`, each entry
`{"where", "text"}`.
"""


def exports_page() -> str:
    """Write the page."""
    return "".join([_HEAD, *_formats(), _RULES, *_parts(), _FOOT])


def _formats() -> Iterator[str]:
    for name in ExportFormat:
        row = EXPORT_FORMATS[name]
        yield f"| `{name}` | {row.title}, `{row.suffix}` | {row.use} |\n"


def _parts() -> Iterator[str]:
    titles = [EXPORT_FORMATS[each].title for each in COLUMNS]
    yield f"| | {' | '.join(titles)} |\n|---|{'---|' * len(titles)}\n"
    for part in WorkoutPart:
        fates = [FATES[part][each].value for each in COLUMNS]
        yield f"| {part} | {' | '.join(fates)} |\n"
