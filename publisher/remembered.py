"""Files that only save work: one that is damaged or out of date is as if not there.

Such a file holds a line of JSON about itself, then data in Python's marshal format, four times as fast here
as JSON. It is opened only if its checksum and the Python that wrote it are right. In the workspace
(`.publisher/cache/`) it is plain data only; code lies outside of it (`render/compiled.py`).
"""

from __future__ import annotations

import json
import marshal
import os
import sys
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from connectors.contract import Json


def recall(file: Path, about: Mapping[str, Json]) -> Any:
    """What was kept in a file; None: nothing, or not about this.

    Args:
        about: what it hangs on.
    """
    try:
        kept = file.read_bytes()
        end = kept.index(b"\n")
        payload = memoryview(kept)[end + 1 :]  # not copied: there are megabytes of it
        if json.loads(kept[:end]) != _head(about, payload):
            return None
        return marshal.loads(payload)  # noqa: S302 - plain data, and whole, as its checksum says
    except (OSError, ValueError, TypeError, EOFError):
        return None


def keep(file: Path, about: Mapping[str, Json], data: Callable[[int], Any]) -> bool:
    """Write a file anew, whole or not at all; where it cannot be written that costs only time: False.

    Args:
        data: gives what it shall hold, and is told what time it is for the file system (ns since 1970).
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
        payload = marshal.dumps(data(draft.stat().st_mtime_ns))
        draft.write_bytes(json.dumps(_head(about, payload)).encode() + b"\n" + payload)
        draft.replace(file)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        return False
    return True


def _head(about: Mapping[str, Json], payload: bytes | memoryview) -> dict[str, Json]:
    return {**about, "python": sys.version, "crc": zlib.crc32(payload)}
