"""Services that load a part of LocalStack on demand answer what LocalStack's own answer."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".tools/emulator/bin/python"
SAM = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Table": {
            "Type": "AWS::Serverless::SimpleTable",
            "Properties": {"PrimaryKey": {"Name": "id", "Type": "String"}},
        }
    },
}
CLOUDFORMATION = f"""
import os, sys
from types import SimpleNamespace
from localstack_lake.speed.deferred_services import load_cloudformation
load_cloudformation()
from localstack.services.cloudformation.engine import transformers
before = [name for name in sys.modules if name.startswith("samtranslator")]
before += [name for name in sys.modules if name == "localstack.aws.api.ec2"]
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
policies = SimpleNamespace(load=dict)
template = transformers.transform_sam({SAM}, {{}}, policies)
from localstack.aws.api.ec2 import DescribeAvailabilityZonesResult
from samtranslator.translator.transform import transform
result = before, template, transformers.transform_sam is transform
"""
LAMBDA = """
import sys
from localstack_lake.speed.deferred_services import load_lambda
load_lambda()
before = [name for name in sys.modules if name.startswith("localstack.services.apigateway")]
from localstack.utils.aws import message_forwarding
result = before, message_forwarding.extract_query_string_params("/a?b=c&b=d")
"""
SNS = """
import base64, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from localstack_lake.speed.sns import SnsProvider
from localstack.services.sns import publisher
provider = SnsProvider()
before = "localstack.services.sns.certificate" in sys.modules
signature = publisher.get_message_signature("a message", "2")
answer = provider.get_signature_cert_pem_file(None)
key = x509.load_pem_x509_certificate(answer.data).public_key()
key.verify(base64.b64decode(signature), b"a message", padding.PKCS1v15(), hashes.SHA256())
result = before, answer.status_code
"""
IAM = """
from localstack.services.iam import provider
from localstack_lake.speed.iam import IamProvider
ours, its = IamProvider(), provider.IamProvider()
ours.on_after_init()
its.on_after_init()
before = ours._managed_policies
policies = ours._aws_managed_policy_cache
result = before, policies == its._aws_managed_policy_cache, len(policies) > 1000, (
    ours._aws_managed_policy_cache is policies)
"""
START = """
import sys
from localstack import config
from localstack.runtime import hooks
config.OPENAPI_VALIDATE_REQUEST = config.OPENAPI_VALIDATE_RESPONSE = bool(sys.argv[1:])
hooks.on_runtime_create.run()
from localstack.aws.handlers import validation
before = "openapi_core" in sys.modules
config.OPENAPI_VALIDATE_REQUEST = True
validation.OpenAPIRequestValidator()
result = before, issubclass(validation.RequestValidationError, validation.OpenAPIError)
"""

needs_emulator = pytest.mark.skipif(
    not PYTHON.exists(), reason="the local AWS is not set up: make local-up"
)


def result_of(code: str, *words: str) -> Any:
    """Run code in the local AWS's own Python and return what it calls `result`."""
    code = f"{code}\nimport json\nprint(json.dumps(result))"
    done = subprocess.run(
        [PYTHON, "-c", code, *words], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return json.loads(done.stdout.splitlines()[-1])


@needs_emulator
def test_sam_templates_are_translated_though_cloudformation_starts_without() -> None:
    before, template, is_its = result_of(CLOUDFORMATION)
    assert before == []
    assert template["Resources"]["Table"]["Type"] == "AWS::DynamoDB::Table"
    assert is_its


@needs_emulator
def test_a_function_s_event_goes_to_an_address_though_lambda_starts_without_api_gateway() -> None:
    assert result_of(LAMBDA) == [[], ["/a", {"b": ["c", "d"]}]]


@needs_emulator
def test_the_first_notification_is_signed_with_the_key_of_the_certificate_that_sns_shows() -> None:
    assert result_of(SNS) == [False, 200]


@needs_emulator
def test_iam_knows_the_managed_policies_that_localstack_s_own_knows() -> None:
    assert result_of(IAM) == [None, True, True, True]


@needs_emulator
def test_own_paths_are_validated_where_the_settings_ask_for_it_at_the_start_or_later() -> None:
    assert result_of(START) == [False, True]
    assert result_of(START, "validate") == [True, True]
