"""Builds a workout document from the parts of a line: the kind of each part, the rest behind it, the meaning of a time.

What the line leaves open is decided here in one way, and every decision with an alternative is reported as a guess.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Final

from coach.athlete import PACE_NAMES
from coach.problems import AthleteProblem
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock, format_metres
from coach.spelling import read_pace_range
from coach.workout.kinds import EASY, HARD, KINDS, PAUSES, REPS, Kind
from coach.workout.notation import lexer
from coach.workout.notation.lexer import Aim, Length, NotationFault, Part, Rest, Tree
from coach.workout.resolve import Numbers
from coach.workout.targets import offset_speed

FLOOR_S: Final = "0:45"
"""Shortest rest of a hill whose way down is not measured: no useful hill is shorter on the way back. Judged."""
NEAR_S_PER_100M: Final = 10.0
"""A time is that of the rep if it is this near to a pace of the athlete, in seconds per 100 m. Judged."""
LONG_JOG_S, LONG_JOG_M = 300.0, 1000.0
"""A jog of this length or more, at either end of a workout, is the warm-up or cool-down. Judged."""
ROUND_S: Final = 15.0
"""Rests are whole quarters of a minute; times of reps rarely are. Judged."""
_EASY: Final[Tree] = {"pace": {"ref": "easy"}}
_SLOW_ZONES: Final = frozenset({"zone 1", "zone 2"})
_MOVES: Final = frozenset({"jog", "walk", "stand"})


@dataclass(frozen=True, slots=True)
class OpenTime:
    """A time that may be that of the rep, which the athlete's paces do not decide."""

    text: str
    """Such as `is 1:12 the time of each 400 m`."""


@dataclass(slots=True)
class Builder:
    """Builds a document for an athlete whose paces decide the meaning of a bare time."""

    numbers: Numbers
    takes_times: bool = False
    """True if the runner has confirmed that a time is the rep's."""
    guesses: list[str] = field(default_factory=list)
    faults: list[NotationFault] = field(default_factory=list)
    question: OpenTime | None = None

    def document(self, parts: Sequence[Part]) -> Tree:
        """Build the document of the parts of a line; faults are collected, and the rest is built without them."""
        for part in parts:
            self._figures_first(part)
        parts = self._join_ladder(self._share_rest(parts))
        kinds = [self._kind(part, alone=len(parts) == 1) for part in parts]
        has_hard = any(kind in HARD for kind in kinds)
        sections: list[tuple[str, list[Tree]]] = []
        for place, part in enumerate(parts):
            kind = self._kind_by_place(parts, kinds, place) if has_hard else kinds[place]
            name = KINDS[Kind(kind)].name.capitalize() if kind in EASY else "Main" if has_hard else "Run"
            following = kinds[place + 1] if place + 1 < len(parts) else ""
            nodes = self._nodes(part, kind, following)
            if sections and sections[-1][0] == name:
                sections[-1][1].extend(nodes)
            else:
                sections.append((name, nodes))
        return {
            "format": "coach-workout/1",
            "name": "Workout",
            "sections": [{"name": name, "steps": nodes} for name, nodes in sections if nodes],
        }

    @staticmethod
    def _kind_by_place(parts: Sequence[Part], kinds: Sequence[str], place: int) -> str:
        """The kind of a part by its place: easy running and long jogs before and after hard parts."""
        part, kind = parts[place], kinds[place]
        hard = [at for at, each in enumerate(kinds) if each in HARD]
        if hard[0] <= place <= hard[-1]:
            return kind
        is_before = place < hard[0]
        outside = range(place) if is_before else range(place + 1, len(parts))
        moves = {"jog"} if is_before else {"jog", "walk"}
        becomes = "warm_up" if is_before else "cool_down"
        if kind == "open" and not part.inner.kind:
            return becomes if all(kinds[at] in {"open", becomes, *moves} for at in outside) else kind
        is_long = kind == "jog" and part.count is None and part.lengths and _is_long(part.lengths[0])
        if is_long and all(parts[at].inner.kind != "open" for at in outside):
            return becomes
        return kind

    # --- parts

    def _share_rest(self, parts: Sequence[Part]) -> list[Part]:
        """Give parts that stand side by side the rest behind the last of them."""
        parts = list(parts)
        for place in range(len(parts) - 1, 0, -1):
            after, before = parts[place], parts[place - 1]
            if after.is_chained and before.count is not None and after.count is not None:
                if not before.inner.rests and after.inner.rests and before.inner.send_off is None:
                    before.inner.rests = [replace(rest, whose="") for rest in after.inner.rests]
                if not before.inner.aims and after.inner.aims and before.inner.kind == after.inner.kind:
                    before.inner.aims = list(after.inner.aims)
        return parts

    def _figures_first(self, part: Part) -> None:
        """Prefer the figures of a target where a step also has a word of effort or the name of a pace."""
        for each in part.body:
            self._figures_first(each)
        figures = [aim for aim in part.aims if aim.is_figure]
        if len(part.lengths) == 1 and len(part.aims) > 1 and len(figures) == 1:
            part.aims = figures
            self.guesses.append("the figures are the target, not the word beside them")

    def _join_ladder(self, parts: list[Part]) -> list[Part]:
        """Join single pieces with commas to one ladder, with the rest behind the last of them."""
        result: list[Part] = []
        for part in parts:
            first = len(result)
            if self._is_piece(part) and part.rests and not part.rests[0].is_none:
                after = part
                while first and after.is_listed and self._is_before(result[first - 1], part):
                    first -= 1
                    after = result[first]
            pieces = [*result[first:], part]
            aims = [piece.aims[0] for piece in pieces if piece.aims]
            is_one_list = len(aims) in {0, len(pieces)} or (len(aims) == 1 and bool(part.aims))
            if len(pieces) == 1 or not is_one_list:
                result.append(part)
                continue
            self.guesses.append(
                f"the rest behind the last of {len(pieces)} pieces is taken between all of them"
            )
            if len(aims) == 1:
                self.guesses.append(
                    f"the target of the last of {len(pieces)} pieces is taken for all of them"
                )
            lengths = [piece.lengths[0] for piece in pieces]
            result[first:] = [replace(part, start=pieces[0].start, lengths=lengths, aims=aims)]
        return result

    def _is_before(self, piece: Part, last: Part) -> bool:
        """Return whether a part can be a piece of the list that ends with another."""
        is_same = (
            (piece.lengths[0].metres is None) == (last.lengths[0].metres is None) if piece.lengths else False
        )
        is_plain = not (piece.rests or piece.caps or piece.notes or piece.doubtful or piece.ramp)
        return self._is_piece(piece) and is_same and is_plain

    def _is_piece(self, part: Part) -> bool:
        """Return whether it is one hard length."""
        is_one = part.count is None and not part.body and len(part.lengths) == 1 and len(part.aims) <= 1
        return is_one and part.send_off is None and self._kind(part, alone=False) == "work"

    def _kind(self, part: Part, *, alone: bool) -> str:
        """The kind of a part; easy running is `open` until its place decides."""
        inner = part.inner
        if len(part.body) > 1:
            kinds = {self._kind(each, alone=False) for each in part.body}
            return "jog" if kinds <= _MOVES else "work"
        if inner.kind:
            return inner.kind
        is_one = part.count is None and inner.ramp is None and len(inner.lengths) <= 1
        if is_one and (inner.is_easy_word or self._is_easy(inner)):
            return "open"
        is_steady = alone and part.count is None and len(inner.lengths) == 1 and inner.aims and not part.rests
        if is_steady and {"heart_rate", "cadence"} & (inner.aims[0].tree or {}).keys():
            return "open"
        return "work"

    @staticmethod
    def _is_easy(part: Part) -> bool:
        """Return whether its target is easy running."""
        if not part.aims:
            return False
        tree = part.aims[0].tree
        zone = (tree or {}).get("heart_rate")
        is_slow = isinstance(zone, str) and zone in _SLOW_ZONES
        return part.ramp is None and (tree == _EASY or is_slow)

    def _nodes(self, part: Part, kind: str, following: str) -> list[Tree]:
        """The steps of a part, and the rest behind it if another hard part follows."""
        is_hard_next = following in REPS
        self._settle(part)
        if part.count is None:
            is_one = part.body or len(part.lengths) == 1
            return self._single(part, kind, has_next=bool(following) if is_one else is_hard_next)
        return self._repeat_of(part, kind, keeps_last=is_hard_next)

    def _repeat_of(self, part: Part, kind: str, *, keeps_last: bool) -> list[Tree]:
        """A repeat; before something hard the rest between its sets also follows the last of them."""
        repeat = self._repeat(part, kind, keeps_last=keeps_last)
        if keeps_last and "between" in repeat:
            return [repeat, deepcopy(repeat["between"])]
        return [repeat]

    def _single(self, part: Part, kind: str, *, has_next: bool) -> list[Tree]:
        """The steps of a part without a count: one step, a ladder, or the parts in brackets."""
        rests = part.rests
        is_one = part.body or len(part.lengths) == 1
        if is_one and rests and not has_next and not rests[0].is_none and rests[0].aim is None:
            self.guesses.append("the rest behind the last step is left out")
        if part.body:
            behind = [self._rest(rest, part.inner) for rest in rests] if has_next else []
            return [*self._body(part, ends_with_rest=False), *(rest for rest in behind if rest is not None)]
        if len(part.lengths) > 1 or (rests and not rests[0].is_none):
            rest = rests[0] if rests else None
            is_running = rest is not None and rest.aim is not None and len(part.lengths) == 1
            return self._rungs(part, kind, rest, keeps_last=has_next or is_running)
        return [self._step(part, kind, part.lengths[0], 0)]

    def _rungs(self, part: Part, kind: str, rest: Rest | None, *, keeps_last: bool) -> list[Tree]:
        """The steps of a ladder with the rest between them."""
        nodes: list[Tree] = []
        is_resting = len(part.lengths) > 1 or rest is not None
        for place, length in enumerate(part.lengths):
            nodes.append(self._step(part, kind, length, place))
            is_last = place == len(part.lengths) - 1
            if not is_resting or (is_last and not keeps_last):
                continue
            pause = self._pause(part, rest, length, place)
            if pause is not None:
                nodes.append(pause)
        return nodes

    def _pause(self, part: Part, rest: Rest | None, length: Length, place: int) -> Tree | None:
        """The rest behind one length; it lasts until a press if none is written."""
        if rest is not None:
            return self._rest(rest, part, length, place)
        return self._press(part)

    def _press(self, part: Part) -> Tree:
        """A rest of unknown length: it lasts until a press."""
        self.guesses.append("no rest is given: it lasts until you press")
        until: Tree = {"mark": True}
        if part.kind == "hill":
            until["not_before"] = FLOOR_S
        return {"kind": "recovery", "until": until}

    def _repeat(self, part: Part, kind: str, *, keeps_last: bool) -> Tree:
        """A repeat of reps, of a ladder, or of sets."""
        count: int | Tree = part.count or 1
        if part.most is not None:
            count = {"min": part.count, "max": part.most}
        node: Tree = {"repeat": count}
        if part.body:
            return self._repeat_of_parts(part, node, keeps_last=keeps_last)
        rest = part.rests[0] if part.rests else None
        if part.send_off is not None:
            self._refuse_rests(part.rests, "a send-off makes its own rest", "Take one of them out.")
            node["send_off"] = part.send_off.until["time"]
            node["steps"] = [
                self._step(part, kind, length, place) for place, length in enumerate(part.lengths)
            ]
            return self._add_changes(node, part)
        if len(part.lengths) > 1:
            nodes = self._rungs(part, kind, rest, keeps_last=True)
        else:
            nodes = [self._step(part, kind, part.lengths[0], 0)]
            if rest is not None or kind in HARD:
                pause = self._pause(part, rest, part.lengths[0], 0)
                if pause is not None:
                    nodes.append(pause)
        is_rest = nodes[-1]["kind"] in PAUSES and len(nodes) > len(part.lengths)
        if is_rest and not keeps_last and not (rest is not None and rest.is_ease):
            node["skip_last_recovery"] = True
        node["steps"] = nodes
        return self._add_changes(node, part)

    def _add_changes(self, node: Tree, part: Part) -> Tree:
        """Add the changes from rep to rep, and the notes."""
        change = part.change
        length = part.lengths[0] if part.lengths else None
        if part.change_s:
            metres = length.metres if length is not None else None
            if metres is None:
                change = {"pace": f"{part.change_s:+.4g} s/km"}
                self.guesses.append("the change is taken per kilometre")
            else:
                change = {"pace": f"{part.change_s * METRES_PER_KM / metres:+.4g} s/km"}
        if part.ramp is not None and part.count is not None and part.count > 1 and change is None:
            change = self._slope(part)
        if change is not None:
            node["change"] = change
        if part.notes:
            node["notes"] = ". ".join(part.notes)
        return node

    def _slope(self, part: Part) -> Tree | None:
        """The change that leads from the first pace to the last over the reps."""
        assert part.ramp is not None
        first = self._target(part.aims[0], part.lengths[0]) if part.aims else None
        last = self._target(part.ramp, part.lengths[0])
        texts = [tree.get("pace") if tree else None for tree in (first, last)]
        if not all(isinstance(text, str) for text in texts):
            self.faults.append(
                NotationFault(
                    "from rep to rep only written paces change",
                    part.ramp.start,
                    part.ramp.end,
                    "For example: @ 4:10->3:50, or: down 2s each.",
                )
            )
            return None
        paces = [METRES_PER_KM / read_pace_range(str(text))[0] for text in texts]
        turns = (part.most or part.count or 2) - 1
        by = round((paces[1] - paces[0]) / turns, 2)
        return {"pace": f"{by:+g} s/km"} if by else None

    def _repeat_of_parts(self, part: Part, node: Tree, *, keeps_last: bool) -> Tree:
        """A repeat of the parts in brackets: sets of reps, or reps of several pieces."""
        only = part.body[0]
        if len(part.body) == 1 and only.count is None and not only.body:
            is_rung = len(only.lengths) == 1 and not only.rests
            if len(only.lengths) == 1 and only.rests:
                self._refuse_rests(
                    part.rests, "one rep has two rests", "Take one out, or write 3x(4x400 / 60s) / 3:00."
                )
            if not part.rests or is_rung or only.send_off is not None:
                return self._repeat_plain(part, keeps_last=keeps_last)
        rest = part.rests[0] if part.rests else None
        nodes = self._body(part, ends_with_rest=rest is None)
        has_sets = any("repeat" in each for each in nodes)
        if rest is not None and not rest.is_none:
            pause = self._rest(rest, part.inner)
            if pause is not None and pause["kind"] == "recovery":
                node["between"] = pause
            elif pause is not None:
                nodes = [*nodes, pause]
                if not keeps_last:
                    node["skip_last_recovery"] = True
        elif rest is None and has_sets and self._ends_hard(nodes):
            node["between"] = self._press(part.inner)
        node["steps"] = nodes
        if node.get("between") is None and rest is None and not has_sets and not keeps_last:
            self._skip_last(part, node)
        if part.notes:
            node["notes"] = ". ".join(part.notes)
        if part.change:
            node["change"] = part.change
        return node

    def _refuse_rests(self, rests: Sequence[Rest], reason: str, fix: str) -> None:
        """Record a fault at each rest that has no place."""
        self.faults += [NotationFault(reason, rest.start, rest.end, fix) for rest in rests]

    def _repeat_plain(self, part: Part, *, keeps_last: bool) -> Tree:
        """A repeat of one step in brackets, which is the same without them."""
        inner = part.body[0]
        flat = replace_count(inner, part)
        return self._repeat(flat, self._kind(flat, alone=False), keeps_last=keeps_last)

    @staticmethod
    def _ends_hard(nodes: list[Tree]) -> bool:
        last = nodes[-1]
        while "repeat" in last:
            if last.get("skip_last_recovery") or len(last["steps"]) == 1:
                return True
            last = last["steps"][-1]
        return last.get("kind") in HARD

    @staticmethod
    def _skip_last(part: Part, node: Tree) -> None:
        """Leave out the rest behind the last piece after the last repeat, if a `/` put it there."""
        last = part.body[-1]
        if last.rests and not last.rests[0].is_ease and node["steps"][-1].get("kind") in PAUSES:
            node["skip_last_recovery"] = True

    def _body(self, part: Part, *, ends_with_rest: bool) -> list[Tree]:
        """The steps of the parts in brackets; `ends_with_rest` keeps the rest behind the last of them."""
        parts = self._share_rest(part.body)
        nodes: list[Tree] = []
        is_alternation = len(parts) > 1 and any(not self._is_ease(each) for each in parts)
        for place, each in enumerate(parts):
            self._settle(each)
            is_last = place == len(parts) - 1
            kind = self._kind(each, alone=False)
            if is_alternation and each.count is None and self._is_ease(each) and not each.kind:
                nodes.append(self._ease(each))
                continue
            if is_alternation and each.count is None and not each.kind and _effort(each) == "moderate":
                kind = "float"
            following = None if is_last else parts[place + 1]
            keeps = (
                following is not None
                and self._kind(following, alone=False) in HARD
                and not self._is_ease(following)
            )
            if each.count is not None:
                nodes += self._repeat_of(each, kind, keeps_last=keeps)
            else:
                is_one = bool(each.body) or len(each.lengths) == 1
                is_kept = ends_with_rest if is_last else keeps or is_one
                has_rest = bool(each.rests) and is_kept
                nodes += self._single(each, kind, has_next=has_rest)
        return nodes

    def _is_ease(self, part: Part) -> bool:
        """Return whether it is the easy half of an alternation."""
        is_one = part.count is None and not part.body and len(part.lengths) == 1 and not part.rests
        return is_one and (part.is_easy_word or self._is_easy(part))

    def _ease(self, part: Part) -> Tree:
        """The easy half of an alternation: a jog, by feel."""
        tree = part.aims[0].tree if part.aims else None
        is_zone = tree is not None and "heart_rate" in tree
        return {
            "kind": "recovery",
            "move": "jog",
            "until": dict(part.lengths[0].until),
            "target": tree if is_zone else {"effort": "easy"},
        }

    # --- steps

    def _step(self, part: Part, kind: str, length: Length, place: int) -> Tree:
        if kind in {"jog", "walk", "stand"}:
            step: Tree = {"kind": "recovery", "move": kind, "until": dict(length.until)}
        else:
            step = {"kind": kind, "until": dict(length.until)}
        aim = part.aims[min(place, len(part.aims) - 1)] if part.aims else None
        if len(part.aims) > 1 and place == 0 and len(part.aims) != len(part.lengths):
            extra = part.aims[-1]
            self.faults.append(
                NotationFault(
                    f"{len(part.aims)} targets for {len(part.lengths)} length{'s' * (len(part.lengths) > 1)}",
                    extra.start,
                    extra.end,
                    "Give one target, or one for each.",
                )
            )
        if aim is not None:
            target = self._target(aim, length)
            if target is not None:
                step["target"] = target
        if part.ramp is not None and part.count is None and "target" in step:
            ramp = self._target(part.ramp, length)
            if ramp is not None:
                step["ramp"] = ramp
        caps = [self._cap(cap) for cap in part.caps]
        if caps:
            step["caps"] = caps
        if part.notes and part.count is None:
            step["notes"] = ". ".join(part.notes)
        return step

    def _cap(self, aim: Aim) -> Tree:
        """A limit beside the target."""
        tree = aim.tree
        if tree is None:
            if aim.low_s >= 100 and not aim.is_clock:
                self.guesses.append(f"the limit of {aim.high_s:g} is read as beats per minute")
                return {"heart_rate": {"max": f"{aim.high_s:g} bpm"}}
            self.faults.append(
                NotationFault(
                    "it is not clear what is limited", aim.start, aim.end, "For example: <75%max or <150bpm."
                )
            )
            return {"heart_rate": {"max": "240 bpm"}}
        key, value = next(iter(tree.items()))
        if (
            key in {"heart_rate", "power", "cadence"}
            and isinstance(value, str)
            and not value.startswith("zone")
        ):
            unit = value.lstrip("0123456789.-")
            number = value[: len(value) - len(unit)].split("-")[-1]
            return {key: {"max": f"{number}{unit}"}}
        return tree

    def _rest(self, rest: Rest, part: Part, length: Length | None = None, place: int = 0) -> Tree | None:
        """The step of a rest; None for no rest."""
        if rest.is_none:
            return None
        length = length or (part.lengths[0] if part.lengths else None)
        until = self._rest_until(rest, part, length, place)
        aimed = {} if rest.aim is None else {"pace": ""} if rest.aim.tree is None else rest.aim.tree
        is_run = not rest.move and {"pace", "speed"} & aimed.keys()
        if rest.move == "float" or (is_run and rest.aim is not None and rest.aim.tree != _EASY):
            step: Tree = {"kind": "float", "until": until}
        elif rest.move:
            step = {"kind": "recovery", "move": rest.move, "until": until}
        elif until.get("mark"):
            step = {"kind": "recovery", "until": until}
        else:
            step = {"kind": "recovery", "move": "jog", "until": until}
        if rest.is_ease:
            step["target"] = {"effort": "easy"}
        if rest.aim is not None:
            target = self._target(rest.aim, rest.length or length)
            if target is not None:
                step["target"] = target
        return step

    def _rest_until(self, rest: Rest, part: Part, length: Length | None, place: int) -> Tree:
        if rest.length is not None:
            return dict(rest.length.until)
        if rest.ratio is not None and length is not None:
            return self._as_long(rest, part, length, place)
        if rest.is_back and length is not None and length.metres is not None and not rest.is_down:
            return {"distance": length.until["distance"]}
        if rest.is_back or rest.is_down:
            self.guesses.append("the way back lasts until you press, 45 s at least")
            return {"mark": True, "not_before": FLOOR_S}
        self.guesses.append(f"the {rest.move or 'rest'} lasts until you press")
        until: Tree = {"mark": True}
        if part.kind == "hill":
            until["not_before"] = FLOOR_S
        return until

    def _as_long(self, rest: Rest, part: Part, length: Length, place: int) -> Tree:
        """A rest as long as the rep, or a share of it."""
        assert rest.ratio is not None
        seconds = length.seconds
        if seconds is None and length.metres is not None and part.aims:
            target = self._target(part.aims[min(place, len(part.aims) - 1)], length)
            speed = self._speed(target)
            if speed is not None:
                seconds = length.metres / speed
                rest_text = format_clock(max(1.0, round(seconds * rest.ratio)))
                self.guesses.append(f"the rest as long as the rep comes to {rest_text}")
        if seconds is None:
            self.guesses.append("a rest as long as the rep lasts until you press: no pace says how long")
            return {"mark": True}
        return {"time": format_clock(max(1.0, round(seconds * rest.ratio)))}

    # --- targets

    def _speed(self, target: Tree | None) -> float | None:
        """The speed of a pace target for the athlete; None if unknown."""
        pace = (target or {}).get("pace")
        if isinstance(pace, str):
            return sum(read_pace_range(pace)) / 2
        if isinstance(pace, dict) and "ref" in pace:
            try:
                speed = sum(self.numbers.pace(pace["ref"])) / 2
            except AthleteProblem:
                return None
            return offset_speed(speed, pace["offset"]) if "offset" in pace else speed
        return None

    def _target(self, aim: Aim, length: Length | None) -> Tree | None:
        """The target of a step; a time becomes the pace of its rep. A fault is recorded, and gives no target."""
        try:
            tree = self._time_target(aim, length) if aim.tree is None else aim.tree
            lexer.refuse_records(aim, tree, length)
            return tree
        except NotationFault as fault:
            if all((fault.start, fault.reason) != (each.start, each.reason) for each in self.faults):
                self.faults.append(fault)
            return None

    def _time_target(self, aim: Aim, length: Length | None) -> Tree:
        """Read a bare time as the time of the rep, or as a pace if that is nearer to the athlete's."""
        metres = length.metres if length is not None else None
        unit = self._unit(length)
        per = METRES_PER_MILE if unit == "mile" else METRES_PER_KM
        text = _shown_time(aim)
        if aim.is_pace or metres is None:
            if not aim.is_clock:
                raise NotationFault(
                    f"{text} is not a target of a step by time",
                    aim.start,
                    aim.end,
                    "For example: @ 4:30/km, 5k or RPE8.",
                )
            self.guesses.append(f"{text} is read as {text} per {unit}")
            return {"pace": lexer.pace_text(aim.low_s, aim.high_s, unit, aim.start, aim.end)}
        paces = self._paces()
        rep = _seconds_per_100m(aim, metres)
        rate = _seconds_per_100m(aim, per) if aim.is_clock and metres != per else None
        away = _distance_to(rep, paces)
        if rate is not None and _distance_to(rate, paces) < min(away, NEAR_S_PER_100M) and rate >= 9.58:
            self.guesses.append(f"{text} is read as {text} per {unit}")
            return {"pace": lexer.pace_text(aim.low_s, aim.high_s, unit, aim.start, aim.end)}
        what = format_metres(metres)
        best = lexer.record_upper_bound(metres)
        if aim.low_s < best:
            fix = (
                f"Nobody has run {what} so fast. Write the time of a lap as {text}/lap, or a pace as 4:30/km."
            )
            raise NotationFault(
                f"{text} is not a time for {what}", aim.start, aim.end, fix, replacement=f"{text}/lap"
            )
        if metres == per:  # the time of the rep equals the pace
            return {"pace": lexer.pace_text(aim.low_s, aim.high_s, unit, aim.start, aim.end)}
        if away > NEAR_S_PER_100M and not self.takes_times:
            pace = self._rep_pace(aim, metres, "km")
            reason = "is far from every pace of yours" if paces else "may be the time of the rep or a pace"
            self.question = OpenTime(f"Is {text} the time of each {what}, which is {pace}")
            fix = f"Write @ {pace} if it is the time of each {what}."
            if not paces:
                fix += " With a race it is clear: coach athlete set --race 5k=22:30"
            raise NotationFault(f"{text} {reason}", aim.start, aim.end, fix, replacement=pace)
        self.guesses.append(f"{text} is read as the time of the {what}")
        return {"pace": self._rep_pace(aim, metres, "km")}

    @staticmethod
    def _rep_pace(aim: Aim, metres: float, unit: str) -> str:
        factor = METRES_PER_KM / metres
        return lexer.pace_text(aim.low_s * factor, aim.high_s * factor, unit, aim.start, aim.end)

    def _unit(self, length: Length | None) -> str:
        """Kilometres or miles, as in the length or in the athlete's paces."""
        text = str((length.until if length is not None else {}).get("distance", ""))
        return "mile" if "mile" in text else "km" if text else self.numbers.unit or "km"

    def _paces(self) -> list[float]:
        """The paces of the athlete in seconds per 100 m; empty if none is known."""
        paces = []
        for ref in PACE_NAMES:
            try:
                paces += [100.0 / speed for speed in self.numbers.pace(ref)]
            except AthleteProblem:
                continue
        return paces

    def _settle(self, part: Part) -> None:
        """Decide whether a time in brackets is the time of the rep or the rest."""
        inner = part.inner
        for length in inner.doubtful + (part.doubtful if part is not inner else []):
            rep = inner.lengths[0] if len(inner.lengths) == 1 else None
            seconds = length.seconds or 0.0
            has_rest = bool(inner.rests or inner.send_off)
            is_rep_time = (
                not inner.aims
                and rep is not None
                and rep.metres is not None
                and seconds >= lexer.record_upper_bound(rep.metres)
                and (has_rest or seconds % ROUND_S != 0)
            )
            if is_rep_time:
                inner.aims.append(Aim(length.start, length.end, None, seconds, seconds))
            elif not has_rest:
                inner.rests.append(Rest(length.start, length.end, length))
                if rep is not None and rep.metres is not None and not inner.aims:
                    self.guesses.append(f"{format_clock(seconds)} in brackets is read as the rest")
            else:
                self.faults.append(
                    NotationFault(
                        "this time is one too many",
                        length.start,
                        length.end,
                        "The target goes after @, the rest after /.",
                    )
                )
        inner.doubtful = []
        part.doubtful = []


def replace_count(inner: Part, outer: Part) -> Part:
    """Return the only step of a group with the count of the group."""
    return replace(
        inner,
        count=outer.count,
        most=outer.most,
        change=inner.change or outer.change,
        change_s=inner.change_s or outer.change_s,
        rests=inner.rests or outer.rests,
        notes=[*inner.notes, *outer.notes],
        kind=inner.kind or outer.kind,
    )


def _is_long(length: Length) -> bool:
    """Return whether a jog before or after the hard part is long enough for a warm-up or cool-down."""
    return (length.seconds or 0.0) >= LONG_JOG_S or (length.metres or 0.0) >= LONG_JOG_M


def _effort(part: Part) -> str:
    tree = part.aims[0].tree if part.aims else None
    return str((tree or {}).get("effort", ""))


def _shown_time(aim: Aim) -> str:
    """A time in the form coaches use: `72`, `1:12`, `3:40-3:50`."""

    def one(seconds: float) -> str:
        return format_clock(seconds) if aim.is_clock or seconds >= 100 else f"{seconds:g}"

    return one(aim.low_s) if aim.low_s == aim.high_s else f"{one(aim.low_s)}-{one(aim.high_s)}"


def _seconds_per_100m(aim: Aim, metres: float) -> float:
    """The middle of the time over a distance, seconds per 100 m."""
    return (aim.low_s + aim.high_s) / 2 / metres * 100.0


def _distance_to(pace: float, paces: list[float]) -> float:
    """The distance to the nearest pace; infinite if there is none."""
    return min((abs(pace - each) for each in paces), default=float("inf"))
