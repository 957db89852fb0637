"""Reads intervals.icu's workout text: sections, `Main set 6x`, and steps such as `- Tempo 10m 88-92% Pace 170-176rpm`.

Repeats do not nest there, save for `4x` on a step line. People nest them all the same, by `- 4x` or an indented `4x`
above lines that are indented further, which is read too.

A line is read from left to right, each piece as the first form that fits. The words before the length are the runner's
cue; unknown words behind it are kept as a note and reported. `m` means minutes there, yet people write `800m` for
metres. An implausible count of minutes is read as metres, which is reported; `m` up to 60 is always minutes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from coach.interchange.workouts import Reporter
from coach.interchange.workouts.builder import Durations, Json, Sport, StepBuilder, WorkoutBuilder
from coach.interchange.workouts.intervals_step import (
    KINDS,
    PER,
    REST_WORDS,
    IntervalsRepeat,
    IntervalsStep,
    IntervalsTarget,
    Items,
    nodes_of,
    settle_kinds,
    words_kind,
)
from coach.problems import WorkoutProblem
from coach.quantities import METRES_PER_MILE
from coach.workout.kinds import EASY, MAX_STEPS

SURE_MINUTES: Final = 60.0
"""Up to this number `m` always means minutes."""
LONGEST_LINE: Final = 400
"""Most characters; a longer line is cut, so that no pattern takes long."""
LONG_MINUTES: Final = 200.0
"""Outside a repeat, more minutes than this are metres: over three hours are written with `h`."""

_DASHES: Final = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"), "\u00a0": " ", "\u202f": " "}
)
_N = r"\d{1,6}(?:[.,]\d{1,3})?"
_TO = r"\s*(?:-|\bto\b)\s*"
_OF = r"(?:\s*(?:of\s+)?(pace|lthr|hr|mmp|ftp|power)\b(?!=))"
_PER = rf"\s*(?:min)?\s*(?:/|\bper\s)\s*({'|'.join(sorted(PER, key=len, reverse=True))})\b"
_CLOCK = r"(\d{1,2})[:'’′](\d{2})[\"”″]?(?![\d:])"
_NO_WORD = r"(?<![\w/.=^])(?<!\d:)"
_PACE = rf"(?:\bpace\s*:?\s*)?{_NO_WORD}"
_LENGTHS: Final = {
    "distance": re.compile(
        rf"{_NO_WORD}(?:({_N})\s?-\s?)?({_N})\s?"
        r"(km|kms|mi|miles?|mtrs?|meters?|metres?|yr?ds?|yards?|y)(?![\w/^])",
        re.IGNORECASE,
    ),
    "clock": re.compile(
        rf"{_NO_WORD}(?<!-)(?:(\d{{1,2}}):)?(\d{{1,3}}):(\d{{2}})(?![\w/:^-])(?!\s*/)", re.IGNORECASE
    ),
    "time": re.compile(
        rf"{_NO_WORD}(?:({_N})\s?-\s?)?(?=\d)(?:({_N})\s?h(?:ours?|rs?)?)?"
        rf"(?:(?:(?<=[hrs])\s)?({_N})\s?(?:m(?:in(?:ute)?s?)?|['’′]))?"
        r"(?:(?<=[hmin'’′s])(\d{1,4})(?![\w%^])"
        rf"|(?:(?<=[hmns])\s(?=[0-5]?\d\s?s))?({_N})\s?(?:s(?:ec(?:ond)?s?)?|[\"”″]))?(?![\w%/^])",
        re.IGNORECASE,
    ),
}
_BARE_M = re.compile(rf"^({_N})\s?m$", re.IGNORECASE)
_LAP = re.compile(
    r"\b(?:until\s+)?(?:press\s+(?:the\s+)?lap|lap(?:\s+button)?\s+press)(?:\s+button)?\b", re.IGNORECASE
)
_MARKS: Final = {
    "option": re.compile(r"\b(?:(?:power|hr|pace|cadence)\s?=\s?\w+|hidepower\b)", re.IGNORECASE),
    "intensity": re.compile(r"\bintensity\s*=\s*(\w+)", re.IGNORECASE),
    "lap": _LAP,
    "ramp": re.compile(r"\bramp\b", re.IGNORECASE),
    "max": re.compile(r"\bmax\s?effort\b", re.IGNORECASE),
    "free": re.compile(r"\bfree(?:\s?(?:ride|run))?\b", re.IGNORECASE),
}
_TARGETS: Final = {
    "mmp": re.compile(
        rf"({_N})\s*%?(?:{_TO}({_N}))?\s*%\s*mmp\b(?:\s+(\d{{1,4}}\s?[smh])\b)?", re.IGNORECASE
    ),
    "pace_first": re.compile(
        rf"{_PACE}{_CLOCK}{_PER}(?:{_TO}{_CLOCK}(?:{_PER})?)?(?:\s*pace\b)?", re.IGNORECASE
    ),
    "pace_last": re.compile(rf"{_PACE}{_CLOCK}{_TO}{_CLOCK}{_PER}(?:\s*pace\b)?", re.IGNORECASE),
    "pace_bare": re.compile(rf"{_PACE}{_CLOCK}(?:{_TO}{_CLOCK})?\s*pace\b", re.IGNORECASE),
    "custom": re.compile(rf"\bcz(\d{{1,2}})(?:{_TO}(?:cz)?(\d{{1,2}})\b)?{_OF}?", re.IGNORECASE),
    "zone": re.compile(
        rf"(?:\b(pace|lthr|hr|power)\s*:?\s*)?\bz(?:one\s?)?(\d)([abc]?)(?![\w]){_OF}?"
        rf"(?:{_TO}(?:z(?:one\s?)?)?(\d)([abc]?)(?![\w:.%]){_OF}?)?",
        re.IGNORECASE,
    ),
    "beats": re.compile(
        rf"(?:\bhr\s*:?\s*)?({_N})\s*(?:bpm)?(?:{_TO}({_N}))?\s*bpm\b(?:\s*hr\b)?", re.IGNORECASE
    ),
    "beats_hr": re.compile(rf"{_NO_WORD}(\d{{2,3}})(?:{_TO}(\d{{2,3}}))?\s*hr\b(?!=)", re.IGNORECASE),
    "hr_beats": re.compile(
        rf"\bhr\s*:?\s*(\d{{2,3}})(?:{_TO}(\d{{2,3}}))?\b(?!\s*[%:.]|{_TO}\d)", re.IGNORECASE
    ),
    "share": re.compile(
        rf"(?:\b(pace|lthr|hr|power)\s*:?\s*)?(?<![\w/.])({_N})\s*%{_OF}?"
        rf"(?:{_TO}({_N})(?:\s*%{_OF}?|{_OF}))?",
        re.IGNORECASE,
    ),
    "share_last": re.compile(
        rf"(?:\b(pace|lthr|hr|power)\s*:?\s*)?(?<![\w/.])({_N}){_TO}({_N})\s*%{_OF}?", re.IGNORECASE
    ),
    "watts": re.compile(rf"({_N})\s*w?(?:{_TO}({_N}))?\s*w(?:atts?)?\b(?!/)", re.IGNORECASE),
    "cadence": re.compile(rf"({_N})\s*(?:[rs]pm)?(?:{_TO}({_N}))?\s*[rs]pm\b", re.IGNORECASE),
    "rpe": re.compile(rf"\brpe\s*:?\s*({_N})(?:{_TO}({_N}))?(?:/10\b)?", re.IGNORECASE),
    "nothing": re.compile(r"(?<![\w.:%/^=-])0(?:\s?w)?(?![\w.:%/^-])", re.IGNORECASE),
}
_PIECES: Final = {**_MARKS, **_TARGETS, **_LENGTHS}
"""The forms, in the order in which they are tried if two begin at one letter."""
_NEEDED: Final = {
    "option": ("=", "hidepower"),
    "intensity": ("intensity",),
    "lap": ("lap",),
    "ramp": ("ramp",),
    "max": ("effort",),
    "free": ("free",),
    "mmp": ("mmp",),
    "pace_first": ("/", "per"),
    "pace_last": ("/", "per"),
    "pace_bare": ("pace",),
    "custom": ("cz",),
    "zone": ("z",),
    "beats": ("bpm",),
    "beats_hr": ("hr",),
    "hr_beats": ("hr",),
    "share": ("%",),
    "share_last": ("%",),
    "watts": ("w",),
    "cadence": ("pm",),
    "rpe": ("rpe",),
    "nothing": (" 0",),
    "clock": (":",),
}
"""What a line must contain for a form to be tried: a fast rejection of most."""

_REPEAT = re.compile(r"^\s*(\d{1,5})\s*[x×*]\s*(?=\S)", re.IGNORECASE)
_PROMPT = re.compile(
    r"(?:(\d{1,3}):(\d{2})|(\d{1,3})\s?m(?:in)?\s?(?:(\d{1,2})s?)?|(\d{1,5})\s?s?)\s?\^", re.IGNORECASE
)
_COMMENT = re.compile(r"(?:^|\s)(?:#|//)(.*)$")
_JOINED = re.compile(r"(?:\s*(?:\bw/|\bwith|\bthen|\band|[+&/,])\s*)?$", re.IGNORECASE)
"""The words that join a rest to the step before it."""
_EASING = re.compile(r"\b(?:rest|recover\w*|jog\w*|walk\w*|float|easy|stand\w*)\b", re.IGNORECASE)
_WALK = re.compile(r"\bwalk\w*\b", re.IGNORECASE)
_STAND = re.compile(r"\bstand\w*\b", re.IGNORECASE)
_UNDERSTOOD = re.compile(
    r"\b(?:warm[\s-]*(?:up|down)|cool[\s-]*down|rest|stand\w*|recover\w*|walk\w*|easy|jog\w*|shuffle|float"
    r"|strides?|off|on|run|at|with|then|and|of|for|w)\b|[^\w%]",
    re.IGNORECASE,
)
"""Known words, or words that only join others."""


@dataclass(slots=True)
class _Pieces:
    """A line cut into its pieces, in order, each with its place in the line."""

    marks: list[tuple[str, re.Match[str]]] = field(default_factory=list)
    targets: list[tuple[str, re.Match[str]]] = field(default_factory=list)
    lengths: list[tuple[str, re.Match[str]]] = field(default_factory=list)

    def names(self) -> set[str]:
        """The marks in the line."""
        return {name for name, _ in self.marks}


def has_length(text: str) -> bool:
    """Return whether a line has a length in it, or waits for the lap key."""
    text = _REPEAT.sub("", _plain(text))
    return _LAP.search(text) is not None or any(_next(form, text, 0) for form in _LENGTHS.values())


def is_step_without_dash(text: str) -> bool:
    """Return whether a line would be a step with a dash: it begins with a length and has a target."""
    line = _plain(text).strip()
    if not line[:1].isdigit():
        return False
    pieces = _pieces(line)
    return bool(pieces.targets and pieces.lengths) and pieces.lengths[0][1].start() == 0


def read_line(
    text: str, where: str, section: str, *, in_repeat: bool, wish: Durations | None
) -> IntervalsRepeat | IntervalsStep | None:
    """Read a step line without its dash: a step, or a repeat from `4x` or a rest behind it; None without a length."""
    line = " ".join(_plain(text, None).split())
    step = IntervalsStep(where=where)
    if len(line) > LONGEST_LINE:
        step.lose(f"what stands behind the first {LONGEST_LINE} characters of the line")
        line = line[:LONGEST_LINE]
    times = _REPEAT.match(line)
    line = line[times.end() :] if times else line
    comment = _COMMENT.search(line)
    line = line[: comment.start()] if comment else line
    line = _take_prompts(line, step)
    pieces = _pieces(line)
    step.by_lap = "lap" in pieces.names()
    if not pieces.lengths and not step.by_lap:
        return None
    if pieces.lengths:
        form, length = pieces.lengths[0]
        in_set = in_repeat or times is not None
        step.seconds, step.metres = _measure(form, length, step, in_repeat=in_set, wish=wish)
    rest = _rest_behind(line, pieces, where, wish)
    words = _read_words(line, pieces, step, comment[1].strip() if comment else "")
    _read_targets(pieces, step)
    _read_kind(step, pieces, words, section, in_repeat=in_repeat)
    items: list[IntervalsStep | IntervalsRepeat] = [step, rest] if rest else [step]
    if times is not None or rest is not None:
        return IntervalsRepeat(where, int(times[1]) if times else 1, items)
    return step


def _plain(text: str, longest: int | None = LONGEST_LINE) -> str:
    return text[:longest].translate(_DASHES)


def _pieces(line: str) -> _Pieces:
    """Cut a line: at each place into the form that begins first, and of several the first of the table."""
    pieces, place = _Pieces(), 0
    small = line.lower()
    coming = {
        name: _next(form, line, 0)
        for name, form in _PIECES.items()
        if any(needed in small for needed in _NEEDED.get(name, ("",)))
    }
    while there := [
        (match.start(), n, name, match) for n, (name, match) in enumerate(coming.items()) if match
    ]:
        _, _, name, first = min(there)[:4]
        place = first.end()
        kind = pieces.marks if name in _MARKS else pieces.targets if name in _TARGETS else pieces.lengths
        kind.append((name, first))
        for other, match in coming.items():
            if match is not None and match.start() < place:
                coming[other] = _next(_PIECES[other], line, place)
    return pieces


def _next(form: re.Pattern[str], line: str, place: int) -> re.Match[str] | None:
    """The next match that is not empty."""
    return next((match for match in form.finditer(line, place) if match.end() > match.start()), None)


def _take_prompts(line: str, step: IntervalsStep) -> str:
    """Remove the timed prompts from a line: `Go 33^ half way <!> 1m 110%`."""
    head, mark, tail = line.rpartition("<!>")
    if not mark:
        prompts = list(_PROMPT.finditer(line))
        if not prompts:
            return line
        # Without the closing mark, the last prompt extends to the length behind it.
        lengths = [each.start() for _, each in _pieces(line).lengths if each.start() >= prompts[-1].end()]
        end = min(lengths, default=len(line))
        head, tail = line[:end], line[end:]
    names: list[str] = []
    for part in head.split("<!>"):
        prompts = list(_PROMPT.finditer(part))
        names.append(part[: prompts[0].start()] if prompts else part)
        for place, match in enumerate(prompts):
            end = prompts[place + 1].start() if place + 1 < len(prompts) else len(part)
            minutes, seconds, whole, rest, only = (int(group or 0) for group in match.groups())
            at = float(only + 60 * (minutes + whole) + seconds + rest)
            step.prompts.append((at, part[match.end() : end].strip(" -:,")))
    step.name = " ".join(" ".join(names).split()).strip(" -:,")
    return tail


def _measure(
    form: str, length: re.Match[str], step: IntervalsStep, *, in_repeat: bool, wish: Durations | None
) -> tuple[float | None, float | None]:
    """The seconds or the metres of a length; a choice about it is reported."""
    text = length[0].strip()
    if form == "clock":
        whole = [int(group or 0) for group in length.groups()]
        return float(whole[0] * 3600 + whole[1] * 60 + whole[2]), None
    low = length[1]
    if low is not None:
        step.choices.append(f'"{text}" was read as its lower end: a step has one length')
    if form == "distance":
        unit = length[3].lower()
        factor = {"k": 1000.0, "y": 0.9144}.get(unit[0], METRES_PER_MILE if unit[:2] == "mi" else 1.0)
        return None, _number(low or length[2]) * factor
    hours, minutes, tail, seconds = (_number(length[group]) for group in range(2, 6))
    if low is not None:
        per = 3600 if length[2] else 60 if length[3] else 1
        hours, minutes, tail, seconds = 0.0, _number(low) * per / 60, 0.0, 0.0
    bare = _BARE_M.match(text.rpartition("-")[2].strip())
    if bare is not None and _means_metres(minutes, text, step, in_repeat=in_repeat, wish=wish):
        return None, minutes
    return hours * 3600 + minutes * 60 + tail + seconds, None


def _means_metres(
    value: float, text: str, step: IntervalsStep, *, in_repeat: bool, wish: Durations | None
) -> bool:
    """Decide what `800m` means; a decision without support in the file is reported."""
    if value <= SURE_MINUTES:
        return False
    if wish is not None:
        return wish == "metres"
    metres = value > LONG_MINUTES or in_repeat
    unit, other = ("metres", "seconds") if metres else ("minutes", "metres")
    if metres or value % 100 == 0:
        step.choices.append(f'"{text}" was read as {unit}; --durations {other} reads it the other way')
    return metres


def _rest_behind(line: str, pieces: _Pieces, where: str, wish: Durations | None) -> IntervalsStep | None:
    """The rest behind a step: `200mtr 95% Pace 30s rest`; its length is removed from the pieces."""
    for form, length in pieces.lengths[1:]:
        behind = re.match(rf"\s*(?:of\s+)?({_EASING.pattern})", line[length.end() :], re.IGNORECASE)
        before = re.search(rf"({_EASING.pattern})\s*(?:for|of|:)?\s*$", line[: length.start()], re.IGNORECASE)
        word = behind or before
        if word is None:
            continue
        rest = IntervalsStep(where=where, kind="recovery")
        rest.seconds, rest.metres = _measure(form, length, rest, in_repeat=True, wish=wish)
        rest.move = _move(word[1], is_rest=True)
        start = before.start() if behind is None and before is not None else length.start()
        end = length.end() + (behind.end() if behind is not None else 0)
        joint = _JOINED.search(line, 0, start)
        start = joint.start() if joint is not None else start
        covered = re.compile(r".*").match(line, start, end)
        assert covered is not None
        pieces.lengths.remove((form, length))
        pieces.marks.append(("rest", covered))
        return rest
    return None


def _read_words(line: str, pieces: _Pieces, step: IntervalsStep, comment: str) -> str:
    """Split the words of a line into its name and its notes, report the unknown ones; returns all of them."""
    cut = [match.span() for name, match in pieces.marks if name != "free"]
    targets = [match.span() for _, match in pieces.targets]
    targets += [match.span() for name, match in pieces.marks if name == "free"]
    spans = [match.span() for _, match in pieces.lengths[:1]]
    middle = spans[0][0] if spans else len(line)
    words = _without(line[:middle], cut + targets)
    if _tidy(words):
        spoken_words = _without(line[:middle], cut if spans else cut + targets)
        step.name = " ".join(f"{step.name} {_tidy(spoken_words)}".split())
    behind = _tidy(_without(line, [(0, spans[0][1] if spans else len(line)), *cut, *targets]))
    options = [match[0] for name, match in pieces.marks if name == "option"]
    if options:
        step.lose(f"{', '.join(options)}: how a watch measures or shows the target")
    if _UNDERSTOOD.sub("", behind):
        step.lose(f'"{behind[:80]}", which has no meaning here; it is kept as a note')
    step.notes = " ".join(f"{behind} {comment}".split())
    return f"{step.name} {behind}"


def _without(line: str, spans: list[tuple[int, int]]) -> str:
    letters = list(line)
    for start, end in spans:
        letters[start : min(end, len(letters))] = " " * max(0, min(end, len(letters)) - start)
    return "".join(letters)


def _tidy(text: str) -> str:
    """The words of a text without those that only join others."""
    text = re.sub(r"\(\s*\)|\[\s*\]", " ", text)
    return re.sub(r"^[\s\-:,;@+&/|.]+|[\s\-:,;@+&/|]+$", "", " ".join(text.split()))


def _read_targets(pieces: _Pieces, step: IntervalsStep) -> None:
    length = pieces.lengths[0][1].start() if pieces.lengths else 0
    for name, match in sorted(pieces.targets, key=lambda each: each[1].start() < length):
        if name == "nothing":
            step.kind, step.move = step.kind or "recovery", step.move or "stand"
            continue
        if name == "rpe" and match.start() < length and match[0] in step.name and len(pieces.targets) > 1:
            continue  # it is part of the cue
        target = _stated(name, match, step)
        if target.unit in {"%pace", "%ftp", "w"} and target.first == target.second == 0:
            step.kind, step.move = step.kind or "recovery", step.move or "stand"
        else:
            step.targets.append(target)
    step.targets.sort(key=lambda each: each.unit == "rpm")  # a cadence is always beside another target
    step.is_ramp, step.is_max = "ramp" in pieces.names(), "max" in pieces.names()


def _stated(name: str, match: re.Match[str], step: IntervalsStep) -> IntervalsTarget:
    groups, where = match.groups(), step.where
    if name.startswith("pace"):
        return _pace(name, groups, step)
    if name in {"share", "share_last"}:
        low = groups[1]
        high, words = (groups[3], (*groups[4:], groups[2])) if name == "share" else (groups[2], groups[3:])
        of = next((str(word) for word in (*words, groups[0]) if word), "ftp").lower()
        return IntervalsTarget(where, "%" + {"power": "ftp"}.get(of, of), _number(low), _number(high or low))
    if name == "zone":
        before, low, low_part, of_low, high, high_part, of_high = groups
        of = (of_high or of_low or before or "power").lower()
        first = _zone_number(low, low_part)
        last = first if high is None else _zone_number(high, high_part)
        return IntervalsTarget(where, f"{_ZONE_OF.get(of, of)}_zone", first, last)
    unit = _UNIT_OF[name]
    over = (groups[2] or "") if name == "mmp" else ""
    return IntervalsTarget(where, unit, _number(groups[0]), _number(groups[1] or groups[0]), over)


def _zone_number(digit: str | None, part: str | None) -> float:
    """The zones by number: 5a is 5, 5b is 6."""
    return _number(digit) + ("abc".index(part.lower()) if part else 0)


_UNIT_OF: Final = {
    "mmp": "%mmp",
    "custom": "custom_zone",
    "beats": "bpm",
    "beats_hr": "bpm",
    "hr_beats": "bpm",
    "watts": "w",
    "cadence": "rpm",
    "rpe": "rpe",
}
_ZONE_OF: Final = {"lthr": "hr", "ftp": "power", "mmp": "power"}


def _pace(name: str, groups: tuple[str | None, ...], step: IntervalsStep) -> IntervalsTarget:
    """A pace in m/s, from one or two clock times; one without a unit is per kilometre, which is reported."""
    if name == "pace_first":
        m1, s1, unit, m2, s2, second = groups
    elif name == "pace_last":
        m1, s1, m2, s2, unit = groups
        second = unit
    else:
        m1, s1, m2, s2 = groups
        unit = second = "km"
        step.choices.append("a pace without a unit was read per kilometre: the unit is a setting of the site")
    per, other = (unit or "km").lower(), (second or unit or "km").lower()
    first = int(m1 or 0) * 60 + int(s1 or 0)
    last = int(m2 or 0) * 60 + int(s2 or 0) if m2 else first
    return IntervalsTarget(step.where, f"secs/{per}", first, last * PER[per] / PER[other])


def _read_kind(step: IntervalsStep, pieces: _Pieces, words: str, section: str, *, in_repeat: bool) -> None:
    """The kind that the line and its section name; `settle_kinds` decides the others."""
    intensity = next((match[1].lower() for name, match in pieces.marks if name == "intensity"), "")
    if intensity and intensity not in KINDS:
        step.lose(f"intensity={intensity}, which names no kind of step")
    target_ease = next((target.is_easy for target in step.targets if target.is_easy is not None), None)
    kind, around = words_kind(words), words_kind(section)
    step.move = step.move or _move(words, is_rest=True)
    is_stride = re.search(r"\bstrides?\b", words, re.IGNORECASE)
    if intensity in KINDS:
        step.kind = KINDS[intensity]
    elif step.kind:
        return
    elif kind in EASY:
        step.kind = kind
    elif re.search(r"\bfloat\b", words, re.IGNORECASE) and in_repeat:
        step.kind = "float"
    elif REST_WORDS.search(words) or (
        in_repeat and (_WALK.search(words) or re.fullmatch(r"\s*off\s*", words, re.IGNORECASE))
    ):
        step.kind = "recovery"
    elif is_stride:
        step.kind = "stride"
    elif around in EASY:
        step.kind = around
    elif kind == "easy" and target_ease is not False:
        step.is_easy = True
    elif "free" in pieces.names():
        step.kind = "open"
    else:
        step.is_easy = target_ease if target_ease is not None else around == "easy" and not in_repeat


def _move(words: str, *, is_rest: bool) -> str:
    if _STAND.search(words):
        return "stand"
    if _WALK.search(words) or (is_rest and re.search(r"\brest\b", words, re.IGNORECASE)):
        return "walk"
    return ""


def _number(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0


# --- the lines of a workout

_STEP = re.compile(r"^\s*[-–•*](?![-*])\s*(?=\S)")
_RULE = re.compile(r"^[-*_=~\s]{3,}$")
"""A line that only separates others."""
_TIMES = re.compile(
    r"^(?:(?:repeat\s+)?(\d{1,5})\s*(?:[x×]|times)(?:\s+(?!\d)(?P<behind>.*))?"
    r"|(?P<before>.*?)(?:^|[\s(-])(?:(\d{1,5})\s*(?:[x×]|times)|[x×]\s*(\d{1,5})))$",
    re.IGNORECASE,
)
MOST_NESTED: Final = 20
"""Deepest nesting of repeats that is followed: more than a document allows, and few enough for the stack."""


@dataclass(frozen=True, slots=True)
class _TextLine:
    """A line of a section: a step, or the number of turns of those below it."""

    number: int
    indent: int
    text: str
    """Without its dash; empty for an empty line."""


@dataclass(slots=True)
class _Block:
    """A section of the text."""

    name: str
    number: int
    times: int | None = None
    lines: list[_TextLine] = field(default_factory=list)


def is_intervals_text(text: str) -> bool:
    """Return whether at least one line is a step."""
    return any(_is_step(line) for line in text.split("\n", 20_000)[:20_000])


def read_intervals_text(
    text: str,
    report: Reporter,
    durations: Durations | None = None,
    *,
    first_line: int = 1,
    within: str = "",
    name: str = "",
    description: str = "",
    sport: Sport = Sport.RUN,
) -> Json:
    """Make a document of one workout.

    Args:
        text: the workout, nothing else.
        report: receives the losses and choices.
        durations: the meaning of an unclear `m`; None decides it.
        first_line: the number of its first line in the file.
        within: the place of the text in the file, if it is a value there.
        name: its name if the text has none.
        description: the text around it.
        sport: the sport it is for.

    Raises:
        WorkoutProblem: no line of it is a step.
    """
    reader = _TextReader(report, durations, f"{within} line " if within else "line ")
    title, about, blocks = reader.blocks(text, first_line)
    if not blocks:
        raise WorkoutProblem("no line of it is a step such as `- 10m 80% Pace`", where=f"line {first_line}")
    if sum(bool(line.text) for block in blocks for line in block.lines) > MAX_STEPS:
        raise WorkoutProblem(f"it has more than {MAX_STEPS} lines of steps, which no workout has")
    sections = [(block.name, reader.items(block)) for block in blocks]
    settle_kinds(sections)
    builder = StepBuilder(report, sport)
    workout_builder = WorkoutBuilder(
        name=name if within else title or name,
        where=f"{reader.line}{first_line}",
        description=description or about,
        source="intervals.icu",
    )
    workout_builder.sections = [(section, nodes_of(items, builder)) for section, items in sections]
    if len(workout_builder.sections) == 1 and workout_builder.sections[0][0] in {"", title}:
        workout_builder.sections = [("Workout", workout_builder.sections[0][1])]
    return workout_builder.document(report)


def _is_step(line: str) -> bool:
    dash = _STEP.match(line)
    return dash is not None and has_length(line[dash.end() :])


def header_of(line: str) -> tuple[str, int | None]:
    """The name of a header, and the number of turns of what is below it."""
    line = " ".join(line[:LONGEST_LINE].split()).strip(" :#*_().")
    times = _TIMES.match(line)
    if times is None:
        return line.strip(" -"), None
    name = times["behind"] or times["before"] or ""
    return name.strip(" :#*_()-"), int(times[1] or times[4] or times[5])


@dataclass(frozen=True, slots=True)
class _TextReader:
    """Reads one text."""

    report: Reporter
    durations: Durations | None
    line: str
    """The text before the number of a line."""

    def blocks(self, text: str, first_line: int) -> tuple[str, str, list[_Block]]:
        """The title, the words that belong to no step, and the sections of a text."""
        title = ""
        words: list[str] = []
        blocks: list[_Block] = []
        waiting: tuple[int, str] | None = None
        for number, raw in enumerate(text.expandtabs(4).split("\n"), first_line):
            line, dash = ("" if _RULE.match(raw) else raw.strip()), _STEP.match(raw)
            indent = len(raw) - len(raw.lstrip())
            is_nested = dash is None and indent > 0 and header_of(line)[1] is not None
            if not line:
                if blocks and waiting is None:
                    blocks[-1].lines.append(_TextLine(number, 0, ""))
                    if blocks[-1].times is not None and any(each.text for each in blocks[-1].lines):
                        blocks.append(_Block("", number))
            elif dash is not None or (is_nested and (blocks or waiting)):
                if waiting is not None or not blocks:
                    if waiting is not None and is_step_without_dash(waiting[1]):
                        self._left_behind(*waiting)
                    blocks.append(_header(*(waiting or (number, ""))))
                    waiting = None
                content = raw[dash.end() :].strip() if dash is not None else line
                blocks[-1].lines.append(_TextLine(number, indent, content))
            else:
                if waiting is not None:
                    self._left_behind(*waiting)
                    title, words = (title, [*words, waiting[1]]) if title else (waiting[1], words)
                waiting = (number, line)
        if waiting is not None:
            self._left_behind(*waiting)
            words.append(waiting[1])
        blocks = [block for block in blocks if any(each.text for each in block.lines)]
        if not title and blocks and blocks[0].name and blocks[0].times is None and len(blocks) == 1:
            title = blocks[0].name
        return title, "\n".join(words), blocks

    def items(self, block: _Block) -> Items:
        """The steps of a section."""
        items = self._nest(block.lines, block, in_repeat=block.times is not None)
        return (
            items
            if block.times is None
            else [IntervalsRepeat(f"{self.line}{block.number}", block.times, items)]
        )

    def _left_behind(self, number: int, line: str) -> None:
        """Report a header without steps that contains more than words."""
        if is_step_without_dash(line):
            text = f'"{line[:60]}" has no dash before it, so it is a heading and no step'
            self.report.dropped(f"{self.line}{number}", text)
        elif header_of(line)[1] is not None:
            self.report.dropped(f"{self.line}{number}", f'"{line[:60]}" has no step below it to repeat')

    def _nest(self, lines: Sequence[_TextLine], block: _Block, *, in_repeat: bool, depth: int = 0) -> Items:
        items: Items = []
        place = 0
        if depth > MOST_NESTED:
            raise WorkoutProblem(f"its repeats are nested more than {MOST_NESTED} deep")
        while place < len(lines):
            line = lines[place]
            place += 1
            if not line.text:
                continue
            where, times = f"{self.line}{line.number}", header_of(line.text)[1]
            if times is not None and not has_length(line.text):
                end = _end_of_repeat(lines, place, line.indent)
                inner = self._nest(lines[place:end], block, in_repeat=True, depth=depth + 1)
                items.append(IntervalsRepeat(where, times, inner))
                place = end
                continue
            item = read_line(line.text, where, block.name, in_repeat=in_repeat, wish=self.durations)
            if item is None:
                self.report.dropped(where, f'"{line.text[:60]}" has no length and was left out')
            elif isinstance(item, IntervalsRepeat) and item.times == 1:
                items += item.items
            else:
                items.append(item)
        return items


def _header(number: int, line: str) -> _Block:
    """A section from its header line."""
    name, times = header_of(line)
    return _Block(name, number, times)


def _end_of_repeat(lines: Sequence[_TextLine], place: int, indent: int) -> int:
    """The last line that a `4x` repeats: those indented further, else all up to an empty line."""
    is_deeper = place < len(lines) and bool(lines[place].text) and lines[place].indent > indent
    while place < len(lines):
        line = lines[place]
        if is_deeper and line.text and line.indent <= indent:
            break
        if not is_deeper and (not line.text or header_of(line.text)[1] is not None):
            break
        place += 1
    return place
