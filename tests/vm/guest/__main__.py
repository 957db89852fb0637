"""Everything that runs inside the machine, each part in a process of its own: the air, then the scenarios.

Importing costs an emulated processor more than all that follows, so it is done once, before the others are forked.
"""

import os
import signal
import sys
from collections.abc import Callable

from tests.vm.guest import air, plain, product, trace
from tests.vm.guest.processes import forked, waited
from tests.vm.guest.world import SCENARIO

PARTS: dict[str, Callable[[], None]] = {
    "trace": trace.main,
    "plain": plain.main,
    "product": product.main,
}
_PATIENCE_S = 300.0


def main(scenarios: list[str]) -> int:
    """Start the air, run scenarios in front of it, and say how each ended."""
    around = forked(air.main)
    for name in scenarios:
        os.environ[SCENARIO] = name
        code = waited(forked(PARTS[name]), _PATIENCE_S)
        print(f"VM scenario {name} {code}", flush=True)
    os.kill(around, signal.SIGKILL)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
