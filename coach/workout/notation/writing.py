"""Writes a workout document as its canonical line, with a list of what the line cannot express."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from coach.quantities import METRES_PER_MILE, format_clock, format_metres
from coach.spelling import LONGEST_NAME, read_distance, read_time
from coach.workout.kinds import ALONE, EASING_OFF, EASY, FLOATS, HARD, KINDS, PAUSES, PLAIN, REPS, RESTS, Kind
from coach.workout.model import (
    Change,
    ChecklistStep,
    Node,
    PromptStep,
    Repeat,
    RunStep,
    SingleEnd,
    Until,
    Use,
    Workout,
    WorkoutDocument,
)
from coach.workout.notation import lexer
from coach.workout.notation.lexer import MINUTES_UNDER
from coach.workout.targets import PaceBounds, PaceRef, Target

_LONG_S: Final = 600.0
"""Whole minutes from here on are written so: `20min`, but `2:00`."""
_BARE_REST_M: Final = 100
"""A rest below it, or not in whole fifties, would be read as seconds without a unit (`LengthReader`)."""
_SLOW_ZONES: Final = frozenset({"zone 1", "zone 2"})
_BARE_EFFORTS: Final = frozenset(
    meaning for phrase, meaning in lexer.EFFORTS.items() if phrase == meaning and meaning.isalpha()
)
_NAMED: Final = HARD - PAUSES - PLAIN
"""The kinds that are written by their name in a document."""
_LEADING: Final = ALONE - HARD - EASING_OFF
"""The kinds that may precede a warm-up that is written as easy running."""
_CLOSING: Final = (EASING_OFF - FLOATS) | (ALONE - HARD - EASY)
"""The kinds that may follow a cool-down that is written as easy running."""


def write(document: WorkoutDocument) -> tuple[str, list[str]]:
    """Write a workout as one line; returns it and what it leaves out, a sentence each.

    A workout without a step that is run gives an empty line.
    """
    writer = _NotationWriter(document)
    text = writer.workout()
    return text, list(dict.fromkeys(writer.losses))


def write_until(document: WorkoutDocument, step: RunStep) -> str:
    """Write the length of a step, with the move of a rest: `800`, `2:00`, `400 jog`."""
    writer = _NotationWriter(document)
    if step.until is None:
        return "open"
    if step.kind in PAUSES:
        move = "float" if step.kind in FLOATS else step.move or "jog"
        return f"{writer._rest_until(step.until)} {move}"  # noqa: SLF001 - of this module
    return writer._until(step.until)  # noqa: SLF001 - of this module


def write_aim(document: WorkoutDocument, step: RunStep) -> str:
    """Write the target of a step: `5k`, `easy->threshold`; empty without a target or a sign for it."""
    return _NotationWriter(document)._aim(step).removeprefix(" @ ")  # noqa: SLF001 - of this module


@dataclass(slots=True)
class _NotationWriter:
    """Writes the parts of a document and collects the losses."""

    document: WorkoutDocument
    losses: list[str] = field(default_factory=list)

    def workout(self) -> str:
        """The whole line."""
        workout = self.document.workout
        nodes = [node for section in workout.sections for node in self._flat(section.steps)]
        about = [
            name
            for name in ("purpose", "description", "source", "caution", "notes")
            if getattr(workout, name)
        ]
        if about:
            self.losses.append("what the workout says about itself: " + ", ".join(about))
        if workout.tags.model_fields_set:
            self.losses.append("its tags")
        if workout.context is not None:
            self.losses.append("where it is run: surface, lap and lane")
        for name, what in ((workout.reminders, "reminders"), (workout.gates, "gates")):
            if name:
                self.losses.append(f"its {what}")
        return " + ".join(self._sequence(nodes, is_top=True))

    def _flat(self, nodes: Sequence[Node], *, reverse: bool = False) -> list[Node]:
        """The steps that are run, with the blocks unrolled."""
        flat: list[Node] = []
        for node in reversed(nodes) if reverse else nodes:
            if isinstance(node, Use):
                flat += self._flat(self.document.workout.blocks[node.use], reverse=node.reverse)
            elif isinstance(node, ChecklistStep):
                self.losses.append(f"the checklist “{node.name or 'Checklist'}”")
            elif isinstance(node, PromptStep):
                self.losses.append(f"the question “{node.question}”")
            elif isinstance(node, Repeat) and not self._flat_quietly(node.steps):
                self.losses.append("a repeat of exercises")
            else:
                flat.append(node)
        return flat

    def _flat_quietly(self, nodes: Sequence[Node]) -> list[Node]:
        losses = list(self.losses)
        flat = self._flat(nodes)
        self.losses = losses
        return flat

    # --- sequences

    def _sequence(self, nodes: Sequence[Node], *, is_top: bool) -> list[str]:
        """The parts of a list of steps."""
        texts: list[str] = []
        place = 0
        while place < len(nodes):
            node = nodes[place]
            rungs = 0 if isinstance(node, Repeat) else self._rungs(nodes, place)
            after = nodes[place + 1] if place + 1 < len(nodes) else None
            if rungs:
                texts.append(self._ladder(nodes[place : place + 2 * rungs - 1]))
                place += 2 * rungs - 1
                has_tail = place < len(nodes) and _fields(nodes[place]) == _fields(nodes[place - 2])
                if has_tail and place + 1 < len(nodes) and self._is_hard(nodes[place + 1]):
                    place += 1  # the same rest once more, which the reader adds too
                continue
            if isinstance(node, Repeat):
                texts.append(self._repeat(node, after))
                is_carried = node.between is not None and _fields(after) == _fields(node.between)
                if is_carried and place + 2 < len(nodes) and self._is_hard(nodes[place + 2]):
                    place += 1  # the reader adds the rest of the sets there too
            elif isinstance(node, RunStep):
                is_pair = node.kind in HARD and isinstance(after, RunStep) and after.kind in PAUSES
                is_pair = is_pair and place + 2 < len(nodes) and self._is_hard(nodes[place + 2])
                if is_pair and isinstance(after, RunStep):
                    texts.append(f"{self._step(nodes, place, is_top=is_top)} / {self._rest(after)}")
                    place += 1
                else:
                    texts.append(self._step(nodes, place, is_top=is_top))
            place += 1
        return texts

    def _is_hard(self, node: Node | None) -> bool:
        """Return whether something hard begins here, before which a rest is never left out."""
        while isinstance(node, Repeat):
            flat = self._flat_quietly(node.steps)
            if all(isinstance(each, RunStep) and each.kind in RESTS for each in flat):
                return False
            if len(flat) > 1 and not self._is_simple(flat):
                return True
            node = flat[0]
        return isinstance(node, RunStep) and node.kind in REPS

    @staticmethod
    def _is_simple(nodes: Sequence[Node]) -> bool:
        """Return whether it is a rep with its rest."""
        return (
            len(nodes) <= 2
            and isinstance(nodes[0], RunStep)
            and nodes[0].kind not in RESTS
            and all(isinstance(node, RunStep) and node.kind in PAUSES for node in nodes[1:])
        )

    def _rungs(self, nodes: Sequence[Node], place: int) -> int:
        """The number of rungs of a ladder that begins here; 0 for none."""
        first = nodes[place]
        if not isinstance(first, RunStep) or first.kind != "work" or not _is_rung(first):
            return 0
        rest = nodes[place + 1] if place + 1 < len(nodes) else None
        if not isinstance(rest, RunStep) or rest.kind not in PAUSES:
            return 0
        rungs = 1
        while place + 2 * rungs < len(nodes):
            pause, rung = nodes[place + 2 * rungs - 1], nodes[place + 2 * rungs]
            if (
                _fields(pause) != _fields(rest)
                or not isinstance(rung, RunStep)
                or rung.kind != "work"
                or not _is_rung(rung)
            ):
                break
            if rung.target != first.target and not (_is_name(rung.target) and _is_name(first.target)):
                break
            rungs += 1
        end = place + 2 * rungs - 1
        if end < len(nodes) and self._is_hard(nodes[end]):
            return 0  # a rest would be read into the line behind the last rung
        return rungs if rungs >= 3 else 0

    def _ladder(self, nodes: Sequence[Node]) -> str:
        """A ladder with one target, or one for each rung."""
        rungs = [node for node in nodes[::2] if isinstance(node, RunStep)]
        for node in nodes:
            if isinstance(node, RunStep):
                self._note_losses(node)
        targets = [self._target(rung.target) if rung.target else "" for rung in rungs]
        text = "-".join(self._until(rung.until) for rung in rungs)
        if targets[0]:
            aim = targets[0] if len(set(targets)) == 1 else " ".join(targets)
            text += f" @ {aim}"
        rest = nodes[1]
        assert isinstance(rest, RunStep)
        return f"{text} / {self._rest(rest)}"

    # --- repeats

    def _repeat(self, node: Repeat, after: Node | None) -> str:
        """A repeat in its shortest form."""
        count = f"{node.repeat}x" if isinstance(node.repeat, int) else f"{node.repeat.min}-{node.repeat.max}x"
        if node.name or node.purpose or node.notes:
            self.losses.append("what steps are called, and what is written beside them")
        nodes = self._flat(node.steps)
        suffix = self._change(node.change)
        follows_hard = self._is_hard(after)
        if self._is_simple(nodes) and isinstance(nodes[0], RunStep):
            simple = self._simple(node, nodes, count, follows_hard=follows_hard)
            if simple:
                return simple + suffix
        skips = node.skip_last_recovery and not follows_hard
        if node.skip_last_recovery and follows_hard:
            self.losses.append("that no rest comes between a set and the next")
        last = nodes[-1]
        if skips and isinstance(last, RunStep):
            body = " + ".join(self._sequence(nodes[:-1], is_top=False))
            return f"{count}({body}) / {self._rest(last)}{suffix}"
        parts = self._sequence(nodes, is_top=False)
        text = f"{count}({' + '.join(parts)})"
        ends_in_ladder = isinstance(last, RunStep) and " / " in parts[-1]
        if node.between is not None:
            text += f" / {self._rest(node.between)}"
        elif node.send_off is not None:
            text += f" on {node.send_off}"
            if len(nodes) > 1:
                self.losses.append("a send-off of several steps")
        elif ends_in_ladder or self._needs_none(node, nodes):
            text += " / none"
        return text + suffix

    def _simple(self, node: Repeat, nodes: Sequence[Node], count: str, *, follows_hard: bool) -> str:
        """A repeat of one step, with or without its rest; empty where it needs brackets."""
        step, rest = nodes[0], nodes[1] if len(nodes) > 1 else None
        assert isinstance(step, RunStep)
        if node.between is not None and rest is not None:
            return ""
        body = self._step([step], 0, is_top=False, is_counted=True)
        text = f"{count} {body}" if body[0].isalpha() else f"{count}{body}"
        if node.send_off is not None:
            return f"{text} on {node.send_off}" if rest is None else ""
        pause = rest or node.between
        if not isinstance(pause, RunStep):
            return f"{text} / none"
        is_left_out = node.skip_last_recovery or node.between is not None
        if is_left_out == follows_hard:
            if is_left_out:
                self.losses.append("that no rest comes between a set and the next")
                return f"{text} / {self._rest(pause)}"
            return ""
        return f"{text} / {self._rest(pause)}"

    def _needs_none(self, node: Repeat, nodes: Sequence[Node]) -> bool:
        """Return whether the reader would add a rest between the sets that the document lacks."""
        has_sets = any(isinstance(each, Repeat) for each in nodes)
        return has_sets and node.repeat != 1 and _ends_hard(nodes[-1])

    def _change(self, change: Change | None) -> str:
        """The change from rep to rep."""
        if change is None:
            return ""
        amount = change.pace or change.time or change.distance or ""
        if [change.pace, change.time, change.distance, change.recovery].count(None) < 3 or change.recovery:
            self.losses.append("a rest, or a second thing, that changes from rep to rep")
        return f" each {_compact(amount)}" if amount else ""

    # --- steps

    def _step(self, nodes: Sequence[Node], place: int, *, is_top: bool, is_counted: bool = False) -> str:
        step = nodes[place]
        assert isinstance(step, RunStep)
        self._note_losses(step)
        length = self._until(step.until) if step.until is not None else "open"
        caps = "".join(f" <{cap}" for cap in self._caps(step))
        if step.kind in RESTS:
            return self._rest(step, in_alternation=not is_top and not is_counted) + caps
        is_implied = _is_easy(step) and not is_counted and self._is_implied(nodes, place, is_top=is_top)
        if is_implied and step.target is not None:
            target = self._target(step.target)
            return f"{length} easy{caps}" if target == "easy" else f"{length} @ {target}{caps}"
        short = KINDS[Kind(step.kind)].short
        front = f"{short} " if short else ""
        word: str = step.kind if step.kind in _NAMED else ""
        if step.kind == "open":
            word = "run"
        elif step.kind == "float":
            word = "float"
        elif step.kind == "work" and not is_counted and (_is_easy(step) or self._reads_as_open(nodes, step)):
            word = "work"
        text = f"{front}{length}" + (f" {word}" if word else "")
        return text + self._aim(step) + caps

    @staticmethod
    def _reads_as_open(nodes: Sequence[Node], step: RunStep) -> bool:
        """Return whether work that is the whole workout would be read as a run."""
        target = step.target
        return len(nodes) == 1 and target is not None and bool(target.heart_rate or target.cadence)

    def _aim(self, step: RunStep) -> str:
        if step.target is None:
            return ""
        text = self._target(step.target)
        if not text:
            return ""
        ramp = self._target(step.ramp) if step.ramp is not None else ""
        return f" @ {text}->{ramp}" if ramp else f" @ {text}"

    def _is_implied(self, nodes: Sequence[Node], place: int, *, is_top: bool) -> bool:
        """Return whether the place of an easy step implies its kind."""
        step = nodes[place]
        assert isinstance(step, RunStep)
        if not is_top or step.kind not in ALONE - HARD:
            return False
        hard = [at for at, node in enumerate(nodes) if self._counts_as_hard(node)]
        before, after = nodes[:place], nodes[place + 1 :]
        leads = bool(hard) and place < hard[0] and all(first_kind(node) in _LEADING for node in before)
        ends = bool(hard) and place > hard[-1] and all(first_kind(node) in _CLOSING for node in after)
        if step.kind == "warm_up":
            return leads
        return ends if step.kind == "cool_down" else not leads and not ends

    def _counts_as_hard(self, node: Node) -> bool:
        """Return whether the reader of lines counts a part as hard."""
        return self._is_hard(node) or first_kind(node) == "fartlek"

    def _rest(self, step: RunStep, *, in_alternation: bool = False) -> str:
        """A rest as it stands behind `/`, or as a part of its own."""
        self._note_losses(step)
        until = step.until
        assert until is not None
        move = "float" if step.kind == "float" else step.move or "jog"
        is_easy = step.target is not None and step.target.effort == "easy"
        if in_alternation and is_easy and move == "jog" and step.kind != "float":
            return f"{self._rest_until(until)} easy"
        return f"{self._rest_until(until)} {move}{self._aim(step)}"

    def _rest_until(self, until: Until) -> str:
        """The length of a rest, its metres with their unit where a bare number would be seconds."""
        text = self._until(until)
        is_bare = text.isdigit() and (int(text) < _BARE_REST_M or int(text) % 50 != 0)
        return f"{text}m" if is_bare else text

    def _until(self, until: Until | None) -> str:
        """A length, or another end."""
        if until is None:
            return "open"
        plain = until.any is None and until.not_before is None and until.cap is None
        if plain and until.time:
            return time_text(read_time(until.time))
        if plain and until.distance:
            return distance_text(until.distance)
        if plain and until.open:
            return "open"
        text = "until " + " or ".join(_end_text(one) for one in until.single_ends())
        text += f" min {_clock(until.not_before)}" if until.not_before else ""
        return text + (f" max {_clock(until.cap)}" if until.cap else "")

    def _caps(self, step: RunStep) -> Iterator[str]:
        """The limits of a step; two-sided ones are lost."""
        for cap in step.caps:
            bounds = cap.heart_rate or cap.cadence or cap.power or cap.speed or cap.pace
            low = getattr(bounds, "min", None) or getattr(bounds, "slowest", None)
            high = getattr(bounds, "max", None) or getattr(bounds, "fastest", None)
            if cap.metric is not None or (bounds is not None and not isinstance(bounds, str) and low):
                self.losses.append("a limit from below, or of a number from elsewhere")
                continue
            if high is not None:
                yield _compact(high)
            else:
                yield self._target(cap)

    def _target(self, target: Target) -> str:
        """A target in few signs; empty if a line has none for it, which is a loss."""
        if target.effort is not None:
            return effort_text(target.effort)
        value = target.pace or target.speed or target.heart_rate or target.cadence or target.power
        if isinstance(value, str):
            return _compact(value)
        if isinstance(value, PaceRef):
            return value.ref + (_compact(value.offset) if value.offset else "")
        if isinstance(value, PaceBounds):
            return self._sides(value.slowest, value.fastest, is_pace=True)
        if value is not None:
            return self._sides(value.min, value.max)
        self.losses.append("a target that a line has no sign for")
        return ""

    def _sides(self, low: str | None, high: str | None, *, is_pace: bool = False) -> str:
        """A two-sided target as a range, a one-sided one as a limit."""
        if low and high:
            (first, unit), (second, other) = _split(low), _split(high)
            if unit == other:
                return _compact(f"{second}-{first}{unit}" if is_pace else f"{first}-{second}{unit}")
            self.losses.append("a target between two different measures")
            return ""
        return f"<{_compact(high)}" if high else f">{_compact(low)}"

    def _note_losses(self, step: RunStep) -> None:
        """Record the parts of a step that a line cannot express."""
        for what, is_there in (
            ("how a step starts", step.start is not None),
            ("in what a step is coached", step.steer is not None),
            ("how long a step takes where nothing measures it", step.else_time is not None),
            ("reminders and words of a step", bool(step.reminders or step.says)),
            ("gates of a step", bool(step.gates)),
            ("that a step calibrates the footpod", step.calibrate),
            (
                "what steps are called, and what is written beside them",
                bool(step.name or step.purpose or step.notes),
            ),
        ):
            if is_there:
                self.losses.append(what)


def effort_text(effort: str) -> str:
    """Words of effort: bare if the reader knows them, otherwise in quotes."""
    first, _, second = effort.partition(" ")
    if effort in _BARE_EFFORTS or effort == "time trial":
        return effort
    if first == "RPE" and second.replace("-", "").isdigit():
        return f"RPE{second}"
    if second == "effort" and first in lexer.PACES.values() and first != "easy":
        return effort
    return '"' + effort.replace('"', "'").strip() + '"'


def time_text(seconds: float) -> str:
    """A time: `20s`, `2:00`, `20min`, `1:15:00`."""
    if seconds < 60:
        return f"{seconds:g}s"
    if seconds >= _LONG_S and seconds % 60 == 0:
        return f"{seconds / 60:.0f}min"
    return format_clock(seconds)


def distance_text(text: str) -> str:
    """A distance: `800`, `1km`, `1mi`, `220yd`."""
    metres = read_distance(text)
    number, unit = _split(text)
    if unit.startswith("mi"):
        return f"{number}mi"
    if unit in {"km", "yd"}:
        return f"{number}{unit}"
    return f"{metres / 1000:.10g}km" if metres < MINUTES_UNDER else number


def _end_text(end: SingleEnd) -> str:
    if end.time:
        return _clock(end.time)
    if end.distance:
        return distance_text(end.distance)
    if end.heart_rate_below or end.heart_rate_above:
        sign = "<" if end.heart_rate_below else ">"
        return sign + _compact(end.heart_rate_below or end.heart_rate_above or "")
    return "mark" if end.mark else "open"


def _clock(text: str) -> str:
    return format_clock(read_time(text))


def _compact(text: str | None) -> str:
    """A value of a document without its spaces: `75%max`, `Z2`, `+20s/km`."""
    plain = (text or "").replace(" ", "").replace("/mile", "/mi").replace("–", "-")
    return f"Z{plain[4:]}" if plain.startswith("zone") else plain


def _split(text: str) -> tuple[str, str]:
    """A number and its unit."""
    plain = text.replace(" ", "")
    unit = plain.lstrip("0123456789.:")
    return plain[: len(plain) - len(unit)], unit


def _is_easy(step: RunStep) -> bool:
    """Return whether it is easy running as written in a line."""
    target = step.target
    if target is None or step.ramp is not None:
        return False
    is_ref = isinstance(target.pace, PaceRef) and target.pace.ref == "easy" and target.pace.offset is None
    return is_ref or target.heart_rate in _SLOW_ZONES


def _ends_hard(node: Node) -> bool:
    while isinstance(node, Repeat):
        if node.skip_last_recovery or len(node.steps) == 1:
            return True
        node = node.steps[-1]
    return isinstance(node, RunStep) and node.kind in HARD


def _is_rung(step: RunStep) -> bool:
    """Return whether a step may be a rung of a ladder."""
    until = step.until
    if until is None or step.caps or step.ramp is not None:
        return False
    if until.any is not None or until.not_before or until.cap or not (until.time or until.distance):
        return False
    return step.target is None or not (step.target.effort and " " in effort_text(step.target.effort))


def _is_name(target: Target | None) -> bool:
    """Return whether a target is the bare name of a pace, as one of several behind a ladder."""
    return target is not None and isinstance(target.pace, PaceRef) and target.pace.offset is None


def _fields(step: Node | None) -> tuple[object, ...] | None:
    """The fields in which the rests of a ladder must agree; the estimated time of a rest is lost anyway."""
    if not isinstance(step, RunStep) or step.kind not in PAUSES:
        return None
    return (step.kind, step.until, step.target, step.move or "jog", step.caps)


# --- a workout in one sentence, part by part, to confirm how a line was read


def say(workout: Workout) -> str:
    """Describe every part of a workout: `2 km easy, 6 x 800 m at 5k pace with 400 m jog between, 1 km easy`."""
    parts = [
        _part(node, workout) for section in workout.sections for node in _written_out(section.steps, workout)
    ]
    text = "; ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}."


def name_of(workout: Workout) -> str:
    """Name a workout by its hard part: `6 x 800 m at 5k pace`."""
    nodes = [node for section in workout.sections for node in _written_out(section.steps, workout)]
    main = [node for node in nodes if first_kind(node) not in EASY | RESTS] or nodes
    texts = [_part(node, workout, with_rest=False) for node in main]
    name = ", ".join(dict.fromkeys(text for text in texts if text))
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 2].rsplit(',', 1)[0]} …"[:LONGEST_NAME]
    return f"{name[:1].upper()}{name[1:]}" or "Workout"


def _written_out(nodes: Sequence[Node], workout: Workout) -> list[Node]:
    """Steps with the blocks unrolled."""
    out: list[Node] = []
    for node in nodes:
        if isinstance(node, Use):
            block = workout.blocks[node.use]
            out += _written_out(block[::-1] if node.reverse else block, workout)
        else:
            out.append(node)
    return out


def _part(node: Node, workout: Workout, *, with_rest: bool = True) -> str:
    if isinstance(node, RunStep):
        return _step(node)
    if not isinstance(node, Repeat):
        return ""
    count = f"{node.repeat}" if isinstance(node.repeat, int) else f"{node.repeat.min} to {node.repeat.max}"
    nodes = _written_out(node.steps, workout)
    rest = nodes[-1] if isinstance(nodes[-1], RunStep) and nodes[-1].kind in PAUSES else None
    is_plain = len(nodes) - (rest is not None) == 1 and isinstance(nodes[0], RunStep)
    behind = []
    if is_plain and isinstance(nodes[0], RunStep):
        text = f"{count} x {_step(nodes[0])}"
        if rest is not None:
            behind.append(f"{_step(rest)} {'between' if node.skip_last_recovery else 'after each'}")
    elif len(nodes) == 1:
        text = f"{count} sets of {_part(nodes[0], workout, with_rest=with_rest)}"
    else:
        text = f"{count} x ({', '.join(_part(each, workout) for each in nodes if _part(each, workout))})"
    if node.between is not None:
        behind.append(f"{_step(node.between)} between {'sets' if not is_plain else 'them'}")
    if node.send_off is not None:
        behind.append(f"one every {node.send_off}")
    if node.change is not None and node.change.pace:
        behind.append(f"{node.change.pace} from each to the next")
    if not with_rest:
        return text
    if is_plain and rest is None and node.between is None and node.send_off is None and node.repeat != 1:
        behind.append("no rest between")
    return ", ".join([text, *behind])


def _step(step: RunStep) -> str:
    kind = Kind(step.kind)
    length = _until(step.until)
    word = ""
    if kind in RESTS:
        word = step.move or "jog"
    elif kind not in PLAIN:
        word = KINDS[kind].name
    text = f"{length} {word}".strip()
    if step.until is not None and step.until.mark and step.until.any is None:
        text = f"{word} {length}".strip() if step.move else f"rest {length}"
    if kind in EASY:
        text = f"{word} {length}"
    aim = _aim(step.target) if step.target is not None else ""
    if step.ramp is not None:
        aim += f" to {_aim(step.ramp).removeprefix('at ')}"
    joint = "" if not aim else f" {aim}"
    caps = "".join(f", {_cap(cap)}" for cap in step.caps)
    return f"{text}{joint}{caps}"


def _until(until: Until | None) -> str:
    """Describe a length, or another end."""
    if until is None:
        return "as long as you like"
    text = " or ".join(_end(one) for one in until.single_ends())
    if until.not_before:
        text += f" ({until.not_before} at least)"
    return text + (f" ({until.cap} at most)" if until.cap else "")


def _end(end: SingleEnd) -> str:
    if end.time:
        return (
            f"{int(end.time.split(':')[1])} s"
            if end.time.startswith("0:") and end.time.count(":") == 1
            else end.time
        )
    if end.distance:
        metres = read_distance(end.distance)
        halves = round(metres / METRES_PER_MILE * 4) / 4
        if halves and abs(halves * METRES_PER_MILE - metres) < 0.5:
            return f"{halves:g} mile" + ("s" if halves > 1 else "")
        whole = round(metres)
        return (
            f"{whole} m"
            if abs(metres - whole) < 0.05 and whole < 3000 and whole % 1000
            else format_metres(metres)
        )
    if end.heart_rate_below or end.heart_rate_above:
        return f"until {'under' if end.heart_rate_below else 'over'} {end.heart_rate_below or end.heart_rate_above}"
    return "until you press" if end.mark else "as long as you like"


def _aim(target: Target) -> str:
    pace = target.pace
    if isinstance(pace, PaceRef):
        if pace.ref == "easy" and not pace.offset:
            return "easy"
        return f"at {pace.ref} pace{f' {pace.offset}' if pace.offset else ''}"
    value = pace or target.speed or target.heart_rate or target.cadence or target.power
    if isinstance(value, str):
        return f"in {value}" if value.startswith("zone") else f"at {value}"
    if target.effort is not None:
        return target.effort if len(target.effort.split()) == 1 else f"“{target.effort}”"
    low = getattr(value, "min", None) or getattr(value, "slowest", None)
    high = getattr(value, "max", None) or getattr(value, "fastest", None)
    if low and high:
        return f"between {low} and {high}"
    return f"over {low}" if low else f"under {high}" if high else ""


def _cap(cap: Target) -> str:
    """Describe a limit."""
    text = _aim(cap).removeprefix("at ").removeprefix("in ")
    return text if text.startswith(("under", "over", "between")) else f"under {text}"


def first_kind(node: Node) -> str:
    """The kind of the first step in a part."""
    while isinstance(node, Repeat):
        node = node.steps[0]
    return node.kind if isinstance(node, RunStep) else ""
