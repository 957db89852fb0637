"""What would have been said otherwise: the cues of two folds of one recording, held against each other.

The two may differ in a setting, or in the version of the program: a journal keeps what was said. Only the cues are
held against each other, for a changed rule shows there; where steps begin and end is the recording's own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from coach.live.outputs import Event
from coach.quantities import Seconds

NEAR_S: Final = 20.0
"""Two cues of one kind in one step that lie closer than this are one cue, said sooner or later: it is the shortest
silence between two of them."""
SAME_S: Final = 0.05
"""Closer than this they are said at the same moment: a tenth of a second is what a log is read to."""


class CueChange(StrEnum):
    """What became of a cue."""

    SAME = "same"
    SOONER = "sooner"
    LATER = "later"
    REWORDED = "reworded"
    """Said at the same moment in other words, or no longer aloud."""
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class ToldCue:
    """One cue as an event tells it."""

    at: Seconds
    """Seconds since the first input."""
    step_id: str
    """The step under way; empty before the first."""
    path: str
    """That step in words."""
    kind: str
    text: str
    spoken: bool


@dataclass(frozen=True, slots=True)
class CueDifference:
    """One cue of either side, and its counterpart where there is one."""

    change: CueChange
    before: ToldCue | None
    after: ToldCue | None

    @property
    def at(self) -> Seconds:
        """When the earlier of the two was said."""
        return min(cue.at for cue in (self.before, self.after) if cue is not None)


def compare(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> tuple[CueDifference, ...]:
    """Hold the cues of two event logs of one recording against each other, in order of time.

    Cues are paired within their step and kind, the closest first, as long as they lie within `NEAR_S`; what finds
    no counterpart is gone or new.

    Args: before, after: events as `--json` prints them or a journal keeps them.
    """
    left, right = told_cues(before), told_cues(after)
    pairs = _pairs(left, right)
    found = [CueDifference(_change(left[i], right[j]), left[i], right[j]) for i, j in pairs]
    paired_left, paired_right = {i for i, _ in pairs}, {j for _, j in pairs}
    found += [CueDifference(CueChange.GONE, cue, None) for i, cue in enumerate(left) if i not in paired_left]
    found += [CueDifference(CueChange.NEW, None, cue) for j, cue in enumerate(right) if j not in paired_right]
    return tuple(sorted(found, key=lambda one: (one.at, one.after is None)))


def counts(differences: Iterable[CueDifference]) -> dict[CueChange, int]:
    """How many cues became what, in the order of `CueChange`; what did not happen is left out."""
    found = Counter(one.change for one in differences)
    return {change: found[change] for change in CueChange if found[change]}


def told_cues(events: Iterable[Mapping[str, Any]]) -> list[ToldCue]:
    """The cues of an event log, each with the step it was said in."""
    step_id = path = ""
    cues: list[ToldCue] = []
    for event in events:
        if event.get("event") == "step_started":
            step_id, path = str(event.get("step_id", "")), str(event.get("path", ""))
        elif event.get("event") == "cue":
            cues.append(_cue(event, step_id, path))
    return cues


def _cue(event: Mapping[str, Any], step_id: str, path: str) -> ToldCue:
    return ToldCue(
        at=Seconds(float(event["at_s"])),
        step_id=step_id,
        path=path,
        kind=str(event.get("kind", "")),
        text=str(event.get("text", "")),
        spoken=event.get("spoken", True) is True,
    )


def _pairs(left: Sequence[ToldCue], right: Sequence[ToldCue]) -> list[tuple[int, int]]:
    """Pair cues of one step and kind, same words before others, the closest in time first."""
    near = [
        (one.text != other.text, abs(one.at - other.at), i, j)
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if (one.step_id, one.kind) == (other.step_id, other.kind) and abs(one.at - other.at) <= NEAR_S
    ]
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for _, _, i, j in sorted(near):
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            pairs.append((i, j))
    return pairs


def _change(before: ToldCue, after: ToldCue) -> CueChange:
    if abs(before.at - after.at) >= SAME_S:
        return CueChange.SOONER if after.at < before.at else CueChange.LATER
    same = before.text == after.text and before.spoken == after.spoken
    return CueChange.SAME if same else CueChange.REWORDED


def event_of_difference(one: CueDifference) -> Event:
    """Tell a difference as one object: `change`, then what was said `before` and what is said `after`."""
    told: Event = {"change": one.change.value}
    for name, cue in (("before", one.before), ("after", one.after)):
        if cue is not None:
            told[name] = {
                "at_s": cue.at,
                "step_id": cue.step_id,
                "kind": cue.kind,
                "text": cue.text,
                "spoken": cue.spoken,
            }
    return told
