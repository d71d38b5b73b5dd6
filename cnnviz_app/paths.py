"""Where resources, caches and settings are: the only module that knows."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def resources_dir() -> Path:
    """The resources folder of a checkout, an installed wheel or a frozen app."""
    frozen = getattr(sys, "_MEIPASS", None)
    package = Path(__file__).resolve().parent
    places = [package / "resources", package.parent / "resources"]
    if frozen:
        places.insert(0, Path(frozen) / "cnnviz_app" / "resources")
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError("The resources folder is missing: the installation is incomplete.")


def resource(*parts: str) -> Path:
    return resources_dir().joinpath(*parts)


def _user_dir(override: str, xdg: str, fallback: str, windows: str) -> Path:
    if os.environ.get(override):
        return Path(os.environ[override])
    if sys.platform == "win32":
        base = os.environ.get(windows) or str(Path.home() / "AppData" / "Local")
        return Path(base) / "CNNViz"
    if sys.platform == "darwin":
        return Path.home() / "Library" / ("Caches" if xdg == "XDG_CACHE_HOME" else
                                          "Application Support") / "CNNViz"
    return Path(os.environ.get(xdg) or Path.home() / fallback) / "cnnviz"


def cache_dir() -> Path:
    """Things that can be computed again: population statistics, thumbnails, timings."""
    return _user_dir("CNNVIZ_CACHE", "XDG_CACHE_HOME", ".cache", "LOCALAPPDATA")


def config_dir() -> Path:
    """Settings, the list of the user's own models, the log."""
    return _user_dir("CNNVIZ_CONFIG", "XDG_CONFIG_HOME", ".config", "APPDATA")
