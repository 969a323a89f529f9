"""How long a clip takes that keeps its frames: copied or packed anew, beside a bare loop of PyAV."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.measure import Figure, in_turns, ratio
from connectors.contract import Media
from publisher.media.store import MediaStore
from publisher.recipe import PLAIN
from publisher.recipe_clips import RepackRecipe

ROUNDS = 3
SECONDS, FPS, SIZE = 60, 30, (1080, 1920)


def figures() -> list[Figure]:
    """A minute of 1080p at 8 Mbit/s: as a clip that fits goes out, and as one in a MOV becomes an MP4."""
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder:
        fits, mov = Path(folder) / "klip.mp4", Path(folder) / "klip.mov"
        _film(fits)
        _bare(fits, mov)
        copied, packed, bare = in_turns(
            ROUNDS,
            _ours(Path(folder) / "store", fits, PLAIN),
            _ours(Path(folder) / "store", mov, RepackRecipe().steps),
            _timed(lambda: _bare(mov, Path(folder) / "bare.mp4")),
        )
        what = f"{fits.stat().st_size / 1e6:.0f} MB, {SECONDS} s of 1080p"
    yardstick = "a bare loop of PyAV"
    return [
        Figure("a clip that fits, to the file to send", min(copied), 1, "s", what),
        ratio("a clip that fits, to the file to send", 3, copied, bare, yardstick),
        Figure("a clip packed anew", min(packed), 1, "s", what),
        ratio("a clip packed anew", 4, packed, bare, yardstick),
    ]


def _timed(run: Callable[[], None]) -> Callable[[], float]:
    def timed() -> float:
        started = time.perf_counter()
        run()
        return time.perf_counter() - started

    return timed


def _ours(store: Path, clip: Path, steps: tuple[str, ...]) -> Callable[[], float]:
    """From the source in the store to the file that is sent, which is there only once it is on the disk."""
    kept = MediaStore(store)
    source = sha256(clip.read_bytes()).hexdigest()
    kept.keep(clip, source)
    media = Media(source, steps, "")

    def run() -> None:
        kept.path(media)

    timed = _timed(run)

    def anew() -> float:
        taken = timed()
        kept.path(media).unlink()
        return taken

    return anew


def _bare(source: Path, target: Path) -> None:
    """The least that any program does: packets in, packets out, the index moved to the front."""
    import av

    with (
        av.open(str(source)) as given,
        av.open(str(target), "w", options={"movflags": "faststart"}) as made,
    ):
        streams: Any = {one.index: made.add_stream_from_template(one) for one in given.streams}
        for packet in given.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                made.mux(packet)


def _film(path: Path) -> None:
    """A second of noise, encoded once and repeated: a minute that weighs what a telephone's does."""
    import av

    with av.open(str(path), "w", options={"movflags": "faststart"}) as made:
        video: Any = made.add_stream("libx264", rate=FPS)
        video.width, video.height = SIZE
        video.pix_fmt, video.bit_rate, video.gop_size = "yuv420p", 8_000_000, FPS
        video.options = {"preset": "ultrafast", "bf": "0"}
        grain = random.Random(1)
        packets: list[Any] = []
        for _ in range(FPS):
            frame = av.VideoFrame(*SIZE, "yuv420p")
            grey = frame.planes[0]
            busy = grain.randbytes(4096) * (grey.buffer_size // 16384)
            grey.update(busy + bytes(grey.buffer_size - len(busy)))
            for colour in frame.planes[1:]:
                colour.update(b"\x80" * colour.buffer_size)
            packets += video.encode(frame)
        packets += video.encode(None)
        once = [(bytes(packet), packet.is_keyframe) for packet in packets]
        for number in range(SECONDS * FPS):
            data, key = once[number % FPS]
            packet: Any = av.Packet(data)
            packet.stream, packet.is_keyframe = video, key
            packet.pts = packet.dts = number
            packet.time_base = Fraction(1, FPS)
            made.mux(packet)
