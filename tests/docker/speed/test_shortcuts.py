"""LocalStack's longer ways and ours give the same results, in the local AWS's own Python."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".tools/emulator/bin/python"
COMPARE = """
import json, sys
import boto3
from botocore.loaders import create_loader
from localstack.services.cloudformation.engine import yaml_parser
from localstack_lake.speed import shortcuts

session = boto3.Session()
services = ["s3", "sns", "events", "cloudwatch", "lambda", "iam", "glue", "athena", "no-service"]

def found():
    partitions = session.get_available_partitions()
    regions = {
        f"{service} {partition}": session.get_available_regions(service, partition)
        for service in services for partition in partitions
    }
    load = create_loader().load_service_model
    models = [load(service, kind) for service in services[:-1]
              for kind in ("service-2", "endpoint-rule-set-1")]
    return {"partitions": partitions, "regions": regions, "models": models,
            "template": yaml_parser.parse_yaml(open(sys.argv[1]).read())}

before = found()
shortcuts.read_models_as_dicts()
shortcuts.find_regions_without_models()
shortcuts.parse_templates_in_c()
print(json.dumps([before, found()]))
"""
UNPACK = """
import io
from types import SimpleNamespace
from localstack.services.lambda_.invocation import lambda_models, lambda_service
from localstack_lake.speed import shortcuts

def store(archive_file, name):
    return SimpleNamespace(id=name)

def download(self, target_file):
    target_file.write(b"from S3")

lambda_service.store_lambda_archive = store
lambda_models.S3Code._download_archive_to_file = download
shortcuts.unpack_new_code_from_memory()

def read(code):
    file = io.BytesIO()
    lambda_models.S3Code._download_archive_to_file(code, file)
    return file.getvalue().decode()

older = lambda_service.store_lambda_archive(b"older", "1")
newer = lambda_service.store_lambda_archive(b"newer", "2")
print([read(older), read(newer), read(newer)])
"""

needs_emulator = pytest.mark.skipif(
    not PYTHON.exists(), reason="the local AWS is not set up: make local-up"
)


@needs_emulator
def test_only_the_newest_code_is_unpacked_from_memory_and_once() -> None:
    done = subprocess.run(
        [PYTHON, "-c", UNPACK], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "['from S3', 'newer', 'from S3']\n"


@needs_emulator
def test_regions_models_and_templates_are_found_as_by_localstack() -> None:
    template = str(ROOT / "template.yaml")
    done = subprocess.run(
        [PYTHON, "-c", COMPARE, template], capture_output=True, text=True, check=True, cwd=ROOT
    )
    before, after = json.loads(done.stdout)
    assert after == before
    assert len(before["regions"]["s3 aws"]) > 20
    assert before["template"]["Resources"]["TransformFunction"]["Type"] == "AWS::Lambda::Function"
