"""What a room can be given to publish, made from the features it declares."""

from __future__ import annotations

from dataclasses import replace

from connectors.contract import Feature, Part, PartKind
from tests.contract.stand import Stand

MADE = frozenset(
    {
        *(Feature.TEXT, Feature.LINK, Feature.IMAGE, Feature.IMAGES, Feature.GIF, Feature.VIDEO),
        *(Feature.ALT_TEXT, Feature.THREAD, Feature.COMMENT),
    }
)
"""The features there is a format for; `test_formats_cover_the_features` fails for a room with others."""


def formats_of(stand: Stand) -> dict[str, tuple[Part, ...]]:
    """A format or two for each feature of the room."""
    has, root = stand.room.features, PartKind.ROOT
    alt = "Kantor camat" if Feature.ALT_TEXT in has else ""
    made: dict[str, tuple[Part, ...]] = {}
    if Feature.TEXT in has:
        made["text"] = (Part(root, "Loket dibuka.\n\nTanya: 1708 & natunakab.go.id <gratis> 😀 “é”"),)
    if Feature.LINK in has:
        made["link"] = (Part(root, "Tautan", link="https://natunakab.go.id/berita?a=1&b=2"),)
    if Feature.IMAGE in has:
        made["photo"] = (Part(root, "Satu foto", media=(stand.picture(1, alt),)),)
        made["photo only"] = (Part(root, "", media=(stand.picture(2),)),)
        made["png"] = (Part(root, "Poster", media=(stand.picture(3, alt, "PNG"),)),)
    if Feature.IMAGES in has:
        most = stand.room.limits.images
        photos = tuple(stand.picture(10 + number, alt and f"{alt} {number}") for number in range(most))
        made["photos"] = (Part(root, "Semua foto", media=photos),)
    if Feature.GIF in has:
        made["gif"] = (Part(root, "Bergerak", media=(stand.animation(alt),)),)
    if Feature.VIDEO in has:
        made["clip"] = (Part(root, "Klip", media=(stand.clip(alt),)),)
    if Feature.THREAD in has:
        made["thread"] = tuple(
            Part(root if number == 1 else PartKind.THREAD, f"Utas {number}/3") for number in (1, 2, 3)
        )
    if Feature.COMMENT in has:
        made["comment"] = (Part(root, "Kiriman"), Part(PartKind.COMMENT, "Komentar pertama"))
    return made


def asking_for(stand: Stand) -> dict[Feature, Part]:
    """For every feature there is, a part that asks for it with as little else as can be."""
    root, photo = PartKind.ROOT, stand.picture(1)
    cover = replace(stand.picture(3), role="cover")
    return {
        Feature.TEXT: Part(root, "a"),
        Feature.LINK: Part(root, "", link="https://natunakab.go.id/"),
        Feature.IMAGE: Part(root, "", media=(photo,)),
        Feature.IMAGES: Part(root, "", media=(photo, stand.picture(2))),
        Feature.GIF: Part(root, "", media=(stand.animation(),)),
        Feature.VIDEO: Part(root, "", media=(stand.clip(),)),
        Feature.ALT_TEXT: Part(root, "", media=(stand.picture(4, "Kantor camat"),)),
        Feature.THREAD: Part(PartKind.THREAD, "a"),
        Feature.COMMENT: Part(PartKind.COMMENT, "a"),
        Feature.POLL: Part(root, "a", options={"poll": ["08.00", "09.00"]}),
        Feature.MIXED: Part(root, "", media=(photo, stand.clip())),
        Feature.COVER: Part(root, "", media=(stand.clip(),), companions=(cover,)),
        Feature.CAPTIONS: Part(root, "", media=(stand.clip(),), companions=(stand.captions(),)),
    }
