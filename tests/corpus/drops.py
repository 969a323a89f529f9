"""The corpus: files as staff drop them, the problems that `check` must name, the facts it must find.

A line that starts with a word below `Terbit` and the like is what Indonesian offices really type; the
codes are those of problems of severity error or warning, in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.corpus.files import docx, jpeg, png

BODY = "Kantor layanan buka seperti biasa.\n"
AT = datetime(2026, 11, 24, 8, 0)
"""A Tuesday."""


@dataclass(frozen=True)
class Drop:
    """One thing that lands in content/.

    Attributes:
        files: path below content/ → bytes, or text to be stored as UTF-8.
        codes: of the problems found while reading, errors and warnings.
        facts: field of the Post → value; `time` stands for the wall time of publish_at.
        posts: how many posts it makes.
    """

    name: str
    files: Mapping[str, bytes | str]
    codes: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)
    posts: int = 1


def _text(name: str, text: str | bytes, *codes: str, **facts: Any) -> Drop:
    """A folder post with one text."""
    return Drop(name, {f"{name}/teks.txt": text}, frozenset(codes), facts)


def _named(name: str, file: str, *codes: str, text: str | bytes = BODY, **facts: Any) -> Drop:
    """A text whose own name matters."""
    return Drop(name, {file: text}, frozenset(codes), facts)


def _front(name: str, front: str, *codes: str, **facts: Any) -> Drop:
    """A text with front matter."""
    return _text(name, f"---\n{front}\n---\n{BODY}", *codes, **facts)


def _first(name: str, lines: str, *codes: str, **facts: Any) -> Drop:
    """A text with first lines."""
    return _text(name, f"{lines}\n\n{BODY}", *codes, **facts)


ENCODINGS = (
    _text("utf8", BODY, body=BODY.strip()),
    _text("bom", b"\xef\xbb\xbf" + BODY.encode(), body=BODY.strip()),
    _text("bom-front", b"\xef\xbb\xbf---\r\njudul: Hai\r\n---\r\nIsi\r\n", title="Hai", body="Isi"),
    _text("utf16le", BODY.encode("utf-16"), body=BODY.strip()),
    _text("utf16be", b"\xfe\xff" + BODY.encode("utf-16-be"), body=BODY.strip()),
    _text(
        "cp1252",
        "Kata “kunci” – aman\n".encode("cp1252"),
        "content.encoding_guessed",
        body="Kata “kunci” – aman",
    ),
    _text("crlf", "Satu\r\nDua\r\n\r\nTiga\r\n", body="Satu\nDua\n\nTiga"),
    _text("cr", "Satu\rDua\r", body="Satu\nDua"),
    _text("nul", b"Satu\x00Dua", "content.nul"),
    _text("control", "Satu\x07Dua", "content.control"),
    _text("bytes", bytes(range(128, 160)) * 3, "content.encoding"),
    _text("zeros", BODY.encode() + bytes(4096), "content.unfinished"),
    _text("empty", "", "content.empty"),
    _text("blank", " \n\t\n", "content.empty"),
    _text("unseen", "\u200b\ufeff\u200b\n", "content.no_body"),
    _text("huge", "a" * 1_000_001, "content.too_big"),
    _text("emoji", "Selamat 🎉👨‍👩‍👧‍👦 Natuna\n", body="Selamat 🎉👨‍👩‍👧‍👦 Natuna"),
    _text("nfd", "Cafe\u0301\n", body="Cafe\u0301"),
)

TYPED = (
    _text("whatsapp-bold", "*BANJIR* di _Ranai_ ~hoaks~\n", body="*BANJIR* di _Ranai_ ~hoaks~"),
    _text("typed-list", "3. tiga\n1. satu\n- butir\n", body="3. tiga\n1. satu\n- butir"),
    _text("hashtags", "#Natuna @diskominfo_natuna\n", body="#Natuna @diskominfo_natuna"),
    _text("heading", "# Judul besar\n\nIsi\n", title="Judul besar", body="Isi"),
    _text("two-hashes", "## Bukan judul\nIsi\n", title="", body="## Bukan judul\nIsi"),
    _text("code", "a_b_c <b>tebal</b> & {{ tidak }}\n", body="a_b_c <b>tebal</b> & {{ tidak }}"),
    _text("whatsapp-export", "[24/11 08.02] Humas: Air pasang\n", "content.chat"),
    _text("lines", "Satu\nDua\n\n\nTiga\n", body="Satu\nDua\n\n\nTiga"),
    _text(
        "announcement", "PENGUMUMAN\n\nHari/Tanggal: Selasa, 24 November 2026\nWaktu: 08.00\nTempat: Aula\n"
    ),
    _text(
        "attention",
        "Perhatian: listrik padam\n\nPukul 08.00.\n",
        body="Perhatian: listrik padam\n\nPukul 08.00.",
    ),
    _text("credit", "Foto: Budi\n\nIsi\n", body="Foto: Budi\n\nIsi"),
    _text("closed", "Penting: kantor tutup\n\nIsi\n", body="Penting: kantor tutup\n\nIsi"),
    _text("agenda", "Acara: Rapat\nTempat: Aula\n\nIsi\n"),
    _text("way-out", "---\n---\nTerbit: kemarin\n\nIsi\n", body="Terbit: kemarin\n\nIsi"),
    _text("wrong-weekday", "Hadiri rapat Senin, 24 November 2026.\n", "content.weekday"),
    _text("right-weekday", "Hadiri rapat Selasa, 24 November 2026.\n"),
    _text("no-such-day", "Hadiri rapat pada 31 November 2026.\n", "content.no_such_day"),
)

TIMES_READ = {
    "iso": "2026-11-24 08:00",
    "iso-t": "2026-11-24T08:00",
    "dotted": "2026-11-24 08.00",
    "short-hour": "2026-11-24 8.00",
    "month": "24 November 2026 08.00",
    "month-short": "24 Nov 2026 pukul 08.00",
    "weekday": "Selasa, 24 November 2026 pukul 08.00",
    "jam": "Selasa, 24 November 2026 jam 08.00 WIB",
    "english": "Tuesday, 24 November 2026 at 08:00",
    "american": "November 24, 2026 08:00",
    "slashes": "24/11/2026 08.00",
    "dashes": "24-11-2026 08.00",
    "dots": "24.11.2026 08.00",
    "wib": "2026-11-24 08.00 WIB",
}
TIMES_REFUSED = {
    "tomorrow": ("besok 08.00", "content.time_relative"),
    "next": ("Senin depan 08.00", "content.time_relative"),
    "now": ("segera", "content.time_now"),
    "hour-only": ("08.00", "content.day_missing"),
    "ambiguous": ("11/12/2026 08.00", "content.date_ambiguous"),
    "no-hour": ("2026-11-24", "content.time_missing"),
    "february": ("2026-02-30 08.00", "content.no_such_time"),
    "hour-25": ("2026-11-24 25.00", "content.no_such_time"),
    "weekday": ("Senin, 24 November 2026 08.00", "content.weekday_wrong"),
    "zone": ("2026-11-24 08.00 WIBB", "content.zone"),
    "words": ("kapan saja", "content.time"),
}
TIMES = (
    *(_front(f"time-{name}", f"terbit: {written}", time=AT) for name, written in TIMES_READ.items()),
    *(_first(f"line-{name}", f"Terbit: {written}", time=AT) for name, written in TIMES_READ.items()),
    *(
        _front(f"no-time-{name}", f"terbit: {written}", code)
        for name, (written, code) in TIMES_REFUSED.items()
    ),
    *(
        _first(f"no-line-{name}", f"Terbit: {written}", code)
        for name, (written, code) in TIMES_REFUSED.items()
    ),
)

FRONT = (
    _text("closing-two", "---\njudul: Hai\n--\nIsi\n", "content.closing"),
    _text("closing-dash", "---\njudul: Hai\n—\nIsi\n", "content.closing"),
    _text("not-closed", "---\njudul: Hai\nIsi\n", "content.not_closed"),
    _text("opening-dash", "—\njudul: Hai\n---\nIsi\n", "content.opening"),
    _text("opening-four", "----\njudul: Hai\n---\nIsi\n", "content.opening"),
    _front("colon", "judul: Ralat: tanggal upacara", title="Ralat: tanggal upacara"),
    _front("tags", "tagar: #Natuna #PPID", hashtags=("Natuna", "PPID")),
    _front("tags-list", "hashtags: [Natuna, '#PPID']", hashtags=("Natuna", "PPID")),
    _front("tags-number", "tagar: '#2026'", "content.hashtag"),
    _front("star", "judul: *PENTING* hari ini", title="*PENTING* hari ini"),
    _front("at", "judul: @humas menyapa", title="@humas menyapa"),
    _front("curly", "judul: “Hai” kata dia", title="“Hai” kata dia"),
    _front("yes", "urgent: yes", urgent=True),
    _front("ya", "mendesak: ya", urgent=True),
    _front("no", "draft: no", draft=False),
    _front("tidak", "konsep: tidak", draft=False),
    _front("mungkin", "mendesak: mungkin", "content.not_flag"),
    _front("sexagesimal", "judul: 21:30", title="21:30"),
    _front("octal", "judul: 0110", title="0110"),
    _front("norway", "judul: no", title="no"),
    _front("date-title", "judul: 2026-11-24", title="2026-11-24"),
    _front("float-title", "judul: 1.10", title="1.10"),
    _front("tab", "judul: Hai\n\tpenulis: Humas", "yaml.tab"),
    _front("twice", "judul: Hai\njudul: Lagi", "yaml.duplicate_key"),
    _front("unknown", "jduul: Hai", "content.unknown_key_meant"),
    _front("nonsense", "qwerty: Hai", "content.unknown_key"),
    _front("list", "- satu\n- dua", "content.no_keys"),
    _front("sentence", "Ini bukan fakta", "content.no_keys"),
    _front("x-title", "x: {utas: ya}", platforms={"twitter": {"thread": True}}),
    _front("x-wrong", "x: {utaas: ya}", "content.unknown_key_meant"),
    _front("link", "tautan: natunakab.go.id", "content.link"),
    _front("link-good", "tautan: https://natunakab.go.id/a?b=1#c", link="https://natunakab.go.id/a?b=1#c"),
    _front("channels", "kanal: X, FB", channels=("X", "FB")),
    _front("grace", "toleransi: 2 jam"),
    _front("grace-wrong", "toleransi: sebentar", "content.duration"),
    _front(
        "contradiction", "terbit: 2026-11-24 08.00\nterbit sebelum: 2026-11-23 08.00", "content.contradiction"
    ),
    _front("bom-inside", "\ufeffjudul: Hai", title="Hai"),
    _text("anchor", "---\njudul: &a Hai\npenulis: *a\n---\nIsi\n", "content.quotes"),
    _front("big-front", "judul: " + "a" * 70_000, "content.facts_too_long"),
    _text("front-only", "---\njudul: Hai\n---\n", "content.no_body"),
)

FIRST = (
    _first("both", "Terbit: 2026-11-24 08.00\nKanal: X, FB", time=AT, channels=("X", "FB")),
    _first("first-tags", "Tagar: #Natuna #PPID", hashtags=("Natuna", "PPID")),
    _first("thread", "X: utas", platforms={"twitter": {"thread": True}}),
    _first("slip", "Tebrit: 2026-11-24 08.00", "content.first_key_meant"),
    _text("no-blank", "Terbit: 2026-11-24 08.00\nIsi langsung\n", "content.first_line"),
    _first("unknown-beside", "Terbit: 2026-11-24 08.00\nWarna: biru", "content.first_key"),
    _text("later", "Isi dulu.\n\nTerbit: 2026-11-24 08.00\n", "content.fact_in_body"),
    _text("no-colon", "Terbit 24 November 2026 08.00\n\nIsi\n", "content.first_colon"),
    _first("draft", "Konsep: ya", draft=True),
    _first("repeat", "Kanal: FB\nUlangi: ya", repeat=True),
    _first("title", "Judul: Gotong royong\nTagar: #Natuna", title="Gotong royong"),
)

NAMES = (
    _named("n-time", "2026-11-24 08.00 Gotong royong/teks.txt", time=AT, title="Gotong royong"),
    _named("n-underscore", "2026-11-24_0800_gotong-royong.txt", time=AT, title=""),
    _named("n-words", "24 November 2026 pukul 08.00 Gotong royong.txt", time=AT, title="Gotong royong"),
    _named(
        "n-weekday", "Selasa, 24 November 2026 08.00 WIB Gotong royong.md", time=AT, title="Gotong royong"
    ),
    _named("n-wrong-weekday", "Senin, 24 November 2026 08.00 Gotong royong.md", "content.name_weekday"),
    _named("n-date", "2026-11-24 Posko/teks.txt", title="Posko"),
    _named("n-february", "2026-02-30 08.00 Posko/teks.txt", "content.name_no_such_day"),
    _named("n-readings", "11-12-2026 08.00 Posko/teks.txt", "content.name_date_ambiguous"),
    _named("n-number", "2026-11-24 1708 aduan/teks.txt", "content.name_number"),
    _named(
        "n-differ",
        "2026-11-24 08.00 Posko/teks.txt",
        "content.name_other_time",
        text=f"Terbit: 2026-11-24 09.00\n\n{BODY}",
        time=datetime(2026, 11, 24, 9, 0),
    ),
    _named("n-copy", "Gotong royong - Salin.txt"),
    _named("n-txt-txt", "Naskah.txt.txt"),
    _named("n-upper", "NASKAH.TXT"),
    _named("n-dots", "a..b.txt"),
    _named("n-long", "a" * 200 + ".txt"),
    _named("n-case", "Con.txt"),
    _named("n-emoji", "🎉 pesta.txt"),
    Drop("n-hidden", {".rahasia.txt": BODY}, posts=0),
    Drop("n-underline", {"_konsep.txt": BODY}, posts=0),
    Drop("n-lock", {"~$naskah.docx": b"x" * 162}, posts=0),
    Drop("n-thumbs", {"a/Thumbs.db": b"x", "a/desktop.ini": b"x", "a/.DS_Store": b"x", "a/teks.txt": BODY}),
    Drop("n-temp", {"a/~WRL0001.tmp": b"x", "a/teks.txt": BODY, "a/foto.jpg.crdownload": b"x"}),
    Drop("n-group", {"2026/11/a/teks.txt": BODY, "2026/11/b/teks.txt": BODY + "!"}, posts=2),
    Drop("n-two", {"a/satu.txt": BODY, "a/dua.txt": BODY}, frozenset({"content.two_texts"})),
    Drop("n-other", {"a/teks.txt": BODY, "a/anggaran.xlsx": b"PK"}, frozenset({"content.file_unused"})),
    Drop("n-shortcut", {"a/teks.txt": BODY, "a/Foto.jpg.lnk": b"L"}, frozenset({"content.shortcut"})),
    Drop("n-zip", {"kiriman.zip": b"PK\x03\x04"}, frozenset({"content.archive"}), posts=0),
    Drop("n-pdf", {"rilis.pdf": b"%PDF-1.7"}, frozenset({"content.document"}), posts=0),
    Drop("n-doc", {"a/rilis.doc": b"\xd0\xcf\x11\xe0"}, frozenset({"content.document"}), posts=0),
    Drop("n-odt", {"a/rilis.odt": b"PK"}, frozenset({"content.document"}), posts=0),
)

PICTURES = (
    Drop("p-one", {"a/teks.txt": BODY, "a/foto.jpg": jpeg()}),
    Drop("p-order", {"a/teks.txt": BODY, "a/Foto 10.jpg": jpeg(1), "a/Foto 2.jpg": jpeg(2)}),
    Drop("p-jfif", {"a/teks.txt": BODY, "a/foto.JFIF": jpeg()}),
    Drop("p-wrong-name", {"a/teks.txt": BODY, "a/foto.jpg": png()}),
    Drop("p-alt", {"a/teks.txt": f"Foto 1: Warga di pantai\n\n{BODY}", "a/foto.jpg": jpeg()}),
    Drop(
        "p-alt-too-many",
        {"a/teks.txt": f"Foto 2: Warga\n\n{BODY}", "a/foto.jpg": jpeg()},
        frozenset({"content.photo_missing"}),
    ),
    Drop(
        "p-missing",
        {"a/teks.txt": f"---\nmedia: fto.jpg\n---\n{BODY}", "a/foto.jpg": jpeg()},
        frozenset({"content.media_missing_meant"}),
    ),
    Drop(
        "p-outside",
        {"a/teks.txt": f"---\nmedia: ../../../../../rahasia.jpg\n---\n{BODY}"},
        frozenset({"content.media_outside"}),
    ),
    Drop(
        "p-absolute",
        {"a/teks.txt": f"---\nmedia: C:\\Users\\foto.jpg\n---\n{BODY}"},
        frozenset({"content.media_absolute"}),
    ),
    Drop(
        "p-kind",
        {"a/teks.txt": f"---\nmedia: a.xls\n---\n{BODY}", "a/a.xls": b"\xd0\xcf"},
        frozenset({"content.media_kind", "content.file_unused"}),
    ),
    Drop(
        "p-foreign",
        {"a/teks.txt": f"---\nmedia: a.svg\n---\n{BODY}", "a/a.svg": b"<svg/>", "a/b.jpg": jpeg()},
        frozenset({"content.picture_kind"}),
    ),
    Drop(
        "p-source",
        {"a/teks.txt": BODY, "a/a.psd": b"8BPS", "a/b.jpg": jpeg()},
        frozenset({"content.picture_kind"}),
    ),
    Drop("p-only", {"a/foto.jpg": jpeg()}, frozenset({"content.no_text"}), posts=0),
    Drop("p-loose", {"foto.jpg": jpeg()}, frozenset({"content.no_text"}), posts=0),
    Drop("p-picture-no-words", {"a/teks.txt": "---\njudul: Hai\n---\n", "a/foto.jpg": jpeg()}),
)

WORD = (
    Drop("w-plain", {"a/Rilis.docx": docx("Satu.", "", "Dua.")}, facts={"body": "Satu.\n\nDua."}),
    Drop("w-title", {"a/Rilis.docx": docx("=Gotong royong", "Isi.")}, facts={"title": "Gotong royong"}),
    Drop("w-facts", {"a/Rilis.docx": docx("Terbit: 2026-11-24 08.00", "", "Isi.")}, facts={"time": AT}),
    Drop("w-upper", {"RILIS.DOCX": docx("Isi.")}, facts={"body": "Isi."}),
    Drop("w-picture", {"a/Rilis.docx": docx("Isi.", picture=jpeg())}),
    Drop("w-not-word", {"a/Rilis.docx": "Isi biasa"}, frozenset({"content.word_other"})),
    Drop(
        "w-old",
        {"a/Rilis.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600},
        frozenset({"content.word_old"}),
    ),
    Drop("w-cut", {"a/Rilis.docx": docx("Isi.")[:900]}, frozenset({"content.word_damaged"})),
    Drop("w-empty", {"a/Rilis.docx": docx("")}, frozenset({"content.empty"})),
    Drop(
        "w-beside-text", {"a/Rilis.docx": docx("Isi."), "a/teks.txt": BODY}, frozenset({"content.two_texts"})
    ),
    Drop("w-lock", {"a/Rilis.docx": docx("Isi."), "a/~$Rilis.docx": b"x" * 162}, frozenset({"content.open"})),
    Drop(
        "w-wrong-line",
        {"a/Rilis.docx": docx("Terbit: besok", "", "Isi.")},
        frozenset({"content.time_relative"}),
    ),
)

TORN = "Pemerintah Kabupaten mengadakan sosialisasi keter-\nbukaan informasi publik kepada warga.\n"
WRAPPED = (
    "Pemerintah kabupaten melalui dinas kesehatan membuka\n"
    "layanan vaksinasi bagi anak usia sekolah dasar di\n"
    "seluruh kecamatan mulai pekan depan sampai dengan\nakhir tahun tanpa dipungut biaya.\n"
)
POEM = "Ombak datang\nmembawa kabar\ndari laut\nyang jauh\n"
CELLS = "No\tKecamatan\tTanggal\n1\tBunguran Timur\t1 Desember\n2\tMidai\t2 Desember\n"
URL = "https://natunakab.go.id/b?utm_source=wa&fbclid=IwAR0"
CAPITALS = "PENGUMUMAN\n\nDIBERITAHUKAN BAHWA PELAYANAN TUTUP."
BELOW = frozenset({"content.pictures_below"})

STAFF = (
    # Pasted from elsewhere
    _text("s-pdf", TORN, "content.torn", body=TORN.strip()),
    _text("s-wrapped", WRAPPED, "content.torn"),
    _text("s-poem", POEM, body=POEM.strip()),
    _text("s-excel", CELLS, "content.cells"),
    _text("s-tracking", f"Baca {URL}\n", body=f"Baca {URL}"),
    _text("s-phones", "Hubungi 0773-31043 atau +62 812 0000 0000, call center 112.\n"),
    _text(
        "s-dashes", "Syarat:\n- KTP\n-KK\n– foto\n• materai\n", body="Syarat:\n- KTP\n-KK\n– foto\n• materai"
    ),
    _text("s-capitals", CAPITALS, body=CAPITALS),
    _text("s-rtl", "\u200fAssalamu\u2019alaikum \u202bالسلام\u202c warga.\n"),
    _text("s-title-glued", "#Judul\n\nIsi.\n", title="", body="#Judul\n\nIsi."),
    _text("s-title-and-facts", f"# Judul\nKanal: FB\n\n{BODY}", title="Judul", channels=("FB",)),
    _text("s-android-chat", "30/11/26 08.12 - Humas: Air pasang\n", "content.chat"),
    _text("s-two-chats", "Info.\n[30/11, 08.12] Humas: cek\n", "content.chat"),
    _text("s-hours", "Besok, Selasa 24 November 2026, listrik padam pukul 08.00-12.00.\n"),
    _text("s-bracketed-day", "Hadiri rapat Rabu (24/11/2026).\n", "content.weekday"),
    # First lines as people type them
    _first("s-list", "- Terbit: 24 November 2026 08.00\n- Kanal: FB", time=AT, channels=("FB",)),
    _first("s-halves", "Tanggal terbit: 24 November 2026\nJam terbit: 08.00", time=AT),
    _first("s-letter", "Terbit: hari Selasa, tanggal 24 November 2026 pukul 08.00 WIB.", time=AT),
    _first("s-equals", "Terbit = 24 November 2026 08.00", "content.first_colon"),
    _first("s-for-all", "Terbit untuk umum: 24 November 2026 08.00", "content.first_key_meant"),
    _first("s-photo-none", "Foto 1: Warga di pantai", "content.photo_none"),
    _first("s-nop", "Terbit: 24 Nop 2026 pk. 08.00", time=AT),
    _first("s-year-first", "Terbit: 2026/11/24 08.00", time=AT),
    _first("s-nbsp", "Terbit:\u00a024\u00a0November\u00a02026\u00a008.00", time=AT),
    _first("s-wide-colon", "Terbit： 24 November 2026 08.00", time=AT),
    _first("s-indented", "  Terbit : 24 November 2026 08.00\n  Kanal  : FB", time=AT, channels=("FB",)),
    _first("s-bold", "*Terbit:* 24 November 2026 08.00\n*Kanal:* FB", time=AT, channels=("FB",)),
    _first("s-jumat", "Terbit: Jum'at, 27 November 2026 08.00", time=datetime(2026, 11, 27, 8, 0)),
    _first("s-ahad", "Terbit: Ahad, 29 November 2026 08.00", time=datetime(2026, 11, 29, 8, 0)),
    _first("s-small-wib", "Terbit: 24 november 2026, 08.00 wib", time=AT),
    _first("s-seconds", "Terbit: 24 November 2026 08:00:00", time=AT),
    _first("s-short-year", "Terbit: 24/11/26 08.00", "content.year_short"),
    _first("s-no-year", "Terbit: 24 November 08.00", "content.year_missing"),
    _first("s-pkl-8", "Terbit: 24 November 2026 pkl 8", "content.time_words"),
    _first("s-8-pagi", "Terbit: 24 November 2026 pukul 8 pagi", "content.time_words"),
    _first("s-8-malam", "Terbit: 24 November 2026 08.00 malam", "content.time_words"),
    _first("s-am", "Terbit: 24 November 2026 8:00 AM", "content.time_words"),
    _first("s-span", "Terbit: 24 November 2026 08.00-10.00 WIB", "content.time_span"),
    _first("s-selesai", "Terbit: 24 November 2026 pukul 08.00 s.d. selesai", "content.time_span"),
    _first("s-saturday", "Terbit: Sabtu besok pukul 8", "content.time_relative"),
    _first("s-today", "Terbit: hari ini 15.00", "content.time_relative"),
    _first("s-at-once", "Terbit: secepatnya", "content.time_now"),
    _first("s-midnight", "Terbit: 24 November 2026 24.00", "content.no_such_time"),
    _first("s-month-only", "Terbit: November 2026", "content.time"),
    _first("s-channels", "KANAL : FB,X & TWITTER", channels=("FB", "X", "TWITTER")),
    _first("s-all", "Kanal: semua", channels=("semua",)),
    _first("s-bare-tags", "Tagar: Natuna, PPID", hashtags=("Natuna", "PPID")),
    _first("s-loose-tags", "Tagar: # Natuna", "content.hashtag"),
    _first("s-hyphened-tag", "Tagar: #Natuna-Hebat", "content.hashtag"),
    _first("s-credit", "Kanal: FB\nFoto: Warga menyapu", "content.first_photo"),
    _first("s-bare-link", "Kanal: FB\nTautan: natunakab.go.id", "content.link"),
    _text("s-blank-above", f"\n\n\nTerbit: 24 November 2026 08.00\n\n{BODY}", time=AT),
    # Names
    _named("s-compact", "20261124 Posko.txt", title="Posko"),
    _named("s-compact-time", "20261124_0800_posko.txt", time=AT, title=""),
    _named("s-name-nop", "24 Nop 2026 pkl 08.00 Posko.txt", time=AT, title="Posko"),
    _named("s-name-span", "2026-11-24 08.00-10.00 Posko.txt", "content.name_span"),
    _named("s-name-8", "2026-11-24 pukul 8 Posko.txt", "content.name_time"),
    _named("s-name-dots", "01.12.2026 Posko/teks.txt", "content.name_date_ambiguous"),
    _named("s-name-behind", "Ucapan Natal 25 Desember 2026.txt", title=""),
    _named("s-name-emoji", "2026-11-24 08.00 Pesta 🎉🌊/teks.txt", time=AT, title="Pesta 🎉🌊"),
    _named("s-name-long", "Rapat koordinasi persiapan peringatan hari jadi " * 4 + "/teks.txt"),
    _named("s-final", "REVISI FINAL fix banget (3).txt", title=""),
    # Files and folders
    Drop("s-same-names", {"a/teks.txt": BODY, "a/f.jpg": jpeg(1), "a/f.png": png(2), "a/f.JPEG": jpeg(3)}),
    Drop("s-wa-pictures", {"a/teks.txt": BODY, "a/WhatsApp Image 2026-11-30 at 08.12.33 (1).jpeg": jpeg()}),
    Drop("s-nested-zip", {"a/teks.txt": BODY, "a/foto.zip": b"PK\x03\x04"}, frozenset({"content.archive"})),
    Drop("s-below", {"a/teks.txt": BODY, "a/foto/1.jpg": jpeg(1), "a/foto/2.jpg": jpeg(2)}, BELOW),
    Drop("s-below-too", {"a/teks.txt": BODY, "a/1.jpg": jpeg(1), "a/foto/2.jpg": jpeg(2)}, BELOW),
    Drop("s-below-kept", {"a/teks.txt": BODY, "a/_mentah/1.jpg": jpeg(1)}),
    Drop("s-below-named", {"a/teks.txt": f"---\nmedia: foto/1.jpg\n---\n{BODY}", "a/foto/1.jpg": jpeg(1)}),
    Drop(
        "s-old", {"a/teks.txt": BODY, "a/lama/teks.txt": "Lama."}, frozenset({"content.text_below"}), posts=2
    ),
    Drop("s-caption", {"a/R.docx": docx("Isi."), "a/caption.txt": "C"}, frozenset({"content.two_texts"})),
    Drop("s-html", {"a/naskah.html": "<p>Isi</p>"}, frozenset({"content.not_read"}), posts=0),
    Drop("s-no-suffix", {"naskah": BODY}, frozenset({"content.not_read"}), posts=0),
    Drop("s-slides", {"a/paparan.pptx": b"PK"}, frozenset({"content.not_read"}), posts=0),
    Drop("s-plan-of-content", {"Jadwal.xlsx": b"PK", "a/teks.txt": BODY}),
    Drop("s-sound", {"a/teks.txt": BODY, "a/suara.mp3": b"ID3"}, frozenset({"content.file_unused"})),
    Drop("s-docx-docx", {"Rilis.docx.docx": docx("=Judul", "Isi.")}, facts={"title": "Judul"}),
    Drop("s-pages", {"a/rilis.pages": b"PK"}, frozenset({"content.document"}), posts=0),
)

DROPS: tuple[Drop, ...] = (*STAFF, *ENCODINGS, *TYPED, *TIMES, *FRONT, *FIRST, *NAMES, *PICTURES, *WORD)
