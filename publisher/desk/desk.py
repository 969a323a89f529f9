"""The verbs that a person has, as one function each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from connectors.contract import Media, Severity
from publisher.checked import Checked
from publisher.desk import which
from publisher.desk.checking import reach
from publisher.desk.workplace import Workplace
from publisher.model import Plan, State
from publisher.plan import Wanted

if TYPE_CHECKING:
    from publisher.preview.office import Office
    from publisher.views import Decided, DeliveryView, NeedsPerson, PostPreview, Status


class Desk(Workplace):
    """All that a person can see and do; the modules beside this one do it.

    What only some verbs need is imported where it is called: looking at posts again needs no SQLAlchemy,
    which would take longer to load than the look.
    """

    # ── Look ──

    def check(self, names: Sequence[str] = ()) -> Checked:
        """Everything that is wrong with what is to come; writes nothing.

        Args:
            names: files, folders or posts to tell of; none: all. All are read nevertheless: what is
                there twice can only be seen beside the others.

        Raises:
            NotFoundError: a name is neither a file of the workspace nor one post.
        """
        synced = self.look()
        posts, problems = synced.content.posts, synced.plan.problems
        goes = reach(self.workspace.channels, synced.wanted, problems)
        scope = which.scope_of(names, self.workspace, posts, self.known_posts) if names else None
        if scope is not None:
            posts = tuple(post for post in posts if post.path in scope.posts)
            problems = tuple(problem for problem in problems if scope.concerns(problem))
        return Checked(len(posts), problems, goes)

    def plan(self) -> Plan:
        """What booking would do now; writes nothing."""
        return self.look().plan

    def preview(self, post: str) -> PostPreview:
        """A post as it will stand on every channel; writes nothing.

        Raises:
            NotFoundError: no such post, or more than one.
        """
        from publisher.desk import previewing

        path = self.path_of(post)
        synced = self.look(only=path)
        return previewing.previewed(self, synced, path, synced.wanted)

    def week(self) -> tuple[PostPreview, ...]:
        """The posts of today and the six days after it, each on the channels that are due then.

        Beside them what an error stops, which has no time until it is mended.

        Writes nothing but pictures made ahead.
        """
        from publisher.desk import previewing

        synced = self.look()
        until = self._midnight(self.days_of_week()[1] + timedelta(days=1))
        coming: defaultdict[str, list[Wanted]] = defaultdict(list)
        for each in synced.wanted:
            if previewing.comes_before(until, each):
                coming[each.rendered.post.path].append(each)
        return tuple(previewing.previewed(self, synced, path, wanted) for path, wanted in coming.items())

    def days_of_week(self) -> tuple[date, date]:
        """Today and the sixth day after it, where the office is."""
        today = self.now.astimezone(ZoneInfo(self.workspace.timezone)).date()
        return today, today + timedelta(days=6)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.workspace.timezone))

    def page(self, shown: PostPreview) -> str:
        """A preview as one page of HTML that needs nothing else; only the media store is written to."""
        from publisher.desk import previewing
        from publisher.preview.page import page

        space, files = self.workspace, previewing.files_of(shown.post, self.wired.media())
        office = self._office()
        return page(shown, office=office, mode=space.mode, language=space.language, now=self.now, files=files)

    def paper(self, shown: PostPreview) -> bytes:
        """A preview as sheets for a signature (PDF); a clip that is not encoded yet is shown at rest."""
        from publisher.desk import previewing
        from publisher.preview.paper import paper

        space = self.workspace
        return paper(
            shown,
            office=self._office(),
            mode=space.mode,
            language=space.language,
            now=self.now,
            zone=space.timezone,
            files=previewing.files_of(shown.post, self.wired.media(), wait=False),
        )

    def files(self, shown: PostPreview) -> Callable[[Media], Path]:
        """What gives the file of each picture of a preview that is there to be looked at."""
        from publisher.desk import previewing

        return previewing.seen_in(shown.post, self.wired.media())

    def page_of_week(self, shown: Sequence[PostPreview]) -> str:
        """A week as one page of HTML; clips that are not encoded yet are shown at rest, not waited for."""
        from publisher.desk import previewing
        from publisher.preview import week

        space, store = self.workspace, self.wired.media()
        return week.page(
            shown,
            self.days_of_week(),
            office=self._office(),
            mode=space.mode,
            language=space.language,
            zone=space.timezone,
            now=self.now,
            files={one.post.path: previewing.files_of(one.post, store, wait=False) for one in shown},
        )

    def paper_of_week(self, shown: Sequence[PostPreview]) -> bytes:
        """A week as sheets for a signature (PDF), each post in full."""
        from publisher.desk import previewing
        from publisher.preview import week_paper

        space, store = self.workspace, self.wired.media()
        return week_paper.paper(
            shown,
            self.days_of_week(),
            office=self._office(),
            mode=space.mode,
            language=space.language,
            now=self.now,
            zone=space.timezone,
            files={one.post.path: previewing.files_of(one.post, store, wait=False) for one in shown},
        )

    def _office(self) -> Office:
        """Who posts, as the platforms have said; they are not asked."""
        from publisher.preview.office import office_of
        from publisher.publish_log import reading

        store = self.publish_log()
        if store is None:
            return office_of(self.workspace, {})
        with store.read() as tx:
            return office_of(self.workspace, reading.token_facts(tx))

    def log(
        self,
        *,
        post: str | None = None,
        channel: str | None = None,
        state: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> list[DeliveryView]:
        """What was and will be delivered, by due time; with a limit the last ones."""
        from publisher.publish_log import reading

        conditions = []
        if channel is not None:
            conditions.append(reading.on_channel(self.workspace.channel(channel).label))
        store = self.publish_log()
        if store is None:
            return []
        if post is not None:
            conditions.append(reading.of_post(which.id_of(post, self.known_posts())))
        if state is not None:
            conditions.append(reading.in_state(State(state)))
        if since is not None:
            conditions.append(reading.due_since(since))
        with store.read() as tx:
            found = reading.deliveries_where(tx, *conditions, limit=limit, newest_first=limit is not None)
        found = [self.linked(delivery) for delivery in found]
        return found[::-1] if limit is not None else found

    def status(self) -> Status:
        """The desk at a glance."""
        from publisher import standing

        synced = self.look()
        errors = tuple(p for p in synced.plan.problems if p.severity is not Severity.NOTICE)
        store = self.publish_log()
        return standing.status(self.workspace, store, self.now, errors)

    def needs_person(self) -> tuple[NeedsPerson, ...]:
        """All that waits for somebody to decide, with what is needed to decide it."""
        from publisher import standing

        store = self.publish_log()
        if store is None:
            return ()
        with store.read() as tx:
            return standing.needs_person(tx, self.workspace)

    # ── Decide ──

    def approve(self, post: str, *, channel: str | None = None, note: str | None = None) -> list[Decided]:
        """Say yes to what the preview shows, per channel; nobody to their own."""
        from publisher.desk import judging

        return judging.judge(self, post, channel, note, "approve")

    def reject(self, post: str, *, channel: str | None = None, note: str) -> list[Decided]:
        """Say no, with the reason; an approval may follow."""
        from publisher.desk import judging

        return judging.judge(self, post, channel, note, "reject")

    def hold(
        self,
        post: str | None,
        *,
        channel: str | None = None,
        everything: bool = False,
        until: datetime | None = None,
        reason: str | None = None,
    ) -> list[Decided]:
        """Stop a post, a channel or everything, until `until` or until released."""
        from publisher.desk import holding

        return holding.hold(self, post, channel=channel, everything=everything, until=until, reason=reason)

    def release(
        self, post: str | None, *, channel: str | None = None, everything: bool = False
    ) -> list[Decided]:
        """Let what was held go on."""
        from publisher.desk import holding

        return holding.release(self, post, channel=channel, everything=everything)

    def publish(
        self,
        post: str,
        *,
        channel: str | None = None,
        now: bool,
        waiting: Callable[[DeliveryView, timedelta], None] | None = None,
    ) -> list[Decided]:
        """Send a post on its way: also an adopted, missed, failed or cancelled one.

        Args:
            now: at once, and wait for the outcome; else at its own time.
            waiting: is told what is waited for, and how long at most, when that takes a while.
        """
        from publisher.desk import sending

        return sending.publish(self, post, channel=channel, now=now, waiting=waiting)

    def resolve(
        self,
        post: str,
        *,
        channel: str | None = None,
        url: str | None = None,
        not_published: bool = False,
        failed: bool = False,
        part: int | None = None,
    ) -> list[Decided]:
        """Settle what no machine can know: it is live there, it is not, or it is let go."""
        from publisher.desk import resolving

        return resolving.resolve(
            self, post, channel=channel, url=url, not_published=not_published, failed=failed, part=part
        )

    def withdraw(
        self, post: str, *, channel: str | None = None, reason: str | None = None, by_hand: bool = False
    ) -> list[Decided]:
        """Take a post down where it is live, and keep it back where it is still to come.

        Args:
            by_hand: a person took it down where the program cannot.
        """
        from publisher.desk import taking_down

        return taking_down.withdraw(self, post, channel=channel, reason=reason, by_hand=by_hand)

    # ── Run ──

    def run(self, *, once: bool = False, stop: Event, workers: int = 8) -> int:
        """Be the server until `stop`, or do once what is due; gives an exit code.

        Raises:
            WorkspaceError: no sandbox in sandbox mode.
            LogError: the log cannot be used.
        """
        from publisher.desk import serving

        return serving.run(self, once=once, stop=stop, workers=workers)
