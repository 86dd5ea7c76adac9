"""Errors of the local mirror of the lake, and of the engines that read it."""

from pathlib import Path

from orderlake.errors.base import OrderlakeError


def sync_step(folder: Path) -> str:
    """Return the command that fills a mirror's folder, which is below its environment's."""
    return "make sync ENV=aws" if folder.parent.name == "aws" else "make sync"


class NoMirror(OrderlakeError):
    """There is no local copy to answer from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        step = sync_step(folder)
        start = "start the lake, then: " if step == "make sync" else ""
        super().__init__(f"nothing is mirrored in {folder}", f"{start}{step}")


class DamagedMirror(NoMirror):
    """The local copy is not what was downloaded: cut off, changed, or partly removed."""

    def __init__(self, folder: Path, what: str) -> None:
        self.folder, self.what = folder, what
        OrderlakeError.__init__(
            self,
            f"the mirror in {folder} is damaged: {what}",
            f"bring it again: {sync_step(folder)}",
        )


class MirrorBusy(OrderlakeError):
    """Another process holds the mirror for longer than this one waits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"another process is using {folder}", "let it finish, then run this again")


class SourceChanging(OrderlakeError):
    """Objects were replaced during every attempt to copy them."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            f"the objects of {source} keep changing", "wait for uploads, then: make sync"
        )


class SnapshotsDiffer(OrderlakeError):
    """Two engines hold different data, so a comparison would say nothing about the engines."""

    def __init__(self, left: str, right: str) -> None:
        self.left, self.right = left, right
        super().__init__(
            f"{left} and {right} hold different data", "bring them together: make sync"
        )
