"""Keeps sources and made pictures by their content, so that a worker needs no content folder."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, Protocol

from connectors.contract import Media, MediaFacts
from publisher import recipe
from publisher.errors import PublisherError
from publisher.media import captions
from publisher.media.encoder import Encoder
from publisher.media.inspect import MediaError, facts, is_clip, read
from publisher.media.make import make, untouched
from publisher.media.uses import Uses, written_by_us

if TYPE_CHECKING:
    from publisher.config.hosts import MediaHostSettings
    from publisher.media.pruning import Pruned

_CHUNK = 1 << 20


class MediaStoreError(PublisherError):
    """The store cannot be read or written; the picture is not to blame, and trying later makes sense.

    Codes: `media.disk_full media.read_only media.store media.changed media.lost media.no_host
    media.host media.host_folder media.host_key`.
    """


class MediaHost(Protocol):
    """Puts made files where the platforms can fetch them."""

    def put(self, path: Path, facts: MediaFacts, key: str) -> str:
        """The public URL of a made file; `key` is the same for the same bytes. May be repeated.

        Raises:
            MediaStoreError: the host cannot be reached, or refuses.
        """


class OwnHost(MediaHost, Protocol):
    """A host that is the office's: it also removes what is no longer needed."""

    settings: MediaHostSettings

    def tidy(self) -> int:
        """Remove what nobody has needed for as long as `keep` says; how many files."""


class MediaStore:
    """Fills `contract.MediaSource`: `source/<sha256>` is what staff gave, `made/…` what is sent.

    Files appear whole (written aside, fsynced, renamed), so a crash leaves none half written and
    any number of processes may work on one store. What is asked for counts as used, and stays for a while.

    Args:
        host: for platforms that fetch media themselves; None: there is none.
        encoding_limit: how long encoding one clip may take; None: as long as suits its length.
    """

    def __init__(
        self, folder: Path, host: MediaHost | None = None, encoding_limit: timedelta | None = None
    ) -> None:
        self._host = host
        self._encoder = Encoder(folder, encoding_limit)
        self._sources = folder / "source"
        self._made = folder / "made"
        self._uses = Uses(folder)
        self._facts: dict[Media, MediaFacts] = {}
        self._hashes: dict[Media, str] = {}

    def keep(self, path: Path, sha256: str) -> Path:
        """Copy a source into the store; nothing to do if it is there.

        Raises:
            MediaError: the source is missing.
            MediaStoreError: it changed since `sha256` was taken (`media.changed`), or cannot be written.
        """
        kept = _place(self._sources, sha256)
        if self._uses.note(kept):
            return kept
        try:
            source = path.open("rb")
        except FileNotFoundError:
            raise MediaError("media.missing", name=path.name) from None
        except OSError as error:
            raise MediaError("media.unreadable", name=path.name, words=error.strerror or "") from error
        with source:
            chunks = iter(lambda: source.read(_CHUNK), b"")
            return write_whole(kept, chunks, lambda seen: _refuse_change(seen, sha256, path.name))

    def path(self, media: Media) -> Path:
        """The file to send; made at first need.

        Raises:
            MediaError: the picture cannot be made.
            MediaStoreError: the source is lost (`media.lost`), or the store cannot be written.
        """
        made = self._place_of(media)
        if not self._uses.note(made):
            name = media.source[:12]
            if recipe.makes_clip(media.recipe):
                self._encode(media, made, name)
            elif recipe.read(media.recipe) is not None:
                self.make([media])
            elif media.role == "captions":
                write_whole(made, iter((captions.made(self._source(media.source), name),)))
            elif is_clip(self._source_file(media.source), name):
                self._copy_clip(media, made, name)
            else:
                write_whole(made, iter((make(self._source(media.source), media.recipe, name),)))
        return made

    def has(self, media: Media) -> bool:
        """Whether the file to send is there already."""
        return self._uses.note(self._place_of(media))

    def make(self, wanted: Iterable[Media]) -> None:
        """Make what has to be made anew and is not there yet; each source is decoded once for all of it.

        A JPEG that some take as it is has been decoded to its end then, and is made with the others.

        Raises:
            MediaError: a picture cannot be made.
            MediaStoreError: a source is lost (`media.lost`), or the store cannot be written.
        """
        from publisher.media import pictures

        asked = [picture for media in wanted for picture in _pictures(media)]
        as_they_are = {Media(one.source, one.recipe, "") for one in asked if one.recipe == recipe.PLAIN}
        for (source, at), recipes in self._missing(asked).items():
            data = self._source(source) if at is None else self._moment(source, at)
            files = pictures.make_all(data, list(recipes.values()), source[:12])
            for place, file in zip(recipes, files, strict=True):
                write_whole(place, iter((file,)))
            plain = Media(source, recipe.PLAIN, "")
            if at is None and plain in as_they_are and not self._uses.note(self._place_of(plain)):
                kept = untouched(data, source[:12])
                if kept is not None:
                    write_whole(self._place_of(plain), iter((kept,)))

    def _moment(self, source: str, at: float) -> bytes:
        """A moment of a clip, as a picture to make others of."""
        from publisher.media import moments

        return moments.png_at(self._whole_source(source), at, source[:12])

    def _missing(self, wanted: Iterable[Media]) -> dict[tuple[str, float | None], dict[Path, recipe.Recipe]]:
        """Source, and the moment of a clip → where each result belongs, and how it is made."""
        missing: dict[tuple[str, float | None], dict[Path, recipe.Recipe]] = {}
        for media in wanted:
            steps, place = recipe.read(media.recipe), self._place_of(media)
            if steps is not None and not self._uses.note(place):
                missing.setdefault((media.source, steps.at), {})[place] = steps
        return missing

    def facts(self, media: Media) -> MediaFacts:
        """What is known of the file to send; makes it at first need."""
        if media not in self._facts:
            name = media.source[:12] + (".srt" if media.role == "captions" else "")
            self._facts[media] = replace(facts(self.path(media), name), name=media.source[:12])
        return self._facts[media]

    def sha256(self, media: Media) -> str:
        """Of the bytes to send, hex; makes them at first need, and reads them once."""
        if media not in self._hashes:
            with self.path(media).open("rb") as made:
                self._hashes[media] = _hashed(made)
        return self._hashes[media]

    def _copy_clip(self, media: Media, made: Path, name: str) -> None:
        """One pass over a clip of any size, after another that makes sure the source is whole."""
        from publisher.media import clips

        with self._whole_source(media.source).open("rb") as file:
            write_whole(made, clips.copy(file, name))

    def _encode(self, media: Media, made: Path, name: str) -> None:
        """Encoded aside, then copied without notes like any other clip."""
        from publisher.media import clips

        write = self._maker(media, name)
        with explained(made), self._encoder.turn() as draft:
            if self._uses.note(made):
                return  # by another, while this one waited
            with self._encoder.in_time(name):
                write(draft)
            with draft.open("rb") as file:
                write_whole(made, clips.copy(file, name))

    def _maker(self, media: Media, name: str) -> Callable[[Path], None]:
        """What writes the clip, once all that it is made of is there."""
        from publisher.media import clip_make, slides

        clip, stills = recipe.of_clip(media.recipe), recipe.of_slides(media.recipe)
        packed = recipe.of_repack(media.recipe)
        if stills is not None:
            self.make(_pictures(media))
            files = [self.path(still) for still in _pictures(media)]
            return lambda target: slides.make(files, target, stills, name)
        source = self._whole_source(media.source)
        if packed is not None:
            return lambda target: clip_make.repack(source, target, packed, name)
        assert clip is not None  # noqa: S101 - one of the three makes a clip
        return lambda target: clip_make.make(source, target, clip, name)

    def _whole_source(self, sha256: str) -> Path:
        source = self._source_file(sha256)
        with source.open("rb") as file:
            if _hashed(file) != sha256:
                raise MediaStoreError("media.lost", source=sha256[:12])
        return source

    def url(self, media: Media) -> str:
        """Where the platform can fetch the made file; put there now if it is not yet.

        Raises:
            MediaStoreError: there is no media host (`media.no_host`), or it cannot take the file.
        """
        if self._host is None:
            raise MediaStoreError("media.no_host")
        return self._host.put(self.path(media), self.facts(media), self._place_of(media).name)

    def prune(self, needed: Iterable[Media], keep: timedelta) -> Pruned:
        """Remove what is not needed and was not used for `keep`, and half-written files of the dead.

        Args:
            needed: what stays whatever its age, with its sources.

        Raises:
            MediaStoreError: the store, or a file of it, cannot be changed; the others are gone.
        """
        from publisher.media.pruning import prune

        places = {place for media in needed for place in self._places_of(media)}
        return prune((self._sources, self._made), self._uses, places, keep)

    def _places_of(self, media: Media) -> Iterator[Path]:
        """What is sent, and all that it is made of."""
        yield self._place_of(media)
        for picture in _pictures(media):
            yield self._place_of(picture)
        for source in recipe.sources(media):
            yield _place(self._sources, source)

    def _place_of(self, media: Media) -> Path:
        return _place(self._made, media.source, _named(media.recipe))

    def _source_file(self, sha256: str) -> Path:
        place = _place(self._sources, sha256)
        if not self._uses.note(place):
            raise MediaStoreError("media.lost", source=sha256[:12])
        return place

    def _source(self, sha256: str) -> bytes:
        try:
            data = read(_place(self._sources, sha256), sha256[:12])
        except MediaError as error:
            raise MediaStoreError("media.lost", source=sha256[:12]) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise MediaStoreError("media.lost", source=sha256[:12])
        return data


def _pictures(media: Media) -> list[Media]:
    """The pictures that a slideshow is made of; anything else is one by itself."""
    slides = recipe.of_slides(media.recipe)
    return [Media(one.source, one.steps, "") for one in slides.stills] if slides else [media]


def _place(folder: Path, sha256: str, suffix: str = "") -> Path:
    return folder / sha256[:2] / (f"{sha256}-{suffix}" if suffix else sha256)


def _named(steps: tuple[str, ...]) -> str:
    """What the name of a made file says of its recipe: short, and fit for any file system."""
    return (
        "-".join(steps)
        if steps == recipe.PLAIN
        else hashlib.sha256("|".join(steps).encode()).hexdigest()[:16]
    )


def _hashed(file: IO[bytes]) -> str:
    """sha256 (hex) of a file from where it stands."""
    digest = hashlib.sha256()
    while data := file.read(_CHUNK):
        digest.update(data)
    return digest.hexdigest()


def _refuse_change(seen: str, expected: str, name: str) -> None:
    if seen != expected:
        raise MediaStoreError("media.changed", name=name)


def write_whole(
    target: Path, chunks: Iterator[bytes], verify: Callable[[str], None] | None = None, *, draft: str = "."
) -> Path:
    """Write aside, fsync, rename.

    Args:
        verify: gets the sha256 of what was written before it counts.
        draft: what the name of the file aside begins with.
    """
    digest = hashlib.sha256()
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=draft, suffix=".part", delete=False) as aside:
            written_by_us(aside)
            try:
                for chunk in chunks:
                    digest.update(chunk)
                    aside.write(chunk)
                aside.flush()
                os.fsync(aside.fileno())
                if verify:
                    verify(digest.hexdigest())
                os.chmod(aside.name, 0o644)  # the service and people here may be different users
                os.replace(aside.name, target)
            except BaseException:
                Path(aside.name).unlink(missing_ok=True)
                raise
        _sync_folder(target.parent)
    return target


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Turn what the system says about the store's disk into a message that says what to do."""
    try:
        yield
    except OSError as error:
        codes = {
            errno.ENOSPC: "media.disk_full",
            errno.EDQUOT: "media.disk_full",
            errno.EROFS: "media.read_only",
            errno.EACCES: "media.read_only",
            errno.EPERM: "media.read_only",
        }
        code = codes.get(error.errno or 0, "media.store")
        raise MediaStoreError(code, folder=str(target.parent), words=error.strerror or str(error)) from error
