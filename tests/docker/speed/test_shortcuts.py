"""LocalStack's longer ways and ours give the same results, in the local AWS's own Python."""

import json
from pathlib import Path

from emulator_python import run_in_emulator

ROOT = Path(__file__).resolve().parents[3]
COMPARE = """
import json, sys
import boto3
from localstack.services.cloudformation.engine import yaml_parser
from localstack_lake.speed import models, shortcuts

services = ["s3", "sns", "events", "cloudwatch", "lambda", "iam", "glue", "athena", "no-service"]

def found():
    session = boto3.Session()
    partitions = session.get_available_partitions()
    regions = {
        f"{service} {partition}": session.get_available_regions(service, partition)
        for service in services for partition in partitions
    }
    load = session._session.get_component("data_loader").load_service_model
    kinds = "service-2", "endpoint-rule-set-1"
    read = [load(service, kind) for service in services[:-1] for kind in kinds]
    clients = [session.client(s, region_name="eu-west-1").meta for s in services[:-1]]
    told = [[client.endpoint_url, client.method_to_api_mapping] for client in clients]
    return {"partitions": partitions, "regions": regions, "models": read, "clients": told,
            "resources": session.get_available_resources(),
            "paths": len(session._loader.search_paths),
            "template": yaml_parser.parse_yaml(open(sys.argv[1]).read())}

before = found()
models.read_models_as_dicts()
models.share_models_between_sessions()
models.find_regions_without_models()
shortcuts.parse_templates_in_c()
found()
print(json.dumps([before, found()]))
"""
ROUTES = """
from localstack.http import Request, Response, Router
from localstack_lake.speed.routing import write_addresses_on_demand

def found():
    router = Router()
    rules = [("/", {}), ("/<path:key>", {"host": "<bucket>.s3.<regex('(.*)'):domain>"}),
             ("/_aws/<int:number>/<name>", {"methods": ["GET", "PUT"]})]
    for number, (path, options) in enumerate(rules):
        router.add(path, lambda request, args, n=number: Response(str([n, sorted(args.items())])),
                   **options)
    answers = []
    asked = [("GET", "localhost", "/"), ("PUT", "a.s3.localhost", "/b/c%20d"),
             ("PUT", "localhost", "/_aws/7/e"), ("POST", "localhost", "/_aws/7/e"),
             ("GET", "localhost", "/nothing")]
    for method, host, path in asked:
        try:
            request = Request(method, path, headers={"Host": host}, raw_path=path)
            answers.append(router.dispatch(request).data.decode())
        except Exception as error:
            answers.append(type(error).__name__)
    rules = list(router.url_map.iter_rules())
    values = {"bucket": "a", "domain": "b.c", "key": "d", "__host__": "e", "number": 3, "name": "f"}
    built = [rule.build({k: v for k, v in values.items() if k in rule.arguments}) for rule in rules]
    return answers, built + [rule.build({**values, "more": "g h"}) for rule in rules]

before = found()
write_addresses_on_demand()
assert found() == before, (before, found())
print(before[0])
"""


def test_regions_models_and_templates_are_found_as_by_localstack() -> None:
    template = str(ROOT / "template.yaml")
    printed = run_in_emulator(COMPARE, template)
    before, after = json.loads(printed)
    assert after == before
    assert len(before["regions"]["s3 aws"]) > 20
    assert before["template"]["Resources"]["TransformFunction"]["Type"] == "AWS::Lambda::Function"


def test_addresses_are_matched_and_written_as_by_localstack() -> None:
    printed = run_in_emulator(ROUTES)
    assert "[2, [('name', 'e'), ('number', 7)]]" in printed
    assert printed.count("MethodNotAllowed") == printed.count("NotFound") == 1
