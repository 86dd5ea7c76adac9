"""Write into LocalStack's log what callers needed: what a policy for them has to allow."""

import json
import logging

from localstack_lake.iam.needed import NeededAccess

LOG = logging.getLogger(__name__)

_MOST_NOTED = 100_000
_noted: set[tuple[str, str, str]] = set()


def note_allowed(caller: str, needed: NeededAccess) -> None:
    """Note an allowed action on a resource, unless this caller has used it before."""
    entry = (caller, needed.action, needed.resource)
    if entry in _noted or len(_noted) >= _MOST_NOTED:
        return
    _noted.add(entry)
    allowed = {"caller": caller, "action": needed.action, "resource": needed.resource}
    LOG.info("allowed: %s", json.dumps(allowed | {"keys": dict(needed.keys)}))
