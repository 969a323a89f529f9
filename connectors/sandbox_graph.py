"""What the simulators of Meta's platforms have in common: its errors, `fields`, times and lists.

Sources: Meta's "Error handling", "Graph API overview" and "Paginated results", checked 2026-11-23.
Names no platform; every code and number comes from the simulator that asks.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any
Fields = dict[str, "Fields"]
"""A tree of names: what `fields=id,owner{id}` asks for; empty: what one is given without asking."""


class GraphRefusal(Exception):
    """The platform's no, raised where it is found.

    Args:
        status: of HTTP; 500 for codes 1 and 2, else 400, if not said.
        transient: what `is_transient` claims.
    """

    def __init__(
        self,
        code: int,
        subcode: int | None,
        words: str,
        *,
        kind: str = "OAuthException",
        status: int | None = None,
        transient: bool | None = None,
    ) -> None:
        super().__init__(code, subcode, words)
        self.code, self.subcode, self.words, self.kind = code, subcode, words, kind
        self.status = status or (500 if code in (1, 2) and subcode is None else 400)
        self.transient = (code in (1, 2) and subcode is None) if transient is None else transient

    def response(self) -> Response:
        """The error envelope."""
        error: dict[str, Json] = {"message": self.words, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error |= self.more()
        error["is_transient"] = self.transient
        error["fbtrace_id"] = hashlib.sha256(self.words.encode()).hexdigest()[:23]
        return answer({"error": error}, self.status)

    def more(self) -> dict[str, Json]:
        """What a platform adds for people."""
        return {} if self.subcode is None else {"error_user_title": self.words, "error_user_msg": self.words}


def bad(words: str) -> GraphRefusal:
    """A parameter that Graph does not take."""
    return GraphRefusal(100, None, words)


def gone(what: str, verb: str = "get") -> GraphRefusal:
    """There is no such object, or it is not this token's."""
    return GraphRefusal(
        100,
        33,
        f"Unsupported {verb} request. Object with ID '{what}' does not exist, cannot be loaded due to"
        " missing permissions, or does not support this operation.",
        kind="GraphMethodException",
    )


def answer(body: Json, status: int = 200) -> Response:
    """JSON as Graph sends it."""
    return Response(
        json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=UTF-8"
    )


@dataclass(frozen=True)
class GraphCall:
    """A request whose token was good: for which account, about which object, with which parameters.

    Attributes:
        via: which of several hosts it came through, where that matters.
    """

    account: str
    params: Mapping[str, Json]
    request: Request
    target: str = ""
    via: str = ""

    def has(self, name: str) -> bool:
        """Whether a parameter was given and says something."""
        return self.params.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A parameter as text; empty if it was not given."""
        value = self.params.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def truth(self, name: str, usual: bool = False) -> bool:
        """A boolean as forms and JSON give it."""
        known = {"true": True, "1": True, "false": False, "0": False, "": usual}
        given = self.text(name).lower()
        if given not in known:
            raise bad(f"Param {name} must be a boolean")
        return known[given]

    def whole(self, name: str) -> int | None:
        """A whole number; None if it was not given."""
        if not self.has(name):
            return None
        if not re.fullmatch(r"-?\d+", self.text(name)):
            raise bad(f"Param {name} must be an integer")
        return int(self.text(name))

    def listed(self, name: str) -> list[Json]:
        """A list as JSON or, of plain words, with commas between them; empty if it was not given."""
        given = self.params.get(name)
        if given in (None, ""):
            return []
        if isinstance(given, str) and not given.lstrip().startswith("["):
            return [one.strip() for one in given.split(",")]
        found = given if not isinstance(given, str) else _from_json(given, name)
        if not isinstance(found, list):
            raise bad(f"Param {name} must be an array.")
        return found

    def mapped(self, name: str) -> dict[str, Json]:
        """An object as JSON; empty if it was not given."""
        given = self.params.get(name)
        if given in (None, ""):
            return {}
        found = given if not isinstance(given, str) else _from_json(given, name)
        if not isinstance(found, dict):
            raise bad(f"Param {name} must be an object.")
        return found


def params_of(request: Request) -> dict[str, Json]:
    """Query, form and JSON body together, as Graph reads them."""
    params: dict[str, Json] = dict(request.args.items())
    params.update(request.form.items())
    if request.mimetype == "application/json" and request.content_length:
        body = request.get_json(force=True, silent=True)
        params.update(body if isinstance(body, dict) else {})
    return params


def token_of(request: Request, params: Mapping[str, Json]) -> str:
    """From the parameter, or behind Bearer or OAuth in the header."""
    header = request.headers.get("Authorization", "").partition(" ")
    return str(params.get("access_token") or header[2] or "")


def time_text(moment: datetime) -> str:
    """`2026-11-23T10:00:00+0000`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def time_of(value: str, name: str) -> datetime:
    """A time as Graph takes it: Unix seconds or ISO 8601."""
    try:
        if value.isdigit():
            return datetime.fromtimestamp(int(value), UTC)
        parsed = datetime.fromisoformat(value)
    except (ValueError, OverflowError) as error:
        raise bad(f"Param {name} must be a valid time") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


# ── fields ───────────────────────────────────────────────────────────────────

_FIELD = re.compile(r"([A-Za-z0-9_]+)(?:\.[a-z_]+\([^)]*\))*")


def parse_fields(given: str) -> Fields:
    """`id,attachments.limit(3){media_type,target{id}}` → a tree of names; empty: all that there is."""
    compact = re.sub(r"\s", "", given)
    tree, end = _tree(compact, 0) if compact else ({}, 0)
    if end != len(compact):
        raise GraphRefusal(2500, None, f"Syntax error in the fields parameter: {given}")
    return tree


def _tree(given: str, at: int) -> tuple[Fields, int]:
    """The names from `at` on, and where they end; a name that is none ends them, -1: they end nowhere."""
    tree: Fields = {}
    while found := _FIELD.match(given, at):
        name, at = found.group(1), found.end()
        tree[name] = {}
        if given[at : at + 1] == "{":
            tree[name], at = _tree(given, at + 1)
            if given[at : at + 1] != "}" or not tree[name]:
                return tree, -1
            at += 1
        if given[at : at + 1] != ",":
            return tree, at
        at += 1
    return tree, -1


def pick(node: Mapping[str, Callable[[], Json]], kind: str, wanted: Fields) -> dict[str, Json]:
    """The fields asked for, and always the id; what is empty is left out, as Graph does.

    Args:
        node: a function per field the node type has.
        kind: its name, for the refusal of a field it does not have.
    """
    for name in wanted:
        if name not in node:
            raise bad(f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})")
    found = {name: _narrowed(node[name](), below) for name, below in wanted.items()}
    return {**{name: value for name, value in found.items() if value is not None}, "id": node["id"]()}


def _narrowed(value: Json, wanted: Fields) -> Json:
    if not wanted or value is None:
        return value
    if isinstance(value, list):
        return [_narrowed(one, wanted) for one in value]
    if isinstance(value, dict) and "data" in value:
        return {**value, "data": _narrowed(value["data"], wanted)}
    if isinstance(value, dict):
        return {name: _narrowed(value[name], below) for name, below in wanted.items() if name in value}
    return value


# ── lists ────────────────────────────────────────────────────────────────────


def page_of(
    call: GraphCall, items: Sequence[Mapping[str, Json]], url: str, usual: int = 25, most: int = 100
) -> Json:
    """One page of a list, with cursors and, if there is more, the address of the next page.

    Args:
        url: of the edge on the host that was asked, without a query: clients are led on there. The token
            stands in it if it was given as a parameter, as in Meta's own.
    """
    limit = min(call.whole("limit") or usual, most)
    start = _after(call.text("after"))
    shown = list(items[start : start + limit])
    if not shown:
        return {"data": []}
    cursors = {"before": _cursor(start), "after": _cursor(start + len(shown))}
    paging: dict[str, Json] = {"cursors": cursors}
    if start + limit < len(items):
        kept = {name: value for name, value in call.params.items() if name != "after"}
        paging["next"] = f"{url}?{urlencode({**kept, 'after': cursors['after']})}"
    return {"data": shown, "paging": paging}


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"at:{place}".encode()).decode().rstrip("=")


def _after(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().removeprefix("at:"))
    except ValueError as error:
        raise bad("Invalid cursor") from error


def _from_json(value: str, name: str) -> Json:
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad(f"Param {name} must be JSON") from error
