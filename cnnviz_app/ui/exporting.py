"""Asking where a result goes, and in which form: picture, film, script or notebook."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from cnnviz_app.core.recipe import SIDECAR
from cnnviz_app.lab.export_requests import FILMS, SCRIPTS
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.run_session import FPS
from cnnviz_app.ui.widgets.views import Menu

PICTURE = "PNG picture (*.png)"
FRAME = "PNG picture of the shown frame (*.png)"
DEEP = "PNG picture, 16 bits per channel (*.png)"
FILM_KINDS = {".mp4": "MP4 film (*.mp4)", ".gif": "GIF film (*.gif)"}
SCRIPT, NOTEBOOK = "Python script (*.py)", "Notebook (*.ipynb)"
ENDINGS = {PICTURE: ".png", FRAME: ".png", DEEP: ".png", FILM_KINDS[".mp4"]: ".mp4",
           FILM_KINDS[".gif"]: ".gif", SCRIPT: ".py", NOTEBOOK: ".ipynb"}  # fmt: skip
PACES = (8.0, 12.0, 24.0)


def ask_export(desk: Desk, parent: QWidget, first: str = PICTURE, fps: float = FPS) -> None:
    """The file chooser with every form a result can take; `first` is the one it opens with."""
    runs = desk.runs
    if runs.comparing:
        desk.messages.info(
            "Both pictures are kept with their recipes.", "Save either as a file from Results."
        )
        return
    film = first in FILM_KINDS.values()
    if runs.outcome is None and first == PICTURE and runs.shown is not None:
        first = FRAME  # it was stopped, or is on its way
    if runs.outcome is None and first != FRAME and not (film and len(runs.film()) > 1):
        desk.messages.info(
            "There is no finished picture to save.", "Run a technique in the Dream workspace."
        )
        return
    name, kind = QFileDialog.getSaveFileName(
        parent, "Save the result", runs.suggested_name() + ENDINGS[first],
        ";;".join(ENDINGS), first,
    )  # fmt: skip
    frame = kind == FRAME or runs.outcome is None
    if name:
        path = _ended(Path(name), ENDINGS.get(kind, ".png"))
        png = path.suffix.lower() == ".png"
        runs.save(path, deep=png and kind == DEEP, fps=fps, shown=png and frame)


def _ended(path: Path, ending: str) -> Path:
    """The ending that was typed, else the chosen form's; a dot in a layer's name is no ending."""
    return path if path.suffix.lower() in ENDINGS.values() else Path(f"{path}{ending}")


def tell_saved(desk: Desk, path: Path) -> None:
    """What was written, and what it is good for."""
    ending = path.suffix.lower()
    if ending in SCRIPTS:
        hint = "Running it makes the picture again; its pictures lie beside it."
    elif ending in FILMS:
        beside = path.with_name(path.name + SIDECAR).exists()
        hint = "Its recipe lies beside it." if beside else "Runs that were stopped have no recipe."
    elif desk.runs.outcome is None:
        hint = "A run that did not end has no recipe."
    else:
        hint = "It carries its recipe: drop it here to replay."
    desk.messages.done(f"Saved {path.name}.", hint)


def export_menu(desk: Desk, parent: QWidget) -> Menu:
    """Every form at a click; films in the paces that projectors and slides like."""
    runs, icon = desk.runs, desk.theme.icon
    menu = Menu("", parent)

    def add(to: Menu, sign: str, words: str, kind: str, fps: float, able: bool) -> None:
        action = to.addAction(icon(sign), words, lambda: ask_export(desk, parent, kind, fps))
        action.setEnabled(able)

    done = runs.outcome is not None
    deep = runs.outcome is not None and runs.outcome.result.picture is not None
    frames = len(runs.film())
    add(menu, "image", "Picture…", PICTURE, FPS, done)
    add(menu, "images", "Picture, 16 bits per channel…", DEEP, FPS, deep)
    if runs.shown is not None and (not done or runs.playhead >= 0):
        add(menu, "image", f"Frame of step {runs.shown.step}…", FRAME, FPS, True)
    menu.addSeparator()
    what = "dive" if runs.dive.frames else "run"
    film = Menu(f"Film of the {what}, {frames} frames", menu)
    film.setIcon(icon("film"))
    film.setEnabled(frames > 1)
    for ending in reversed(FILMS):
        for pace in PACES:
            lasts = f"{frames / pace:.1f} s" if frames else ""
            words = f"{ending[1:].upper()}, {pace:.0f} frames a second, {lasts}…"
            add(film, "film", words, FILM_KINDS[ending], pace, frames > 1)
    menu.addMenu(film)
    menu.addSeparator()
    add(menu, "command", "Python script that makes it again…", SCRIPT, FPS, done)
    add(menu, "command", "Notebook that makes it again…", NOTEBOOK, FPS, done)
    return menu
