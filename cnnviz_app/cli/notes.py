"""What a technique wants to tell while it works goes to standard error."""

from __future__ import annotations

import sys

from cnnviz_app.core.context import Context


class Notes(Context):
    """A context that shows no frames and no progress, only notes."""

    def note(self, sentence: str, hint: str = "") -> None:
        print(f"cnnviz: note: {sentence} {hint}".rstrip(), file=sys.stderr)
