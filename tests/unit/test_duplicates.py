"""Which texts are the same announcement, and what follows: pairs as an office in Natuna writes them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest

from connectors.contract import Media, Part, PartKind, Rendition
from publisher.duplicates import Likeness, Shelf, Standing, Verdict, judged, likeness, told, words_of
from tests.unit.log_world import ACCOUNT, OTHER_ACCOUNT

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def rendition(
    *texts: str, account: str = ACCOUNT, media: tuple[str, ...] = (), link: str | None = None
) -> Rendition:
    pictures = tuple(Media(source, ("strip",), "") for source in media)
    root = Part(PartKind.ROOT, texts[0], link, {}, pictures)
    return Rendition(account, "feed", (root, *(Part(PartKind.THREAD, text) for text in texts[1:])))


def how(one: str, other: str) -> str | None:
    """`same`, `alike` or None, which is the same both ways."""
    here, there = words_of(rendition(one)), words_of(rendition(other))
    found = likeness(here, there)
    assert likeness(there, here) is found
    return found


GOTONG_ROYONG = (
    "Pemerintah Kabupaten Natuna mengajak seluruh warga Ranai bergotong royong membersihkan saluran air di "
    "sekitar Pantai Piwang pada Sabtu, 28 November 2026 pukul 07.00 WIB. Bawalah cangkul, sapu, dan karung. "
    "Minuman disediakan panitia. Mari jaga lingkungan kita bersama."
)
LAPOR = (
    "Punya keluhan tentang layanan publik? Sampaikan lewat SP4N-LAPOR! Kirim SMS ke 1708 atau buka "
    "natuna.lapor.go.id. Identitas pelapor dapat dirahasiakan, dan setiap laporan ditindaklanjuti oleh "
    "perangkat daerah yang berwenang."
)
POSYANDU = (
    "Jadwal imunisasi anak di Posyandu Melati, Desa Sepempang: Selasa, 3 November 2026 pukul 08.00 sampai "
    "11.00 WIB. Bawa buku KIA dan kartu BPJS. Gratis untuk semua balita."
)
SERTIFIKAT = (
    "Pelatihan menulis konten media sosial untuk perangkat desa dibuka. Peserta mendapat sertifikat, modul, "
    "dan konsumsi. Daftar di bit.ly/pelatihan-desa sebelum kuota terpenuhi."
)

ALIKE = {
    "a typing mistake mended": (
        GOTONG_ROYONG.replace("bergotong royong", "bergotonng royong"),
        GOTONG_ROYONG,
    ),
    "a name misspelt": (GOTONG_ROYONG.replace("Natuna", "Natnua"), GOTONG_ROYONG),
    "two words exchanged": (
        GOTONG_ROYONG.replace("mengajak", "mengundang").replace("membersihkan", "merapikan"),
        GOTONG_ROYONG,
    ),
    "a sentence left out": (GOTONG_ROYONG.replace(" Minuman disediakan panitia.", ""), GOTONG_ROYONG),
    "a sentence more, with a number": (GOTONG_ROYONG + " Informasi: 0773 31234.", GOTONG_ROYONG),
    "a greeting before it": ("Selamat pagi, Sobat Natuna! " + GOTONG_ROYONG, GOTONG_ROYONG),
    "marked as an update": ("UPDATE: " + POSYANDU, POSYANDU),
    "the date written in figures": (POSYANDU.replace("3 November 2026", "3/11/2026") + " Ayo!", POSYANDU),
    "hour with and without nought, and a word more": (POSYANDU.replace("08.00", "8.00") + " Ayo!", POSYANDU),
    "pukul and jam": (POSYANDU.replace("pukul", "jam"), POSYANDU),
    "sentences in another order, one word less": (
        "Bawa buku KIA dan kartu BPJS. Gratis untuk balita. Jadwal imunisasi anak di Posyandu Melati, Desa "
        "Sepempang: Selasa, 3 November 2026 pukul 08.00 sampai 11.00 WIB.",
        POSYANDU,
    ),
    "an abbreviation spelt out": (LAPOR.replace("Kirim SMS", "Kirim pesan SMS"), LAPOR),
    "other title over the same release": (
        "Warga Ranai Bersihkan Pantai Piwang\n\n" + GOTONG_ROYONG * 5,
        "Pemkab Ajak Warga Bergotong Royong\n\n" + GOTONG_ROYONG * 5,
    ),
    "a word changed in a long text": (SERTIFIKAT.replace("konsumsi", "makan siang"), SERTIFIKAT),
}
SAME = {
    "capital letters": (GOTONG_ROYONG.upper(), GOTONG_ROYONG),
    "line breaks": (GOTONG_ROYONG.replace(". ", ".\n\n"), GOTONG_ROYONG),
    "emoji and marks": (
        "📢 " + GOTONG_ROYONG.replace(".", " !!").replace("07 !!00", "07.00") + " 🙏",
        GOTONG_ROYONG,
    ),
    "other hashtags": (GOTONG_ROYONG + "\n\n#Natuna #GotongRoyong", GOTONG_ROYONG + " #RanaiBersih"),
    "bold letters that are none": (GOTONG_ROYONG.replace("WIB", "𝗪𝗜𝗕"), GOTONG_ROYONG),
    "another link to count clicks by": (
        SERTIFIKAT.replace("pelatihan-desa", "pelatihan-desa?utm=ig"),
        SERTIFIKAT,
    ),
    "the old spelling of months and days": (
        "Rapat koordinasi PPID se-kabupaten Jum'at 6 Nopember 2026 di aula kantor bupati",
        "Rapat koordinasi PPID se-kabupaten Jumat 6 November 2026 di aula kantor bupati",
    ),
    "short, and equal": ("Selamat Hari Guru!", "selamat hari guru"),
}
DIFFERENT = {
    "next week's date": (POSYANDU.replace("3 November", "10 November"), POSYANDU),
    "another month": (POSYANDU.replace("November", "Desember"), POSYANDU),
    "another day of the week": (POSYANDU.replace("Selasa", "Rabu"), POSYANDU),
    "another hour": (POSYANDU.replace("08.00", "09.00"), POSYANDU),
    "another village, another date": (
        POSYANDU.replace("Sepempang", "Sungai Ulu").replace("3 November", "5 November"),
        POSYANDU,
    ),
    "another village only": (
        POSYANDU.replace("Posyandu Melati, Desa Sepempang", "Posyandu Kamboja, Desa Ceruk"),
        POSYANDU,
    ),
    "water height of the day": (
        "Tinggi muka air Sungai Ranai hari ini pukul 06.00: 142 cm, status siaga. Warga di bantaran waspada.",
        "Tinggi muka air Sungai Ranai hari ini pukul 12.00: 155 cm, status siaga. Warga di bantaran waspada.",
    ),
    "weather of the day": (
        "Prakiraan cuaca Natuna Senin 23 November 2026: berawan, suhu 25-31 derajat, angin 10 knot.",
        "Prakiraan cuaca Natuna Selasa 24 November 2026: berawan, suhu 25-31 derajat, angin 10 knot.",
    ),
    "next year's greeting": (
        "Dirgahayu Republik Indonesia ke-81. Terus melaju untuk Indonesia maju, dari Natuna untuk negeri.",
        "Dirgahayu Republik Indonesia ke-82. Terus melaju untuk Indonesia maju, dari Natuna untuk negeri.",
    ),
    "report of another month": (
        "Laporan layanan informasi publik bulan Oktober 2026 sudah terbit: ppid.natunakab.go.id/okt",
        "Laporan layanan informasi publik bulan November 2026 sudah terbit: ppid.natunakab.go.id/nov",
    ),
    "the same words over another link": (
        SERTIFIKAT,
        SERTIFIKAT.replace("bit.ly/pelatihan-desa", "bit.ly/pelatihan-kecamatan"),
    ),
    "another vaccine": (
        "Ayo lengkapi imunisasi polio untuk anak Anda di puskesmas terdekat, gratis!",
        "Ayo lengkapi imunisasi campak untuk anak Anda di puskesmas terdekat, gratis!",
    ),
    "another service": (
        "Perpanjangan KTP elektronik kini bisa di kantor kecamatan, tanpa perlu datang ke Ranai.",
        "Pembuatan kartu keluarga kini bisa di kantor kecamatan, tanpa perlu datang ke Ranai.",
    ),
    "first and second call": (
        "Panggilan pertama seleksi terbuka jabatan pimpinan tinggi: berkas diterima sampai 5 Desember 2026.",
        "Panggilan kedua seleksi terbuka jabatan pimpinan tinggi: berkas diterima sampai 12 Desember 2026.",
    ),
    "two tenders": (
        "Pengumuman lelang nomor 027/15/2026: pembangunan jalan lingkar Serasan, nilai 4,2 miliar rupiah.",
        "Pengumuman lelang nomor 027/16/2026: pembangunan jalan lingkar Midai, nilai 3,8 miliar rupiah.",
    ),
    "quite another matter": (GOTONG_ROYONG, LAPOR),
    "its first sentence alone": (GOTONG_ROYONG.split(". Bawalah")[0], GOTONG_ROYONG),
    "short, and one word other": ("Selamat Hari Guru!", "Selamat Hari Ibu!"),
    "short, with a mistake": ("Selamat pagi, Natuna", "Selamat pagi, Natnua"),
}


@pytest.mark.parametrize("case", ALIKE)
def test_nearly_the_same(case: str) -> None:
    """What a person would call the same post again."""
    assert how(*ALIKE[case]) == "alike"


@pytest.mark.parametrize("case", SAME)
def test_the_same(case: str) -> None:
    """What differs in nothing that is said."""
    assert how(*SAME[case]) == "same"


@pytest.mark.parametrize("case", DIFFERENT)
def test_another_announcement(case: str) -> None:
    """What looks like it and is meant: the same form of words about another day, place or thing."""
    assert how(*DIFFERENT[case]) is None


def test_the_pairs_are_many_enough() -> None:
    """Both ways, so that no threshold is tuned to one side."""
    assert min(len(ALIKE) + len(SAME), len(DIFFERENT)) >= 18


# ── Parts, pictures, links ───────────────────────────────────────────────────


def test_a_thread_is_compared_as_a_whole() -> None:
    """An equal first part does not make two threads one; nor does the numbering make one thread two."""
    opening = "Hak Anda atas informasi publik, dalam beberapa bagian:"
    one = words_of(rendition(f"{opening}\n\n1/2", f"{LAPOR}\n\n2/2"))
    other = words_of(rendition(f"{opening}\n\n1/2", f"{SERTIFIKAT}\n\n2/2"))
    longer = words_of(rendition(f"{opening}\n\n1/3", f"{LAPOR[:90]}\n\n2/3", f"{LAPOR[90:]}\n\n3/3"))
    assert likeness(one, other) is None
    assert likeness(one, longer) is not None


def test_a_link_as_a_field_counts() -> None:
    """Where the platform takes the link beside the text, another link is another announcement."""
    one, other = (words_of(rendition(LAPOR, link=f"https://natunakab.go.id/{page}")) for page in "ab")
    assert likeness(one, other) is None


def test_pictures_without_words() -> None:
    """The same pictures are the same post; others are not."""
    one, again, other = (words_of(rendition("", media=(source,))) for source in "aab")
    assert likeness(one, again) is Likeness.SAME
    assert likeness(one, other) is None


def test_a_daily_word_with_another_picture() -> None:
    """`Selamat pagi!` over a new picture every day is meant; the same picture, or none, is not."""
    one, again, other = (words_of(rendition("Selamat pagi!", media=(source,))) for source in "aab")
    bare = words_of(rendition("Selamat pagi!"))
    assert likeness(one, again) is Likeness.SAME
    assert likeness(one, other) is None
    assert likeness(bare, one) is Likeness.SAME


def test_a_long_text_with_another_picture_is_the_same() -> None:
    """The words are what is said there."""
    one, other = (words_of(rendition(LAPOR, media=(source,))) for source in "ab")
    assert likeness(one, other) is Likeness.SAME


# ── What follows ─────────────────────────────────────────────────────────────


def standing(text: str, post: str = "old", **changed: object) -> Standing:
    words = words_of(rendition(text, media=changed.pop("media", ())))  # type: ignore[arg-type]
    given = {"account": ACCOUNT, "at": NOW, "out": True, "url": "https://x.com/1"} | changed
    return Standing(post_id=post, path=f"{post}.md", words=words, **given)  # type: ignore[arg-type]


def verdict(other: Standing, **changed: object) -> str | None:
    this = standing(LAPOR, "new", out=False, url=None, **changed)
    found = judged(this, Shelf([other], [this.words]))
    return str(found.verdict) if found else None


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (0, "plan.repeated"),
        (30, "plan.repeated"),
        (31, "plan.looks_published"),
        (90, "plan.looks_published"),
        (91, None),
    ],
)
def test_how_long_ago_counts(days: int, found: str | None) -> None:
    """An error within a month, held within three, and no question after that."""
    assert verdict(standing(LAPOR), at=NOW + days * DAY) == found


def test_what_is_to_come_is_no_error() -> None:
    """It may still be taken away: the later one is held."""
    assert verdict(standing(LAPOR, out=False)) == "plan.looks_booked"
    assert verdict(standing(LAPOR + " Ayo!", out=False)) == "plan.resembles_booked"
    assert verdict(standing(LAPOR + " Ayo!")) == "plan.resembles_published"


def test_the_same_words_over_another_picture_are_held() -> None:
    """Not the same rendition: a person decides."""
    assert verdict(standing(LAPOR, media=("a",)), media=("b",)) == "plan.looks_published"


def test_other_accounts_and_the_post_itself_do_not_count() -> None:
    """One post goes to many accounts, and an edit is like what it was."""
    assert verdict(standing(LAPOR, account=OTHER_ACCOUNT)) is None
    assert verdict(standing(LAPOR, "new")) is None


def test_the_worst_is_told_and_of_equals_the_nearest() -> None:
    """Among several doubles the one that stops; else the one closest in time."""
    this = standing(LAPOR, "new", out=False)
    far, near = standing(LAPOR, "far", at=NOW - 20 * DAY), standing(LAPOR, "near", at=NOW - DAY)
    alike = standing(LAPOR + " Ayo!", "alike")
    found = judged(this, Shelf([alike, far, near]))
    assert found is not None
    assert (found.verdict, found.other) == (Verdict.REPEATED, "near.md")
    assert told(found, "new.md", "Asia/Jakarta") == {
        "other": "near.md",
        "post": "new.md",
        "zone": "Asia/Jakarta",
        "url": "https://x.com/1",
        "at": "2026-11-23T01:00:00+00:00",
    }


def test_a_copy_is_held_whenever_the_original_went_out() -> None:
    """Nothing of it was changed yet; it is no error, since somebody is about to."""
    this = standing(LAPOR, "new", out=False, at=NOW + 400 * DAY)
    found = judged(this, Shelf([standing(LAPOR)]), copy_of="old.md")
    assert found is not None
    assert (found.verdict, found.verdict.stops, found.other) == (Verdict.COPIED, False, "old.md")


# ── Among many ───────────────────────────────────────────────────────────────


def many(count: int) -> list[Standing]:
    """Texts as an office's: a stock of some thousand words, the usual ones often."""
    pick = random.Random(7)
    stock = [f"kata{''.join(pick.choices('abcdefghij', k=4))}" for _ in range(4000)]
    weights = list(accumulate(1 / (place + 1) for place in range(len(stock))))
    return [
        standing(" ".join(pick.choices(stock, cum_weights=weights, k=60)), f"p{number}")
        for number in range(count)
    ]


def test_a_look_alike_is_found_among_many() -> None:
    """Whatever lies on the shelf: arranging it loses none."""
    shelf = many(300)
    for each in shelf[::30]:
        words = sorted(each.words.words.elements())
        this = standing(" ".join(words[3:]), "new")
        assert [other.post_id for other, _ in Shelf(shelf, [this.words]).like(this)] == [each.post_id]


def test_among_notices_in_one_form_of_words_the_date_decides() -> None:
    """Two hundred weekly notices: of the same date it is the same; with one number more or less, alike."""
    notices = [
        standing(
            POSYANDU.replace("3 November", f"{1 + n % 28} November").replace("2026", str(1900 + n)), f"p{n}"
        )
        for n in range(200)
    ]
    for each in notices[::25]:
        year = each.words.facts.keys() & {str(1900 + n) for n in range(200)}
        text = POSYANDU.replace("3 November", f"{1 + int(each.post_id[1:]) % 28} November")
        text = text.replace("2026", year.pop())
        for words, how_like in (
            (text, Likeness.SAME),
            (text + " 77", Likeness.ALIKE),
            (text.replace("08.00 ", ""), Likeness.ALIKE),
        ):
            this = standing(words, "new")
            found = [(other.post_id, how) for other, how in Shelf(notices, [this.words]).like(this)]
            assert found == [(each.post_id, how_like)]
