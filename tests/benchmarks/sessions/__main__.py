"""Prints the benchmark of whole sessions: `python -m tests.benchmarks.sessions --help`."""

import argparse
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context

from coach.cues.cue import Cue
from coach.session.events import BoundaryMoved, StepEnded, StepStarted
from coach.signals.readings import Source
from coach.workout.timeline import CoachBy
from tests.benchmarks.sessions.judge import Figures, judged
from tests.benchmarks.sessions.played import NOISES, OF_DISTANCE, run_script
from tests.benchmarks.sessions.recorded import recorded_names, run_recorded
from tests.benchmarks.sessions.report import table, why_silent, why_wrong, worst
from tests.benchmarks.sessions.scripts import SCRIPTS, seeds

_OTHER_SOURCES = (Source.WATCH, Source.POSITIONS)


def main() -> None:
    """Run every session and print the tables, or show one session."""
    asked = _arguments()
    if asked.show:
        for line in shown(asked):
            print(line)
        return
    start = time.perf_counter()
    found = _all(asked)
    which = "held-out" if asked.held_out else "tuning"
    print(table(f"Scripted sessions, footpod, {which} seeds", found["pod"]), end="\n\n")
    if found["other"]:
        print(table(f"Scripted sessions, other sources, {which} seeds", found["other"]), end="\n\n")
    print(table("The same by noise and steering", found["by"]), end="\n\n")
    print(why_silent(found["pod"].values()), end="\n\n")
    print(why_wrong(found["pod"].values(), found["other"].values()), end="\n\n")
    if found["recorded"]:
        print(table("Public recordings", found["recorded"]), end="\n\n")
        print(why_silent(found["recorded"].values()), end="\n\n")
    if asked.worst:
        print(worst({**found["pod"], **found["other"], **found["recorded"]}, asked.worst))
    print(f"{time.perf_counter() - start:.0f} s")


def _all(asked: argparse.Namespace) -> dict[str, dict[str, Figures]]:
    """Every session, judged, as rows of the tables they belong to."""
    kinds = asked.kinds or list(SCRIPTS)
    is_whole = not asked.quick and not asked.kinds
    count = 1 if asked.quick else asked.seeds
    works = [
        (kind, steer, noise, seed, Source.POD)
        for kind in kinds
        for steer in CoachBy
        for noise in (NOISES[1:2] if asked.quick else NOISES)
        for seed in seeds(count, held_out=asked.held_out)
    ]
    if not asked.quick:
        works += [
            (kind, steer, "usual", seed, source)
            for source in _OTHER_SOURCES
            for kind in kinds
            for steer in CoachBy
            for seed in seeds(1, held_out=asked.held_out)
        ]
    tables: dict[str, dict[str, Figures]] = {"pod": {}, "other": {}, "by": {}, "recorded": {}}
    recorded = [(name, steer) for name in recorded_names() for steer in CoachBy] if is_whole else []
    with get_context("fork").Pool(asked.workers) as pool:
        judge = partial(_judged, of_distance=asked.metres_noise)
        for work, figures in zip(works, pool.imap(judge, works, chunksize=4), strict=True):
            kind, steer, noise, _, source = work
            if source is Source.POD:
                tables["pod"].setdefault(kind, Figures()).merge(figures)
                tables["by"].setdefault(f"{noise}, {steer.value}", Figures()).merge(figures)
            else:
                tables["other"].setdefault(f"{source.value}, {steer.value}", Figures()).merge(figures)
        for (name, _), figures in zip(recorded, pool.imap(_recorded, recorded), strict=True):
            tables["recorded"].setdefault(name, Figures()).merge(figures)
    return tables


def _judged(work: tuple[str, CoachBy, str, int, Source], of_distance: float) -> Figures:
    return Figures().add(run_script(*work, of_distance=of_distance))


def _recorded(work: tuple[str, CoachBy]) -> Figures:
    return Figures().add(run_recorded(*work))


def shown(asked: argparse.Namespace) -> Iterator[str]:
    """The event log of one session, a line each, with the runner's own steps, and then what was wrong in it."""
    if asked.show in SCRIPTS:
        seed = seeds(asked.seed + 1, held_out=asked.held_out)[-1]
        session = run_script(asked.show, CoachBy(asked.steer), asked.noise, seed, Source(asked.source))
    else:
        session = run_recorded(asked.show, CoachBy(asked.steer))
    yield session.name
    lines = [(at, f"{at:8.1f}  runner begins step {index}") for index, at in session.truth.began.items()]
    words = {word.cue: word for word in judged(session)}
    for output in session.outputs:
        if isinstance(output, Cue):
            word = words.get(output)
            worth = "" if word is None else f"  [{word.worth}, {100 * word.off:+.1f} %]"
            aside = "" if output.spoken else " (shown)"
            lines.append((output.at, f"{output.at:8.1f}  {output.kind.value}: {output.text}{aside}{worth}"))
        elif isinstance(output, StepStarted | StepEnded | BoundaryMoved):
            lines.append((output.at, f"{output.at:8.1f}  {type(output).__name__} {_known(output)}"))
    yield from (line for _, line in sorted(lines, key=lambda one: one[0]))
    yield worst({session.name: Figures().add(session)}, 200)


def _known(event: StepStarted | StepEnded | BoundaryMoved) -> str:
    if isinstance(event, StepStarted):
        return f"{event.step.step_id} ({event.step.name})"
    if isinstance(event, StepEnded):
        return f"{event.step.step_id} {event.reason.value} at {event.ended_at:.1f} s, light {event.light_s}"
    return f"{event.step_id} from {event.from_s:.1f} to {event.to_s:.1f} s by {event.by.value}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sessions", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one noise, one seed")
    parser.add_argument("--held-out", action="store_true", help="seeds no rule may be tuned on")
    parser.add_argument("--seeds", type=int, default=3, help="seeds of each session")
    parser.add_argument("--kind", dest="kinds", action="append", choices=SCRIPTS, help="only these runners")
    parser.add_argument(
        "--metres-noise",
        type=float,
        default=OF_DISTANCE,
        help="share of a source's noise that its metres have",
    )
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="print N of what went wrong")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--show", metavar="KIND|FILE", help="print the event log of one session, line by line"
    )
    parser.add_argument("--steer", default="rate", choices=[one.value for one in CoachBy])
    parser.add_argument("--noise", default="usual", choices=NOISES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--source", default="pod", choices=["pod", "watch", "positions"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
