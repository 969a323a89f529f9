"""What a person can do at the desk when machines do not know how to go on."""

from __future__ import annotations

import pytest

from connectors import registry
from publisher.errors import NotFoundError
from tests.connectors.sandboxed import session, signed
from tests.engine.office import FEED, TWEETS, Office

THREAD = "First part of a report.\n\n" + "Some more words follow here. " * 25
ALIKE = "The office is open today."


def _cannot_tell(office: Office) -> None:
    """A delivery that the room cannot settle: while its answer is lost, the same words stand there twice."""
    office.fault(TWEETS, "drop", phase="after")
    office.platform("twitter", duplicate_window=0)
    office.post("news", ALIKE, due=0, channels=["x"])
    office.look()
    _by_hand(office, ALIKE)
    for turn in office.wake():
        turn.result(timeout=10)
    office.work()


def _by_hand(office: Office, words: str) -> None:
    """Somebody posts with X's own app: not through the engine, on the same account."""
    info = office.sandbox.info["platforms"]["twitter"]
    client = session(office.sandbox, "twitter")
    # The fault is for the engine's call.
    faults = [fault for _, fault in office.sandbox.world.faults()]
    office.sandbox.world.clear_faults()
    reply = client.post("https://api.x.com/2/tweets", json={"text": words}, auth=signed(info["credentials"]))
    assert reply.status_code == 201
    for fault in faults:
        office.sandbox.world.add_fault(fault)
    client.close()


# ── resolve ──


def test_what_nobody_can_tell_asks_a_person_with_candidates(office: Office) -> None:
    """Two posts that may be ours: none is taken; `resolve` shows both links and the legal choices."""
    _cannot_tell(office)
    assert office.state("news") == "unknown"
    (asked,) = office.ask("needs_person")
    assert asked.message == "desk.need_unknown"
    assert {link.rpartition("/")[2] for link in asked.candidates} == {post["id"] for post in office.live()}
    assert [(choice.verb, choice.options) for choice in asked.choices] == [
        ("resolve", ("--url URL",)),
        ("resolve", ("--not-published",)),
        ("resolve", ("--failed",)),
    ]
    before = len(office.requests(TWEETS))
    office.live_through(minutes=30, step=60)
    assert (office.state("news"), len(office.requests(TWEETS))) == ("unknown", before)


def test_resolve_with_a_link_records_it(office: Office) -> None:
    """A person found it: published, with that link; nothing is sent."""
    _cannot_tell(office)
    url = office.live()[1]["url"]
    assert office.told("resolve", "news", url=url) == ["desk.recorded"]
    view = office.delivery("news")
    assert (view.state, view.needs_person) == ("published", False)
    assert view.parts[0].platform_id == office.live()[1]["id"]
    assert office.ask("needs_person") == ()
    office.live_through(minutes=5)
    assert len(office.live()) == 2


@pytest.mark.parametrize("url", ["https://example.org/1", "https://x.com/contoh_2001", "x", ""])
def test_resolve_refuses_a_link_that_is_none(office: Office, url: str) -> None:
    """A profile, another site, nothing: what names no post of this platform changes nothing."""
    _cannot_tell(office)
    assert office.told("resolve", "news", url=url) == ["desk.bad_url"]
    assert office.state("news") == "unknown"


@pytest.mark.parametrize(
    ("platform", "url", "short"),
    [
        ("tiktok", "https://vt.tiktok.com/ZSabc123/", True),
        ("tiktok", "https://www.tiktok.com/t/ZPabc/", True),
        ("tiktok", "https://www.tiktok.com/@dinas/video/7500000000000000001", False),
        ("facebook", "https://www.facebook.com/share/p/1AbCdEf/?mibextid=x", True),
        ("facebook", "fb.watch/abc123/", True),
        ("facebook", "https://www.facebook.com/dinas/posts/123", False),
        ("instagram", "https://www.instagram.com/share/p/BAabc", True),
        ("instagram", "https://www.instagram.com/p/DAbc123/?igsh=xyz", False),
        ("twitter", "https://x.com/dinas/status/123", False),
        ("tiktok", "https://[", False),
    ],
)
def test_a_short_link_of_an_app_is_known(platform: str, url: str, short: bool) -> None:
    """What "copy link" gives people leads to a post and names none: they are told where the long one is."""
    assert registry.room(platform).is_short(url) is short


@pytest.mark.parametrize(
    ("platform", "url", "found"),
    [
        ("twitter", "https://x.com/contoh/status/123", "123"),
        ("twitter", "https://twitter.com/contoh/status/123?s=20", "123"),
        ("twitter", "https://x.com/i/web/status/123/photo/1", "123"),
        ("twitter", "https://x.com/contoh", ""),
        ("twitter", "https://x.com/contoh/status/12a", ""),
        ("facebook", "https://www.facebook.com/contoh/posts/123", "1001_123"),
        ("facebook", "https://www.facebook.com/1001_123", "1001_123"),
        ("facebook", "https://www.facebook.com/permalink.php?story_fbid=123&id=1001", "1001_123"),
        ("facebook", "https://www.facebook.com/contoh/posts/pfbid02ab", "1001_pfbid02ab"),
        ("facebook", "https://www.facebook.com/contoh/posts/123?comment_id=45", "123_45"),
        ("facebook", "https://www.facebook.com/contoh", ""),
        ("facebook", "https://www.facebook.com/", ""),
    ],
)
def test_the_id_behind_a_link_that_people_copy(platform: str, url: str, found: str) -> None:
    """Links as browsers show them give the id that the log keeps; a link to no post gives none."""
    assert registry.room(platform).id_of(url, "1001") == found


def test_resolve_refuses_a_link_of_another_post(office: Office) -> None:
    """An id that the log gave to another delivery is not given twice."""
    office.post("before", "Something else.", due=0, channels=["x"])
    office.run()
    taken = office.delivery("before").url
    _cannot_tell(office)
    assert office.told("resolve", "news", url=taken) == ["desk.url_taken"]
    assert office.state("news") == "unknown"


def test_resolve_not_published_sends_it_again(office: Office) -> None:
    """A person is sure that it is not there: it goes out once more."""
    _cannot_tell(office)
    before = len(office.requests(TWEETS))
    assert office.told("resolve", "news", not_published=True) == ["desk.goes_again"]
    office.work()
    assert office.state("news") == "published"
    assert len(office.requests(TWEETS)) == before + 1


def test_resolve_failed_leaves_it(office: Office) -> None:
    """A person lets it go: failed, nothing is sent, nobody is asked again."""
    _cannot_tell(office)
    assert office.told("resolve", "news", failed=True) == ["desk.given_up"]
    office.live_through(minutes=5)
    assert office.state("news") == "failed"
    assert office.ask("needs_person") == ()
    assert len(office.live()) == 2


def test_resolve_lets_a_missed_post_go(office: Office) -> None:
    """It stays missed, and nobody is asked about it any more."""
    office.post("news", due=0, channels=["x"])
    office.look()
    office.pass_time(hours=3)
    office.run()
    assert office.told("resolve", "news", failed=True) == ["desk.given_up"]
    assert (office.state("news"), office.ask("needs_person")) == ("missed", ())


def test_resolve_of_what_is_clear_says_so(office: Office) -> None:
    """A published post has nothing open; a waiting one neither."""
    office.post("news", due=0, channels=["x"])
    office.post("later", due=60, channels=["x"])
    office.run()
    assert office.told("resolve", "news", failed=True) == ["desk.nothing_open"]
    assert office.told("resolve", "later", not_published=True) == ["desk.nothing_open"]
    assert office.state("later") == "waiting"


def test_resolve_with_a_link_is_for_the_unknown_only(office: Office) -> None:
    """A failed post cannot be declared published by a link."""
    office.post("before", due=0, channels=["x"])
    office.run()
    office.fault(TWEETS, "status", status=403)
    office.post("news", due=0, channels=["x"])
    office.run()
    office.live_through(minutes=3)
    assert office.state("news") == "failed"
    url = "https://x.com/i/web/status/1234567890"
    assert office.told("resolve", "news", url=url) == ["desk.not_unknown"]


# ── Parts ──


def _second_fails(office: Office) -> None:
    """A thread of three whose second part X refuses."""
    office.post("news", THREAD, due=0, channels=["x"], twitter={"thread": True})
    office.run()
    words = "You are not permitted to perform this action."
    body = {"title": "Forbidden", "detail": words, "type": "about:blank", "status": 403}
    office.fault(TWEETS, "body", status=403, body=body)
    office.live_through(seconds=30, step=3)


def test_a_failed_follower_shows_as_published_in_part(office: Office) -> None:
    """The root stays published; it says how many parts are live, and asks a person."""
    _second_fails(office)
    view = office.delivery("news")
    assert (view.state, view.incomplete, view.needs_person) == ("published", True, True)
    assert view.parts_live == 1
    assert len(view.parts) >= 3
    assert [str(part.state) for part in view.parts][1:3] == ["failed", "waiting"]
    (asked,) = office.ask("needs_person")
    assert (asked.message, asked.values["live"]) == ("desk.need_parts", 1)
    assert [choice.verb for choice in asked.choices] == ["publish", "resolve"]


def test_publish_goes_on_at_the_first_part_that_is_not_live(office: Office) -> None:
    """Nothing that is live goes out again; the rest follows in order, each under the one before."""
    _second_fails(office)
    office.told("publish", "news", now=False)
    office.live_through(seconds=30, step=3)
    view = office.delivery("news")
    assert (view.incomplete, view.needs_person) == (False, False)
    live = office.live()
    assert len(live) == len(view.parts)
    assert [post["parent"] for post in live] == [None, *(post["id"] for post in live[:-1])]
    assert [part.platform_id for part in view.parts] == [post["id"] for post in live]


def test_letting_the_rest_go(office: Office) -> None:
    """A person may leave a thread as it is."""
    _second_fails(office)
    assert office.told("resolve", "news", failed=True) == ["desk.given_up"]
    office.live_through(minutes=2)
    assert office.ask("needs_person") == ()
    assert len(office.live()) == 1


def test_an_unknown_follower_is_looked_up_and_the_rest_waits(office: Office) -> None:
    """A lost answer in the middle of a thread: no part is sent before it is known what became of it."""
    office.post("news", THREAD, due=0, channels=["x"], twitter={"thread": True})
    office.run()
    office.fault(TWEETS, "drop", phase="after")
    office.live_through(seconds=60, step=3)
    live = office.live()
    assert set(office.states("news")) == {"published"}
    assert len(live) == len(office.states("news"))
    assert [post["parent"] for post in live] == [None, *(post["id"] for post in live[:-1])]


def test_the_first_comment_of_facebook_follows_its_post(office: Office) -> None:
    """A comment is a part: after the root, on the root, and a lost answer does not double it."""
    office.post("news", due=0, channels=["fb"], facebook={"first_comment": "Where to ask: 1708"})
    office.run()
    office.fault("/comments$", "drop", phase="after")
    office.live_through(seconds=30, step=3)
    live = office.live()
    assert [post["kind"] for post in live][1:] == ["comment"]
    assert live[1]["parent"] == live[0]["id"]
    assert office.states("news", "fb") == ["published", "published"]


def test_a_vanished_file_does_not_touch_the_parts_behind_a_live_one(office: Office) -> None:
    """What has begun is finished."""
    target = office.post("news", THREAD, due=0, channels=["x"], twitter={"thread": True})
    office.run()
    (target / "post.md").unlink()
    office.look()
    office.pass_time(minutes=11)
    office.look()
    office.live_through(seconds=30, step=3)
    assert set(office.states("news")) == {"published"}


# ── publish ──


def test_publish_now_sends_at_once_and_waits(office: Office) -> None:
    """Also before its time, also one that no daemon has seen; the answer says that it is live."""
    office.post("news", due=600, channels=["x"])
    assert office.told("publish", "news", now=True) == ["desk.published"]
    assert len(office.live()) == 1
    office.run()
    office.pass_time(minutes=601)
    office.run()
    assert len(office.live()) == 1


def test_publish_twice_publishes_once(office: Office) -> None:
    """The second time it says that it is out already."""
    office.post("news", channels=["x"])
    office.ask("publish", "news", now=True)
    assert office.told("publish", "news", now=True) == ["desk.already_published"]
    assert len(office.live()) == 1


def test_publish_never_passes_a_gate(office: Office) -> None:
    """Approval and holds stand also where a person is in a hurry."""
    office.open({"x": {"approval": "required"}})
    office.post("news", due=60)
    office.ask("hold", None, channel="fb")
    assert office.told("publish", "news", now=True) == ["desk.waits_gate", "desk.waits_gate"]
    assert office.live() == []


def test_publish_of_what_has_errors_is_refused(office: Office) -> None:
    """Nothing is booked, and the answer says why."""
    office.post("news", channels=["x"], twitter={"text": "word " * 200})
    assert office.told("publish", "news", now=True) == ["desk.has_errors"]
    assert office.live() == []


def test_publish_of_the_unknown_is_refused(office: Office) -> None:
    """What may be live is looked for, not repeated, whoever asks."""
    office.fault(FEED, "status", status=500)
    office.post("news", due=0, channels=["fb"])
    office.run()
    assert office.told("publish", "news", now=True) == ["desk.unsettled"]
    assert len(office.requests(FEED)) == 1


def test_publish_a_failed_post_again(office: Office) -> None:
    """After the platform refused it by mistake a person may send it once more."""
    body = {"title": "Forbidden", "detail": "You are not permitted to perform this action.", "status": 403}
    office.fault(TWEETS, "body", status=403, body=body)
    office.post("news", due=0, channels=["x"])
    office.run()
    assert office.state("news") == "failed"
    assert office.told("publish", "news", now=True) == ["desk.published"]
    assert len(office.live()) == 1


def test_a_failed_post_goes_out_after_an_edit(office: Office) -> None:
    """The text was mended: it is tried again by itself, within its grace."""
    body = {"title": "Forbidden", "detail": "You are not permitted to perform this action.", "status": 403}
    office.fault(TWEETS, "body", status=403, body=body)
    office.post("news", "Forbidden words.", due=0, channels=["x"])
    office.run()
    office.post("news", "Better words.", due=0, channels=["x"])
    office.run()
    assert office.texts() == ["Better words."]


def test_publish_of_nothing_is_an_error(office: Office) -> None:
    """A name that no post has."""
    with pytest.raises(NotFoundError):
        office.ask("publish", "nothing", now=True)


def test_every_verb_leaves_an_event_with_its_actor(office: Office) -> None:
    """Who held, released and published stands in the log."""
    office.post("news", due=60, channels=["x"])
    office.run()
    office.ask("hold", "news", by="Budi", reason="rumour")
    office.ask("release", "news", by="Ali")
    office.ask("publish", "news", by="Wati", now=True)
    told = [(one.actor, one.new) for one in office.history(office.delivery("news").delivery_id)]
    assert ("Budi", "held") in told
    assert ("Ali", "waiting") in told
    assert "Wati" in [actor for actor, _ in told]


def test_publish_passes_over_a_channel_that_cannot_carry_the_post(office: Office) -> None:
    """Words alone are nothing for Instagram: the other channels go out, and nothing is called an error."""
    office.open({"ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN"}})
    office.post("news")
    assert office.told("publish", "news", now=True) == ["desk.published", "desk.published"]
    assert [post["platform"] for post in office.live()] == ["facebook", "twitter"]


def test_a_fault_of_a_template_is_told_to_whoever_checks_one_post(office: Office) -> None:
    """It stops that post too, though it is told once for all."""
    from publisher.cli import main as cli

    folder = office.folder / "templates/twitter"
    folder.mkdir(parents=True)
    (folder / "feed.txt.j2").write_text("{{ post.tittle }}", encoding="utf-8")
    for name in ("a", "b"):
        office.post(name, due=5, channels=["x"])
        assert cli.main(["--workspace", str(office.folder), "check", name]) == 1
