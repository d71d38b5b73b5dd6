"""The layers of a network as a tree of modules, and as the Qt model the view asks."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.nets.graph import Node, ReceptiveField
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.widgets.base import THIN

Index = QModelIndex | QPersistentModelIndex
TITLES = ("Layer", "Shape", "Field", "Params", "MACs")
NAME, SHAPE, FIELD, PARAMS, MACS = range(5)


@dataclass(eq=False)
class Item:
    """One row: an operator, or a module with everything inside it.

    Attributes:
        name: what the row says; `path` is the whole name.
        layer: what to select for it; "" when it has no maps to show.
    """

    name: str
    path: str
    parent: Item | None = None
    row: int = 0
    op: str = ""
    shape: tuple[int, ...] = ()
    params: int = 0
    macs: int = 0
    reach: ReceptiveField | None = None
    layer: str = ""
    children: list[Item] = field(default_factory=list)

    def add(self, child: Item) -> Item:
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child


def build(facts: ModelFacts) -> Item:
    """The tree in the order of execution; a module comes where its first operator does."""
    root = Item("", "")
    folders: dict[str, Item] = {"": root}
    chosen_as = {facts.aliases.get(layer, layer): layer for layer in facts.layers}
    for node in facts.nodes:
        scope = node.scope if node.scope != node.name else node.scope.rpartition(".")[0]
        folder = _folder(folders, scope)
        prefix = f"{scope}." if scope else ""
        item = folder.add(_leaf(node, node.name.removeprefix(prefix)))
        item.layer = chosen_as.get(node.name, "")
        above: Item | None = folder
        while above is not None:
            above.params += node.params
            above.macs += node.macs
            above = above.parent
    known = {node.name: node for node in facts.nodes}
    for path, folder in folders.items():
        if path:
            _describe(folder, known.get(facts.aliases.get(path, "")), chosen_as, facts)
    return root


def _folder(folders: dict[str, Item], path: str) -> Item:
    found = folders.get(path)
    if found is None:
        above, _, name = path.rpartition(".")
        found = _folder(folders, above).add(Item(name, path))
        folders[path] = found
    return found


def _leaf(node: Node, name: str) -> Item:
    return Item(name, node.name, op=node.op, shape=node.shape, params=node.params,
                macs=node.macs, reach=node.receptive_field)  # fmt: skip


def _describe(
    folder: Item, output: Node | None, chosen_as: dict[str, str], facts: ModelFacts
) -> None:
    """A module has the shape and the field of what comes out of it."""
    if output is not None:
        folder.shape, folder.reach = output.shape, output.receptive_field
        folder.layer = folder.path if folder.path in facts.map_shapes else chosen_as.get(
            output.name, "")  # fmt: skip


def matching(root: Item, wanted: str) -> Item:
    """The rows whose whole name or operator holds every word, as a flat list."""
    flat = Item("", "")
    parts = wanted.lower().split()

    def walk(item: Item) -> None:
        for child in item.children:
            known = f"{child.path} {child.op}".lower()
            if all(part in known for part in parts):
                copy = Item(child.path, child.path, op=child.op, shape=child.shape,
                            params=child.params, macs=child.macs, reach=child.reach,
                            layer=child.layer)  # fmt: skip
                flat.add(copy)
            walk(child)

    walk(root)
    return flat


def shape_words(item: Item) -> str:
    return "×".join(str(n) for n in item.shape)


def reach_words(item: Item) -> str:
    """Side of the receptive field and its stride in pixels; both sides where they differ."""
    if item.reach is None:
        return ""
    def pair(two: tuple[int, int]) -> str:
        return str(two[0]) if two[0] == two[1] else f"{two[0]}×{two[1]}"
    return f"{pair(item.reach.size)}{THIN}/{THIN}{pair(item.reach.stride)}"


class LayerTree(QAbstractItemModel):
    """`Item`s for a tree view; numbers whole or in three figures."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._root = Item("", "")
        self.exact = False

    def set_root(self, root: Item) -> None:
        self.beginResetModel()
        self._root = root
        self.endResetModel()

    def item(self, index: Index) -> Item | None:
        if not index.isValid():
            return None
        found = index.internalPointer()
        return found if isinstance(found, Item) else None

    def index_of(self, layer: str) -> QModelIndex:
        """The row that stands for a layer: its module before the operator inside it."""
        found = self._find(self._root, layer) or self._find(self._root, layer, exact=False)
        return QModelIndex() if found is None else self.createIndex(found.row, 0, found)

    def longest(self, column: int) -> str:
        """The longest text of a column, for its width."""
        best = TITLES[column]
        waiting = list(self._root.children)
        while waiting:
            item = waiting.pop()
            waiting.extend(item.children)
            words_here = self.text(item, column)
            if len(words_here) > len(best):
                best = words_here
        return best

    def _find(self, item: Item, layer: str, exact: bool = True) -> Item | None:
        for child in item.children:
            if child.layer == layer and (not exact or child.path == layer):
                return child
            inside = self._find(child, layer, exact)
            if inside is not None:
                return inside
        return None

    # ---- what Qt asks

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's signature
        above = self.item(parent) or self._root
        if 0 <= row < len(above.children) and 0 <= column < len(TITLES):
            return self.createIndex(row, column, above.children[row])
        return QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        # QObject.parent() and QAbstractItemModel.parent(index) share one name in Qt.
        item = self.item(index)
        above = item.parent if item is not None else None
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        if parent.isValid() and parent.column() > 0:
            return 0
        return len((self.item(parent) or self._root).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return len(TITLES)

    HELP = ("", "channels × height × width", "receptive field / stride, in pixels of the picture",
            "learned numbers", "multiply-adds for one picture")  # fmt: skip

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.HELP[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section != NAME:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.item(index)
        if item is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(item, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(item)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _tip(item).replace("\n", ", ") if index.column() == NAME else None
        return None

    def text(self, item: Item, column: int) -> str:
        number = words.whole if self.exact else words.count
        match column:
            case 0:
                return item.name
            case 1:
                return shape_words(item)
            case 2:
                return reach_words(item)
            case 3:
                return number(item.params) if item.params else ""
            case _:
                return number(item.macs) if item.macs else ""


def _tip(item: Item) -> str:
    lines = [item.path + (f"   {item.op}" if item.op and item.op not in item.path else "")]
    if item.shape:
        lines.append(f"shape {shape_words(item)}")
    if item.params:
        lines.append(f"{words.whole(item.params)} parameters")
    if item.macs:
        lines.append(f"{words.whole(item.macs)} multiply-adds")
    if item.reach is not None:
        size, stride = reach_words(item).split(f"{THIN}/{THIN}")
        lines.append(f"sees {size} px, every {stride} px")
    if not item.layer:
        lines.append("has no maps of its own to show")
    return "\n".join(lines)
