"""LocalStack's store of S3 objects, in which a read goes on though its object is removed."""

from localstack.aws.api.s3 import BucketName
from localstack.services.s3.models import S3Object
from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore


class ObjectStore(EphemeralS3ObjectStore):
    """Forgets a removed object's file, and does not close it.

    LocalStack closes it at once: a read that goes on then ends with the status 500. Here the file
    is closed when nobody has it any more.
    """

    def remove(self, bucket: BucketName, s3_object: S3Object | list[S3Object]) -> None:
        """Remove the data of one object or of several."""
        if bucket not in self._filesystem:
            return
        keys = self._filesystem[bucket]["keys"]
        for removed in s3_object if isinstance(s3_object, list) else [s3_object]:
            keys.pop(self._key_from_s3_object(removed), None)
