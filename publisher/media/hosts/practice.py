"""The host of sandbox workspaces that have none of their own: the sandbox keeps and serves the files."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from connectors.contract import MediaFacts
from publisher.media.hosts.naming import ENDINGS
from publisher.media.store import MediaStoreError
from publisher.texts import system_words

_PATIENCE = 30.0


class PracticeHost:
    """Fills `MediaHost` with the sandbox's own.

    Args:
        base_url: where the sandbox answers.
    """

    def __init__(self, base_url: str) -> None:
        self._base = f"{base_url.rstrip('/')}/hosting"

    def put(self, path: Path, facts: MediaFacts, key: str) -> str:
        """Hand a file to the sandbox, unless it has it; a large one is read as it is sent."""
        from http.client import HTTPConnection, HTTPException

        url = f"{self._base}/{key}.{ENDINGS.get(facts.mime, 'bin')}"
        where = urlsplit(url)
        connection = HTTPConnection(where.hostname or "", where.port, timeout=_PATIENCE)
        try:
            connection.request("HEAD", where.path)
            with connection.getresponse() as there:
                there.read()
            size = path.stat().st_size
            if there.status == 200 and there.getheader("Content-Length") == str(size):
                return url
            with path.open("rb") as file:
                connection.request("PUT", where.path, file, {"Content-Length": str(size)})
                with connection.getresponse() as reply:
                    reply.read()
            if reply.status not in (201, 204):
                raise MediaStoreError("media.host", place=self._base, words=f"HTTP {reply.status}")
            return url
        except OSError as error:
            raise MediaStoreError("media.host", place=self._base, words=system_words(error)) from error
        except HTTPException as error:
            raise MediaStoreError("media.host", place=self._base, words=type(error).__name__) from error
        finally:
            connection.close()
