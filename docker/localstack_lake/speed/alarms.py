"""Evaluate alarms without requests of LocalStack to itself: it sends seven for each evaluation."""

import copy
from dataclasses import dataclass
from typing import Any

from localstack.services.cloudwatch import alarm_scheduler
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.aws.arns import parse_arn
from localstack.utils.patch import Patch

from localstack_lake.iam.own_calls import check_own_call


@dataclass(frozen=True, slots=True)
class DirectCloudWatch:
    """What an evaluation uses of a client of CloudWatch, for one account and region."""

    account_id: str
    region: str

    def describe_alarms(self, **request: Any) -> Any:
        """Return alarms as they are now; a later change does not show in them."""
        return copy.deepcopy(self._call("DescribeAlarms", request))

    def get_metric_data(self, **request: Any) -> Any:
        """Return the values of metrics."""
        return self._call("GetMetricData", request)

    def set_alarm_state(self, **request: Any) -> Any:
        """Change an alarm's state and run its actions; raises ServiceException."""
        return self._call("SetAlarmState", request)

    def _call(self, operation: str, request: dict[str, Any]) -> Any:
        place = self.account_id, self.region
        context = check_own_call(place, "cloudwatch", operation, request, None)
        operations = SERVICE_PLUGINS.require("cloudwatch").skeleton.dispatch_table
        return operations[operation](context, request)


def client_for_alarm(alarm_arn: str) -> DirectCloudWatch:
    """Return what calls CloudWatch where an alarm is."""
    place = parse_arn(alarm_arn)
    return DirectCloudWatch(place["account"], place["region"])


def install() -> None:
    """Replace the client that LocalStack evaluates alarms with."""
    its: Any = alarm_scheduler
    Patch(its, "get_cloudwatch_client_for_region_of_alarm", client_for_alarm).apply()
