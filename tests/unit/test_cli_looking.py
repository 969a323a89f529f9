"""What `plan` shows of a workspace, and that it counts what `check` shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.cli.main import main

SETTINGS = """
timezone: Asia/Jakarta
language: en
sandbox: true
channels:
  fb: {platform: facebook, account: "1001", token: env:F, spacing: 15m}
  ig: {platform: instagram, account: "3001", token: env:I, spacing: 15m}
  x: {platform: twitter, account: "2001", token: env:X, spacing: 15m}
  yt: {platform: youtube, account: "6001", token: env:Y, made_for_kids: false, spacing: 15m}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    for name, minute in (("rapat", "00"), ("bazar", "05")):
        post = tmp_path / "content" / f"2035-03-05 08.{minute} {name}.txt"
        post.parent.mkdir(exist_ok=True)
        post.write_text(f"Ini kabar tentang {name} di kantor bupati.\n", encoding="utf-8")
    return tmp_path


def said(desk: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    main(["--workspace", str(desk), "--lang", "en", *words])
    return capsys.readouterr().out.splitlines()


def test_what_has_no_place_on_a_channel_is_not_told_of_its_time(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two posts close together are told where they go out, not where they are left out."""
    close = [line for line in said(desk, capsys, "check") if "less than 15 min away" in line]
    assert [line.partition(": ")[0] for line in close] == [
        "! 2035-03-05 08.00 rapat.txt · Facebook, X",
        "! 2035-03-05 08.05 bazar.txt · Facebook, X",
    ]


def test_plan_counts_what_check_shows(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What two channels have in common is one warning on both screens; nothing left out is unchanged."""
    assert said(desk, capsys, "check")[-1] == "Posts: 2. Errors: 0, warnings: 2, notices: 2."
    planned = said(desk, capsys, "plan")
    assert planned[-2:] == ["Changes: 4, unchanged: 0.", "Errors: 0, warnings: 2; see publisher check"]
    assert "Errors: 0, warnings: 2; see publisher check" in said(desk, capsys, "status")


def test_plan_names_what_is_left_out_once_per_post(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Below what goes out and when, a line with the channels that a post passes over."""
    planned = said(desk, capsys, "plan")
    below = planned[planned.index("Left out") :]
    assert sorted(" ".join(line.split()) for line in below[1:3]) == ["ig, yt bazar", "ig, yt rapat"]
    assert below[3].strip() == "Why, for each channel: publisher preview POST"
    assert not [line for line in planned[: planned.index("Left out")] if " ig " in line]
