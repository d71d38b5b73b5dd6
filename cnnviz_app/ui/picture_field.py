"""The form's editor for pictures: drop a file, or choose a built-in one or a file."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QFileDialog, QMenu, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.core import references
from cnnviz_app.core.errors import UserError
from cnnviz_app.sources import builtin
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import to_qimage
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.picture_drop import PictureDrop

PAINTINGS_FIRST = ("Paintings", "Textures", "Photographs")
_THUMB = 96
_ICON = 28


class PictureField(QWidget):
    """One picture, or a column of them with a free place at its end.

    Signals:
        edited: the new value as text, as `core.references` writes it.
        paint_asked: it should be painted by hand.
    """

    edited = Signal(str)
    paint_asked = Signal()

    def __init__(self, value: str, *, several: bool, name: str, paint: str = "") -> None:
        super().__init__()
        self._several = several
        self._name = name
        self._references: list[str] = []
        self._drops: list[PictureDrop] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(4))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        if paint:
            brush = Button(paint, "normal", "style")
            brush.clicked.connect(self.paint_asked)
            self._column.addWidget(brush)
        self.set_value(value)

    @property
    def value(self) -> str:
        if self._several:
            return references.join(self._references)
        return self._references[0] if self._references else ""

    def set_value(self, value: str) -> None:
        """Show these pictures without telling anyone."""
        text = value.strip()
        found = list(references.split(text)) if self._several else [text] if text else []
        if found != self._references or not self._drops:
            self._references = found
            self._show()

    def _show(self) -> None:
        places = len(self._references) + 1 if self._several else 1
        while len(self._drops) < places:
            self._drops.append(self._make_drop(len(self._drops)))
        while len(self._drops) > places:
            gone = self._drops.pop()
            gone.hide()
            self._column.removeWidget(gone)
            gone.deleteLater()
        for drop, reference in itertools.zip_longest(self._drops, self._references[:places]):
            drop.set_picture(thumbnail(reference) if reference else None, title(reference or ""))
        self.updateGeometry()

    def _make_drop(self, place: int) -> PictureDrop:
        drop = PictureDrop("Drop or choose a picture")
        drop.setAccessibleName(f"{self._name} {place + 1}" if place else self._name)
        drop.clicked.connect(lambda: self._offer(place))
        drop.cleared.connect(lambda: self._put(place, ()))
        drop.dropped.connect(lambda paths: self._put(place, paths))
        self._column.insertWidget(place, drop)
        return drop

    def _put(self, place: int, names: list[str] | tuple[str, ...]) -> None:
        """These in the place of the one that is there."""
        changed = [*self._references[:place], *names, *self._references[place + 1 :]]
        self._references = changed if self._several else changed[:1]
        self._show()
        self.edited.emit(self.value)

    def _offer(self, place: int) -> None:
        menu = self.menu(place)
        drop = self._drops[place]
        menu.popup(drop.mapToGlobal(drop.rect().bottomLeft()))

    def menu(self, place: int) -> QMenu:
        """Built-in pictures by group, and the way to a file."""
        # Paintings come first: most of the pictures chosen here are styles.
        return picture_menu(self, lambda name: self._put(place, (name,)), PAINTINGS_FIRST)


def picture_menu(parent: QWidget, put: Callable[[str], None], groups: Sequence[str]) -> QMenu:
    """Built-in pictures by group, and the way to a file; `put` gets the one that is chosen."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def ask() -> None:
        name, _ = QFileDialog.getOpenFileName(parent, "Open a picture")
        if name:
            put(name)

    menu.addAction("From a file\u2026", ask)
    menu.addSeparator()
    for group in groups:
        part = menu.addMenu(group)
        part.aboutToShow.connect(partial(_fill, part, group, put))
    return menu


def _fill(part: QMenu, group: str, put: Callable[[str], None]) -> None:
    if part.actions():
        return
    for entry in builtin.entries():
        if entry.group == group:
            image = to_qimage(builtin.thumbnail(entry.id, px(_ICON)))
            action = part.addAction(QIcon(QPixmap.fromImage(image)), entry.title)
            action.triggered.connect(lambda _=False, name=f"builtin:{entry.id}": put(name))


def title(reference: str) -> str:
    """What people call it: a built-in picture's title, a file's name."""
    if not references.is_builtin(reference):
        return Path(reference.replace("\\", "/")).name
    try:
        return builtin.title(reference)
    except UserError:
        return reference


def thumbnail(reference: str, side: int = _THUMB) -> npt.NDArray[np.uint8]:
    """A small picture at once; one that cannot be read is grey, and told when it is used."""
    if references.is_builtin(reference):
        try:
            return builtin.thumbnail(reference, side)
        except UserError:
            return _unknown()
    reader = QImageReader(reference)
    # A picture kept from a recipe has the name it had there, whatever its form is now.
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    full = reader.size()
    if full.isValid():
        # The decoder makes a JPEG small on its way: a large photograph must not stop the window.
        reader.setScaledSize(full.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return _unknown() if image.isNull() else _pixels(image)


def _unknown() -> npt.NDArray[np.uint8]:
    return np.full((8, 8, 3), 128, np.uint8)


def _pixels(image: QImage) -> npt.NDArray[np.uint8]:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
