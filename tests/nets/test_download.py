"""Downloads from a server that is slow, breaks off, and lies about hash and length."""

from __future__ import annotations

import errno
import hashlib
import random
import shutil
import ssl
import threading
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Event, Progress
from cnnviz_app.nets import catalog, download, line, zoo
from tests.nets.download_server import MisbehavingServer, serve

CONTENT = random.Random(0).randbytes(300_000)
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with serve(CONTENT) as running:
        yield running


@pytest.fixture
def fetch(server: MisbehavingServer, tmp_path: Path) -> Any:
    def run(manners: str, ctx: Context | None = None, **changes: Any) -> Path:
        path = tmp_path / "cache" / f"net-{SHA[:8]}.pth"
        url = f"{server.base(manners)}/{path.name}"
        wanted = {"url": url, "path": path, "size": len(CONTENT), "sha256": SHA[:8], **changes}
        timeout = 0.3 if manners in {"silent", "stall"} else 5.0
        return download.fetch(download.Wanted(**wanted), ctx or Context.silent(), timeout)

    return run


def left(tmp_path: Path) -> dict[str, int]:
    return {path.suffix: path.stat().st_size for path in (tmp_path / "cache").glob("*")}


@pytest.mark.parametrize("manners", ["plain", "moved", "nolength", "slow"])
def test_a_file_arrives_whole(fetch: Any, manners: str) -> None:
    path = fetch(manners)
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]


def test_progress_counts_bytes_and_ends_at_the_total(fetch: Any) -> None:
    events: list[Event] = []
    fetch("slow", Context(emit=events.append))
    progress = [event for event in events if isinstance(event, Progress)]
    assert [e.done for e in progress] == sorted(e.done for e in progress)
    assert progress[-1].done == progress[-1].total == len(CONTENT)
    assert progress[-1].text == "0.3 MB of 0.3 MB"
    assert any(event.seconds_left is not None for event in progress)


def test_a_partial_file_is_continued(
    fetch: Any, server: MisbehavingServer, tmp_path: Path
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / f"net-{SHA[:8]}.pth.part").write_bytes(CONTENT[:100_000])
    assert fetch("plain").read_bytes() == CONTENT
    assert server.ranges == ["bytes=100000-"]


def test_a_server_without_ranges_starts_afresh(fetch: Any, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / f"net-{SHA[:8]}.pth.part").write_bytes(b"x" * 100_000)
    assert fetch("norange").read_bytes() == CONTENT


@pytest.mark.parametrize("extra", [b"", b"too long"])
def test_a_part_that_is_already_long_enough(fetch: Any, tmp_path: Path, extra: bytes) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / f"net-{SHA[:8]}.pth.part").write_bytes(CONTENT + extra)
    assert fetch("plain").read_bytes() == CONTENT


def test_a_line_that_breaks_again_and_again_keeps_what_came(fetch: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"broken off at 0.2 MB: the other side hung up") as error:
        fetch("break")
    assert "continues where it stopped" in error.value.hint
    assert 200_000 < left(tmp_path)[".part"] < len(CONTENT)
    assert fetch("plain").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("manners", "sentence", "kept"),
    [
        ("wrong", "arrived damaged: its hash is wrong", False),
        ("403", "does not give out", False),
        ("404", "has no file", False),
        ("429", "asks for a pause", False),
        ("500", "has a fault of its own", False),
        ("loop", "sends from one address to the next", False),
        ("silent", "does not answer", False),
        ("page", "A web page came in place of", False),
        ("long", "should have", False),
        ("short", "should have", False),
        ("stall", "nothing came any more", True),
    ],
)
def test_each_misbehaviour_has_its_sentence(
    fetch: Any, tmp_path: Path, manners: str, sentence: str, kept: bool
) -> None:
    with pytest.raises(UserError, match=sentence) as error:
        fetch(manners)
    assert error.value.hint
    assert set(left(tmp_path)) == ({".part"} if kept else set())


def test_no_network(fetch: Any, server: MisbehavingServer) -> None:
    with pytest.raises(UserError, match=r"no way to nowhere\.invalid"):
        fetch("", url="http://nowhere.invalid/net.pth")
    with pytest.raises(UserError, match="cannot be reached"):
        fetch("", url="http://127.0.0.1:9/net.pth")
    with pytest.raises(UserError, match="is not an address"):
        fetch("", url="nonsense")
    with pytest.raises(UserError, match="No safe connection to"):
        fetch("", url=server.base("plain").replace("http:", "https:") + "/net.pth")


def test_a_certificate_nobody_vouches_for() -> None:
    reason = ssl.SSLCertVerificationError("self-signed")
    sentence = line.unreachable("example", urllib.error.URLError(reason)).sentence
    assert sentence == "The connection to example is not safe: its certificate does not hold."


def test_a_full_disk_and_a_closed_folder(
    fetch: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1000))
        with pytest.raises(UserError, match="The disk is full"):
            fetch("plain")

    def refuse(*_args: Any, **_options: Any) -> None:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refuse)
        with pytest.raises(UserError, match="cannot be written"):
            fetch("plain")
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        fetch("plain", path=tmp_path / "file" / "x.pth")
    assert left(tmp_path) == {}


@pytest.mark.parametrize("manners", ["slow", "stall", "silent"])
def test_cancel_takes_effect_at_once_and_keeps_the_part(
    fetch: Any, tmp_path: Path, manners: str
) -> None:
    control = JobControl()
    timer = threading.Timer(0.15, control.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        fetch(manners, Context(control=control))
    timer.join()
    assert control.seconds_since_cancel() < 0.5
    if manners != "silent":
        assert left(tmp_path)[".part"] > 0
    assert fetch("plain").read_bytes() == CONTENT


def test_a_paused_download_waits(fetch: Any) -> None:
    control = JobControl()
    control.pause()
    began = time.monotonic()
    timer = threading.Timer(0.3, control.resume)
    timer.start()
    assert fetch("plain", Context(control=control)).exists()
    timer.join()
    assert time.monotonic() - began >= 0.3


def test_a_zoo_model_goes_into_the_hub_cache(
    server: MisbehavingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoo, "hub_dir", lambda: tmp_path)
    monkeypatch.setenv(download.BASE_VARIABLE, server.base("plain"))
    entry = catalog.find("torchvision/squeezenet1_1")
    assert not entry.available
    with pytest.raises(UserError, match=r"offers 0.3 MB for squeezenet1_1-b8a52dc0.pth"):
        download.download(entry, Context.silent())
    with pytest.raises(UserError, match="needs no download"):
        download.download(catalog.find(catalog.entries()[0].name), Context.silent())
    entry.path.parent.mkdir(exist_ok=True)  # type: ignore[union-attr]  # a zoo line has a path
    with entry.path.open("wb") as file:  # type: ignore[union-attr]
        file.truncate(entry.size_bytes)
    assert catalog.find(entry.name).available
    assert download.download_by_name(entry.name, Context.silent()).available


def test_the_address_is_torchvisions_own() -> None:
    model = zoo.find("resnet18")
    assert model is not None
    assert zoo.url(model, model.default).endswith("/resnet18-f37072fd.pth")
