"""`python -m benchmarks [NAME…]`: prints each figure with its bound, ends with 1 if a bound is broken."""

from __future__ import annotations

import sys

from benchmarks import check_plan, clips, delivery_cpu, help, picture_memory, pictures, preview, upload
from benchmarks.measure import Figure

ALL = {
    "help": help.figures,
    "preview": preview.figures,
    "check_plan": check_plan.figures,
    "delivery_cpu": delivery_cpu.figures,
    "clips": clips.figures,
    "pictures": pictures.figures,
    "picture_memory": picture_memory.figures,
    "upload": upload.figures,
}


def main(names: list[str]) -> int:
    """Run what is named, or everything."""
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    kept = True
    for name in names or ALL:
        for figure in ALL[name]():
            print(line(figure), flush=True)
            kept = kept and figure.kept
    return 0 if kept else 1


def line(figure: Figure) -> str:
    """A figure as a line of the table."""
    mark = "ok    " if figure.kept else "BROKEN"
    return (
        f"{mark} {figure.name:<46} {figure.value:7.2f} {figure.unit:<2} "
        f"≤ {figure.bound:g} {figure.unit:<2}  ({figure.measured})"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
