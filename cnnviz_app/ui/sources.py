"""Where the current picture comes from: built-in, a file, a folder, the clipboard, a drawing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources import builtin
from cnnviz_app.sources.folder import Folder
from cnnviz_app.sources.picture import Picture, open_picture
from cnnviz_app.ui.messages import Messages
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.state import AppState


class PictureSource(QObject):
    """Sets the state's picture; every way in ends in `show`.

    Signals:
        folder_changed: a folder was opened (its path) or left ("").
    """

    folder_changed = Signal(str)

    def __init__(
        self, state: AppState, settings: Settings, messages: Messages, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._settings = settings
        self._messages = messages
        self._folder: Folder | None = None

    @property
    def folder(self) -> Folder | None:
        return self._folder

    def show(self, picture: Picture) -> None:
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
        if origin and not origin.startswith("builtin:") and Path(origin).is_file():
            self.open_path(Path(origin))
        if self._state.picture is None:
            name = origin.removeprefix("builtin:")
            names = builtin.names()
            self.show_builtin(name if name in names else names[0])

    def open_path(self, path: Path) -> None:
        """A picture or a folder of pictures; anything else gets a sentence."""
        try:
            if path.is_dir():
                self._open_folder(path)
                return
            picture = open_picture(path)
        except (UserError, OSError) as error:
            self._messages.complain(error)
            return
        self._leave_folder()
        self.show(picture)

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
            try:
                self.show(self._folder.step(by))
            except UserError as error:
                self._messages.complain(error)
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

    def _open_folder(self, path: Path) -> None:
        folder = Folder(path)
        self.show(folder.current())
        self._folder = folder
        self._settings.update(folder=str(path))
        self.folder_changed.emit(str(path))

    def _leave_folder(self) -> None:
        if self._folder is not None:
            self._folder = None
            self.folder_changed.emit("")


def _pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
