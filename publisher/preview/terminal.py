"""A post as it will stand on every channel, for a terminal or a pipe: what is sent, to the letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from connectors.contract import Json, Media, MediaFacts, Part, PartKind, Problem, Severity
from publisher import recipe
from publisher.checked import Reach
from publisher.media.inspect import kind_name
from publisher.model import State
from publisher.preview import posters, problems, wording
from publisher.preview.ansi import beside, columns_of, pad, safe
from publisher.preview.canvas import Canvas
from publisher.preview.gallery import Gallery
from publisher.texts import amounts, number, t
from publisher.views import ChannelPreview, PartCount, PostPreview

WIDEST = 100
"""Columns of one channel; longer lines are hard to read."""
SIDE_BY_SIDE = 120
"""From this width two channels stand beside each other: each still shows what a phone would."""
GAP = 4
MARKS = ("draft", "urgent", "repeat", "sample")
"""Fields of a post that people must know of before they approve it."""


def post_lines(shown: PostPreview, canvas: Canvas, gallery: Gallery | None = None) -> Iterator[str]:
    """Everything about one post, line by line.

    Args:
        gallery: shows its pictures; None: they are named only.
    """
    yield from _facts(shown, canvas)
    if canvas.boxed and canvas.columns >= SIDE_BY_SIDE and len(shown.channels) > 1:
        yield from _pairs(shown, canvas, gallery)
    else:
        narrow = canvas._replace(columns=min(canvas.columns, WIDEST))
        for channel in shown.channels:
            yield ""
            yield from channel_lines(channel, shown.reach, narrow, gallery)
    yield from _links(shown, canvas)
    if _anything_breaks(shown, canvas):
        yield ""
        yield from canvas.hanging("", t("preview.legend"), canvas.paint.dim)


def _facts(shown: PostPreview, canvas: Canvas) -> Iterator[str]:
    """Where the post lies, and what is wrong with all of it."""
    post = shown.post
    facts = [post.file, t("preview.id", id=shown.post_id)]
    if post.author:
        facts.append(t("preview.author", name=post.author))
    facts += [t(f"preview.mark_{mark}") for mark in MARKS if getattr(post, mark)]
    yield from canvas.hanging("", " · ".join(facts), canvas.paint.dim)
    told = {problem for channel in shown.channels for problem in _keys(channel.rendered.problems)}
    of_all = [problem for problem in shown.problems if not told.intersection(_keys((problem,)))]
    yield from problems.lines(of_all, shown.reach, canvas)


def _links(shown: PostPreview, canvas: Canvas) -> Iterator[str]:
    """Where it is live; below everything, as a link that is wrapped cannot be clicked."""
    live = [channel for channel in shown.channels if channel.url]
    widest = max((columns_of(safe(channel.title)) for channel in live), default=0)
    if live:
        yield ""
    for channel in live:
        yield f"{pad(safe(channel.title), widest)}  {canvas.paint.calm(safe(channel.url or ''))}"


def _keys(found: tuple[Problem, ...]) -> set[tuple[str, str | None, int | None, str]]:
    """Problems as something that can be compared: their values are mappings."""
    return {(p.code, p.channel, p.part, str(sorted(p.values.items()))) for p in found}


def _pairs(shown: PostPreview, canvas: Canvas, gallery: Gallery | None) -> Iterator[str]:
    channels = shown.channels
    half = canvas._replace(columns=min((canvas.columns - GAP) // 2, WIDEST))
    for place in range(0, len(channels), 2):
        pair = channels[place : place + 2]
        left, *right = (list(channel_lines(channel, shown.reach, half, gallery)) for channel in pair)
        yield ""
        yield from beside(left, right[0] if right else [], half.columns, GAP)


def _anything_breaks(shown: PostPreview, canvas: Canvas) -> bool:
    pair = canvas.columns >= SIDE_BY_SIDE and len(shown.channels) > 1
    wide = (canvas.columns - GAP) // 2 if pair else canvas.columns
    each = canvas._replace(columns=min(wide, WIDEST))
    renditions = (channel.rendered.rendition for channel in shown.channels)
    return any(each.breaks(part.text) for rendition in renditions if rendition for part in rendition.parts)


# ── One channel ──────────────────────────────────────────────────────────────


def channel_lines(
    channel: ChannelPreview, reach: Reach, canvas: Canvas, gallery: Gallery | None = None
) -> Iterator[str]:
    """One channel: who, when, the parts, what is wrong, what it costs."""
    yield from _header(channel, canvas)
    rendition = channel.rendered.rendition
    if rendition is None:
        words = "preview.skipped" if channel.rendered.skipped else "preview.nothing"
        yield from canvas.hanging("  ", t(words), canvas.paint.careful)
    else:
        for place, part in enumerate(rendition.parts):
            count = channel.counts[place] if place < len(channel.counts) else None
            yield from _part(part, place + 1, len(rendition.parts), count, canvas)
            yield from _extras(part, channel, canvas, gallery)
    yield from problems.lines(channel.rendered.problems, reach, canvas, indent="  ", headed=False)
    if channel.usd is not None:
        notes = ", ".join(t(note) for note in channel.price_notes)
        yield from canvas.hanging(
            f"  {t('preview.price')} ", f"{amounts.money(channel.usd)}{notes and f' · {notes}'}"
        )


def _header(channel: ChannelPreview, canvas: Canvas) -> Iterator[str]:
    paint = canvas.paint
    account = channel.account.partition(":")[2] or channel.account
    name = f"{paint.bold(safe(channel.title))}  {paint.dim(safe(f'{channel.channel} · {account}'))}"
    state = _state(channel, canvas)
    space = canvas.columns - columns_of(name) - columns_of(state) if canvas.boxed else 2
    yield f"{name}{' ' * max(2, space)}{state}".rstrip()
    if channel.due is not None and not channel.rendered.skipped:
        due = f"{amounts.when(channel.due.at, channel.due.zone)} · {wording.why(channel.due.why)}"
        yield from canvas.hanging("  ", due)
    elif not channel.rendered.skipped and not any(
        problem.severity is Severity.ERROR for problem in channel.rendered.problems
    ):
        yield from canvas.hanging("  ", t("preview.no_due"), paint.careful)
    for gate in channel.gates:
        yield from canvas.hanging(f"  {paint.careful('!')} ", t(gate))


_STYLES: dict[State, str] = {
    State.PUBLISHED: "good",
    State.FAILED: "bad",
    State.UNKNOWN: "bad",
    State.HELD: "careful",
    State.MISSED: "careful",
    State.HANDED_OVER: "careful",
    State.CANCELLED: "dim",
}


def state_in_colour(state: State, canvas: Canvas) -> str:
    """A state's word in the colour of what it asks of people."""
    style: Callable[[str], str] = getattr(canvas.paint, _STYLES.get(state, "calm"))
    return style(wording.state(state))


def _state(channel: ChannelPreview, canvas: Canvas) -> str:
    if channel.state is not None:
        return state_in_colour(channel.state, canvas)
    return "" if channel.rendered.rendition is None else canvas.paint.dim(t("preview.not_booked"))


# ── One part ─────────────────────────────────────────────────────────────────


def _part(part: Part, place: int, of: int, count: PartCount | None, canvas: Canvas) -> Iterator[str]:
    label = _label(part, place, of)
    used = f"{number(count.used)}/{number(count.limit)}" if count else ""
    style = canvas.paint.bad if count and count.used > count.limit else canvas.paint.bold
    if not part.text:
        yield f"  {canvas.paint.dim(' · '.join(filter(None, (label, t('preview.no_text')))))}"
    elif canvas.boxed:
        yield from canvas.frame(part.text, label, used, right_style=style)
    else:
        yield f"  {' · '.join(filter(None, (label, used)))}"
        yield ""
        yield from (f"    {safe(line)}" if line else "" for line in part.text.split("\n"))
        yield ""


def _label(part: Part, place: int, of: int) -> str:
    numbered = f"{place}/{of}" if of > 1 else ""
    return f"{numbered} · {t('preview.comment')}" if part.kind is PartKind.COMMENT else numbered


def _extras(part: Part, channel: ChannelPreview, canvas: Canvas, gallery: Gallery | None) -> Iterator[str]:
    """What goes out beside the text."""
    if gallery is not None:
        at_rest = partial(posters.poster, part=part, channel=channel)
        rows = gallery.lines(part.media, channel.facts, canvas.columns - 4, at_rest)
        yield from (f"  {row}".rstrip() for row in rows)
    for place, media in enumerate(part.media, 1):
        lead = f"  ▣ {place}. " if len(part.media) > 1 else "  ▣ "
        yield from _medium(lead, media, channel, canvas)
    for one in (each for each in part.companions if each in channel.facts):
        words = made_words(one, channel.sources[one], channel.facts[one])
        yield from canvas.hanging(f"  ▣ {t(f'preview.role_{one.role}')} ", words)
    if part.link:
        yield from canvas.hanging(f"  {t('preview.link')} ", part.link, canvas.paint.calm)
    if part.options:
        yield from canvas.hanging(f"  {t('preview.options')} ", _options(part))


def _options(part: Part) -> str:
    """As they would be written in a post."""
    return ", ".join(f"{name}: {_as_written(value)}" for name, value in part.options.items())


def _as_written(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list | tuple) else str(value)


def _medium(lead: str, media: Media, channel: ChannelPreview, canvas: Canvas) -> Iterator[str]:
    facts, source = channel.facts.get(media), channel.sources.get(media)
    words = made_words(media, source or facts, facts) if facts else media.source[:12]
    yield from canvas.hanging(lead, words)
    indent = " " * columns_of(lead)
    if media.alt:
        yield from canvas.hanging(f"{indent}{t('preview.alt')} ", media.alt, canvas.paint.dim)
    else:
        yield f"{indent}{canvas.paint.careful(t('preview.no_alt'))}"


def made_words(media: Media, source: MediaFacts, made: MediaFacts) -> str:
    """foto.heic · HEIC · 3,1 MB · 4032 × 3024 (4:3) → JPEG · 412 kB · 1080 × 1350 (4:5) · dipotong: …."""
    if recipe.makes_clip(media.recipe):
        words = media_words(replace(made, name=""))
        if recipe.is_encoded(media.recipe) and made.size == recipe.after(source, media.recipe).size:
            size = amounts.size(made.size)  # not made yet: what its bit rate comes to
            words = words.replace(size, f"≈ {size}", 1)
        return " · ".join((f"{_given(media, source)} → {words}", *_how(media, source)))
    steps = recipe.read(media.recipe)
    if steps is None:
        return media_words(made)
    moment = [t("preview.moment", at=steps.at)] if steps.at is not None else []
    after = [media_words(replace(made, name="")), *moment, *_shaped(steps.crop, steps.canvas, source)]
    return f"{media_words(source)} → {' · '.join(after)}"


def _given(media: Media, source: MediaFacts) -> str:
    """What a clip is made of: another one, or pictures."""
    others = len(recipe.sources(media)) - 1
    return media_words(source) + (f" {t('preview.slides_others', count=others)}" if others else "")


def _how(media: Media, source: MediaFacts) -> Iterator[str]:
    """What was done to make a clip."""
    slides, clip, packed = (
        recipe.of_slides(media.recipe),
        recipe.of_clip(media.recipe),
        recipe.of_repack(media.recipe),
    )
    if slides is not None:
        count, seconds = len(slides.stills), f"{slides.seconds:g}"
        yield (
            t("preview.slides", count=count, seconds=seconds)
            if count > 1
            else t("preview.slide", seconds=seconds)
        )
    if packed is not None:
        yield t("preview.repacked")
        if packed.sound == "aac":
            yield t("preview.sound_anew")
    if clip is not None:
        yield t("preview.encoded", fps=round(clip.fps))
        yield from _shaped(clip.crop, clip.canvas, source)
        if source.clip is not None and source.clip.hdr:
            yield t("preview.hdr")
        if source.clip is not None and not source.clip.audio:
            yield t("preview.silence")


def _shaped(
    crop: tuple[int, int, int, int] | None, canvas: tuple[int, int] | None, source: MediaFacts
) -> Iterator[str]:
    """What a person would want to know was done: what is cut off, what is put around."""
    whole = (0, 0, source.width, source.height)
    cut = recipe.cut_off(crop or whole, source.width, source.height)
    shares = {side: round(100 * part) for side, part in cut.items()}
    sides = [t(f"preview.cut_{side}", percent=share) for side, share in shares.items() if share]
    if sides:
        yield t("preview.cut", sides=", ".join(sides))
    if canvas is not None:
        yield t("preview.padded")


def media_words(facts: MediaFacts) -> str:
    """foto.jpg · JPEG · 1,2 MB · 1600 × 1200 (4:3)."""
    words = [*([facts.name] if facts.name else []), kind_name(facts.mime), amounts.size(facts.size)]
    if facts.height:
        words.append(f"{facts.width} × {facts.height} ({amounts.ratio(facts.width, facts.height)})")
    if facts.seconds is not None:
        words.append(t("preview.seconds", count=round(facts.seconds)))
    return " · ".join(words)
