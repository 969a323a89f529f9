"""publisher/render/: a text that does not fit becomes a lead, a thread or an error; nothing goes unsaid."""

import pytest

from connectors import registry
from connectors.contract import MediaFacts, PartKind, Severity
from publisher import texts
from tests.unit.rendering import channel, examples, post, rendered, text

__all__ = ["examples"]
X, FB = channel("twitter"), channel("facebook")
FIRST = (
    "NATUNA – Pemerintah Kabupaten Natuna melalui Dinas Komunikasi dan Informatika menggelar pelatihan"
    " pengelolaan informasi bagi operator desa di Ranai, Senin (23/11/2026)."
)
SECOND = "Acara dibuka Sekretaris Daerah, Drs. H. Nama, M.Pd. “Warga berhak tahu. Kita siap,” ujarnya."
RELEASE = f"{FIRST}\n\n" + f"{SECOND}\n\n" * 23
TITLE = "Operator Desa Dilatih Kelola Informasi"


@pytest.fixture(autouse=True)
def _indonesian():
    texts.use("id")
    yield
    texts.use("en")


def test_a_lead_is_title_whole_sentences_and_link():
    """As many as fit, and the cut is told with its numbers, as a notice."""
    found = rendered(post(RELEASE, title=TITLE, link="https://natunakab.go.id/b/1"), X)
    (part,) = found.rendition.parts
    assert part.text == f"{TITLE}\n\n{FIRST}\n\nhttps://natunakab.go.id/b/1"
    (notice,) = found.problems
    assert (notice.severity, notice.line, notice.channel) == (Severity.NOTICE, 5, "tw")
    assert texts.text_of(notice) == "2.395 → 233 karakter: judul + 1 dari 47 kalimat"
    assert texts.fix_of(notice)


def test_a_press_release_and_a_photo_stop_no_text_platform(examples):
    """2,900 characters with no other word: an excerpt where they do not fit, whole where they do."""
    what = post(RELEASE, title=TITLE, pictures=1, hashtags=("Natuna", "PPID"))
    for platform in ("twitter", "facebook", "loom", "frame"):
        found = rendered(what, channel(platform))
        assert found.rendition, platform
        assert all(problem.severity is Severity.NOTICE for problem in found.problems), platform
        (part,) = found.rendition.parts
        assert part.text.startswith(f"{TITLE}\n\n{FIRST}")
        room = registry.room(platform)
        assert room.limits.text // 2 < room.measure(part.text) <= room.limits.text or platform == "facebook"
        assert part.text.partition("\n\n#")[0].endswith((".", "ujarnya."))
    assert RELEASE.strip() in text(what, FB)


def test_where_bytes_count_the_cut_is_told_in_bytes():
    """YouTube's description: an emoji is four of them, and nobody is told characters that he cannot count."""
    words = "Terima kasih, warga Natuna! 🙏🏽 " * 200
    clip = MediaFacts("video/mp4", 9, 360, 640, seconds=4.0)
    where = channel("youtube", options={"made_for_kids": False})
    found = rendered(post(words, title=TITLE, pictures=1), where, media=clip)
    (notice,) = [one for one in found.problems if one.code == "render.lead"]
    size = len(found.rendition.parts[0].text.encode())
    assert 4900 < size <= 5000
    number = texts.number(len(words.strip().encode()))
    assert texts.text_of(notice).startswith(f"{number} → {texts.number(size)} byte: judul + ")
    texts.use("en")
    assert " bytes: title + " in texts.text_of(notice)


HEADLINE = "Pemerintah Kabupaten Siaga Hadapi Banjir Rob, Warga Pesisir Diminta Waspada"
LETTER = "SIARAN PERS\nNomor: 480/112/DISKOMINFO/XI/2026"


@pytest.mark.parametrize(
    "letter",
    [
        LETTER,
        "PEMERINTAH KABUPATEN NATUNA\nDINAS KOMUNIKASI DAN INFORMATIKA\nJl. Batu Sisir\n\nSIARAN PERS",
        "*Rilis Pers No. 12/2026*\n30 November 2026",
        "PRESS RELEASE\n\nUntuk segera disiarkan",
    ],
)
def test_what_is_shortened_begins_with_its_headline(letter):
    """An excerpt has no room for a letterhead; what is left out is told, and the whole text keeps it."""
    release = f"{letter}\n\n{HEADLINE}\n\n{RELEASE}"
    found = rendered(post(release), X)
    assert found.rendition.parts[0].text == f"{HEADLINE}\n\n{FIRST}"
    lead, left = found.problems
    assert texts.text_of(lead).endswith("karakter: judul + 1 dari 47 kalimat")
    assert texts.text_of(left).endswith(" ".join(letter.replace("*", "").split()))
    assert text(post(release), FB) == release.replace("*", "").strip()


def test_the_name_of_a_folder_is_no_second_headline():
    """It stands above a text that has none, and is still the title of a video."""
    what = post(f"{LETTER}\n\n{HEADLINE}\n\n{RELEASE}", title="Banjir rob")
    assert text(what, FB).startswith(LETTER)
    assert text(what, X).startswith(HEADLINE)
    written = post(what.body, title="Banjir rob", lines={"body": 5, "title": 2})
    assert text(written, FB).startswith("Banjir rob\n\nSIARAN PERS")
    assert text(post(RELEASE, title="Banjir rob"), X).startswith("Banjir rob\n\nNATUNA")


@pytest.mark.parametrize(
    "line",
    [
        "Yth. Bapak/Ibu",
        "Assalamualaikum",
        "1. Surat",
        "#Natuna",
        "Kantor tutup.",
        "Ayo!",
        "Syarat:",
        "https://a.id",
    ],
)
def test_a_first_line_that_is_no_headline(line):
    """Greetings, items, sentences: the name of the folder stands above them."""
    assert text(post(f"{line}\n\nIsi.", title="Banjir rob"), FB).startswith("Banjir rob\n\n")


def test_a_headline_stays_where_no_sentence_fits():
    """Like a title; a text that is nothing but a letterhead keeps it."""
    found = rendered(post(f"{LETTER}\n\n{HEADLINE}\n\n" + "Kata yang panjang, " * 30), X)
    assert found.rendition.parts[0].text == HEADLINE
    assert found.problems[0].code == "render.lead_title"
    assert text(post(LETTER), X) == LETTER


def test_hashtags_go_before_sentences_and_come_back_if_there_is_room():
    """The first of them that fit stand again; complaints before them."""
    tags = tuple(f"Tagar{number}" * 4 for number in range(6))
    body = "Kalimat ini sedang saja. " * 10
    found = rendered(post(body, hashtags=tags), X)
    assert [problem.code for problem in found.problems] == ["render.lead_extras"]
    assert found.rendition.parts[0].text == f"{body.strip()}\n\n#{tags[0]}"
    sms = {"sms": "1708", "url": "lapor.example.id"}
    assert text(post(body, hashtags=tags), X, complaints=sms).endswith("\n\nAduan: SMS 1708")


def test_a_first_sentence_that_does_not_fit_leaves_the_title():
    """No sentence is torn where there is a title: that is a whole thing; and a person is asked to look."""
    found = rendered(post("Kata yang panjang, " * 30, title=TITLE), X)
    assert found.rendition.parts[0].text == TITLE
    assert [(p.code, p.severity) for p in found.problems] == [("render.lead_title", Severity.WARNING)]


def test_without_a_title_the_first_sentence_ends_at_a_pause_and_is_marked():
    """Better than nothing at all, never inside a word, and told as a warning."""
    body = "Pemerintah menggelar kegiatan yang diikuti warga dari semua kecamatan, " * 8
    found = rendered(post(body), X)
    sent = found.rendition.parts[0].text
    assert sent.endswith(("semua kecamatan …", "kegiatan …"))
    assert body.startswith(sent.removesuffix(" …"))
    assert [(p.code, p.severity) for p in found.problems] == [("render.lead_clause", Severity.WARNING)]


def test_a_word_longer_than_the_platform_takes_is_an_error():
    """There is nowhere to cut, so nothing is cut."""
    found = rendered(post("https://a.example/" + "x" * 20 + " " + "y" * 400), channel("twitter"))
    assert [problem.code for problem in found.problems] == ["render.lead_clause"]
    found = rendered(post("y" * 400), X)
    assert [problem.code for problem in found.problems] == ["twitter.too_long"]
    assert found.rendition.parts[0].text == "y" * 400


def test_a_lead_does_not_end_inside_a_list():
    """Half of what citizens must bring is worse than nothing; where little else is left it is told."""
    papers = "\n".join(f"{number}. Surat keterangan nomor {number} dari kelurahan" for number in range(1, 9))
    body = f"Pelayanan pindah ke gedung baru.\n\nBawalah:\n{papers}"
    told = "Pelayanan dipindahkan ke gedung baru di belakang kantor bupati mulai hari Senin. "
    assert text(post(told * 2 + body), X) == told * 2 + "Pelayanan pindah ke gedung baru."
    found = rendered(post(body), X)
    assert found.rendition.parts[0].text.endswith("kelurahan")
    assert [(p.code, p.severity) for p in found.problems] == [("render.lead_list", Severity.WARNING)]


def test_a_link_that_only_the_left_out_text_has_is_given_again():
    """The body names it at its end; the lead ends before, so the link has its own line."""
    url = "https://natunakab.go.id/berita"
    assert text(post(f"{RELEASE}Lihat {url}", link=url), X).endswith(f"\n\n{url}")


def test_error_and_a_text_of_the_platforms_own_are_left_as_they_are():
    """Who asked for an error, or wrote for this platform, decides what to leave out; others publish."""
    for what, where, line in (
        (post(RELEASE), channel("twitter", long_text="error"), 5),
        (post(platforms={"twitter": {"text": RELEASE}}, lines={"body": 9, "twitter.text": 4}), X, 4),
    ):
        found = rendered(what, where)
        (problem,) = [one for one in found.problems if one.severity is Severity.ERROR]
        assert (problem.code, problem.line) == ("twitter.too_long", line)
        assert problem.values["over"] == problem.values["used"] - 280
        assert found.rendition.parts[0].text == RELEASE.strip()
        assert not rendered(what, FB).problems


def test_the_words_of_the_error_say_how_much_and_what_to_do():
    """342 dari 280, lebih 62; and that the others go out."""
    (problem,) = rendered(post("k" * 342), X).problems
    assert texts.text_of(problem) == "342 dari 280, lebih 62."
    assert texts.fix_of(problem) == 'Pendekkan, atau tulis "X: utas" di baris pertama.'
    texts.use("en")
    assert texts.text_of(problem) == "342 of 280, 62 too many."


def test_threads_by_the_channel_and_by_the_post(examples):
    """The post's word counts before the channel's; a platform without threads gives a lead."""
    threaded = channel("twitter", long_text="thread")
    kinds = {part.kind for part in rendered(post(RELEASE), threaded).rendition.parts}
    assert kinds == {PartKind.ROOT, PartKind.THREAD}
    asked = post(RELEASE, platforms={"twitter": {"thread": True}})
    assert len(rendered(asked, X).rendition.parts) > 5
    refused = post(RELEASE, platforms={"twitter": {"thread": False}})
    assert len(rendered(refused, threaded).rendition.parts) == 1
    assert rendered(refused, threaded).problems[0].code == "render.lead_untitled"
    frame = rendered(post(RELEASE, pictures=1), channel("frame", long_text="thread"))
    assert [problem.code for problem in frame.problems] == ["render.lead_untitled"]


def test_a_thread_without_end_is_refused_where_the_post_asks_and_a_lead_elsewhere():
    """A book pasted by mistake does not become hundreds of posts."""
    asked = rendered(post(RELEASE * 4, platforms={"twitter": {"thread": True}}), X)
    assert asked.problems[0].code == "render.too_many_parts"
    found = rendered(post(RELEASE * 4), channel("twitter", long_text="thread"))
    assert [problem.code for problem in found.problems] == ["render.lead_untitled"]


@pytest.mark.parametrize(
    "piece", ["Kalimat ke satu di laman natuna.go.id. ", "é ", "aku. ", "“Aku. ", "1. a\n", "a.b", "é"]
)
def test_a_megabyte_is_no_trouble(piece):
    """Fitting looks at what may fit, not at all there is."""
    found = rendered(post(piece * (1_000_000 // len(piece))), X)
    codes = {"render.lead_untitled", "render.lead_clause", "render.lead_list", "twitter.too_long"}
    assert {problem.code for problem in found.problems} <= codes
