"""What can be set for a measurement: models, pictures, the attack, a defence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.defence_requests import KINDS, Defence
from cnnviz_app.nets.entry import Entry
from cnnviz_app.ui.panels._defence_field import strength_field
from cnnviz_app.ui.panels._robust_ask import BUILT_IN, PICTURES
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.fields import NumberField
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.slider import SliderField
from cnnviz_app.ui.widgets.toggle import Toggle

FOLDER, ANOTHER = "folder", "another"
RIGHT = (
    "Where a model knows all classes of the pictures, right answers count; else its answer to "
    "the clean picture is the right one."
)
VARIANTS = (
    ("momentum", "Momentum", "The past gradients go on"),
    ("diverse", "Diverse", "Half of the steps look at a smaller, shifted copy"),
    ("smooth", "Smooth", "The gradient is smoothed over 5 px"),
)
KNOWS = (
    "The attack looks through the defence: what cannot be differentiated counts as if nothing "
    "were done, and noise is drawn four times for each step."
)


class RobustControls(QWidget):
    """Signals:
    model_toggled: `(name, on)`.
    pictures_chosen: the name of a built-in population, or "folder" with the folder.
    defence_chosen: a `Defence`, and whether the attack knows it.
    """

    model_toggled = Signal(str, bool)
    pictures_chosen = Signal(str, str)
    defence_chosen = Signal(object, bool)

    def __init__(self, start_folder: str) -> None:
        super().__init__()
        self._start, self._shown = start_folder, (BUILT_IN[0][0], "")
        self._kind = "none"
        self.models: dict[str, Toggle] = {}
        self._models = QVBoxLayout()
        self.pictures = ComboBox(_choices(""), BUILT_IN[0][0], name="Pictures")
        self.pictures.chosen.connect(self._on_pictures)
        kinds = (("none", "No defence"), *((k.kind, k.title) for k in KINDS))
        self.defence = ComboBox(kinds, "none", name="Defence before the models")
        self.defence.chosen.connect(self._on_kind)
        self._strength = QVBoxLayout()
        self.strength: SliderField | None = None
        self.knows = Toggle("The attack knows the defence")
        self.knows.setToolTip(KNOWS)
        self.knows.toggled.connect(lambda _on: self._tell())
        self._knows = _row("The attack knows it", self.knows, KNOWS)
        self.epsilon = NumberField(8, unit="/255", name="Epsilon", width=84)
        self.variants = {key: Toggle(name) for key, name, _tip in VARIANTS}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self._column.addWidget(SectionLabel("Models"))
        self._column.addLayout(self._models)
        self._column.addWidget(SectionLabel("Pictures"))
        self._column.addWidget(self.pictures)
        self._right = Label(RIGHT, "caption", "t2", wrap=True)
        self._column.addWidget(self._right)
        self._defend, self._attack = QWidget(), QWidget()
        for part in (self._defend, self._attack):
            inner = QVBoxLayout(part)
            inner.setContentsMargins(0, 0, 0, 0)
            self._column.addWidget(part)
        defend, attack = self._defend.layout(), self._attack.layout()
        assert isinstance(defend, QVBoxLayout)
        assert isinstance(attack, QVBoxLayout)
        defend.addWidget(SectionLabel("Defence"))
        defend.addWidget(self.defence)
        defend.addLayout(self._strength)
        defend.addWidget(self._knows)
        attack.addWidget(SectionLabel("Attack"))
        attack.addWidget(_row("Largest change", self.epsilon, "ε: no channel changes by more"))
        for key, name, tip in VARIANTS:
            attack.addWidget(_row(name, self.variants[key], tip))
        self._column.addStretch(1)
        follow_theme(self._restyle)
        self._on_kind("none")

    # ---- content

    def show_models(self, offered: Sequence[Entry], chosen: Sequence[str]) -> None:
        """A switch for each model whose weights are here."""
        names = [entry.name for entry in offered]
        if names != list(self.models):
            while (item := self._models.takeAt(0)) is not None:
                if (old := item.widget()) is not None:
                    old.deleteLater()
            self.models = {}
            for entry in offered:
                toggle = Toggle(entry.title)
                toggle.toggled.connect(
                    lambda on, name=entry.name: self.model_toggled.emit(name, on)
                )
                self.models[entry.name] = toggle
                self._models.addWidget(_row(entry.title, toggle, ""))
        for name, toggle in self.models.items():
            blocked = toggle.blockSignals(True)
            toggle.setChecked(name in chosen)
            toggle.blockSignals(blocked)
            toggle.update()

    def show_page(self, page: str) -> None:
        """Curves take a defence, the matrix takes an attack."""
        transfer = page == "transfer"
        self._attack.setVisible(transfer)
        for widget in (self._defend, self._right):
            widget.setVisible(not transfer)

    def set_pictures(self, key: str, folder: str = "") -> None:
        """A built-in population, or "folder" with the folder."""
        self._shown = key, folder
        self.pictures.set_choices(_choices(folder), key)

    # ---- choices

    def _on_pictures(self, key: str) -> None:
        folder = self._shown[1] if key == FOLDER else ""
        if key in (FOLDER, ANOTHER) and not folder:
            title = "A folder of class folders"
            folder = QFileDialog.getExistingDirectory(self, title, self._start)
            key = FOLDER
        if key == FOLDER and not folder:
            self.set_pictures(*self._shown)
            return
        self.set_pictures(key, folder)
        self.pictures_chosen.emit(key, folder)

    def _on_kind(self, kind: str) -> None:
        self._kind = kind
        if self.strength is not None:
            self._strength.removeWidget(self.strength)
            self.strength.deleteLater()
            self.strength = None
        found = next((k for k in KINDS if k.kind == kind), None)
        if found is not None:
            self.strength = strength_field(found)
            self.strength.value_changed.connect(lambda _value: self._tell())
            self._strength.addWidget(self.strength)
        self._knows.setVisible(found is not None)
        self._tell()

    def _tell(self) -> None:
        strength = self.strength.value if self.strength is not None else 0.0
        self.defence_chosen.emit(Defence(self._kind, strength), self.knows.isChecked())

    # ---- sizes

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), self._column.minimumSize().height())

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._models.setSpacing(px(2))
        for part in (self._defend, self._attack):
            layout = part.layout()
            assert layout is not None
            layout.setSpacing(px(8))


def _choices(folder: str) -> list[tuple[str, str]]:
    """Built-in populations, the folder in use, and the way to another one."""
    own = [(FOLDER, "A folder…")]
    if folder:
        name = folder.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1]
        own = [(FOLDER, f"“{name}”"), (ANOTHER, "Another folder…")]
    return [*((key, f"{PICTURES} {words}") for key, words in BUILT_IN), *own]


def _row(words: str, editor: QWidget, tip: str) -> QWidget:
    """A name, and what sets it at the right."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    name = Label(words, "body", "t1", elide=True)
    name.setToolTip(tip or words)
    editor.setToolTip(tip)
    line.addWidget(name, 1)
    line.addWidget(editor)
    return row
