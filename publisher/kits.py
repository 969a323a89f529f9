"""Makes a kit of what a person publishes by hand: the texts to copy, the files in order, the steps.

A kit is a folder of plain files that anybody can open. It is made aside and appears whole; making it
again for the same delivery gives the same folder anew.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from mimetypes import guess_extension
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from connectors import registry
from connectors.contract import MediaSource, Part, PartKind, Rendition
from publisher.media.store import explained
from publisher.texts import amounts, t

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.views import DeliveryView

FOLDER = "kits"
"""In the state folder of a mode."""
_NAME = 40
"""Characters of a post's title in the name of its kit."""
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
"""What Windows does not take in a name; the folder may be shared."""
_ENDINGS = {"image/jpeg": ".jpg", "image/webp": ".webp", "video/mp4": ".mp4", "text/vtt": ".vtt"}


@dataclass(frozen=True, slots=True)
class Kits:
    """Where kits are kept, and what they are made from.

    Attributes:
        zone: IANA name, for the due time in a kit's name.
    """

    folder: Path
    media: MediaSource
    zone: str

    def make(self, delivery: DeliveryView, due: datetime, rendition: Rendition, waits: str = "") -> Path:
        """The kit's folder, complete; its name says when, where and what.

        Args:
            waits: message id of where in the platform's app the post waits already; then nobody is told to
                upload it there, which would make two of it.

        Raises:
            MediaError: a file of it cannot be made.
            MediaStoreError: the disk refuses, or a source is lost.
        """
        room = registry.room(rendition.platform)
        local = amounts.local(due, self.zone)
        what = " ".join(_UNSAFE.sub(" ", delivery.title or delivery.path).split())[:_NAME].rstrip(". ")
        name = f"{local:%Y-%m-%d %H.%M} {room.title} {what} {delivery.delivery_id[-8:]}"
        target = self.folder / " ".join(name.split())
        draft = self.folder / f".{delivery.delivery_id}"
        with explained(target):
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            told = [t(waits), t("kits.only_text")] if waits else [t(step) for step in room.steps(rendition)]
            for number, part in enumerate(rendition.parts, 1):
                self._texts(draft, part, number, room.fields)
                told += self._files(draft, part, number)
            told.append(t("kits.record", post=quote(delivery.path), channel=quote(delivery.channel)))
            steps = "".join(f"{number}. {step}\n" for number, step in enumerate(told, 1))
            head = t("kits.head", platform=room.title, when=amounts.when(due, self.zone))
            (draft / t("kits.steps")).write_text(f"{head}\n\n{steps}", encoding="utf-8")
            remove(self.folder.parent, delivery.delivery_id)
            draft.replace(target)
        return target

    def _texts(self, draft: Path, part: Part, number: int, fields: tuple[str, ...]) -> None:
        """What is copied: one file per text, so that nothing of it can be left out or taken twice."""
        texts = {_name_of(part, number): part.text, t("kits.link"): part.link or ""}
        if number == 1:
            texts |= {f"{field}.txt": str(part.options.get(field) or "") for field in fields}
        for name, words in texts.items():
            if words:
                (draft / name).write_text(words, encoding="utf-8")

    def _files(self, draft: Path, part: Part, number: int) -> Iterator[str]:
        """The files in the order in which they are shown, as they would be sent; and what each shows."""
        lead = "" if number == 1 else f"{number}-"
        alts = []
        for place, media in enumerate(part.media, 1):
            name = f"{lead}{place:02}{_ending(self.media.facts(media).mime)}"
            shutil.copyfile(self.media.path(media), draft / name)
            alts += [f"{name}: {media.alt}"] if media.alt else []
        for beside in part.companions:
            name = f"{lead}{beside.role}{_ending(self.media.facts(beside).mime)}"
            shutil.copyfile(self.media.path(beside), draft / name)
        if alts:
            (draft / f"{lead}alt.txt").write_text("\n".join(alts) + "\n", encoding="utf-8")
            yield t("kits.alts", file=f"{lead}alt.txt")


def find(state: Path, delivery_id: str) -> Path | None:
    """The kit of a delivery in a state folder; None: there is none."""
    return next(iter(sorted((state / FOLDER).glob(f"* {delivery_id[-8:]}"))), None)


def remove(state: Path, delivery_id: str) -> None:
    """Take away the kit of a delivery that is done."""
    kit = find(state, delivery_id)
    if kit is not None:
        shutil.rmtree(kit, ignore_errors=True)


def _name_of(part: Part, number: int) -> str:
    if part.kind is PartKind.COMMENT:
        return t("kits.comment")
    return t("kits.text") if number == 1 else t("kits.thread", number=number)


def _ending(mime: str) -> str:
    return _ENDINGS.get(mime) or guess_extension(mime) or (".srt" if "subrip" in mime else "")
