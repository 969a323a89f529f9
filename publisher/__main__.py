"""`python -m publisher` and the command `publisher`: where a run of the program begins."""

from __future__ import annotations

import gc
import sys

COLLECT_EVERY = 50_000
"""Objects between two searches for cycles. At Python's own 700 they would take a tenth of a command
whose objects nearly all stay to its end; a server still gives back what it must."""


def main() -> int:
    """Run the command line; gives the exit code."""
    gc.set_threshold(COLLECT_EVERY)
    try:
        from publisher.cli.main import main as run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line was there to take it
        return 130
    finally:
        gc.freeze()  # all of it goes with the process: no need to search it for cycles once more


if __name__ == "__main__":
    sys.exit(main())
