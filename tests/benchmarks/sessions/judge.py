"""What is right and what is wrong in a session: every verdict against what the runner truly did.

A word that a runner is fast or slow is right if the last 10 or 20 s were so by 1.5 % and the last 5 s still by 1 %;
a word about the light if the runner was so many seconds off since the light began or was set back to them, stops left
out, and is not mending it by 2 % already. Seconds are counted in metres, a stop from easing off to getting going. It
is the opposite of the truth if the last 5 s are on the other side by 2 %. "On pace" is bad if the 20 s after it (in
the rep, stops left out) are off by more than 4 %. An error is large over 6 % and outside the band for 20 s, once the
start is over; it is called if a word on its side falls in it. An error that dips under 6 % for a moment is two errors,
of which the second may lie in the silence after a word about the first: that one was *told before*, unless the runner
was within 2 % for 5 s since.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from typing import Final, NamedTuple, Self

from coach.cues.arbiter import WORDS_PER_S
from coach.cues.cue import Cue, CueClass, CueKind, SuppressionReason
from coach.session.events import BoundaryMoved, StepEnded, StepStarted
from coach.signals.readings import Reported
from coach.workout.kinds import PACED_REPS
from coach.workout.timeline import Step
from tests.benchmarks.sessions.played import Session, Truth, aim_of

_SECONDS: Final = "light_s"
"""The quantity of a word that names seconds."""
FAST: Final = frozenset(
    {CueKind.TOO_FAST, CueKind.START_TOO_FAST, CueKind.AHEAD_OF_LIGHT, CueKind.FLOAT_TOO_FAST}
)
SLOW: Final = frozenset(
    {CueKind.TOO_SLOW, CueKind.BEHIND_LIGHT, CueKind.NEW_LIGHT, CueKind.FADE, CueKind.FLOAT_TOO_SLOW}
)
_OF_PACE: Final = frozenset({"speed_mps", _SECONDS})
_BY_LIGHT: Final = frozenset({CueKind.AHEAD_OF_LIGHT, CueKind.BEHIND_LIGHT, CueKind.NEW_LIGHT})
_OFF: Final = 0.015
_STILL: Final = 0.01
_OTHER_SIDE: Final = 0.02
_LIGHT_S: Final = 0.7
"""Seconds that are truly lost or won when the light speaks of whole ones."""
_FIGURE_S: Final = 1.5
_FIGURE: Final = 0.3
"""A figure of seconds is true if it is this near to what was lost, in seconds or as a share."""
_LAG_S: Final = 3
"""A word so soon after the runner's own line is about the rep it ended."""
_ON_FOR_S: Final = 20
_BAD_ON: Final = 0.04
_LARGE: Final = 0.06
_LASTS_S: Final = 20
_ANSWERED: Final = 0.02
_ANSWERED_S: Final = 5
_SETTLES_S: Final = 15
_ENDS_S: Final = 10
"""The last seconds before a boundary belong to the countdown."""
_TOLD_S: Final = 30.0
"""What a source told is averaged for so long: half a minute, as by a coach who may not be late."""
_STOOD: Final = 1.5
"""m/s; slower is a stop, and no error of pace."""
_EASED: Final = 0.85
_EASES_S: Final = 10
"""To a stop belongs what lies this near to it at less than this share of the pace: easing off and getting going."""
_SHORT_M: Final = 300.0
"""In reps up to this length nothing is called."""
_NEAR_S: Final = 2.0
_TIRED_FROM: Final = 2
"""After so many slow reps a runner is known to be tired."""
FORBIDDEN: Final = frozenset(
    {
        SuppressionReason.SPARED,
        SuppressionReason.SAID_TWICE,
        SuppressionReason.EFFORT,
        SuppressionReason.WIND,
        SuppressionReason.FIRST_LAP,
        SuppressionReason.AWAITS_LAP,
        SuppressionReason.UNHURRIED,
        SuppressionReason.UNJUDGED,
        SuppressionReason.SHORT,
        SuppressionReason.BOUNDARY,
    }
)
"""Reasons for silence that even a large error does not break."""


class Word(NamedTuple):
    """A verdict and what it is worth."""

    cue: Cue
    worth: str
    """`right`, `opposite` or `wrong`; of "on pace" `on` or `bad on`."""
    off: float
    """How far the last 5 s were off, as a share of the pace."""
    told: float | None = None
    """How far off the source told the last 30 s to be, on the side of a wrong word; None of other words."""


class Error(NamedTuple):
    """A large error."""

    step: int
    start: int
    end: int
    off: float
    """Its mean, as a share of the pace."""
    called: bool
    told_before: bool
    """Was it not called, but told of earlier in the step, and has the runner not been on the pace since?"""
    reasons: tuple[str, ...]
    """What the coach had to say for its silence: the most frequent first."""
    is_forbidden: bool
    """Was it silent throughout because even severity may not speak there?"""


@dataclass
class Figures:
    """What is printed of some sessions."""

    sessions: int = 0
    words: list[tuple[str, Word]] = field(default_factory=list)
    errors: list[tuple[str, Error]] = field(default_factory=list)
    repeated: int = 0
    pushes: int = 0
    """Words that ask for more speed where none should: with tired legs from rep 3 on, in wind, hills and heat any."""
    seconds: float = 0.0
    told: int = 0
    """Cues of which a word is spoken."""
    spoken: int = 0
    """Words spoken, all cues."""
    worst_share: float = 0.0
    """The largest share of a step's time that its words took, at `WORDS_PER_S`."""
    cycles: int = 0
    """Reps, each with its rest."""
    lines: list[float | None] = field(default_factory=list)
    """Seconds between the runner's own line and the end of the rep by the coach; None where it never ended."""

    def add(self, session: Session) -> Self:
        """Judge one more session."""
        found = list(judged(session))
        script = session.script
        self.sessions += 1
        self.words += [(session.name, word) for word in found]
        self.errors += [(session.name, error) for error in large_errors(session)]
        self.repeated += _repeated(session, found)
        if script is not None and (script.is_spared or script.is_tired):
            free = _after_reps(session, _TIRED_FROM) if script.is_tired else 0.0
            self.pushes += sum(word.cue.kind in SLOW and word.cue.at > free for word in found)
        start, end, cycles = _working(session)
        self.seconds += end - start
        self.cycles += cycles
        spoken = [
            cue for cue in session.outputs if isinstance(cue, Cue) and cue.speech and start <= cue.at <= end
        ]
        self.told += len(spoken)
        self.spoken += sum(len(cue.speech.split()) for cue in spoken)
        self.worst_share = max(self.worst_share, *speech_shares(session), 0.0)
        if script is not None:
            self.lines += list(_lines(session))
        return self

    def merge(self, other: "Figures") -> None:
        """Add what was found elsewhere."""
        for name in ("sessions", "repeated", "pushes", "seconds", "told", "spoken", "cycles"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.worst_share = max(self.worst_share, other.worst_share)
        self.words += other.words
        self.errors += other.errors
        self.lines += other.lines

    def count(self, *worths: str) -> int:
        """How many verdicts are worth this."""
        return sum(word.worth in worths for _, word in self.words)

    @property
    def verdicts(self) -> int:
        """Verdicts that say fast or slow."""
        return self.count("right", "opposite", "wrong")

    @property
    def uncalled(self) -> list[tuple[str, Error]]:
        """Large errors nobody spoke of, though somebody might."""
        return [(name, one) for name, one in self.callable if not (one.called or one.told_before)]

    @property
    def callable(self) -> list[tuple[str, Error]]:
        """Large errors somebody might speak of."""
        return [(name, one) for name, one in self.errors if not one.is_forbidden]


def judged(session: Session) -> Iterator[Word]:
    """Every verdict about pace, with its worth."""
    for cue in session.outputs:
        if not isinstance(cue, Cue) or not cue.spoken:
            continue
        if cue.kind is CueKind.BACK_ON_TARGET and cue.why.quantity in _OF_PACE:
            yield _on_pace(session, cue)
        elif cue.kind in FAST or (cue.kind in SLOW and cue.why.rule != "fade_of_reps"):
            yield _fast_or_slow(session, cue)


def _on_pace(session: Session, cue: Cue) -> Word:
    index = _own(session.truth, cue.at)
    aim = aim_of(session.timeline.steps[index]) or 1.0
    ahead = [
        off
        for second in range(int(cue.at) + 1, int(cue.at) + 1 + _ON_FOR_S)
        if (off := _off(session, index, second, 1)) is not None
        and not _is_stop(session.truth, second - 1, aim)
    ]
    now = _off(session, index, int(cue.at), 5) or 0.0
    is_bad = len(ahead) >= 5 and abs(sum(ahead) / len(ahead)) > _BAD_ON
    return Word(cue, "bad on" if is_bad else "on", now)


def _fast_or_slow(session: Session, cue: Cue) -> Word:
    second, sign = int(cue.at), 1.0 if cue.kind in FAST else -1.0
    index = _own(session.truth, cue.at)
    last, longer, longest = (_off(session, index, second, seconds) for seconds in (5, 10, 20))
    if last is None or longer is None or longest is None:
        return Word(cue, "wrong", 0.0)
    told = sign * _told(session, index, cue.at)
    if sign * last < -_OTHER_SIDE:
        return Word(cue, "opposite", last, told)
    is_true = cue.why.quantity != _SECONDS or _is_true_figure(session, index, cue)
    if cue.kind in _BY_LIGHT:
        is_right = -sign * _lost_by_light(session, index, cue.at) >= _LIGHT_S
    else:
        still, off = (0.0, 0.0) if _is_range(session, index) else (_STILL, _OFF)
        is_right = sign * last >= still and max(sign * longer, sign * longest) > off
    return Word(cue, "right", last) if is_right and is_true else Word(cue, "wrong", last, told)


def _told(session: Session, index: int, at: float) -> float:
    """How far off the target the source told the last seconds to be, as a share of it."""
    aim = aim_of(session.timeline.steps[index]) or 1.0
    speeds = [
        one.speed
        for one in session.inputs
        if isinstance(one, Reported) and one.speed is not None and at - _TOLD_S < one.at <= at
    ]
    return sum(speeds) / len(speeds) / aim - 1.0 if speeds else 0.0


def _is_true_figure(session: Session, index: int, cue: Cue) -> bool:
    """True if so many seconds were lost."""
    said, lost = cue.why.value or 0.0, _lost_by_light(session, index, cue.at)
    return abs(said - lost) <= max(_FIGURE_S, _FIGURE * abs(lost))


def large_errors(session: Session) -> Iterator[Error]:
    """Every large error of a session."""
    truth, steps = session.truth, session.timeline.steps
    for index, start in truth.began.items():
        if index not in truth.ended or index >= len(steps) or steps[index].kind not in PACED_REPS:
            continue
        step, end = steps[index], truth.ended[index]
        if (aim_of(step)) is None or _is_short(step, end - start):
            continue
        begun, sign = None, 0.0
        for second in range(int(start + _SETTLES_S), int(end - _ENDS_S) + 1):
            off = _off(session, index, second, 5)
            is_large = off is not None and _is_large(step, off) and truth.speeds[second - 1] >= _STOOD
            side = 0.0 if not is_large or off is None else (1.0 if off > 0 else -1.0)
            if begun is not None and side != sign:
                if second - begun >= _LASTS_S:
                    yield _error(session, index, begun, second, sign)
                begun = None
            if begun is None and side:
                begun, sign = second, side
        if begun is not None and int(end - _ENDS_S) - begun >= _LASTS_S:
            yield _error(session, index, begun, int(end - _ENDS_S), sign)


def _is_large(step: Step, off: float) -> bool:
    band, aim = step.target.band if step.target else None, aim_of(step)
    if band is None or aim is None or abs(off) <= _LARGE:
        return False
    side = band.high if off > 0 else band.low
    if step.target is not None and step.target.is_range:
        return side is not None
    return side is not None and (off > side / aim - 1.0 if off > 0 else off < side / aim - 1.0)


def _is_short(step: Step, seconds: float) -> bool:
    length = step.until.distance()
    return length <= _SHORT_M if length is not None else seconds <= 60.0


def _error(session: Session, index: int, start: int, end: int, sign: float) -> Error:
    kinds = FAST if sign > 0 else SLOW
    words = [cue.at for cue in session.outputs if isinstance(cue, Cue) and cue.spoken and cue.kind in kinds]
    called = any(start - _ENDS_S <= at <= end + 5.0 for at in words)
    before = [at for at in words if session.truth.began[index] < at < start]
    told_before = not called and bool(before) and not _answered(session, index, int(before[-1]), start)
    seen = [reasons for at, reasons in session.silences if start + 5 <= at <= end]
    named = Counter("+".join(reasons) or "under the threshold" for reasons in seen)
    is_forbidden = bool(seen) and all(FORBIDDEN & set(reasons) for reasons in seen)
    if session.script is not None and (session.script.is_spared or session.script.is_tired):
        is_forbidden = True
    mean = _off(session, index, end, end - start) or 0.0
    reasons = tuple(f"{name} {count * 5} s" for name, count in named.most_common(3))
    return Error(index, start, end, mean, called, told_before, reasons, is_forbidden and sign < 0)


def _answered(session: Session, index: int, first: int, last: int) -> bool:
    """True if the runner was within 2 % of the pace for 5 s between two seconds of a step."""
    near = 0
    for second in range(first + 1, last + 1):
        off = _off(session, index, second, 1)
        near = near + 1 if off is not None and abs(off) <= _ANSWERED else 0
        if near >= _ANSWERED_S:
            return True
    return False


def speech_shares(session: Session) -> Iterator[float]:
    """Return the share of each step's time that was spoken, of steps that were measured from start to end.

    What is said at the moment a step ends is heard in the next one.
    """
    began = [event.at for event in session.outputs if isinstance(event, StepStarted)]
    for start, end in pairwise(began):
        words = sum(
            len(cue.speech.split())
            for cue in session.outputs
            if isinstance(cue, Cue) and start <= cue.at < end and cue.cue_class is not CueClass.SAFETY
        )
        yield words / WORDS_PER_S / (end - start) if end > start else 0.0


def _own(truth: Truth, at: float) -> int:
    """The runner's own step at a moment; a word just after its end still belongs to it."""
    before = max(0, min(int(at) - _LAG_S, len(truth.own) - 1))
    return truth.own[before]


def _off(session: Session, index: int, second: int, seconds: int) -> float | None:
    """How far off the target the runner was in the last seconds, within their own step; None outside it."""
    truth = session.truth
    steps = session.timeline.steps
    if index >= len(steps) or (aim := aim_of(steps[index])) is None or index not in truth.began:
        return None
    first = max(second - seconds, int(truth.began[index]) + 1)
    last = min(second, int(truth.ended.get(index, len(truth.speeds))))
    speeds = truth.speeds[first:last]
    return _from_edge(steps[index], sum(speeds) / len(speeds) / aim - 1.0) if speeds else None


def _is_range(session: Session, index: int) -> bool:
    target = session.timeline.steps[index].target
    return target is not None and target.is_range


def _from_edge(step: Step, off: float) -> float:
    """An error against a range counts from its edge."""
    aim, target = aim_of(step), step.target
    if target is None or aim is None or not target.is_range:
        return off
    low, high = target.band.low, target.band.high
    over = off if high is None else off - (high / aim - 1.0)
    under = off if low is None else off - (low / aim - 1.0)
    return max(0.0, over) if off > 0.0 else min(0.0, under)


def _lost_by_light(session: Session, index: int, at: float) -> float:
    """Seconds behind the light in this step at a moment, stops left out; minus is ahead.

    They are counted in metres: by the source's own in a recording, where a speed is late and smoothed. Where the light
    was set back to the runner they are counted from there.
    """
    truth, aim = session.truth, aim_of(session.timeline.steps[index]) or 1.0
    start = max([truth.began[index], *(one for one in session.set_back if truth.began[index] <= one < at)])
    lost = at - start - (_metres_at(truth, at) - _metres_at(truth, start)) / aim
    for second in range(ceil(start), int(at)):
        if _is_stop(truth, second, aim):
            lost -= 1.0 - (_metres_at(truth, second + 1) - _metres_at(truth, second)) / aim
    return lost


def _metres_at(truth: Truth, at: float) -> float:
    """What was run by a moment, along a line between two whole seconds."""
    second = min(max(int(at), 0), len(truth.metres) - 1)
    before = truth.metres[second - 1] if second else 0.0
    return before + (truth.metres[second] - before) * min(at - second, 1.0)


def _is_stop(truth: Truth, second: int, aim: float) -> bool:
    """True in a second under 1.5 m/s, and where the runner eases off to one or gets going after one."""
    if truth.speeds[second] >= _EASED * aim:
        return False
    for way in (-1, 1):
        for one in range(second, second + way * (_EASES_S + 1), way):
            if not 0 <= one < len(truth.speeds) or truth.speeds[one] >= _EASED * aim:
                break
            if truth.speeds[one] < _STOOD:
                return True
    return False


def _repeated(session: Session, words: Sequence[Word]) -> int:
    """Verdicts said word for word again in the same step."""
    said: set[tuple[int, str]] = set()
    again = 0
    for word in words:
        key = (_own(session.truth, word.cue.at), word.cue.text)
        again += key in said
        said.add(key)
    return again


def _working(session: Session) -> tuple[float, float, int]:
    """From the first rep to the end of the last, and how many there are."""
    truth, steps = session.truth, session.timeline.steps
    reps = [
        index
        for index in truth.ended
        if index < len(steps) and steps[index].kind in PACED_REPS and aim_of(steps[index])
    ]
    if not reps:
        return 0.0, 0.0, 0
    return truth.began[reps[0]], truth.ended[reps[-1]], len(reps)


def _after_reps(session: Session, count: int) -> float:
    """When so many reps were over."""
    ends = [
        at
        for index, at in session.truth.ended.items()
        if index < len(session.timeline.steps) and session.timeline.steps[index].kind in PACED_REPS
    ]
    return ends[count - 1]


def _lines(session: Session) -> Iterator[float | None]:
    """Seconds from the runner's own line to the coach's, for each rep by distance."""
    ends: dict[str, float] = {}
    for event in session.outputs:
        if isinstance(event, StepEnded):
            ends[event.step.step_id] = event.ended_at
        elif isinstance(event, BoundaryMoved):
            ends[event.step_id] = event.to_s
    truth, steps = session.truth, session.timeline.steps
    for index, at in truth.ended.items():
        if index < len(steps) and steps[index].kind in PACED_REPS and steps[index].until.distance():
            told = ends.get(steps[index].step_id)
            yield None if told is None else told - at


def near(lines: Iterable[float | None]) -> int:
    """How many reps ended within 2 s of the runner's own line."""
    return sum(one is not None and abs(one) <= _NEAR_S for one in lines)
