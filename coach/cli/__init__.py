"""What can be asked from a shell?

One command a file; heavy imports happen inside the command that needs them.
"""

__all__ = ["main"]


def main() -> None:
    """Run `coach` with the arguments of this process, and leave with its exit code."""
    from coach.cli.root import root

    root(prog_name="coach")
