"""The rows of the model browser: headings and entries, filtered and in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cnnviz_app.nets.entry import Entry
from cnnviz_app.ui.model_choice import ModelChoice
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.widgets.base import THIN

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
NOTES = {
    "bundled": "inside, no network needed",
    "torchvision": "downloads when you ask",
    "yours": "files of your own",
}
_ORDER = ("bundled", "yours", "torchvision")


@dataclass(frozen=True)
class Row:
    """A heading (`entry` is None) or one network."""

    source: str
    entry: Entry | None = None


def fits(entry: Entry, kind: str) -> bool:
    """Whether an entry belongs under a filter: all, ready, or one source."""
    return kind == "all" or (entry.available if kind == "ready" else entry.source == kind)


def rows(entries: Iterable[Entry], kind: str, wanted: str) -> list[Row]:
    """Grouped by source; torchvision's by name, the others in their own order."""
    shown = [e for e in entries if fits(e, kind) and words.matches(e, wanted)]
    out: list[Row] = []
    for source in _ORDER:
        group = [e for e in shown if e.source == source]
        if source == "torchvision":
            group.sort(key=lambda e: words.natural(e.title))
        if group:
            out.append(Row(source))
            out.extend(Row(source, e) for e in group)
    return out


class ModelRows(QAbstractListModel):
    """What the list shows; repaints single rows while something downloads."""

    def __init__(self, choice: ModelChoice, parent: QObject) -> None:
        super().__init__(parent)
        self._choice = choice
        self._rows: list[Row] = []
        choice.activity_changed.connect(self.touch)

    def set_rows(self, fresh: list[Row]) -> None:
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()

    def touch(self, name: str) -> None:
        """One entry looks different now; an opened model changes another row too."""
        if not self._rows:
            return
        if self._choice.download(name) is not None:
            # Bytes come many times a second: only their own row is painted again.
            row = self.index_of(name)
            self.dataChanged.emit(row, row)
        else:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def row(self, index: Index) -> Row | None:
        return self._rows[index.row()] if index.isValid() else None

    def entry(self, index: Index) -> Entry | None:
        row = self.row(index)
        return row.entry if row is not None else None

    def index_of(self, name: str) -> QModelIndex:
        plain = name.partition("@")[0]
        for place, row in enumerate(self._rows):
            if row.entry is not None and row.entry.name in (name, plain):
                return self.index(place)
        return QModelIndex()

    def first(self) -> QModelIndex:
        return self.index(1) if len(self._rows) > 1 else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.entry(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        entry = row.entry
        if role == Qt.ItemDataRole.DisplayRole:
            return words.SOURCES[row.source] if entry is None else entry.title
        if entry is not None and role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(entry)
        if entry is not None and role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(entry)
        return None

    def _spoken(self, entry: Entry) -> str:
        state = "open" if self._choice.is_open(entry.name) else (
            "ready" if entry.available else "not on this computer")  # fmt: skip
        return f"{entry.title}, {words.summary(entry)}, {state}"

    def _tip(self, entry: Entry) -> str:
        lines = [entry.title, words.summary(entry)]
        facts = [f"{words.count(entry.params)} parameters", words.classes(entry)]
        if entry.gflops is not None:
            facts.append(words.gmacs(entry.gflops))
        lines.append(" · ".join(facts))
        if entry.memory_bytes:
            lines.append(f"takes about {words.size(entry.memory_bytes)} of memory when open")
        if not entry.available and entry.source == "torchvision":
            lines.append(f"not on this computer, {words.size(entry.size_bytes)}{THIN}to download")
        return "\n".join(dict.fromkeys(lines))
