"""A section is one part of the Inspector: one file with a declaration on top, like a panel."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.desk import Desk

log = logging.getLogger(__name__)


class Section(QWidget):
    """Base of every section: it watches the selection and computes only while it is wanted.

    Signals:
        note_changed: the short grey text beside its title.
        shown_changed: False where the section has nothing to say about this unit.
    """

    note_changed = Signal(str)
    shown_changed = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.wanted = False

    def set_wanted(self, wanted: bool) -> None:
        """The section is unfolded and on screen, or no longer; `follow` does the rest."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.follow()

    def follow(self) -> None:
        """Start what is needed for the selection, or cancel it when not `wanted`."""


@dataclass(frozen=True)
class SectionSpec:
    """How a section is called; `order` sorts them (small is on top)."""

    id: str
    title: str
    order: int
    build: Callable[[Desk], Section]
    unfolded: bool = True


_sections: dict[str, SectionSpec] = {}


def section(id: str, title: str, order: int, *, unfolded: bool = True) -> Callable[[type], type]:
    """Declare the decorated `Section` subclass."""

    def register(build: type) -> type:
        known = _sections.get(id)
        if known is not None and known.build.__module__ != build.__module__:
            raise ValueError(f"two sections are called {id!r}")
        _sections[id] = SectionSpec(id, title, order, build, unfolded)
        return build

    return register


def discover() -> tuple[SectionSpec, ...]:
    """Import every file of `ui/sections` and return what they declare, in order.

    A section called "" has no heading and is always unfolded.
    """
    from cnnviz_app.ui import sections

    for module in pkgutil.iter_modules(sections.__path__):
        if not module.name.startswith("_"):
            try:
                importlib.import_module(f"{sections.__name__}.{module.name}")
            except Exception:
                # One bad file must not take the others away.
                log.exception("the Inspector's section %s cannot be read", module.name)
    return tuple(sorted(_sections.values(), key=lambda spec: spec.order))
