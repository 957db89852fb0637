"""Where a run happens: with somebody at the keys, or not."""

from enum import Enum, auto
from typing import Final

from coach.quantities import Seconds

LINGER_S: Final = Seconds(60.0)
"""How long a finished run stays open on a terminal, for an undo."""


class Stage(Enum):
    """Where a run happens."""

    SCREEN = auto()
    """Live, on a terminal with somebody at the keys."""
    UNATTENDED = auto()
    """Live, where nobody may be at the keys, or nobody really runs."""
