"""Events taken from a queue: none is lost at a hand-over, and never too many run at once."""

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import pytest
from localstack_lake.functions.event_taking import EventTaking, Message, QueueGone


class MemoryQueue:
    """A queue in memory; an exception among the messages is raised where it is met."""

    def __init__(self, *messages: Any) -> None:
        self.messages: SimpleQueue[Any] = SimpleQueue()
        self.given_back: list[Message] = []
        for message in messages:
            self.messages.put(message)

    def take(self, wait_seconds: int) -> Message | None:
        try:
            message = self.messages.get(timeout=0.01)
        except Empty:
            return None
        if isinstance(message, Exception):
            raise message
        assert isinstance(message, dict)
        return message

    def give_back(self, message: Message) -> None:
        self.given_back.append(message)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def events(count: int) -> list[Message]:
    return [{"number": number} for number in range(count)]


def running(taking: EventTaking) -> Thread:
    thread = Thread(target=taking.run, daemon=True)
    thread.start()
    return thread


def test_no_more_run_at_once_than_the_limit_and_the_rest_stays_in_the_queue() -> None:
    queue = MemoryQueue(*events(5))
    started: list[Message] = []
    taking = EventTaking(queue, started.append, lambda: 2)
    thread = running(taking)
    until(lambda: len(started) == 2)
    time.sleep(0.05)
    assert len(started) == 2
    assert queue.messages.qsize() == 3
    taking.done()
    until(lambda: len(started) == 3)
    taking.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert queue.messages.qsize() == 2


def test_a_limit_of_nothing_still_lets_an_event_fail_on_its_own() -> None:
    started: list[Message] = []
    taking = EventTaking(MemoryQueue(*events(1)), started.append, lambda: 0)
    thread = running(taking)
    until(lambda: len(started) == 1)
    taking.stop()
    thread.join(5)


def test_what_arrives_while_it_is_being_stopped_goes_back_to_the_queue() -> None:
    class Late(MemoryQueue):
        def take(self, wait_seconds: int) -> Message | None:
            taking.stop()
            return super().take(wait_seconds)

    queue = Late(*events(1))
    started: list[Message] = []
    taking = EventTaking(queue, started.append, lambda: 2)
    taking.run()
    assert started == []
    assert queue.given_back == events(1)


def test_what_cannot_be_started_goes_back_to_the_queue() -> None:
    queue = MemoryQueue(*events(1))
    pauses: list[float] = []

    def refuse(message: Message) -> None:
        taking.stop()
        raise RuntimeError("cannot schedule new futures after shutdown")

    taking = EventTaking(queue, refuse, lambda: 1, pauses.append)
    taking.run()
    assert queue.given_back == events(1)
    assert len(pauses) == 1


@pytest.mark.parametrize("trouble", [KeyError("x"), RuntimeError("changed size"), OSError()])
def test_trouble_with_the_queue_ends_nothing(trouble: Exception) -> None:
    started: list[Message] = []
    pauses: list[float] = []
    queue = MemoryQueue(trouble, *events(1), QueueGone())
    EventTaking(queue, started.append, lambda: 3, pauses.append).run()
    assert started == events(1)
    assert len(pauses) == 1


def test_it_ends_with_its_queue() -> None:
    taking = EventTaking(MemoryQueue(QueueGone()), lambda _: None, lambda: 1)
    taking.run()
