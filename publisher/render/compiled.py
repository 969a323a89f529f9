"""Keeps templates as Jinja2 has compiled them: that takes longer than to run them.

What is kept is code, as Python keeps its own beside its modules. It lies where only the program may write,
never in the workspace, whose templates run within bounds and must not find a way around them.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from connectors.contract import Json
from publisher import remembered

# A template becomes what it does by these too: what is counted, and what is worked out while compiling.
_OURS = ("bounds.py", "filters.py")


class Compiled(BytecodeCache):
    """A folder with a file per template."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = remembered.recall(self._folder / bucket.key, self._about(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        remembered.keep(self._folder / bucket.key, self._about(bucket), lambda now: bucket.code)

    def _about(self, bucket: Bucket) -> dict[str, Json]:
        return {"source": bucket.checksum, "jinja2": jinja2.__version__, "ours": self._ours}

    @cached_property
    def _ours(self) -> str:
        here = Path(__file__).parent
        return sha256(b"\0".join((here / name).read_bytes() for name in _OURS)).hexdigest()
