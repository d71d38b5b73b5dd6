"""The architecture graph under the hand: look around, open blocks, select layers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.nets.graph_drawing import Box
from cnnviz_app.nets.graph_folds import Fold
from cnnviz_app.ui.panels._graph_camera import Camera
from cnnviz_app.ui.panels._graph_paint import caret_of, paint_marks, rectangle
from cnnviz_app.ui.panels._graph_scene import GraphScene
from cnnviz_app.ui.panels._graph_still import Still
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import PaintedWidget, focus_ring, painter_for

STEP = 1.25
# A first look keeps the words readable, also when not all of a network fits then.
READABLE = 0.85
KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
        Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}  # fmt: skip


class GraphView(PaintedWidget):
    """Signals: `chosen` a box's fold was clicked; `toggled` a block's id; `hovered` a `Box`
    or None; `zoomed` the zoom changed."""

    chosen = Signal(object)
    toggled = Signal(str)
    hovered = Signal(object)
    zoomed = Signal(float)

    def __init__(self, scene: GraphScene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene = scene
        self.camera = Camera()
        self._still = Still()
        self._pressed: QPointF | None = None
        self._dragged = False
        self._moved = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setAccessibleName("Architecture graph")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the panel asks

    def show_new(self) -> None:
        """Another network: look at its beginning, or at all of it."""
        self._moved = False
        self.changed()
        self._first_look()

    def changed(self) -> None:
        """The drawing or its colours changed."""
        self._still.forget()
        self._keep_near()
        self.update()

    def fit(self) -> None:
        self._moved = True
        bounds = self._bounds()
        self._set_zoom(self.camera.fit_zoom(bounds, self._screen()))
        self.camera.centre(bounds.center(), self._screen())
        self.update()

    def zoom_step(self, steps: float, at: QPointF | None = None) -> None:
        self._moved = True
        self.camera.zoom_by(STEP**steps, at or QRectF(self.rect()).center())
        self._keep_near()
        self.zoomed.emit(self.camera.zoom)
        self.update()

    def show_box(self, id: str) -> None:
        box = self.box(id)
        if box is not None:
            self.camera.show(rectangle(box.rect), self._screen(), px(40))
            self.update()

    def hold(self, id: str, at: QPointF | None) -> None:
        """After a new layout: a box stays where it was on the screen."""
        self._moved = True
        box = self.box(id)
        if box is not None and at is not None:
            self.camera.place = rectangle(box.rect).topLeft() - at / self.camera.zoom
        self.changed()

    def corner(self, id: str) -> QPointF | None:
        """Where a box begins on the screen."""
        box = self.box(id)
        return self.camera.to_screen(rectangle(box.rect).topLeft()) if box is not None else None

    def box(self, id: str) -> Box | None:
        return self.scene.drawing.box(id)

    def place_of(self, id: str) -> QRect:
        """A box on the screen."""
        box = self.box(id)
        if box is None:
            return QRect()
        rect = rectangle(box.rect)
        return QRectF(
            self.camera.to_screen(rect.topLeft()), self.camera.to_screen(rect.bottomRight())
        ).toRect()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(80))

    # ---- geometry

    def _screen(self) -> QSizeF:
        return QSizeF(self.size())

    def _bounds(self) -> QRectF:
        return rectangle(self.scene.drawing.bounds)

    def _set_zoom(self, zoom: float) -> None:
        self.camera.zoom = zoom
        self.zoomed.emit(zoom)

    def _keep_near(self) -> None:
        self.camera.keep_near(self._bounds(), self._screen())

    def _first_look(self) -> None:
        zoom = self.camera.fit_zoom(self._bounds(), self._screen())
        self._set_zoom(max(zoom, READABLE))
        self.camera.place = self._bounds().topLeft()
        self._keep_near()
        self.show_box(self.scene.selected)
        self.update()

    def _at(self, where: QPointF) -> Box | None:
        """The box there; else the innermost open block whose title or ground it is."""
        x, y = self.camera.to_drawing(where).toTuple()
        found = self.scene.drawing.boxes_in(x, y, x, y)
        return found[-1] if found else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._still.forget()
        if self._moved:
            self._keep_near()
        else:
            self._first_look()

    def restyle(self) -> None:
        self._still.forget()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        self._still.show(self.scene, self.camera, self.size(), self.devicePixelRatioF())
        painter = painter_for(self)
        painter.drawPixmap(0, 0, self._still.pixmap)
        self._still.aim(painter)
        paint_marks(painter, self.scene, self.camera.zoom)
        painter.resetTransform()
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(6))

    # ---- hands

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        sideways = event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or (sideways and not steps):
            self._pan(QPointF((event.angleDelta().y() + sideways) * 0.5, 0))
        elif steps:
            self.zoom_step(steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            moved = event.position() - self._pressed
            if self._dragged or moved.manhattanLength() > 4:
                self._dragged = True
                self._pressed = event.position()
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._hover(None)
                self._pan(moved)
            return
        self._hover(self._at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and not self._dragged
        self._pressed = None
        self.unsetCursor()
        box = self._at(event.position())
        if not clicked or box is None or event.button() != Qt.MouseButton.LeftButton:
            return
        on_caret = caret_of(box).contains(self.camera.to_drawing(event.position()))
        if box.fold.is_block and on_caret:
            self.toggled.emit(box.fold.id)
        else:
            self.chosen.emit(box.fold)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        box = self._at(event.position())
        caret = box is not None and caret_of(box).contains(
            self.camera.to_drawing(event.position())
        )
        if caret:
            self.mousePressEvent(event)  # two quick clicks on the mark are two clicks
        elif box is not None and box.fold.is_block:
            self.toggled.emit(box.fold.id)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _hover(self, box: Box | None) -> None:
        id = box.fold.id if box is not None else ""
        if id != self.scene.hovered:
            self.scene.hovered = id
            plain = box is None or box.frame
            self.setCursor(
                Qt.CursorShape.ArrowCursor if plain else Qt.CursorShape.PointingHandCursor
            )
            self.hovered.emit(box)
            self.update()

    def _pan(self, by: QPointF) -> None:
        self._moved = True
        self.camera.place -= by / self.camera.zoom
        self._keep_near()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        selected: Fold | None = self.scene.index.by_id.get(self.scene.selected)
        if key in KEYS:
            dx, dy = KEYS[key]
            self._pan(QPointF(-dx * px(60), -dy * px(60)))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_step(1)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom_step(-1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and selected is not None:
            if selected.is_block:
                self.toggled.emit(selected.id)
        else:
            super().keyPressEvent(event)
