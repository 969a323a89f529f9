"""publisher/render/sentences.py: a full stop ends a sentence, or it does not; in doubt it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.render.sentences import ends, lead_ends, sentences


@pytest.mark.parametrize(
    "text",
    [
        "Warga hadir.|Bupati membuka acara.",
        "Sudah lapor?|Kirim SMS ke 1708!|Mudah, bukan?",
        "Bupati H. Nama Lengkap hadir.|Acara selesai.",
        "Dibuka Drs. H. Nama, M.Si., dan Ir. Nama Kedua, S.T., M.T.|Semua hadir.",
        "Oleh Nama, S.Sos. M.Si. dari Diskominfo.|Selesai.",
        "Ditulis W.R. Supratman dan R.A. Kartini.|Lagu itu abadi.",
        "Turut hadir Kepala Bagian, S.H.|Acara ditutup doa.",
        "Alamat: Jl. Batu Sisir No. 12, Kec. Bunguran Timur, Kab. Natuna.|Buka setiap hari.",
        "Beli KTP, KK, dll.|Semua gratis.",
        "Surat a.n. Bupati, u.p. Sekda, s.d. Jumat.|Harap maklum.",
        "Kegiatan pukul 08.00 WIB.|Peserta 1.234 orang, biaya Rp. 5.000 saja.|Gratis untuk anak.",
        "Sesuai Pasal 3.|Setiap warga berhak.",
        "Berlaku s.d. 31 Des. 2026.|Jangan terlambat.",
        "Acara pada 24 November 2026.|15 kecamatan ikut.",
        "Banyak hal.|Kita bahas di hal. 12 nanti.",
        "Hubungi Telp. (0773) 31000 atau HP. 0812.|Kami bantu.",
        "“Kami siap. Warga tenang,” kata Bupati.|Ia tersenyum.",
        "Bupati berkata, “Kami siap. Ayo!” lalu pulang.|Selesai.",
        '"Kami siap. Semua siap."|Bupati pulang.',
        "Katanya, “Kami siap.”|Ia pulang.",
        "Warga (lihat lampiran. Halaman dua) hadir.|Selesai.",
        "Lapor ke SP4N-LAPOR! Kabupaten Natuna siap.|Ayo!",
        "Ayo lapor! 🎉🎉|Kami tunggu.",
        "Tunggu…|Masih ada lagi.",
        "Lihat https://ppid.example.id/a.b?c=D.|Atau datang.",
        "Buka laman ppid.natunakab.go.id setiap hari.|Gratis.",
        "Kirim ke ppid@natunakab.go.id.|Kami balas.",
        "Ikuti kami.|@diskominfo punya kabar.",
        "Kabar baik.|#Natuna maju.",
        "Versi 2.0 terbit.|Unduh sekarang.",
        "Yth. Bapak Camat.|Harap hadir.",
        "Satu.|Dua.|“Tiga.”|(Empat.)|Lima.",
        "PT. Maju Jaya dan CV. Karya hadir.|Terima kasih.",
        "Lt. 2 Gd. Serbaguna RT. 02 RW. III.|Parkir luas.",
        "Dimulai.  |Lalu selesai.",
        "kalimat kecil. tetap satu saja",
        "Di pusat kota.|Warga ramai.",
        "Mr. Smith came.|He left.",
    ],
)
def test_sentences(text):
    """The bars show where they end."""
    assert sentences(text.replace("|", " ")) == [piece.strip() for piece in text.split("|")]


@pytest.mark.parametrize(
    "text",
    [
        "PENGUMUMAN\n\n|Kantor tutup.",
        "Hari: Senin\n|Pukul: 08.00 WIB\n|Tempat: Kantor",
        "Syarat:\n|1. KTP asli\n|2. KK asli\n|3. Foto",
        "Bawa:\n|- KTP\n|- KK\n\n|Kami tunggu.",
        "a. Menimbang hal itu\n|b. Mengingat hal ini",
        "Pemerintah Kabupaten Natuna melalui Dinas Komunikasi dan\nInformatika membuka acara.\n|Warga ada.",
        "Kantor di Jl.\nBatu Sisir.",
        "satu baris\nyang patah",
        "Baris satu\n|Baris dua",
        "Ayo datang 🎉\n|📍 Kantor Bupati\n|⏰ 08.00 WIB",
    ],
)
def test_lines(text):
    """A line of its own is a sentence; one that a program broke is not."""
    assert sentences(text.replace("|", "")) == [piece.strip() for piece in text.split("|")]


def test_a_text_does_not_stop_before_or_inside_a_list():
    """Half a list reads as if it were whole; a colon promises something."""
    text = "Layanan pindah.\n\nSyarat:\n1. KTP\n2. KK\n\nDatang segera."
    stops = [text[:end] for end in lead_ends(text, ends(text))]
    assert stops == ["Layanan pindah.", text[: text.index("KK") + 2], text]


def test_a_quotation_without_end_holds_nothing_together():
    """A forgotten quotation mark does not make one sentence of a whole text."""
    assert sentences("“Kami siap. Semua siap.\n\nWarga tenang. Acara selesai.") == [
        "“Kami siap.",
        "Semua siap.",
        "Warga tenang.",
        "Acara selesai.",
    ]


@given(st.text("aB .!?\n1“”\"'()#@*🎉…", max_size=200))
def test_no_character_is_lost_whatever_is_typed(text):
    """Sentences in order, with only white space between them."""
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    every = ends(text)
    assert every == sorted(set(every))
    assert set(lead_ends(text, every)) <= set(every)
    assert set(every) <= set(ends(text, quoted=True))


@pytest.mark.parametrize(
    "piece", ["Kalimat. ", ".", '"', "“", "(", "x. ", "1.\n", " \n", "Dr. ", "\u200b", "a" * 99 + "."]
)
def test_a_long_text_takes_no_long_time(piece):
    """Twice the text, about twice the time: no way to make it run for minutes."""
    text = piece * (300_000 // len(piece))
    assert len(ends(text)) <= len(text)
