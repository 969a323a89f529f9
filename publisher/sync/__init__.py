"""read → identify → render → schedule → plan (→ book): the one way that desk, preview and daemon take.

With `write=False` nothing is written: a new post has a provisional id, the log may not exist yet.

`syncer.py` goes the whole way; `one_pass.py` holds what a pass knows and finds; `asking.py` says which
channels of a post still have something to come, `doubles.py` which post says what another said already,
`noting.py` what the log should note about a post, `stopping.py` what will not go out any more.
"""

from publisher.sync.syncer import Synced, Syncer

__all__ = ["Synced", "Syncer"]
