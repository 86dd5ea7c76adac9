"""Turn a make target and its variables into a command line. Pure.

make calls `orderlake --make TARGET` and passes its variables in the environment, so that no shell
ever reads them.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from orderlake.errors import WrongUse


@dataclass(frozen=True, slots=True)
class Target:
    """A target: its command, and which variables it takes as options or as names."""

    command: str
    options: tuple[str, ...] = ("ENV",)
    name: str = ""
    is_name_needed: bool = False


TARGETS = {
    "demo": Target("demo", ("KEEP",)),
    "up": Target("local up", ("RUNTIME", "ENGINE")),
    "down": Target("local down", ()),
    "deploy": Target("deploy"),
    "destroy": Target("destroy"),
    "upload": Target("upload", name="FILE", is_name_needed=True),
    "crawl": Target("crawl"),
    "curate": Target("curate"),
    "backfill": Target("backfill", name="FILE", is_name_needed=True),
    "query": Target("query", ("ENV", "FORMAT"), name="Q"),
    "sync": Target("sync"),
    "parity": Target("parity", name="Q"),
    "lint-sql": Target("lint", ()),
    "status": Target("status", name="FILE"),
    "report": Target("report"),
    "rejected": Target("rejected", name="FILE"),
    "replay": Target("replay", name="FILE"),
    "logs": Target("logs"),
    "doctor": Target("doctor"),
    "sample": Target("sample", ()),
}
FLAGS = {"KEEP"}


def words_of(target: str, variables: Mapping[str, str]) -> list[str]:
    """Return a target's command line; raises WrongUse. Pure.

    Each variable is one word, whatever it holds. ARGS is split into words like in a shell: quotes
    hold words together, and no other character is special.
    """
    facts = TARGETS[target]
    words = facts.command.split()
    for option in facts.options:
        value = variables.get(option, "")
        if option in FLAGS:
            words += [f"--{option.lower()}"] if value not in ("", "0") else []
        elif value:
            words += [f"--{option.lower()}", value]
    try:
        more = shlex.split(variables.get("ARGS", ""))
    except ValueError as error:
        raise WrongUse(f"ARGS cannot be read: {error}", "quotes come in pairs") from error
    name = variables.get(facts.name, "") if facts.name else ""
    if facts.is_name_needed and not name and not more:
        raise WrongUse("which file?", f"make {target} {facts.name}=orders.csv")
    # After -- a name that begins with a dash is not taken for an option.
    return [*words, *more, *(["--", name] if name else [])]
