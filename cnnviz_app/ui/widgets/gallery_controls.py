"""The first page of the gallery: every control in its states."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from cnnviz_app.ui.theme import color, px, theme

from . import gallery_data as data
from .base import PaintedWidget, fill_round, outline, painter_for, text
from .buttons import Button
from .chip import Chip, KeyCap
from .class_bars import Bar, ClassBars
from .colour_bar import ColourBar
from .combo import ComboBox
from .empty_state import EmptyState
from .gallery_frame import focus, hover, island, row
from .jobs_pill import JobsPill
from .labels import Label, SectionLabel
from .message_strip import Message, MessageCard
from .parameter_row import ParameterRow
from .picture_drop import PictureDrop
from .run_bar import RunBar
from .segmented import Segmented
from .slider import SliderField
from .tile_grid import TileGrid
from .toggle import Toggle


def buttons() -> QWidget:
    column = QVBoxLayout()
    column.setSpacing(px(14))
    make = Button
    column.addLayout(row(make("Run", "primary", "play"), hover(make("Hover", "primary")),
                         focus(make("Focus", "primary"))))  # fmt: skip
    column.addLayout(row(make("Save picture", "normal", "save"), hover(make("Hover")),
                         focus(make("Focus"))))  # fmt: skip
    disabled = make("Disabled", "ghost")
    disabled.setEnabled(False)
    column.addLayout(row(make("Ghost", "ghost"), hover(make("Hover", "ghost")), disabled))
    budget = Segmented([("5", "5 s"), ("15", "15 s"), ("full", "Full")], 1)
    column.addLayout(row(budget, Toggle("on", True), Toggle("off"), gap=14))
    chips = row(Chip("inception_4c", icon="layer"), Chip("unit 230", "unit"), KeyCap("Ctrl K"))
    column.addLayout(chips)
    column.addStretch(1)
    return island("Buttons and chips", column)


def _octaves(value: float) -> SliderField:
    return SliderField(value, (1, 8), integer=True, noun="octaves")


def parameters() -> QWidget:
    column = QVBoxLayout()
    column.setSpacing(0)
    default = ParameterRow("Default", _octaves(4))
    changed = ParameterRow("Changed", _octaves(5))
    changed.set_changed(True)
    focused = ParameterRow("Focus", SliderField(1.4, (1.0, 2.2)))
    focused.setObjectName("takesFocus")
    wrong = _octaves(4)
    wrong.type_value(12)
    choice = ComboBox([("all", "All, squared response"), ("one", "One channel")], "all")
    rows = (default, changed, focused, ParameterRow("Out of range", wrong),
            ParameterRow("Choice", choice), ParameterRow("Picture", PictureDrop()))  # fmt: skip
    for line in rows:
        column.addWidget(line)
    column.addStretch(1)
    return island("Parameter rows", column)


class _Tiles(QWidget):
    """Five tiles in five states, each a small grid of its own."""

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(4))
        values = data.maps(30, 14)
        states = (("rest", 3), ("hover", 3), ("selected", 8), ("silent", 28), ("pinned", 12))
        for words, unit in states:
            grid = TileGrid(round(72 * theme().scale / 100))
            grid.set_maps(values)
            grid.set_order([unit])
            grid.set_captions([words] * 30)
            grid.setFixedSize(px(86), px(110))
            if words == "selected":
                grid.set_selected(unit)
            if words == "pinned":
                grid.set_pinned({unit})
            if words == "hover":
                grid.show_hover(unit)
            line.addWidget(grid)
        line.addStretch(1)


def tiles() -> QWidget:
    column = QVBoxLayout()
    column.addWidget(_Tiles())
    bars = QHBoxLayout()
    for words, bar in (
        ("sequential: tide", ColourBar("tide", 0, 217)),
        ("signed: poles, zero fixed", ColourBar("poles", -0.09, 0.09)),
    ):
        pair = QVBoxLayout()
        pair.setSpacing(px(3))
        pair.addWidget(SectionLabel(words))
        pair.addWidget(bar)
        bars.addLayout(pair, 1)
    bars.setSpacing(px(16))
    column.addLayout(bars)
    column.addStretch(1)
    return island("Tiles and colour bars", column)


def class_bars() -> QWidget:
    bars = ClassBars(3)
    bars.set_bars([Bar("Egyptian Mau", 0.411), Bar("tiger cat", 0.365), Bar("tabby cat", 0.147)])
    column = QVBoxLayout()
    column.addWidget(bars)
    column.addStretch(1)
    return island("Class bars", column, "softmax", "pin")


def messages() -> QWidget:
    column = QVBoxLayout()
    column.setSpacing(px(8))
    shown = (
        Message("info", "Downloading ResNet-50, 41 of 98 MB",
                "About 20 s left. You can go on working.", "Pause"),
        Message("ok", "Saved dream_0007.png", "It carries its recipe: drop it here to replay.",
                "Show file"),
        Message("warn", "Not enough memory for 3840 × 2160 in one piece",
                "Using tiles of 512 px instead. The picture is the same."),
        Message("err", "This file holds weights of another network",
                "It has 1 000 outputs and no inception layers; it looks like ResNet-18.",
                "Open as ResNet-18"),
    )  # fmt: skip
    for message in shown:
        column.addWidget(MessageCard(message))
    column.addStretch(1)
    return island("Message strip", column)


def empty() -> QWidget:
    column = QVBoxLayout()
    column.addWidget(EmptyState(
        "chart", "No population yet", "Choose a folder of pictures to see what this unit prefers.",
        (("builtin", "Use the built-in 1 000"), ("folder", "Choose folder…")),
    ))  # fmt: skip
    return island("Empty panel", column)


def run_and_jobs() -> QWidget:
    column = QVBoxLayout()
    column.setSpacing(px(10))
    busy, idle, failed = JobsPill(), JobsPill(), JobsPill()
    busy.set_running(2, 0.62, 9)
    failed.set_error("1 failed")
    column.addLayout(row(busy, idle, failed))
    bar = RunBar()
    bar.set_state("running")
    bar.budget.set_index(2)
    bar.set_progress(0.9, "step 36", "of 40  octave 4, step 6 of 10", "9 s left")
    done = RunBar()
    done.set_state("finished", can_continue=True)
    done.set_status("finished, 640 steps in 1 min 43 s", "ok", "ok")
    column.addWidget(bar)
    column.addWidget(done)
    column.addStretch(1)
    return island("Run bar and jobs", column)


def type_roles() -> QWidget:
    column = QVBoxLayout()
    column.setSpacing(px(4))
    column.addWidget(Label("hero 30", "hero"))
    column.addWidget(Label("display 20", "display"))
    column.addLayout(row(
        Label("title 15", "title"), Label("strong 13", "strong"), Label("body 13"),
        Label("caption 12", "caption", "t2"), Label("inception_4a:230@5,4", "mono", "t2"), gap=12,
    ))  # fmt: skip
    column.addStretch(1)
    return island("Type", column)


class _Swatches(PaintedWidget):
    NAMES = ("bg0", "bg1", "bg2", "bg3", "bg4", "line", "line2", "t3", "t2", "t1", "accent", "sel",
             "ok", "warn", "err")  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(px(92))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        gap = px(6)
        wide = (self.width() + gap) / len(self.NAMES) - gap
        centre = Qt.AlignmentFlag.AlignHCenter
        for i, name in enumerate(self.NAMES):
            box = QRectF(i * (wide + gap), 0, wide, px(46))
            fill_round(painter, box, px(6), color(name))
            outline(painter, box, px(6), color("line2"))
            line = QRectF(box.left(), box.bottom() + px(3), wide, px(18))
            text(painter, line, name, "strong", "t1", centre, weight=500)
            line.translate(0, px(17))
            text(painter, line, str(getattr(theme().tokens, name)), "micro", "t2", centre)


def colours() -> QWidget:
    column = QVBoxLayout()
    column.addWidget(_Swatches())
    column.addStretch(1)
    return island("Colours", column)


