"""All ways to look at one attack, one at a time; what costs something is asked when it is seen."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from cnnviz_app.lab.parting_requests import Parting, SeeParting
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attack_camera import CameraView
from cnnviz_app.ui.panels._attack_defend import DefendView
from cnnviz_app.ui.panels._attack_film import FilmSheet
from cnnviz_app.ui.panels._attack_lenses import LensesView
from cnnviz_app.ui.panels._attack_looks import Tally, filmed_rows
from cnnviz_app.ui.panels._attack_one import OneView
from cnnviz_app.ui.panels._attack_population import BredView, Population
from cnnviz_app.ui.panels._attack_session import AttackSession
from cnnviz_app.ui.panels._attack_triptych import Triptych
from cnnviz_app.ui.panels._attack_words import name_of

OFF, ON = "no camera", "film it"


class AttackPages(QStackedWidget):
    """The triptych, the pair in one view, its reasons, its defences, the camera, what was bred."""

    def __init__(self, desk: Desk, session: AttackSession) -> None:
        super().__init__()
        self._desk, self._session = desk, session
        self.triptych, self.one = Triptych(), OneView()
        self.lenses, self.defend = LensesView(), DefendView(desk)
        self.camera, self.bred = CameraView(desk), BredView()
        self.sheet: FilmSheet | None = None
        self._population: Population | None = None
        self._stale: set[QWidget] = set()
        for page in (self.triptych, self.one, self.lenses, self.defend, self.camera, self.bred):
            self.addWidget(page)
        session.bred.connect(self._on_bred)
        session.read_changed.connect(self._on_read)
        session.cleared.connect(self._on_cleared)
        session.sticker_found.connect(self._show_camera)
        self.camera.film_asked.connect(self.film)
        self.lenses.curves.chosen.connect(desk.state.set_layer)
        desk.state.layer_changed.connect(self.lenses.curves.set_current)
        self.currentChanged.connect(lambda _index: self.ask())

    # ---- which

    def show_page(self, key: str, *, from_noise: bool) -> None:
        """The view of that name; pictures made from nothing have no original beside them."""
        pages = {
            "wipe": self.one, "flicker": self.one, "lenses": self.lenses, "defend": self.defend,
            "camera": self.camera,
        }  # fmt: skip
        page = pages.get(key, self.bred if from_noise else self.triptych)
        self.one.set_flicker(key == "flicker")
        self.setCurrentWidget(page)

    @property
    def breeds(self) -> bool:
        """A population is being bred now."""
        return self._population is not None

    def _on_bred(self, population: Population) -> None:
        self._population = population
        self.bred.set_population(population)

    def begin_run(self) -> None:
        """Another run: its population, if it has one, comes by itself."""
        self._population = None
        self.bred.set_population(None)

    # ---- a new attack, or none

    def _on_cleared(self) -> None:
        self._stale.clear()
        self.lenses.set_pair(None, ("", ""))
        self.defend.set_pair("", None, (), -1, None)
        self._show_camera()

    def _on_read(self) -> None:
        self._show_camera()
        self._stale = {self.lenses, self.defend}
        # After the others have heard of the new attack too.
        QTimer.singleShot(0, self.ask)

    def _show_camera(self) -> None:
        session = self._session
        read = session.read
        before, after = (read.before, read.after) if read is not None else (-1, -1)
        if read is None and session.sticker is not None:
            after = int(session.figures.get("target", -1))
        self.camera.set_attack(session.labels, before, after, session.sticker)

    def ask(self) -> None:
        """What the page on top shows, computed once for an attack."""
        page, read, session = self.currentWidget(), self._session.read, self._session
        if page not in self._stale or read is None or session.from_noise:
            return
        if not self.isVisible():
            return
        self._stale.discard(page)
        pair = (read.clean, read.attacked)
        if page is self.defend:
            self.defend.set_pair(
                read.model, pair, session.labels, read.before, session.aim, session.edits
            )
            return
        names = (name_of(session.labels, read.before), name_of(session.labels, read.after))
        self.lenses.set_pair(pair, names)
        request = SeeParting(read.model, *pair, read.before, read.after, session.edits)
        ticket = self._desk.engine.ask(
            request, slot="attack-parting", title="Where the opinions part"
        )
        ticket.finished.connect(self._on_parting)

    def _on_parting(self, found: Parting) -> None:
        self.lenses.set_found(found)
        self.lenses.curves.set_current(self._desk.state.layer)

    # ---- the camera

    @property
    def film_words(self) -> str:
        """What the camera's tile among those of survival says."""
        if self._session.filmed:
            return ""
        return ON if self.camera.streams else OFF

    def film(self) -> None:
        """Cover the window with what is to be filmed."""
        session = self._session
        read, sticker = session.read, session.sticker
        if read is None and sticker is None:
            return
        shown = sticker.printed() if sticker is not None else None
        clean = read.clean if read is not None and sticker is None else None
        if shown is None and read is not None:
            shown = read.attacked
        assert shown is not None
        wanted = int(session.figures.get("target", -1))
        fooled = session.fooled_by if sticker is None else wanted.__eq__
        self.sheet = FilmSheet(self._desk, self.window(), (clean, shown), session.labels, fooled)
        self.sheet.finished.connect(self._on_filmed)

    def _on_filmed(self, tallies: dict[str, Tally]) -> None:
        self.sheet = None
        if self._session.read is not None:
            before = self._session.read.before
            self._session.set_filmed(filmed_rows(tallies, before))
