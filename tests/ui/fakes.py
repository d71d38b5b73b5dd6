"""A window without an engine: requests are kept, and the test plays the engine's part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject

from cnnviz_app.core.events import Event, Failed, Finished, Progress, Started, Stopped
from cnnviz_app.core.mailbox import Mailbox
from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.nets.entry import Entry
from cnnviz_app.nets.graph import Node, ReceptiveField
from cnnviz_app.ui.annotations import Annotations
from cnnviz_app.ui.conductor import Conductor
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.edits import Edits
from cnnviz_app.ui.engine_client import EngineClient, Inbox, Ticket
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
from cnnviz_app.ui.theme import theme
from cnnviz_app.ui.view_options import ViewOptions


class _NoTimer:
    def start(self, _ms: int = 0) -> None: ...

    def stop(self) -> None: ...


class FakeEngine(EngineClient):
    """`ask` works as ever, slots and tickets too; nothing runs until the test says so."""

    def __init__(self, parent: QObject | None = None) -> None:
        QObject.__init__(self, parent)
        self._inbox = Inbox()
        self._mailbox = Mailbox()
        self._tickets: dict[int, Ticket] = {}
        self._slots: dict[str, Ticket] = {}
        self._timer = _NoTimer()  # type: ignore[assignment]  # it needs no event loop
        self.requests: list[object] = []
        self.asked_tickets: list[Ticket] = []

    def ask(self, request: object, **how: Any) -> Ticket:
        self.requests.append(request)
        ticket = super().ask(request, **how)
        self.asked_tickets.append(ticket)
        return ticket

    def asked_for(self, kind: type[Any]) -> list[Any]:
        """The requests of one kind so far."""
        return [request for request in self.requests if isinstance(request, kind)]

    def last(self, kind: type[Any]) -> Ticket:
        """The newest ticket still in flight for a request of this kind."""
        found = [t for t in self.tickets if isinstance(t.job.request, kind)]
        assert found, f"nothing in flight asks for {kind.__name__}"
        return found[-1]

    def deliver(self, event: Event) -> None:
        """What the mailbox's drain does with one event."""
        self.happened.emit(event)
        ticket = self._tickets.get(event.job)
        if ticket is not None:
            self._deliver(ticket, event)

    def begin(self, kind: type[Any]) -> Ticket:
        ticket = self.last(kind)
        self.deliver(Started(ticket.job.id, ticket.job.title))
        return ticket

    def progress(
        self, kind: type[Any], done: float, total: float, text: str = "", left: float | None = None
    ) -> None:
        self.deliver(Progress(self.last(kind).job.id, done, total, text, left))

    def finish(self, kind: type[Any], result: object = None) -> None:
        self.deliver(Finished(self.last(kind).job.id, result))

    def fail(self, kind: type[Any], sentence: str, hint: str = "", details: str = "") -> None:
        self.deliver(Failed(self.last(kind).job.id, sentence, hint, details))

    def stop(self, kind: type[Any]) -> None:
        self.deliver(Stopped(self.last(kind).job.id))

    def shut_down(self, patience_ms: int = 5000) -> bool:
        self.cancel_all()
        return True


def fake_desk(owner: QObject) -> Desk:
    """Every object of the window around a `FakeEngine`; `owner` keeps them alive."""
    engine = FakeEngine(owner)
    settings = Settings(None, owner)
    state = AppState(owner)
    messages = Messages(owner)
    edits = Edits(state, owner)
    conductor = Conductor(state, edits, engine, owner)
    runs = RunSession(state, engine, settings, owner)
    return Desk(
        state=state,
        conductor=conductor,
        engine=engine,
        pictures=PictureSource(state, engine, settings, messages, owner),
        live=Live(state, messages, owner),
        pace=Pace(state, engine, owner),
        runs=runs,
        messages=messages,
        settings=settings,
        theme=theme(),
        view=ViewOptions(owner),
        choice=ModelChoice(state, conductor, engine, owner),
        jobs=JobLog(engine, owner),
        results=ResultStore(runs, engine, settings, owner),
        edits=edits,
        annotations=Annotations(state, None, owner),
    )


def engine_of(desk: Desk) -> FakeEngine:
    assert isinstance(desk.engine, FakeEngine)
    return desk.engine


def entry(name: str, **given: Any) -> Entry:
    """A line of the model browser with plausible figures."""
    source = given.pop("source", "torchvision" if name.startswith("torchvision/") else "bundled")
    usual: dict[str, Any] = {
        "title": name.removeprefix("torchvision/"), "source": source,
        "available": source == "bundled", "classes": 1000, "params": 11_689_512,
        "input": (3, 224, 224), "size_bytes": 46_830_571, "top1": 69.758, "top5": 89.078,
        "gflops": 1.814, "year": 2015, "family": "ResNet", "memory_bytes": 180_000_000,
    }  # fmt: skip
    return Entry(name=name, **{**usual, **given})


def facts(nodes: tuple[Node, ...], layers: tuple[str, ...], **given: Any) -> ModelFacts:
    """An opened model made of the given nodes."""
    usual: dict[str, Any] = {
        "name": "lenet5", "title": "LeNet for digits", "labels": tuple("0123456789"),
        "input": (1, 28, 28), "trained": True, "weights_hash": "84391d53748af085",
        "aliases": {}, "output": nodes[-1].name, "defaults": _defaults(layers),
        "params": sum(n.params for n in nodes), "macs": sum(n.macs for n in nodes),
        "map_shapes": {n.name: _map_shape(n) for n in nodes if n.name in layers},
    }  # fmt: skip
    return ModelFacts(nodes=nodes, layers=layers, **{**usual, **given})


def _map_shape(node: Node) -> tuple[int, int, int]:
    units, *grid = node.shape
    return (units, grid[0], grid[1]) if len(grid) == 2 else (units, 1, 1)


def _defaults(layers: tuple[str, ...]) -> Mapping[str, str]:
    return dict.fromkeys(("explore", "feature-vis", "dream", "cam"), layers[0])


def lenet_facts(**given: Any) -> ModelFacts:
    """A small model: two blocks with a convolution and a ReLU each, and a classifier."""

    def node(
        name: str, op: str, above: str, shape: tuple[int, ...], params: int = 0, macs: int = 0,
        field: tuple[int, int] | None = None, scope: str = "",
    ) -> Node:  # fmt: skip
        rf = None if field is None else ReceptiveField((field[0],) * 2, (field[1],) * 2, (0, 0))
        return Node(name, op, (above,) if above else (), shape, params, macs, rf, scope)

    at = "features"
    nodes = (
        node("input", "input", "", (1, 28, 28), field=(1, 1)),
        node(f"{at}.conv1", "conv2d", "input", (6, 28, 28), 156, 117_600, (5, 1), at),
        node(f"{at}.relu1", "relu", f"{at}.conv1", (6, 28, 28), field=(5, 1), scope=at),
        node(f"{at}.pool1", "max_pool2d", f"{at}.relu1", (6, 14, 14), field=(6, 2), scope=at),
        node(f"{at}.conv2", "conv2d", f"{at}.pool1", (16, 10, 10), 2416, 240_000, (14, 2), at),
        node(f"{at}.relu2", "relu", f"{at}.conv2", (16, 10, 10), field=(14, 2), scope=at),
        node("flatten", "flatten", f"{at}.relu2", (1600,)),
        node("classifier", "linear", "flatten", (10,), 16_010, 16_000),
    )
    layers = ("features.conv1", "features.relu1", "features.conv2", "features.relu2", "classifier")
    return facts(nodes, layers, **{"aliases": {"features": "features.relu2"}, **given})
