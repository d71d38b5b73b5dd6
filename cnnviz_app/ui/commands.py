"""Everything that can be done from a key, a menu or the palette, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence


@dataclass(frozen=True)
class Command:
    """One thing to do.

    Attributes:
        id: stable name.
        keys: key sequences, the first is the one shown.
        checked: for things that are on or off, how to ask which.
        palette: also offered by the command palette.
    """

    id: str
    title: str
    run: Callable[[], None]
    menu: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    checked: Callable[[], bool] | None = None
    palette: bool = True


class CommandTable:
    """All commands, in menu order."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}

    def add(self, *commands: Command) -> None:
        for command in commands:
            if command.id in self.commands:
                raise ValueError(f"two commands are called {command.id!r}")
            self.commands[command.id] = command

    def run(self, id: str) -> None:
        self.commands[id].run()

    def of_menu(self, menu: str) -> list[Command]:
        return [command for command in self.commands.values() if command.menu == menu]


def make_action(command: Command, parent: QObject) -> QAction:
    action = QAction(command.title, parent)
    action.setShortcuts([QKeySequence(keys) for keys in command.keys])
    action.setObjectName(command.id)
    if command.checked is not None:
        action.setCheckable(True)
        action.setChecked(command.checked())
    action.triggered.connect(lambda _checked=False: command.run())
    return action
