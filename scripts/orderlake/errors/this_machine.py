"""Errors of this machine: its disk, its programs, and files that are transformed on it."""

from pathlib import Path

from orderlake.errors.base import OrderlakeError


class StorageRefused(OrderlakeError):
    """A file or folder of this machine could not be read or written; `path` may be unknown."""

    def __init__(self, path: str, reason: str, next_step: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}" if path else reason, next_step)


class MissingTool(OrderlakeError):
    """A program or an environment that this step needs and the machine does not have."""

    def __init__(self, tool: str, why: str, next_step: str) -> None:
        self.tool, self.why = tool, why
        super().__init__(f"{tool} is missing: {why}", next_step)


class TransformFailed(OrderlakeError):
    """A file could not be transformed for lack of disk or memory; nothing of it was written."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}", "free disk space (TMPDIR names the work folder)")
