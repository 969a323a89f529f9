"""What wants a due time and what it gets: the rows that go into `assign` and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.contract import Json, Problem, Severity
from publisher.errors import PublisherError
from publisher.model import Due, LocalTime
from publisher.schedule.precedence import OPEN, Gates, Verdict
from publisher.schedule.zones import shown, utc_of


@dataclass(frozen=True, slots=True)
class Request:
    """A delivery that is new, waiting or held, and wants a due time.

    Attributes:
        key: names the delivery; unique among the requests.
        account: the account key.
        channel: the label whose slots it may take.
        seen: its place in the order of first sight; the channels of one post share it.
        booked: the due time it has in the log; None for a new one.
        post, file, lines: the place for problems, as in `Post`.
    """

    key: str
    account: str
    channel: str
    seen: int
    grace: timedelta
    publish_at: LocalTime | None = None
    publish_after: LocalTime | None = None
    publish_before: LocalTime | None = None
    urgent: bool = False
    booked: Due | None = None
    gates: Gates = OPEN
    post: str | None = None
    file: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """A time that a delivery has on an account: when it went out, or is due.

    Those of the requests themselves may be among them and are left aside. Published ones matter
    as long as they are younger than the account's spacing.

    Attributes:
        at: aware, UTC.
    """

    key: str
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of a request.

    Attributes:
        due: None where there is no legal time; then a problem of severity error says why, or the file
            has an error of its own.
        problems: those that hold for the whole post (no channel named) come with each of its deliveries.
        verdict: what the table of precedence says at this moment; for late posts `at` is their turn.
    """

    key: str
    due: Due | None
    problems: tuple[Problem, ...]
    verdict: Verdict


class OpenRequest:
    """A request on its way to an answer."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.problems: list[Problem] = []
        self.at = self._instant("publish_at", request.publish_at)
        self.after = self._instant("publish_after", request.publish_after)
        self.before = self._instant("publish_before", request.publish_before)
        self.due: Due | None = None

    @property
    def impossible(self) -> bool:
        """Whether an error has been found that leaves it without a due time."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def allows(self, at: datetime) -> bool:
        """Whether publish_after and publish_before let it go out at `at`."""
        return (self.after is None or at >= self.after) and (self.before is None or at < self.before)

    def tell(
        self, name: str, severity: Severity, key: str, values: Mapping[str, Json], *, on_channel: bool = False
    ) -> None:
        """Note a problem at the line of a key of the post; of its channel only, or of the whole post."""
        request = self.request
        self.problems.append(
            Problem(
                code=f"schedule.{name}",
                severity=severity,
                values=values,
                post=request.post,
                file=request.file,
                line=request.lines.get(key),
                channel=request.channel if on_channel else None,
            )
        )

    def _instant(self, key: str, local: LocalTime | None) -> datetime | None:
        if local is None:
            return None
        try:
            resolved = utc_of(local)
        except PublisherError as problem:
            name = problem.message.removeprefix("schedule.")
            self.tell(name, Severity.ERROR, key, {"key": key, **problem.values})
            return None
        if resolved.note is not None:
            severity = Severity.WARNING if resolved.note == "gap" else Severity.NOTICE
            values = {"wall": shown(local.wall), "zone": local.zone, "moved": shown(resolved.wall)}
            self.tell(resolved.note, severity, key, {"key": key, **values})
        return resolved.at
