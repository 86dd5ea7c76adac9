"""The command destroy. It shows what holds data, asks, removes, and checks that all is gone."""

import click

from orderlake.cli import options
from orderlake.cli.deploy import print_event
from orderlake.cli.output import note, print_line
from orderlake.errors import DeployFailed
from orderlake.settings import Settings
from orderlake.wording import count_text, size_text


@click.command()
@options.environment
@click.option("--keep-data", is_flag=True, help="Keep the data's buckets; deploy takes them back.")
@options.yes
def destroy(settings: Settings, keep_data: bool, yes: bool) -> None:
    """Remove everything the stack made, data too, and check it is gone.

    Example: orderlake destroy --env local
    """
    from orderlake.aws.session import open_aws
    from orderlake.deploy import destroy as destruction
    from orderlake.deploy.turns import take_turns

    aws = open_aws(settings)
    place = f"stack {aws.names.stack} in {aws.place}"
    note(place)
    for contents in destruction.bucket_contents(aws):
        count = count_text(contents.versions, "object version")
        note(f"  {contents.bucket}: {count}, {size_text(contents.size_bytes)}")
    what = "remove all but the data" if keep_data else "remove all of it, data included"
    options.confirm(settings, f"{what}: {place}", yes)
    with take_turns(settings, "destroy", note):
        destruction.destroy(aws, print_event, keep_data=keep_data)
        left = destruction.remains(aws, keep_data=keep_data)
    if left:
        step = "look at each; some take a minute to disappear: run destroy again"
        raise DeployFailed(aws.names.stack, "not all gone", ", ".join(left), step)
    print_line(f"gone: nothing named {settings.prefix}-* of this stack is left")
    if bucket := aws.names.existing_raw_bucket:
        print_line(f"left as it is: the bucket {bucket}, with its files and notifications")
    if keep_data:
        buckets = " and ".join(destruction.data_buckets(aws))
        print_line(f"kept, where they existed: {buckets}; the next deploy takes them back")
