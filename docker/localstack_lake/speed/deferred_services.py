"""Load services without what few of their users ever need, which is loaded on demand."""

from importlib import import_module

from localstack_lake.speed.deferred_imports import deferred_imports

_ENGINE = "localstack.services.cloudformation.engine"
_SAM_USERS = [
    f"{_ENGINE}.policy_loader",
    f"{_ENGINE}.transformers",
    f"{_ENGINE}.v2.change_set_model_transform",
]
_SAM = {
    "samtranslator.translator.managed_policy_translator": ["ManagedPolicyLoader"],
    "samtranslator.translator.transform": ["transform"],
}
_EC2_USERS = [f"{_ENGINE}.v2.change_set_model_preproc"]
# These types stand in hints only.
_EC2 = {"localstack.aws.api.ec2": ["AvailabilityZoneList", "DescribeAvailabilityZonesResult"]}
_API_GATEWAY_USERS = ["localstack.utils.aws.message_forwarding"]
_API_GATEWAY = {
    "localstack.services.apigateway.legacy.helpers": ["extract_query_string_params"],
}


def load_cloudformation() -> None:
    """Import CloudFormation without the translation of SAM templates and the types of EC2."""
    with deferred_imports(_SAM_USERS, _SAM), deferred_imports(_EC2_USERS, _EC2):
        import_module(f"{_ENGINE}.v2.change_set_model_transform")
        import_module("localstack.services.cloudformation.v2.provider")


def load_lambda() -> None:
    """Import Lambda without API Gateway."""
    with deferred_imports(_API_GATEWAY_USERS, _API_GATEWAY):
        import_module("localstack.services.lambda_.provider")
