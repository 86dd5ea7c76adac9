"""Tags of work groups and data catalogs, which moto keeps for resources that do not exist, too."""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto

from localstack_lake.athena.catalogs import DataCatalogHandlers
from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.work_groups import find_work_group, tagger_of

type Record = dict[str, Any]


class TagHandlers(DataCatalogHandlers):
    """Each operation raises ResourceNotFoundException for a resource that is not there."""

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: Record) -> Record:
        """Add tags, or change their values."""
        self.check_resource(context, request["ResourceARN"])
        tagger_of(context).tag_resource(request["ResourceARN"], request["Tags"])
        return {}

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: Record) -> Record:
        """Remove tags by their keys."""
        self.check_resource(context, request["ResourceARN"])
        tagger = tagger_of(context)
        tagger.untag_resource_using_names(request["ResourceARN"], request["TagKeys"])
        return {}

    @handler("ListTagsForResource", expand=False)
    def list_tags_for_resource(self, context: RequestContext, request: Record) -> Record:
        """As moto, for a resource that is there."""
        self.check_resource(context, request["ResourceARN"])
        return dict(call_moto(context))

    def check_resource(self, context: RequestContext, arn: str) -> None:
        """Raise InvalidRequestException for no ARN of Athena, ResourceNotFoundException for none.

        https://docs.aws.amazon.com/athena/latest/APIReference/API_TagResource.html
        """
        start = f"arn:aws:athena:{context.region}:{context.account_id}:"
        kind, _, name = arn.removeprefix(start).partition("/")
        if not arn.startswith(start) or not name:
            raise invalid_request(f"Invalid resource ARN: {arn}")
        try:
            match kind:
                case "workgroup":
                    find_work_group(context, name)
                case "datacatalog":
                    self.find_catalog(context, name)
                case _:
                    raise invalid_request(f"Resource {arn} was not found")
        except CommonServiceException as error:
            raise CommonServiceException(
                "ResourceNotFoundException", f"Resource {arn} was not found", 400
            ) from error
