"""Where everything of a network's graph is drawn: block by block, from the inside out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from cnnviz_app.nets.graph_drawing import (
    Box,
    Drawing,
    Label,
    Measures,
    Rect,
    Wire,
    shape_lines,
)
from cnnviz_app.nets.graph_folds import Fold, leaf_folds
from cnnviz_app.nets.graph_layers import Level, Link, Vertex
from cnnviz_app.nets.graph_showing import stands_for

# Of a wire: how far it goes straight before it bends, how much room the least and the largest bend
# take, and what there is where nothing bends and in any case.
STUB, LEAST_BEND, MOST_BEND, STRAIGHT, LEAST_GAP = 6.0, 20.0, 52.0, 10.0, 18.0
PAD = 14.0


def lay_out(root: Fold, opened: Collection[str], measures: Measures, vertical: bool) -> Drawing:
    """The drawing of a tree with those of its blocks open."""
    return _Layout(root, frozenset(opened) | {root.id}, measures, vertical).drawing()


@dataclass
class _Room:
    """An open block while it is laid out: what is in it and who is connected."""

    fold: Fold
    links: dict[tuple[str, str, str], None] = field(default_factory=dict)
    layers: list[list[Vertex]] = field(default_factory=list)
    level: Level = field(default_factory=lambda: Level([], []))
    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    length: float = 0.0
    before: float = 0.0
    after: float = 0.0
    entries: dict[str, Vertex] = field(default_factory=dict)
    exits: dict[str, Vertex] = field(default_factory=dict)


class _Layout:
    def __init__(
        self, root: Fold, opened: frozenset[str], measures: Measures, vertical: bool
    ) -> None:
        self._root, self._opened = root, opened
        self._measures, self._vertical = measures, vertical
        self._rooms: dict[str, _Room] = {}
        self._folds: dict[str, Fold] = {}
        self._shapes: dict[str, dict[tuple[int, ...], None]] = {}
        self._drawing = Drawing(vertical)

    def drawing(self) -> Drawing:
        self._make_rooms(self._root)
        self._connect()
        self._lay(self._root)
        room = self._rooms[self._root.id]
        self._draw(room, PAD, PAD + room.before, 0)
        self._drawing.bounds = self._rect(
            0, 0, room.length + 2 * PAD, room.before + room.after + 2 * PAD
        )
        return self._drawing

    def _make_rooms(self, fold: Fold) -> None:
        self._folds[fold.id] = fold
        if fold.is_block and fold.id in self._opened:
            self._rooms[fold.id] = _Room(fold)
            for child in fold.children:
                self._make_rooms(child)

    # ---- who is connected to whom, room by room

    def _connect(self) -> None:
        leaves = list(leaf_folds(self._root))
        shown = {leaf.id: stands_for(leaf, self._opened) for leaf in leaves}
        shapes = {node.name: node.shape for node in self._root.leaves()}
        for leaf in leaves:
            assert leaf.node is not None
            head = shown[leaf.id]
            for source in leaf.node.inputs:
                tail = shown.get(source)
                if tail is not None and tail is not head:
                    self._join(tail, head)
                    self._shapes.setdefault(tail.id, {})[shapes[source]] = None

    def _join(self, tail: Fold, head: Fold) -> None:
        """One link in every room that the wire passes, by doors where it leaves or enters one."""
        ways_out, ways_in = list(tail.above()), list(head.above())
        while ways_out and ways_in and ways_out[-1] is ways_in[-1]:
            common = ways_out.pop()
            ways_in.pop()
        key, at, to = tail.id, tail.id, head.id
        for room in ways_out:
            self._rooms[room.id].links[(at, ">", key)] = None
            at = room.id
        for room in ways_in:
            self._rooms[room.id].links[("<", to, key)] = None
            to = room.id
        self._rooms[common.id].links[(at, to, key)] = None

    # ---- sizes and places inside a room

    def _lay(self, fold: Fold) -> None:
        room = self._rooms[fold.id]
        vertices: dict[str, Vertex] = {}
        for child in fold.children:
            vertices[child.id] = self._vertex(child)
        links = []
        for tail_id, head_id, key in room.links:
            tail = vertices.get(tail_id) or _door(room.entries, key)
            head = vertices.get(head_id) or _door(room.exits, key)
            links.append(
                Link(key, tail, head, self._door_at(tail_id, key, out=True),
                     self._door_at(head_id, key, out=False))
            )  # fmt: skip
        room.level = Level(
            list(vertices.values()), links, list(room.entries.values()), list(room.exits.values())
        )
        room.layers = room.level.arrange()
        self._measure_across(room)
        self._measure_along(room)

    def _vertex(self, child: Fold) -> Vertex:
        if child.id in self._rooms:
            self._lay(child)
            inner = self._rooms[child.id]
            return Vertex(child.id, inner.length, inner.before, inner.after, child.operators)
        width, height = self._measures.box(child)
        if not self._vertical:
            return Vertex(child.id, width, height / 2, height / 2, child.operators)
        # The words beside a wire that goes down keep their room from passing wires.
        label = self._measures.label(self._lines(child.id))[0]
        return Vertex(child.id, height, width / 2, max(width / 2, label), child.operators)

    def _door_at(self, child: str, key: str, *, out: bool) -> float:
        inner = self._rooms.get(child)
        if inner is None:
            return 0.0
        return (inner.exits if out else inner.entries)[key].across

    def _measure_across(self, room: _Room) -> None:
        everything = [vertex for layer in room.layers for vertex in layer]
        before = max((vertex.before - vertex.across for vertex in everything), default=0.0)
        after = max((vertex.after + vertex.across for vertex in everything), default=0.0)
        if room.fold is self._root:
            room.before, room.after = before, after
            return
        width, height = self._measures.head(room.fold)
        if self._vertical:
            # The title stands left of where the wire comes in.
            room.before, room.after = max(before + PAD, width + 2 * PAD), after + PAD
        else:
            room.before, room.after = before + PAD + height, after + PAD

    def _measure_along(self, room: _Room) -> None:
        title = 0.0
        if room.fold is not self._root:
            height = self._measures.head(room.fold)[1]
            title = height if self._vertical else 0.0
        at = title
        bends = self._bends(room)
        for number, layer in enumerate(room.layers):
            room.starts.append(at)
            at += max((vertex.length for vertex in layer), default=0.0)
            room.ends.append(at)
            if number + 1 < len(room.layers):
                at += self._gap_after(room, number, bends)
        wanted = 0.0
        if room.fold is not self._root and not self._vertical:
            wanted = self._measures.head(room.fold)[0] + 2 * PAD
        room.length = max(at, wanted)
        if room.exits:
            room.ends[-1] = room.starts[-1] = room.length

    def _bends(self, room: _Room) -> dict[int, float]:
        """How much room the bends after each layer take."""
        found: dict[int, float] = {}
        for link in room.level.links:
            leaves = link.tail.across + link.tail_offset
            needed = _bend(leaves - link.head.across - link.head_offset)
            found[link.tail.layer] = max(found.get(link.tail.layer, 0.0), needed)
        return found

    def _gap_after(self, room: _Room, number: int, bends: dict[int, float]) -> float:
        label = 0.0
        for vertex in room.layers[number]:
            if not vertex.wire and vertex.key not in self._rooms:
                width, height = self._measures.label(self._lines(vertex.key))
                label = max(label, height if self._vertical else width + 8.0)
        return max(LEAST_GAP, STUB + label + max(bends.get(number, 0.0), STRAIGHT))

    def _lines(self, box: str) -> tuple[str, ...]:
        shapes = [shape for shape in self._shapes.get(box, ()) if shape]
        if len(shapes) > 1:
            return (f"{len(shapes)} tensors",)
        return shape_lines(shapes[0], self._vertical) if shapes else ()

    # ---- from (along, across) to (x, y)

    def _draw(self, room: _Room, along: float, across: float, depth: int) -> None:
        """`along` is the room's start, `across` its reference line."""
        labelled: set[str] = set()
        for layer in room.layers:
            for vertex in layer:
                if not vertex.wire:
                    self._draw_vertex(room, vertex, along, across, depth)
        for link in room.level.links:
            self._draw_link(room, link, along, across)
            tail = link.tail
            if not tail.wire and tail.key not in self._rooms and tail.key not in labelled:
                labelled.add(tail.key)
                self._draw_label(room, tail, along, across)

    def _span(self, room: _Room, vertex: Vertex) -> tuple[float, float]:
        """Where a vertex begins and ends along; it stands in the middle of its layer."""
        start, end = room.starts[vertex.layer], room.ends[vertex.layer]
        if vertex.wire:
            return start, end
        slack = (end - start - vertex.length) / 2
        return start + slack, end - slack

    def _draw_vertex(
        self, room: _Room, vertex: Vertex, along: float, across: float, depth: int
    ) -> None:
        start, end = self._span(room, vertex)
        fold, inner = self._folds[vertex.key], self._rooms.get(vertex.key)
        top = across + vertex.across - vertex.before
        breadth = vertex.before + (vertex.after if inner is not None else vertex.before)
        rect = self._rect(along + start, top, end - start, breadth)
        if inner is None:
            self._drawing.boxes.append(Box(fold, rect, depth=depth))
            return
        self._drawing.frames.append(Box(fold, rect, frame=True, depth=depth))
        self._draw(inner, along + start, across + vertex.across, depth + 1)

    def _draw_link(self, room: _Room, link: Link, along: float, across: float) -> None:
        tail, head = link.tail, link.head
        leaves = across + tail.across + link.tail_offset
        enters = across + head.across + link.head_offset
        start = self._span(room, tail)[1]
        if tail.wire:  # passing by: it also has to cross the layer
            start = 0.0 if _is_entry(room, tail) else room.starts[tail.layer]
        end = self._span(room, head)[0]
        if _is_exit(room, head):
            end = room.length
        bent = room.starts[head.layer]
        free = room.ends[tail.layer]
        bend = max(start, free, bent - _bend(leaves - enters))
        bent = max(bent, bend)
        boxed = not head.wire and head.key not in self._rooms
        self._drawing.wires.append(
            Wire(link.key, head.key if boxed else "",
                 self._point(along + start, leaves), self._point(along + bend, leaves),
                 self._point(along + bent, enters), self._point(along + end, enters))
        )  # fmt: skip

    def _draw_label(self, room: _Room, tail: Vertex, along: float, across: float) -> None:
        lines = self._lines(tail.key)
        if lines:
            x, y = self._point(along + self._span(room, tail)[1], across + tail.across)
            self._drawing.labels.append(Label(tail.key, lines, x, y))

    def _point(self, along: float, across: float) -> tuple[float, float]:
        return (across, along) if self._vertical else (along, across)

    def _rect(self, along: float, across: float, length: float, breadth: float) -> Rect:
        if self._vertical:
            return Rect(across, along, breadth, length)
        return Rect(along, across, length, breadth)


def _bend(shift: float) -> float:
    """A wire that goes far to the side takes its time."""
    return min(max(0.3 * abs(shift), LEAST_BEND), MOST_BEND) if abs(shift) > 0.5 else 0.0


def _door(doors: dict[str, Vertex], key: str) -> Vertex:
    if key not in doors:
        doors[key] = Vertex(key, wire=True)
    return doors[key]


def _is_entry(room: _Room, vertex: Vertex) -> bool:
    return room.entries.get(vertex.key) is vertex


def _is_exit(room: _Room, vertex: Vertex) -> bool:
    return room.exits.get(vertex.key) is vertex
