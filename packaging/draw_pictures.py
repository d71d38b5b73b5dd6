"""Draws the built-in paintings and textures once, as files that travel in resources/pictures."""

from __future__ import annotations

import io
import time

from PIL import Image

from cnnviz_app import paths
from cnnviz_app.core.atomic import write_bytes
from cnnviz_app.sources import worlds
from cnnviz_app.sources.builtin import DRAWN_ONCE


def main() -> None:
    folder = paths.resource(DRAWN_ONCE)
    folder.mkdir(exist_ok=True)
    for name, _title, make in worlds.gallery():
        if name not in worlds.PAINTINGS and name not in worlds.TEXTURES:
            continue
        began = time.perf_counter()
        buffer = io.BytesIO()
        Image.fromarray(make()).save(buffer, "JPEG", quality=92, subsampling=0)
        write_bytes(folder / f"{name}.jpg", buffer.getvalue())
        took = time.perf_counter() - began
        print(f"{name}: {len(buffer.getvalue()) // 1024} kB in {took:.1f} s")


if __name__ == "__main__":
    main()
