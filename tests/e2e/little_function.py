"""A function that does what its event says; the tests of function faults deploy it."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

calls = 0
temporary = Path(tempfile.gettempdir())


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    global calls
    calls += 1
    match event["do"]:
        case "print":
            print(event["text"])
        case "sleep":
            time.sleep(event["seconds"])
        case "exit":
            sys.exit(event["status"])
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "fill":
            blocks = [bytearray(os.urandom(1)) * (8 << 20) for _ in range(event["mb"] // 8)]
            time.sleep(2)
            return {"blocks": len(blocks)}
        case "raise":
            raise ValueError("no such order")
        case "look":
            return {
                "variables": sorted(os.environ),
                "code_is_writable": bool(Path(__file__).stat().st_mode & 0o222),
                "temporary_files": [path.name for path in temporary.iterdir()],
                "temporary": str(temporary),
            }
        case "write":
            with (temporary / event["name"]).open("wb") as file:
                for _ in range(event["mb"]):
                    file.write(bytes(1 << 20))
                    file.flush()
                    time.sleep(event.get("pause", 0))
        case "leave":
            (temporary / "left").write_text("behind")
    return {"calls": calls, "pid": os.getpid(), "code": os.environ.get("CODE")}
