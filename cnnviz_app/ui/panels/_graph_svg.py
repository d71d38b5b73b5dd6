"""The architecture graph as files: SVG with real text, PNG as it is painted."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainterPath

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.graph_drawing import Box
from cnnviz_app.ui.panels import _graph_words as words
from cnnviz_app.ui.panels._graph_paint import (
    arrow_of,
    fill_of,
    ink_on,
    label_boxes,
    paint,
    paint_marks,
    path_of,
    rectangle,
)
from cnnviz_app.ui.panels._graph_scene import GraphScene
from cnnviz_app.ui.theme import color, font, px
from cnnviz_app.ui.widgets.base import painter_for, text_width

# A picture this large opens everywhere; a larger graph is made smaller.
MOST_SIDE, MOST_PIXELS = 16_000.0, 80e6


def png(scene: GraphScene) -> bytes:
    """The whole drawing at twice its size, or as large as a picture can be."""
    bounds = rectangle(scene.drawing.bounds)
    wide, tall = bounds.width(), bounds.height()
    zoom = min(2.0, MOST_SIDE / max(wide, tall), (MOST_PIXELS / (wide * tall)) ** 0.5)
    image = QImage(max(1, round(wide * zoom)), max(1, round(tall * zoom)),
                   QImage.Format.Format_RGB32)  # fmt: skip
    image.fill(color("bg1"))
    painter = painter_for(image)
    painter.scale(zoom, zoom)
    paint(painter, scene, bounds, zoom)
    hovered, scene.hovered = scene.hovered, ""
    paint_marks(painter, scene, zoom)
    scene.hovered = hovered
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # the stubs want bytes, which PySide itself refuses
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise UserError("The graph is too large for a picture.",
                        hint="Fold some blocks, or save it as SVG.")  # fmt: skip
    return bytes(buffer.data().data())


def svg(scene: GraphScene) -> str:
    """The whole drawing, every word as text."""
    bounds = scene.drawing.bounds
    family = quoteattr(", ".join([*font("body").families(), "sans-serif"]))
    title = scene.facts.title if scene.facts is not None else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{bounds.width:.0f}" '
        f'height="{bounds.height:.0f}" viewBox="0 0 {bounds.width:.1f} {bounds.height:.1f}" '
        f"font-family={family}>",
        f"<title>{escape(title)}</title>",
        f'<rect width="{bounds.width:.1f}" height="{bounds.height:.1f}" '
        f'fill="{_hex(color("bg1"))}"/>',
        *_frames(scene), *_wires(scene), *_boxes(scene), *_labels(scene),
        "</svg>",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _frames(scene: GraphScene) -> Iterator[str]:
    for frame in scene.drawing.frames:
        ground = color("bg2" if frame.depth % 2 == 0 else "bg1")
        yield _rect(rectangle(frame.rect), px(8), ground, _edge(scene, frame, "line2"))
        x, y = frame.rect.x + px(10), frame.rect.y + px(19)
        yield _text(x, y, frame.fold.name, font("strong"), color("t2"))


def _wires(scene: GraphScene) -> Iterator[str]:
    ink = _hex(color("t3"))
    yield f'<g fill="none" stroke="{ink}" stroke-width="1.2">'
    for wire in scene.drawing.wires:
        yield f'<path d="{_path(path_of(wire))}"/>'
    yield f'</g><g fill="{ink}">'
    for wire in scene.drawing.wires:
        if wire.head:
            corners = arrow_of(wire, scene.drawing.vertical).toList()
            points = " ".join(f"{p.x():.1f},{p.y():.1f}" for p in corners)
            yield f'<polygon points="{points}"/>'
    yield "</g>"


def _boxes(scene: GraphScene) -> Iterator[str]:
    highest = scene.highest() if scene.coloured else 0.0
    for box in scene.drawing.boxes:
        one, rect = box.fold, rectangle(box.rect)
        fill = fill_of(scene, one, highest)
        small = words.is_small(one)
        edge = "line" if small else "line2"
        radius = px(5 if small else 6)
        if one.is_block:
            yield _rect(rect.translated(px(3), px(3)), radius, color("bg1"), color(edge))
        yield _rect(rect, radius, fill or color("bg3"), _edge(scene, box, edge))
        yield from _words(scene, box, None if fill is None else ink_on(fill))


def _words(scene: GraphScene, box: Box, ink: QColor | None) -> Iterator[str]:
    one, rect = box.fold, rectangle(box.rect)
    first, below = words.title(one, scene.known), words.second(one, scene.known)
    x, middle = rect.center().x(), rect.center().y()
    if words.is_small(one):
        wide = text_width(first, "caption", 500)
        both = wide + (px(7) + text_width(below, "caption") if below else 0)
        y = middle + px(4)
        yield _text(x - both / 2, y, first, font("caption", 500), ink or color("t1"))
        if below:
            left = x - both / 2 + wide + px(7)
            yield _text(left, y, below, font("caption"), ink or color("t3"))
        return
    anchor = "start" if one.is_block else "middle"
    x = rect.x() + px(words.PAD) if one.is_block else x
    strong = ink or color("sel_t" if scene.selected == one.id else "t1")
    yield _text(x, middle - px(4) if below else middle + px(5), first, font("strong"), strong,
                anchor)  # fmt: skip
    if below:
        yield _text(x, middle + px(13), below, font("caption"), ink or color("t2"), anchor)


def _labels(scene: GraphScene) -> Iterator[str]:
    for label in scene.drawing.labels:
        for box, line, _ in label_boxes(label.lines, label.x, label.y, scene.drawing.vertical):
            yield _text(box.x(), box.center().y() + px(4), line, font("micro"), color("t2"))


def _edge(scene: GraphScene, box: Box, plain: str) -> QColor:
    return color("sel" if scene.selected == box.fold.id else plain)


def _rect(rect: QRectF, radius: float, fill: QColor, line: QColor) -> str:
    wide = 2.5 if line == color("sel") else 1
    return (
        f'<rect x="{rect.x():.1f}" y="{rect.y():.1f}" width="{rect.width():.1f}" '
        f'height="{rect.height():.1f}" rx="{radius}" fill="{_hex(fill)}" '
        f'stroke="{_hex(line)}" stroke-width="{wide}"/>'
    )


def _text(
    x: float, y: float, what: str, face: QFont, ink: QColor, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{face.pixelSize()}" '
        f'font-weight="{int(face.weight())}" fill="{_hex(ink)}" text-anchor="{anchor}">'
        f"{escape(what)}</text>"
    )


def _path(path: QPainterPath) -> str:
    kinds = QPainterPath.ElementType
    parts, place = [], 0
    while place < path.elementCount():
        element = path.elementAt(place)
        if element.type == kinds.CurveToElement:
            points = [path.elementAt(place + i) for i in range(3)]
            parts.append("C" + " ".join(f"{p.x:.1f},{p.y:.1f}" for p in points))
            place += 3
            continue
        sign = "M" if element.type == kinds.MoveToElement else "L"
        parts.append(f"{sign}{element.x:.1f},{element.y:.1f}")
        place += 1
    return "".join(parts)


def _hex(colour: QColor) -> str:
    return colour.name(QColor.NameFormat.HexRgb)


