"""Reads schedule.yaml into a Workspace, before anything else is done; every mistake with its line."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.contract import Problem, Severity
from publisher.config import values as kinds
from publisher.config.blocks import (
    Defaults,
    Fitting,
    brand,
    complaints,
    default_keys,
    fitting_of,
    mentions,
    network,
    quiet,
)
from publisher.config.channels import channels
from publisher.config.hosts import media_host
from publisher.config.kept import document_of
from publisher.config.keys import APPROVALS, FILE, KEYS, LANGUAGES
from publisher.config.reader import Reader
from publisher.config.workspace import GRACE, KEPT, Workspace
from publisher.errors import ConfigError, WorkspaceError
from publisher.texts import system_words
from publisher.yaml_lines import YamlError

MAX_BYTES = 1_000_000
_COLOUR = re.compile(r"^([ \t]*[a-z]+:[ \t]+)(#[0-9A-Fa-f]{6})(?=[ \t]*(?:#.*)?$)", re.MULTILINE)


def load(root: Path, *, sandbox: bool | None = None) -> Workspace:
    """Read and check schedule.yaml.

    Args:
        root: the folder that holds it.
        sandbox: what the command line says; None: as the file says.

    Raises:
        ConfigError: the first problem's code, file and line; all problems in `.problems`.
    """
    root = root.absolute()
    try:
        # A colour without quotation marks is a comment to YAML: nothing would be set, and nothing said.
        document = document_of(_COLOUR.sub(r"\1'\2'", _text_of(root / FILE)), root)
    except YamlError as error:
        place = Problem(error.message, Severity.ERROR, error.values, file=FILE, line=error.line)
        raise _config_error([place]) from None
    reader = Reader(document)
    workspace = _workspace(reader, root, sandbox)
    if reader.problems:
        raise _config_error(reader.problems)
    return workspace


def _config_error(problems: list[Problem]) -> ConfigError:
    problems.sort(key=lambda problem: problem.line or 0)
    first = problems[0]
    values = {**first.values, "file": first.file, "line": first.line}
    return ConfigError(first.code, problems=tuple(problems), **values)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _config_error([Problem("config.too_big", Severity.ERROR, {"bytes": MAX_BYTES}, file=FILE)])
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _config_error([Problem("config.encoding", Severity.ERROR, file=FILE, line=1)]) from None
    except FileNotFoundError:
        raise WorkspaceError("config.no_workspace", folder=str(path.parent), file=FILE) from None
    except OSError as error:
        words = {"words": system_words(error)}
        raise _config_error([Problem("config.unreadable", Severity.ERROR, words, file=FILE)]) from error


def _workspace(reader: Reader, root: Path, sandbox: bool | None) -> Workspace:
    data = reader.document.data
    if data is not None and not isinstance(data, dict):
        place = reader.document.line("")
        raise _config_error([Problem("config.no_keys", Severity.ERROR, file=FILE, line=place)])
    top = reader.block(data, "", KEYS)
    for key in ("timezone", "channels"):
        if top.get(key) is None:
            reader.problem("", "config.missing", name=key)
    grace = reader.take(top, "grace", kinds.duration, GRACE)
    approval = reader.take(top, "approval", kinds.one_of(APPROVALS), "none")
    block = reader.block(top.get("defaults"), "defaults", default_keys(top))
    looks = brand(reader, top.get("brand"), root)
    fitting = fitting_of(reader, block, "defaults", Fitting(), looks.colour)
    defaults = Defaults(grace, approval, fitting, looks.colour, block)
    given = {
        "hashtags": reader.items(block, "defaults.hashtags", kinds.words),
        "complaints": complaints(reader, block.get("complaints")),
        "mentions": mentions(reader, block.get("mentions")),
    }
    written = reader.take(top, "sandbox", kinds.sandbox, True)
    if top.get("log") is not None and top.get("workspace") is None:
        reader.problem("log", "config.log_needs_workspace")
    used = written if sandbox is None else (sandbox and (written or True))
    return Workspace(
        root=root,
        id=reader.take(top, "workspace", kinds.label, "default"),
        timezone=reader.take(top, "timezone", kinds.timezone, "UTC"),
        language=reader.take(top, "language", kinds.one_of(LANGUAGES), "id"),
        grace=grace,
        approval=approval,
        approvers=reader.items(top, "approvers", kinds.words),
        defaults=given,
        channels=channels(reader, top.get("channels"), defaults),
        quiet=quiet(reader, top.get("quiet"), root),
        network=network(reader, top.get("network"), root),
        sandbox=used,
        log=reader.take(top, "log", kinds.log_url, None),
        media_host=media_host(reader, top.get("media_host"), root, live=not used),
        notify=reader.items(top, "notify", kinds.token),
        encoding_limit=reader.take(top, "encoding_limit", kinds.encoding_limit, None),
        brand=looks,
        keep_media=reader.take(top, "keep_media", kinds.keep_media, KEPT),
    )
