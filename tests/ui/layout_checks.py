"""What can be wrong with a window and be seen by a program: overlaps, cut words, blank panels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QDockWidget,
    QLabel,
    QScrollArea,
    QScrollBar,
    QStyleFactory,
    QTabBar,
    QWidget,
)

from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.palette import CommandPalette
from cnnviz_app.ui.sheets import Sheet
from cnnviz_app.ui.start_page import StartPage
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.message_strip import MessageStrip

# They lie over the window on purpose.
FLOATING = (MessageStrip, Sheet, CommandPalette, StartPage)
LEAST_CONTRAST = 3.0
Pixels = npt.NDArray[np.uint8]


def troubles(window: MainWindow, grab: QImage) -> list[str]:
    """A sentence for each thing that a person would be right to complain about."""
    pixels = as_array(grab)
    covered = any(w.isVisible() for kind in FLOATING[1:] for w in window.findChildren(kind))
    found = [*_overlaps(window), *_cut_words(window), *_too_wide(window), *_default_grey(pixels)]
    if not covered:
        found += [*_outside_docks(window), *_blank_docks(window, pixels)]
        found += _faint_words(window, pixels)
    return found


def as_array(image: QImage) -> Pixels:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def _seen(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def _name(widget: QWidget) -> str:
    words = widget.accessibleName() or widget.objectName() or getattr(widget, "text", str)()
    chain = []
    above: QWidget | None = widget.parentWidget()
    while above is not None and not isinstance(above, QDockWidget):
        above = above.parentWidget()
    if above is not None:
        chain.append(above.objectName())
    return "/".join([*chain, f"{type(widget).__name__}“{words}”"])


def _overlaps(window: MainWindow) -> Iterator[str]:
    for parent in [window, *window.findChildren(QWidget)]:
        if not parent.isVisible():
            continue
        children = [
            child for child in parent.findChildren(
                QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
            )
            if not child.isWindow() and _seen(child) and not isinstance(child, FLOATING)
            and not isinstance(child, QScrollBar)
        ]  # fmt: skip
        for i, one in enumerate(children):
            for other in children[i + 1 :]:
                common = one.geometry() & other.geometry()
                if min(common.width(), common.height()) > 2:
                    yield f"{_name(one)} overlaps {_name(other)} by {_size(common)}"


def _size(rect: QRect) -> str:
    return f"{rect.width()} × {rect.height()}"


def _cut_words(window: MainWindow) -> Iterator[str]:
    for widget in window.findChildren(QWidget):
        if not _seen(widget):
            continue
        if isinstance(widget, QLabel) and widget.text():
            if isinstance(widget, Label) and widget._elide:
                if widget.width() < 24:
                    yield f"{_name(widget)} has only {widget.width()} px"
            elif widget.wordWrap():
                needs = widget.heightForWidth(widget.width())
                if needs > widget.height() + 1:
                    yield f"{_name(widget)} needs {needs} px of height, has {widget.height()}"
            elif widget.sizeHint().width() > widget.width() + 1:
                yield f"{_name(widget)} needs {widget.sizeHint().width()} px, has {widget.width()}"
        elif isinstance(widget, QAbstractButton) and widget.text():
            if widget.sizeHint().width() > widget.width() + 1:
                yield f"{_name(widget)} needs {widget.sizeHint().width()} px, has {widget.width()}"
        elif isinstance(widget, QTabBar) and isinstance(widget.parent(), MainWindow):
            needs = sum(widget.tabRect(i).width() for i in range(widget.count()))
            whole = widget.rect().contains(widget.tabRect(widget.currentIndex()))
            if needs > widget.width() + 1 and (widget.count() < 4 or not whole):
                tabs = ", ".join(widget.tabText(i) for i in range(widget.count()))
                yield f"the tabs {tabs} need {needs} px, have {widget.width()}"


def _too_wide(window: MainWindow) -> Iterator[str]:
    """Content cut at the side by an area that does not scroll sideways."""
    for area in window.findChildren(QScrollArea):
        never = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        content = area.widget()
        if never and content is not None and _seen(area):
            over = content.width() - area.viewport().width()
            if over > 1:
                yield f"{_name(content)} is {over} px wider than its place"


def _outside_docks(window: MainWindow) -> Iterator[str]:
    for dock in window.findChildren(QDockWidget):
        if not _seen(dock) or dock.isFloating():
            continue
        if not window.rect().adjusted(-1, -1, 1, 1).contains(dock.geometry()):
            yield f"{dock.objectName()} reaches out of the window"
        if dock.y() < window.header.geometry().bottom() - 1:
            yield f"{dock.objectName()} lies over the header"
        for widget in dock.findChildren(QWidget):
            if not _seen(widget) or widget.isWindow() or _scrolled(widget):
                continue
            place = QRect(widget.mapTo(dock, QPoint(0, 0)), widget.size())
            if not dock.rect().adjusted(-1, -1, 1, 1).contains(place):
                yield f"{_name(widget)} reaches out of its dock: {place.getRect()}"


def _scrolled(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QDockWidget):
        if isinstance(above, QAbstractScrollArea):
            return True
        above = above.parentWidget()
    return False


def _blank_docks(window: MainWindow, pixels: Pixels) -> Iterator[str]:
    for dock in window.findChildren(QDockWidget):
        body = dock.widget()
        if body is None or not _seen(dock) or dock.isFloating():
            continue
        part = _part(window, body, pixels)
        if part.size == 0 or int(np.ptp(part.reshape(-1, 3), axis=0).max()) < 24:
            yield f"{dock.objectName()} is blank"


def _part(window: MainWindow, widget: QWidget, pixels: Pixels) -> Pixels:
    ratio = pixels.shape[1] / window.width()
    corner = widget.mapTo(window, QPoint(0, 0))
    rect = QRect(corner, widget.size()) & window.rect()
    left, top = round(rect.left() * ratio), round(rect.top() * ratio)
    return pixels[top : top + round(rect.height() * ratio),
                  left : left + round(rect.width() * ratio)]  # fmt: skip


def _faint_words(window: MainWindow, pixels: Pixels) -> Iterator[str]:
    strip = window.strip.geometry() if window.strip.isVisible() else QRect()
    for label in window.findChildren(QLabel):
        place = QRect(label.mapTo(window, QPoint(0, 0)), label.size())
        whole = label.visibleRegion().boundingRect() == label.rect()
        if not _seen(label) or not label.text().strip() or not whole or place.intersects(strip):
            continue
        part = _part(window, label, pixels).reshape(-1, 3)
        if not part.size:
            continue
        colours, counts = np.unique(part, axis=0, return_counts=True)
        ground = colours[counts.argmax()]
        best = max(_contrast(ground, colour) for colour in colours)
        if best < LEAST_CONTRAST:
            yield f"{_name(label)} has a contrast of {best:.1f} only"


def _contrast(one: Pixels, other: Pixels) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Pixels) -> float:
    parts = colour.astype(float) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _default_grey(pixels: Pixels) -> Iterator[str]:
    """The ground and the buttons of Qt when nobody chose colours."""
    palette = QStyleFactory.create("Fusion").standardPalette()
    for role in (palette.ColorRole.Window, palette.ColorRole.Button):
        grey = palette.color(role)
        same = (pixels == (grey.red(), grey.green(), grey.blue())).all(axis=2).mean()
        if same > 0.01:
            yield f"{same:.1%} of the window have Qt's own colour {grey.name()}"
