"""Why was nothing said? What a word about pace would have had to wait for at a moment.

Nothing here decides anything: the rules and the manners do. This only asks them, for who wants to know.
"""

from collections.abc import Iterator

from coach.cues.cue import Reason, Silence
from coach.cues.manners import Manners
from coach.cues.scene import Scene
from coach.quantities import Seconds
from coach.workout.kinds import JUDGED


def silences(scene: Scene, manners: Manners, now: Seconds) -> Iterator[Silence]:
    """Everything that keeps a word about pace unsaid now; none of it while the coach listens."""
    step = scene.step
    if step is None or not scene.running():
        yield Silence(Reason.NOT_RUNNING)
        return
    if step.kind not in JUDGED:
        yield Silence(Reason.UNJUDGED)
        return
    if not scene.paced() or (step.target is not None and step.target.estimated):
        yield Silence(Reason.NO_TARGET)
        return
    speed = scene.signals.speed()
    if speed is None or not scene.live(speed, now):
        yield Silence(Reason.NOT_FRESH)
    if scene.walking(now):
        yield Silence(Reason.WALKING)
    if not scene.settled(now):
        yield Silence(Reason.SETTLING)
    if not scene.pushes():
        yield Silence(Reason.UNHURRIED)
    yield from manners.silences(now)
