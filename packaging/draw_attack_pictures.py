"""Makes the README's pictures of attacks with the real window and the real engine.

    python packaging/draw_attack_pictures.py [--folder FOLDER --title NAME] [--out FOLDER]
        [attack] [robustness] [linear]

Needs no display. Accuracy–ε curves are measured on the labelled folder, one folder for each
class, else on the built-in photographs; of the folder's pictures none is shown.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtGui import QImage

from cnnviz_app import paths
from cnnviz_app.sources import builtin
from cnnviz_app.ui.app import make_application
from cnnviz_app.ui.panel import Panel
from cnnviz_app.ui.panels.adversarial import AdversarialPanel
from cnnviz_app.ui.panels.linear import LinearPanel
from cnnviz_app.ui.panels.robustness import RobustnessPanel
from cnnviz_app.ui.smoke import settle, wait_until
from cnnviz_app.ui.tour import Tour

SIZE, SHOWN = (1600, 900), (1600, 900)
PHOTO = "cat"
PATIENCE = 1200.0
MOST_BYTES = 390_000


def attack(tour: Tour, _folder: str) -> None:
    """The cat and what it is taken for, four levels away."""
    runs, state = tour.application.desk.runs, tour.application.state
    state.set_picture(builtin.load(PHOTO))
    tour.window.show_workspace("attack")
    stage = _panel(tour, "adversarial")
    assert isinstance(stage, AdversarialPanel)
    _until(lambda: runs.technique is not None and runs.technique.name == "pgd")
    runs.set_values({"epsilon": 4, "alpha": 1, "steps": 20})
    runs.start()
    _until(lambda: bool(stage.session.survival))


def robustness(tour: Tour, folder: str) -> None:
    """Lens and its robust twin against ever larger boxes."""
    tour.window.show_workspace("attack")
    stage = _panel(tour, "robustness")
    assert isinstance(stage, RobustnessPanel)
    stage.show_page("curves")
    stage.use_folder(folder)
    settle(0.2)
    stage.start()
    _until(lambda: not stage.busy)


def linear(tour: Tour, _folder: str) -> None:
    """Ten pictures of weights, and a seven that is taken for a nine."""
    tour.window.show_workspace("attack")
    stage = _panel(tour, "linear")
    assert isinstance(stage, LinearPanel)
    _until(lambda: stage.read is not None)


MAKERS: dict[str, Callable[[Tour, str], None]] = {
    "attack": attack, "robustness": robustness, "linear": linear,
}  # fmt: skip


def _panel(tour: Tour, name: str) -> Panel:
    tour.window.show_panel(name)
    settle(0.4)
    found = tour.window.yard.docks[name].ensure_built()
    assert isinstance(found, Panel)
    return found


def _until(condition: Callable[[], bool]) -> None:
    if not wait_until(condition, PATIENCE):
        raise TimeoutError("the window did not get there in time")


def save(tour: Tour, name: str, into: Path) -> None:
    """The window as a JPEG that a page of text can carry."""
    settle(0.6)
    tour.let_go()
    image = tour.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    row = image.bytesPerLine()
    picture = Image.frombytes(
        "RGB", (image.width(), image.height()), bytes(image.constBits()), "raw", "RGB", row
    )
    path = into / f"{name}.jpg"
    for quality in (90, 84, 76):
        picture.resize(SHOWN, Image.Resampling.LANCZOS).save(path, quality=quality, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            break
    print(path.name, picture.size, path.stat().st_size // 1024, "kB", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="labelled pictures for the curves")
    parser.add_argument("--title", default="labelled pictures", help="what the folder is called")
    parser.add_argument("--out", type=Path, default=paths.resource("help"), help="another folder")
    parser.add_argument("names", nargs="*", choices=[[], *MAKERS], default=[])
    args = parser.parse_args()
    app = make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as elsewhere:
        # What is tried here is not the person's.
        os.environ["CNNVIZ_CACHE"] = os.environ["CNNVIZ_CONFIG"] = elsewhere
        folder = ""
        if args.folder is not None:
            # The window names the folder as people would.
            named = Path(elsewhere) / args.title
            named.symlink_to(args.folder.resolve(), target_is_directory=True)
            folder = str(named)
        tour = Tour(app, "dark", 100, SIZE)
        try:
            for name in args.names or MAKERS:
                began = time.perf_counter()
                MAKERS[name](tour, folder)
                save(tour, name, args.out)
                print(f"{time.perf_counter() - began:.0f} s", flush=True)
        finally:
            tour.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
