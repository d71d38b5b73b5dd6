"""The two exceptions a technique may let through: the user can mend it, or the user stopped it."""

from __future__ import annotations


class UserError(Exception):
    """Something the person at the desk can mend.

    Attributes:
        sentence: what is wrong, in one plain sentence.
        hint: what to do about it; may be empty.
    """

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence} {self.hint}".strip()


class Cancelled(Exception):
    """Raised by `Context.checkpoint` when the person stopped the job."""
