"""Where the current picture comes from: built-in, a file, a folder, the clipboard, a drawing."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.requests import Opened, OpenInFolder, OpenPicture
from cnnviz_app.sources import builtin
from cnnviz_app.sources.folder import Folder
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.engine_client import EngineClient, Ticket
from cnnviz_app.ui.messages import Messages
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.state import AppState


class PictureSource(QObject):
    """Sets the state's picture; every way in ends in `show`.

    Files are read in the engine; what cannot be read is told there, in the message strip, and
    the present picture stays.

    Signals:
        folder_changed: a folder was opened (its path) or left ("").
        recipe_opened: `(recipe, path)` of a result that should be made again.
    """

    folder_changed = Signal(str)
    recipe_opened = Signal(object, object)

    def __init__(
        self,
        state: AppState,
        engine: EngineClient,
        settings: Settings,
        messages: Messages,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._engine = engine
        self._settings = settings
        self._messages = messages
        self._folder: Folder | None = None
        self._place = 0  # in the folder: the picture shown, or the one being read
        self._reading: Ticket | None = None

    @property
    def folder(self) -> Folder | None:
        return self._folder

    def show(self, picture: Picture) -> None:
        self._stop_reading()
        for note in picture.notes:
            self._messages.info(note)
        self._state.set_picture(picture)
        self._settings.update(picture=picture.origin)

    def show_builtin(self, name: str) -> None:
        try:
            picture = builtin.load(name)
        except UserError as error:
            self._messages.complain(error)
            return
        self._leave_folder()
        self.show(picture)

    def show_first(self, origin: str) -> None:
        """The picture of the last run when it is still there, else the first built-in one."""
        name = origin.removeprefix("builtin:")
        if name == origin and origin and os.path.isfile(origin):
            path = Path(origin)
            self._read(OpenPicture(path), path).failed.connect(self._show_any)
        else:
            names = builtin.names()
            self.show_builtin(name if name in names else names[0])

    def open_path(self, path: Path, *, recipes: bool = False) -> None:
        """A picture or a folder of pictures; anything else gets a sentence.

        With `recipes` a result of ours is not shown but handed on, to be made again.
        """
        self._read(OpenPicture(path, recipes), path)

    def paste(self) -> None:
        """The clipboard's picture, or the file it names."""
        data = QGuiApplication.clipboard().mimeData()
        if data is not None and data.hasImage():
            self.show_image(QGuiApplication.clipboard().image(), "Clipboard")
            return
        urls = data.urls() if data is not None else []
        if urls and urls[0].isLocalFile():
            self.open_path(Path(urls[0].toLocalFile()))
            return
        self._messages.info("There is no picture on the clipboard.", "Copy one, then paste again.")

    def walk(self, by: int) -> None:
        """The next or previous picture of the folder, or of the built-in ones."""
        if self._folder is not None:
            self._place = (self._place + by) % len(self._folder)
            direction = -1 if by < 0 else 1
            request = OpenInFolder(self._folder, self._place, direction)
            self._read(request, self._folder.files[self._place])
            return
        names = builtin.names()
        origin = self._state.picture.origin if self._state.picture is not None else ""
        current = origin.removeprefix("builtin:")
        place = names.index(current) + by if current in names else 0
        self.show_builtin(names[place % len(names)])

    def show_image(self, image: object, name: str) -> None:
        """A picture that came as a QImage: dropped from a browser, drawn on the pad."""
        if isinstance(image, QImage) and not image.isNull():
            self.show(Picture(name, _pixels(image), ""))
        else:
            self._messages.error("That could not be read as a picture.", "Drop a picture file.")

    def _read(self, request: OpenPicture | OpenInFolder, path: Path) -> Ticket:
        ticket = self._engine.ask(
            request, slot="open-picture", urgent=True, title=f"Open {path.name}"
        )
        self._reading = ticket
        ticket.finished.connect(lambda opened: self._on_opened(ticket, opened, path))
        return ticket

    def _stop_reading(self) -> None:
        """Another picture was chosen meanwhile: the late one is not shown."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _on_opened(self, ticket: Ticket, opened: Opened, path: Path) -> None:
        if ticket is not self._reading:
            return
        self._reading = None
        if opened.recipe is not None:
            self.recipe_opened.emit(opened.recipe, path)
            return
        if opened.folder is None:
            self._leave_folder()
        elif opened.folder is not self._folder:
            self._folder = opened.folder
            self._settings.update(folder=str(path))
            self.folder_changed.emit(str(path))
        if self._folder is not None:
            self._place = self._folder.position
        if opened.picture is not None:
            self.show(opened.picture)

    def _show_any(self, *_: object) -> None:
        if self._state.picture is None:
            self.show_builtin(builtin.names()[0])

    def _leave_folder(self) -> None:
        if self._folder is not None:
            self._folder = None
            self.folder_changed.emit("")


def _pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
