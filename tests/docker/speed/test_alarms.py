"""Alarms are evaluated by the same answers, whether LocalStack asks itself by request or not."""

import json
from pathlib import Path

from emulator_python import run_in_emulator

EVALUATE = """
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from botocore.parsers import create_parser
from localstack.aws.protocol.serializer import create_serializer
from localstack.aws.skeleton import create_dispatch_table
from localstack.aws.spec import load_service
from localstack.http import Request
from localstack.services import plugins
from localstack.services.cloudwatch import alarm_scheduler
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider
from localstack_lake.iam.own_calls import check_own_call
from localstack_lake.speed import alarms

provider = CloudwatchProvider()
provider.alarm_scheduler = SimpleNamespace(schedule_metric_alarm=lambda alarm_arn: None)
table = create_dispatch_table(provider)
skeleton = SimpleNamespace(skeleton=SimpleNamespace(dispatch_table=table))
plugins.SERVICE_PLUGINS.require = lambda service: skeleton
PLACE = "000000000000", "eu-west-1"

def call(operation, **request):
    return table[operation](check_own_call(PLACE, "cloudwatch", operation, request, None), request)

def over_http(operation, **request):
    model = load_service("cloudwatch").operation_model(operation)
    serializer = create_serializer(load_service("cloudwatch"), "json")
    answer = call(operation, **request)
    answer = serializer.serialize_to_response(answer, model, Request().headers, "an-id")
    parts = {"headers": dict(answer.headers), "status_code": answer.status_code,
             "body": answer.data, "context": {"operation_name": operation}}
    parsed = create_parser("json").parse(parts, model.output_shape)
    parsed.pop("ResponseMetadata")
    return parsed

now = datetime.now(UTC)
alarm = dict(AlarmName="failures", Namespace="lake", MetricName="Failed", Statistic="Sum",
             Period=60, EvaluationPeriods=1, Threshold=2, TreatMissingData="notBreaching",
             ComparisonOperator="GreaterThanThreshold", Dimensions=[{"Name": "f", "Value": "g"}])
call("PutMetricAlarm", **alarm)
call("PutMetricAlarm", **{**alarm, "AlarmName": "quiet", "MetricName": "Other"})
provider.cloudwatch_database.add_metric_data(*PLACE, "lake", [
    {"MetricName": "Failed", "Dimensions": alarm["Dimensions"], "Value": value,
     "Timestamp": now - timedelta(seconds=20)} for value in (2.0, 1.5)])
direct = alarms.client_for_alarm("arn:aws:cloudwatch:eu-west-1:000000000000:alarm:failures")
query = alarm_scheduler.generate_metric_query(alarm)
data = dict(MetricDataQueries=[query], StartTime=now - timedelta(seconds=60), EndTime=now)
asked = [("describe_alarms", "DescribeAlarms", {"AlarmNames": ["failures"]}),
         ("describe_alarms", "DescribeAlarms", {"AlarmNames": ["nothing"]}),
         ("get_metric_data", "GetMetricData", data)]

def plain(value):
    if isinstance(value, dict):
        return {name: plain(of) for name, of in value.items() if of is not None}
    if isinstance(value, list):
        return [plain(of) for of in value]
    return int(value.timestamp()) if isinstance(value, datetime) else value

told = [plain(getattr(direct, method)(**request)) for method, _, request in asked]
expected = [plain(over_http(operation, **request)) for _, operation, request in asked]
alarms.install()
for name in ("failures", "quiet"):
    alarm_scheduler.calculate_alarm_state(f"arn:aws:cloudwatch:eu-west-1:000000000000:alarm:{name}")
shown = over_http("DescribeAlarms")["MetricAlarms"]
states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in shown}
print(json.dumps([told, expected, told == expected, states]))
"""


def test_an_alarm_is_evaluated_by_what_a_request_would_have_been_answered(tmp_path: Path) -> None:
    printed = run_in_emulator(EVALUATE, folder=tmp_path)
    told, expected, is_equal, states = json.loads(printed.splitlines()[-1])
    assert told == expected
    assert is_equal
    assert states == {"failures": "ALARM", "quiet": "OK"}
