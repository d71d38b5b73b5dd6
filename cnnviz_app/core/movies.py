"""Frames as a GIF or MP4 file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz_app.core.atomic import write_bytes
from cnnviz_app.core.errors import UserError

Pixels = npt.NDArray[np.uint8]
ENDINGS = (".gif", ".mp4")
_SHORTEST = 0.02  # seconds: viewers slow a faster GIF down to ten frames a second


def save(path: Path, frames: Sequence[Pixels], fps: float = 24.0) -> Path:
    """Write all frames in the size of the last one; the name's ending decides what."""
    if not frames:
        raise UserError("There are no frames to save.", "Run a technique first.")
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            f"A film must be a GIF or an MP4, not “{path.suffix}”.",
            "Give the file a name that ends in .gif or .mp4.",
        )
    size = (frames[-1].shape[1], frames[-1].shape[0])
    same = [_fitted(frame, size) for frame in frames]
    write_bytes(path, _gif(same, fps) if ending == ".gif" else _mp4(same, fps))
    return path


def _fitted(frame: Pixels, size: tuple[int, int]) -> Pixels:
    """Octaves and scales grow on their way; a film has one size."""
    if (frame.shape[1], frame.shape[0]) == size:
        return frame
    grown = Image.fromarray(frame).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(grown, np.uint8)


def _gif(frames: Sequence[Pixels], fps: float) -> bytes:
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


def _mp4(frames: Sequence[Pixels], fps: float) -> bytes:
    import av  # it brings FFmpeg, which nobody needs before the first film

    height, width = (side + side % 2 for side in frames[0].shape[:2])  # the format wants even sides
    buffer = io.BytesIO()
    with av.open(buffer, "w", "mp4") as container:
        stream = container.add_stream("libx264", rate=round(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "16", "preset": "medium"}
        for frame in frames:
            bottom, right = height - frame.shape[0], width - frame.shape[1]
            even = np.pad(frame, ((0, bottom), (0, right), (0, 0)), mode="edge")
            for packet in stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return buffer.getvalue()
