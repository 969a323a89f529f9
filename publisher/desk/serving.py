"""Runs the server for one workspace, and tells in its log what people care about."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Lock

from connectors.contract import Severity
from publisher import standing
from publisher.answers import told
from publisher.desk.checking import reach
from publisher.desk.workplace import Workplace
from publisher.model import State
from publisher.preview import wording
from publisher.preview.problems import alike, said
from publisher.publish_log import reading
from publisher.publish_log.store import Store
from publisher.sync import Synced
from publisher.texts import t

log = logging.getLogger(__name__)

_TOLD = (State.PUBLISHED, State.FAILED, State.UNKNOWN, State.MISSED, State.WAITING, State.HANDED_OVER)
"""States of which the program's own log tells."""


def run(place: Workplace, *, once: bool = False, stop: Event, workers: int = 8) -> int:
    """Be the server until `stop`, or do once what is due; gives an exit code.

    Raises:
        WorkspaceError: no sandbox in sandbox mode.
        LogError: the log cannot be used.
    """
    from publisher.daemon import Daemon

    news = _News(place)
    with place.delivering(stop, alone=not once) as (store, deliverer):
        daemon = Daemon(
            place.workspace,
            store,
            place.syncer(store),
            deliverer,
            stop,
            workers,
            on_state=news.of_step,
            on_plan=news.of_plan,
            tidy=place.wired.tidy_media,
            tell=_tell_people(place, store),
        )
        if not once:
            daemon.run()
            return 0
        daemon.once()
        if daemon.tell is not None:
            daemon.tell()
        with store.read() as tx:
            failed = reading.state_counts(tx).get(State.FAILED, 0)
            waiting = standing.needs_person(tx, place.workspace)
        return 3 if failed and waiting else 4 if waiting else 0


def _tell_people(place: Workplace, store: Store) -> Callable[[], int] | None:
    """Writes what needs a person to the addresses of schedule.yaml; None: it names none."""
    notifier = place.wired.notifier()
    if notifier is None:
        return None

    def tell() -> int:
        with store.read() as tx:
            needs = standing.needs_person(tx, place.workspace)
        return notifier.tell(place.workspace.id, map(standing.news, needs))

    return tell


class _News:
    """What was told already, so that each thing is told once."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._reported: set[str] = set()
        self._retried: dict[str, str] = {}
        self._telling = Lock()

    def of_plan(self, synced: Synced) -> None:
        """Every error of a post, with its place, in the program's own log: once, until it is mended."""
        goes = reach(self._place.workspace.channels, synced.wanted, synced.plan.problems)
        errors = [problem for problem in synced.plan.problems if problem.severity is Severity.ERROR]
        lines = {said(group, goes, headed=True, others=False) for group in alike(errors)}
        for line in sorted(lines - self._reported):
            log.warning("%s", line)
        self._reported = lines

    def of_step(self, delivery_id: str, number: int, state: State) -> None:
        """One line in the program's own log per step that people care about."""
        if state not in _TOLD:
            return
        with self._place.writing().read() as tx:
            found = reading.deliveries_where(tx, reading.with_ids([delivery_id]))
        for view in found:
            linked = self._place.linked(view)
            part = linked.parts[number - 1]
            if not self._is_news(linked.account, state, part.reason):
                continue
            level = logging.INFO if state is State.PUBLISHED else logging.WARNING
            log.log(
                level,
                "%s %s %s/%s %s %s",
                wording.state(state),
                linked.channel,
                number,
                len(linked.parts),
                linked.path,
                part.url
                or " · ".join(
                    filter(
                        None,
                        (
                            part.reason and t(part.reason, **part.reason_values),
                            told(linked.platform, part.code, part.words),
                        ),
                    )
                ),
            )

    def _is_news(self, account: str, state: State, reason: str | None) -> bool:
        """Whether a step is worth a line: a platform that is away is one, not one per post and attempt."""
        with self._telling:
            if state is State.PUBLISHED:
                self._retried.pop(account, None)
            if state is not State.WAITING:
                return True
            if reason is None or not reason.startswith("retry."):
                return False
            fresh = self._retried.get(account) != reason
            self._retried[account] = reason
            return fresh
