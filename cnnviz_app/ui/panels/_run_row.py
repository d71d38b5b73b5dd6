"""The run bar of a stage, wired to the canvas's run."""

from __future__ import annotations

from cnnviz_app.core.events import Progress
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.widgets.run_bar import RunBar

NAMES = {"idle": "ready", "stopped": "finished"}


class RunRow(RunBar):
    """Run, pause, step and stop; how far it is, and how it ended."""

    def __init__(self, desk: Desk, words: str = "Run") -> None:
        super().__init__(run_words=words, budget=False, branches=False)
        self._runs = desk.runs
        for signal in (self.run_asked, self.pause_asked, self.resume_asked):
            signal.connect(desk.runs.toggle)
        self.step_asked.connect(desk.runs.step)
        self.stop_asked.connect(desk.runs.stop)
        desk.runs.status_changed.connect(self._on_status)
        desk.runs.progress_changed.connect(self._on_progress)
        self._on_status(desk.runs.status)

    def _on_status(self, status: str) -> None:
        runs = self._runs
        self.set_state(NAMES.get(status, status))  # type: ignore[arg-type]  # the names left are equal
        if status == "stopped":
            done = round(runs.progress.done) if runs.progress is not None else 0
            self.set_status(f"stopped at step {done}", "stop", "t2")
        elif status == "failed" and runs.failure is not None:
            self.set_status(runs.failure.sentence, "err", "err")
        elif status == "finished" and runs.outcome is not None:
            queries = runs.outcome.result.figures.get("queries", 0)
            words = f"finished, {queries} queries, {runs.outcome.seconds:.1f} s"
            self.set_status(words, "ok", "ok")
        elif status == "paused":
            self._on_progress(runs.progress)

    def _on_progress(self, progress: Progress | None) -> None:
        if progress is None or self._runs.status not in ("running", "paused"):
            return
        left = progress.seconds_left
        right = "" if left is None else f"{max(0, round(left))} s left"
        if self._runs.status == "paused":
            right = "paused"
        share = progress.done / progress.total if progress.total else 0.0
        total = f"of {progress.total:.0f}  {progress.text}".strip()
        self.set_progress(share, f"step {progress.done:.0f}", total, right)
