"""Pictures made ready in batches by a thread of their own, while the network is busy."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.looking import seen_by
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.series import Series

AHEAD = 3


@dataclass(frozen=True)
class Batch:
    """Readable pictures, uint8 N×H×W×3, their numbers and classes; and the others' sentences."""

    pixels: npt.NDArray[np.uint8]
    numbers: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    troubles: tuple[tuple[int, str], ...] = ()


class Loader:
    """Reads ahead a few batches; use it as a context manager, so that its thread ends."""

    def __init__(self, net: Network, series: Series, numbers: Sequence[int], size: int) -> None:
        self._net, self._series = net, series
        self._parts = [numbers[i : i + size] for i in range(0, len(numbers), size)]
        self._ready: queue.Queue[Batch | BaseException | None] = queue.Queue(AHEAD)
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._work, name="population", daemon=True)

    def __enter__(self) -> Loader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leave.set()
        while self._thread.is_alive():
            self._drop()
            self._thread.join(0.02)

    def _drop(self) -> None:
        try:
            self._ready.get_nowait()
        except queue.Empty:
            return

    def next(self, patience: float) -> Batch | None:
        """The next batch, None after the last; queue.Empty when it takes longer than that."""
        found = self._ready.get(timeout=patience)
        if isinstance(found, BaseException):
            raise found
        return found

    def _work(self) -> None:
        try:
            for batch in self._batches():
                self._ready.put(batch)
                if self._leave.is_set():
                    return
            self._ready.put(None)
        except BaseException as error:  # noqa: BLE001 - told to the one who waits for it
            self._ready.put(error)

    def _batches(self) -> Iterator[Batch]:
        spec = self._net.spec
        side = max(spec.height, spec.width)
        for part in self._parts:
            pixels, numbers, troubles = [], [], []
            for number in part:
                if self._leave.is_set():
                    return
                try:
                    drawn = self._series.pixels(number, side)
                except UserError as error:
                    troubles.append((number, error.sentence))
                    continue
                pixels.append(seen_by(self._net, drawn))
                numbers.append(number)
            stack = np.stack(pixels) if pixels else np.zeros((0, side, side, 3), np.uint8)
            labels = np.array([self._series.label(n) for n in numbers], np.int64)
            yield Batch(stack, np.array(numbers, np.int64), labels, tuple(troubles))
