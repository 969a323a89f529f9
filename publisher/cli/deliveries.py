"""How a delivery looks in a list: the same in `log`, `status`, `resolve` and after every decision."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.cli.as_json import reason_of
from publisher.cli.screen import Screen
from publisher.model import State
from publisher.preview import wording
from publisher.preview.ansi import clip, columns_of, pad, safe
from publisher.preview.terminal import state_in_colour
from publisher.texts import amounts, t
from publisher.views import DeliveryView

STATE_COLUMNS = 12
CHANNEL_COLUMNS = 9
THE_PROGRAM = "daemon"
"""Who acts in the log where no person did."""


def delivery_lines(
    one: DeliveryView, screen: Screen, *, seconds: bool = False, dated: bool = False, why: bool = True
) -> Iterator[str]:
    """Time, state, channel and title on one line; below it what else there is to know.

    Args:
        seconds: as all lines of a list have them, or none.
        dated: no heading says the day, so it stands below the title.
        why: also why it stands as it does.
    """
    clock = amounts.clock(amounts.local(one.due_at, one.due_zone), seconds=seconds)
    lead = "  " if dated else f"  {clock}  "
    state = pad(_state(one, screen), STATE_COLUMNS)
    head = f"{lead}{state} {pad(screen.paint.bold(safe(one.channel)), CHANNEL_COLUMNS)} "
    title = safe(one.title or one.path)
    yield head + (clip(title, max(10, screen.columns - columns_of(head))) if screen.boxed else title)
    below = " " * columns_of(lead)
    for note in _notes(one, dated):
        yield from screen.canvas.hanging(below, note, screen.paint.dim)
    if one.url:
        yield f"{below}{screen.paint.calm(safe(one.url))}"
    if why and (reason := reason_of(one)):
        style = screen.paint.bad if one.state in (State.FAILED, State.UNKNOWN) else screen.paint.careful
        yield from screen.canvas.hanging(below, reason, style)
    yield from _parts_in_trouble(one, screen, below)


def _state(one: DeliveryView, screen: Screen) -> str:
    """In its colour; what is not in the log waits for nothing."""
    if not one.delivery_id:
        return screen.paint.dim(t("preview.not_booked"))
    return state_in_colour(one.state, screen.canvas)


def _notes(one: DeliveryView, dated: bool) -> Iterator[str]:
    """Small facts, on one line."""
    notes = [amounts.short_when(one.due_at, one.due_zone)] if dated and one.has_due else []
    if len(one.parts) > 1:
        notes.append(t("cli.parts", live=one.parts_live, all=len(one.parts)))
    if one.published_at is not None:
        at = amounts.local(one.published_at, one.due_zone).replace(microsecond=0)
        notes.append(t("cli.published_at", clock=amounts.clock(at, seconds=True)))
    if one.withdrawal:
        notes.append(t(f"cli.withdrawal_{one.withdrawal}", name=one.withdrawn_by or "–"))
        notes += [one.withdrawn_because] if one.withdrawn_because else []
    if one.attempts > len(one.parts):
        notes.append(t("cli.attempts", count=one.attempts))
    if one.held_by:
        by_itself = one.held_by == THE_PROGRAM
        notes.append(t("cli.held_by_program") if by_itself else t("cli.held_by", name=one.held_by))
    if one.held_until is not None:
        notes.append(t("cli.held_until", when=amounts.short_when(one.held_until, one.due_zone)))
    if one.state is not State.PUBLISHED:
        notes += [t(gate) for gate in one.gates if (one.state, gate) != (State.HELD, "log.gate_held")]
    if notes:
        yield " · ".join(notes)


def _parts_in_trouble(one: DeliveryView, screen: Screen, indent: str) -> Iterator[str]:
    """Followers that are not live although the root is."""
    if not one.incomplete:
        return
    for part in one.parts[1:]:
        if part.state is not State.PUBLISHED:
            words = " · ".join(filter(None, (wording.state(part.state), reason_of(part))))
            lead = f"{indent}{t('preview.in_part', part=part.number)}: "
            yield from screen.canvas.hanging(lead, words, screen.paint.careful)


def by_day(deliveries: tuple[DeliveryView, ...] | list[DeliveryView], screen: Screen) -> Iterator[str]:
    """Deliveries in the order given, a heading wherever the day changes."""
    shown, seconds = None, any(one.due_at.second for one in deliveries)
    for one in deliveries:
        heading = amounts.day_in(one.due_at, one.due_zone)
        if heading != shown:
            if shown is not None:
                yield ""
            yield screen.paint.bold(heading)
            shown = heading
        yield from delivery_lines(one, screen, seconds=seconds)
