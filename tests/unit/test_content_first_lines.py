"""First lines: facts in plain words up to a blank line; no fact is published, no text taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.content.facts import understand
from publisher.content.text import Draft, TextError, draft_of

ALL = """Terbit: Selasa, 24 November 2026 pukul 08.00
Kanal: FB, X
Judul: Gotong royong
Tagar: #Natuna #PPID
Tautan: https://natunakab.go.id
X: utas
Foto 1: Warga menyapu pantai
Penting: ya

Ayo ikut!
Kanal: bukan"""


def codes(draft: Draft) -> list[tuple[str, int | None]]:
    return [(code, line) for code, _, line, _ in draft.notes]


def refused(text: str) -> tuple[str, int | None]:
    with pytest.raises(TextError) as caught:
        draft_of(text)
    return caught.value.code, caught.value.line


def test_every_line_of_the_block_is_a_fact() -> None:
    """Keys in Indonesian, each with its line; below the blank line all is text, exactly."""
    draft = draft_of(ALL)
    facts = understand(draft, "Asia/Jakarta")
    assert facts.wrong == []
    assert list(facts.values) == ["publish_at", "channels", "title", "hashtags", "link", "urgent"]
    assert (facts.platforms, facts.alts) == ({"twitter": {"thread": True}}, {1: "Warga menyapu pantai"})
    assert (draft.body, draft.body_line, draft.line("link")) == ("Ayo ikut!\nKanal: bukan", 10, 5)


@pytest.mark.parametrize(
    ("block", "facts"),
    [
        ("Terbit: 2026-11-24 08.00", {"publish_at": "2026-11-24 08.00"}),
        ("publish: 2026-11-24 08:00", {"publish_at": "2026-11-24 08:00"}),
        ("*Terbit:* 24 November 2026 08.00", {"publish_at": "24 November 2026 08.00"}),
        ("*Kanal : IG, FB*", {"channels": "IG, FB"}),
        ("\u200eTERBIT\u00a0:\u00a024 November 2026 08.00", {"publish_at": "24 November 2026 08.00"}),
        ("Channels: fb\nHashtags: #a", {"channels": "fb", "hashtags": "#a"}),
        ("Instagram: reel", {"instagram": "reel"}),
        ("Twitter: thread", {"twitter": "thread"}),
        ("Judul: Ralat: jam pelayanan", {"title": "Ralat: jam pelayanan"}),
        ("Tautan: https://a.id/?a=1:2", {"link": "https://a.id/?a=1:2"}),
        ("Konsep: ya", {"draft": "ya"}),
        ("Foto: spanduk.jpg", {"media": "spanduk.jpg"}),
        ("Video: rapat.mp4", {"media": "rapat.mp4"}),
        ("Kartu: pengumuman\nTopik: cuaca", {"card": "pengumuman", "topic": "cuaca"}),
        ("Gambar 2: Spanduk", {"photo_2": "Spanduk"}),
        ("Judul: a\nTanggal: 24 November 2026", {"title": "a", "date": "24 November 2026"}),
    ],
)
def test_blocks_that_are_facts(block: str, facts: dict[str, str]) -> None:
    """As people type them, with the marks of WhatsApp and Word, in both languages."""
    draft = draft_of(f"{block}\n\nIsi")
    assert (draft.facts, draft.body) == (facts, "Isi")


def test_a_title_may_stand_above_or_below() -> None:
    """`# Title` and first lines go together in either order, with or without a blank line between."""
    for text in ("# Judul\n\nKanal: FB\n\nIsi", "# Judul\nKanal: FB\n\nIsi", "Kanal: FB\n\n# Judul\n\nIsi"):
        draft = draft_of(text)
        assert (draft.title, draft.facts, draft.body) == ("Judul", {"channels": "FB"}, "Isi")


BODIES = [
    "Perhatian: listrik padam besok.",
    "PENTING: besok kantor tutup.",
    "Penting! Kanal air di Ranai meluap.",
    "Tanggal: 24 November 2026\nTempat: Ranai",
    "Hari/Tanggal: Selasa, 24 November 2026\nWaktu: 08.00 WIB\nTempat: Gedung\nLink: https://zoom.us/j/1",
    "Acara: Gotong royong\nWaktu: 08.00\nTempat: Pantai Piwang\nTopik: kebersihan",
    "Foto: Budi",
    "Video: https://youtu.be/abc",
    "Video: Budi",
    "Video 1: https://youtu.be/abc\nVideo 2: https://youtu.be/def",
    "Foto: Humas Natuna\nTeks: Humas Natuna",
    "Ralat: tanggal kegiatan yang benar adalah 25 November 2026.",
    "Contoh: nomor 1708.",
    "Kartu: Keluarga dan KTP-el wajib dibawa.",
    "ID: 123 456 789\nPasscode: natuna",
    "Topik: Keterbukaan informasi\nNarasumber: Kepala Dinas",
    "Penulis: Humas\nEditor: Humas",
    "Instagram: @diskominfonatuna\nFacebook: Diskominfo Natuna",
    "Kapal: KM Bukit Raya\nBerangkat: 24 November 2026 pukul 08.00",
    "Penerbitan: dokumen selesai dalam sehari.",
    "Media: cetak dan daring",
    "Ulang: tidak ada pungutan.",
    "https://natunakab.go.id",
    "Pukul 08.00: upacara\nPukul 09.00: lomba",
    "Kepada Yth: seluruh warga\nLink: https://a.id",
    "Date: 24 November 2026\nVenue: Ranai",
    "X: jalan, Y: jembatan",
    "Tayang: setiap Senin di radio",
    "Terbit fajar di Natuna.",
    "Kanal air meluap di Ranai",
    "Tema: Hari Guru\nJudul: Guru hebat\nPenerbit: Dinas",
    "- Judul: Laskar Pelangi\n- Tautan: https://a.id",
    "- Konsep: ruang terbuka hijau\n- Tempat: Ranai",
    "Terbit pada sore hari, bulan tampak merah.",
    "Diterbitkan oleh: Diskominfo, 24 November 2026",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("rest", ["", "\n\nSelengkapnya di bawah ini."])
def test_what_opens_an_announcement_is_text(body: str, rest: str) -> None:
    """Lines of the same form as facts that belong to the text come out untouched."""
    draft = draft_of(body + rest)
    assert (draft.facts, draft.body, codes(draft)) == ({}, body + rest, [])


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Terbit: besok 08.00\nWaktu: 08.00\n\nIsi", "content.first_key", 2),
        ("Perhatian: padam\nKanal: IG, FB\n\nIsi", "content.first_key", 1),
        ("Hari: Selasa\nKanal: YouTube\n\nIsi", "content.first_key", 1),
        ("Terbit: 24 November 2026 08.00\nAyo ikut!", "content.first_line", 2),
        ("Ayo ikut!\nTerbit: 24 November 2026 08.00\n\nIsi", "content.first_line", 1),
        ("Kanall: IG, FB\n\nIsi", "content.first_key_meant", 1),
        ("Tebrit: 24 November 2026 08.00\n\nIsi", "content.first_key_meant", 1),
        ("Kanal: IG\nTager: #a\n\nIsi", "content.first_key_meant", 2),
        ("Jadwal tayang: 24 November 2026 pukul 08.00\n\nIsi", "content.first_key_meant", 1),
        ("Platform: IG, FB\n\nIsi", "content.first_key_meant", 1),
        ("Terbit untuk umum: 24 November 2026 08.00\n\nIsi", "content.first_key_meant", 1),
        ("Terbit = 24 November 2026 08.00\n\nIsi", "content.first_colon", 1),
        ("Terbit pada hari Selasa, 24 November 2026 08.00\n\nIsi", "content.first_colon", 1),
        ("Terbit - 24 November 2026 08.00\n\nIsi", "content.first_colon", 1),
        ("- Terbit: 24 November 2026 08.00\n- Ayo ikut!\n\nIsi", "content.first_line", 2),
        ("Tanggal terbit: 24 November 2026 08.00\nJam terbit: 08.00\n\nIsi", "content.key_twice", 2),
        ("Terbit: 24 November 2026 08.00\nFoto: Budi\n\nIsi", "content.first_photo", 2),
        ("Terbit:\n24 November 2026 08.00\n\nIsi", "content.first_empty", 1),
        ("Tagar:\n\nIsi", "content.first_empty", 1),
        ("Terbit: 24 November 2026 08.00\nPublish: 2026-11-24 08:00\n\nIsi", "content.key_twice", 2),
        ("Terbit 24 November 2026 pukul 08.00\n\nIsi", "content.first_colon", 1),
        ("Kanal IG, FB\n\nIsi", "content.first_colon", 1),
        ("Terbit: 24 November 2026 08.00\n\nKanal: IG, FB\n\nIsi", "content.first_gap", 3),
        ("Terbit: 24 November 2026 08.00\n\nJudul: Halo\n\nIsi", "content.first_gap", 3),
        ("Gotong royong\n\nTerbit: 24 November 2026 08.00\nKanal: IG\n\nIsi", "content.fact_in_body", 3),
        ("Isi\n\nKanal: IG, FB", "content.fact_in_body", 3),
        ("X: utsa\n\nIsi", "content.platform_word", None),
    ],
)
def test_what_is_meant_as_a_fact_is_never_published(text: str, code: str, line: int | None) -> None:
    """A fact that is misspelt, misplaced or mixed with text stops the post, with the line."""
    if code == "content.platform_word":
        assert [told for told, _, _ in understand(draft_of(text), "UTC").wrong] == [code]
    else:
        assert refused(text) == (code, line)


@pytest.mark.parametrize(
    "lines",
    [
        "- Terbit: 24 November 2026 08.00\n- Kanal: IG",
        "• Terbit: 24 November 2026 08.00\n• *Kanal:* IG",
        "Tanggal terbit: Selasa, 24 November 2026\nJam terbit: 08.00\nKanal: IG",
        "Jam terbit: pukul 08.00 WIB\nTanggal terbit: 24 November 2026.\nKanal: IG",
        "Terbit pada: hari Selasa, tanggal 24 November 2026 pukul 08.00.\nKanal: IG",
        "Terbit tanggal: 24 November 2026 08.00\nKanal: IG",
    ],
)
def test_facts_as_offices_write_them(lines: str) -> None:
    """As a list, the day and the hour on a line each, in the words of a letter."""
    draft = draft_of(f"{lines}\n\nIsi")
    found = understand(draft, "Asia/Jakarta")
    assert (found.wrong, draft.body) == ([], "Isi")
    assert str(found.values["publish_at"].wall) == "2026-11-24 08:00:00"
    assert found.values["channels"] == ("IG",)


def test_a_misspelt_key_is_met_with_the_one_meant() -> None:
    """The message names it as people write it."""
    with pytest.raises(TextError) as caught:
        draft_of("Kanall: IG\n\nIsi")
    assert caught.value.values["meant"] == "Kanal"


def test_a_line_within_the_text_that_looks_like_a_fact_is_a_warning() -> None:
    """Beside other sentences it may be meant as text: it is published, and said."""
    draft = draft_of("Saksikan siaran kami.\n\nAcara: pelantikan\nKanal: YouTube\nJangan lewatkan!")
    assert codes(draft) == [("content.fact_like", 4)]
    draft = draft_of("Ikuti lomba foto!\n\n- Tagar: #NatunaHebat\n- Kanal: Instagram")
    assert codes(draft) == [("content.fact_like", 3), ("content.fact_like", 4)]


@pytest.mark.parametrize("body", ["Kanal: IG, FB\n\nIsi", "Terbit: 24 November 2026 08.00", "Judul: a"])
def test_empty_front_matter_makes_all_of_it_text(body: str) -> None:
    """Two lines of dashes above are the way out for a text that opens like facts."""
    draft = draft_of(f"---\n---\n{body}")
    assert (draft.facts, draft.body) == ({}, body)


# ── The body ─────────────────────────────────────────────────────────────────

WHATSAPP = """*BANJIR DI RANAI*
_Laporan sementara_ ~coret~ ```mono```

Assalamu’alaikum, Bapak/Ibu 🙏
1. Jalan Soekarno-Hatta ±40 cm
2. Jalan Pramuka
3.
• Posko: Kantor Lurah {spaces}
- Kontak: @humas_natuna / 0812-0000-0000
  menjorok dua spasi
#Natuna #SiagaBanjir __init__ a*b*c 5*3=15

Sumber: https://natunakab.go.id/a_b_c?x=1&y=*2*#bagian
Jam 08:00–10.30 WIB | "kutip" & <tag> {{ bukan templat }} {% juga %}
🌊🌊""".replace("{spaces}", "  ")


def test_a_message_pasted_from_whatsapp_is_the_body_as_typed() -> None:
    """Stars, underscores, single line breaks, numbers, spaces, @, #, emoji: nothing is changed."""
    draft = draft_of(WHATSAPP)
    assert (draft.body, draft.facts, draft.title, draft.notes) == (WHATSAPP, {}, None, [])


@pytest.mark.parametrize(
    "prefix",
    [
        "[24/11 08.02] Humas: ",
        "[24/11/26, 08.02.15] Humas Kominfo: ",
        "\u200e[24/11/2026, 8:02:15 AM] +62 812-0000-0000: ",
        "24/11/26 08.02 - Humas: ",
    ],
)
def test_what_whatsapp_puts_before_a_message_is_told(prefix: str) -> None:
    """It stays in the body, which is as typed; a warning says that it would be published."""
    draft = draft_of(f"Halo\n{prefix}*BANJIR*")
    assert draft.body == f"Halo\n{prefix}*BANJIR*"
    assert codes(draft) == [("content.chat", 2)]


PIECES = [
    "Terbit",
    "Kanal",
    "Perhatian",
    "X",
    "Judul",
    ": ",
    ":",
    " ",
    "\n",
    "\n\n",
    "IG, FB",
    "utas",
    "halo",
]


@given(st.lists(st.sampled_from([*PIECES, "24 November 2026 08.00"]), max_size=12).map("".join))
def test_every_line_is_a_fact_or_text_or_an_error(text: str) -> None:
    """Nothing gets lost between the two."""
    if not text.strip():
        return
    line: int | None = 1
    draft = None
    try:
        draft = draft_of(text)
    except TextError as error:
        line = error.line
    assert line is not None
    assert 1 <= line <= text.count("\n") + 1
    if draft is None:
        return
    lines = [line for line in text.split("\n") if line.strip()]
    below = [line for line in draft.body.split("\n") if line.strip()]
    assert len(lines) == len(draft.facts) + len(below)
