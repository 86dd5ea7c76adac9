"""The template: least privilege, no environment of its own, names as the code derives them."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from cloudformation_yaml import Loader
from order_transform.delivery.protocol import Delivered
from order_transform.logs import log_delivered
from order_transform.writing.report import Report
from orderlake.names import Names
from orderlake.pipeline.failed_tries import TRIES
from rendered_template import render, render_outputs
from template_variants import VARIANTS, template_of

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "template.yaml").read_text("utf-8")


TEMPLATE: dict[str, Any] = yaml.load(TEXT, Loader)
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in RESOURCES.items():
        properties = resource["Properties"]
        documents = [p["PolicyDocument"] for p in properties.get("Policies", [])]
        documents += [properties[k] for k in ("PolicyDocument",) if k in properties]
        for document in documents:
            for statement in document["Statement"]:
                yield name, statement["If"][1] if "If" in statement else statement


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


ALLOWED = [(name, s) for name, s in statements() if s["Effect"] == "Allow"]


def test_upload_knows_how_often_lambda_tries_an_event() -> None:
    retries = [
        resource["Properties"]["MaximumRetryAttempts"]
        for resource in RESOURCES.values()
        if resource["Type"] == "AWS::Lambda::EventInvokeConfig"
    ]
    assert {1 + count for count in retries} == {TRIES}


def test_there_are_statements_to_check() -> None:
    assert len(ALLOWED) >= 8


@pytest.mark.parametrize(("name", "statement"), ALLOWED)
def test_no_role_may_do_everything_of_anything(name: str, statement: dict[str, Any]) -> None:
    for action in as_list(statement["Action"]):
        assert "*" not in action, name
    for resource in as_list(statement["Resource"]):
        text = str(resource)
        assert text != "*", name
        assert (
            "${Prefix}" in text
            or "GetAtt" in text
            or "OrdersDatabase" in text
            # The bucket that the user names, and the one that `deploy` makes.
            or "${BackfillBucketName}" in text
            or "${CodeBucket}/order_jobs/" in text
            or resource in ({"Ref": "AlarmTopic"}, {"Ref": "KmsKeyArn"})
            or (
                # The crawler's log group and the catalog belong to the whole account.
                text.endswith((":log-group:/aws-glue/crawlers:*'}", ":catalog'}"))
            )
        ), f"{name}: {text} is not one of the stack's own"


@pytest.mark.parametrize("bucket", ["RawBucket", "ProcessedBucket"])
def test_every_bucket_is_private_encrypted_and_tls_only(bucket: str) -> None:
    properties = RESOURCES[bucket]["Properties"]
    assert all(properties["PublicAccessBlockConfiguration"].values())
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["BucketEncryption"]
    (policy,) = [s for n, s in statements() if n == f"{bucket}Policy"]
    assert policy["Effect"] == "Deny"
    assert policy["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_bucket_of_the_stack_is_checked_above() -> None:
    buckets = {n for n, r in RESOURCES.items() if r["Type"] == "AWS::S3::Bucket"}
    assert buckets == {"RawBucket", "ProcessedBucket"}


def test_an_existing_bucket_is_not_a_part_of_the_stack_and_its_events_come_through_a_rule() -> None:
    own, other = render(), render(RawBucketName="exports", RawPrefix="shop/orders/")
    only_own = {"RawBucket", "RawBucketPolicy", "RawBucketMayInvoke"}
    only_other = {"RawFilesRule", "RawFilesRuleMayInvoke"}
    assert own.keys() - other.keys() == only_own
    assert other.keys() - own.keys() == only_other
    pattern = other["RawFilesRule"]["Properties"]["EventPattern"]
    assert pattern["source"] == ["aws.s3"]
    assert pattern["detail-type"] == ["Object Created", "Object Deleted"]
    assert pattern["detail"] == {
        "bucket": {"name": ["exports"]},
        "object": {"key": [{"prefix": "shop/orders/"}]},
    }
    whole = render(RawBucketName="exports", RawPrefix="")["RawFilesRule"]["Properties"]
    assert whole["EventPattern"]["detail"] == {"bucket": {"name": ["exports"]}}
    assert render_outputs(RawBucketName="exports")["RawBucket"] == "exports"
    variables = other["TransformFunction"]["Properties"]["Environment"]["Variables"]
    assert variables["RAW_PREFIX"] == "shop/orders/"


@pytest.mark.parametrize("prefix", ["shop/orders/", ""])
def test_of_an_existing_bucket_the_function_only_reads_what_is_under_the_prefix(
    prefix: str,
) -> None:
    role = render(RawBucketName="exports", RawPrefix=prefix)["TransformRole"]["Properties"]
    allowed = {
        str(resource): as_list(statement["Action"])
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]
        for resource in as_list(statement["Resource"])
        if ":::exports" in str(resource)
    }
    assert allowed == {
        f"arn:aws:s3:::exports/{prefix}*": ["s3:GetObject"],
        "arn:aws:s3:::exports": ["s3:ListBucket"],
    }


KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_a_key_of_one_s_own_encrypts_data_failures_logs_and_answers() -> None:
    resources = {name: one["Properties"] for name, one in render(KmsKeyArn=KEY).items()}
    for bucket in ("RawBucket", "ProcessedBucket"):
        (rule,) = resources[bucket]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule == {
            "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
            "BucketKeyEnabled": True,
        }
    assert resources["FailureQueue"]["KmsMasterKeyId"] == KEY
    assert resources["FailureQueue"]["SqsManagedSseEnabled"] is False
    answers = resources["OrdersWorkGroup"]["WorkGroupConfiguration"]["ResultConfiguration"]
    assert answers["EncryptionConfiguration"] == {"EncryptionOption": "SSE_KMS", "KmsKey": KEY}


def test_a_key_of_one_s_own_encrypts_every_log_and_its_policy_in_the_docs_covers_each() -> None:
    (policy,) = re.findall(
        r"```jsonc\n(.*?)```", (ROOT / "docs" / "aws.md").read_text("utf-8"), re.DOTALL
    )
    patterns = json.loads(policy)["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    log_groups = [
        one["Properties"]
        for one in render(KmsKeyArn=KEY, Curated="on").values()
        if one["Type"] == "AWS::Logs::LogGroup"
    ]
    assert len(log_groups) == 6
    for group in log_groups:
        assert group["KmsKeyId"] == KEY
        arn = f"arn:aws:logs:REGION:ACCOUNT:log-group:{group['LogGroupName']}"
        assert any(fnmatchcase(arn, pattern) for pattern in patterns)


def test_a_role_may_use_exactly_that_key_and_only_where_it_needs_it() -> None:
    allowed = {
        name: sorted(as_list(statement["Action"]))
        for name, resource in render(KmsKeyArn=KEY, Curated="on").items()
        for policy in resource["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Resource"] == KEY
    }
    assert allowed == {
        "TransformRole": ["kms:Decrypt", "kms:GenerateDataKey"],
        "CrawlerRole": ["kms:Decrypt"],
        "BackfillRole": ["kms:Decrypt", "kms:GenerateDataKey"],
        "CurateRole": ["kms:Decrypt", "kms:GenerateDataKey"],
    }


def test_without_a_key_of_one_s_own_no_key_is_named() -> None:
    resources = render()
    assert "kms" not in json.dumps(resources).lower()
    (rule,) = resources["RawBucket"]["Properties"]["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert resources["FailureQueue"]["Properties"]["SqsManagedSseEnabled"] is True


def test_the_permission_comes_before_the_notification() -> None:
    assert RESOURCES["RawBucket"]["DependsOn"] == "RawBucketMayInvoke"
    permission = RESOURCES["RawBucketMayInvoke"]["Properties"]
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_the_function_is_told_of_new_and_of_removed_files_under_raw_only() -> None:
    rules = RESOURCES["RawBucket"]["Properties"]["NotificationConfiguration"]
    events = {r["Event"]: r["Filter"]["S3Key"]["Rules"] for r in rules["LambdaConfigurations"]}
    under_raw = [{"Name": "prefix", "Value": "raw/"}]
    assert events == {"s3:ObjectCreated:*": under_raw, "s3:ObjectRemoved:*": under_raw}


def test_the_function_cannot_write_where_it_is_triggered() -> None:
    for name, statement in ALLOWED:
        if name == "TransformRole" and "s3:PutObject" in as_list(statement["Action"]):
            assert not any("-raw-" in str(r) for r in as_list(statement["Resource"]))


def test_the_template_does_not_ask_where_it_is_deployed() -> None:
    for condition in TEMPLATE["Conditions"].values():
        assert "AWS::" not in str(condition)
    told = str({name: TEMPLATE[name] for name in ("Parameters", "Resources", "Outputs")})
    assert not re.search(r"localstack|000000000000|127\.0\.0\.1", told, re.IGNORECASE)


def test_the_names_are_those_that_the_code_derives() -> None:
    names = Names("shop", "123456789012", "eu-west-1")
    values = {"Prefix": "shop", "AWS::AccountId": "123456789012", "AWS::Region": "eu-west-1"}

    def name_of(resource: str, field: str) -> str:
        text: str = RESOURCES[resource]["Properties"][field]["Sub"]
        return re.sub(r"\$\{([^}]+)\}", lambda found: values[found[1]], text)

    assert name_of("RawBucket", "BucketName") == names.raw_bucket
    assert name_of("ProcessedBucket", "BucketName") == names.processed_bucket
    assert name_of("TransformFunction", "FunctionName") == names.function
    assert name_of("TransformLogGroup", "LogGroupName") == names.log_group
    assert name_of("TypesFunction", "FunctionName") == names.types_function
    assert name_of("TypesLogGroup", "LogGroupName") == names.types_log_group
    assert name_of("BackfillJob", "Name") == names.backfill_job
    assert name_of("CurateJob", "Name") == names.curate_job
    for job, groups in (
        ("Backfill", names.backfill_log_groups),
        ("Curate", names.curate_log_groups),
    ):
        logs = (f"{job}OutputLogGroup", f"{job}ErrorLogGroup")
        assert tuple(name_of(log, "LogGroupName") for log in logs) == groups
    assert name_of("CrawlRule", "Name") == names.crawl_rule
    assert name_of("RawFilesRule", "Name") == names.files_rule
    assert name_of("FailureQueue", "QueueName") == names.failure_queue
    assert name_of("OrdersCrawler", "Name") == names.crawler
    assert name_of("OrdersWorkGroup", "Name") == names.work_group
    alarms = [n for n, r in RESOURCES.items() if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert {name_of(alarm, "AlarmName") for alarm in alarms} == set(names.alarms)


@pytest.mark.parametrize("bucket", ["RawBucket", "ProcessedBucket"])
def test_a_bucket_keeps_what_was_replaced_for_a_while_and_outlives_the_stack(bucket: str) -> None:
    properties = RESOURCES[bucket]["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = properties["LifecycleConfiguration"]["Rules"]
    assert [r for r in rules if "NoncurrentVersionExpiration" in r and "Prefix" not in r]
    assert all(r["Status"] == "Enabled" for r in rules)
    assert RESOURCES[bucket]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[bucket]["UpdateReplacePolicy"] == "Retain"


def test_every_alarm_is_silent_without_data_and_tells_the_topic() -> None:
    alarms = [r["Properties"] for r in RESOURCES.values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert {a["MetricName"] for a in alarms} == {
        "ApproximateNumberOfMessagesVisible",
        "ApproximateAgeOfOldestMessage",
        "AsyncEventAge",
        "Rejected",
        "RefusedFiles",
        "DoubtfulFiles",
    }
    for alarm in alarms:
        assert alarm["TreatMissingData"] == "notBreaching"
        assert {"Ref": "AlarmTopic"} in alarm["AlarmActions"]["If"][1]


def test_the_functions_own_metrics_are_looked_for_where_it_writes_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "shop-order-transform")
    body = {
        "counts": {"records": 2, "accepted": 1, "rejected": 1, "blank": 0},
        "source": {"size_bytes": 1, "version_id": "v"},
        "refusal": None,
        "reject_codes": {"zero": 1},
        "choices": [],
        "timings": {"transform_seconds": 0.1},
    }
    report = Report("done", None, "1", body=body)
    log_delivered(Delivered("raw/k.csv", "done", report))
    line = json.loads(capsys.readouterr().out)
    (written,) = line["_aws"]["CloudWatchMetrics"]
    for name in ("RejectsAlarm", "RefusalAlarm", "DoubtAlarm"):
        alarm = RESOURCES[name]["Properties"]
        assert alarm["Namespace"] == written["Namespace"]
        assert alarm["MetricName"] in {metric["Name"] for metric in written["Metrics"]}
        assert [[d["Name"] for d in alarm["Dimensions"]]] == written["Dimensions"]
    assert line["FunctionName"] == "shop-order-transform"


def test_a_schedule_that_is_taken_out_is_sent_as_an_empty_one() -> None:
    schedule = RESOURCES["OrdersCrawler"]["Properties"]["Schedule"]
    assert schedule == {"ScheduleExpression": {"Ref": "CrawlSchedule"}}
    assert TEMPLATE["Parameters"]["CrawlSchedule"]["Default"] == ""


def test_the_crawlers_role_trusts_glue_without_a_condition_that_glue_may_not_send() -> None:
    (trust,) = RESOURCES["CrawlerRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "glue.amazonaws.com"}
    assert "Condition" not in trust


def test_raw_files_move_only_to_classes_that_are_read_at_once() -> None:
    (rule,) = RESOURCES["RawBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    condition, moved, otherwise = rule["Transitions"]["If"]
    assert TEMPLATE["Conditions"][condition] == {
        "Not": [{"Equals": [{"Ref": "RawStorageClass"}, "STANDARD"]}]
    }
    assert moved == [
        {
            "StorageClass": {"Ref": "RawStorageClass"},
            "TransitionInDays": {"Ref": "RawStorageClassDays"},
        }
    ]
    assert otherwise == {"Ref": "AWS::NoValue"}
    classes = set(TEMPLATE["Parameters"]["RawStorageClass"]["AllowedValues"])
    assert not classes & {"GLACIER", "DEEP_ARCHIVE"}


@pytest.mark.parametrize("parameter", TEMPLATE["Parameters"])
def test_every_parameter_is_used(parameter: str) -> None:
    assert re.search(rf"(Ref {parameter}\b|\$\{{{parameter}\}})", TEXT)


def test_every_exception_of_the_policy_check_has_its_reason() -> None:
    skipped = [
        skip
        for resource in RESOURCES.values()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert skipped
    for skip in skipped:
        assert len(skip["comment"].split()) >= 8, skip["id"]


def test_the_template_fits_into_a_call() -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    assert len(TEXT.encode()) <= 51_200


def test_the_curate_job_has_the_packages_that_a_process_here_has() -> None:
    given = RESOURCES["CurateJob"]["Properties"]["DefaultArguments"]
    locked = (ROOT / "requirements/spark.txt").read_text("utf-8")
    for module in given["--additional-python-modules"].split(","):
        assert f"\n{module} " in locked


def test_jobs_are_part_of_the_stack_only_where_they_are_switched_on() -> None:
    kinds = {name for name, one in render().items() if one["Type"] == "AWS::Glue::Job"}
    assert kinds == set()
    on = render(Curated="on")
    assert {"BackfillJob", "CurateJob"} <= on.keys()
    assert "CURATE_JOB" not in on["TypesFunction"]["Properties"]["Environment"]["Variables"]
    both = render(Curated="on", CurateAfterCrawl="on")["TypesFunction"]["Properties"]
    assert both["Environment"]["Variables"]["CURATE_JOB"] == "shop-order-curate"
    alone = render(CurateAfterCrawl="on")
    assert "CURATE_JOB" not in alone["TypesFunction"]["Properties"]["Environment"]["Variables"]


def test_each_conditional_resource_is_in_one_variant_that_is_checked_and_not_in_another() -> None:
    variants = [set(template_of(parameters)["Resources"]) for parameters in VARIANTS.values()]
    conditional = {name for name, resource in RESOURCES.items() if "Condition" in resource}
    assert set.union(*variants) == set(RESOURCES)
    assert set.intersection(*variants) == set(RESOURCES) - conditional


def test_each_parameter_that_a_condition_reads_is_chosen_in_a_variant() -> None:
    conditions = str(TEMPLATE["Conditions"])
    read = {name for name in TEMPLATE["Parameters"] if f"{{'Ref': '{name}'}}" in conditions}
    assert read
    assert read <= set().union(*VARIANTS.values())
