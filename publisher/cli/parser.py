"""What may be typed: the verbs in their groups, their arguments, and help in the reader's language."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn

from publisher.texts import known, t

ON_SCREEN = 50
"""Deliveries that `log` shows to people unless told otherwise."""
ENOUGH_ROOM = 78
"""Columns of the help text."""


class Verb(NamedTuple):
    """A command: its name, its group of the help, and what adds its own arguments to a parser."""

    name: str
    group: str
    arguments: Callable[[argparse.ArgumentParser], None]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The verb and all it was given, global options included wherever they stood.

    Raises:
        SystemExit: 0 after help or version, 2 where the words make no sense (told on stderr).
    """
    given = argparse.Namespace(workspace=None, sandbox=None, by=None, lang=None, json=False, verb=None)
    parser = _parser()
    parser.parse_args(arguments, given)
    if given.verb is None:
        parser.print_help()
        raise SystemExit(2)
    return given


class _Parser(argparse.ArgumentParser):
    """argparse, without abbreviations, and with a word of its own for a mistyped verb."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Formatter, **settings)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n{t('cli.usage_hint', command=self.prog)}\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            self.error(_unknown_verb(str(value)))
        super()._check_value(action, value)


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=ENOUGH_ROOM)


class _MainParser(_Parser):
    """The parser of everything; its help lists the verbs by what a person wants to do."""

    def format_help(self) -> str:
        lines = [t("cli.description"), "", t("cli.usage"), ""]
        for group in GROUPS:
            lines.append(t(f"cli.group_{group}"))
            lines += [
                f"  {verb.name:<10}{t(f'cli.verb_{verb.name}')}" for verb in VERBS if verb.group == group
            ]
            lines.append("")
        lines.append(t("cli.global_options"))
        for flag, value, message in _GLOBAL_HELP:
            flags = f"{flag} {t(value)}" if value else flag
            lines.append(f"  {flags:<20}{t(message)}")
        return "\n".join([*lines, "", t("cli.exit_codes"), t("cli.more_help"), ""])


def _parser() -> argparse.ArgumentParser:
    vars(argparse)["_"] = _argparse_words  # argparse takes its own words from this one name
    parser = _MainParser(prog="publisher")
    _add_globals(parser)
    parser.add_argument("--version", action="version", version=_version(), help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="verb", metavar=t("cli.meta_verb"), parser_class=_Parser)
    for verb in VERBS:
        about = t(f"cli.verb_{verb.name}")
        more = f"cli.about_{verb.name}"
        one = commands.add_parser(verb.name, help=about, description=t(more) if known(more) else about)
        verb.arguments(one)
        _add_globals(one.add_argument_group(t("cli.everywhere")))
    return parser


_GLOBAL_HELP = (
    ("--workspace", "cli.meta_folder", "cli.opt_workspace"),
    ("--sandbox", "", "cli.opt_sandbox"),
    ("--by", "cli.meta_name", "cli.opt_by"),
    ("--lang id|en", "", "cli.opt_lang"),
    ("--json", "", "cli.opt_json"),
)


def _add_globals(parser: Any) -> None:
    """The options taken before the verb and after it; one that is not given leaves what is there."""
    absent = argparse.SUPPRESS
    parser.add_argument(
        "--workspace", metavar=t("cli.meta_folder"), default=absent, help=t("cli.opt_workspace")
    )
    parser.add_argument("--sandbox", action="store_true", default=absent, help=t("cli.opt_sandbox"))
    parser.add_argument("--by", metavar=t("cli.meta_name"), default=absent, help=t("cli.opt_by"))
    parser.add_argument("--lang", choices=("id", "en"), default=absent, help=t("cli.opt_lang"))
    parser.add_argument("--json", action="store_true", default=absent, help=t("cli.opt_json"))


def _version() -> str:
    from publisher import __version__

    return f"publisher {__version__}"


# ── Arguments of each verb ───────────────────────────────────────────────────


def _nothing(parser: argparse.ArgumentParser) -> None:
    """A verb without arguments of its own."""


def _post(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    parser.add_argument(
        "post", metavar=t("cli.meta_post"), nargs="?" if optional else None, help=t("cli.arg_post")
    )


def _channel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channel", metavar=t("cli.meta_channel"), help=t("cli.arg_channel"))


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("title", metavar=t("cli.meta_title"), help=t("cli.arg_title"))
    parser.add_argument("--at", metavar=t("cli.meta_time"), help=t("cli.arg_at"))
    parser.add_argument("--channels", metavar="A,B", help=t("cli.arg_channels"))
    parser.add_argument("--folder", action="store_true", help=t("cli.arg_folder"))


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("posts", metavar=t("cli.meta_path"), nargs="*", help=t("cli.arg_check_paths"))
    parser.add_argument("--format", choices=("text", "github", "json"), help=t("cli.arg_format"))


def _preview(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("post", metavar=t("cli.meta_post"), nargs="?", help=t("cli.arg_post"))
    what.add_argument("--week", action="store_true", help=t("cli.arg_week"))
    _channel(parser)
    parser.add_argument("--html", metavar=t("cli.meta_file"), help=t("cli.arg_html"))
    parser.add_argument("--pdf", metavar="FILE", help=t("cli.arg_pdf"))
    parser.add_argument("--open", action="store_true", help=t("cli.arg_open"))


def _plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--exit-code", action="store_true", help=t("cli.arg_exit_code"))


def _log(parser: argparse.ArgumentParser) -> None:
    _post(parser, optional=True)
    _channel(parser)
    parser.add_argument("--state", metavar=t("cli.meta_state"), help=t("cli.arg_state"))
    parser.add_argument("--since", metavar=t("cli.meta_time"), help=t("cli.arg_since"))
    parser.add_argument("--limit", metavar="N", type=count, help=t("cli.arg_limit", count=ON_SCREEN))


def _approve(parser: argparse.ArgumentParser) -> None:
    _post(parser)
    _channel(parser)
    parser.add_argument("--note", metavar=t("cli.meta_text"), help=t("cli.arg_note"))


def _reject(parser: argparse.ArgumentParser) -> None:
    _post(parser)
    _channel(parser)
    parser.add_argument("--note", metavar=t("cli.meta_text"), required=True, help=t("cli.arg_reject_note"))


def _hold(parser: argparse.ArgumentParser) -> None:
    _release(parser)
    parser.add_argument("--until", metavar=t("cli.meta_time"), help=t("cli.arg_until"))
    parser.add_argument("--reason", metavar=t("cli.meta_text"), help=t("cli.arg_reason"))


def _release(parser: argparse.ArgumentParser) -> None:
    _post(parser, optional=True)
    _channel(parser)
    parser.add_argument("--all", action="store_true", help=t("cli.arg_all"))


def _publish(parser: argparse.ArgumentParser) -> None:
    _post(parser)
    _channel(parser)
    parser.add_argument("--now", action="store_true", help=t("cli.arg_now"))


def _resolve(parser: argparse.ArgumentParser) -> None:
    _post(parser, optional=True)
    _channel(parser)
    parser.add_argument("--part", metavar="N", type=count, help=t("cli.arg_part"))
    answer = parser.add_mutually_exclusive_group()
    answer.add_argument("--url", metavar="URL", help=t("cli.arg_url"))
    answer.add_argument("--not-published", action="store_true", help=t("cli.arg_not_published"))
    answer.add_argument("--failed", action="store_true", help=t("cli.arg_failed"))


def _withdraw(parser: argparse.ArgumentParser) -> None:
    _post(parser)
    _channel(parser)
    parser.add_argument("--reason", metavar=t("cli.meta_text"), help=t("cli.arg_withdraw_reason"))
    parser.add_argument("--yes", action="store_true", help=t("cli.arg_yes"))
    parser.add_argument("--by-hand", action="store_true", help=t("cli.arg_by_hand"))


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help=t("cli.arg_once"))
    parser.add_argument("--workers", metavar="N", type=count, default=8, help=t("cli.arg_workers"))


def _sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", metavar="N", type=port, help=t("cli.arg_port"))
    parser.add_argument("--state", metavar=t("cli.meta_file"), help=t("cli.arg_state_file"))


def _init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar=t("cli.meta_folder"), nargs="?", help=t("cli.arg_init_folder"))
    parser.add_argument("--no-samples", action="store_true", help=t("cli.arg_no_samples"))
    parser.add_argument("--schema", action="store_true", help=t("cli.arg_schema"))


def count(text: str) -> int:
    """A whole number from 1; the name of this function's kind is part of argparse's message."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(t("cli.not_count", value=text))
    return int(text)


def port(text: str) -> int:
    """A port's number; 0 takes any free one."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(t("cli.not_port", value=text))
    return int(text)


GROUPS = ("write", "look", "decide", "run", "setup")
VERBS = (
    Verb("new", "write", _new),
    Verb("check", "write", _check),
    Verb("preview", "write", _preview),
    Verb("plan", "look", _plan),
    Verb("status", "look", _nothing),
    Verb("log", "look", _log),
    Verb("approve", "decide", _approve),
    Verb("reject", "decide", _reject),
    Verb("hold", "decide", _hold),
    Verb("release", "decide", _release),
    Verb("resolve", "decide", _resolve),
    Verb("publish", "decide", _publish),
    Verb("withdraw", "decide", _withdraw),
    Verb("run", "run", _run),
    Verb("sandbox", "run", _sandbox),
    Verb("demo", "run", _nothing),
    Verb("init", "setup", _init),
    Verb("doctor", "setup", _nothing),
)


# ── argparse's own words ─────────────────────────────────────────────────────

_ARGPARSE = {
    "usage: ": "cli.argparse_usage",
    "positional arguments": "cli.argparse_positional",
    "options": "cli.argparse_options",
    "show this help message and exit": "cli.argparse_help",
    "the following arguments are required: %s": "cli.argparse_required",
    "one of the arguments %s is required": "cli.argparse_one_required",
    "unrecognized arguments: %s": "cli.argparse_unrecognized",
    "expected one argument": "cli.argparse_one",
    "not allowed with argument %s": "cli.argparse_not_with",
    "ignored explicit argument %r": "cli.argparse_ignored",
    "invalid choice: %(value)r (choose from %(choices)s)": "cli.argparse_choice",
    "argument %(argument_name)s: %(message)s": "cli.argparse_argument",
}


def _argparse_words(message: str) -> str:
    """What argparse says, in the language in use; words of newer versions stay English."""
    found = _ARGPARSE.get(message)
    return t(found) if found else message


def _unknown_verb(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), [verb.name for verb in VERBS], n=1, cutoff=0.6)
    return t("cli.unknown_verb_meant", verb=word, meant=near[0]) if near else t("cli.unknown_verb", verb=word)
