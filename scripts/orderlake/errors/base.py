"""What every error of the command line has: what happened, what to type next, an exit code."""


class OrderlakeError(Exception):
    """Anything that ends a command; `message` says what happened, `next_step` what to type."""

    exit_code = 1

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message}\n{self.next_step}" if self.next_step else self.message


class WrongUse(OrderlakeError):
    """The command line, a setting or an input file does not make sense as given."""

    exit_code = 2
