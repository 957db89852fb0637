"""The tables of `make bench-sessions`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tests.benchmarks.sessions.judge import Figures, near
from tests.benchmarks.table import drawn

_TOLD: Final = (0.01, 0.02, 0.03, 0.04, 0.05)
_HEAD: Final = (
    "sessions",
    "verdicts",
    "right",
    "opposite",
    "bad / on pace",
    "large errors uncalled",
    "too fast of them",
    "verdicts in 10 min",
    "repeated",
    "cues spoken",
    "words",
    "words a rep",
    "most of a step",
    "pushes amiss",
    "line within 2 s",
)


def table(title: str, rows: Mapping[str, Figures]) -> str:
    """A row for each group of sessions, and one for all of them."""
    whole = Figures()
    for one in rows.values():
        whole.merge(one)
    shown = [[name, *_row(found)] for name, found in rows.items()]
    return drawn(title, ("", *_HEAD), [*shown, ["**all**", *_row(whole)]])


def _row(found: Figures) -> list[str]:
    fast = [one for _, one in found.callable if one.off > 0]
    missed_fast = [one for _, one in found.uncalled if one.off > 0]
    on, bad = found.count("on", "bad on"), found.count("bad on")
    return [
        str(found.sessions),
        str(found.verdicts),
        _share(found.count("right"), found.verdicts),
        str(found.count("opposite")),
        f"{bad} / {on}" if on else "",
        f"{len(found.uncalled)} / {len(found.callable)}" if found.callable else "",
        f"{len(missed_fast)} / {len(fast)}" if fast else "",
        f"{600.0 * (found.verdicts + on) / found.seconds:.1f}" if found.seconds else "",
        str(found.repeated),
        str(found.told),
        str(found.spoken),
        f"{found.spoken / found.cycles:.0f}" if found.cycles else "",
        f"{found.worst_share:.0%}",
        str(found.pushes),
        f"{near(found.lines)} / {len(found.lines)}" if found.lines else "",
    ]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""


def why_silent(groups: Iterable[Figures]) -> str:
    """Why large errors were not called: the reasons the coach had."""
    found: Counter[str] = Counter()
    forbidden = told_before = 0
    for group in groups:
        for _, error in group.uncalled:
            found[f"{'fast' if error.off > 0 else 'slow'}: {_without_figures(error.reasons)}"] += 1
        forbidden += sum(one.is_forbidden and not one.called for _, one in group.errors)
        told_before += sum(one.told_before for _, one in group.callable)
    rows = [[reason, str(count)] for reason, count in found.most_common(12)]
    rows.append(["(told before, and not within 2 % since)", str(told_before)])
    rows.append(["(silent because nothing may be said there)", str(forbidden)])
    return drawn(
        "Why large errors were not called", ("what kept the coach silent most of the time", "errors"), rows
    )


def why_wrong(*groups: Iterable[Figures]) -> str:
    """What the source itself told when a wrong word was said: what a coach who knew the moment would have heard."""
    told = [
        word.told
        for group in groups
        for figures in group
        for _, word in figures.words
        if word.worth in {"wrong", "opposite"} and word.told is not None
    ]
    rows = [[f"{share:.0%} and more", str(sum(one >= share for one in told))] for share in _TOLD]
    return drawn(
        "What the source told of the last 30 s at wrong words", ("off", f"words of {len(told)}"), rows
    )


def _without_figures(reasons: Sequence[str]) -> str:
    return reasons[0].rsplit(" ", 2)[0] if reasons else "not looked at"


def worst(rows: Mapping[str, Figures], most: int = 60) -> str:
    """Every verdict that was not right and every error that was not called, one a line."""
    lines = []
    for found in rows.values():
        for name, word in found.words:
            if word.worth in {"wrong", "opposite", "bad on"}:
                lines.append(
                    f"{name}: {word.worth} at {word.cue.at:.0f} s, {100 * word.off:+.1f} %: "
                    f"{word.cue.text} ({word.cue.why.rule})"
                )
        for name, error in found.uncalled:
            lines.append(
                f"{name}: uncalled {error.start} to {error.end} s, {100 * error.off:+.1f} %: {', '.join(error.reasons)}"
            )
    left = f"\n... and {len(lines) - most} more" if len(lines) > most else ""
    return "\n".join(lines[:most]) + left
