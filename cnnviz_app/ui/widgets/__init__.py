"""The widgets panels are made of; they take plain Python and numpy data and know no network."""

from __future__ import annotations

from .base import PaintedWidget, follow_theme, number, percent, to_qimage
from .buttons import Button, IconButton
from .chip import Chip, KeyCap
from .class_bars import Bar, ClassBars
from .colour_bar import ColourBar
from .combo import ComboBox
from .dock_title import DockTitle
from .empty_state import EmptyState
from .fields import NumberField, SearchButton, TextField
from .filmstrip import Filmstrip
from .floating import FloatingCard, PictureCard
from .histogram import Histogram
from .jobs_pill import JobsPill
from .labels import Hairline, Label, SectionLabel
from .line_plot import LinePlot
from .message_strip import Message, MessageStrip
from .parameter_row import ParameterRow
from .picture_drop import PictureDrop
from .picture_view import PictureView
from .run_bar import RunBar
from .segmented import Segmented
from .slider import Slider, SliderField
from .tile_grid import TileGrid
from .toggle import Toggle
from .views import Menu, dress

__all__ = [
    "Bar",
    "Button",
    "Chip",
    "ClassBars",
    "ColourBar",
    "ComboBox",
    "DockTitle",
    "EmptyState",
    "Filmstrip",
    "FloatingCard",
    "Hairline",
    "Histogram",
    "IconButton",
    "JobsPill",
    "KeyCap",
    "Label",
    "LinePlot",
    "Menu",
    "Message",
    "MessageStrip",
    "NumberField",
    "PaintedWidget",
    "ParameterRow",
    "PictureCard",
    "PictureDrop",
    "PictureView",
    "RunBar",
    "SearchButton",
    "SectionLabel",
    "Segmented",
    "Slider",
    "SliderField",
    "TextField",
    "TileGrid",
    "Toggle",
    "dress",
    "follow_theme",
    "number",
    "percent",
    "to_qimage",
]
