"""Load services before their first call: on a thread, while LocalStack already answers.

A service's first call otherwise waits for its imports, two seconds for CloudFormation alone. A
call that comes in between waits for the same load; nothing is loaded twice.
"""

import threading

from localstack.services.plugins import SERVICE_PLUGINS


def preload(names: str) -> threading.Thread:
    """Start to load services in the order of their names, which are AWS's, separated by commas.

    A service that cannot be loaded ends the thread with its error in the log; LocalStack answers
    the service's first call with it, too.
    """
    services = [name.strip() for name in names.split(",") if name.strip()]
    thread = threading.Thread(target=_load, args=(services,), name="preloading", daemon=True)
    thread.start()
    return thread


def _load(services: list[str]) -> None:
    for service in services:
        SERVICE_PLUGINS.require(service)
