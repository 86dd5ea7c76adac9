"""The one error of this package: a contract or a list beside it that cannot be used."""


class ContractError(Exception):
    """A contract that cannot be used: the file, the line (1-based; 0 if unknown) and the reason."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}" if line else f"{path}: {reason}")
        self.path, self.line, self.reason = path, line, reason
