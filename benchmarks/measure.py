"""Timing of whole processes, ours and the yardstick's in turns, so that a busy machine slows both."""

from __future__ import annotations

import os
import pty
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_OF_SHELLS = ("PYTHONDONTWRITEBYTECODE", "NO_COLOR", "TMUX", "STY", "TERM_PROGRAM")
PUBLISHER = [str(Path(sys.executable).with_name("publisher"))]


@dataclass(frozen=True)
class Figure:
    """One measured figure and the most it may be.

    Attributes:
        unit: `×` for a ratio, `ms` for milliseconds.
        measured: what the figure was made of, for the reader.
    """

    name: str
    value: float
    bound: float
    unit: str
    measured: str

    @property
    def kept(self) -> bool:
        """Whether the bound is kept."""
        return self.value <= self.bound


def ratio(name: str, bound: float, ours: Sequence[float], theirs: Sequence[float], yardstick: str) -> Figure:
    """Our best by the yardstick's best: whatever else the machine does only adds to a run."""
    mine, other = min(ours), min(theirs)
    measured = f"{mine * 1000:.0f} ms : {other * 1000:.0f} ms for {yardstick}"
    return Figure(name, mine / other, bound, "×", measured)


def in_turns(rounds: int, *runs: Callable[[], float]) -> list[list[float]]:
    """Run each in turn, `rounds` times, after one round that warms the caches and is not counted."""
    for run in runs:
        run()
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for taken, run in zip(times, runs, strict=True):
            taken.append(run())
    return times


def process(command: Sequence[str], *, ok: tuple[int, ...] = (0,), **environment: str) -> float:
    """Wall seconds of one process.

    Raises:
        RuntimeError: it ended with a code not in `ok`.
    """
    # Compiled modules are kept, as wherever the program is installed, whatever the shell around us says:
    # without them every run would compile ours anew, and the yardstick's never, which pip has compiled.
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env={**around, **environment}, check=False)
    taken = time.perf_counter() - started
    if done.returncode not in ok:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return taken


def terminal(command: Sequence[str], **environment: str) -> float:
    """Wall seconds of one process that writes to a terminal, until it has been read to its end.

    Raises:
        RuntimeError: it did not end with 0.
    """
    around = {name: value for name, value in os.environ.items() if name not in _OF_SHELLS}
    ours, its = pty.openpty()
    said = bytearray()
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=its, stdout=its, stderr=its, env={**around, **environment}, close_fds=True
    ) as child:
        os.close(its)
        with suppress(OSError):  # how Linux says that nobody writes any more
            while more := os.read(ours, 65536):
                said += more
    taken = time.perf_counter() - started
    os.close(ours)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}:\n{said.decode()}")
    return taken


def python(code: str) -> list[str]:
    """The command for a line of Python, in the interpreter that runs us."""
    return [sys.executable, "-c", code]


def own_cpu() -> float:
    """CPU seconds of this process so far, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
