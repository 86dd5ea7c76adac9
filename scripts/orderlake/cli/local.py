"""The commands local up, local down, local status and local env."""

import time
from pathlib import Path

import click

from orderlake.aws.local_instance import DEFAULT_REGION, LocalInstance, public_facts, read_state
from orderlake.cli import options
from orderlake.cli.group import Group
from orderlake.cli.output import note, print_json, print_line, suggest
from orderlake.cli.progress import waiting
from orderlake.cli.verbosity import is_quiet
from orderlake.errors import NoLocalAws
from orderlake.local_aws import lifecycle as local_aws
from orderlake.settings import LOCAL_ENGINES, Settings, load, working_folder
from orderlake.wording import count_text


@click.group(cls=Group)
def local() -> None:
    """Start, stop and look at the local AWS.

    Example: orderlake local up
    """


@local.command()
@click.option("--port", type=click.IntRange(1024, 65535), help="Default: orderlake.toml's.")
@click.option(
    "--runtime",
    type=click.Choice(list(local_aws.RUNTIMES)),
    envvar="ORDERLAKE_RUNTIME",
    help="host (default, also where Docker is: it needs nothing and is up in seconds), or docker: "
    "the same in a container, whose image takes minutes to build the first time.",
)
@click.option(
    "--engine",
    type=click.Choice(LOCAL_ENGINES),
    envvar="ORDERLAKE_ENGINE",
    help="What runs Athena's queries: duckdb (default), or trino, a real Trino with Iceberg "
    "tables. It takes 1 GB of memory; to install it: make local-up ENGINE=trino",
)
@click.option(
    "--persist",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the raw files in this folder when stopped; begin with those that are in it.",
)
@click.option("--watch", is_flag=True, help="Deploy, then again at every save, until Ctrl-C.")
@click.option(
    "--open",
    "is_open",
    is_flag=True,
    help="Accept any access key, and so every user of this machine. Web pages stay out.",
)
@click.option(
    "--iam",
    "is_iam_for_users",
    is_flag=True,
    help="Enforce the policies of IAM users, too, and not only those of functions' roles.",
)
@options.json_output
def up(
    port: int | None,
    runtime: str | None,
    engine: str | None,
    persist: Path | None,
    watch: bool,
    is_open: bool,
    is_iam_for_users: bool,
    as_json: bool,
) -> None:
    """Start the local AWS, unless it runs already.

    It is LocalStack, and listens on this machine's loopback only.

    Its data is gone when it is stopped, unless --persist names a folder: the newest version of
    every raw file is then kept there, and the next start deploys and sends them again. Raw files
    are kept as they come.

    It accepts only its own access key, which `orderlake local env` prints for other programs.

    Example: orderlake local up --port 4600 --persist shop-data
    """
    start = time.monotonic()
    kept_in = str(working_folder() / persist) if persist else ""
    with waiting("starting the local AWS"):
        running, is_new = local_aws.start(
            settings_of(port),
            note,
            runtime,
            kept_in,
            engine=engine,
            is_open=is_open,
            is_iam_for_users=is_iam_for_users,
        )
    if is_new and persist:
        begin_with(persist)
    if as_json:
        print_json({**public_facts(running), "is_new": is_new})
    else:
        say_up(running, is_new, time.monotonic() - start, watch)
    if watch:
        keep_deploying()


def begin_with(folder: Path) -> None:
    """Bring back what an earlier run left in the folder; where that fails, stop again."""
    from orderlake.aws.session import open_aws
    from orderlake.local_aws import kept_files

    settings = settings_of(None)
    try:
        archive = kept_files.read_archive(folder)
        if archive is None:
            return
        note(f"bringing back {count_text(len(archive.files), 'raw file')} from {folder}")
        kept_files.restore(open_aws(settings), folder, archive, note)
    except BaseException:
        local_aws.stop(settings)
        raise


def say_up(running: LocalInstance, is_new: bool, seconds: float, watch: bool) -> None:
    """Print its address, and what to type next."""
    if not is_new:
        print_line(f"local AWS was already up at {running.endpoint_url}")
        return
    print_line(f"local AWS is up at {running.endpoint_url} ({seconds:.1f} s)")
    if running.trino_url:
        print_line(f"Athena's queries run on Trino, which is at {running.trino_url}")
    if not watch and not is_quiet():
        next_step = "make status" if running.kept_in else "make deploy"
        suggest(next_step)
        print_line("to stop it: make local-down")
        print_line('for other programs: eval "$(orderlake local env)"')


def keep_deploying() -> None:
    """Redeploy at every save until Ctrl-C, which leaves the local AWS up."""
    from orderlake.aws.session import open_aws
    from orderlake.local_aws.watch_sources import watch

    try:
        watch(open_aws(settings_of(None)), print_line)
    except KeyboardInterrupt:
        print_line("\nno longer watching; the local AWS is still up (make local-down)")


@local.command()
@options.json_output
def env(as_json: bool) -> None:
    """Print the variables with which other programs reach the local AWS.

    A shell takes them by eval "$(orderlake local env)".

    Example: orderlake local env
    """
    settings = settings_of(None)
    running = read_state(settings)
    if running is None or local_aws.health(running.endpoint_url) is None:
        raise NoLocalAws(settings.endpoint_url or "")
    access_key_id, secret_access_key = running.credentials
    region = settings.region or DEFAULT_REGION
    variables = {
        "AWS_ENDPOINT_URL": running.endpoint_url,
        "AWS_ACCESS_KEY_ID": access_key_id,
        "AWS_SECRET_ACCESS_KEY": secret_access_key,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
    if running.trino_url:
        variables |= {"TRINO_URL": running.trino_url, "TRINO_TOKEN": running.trino_token}
    if as_json:
        print_json(variables)
        return
    for name, value in variables.items():
        click.echo(f"export {name}={value}")
    click.echo("unset AWS_PROFILE AWS_SESSION_TOKEN")


@local.command()
@click.option("--discard", is_flag=True, help="Save no raw files, even if started with --persist.")
def down(discard: bool) -> None:
    """Stop the local AWS and its functions; its data goes too.

    Started with --persist, it keeps the newest version of every raw file.

    Example: orderlake local down
    """
    settings = settings_of(None)
    running = read_state(settings)
    if running and running.kept_in and not discard:
        keep(settings, running)
    was_there = local_aws.stop(settings)
    kept = running is not None and bool(running.kept_in) and not discard
    gone = "" if kept else "; its data is gone (--persist DIR keeps the raw files)"
    print_line(f"the local AWS is stopped{gone}" if was_there else "no local AWS was up")


def keep(settings: Settings, running: LocalInstance) -> None:
    """Save the raw files; if that fails, the local AWS stays up, so that nothing is lost."""
    from orderlake.aws.session import open_aws
    from orderlake.local_aws import kept_files

    if local_aws.health(running.endpoint_url) is None:
        is_whole = local_aws.rescue(running)
        until = "what came until then" if is_whole else "what was last saved"
        note(f"it had ended by itself; {running.kept_in} holds {until}")
        return
    count = kept_files.save(open_aws(settings), Path(running.kept_in))
    if count is None:
        kept_files.forget_since_last_save(Path(running.kept_in))
        note(f"nothing is deployed; {running.kept_in} stays as it was last saved")
    else:
        note(f"{count_text(count, 'raw file')} kept in {running.kept_in}")


@local.command()
@options.json_output
def status(as_json: bool) -> None:
    """Say where the local AWS is, and which services it has loaded.

    Example: orderlake local status --json
    """
    settings = settings_of(None)
    running = read_state(settings)
    health = local_aws.health(running.endpoint_url) if running else None
    if running is None or health is None:
        raise NoLocalAws(settings.endpoint_url or "")
    loaded = sorted(name for name, state in health["services"].items() if state == "running")
    if as_json:
        print_json({**public_facts(running), "services": loaded})
    else:
        print_line(f"local AWS is up at {running.endpoint_url} ({running.runtime})")
        print_line(f"services in use: {', '.join(loaded) or 'none yet'}; log: {running.log}")


def settings_of(port: int | None) -> Settings:
    """Return the local settings, at another port where one is given; hints repeat them."""
    settings = load("local", port=port)
    click.get_current_context().find_root().obj = settings
    return settings
