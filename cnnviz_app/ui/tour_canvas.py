"""The stops of the tour where pictures are made: a dream, the wall, a painting and its regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QItemSelectionModel

from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.panels.canvas import CanvasPanel
from cnnviz_app.ui.panels.results import Results
from cnnviz_app.ui.panels.wall import WallPanel
from cnnviz_app.ui.smoke import settle, wait_until


class CanvasStops:
    """A `quick` tour paints for a moment only."""

    def __init__(self, window: MainWindow, quick: bool) -> None:
        self._window, self._quick = window, quick
        self._runs = window.desk.runs

    def stops(self) -> Iterator[tuple[str, Callable[[], None]]]:
        yield "dream-running", self._dream
        yield "dream-finished", self._finished
        for panel in ("objective", "results", "jobs"):
            yield f"dream-{panel}", partial(self._panel, panel)
        yield "dream-wall", self._wall
        yield "dream-two-runs", self._two_runs
        yield "dream-ladder", self._ladder
        yield "dream-two-results", self._two_results
        yield "style-empty", self._style
        for panel in ("inputs", "technique"):
            yield f"style-{panel}", partial(self._panel, panel)
        yield "style-finished", self._paint
        for view in ("wipe", "regions"):
            yield f"style-{view}", partial(self._view, view)
        yield "style-part", self._part

    def _panel(self, panel: str) -> None:
        self._window.desk.view.update(one=False, overlay=False)
        self._window.show_panel(panel)
        settle(0.4)

    def _dream(self) -> None:
        self._window.desk.state.comparison.release()
        self._window.desk.edits.clear()
        self._window.show_workspace("dream")
        runs = self._runs
        runs.choose("feature-vis")
        runs.set_values({"steps": 24 if self._quick else 64})
        runs.dream_selection()
        enough = 2 if self._quick else 8
        wait_until(lambda: len(runs.timeline.frames) > enough or runs.outcome is not None, 60)

    def _finished(self) -> None:
        wait_until(lambda: self._runs.status not in ("running", "paused"), 120)

    def _wall(self) -> None:
        self._panel("wall")
        wall = self._window.yard.docks["wall"].panel
        assert isinstance(wall, WallPanel)
        self._runs.set_values({"steps": 8 if self._quick else 64, "size": 64})
        wall.start()
        settle(2.0 if self._quick else 20.0)
        wall.stop()

    def _two_runs(self) -> None:
        """The same again, smoother, wiped against the first."""
        self._runs.set_values({"tv": 3.0})
        self._runs.start()
        self._finished()
        self._runs.compare_with(self._runs.sittings[-2].current)
        settle(0.3)

    def _ladder(self) -> None:
        self._runs.choose("inversion-ladder")
        quick = {"steps": 2, "layers": "conv1, relu5, fc"}
        self._runs.set_values(quick if self._quick else {"steps": 60})
        self._runs.start()
        self._finished()
        settle(0.5)

    def _two_results(self) -> None:
        """The first and the last of what was kept."""
        self._panel("results")
        gallery = self._window.yard.docks["results"].panel
        assert isinstance(gallery, Results)
        wait_until(lambda: gallery.list.rows.rowCount() > 1, 10)
        select = gallery.list.selectionModel().select
        for row in (gallery.list.rows.rowCount() - 1, 0):
            place = gallery.list.rows.index(row, 0)
            select(place, QItemSelectionModel.SelectionFlag.Select)
        gallery.compare(*gallery.list.chosen()[:2])
        settle(0.3)

    def _part(self) -> None:
        """What is taken of the first painting."""
        self._runs.parts_asked.emit()
        canvas = self._window.yard.docks["canvas"].panel
        assert isinstance(canvas, CanvasPanel)
        painter = canvas.stage.regions.painter
        cells = painter.cells
        rows, columns = cells.shape
        cells[:] = 0
        cells[rows // 5 : rows // 2, columns // 4 : -columns // 4] = 1
        painter.set_mask(cells)
        settle(0.3)

    def _style(self) -> None:
        self._window.show_workspace("style")
        settle(0.3)

    def _paint(self) -> None:
        """Two paintings in one."""
        size, steps = (96, 6) if self._quick else (360, 150)
        styles = "builtin:starry, builtin:waves"
        self._runs.set_values({"size": size, "steps": steps, "style": styles})
        self._panel("objective")
        self._runs.start()
        self._finished()

    def _view(self, view: str) -> None:
        canvas = self._window.yard.docks["canvas"].panel
        assert isinstance(canvas, CanvasPanel)
        canvas.head.set_view(view)
        settle(0.3)
