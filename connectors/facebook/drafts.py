"""The second way to commit on a Page: the post is made unpublished ahead, and then switched to published.

Its id is known before it is public, so a lost answer is settled by asking that one post. Never seen live
(Meta's documentation and SDK only, checked 2026-11-23): which time it then shows, and that staff see drafts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from connectors.contract import Checkpoint
from connectors.errors import OutcomeUnknownError, TemporaryError
from connectors.facebook import limits

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.graph_api import GraphCaller

Json = Any


class Drafts:
    """Unpublished posts of one Page.

    Args:
        graph: gives the caller; asked for only when a call is due.
        wanted: whether the channel is set to commit this way.
    """

    def __init__(self, graph: Callable[[], GraphCaller], clock: Clock, page: str, *, wanted: bool) -> None:
        self.wanted = wanted
        self._graph = graph
        self._clock = clock
        self._page = page

    def make(self, feed: Mapping[str, str]) -> dict[str, Json]:
        """Make a post that nobody sees; its record."""
        answer = self._graph().post(f"{self._page}/feed", {**feed, "published": "false"}, phase="other")
        if not answer.get("id"):
            raise TemporaryError("the answer names no post", code="no-id", effect="none")
        until = self._clock.now() + limits.DRAFT_LIFE
        return {"id": str(answer["id"]), "until": until.isoformat()}

    def publish(self, checkpoint: Checkpoint) -> str:
        """The commit; gives the post's id."""
        draft = checkpoint.public.get("draft")
        if draft is None:
            raise TemporaryError("the post is not made yet", code="not-staged", effect="none")
        answer = self._graph().post(str(draft["id"]), {"is_published": "true"}, phase="commit")
        if answer.get("success") not in (True, "true"):
            raise OutcomeUnknownError("the answer does not say that it succeeded", code="no-success")
        return str(draft["id"])

    def published(self, post_id: str) -> Mapping[str, Json] | None:
        """The post if followers see it.

        Raises:
            TemporaryError: the answer does not tell.
        """
        try:
            post = self._graph().get(post_id, fields="id,is_published,created_time,permalink_url")
        except TemporaryError as error:
            if error.code == "100/33":
                return None
            raise
        if not isinstance(post.get("is_published"), bool):
            raise TemporaryError(
                "the answer does not tell whether it is public", code="no-post", effect="none"
            )
        return post if post["is_published"] else None

    def discard(self, post_id: str) -> bool:
        """Take an unpublished post away; False: somebody has published it, and it stays."""
        try:
            if self.published(post_id) is not None:
                return False
            self._graph().delete(post_id)
        except TemporaryError as error:
            if error.code != "100/33":
                raise
        return True
