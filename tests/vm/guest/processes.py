"""Parts of what runs inside the machine, each in a process of its own, forked so that nothing is imported twice."""

import os
import signal
import sys
import time
from collections.abc import Callable

TOO_LATE = 124
"""The exit code of a part that had to be killed, as `timeout` has it."""


def forked(part: Callable[[], None]) -> int:
    """Run a part in a process of its own; its process id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        part()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # noqa: BLE001 - whatever it is, the host is to see it
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def waited(pid: int, within_s: float) -> int:
    """Wait for a process; its exit code."""
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return TOO_LATE
