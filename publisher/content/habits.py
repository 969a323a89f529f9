"""What the names tell that Windows, Word and synchronised folders give to files; pure, for the walk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

PICTURES = frozenset(
    {"jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "heic", "heif", "hif", "avif"}
    | {"tif", "tiff", "bmp", "dib"}
)
"""`.heic` is what telephones of Apple make, `.hif` some cameras; `.jfif` is what browsers on Windows make of
a JPEG that is saved from a page."""
_CALLED = {
    "SVG": "svg svgz",
    "PDF": "pdf",
    "Photoshop": "psd psb",
    "Illustrator": "ai",
    "InDesign": "indd",
    "PostScript": "eps ps",
    "CorelDRAW": "cdr",
    "GIMP": "xcf",
    "Affinity": "afphoto afdesign",
    "JPEG 2000": "jp2 j2k jpx",
    "JPEG XL": "jxl",
    "ICO": "ico",
    "TGA": "tga",
    "PCX": "pcx",
    "EMF": "emf",
    "WMF": "wmf",
    "RAW": "3fr arw cr2 cr3 crw dng iiq nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f",
}
FOREIGN_PICTURES: Mapping[str, str] = {
    suffix: kind for kind, suffixes in _CALLED.items() for suffix in suffixes.split()
}
"""What people give as a picture and what cannot be sent as one → what they call it."""
CLIPS = frozenset({"mp4", "mov", "m4v", "webm", "mkv", "3gp", "3g2"})
CAPTIONS = frozenset({"srt", "vtt"})
MEDIA = PICTURES | CLIPS
"""What can go out by itself; captions only with a clip."""
FOREIGN_CLIPS = frozenset({"avi", "flv", "m2ts", "mpeg", "mpg", "mts", "ogv", "vob", "wmv"})
"""Clips of kinds that no platform takes for sure."""

SHORTCUTS = frozenset({"lnk", "webloc", "desktop"})
"""Files that only point at another one, mostly on the disk of whoever made them."""
WEB_SHORTCUTS = frozenset({"url", "website"})
ARCHIVES = frozenset({"zip", "rar", "7z", "tar", "gz", "tgz"})

_IGNORED = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
_UNFINISHED = frozenset({"tmp", "part", "partial", "crdownload", "download", "filepart"})
_IGNORED_FOLDERS = frozenset({"$recycle.bin", "system volume information", "@recycle", "#recycle", "@eadir"})


def suffix_of(name: str) -> str:
    """Lower case, without the dot; Windows shows neither a dot nor a space at the end of a name."""
    name = name.rstrip(" .\u00a0")
    return name.rpartition(".")[2].lower() if "." in name else ""


def left_behind(name: str, suffix: str) -> bool:
    """Whether a file belongs to a program and not to a person: thumbnails, half downloads."""
    return suffix in _UNFINISHED or name.lower() in _IGNORED


def folder_left_behind(name: str) -> bool:
    """The same of a folder: the bins and indexes of shares."""
    return name.lower() in _IGNORED_FOLDERS


# ── Somebody has it open ─────────────────────────────────────────────────────

OPEN = "content.open"
"""The problem of a text that somebody has open; its value `since` is when at the latest (ISO 8601, UTC)."""

_LIBREOFFICE = re.compile(r"\.~lock\.(.+)#")


def locked(name: str) -> str | None:
    """What of the name of a text its lock file tells; None: no lock file.

    Word writes `~$` and leaves out up to two letters of a longer name (`~$lis banjir.docx`), so this
    is an end of the name; LibreOffice writes `.~lock.NAME#`.
    """
    if name.startswith("~$"):
        return name[2:] or None
    match = _LIBREOFFICE.fullmatch(name)
    return match[1] if match else None


def locks(told: str, text: str) -> bool:
    """Whether a lock file that tells this much is that of the text."""
    told, text = folded(told), folded(text)
    return text.endswith(told) and len(text) - len(told) <= 2


# ── Just made, copied, in conflict ───────────────────────────────────────────

_JUST_MADE = re.compile(
    r"(new (text|microsoft (office )?word|rich text) document|new opendocument text"
    r"|(dokumen (teks|microsoft( office)? word|rich text)|teks opendocument) baru"
    r"|untitled|tanpa judul)( \(\d+\))?"
)


def just_made(stem: str) -> bool:
    """Whether a name is the one that Explorer gives to a new, empty file."""
    return _JUST_MADE.fullmatch(stem.lower()) is not None


_NUMBER = r"(?: ?\(\d{1,2}\)| \d{1,2})?"
_COPY_AFTER = re.compile(rf"(.+?)(?: - (?:copy|salin|salinan)| copy| salinan){_NUMBER}", re.IGNORECASE)
_COPY_BEFORE = re.compile(r"(?:copy of|copy \(\d{1,2}\) of|salinan dari|salinan|salin) (.+)", re.IGNORECASE)
_COPY_NUMBER = re.compile(r"(.+?) ?\(\d{1,2}\)")


def copied_from(name: str) -> str | None:
    """The name of the original that a copy's name tells, with its suffix; None: no copy's name.

    `Rilis - Salin (2).docx` → `Rilis.docx`. A number in brackets is only a hint: people write them too.
    """
    stem, dot, suffix = _split(name)
    match = _COPY_AFTER.fullmatch(stem) or _COPY_BEFORE.fullmatch(stem) or _COPY_NUMBER.fullmatch(stem)
    return match[1] + dot + suffix if match else None


_CONFLICTS = (
    # Dropbox, Nextcloud, ownCloud, in English and Indonesian.
    re.compile(
        r"(.+?) ?\((?:[^()]* )?(?:conflicted copy|case conflict|salinan (?:yang )?(?:ber)?konflik)"
        r"[^()]*(?:\(\d+\))?\)(?: ?\(\d+\))?",
        re.IGNORECASE,
    ),
    re.compile(r"(.+?)\.sync-conflict-\d{8}-\d{6}(?:-\w+)?", re.I),  # Syncthing
    re.compile(r"(.+?)_conf\(\d+\)", re.I),  # Google Drive for desktop
    re.compile(r"(.+?)_conflict-\d{8}-\d{6}", re.I),  # ownCloud, older
)


def conflict_of(name: str) -> str | None:
    """The name of the file that a synchronised folder could not merge this one into; None: no such name.

    OneDrive adds the name of the computer (`Rilis-NAMAPC.docx`), which any name could be: two texts in
    one folder are stopped anyway, and a text nearly like another is held.
    """
    if "onf" not in name.lower():
        return None  # nearly all
    stem, dot, suffix = _split(name)
    for pattern in _CONFLICTS:
        match = pattern.fullmatch(stem)
        if match:
            return match[1] + dot + suffix
    return None


def _split(name: str) -> tuple[str, str, str]:
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot, suffix) if dot and len(suffix) <= 5 and " " not in suffix else (name, "", "")


# ── Archives ─────────────────────────────────────────────────────────────────

_SHELVES = frozenset({"arsip", "archive", "archives", "archived"})
_BESIDES = """
    tahun bulan kiriman posting postingan rilis berita post posts lama old terbit published year
    januari februari maret april mei juni juli agustus september oktober november desember
    january february march may june july august october december
"""
_SHELF_WORDS = _SHELVES | frozenset(_BESIDES.split())


def is_shelf(name: str) -> bool:
    """Whether a folder is by its name one into which posts are put away: `Arsip`, `Arsip 2026`.

    Nothing but such words and numbers: `Arsip daerah dipamerkan` is a post about an archive.
    """
    name = name.lower()
    if "arsip" not in name and "archive" not in name:
        return False  # nearly all
    words = re.findall(r"[^\W_]+", name)
    return not _SHELVES.isdisjoint(words) and all(word in _SHELF_WORDS or word.isdecimal() for word in words)


def put_away(path: str) -> bool:
    """Whether a post lies in such a folder."""
    return any(is_shelf(name) for name in path.split("/")[:-1])


# ── One name, written in two ways ────────────────────────────────────────────


def composed(name: str) -> str:
    """A name as Windows writes it: Macs take `é` apart into a letter and an accent."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def folded(path: str) -> str:
    """The same for two spellings that a Windows share holds to be one name."""
    return composed(path).casefold()
