"""Everything with a clock, a radio, a file or a socket.

asyncio lives here and in the rooms above, and nowhere below.
"""

import logging

# Without a log, log lines are dropped and not printed over the screen.
logging.getLogger("coach").addHandler(logging.NullHandler())
