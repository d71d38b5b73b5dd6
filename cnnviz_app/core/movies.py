"""Frames as a GIF or MP4 file."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz_app.core.atomic import write_bytes
from cnnviz_app.core.errors import UserError

Pixels = npt.NDArray[np.uint8]
ENDINGS = (".gif", ".mp4")
_SHORTEST = 0.02  # seconds: viewers slow a faster GIF down to ten frames a second


Tick = Callable[[int], None]


def save(
    path: Path, frames: Sequence[Pixels], fps: float = 24.0, tick: Tick | None = None
) -> Path:
    """Write all frames in the size of the last one; the name's ending decides what.

    `tick` hears how many frames are done, and may stop it all by raising: nothing is written then.
    """
    if not frames:
        raise UserError("There are no frames to save.", "Run a technique first.")
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            f"A film must be a GIF or an MP4, not “{path.suffix}”.",
            "Give the file a name that ends in .gif or .mp4.",
        )
    size = (frames[-1].shape[1], frames[-1].shape[0])
    same = _counted([_fitted(frame, size) for frame in frames], tick)
    write_bytes(path, _gif(same, fps) if ending == ".gif" else _mp4(same, fps))
    return path


def _counted(frames: Sequence[Pixels], tick: Tick | None) -> Iterator[Pixels]:
    for number, frame in enumerate(frames):
        yield frame
        if tick is not None:
            tick(number + 1)


def _fitted(frame: Pixels, size: tuple[int, int]) -> Pixels:
    """Octaves and scales grow on their way; a film has one size."""
    if (frame.shape[1], frame.shape[0]) == size:
        return frame
    grown = Image.fromarray(frame).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(grown, np.uint8)


def _gif(frames: Iterable[Pixels], fps: float) -> bytes:
    each = max(1 / fps, _SHORTEST)
    pictures = [
        Image.fromarray(frame).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        for frame in frames
    ]
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, "GIF", save_all=True, append_images=pictures[1:], loop=0,
        duration=round(each * 1000), optimize=False,
    )  # fmt: skip
    return buffer.getvalue()


def _mp4(frames: Iterable[Pixels], fps: float) -> bytes:
    import av  # it brings FFmpeg, which nobody needs before the first film

    buffer = io.BytesIO()
    frames = iter(frames)
    first = next(frames)
    height, width = (side + side % 2 for side in first.shape[:2])  # the format wants even sides
    with av.open(buffer, "w", "mp4") as container:
        stream = container.add_stream("libx264", rate=round(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "16", "preset": "medium"}
        for frame in itertools.chain([first], frames):
            bottom, right = height - frame.shape[0], width - frame.shape[1]
            even = np.pad(frame, ((0, bottom), (0, right), (0, 0)), mode="edge")
            for packet in stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return buffer.getvalue()
