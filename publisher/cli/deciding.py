"""The verbs of those who decide: approve, reject, hold, release, resolve, publish."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from publisher.cli import as_json
from publisher.cli.deliveries import delivery_lines
from publisher.cli.looking import NEEDS_PERSON, SOME_FAILED
from publisher.cli.opening import open_desk
from publisher.cli.screen import Screen
from publisher.cli.times import moment_ahead
from publisher.cli.waiting import encoding_shown
from publisher.errors import UsageError
from publisher.model import State
from publisher.preview.ansi import safe
from publisher.texts import t
from publisher.views import Decided, DeliveryView, NeedsPerson

if TYPE_CHECKING:
    from publisher.desk import Desk


def approve(given: Namespace, screen: Screen) -> int:
    """A yes to the post as it is now."""
    with open_desk(given) as desk:
        return _told(desk.approve(given.post, channel=given.channel, note=given.note), desk, given, screen)


def reject(given: Namespace, screen: Screen) -> int:
    """A no, and why."""
    with open_desk(given) as desk:
        return _told(desk.reject(given.post, channel=given.channel, note=given.note), desk, given, screen)


def hold(given: Namespace, screen: Screen) -> int:
    """Keep a post, a channel or everything back."""
    _scope(given)
    with open_desk(given) as desk:
        until = moment_ahead(given.until, desk.workspace.timezone, desk.now) if given.until else None
        done = desk.hold(
            given.post, channel=given.channel, everything=given.all, until=until, reason=given.reason
        )
        return _told(done, desk, given, screen, whole=not given.post)


def release(given: Namespace, screen: Screen) -> int:
    """Let go what was held."""
    _scope(given)
    with open_desk(given) as desk:
        done = desk.release(given.post, channel=given.channel, everything=given.all)
        return _told(done, desk, given, screen, whole=not given.post)


def publish(given: Namespace, screen: Screen) -> int:
    """Book a post, with --now due at once."""
    with open_desk(given) as desk:
        with encoding_shown():
            done = desk.publish(given.post, channel=given.channel, now=given.now, waiting=_say_waiting)
        return _told(done, desk, given, screen) or how_it_went(done)


def how_it_went(done: Sequence[Decided]) -> int:
    """What `publish` ends with where some went out: 3 if others cannot, 4 if others wait for a person."""
    left = {one.message for one in done if not one.done}
    if left & {"desk.has_errors", "desk.failed"}:
        return SOME_FAILED
    return NEEDS_PERSON if left & {"desk.waits_gate", "desk.unsettled"} else 0


def _say_waiting(view: DeliveryView, at_most: timedelta) -> None:
    """Nobody should wonder whether the program hangs; on stderr, as --json owns the output."""
    unclear = State.UNKNOWN in {part.state for part in view.parts}
    left = round(at_most.total_seconds())
    words = t("cli.waiting_unclear" if unclear else "cli.waiting", channel=view.channel, left=left)
    sys.stderr.write(f"{safe(words)}\n")
    sys.stderr.flush()


def resolve(given: Namespace, screen: Screen) -> int:
    """List what needs a person, or settle one thing."""
    answered = given.url is not None or given.not_published or given.failed
    if given.post is None and not answered:
        return _open_questions(given, screen)
    if given.post is None:
        raise UsageError("cli.resolve_post")
    if not answered:
        raise UsageError("cli.resolve_how")
    with open_desk(given) as desk:
        done = desk.resolve(
            given.post,
            channel=given.channel,
            url=given.url,
            not_published=given.not_published,
            failed=given.failed,
            part=given.part,
        )
        return _told(done, desk, given, screen)


def withdraw(given: Namespace, screen: Screen) -> int:
    """Take down what is live; asks first where a person sits at a terminal. 4 where something stays there."""
    with open_desk(given) as desk:
        if not (given.yes or given.json or given.by_hand) and sys.stdin.isatty():
            live = [one for one in desk.log(post=given.post, channel=given.channel) if one.url]
            for one in live:
                screen.lines(delivery_lines(one, screen, dated=True))
            if live and not _agreed(t("cli.withdraw_ask", count=len(live))):
                screen.line(t("cli.nothing_done"))
                return 1
        done = desk.withdraw(given.post, channel=given.channel, reason=given.reason, by_hand=given.by_hand)
        nothing = _told(done, desk, given, screen)
        left = {one.message for one in done if not one.done}
        stays = {"desk.withdraw_by_hand", "desk.withdraw_again", "desk.withdraw_handed_over"}
        return NEEDS_PERSON if left & stays else nothing


def _agreed(question: str) -> bool:
    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes", "ya"}


def _scope(given: Namespace) -> None:
    """One of: a post (on a channel), a channel, everything."""
    if given.all and (given.post or given.channel):
        raise UsageError("cli.all_alone")
    if not (given.all or given.post or given.channel):
        raise UsageError("cli.which")


def _told(
    done: Sequence[Decided], desk: Desk, given: Namespace, screen: Screen, *, whole: bool = False
) -> int:
    """Print what became of each delivery; 1 where nothing could be done."""
    if given.json:
        screen.json([as_json.decided(one) for one in done])
    else:
        screen.heading(desk.workspace.mode, " ".join(filter(None, (given.verb, given.post or given.channel))))
        for one in done:
            screen.lines(_decided_lines(one, screen))
        if not done:
            screen.line(t("cli.whole_done" if whole else "cli.nothing_done"))
    return 0 if any(one.done for one in done) or (whole and not done) else 1


def _decided_lines(one: Decided, screen: Screen) -> Iterator[str]:
    mark = screen.paint.good("✓ ") if one.done else screen.paint.bad("✗ ")
    yield from screen.canvas.hanging(mark, t(one.message, **one.values))
    yield from delivery_lines(one.delivery, screen, dated=True)


# ── What needs a person ──────────────────────────────────────────────────────


def _open_questions(given: Namespace, screen: Screen) -> int:
    with open_desk(given) as desk:
        needs, workspace = desk.needs_person(), desk.workspace
    if given.json:
        screen.json([as_json.need(each) for each in needs])
    else:
        screen.heading(workspace.mode, t("cli.heading_resolve"))
        for need in needs:
            screen.lines(_need_lines(need, screen))
            screen.line()
        if not needs:
            screen.line(screen.paint.good("✓ ") + t("cli.resolve_nothing"))
    return NEEDS_PERSON if needs else 0


def _need_lines(need: NeedsPerson, screen: Screen) -> Iterator[str]:
    yield from screen.canvas.hanging(screen.paint.bad("! "), t(need.message, **need.values))
    if need.delivery is not None:
        yield from delivery_lines(need.delivery, screen, dated=True, why=False)
    for candidate in need.candidates:
        yield from screen.canvas.hanging(f"  {t('cli.candidates')}: ", candidate, screen.paint.calm)
    if need.choices:
        yield f"  {t('cli.choices')}:"
    for choice in need.choices:
        yield from screen.canvas.hanging("    • ", t(choice.message))
        if command := as_json.command(choice, need):
            yield f"      {screen.paint.calm(safe(command))}"


VERBS: Mapping[str, Callable[[Namespace, Screen], int]] = {
    "approve": approve,
    "reject": reject,
    "hold": hold,
    "release": release,
    "publish": publish,
    "resolve": resolve,
    "withdraw": withdraw,
}
