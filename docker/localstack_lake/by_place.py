"""What a service keeps for each account and region."""

from collections.abc import Callable
from threading import Lock


class ByPlace[Kept]:
    """One record keeper per account and region, made when it is first asked for."""

    def __init__(self, make: Callable[[str, str], Kept]) -> None:
        self._make = make
        self._kept: dict[tuple[str, str], Kept] = {}
        self._lock = Lock()

    def find(self, account_id: str, region: str) -> Kept:
        """Return the one of an account and region."""
        with self._lock:
            if (account_id, region) not in self._kept:
                self._kept[account_id, region] = self._make(account_id, region)
            return self._kept[account_id, region]

    def all(self) -> list[Kept]:
        """Return those that were made so far."""
        with self._lock:
            return list(self._kept.values())
