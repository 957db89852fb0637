"""What a workout may say, and what becomes of it in each format: the table that the exporters ask.

The reference page shows it, and a test compares it with what is reported of one small workout for each row.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Final

from coach.interchange.exports.formats import ExportFormat


class Fate(Enum):
    """What becomes of a part of a workout in a format."""

    KEPT = "yes"
    """It means the same there; what a repeat changes may be written out."""
    NEAR = "near"
    """Something near it is written, and the report says what."""
    WORDS = "in words"
    """The format does not know it; it is written where the runner reads it, and nothing acts on it."""
    LOST = "no"
    """It is not in the file."""


class Part(StrEnum):
    """What a workout may say, in the words of the reference page."""

    TEXTS = "purpose, description, caution, notes, source"
    TAGS = "tags"
    SURFACE = "surface, length of a lap, lane"
    SECTION_NAME = "names of sections other than warm-up, main and cool-down"
    RUN_REMINDER = "reminders of the whole run"
    FREE_WARM_UP = "a warm-up or cool-down without a pace"
    RECOVERY = "that a step is a recovery"
    FLOAT = "a float"
    STRIDE = "a stride"
    HILL = "a hill"
    OPEN = "an easy run (`open`)"
    FARTLEK = "fartlek"
    WALK = "a walked recovery"
    STAND = "a standing recovery"
    NAME = "the name of a step"
    NOTES = "purpose and notes of a step"
    TIME = "an end by time"
    DISTANCE = "an end by distance"
    OTHER_UNIT = "times and distances in one workout"
    LAP_KEY = "an end by `mark`, or `open`"
    HEART_END = "an end by heart rate"
    FIRST_OF = "the first of several ends (`any`)"
    FLOOR = "`not_before`"
    LATEST = "`cap`, the latest end"
    PACE = "a pace or speed"
    PACE_RANGE = "a range of pace"
    ONE_SIDED = "a pace with one side: easy has no slow one"
    NAMED_PACE = "a pace by name, of an athlete who gives it"
    UNKNOWN_PACE = "a pace by name, of nobody"
    HEART_RATE = "a heart rate in bpm"
    HEART_SHARE = "a share of the maximum or threshold heart rate"
    UNKNOWN_HEART = "a share of a heart rate nobody gives"
    CADENCE = "a cadence"
    POWER = "a power"
    METRIC = "an external metric"
    EFFORT = "an effort in words"
    RAMP = "a ramp"
    LIMIT = "a limit (`caps`) beside a target"
    LONE_LIMIT = "a limit without a target"
    MORE_LIMITS = "further limits, and those of a metric"
    START = "how a step starts"
    STEER = "`steer`"
    ELSE_TIME = "`else_time`"
    CALIBRATE = "`calibrate`"
    SAYS = "a text said at a point (`says`)"
    REMINDER = "reminders of a step"
    GATE = "gates"
    CHECKLIST = "a checklist"
    PROMPT = "a question"
    REPEAT = "repeats, their last recovery left out, `between`"
    NESTED = "repeats within repeats"
    CHANGE = "what changes from repeat to repeat"
    RANGE = "a range of repeats"
    SEND_OFF = "a send-off"
    REPEAT_NAME = "the name of a repeat"
    LENGTH = "texts, steps and numbers beyond what the format takes"


def _row(*fates: Fate) -> Mapping[ExportFormat, Fate]:
    """A row of the table; one fate alone holds for every format."""
    return dict(zip(COLUMNS, fates * len(COLUMNS) if len(fates) == 1 else fates, strict=True))


COLUMNS: Final = (
    ExportFormat.FIT,
    ExportFormat.GARMIN_JSON,
    ExportFormat.ZWO,
    ExportFormat.TCX,
    ExportFormat.INTERVALS,
)
"""The formats in the order of the columns below; the notation reports by itself what it cannot say."""

_YES, _NEAR, _WORDS, _NO = Fate.KEPT, Fate.NEAR, Fate.WORDS, Fate.LOST

FATES: Final[Mapping[Part, Mapping[ExportFormat, Fate]]] = {
    Part.TEXTS: _row(_YES),
    Part.TAGS: _row(_NO),
    Part.SURFACE: _row(_WORDS),
    Part.SECTION_NAME: _row(_NO, _NO, _NO, _NO, _YES),
    Part.RUN_REMINDER: _row(_WORDS),
    Part.FREE_WARM_UP: _row(_YES, _YES, _NEAR, _YES, _YES),
    Part.RECOVERY: _row(_YES, _YES, _NEAR, _YES, _YES),
    Part.FLOAT: _row(_NEAR),
    Part.STRIDE: _row(_NEAR),
    Part.HILL: _row(_NEAR),
    Part.OPEN: _row(_NEAR),
    Part.FARTLEK: _row(_NEAR),
    Part.WALK: _row(_YES, _YES, _WORDS, _WORDS, _YES),
    Part.STAND: _row(_WORDS, _WORDS, _WORDS, _WORDS, _YES),
    Part.NAME: _row(_YES, _WORDS, _WORDS, _YES, _YES),
    Part.NOTES: _row(_YES, _YES, _WORDS, _WORDS, _WORDS),
    Part.TIME: _row(_YES),
    Part.DISTANCE: _row(_YES),
    Part.OTHER_UNIT: _row(_YES, _YES, _NEAR, _YES, _YES),
    Part.LAP_KEY: _row(_YES, _YES, _NEAR, _YES, _YES),
    Part.HEART_END: _row(_YES, _YES, _NEAR, _YES, _NEAR),
    Part.FIRST_OF: _row(_NEAR),
    Part.FLOOR: _row(_WORDS),
    Part.LATEST: _row(_WORDS),
    Part.PACE: _row(_YES),
    Part.PACE_RANGE: _row(_YES, _YES, _NEAR, _YES, _YES),
    Part.ONE_SIDED: _row(_YES, _YES, _NEAR, _YES, _NEAR),
    Part.NAMED_PACE: _row(_YES),
    Part.UNKNOWN_PACE: _row(_WORDS),
    Part.HEART_RATE: _row(_YES, _YES, _WORDS, _YES, _WORDS),
    Part.HEART_SHARE: _row(_YES, _YES, _WORDS, _YES, _YES),
    Part.UNKNOWN_HEART: _row(_WORDS),
    Part.CADENCE: _row(_YES, _YES, _YES, _YES, _WORDS),
    Part.POWER: _row(_YES, _YES, _WORDS, _WORDS, _YES),
    Part.METRIC: _row(_WORDS),
    Part.EFFORT: _row(_WORDS),
    Part.RAMP: _row(_NEAR, _NEAR, _YES, _NEAR, _YES),
    Part.LIMIT: _row(_YES, _YES, _WORDS, _WORDS, _WORDS),
    Part.LONE_LIMIT: _row(_NEAR, _NEAR, _WORDS, _WORDS, _WORDS),
    Part.MORE_LIMITS: _row(_WORDS),
    Part.START: _row(_WORDS),
    Part.STEER: _row(_NO),
    Part.ELSE_TIME: _row(_NO),
    Part.CALIBRATE: _row(_NO),
    Part.SAYS: _row(_WORDS, _WORDS, _YES, _WORDS, _YES),
    Part.REMINDER: _row(_WORDS),
    Part.GATE: _row(_WORDS),
    Part.CHECKLIST: _row(_NEAR, _NEAR, _WORDS, _NEAR, _NEAR),
    Part.PROMPT: _row(_WORDS),
    Part.REPEAT: _row(_YES),
    Part.NESTED: _row(_YES),
    Part.CHANGE: _row(_YES),
    Part.RANGE: _row(_NEAR),
    Part.SEND_OFF: _row(_NEAR),
    Part.REPEAT_NAME: _row(_NO),
    Part.LENGTH: _row(_NEAR),
}
"""Of every part, what becomes of it in each format."""
