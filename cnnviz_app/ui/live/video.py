"""A video file, over and over."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame, QVideoSink

from cnnviz_app.ui.live.feed import Feed


class VideoFeed(Feed):
    """Plays without sound at the file's own speed and starts again at its end."""

    icon = "film"

    def __init__(self, path: Path) -> None:
        super().__init__(path.name)
        self._path = path
        self._player = QMediaPlayer(self)
        self._sink = QVideoSink(self)
        self._player.setVideoSink(self._sink)
        self._player.setLoops(QMediaPlayer.Loops.Infinite.value)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._player.errorOccurred.connect(self._on_error)
        self._player.mediaStatusChanged.connect(self._on_status)

    def start(self) -> None:
        if not self._path.is_file():
            self._break("does not exist")
            return
        self._player.setSource(QUrl.fromLocalFile(str(self._path.absolute())))
        self._player.play()

    def hold(self, held: bool) -> None:
        if held:
            self._player.pause()
        else:
            self._player.play()

    def stop(self) -> None:
        self._sink.videoFrameChanged.disconnect(self._on_frame)
        self._player.errorOccurred.disconnect(self._on_error)
        self._player.mediaStatusChanged.disconnect(self._on_status)
        self._player.stop()
        self._player.setSource(QUrl())

    def _on_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self.arrived.emit(frame.toImage())

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == QMediaPlayer.MediaStatus.LoadedMedia and not self._player.hasVideo():
            self._break("holds no moving pictures")

    def _on_error(self, *_: object) -> None:
        self._break("cannot be read as a video")

    def _break(self, why: str) -> None:
        self.broke.emit(f"{self._path.name} {why}.", "Choose another file, for example an MP4.")
