"""The review of a session: all runners' reps side by side, their evenness and fade, plan and result.

Facts alone: no ranking, no praise. A runner whose run cannot be read is named and left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from coach.quantities import Seconds, format_clock
from coach.review import html_page as html
from coach.review.summary import RepTable, Summary
from coach.review.tables import column_lines, lap_text, off_text, outcome
from coach.squad.roster import SquadRunner

FORMAT: Final = "coach-squad-review/1"
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class ReviewedRunner:
    """One runner of a session, with the summary of their run."""

    runner: SquadRunner
    summary: Summary

    @property
    def reps(self) -> RepTable:
        """The reps that were run."""
        return self.summary.reps

    @property
    def fade_s(self) -> Seconds | None:
        """Difference of the last rep to the first, + is slower; None below two whole reps of one length."""
        whole = [row.result.time_s for row in self.reps.rows if not row.result.cut]
        if len(whole) < 2 or not self.reps.is_even:
            return None
        return Seconds(whole[-1] - whole[0])

    @property
    def planned(self) -> str:
        """Completed and planned reps: `5 of 6`."""
        planned = self.summary.planned_reps
        whole = sum(not row.result.cut for row in self.reps.rows)
        return f"{whole}" if planned is None else f"{whole} of {planned}"


@dataclass(frozen=True, slots=True)
class SquadReview:
    """A session."""

    title: str
    when: str
    """Local time of its start."""
    runners: tuple[ReviewedRunner, ...]
    left_out: tuple[str, ...] = ()
    """The runners left out, with the reason, a sentence each."""

    @property
    def most_reps(self) -> int:
        """The most reps of any runner."""
        return max((len(each.reps.rows) for each in self.runners), default=0)


def review_lines(review: SquadReview, width: int) -> Iterator[str]:
    """The session in words: plan and result, then every rep of every runner; as many reps as fit in `width`."""
    yield f"{review.title}   {review.when}".rstrip()
    yield ""
    yield from column_lines([_HEAD, *(_figures(each) for each in review.runners)])
    if review.most_reps:
        count = min(review.most_reps, max(1, (width - 20) // 9))
        yield ""
        yield "reps" if count == review.most_reps else f"the first {count} of {review.most_reps} reps"
        head = ("runner", *(str(place + 1) for place in range(count)))
        yield from column_lines(
            [head, *((each.runner.name, *_times(each, count)) for each in review.runners)]
        )
    lines = [
        f"{each.runner.name}: {', '.join(words)}"
        for each in review.runners
        if (words := outcome(each.summary))
    ]
    rest = (*lines, *review.left_out)
    yield from ("", *rest) if rest else ()


_HEAD: Final = ("runner", "group", "reps", "mean", "to plan s", "within 2 s", "evenness", "fade s", "time")


def _figures(each: ReviewedRunner) -> tuple[str, ...]:
    reps = each.reps
    return (
        each.runner.name,
        each.runner.group,
        each.planned,
        _NOTHING if reps.mean_time_s is None else lap_text(reps.mean_time_s),
        off_text(reps.mean_off_s) or _NOTHING,
        f"{reps.near} of {len(reps.offs)}" if reps.offs else _NOTHING,
        _NOTHING if reps.evenness is None else f"{100 * reps.evenness:.1f} %",
        off_text(each.fade_s) or _NOTHING,
        _NOTHING if each.summary.time_s is None else format_clock(each.summary.time_s),
    )


def _times(each: ReviewedRunner, count: int) -> Iterator[str]:
    rows = each.reps.rows
    for place in range(count):
        yield lap_text(rows[place].result.time_s) if place < len(rows) else _NOTHING


def review_tree(review: SquadReview) -> dict[str, Any]:
    """The session as one object; unknown values are absent."""
    runners = []
    for each in review.runners:
        reps = each.reps
        tree: dict[str, Any] = {
            "runner": each.runner.slug,
            "name": each.runner.name,
            "group": each.runner.group,
        }
        tree["run"] = each.summary.run
        tree["reps"] = [
            {
                key: value
                for key, value in (
                    ("rep", row.number),
                    ("time_s", round(row.result.time_s, 2)),
                    ("off_s", None if row.off_s is None else round(row.off_s, 2)),
                    ("splits", {f"{column:g}": round(at, 2) for column, at in row.times.items()} or None),
                    ("cut", row.result.cut or None),
                )
                if value is not None
            }
            for row in reps.rows
        ]
        present = {
            "reps_planned": each.summary.planned_reps,
            "mean_time_s": reps.mean_time_s,
            "mean_off_s": reps.mean_off_s,
            "evenness": reps.evenness,
            "fade_s": each.fade_s,
            "time_s": each.summary.time_s,
        }
        tree |= {key: round(value, 4) for key, value in present.items() if value is not None}
        runners.append(tree)
    tree = {"format": FORMAT, "title": review.title, "started": review.when, "runners": runners}
    return tree | ({"left_out": list(review.left_out)} if review.left_out else {})


def squad_page(review: SquadReview, reports: Mapping[str, str]) -> str:
    """The session as one page; `reports` are the pages of single runners, by slug, beside it."""
    count = review.most_reps
    head = ["runner", *(f"{place + 1}" for place in range(count))]
    figures = [_html_cells(each, _figures(each), reports) for each in review.runners]
    body = (
        f"<h1>{html.escape(review.title)}</h1>",
        f"<p>{html.escape(review.when)}</p>",
        html.section_html(
            "Planned and done",
            html.table_html("What each came to", _HEAD, figures, words=(0, 1)),
        ),
        html.section_html(
            "Every rep",
            html.table_html(
                "The time of each rep",
                head,
                (_html_cells(each, (each.runner.name, *_times(each, count)), {}) for each in review.runners),
                words=(0,),
            ),
        ),
        html.section_html("Left out", html.list_html(review.left_out)),
    )
    return html.page(review.title, [piece for piece in body if piece], review_tree(review), paper="full")


def _html_cells(each: ReviewedRunner, cells: Sequence[str], reports: Mapping[str, str]) -> list[str]:
    name = html.name_html(cells[0])
    report = reports.get(each.runner.slug)
    first = name if report is None else f'<a href="{html.escape(report)}">{name}</a>'
    return [first, *map(html.escape, cells[1:])]
