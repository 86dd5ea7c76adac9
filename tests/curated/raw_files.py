"""Remove raw files again from the local AWS that all modules share."""

from tests.e2e.conftest import Lake


def remove(lake: Lake, *names: str) -> None:
    """Delete raw files, and wait until their data is gone, too."""
    for name in names:
        lake.aws("s3").delete_object(Bucket="shop-raw-000000000000-us-east-1", Key=f"raw/{name}")
    while lake.json("status", "--json")["leftovers"]:
        pass
