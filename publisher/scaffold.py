"""Makes what people then fill in: a workspace in sandbox mode, and a new post; never overwrites anything."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path

from publisher import config
from publisher.content.walk import SAMPLE_MARK
from publisher.errors import PublisherError, UsageError, WorkspaceError
from publisher.texts import t

_PACKAGE = Path(__file__).parent
_ID_LINE = re.compile(r"^workspace:[ ]*\S+", re.MULTILINE)
LONGEST_NAME = 60
KEEP_OUT = "# Log, media and locks of the program: no content.\n.publisher/\n"


def shipped(name: str) -> Path:
    """What comes with the program: in the wheel, or at the top of the repository."""
    packed = _PACKAGE / "_shipped" / name
    return packed if packed.exists() else _PACKAGE.parent / name


# ── A workspace ──────────────────────────────────────────────────────────────


def init(folder: Path, *, samples: bool = True) -> list[Path]:
    """Make a workspace in a folder that may exist; what lies in it stays.

    Returns:
        What was made, relative to the folder.

    Raises:
        WorkspaceError: `scaffold.workspace_exists`.
    """
    if (folder / config.FILE).exists():
        raise WorkspaceError("scaffold.workspace_exists", folder=str(folder))
    (folder / "content").mkdir(parents=True, exist_ok=True)
    made = [Path(config.FILE), Path("content")]
    if samples:
        made += _copy_samples(folder / "content")
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(KEEP_OUT, encoding="utf-8")
        made.append(Path(".gitignore"))
    # Last, as it is what makes the folder a workspace: an init that was cut short can be run again.
    (folder / config.FILE).write_text(_schedule(folder.absolute().name), encoding="utf-8")
    return made


def _schedule(name: str) -> str:
    """The shipped schedule.yaml, named after the folder."""
    text = shipped(config.FILE).read_text(encoding="utf-8")
    return _ID_LINE.sub(f"workspace: {slug(name)[:40] or 'default'}", text, count=1)


def _copy_samples(content: Path) -> list[Path]:
    """The shipped sample folders that are not there yet."""
    made = []
    for mark in sorted(shipped("content").glob(f"*/{SAMPLE_MARK}")):
        target = content / mark.parent.name
        if not target.exists():
            _copy(mark.parent, target)
            made.append(Path("content") / target.name)
    return made


def _copy(folder: Path, target: Path) -> None:
    """A folder without its rights and times; half a copy, cut off by a full disk, does not stay."""
    try:
        for source in sorted((folder, *folder.rglob("*"))):
            copy = target / source.relative_to(folder)
            if source.is_dir():
                copy.mkdir()
            else:
                shutil.copyfile(source, copy)
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise OSError(error.errno, error.strerror, str(target)) from error


# ── A post ───────────────────────────────────────────────────────────────────


def new(
    root: Path, title: str, *, at: str | None = None, channels: tuple[str, ...] = (), folder: bool = False
) -> Path:
    """Write a draft with front matter into content/.

    Args:
        root: the workspace.
        title: also names the file.
        at: a time as front matter takes it; checked.
        channels: labels of schedule.yaml; checked.
        folder: a folder of its own, so that pictures can lie beside the text.

    Returns:
        The text's path.

    Raises:
        UsageError: `scaffold.no_title`, `scaffold.bad_time`.
        NotFoundError: `config.no_channel`.
        PublisherError: `scaffold.exists`.
    """
    workspace = config.load(root)
    name = slug(title)
    if not name:
        raise UsageError("scaffold.no_title")
    labels = [workspace.channel(label).label for label in channels]
    if at is not None:
        _checked_time(at, workspace.timezone)
    content = workspace.content_dir
    target = content / name if folder else content / f"{name}.md"
    if target.exists():
        raise PublisherError("scaffold.exists", file=str(target.relative_to(root)))
    file = target / "post.md" if folder else target
    file.parent.mkdir(parents=True, exist_ok=True)
    _write_new(file, _draft(title, at, labels, [channel.label for channel in workspace.channels]))
    return file


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet; half a post, cut off by a full disk, does not stay."""
    with file.open("x", encoding="utf-8") as out:
        try:
            out.write(text)
            out.flush()
        except OSError as error:
            file.unlink()
            raise OSError(error.errno, error.strerror, str(file)) from error


def _draft(title: str, at: str | None, labels: list[str], known: list[str]) -> str:
    """Front matter with what was given, and the commonest other keys as remarks."""
    called = {key: t(f"content.called_{key}") for key in ("title", "publish_at", "channels", "draft")}
    lines = [
        "---",
        f"# {t('scaffold.remark')}",
        f"{called['title']}: {json.dumps(' '.join(title.split()), ensure_ascii=False)}",
        f"{called['publish_at']}: {at}" if at else f"# {called['publish_at']}: 2026-11-24 08:00",
        f"{'' if labels else '# '}{called['channels']}: [{', '.join(labels or known)}]",
        f"{called['draft']}: {t('scaffold.yes')}",
        "---",
        t("scaffold.body"),
        "",
    ]
    return "\n".join(lines)


def _checked_time(at: str, zone: str) -> None:
    from publisher.content.facts import KEYS
    from publisher.content.values import BadValue

    try:
        KEYS["publish_at"](at, zone)
    except BadValue:
        raise UsageError("scaffold.bad_time", value=at) from None


def slug(title: str) -> str:
    """A title as a name that every file system takes: `gotong-royong-di-ranai`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME + 1].rpartition("-")[0] or name[:LONGEST_NAME]
    return name.strip("-")
