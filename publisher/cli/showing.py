"""Prints the demo while it plays, and the publish log at its end."""

from __future__ import annotations

from pathlib import Path

from publisher.cli import as_json
from publisher.cli.deliveries import by_day
from publisher.cli.screen import Screen, program
from publisher.cli.writing import quoted
from publisher.demo import Played, play
from publisher.preview.ansi import safe
from publisher.texts import t


def show(folder: Path, screen: Screen, *, json: bool) -> int:
    """Play the demo; 0 only if every sample is out."""
    if json:
        played = play(folder, lambda _: None)
        screen.json([as_json.delivery(one) for one in played.deliveries])
        return 1 if played.trouble else 0
    screen.heading("sandbox", t("demo.heading"))

    def tell(words: str) -> None:
        screen.line(f"  {safe(words)}")
        screen.flush()

    played = play(folder, tell)
    screen.line()
    screen.heading("sandbox", t("cli.heading_log", workspace=folder))
    screen.lines(by_day(played.deliveries, screen))
    screen.line()
    _verdict(played, screen)
    where = f"{program()} --workspace {quoted(str(folder))}"
    screen.lines(screen.canvas.hanging("", t("demo.again", command=f"{where} sandbox"), screen.paint.dim))
    screen.lines(screen.canvas.hanging("", t("demo.log_again", command=f"{where} log"), screen.paint.dim))
    return 1 if played.trouble else 0


def _verdict(played: Played, screen: Screen) -> None:
    for words in played.trouble:
        screen.lines(screen.canvas.hanging(screen.paint.bad("✗ "), words))
    if played.trouble:
        screen.line(t("demo.server_log", file=played.server_log))
        return
    words = t("demo.all_out", deliveries=len(played.deliveries), parts=played.parts, seconds=played.seconds)
    screen.lines(screen.canvas.hanging(screen.paint.good("✓ "), words))
