"""How much memory this process holds, as a text for people."""

from __future__ import annotations

import sys
from pathlib import Path

from cnnviz_app.ui.widgets.base import THIN


def resident_bytes() -> int:
    """Resident memory; 0 where the system does not tell cheaply."""
    status = Path("/proc/self/statm")
    if status.exists():
        pages = int(status.read_text().split()[1])
        return pages * 4096
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_text() -> str:
    size = resident_bytes()
    return f"{size / 1e9:.1f}{THIN}GB" if size else ""
