"""The first live start over old content publishes nothing old; sandbox and live never mix.

Live here means the settings: nothing is delivered, so nothing leaves this machine.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
import yaml

from connectors.clock import ManualClock
from connectors.errors import ReconnectError
from connectors.http import DoorError
from publisher import config, wiring
from publisher.daemon import Daemon
from publisher.desk import Desk
from publisher.errors import LogError, WorkspaceError
from publisher.publish_log import reading
from publisher.publish_log.store import open_store, sqlite_url
from publisher.sync import Syncer
from publisher.views import Status
from tests.engine.office import CHANNELS, SETTINGS, Office

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class LiveDesk:
    """A live workspace with its log; content is read and booked, nothing is delivered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "content").mkdir(parents=True)
        document = {**SETTINGS, "channels": CHANNELS, "sandbox": False}
        (folder / "schedule.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
        self.workspace = config.load(folder)
        self.clock = ManualClock(NOW)
        self.store = open_store(
            sqlite_url(self.workspace.state), workspace="default", mode="live", clock=self.clock
        )
        self.syncer = Syncer(self.workspace, self.store, None)

    def post(self, name: str, *lines: str) -> None:
        text = "\n".join(["---", *lines, "---", f"Words of {name}."])
        (self.folder / "content" / f"{name}.md").write_text(text + "\n", encoding="utf-8")

    def first_run(self) -> None:
        """What the daemon's first look books."""
        self.syncer.sync(self.clock.now(), write=True, adopt=True)

    def later(self) -> None:
        """What its later looks book."""
        self.clock.advance(60)
        self.syncer.sync(self.clock.now(), write=True)

    def booked(self) -> dict[str, str]:
        """Path → state of every delivery to X."""
        with self.store.read() as tx:
            return {
                one.path.removesuffix(".md"): str(one.state)
                for one in reading.deliveries_where(tx)
                if one.channel == "x"
            }

    def adopted(self) -> int:
        with self.store.read() as tx:
            return reading.adopted_count(tx)


@pytest.fixture
def live(tmp_path: Path) -> LiveDesk:
    return LiveDesk(tmp_path / "live")


def test_the_first_live_start_adopts_all_but_times_still_to_come(live: LiveDesk) -> None:
    """Queue, past times, no time at all: adopted, with no deliveries. An explicit time ahead: booked."""
    live.post("old", "publish_at: 2026-11-20 08:00")
    live.post("queued")
    live.post("after", "publish_after: 2026-12-01 08:00")
    live.post("urgent", "urgent: true")
    live.post("ahead", "publish_at: 2026-11-25 08:00")
    live.first_run()
    assert live.booked() == {"ahead": "waiting"}
    assert live.adopted() == 4


def test_what_was_adopted_stays_so(live: LiveDesk) -> None:
    """Later looks book nothing of it, also after an edit of its text; what comes new is booked."""
    live.post("queued")
    live.first_run()
    live.post("queued", "title: A better title")
    live.post("fresh")
    live.later()
    live.later()
    assert list(live.booked()) == ["fresh"]
    assert live.adopted() == 1


def test_check_and_plan_know_before_the_first_start(live: LiveDesk) -> None:
    """What `plan` shows before the first live run is what that run will do."""
    live.post("queued")
    live.post("ahead", "publish_at: 2099-11-25 08:00")
    live.store.close()
    with Desk.open(live.folder, actor="Sari") as desk:
        kinds = {(action.path, str(action.kind), action.reason) for action in desk.plan().actions}
    assert {kind for path, kind, _ in kinds if "queued" in path} == {"skip"}
    assert {reason for path, _, reason in kinds if "queued" in path} == {"plan.adopted"}
    assert {kind for path, kind, _ in kinds if "ahead" in path} == {"book"}


def test_publish_lifts_the_mark(live: LiveDesk) -> None:
    """`publish POST` books an adopted post at its own time, after all."""
    live.post("queued", "publish_at: 2026-11-20 08:00")
    live.first_run()
    live.store.close()
    with Desk.open(live.folder, actor="Sari") as desk:
        done = desk.publish("queued", now=False)
        status: Status = desk.status()
    assert {one.message for one in done} == {"desk.sent"}
    assert len(done) == 2
    assert status.adopted == 0


def test_status_says_how_many_were_adopted(live: LiveDesk) -> None:
    """So that nobody wonders why old posts do not go out."""
    live.post("a")
    live.post("b")
    live.first_run()
    live.store.close()
    with Desk.open(live.folder, actor="Sari") as desk:
        assert desk.status().adopted == 2
        assert desk.status().mode == "live"


def test_samples_are_refused_live(live: LiveDesk) -> None:
    """What is marked `sample: true` never goes out live, and `check` says so."""
    live.first_run()
    live.post("news", "sample: true")
    live.later()
    assert live.booked() == {}
    live.store.close()
    with Desk.open(live.folder, actor="Sari") as desk:
        assert "plan.sample_live" in [p.code for p in desk.check().problems]


def test_the_sandbox_adopts_nothing(office: Office) -> None:
    """In the sandbox everything is booked from the first look on, samples too."""
    office.post("queued", channels=["x"])
    office.post("example", channels=["x"], sample=True, due=10)
    office.run()
    assert (office.state("queued"), office.state("example")) == ("published", "waiting")
    assert office.ask("status").adopted == 0


def test_logs_of_sandbox_and_live_are_two(office: Office) -> None:
    """Each mode has its folder, and a log of one is refused by the other."""
    assert office.workspace.state == office.folder / ".publisher/sandbox"
    url = sqlite_url(office.workspace.state)
    with pytest.raises(LogError) as told:
        open_store(url, workspace="default", mode="live", clock=ManualClock(NOW))
    assert told.value.message == "log.mode"


def test_the_door_of_a_sandbox_leads_to_no_live_host(office: Office) -> None:
    """In sandbox mode whatever is not routed to the sandbox is refused before anything is sent."""
    with pytest.raises(DoorError):
        office.deliverer.door.session("twitter:2001").get("https://upload.example.org/")


REAL: dict[str, dict[str, str]] = {
    "page": {"platform": "facebook", "account": "61550000000001", "token": "env:LIVE_TOKEN"},
    "tube": {"platform": "youtube", "account": "UCabcdefghijklmnopqrstuv", "token": "env:LIVE_TOKEN"},
}


def test_accounts_of_the_real_world_practise_without_their_tokens(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An office that has filled in its own accounts practises with them: the sandbox gives each a token of
    its own, and the real one goes nowhere.
    """
    monkeypatch.setenv("LIVE_TOKEN", "EAAB-looks-like-a-real-one")
    office.open(REAL)
    office.post("news", due=0, channels=["page"])
    office.run()
    (post,) = office.live()
    assert post["account"] == REAL["page"]["account"]
    assert "EAAB" not in repr(office.sandbox.world.requests())
    for settings in REAL.values():
        tokens = office.deliverer.tokens.get(f"{settings['platform']}:{settings['account']}")
        assert any(value.startswith("sandbox-") for value in tokens.values()), settings


def test_the_door_of_a_sandbox_takes_no_live_token(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that no simulator issued is refused in sandbox mode; nothing is sent. (An account whose id the
    platform does not have gets none of the sandbox's.)
    """
    monkeypatch.setenv("LIVE_TOKEN", "EAAB-looks-like-a-real-one")
    office.open({"y": {"platform": "facebook", "account": "dinas", "token": "env:LIVE_TOKEN"}})
    office.post("news", due=0, channels=["y"])
    office.run()
    assert office.sandbox.world.requests() == []
    assert office.live() == []


def test_a_live_desk_takes_no_sandbox_token(live: LiveDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulator's token is refused before a byte leaves; so is a loopback platform."""
    monkeypatch.setenv("X_TOKEN", "sandbox-twitter-2001")
    wired = wiring.wire(live.workspace)
    with wiring.open_deliverer(wired, live.store, Event()) as deliverer:
        with pytest.raises((DoorError, ReconnectError)):
            deliverer.tokens.get("twitter:2001")
        with pytest.raises(DoorError):
            deliverer.door.session("twitter:2001").get("http://127.0.0.1:9/")


def test_without_a_sandbox_nothing_is_delivered(tmp_path: Path) -> None:
    """Sandbox mode and no sandbox that answers: a clear refusal, never the real platforms."""
    folder = tmp_path / "alone"
    (folder / "content").mkdir(parents=True)
    text = yaml.safe_dump({**SETTINGS, "channels": CHANNELS})
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")
    wired = wiring.wire(config.load(folder))
    store = wired.open_log(create=True)
    with pytest.raises(WorkspaceError) as told, wiring.open_deliverer(wired, store, Event()):
        pass
    assert told.value.message == "desk.no_sandbox"
    store.close()


def test_a_live_daemon_waits_until_everything_stands_still(live: LiveDesk) -> None:
    """The first live look adopts only what it sees whole: while a file is being copied, nothing."""
    live.post("queued")
    wired = wiring.wire(live.workspace)
    with wiring.open_deliverer(wired, live.store, Event()) as deliverer:
        daemon = Daemon(live.workspace, live.store, live.syncer, deliverer, Event())
        daemon.look()
        assert live.adopted() == 0
        daemon.look()
        assert live.adopted() == 1
        live.post("fresh")
        daemon.look()
        daemon.look()
        assert list(live.booked()) == ["fresh"]
        daemon._pool.shutdown()
