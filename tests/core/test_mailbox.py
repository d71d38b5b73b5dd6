"""Of frames only the newest, everything else in order, nothing after the end."""

from __future__ import annotations

import threading

import numpy as np

from cnnviz_app.core.events import Event, Finished, Frame, Metrics, Started
from cnnviz_app.core.mailbox import Mailbox


def frame(step: int, name: str = "picture", job: int = 1) -> Frame:
    return Frame(job, name, step, np.zeros((1, 1, 3), np.uint8))


def brief(events: list[Event]) -> list[str]:
    return [
        f"{event.name}{event.step}" if isinstance(event, Frame) else type(event).__name__
        for event in events
    ]


def test_only_the_newest_frame_of_each_name_remains() -> None:
    box = Mailbox()
    for event in (Started(1), frame(1), Metrics(1, 1), frame(2), frame(1, "other"), frame(3),
                  frame(9, job=2), Finished(1)):  # fmt: skip
        box.put(event)
    assert brief(box.drain()) == [
        "Started",
        "picture3",
        "Metrics",
        "other1",
        "picture9",
        "Finished",
    ]
    assert box.drain() == []


def test_next_frame_after_emptying_is_new() -> None:
    box = Mailbox()
    box.put(frame(1))
    assert brief(box.drain()) == ["picture1"]
    box.put(Metrics(1, 2))
    box.put(frame(2))
    assert brief(box.drain()) == ["Metrics", "picture2"]


def test_nothing_is_lost_between_threads() -> None:
    box = Mailbox()
    seen: list[Event] = []

    def fill() -> None:
        for step in range(2000):
            box.put(Metrics(1, step))
            box.put(frame(step))
        box.put(Finished(1))

    thread = threading.Thread(target=fill)
    thread.start()
    while not (seen and isinstance(seen[-1], Finished)):
        seen.extend(box.drain())
    thread.join()
    assert [e.step for e in seen if isinstance(e, Metrics)] == list(range(2000))
    frames = [e.step for e in seen if isinstance(e, Frame)]
    assert frames == sorted(frames)
    assert frames[-1] == 1999
