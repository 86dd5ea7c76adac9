"""Move the code of functions to S3 and back within LocalStack's process.

LocalStack's Lambda fetches a function's zip from S3, keeps it there under another name, and fetches
it again to unpack it. The stack's zip has 30 MB, and each request for it took 0.2 s of processor.
"""

from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import ServiceException
from localstack.constants import AWS_REGION_US_EAST_1, DEFAULT_AWS_ACCOUNT_ID
from localstack.http import Request
from localstack.services.lambda_.invocation import lambda_models, lambda_service
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.patch import Patch

from localstack_lake.s3.own_calls import check_s3

type Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CodeObjects:
    """What Lambda uses of a client of S3, for one account and region."""

    account_id: str
    region: str

    @property
    def exceptions(self) -> Any:
        """The errors as a client has them."""
        return SimpleNamespace(ClientError=ClientError)

    def get_object(self, **request: Any) -> Fields:
        """Return an object, whose body is in memory; raises ClientError, as all methods do."""
        answer = self._call("GetObject", request)
        with closing(answer["Body"]) as body:  # it holds the object's read lock
            return {**answer, "Body": BytesIO(body.read())}

    def create_bucket(self, **request: Any) -> Fields:
        """Create a bucket."""
        return self._call("CreateBucket", request)

    def upload_fileobj(self, **request: Any) -> None:
        """Write the object `Fileobj`, with the checksum that a client would give it."""
        body = request.pop("Fileobj")
        self._call("PutObject", {**request, "Body": body, "ChecksumAlgorithm": "CRC32"})

    def download_fileobj(self, **request: Any) -> None:
        """Write an object's bytes to the file `Fileobj`; `ExtraArgs` say which version."""
        file, more = request.pop("Fileobj"), request.pop("ExtraArgs")
        answer = self._call("GetObject", request | more)
        with closing(answer["Body"]) as body:
            for piece in body:
                file.write(piece)

    def delete_object(self, **request: Any) -> Fields:
        """Delete an object."""
        return self._call("DeleteObject", request)

    def _call(self, operation: str, request: Fields) -> Fields:
        context = check_s3(self.account_id, self.region, operation, request, None)
        context.request = Request()  # S3 looks into the headers of a body
        operations = SERVICE_PLUGINS.require("s3").skeleton.dispatch_table
        try:
            answer: Fields = operations[operation](context, request) or {}
        except ServiceException as error:
            told = {"Code": error.code, "Message": error.message}
            raise ClientError({"Error": told}, operation) from error
        return answer


class Clients:
    """Clients of services, of which that of S3 is ours."""

    def __init__(self, clients: Any, s3: CodeObjects) -> None:
        self._clients = clients
        self.s3 = s3

    def __getattr__(self, service: str) -> Any:
        return getattr(self._clients, service)


def install() -> None:
    """Replace the clients by which Lambda keeps code."""
    for module in (lambda_models, lambda_service):
        its: Any = module
        Patch(its, "connect_to", _connect_by(its.connect_to)).apply()


def _connect_by(connect: Any) -> Any:
    def connect_to(**place: Any) -> Clients:
        account = place.get("aws_access_key_id") or DEFAULT_AWS_ACCOUNT_ID
        region = place.get("region_name") or AWS_REGION_US_EAST_1
        return Clients(connect(**place), CodeObjects(account, region))

    return connect_to
