"""Tags of the catalog's resources, which moto keeps for resources that do not exist, too."""

from botocore.exceptions import ClientError
from localstack.aws.api import RequestContext, ServiceResponse, handler
from localstack.aws.connect import connect_to
from localstack.services.moto import call_moto

from localstack_lake.glue.paging import invalid_input, not_found
from localstack_lake.glue.shapes import GlueDict

# The operation that shows a resource of each kind, and its argument for the name or the ARN.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html
NAMED = {
    "connection": ("get_connection", "Name"),
    "crawler": ("get_crawler", "Name"),
    "database": ("get_database", "Name"),
    "devEndpoint": ("get_dev_endpoint", "EndpointName"),
    "job": ("get_job", "JobName"),
    "session": ("get_session", "Id"),
    "trigger": ("get_trigger", "Name"),
    "workflow": ("get_workflow", "Name"),
}
BY_ARN = {
    "registry": ("get_registry", "RegistryId", "RegistryArn"),
    "schema": ("get_schema", "SchemaId", "SchemaArn"),
}


class ResourceTagHandlers:
    """Each operation raises EntityNotFoundException for a resource that is not there.

    https://docs.aws.amazon.com/glue/latest/webapi/API_TagResource.html
    """

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: GlueDict) -> ServiceResponse | None:
        """Add tags, or change their values."""
        check_resource(context, request["ResourceArn"])
        return call_moto(context)

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: GlueDict) -> ServiceResponse | None:
        """Remove tags by their keys."""
        check_resource(context, request["ResourceArn"])
        return call_moto(context)

    @handler("GetTags", expand=False)
    def get_tags(self, context: RequestContext, request: GlueDict) -> ServiceResponse | None:
        """Show the tags."""
        check_resource(context, request["ResourceArn"])
        return call_moto(context)


def check_resource(context: RequestContext, arn: str) -> None:
    """Raise InvalidInputException for an ARN of another service, EntityNotFoundException."""
    start = f"arn:{context.partition}:glue:{context.region}:{context.account_id}:"
    kind, _, name = arn.removeprefix(start).partition("/")
    if not arn.startswith(start) or not name:
        raise invalid_input(f"Resource ARN {arn} is not one of Glue in this account and region")
    glue = connect_to(aws_access_key_id=context.account_id, region_name=context.region).glue
    try:
        if kind in NAMED:
            operation, argument = NAMED[kind]
            getattr(glue, operation)(**{argument: name})
        elif kind in BY_ARN:
            operation, argument, field = BY_ARN[kind]
            getattr(glue, operation)(**{argument: {field: arn}})
        else:
            raise not_found(f"Resource {arn} not found.")
    except ClientError as error:
        raise not_found(f"Resource {arn} not found.") from error
