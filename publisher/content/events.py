"""Events that a body invites to and that will be over when it is published: asked by sync, once due is known.

Most dates of an office's posts lie in the past and rightly so: the report about yesterday's event is its
commonest post. So a date counts only in a sentence that speaks of something to come and of nothing that
was, or behind the label of an announcement (`Hari/Tanggal: …`) in a body that reports nothing; and never
in a letterhead, which says when the text was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from connectors.contract import Problem, Severity
from publisher.content.days import Mention, mentioned
from publisher.model import Post
from publisher.opening import opening

PAST = "content.event_past"

_TO_COME = re.compile(
    r"\b(?:akan|bakal|mari|ayo|yuk|hadiri(?:lah)?|hadirlah|ikuti(?:lah)?|saksikan(?:lah)?|kunjungi|datang(?:lah)?|"
    r"daftar(?:kan|lah|\s+(?:sekarang|segera|melalui|di|ke))|pendaftaran|diundang|mengundang|undangan|diimbau|"
    r"diharapkan|dimohon|jangan (?:lupa|lewatkan|sampai)|catat tanggal\w*|paling lambat|selambat-lambatnya|"
    r"batas (?:akhir|waktu)|hari terakhir|"
    r"will|join|come|invite[ds]?|invitation|register|registration|deadline|until|do(?:n't| not) miss)\b",
    re.IGNORECASE,
)
_WAS = re.compile(
    r"\b(?:telah|sudah|kemarin|sejak|pernah|lalu|silam|tadi|usai|seusai|setelah|menghadiri|dihadiri|"
    r"terlaksana|dilaksanakan|berlangsung|digelar|diselenggarakan|diadakan|ditutup|diresmikan|dilantik|"
    r"(?:ber|di)?kunjung(?:an)?|mengunjungi|meninjau|meresmikan|membuka|menutup|melantik|menerima|menyerahkan|"
    r"kata|ujar|ucap|tutur|jelas|mengatakan|menyampaikan|menyebut(?:kan)?|menjelaskan|mengungkapkan|"
    r"lahir|wafat|disahkan|ditetapkan|diundangkan|berlaku|bertanggal|tertanggal|nomor|surat edaran|"
    r"was|were|held|since|yesterday|ago|last|said|dated)\b",
    re.IGNORECASE,
)
# Verbs of reports that stand in announcements too, behind a word for what is to come: "akan digelar".
_EITHER = re.compile(
    r"\b(?:akan|bakal|will be)\s+(?:\w+\s+){0,2}?"
    r"(?:dilaksanakan|berlangsung|digelar|diselenggarakan|diadakan|dibuka|ditutup|diresmikan|dilantik|dihadiri|"
    r"menghadiri|berkunjung|kunjungan|mengunjungi|meninjau|meresmikan|membuka|menutup|melantik|menerima|"
    r"menyerahkan|berlaku|held)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\W*(?:hari(?:\s*[/,&]\s*|\s+dan\s+|\s+)tanggal|hari/tgl|hari|tanggal|tgl|waktu|jadwal|pelaksanaan|"
    r"(?:hari )?tanggal pelaksanaan|batas (?:akhir|waktu)|deadline|date|when)\W*",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"\b(?:telah|sudah (?:dilaksanakan|berlangsung|selesai|digelar)|kemarin|menghadiri|dihadiri|usai|"
    r"berlangsung|terlaksana|terima kasih (?:atas|kepada)|was held|took place|attended)\b",
    re.IGNORECASE,
)
# RANAI, 24 November 2026 – …: where and when it was written.
_PLACE = re.compile(r"\W*(?:[\w.’'/-]+[ ,]*){0,4}\W*")
_DASH = re.compile(r"\s*[-–—]+\s")
_END = re.compile(r"[.!?…](?=\s|$)")


def problems_of(post: Post, on: date) -> list[Problem]:
    """A warning for each event in the body of a post that is over on the day it is published."""
    return [
        Problem(
            PAST,
            Severity.WARNING,
            {"words": event.words, "due": on.isoformat()},
            post=post.path,
            file=post.file,
            line=event.line,
        )
        for event in past(post.body, post.lines.get("body", 1), on)
    ]


def past(body: str, line: int, on: date) -> list[Mention]:
    """Dates before `on` of events that the body speaks of as still to come.

    Where a sentence names several dates (`1 November 2026 sampai 30 November 2026`), the last one counts.

    Args:
        line: at which the body begins.
        on: the day it is published, in its own zone.
    """
    found = mentioned(body, line)
    if not any(each.date and each.date < on for each in found):
        return []
    lines = body.split("\n")
    begins = line + body.count("\n", 0, opening(body).start)
    found = [
        each for each in found if each.line >= begins and not _is_dateline(each, lines[each.line - line])
    ]
    reports = bool(_REPORTS.search(body))
    return [
        last
        for sentence, last in _by_sentence(found, lines, line)
        if last.date and last.date < on and _is_to_come(sentence, lines[last.line - line], last, reports)
    ]


def _is_to_come(sentence: str, line: str, mention: Mention, reports: bool) -> bool:
    if _LABEL.fullmatch(line[: mention.start]):
        return not reports
    rest = _EITHER.sub("akan", sentence)
    return bool(_TO_COME.search(rest)) and not _WAS.search(rest)


def _is_dateline(mention: Mention, line: str) -> bool:
    before = line[: mention.start]
    return bool(
        _DASH.match(line, mention.end + line.startswith(")", mention.end))
        and _PLACE.fullmatch(before)
        and not _TO_COME.search(before)
    )


def _by_sentence(found: list[Mention], lines: list[str], first: int) -> Iterator[tuple[str, Mention]]:
    """Each sentence that mentions dates, without them, and its latest date."""
    groups: dict[tuple[int, int], list[Mention]] = {}
    for each in found:
        text = lines[each.line - first]
        ends = [match.end() for match in _END.finditer(text, 0, each.start)]
        groups.setdefault((each.line, ends[-1] if ends else 0), []).append(each)
    for (number, start), mentions in groups.items():
        text = lines[number - first]
        end = _END.search(text, mentions[-1].end)
        sentence = text[start : end.end() if end else len(text)]
        yield sentence, max(mentions, key=lambda each: each.date or date.min)
