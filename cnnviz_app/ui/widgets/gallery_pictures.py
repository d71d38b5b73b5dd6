"""The second page of the gallery: pictures, grids and plots."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QHBoxLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cnnviz_app.ui.theme import px

from . import gallery_data as data
from .filmstrip import Filmstrip
from .gallery_frame import island
from .histogram import Histogram
from .labels import Label, SectionLabel
from .line_plot import LinePlot
from .picture_view import PictureView
from .tile_grid import TileGrid
from .views import dress


def picture() -> QWidget:
    view = PictureView(name="Picture")
    view.set_picture(data.photo())
    view.set_boxes((20, 40, 159, 179), (83, 103, 99, 119), "RF 139 px")
    column = QVBoxLayout()
    column.addWidget(view)
    return island("Picture", column, "300 × 300")


def wipe() -> QWidget:
    frames = data.frames()
    view = PictureView(name="Canvas")
    view.set_picture(frames[-1][1])
    view.set_before(frames[0][1])
    view.set_wipe(True, 0.4)
    view.set_tags("original", "step 38")
    view.set_progress(0.6)
    column = QVBoxLayout()
    column.addWidget(view)
    return island("Wipe", column)


def grid() -> QWidget:
    tiles_ = TileGrid(36)
    tiles_.set_maps(data.maps(300, 14))
    tiles_.set_selected(77)
    tiles_.set_pinned({5})
    tiles_.setObjectName("showsCard")
    column = QVBoxLayout()
    column.addWidget(tiles_)
    return island("Tile grid", column, "300 units  14 × 14")


def kernels() -> QWidget:
    tiles_ = TileGrid(76, noun="kernel")
    tiles_.set_maps(data.kernels(24, 7), signed=True)
    tiles_.set_selected(4)
    column = QVBoxLayout()
    column.addWidget(tiles_)
    return island("Kernels", column, "signed")


def inspector() -> QWidget:
    column = QVBoxLayout()
    column.setSpacing(px(6))
    heading = QHBoxLayout()
    heading.addWidget(SectionLabel("Over 1 000 pictures"), 1)
    heading.addWidget(Label("stronger than on 99.1 % of them", "caption", "t2"))
    column.addLayout(heading)
    histogram = Histogram()
    histogram.set_counts(data.distribution(), 0, 260)
    histogram.set_now(217, "now 217")
    column.addWidget(histogram)
    tree = QTreeWidget()
    dress(tree)
    tree.setHeaderLabels(["Layer", "Shape", "Parameters"])
    for name, shape, count in (("conv1", "64 × 112 × 112", "9 408"),
                               ("inception_4a", "512 × 14 × 14", "376 176")):  # fmt: skip
        item = QTreeWidgetItem([name, shape, count])
        item.addChild(QTreeWidgetItem([name + ".relu", shape, "0"]))
        tree.addTopLevelItem(item)
        tree.setCurrentItem(item)
    tree.expandAll()
    tree.resizeColumnToContents(0)
    tree.resizeColumnToContents(1)
    column.addWidget(tree, 1)
    return island("Distribution, tree", column)


def plots() -> QWidget:
    plot = LinePlot(legend=True)
    xs, ys = data.objective()
    plot.set_curve("RMS response", xs, ys)
    plot.set_current("RMS response", xs[-1], ys[-1])
    plot.set_bands([(10, 20), (30, 40)])
    plot.set_x_range(0, 40)
    for i in range(3):
        plot.add_curve(f"{i + 1}_1", 0.36 + 0.28 * i)
        plot.set_curve(f"{i + 1}_1", xs, [y * (0.8 - 0.2 * i) for y in ys])
    column = QVBoxLayout()
    column.addWidget(plot)
    return island("Objective", column)


def filmstrip() -> QWidget:
    strip = Filmstrip()
    strip.set_frames(data.frames(), 46)
    strip.set_position(30)
    strip.set_branches([20])
    strip.set_bands([(0, "octave 1   328 × 259"), (10, "octave 2   459 × 363"),
                     (20, "octave 3   643 × 509"), (30, "octave 4   900 × 712")])  # fmt: skip
    column = QVBoxLayout()
    column.addWidget(strip)
    column.addStretch(1)
    return island("Filmstrip", column)


