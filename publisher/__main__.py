"""`python -m publisher` and the command `publisher`: where a run of the program begins."""

from __future__ import annotations

import gc
import sys

COLLECT_EVERY = 1_000_000
"""Objects between two searches for cycles: more than a command makes that looks at ten thousand posts, and
nearly all of them stay to its end. At Python's own 700 they would take a tenth of it."""


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
