"""X's own counting and link finding for the pretended X: twitter-text, imported on first need."""

from __future__ import annotations

import sys
from functools import cache
from importlib.resources import files
from types import ModuleType, SimpleNamespace
from typing import Any


@cache
def twitter_text() -> ModuleType:
    """The library; it brings its own emoji list, which it reads in a way that setuptools 82 ended.

    Version 3.0.0 asks `pkg_resources` for it (checked 2026-11-23); while it is imported, something
    that answers stands in that module's place. The sandbox is a process of its own, so it cannot
    count on anybody having done this before.
    """
    stand_in: Any = SimpleNamespace(
        resource_string=lambda module, name: files(module.rpartition(".")[0]).joinpath(name).read_bytes()
    )
    ours = sys.modules.setdefault("pkg_resources", stand_in) is stand_in
    try:
        import twitter_text as library
    finally:
        if ours:
            sys.modules.pop("pkg_resources", None)
    module: ModuleType = library
    return module
