"""The one theme object: colours, lengths, fonts and icons, asked for at the moment of painting."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QDir, QFile, QObject, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from . import icons, qss
from .tokens import SCALES, THEMES, Tokens
from .type import ROLES, make_font


class Theme(QObject):
    """Holds which theme, text scale and motion are in force, and says when that changes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tokens: Tokens = THEMES["dark"]
        self._scale = 100
        self._reduce_motion = False
        self._files: QTemporaryDir | None = None

    # ---- what is in force

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    @property
    def name(self) -> str:
        return self._tokens.name

    @property
    def is_dark(self) -> bool:
        return self._tokens.dark

    @property
    def scale(self) -> int:
        return self._scale

    @property
    def reduce_motion(self) -> bool:
        return self._reduce_motion

    def duration(self, ms: int) -> int:
        """How long a movement takes; nothing moves when the system asks for calm."""
        return 0 if self._reduce_motion else ms

    # ---- asked for when painting

    def px(self, length: float) -> int:
        """A length of the design in logical pixels at the present text scale."""
        return round(length * self._scale / 100)

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        colour = QColor(getattr(self._tokens, token))
        if alpha < 1.0:
            colour.setAlphaF(alpha)
        return colour

    def font(self, role: str, weight: int | None = None) -> QFont:
        return make_font(role, self._scale, weight)

    def line_height(self, role: str) -> int:
        return self.px(ROLES[role].line)

    def pixmap(self, name: str, size: float, token: str = "t2", ratio: float = 1.0) -> QPixmap:
        """An icon at `size` design pixels, painted in a colour token."""
        return icons.draw(name, self.px(size), str(getattr(self._tokens, token)), ratio)

    def icon(self, name: str, size: float = 16, token: str = "t2", active: str = "t1") -> QIcon:
        t = self._tokens
        plain, lively = str(getattr(t, token)), str(getattr(t, active))
        return icons.make_icon(name, self.px(size), plain, lively, t.t3)

    # ---- changing it

    def set(
        self,
        name: str | None = None,
        scale: int | None = None,
        reduce_motion: bool | None = None,
    ) -> None:
        """Change theme, text scale or motion; the whole application follows at once."""
        before = (self._tokens, self._scale, self._reduce_motion)
        if name is not None:
            self._tokens = THEMES[name]
        if scale is not None:
            self._scale = min(max(int(scale), SCALES[0]), SCALES[-1])
        if reduce_motion is not None:
            self._reduce_motion = reduce_motion
        if before != (self._tokens, self._scale, self._reduce_motion):
            app = QApplication.instance()
            if isinstance(app, QApplication):
                self.apply(app)
            else:
                self.changed.emit()

    def next_theme(self) -> None:
        names = list(THEMES)
        name = names[(names.index(self.name) + 1) % len(names)]
        self.set(name=name)

    def step_scale(self, step: int) -> None:
        """One size larger or smaller; 0 goes back to where the theme starts."""
        if step == 0:
            self.set(scale=self._tokens.start_scale)
            return
        larger = [s for s in SCALES if s > self._scale]
        smaller = [s for s in SCALES if s < self._scale]
        if step > 0 and larger:
            self.set(scale=larger[0])
        elif step < 0 and smaller:
            self.set(scale=smaller[-1])

    def apply(self, app: QApplication) -> None:
        """Fusion, the full palette and one style sheet; then tell everyone who paints."""
        if app.style().name() != "fusion":
            app.setStyle("Fusion")
        app.setPalette(self.palette())
        app.setFont(self.font("body"))
        app.setStyleSheet(qss.build(self, self._glyph_files()))
        self.changed.emit()

    def palette(self) -> QPalette:
        """Every role: item views, placeholders, links and plots read the palette, not the sheet."""
        role = QPalette.ColorRole
        plain = {
            role.Window: "bg1", role.WindowText: "t1", role.Base: "bg1", role.AlternateBase: "bg2",
            role.ToolTipBase: "bg2", role.ToolTipText: "t1", role.PlaceholderText: "t3",
            role.Text: "t1", role.Button: "bg3", role.ButtonText: "t1", role.BrightText: "err",
            role.Light: "bg4", role.Midlight: "bg4", role.Mid: "line2", role.Dark: "line",
            role.Shadow: "halo", role.Highlight: "bg4", role.HighlightedText: "t1",
            role.Link: "accent", role.LinkVisited: "accent", role.Accent: "accent",
        }  # fmt: skip
        palette = QPalette()
        for which, token in plain.items():
            palette.setColor(which, self.color(token))
        for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
            palette.setColor(QPalette.ColorGroup.Disabled, which, self.color("t3"))
        return palette

    def _glyph_files(self) -> dict[str, str]:
        """Style sheets take their arrows and ticks from files; made per theme and scale."""
        if self._files is None:
            self._files = QTemporaryDir(QDir.tempPath() + "/cnnviz-XXXXXX")
        out: dict[str, str] = {}
        sizes = [(13, g) for g in qss.GLYPH_FILES] + [(28, g) for g in qss.SIGN_FILES]
        for size, (name, token) in sizes:
            base = f"{self._files.path()}/{self.name}-{self._scale}-{name}-{token}"
            out[f"{name}-{token}"] = base + ".png"
            if QFile.exists(base + ".png"):
                continue
            for ratio, suffix in ((1.0, ".png"), (2.0, "@2x.png")):
                self.pixmap(name, size, token, ratio).save(base + suffix)
        return out


@lru_cache(maxsize=1)
def theme() -> Theme:
    """The theme of this process."""
    return Theme()


def system_prefers_dark() -> bool:
    from PySide6.QtCore import Qt

    return QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light


def px(length: float) -> int:
    return theme().px(length)


def color(token: str, alpha: float = 1.0) -> QColor:
    return theme().color(token, alpha)


def font(role: str, weight: int | None = None) -> QFont:
    return theme().font(role, weight)
