"""Operations that would run something: moto records them as done, and nothing has run.

A trigger or a workflow can be kept, shown and removed, but it does not start. A session or a
development endpoint is a computer, which does not exist here.
"""

from localstack.aws.api import RequestContext, ServiceResponse, handler
from localstack.services.moto import call_moto
from moto.glue.models import glue_backends

from localstack_lake.glue.catalog import GlueDict
from localstack_lake.glue.paging import invalid_input, not_found


class RefusedHandlers:
    """The operations that are refused."""

    @handler("CreateTrigger", expand=False)
    def create_trigger(self, context: RequestContext, request: GlueDict) -> ServiceResponse | None:
        """Keep a trigger, unless it is to start at once."""
        if request.get("StartOnCreation"):
            raise invalid_input(
                f"The local AWS starts no triggers; {request['Name']} needs StartOnCreation false"
            )
        return call_moto(context)

    @handler("StartTrigger", expand=False)
    def start_trigger(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Refuse: a trigger that is called activated and starts nothing would be a lie."""
        if request["Name"] not in glue_backends[context.account_id][context.region].triggers:
            raise not_found(f"Trigger {request['Name']} not found.")
        raise invalid_input(
            f"The local AWS starts no triggers; start what {request['Name']} names yourself"
        )

    @handler("StartWorkflowRun", expand=False)
    def start_workflow_run(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Refuse: moto's run of a workflow starts none of its jobs and crawlers."""
        if request["Name"] not in glue_backends[context.account_id][context.region].workflows:
            raise not_found(f"Workflow {request['Name']} not found.")
        raise invalid_input(
            f"The local AWS runs no workflows; start the crawlers of {request['Name']} yourself"
        )

    @handler("CreateSession", expand=False)
    def create_session(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Refuse: no statement would run in it."""
        raise invalid_input(
            f"The local AWS has no interactive sessions; {request['Id']} is refused"
        )

    @handler("CreateDevEndpoint", expand=False)
    def create_dev_endpoint(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Refuse: nobody could connect to it."""
        raise invalid_input(
            f"The local AWS has no development endpoints; {request['EndpointName']} is refused"
        )
