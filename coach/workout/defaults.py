"""What a workout means where its author did not say: bands, typical speeds, sizes, each with its reason."""

from typing import Final

MAX_STEPS: Final = 10_000
"""A day of 10-second reps is 8,640 steps; more is a mistake in a count."""
MAX_NESTING: Final = 8
"""Repeats within repeats and blocks; coaches write at most three."""

THRESHOLD_BAND: Final = (2.0, 3.0)
"""Per cent of pace (faster, slower): running over threshold costs more than running under it."""
RACE_BAND: Final = (2.0, 2.0)
"""5k pace and faster, where both sides matter alike."""
FLOAT_BAND: Final = (8.0, 8.0)
"""A float is a recovery on the move: only gross errors matter."""
OTHER_BAND: Final = (2.5, 2.5)
"""Any other single value; below 1.5 to 2 % a footpod's noise would be judged."""
OLD_RACE_DAYS: Final = 122
"""A race of over four months ago speaks less surely for today's fitness. Judged."""
OLD_RACE_WIDER: Final = 0.02
"""By what share of the speed bands are wider then, each side: a point and a half of VDOT, half a year's rise or loss.
Judged; as much as for a pod that is not calibrated."""
RACE_REFS: Final = frozenset({"5k", "3k", "mile"})
"""Paces coached as race pace: in seconds against the light."""
TIME_STEER_M: Final = 1600.0
"""Without a reference, work steps up to this length are coached in time, longer ones in rate."""

HEART_RATE_HALF_BAND: Final = 5.0
"""Beats either side of a single heart rate: its own beat-to-beat wander over a minute."""
CADENCE_HALF_BAND: Final = 4.0
"""Steps per minute either side of a single cadence, about 2 %."""
POWER_HALF_BAND: Final = 0.04
"""Share either side of a single power, above a pod's noise."""

TYPICAL_EASY_MPS: Final = 2.8
"""About 6:00/km; only for estimating how long an unpaced stretch may take, never for coaching."""
TYPICAL_HARD_MPS: Final = 3.8
"""About 4:23/km, as above for work without a pace."""
TYPICAL_JOG_MPS: Final = 200 / 90
"""A jogged recovery: 90 s per 200 m."""
TYPICAL_WALK_MPS: Final = 1.5
TYPICAL_HEART_RATE_REST_S: Final = 90.0
"""A recovery until the heart rate has come down takes about this long."""

SHORTEST_SEND_OFF_REST_S: Final = 20.0
SHORTEST_SEND_OFF_SHARE: Final = 0.25
"""A send-off leaves at least 20 s, or a quarter of its slot, of rest; `check` says when it does not."""
