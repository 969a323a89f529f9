"""The verbs of those who look: plan, status, log."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.contract import Json, Problem, Severity
from publisher.cli import as_json
from publisher.cli.opening import open_desk
from publisher.cli.parser import ON_SCREEN
from publisher.cli.screen import Screen
from publisher.cli.times import moment_back
from publisher.errors import UsageError
from publisher.model import Action, ActionKind, Plan, State
from publisher.preview import wording
from publisher.preview.ansi import clip, columns_of, pad, safe
from publisher.preview.problems import alike
from publisher.texts import amounts, number, t

if TYPE_CHECKING:
    from publisher.token_news import TokenNews
    from publisher.views import AccountView, DeliveryView, Status, Underway

SOME_FAILED, NEEDS_PERSON, CHANGES_PENDING = 3, 4, 5
_WIDEST_NAME = 44
"""Columns of an account in `status`: a longer one moves what stands behind it."""


# ── plan ─────────────────────────────────────────────────────────────────────


def plan(given: Namespace, screen: Screen) -> int:
    """Show what booking would do; with --exit-code 5 if that is anything."""
    with open_desk(given) as desk:
        found, workspace = desk.plan(), desk.workspace
    changes = len(found.changes)
    if given.json:
        screen.json(as_json.plan(found))
    else:
        screen.heading(
            workspace.mode,
            t("cli.heading_plan", when=amounts.when(found.at.replace(second=0), workspace.timezone)),
        )
        screen.lines(_plan_lines(found, workspace.timezone, screen))
        kept = sum(action.kind is ActionKind.KEEP for action in found.actions)
        screen.line(t("cli.plan_counts", changes=changes, kept=kept))
        screen.lines(_problem_counts(found.problems))
    return CHANGES_PENDING if given.exit_code and changes else 0


def _plan_lines(found: Plan, zone: str, screen: Screen) -> Iterator[str]:
    if not found.actions:
        yield t("cli.plan_empty")
    wanted = [action for action in found.actions if action.kind is not ActionKind.SKIP]
    timed = sorted((action for action in wanted if action.due), key=lambda action: _at(action, found.at))
    shown = None
    for action in (*timed, *(action for action in wanted if action.due is None)):
        day = t("cli.plan_unscheduled")
        if action.due is not None:
            day = amounts.day_in(action.due.at, zone)
        if day != shown:
            if shown is not None:
                yield ""
            yield screen.paint.bold(day)
            shown = day
        yield from _action_lines(action, zone, screen)
    if wanted:
        yield ""
    if skipped := [action for action in found.actions if action.kind is ActionKind.SKIP]:
        yield from _skipped_lines(skipped, screen)
        yield ""


def _skipped_lines(skipped: Sequence[Action], screen: Screen) -> Iterator[str]:
    """What passes over its channels, a line per post; why, where it is the same on all of them."""
    yield screen.paint.bold(t("cli.plan_skipped"))
    posts: dict[str, list[Action]] = {}
    for action in skipped:
        posts.setdefault(action.path, []).append(action)
    various = False
    for actions in posts.values():
        lead = f"  {pad(screen.paint.bold(safe(', '.join(one.channel.label for one in actions))), 19)} "
        title = safe(actions[0].title or actions[0].path)
        if screen.boxed:
            title = clip(title, max(10, screen.columns - columns_of(lead)))
        yield f"{lead}{title}"
        why = {" · ".join(_action_notes(one)) for one in actions}
        various = various or len(why) > 1
        if len(why) == 1:
            yield from screen.canvas.hanging(" " * columns_of(lead), why.pop(), screen.paint.dim)
    if various:
        yield f"  {screen.paint.dim(t('cli.plan_skipped_why'))}"


def _at(action: Action, otherwise: datetime) -> datetime:
    return action.due.at if action.due else otherwise


_ACTION_MARKS = {
    ActionKind.BOOK: ("+", "good"),
    ActionKind.CHANGE: ("~", "careful"),
    ActionKind.MOVE: ("→", "careful"),
    ActionKind.CANCEL: ("-", "bad"),
    ActionKind.REVIVE: ("+", "good"),
    ActionKind.BREAK: ("!", "bad"),
    ActionKind.KEEP: ("=", "dim"),
}


def _action_lines(action: Action, zone: str, screen: Screen) -> Iterator[str]:
    """Time, what happens, channel, title, and why then; below it what else there is to know."""
    mark, style = _ACTION_MARKS[action.kind]
    clock = amounts.clock(amounts.local(action.due.at, zone)) if action.due else ""
    lead = f"  {pad(clock, 5)}  "
    words = getattr(screen.paint, style)(f"{mark} {t(f'cli.action_{action.kind}')}")
    head = f"{lead}{pad(words, 11)} {pad(screen.paint.bold(safe(action.channel.label)), 9)} "
    title = safe(action.title or action.path)
    why = f" · {wording.why(action.due.why)}" if action.due else ""
    if screen.boxed:
        title = clip(title, max(10, screen.columns - columns_of(head) - columns_of(why)))
    yield f"{head}{title}{screen.paint.dim(why)}"
    if notes := _action_notes(action):
        yield from screen.canvas.hanging(" " * columns_of(lead), " · ".join(notes), screen.paint.dim)


def _action_notes(action: Action) -> list[str]:
    notes = []
    if action.state not in (None, State.WAITING):
        notes.append(wording.state(action.state))
    if action.channel.approval == "required" and action.kind in (ActionKind.BOOK, ActionKind.CHANGE):
        notes.append(t("cli.action_approval"))
    if action.reason:
        notes.append(t(action.reason, **action.values))
    return notes


# ── log ──────────────────────────────────────────────────────────────────────


def log(given: Namespace, screen: Screen) -> int:
    """Show the publish log, the latest due last: nearest to where the eye is."""
    from publisher.cli.deliveries import by_day

    limit = given.limit or (None if given.json else ON_SCREEN)
    state = _state(given.state)
    with open_desk(given) as desk:
        workspace = desk.workspace
        since = moment_back(given.since, workspace.timezone, desk.now) if given.since else None
        found = desk.log(
            post=given.post,
            channel=given.channel,
            state=state,
            since=since,
            limit=limit + 1 if limit else None,
        )
    more = limit is not None and len(found) > limit
    found = found[:limit] if limit else found
    if given.json:
        screen.json([as_json.delivery(one) for one in found])
        return 0
    screen.heading(workspace.mode, t("cli.heading_log", workspace=workspace.root.name))
    narrowed = given.post or given.channel or state or since
    if not found:
        screen.line(t("cli.log_none" if narrowed else "cli.log_empty"))
    screen.lines(by_day(sorted(found, key=lambda one: one.due_at), screen))
    if more:
        screen.line()
        screen.line(screen.paint.dim(t("cli.log_more", count=limit)))
    return 0


def _state(text: str | None) -> str | None:
    """A state by its id, or by its word in the language in use."""
    if text is None:
        return None
    words = {wording.state(state).lower(): state for state in State} | {str(state): state for state in State}
    if text.lower() not in words:
        raise UsageError("cli.bad_state", value=text, known=", ".join(State))
    return str(words[text.lower()])


# ── status ───────────────────────────────────────────────────────────────────


def status(given: Namespace, screen: Screen) -> int:
    """Show the desk at a glance; 4 if something needs a person."""
    with open_desk(given) as desk:
        found, workspace = desk.status(), desk.workspace
    if given.json:
        screen.json(as_json.status(found))
    else:
        screen.heading(found.mode, t("cli.heading_status", workspace=workspace.root.name))
        screen.lines(_status_lines(found, screen))
    return NEEDS_PERSON if found.needs_person else 0


def _status_lines(found: Status, screen: Screen) -> Iterator[str]:
    from publisher.cli.deliveries import delivery_lines

    yield from _rows(found, screen)
    if found.adopted:
        yield from screen.canvas.hanging("", t("cli.adopted", count=found.adopted), screen.paint.dim)
    yield ""
    yield screen.paint.bold(t("cli.accounts"))
    names = [_account_name(account) for account in found.accounts]
    widest = min(max(map(columns_of, names), default=0), _WIDEST_NAME)
    for account, name in zip(found.accounts, names, strict=True):
        yield from _account_lines(account, pad(name, widest), found, screen)
    for delivery, work in found.underway:
        lead = "  ⇡ " if work.uploads else "  ⇢ "
        yield from screen.canvas.hanging(lead, _underway_words(delivery, work))
    yield ""
    yield screen.paint.bold(t("cli.next"))
    if not found.next:
        yield f"  {screen.paint.dim(t('cli.nothing_next'))}"
    for one in found.next:
        yield from delivery_lines(one, screen, dated=True)
    if found.needs_person:
        yield ""
        yield screen.paint.bold(screen.paint.bad(t("cli.needs_person")))
        for need in found.needs_person:
            about = (
                f"{need.delivery.title or need.delivery.path} ({need.delivery.channel})"
                if need.delivery
                else ""
            )
            words = ": ".join(filter(None, (about or need.account, t(need.message, **need.values))))
            yield from screen.canvas.hanging("  ! ", words)
        yield f"  {screen.paint.dim(t('cli.needs_person_hint'))}"
    problems = list(_problem_counts(found.problems))
    if problems:
        yield ""
        yield from problems


def _underway_words(delivery: DeliveryView, work: Underway) -> str:
    values: dict[str, Json] = {"title": delivery.title or delivery.path, "channel": delivery.channel}
    if work.waits:
        return t("cli.encoder_busy", **values)
    values |= {"percent": work.percent, "total": round(work.total)}
    if work.left is None:
        return t(f"cli.{work.doing}_begun", **values)
    return t(f"cli.{work.doing}", rate=round(work.rate), left=work.left, **values)


def _rows(found: Status, screen: Screen) -> Iterator[str]:
    server, style = _server(found, screen)
    rows: list[tuple[str, str, Callable[[str], str]]] = [
        (t("cli.mode"), t(f"cli.mode_{found.mode}"), str),
        (t("cli.now"), amounts.when(found.now.replace(second=0), found.zone), str),
        (t("cli.server"), server, style),
        (t("cli.deliveries"), _counts(found), str),
    ]
    widest = max(columns_of(label) for label, _, _ in rows)
    for label, words, colour in rows:
        yield from screen.canvas.hanging(f"{pad(label, widest)}  ", words, colour)
    if found.everything_held:
        lead = screen.paint.careful("! ")
        yield from screen.canvas.hanging(lead, t("cli.everything_held"), screen.paint.careful)


def _server(found: Status, screen: Screen) -> tuple[str, Callable[[str], str]]:
    """Whether the server lives, and in which colour that is said."""
    if found.daemon_seen_at is None:
        return t("cli.server_never"), screen.paint.careful
    seen = amounts.ago(found.daemon_seen_at, found.now)
    if found.daemon_alive:
        return t("cli.server_alive", ago=seen), screen.paint.good
    return t("cli.server_gone", ago=seen), screen.paint.bad


def _counts(found: Status) -> str:
    states = [(state, found.counts.get(state, 0)) for state in State]
    told = [f"{number(count)} {wording.state(state)}" for state, count in states if count]
    return " · ".join(told) or t("cli.no_deliveries")


def _account_name(account: AccountView) -> str:
    """The platform, and whom people know there; the account's number where that is not known."""
    from connectors import registry

    handle = f"@{account.token.handle}" if account.token.handle else ""
    known = handle or account.account.partition(":")[2] or account.account
    return safe(f"{registry.room(account.platform).title} · {known}")


def _account_lines(account: AccountView, name: str, found: Status, screen: Screen) -> Iterator[str]:
    lead = f"  {pad(screen.paint.bold(safe(account.channel)), 9)} {name} "
    yield from screen.canvas.hanging(
        lead, " · ".join(_account_words(account, found)), _account_style(account, found, screen)
    )


def _account_style(account: AccountView, found: Status, screen: Screen) -> Callable[[str], str]:
    if account.blocked is not None or account.stopped_pid is not None:
        return screen.paint.bad
    said = _token_news(account, found)
    waits = account.held or account.not_before or (said is not None and said.urgent)
    return screen.paint.careful if waits else screen.paint.dim


def _account_words(account: AccountView, found: Status) -> list[str]:
    words = []
    if account.blocked is not None:
        words.append(t("cli.account_blocked", words=account.blocked))
    if account.stopped_pid is not None:
        words.append(t("cli.account_stopped", pid=account.stopped_pid))
    if account.held:
        words.append(t("cli.account_held"))
    if account.not_before is not None and account.not_before > found.now:
        words.append(t("cli.account_wait", when=amounts.short_when(account.not_before, found.zone)))
    if not words:
        words.append(t("cli.account_ok"))
    words += _token_words(account, found)
    if account.last_published_at is not None:
        words.append(t("cli.account_last", ago=amounts.ago(account.last_published_at, found.now)))
    if account.budget_usd is not None:
        used, budget = (amounts.money(usd or Decimal(0)) for usd in (account.spent_usd, account.budget_usd))
        words.append(t("cli.account_budget", used=used, budget=budget))
    return words


def _token_words(account: AccountView, found: Status) -> list[str]:
    """Of credentials that are not renewed, or that a person must see to; of a blocked account nothing."""
    said = _token_news(account, found)
    if said is None or account.blocked is not None:
        return []
    if said.urgent:
        return [t("cli.account_token")]
    ends = account.token.lasts == "by_person" or account.token.last_day is not None
    return [t(said.message, **said.values)] if ends and account.token.lasts != "renewed" else []


def _token_news(account: AccountView, found: Status) -> TokenNews | None:
    from publisher import token_news

    return token_news.news(
        account.token, platform=account.platform, channel=account.channel, now=found.now, zone=found.zone
    )


def _problem_counts(problems: Sequence[Problem]) -> Iterator[str]:
    """As many as `check` shows: what several channels have in common is one."""
    told = [group[0].severity for group in alike(problems)]
    errors, warnings = (told.count(level) for level in (Severity.ERROR, Severity.WARNING))
    if errors or warnings:
        yield t("cli.problems_hint", errors=errors, warnings=warnings)


VERBS: Mapping[str, Callable[[Namespace, Screen], int]] = {"plan": plan, "status": status, "log": log}
