"""Functions' code is moved within LocalStack's process, with the results of its requests."""

import json
from pathlib import Path

from emulator_python import run_in_emulator

MOVE = """
import io, json, zipfile
from types import SimpleNamespace
from localstack.aws.skeleton import create_dispatch_table
from localstack.services import plugins
from localstack.services.lambda_.invocation import lambda_models, lambda_service
from localstack.services.s3.provider import S3Provider
from localstack_lake.functions import code_objects

table = create_dispatch_table(S3Provider())
skeleton = SimpleNamespace(skeleton=SimpleNamespace(dispatch_table=table))
plugins.SERVICE_PLUGINS.require = lambda service: skeleton
code_objects.install()

client = code_objects.CodeObjects("000000000000", "us-east-1")
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as file:
    file.writestr("main.py", "x = 1")
client.create_bucket(Bucket="code")
client.upload_fileobj(Fileobj=io.BytesIO(archive.getvalue()), Bucket="code", Key="one.zip")
client.upload_fileobj(Fileobj=io.BytesIO(b"text"), Bucket="code", Key="none.zip")
PLACE = "f", "eu-west-1", "000000000000"

def store(bucket, key):
    try:
        return lambda_service.store_s3_bucket_archive(bucket, key, None, *PLACE)
    except lambda_service.InvalidParameterValueException as error:
        return error.message

code = store("code", "one.zip")
code.prepare_for_execution()
unpacked = (code.get_unzipped_code_location() / "main.py").read_text()
stored = code_objects.CodeObjects("949334387222", "us-east-1")
kept = stored.get_object(Bucket=code.s3_bucket, Key=code.s3_key)
is_same = kept["Body"].read() == archive.getvalue()
code.destroy()
try:
    stored.get_object(Bucket=code.s3_bucket, Key=code.s3_key)
except stored.exceptions.ClientError as error:
    gone = error.response["Error"]["Code"]
refused = [store("code", "none.zip"), store("code", "two.zip"), store("nothing", "one.zip")]
print(json.dumps([code.s3_bucket, code.code_size == len(archive.getvalue()), unpacked,
                  is_same, gone, refused]))
"""


def test_code_is_kept_unpacked_and_deleted_and_what_is_wrong_with_it_is_told(
    tmp_path: Path,
) -> None:
    printed = run_in_emulator(MOVE, folder=tmp_path)
    bucket, has_size, unpacked, is_same, gone, refused = json.loads(printed.splitlines()[-1])
    assert bucket == "awslambda-eu-west-1-tasks"
    assert has_size
    assert unpacked == "x = 1"
    assert is_same
    assert gone == "NoSuchKey"
    failed = "Error occurred while GetObject. S3 Error Code:"
    assert refused == [
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
        f"{failed} NoSuchKey. S3 Error Message: The specified key does not exist.",
        f"{failed} NoSuchBucket. S3 Error Message: The specified bucket does not exist",
    ]
