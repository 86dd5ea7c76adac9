"""Services that load a part of LocalStack on demand answer what LocalStack's own answer."""

import json
from typing import Any

from emulator_python import run_in_emulator

SAM = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Table": {
            "Type": "AWS::Serverless::SimpleTable",
            "Properties": {"PrimaryKey": {"Name": "id", "Type": "String"}},
        }
    },
}
SERVICES = f"""
import base64, os, sys
from types import SimpleNamespace
from localstack_lake.speed.deferred_services import load_cloudformation, load_lambda
from localstack_lake.speed.iam import IamProvider
from localstack_lake.speed.shortcuts import start_without_moto_s_policies
from localstack_lake.speed.sns import SnsProvider

load_cloudformation()
load_lambda()
import localstack.services.cloudformation.engine.v2.change_set_model_transform as transforms
from localstack.services.cloudformation.engine import transformers
from localstack.services.iam import provider as its_iam
from localstack.services.sns import publisher
from localstack.utils.aws import message_forwarding
sns, iam, lean_iam = SnsProvider(), its_iam.IamProvider(), IamProvider()
lean_iam.on_after_init()
early = [name for name in sys.modules if name.startswith(
    ("samtranslator", "localstack.aws.api.ec2", "localstack.services.apigateway.",
     "localstack.services.sns.certificate"))]
early += ["policies"] if lean_iam._managed_policies else []

os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
policies = SimpleNamespace(load=dict)
sam = transformers.transform_sam({SAM}, {{}}, policies)
sam_is_its = transforms.transform_sam({SAM}, {{}}, policies) == sam
from samtranslator.translator.transform import transform
sam_is_its &= transforms.transform_sam is transformers.transform_sam is transform

address = message_forwarding.extract_query_string_params("/a?b=c&b=d")

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
signature = publisher.get_message_signature("a message", "2")
shown = sns.get_signature_cert_pem_file(None)
key = x509.load_pem_x509_certificate(shown.data).public_key()
key.verify(base64.b64decode(signature), b"a message", padding.PKCS1v15(), hashes.SHA256())

iam.on_after_init()
read = lean_iam._aws_managed_policy_cache
iam_is_its = read == iam._aws_managed_policy_cache and len(read) > 1000
iam_is_its &= lean_iam._aws_managed_policy_cache is read

start_without_moto_s_policies()
from moto.iam.models import iam_backends
of_moto = len(iam_backends["000000000000"]["aws"].managed_policies)
result = dict(early=early, sam=sam, sam_is_its=sam_is_its, address=address,
              certificate=shown.status_code, iam_is_its=iam_is_its, of_moto=of_moto)
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


def result_of(code: str, *words: str) -> Any:
    """Run code in the local AWS's own Python and return what it calls `result`."""
    code = f"{code}\nimport json\nprint(json.dumps(result))"
    return json.loads(run_in_emulator(code, *words).splitlines()[-1])


def test_what_a_service_starts_without_is_there_when_it_is_used() -> None:
    told = result_of(SERVICES)
    assert told["early"] == []
    assert told["sam"]["Resources"]["Table"]["Type"] == "AWS::DynamoDB::Table"
    assert told["sam_is_its"]
    assert told["address"] == ["/a", {"b": ["c", "d"]}]
    assert told["certificate"] == 200
    assert told["iam_is_its"]
    assert told["of_moto"] == 0


def test_own_paths_are_validated_where_the_settings_ask_for_it_at_the_start_or_later() -> None:
    assert result_of(START) == [False, True]
    assert result_of(START, "validate") == [True, True]
