"""A small button whose menu holds an order and how many are shown, for panels with little room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup

from .buttons import IconButton
from .views import Menu

Choices = Sequence[tuple[str, str]]


class OrderButton(IconButton):
    """Signals:
    chosen: the person chose another order or number.
    """

    chosen = Signal()

    def __init__(self, tip: str = "Order and number") -> None:
        super().__init__("sort", tip)
        self._orders: Choices = ()
        self._counts: Choices = ()
        self.order, self.count = "", ""
        self.clicked.connect(self._open)

    def set_choices(self, orders: Choices, counts: Choices) -> None:
        """What can be chosen now; a choice that is no longer there becomes the first."""
        self._orders, self._counts = tuple(orders), tuple(counts)
        self.set_order(self.order)
        self.set_count(self.count)

    def set_order(self, key: str) -> None:
        self.order = key if key in dict(self._orders) else self._first(self._orders)
        self._tell()

    def set_count(self, key: str) -> None:
        self.count = key if key in dict(self._counts) else self._first(self._counts)
        self._tell()

    @property
    def words(self) -> str:
        """The choices that are not the first, in words: nothing to say about the usual."""
        parts = [
            dict(choices).get(key, "")
            for choices, key in ((self._orders, self.order), (self._counts, self.count))
            if choices and key != self._first(choices)
        ]
        return ", ".join(part.lower() for part in parts if part)

    def make_menu(self) -> Menu:
        menu = Menu("", self)
        for choices, current, take in (
            (self._orders, self.order, self.set_order),
            (self._counts, self.count, self.set_count),
        ):
            if menu.actions():
                menu.addSeparator()
            group = QActionGroup(menu)
            for key, words in choices:
                action = menu.addAction(words)
                action.setCheckable(True)
                action.setChecked(key == current)
                action.setActionGroup(group)
                action.triggered.connect(lambda _on=False, k=key, t=take: self._take(k, t))
        return menu

    def _take(self, key: str, take: object) -> None:
        assert callable(take)
        before = (self.order, self.count)
        take(key)
        if (self.order, self.count) != before:
            self.chosen.emit()

    def _open(self) -> None:
        menu = self.make_menu()
        menu.exec(self.mapToGlobal(QPoint(0, self.height())))
        menu.deleteLater()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.words)

    @staticmethod
    def _first(choices: Choices) -> str:
        return choices[0][0] if choices else ""
