"""CloudFormation types inside a Glue database, and of saved queries: made, changed, removed."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Lake

pytestmark = pytest.mark.e2e

STACK = "catalog-types"


def template(
    note: str, *, table: str = "daily", value: str = "1", kind: str = "JsonClassifier"
) -> str:
    storage = {
        "Columns": [{"Name": "id", "Type": "string", "Comment": note}],
        "Location": "s3://nowhere/daily/",
        "SerdeInfo": {
            "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
            "Parameters": {"ignore.malformed.json": True},
        },
    }
    settings = {
        "JsonClassifier": {"Name": "types-classifier", "JsonPath": f"$.{note}[*]"},
        "CsvClassifier": {"Name": "types-classifier", "Delimiter": ";"},
    }
    place = {"CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseName": {"Ref": "Database"}}
    resources: dict[str, tuple[str, dict[str, Any]]] = {
        "Database": (
            "AWS::Glue::Database",
            {
                "CatalogId": {"Ref": "AWS::AccountId"},
                "DatabaseInput": {"Name": "catalog_types"},
            },
        ),
        "Table": (
            "AWS::Glue::Table",
            {
                **place,
                "TableInput": {
                    "Name": table,
                    "Description": note,
                    "TableType": "EXTERNAL_TABLE",
                    "Parameters": {"EXTERNAL": True, "classification": "json"},
                    "PartitionKeys": [{"Name": "part", "Type": "string"}],
                    "StorageDescriptor": storage,
                },
            },
        ),
        "Partition": (
            "AWS::Glue::Partition",
            {
                **place,
                "TableName": {"Ref": "Table"},
                "PartitionInput": {
                    "Values": [value],
                    "Parameters": {"note": note},
                    "StorageDescriptor": storage,
                },
            },
        ),
        "Classifier": ("AWS::Glue::Classifier", {kind: settings[kind]}),
        "Query": (
            "AWS::Athena::NamedQuery",
            {
                "Database": {"Ref": "Database"},
                "Name": "types-query",
                "QueryString": f"select '{note}' as note",
            },
        ),
        "Catalog": (
            "AWS::Athena::DataCatalog",
            {
                "Name": "types-catalog",
                "Type": "GLUE",
                "Description": note,
                "Parameters": {"catalog-id": {"Ref": "AWS::AccountId"}},
                "Tags": [{"Key": note, "Value": note}],
            },
        ),
        "Statement": (
            "AWS::Athena::PreparedStatement",
            {
                "StatementName": "types_statement",
                "WorkGroup": "primary",
                "QueryStatement": f"select '{note}' as note",
            },
        ),
    }
    document = {
        "Resources": {
            name: {"Type": type_name, "Properties": properties}
            for name, (type_name, properties) in resources.items()
        },
        "Outputs": {name: {"Value": {"Ref": name}} for name in resources},
    }
    return json.dumps(document)


def deploy(lake: Lake, operation: str, body: str) -> dict[str, str]:
    """Create or update the stack; returns its outputs."""
    cloudformation = lake.aws("cloudformation")
    getattr(cloudformation, f"{operation}_stack")(StackName=STACK, TemplateBody=body)
    waiter = cloudformation.get_waiter(f"stack_{operation}_complete")
    waiter.wait(StackName=STACK, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})
    (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    assert not [e for e in events if "FAILED" in e["ResourceStatus"]]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


def read_back(lake: Lake, outputs: dict[str, str]) -> set[str]:
    """Return every note that the services have."""
    glue, athena = lake.aws("glue"), lake.aws("athena")
    place = {"DatabaseName": outputs["Database"]}
    table = glue.get_table(**place, Name=outputs["Table"])["Table"]
    assert table["Parameters"] == {"EXTERNAL": "true", "classification": "json"}
    serde = table["StorageDescriptor"]["SerdeInfo"]["Parameters"]
    assert serde == {"ignore.malformed.json": "true"}
    (partition,) = glue.get_partitions(**place, TableName=outputs["Table"])["Partitions"]
    query = athena.get_named_query(NamedQueryId=outputs["Query"])["NamedQuery"]
    statement = athena.get_prepared_statement(
        StatementName=outputs["Statement"], WorkGroup="primary"
    )["PreparedStatement"]
    assert query["Database"] == outputs["Database"]
    catalog = athena.get_data_catalog(Name=outputs["Catalog"])["DataCatalog"]
    account = catalog["Parameters"]["catalog-id"]
    arn = f"arn:aws:athena:us-east-1:{account}:datacatalog/{outputs['Catalog']}"
    (tag,) = athena.list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {
        catalog["Description"],
        tag["Key"],
        table["Description"],
        table["StorageDescriptor"]["Columns"][0]["Comment"],
        partition["Parameters"]["note"],
        query["QueryString"].split("'")[1],
        statement["QueryStatement"].split("'")[1],
    }


def test_what_a_template_says_is_in_the_catalog_until_the_stack_is_deleted(lake: Lake) -> None:
    glue, athena = lake.aws("glue"), lake.aws("athena")
    first = deploy(lake, "create", template("first"))
    assert read_back(lake, first) == {"first"}
    classifier = glue.get_classifier(Name=first["Classifier"])["Classifier"]
    assert classifier["JsonClassifier"]["JsonPath"] == "$.first[*]"
    assert first["Table"] == "daily"

    second = deploy(lake, "update", template("second"))
    assert read_back(lake, second) == {"second"}
    classifier = glue.get_classifier(Name=second["Classifier"])["Classifier"]
    assert classifier["JsonClassifier"]["JsonPath"] == "$.second[*]"

    third = template("second", table="weekly", value="2", kind="CsvClassifier")
    outputs = deploy(lake, "update", third)
    assert outputs["Table"] == "weekly"
    names = [one["Name"] for one in glue.get_tables(DatabaseName="catalog_types")["TableList"]]
    assert names == ["weekly"]
    assert "CsvClassifier" in glue.get_classifier(Name="types-classifier")["Classifier"]
    queries = athena.list_named_queries()["NamedQueryIds"]
    assert outputs["Query"] in queries

    cloudformation = lake.aws("cloudformation")
    cloudformation.delete_stack(StackName=STACK)
    waiter = cloudformation.get_waiter("stack_delete_complete")
    waiter.wait(StackName=STACK, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300})
    for call, given in (
        (glue.get_database, {"Name": "catalog_types"}),
        (glue.get_classifier, {"Name": "types-classifier"}),
        (athena.get_named_query, {"NamedQueryId": outputs["Query"]}),
        (athena.get_data_catalog, {"Name": "types-catalog"}),
        (
            athena.get_prepared_statement,
            {"StatementName": "types_statement", "WorkGroup": "primary"},
        ),
    ):
        with pytest.raises(ClientError):
            call(**given)
