"""Questions of prompt steps, items of checklists, and a pause that was forgotten."""

from coach.cues import phrases, steps_said
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Heard, Rule, because
from coach.cues.scene import Scene
from coach.cues.watch import Side, Watch
from coach.quantities import Seconds
from coach.session.facts import PhaseChanged, StepStarted
from coach.session.phases import Phase
from coach.signals.readings import Reading
from coach.workout.timeline import ChecklistItem, Step


class Prompts(Rule):
    """Asks, and names what is on a checklist."""

    __slots__ = ("_item",)

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin before the first item."""
        super().__init__(scene, manners)
        self._item = 0

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Take the item under way as said: nothing said before an undo is said again."""
        self._item = self.scene.session.item

    def hear(self, event: Heard, now: Seconds) -> None:
        """Ask, or name the first item, when the step begins."""
        if not isinstance(event, StepStarted):
            return
        step = event.step
        if step.question:
            self._say(steps_said.question(step.question, step.answers), "question", now)
        elif step.items:
            words = " ".join((steps_said.name(step.name), steps_said.item(step.items[0])))
            self._say(words, "checklist", now)

    def listens(self) -> tuple[Channel, ...]:
        """Look at the items of a checklist."""
        return (Channel.STATE,) if self.scene.session.phase is Phase.CHECKLIST else ()

    def look(self, now: Seconds) -> None:
        """Name the item that was turned to, if it is another exercise."""
        step, place = self.scene.step, self.scene.session.item
        if step is None or place == self._item:
            return
        before, self._item = _item_at(step, self._item), place
        turned_to = _item_at(step, place)
        if turned_to is not None and turned_to is not before:
            self._say(steps_said.item(turned_to), "checklist", now)

    def _say(self, words: str, rule: str, now: Seconds) -> None:
        self.manners.say(now, CueKind.PROMPT, CueClass.STEP, words, because(rule))


class Pauses(Rule):
    """Says that it is paused, that it goes on, and once when somebody runs on while it is paused."""

    __slots__ = ("_paused", "_told", "_watch")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin running."""
        super().__init__(scene, manners)
        self._watch = Watch()
        self._paused = False
        self._told = False

    def hear(self, event: Heard, now: Seconds) -> None:
        """Follow the phase."""
        if not isinstance(event, PhaseChanged):
            return
        paused = event.phase is Phase.PAUSED
        if paused and not self._paused:
            self._watch.forget()
            self._told = False
            self._say(phrases.PAUSED, because("paused"), now)
        elif self._paused and not paused and self.scene.running():
            self._say(phrases.RESUMED, because("resumed"), now)
            self.scene.unsettle(now, self.scene.settings.settle_standing_s)
        self._paused = paused

    def listens(self) -> tuple[Channel, ...]:
        """Listen to the feet while it is paused."""
        return (Channel.CADENCE,) if self._paused and not self._told else ()

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Remind once, when somebody runs on."""
        settings = self.scene.settings
        side = self._watch.take(now, reading.value, None, settings.paused_still_spm, 0.0)
        held = self._watch.held_s(now)
        if self._told or side is not Side.HIGH or held < settings.paused_still_s:
            return
        age, high = Seconds(now - reading.at), settings.paused_still_spm
        why = Why("still_paused", reading.value, "cadence_spm", None, high, Seconds(held), age)
        self._told = True
        self._say(phrases.STILL_PAUSED, why, now)

    def _say(self, words: str, why: Why, now: Seconds) -> None:
        self.manners.say(now, CueKind.PAUSED, CueClass.STEP, words, why)


def _item_at(step: Step, place: int) -> ChecklistItem | None:
    for item in step.items:
        place -= item.sets * (2 if item.each_side else 1)
        if place < 0:
            return item
    return None
