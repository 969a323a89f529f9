"""What is wrong with a rendition, each with its place; and whether the channel is left out, or stopped."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.contract import (
    Json,
    MediaFacts,
    Part,
    PartKind,
    Problem,
    Rendition,
    Room,
    Severity,
)
from publisher import recipe
from publisher.model import Channel, Post, Rendered

# Letters by their category, and yet nothing is to be seen: fillers of Hangul, the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs", "Cn", "Co"})


def visible(text: str) -> bool:
    """Whether a reader sees anything of it: zero-width characters and blanks alone are nothing."""
    return any(unicodedata.category(char) not in _UNSEEN and char not in _BLANK for char in text)


@dataclass(frozen=True, slots=True)
class Judge:
    """One post on one channel, as far as problems go."""

    post: Post
    channel: Channel
    room: Room

    def rendered(
        self, rendition: Rendition, facts: Mapping[str, MediaFacts], found: Sequence[Problem]
    ) -> Rendered:
        """The rendition with all that is wrong with it; left out where the channel is only inherited.

        Args:
            facts: by sha256 of the source.
            found: while it was made.
        """
        names = {picture.source: picture.name for picture in self.post.media}
        named = {
            media: replace(recipe.after(known, media.recipe), name=names.get(media.source, known.name))
            for media in rendition.parts[0].media
            for known in (facts[media.source],)
        }
        beside = rendition.parts[0].companions
        named.update({media: recipe.after(facts[media.source], media.recipe) for media in beside})
        told = self._of_parts(rendition, self.room.check(rendition, named))
        unfit = [problem for problem in told if self._unfit(problem)]
        if unfit and self.post.inherits and self.channel.unsupported != "error":
            return Rendered(self.post, self.channel, None, (self._skipped(unfit),), skipped=True)
        return Rendered(self.post, self.channel, rendition, (*found, *map(self.placed, told)))

    def nothing(self, *problems: Problem) -> Rendered:
        """No rendition could be made."""
        return Rendered(self.post, self.channel, None, problems)

    def problem(self, code: str, values: Mapping[str, Json], severity: Severity = Severity.ERROR) -> Problem:
        """A problem of this post on this channel, with its place."""
        return self.placed(Problem(code, severity, values))

    def placed(self, problem: Problem) -> Problem:
        """The problem with post, file, channel, and the line of what it is most likely about."""
        return replace(
            problem,
            post=self.post.path,
            file=self.post.file,
            line=self._line(problem),
            channel=self.channel.label,
        )

    def _of_parts(self, rendition: Rendition, told: list[Problem]) -> list[Problem]:
        """What the room says, and what it may have missed: nothing to be seen, a comment too long."""
        root = rendition.parts[0]
        if not (root.text or root.media or root.link):
            told = [
                problem for problem in told if not (problem.part == 1 and problem.code.endswith(".empty"))
            ]
            told.append(Problem("render.nothing_visible", Severity.ERROR, self._named(), part=1))
        wrong = {problem.part for problem in told if problem.severity is Severity.ERROR}
        for number, part in enumerate(rendition.parts, 1):
            if part.kind is PartKind.COMMENT and number not in wrong:
                told += self._of_comment(part, number)
            told += self._of_quotas(part, number)
        return told

    def _of_quotas(self, part: Part, number: int) -> list[Problem]:
        """What takes more than a whole quota would wait for ever."""
        cost = self.room.cost(part)
        return [
            Problem(
                "render.over_quota",
                Severity.ERROR,
                {**self._named(), "quota": quota.name, "needed": cost[quota.name], "limit": quota.count},
                part=number,
            )
            for quota in self.room.limits.quotas
            if cost.get(quota.name, 0) > quota.count
        ]

    def _of_comment(self, part: Part, number: int) -> list[Problem]:
        used, limit = self.room.measure(part.text), self.room.comment_limit()
        if used <= limit:
            return []
        values = {**self._named(), "used": used, "limit": limit, "over": used - limit}
        return [Problem("render.comment_too_long", Severity.ERROR, values, part=number)]

    def _unfit(self, problem: Problem) -> bool:
        error = problem.severity is Severity.ERROR
        return error and (problem.code == "room.unsupported" or problem.code in self.room.unfit)

    def _skipped(self, unfit: Sequence[Problem]) -> Problem:
        features = [str(p.values["feature"]) for p in unfit if p.code == "room.unsupported"]
        if not features:
            values: dict[str, Json] = {**self._named(), "why": unfit[0].code}
            return self.problem("render.skipped_needs", values, Severity.NOTICE)
        several = {"image", "images"} <= set(features)
        features = [name for name in dict.fromkeys(features) if not (several and name == "images")]
        values = {**self._named(), "features": features}
        return self.problem("render.skipped", values, Severity.NOTICE)

    def _named(self) -> dict[str, Json]:
        return {"platform": self.room.title}

    def _line(self, problem: Problem) -> int | None:
        lines = self.post.lines
        name = problem.values.get("name")
        for picture in self.post.media:
            if name is not None and picture.name == name:
                return picture.line
        platform = self.channel.platform
        keys = [f"{platform}.text", "body"]
        if "field" in problem.values:
            keys = [f"{platform}.{problem.values['field']}", "title", "body"]
        elif problem.code == "render.no_brand_colour":
            keys = ["background"]
        elif problem.code.startswith("render.comment_"):
            keys = [f"{platform}.first_comment", platform, "body"]
        elif self._unfit(problem):
            keys = [platform, "channels", "media"]
        return next((lines[key] for key in keys if key in lines), None)
