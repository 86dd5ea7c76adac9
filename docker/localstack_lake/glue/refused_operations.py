"""Operations that would run something: moto records them as done, and nothing has run.

A trigger on demand starts what it names. Another one and a workflow can be kept, shown and removed,
but they do not start. A session or a development endpoint is a computer, which does not exist here.
"""

from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import CommonServiceException, RequestContext, ServiceResponse, handler
from localstack.aws.connect import connect_to
from localstack.services.moto import call_moto
from moto.glue.models import glue_backends

from localstack_lake.glue.paging import invalid_input, not_found
from localstack_lake.glue.shapes import GlueDict


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
        """Start the jobs and crawlers of a trigger on demand, whose state stays CREATED.

        Another one is refused: a trigger that is called activated and starts nothing would be a
        lie. https://docs.aws.amazon.com/glue/latest/dg/about-triggers.html
        """
        name = request["Name"]
        trigger = glue_backends[context.account_id][context.region].triggers.get(name)
        if trigger is None:
            raise not_found(f"Trigger {name} not found.")
        if trigger.trigger_type != "ON_DEMAND":
            raise invalid_input(
                f"The local AWS starts only triggers on demand; start what {name} names yourself"
            )
        glue = connect_to(aws_access_key_id=context.account_id, region_name=context.region).glue
        try:
            for action in trigger.as_dict()["Actions"]:
                start(glue, action)
        except ClientError as error:
            told = error.response["Error"]
            raise CommonServiceException(told["Code"], told["Message"]) from error
        return {"Name": name}

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


def start(glue: Any, action: GlueDict) -> None:
    """Start an action's crawler or job."""
    if crawler := action.get("CrawlerName"):
        glue.start_crawler(Name=crawler)
    if job := action.get("JobName"):
        given = {k: action[k] for k in ("Arguments", "Timeout") if action.get(k)}
        glue.start_job_run(JobName=job, **given)
