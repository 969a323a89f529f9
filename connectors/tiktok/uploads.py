"""A clip on its way to TikTok: all pieces but the last, which is the commit; nothing is public yet.

In the checkpoint: `creator` and when it was `asked`, then `publish_id`, `until` (end of the address),
`sent` (pieces that arrived); the address itself is sealed, since it lets its holder post.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.contract import Checkpoint, FactsOf, MediaSource, Part, SaveCheckpoint
from connectors.errors import TemporaryError
from connectors.tiktok import limits
from connectors.tiktok.bodies import STATUS, init_of
from connectors.tiktok.calls import Caller

if TYPE_CHECKING:
    from connectors.clock import Clock

Json = Any


class Upload:
    """One clip, from wherever an earlier try left off.

    Args:
        progress: told of bytes sent, and of all there are.
    """

    def __init__(
        self,
        tiktok: Caller,
        clock: Clock,
        media: MediaSource,
        part: Part,
        facts: FactsOf,
        progress: Callable[[int, int], None],
    ) -> None:
        self._tiktok = tiktok
        self._clock = clock
        self._part = part
        self._facts = facts
        self._path = media.path(part.media[0])
        self._mime = facts[part.media[0]].mime
        self._plan = limits.chunks(facts[part.media[0]].size)
        self._progress = progress

    def stage(self, checkpoint: Checkpoint, save: SaveCheckpoint) -> Checkpoint:
        """Begin the post where it is not begun, and send the pieces that are missing, but for the last."""
        if "publish_id" not in checkpoint.public:
            checkpoint = self._begun(checkpoint)
            save(checkpoint)
        last = self._plan.count - 1
        while (sent := int(checkpoint.public["sent"])) < last:
            self._progress(self._plan.span(sent)[0], self._plan.total)
            checkpoint = self._sent(checkpoint, sent)
            save(checkpoint)
        return checkpoint

    def finish(self, checkpoint: Checkpoint) -> None:
        """Send the last piece: from here on TikTok posts, and nothing calls it back.

        Raises:
            ConnectorError: effect "none" only where TikTok says that it did not take the piece.
        """
        last = self._plan.count - 1
        sent, url = checkpoint.public.get("sent"), checkpoint.sealed.get("upload_url")
        if sent != last or not url:
            raise TemporaryError("the clip is not uploaded yet", code="not-staged", effect="none")
        span = self._plan.span(last)
        self._progress(span[0], self._plan.total)
        self._tiktok.put(url, self._piece(span), span, self._plan.total, self._mime, "commit")
        self._progress(self._plan.total, self._plan.total)

    def _begun(self, checkpoint: Checkpoint) -> Checkpoint:
        route, body = init_of(self._part, self._facts, checkpoint.public.get("creator", {}))
        data = self._tiktok.call("POST", route, body=body)
        publish_id, url = data.get("publish_id"), data.get("upload_url")
        if not publish_id or not url:
            raise TemporaryError("the answer names no upload", code="no-upload", effect="none")
        until = self._clock.now() + limits.UPLOAD_LIFE
        public = {**checkpoint.public, "publish_id": str(publish_id), "until": until.isoformat(), "sent": 0}
        return Checkpoint(public=public, sealed={"upload_url": str(url)})

    def _sent(self, checkpoint: Checkpoint, number: int) -> Checkpoint:
        """With one piece more; or at the place where TikTok says it is."""
        span, total = self._plan.span(number), self._plan.total
        url = checkpoint.sealed.get("upload_url", "")
        try:
            self._tiktok.put(url, self._piece(span), span, total, self._mime, "other")
        except TemporaryError as error:
            if error.http_status != 416:
                raise
            return self._at(checkpoint, self._arrived(checkpoint))
        return self._at(checkpoint, number + 1)

    def _arrived(self, checkpoint: Checkpoint) -> int:
        """How many pieces are there: asked after a piece whose answer was lost was sent again."""
        data = self._tiktok.call("POST", STATUS, body={"publish_id": checkpoint.public["publish_id"]})
        there = data.get("uploaded_bytes")
        number, rest = divmod(there, self._plan.size) if isinstance(there, int) else (0, 1)
        if rest or not 0 <= number < self._plan.count:
            raise TemporaryError(f"TikTok has {there} bytes of the clip", code="out-of-step", effect="none")
        return int(number)

    @staticmethod
    def _at(checkpoint: Checkpoint, sent: int) -> Checkpoint:
        return Checkpoint(public={**checkpoint.public, "sent": sent}, sealed=checkpoint.sealed)

    def _piece(self, span: tuple[int, int]) -> bytes:
        with self._path.open("rb") as file:
            file.seek(span[0])
            return file.read(span[1] - span[0])


def until_of(checkpoint: Checkpoint) -> datetime:
    """When the address of an upload ends, less our margin."""
    return datetime.fromisoformat(checkpoint.public["until"]) - limits.UPLOAD_MARGIN
