"""The command doctor. It prints each finding, and fails if something necessary is missing."""

from dataclasses import asdict
from itertools import chain

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json, print_line
from orderlake.settings import Settings

MARKS = {"ok": "ok", "note": "note", "missing": "MISSING"}


@click.command()
@options.environment
@options.json_output
def doctor(settings: Settings, as_json: bool) -> None:
    """Say what this machine can do and what is missing.

    With --env aws it also checks the account: identity, region, quotas, names, the stack.

    Example: orderlake doctor --env aws
    """
    from orderlake.doctor.machine import examine_machine

    findings = examine_machine(settings)
    if not settings.is_local:
        from orderlake.doctor.account import examine_account

        findings = chain(findings, examine_account(settings))
    missing = 0
    found = []
    for finding in findings:
        missing += finding.state == "missing"
        found.append(asdict(finding))
        if not as_json:
            step = f" ({finding.next_step})" if finding.next_step else ""
            print_line(f"{MARKS[finding.state]:<8} {finding.name:<12} {finding.detail}{step}")
    if as_json:
        print_json(found)
    first = "make demo" if settings.is_local else "make deploy ENV=aws ARGS=--plan"
    note(
        f"{missing} of {len(found)} missing: do what stands in brackets, then look again"
        if missing
        else f"nothing is missing; for a start: {first}"
    )
    click.get_current_context().exit(1 if missing else 0)
