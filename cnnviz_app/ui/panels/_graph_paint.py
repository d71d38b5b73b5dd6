"""The architecture graph, painted: frames, wires, boxes, shapes; only what the picture shows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from cnnviz_app.core import colormaps
from cnnviz_app.nets.graph_drawing import Box, Rect, Wire
from cnnviz_app.nets.graph_folds import Fold
from cnnviz_app.ui.panels import _graph_words as words
from cnnviz_app.ui.panels._graph_scene import GraphScene
from cnnviz_app.ui.theme import color, font, px, theme
from cnnviz_app.ui.widgets.base import fill_round, icon_at, outline, text, text_width

# Words smaller than this on the screen are left out: nobody reads them, and they take long.
LEAST_TEXT = 5.5
# Bends are drawn as such while they can be told from straight lines.
LEAST_CURVE = 0.16
DARK, LIGHT = QColor("#0D0E10"), QColor("#FFFFFF")


def fill_of(scene: GraphScene, one: Fold, highest: float) -> QColor | None:
    """The colour a box has for what it is coloured by; None for the ordinary one."""
    if not scene.coloured or highest <= 0:
        return None
    share = scene.value(one) / highest
    return QColor(*colormaps.colour_at("tide", share, theme().is_dark))


def ink_on(ground: QColor) -> QColor:
    """Black or white, whichever is read better."""
    return DARK if _luminance(ground) > 0.19 else LIGHT


def _luminance(colour: QColor) -> float:
    def linear(level: float) -> float:
        return level / 12.92 if level <= 0.04045 else float(((level + 0.055) / 1.055) ** 2.4)

    red, green, blue = linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rectangle(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)


def caret_of(box: Box) -> QRectF:
    """Where a click opens or folds a block."""
    rect, side = rectangle(box.rect), px(words.CARET)
    if box.frame:
        return QRectF(rect.x() + px(4), rect.y() + px(5), side, side)
    return QRectF(rect.right() - side - px(4), rect.center().y() - side / 2, side, side)


def paint(painter: QPainter, scene: GraphScene, seen: QRectF, zoom: float) -> None:
    """Everything that `seen`, in the drawing's own lengths, holds a part of."""
    readable = px(13) * zoom >= LEAST_TEXT
    highest = scene.highest() if scene.coloured else 0.0
    shown = scene.drawing.boxes_in(seen.left(), seen.top(), seen.right(), seen.bottom())
    for frame in shown:
        if frame.frame:
            _paint_frame(painter, frame, readable)
    _paint_wires(painter, scene, seen, zoom)
    for box in shown:
        if not box.frame:
            _paint_box(painter, scene, box, fill_of(scene, box.fold, highest), readable)
    if readable and px(11) * zoom >= LEAST_TEXT:
        _paint_labels(painter, scene, seen)


def _paint_frame(painter: QPainter, frame: Box, readable: bool) -> None:
    rect = rectangle(frame.rect)
    fill_round(painter, rect, px(8), color("bg2" if frame.depth % 2 == 0 else "bg1"))
    outline(painter, rect, px(8), color("line2"))
    if not readable:
        return
    icon_at(painter, "down", caret_of(frame).center(), 13)
    wide = text_width(frame.fold.name, "strong") + px(2)
    line = QRectF(rect.x() + px(4 + words.CARET), rect.y() + px(4), wide, px(20))
    text(painter, line, frame.fold.name, "strong", "t2")


def _paint_box(
    painter: QPainter, scene: GraphScene, box: Box, fill: QColor | None, readable: bool
) -> None:
    rect, one = rectangle(box.rect), box.fold
    small = words.is_small(one)
    radius = px(6) if not small else px(5)
    line = color("line2" if not small else "line")
    if one.is_block:
        # A second card below says that there is more inside.
        under = rect.translated(px(3), px(3))
        fill_round(painter, under, radius, color("bg1"))
        outline(painter, under, radius, line)
    fill_round(painter, rect, radius, fill or color("bg3"))
    outline(painter, rect, radius, line)
    if readable:
        ink = None if fill is None else ink_on(fill)
        (_words_small if small else _words_large)(painter, scene, box, ink)


def _words_small(
    painter: QPainter, scene: GraphScene, box: Box, ink: QColor | None
) -> None:
    rect = rectangle(box.rect)
    first, below = words.title(box.fold, scene.known), words.second(box.fold, scene.known)
    wide = text_width(first, "caption", 500)
    both = wide + (px(7) + text_width(below, "caption") if below else 0)
    left = rect.center().x() - both / 2
    _line(painter, QRectF(left, rect.y(), wide + px(2), rect.height()), first, "caption",
          ink or color("t1"))  # fmt: skip
    if below:
        rest = QRectF(left + wide + px(7), rect.y(), both - wide, rect.height())
        _line(painter, rest, below, "caption", ink or color("t3"))


def _words_large(painter: QPainter, scene: GraphScene, box: Box, ink: QColor | None) -> None:
    rect, one = rectangle(box.rect), box.fold
    first, below = words.title(one, scene.known), words.second(one, scene.known)
    selected = scene.selected == one.id
    caret = px(words.CARET) if one.is_block else 0
    inside = rect.adjusted(px(words.PAD), px(4), -px(words.PAD) - caret, -px(4))
    half = inside.height() / 2
    centre = Qt.AlignmentFlag.AlignLeft if one.is_block else Qt.AlignmentFlag.AlignHCenter
    top = QRectF(inside.x(), inside.y(), inside.width(), half if below else inside.height())
    strong = ink or color("sel_t" if selected else "t1")
    _line(painter, top, first, "strong", strong, centre)
    if below:
        rest = QRectF(inside.x(), inside.y() + half, inside.width(), half)
        _line(painter, rest, below, "caption", ink or color("t2"), centre)
    if one.is_block:
        if ink is None:
            icon_at(painter, "right", caret_of(box).center(), 13)
        else:
            _caret(painter, caret_of(box).center(), ink)


def _caret(painter: QPainter, at: QPointF, ink: QColor) -> None:
    """The opening mark in an ink that no token has."""
    painter.setPen(QPen(ink, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y, size = at.x(), at.y(), px(3)
    painter.drawPolyline(
        QPolygonF([QPointF(x - size / 2, y - size), QPointF(x + size / 2, y),
                   QPointF(x - size / 2, y + size)])
    )  # fmt: skip


def _line(
    painter: QPainter, box: QRectF, what: str, role: str, ink: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:  # fmt: skip
    painter.setFont(font(role))
    painter.setPen(ink)
    flags = int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
                | Qt.TextFlag.TextDontClip)  # fmt: skip
    painter.drawText(box, flags, what)


# ---- wires


def path_of(wire: Wire, curved: bool = True) -> QPainterPath:
    """A piece of a wire; its S leaves and enters in the direction of the flow."""
    path = QPainterPath(QPointF(*wire.start))
    (bx, by), (ex, ey) = wire.bend, wire.bent
    path.lineTo(bx, by)
    if not curved or (bx == ex and wire.start[0] == bx) or (by == ey and wire.start[1] == by):
        path.lineTo(ex, ey)
    elif bx == wire.start[0]:
        middle = (by + ey) / 2
        path.cubicTo(bx, middle, ex, middle, ex, ey)
    else:
        middle = (bx + ex) / 2
        path.cubicTo(middle, by, middle, ey, ex, ey)
    path.lineTo(*wire.end)
    return path


def arrow_of(wire: Wire, vertical: bool) -> QPolygonF:
    x, y = wire.end
    long, half = px(6), px(3.2)
    if vertical:
        return QPolygonF([QPointF(x, y), QPointF(x - half, y - long), QPointF(x + half, y - long)])
    return QPolygonF([QPointF(x, y), QPointF(x - long, y - half), QPointF(x - long, y + half)])


def _paint_wires(painter: QPainter, scene: GraphScene, seen: QRectF, zoom: float) -> None:
    ink, curved = color("t3"), zoom >= LEAST_CURVE
    path, arrows = QPainterPath(), QPainterPath()
    arrows.setFillRule(Qt.FillRule.WindingFill)  # else two heads in one place make a hole
    for wire in scene.drawing.wires_in(seen.left(), seen.top(), seen.right(), seen.bottom()):
        path.addPath(path_of(wire, curved))
        if wire.head and curved:
            arrows.addPolygon(arrow_of(wire, scene.drawing.vertical))
    pen = QPen(ink, max(1.2, 0.6 / zoom))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawPath(arrows)


def touching(scene: GraphScene, box: str) -> list[Wire]:
    """The wires that leave or enter a box."""
    return [wire for wire in scene.drawing.wires if box in (wire.source, wire.head)]


def paint_marks(painter: QPainter, scene: GraphScene, zoom: float) -> None:
    """What changes under the pointer and with the selection: rings, and the wires of a box."""
    if scene.hovered:
        painter.setPen(QPen(color("t1"), max(1.8, 1.0 / zoom)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire in touching(scene, scene.hovered):
            painter.drawPath(path_of(wire))
    thin = max(1.0, 1.0 / zoom)
    selected = scene.drawing.box(scene.selected)
    if selected is not None:
        ring = 2.5 * thin * theme().tokens.focus_width / 2
        out = ring + thin
        outline(painter, rectangle(selected.rect).adjusted(-out, -out, out, out), px(8),
                color("sel"), ring)  # fmt: skip
    hit = scene.drawing.box(scene.shown_hit())
    if hit is not None:
        out = 6 * thin
        outline(painter, rectangle(hit.rect).adjusted(-out, -out, out, out), px(10),
                color("accent"), 2.0 * thin)  # fmt: skip
    hovered = scene.drawing.box(scene.hovered)
    if hovered is not None and not hovered.frame:
        outline(painter, rectangle(hovered.rect), px(6), color("t1"), 1.5 * thin)


def _paint_labels(painter: QPainter, scene: GraphScene, seen: QRectF) -> None:
    around = seen.adjusted(-px(120), -px(30), px(120), px(30))
    for label in scene.drawing.labels:
        if around.contains(label.x, label.y):
            for box, line, align in label_boxes(label.lines, label.x, label.y,
                                                scene.drawing.vertical):  # fmt: skip
                _line(painter, box, line, "micro", color("t2"), align)


def label_boxes(
    lines: tuple[str, ...], x: float, y: float, vertical: bool
) -> list[tuple[QRectF, str, Qt.AlignmentFlag]]:
    """Right of a wire that goes down; above and below one that goes right."""
    left, tall = Qt.AlignmentFlag.AlignLeft, px(15)
    wide = max(text_width(line, "micro") for line in lines) + px(2)
    if vertical:
        return [(QRectF(x + px(7), y + px(3) + i * tall, wide, tall), line, left)
                for i, line in enumerate(lines)]  # fmt: skip
    return [(QRectF(x + px(6), y - tall - px(1) if i == 0 else y + px(1), wide, tall), line, left)
            for i, line in enumerate(lines)]  # fmt: skip
