"""Capacity reservations. No capacity can be reserved here, so the list is always empty."""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler

from localstack_lake.athena.errors import invalid_request

type Record = dict[str, Any]


class CapacityHandlers:
    """The operations that moto would answer with a reservation of nothing."""

    @handler("CreateCapacityReservation", expand=False)
    def create_capacity_reservation(self, context: RequestContext, request: Record) -> Record:
        """Refused: queries run on this machine, whatever is reserved."""
        raise invalid_request("The local Athena has no capacity to reserve")

    @handler("UpdateCapacityReservation", expand=False)
    def update_capacity_reservation(self, context: RequestContext, request: Record) -> Record:
        """Refused, as creating one is."""
        raise no_reservation(request["Name"])

    @handler("GetCapacityReservation", expand=False)
    def get_capacity_reservation(self, context: RequestContext, request: Record) -> Record:
        """Refused, as creating one is."""
        raise no_reservation(request["Name"])

    @handler("DeleteCapacityReservation", expand=False)
    def delete_capacity_reservation(self, context: RequestContext, request: Record) -> Record:
        """Refused, as creating one is."""
        raise no_reservation(request["Name"])


def no_reservation(name: str) -> CommonServiceException:
    """Return Athena's answer to the name of a reservation that does not exist."""
    return invalid_request(f"CapacityReservation {name} was not found")
