"""Gives a post its cards on a channel that needs a picture; what was drawn once is not drawn again.

A card is a file on a shelf, named by its content, and from there on a picture of the post like any
other: fitted, shown, pinned by its hash and delivered.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from connectors import registry
from connectors.contract import (
    Feature,
    Json,
    MediaFacts,
    Part,
    PartKind,
    PictureRules,
    Problem,
    Rendition,
    Room,
    Severity,
    canonical,
)
from publisher.cards.design import Design, DesignError, read_design
from publisher.cards.words import CardWords, Paragraph, card_words, spoken
from publisher.config import Workspace
from publisher.config_values import suggestion
from publisher.content.files import ReadError
from publisher.content.shelf import Shelf
from publisher.errors import PublisherError
from publisher.model import Channel, Post, PostMedia
from publisher.render import shipped_dir
from publisher.render.fitting import Wish, filling
from publisher.texts import catalogues

FALLBACK = "info"
"""The design where nobody names one."""
SLIDES = PictureRules(("image/jpeg",), 0, canvas=(1080, 1920), covered=(250, 500, 165))
"""Stills of a slideshow: upright, with room for what apps lay over clips (ours; each has other numbers)."""
NAMED = 20
"""Characters that no font has, of which so many are named."""
STATEMENT = 140
"""Characters up to which a text without a title is set like a title."""


@dataclass(frozen=True, slots=True)
class Dressed:
    """A post as a channel gets it: with cards where it needs them, and what people are told of that."""

    post: Post
    problems: tuple[Problem, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether the card that is needed cannot be made."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Told:
    """What people are told of a card, and later of the same card once more."""

    code: str
    severity: Severity
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The pages of a card as they lie on the shelf: (sha256, alternative text), and what is told of them."""

    pages: tuple[tuple[str, str], ...]
    told: tuple[_Told, ...] = ()


@dataclass(frozen=True, slots=True)
class _Photo:
    """The picture of a post that stands on its card."""

    media: PostMedia
    facts: MediaFacts

    def cut(self, size: tuple[int, int]) -> bytes:
        """Cut to fill a frame, around its focus; decoded like any picture that is made anew."""
        from publisher.media import pictures

        made = filling(self.facts, self.media.focus, size, Wish("crop"))
        return pictures.make_all(self.media.path.read_bytes(), [made], self.media.name)[0]


@dataclass(frozen=True, slots=True)
class _Task:
    """All that a card is drawn of."""

    design: Design
    words: CardWords
    rules: PictureRules
    most: int
    photo: _Photo | None


class Cards:
    """The cards of one workspace, remembered from look to look and from run to run."""

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace
        self._folder = workspace.root / ".publisher" / "cache" / "cards"
        self._shelf = Shelf(self._folder)
        self._drawn: dict[str, _Drawn] = {}
        self._designs: dict[str, tuple[tuple[int, int], Design]] = {}
        self._wordless: dict[tuple[str, str], bool] = {}

    def dressed(self, post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> Dressed:
        """The post, with cards if the channel needs a picture and the post has none.

        That is where the post asks for a card and the platform takes pictures, and where the platform
        takes no words alone and `unsupported: card` says what to do. Where it takes clips only, cards or
        the post's own pictures become a slideshow.

        Args:
            facts: by sha256 of the source, of the post's own media.
        """
        if not post.card and channel.unsupported != "card":
            return Dressed(post)
        try:
            return self._dressed(post, channel, facts)
        except DesignError as error:
            return Dressed(post, tuple(_of_design(problem, post, channel) for problem in error.problems))
        except ReadError as error:
            told = _Told("cards.not_kept", Severity.ERROR, error.values)
        except PublisherError as error:
            told = _Told(error.message, Severity.ERROR, error.values)
        return Dressed(post, (_placed(told, post, channel),))

    def _dressed(self, post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> Dressed:
        room, asked = registry.room(channel.platform), _asked(post, channel)
        wanted = channel.unsupported == "card" or _wants_slideshow(post, channel)
        rules = None if _wants_slideshow(post, channel) else _pictures(room, room.placement(asked, ["image"]))
        slides = rules is None and Feature.VIDEO in room.features
        if post.media or post.companions:
            photo = _photo_of(post, facts) if post.card and rules is not None else None
            if photo is not None and rules is not None and self._design(post.card).photo is not None:
                return self._with_cards(post, channel, room, rules, photo)
            return _with_own(post, channel, facts, slides=slides)
        if rules is None and not (slides and wanted):
            return Dressed(post)
        if not post.card and not self._needs_picture(room, room.placement(asked, [])):
            return Dressed(post)
        dressed = self._with_cards(post, channel, room, rules or SLIDES)
        return replace(dressed, post=_as_slideshow(dressed.post, channel)) if slides else dressed

    def prune(self, used: Collection[Path]) -> None:
        """Remove cards that no post has used for a day."""
        self._shelf.prune([*used, *(self._note(key) for key in self._drawn)])

    # ── When ──

    def _needs_picture(self, room: Room, placement: str) -> bool:
        """Whether words alone can never stand there."""
        key = room.platform, placement
        if key not in self._wordless:
            options = {"placement": placement} if placement != room.placements[0] else {}
            alone = Rendition(f"{room.platform}:0", placement, (Part(PartKind.ROOT, "x", options=options),))
            codes = {problem.code for problem in room.check(alone, {})}
            self._wordless[key] = bool(codes & room.unfit)
        return self._wordless[key]

    # ── What ──

    def _with_cards(
        self, post: Post, channel: Channel, room: Room, rules: PictureRules, photo: _Photo | None = None
    ) -> Dressed:
        design = self._design(post.card or channel.card)
        if design.photo is not None and photo is None:
            raise PublisherError("cards.no_photo", design=design.name)
        words = self._words(post, channel, design)
        most = min(rules.most or room.limits.images, room.limits.images)
        task = _Task(design, words, rules, most, photo)
        key = self._key(task)
        drawn = self._recalled(key) or self._draw(key, task)
        cut = next((one for one in drawn.told if one.code == "cards.cut"), None)
        if cut is not None and channel.long_text == "error":
            values = {**cut.values, "most": most}
            return Dressed(post, (_placed(_Told("cards.too_long", Severity.ERROR, values), post, channel),))
        media = tuple(
            PostMedia(self._folder / source, _name(design, number), source, alt, reading=len(alt))
            for number, (source, alt) in enumerate(drawn.pages, 1)
        )
        values = {"count": len(media), "design": design.name}
        told = (_Told("cards.drawn", Severity.NOTICE, values), *drawn.told)
        shown = replace(post, media=(*media, *post.media[1:]))
        return Dressed(shown, tuple(_placed(one, post, channel) for one in told))

    def _words(self, post: Post, channel: Channel, design: Design) -> CardWords:
        space = self._space
        words = card_words(
            post,
            channel,
            space.defaults,
            name=space.brand.name,
            language=space.language,
            swipe=catalogues.message("cards.swipe", space.language) or "",
        )
        order = design.area.order
        if "body" not in order:
            first = words.paragraphs[0].sentences[0] if words.paragraphs else ""
            return replace(words, title=words.title or first, paragraphs=(), left=0)
        titled = "title" in order and order.index("title") < order.index("body")
        alone = len(words.paragraphs) == 1 and not words.title and len(words.paragraphs[0].text) <= STATEMENT
        if titled and alone:
            return replace(words, title=words.paragraphs[0].text, paragraphs=())
        if not titled and not words.paragraphs:
            return replace(words, title="", paragraphs=(Paragraph((words.title,)),))
        return words

    def _key(self, task: _Task) -> str:
        """The name of a card: all that its look hangs on, without drawing it."""
        from publisher.cards import draw, fonts

        brand, design, photo = self._space.brand, task.design, task.photo
        logo = hashlib.sha256(_bytes_of(brand.logo)).hexdigest() if brand.logo else ""
        about = {
            "drawing": draw.VERSION,
            "design": repr(replace(design, folder=Path())),
            "words": repr(task.words),
            "fonts": fonts.digests(sorted(design.fonts), design.folder),
            "brand": [brand.colour, brand.accent, logo],
            "size": [*task.rules.canvas, *task.rules.covered, task.most],
            "photo": [photo.media.source, photo.media.alt, photo.media.focus] if photo else None,
        }
        return hashlib.sha256(canonical(about)).hexdigest()

    def _draw(self, key: str, task: _Task) -> _Drawn:
        from publisher.cards.draw import Drawing
        from publisher.cards.pages import Page, spread
        from publisher.cards.setting import Canvas, Setting

        words, order = task.words, task.design.area.order
        setting = Setting(task.design, Canvas(*task.rules.canvas, *task.rules.covered), words)
        if "body" not in order and not setting.fits(Page(words.title), 0, 1.0):
            raise PublisherError("cards.long_title", design=task.design.name)
        if not setting.readable():
            raise PublisherError("cards.no_letters")
        found = spread(words.title, words.paragraphs, task.most, setting.fits)
        box = setting.photo()
        photo = task.photo.cut((box[2] - box[0], box[3] - box[1])) if task.photo and box else None
        drawing = Drawing(setting, self._space.brand, photo)
        count, pages = len(found.pages), []
        seen = (task.photo.media.alt,) if task.photo else ()
        for number, page in enumerate(found.pages, 1):
            _, source = self._shelf.put(drawing.page(page, found.step, number, count))
            kicker = words.kicker if page.first and "kicker" in order else ""
            pages.append((source, spoken(kicker, page.title, page.paragraphs, (*seen, *words.below()))))
        told = []
        if missing := setting.missing():
            listed = " ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else "")
            told.append(_Told("cards.no_glyph", Severity.WARNING, {"characters": listed}))
        of = found.of + words.left
        if found.kept < of:
            values = {"kept": found.kept, "of": of, "pages": count}
            told.append(_Told("cards.cut", Severity.WARNING, values))
        drawn = _Drawn(tuple(pages), tuple(told))
        self._remember(key, drawn)
        return drawn

    # ── What was drawn ──

    def _note(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _recalled(self, key: str) -> _Drawn | None:
        drawn = self._drawn.get(key)
        if drawn is None:
            try:
                data = json.loads(self._note(key).read_bytes())
                told = tuple(_Told(code, Severity(how), values) for code, how, values in data["told"])
                drawn = _Drawn(tuple((source, alt) for source, alt in data["pages"]), told)
            except (OSError, ValueError, TypeError, LookupError):
                return None
        if not all((self._folder / source).is_file() for source, _ in drawn.pages):
            return None
        if key not in self._drawn:
            self._drawn[key] = drawn
            for name in (f"{key}.json", *(source for source, _ in drawn.pages)):
                with suppress(OSError):
                    os.utime(self._folder / name)  # in use: stays on the shelf
        return drawn

    def _remember(self, key: str, drawn: _Drawn) -> None:
        self._drawn[key] = drawn
        told = [[one.code, one.severity.value, dict(one.values)] for one in drawn.told]
        note = self._note(key)
        draft = note.with_name(f".{note.name}.{os.getpid()}")
        with suppress(OSError):  # costs only that it is drawn once more
            draft.write_text(json.dumps({"pages": drawn.pages, "told": told}), encoding="utf-8")
            draft.replace(note)

    # ── Designs ──

    def _design(self, name: str) -> Design:
        """The design of a name, the workspace's before the shipped one.

        Raises:
            DesignError: there is none, or it is wrong.
        """
        found = self._files()
        wanted = FALLBACK if name in ("", "yes") else name
        if wanted in found:
            return self._read(found[wanted])
        known = {stem: self._read(path) for stem, path in found.items()}
        for design in known.values():
            if wanted in design.also:
                return design
        every = [*known, *(word for design in known.values() for word in design.also)]
        values = {"name": wanted, "known": ", ".join(every), "meant": suggestion(wanted, every)}
        raise DesignError(Problem("cards.no_design", Severity.ERROR, values))

    def _files(self) -> dict[str, Path]:
        folders = (shipped_dir() / "cards", self._space.templates_dir / "cards")
        return {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}

    def _read(self, path: Path) -> Design:
        stat = path.stat()
        stamp = stat.st_mtime_ns, stat.st_size
        known = self._designs.get(str(path))
        if known is None or known[0] != stamp:
            self._designs[str(path)] = known = stamp, read_design(path, f"templates/cards/{path.name}")
        return known[1]


def _pictures(room: Room, placement: str) -> PictureRules | None:
    """What a place takes of pictures; None: it takes none."""
    return room.pictures(placement) if Feature.IMAGE in room.features else None


def _photo_of(post: Post, facts: Mapping[str, MediaFacts]) -> _Photo | None:
    """The post's first picture, if that is what it begins with."""
    first = post.media[0] if post.media else None
    known = facts.get(first.source) if first else None
    return _Photo(first, known) if first and known and known.kind in ("image", "gif") else None


def _with_own(post: Post, channel: Channel, facts: Mapping[str, MediaFacts], *, slides: bool) -> Dressed:
    """A post that has pictures or clips gets no card; its pictures become a clip where only those go."""
    told = (_placed(_Told("cards.has_pictures", Severity.NOTICE), post, channel),) if post.card else ()
    kinds = [facts[one.source].kind for one in post.media if one.source in facts]
    stills = bool(kinds) and set(kinds) <= {"image", "gif"}
    needed = slides and stills and channel.unsupported == "card"
    return Dressed(_as_slideshow(post, channel) if needed else post, told)


def _wants_slideshow(post: Post, channel: Channel) -> bool:
    return {**channel.options, **post.platforms.get(channel.platform, {})}.get("slideshow") is True


def _as_slideshow(post: Post, channel: Channel) -> Post:
    own = post.platforms.get(channel.platform, {})
    return replace(post, platforms={**post.platforms, channel.platform: {"slideshow": True, **own}})


def _asked(post: Post, channel: Channel) -> str | None:
    own = post.platforms.get(channel.platform, {})
    asked = own.get("placement") or channel.options.get("placement")
    return str(asked) if asked else None


def _placed(told: _Told, post: Post, channel: Channel) -> Problem:
    line = post.lines.get("card") or post.lines.get("body")
    return Problem(
        told.code,
        told.severity,
        told.values,
        post=post.path,
        file=post.file,
        line=line,
        channel=channel.label,
    )


def _of_design(problem: Problem, post: Post, channel: Channel) -> Problem:
    """A mistake in a design has its own place, a design that is not there that of its name in the post."""
    here = replace(problem, post=post.path, channel=channel.label)
    return here if problem.file else replace(here, file=post.file, line=post.lines.get("card"))


def _name(design: Design, number: int) -> str:
    return f"{design.name}-{number}.jpg"


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise PublisherError("cards.logo", name=path.name) from None
