"""publisher/render/: what staff type becomes what goes out, exactly; what is wrong has its place."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from jinja2 import Environment

from connectors.contract import Json, MediaFacts, PartKind
from publisher import texts
from publisher.model import Channel, Post, PostMedia, Rendered
from publisher.render import MAX_PARTS, Templates, render, shipped_dir
from publisher.render.bounds import environment, metered
from publisher.render.filters import FILTERS

X = Channel("x", "twitter", "2001", "twitter:2001", "env:X")
FB = Channel("fb", "facebook", "1001", "facebook:1001", "env:FB")
SHIPPED = Templates(Path("/nonexistent"), shipped_dir())


def post(body: str = "Layanan buka Senin.", *, pictures: int = 0, **more: Json) -> Post:
    media = tuple(
        PostMedia(Path(f"/w/content/{n}.jpg"), f"{n}.jpg", f"{n:064}", f"Foto {n}", line=10 + n)
        for n in range(pictures)
    )
    more = {"title": "", "lines": {"body": 5}, **more}
    return Post("a.md", "content/a.md", None, "d", body=body, media=media, **more)


def rendered(what: Post, channel: Channel = X, templates: Templates = SHIPPED, **facts: Json) -> Rendered:
    known = {
        medium.source: MediaFacts(**{"mime": "image/jpeg", "size": 9, "width": 4, "height": 3, **facts})
        for medium in what.media
    }
    return render(what, channel, templates, known, language="id", zone="Asia/Jakarta")


def parts(what: Post, channel: Channel = X) -> list[str]:
    return parts_of(rendered(what, channel))


def parts_of(found: Rendered) -> list[str]:
    assert found.rendition is not None
    return [part.text for part in found.rendition.parts]


@pytest.mark.parametrize("channel", [X, FB])
def test_title_body_and_tags_stand_a_blank_line_apart(channel):
    """Title first, hashtags last; an empty piece leaves no gap."""
    whole = post("Baris satu.\nBaris dua.\n\n\nBaris tiga.", title="Pengumuman", hashtags=("Natuna", "#PPID"))
    assert parts(whole, channel) == [
        "Pengumuman\n\nBaris satu.\nBaris dua.\n\n\nBaris tiga.\n\n#Natuna #PPID"
    ]
    assert parts(post("Hanya isi."), channel) == ["Hanya isi."]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("**Penting** dan *BANJIR*!", "Penting dan BANJIR!"),
        ("*dua kata* di sini", "dua kata di sini"),
        ("5 * 3 * 2 dan a*b*c", "5 * 3 * 2 dan a*b*c"),
        ("_*miring tebal*_ **a*b**", "_miring tebal_ a*b"),
        ("*****\n***x***\n2**3 dan 4**5", "*****\nx\n2**3 dan 4**5"),
        ("* butir satu\n* butir dua", "* butir satu\n* butir dua"),
        ("*catatan: lihat di bawah", "*catatan: lihat di bawah"),
        ("3. tiga\n_miring_ @ppid #Natuna `x`", "3. tiga\n_miring_ @ppid #Natuna `x`"),
        ("https://a.id/*x*/b_c_d*e*", "https://a.id/*x*/b_c_d*e*"),
        ("[Laman PPID](https://ppid.example/a_(b))", "Laman PPID: https://ppid.example/a_(b)"),
        ("[https://a.id](https://a.id)", "https://a.id"),
        ("[1](lihat lampiran)", "[1](lihat lampiran)"),
        ("![foto](https://a.id/x.jpg)", "![foto](https://a.id/x.jpg)"),
        ("harga {{ 7 * 7 }} {% x %}", "harga {{ 7 * 7 }} {% x %}"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_marks_become_plain_text_and_all_else_stays(typed, sent):
    """Bold gives its bare words, a link `text: url`; nothing else is touched, and nothing is executed."""
    assert parts(post(typed)) == [sent]


def test_a_platform_block_replaces_the_body():
    """`twitter: {text: …}` counts on X only."""
    both = post("Panjang.", platforms={"twitter": {"text": "Pendek."}}, lines={"body": 9, "twitter.text": 4})
    assert parts(both) == ["Pendek."]
    assert parts(both, FB) == ["Panjang."]


def test_a_link_is_a_card_where_the_platform_has_one():
    """Facebook takes it as a field if there are no photos; else, and on X, it is in the text."""
    bare, pictured = post("Isi.", link="https://a.id/x"), post("Isi.", link="https://a.id/x", pictures=1)
    card = rendered(bare, FB).rendition.parts[0]
    assert (card.text, card.link) == ("Isi.", "https://a.id/x")
    photo = rendered(pictured, FB).rendition.parts[0]
    assert (photo.text, photo.link) == ("Isi.\n\nhttps://a.id/x", None)
    assert parts(bare) == ["Isi.\n\nhttps://a.id/x"]


def test_nothing_is_said_twice():
    """A title, link or hashtag that the body has already is not added again."""
    written = "Judul\nLihat https://a.id/x. #natuna"
    doubled = post(written, title="Judul", link="https://a.id/x", hashtags=("Natuna", "PPID", "ppid"))
    assert parts(doubled) == [written + "\n\n#PPID"]
    other = post("Lihat https://a.id/xy #NatunaKita", link="https://a.id/x", hashtags=("Natuna",))
    assert parts(other) == ["Lihat https://a.id/xy #NatunaKita\n\nhttps://a.id/x\n\n#Natuna"]


def test_a_text_of_the_platforms_own_may_bring_its_own_hashtags():
    """Who writes hashtags for one platform has chosen them; a mere `no. #1` is none."""
    block = {"twitter": {"text": "Pendek. #Natuna"}}
    assert parts(post("Isi.", platforms=block, hashtags=("PPID",))) == ["Pendek. #Natuna"]
    block = {"twitter": {"text": "Loket #1."}}
    assert parts(post("Isi.", platforms=block, hashtags=("PPID",))) == ["Loket #1.\n\n#PPID"]


def test_default_hashtags_are_for_posts_without():
    """`defaults: {hashtags: …}` counts where the post gives none."""
    found = render(
        post("Isi."), X, SHIPPED, {}, language="id", zone="UTC", defaults={"hashtags": ("Natuna",)}
    )
    assert found.rendition.parts[0].text == "Isi.\n\n#Natuna"


def test_options_reach_the_root_and_the_post_wins_over_the_channel():
    """Only the room's own keys travel; `text`, `thread` and the like are used up here."""
    loud = Channel("x", "twitter", "2001", "twitter:2001", "env:X", options={"reply_settings": "following"})
    assert rendered(post(), loud).rendition.parts[0].options == {"reply_settings": "following"}
    block = {"twitter": {"reply_settings": "verified", "made_with_ai": True, "thread": False}}
    assert rendered(post(platforms=block), loud).rendition.parts[0].options == {
        "reply_settings": "verified",
        "made_with_ai": True,
    }


def test_a_placement_that_is_not_the_first_travels_with_the_root():
    """A session sees parts only: what makes a story of a picture stands in the root's options."""
    story = post(pictures=1, platforms={"facebook": {"placement": "story"}})
    for what, expected in ((story, {"placement": "story"}), (post(pictures=1), {})):
        (root, *_) = parts_of_rendition(rendered(what, FB))
        assert root.options == expected


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_a_story_has_no_words(platform: str):
    """These platforms show none there: no preview promises them, nobody approves them, a notice says so."""
    block = {platform: {"placement": "story"}}
    there = replace(FB, platform=platform, account=f"{platform}:1001")
    found = rendered(post(pictures=1, platforms=block, link="https://natuna.go.id"), there)
    (root, *_) = parts_of_rendition(found)
    assert (root.text, root.link, len(root.media)) == ("", None, 1)
    told = {one.code for one in found.problems}
    assert told & {"facebook.story_text", "instagram.story_wordless"}


def parts_of_rendition(found: Rendered):
    assert found.rendition is not None
    return found.rendition.parts


def test_a_first_comment_is_a_part():
    """It comes last and is text only."""
    found = rendered(post(platforms={"facebook": {"first_comment": "**Info**: SMS 1708"}}), FB).rendition
    assert [(part.kind, part.text) for part in found.parts][1:] == [(PartKind.COMMENT, "Info: SMS 1708")]


def test_pictures_lose_their_metadata_and_keep_their_order():
    """Every picture has the recipe that strips it, and its alt text."""
    media = rendered(post(pictures=3)).rendition.parts[0].media
    assert [(medium.recipe, medium.alt) for medium in media] == [(("strip",), f"Foto {n}") for n in range(3)]


LONG = "Kalimat pertama cukup panjang untuk dibaca. " * 12


def test_a_thread_when_asked_for():
    """Each part fits, ends where a sentence ends, and is numbered; pictures go with the first."""
    found = rendered(post(LONG, platforms={"twitter": {"thread": True}}, pictures=2))
    assert not found.problems
    kinds = [part.kind for part in found.rendition.parts]
    assert kinds == [PartKind.ROOT, PartKind.THREAD]
    assert [len(part.media) for part in found.rendition.parts] == [2, 0]
    assert [part.text.rpartition("\n\n")[2] for part in found.rendition.parts] == ["1/2", "2/2"]
    assert all(part.text.rpartition("\n\n")[0].endswith(".") for part in found.rendition.parts)
    assert len(parts(post("Pendek.", platforms={"twitter": {"thread": True}}))) == 1


def test_a_thread_without_end_is_refused():
    """A book pasted by mistake does not become hundreds of posts."""
    found = rendered(post(LONG * 40, platforms={"twitter": {"thread": True}}))
    assert found.problems[0].code == "render.too_many_parts"
    assert found.problems[0].values["parts"] > MAX_PARTS
    assert len(found.rendition.parts) == 1


def test_a_picture_problem_stands_where_the_picture_is_named():
    """File and line lead to the picture, not to the body."""
    found = rendered(post(pictures=1), X, size=16_000_000, mime="image/gif", frames=9)
    assert [(problem.code, problem.line) for problem in found.problems] == [("twitter.clip_size", 10)]


def test_a_picture_that_is_too_large_is_made_smaller():
    """What a platform refuses is made to fit, and `check` has nothing to tell."""
    found = rendered(post(pictures=1), X, size=6_000_000, width=4000, height=3000)
    assert found.problems == ()
    assert found.rendition is not None
    [media] = found.rendition.parts[0].media
    assert media.recipe == ("crop 0,0,4000x3000", "scale 4000x3000", "as image/jpeg 5000000")


def test_a_channel_may_keep_its_pictures_as_they_are():
    """`fit: refuse` changes no shape: the room then tells what does not fit."""
    board = Channel("ig", "instagram", "1", "instagram:1", "env:IG", fit="refuse")
    found = rendered(post(pictures=1), board, width=1200, height=400)
    assert [problem.code for problem in found.problems] == ["instagram.ratio"]
    found = rendered(post(pictures=1), replace(board, fit="pad"), width=1200, height=400)
    assert found.problems == ()


def test_a_picture_nobody_looked_at_is_an_error():
    """Without facts there is no check, so there is no rendition."""
    found = render(post(pictures=1), X, SHIPPED, {}, language="id", zone="UTC")
    assert found.rendition is None
    assert [problem.code for problem in found.problems] == ["render.no_facts"]


@pytest.fixture(params=["compiled now", "compiled before"])
def own(tmp_path, request):
    """Writes a workspace template for X, and gives the templates of that workspace."""
    kept = tmp_path / "compiled" if request.param == "compiled before" else None

    def write(text: str, name: str = "twitter/feed.txt.j2") -> Templates:
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if kept is not None:  # as an earlier process has left it
            for channel in (X, FB):
                rendered(post(), channel, Templates(tmp_path / "templates", shipped_dir(), kept))
        return Templates(tmp_path / "templates", shipped_dir(), kept)

    return write


@pytest.fixture
def compilations(monkeypatch):
    """The names of the templates compiled since the last call."""
    names = []
    real = Environment.compile

    def noted(self, source, name=None, filename=None, **more):
        names.append(name)
        return real(self, source, name, filename, **more)

    monkeypatch.setattr(Environment, "compile", noted)

    def since():
        found = sorted(names)
        names.clear()
        return found

    return since


def test_a_template_is_compiled_once_until_something_it_hangs_on_changes(tmp_path, compilations, monkeypatch):
    """Not by the next process; but when it is edited, what bounds it changes, or the file is damaged."""

    def process() -> list[str]:
        templates = Templates(tmp_path / "templates", shipped_dir(), tmp_path / "compiled")
        assert rendered(post(), X, templates).rendition.parts[0].text == "Layanan buka Senin."
        return compilations()

    every = ["shared/macros.txt.j2", "twitter/feed.txt.j2"]
    assert process() == every
    assert process() == []
    own = tmp_path / "templates/twitter/feed.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text("{{ post.body }}", encoding="utf-8")
    assert process() == every[1:]
    own.write_text("{{ post.body }}\n", encoding="utf-8")
    assert process() == every[1:]
    for kept in (tmp_path / "compiled").iterdir():
        kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    assert process() == every[1:]
    assert process() == []
    with monkeypatch.context() as changed:
        changed.setattr("publisher.render.compiled._OURS", ("filters.py",))
        assert process() == every[1:]


def test_where_nothing_can_be_kept_templates_are_compiled_each_time(tmp_path, compilations):
    """A file stands where the folder should be."""
    (tmp_path / "compiled").write_text("bukan folder")
    for _ in range(2):
        templates = Templates(tmp_path / "templates", shipped_dir(), tmp_path / "compiled")
        assert rendered(post(), X, templates).rendition.parts[0].text == "Layanan buka Senin."
        assert len(compilations()) == 2


OF_A_LONG_TEXT = "{%% set s = 'a' * 4000000 %%}\n{{ (%s) | length }}"
DOUBLING = "{%% set ns = namespace(x='abcdefgh') %%}{%% for a in range(60) %%}\n%s{%% endfor %%}"


def test_the_workspace_wins_over_the_shipped(own):
    """One template may be replaced, and still use the shipped macros; the others stay shipped."""
    templates = own(
        '{% from "shared/macros.txt.j2" import paragraphs %}'
        "{{ paragraphs(channel.title ~ ' ' ~ channel.label, post.topic, workspace.timezone) }}"
        " {{ post.date.year }} {{ post.pictures }}"
    )
    what = post("Isi.", topic="ppid", date=date(2026, 11, 24))
    assert rendered(what, X, templates).rendition.parts[0].text == "X x\n\nppid\n\nAsia/Jakarta 2026 0"
    assert rendered(what, FB, templates).rendition.parts[0].text == "Isi."


def test_an_edited_template_counts_at_once(own, tmp_path):
    """A daemon need not be restarted when a template is edited, comes, or goes."""
    templates = Templates(tmp_path / "templates", shipped_dir())
    assert rendered(post(), X, templates).rendition.parts[0].text == "Layanan buka Senin."
    for text in ("satu", "kedua"):
        own(text)
        assert rendered(post(), X, templates).rendition.parts[0].text == text
    (tmp_path / "templates/twitter/feed.txt.j2").unlink()
    assert rendered(post(), X, templates).rendition.parts[0].text == "Layanan buka Senin."


def test_a_template_reads_no_file_outside(own, tmp_path):
    """`include` reaches templates only."""
    (tmp_path / "secret").write_text("sandi")
    for name in ("../secret", str(tmp_path / "secret"), "twitter/../../secret"):
        found = rendered(post(), X, own(f"{{% include '{name}' %}}"))
        assert [problem.code for problem in found.problems] == ["render.template_unknown"]


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("satu\n{{ post.title", 2),
        ("satu\n\n{% if %}\n", 3),
        ("\n{{ post.judul }}", 2),
        ("\n\n{{ 1 / 0 }}", 3),
        ("\n{{ post.__class__.__mro__ }}", 2),
        ("{% include 'none.j2' %}", 1),
        ("\n{% macro m() %}\n{{ m() }}{% endmacro %}\n{{ m() }}", 3),
        ("{{ post.title.upper }}\n{{ now() }}", 2),
    ],
)
def test_a_template_error_has_file_and_line(own, template, line):
    """Whatever is wrong in a template, it is a problem of that channel, and nothing escapes."""
    found = rendered(post(), X, own(template))
    (problem,) = found.problems
    unknown = any(word in template for word in ("judul", "now()", "none.j2"))
    assert (problem.code, problem.file, problem.line, problem.channel) == (
        "render.template_unknown" if unknown else "render.template_error",
        "templates/twitter/feed.txt.j2",
        line,
        "x",
    )
    assert problem.values["words"] in texts.text_of(problem)
    assert rendered(post(), FB, own(template)).rendition is not None


@pytest.mark.parametrize(
    ("template", "line", "code"),
    [
        (
            "\n{% for a in range(300) %}\n{% for b in range(300) %}{% set x = 1 %}{% endfor %}{% endfor %}",
            3,
            0,
        ),
        ("{{ range(10**9) | list }}", 1, 0),
        ("{% macro m(n) %}\n{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}\n{{ m(40) }}", 2, 0),
        ("{% for a in 'ab' recursive %}{{ loop('cd') }}{% endfor %}", 1, 2),
        ("\n{{ 'x' * 10**9 }}", 2, 1),
        ("{{ 10**10**10 }}", 1, 2),
        ("{{ '%0999999999d' % 1 }}", 1, 2),
        ("{{ 'x'.ljust(10**9) }}", 1, 2),
        ("{{ '{:>9}'.format('x') }}", 1, 2),
        ("{{ '{x:>9}'.format_map({'x': 'x'}) }}", 1, 2),
        ("{{ (1).to_bytes(9) }}", 1, 2),
        ("{{ 'a'.translate({97: 'b'}) }}", 1, 2),
        ("{{ 1 | tojson(indent=9) }}", 1, 2),
        ("{{ [[1], [2]] | sum(start=[]) }}", 1, 2),
        (OF_A_LONG_TEXT % "s.replace('a', s)", 2, 1),
        (OF_A_LONG_TEXT % "s | replace('a', s)", 2, 1),
        (OF_A_LONG_TEXT % "s.join(s)", 2, 1),
        (OF_A_LONG_TEXT % "s | join(s)", 2, 1),
        ("{{ 'x' | random }}", 1, 2),
        ("{{ lipsum() }}", 1, 3),
        (DOUBLING % "{% set ns.x = ns.x ~ ns.x %}", 2, 1),
        (DOUBLING % "{% set ns.x = ns.x + ns.x %}", 2, 1),
        (DOUBLING % "{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = y %}", 2, 1),
        (DOUBLING % "{% set ns.x = [ns.x, ns.x] | join %}", 2, 1),
        (DOUBLING % "{% set ns.x = ns.x.replace('a', ns.x) %}", 2, 1),
        (DOUBLING % "{% set ns.x = [ns.x, ns.x] %}", 2, 1),
        (DOUBLING % "{% set ns.x = {'a': ns.x, 'b': ns.x} %}", 2, 1),
    ],
)
def test_a_template_without_end_is_stopped(own, template, line, code):
    """Whatever runs or grows on and on ends with its line, on every machine at the same place."""
    (problem,) = rendered(post(), X, own(template)).problems
    codes = (
        "render.template_endless",
        "render.template_too_much",
        "render.template_error",
        "render.template_unknown",
    )
    assert (problem.code, problem.line) == (codes[code], line)
    assert texts.text_of(problem) != problem.code
    assert texts.fix_of(problem)
    assert rendered(post(), X, SHIPPED).rendition is not None


@pytest.mark.parametrize("again", ["post.body | wordcount", "post.body | max", "post.body.count('ab')"])
def test_what_goes_through_a_long_text_again_and_again_is_stopped(own, again):
    """Also where little comes of it: what is gone through counts as well as what is written."""
    template = own(f"{{% for number in range(600) %}}\n{{{{ {again} }}}}{{% endfor %}}")
    (problem,) = rendered(post("ab " * 10_000), X, template).problems
    assert (problem.code, problem.line) == ("render.template_endless", 2)
    assert rendered(post("ab " * 100), X, template).rendition is not None


HOSTILE = (
    "<",
    "<!--",
    "<!--<",
    "<a ",
    "-->",
    "&",
    "&#",
    "&lt",
    "&lt;",
    "\n",
    " ",
    "(",
    "'",
    '"',
    "\\",
    ".\n",
    "A. ",
)


def test_no_filter_takes_long_over_a_text_made_to_hold_it_up():
    """Ten times the text is some ten times the work, whatever it is made of: `striptags`, `title` and all."""
    made = environment(lambda name: None, FILTERS)
    tried = [name for name in made.filters if not name.startswith("_")]
    assert {"striptags", "title", "truncate", "urlencode", "pprint", "first_sentence"} <= set(tried)
    for name in tried:
        template = made.from_string(f"{{{{ text | {name} }}}}")
        for unit in HOSTILE:
            started = perf_counter()
            with suppress(Exception), metered():  # not every filter takes a text
                template.render(text=unit * (100_000 // len(unit)))
            assert perf_counter() - started < 5, (name, unit)


def test_a_template_has_loops_and_dates_enough(own):
    """The bounds are far from what anyone needs."""
    template = (
        "{% for tag in post.hashtags if tag != '#b' %}{{ loop.index }}/{{ loop.length }}{{ tag }}"
        "{% else %}none{% endfor %} {{ 7 % 3 }} {{ 'a' ~ 1 }} "
        "{{ post.date | tanggal }} {{ post.date | tanggal('long') }} {{ post.date | date_words }} "
        "{{ post.date | tanggal('short') }} {{ channel.handle('ppid') }} {{ post.body | first_sentence }}"
    )
    what = post("Satu. Dua.", date=date(2026, 11, 24), hashtags=("a", "b", "c"))
    assert rendered(what, X, own(template)).rendition.parts[0].text == (
        "1/2#a2/2#c 1 a1 Selasa, 24 November 2026 24 November 2026 Tuesday, 24 November 2026"
        " 24/11/2026 @ppid Satu."
    )
    assert rendered(post(date=None), X, own("x{{ post.date | tanggal }}")).rendition.parts[0].text == "x"
    lines = own("{% for line in post.body.splitlines() %}{{ line }}\n{% endfor %}", "facebook/feed.txt.j2")
    assert len(parts_of(rendered(post("a\n" * 20_000), FB, lines))[0]) == 39_999


def test_a_template_that_is_no_text_is_a_problem(own, tmp_path):
    """Bytes that are not UTF-8 are told with the file that holds them."""
    templates = own("{% from 'shared/own.j2' import a %}")
    (tmp_path / "templates/shared").mkdir()
    (tmp_path / "templates/shared/own.j2").write_bytes(b"\xff\xfe\x00")
    (problem,) = rendered(post(), X, templates).problems
    assert (problem.code, problem.file) == ("render.template_encoding", "templates/shared/own.j2")


@pytest.mark.parametrize("filtered", ["'2026-11-24' | tanggal", "post.date | date_words('kecil')"])
def test_a_filter_of_dates_says_what_it_needs(own, filtered):
    """A text is no date, and there are four forms; Python's own words would say neither."""
    (problem,) = rendered(post(date=date(2026, 11, 24)), X, own(f"\n{{{{ {filtered} }}}}")).problems
    assert (problem.code, problem.line) == ("render.template_date", 2)
    assert problem.values["words"] in ("2026-11-24", "kecil")
    assert "full, long, medium, short" in texts.fix_of(problem)


def test_equal_posts_have_equal_fingerprints():
    """Rendering depends on post, channel and templates only."""
    assert (
        rendered(post(pictures=2)).rendition.fingerprint == rendered(post(pictures=2)).rendition.fingerprint
    )
