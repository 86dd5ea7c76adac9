"""Explain why CloudFormation's early validation refused a change set.

It checks for names that exist already, among other things, and gives details only as events.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws

NAMED = "AWS::EarlyValidation"
STEP = "remove or rename what exists, or choose another prefix; kept buckets are imported"


def explain(aws: Aws, change_set_arn: str, reason: str) -> str:
    """Return the failed validations of a change set, or else the given reason.

    Example: "OrdersDatabase (AWS::Glue::Database): shop_orders already exists".
    """
    try:
        answer = aws.cloudformation.describe_events(
            ChangeSetName=change_set_arn, Filters={"FailedEvents": True}
        )
    except ClientError:
        return reason
    told = [
        f"{event.get('LogicalResourceId', '')} ({event.get('ResourceType', '')}): "
        f"{event.get('ValidationStatusReason', '')}"
        for event in answer.get("OperationEvents", [])
        if event.get("ValidationStatus") == "FAILED"
    ]
    return "; ".join(told) or reason
