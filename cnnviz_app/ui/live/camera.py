"""Cameras of this machine, through Qt Multimedia."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtMultimedia import (
    QCamera,
    QCameraDevice,
    QMediaCaptureSession,
    QMediaDevices,
    QVideoFrame,
    QVideoSink,
)

from cnnviz_app.ui.live.feed import Feed

NO_CAMERA = ("No camera was found.", "Connect one and try again, or open a video file.")
_ENOUGH = 480  # lines: networks look at a few hundred pixels, a lecture hall does not see more


def cameras() -> list[QCameraDevice]:
    """The cameras that are connected now, the system's favourite first."""
    found = list(QMediaDevices.videoInputs())
    favourite = QMediaDevices.defaultVideoInput()
    return sorted(found, key=lambda device: device.id() != favourite.id())


class CameraFeed(Feed):
    """One camera at about 480 lines, shown as a mirror."""

    mirrors = True

    def __init__(self, device: QCameraDevice) -> None:
        super().__init__(device.description() or "Camera")
        self._camera = QCamera(device, self)
        self._session = QMediaCaptureSession(self)
        self._sink = QVideoSink(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._camera.errorOccurred.connect(self._on_error)
        formats = device.videoFormats()
        if formats:
            self._camera.setCameraFormat(
                min(formats, key=lambda f: (abs(f.resolution().height() - _ENOUGH),
                                            -f.maxFrameRate()))
            )  # fmt: skip

    def start(self) -> None:
        if _may_look(self):
            self._camera.start()

    def stop(self) -> None:
        self._sink.videoFrameChanged.disconnect(self._on_frame)
        self._camera.stop()

    def go(self, allowed: bool) -> None:
        if allowed:
            self._camera.start()
        else:
            self.broke.emit(
                "This system does not let CNNViz use the camera.",
                "Allow it in the system's privacy settings, then try again.",
            )

    def _on_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self.arrived.emit(frame.toImage())

    def _on_error(self, error: QCamera.Error, words: str) -> None:
        if error != QCamera.Error.NoError:
            self.broke.emit(f"The camera stopped ({words or 'no reason given'}).",
                            "Check its cable and whether another program uses it.")  # fmt: skip


def _may_look(feed: CameraFeed) -> bool:
    """Whether the system allows it already; where it must be asked, `go` gets the answer."""
    from PySide6.QtCore import QCameraPermission

    app = QCoreApplication.instance()
    assert app is not None
    wish = QCameraPermission()
    status = app.checkPermission(wish)
    if status == Qt.PermissionStatus.Granted:
        return True
    if status == Qt.PermissionStatus.Undetermined:
        app.requestPermission(
            wish, feed,
            lambda answer: feed.go(answer.status() == Qt.PermissionStatus.Granted),
        )  # fmt: skip
    else:
        feed.go(False)
    return False
