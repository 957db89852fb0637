"""The command line: one file a command group, which parses, calls `coach.app` and prints.

Heavy imports happen inside the command that needs them, so that help is quick.
"""

__all__ = ["main"]


def main() -> None:
    """Run `coach` with the arguments of this process, and exit with its exit code."""
    from coach.cli.root import root

    root(prog_name="coach")
