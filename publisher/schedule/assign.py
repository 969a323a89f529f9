"""Gives every delivery its due time: explicit, urgent, a slot of its channel, or the next free moment.

Pure, and stable: what has a legal place keeps it, so planning again with the result changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from connectors.contract import Problem, Severity
from publisher.model import Channel, Due, DueWhy, Quiet
from publisher.schedule.calendar import Openings
from publisher.schedule.occupancy import Occupancy
from publisher.schedule.precedence import Case, Lateness, Verdict, decide, late, returns_to_queue
from publisher.schedule.quiet import QuietTimes
from publisher.schedule.requests import Assigned, OpenRequest, Request, Taken
from publisher.schedule.rests import notices
from publisher.schedule.zones import shown, wall_of
from publisher.slots import Slot, parse_slot


def assign(
    requests: Sequence[Request],
    taken: Iterable[Taken],
    channels: Iterable[Channel],
    quiet: Quiet,
    zone: str,
    now: datetime,
) -> list[Assigned]:
    """Decide the due time of every request; the answers come in the requests' order.

    Args:
        requests: at most one per key; deliveries that are under way or over belong in `taken`.
        taken: what other deliveries hold on the same accounts.
        channels: all that the requests name. Spacing is the account's: the widest of its labels.
        quiet: the workspace's quiet hours and dates.
        zone: IANA name of the workspace's zone, in which slots and quiet times are meant.
        now: aware, UTC.

    Raises:
        PublisherError: `schedule.bad_slot`, `schedule.unknown_zone` of the workspace.
    """
    return _Assignment(requests, taken, channels, QuietTimes(quiet, zone), now).run()


class _Assignment:
    """One run of `assign`: fixed times first, then booked places, then new ones in order of first sight."""

    def __init__(
        self,
        requests: Sequence[Request],
        taken: Iterable[Taken],
        channels: Iterable[Channel],
        quiet: QuietTimes,
        now: datetime,
    ) -> None:
        self.quiet = quiet
        self.now = now
        self.opens = [OpenRequest(request) for request in requests]
        self.slots: dict[str, list[Slot]] = {}
        self.openings: dict[str, Openings] = {}
        self.spacing: dict[str, timedelta] = {}
        self.slotless: set[str] = set()
        for channel in channels:
            self.slots[channel.label] = [parse_slot(text) for text in channel.slots]
            self.openings[channel.label] = Openings(self.slots[channel.label], quiet)
            known = self.spacing.get(channel.account, timedelta(0))
            self.spacing[channel.account] = max(known, channel.spacing)
            if not channel.slots:
                self.slotless.add(channel.label)
        self.calendars = {account: Occupancy(width, now) for account, width in self.spacing.items()}
        self.last: dict[str, datetime] = {}
        self._note_taken(taken, {request.key for request in requests})

    def run(self) -> list[Assigned]:
        """Fill the calendars of all accounts, then read the table for every request."""
        waiting = []
        for one in self.opens:
            self._check_window(one)
            one.due = None if one.impossible else self._fixed(one)
            if one.due is not None:
                self._calendar(one).add(one.due.at)
            elif not one.impossible and not one.request.gates.broken:
                waiting.append(one)
        self._look_at_fixed()
        self._reserve_turns()
        for one in sorted(self._not_keeping(waiting), key=lambda one: one.request.seen):
            self._place(one)
        for one in waiting:
            self._tell_of_holidays(one)
        verdicts = {one.request.key: verdict for one, verdict in self._forecast(self.opens)}
        return [
            Assigned(one.request.key, one.due, tuple(one.problems), verdicts[one.request.key])
            for one in self.opens
        ]

    def _note_taken(self, taken: Iterable[Taken], own: set[str]) -> None:
        for one in taken:
            if one.key not in own and one.account in self.calendars:
                self.calendars[one.account].add(one.at)
                if one.at <= self.now:
                    self.last[one.account] = max(self.last.get(one.account, one.at), one.at)

    def _calendar(self, one: OpenRequest) -> Occupancy:
        return self.calendars[one.request.account]

    # ── Fixed times ──

    def _check_window(self, one: OpenRequest) -> None:
        """Say which of publish_at, publish_after, publish_before contradict each other."""
        values = {
            name: shown(local.wall)
            for name, local in (
                ("at", one.request.publish_at),
                ("after", one.request.publish_after),
                ("before", one.request.publish_before),
            )
            if local is not None
        }
        if one.after is not None and one.before is not None and one.after >= one.before:
            one.tell("window_empty", Severity.ERROR, "publish_before", values)
        elif one.at is not None and one.after is not None and one.at < one.after:
            one.tell("at_before_after", Severity.ERROR, "publish_at", values)
        elif one.at is not None and one.before is not None and one.at >= one.before:
            one.tell("at_not_before", Severity.ERROR, "publish_at", values)

    def _fixed(self, one: OpenRequest) -> Due | None:
        """The due time that neither queue nor slots have a say in; None: it takes a place."""
        request, booked = one.request, one.request.booked
        if booked is not None and returns_to_queue(self._case(one, booked), self.now):
            booked = self._due(self.now, DueWhy.NOW) if booked.why is DueWhy.NOW else None
        if booked is not None and booked.why is DueWhy.NOW:
            return booked
        local = request.publish_at
        if local is not None and one.at is not None:
            return Due(one.at, local.wall, local.zone, DueWhy.EXPLICIT)
        if booked is not None and booked.why is DueWhy.EXPLICIT:
            booked = None
        if request.gates.broken:
            return booked
        if request.urgent:
            return self._urgent(one, booked)
        if booked is None or booked.why is DueWhy.URGENT or booked.at > self.now:
            return None
        return booked if one.allows(booked.at) else None

    def _urgent(self, one: OpenRequest, booked: Due | None) -> Due | None:
        if booked is not None and booked.why is DueWhy.URGENT and one.allows(booked.at):
            return booked
        at = max(self.now, one.after or self.now)
        if one.allows(at):
            return self._due(at, DueWhy.URGENT)
        self._no_time(one)
        return None

    def _look_at_fixed(self) -> None:
        """Tell what is odd about explicit times (quiet hours, neighbours, the past); they stand."""
        explicit: dict[str, list[tuple[datetime, OpenRequest]]] = {}
        for one in self.opens:
            if one.due is None or one.due.why is not DueWhy.EXPLICIT:
                continue
            wall = shown(one.due.wall)
            if one.due.at > self.now:
                explicit.setdefault(one.request.account, []).append((one.due.at, one))
                if self.quiet.in_hours(one.due.at):
                    one.tell("quiet_explicit", Severity.WARNING, "publish_at", {"at": wall})
            elif one.request.booked is None and self._too_late(one.due.at, one.request.grace):
                one.tell("past", Severity.WARNING, "publish_at", {"at": wall}, on_channel=True)
        for account, times in explicit.items():
            self._warn_of_neighbours(sorted(times, key=lambda pair: pair[0]), self.spacing[account])

    def _too_late(self, due: datetime, grace: timedelta) -> bool:
        return late(due, grace, self.now) is Lateness.MISSED

    def _warn_of_neighbours(self, times: list[tuple[datetime, OpenRequest]], spacing: timedelta) -> None:
        for (before, first), (after, second) in pairwise(times):
            if after - before < spacing:
                minutes = math.ceil(spacing.total_seconds() / 60)
                for one, other in ((first, after), (second, before)):
                    shown_other = shown(wall_of(other, self.quiet.zone))
                    values = {"other": shown_other, "minutes": minutes}
                    one.tell("close_explicit", Severity.WARNING, "publish_at", values, on_channel=True)

    def _reserve_turns(self) -> None:
        """Keep the next minutes free of new places for those that are late and still go out."""
        behind = [one for one in self.opens if one.due is not None and one.due.at <= self.now]
        for one, verdict in self._forecast(behind):
            if verdict.at is not None:
                self._calendar(one).add_turn(verdict.at)

    # ── Places in the queue ──

    def _not_keeping(self, waiting: list[OpenRequest]) -> Iterator[OpenRequest]:
        """Let booked places stand where they are still legal; give out all others."""
        booked = [(one.request.booked, one) for one in waiting if one.request.booked is not None]
        yield from (one for one in waiting if one.request.booked is None)
        for due, one in sorted(booked, key=lambda pair: (pair[0].at, pair[1].request.seen)):
            if self._still_legal(one, due):
                one.due = due
                self._calendar(one).add(due.at)
            else:
                yield one

    def _still_legal(self, one: OpenRequest, due: Due) -> bool:
        calendar = self._calendar(one)
        if due.at <= self.now or not one.allows(due.at) or self.quiet.covers(due.at):
            return False
        if due.why is DueWhy.SLOT:
            label = one.request.channel
            still_a_slot = label in self.slotless or self.openings[label].has(due.at)
            return still_a_slot and not calendar.claims(due.at) and not calendar.drives_away(due.at)
        return due.why is DueWhy.QUEUE and not calendar.drives_away(due.at)

    def _place(self, one: OpenRequest) -> None:
        """The next free slot; on a channel without slots the next moment that is free and not quiet."""
        label, calendar = one.request.channel, self._calendar(one)
        start = max(self.now, one.after or self.now)
        if label in self.slotless:
            at, why = calendar.first_free(start, self.quiet), DueWhy.QUEUE
        else:
            at, why = self.openings[label].first(start, one.before, calendar.refuses), DueWhy.SLOT
        if label not in self.slotless and not self.openings[label]:
            one.tell("slots_in_quiet", Severity.ERROR, "", {"channel": label}, on_channel=True)
        elif at is None and one.before is None:
            one.tell("always_quiet", Severity.ERROR, "", {}, on_channel=True)
        elif at is None or not one.allows(at):
            self._no_time(one)
        else:
            one.due = self._due(at, why)
            calendar.add(at)

    def _tell_of_holidays(self, one: OpenRequest) -> None:
        """Why the queue did not give an earlier place, and what it could not know."""
        if one.due is None or one.due.at <= self.now or self.quiet.quiet.holidays is None:
            return
        start = max(self.now, one.after or self.now)
        for name, values in notices(one.due, start, self.slots[one.request.channel], self.quiet):
            if name == "not_decreed":  # said once, whatever the number of posts
                told = Problem(f"schedule.{name}", Severity.NOTICE, values, file="schedule.yaml")
                one.problems.append(told)
            else:
                one.tell(name, Severity.NOTICE, "", values, on_channel=True)

    def _no_time(self, one: OpenRequest) -> None:
        before = one.request.publish_before
        wall = None if before is None else shown(before.wall)
        one.tell("no_time_before", Severity.ERROR, "publish_before", {"before": wall}, on_channel=True)

    def _due(self, at: datetime, why: DueWhy) -> Due:
        return Due(at, wall_of(at, self.quiet.zone), self.quiet.zone, why)

    # ── The table ──

    def _case(self, one: OpenRequest, due: Due | None, last: datetime | None = None) -> Case:
        request = one.request
        return Case(
            due=due,
            grace=request.grace,
            gates=request.gates,
            urgent=request.urgent,
            publish_after=one.after,
            publish_before=one.before,
            last=last,
            spacing=self.spacing[request.account],
        )

    def _forecast(self, ones: Iterable[OpenRequest]) -> Iterator[tuple[OpenRequest, Verdict]]:
        """Read the table for each in order of due, as if those before had gone out at their time."""
        last = dict(self.last)
        for one in sorted(ones, key=_by_due):
            account = one.request.account
            verdict = decide(self._case(one, one.due, last.get(account)), self.quiet, self.now)
            if verdict.at is not None:
                last[account] = max(last.get(account, verdict.at), verdict.at)
            yield one, verdict


def _by_due(one: OpenRequest) -> tuple[bool, float, int]:
    at = 0.0 if one.due is None else one.due.at.timestamp()
    return one.due is None, at, one.request.seen
