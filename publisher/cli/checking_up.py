"""The verb that tries what a live office depends on: doctor."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping

from publisher import config
from publisher.cli.opening import root_of
from publisher.cli.screen import Screen
from publisher.media.hosts.trial import Finding, try_host
from publisher.texts import known, t
from publisher.token_trials import try_tokens
from publisher.trials import try_platforms
from publisher.wiring import wire


def doctor(given: Namespace, screen: Screen) -> int:
    """Try tokens and the media host, and look for what cards need; line by line, with what to do."""
    workspace = config.load(root_of(given), sandbox=given.sandbox)
    wired = wire(workspace)
    reached = workspace.mode == "live" or wired.announced is not None
    tokens = tuple(try_tokens(wired)) if reached else ()
    refused = {one.values["channel"] for one in tokens if not one.good}
    host = wired.media_host()
    if host is None:
        unset = "media.trial_none" if workspace.mode == "live" else "media.trial_practice"
        found: tuple[Finding, ...] = (Finding(unset, {}, good=workspace.mode == "sandbox"),)
    else:
        with wired.serving_media(alone=False):
            found = try_host(host, workspace.network)
            if all(one.good for one in found) and reached:
                found += tuple(try_platforms(wired, without=refused))
    found = (*tokens, *found, _joining())
    if given.json:
        screen.json([{"code": one.code, "good": one.good, **one.values} for one in found])
    else:
        screen.heading(workspace.mode, t("cli.heading_doctor"))
        for one in found:
            _show(one, screen)
    return 0 if all(one.good or one.minor for one in found) else 1


def _joining() -> Finding:
    """Whether cards can join letters and emoji here."""
    from publisher.cards.fonts import shaping

    joins = shaping()
    return Finding("cards.joins" if joins else "cards.no_fribidi", {}, good=joins, minor=True)


def _show(one: Finding, screen: Screen) -> None:
    mark = screen.paint.good("✓") if one.good else screen.paint.bad("✗")
    if one.minor and not one.good:
        mark = screen.paint.careful("!")
    screen.lines(screen.canvas.hanging(f"  {mark} ", t(one.code, **one.values)))
    if not one.good and known(f"{one.code}.fix"):
        screen.lines(screen.canvas.hanging("    ", t(f"{one.code}.fix", **one.values), screen.paint.dim))


VERBS: Mapping[str, Callable[[Namespace, Screen], int]] = {"doctor": doctor}
