"""Everything with a clock, a radio, a file or a socket.

asyncio lives here and in the rooms above, and nowhere below.
"""

import logging

logging.getLogger("coach").addHandler(
    logging.NullHandler()
)  # without a log, log lines are dropped, not printed over the screen
