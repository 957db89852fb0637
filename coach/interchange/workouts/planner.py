"""Makes the plan of a workout for a format.

Everything in a document is either in the plan or reported; `converting.SUPPORT` decides which. The modules of the
formats only write the plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from coach.athlete import Athlete
from coach.documents import path_of
from coach.interchange.workouts import EXPORT_FORMATS, ExportFormat, ExportRow, WordsPlace
from coach.interchange.workouts.converting import (
    LAP_KEY,
    HeartShareEnd,
    Losses,
    PlanEnd,
    PlanNode,
    PlanRepeat,
    PlanStep,
    PlanTarget,
    SpokenText,
    Support,
    WorkoutPart,
    WorkoutPlan,
    flat,
)
from coach.problems import WorkoutProblem
from coach.quantities import Metres, Seconds, format_clock, format_pace
from coach.spelling import read_time
from coach.workout import model as written
from coach.workout import targets
from coach.workout.describe import MOVE_WORDS, estimate, item_text, step_label, step_seconds, until_text
from coach.workout.document import Changes, StepCompiler, add_changes, outline
from coach.workout.kinds import KINDS, RESTS, Kind
from coach.workout.model import (
    ChecklistStep,
    Node,
    PromptStep,
    Repeat,
    RunStep,
    Section,
    SingleEnd,
    Use,
    WorkoutDocument,
)
from coach.workout.resolve import Numbers, limit_words, resolve_cap
from coach.workout.targets import read_heart_rate, read_offset, read_speed
from coach.workout.timeline import (
    AutoStart,
    Band,
    DelayStart,
    DistanceEnd,
    EndConditions,
    HeartRateEnd,
    Move,
    MovementStart,
    PressStart,
    Quantity,
    Start,
    Step,
    StepTarget,
    TimeEnd,
)

FIX: Final = 'name an athlete with --athlete, or save one: coach athlete set --race "5 km=22:30"'
"""The fix for a name without a number."""
HALF_SHARE: Final = 2.5
"""Per cent of a maximum either side of a single share: about the five beats of `HEART_RATE_HALF_BAND`."""
_SHARES: Final = (30.0, 130.0)
"""Shares of a speed, in per cent, that every reader accepts."""
HEART_FIX: Final = "name an athlete who has it with --athlete, or save it: coach athlete set --help"
USUAL_SECTIONS: Final = frozenset({"warm-up", "main", "cool-down", "workout", "run"})
"""Names of sections that add nothing to the steps in them."""
_LIMITED: Final = frozenset({Quantity.SPEED, Quantity.HEART_RATE, Quantity.CADENCE, Quantity.POWER})


def plan_of(
    document: WorkoutDocument, athlete: Athlete | None, to: ExportFormat, losses: Losses
) -> WorkoutPlan:
    """Plan a workout for a format.

    Raises:
        WorkoutProblem: it comes to an impossible pace, time or distance, or has no step for this format.
    """
    timeline = outline(document, athlete)
    planner = _StepPlanner(document, Numbers.of(athlete), EXPORT_FORMATS[to], losses)
    steps, texts = planner.texts()
    plan = WorkoutPlan(timeline.name, estimate(timeline), [], steps)
    plan.sections = [planner.section(place, each) for place, each in enumerate(document.workout.sections)]
    plan.description += planner.spoken + texts  # the contents come first: some formats cut the end off
    if not any(next(flat(nodes), None) for _, nodes in plan.sections):
        hint = "Nothing in it is run. A list of exercises is a step of fit, garmin-json, tcx and intervals."
        raise WorkoutProblem(f"it has no step that could be written as {EXPORT_FORMATS[to].title}", hint)
    return plan


@dataclass(slots=True)
class _StepPlanner:
    """Plans one workout."""

    document: WorkoutDocument
    numbers: Numbers
    row: ExportRow
    losses: Losses
    spoken: list[str] = field(default_factory=list)
    """Texts for the description besides the workout's own."""

    # --- the workout as a whole

    def texts(self) -> tuple[list[str], list[str]]:
        """The purpose of the workout, the rules of all of it, and its other texts, a paragraph each."""
        about, losses = self.document.workout, self.losses
        steps = [text for text in (about.purpose, about.caution) if text]
        texts = [text for text in (about.description, about.notes) if text]
        if about.source:
            texts.append(f"Source: {about.source}")
        if about.tags.model_fields_set:
            names = ", ".join(sorted(name.replace("_", " ") for name in about.tags.model_fields_set))
            losses.report(WorkoutPart.TAGS, "tags", f"what the library finds it by ({names})")
        if about.context is not None:
            where = about.context
            words = {
                "surface": where.surface,
                "lap_m": f"laps of {where.lap_m:g} m",
                "lane": f"lane {where.lane}",
            }
            phrases = [word for name, word in words.items() if word and name in where.model_fields_set]
            if phrases:
                losses.report(WorkoutPart.SURFACE, "context", "where it is run")
                texts.append(f"Where: {', '.join(phrases)}.")
        for place, reminder in enumerate(about.reminders):
            losses.report(WorkoutPart.RUN_REMINDER, f"reminders[{place}]", f'the reminder "{reminder.text}"')
            steps.append(_reminder_words(reminder))
        for place, gate in enumerate(about.gates):
            losses.report(WorkoutPart.GATE, f"gates[{place}]", f'the rule "{gate.rule}"')
            steps.append(_gate_words(gate))
        return steps, texts

    def section(self, place: int, section: Section) -> tuple[str, list[PlanNode]]:
        """A section and its steps."""
        where = ("sections", place)
        if section.name.casefold() not in USUAL_SECTIONS:
            self.losses.report(
                WorkoutPart.SECTION_NAME, path_of(where), f'the name of the section "{section.name}"'
            )
        for text in (section.purpose, section.notes):
            if text:
                self.spoken.append(f"{section.name}: {text}")
        return section.name, self._nodes(section.steps, (*where, "steps"), Changes())

    # --- lists of steps

    def _nodes(
        self, nodes: Sequence[Node], where: tuple[str | int, ...], changes: Changes, *, reverse: bool = False
    ) -> list[PlanNode]:
        result: list[PlanNode] = []
        order = list(enumerate(nodes))
        for place, node in reversed(order) if reverse else order:
            here = (*where, place)
            if isinstance(node, Use):
                block = self.document.workout.blocks[node.use]
                result += self._nodes(block, ("blocks", node.use), changes, reverse=node.reverse)
            elif isinstance(node, Repeat):
                result += self._repeat(node, here, changes)
            elif isinstance(node, PromptStep):
                self._prompt(node, path_of(here))
            elif isinstance(node, ChecklistStep):
                result += self._checklist(node, path_of(here), changes)
            else:
                result.append(self._step(node, path_of(here), changes))
        return result

    def _repeat(self, node: Repeat, where: tuple[str | int, ...], changes: Changes) -> list[PlanNode]:
        place, losses = path_of(where), self.losses
        count, least = node.most, node.least
        if node.name:
            losses.report(WorkoutPart.REPEAT_NAME, place, f'the name of its repeats, "{node.name}"')
        self.spoken += [text for text in (node.purpose, node.notes) if text]
        if not isinstance(node.repeat, int):
            losses.report(
                WorkoutPart.RANGE,
                place,
                f"{least} to {count} repeats",
                near=f" are written as {count}, and said so",
            )
            self.spoken.append(f"{least} to {count} repeats: from {least} on you may stop.")
        turns = [add_changes(changes, node.change, turn) for turn in range(count)]
        if len(set(turns)) > 1:
            result: list[PlanNode] = []
            for turn, each in enumerate(turns):
                nodes, tail = self._turn(node, where, each)
                result += nodes[: len(nodes) - tail] if turn == count - 1 else nodes
            return result
        nodes, tail = self._turn(node, where, changes)
        if not nodes:
            return []
        if count == 1:
            return nodes[: len(nodes) - tail]
        return [PlanRepeat(place, count, nodes, min(tail, len(nodes)))]

    def _turn(
        self, node: Repeat, where: tuple[str | int, ...], changes: Changes
    ) -> tuple[list[PlanNode], int]:
        """The steps of one turn with the rest behind it, and the number of final ones that the last turn leaves out."""
        nodes = self._nodes(node.steps, (*where, "steps"), changes)
        tail = int(node.skip_last_recovery)
        if node.send_off is not None:
            nodes.append(self._send_off_rest(node.send_off, nodes, path_of(where)))
            tail += 1
        if node.between is not None:
            nodes.append(self._step(node.between, path_of((*where, "between")), changes))
            tail += 1
        return nodes, tail

    def _send_off_rest(self, every: str, nodes: Sequence[PlanNode], where: str) -> PlanStep:
        """The rest of a slot after the planned time of its steps."""
        times = [step_seconds(each.step) for each in flat(nodes)]
        is_known = all(isinstance(each, PlanStep) for each in nodes) and None not in times
        rest_s = read_time(every) - sum(time for time in times if time is not None)
        end: PlanEnd = TimeEnd(Seconds(float(round(rest_s)))) if is_known and rest_s >= 1 else LAP_KEY
        rest = (
            f"{format_clock(end.seconds)} of rest" if isinstance(end, TimeEnd) else "a rest until the lap key"
        )
        near = f" is written as {rest}: no slot is kept there"
        self.losses.report(WorkoutPart.SEND_OFF, where, f"a send-off of {every}", near=near)
        step = Step("", "", "", Kind.RECOVERY, "Rest", EndConditions((end,)), move=Move.STAND)  # type: ignore[arg-type]
        return self._spoken_of(PlanStep(where, step, end, "Rest"), [f"Go every {every}."])

    def _planned_target(self, target: StepTarget, node: RunStep, changes: Changes) -> PlanTarget | None:
        """A target in numbers, or the share as written; None if there is neither."""
        assert node.target is not None
        share = None if node.ramp is not None or changes.shifts else _share(node.target)
        if share is not None and share.share_of not in self.row.shares:
            share = None
        is_heart = target.quantity is Quantity.HEART_RATE
        if share is not None and (is_heart or target.band == Band()):
            return share
        if target.band == Band():
            return None
        ramp = None if target.ramp is None else _of_band(target, target.ramp, None)
        return _of_band(target, target.band, ramp)

    # --- entries that are not run

    def _prompt(self, node: PromptStep, where: str) -> None:
        self.losses.report(WorkoutPart.PROMPT, where, f'the question "{node.question}"')
        answers = f" ({', '.join(node.answers)})" if node.answers else ""
        texts = (f"{node.question}{answers}", node.purpose, node.notes)
        self.spoken.append(" ".join(text for text in texts if text))

    def _checklist(self, node: ChecklistStep, where: str, changes: Changes) -> list[PlanNode]:
        step = self._compiler.step(node, changes)
        near = " is written as a rest until the lap key, what is in it in words"
        support = self.losses.report(WorkoutPart.CHECKLIST, where, f'the checklist "{step.name}"', near=near)
        exercises = "; ".join(item_text(item) for item in step.items)
        texts = [f"{exercises}.", *(text for text in (node.purpose, node.notes) if text)]
        plan_step = PlanStep(where, step, LAP_KEY, step.name)
        texts += self._starts(step.start, where) + self._gates(node.gates, where)
        if support is Support.WORDS:
            self.spoken.append(f"{step.name}: {' '.join(texts)}")
            return []
        return [self._spoken_of(plan_step, texts)]

    # --- one step

    @property
    def _compiler(self) -> StepCompiler:
        return StepCompiler(self.numbers, lenient=True)

    def _step(self, node: RunStep, where: str, changes: Changes) -> PlanStep:
        step = self._compiler.step(node, changes)
        plan_step = PlanStep(where, step, LAP_KEY, node.name or "")
        words = self._kind(plan_step)
        words += self._end(plan_step, node)
        words += self._target(plan_step, node, changes)
        words += self._limits(plan_step, node)
        words += self._starts(step.start, where)
        for part, name in (
            (WorkoutPart.STEER, "steer"),
            (WorkoutPart.ELSE_TIME, "else_time"),
            (WorkoutPart.CALIBRATE, "calibrate"),
        ):
            if getattr(node, name):
                self.losses.report(part, where, f'"{name}", which is for this coach alone')
        words += self._texts(plan_step, node)
        words += self._gates(node.gates, where)
        return self._spoken_of(plan_step, words)

    def _spoken_of(self, plan_step: PlanStep, words: Sequence[str]) -> PlanStep:
        """Put the words of a step where its format shows them to the runner."""
        words = [text for text in words if text]
        if self.row.words is WordsPlace.NOTES:
            plan_step.notes += words
        elif words and self.row.words is WordsPlace.AT_START:
            plan_step.says.insert(0, SpokenText(" ".join(words), Seconds(0.0), Metres(0.0)))
        elif words:
            line = f"Step {step_label(plan_step.step)}: {' '.join(words)}"
            if line not in self.spoken:
                self.spoken.append(line)
        self.losses.reporter.settled(plan_step.where, step_label(plan_step.step))
        return plan_step

    def _kind(self, plan_step: PlanStep) -> list[str]:
        """Report a kind that the format lacks; it becomes the name of a step without one."""
        kind, move, where, own = plan_step.kind, plan_step.step.move, plan_step.where, plan_step.name
        word = MOVE_WORDS[move] if kind in RESTS else KINDS[kind].label.lower()
        own_part = WorkoutPart.__members__.get(
            kind.name
        )  # kinds that other programs do not distinguish have a part of their own
        parts = [] if own_part is None else [(own_part, word)]
        if (
            kind in RESTS
            and move is not Move.JOG
            and self.losses.support(WorkoutPart.RECOVERY) is Support.FULL
        ):
            parts.append((WorkoutPart.WALK if move is Move.WALK else WorkoutPart.STAND, word))
        words: list[str] = []
        for part, word in parts:
            what = f"that it is a {word}"
            near = (
                " is written as a plain step"
                if part is not WorkoutPart.FLOAT
                else " is written as a recovery"
            )
            support = self.losses.report(part, where, what, near=near)
            if support is Support.FULL or plan_step.name:
                words += [word.capitalize()] if support is Support.WORDS else []
            else:
                plan_step.name = word.capitalize()
        if plan_step.name and self.losses.support(WorkoutPart.NAME) is Support.WORDS:
            if own:
                self.losses.report(WorkoutPart.NAME, where, f'the name "{own}"')
            words.insert(0, f"{plan_step.name}.")
        return words

    def _end(self, plan_step: PlanStep, node: RunStep) -> list[str]:
        """The only end that is written."""
        where, until, losses = f"{plan_step.where}.until", plan_step.step.until, self.losses
        ones = node.until.single_ends() if node.until is not None else ()
        has_hearts = losses.support(WorkoutPart.HEART_END) is Support.FULL
        ends = [end for end in until.ends if isinstance(end, TimeEnd | DistanceEnd)]
        hearts = [end for end in until.ends if isinstance(end, HeartRateEnd) and has_hearts]
        end = [*ends, *hearts, LAP_KEY][0]
        plan_step.end = end
        share = _heart_share(node) if len(ones) == 1 and has_hearts else None
        if share is not None and "max" in self.row.shares:
            plan_step.end = share
        if len(ones) > 1:
            label = " or ".join(_one_words(one) for one in ones)
            near = f" is written as one of them, {until_text(EndConditions((end,)))}"
            losses.report(WorkoutPart.FIRST_OF, where, f'"{label}"', near=near)
        elif ones and plan_step.end is LAP_KEY and (ones[0].heart_rate_below or ones[0].heart_rate_above):
            text = f'"{_one_words(ones[0])}" is written as an end by the lap key'
            losses.report_as(
                Support.NEAR, WorkoutPart.HEART_END, where, f"{text}: {HEART_FIX}" if has_hearts else text
            )
        words: list[str] = []
        if until.not_before_s is not None:
            losses.report(WorkoutPart.FLOOR, where, f"at least {format_clock(until.not_before_s)}")
            words.append(f"At least {format_clock(until.not_before_s)}.")
        if until.cap_s is not None:
            losses.report(WorkoutPart.LATEST, where, f"at most {format_clock(until.cap_s)}")
            words.append(f"At most {format_clock(until.cap_s)}.")
        return words

    def _target(self, plan_step: PlanStep, node: RunStep, changes: Changes) -> list[str]:
        """The target, and words for one that the format lacks."""
        target, where, losses = plan_step.step.target, f"{plan_step.where}.target", self.losses
        if target is None or node.target is None:
            return []
        label = _sentence(target.label)
        if target.quantity in {Quantity.EFFORT, Quantity.METRIC}:
            part = WorkoutPart.EFFORT if target.quantity is Quantity.EFFORT else WorkoutPart.METRIC
            losses.report(part, where, f'the target "{target.label}"')
            return [label]
        planned_target = self._planned_target(target, node, changes)
        if planned_target is None:
            is_heart = target.quantity is Quantity.HEART_RATE
            part, fix = (
                (WorkoutPart.UNKNOWN_HEART, HEART_FIX) if is_heart else (WorkoutPart.UNKNOWN_PACE, FIX)
            )
            losses.report(part, where, f'the target "{target.label}", which needs an athlete ({fix}),')
            return [label]
        part = _part_of(planned_target, target, node)
        if losses.report(part, where, f"the target {target.label}") is not Support.FULL:
            return [label]
        if planned_target.ramp is not None:
            near = " is written as one range over all of it"
            if (
                losses.report(WorkoutPart.RAMP, where, f"the ramp {target.label}", near=near)
                is not Support.FULL
            ):
                low, high = planned_target.whole
                plan_step.target = PlanTarget(
                    planned_target.quantity, low, high, share_of=planned_target.share_of
                )
                return [f"From {label[0].lower()}{label[1:]}"]
        plan_step.target = self._one_speed(planned_target, plan_step)
        return []

    def _one_speed(self, planned_target: PlanTarget, plan_step: PlanStep) -> PlanTarget:
        """A pace as one speed, if the format has no room for its range or open side."""
        target = plan_step.step.target
        if (
            target is None
            or planned_target.quantity is not Quantity.SPEED
            or planned_target.aim is not None
            or planned_target.ramp is not None
        ):
            return planned_target
        is_open = planned_target.low is None or planned_target.high is None
        middle = target.band.aim if not planned_target.share_of else _middle(planned_target)
        middle = (
            middle
            if middle is not None
            else planned_target.low
            if planned_target.low is not None
            else planned_target.high
        )
        assert middle is not None
        label = f"{middle:g} %" if planned_target.share_of else format_pace(middle)
        part = WorkoutPart.ONE_SIDED if is_open else WorkoutPart.PACE_RANGE
        if (
            is_open
            and self.losses.support(WorkoutPart.PACE_RANGE) is Support.FULL
            and target.band.aim
            and planned_target.high
        ):
            low = 2 * target.band.aim - planned_target.high
            self.losses.report(
                part, f"{plan_step.where}.target", target.label, near=" is written with its slow side"
            )
            return (
                replace(planned_target, low=low)
                if self.losses.support(part) is Support.NEAR
                else planned_target
            )
        support = self.losses.report(
            part, f"{plan_step.where}.target", target.label, near=f" is written as {label}"
        )
        return (
            planned_target
            if support is Support.FULL
            else replace(planned_target, low=middle, high=middle, aim=middle)
        )

    def _limits(self, plan_step: PlanStep, node: RunStep) -> list[str]:
        """The limits beside the target."""
        words: list[str] = []
        losses, is_first = self.losses, True
        for place, cap in enumerate(node.caps):
            where = f"{plan_step.where}.caps[{place}]"
            limit = self._limit(cap)
            label = limit_words(cap)
            what = f"the limit {label}"
            if is_first and limit is not None and limit.quantity in _LIMITED:
                is_first = False
                part = WorkoutPart.LIMIT if plan_step.target is not None else WorkoutPart.LONE_LIMIT
                support = losses.report(part, where, what, near=" is written as the target")
                if support is not Support.WORDS:
                    if part is WorkoutPart.LIMIT:
                        plan_step.limit = limit
                    else:
                        plan_step.target = limit
                    continue
            else:
                losses.report(WorkoutPart.MORE_LIMITS, where, what)
            words.append(f"Limit: {label}.")
        return words

    def _limit(self, cap: targets.Target) -> PlanTarget | None:
        """A limit in numbers; None if the athlete has no number for it."""
        limit = resolve_cap(cap, self.numbers, lenient=True)
        is_known = limit.band != Band()
        return PlanTarget(limit.quantity, limit.band.low, limit.band.high) if is_known else None

    def _starts(self, start: Start | None, where: str) -> list[str]:
        match start:
            case None:
                return []
            case AutoStart():
                text = "Starts by itself."
            case PressStart():
                text = "Starts when you press."
            case MovementStart():
                text = "Starts when you run."
            case DelayStart(seconds):
                text = f"Starts after {format_clock(seconds)}."
            case _ as never:
                assert_never(never)
        self.losses.report(WorkoutPart.START, f"{where}.start", "how it starts")
        return [text]

    def _texts(self, plan_step: PlanStep, node: RunStep) -> list[str]:
        """Purpose, notes, and the texts on the way."""
        where, losses, words = plan_step.where, self.losses, list[str]()
        own = [text for text in (node.purpose, node.notes) if text]
        if own:
            losses.report(WorkoutPart.NOTES, where, "its purpose or notes")
            words += own
        for place, says in enumerate(node.says):
            reminder = plan_step.step.reminders[place]
            reminder_text = SpokenText(says.text, reminder.at_s, reminder.at_m)
            if losses.support(WorkoutPart.SAYS) is Support.FULL:
                plan_step.says.append(reminder_text)
            else:
                losses.report(WorkoutPart.SAYS, f"{where}.says[{place}]", f'the text "{says.text}"')
                words.append(f"{says.at}: {says.text}")
        for place, each in enumerate(node.reminders):
            losses.report(WorkoutPart.REMINDER, f"{where}.reminders[{place}]", f'the reminder "{each.text}"')
            words.append(_reminder_words(each))
        return words

    def _gates(self, gates: Sequence[written.Gate], where: str) -> list[str]:
        for place, gate in enumerate(gates):
            self.losses.report(WorkoutPart.GATE, f"{where}.gates[{place}]", f'the rule "{gate.rule}"')
        return [_gate_words(gate) for gate in gates]


def _one_words(one: SingleEnd) -> str:
    if one.heart_rate_below or one.heart_rate_above:
        return f"until {'under' if one.heart_rate_below else 'over'} {one.heart_rate_below or one.heart_rate_above}"
    return one.time or one.distance or ("until the mark" if one.mark else "until you say so")


def _heart_share(node: RunStep) -> HeartShareEnd | None:
    """An end at a share of the maximum heart rate, as written."""
    until = node.until
    text = (until.heart_rate_below or until.heart_rate_above) if until is not None else None
    if until is None or text is None:
        return None
    measure = read_heart_rate(text)
    if measure.unit != "%max":
        return None
    return HeartShareEnd(measure.high, below=until.heart_rate_below is not None)


def _of_band(target: StepTarget, band: Band, ramp: PlanTarget | None) -> PlanTarget:
    is_single = target.quantity is Quantity.SPEED and not target.is_range
    return PlanTarget(target.quantity, band.low, band.high, band.aim if is_single else None, ramp)


def _middle(target: PlanTarget) -> float | None:
    """The middle of a range; None for one with an open side."""
    return None if target.low is None or target.high is None else (target.low + target.high) / 2


def _share(target: targets.Target) -> PlanTarget | None:
    """A target written as a share of a number of the athlete; None for other targets."""
    if target.heart_rate is not None:
        rate = target.heart_rate
        texts = (rate, rate) if isinstance(rate, str) else (rate.min, rate.max)
        sides = [read_heart_rate(text) if text else None for text in texts]
        units = {side.unit for side in sides if side is not None}
        if len(units) != 1 or not units <= {"%max", "%lthr"}:
            return None
        low, high = sides[0].low if sides[0] else None, sides[1].high if sides[1] else None
        aim = low if low is not None and low == high else None
        if aim is not None:
            low, high = aim - HALF_SHARE, aim + HALF_SHARE
        return PlanTarget(Quantity.HEART_RATE, low, high, aim, share_of=units.pop()[1:])
    if isinstance(target.pace, targets.PaceRef):
        offset, unit = read_offset(target.pace.offset) if target.pace.offset else (0.0, "%")
        percent = 100 / (1 + offset / 100) if unit == "%" and offset > -100 else 0.0
        is_usual = _SHARES[0] <= percent <= _SHARES[1]
        return PlanTarget(Quantity.SPEED, None, None, percent, share_of=target.pace.ref) if is_usual else None
    if isinstance(target.speed, str):
        measure = read_speed(target.speed)
        if measure.unit == "%threshold":
            aim = measure.low if measure.is_single else None
            return PlanTarget(Quantity.SPEED, measure.low, measure.high, aim, share_of="threshold")
    return None


def _part_of(planned_target: PlanTarget, target: StepTarget, node: RunStep) -> WorkoutPart:
    assert node.target is not None
    match planned_target.quantity:
        case Quantity.HEART_RATE:
            return WorkoutPart.HEART_RATE if _share(node.target) is None else WorkoutPart.HEART_SHARE
        case Quantity.CADENCE:
            return WorkoutPart.CADENCE
        case Quantity.POWER:
            return WorkoutPart.POWER
    return WorkoutPart.NAMED_PACE if target.ref else WorkoutPart.PACE


# --- words


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _reminder_words(reminder: written.Reminder) -> str:
    amount = f" ({reminder.amount:g} {reminder.unit}".rstrip() + ")" if reminder.amount else ""
    if reminder.at:
        when = f"at {reminder.at}"
    else:
        when = f"every {reminder.every}" + (f" after {reminder.after}" if reminder.after else "")
    run = " of the run" if reminder.of == "run" else ""
    return f"{reminder.text}{amount}, {when}{run}."


def _gate_words(gate: written.Gate) -> str:
    """A rule in words: the watched quantity, and its text."""
    watched: Mapping[str, object] = {
        name: value for name in written.GATED if (value := getattr(gate, name)) is not None
    }
    phrases = [gate.rule]
    for name, value in watched.items():
        sides = [f"{key} {side}" for key, side in value if side is not None]  # type: ignore[attr-defined]
        phrases.append(f"{name.replace('_', ' ')} {' '.join(sides)}")
    if gate.for_time:
        phrases.append(f"for {gate.for_time}" + (f" per {gate.per}" if gate.per else ""))
    return f"Rule {', '.join(phrases)}: {gate.text}"
