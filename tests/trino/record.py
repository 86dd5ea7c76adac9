"""Write `recorded.json` anew: `python -m tests.trino.record`, after new statements were added."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.trino.server import ROOT, VERSION, running

sys.path.insert(0, str(ROOT / "tests" / "fixtures"))


def without_names(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as the recording keeps it."""
    return {part: value for part, value in answer.items() if part != "names"}


def main() -> None:
    from trino_orders import RECORDING, statements

    from tests.trino.asking import ask, make_orders

    folder = Path(tempfile.mkdtemp())
    with running(folder / "server", {"memory": {"connector.name": "memory"}}) as url:
        make_orders(url)
        answers = {sql: without_names(ask(url, sql)) for sql in statements()}
    entries = ",\n".join(
        f"{json.dumps(sql, ensure_ascii=False)}: {json.dumps(answer, ensure_ascii=False)}"
        for sql, answer in answers.items()
    )
    RECORDING.write_text(f'{{"trino": "{VERSION}", "answers": {{\n{entries}\n}}}}\n', "utf-8")


if __name__ == "__main__":
    main()
