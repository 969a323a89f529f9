"""publisher/render/: what platforms have in common or not: bold, handles, titles, what they cannot carry."""

import pytest

from connectors.contract import MediaFacts, PartKind, Severity
from publisher import texts
from publisher.render import Templates, shipped_dir
from tests.unit.rendering import channel, examples, post, rendered, text

__all__ = ["examples"]
X, FB = channel("twitter"), channel("facebook")
MENTIONS = {
    "diskominfo": {"twitter": "KominfoNatuna", "name": "Diskominfo Natuna"},
    "ppid": {"facebook": "ppid"},
}


@pytest.mark.parametrize(
    ("typed", "on_x", "on_facebook"),
    [
        ("Ikuti @diskominfo.", "Ikuti @KominfoNatuna.", "Ikuti Diskominfo Natuna."),
        ("(@Diskominfo)", "(@KominfoNatuna)", "(Diskominfo Natuna)"),
        ("@PPID dan @lain", "@PPID dan @lain", "@ppid dan @lain"),
        (
            "info@diskominfo.id x@diskominfo",
            "info@diskominfo.id x@diskominfo",
            "info@diskominfo.id x@diskominfo",
        ),
        ("https://t.id/@diskominfo/1",) * 3,
        ("@diskominfo.id @diskominfo_x",) * 3,
        ("@ @@ a@b",) * 3,
    ],
)
def test_a_handle_is_the_one_of_the_platform(typed, on_x, on_facebook):
    """As the table says; what it does not know, addresses and URLs stay as typed."""
    assert text(post(typed), X, mentions=MENTIONS) == on_x
    assert text(post(typed), FB, mentions=MENTIONS) == on_facebook
    assert text(post(typed), X) == typed


def test_bold_is_bare_kept_or_the_platforms_own(examples):
    """Bare words where there is no bold; as typed if the channel says so; its own mark where it has one."""
    what = post("*BANJIR* dan **waspada**, lihat [laman](https://a.id)")
    assert text(what, X) == "BANJIR dan waspada, lihat laman: https://a.id"
    assert (
        text(what, channel("twitter", bold="typed")) == "*BANJIR* dan **waspada**, lihat laman: https://a.id"
    )
    assert text(what, channel("tube")) == "*BANJIR* dan *waspada*, lihat laman: https://a.id"


# ── Complaints ──

SMS = {"name": "SP4N-LAPOR!", "sms": "1708", "url": "natuna.lapor.go.id", "topics": ()}


def test_where_to_complain_stands_where_the_workspace_says_so():
    """Without the address on X, where it would cost; nothing without the setting."""
    assert text(post("Isi."), X, complaints=SMS) == "Isi.\n\nAduan: SMS 1708"
    assert text(post("Isi."), FB, complaints=SMS) == (
        "Isi.\n\nSampaikan aduan melalui SP4N-LAPOR!: SMS 1708 atau natuna.lapor.go.id"
    )
    assert text(post("Isi."), FB, complaints=SMS, language="en") == (
        "Isi.\n\nSend complaints to SP4N-LAPOR!: SMS 1708 or natuna.lapor.go.id"
    )
    assert text(post("Isi."), FB, complaints={}) == text(post("Isi."), FB) == "Isi."
    assert text(post("Isi."), X, complaints={"url": "a.id"}) == "Isi."
    assert text(post("Isi."), FB, complaints={"url": "a.id"}) == "Isi.\n\nSampaikan aduan: a.id"


@pytest.mark.parametrize(
    "said", ["Kirim SMS ke 1708.", "Buka https://natuna.lapor.go.id/ ya", "NATUNA.LAPOR.GO.ID"]
)
def test_where_to_complain_is_not_said_twice(said):
    """A text that has the number or the address needs no more."""
    assert text(post(said), FB, complaints=SMS) == said
    assert "Aduan" in text(post("Ada 17080 orang."), X, complaints=SMS)


def test_where_to_complain_is_for_some_topics_if_they_are_named():
    """And never added to a text that was written for the platform."""
    some = {**SMS, "topics": ("Aduan", "layanan")}
    assert text(post("Isi."), X, complaints=some) == "Isi."
    assert text(post("Isi.", topic="ADUAN"), X, complaints=some) == "Isi.\n\nAduan: SMS 1708"
    assert text(post(platforms={"twitter": {"text": "Pendek."}}), X, complaints=SMS) == "Pendek."


# ── Titles of their own ──


def test_a_title_travels_beside_the_text(examples):
    """By a template, else as the post gives it; a text without title lends its first sentence."""

    def title(what, where=None):
        return rendered(what, where or channel("tube")).rendition.parts[0].options.get("title")

    assert title(post("Isi.", title="*Judul*\nbaru")) == "*Judul* baru"
    assert title(post("Kalimat satu. Kalimat dua.")) == "Kalimat satu."
    assert title(post("Isi.", title="Judul", platforms={"tube": {"title": "Khusus"}})) == "Khusus"
    assert "title" not in rendered(post("Isi.", title="J"), channel("loom")).rendition.parts[0].options


def test_a_workspace_may_have_a_title_template_for_one_placement(examples, tmp_path):
    """`tube/short.title.txt.j2` before `tube/title.txt.j2` before `any/title.txt.j2`."""
    (tmp_path / "tube").mkdir()
    own = Templates(tmp_path, shipped_dir())
    short = post("Isi.", title="Judul", platforms={"tube": {"placement": "short"}})

    def titles():
        found = (rendered(what, channel("tube"), own) for what in (post("Isi.", title="Judul"), short))
        return [each.rendition.parts[0].options["title"] for each in found]

    (tmp_path / "tube/title.txt.j2").write_text("Video: {{ post.title }}")
    assert titles() == ["Video: Judul"] * 2
    (tmp_path / "tube/short.title.txt.j2").write_text("#short")
    assert titles() == ["Video: Judul", "#short"]
    (tmp_path / "tube/title.txt.j2").write_text("\n{{ post.judul }}")
    (problem,) = rendered(post(), channel("tube"), own).problems
    assert (problem.code, problem.file, problem.line) == (
        "render.template_unknown",
        "templates/tube/title.txt.j2",
        2,
    )


def test_a_title_too_long_is_shortened_with_a_mark_or_refused(examples):
    """What a template made is cut between words and told; what a person gave for it is an error."""
    long = "Pemerintah menggelar pelatihan bagi operator desa " * 3
    found = rendered(post("Isi.", title=long), channel("tube"))
    title = found.rendition.parts[0].options["title"]
    assert title.endswith(" …")
    assert len(title) <= 100
    assert [(p.code, p.severity) for p in found.problems] == [("render.field_shortened", Severity.WARNING)]
    texts.use("id")
    assert texts.t(found.problems[0].code, **found.problems[0].values).startswith("judul untuk ")
    given = post("Isi.", platforms={"tube": {"title": long}}, lines={"body": 9, "tube.title": 3})
    for what, where in ((given, channel("tube")), (post(title=long), channel("tube", long_text="error"))):
        (problem,) = rendered(what, where).problems
        assert (problem.code, problem.severity) == ("render.field_too_long", Severity.ERROR)
        assert problem.values["over"] == len(long.strip()) - 100
    assert rendered(given, channel("tube")).problems[0].line == 3


# ── What cannot be carried ──


def test_an_inherited_channel_is_left_out_unless_the_channel_says_error(examples):
    """A notice by default, an error on request; a channel that the post names is always an error."""
    skipped = rendered(post(pictures=2), channel("frame"))
    assert (skipped.skipped, skipped.rendition) == (True, None)
    assert [(p.code, p.severity) for p in skipped.problems] == [("render.skipped", Severity.NOTICE)]
    assert "Frame" in texts.text_of(skipped.problems[0])
    insisting = rendered(post(pictures=2), channel("frame", unsupported="error"))
    named = rendered(post(pictures=2, channels=("fr",), lines={"channels": 2, "body": 5}), channel("frame"))
    for found in (insisting, named):
        assert not found.skipped
        assert [p.code for p in found.problems] == ["room.unsupported"]
        assert texts.fix_of(found.problems[0])
    assert named.problems[0].line == 2


def test_a_platform_that_needs_a_picture_is_left_out_too(examples):
    """The room says which of its errors mean that no such post can stand there."""
    found = rendered(post("Isi."), channel("frame"))
    assert (found.skipped, found.problems[0].code) == (True, "render.skipped_needs")
    assert found.problems[0].values["why"] == "frame.needs_picture"
    assert found.problems[0].severity is Severity.NOTICE
    named = rendered(post("Isi.", channels=("fr",)), channel("frame"))
    assert named.problems[0].severity is Severity.ERROR


def test_an_error_on_one_channel_stops_only_that(examples):
    """The others have their rendition and no problem."""
    what = post("k" * 400)
    assert rendered(what, X).problems[0].severity is Severity.ERROR
    assert not rendered(what, FB).problems
    assert not rendered(what, channel("loom")).problems


# ── Nothing to be seen ──


@pytest.mark.parametrize(
    "blank", ["\u200b", "\u200b\ufeff\u2060", "\u3164", "\u2800 \u2800", "\u00ad", "\ufe0f"]
)
def test_a_text_of_zero_width_is_no_text(blank, examples):
    """Nothing can be seen of it: with a picture the picture goes out, without one it is an error."""
    for where in (X, FB, channel("loom")):
        (problem,) = rendered(post(blank), where).problems
        assert (problem.code, problem.severity) == ("render.nothing_visible", Severity.ERROR)
    assert rendered(post(blank, pictures=1), X).rendition.parts[0].text == ""
    assert text(post(f"Isi{blank}."), X) == f"Isi{blank}."


def test_a_first_comment_must_fit_and_be_seen(examples):
    """Long ones are told before anything is published: the post would stand there without its comment."""
    loom = channel("loom")

    def comment(words):
        return rendered(post(platforms={"loom": {"first_comment": words}}), loom)

    (problem,) = comment("kata " * 10).problems
    assert (problem.code, problem.part, problem.values["over"]) == ("render.comment_too_long", 2, 9)
    assert comment("SMS 1708").rendition.parts[1].kind is PartKind.COMMENT
    (problem,) = comment("\u200b").problems
    assert problem.code == "render.comment_invisible"
    assert len(comment(" ").rendition.parts) == 1


# ── Templates for the platforms to come ──


@pytest.mark.parametrize(
    ("platform", "placement", "expected"),
    [
        ("instagram", "feed", "Judul\n\nIsi.\n\nSelengkapnya: https://a.id\n\nAduan\n\n#A #B #C #D #E"),
        ("instagram", "reel", "Judul\n\nIsi.\n\nSelengkapnya: https://a.id\n\nAduan\n\n#A #B #C #D #E"),
        ("threads", "feed", "Judul\n\nIsi.\n\nhttps://a.id\n\nAduan: SMS 1708\n\n#A"),
        ("tiktok", "video", "Judul\n\nIsi.\n\nhttps://a.id\n\nAduan\n\n#A #B #C #D #E"),
        ("tiktok", "photo", "Isi.\n\nhttps://a.id\n\nAduan\n\n#A #B #C #D #E"),
        ("youtube", "video", "Isi.\n\nhttps://a.id\n\nAduan\n\n#A #B #C #D #E #F"),
        ("youtube", "short", "Isi.\n\nhttps://a.id\n\nAduan\n\n#A #B #C #D #E #F"),
    ],
)
def test_the_shipped_templates_know_their_platforms(examples, platform, placement, expected):
    """What each can do with title, link and hashtags is in its template, not in code."""
    from publisher.render.templates import Complaints, TemplatePost
    from tests.unit.rendering import SHIPPED

    what = TemplatePost("Judul", "Isi.", "https://a.id", tuple("#" + c for c in "ABCDEF"), "", None, "", 0,
                        Complaints("LAPOR", "1708", "l.id"))  # fmt: skip
    workspace = {"language": "id", "timezone": "Asia/Jakarta"}
    found = SHIPPED.text(channel(platform), placement, what, workspace).strip()
    assert found == expected.replace("Aduan\n", "Sampaikan aduan melalui LAPOR: SMS 1708 atau l.id\n")
    title = SHIPPED.field("title", channel(platform), placement, what, workspace).strip()
    assert title == ("" if (platform, placement) == ("tiktok", "video") else "Judul")


def test_what_takes_more_than_a_whole_quota_is_refused_beforehand():
    """It would wait for ever: 25 files of captions are 10,000 units of YouTube's day, and the clip more."""
    from connectors import registry
    from connectors.contract import Media, MediaFacts, Part, PartKind, Rendition
    from publisher.render.verdict import Judge

    files = tuple(Media(f"{n:064}", ("strip",), "", "captions", "id") for n in range(26))
    clip = Media("c" * 64, ("strip",), "")
    part = Part(PartKind.ROOT, "Isi", None, {"title": "Judul", "made_for_kids": False}, (clip,), files)
    facts = {one.source: MediaFacts("text/vtt", 9, 0, 0) for one in files}
    facts[clip.source] = MediaFacts("video/mp4", 9, 720, 1280, seconds=9.0)
    where = channel("youtube")
    what = post("Isi", pictures=1)
    judge = Judge(what, where, registry.room("youtube"))
    found = judge.rendered(Rendition(where.account, "feed", (part,)), facts, ())
    [told] = [one for one in found.problems if one.code == "render.over_quota"]
    assert told.values["needed"] > told.values["limit"] == 10_000


def test_all_channels_at_once_are_not_named_one_by_one(examples):
    """`Kanal: semua` goes wherever it can; a platform that needs a picture is left out of it."""
    found = rendered(post("Isi.", channels=("semua",)), channel("frame"))
    assert (found.skipped, found.problems[0].code) == (True, "render.skipped_needs")


def test_a_picture_that_no_longer_moves_is_told():
    """X shows the animation, Facebook its first frame: nothing is lost without a word."""
    moving = MediaFacts("image/gif", 9000, 320, 240, frames=4)
    told = {name: rendered(post(pictures=1), channel(name), media=moving) for name in ("twitter", "facebook")}
    codes = {name: [one.code for one in found.problems] for name, found in told.items()}
    assert "render.stands_still" not in codes["twitter"]
    (warned,) = [one for one in told["facebook"].problems if one.code == "render.stands_still"]
    assert (warned.severity, warned.values) == (Severity.WARNING, {"name": "0.jpg"})


def test_more_photos_than_tiktok_takes_are_its_first_as_well():
    """Its posts of photos are a placement beside that of clips."""
    found = rendered(post("Isi.", pictures=36), channel("tiktok", options={"audited": True}))
    assert (found.rendition.placement, len(found.rendition.parts[0].media)) == ("photo", 35)
    (left,) = [one for one in found.problems if one.code == "render.pictures_left"]
    assert (left.values["count"], left.values["limit"], left.values["last"]) == (36, 35, "34.jpg")


def test_more_pictures_than_a_platform_takes_are_its_first_and_a_warning(examples):
    """A folder of six photos goes out on X with four; whoever wants an error instead says so."""
    found = rendered(post("Isi.", pictures=6), X)
    assert [one.alt for one in found.rendition.parts[0].media] == ["Foto 0", "Foto 1", "Foto 2", "Foto 3"]
    (left,) = [one for one in found.problems if one.code == "render.pictures_left"]
    assert (left.severity, left.values["last"]) == (Severity.WARNING, "3.jpg")
    assert len(rendered(post("Isi.", pictures=6), FB).rendition.parts[0].media) == 6
    strict = rendered(post("Isi.", pictures=6), channel("twitter", unsupported="error"))
    assert "twitter.too_many_images" in [one.code for one in strict.problems]
