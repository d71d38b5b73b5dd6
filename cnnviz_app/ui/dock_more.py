"""The tabs for which a place has no room, behind one button at the end of the others."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QTabBar

from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import text_width
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.views import Menu


class MoreTabs(Button):
    """A button that says how many tabs are not in sight and lists them by their whole names."""

    def __init__(self, bar: QTabBar) -> None:
        super().__init__("+1", "ghost", "down", tip="More panels", parent=bar)
        self._bar = bar
        self._names: dict[int, str] = {}
        self.clicked.connect(self._open)
        self.hide()

    @classmethod
    def of(cls, bar: QTabBar) -> MoreTabs:
        found = bar.findChild(cls)
        return found if isinstance(found, cls) else cls(bar)

    def hold(self, names: Mapping[int, str], room: int) -> None:
        """The tabs that are out of sight, by their places on the bar; none hides the button."""
        if dict(names) != self._names:
            self._names = dict(names)
            self.setText(f"+{len(names)}")
            listed = ", ".join(names.values())
            self.setToolTip(f"More panels: {listed}")
            self.setAccessibleName(f"More panels: {listed}")
        wide = self.sizeHint().width()
        self.setGeometry(room - wide, (self._bar.height() - self.height()) // 2, wide,
                         self.height())  # fmt: skip
        self.setVisible(bool(names))
        self.raise_()

    def make_menu(self) -> Menu:
        menu = Menu("", self)
        for place, name in self._names.items():
            action = menu.addAction(name)
            action.triggered.connect(lambda _on=False, to=place: self._bar.setCurrentIndex(to))
        return menu

    def sizeHint(self) -> QSize:
        return QSize(text_width(self.text(), "medium", 600) + px(14 + 5 + 10), px(30))

    def _open(self) -> None:
        menu = self.make_menu()
        menu.exec(self.mapToGlobal(QPoint(0, self.height())))
