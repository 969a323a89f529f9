"""Events: an invitation to a day that is over is told; reports, history and rules are left in peace."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.content.events import past

DUE = date(2026, 11, 25)

INVITES = [
    "Ayo hadiri gotong royong di Pantai Piwang, Minggu, 22 November 2026!",
    "Mari ikuti upacara Hari Guru pada Selasa, 24 November 2026 pukul 07.30 WIB.",
    "Dinas Kominfo akan menggelar pelatihan pada Senin, 23 November 2026.",
    "Pelatihan akan dilaksanakan pada 23 November 2026 di aula kantor.",
    "Bupati akan meresmikan pasar ikan pada Senin (23/11/2026).",
    "Pendaftaran dibuka sampai 20 November 2026.",
    "Batas akhir pengiriman berkas: 20 November 2026.",
    "Pengumpulan naskah paling lambat 24 November 2026.",
    "Kami mengundang Bapak/Ibu pada Selasa, 24 November 2026.",
    "Jangan lewatkan pasar murah Sabtu, 21 November 2026 di Ranai.",
    "Saksikan siaran langsungnya pada 24 November 2026!",
    "Hari/Tanggal : Selasa, 24 November 2026\nWaktu : 08.00 WIB\nTempat : Gedung Sri Serindit",
    "*Tanggal:* 24 November 2026\n*Tempat:* Masjid Agung",
    "Undangan rapat koordinasi\nHari, tanggal: Senin, 23 November 2025",
    "Listrik akan dipadamkan pada 24 November 2026 mulai pukul 09.00.",
    "Seleksi digelar dua hari. Peserta diharapkan hadir pada 23 November 2026.",
    "Join us on Tuesday, 24 November 2026!",
    "The forum will be held on 24 November 2026.",
]

IN_PEACE = [
    "Pemerintah Kabupaten Natuna menggelar gotong royong pada Selasa, 24 November 2026.",
    "Bupati menghadiri peringatan Hari Guru, Selasa (24/11/2026).",
    "Kegiatan yang berlangsung pada 24 November 2026 itu dihadiri 200 peserta.",
    "Pelatihan telah dilaksanakan pada 23 November 2026.",
    "“Kami akan terus berbenah,” kata Kepala Dinas di Ranai, Selasa (24/11/2026).",
    "Dalam rapat pada 20 November 2026, Kepala Dinas menyampaikan bahwa jalan akan diperbaiki.",
    "Kabupaten Natuna lahir pada 12 Oktober 1999.",
    "Aturan ini berlaku sejak 1 Januari 2026.",
    "Undang-Undang Nomor 14 Tahun 2008 disahkan pada 30 April 2008.",
    "Surat Edaran Nomor 5 tertanggal 2 November 2026 mengimbau warga untuk mendaftar.",
    "Pada 17–18 September 2024, Diskominfo berkunjung ke PPID Kota Bandung.",
    "Pendaftaran dibuka 1 November 2026 sampai 30 November 2026.",
    "Ayo hadiri pasar murah, 24 November 2026 sampai dengan 26 November 2026!",
    "Ayo hadiri gotong royong, Minggu, 29 November 2026!",
    "Upacara hari ini, Rabu, 25 November 2026, akan dimulai pukul 08.00.",
    "Hari/Tanggal: Selasa, 24 November 2026\nTempat: Ranai\n\nKegiatan telah dilaksanakan dengan baik.",
    "Terima kasih kepada semua yang hadir pada 22 November 2026. Sampai jumpa, ayo jaga laut kita!",
    "Stok beras per 20 November 2026: 120 ton.",
    "Foto: Humas, 24 November 2026",
    "Data diperbarui 23 November 2026. Ayo cek di natunakab.go.id.",
    "Usai dilantik pada 24 November 2026, Kepala Dinas akan memimpin apel.",
    "RANAI, 24 November 2026 – Dinas Perikanan akan menggelar bazar pekan depan.",
    "Natuna, Selasa (24/11/2026) - Pemerintah akan membuka posko pada 1 Desember 2026.",
    "Daftar penerima bantuan per 20 November 2026 dapat dibaca di kantor desa.",
    "Pembaruan terakhir 20 November 2026.",
    "The workshop was held on 23 November 2026.",
    "Tanpa tanggal sama sekali, ayo datang!",
    "SIARAN PERS\nNomor: 480/112/2026\nTanggal: Selasa, 24 November 2026\n\nPosko dibuka\n\nMari datang.",
]


@pytest.mark.parametrize("body", INVITES)
def test_an_invitation_to_what_is_over_is_told(body: str) -> None:
    """The sentence speaks of what is to come, and its date lies before the day it is published."""
    assert len(past(body, 1, DUE)) == 1


@pytest.mark.parametrize("body", IN_PEACE)
def test_what_was_or_is_still_to_come_is_left_in_peace(body: str) -> None:
    """Reports, history, rules, ranges that are not over, and the day itself give no warning."""
    assert past(body, 1, DUE) == []


def test_the_line_of_the_date_is_told() -> None:
    """Lines count from where the body begins, and the words are those written."""
    (found,) = past("Ayo hadiri!\n\nMari datang Selasa, 24 November 2026.", 7, DUE)
    assert (found.line, found.words) == (9, "Selasa, 24 November 2026")
