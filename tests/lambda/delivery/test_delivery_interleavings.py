"""Safe redelivery: after the last delivery, the outputs are those of the newest version."""

import tempfile
from pathlib import Path

from deliveries import KEY, PROCESSED, RAW, Running, Stage, check_settled
from drawn_examples import examples
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from order_transform.delivery.layout import member_key, outputs_for
from order_transform.delivery.protocol import Delivered

CONTENTS = st.sampled_from(
    [
        b"rows a",
        b"rows b",
        b"rows rejects c",
        b"rejects d",
        b"refused e",
        b"refused rejects f",
        b"g",
        b"@one h",
        b"@one @two i",
        b"rejects @two j",
    ]
)


class Deliveries(RuleBasedStateMachine):
    """Uploads, deletions and events; deliveries that are late, doubled, interleaved and killed."""

    unversioned: frozenset[str] = frozenset()

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.stage = Stage(Path(self.folder.name), self.unversioned)
        self.undelivered = 0

    @rule(content=CONTENTS)
    def upload(self, content: bytes) -> None:
        self.stage.storage.put(RAW, KEY, content)
        self.undelivered += 1

    @precondition(lambda self: self.stage.storage.newest(RAW, KEY))
    @rule()
    def delete(self) -> None:
        self.stage.storage.put(RAW, KEY, None)
        self.undelivered += 1

    @precondition(lambda self: self.undelivered and len(self.stage.running) < 4)
    @rule()
    def deliver_an_event(self) -> None:
        self.undelivered -= 1
        self.stage.start(KEY)

    @precondition(lambda self: len(self.stage.running) < 4)
    @rule()
    def deliver_once_more(self) -> None:
        self.stage.start(KEY)

    @precondition(lambda self: self.stage.running)
    @rule(which=st.integers(0, 3), steps=st.integers(1, 30))
    def go_on(self, which: int, steps: int) -> None:
        one = self.stage.running[which % len(self.stage.running)]
        for _ in range(steps):
            if one.step():
                self._ended(one)
                return

    @precondition(lambda self: self.stage.running)
    @rule(which=st.integers(0, 3))
    def crash(self, which: int) -> None:
        one = self.stage.running[which % len(self.stage.running)]
        one.crash()
        self._ended(one)

    def _ended(self, one: Running) -> None:
        self.stage.running.remove(one)
        # An event whose delivery died, or gave up, is delivered again.
        self.undelivered += not isinstance(one.outcome, Delivered)

    @invariant()
    def nothing_is_written_elsewhere(self) -> None:
        if hasattr(self, "stage"):
            outputs = outputs_for(KEY)
            known = {outputs.processed, outputs.rejected, outputs.report}
            known |= {outputs_for(member_key(KEY, name)).processed for name in ("@one", "@two")}
            assert self.stage.storage.visible(PROCESSED).keys() <= known

    def teardown(self) -> None:
        if not hasattr(self, "stage"):
            return
        while self.stage.running:
            for one in list(self.stage.running):
                if one.step():
                    self._ended(one)
        for _ in range(self.undelivered):
            self.stage.deliver(KEY)
        check_settled(self.stage)
        self.folder.cleanup()


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    max_examples=examples(100),
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
