"""The staff guides as pages to print: `make golden` writes them beside their text, one sheet of A4 each."""

from __future__ import annotations

from pathlib import Path

from markdown import markdown

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = {"id/panduan-staf.md": "id", "en/staff-guide.md": "en"}
STYLE = """
@page { size: A4; margin: 11mm }
body { font: 10pt/1.36 'Liberation Sans', Arial, sans-serif; margin: 0 auto; max-width: 188mm; columns: 2 }
body { column-gap: 8mm; color: #111; background: #fff }
h1 { column-span: all; font-size: 18pt; margin: 0 0 2mm }
h1 + p { column-span: all; margin: 0 0 3mm; font-size: 11pt }
h2 { font-size: 12pt; margin: 4mm 0 1.5mm; border-bottom: .4mm solid #1a5fa5; break-after: avoid }
p, ul, table, pre { margin: 0 0 2mm }
ul { padding-left: 4.5mm }
table { border-collapse: collapse; width: 100% }
tr { break-inside: avoid }
td, th { border-bottom: .2mm solid #bbb; padding: .8mm 1mm; text-align: left; vertical-align: top }
code { font: 8.8pt 'Liberation Mono', monospace; background: #eef2f6; padding: 0 .6mm }
pre { background: #eef2f6; padding: 1.8mm 2mm; white-space: pre-wrap; break-inside: avoid }
pre code { padding: 0 }
@media screen { body { padding: 8mm } }
@media screen and (max-width: 700px) { body { columns: 1 } }
""".strip()


def page(name: str) -> str:
    """A guide as one page, complete in itself."""
    text = (DOCS / name).read_text(encoding="utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    body = markdown(text, extensions=["tables", "fenced_code"])
    return (
        f'<!doctype html>\n<html lang="{GUIDES[name]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>\n{STYLE}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def file_of(name: str) -> Path:
    """Where the page of a guide lies."""
    return (DOCS / name).with_suffix(".html")


if __name__ == "__main__":
    for guide in GUIDES:
        file_of(guide).write_text(page(guide), encoding="utf-8")
