"""Where does the world touch us?

asyncio, clocks, files and radios live here and nowhere below.
"""

import logging

logging.getLogger("coach").addHandler(
    logging.NullHandler()
)  # without a log, log lines are dropped, not printed over the screen
