"""Tells people outside the terminal that something needs them: once per thing, again only if it comes again.

What was told is remembered in a file of the state folder, so that a restart tells nobody twice; what could
not be told is tried again at the next sweep. A notification never keeps a post from going out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from publisher.config.hosts import is_local
from publisher.texts import t

log = logging.getLogger(__name__)

AT_ONCE = 5
"""Things named in one message; more are counted."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that needs a person: what it is known by, and its words."""

    key: str
    words: str


class Notifier:
    """Sends to every address that schedule.yaml names.

    Args:
        addresses: as Apprise takes them (`mailto://…`, `tgram://…`, `json://…`).
        told: file that remembers what was told.
        practice: nothing leaves this machine: only addresses on it are written to.
    """

    def __init__(self, addresses: Sequence[str], told: Path, *, practice: bool) -> None:
        self._addresses = [
            one for one in addresses if not practice or is_local(f"http://{urlsplit(one).netloc}")
        ]
        self._file = told
        self._said: set[str] = set()
        """By this process: a disk that takes no file must not send the same message twelve times a minute."""
        self._warned = False

    def tell(self, name: str, needs: Iterable[News]) -> int:
        """Tell of what nobody was told yet; how many things.

        Args:
            name: of the office.
            needs: everything that needs a person now.
        """
        open_now = {one.key: one for one in needs}
        told = (self._told() | self._said) & open_now.keys()
        fresh = [one for key, one in open_now.items() if key not in told]
        if fresh and self._addresses and not self._send(name, fresh):
            self._remember(told)
            return 0
        self._remember(told | open_now.keys() if self._addresses else told)
        return len(fresh) if self._addresses else 0

    def _send(self, name: str, fresh: Sequence[News]) -> bool:
        import apprise

        sender = apprise.Apprise()
        for address in self._addresses:
            sender.add(address)
        lines = [one.words for one in fresh[:AT_ONCE]]
        if len(fresh) > AT_ONCE:
            lines.append(t("notify.more", count=len(fresh) - AT_ONCE))
        title = t("notify.title", name=name, count=len(fresh))
        sent = bool(sender.notify(body="\n\n".join([*lines, t("notify.how")]), title=title))
        if not sent and not self._warned:
            log.warning("%s", t("notify.failed"))
        self._warned = not sent
        return sent

    def _told(self) -> set[str]:
        try:
            return set(json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return set()

    def _remember(self, keys: Iterable[str]) -> None:
        wanted = sorted(keys)
        self._said = set(wanted)
        if set(wanted) == self._told():
            return
        draft = self._file.with_name(f".{self._file.name}.draft")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(wanted), encoding="utf-8")
            draft.replace(self._file)
        except OSError as error:
            log.debug(
                "what was told could not be kept: %s", error
            )  # told once more after a restart, at worst
