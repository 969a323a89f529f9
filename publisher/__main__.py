"""`python -m publisher` and the command `publisher`: where a run of the program begins."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; gives the exit code."""
    from publisher.cli.main import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
