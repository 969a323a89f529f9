"""publisher/config/: schedule.yaml is read whole, or refused with every mistake and its line."""

import textwrap
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from publisher import config, texts
from publisher.errors import ConfigError, NotFoundError, WorkspaceError

GOOD = """\
timezone: WIB
channels:
  x: {platform: twitter, account: "2001", token: env:X_TOKEN}
"""


def workspace(tmp_path: Path, text: str, **kwargs):
    (tmp_path / "schedule.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    return config.load(tmp_path, **kwargs)


def problems(tmp_path: Path, text: str) -> list[tuple[str, int]]:
    with pytest.raises(ConfigError) as caught:
        workspace(tmp_path, text)
    for problem in caught.value.problems:
        assert problem.file == "schedule.yaml"
        assert texts.text_of(problem) != problem.code
        assert texts.fix_of(problem)
        assert "{" not in texts.text_of(problem) + texts.fix_of(problem)
    return [(problem.code, problem.line) for problem in caught.value.problems]


def test_what_is_left_out_has_a_careful_default(tmp_path):
    """A file with one channel is a workspace in sandbox mode: nothing goes live unless it says so."""
    found = workspace(tmp_path, GOOD)
    assert (found.mode, found.timezone, found.language, found.id) == (
        "sandbox",
        "Asia/Jakarta",
        "id",
        "default",
    )
    assert found.state == tmp_path / ".publisher" / "sandbox"
    assert found.grace == timedelta(hours=2)
    channel = found.channel("X")
    assert (channel.account, channel.default, channel.approval) == ("twitter:2001", True, "none")


def test_every_key_of_the_sample_is_taken(tmp_path):
    """A full file gives exactly what it says."""
    (tmp_path / "ca.pem").write_text("")
    found = workspace(
        tmp_path,
        """\
        workspace: natuna
        timezone: Asia/Jakarta
        language: en
        grace: 1h30m
        approval: required
        approvers: [Kepala, Sekretaris]
        defaults: {hashtags: [Natuna], twitter: {reply_settings: following, thread: true}}
        quiet: {hours: ["21:00-05:00"], dates: [2026-12-31], holidays: id, workdays: [2026-12-24]}
        network: {proxy: "http://proxy.example:3128", ca: ca.pem}
        log: postgresql://desk@db.example/log
        sandbox: http://127.0.0.1:9000/
        channels:
          x: {platform: twitter, account: "2001", token: file:secrets/x.json, slots: ["sat,sun 09:30"],
              spacing: 15m, grace: 1d, approval: none, quota: 5, budget_usd: 20, default: false,
              topics: [layanan, aduan],
              thread: false}
        """,
    )
    assert found.sandbox == "http://127.0.0.1:9000"
    assert found.log == "postgresql+psycopg://desk@db.example/log"
    assert found.network == config.Network("http://proxy.example:3128", tmp_path / "ca.pem")
    assert (found.approvers, found.defaults["hashtags"]) == (("Kepala", "Sekretaris"), ("Natuna",))
    assert found.quiet.hours == ((21 * 60, 5 * 60),)
    assert (found.quiet.dates, found.quiet.workdays) == ({date(2026, 12, 31)}, {date(2026, 12, 24)})
    assert found.quiet.holidays == "ID"
    channel = found.channel("x")
    assert (channel.slots, channel.spacing, channel.grace) == (
        ("sat,sun 09:30",),
        timedelta(minutes=15),
        timedelta(days=1),
    )
    assert (channel.approval, channel.quota, channel.budget_usd, channel.default) == (
        "none",
        5,
        Decimal(20),
        False,
    )
    assert channel.topics == ("layanan", "aduan")
    assert channel.options == {"reply_settings": "following", "thread": False}


@pytest.mark.parametrize(
    ("written", "asked", "mode", "sandbox"),
    [
        ("true", None, "sandbox", True),
        ("false", None, "live", False),
        ("false", True, "sandbox", True),
        ("true", False, "live", False),
        ("http://h:1", True, "sandbox", "http://h:1"),
        ("http://h:1", False, "live", False),
    ],
)
def test_the_command_line_decides_between_sandbox_and_live(tmp_path, written, asked, mode, sandbox):
    """`--sandbox` wins over the file, and keeps the sandbox the file names."""
    found = workspace(tmp_path, GOOD + f"sandbox: {written}\n", sandbox=asked)
    assert (found.mode, found.sandbox) == (mode, sandbox)


CHANNEL = 'timezone: WIB\nchannels:\n  x: {platform: twitter, account: "2001", token: env:X%s}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("config.missing", 1), ("config.missing", 1)]),
        ("- a\n", [("config.no_keys", 1)]),
        (GOOD + "chanels: {}\n", [("config.unknown_key_meant", 4)]),
        (GOOD + "zzzzzz: 1\n", [("config.unknown_key", 4)]),
        (GOOD + "timezone: WITA\n", [("yaml.duplicate_key", 4)]),
        ("timezone: Asia/Nowhere\n" + GOOD[14:], [("config.timezone", 1)]),
        ("timezone: ../etc\n" + GOOD[14:], [("config.timezone", 1)]),
        (GOOD + "language: fr\n", [("config.choice", 4)]),
        (GOOD + "grace: dua jam\n", [("config.duration", 4)]),
        (GOOD + "grace: 2\n", [("config.duration", 4)]),
        (GOOD + "keep_media: 12h\n", [("config.keep_media", 4)]),
        (GOOD + "keep_media: lama\n", [("config.duration", 4)]),
        (GOOD + "approval: maybe\n", [("config.choice", 4)]),
        (GOOD + "approvers: Kepala\n", [("config.not_list", 4)]),
        (GOOD + "quiet: [21:00, 5:00]\n", [("config.quiet_hours", 4)]),
        (GOOD + "quiet: 21:00-05:00\n", [("config.quiet_hours", 4)]),
        (GOOD + "quiet:\n  hours: 21:00-05:00\n", [("config.not_list", 5)]),
        (GOOD + "quiet:\n\thours: []\n", [("yaml.tab", 5)]),
        (GOOD + "grace:\u00a02h\n", [("yaml.space", 4)]),
        (GOOD.replace('"2001"', "“2001”"), [("config.curly_quotes", 3)]),
        (GOOD.replace("WIB", "“WIB”"), [("config.curly_quotes", 1)]),
        (CHANNEL % ", slots: [“mon-fri 08:00”]", [("config.curly_quotes", 3)]),
        (GOOD + "quiet: {hours: “21:00-05:00”}\n", [("config.curly_quotes", 4)]),
        (CHANNEL % ", spacing: 1:30", [("config.duration", 3)]),
        (CHANNEL % ", slots: [08:00]", [("schedule.bad_slot", 3)]),
        (CHANNEL % ", default: tidak", [("config.not_bool", 3)]),
        (GOOD + "quiet: {dates: [25/12/2026]}\n", [("config.date", 4)]),
        ("Timezone: WIB\n" + GOOD[14:], [("config.unknown_key_meant", 1), ("config.missing", 1)]),
        (GOOD + "quiet:\n  hours: [21:00, '5:00-5:00']\n", [("config.hours", 5)] * 2),
        (GOOD + "quiet:\n  dates:\n    - 2026-12-25\n    - 2026-02-30\n", [("config.date", 7)]),
        (GOOD + "quiet: {holidays: Indonesia}\n", [("config.country", 4)]),
        (GOOD + "quiet: {holidays: yes}\n", [("config.country", 4)]),
        (GOOD + "quiet: {holidays: ID-}\n", [("config.country", 4)]),
        (GOOD + "quiet: {holidays: ID-KR}\n", [("config.subdivision", 4)]),
        (
            GOOD + "quiet:\n  dates: [2026-12-26]\n  workdays: [2026-12-26]\n",
            [("config.day_twice", 6)],
        ),
        (GOOD + "network: {ca: none.pem}\n", [("config.no_file", 4)]),
        (GOOD + "brand: {logo: none.png}\n", [("config.no_file", 4)]),
        (GOOD + "brand: {colour: biru}\n", [("config.colour", 4)]),
        (GOOD + "defaults: {background: biru}\n", [("config.background", 4)]),
        (GOOD + "defaults: {enlarge: 0.5}\n", [("config.enlarge", 4)]),
        (GOOD + "defaults: {enlarge: 9}\n", [("config.enlarge", 4)]),
        (GOOD + "defaults: {enlarge: true}\n", [("config.enlarge", 4)]),
        (GOOD + "defaults: {background: brand}\n", [("config.no_brand_colour", 4)]),
        (GOOD + "network: {proxy: proxy.example}\n", [("config.proxy", 4)]),
        (GOOD + "sandbox: ya\n", [("config.sandbox", 4)]),
        (GOOD + "log: mysql://db/log\n", [("config.log_needs_workspace", 4), ("config.log", 4)]),
        (GOOD + "workspace: a b\n", [("config.label", 4)]),
        (GOOD + "defaults: {hashtags: Natuna}\n", [("config.not_list", 4)]),
        (GOOD + "defaults:\n  twitter: {made_with_ai: 3}\n", [("config.not_bool", 5)]),
        (GOOD + "defaults:\n  twiter: {}\n", [("config.unknown_key_meant", 5)]),
        (CHANNEL % ", slot: [daily 08:00]", [("config.unknown_key_meant", 3)]),
        (CHANNEL % ", slots: [mon-fri 25:00]", [("schedule.bad_slot", 3)]),
        (CHANNEL % ", slots: [monday]", [("schedule.bad_slot", 3)]),
        (CHANNEL % ", spacing: 15", [("config.duration", 3)]),
        (CHANNEL % ", quota: -1", [("config.not_count", 3)]),
        (CHANNEL % ", quota: '5'", [("config.not_count", 3)]),
        (CHANNEL % ", budget_usd: 20 USD", [("config.not_money", 3)]),
        (CHANNEL % ", default: yes", [("config.not_bool", 3)]),
        (CHANNEL % ", reply_settings: friends", [("config.choice", 3)]),
        (CHANNEL % ", text: same for all", [("config.unknown_key_meant", 3)]),
        (CHANNEL.replace("twitter", "x") % "", [("config.platform_meant", 3)]),
        (CHANNEL.replace("twitter", "orkut") % "", [("config.platform", 3)]),
        (CHANNEL.replace("twitter", "twitter/") % "", [("config.platform_meant", 3)]),
        (CHANNEL.replace("twitter", "x" * 300) % "", [("config.platform", 3)]),
        (GOOD + "media_host:\n  kind: [serve]\n  url: https://x.id\n", [("config.choice", 5)]),
        (CHANNEL.replace('"2001"', "2001") % "", [("config.account_not_text", 3)]),
        (CHANNEL.replace('"2001"', '"20 01"') % "", [("config.account", 3)]),
        (CHANNEL.replace("env:X", "s3cret") % "", [("config.token", 3)]),
        (CHANNEL.replace(', account: "2001"', "") % "", [("config.missing", 3)]),
        (CHANNEL.replace("  x:", "  ju di:") % "", [("config.label", 3)]),
        ("timezone: WIB\nchannels: [fb]\n", [("config.not_block", 2)]),
        ("timezone: WIB\nchannels:\n  fb: facebook\n", [("config.not_block", 3)]),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, expected):
    """Each mistake has its own message, its line, and advice in words."""
    assert problems(tmp_path, text) == expected


def test_all_mistakes_are_told_at_once(tmp_path):
    """Nobody has to start the program five times to find five mistakes."""
    text = """\
    timezone: Mars
    grace: soon
    channels:
      a: {platform: twitter, account: 1, token: secret}
      b: {platform: twitter, account: "2001", token: env:B, slots: [noon]}
      B: {platform: twitter, account: "2001", token: env:B}
    """
    assert problems(tmp_path, text) == [
        ("config.timezone", 1),
        ("config.duration", 2),
        ("config.account_not_text", 4),
        ("config.token", 4),
        ("schedule.bad_slot", 5),
        ("config.label_twice", 6),
        ("config.account_twice", 6),
    ]


def test_a_wrong_token_is_never_repeated(tmp_path):
    """Whoever pastes the token itself does not find it in messages."""
    with pytest.raises(ConfigError) as caught:
        workspace(tmp_path, CHANNEL.replace("env:X", "s3cret") % "")
    assert "s3cret" not in str(caught.value.values)


def test_the_first_problem_is_the_error(tmp_path):
    """The error itself carries file and line of the topmost problem."""
    with pytest.raises(ConfigError) as caught:
        workspace(tmp_path, GOOD + "grace: x\nlanguage: y\n")
    error = caught.value
    assert (error.message, error.values["file"], error.values["line"]) == (
        "config.duration",
        "schedule.yaml",
        4,
    )
    assert texts.error_text(error).startswith("schedule.yaml:4: ")


def test_notepad_and_broken_bytes(tmp_path):
    """A byte order mark is fine; what is not UTF-8 is named."""
    (tmp_path / "schedule.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert config.load(tmp_path).channels
    (tmp_path / "schedule.yaml").write_bytes(b"timezone: \xff\xfe")
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path)
    assert caught.value.message == "config.encoding"


@pytest.mark.parametrize("hours", ["[21:00-05:00]", '["21.00-05.00"]', '["21:00–05:00"]', "['21:00 - 5:00']"])
def test_hours_as_people_type_them(tmp_path, hours):
    """No colon is read as a number to base 60; points, Word's dash and blanks are fine."""
    assert workspace(tmp_path, GOOD + f"quiet: {{hours: {hours}}}\n").quiet.hours == ((1260, 300),)


def test_the_root_is_found_from_below(tmp_path):
    """Commands work in any folder of the workspace, and say so where there is none."""
    (tmp_path / "w" / "content" / "a").mkdir(parents=True)
    (tmp_path / "w" / "schedule.yaml").write_text(GOOD)
    assert config.find_root(tmp_path / "w" / "content" / "a") == tmp_path / "w"
    with pytest.raises(WorkspaceError):
        config.find_root(tmp_path)


def test_an_unknown_channel_is_answered_with_those_there_are(tmp_path):
    """`--channel ig` names the channels that exist."""
    with pytest.raises(NotFoundError) as caught:
        workspace(tmp_path, GOOD).channel("ig")
    assert caught.value.values["known"] == "x"


def test_a_log_from_the_environment(tmp_path, monkeypatch):
    """The database's password need not stand in the file."""
    monkeypatch.setenv("DESK_LOG", "postgresql://desk@db/log")
    found = workspace(tmp_path, GOOD + "workspace: natuna\nlog: env:DESK_LOG\n")
    assert found.log == "postgresql+psycopg://desk@db/log"


FITTING = """\
timezone: Asia/Jakarta
defaults: {unsupported: error, long_text: thread, bold: typed}
channels:
  fb: {platform: facebook, account: "1", token: env:FB, long_text: error}
  x: {platform: twitter, account: "2", token: env:X, unsupported: skip, bold: plain}
"""


def test_what_is_done_about_a_post_that_does_not_fit(tmp_path):
    """A channel's word counts before that of `defaults`; without either nothing stops a post."""
    found = workspace(tmp_path, FITTING)
    fb, x = found.channel("fb"), found.channel("x")
    assert (fb.unsupported, fb.long_text, fb.bold) == ("error", "error", "typed")
    assert (x.unsupported, x.long_text, x.bold) == ("skip", "thread", "plain")
    bare = workspace(tmp_path, GOOD).channels[0]
    assert (bare.unsupported, bare.long_text, bare.bold) == ("skip", "lead", "plain")


def test_cards_are_asked_for_per_channel_or_for_all(tmp_path):
    """What becomes of a post without a picture, and in which design."""
    found = workspace(tmp_path, GOOD + "defaults: {unsupported: card, card: info}\n").channels[0]
    assert (found.unsupported, found.card) == ("card", "info")


def test_where_citizens_complain_and_who_is_called_what(tmp_path):
    """A number needs no quotes, a handle no @; a word nobody knows is told."""
    found = workspace(
        tmp_path,
        GOOD
        + "defaults:\n  complaints: {sms: 1708, url: natuna.lapor.go.id, topics: [aduan]}\n"
        + "  mentions: {'@PPID': {twitter: ppid_natuna, name: PPID}}\n",
    )
    assert found.defaults["complaints"] == {
        "name": "",
        "sms": "1708",
        "url": "natuna.lapor.go.id",
        "topics": ("aduan",),
    }
    assert found.defaults["mentions"] == {"ppid": {"twitter": "ppid_natuna", "name": "PPID"}}
    with pytest.raises(ConfigError) as caught:
        workspace(tmp_path, GOOD + "defaults:\n  mentions: {ppid: {twiter: ppid_natuna}}\n")
    assert caught.value.problems[0].code == "config.unknown_key_meant"


def test_a_list_is_quoted_as_it_was_written(tmp_path):
    """People who wrote YAML are not shown Python."""
    with pytest.raises(ConfigError) as caught:
        workspace(tmp_path, GOOD + "quiet: [21:00, 5:00]\n")
    assert "“quiet” is [21:00, 5:00], but" in texts.text_of(caught.value.problems[0])
