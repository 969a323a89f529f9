"""Full and read-only disks, on tmpfs mounts of a few megabytes: said in words, nothing lost, and on it goes.

Where mounting is refused these tests are skipped, with the system's reason.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.acceptance.bad_input import Desk, fair, fill, mount, picture, unprivileged
from tests.acceptance.harness import FAST, TWEETS, Office, Running

pytestmark = pytest.mark.acceptance

LOOKING = ["check", "plan", "status", "log", "resolve", "preview good"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Gives small disks: `disk("name", size="8m")`."""
    mounted: list[Path] = []

    def made(name: str, size: str = "8m") -> Path:
        folder = tmp_path / name
        mount(folder, "-o", f"size={size},mode=755")
        mounted.append(folder)
        return folder

    yield made
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


@pytest.fixture
def desk(disk: Callable[..., Path]) -> Desk:
    """A workspace on a disk of its own, with a post and a post with a picture."""
    made = Desk(disk("disk") / "desk")
    made.environ["XDG_STATE_HOME"] = str(made.root.parents[1] / "state")
    made.post("good")
    made.post("photo", "media: [{file: foto.jpg, alt: A picture}]\n", foto_jpg=picture())
    return made


# ── Read-only ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("booked", [False, True], ids=["before the first run", "with a log"])
def test_a_read_only_workspace_can_be_looked_at(desk: Desk, booked: bool) -> None:
    """Looking writes nothing, so it works; every verb that must write says in words that it cannot."""
    if booked:
        desk("run", "--once", code=0)
    read_only(desk.root.parent)
    for verb in LOOKING:
        said = desk(*verb.split(), code=0)
        assert said.err == "", verb
    assert len(desk("log", "--json", code=0).json) == (4 if booked else 0)
    desk.refuses("publish", "good", "--now", tells="read")
    for verb in ("run --once", "hold --all", "new Rapat", "sandbox"):
        said = desk(*verb.split(), lang="id", code=1)
        assert "hanya dapat dibaca" in said.err or "sandbox.db" in said.err, said
        assert said.out == ""


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """Rights instead of a read-only disk: the same, also while a server's log lies there."""
    desk = Desk(tmp_path / "desk")
    desk.post("good")
    desk("run", "--once", code=0)
    home = desk.root / ".publisher" / "sandbox"
    home.chmod(0o555)
    (home / "log.db").chmod(0o444)
    try:
        for verb in ("check", "log", "preview good"):
            said = desk(code=0, command=unprivileged(desk.command(*verb.split())))
            assert said.err == "", verb
        for lang, says in (("en", "access is not allowed"), ("id", "akses tidak diizinkan")):
            said = desk(lang=lang, code=1, command=unprivileged(desk.command("hold", "--all")))
            assert says in said.err
    finally:
        home.chmod(0o755)


# ── Full, for one command ────────────────────────────────────────────────────


@pytest.mark.parametrize("booked", [False, True], ids=["before the first run", "with a log"])
def test_a_full_workspace_can_be_looked_at(desk: Desk, booked: bool) -> None:
    """Looking works; who must write says that the disk is full and leaves nothing half done behind."""
    if booked:
        desk("run", "--once", code=0)
    filler = fill(desk.root.parent)
    before = sorted(str(path) for path in (desk.root / "content").rglob("*"))
    for verb in LOOKING if booked else ["check", "status"]:
        assert desk(*verb.split(), code=0).err == "", verb
    for verb in ("run --once", "hold --all", "sandbox"):
        said = desk(*verb.split(), lang="id", code=1)
        assert "penuh" in said.err, said
        assert said.out == ""
    desk.refuses("new", "Rapat", tells="disk is full")
    assert sorted(str(path) for path in (desk.root / "content").rglob("*")) == before
    assert not list((desk.root / ".publisher").rglob("*.part"))
    assert not list((desk.root / ".publisher" / "cache").glob(".content.*"))
    filler.unlink()
    desk("run", "--once", code=0)
    assert len(desk("log", "--json", code=0).json) == 4


def test_a_full_disk_at_init(disk: Callable[..., Path]) -> None:
    """No workspace comes into being by halves; with room again the same command makes it."""
    desk = Desk(disk("disk", size="2m") / "desk", schedule=None)
    filler = fill(desk.root.parent, leave=20_000)
    desk.refuses("init", str(desk.root), tells="disk is full")
    assert not (desk.root / "schedule.yaml").exists()
    filler.unlink()
    desk("init", str(desk.root), code=0)
    assert desk("check").code == 0


# ── Full, while the server runs ──────────────────────────────────────────────


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose sandbox remembers on a disk of its own; the tests make the others small."""
    home = tmp_path / "office" / ".publisher"
    mount(home, "-o", "size=8m,mode=755")
    (home / "sandbox").mkdir()
    (home / "sandbox" / "sandbox.db").symlink_to(tmp_path / "sandbox.db")
    one = Office(tmp_path / "office", tmp_path / "state")
    try:
        one.set_up()
        yield one
    finally:
        one.close()
        subprocess.run(["umount", "--lazy", str(home)], check=True)


def started(office: Office) -> Running:
    running = office.start()
    office.until(lambda: office.run_cli("status")["daemon"]["alive"], "the server runs")
    return running


def goes_on(office: Office, running: Running, filler: Path) -> None:
    """With room again everything is out, once, by the same process, which told no traceback."""
    filler.unlink()
    office.clock(rate=FAST)
    office.settled()
    assert running.alive
    fair(running.words(), "run")
    assert running.end() == 0


@pytest.mark.slow
def test_the_log_s_disk_is_full_when_posts_are_due(office: Office) -> None:
    """The server says so, a few lines in all, publishes nothing, and goes on when there is room."""
    running = started(office)
    office.post("a", parts={"fb": 1, "x": 1}, publish_at=office.now() + timedelta(seconds=9))
    office.until(lambda: len(office.log()) == 2, "it is booked")
    filler = fill(office.folder / ".publisher")
    office.until(lambda: "is full" in running.words(), "the server says that the disk is full")
    due = office.now() + timedelta(seconds=9)
    office.until(lambda: office.now() > due, "the post is due")
    assert office.live() == []
    told = [line for line in running.words().splitlines() if "is full" in line]
    assert len(told) <= 8, running.words()
    goes_on(office, running, filler)


@pytest.mark.slow
def test_the_log_s_disk_fills_up_during_a_call(office: Office) -> None:
    """The receipt stays in memory until it can be recorded; the post is not sent again."""
    running = started(office)
    office.fault("twitter", TWEETS, "delay", seconds=4)
    office.post("a", parts={"x": 1})
    office.until(lambda: len(office.live()) == 1, "it is live, and the answer is still to come")
    filler = fill(office.folder / ".publisher")
    office.until(lambda: "cannot record" in running.words(), "the server says that it cannot record")
    assert [one["state"] for one in office.log()] == ["committing"]
    goes_on(office, running, filler)
    assert len(office.requests("POST", "/2/tweets")) == 1


@pytest.mark.slow
def test_no_room_for_a_picture(office: Office) -> None:
    """The post with the picture waits and is named; the post without one goes out meanwhile."""
    running = started(office)
    filler = fill(office.folder / ".publisher", leave=700_000)
    office.post("photo", parts={"fb": 1}, pictures=1)
    noise = Image.effect_noise((1600, 1200), 90).convert("RGB")
    noise.save(office.folder / "content" / "photo" / "1.jpg", quality=95)
    assert (office.folder / "content" / "photo" / "1.jpg").stat().st_size > 900_000
    office.post("text", parts={"x": 1})
    office.until(lambda: [one["platform"] for one in office.live()] == ["twitter"], "the text is out")
    office.until(lambda: "photo/post.md: The disk is full" in running.words(), "the photo is named")
    goes_on(office, running, filler)


@pytest.mark.slow
def test_no_room_for_the_mark_before_a_call(office: Office, disk: Callable[..., Path]) -> None:
    """The service's state folder is full: nothing is sent without the mark, and the log says why."""
    state = disk("state", size="64k")
    running = started(office)
    filler = fill(state)
    office.post("a", parts={"x": 1})
    office.until(lambda: any("mark" in (one["reason"] or "") for one in office.log()), "the log says why")
    (one,) = office.log()
    assert (one["state"], "disk is full" in one["reason"]) == ("waiting", True)
    assert office.requests("POST", "/2/tweets") == []
    goes_on(office, running, filler)
