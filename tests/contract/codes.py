"""What every room must make of its platform's refusals; part of the suite beside it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, ClassVar

import pytest

from connectors import registry
from connectors.contract import Part
from connectors.errors import ConnectorError, ReconnectError, RejectedError
from publisher.texts import known
from tests.contract.stand import Stand

Json = Any


class CodesSuite:
    """The rows of the room's codes.py, the errors of its simulator, and how the two fit.

    Attributes:
        said: for a row, what the simulator calls it, where that is another name.
        commit_on, probe_on: what `next_error` takes as `on` for a commit and for a probe; empty: no `on`.
    """

    platform: ClassVar[str]
    commit_path: ClassVar[str]
    probe_path: ClassVar[str]
    commit_on: ClassVar[str] = ""
    probe_on: ClassVar[str] = ""
    said: ClassVar[dict[str, str]] = {}

    def test_every_row_of_the_codes(self, stand: Stand) -> None:
        """Each listed answer, in its phase, becomes its class, with its effect and the platform's words."""
        part = self.says(stand, "Selamat pagi")
        checkpoint = stand.stage(part)
        rows = list(self.rows())
        assert rows
        for name, status, body, phase, error, effect in rows:
            for commits in _PHASES[phase]:
                path = self.commit_path if commits else self.probe_path
                stand.fault(path=path, phase="before", kind="body", status=status, body=body)
                with pytest.raises(ConnectorError) as caught:
                    stand.commit(part, (), checkpoint) if commits else stand.session().probe()
                assert type(caught.value) is error, (name, commits, caught.value)
                assert caught.value.code.startswith(name), (name, caught.value.code)
                assert caught.value.http_status == status
                assert not commits or caught.value.effect == effect, name
        assert stand.live() == []

    def test_the_simulator_gives_every_row(self, stand: Stand) -> None:
        """Each listed answer can be had from the simulator, whose reading of the platform is its own, and is
        taken for that row and no other, with words to show.
        """
        part = self.says(stand, "Selamat pagi")
        checkpoint = stand.stage(part)
        rows = list(self.rows())
        names = {name for name, *_ in rows}
        for name, _, _, phase, error, effect in rows:
            for commits in _PHASES[phase]:
                stand.platform(next_error=self.scene(name, commits))
                with pytest.raises(ConnectorError) as caught:
                    stand.commit(part, (), checkpoint) if commits else stand.session().probe()
                code = caught.value.code
                own = code == name or (code.startswith(f"{name} ") and code not in names)
                assert own, (name, commits, code, caught.value)
                assert type(caught.value) is error, (name, commits, caught.value)
                assert not commits or caught.value.effect == effect, name
                assert caught.value.words, name
        assert stand.live() == []

    def test_every_refusal_is_told_in_words_of_ours(self, stand: Stand) -> None:
        """What a person must act on is never the platform's English alone: each listed refusal says in the
        reader's language what it means, and what to do.
        """
        refusals = {
            name
            for name, _, _, phase, error, _ in self.rows()
            if error in (RejectedError, ReconnectError) and phase != "other"
        }
        for name in sorted(refusals):
            meaning = stand.room.meaning(name)
            assert known(meaning), name
            assert known(f"{meaning}.fix"), name

    def test_every_error_of_the_simulator_is_listed(self, stand: Stand) -> None:
        """What the platform is known to answer is never an unlisted code."""
        part = self.says(stand, "Selamat pagi")
        checkpoint = stand.stage(part)
        for wanted, error in self.simulated().items():
            stand.platform(next_error=self.next_error(wanted))
            with pytest.raises(ConnectorError) as caught:
                stand.commit(part, (), checkpoint)
            assert type(caught.value) is error, (wanted, caught.value, caught.value.code)
        assert stand.live() == []

    # ── what a subclass may change ───────────────────────────────────────────

    def says(self, stand: Stand, words: str) -> Part:
        raise NotImplementedError

    def its(self, module: str) -> Any:
        """A module of the room, by the name that it has in every room."""
        return import_module(f"{type(registry.room(self.platform)).__module__}.{module}")

    def rows(self) -> Iterator[tuple[str, int, Json, str, type[ConnectorError], str]]:
        """(code, HTTP status, JSON body, phase, class, effect) of each listed answer."""
        for row in self.its("codes").ROWS:
            yield row.code, row.status, dict(row.example), row.phase, row.error, row.effect

    def simulated(self) -> dict[Any, type[ConnectorError]]:
        """The simulator's errors, and the class each must become in a commit."""
        errors = self.its("simulator").SIMULATOR.errors
        commits = {row.code: row.error for row in self.its("codes").ROWS if row.phase != "other"}
        return {code: commits.get(code, RejectedError) for code in errors}

    def next_error(self, wanted: Any) -> Json:
        """What POST /admin/platform `next_error` takes to have this error of the simulator on a commit."""
        return self.asked(wanted, self.commit_on)

    def scene(self, name: str, commits: bool) -> Json:
        """The same for a row of the codes, on a commit or on a probe."""
        return self.asked(self.said.get(name, name), self.commit_on if commits else self.probe_on)

    def asked(self, wanted: Any, on: str) -> Json:
        return {"code": wanted, **({"on": on} if on else {})}


class GraphCodes(CodesSuite):
    """Where the platform is one of Meta's: an error is a code and a subcode."""

    probe_on = "read"

    def rows(self) -> Iterator[tuple[str, int, Json, str, type[ConnectorError], str]]:
        """Of a range its two ends."""
        for row in self.its("codes").ROWS:
            if row.name:
                said = {"message": row.name, "type": "OAuthException", "code": 100}
                yield row.name, 400, {"error": said}, row.phase, row.error, row.effect
                continue
            for code in sorted({row.code or 100, row.last or row.code or 100}):
                error: dict[str, Json] = {"message": row.words, "type": "OAuthException", "code": code}
                if row.subcode is not None:
                    error["error_subcode"] = row.subcode
                label = f"{code}/{row.subcode}" if row.subcode else str(code)
                yield label, 400, {"error": error}, row.phase, row.error, row.effect

    def scene(self, name: str, commits: bool) -> Json:
        if name[:1].isalpha():
            return CodesSuite.asked(self, name, self.commit_on if commits else self.probe_on)
        code, _, subcode = name.partition("/")
        wanted = (int(code), int(subcode) if subcode else None)
        return self.asked(wanted, self.commit_on if commits else self.probe_on)

    def asked(self, wanted: Any, on: str) -> Json:
        code, subcode = wanted
        return {**super().asked(code, on), **({"subcode": subcode} if subcode else {})}


_PHASES = {"commit": (True,), "other": (False,), "any": (True, False)}
