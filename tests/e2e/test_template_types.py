"""The plugin's CloudFormation types: the services show what a template says."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from .conftest import Lake

pytestmark = pytest.mark.e2e

STACK = "types-read-back"


def template(description: str) -> str:
    return json.dumps(
        {
            "Resources": {
                "Database": {
                    "Type": "AWS::Glue::Database",
                    "Properties": {
                        "CatalogId": {"Ref": "AWS::AccountId"},
                        "DatabaseInput": {"Name": "types_db", "Description": description},
                    },
                },
                "Crawler": {
                    "Type": "AWS::Glue::Crawler",
                    "Properties": {
                        "Name": "types-crawler",
                        "Role": "arn:aws:iam::000000000000:role/anybody",
                        "DatabaseName": {"Ref": "Database"},
                        "Description": description,
                        "TablePrefix": "t_",
                        "Targets": {"S3Targets": [{"Path": "s3://nowhere/a/"}]},
                        "SchemaChangePolicy": {
                            "UpdateBehavior": "UPDATE_IN_DATABASE",
                            "DeleteBehavior": "LOG",
                        },
                    },
                },
                "Job": {
                    "Type": "AWS::Glue::Job",
                    "Properties": {
                        "Name": "types-job",
                        "Role": "anybody",
                        "Description": description,
                        "Command": {"Name": "glueetl", "ScriptLocation": "s3://nowhere/job.py"},
                        "MaxRetries": "1",
                        "WorkerType": "G.1X",
                        "NumberOfWorkers": 2.0,
                        "DefaultArguments": {"--rows": 20, "--is-good": True},
                        "Tags": {"team": "data"},
                    },
                },
                "WorkGroup": {
                    "Type": "AWS::Athena::WorkGroup",
                    "Properties": {
                        "Name": "types-group",
                        "Description": description,
                        "RecursiveDeleteOption": True,
                        "WorkGroupConfiguration": {"BytesScannedCutoffPerQuery": 20_000_000},
                    },
                },
            }
        }
    )


def read_back(lake: Lake) -> dict[str, Any]:
    glue, athena = lake.aws("glue"), lake.aws("athena")
    crawler = glue.get_crawler(Name="types-crawler")["Crawler"]
    group = athena.get_work_group(WorkGroup="types-group")["WorkGroup"]
    job = glue.get_job(JobName="types-job")["Job"]
    return {
        "descriptions": {
            glue.get_database(Name="types_db")["Database"]["Description"],
            crawler["Description"],
            job["Description"],
            group["Description"],
        },
        "crawler": (crawler["DatabaseName"], crawler["TablePrefix"], crawler["State"]),
        "path": crawler["Targets"]["S3Targets"][0]["Path"],
        "delete": crawler["SchemaChangePolicy"]["DeleteBehavior"],
        "job": (job["MaxRetries"], job["MaxCapacity"], job["DefaultArguments"]),
        "limit": group["Configuration"]["BytesScannedCutoffPerQuery"],
    }


def wait(lake: Lake, state: str) -> None:
    waiter = lake.aws("cloudformation").get_waiter(state)
    waiter.wait(StackName=STACK, WaiterConfig={"Delay": 0.2, "MaxAttempts": 150})


def test_a_stack_of_the_plugins_types_is_what_its_template_says_until_it_is_deleted(
    lake: Lake,
) -> None:
    stacks = lake.aws("cloudformation")
    expected = {
        "crawler": ("types_db", "t_", "READY"),
        "path": "s3://nowhere/a/",
        "delete": "LOG",
        "job": (1, 2.0, {"--rows": "20", "--is-good": "true"}),
        "limit": 20_000_000,
    }
    stacks.create_stack(StackName=STACK, TemplateBody=template("first"))
    wait(lake, "stack_create_complete")
    assert read_back(lake) == {"descriptions": {"first"}, **expected}
    stacks.update_stack(StackName=STACK, TemplateBody=template("second"))
    wait(lake, "stack_update_complete")
    assert read_back(lake) == {"descriptions": {"second"}, **expected}
    stacks.delete_stack(StackName=STACK)
    wait(lake, "stack_delete_complete")
    for call, name in (("get_crawler", "types-crawler"), ("get_database", "types_db")):
        with pytest.raises(ClientError, match="EntityNotFoundException"):
            getattr(lake.aws("glue"), call)(Name=name)
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        lake.aws("glue").get_job(JobName="types-job")
    with pytest.raises(ClientError, match="is not found"):
        lake.aws("athena").get_work_group(WorkGroup="types-group")


def test_a_type_that_nobody_provides_fails_the_stack_instead_of_being_skipped(lake: Lake) -> None:
    stacks = lake.aws("cloudformation")
    body = json.dumps({"Resources": {"Job": {"Type": "AWS::Glue::DataBrewJob", "Properties": {}}}})
    stacks.create_stack(StackName="types-unknown", TemplateBody=body)
    waiter = stacks.get_waiter("stack_create_complete")
    with pytest.raises(WaiterError, match="terminal failure"):
        waiter.wait(StackName="types-unknown", WaiterConfig={"Delay": 0.2, "MaxAttempts": 50})
    events = stacks.describe_stack_events(StackName="types-unknown")["StackEvents"]
    assert any("DataBrewJob" in event.get("ResourceStatusReason", "") for event in events)
    stacks.delete_stack(StackName="types-unknown")
