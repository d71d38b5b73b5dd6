"""What every panel is handed: the objects of the window that panels may talk to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnviz_app.ui.annotations import Annotations
    from cnnviz_app.ui.conductor import Conductor
    from cnnviz_app.ui.edits import Edits
    from cnnviz_app.ui.engine_client import EngineClient
    from cnnviz_app.ui.job_log import JobLog
    from cnnviz_app.ui.live.live import Live
    from cnnviz_app.ui.messages import Messages
    from cnnviz_app.ui.model_choice import ModelChoice
    from cnnviz_app.ui.pace import Pace
    from cnnviz_app.ui.result_store import ResultStore
    from cnnviz_app.ui.run_session import RunSession
    from cnnviz_app.ui.settings import Settings
    from cnnviz_app.ui.sources import PictureSource
    from cnnviz_app.ui.state import AppState
    from cnnviz_app.ui.theme import Theme
    from cnnviz_app.ui.view_options import ViewOptions


@dataclass(frozen=True)
class Desk:
    """One of each; panels meet in `state`, never each other.

    Attributes:
        state: the selection.
        conductor: verbs that change it (open a model, fetch weights).
        engine: for a panel's own questions.
        runs: the canvas: what is asked for and its frames.
        pictures: where the current picture comes from (next, previous, open, paste).
        live: the camera, video or screen region that moves, if any.
        pace: how often what follows the picture may do so while it moves.
        messages: the strip of sentences at the bottom.
        settings: what is remembered.
        theme: colours, sizes, icons.
        view: how maps and pictures are shown.
        choice: the model under consideration in browser, plot and card, and its downloads.
        jobs: what the engine does and did.
        results: the finished pictures that are kept.
        edits: units of the open network that are changed while one looks.
        annotations: the labels people gave to units.
    """

    state: AppState
    conductor: Conductor
    engine: EngineClient
    pictures: PictureSource
    live: Live
    pace: Pace
    runs: RunSession
    messages: Messages
    settings: Settings
    theme: Theme
    view: ViewOptions
    choice: ModelChoice
    jobs: JobLog
    results: ResultStore
    edits: Edits
    annotations: Annotations
