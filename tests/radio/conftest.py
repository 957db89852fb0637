"""The fake BlueZ is for Linux alone: elsewhere bleak asks another system, and D-Bus is not installed."""

import sys

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]
