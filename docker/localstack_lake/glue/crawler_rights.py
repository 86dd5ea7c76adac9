"""What a crawler's role lets it do in the catalog, asked before the crawler does it.

Which operations of Glue AWS's crawler calls is not documented: these are those that do the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from glue_crawler.errors import NotAllowedError
from glue_crawler.planning.actions import (
    Action,
    CreatePartitions,
    CreateTable,
    DeletePartitions,
    DeleteTable,
    DeprecateTable,
    UpdatePartitions,
    UpdateTable,
)
from localstack.aws.api import CommonServiceException

from localstack_lake.iam.own_calls import Fields, check_own_call


@dataclass(frozen=True, slots=True)
class CrawlerRights:
    """The permissions of a role's session, in one account and region."""

    account_id: str
    region: str
    identity: str

    def check_actions(self, database: str, actions: Iterable[Action]) -> None:
        """Raise NotAllowedError before anything is written, if a part of it may not be."""
        for action in actions:
            operation, table = _operation(action)
            named = {"DatabaseName": database, "TableName": table}
            self.check(operation, named)

    def check(self, operation: str, parameters: Fields) -> None:
        """Raise NotAllowedError unless the role may call an operation of Glue."""
        place = self.account_id, self.region
        try:
            check_own_call(place, "glue", operation, parameters, self.identity)
        except CommonServiceException as error:
            raise NotAllowedError(error.message) from error


def _operation(action: Action) -> tuple[str, str]:
    match action:
        case CreateTable(table):
            return "CreateTable", table["Name"]
        case UpdateTable(table, _) | DeprecateTable(table):
            return "UpdateTable", table["Name"]
        case DeleteTable(name):
            return "DeleteTable", name
        case CreatePartitions(name, _):
            return "BatchCreatePartition", name
        case UpdatePartitions(name, _):
            return "BatchUpdatePartition", name
        case DeletePartitions(name, _):
            return "BatchDeletePartition", name
