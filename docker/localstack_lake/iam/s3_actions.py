"""Which actions on which buckets and objects a call to S3 needs. Pure.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Iterator

from localstack_lake.iam.needed import NeededAccess, Parameters, Place

# S3's operations whose action has another name; with a version that one has yet another.
_OBJECT_ACTIONS = {
    "HeadObject": "GetObject",
    "SelectObjectContent": "GetObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "PostObject": "PutObject",
    "CopyObject": "PutObject",
    "UploadPartCopy": "PutObject",
    "ListParts": "ListMultipartUploadParts",
}
_VERSIONED = {"GetObject", "DeleteObject", "GetObjectTagging", "PutObjectTagging"}
_BUCKET_ACTIONS = {
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteBucketCors": "PutBucketCORS",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
}


def s3_access(operation: str, parameters: Parameters, place: Place) -> Iterator[NeededAccess]:
    """Yield what a call to S3 needs; a copy needs the object that it copies, too."""
    bucket, key = parameters.get("Bucket"), parameters.get("Key")
    root = f"arn:{place.partition}:s3:::"
    if bucket is None:
        action = "ListAllMyBuckets" if operation == "ListBuckets" else operation
        yield NeededAccess(f"s3:{action}", "*")
    elif operation == "DeleteObjects":
        for entry in (parameters.get("Delete") or {}).get("Objects") or ():
            name = "DeleteObjectVersion" if entry.get("VersionId") else "DeleteObject"
            yield NeededAccess(f"s3:{name}", f"{root}{bucket}/{entry['Key']}")
    elif key is None:
        action = _BUCKET_ACTIONS.get(operation, operation)
        yield NeededAccess(f"s3:{action}", f"{root}{bucket}")
    else:
        action = _OBJECT_ACTIONS.get(operation, operation)
        if parameters.get("VersionId") and action in _VERSIONED:
            action = action.replace("Object", "ObjectVersion")
        yield NeededAccess(f"s3:{action}", f"{root}{bucket}/{key}")
        yield from _copied_object(parameters, root)


def _copied_object(parameters: Parameters, root: str) -> Iterator[NeededAccess]:
    source = parameters.get("CopySource")
    if isinstance(source, str):
        path, _, version = source.removeprefix("/").partition("?versionId=")
        name = "GetObjectVersion" if version else "GetObject"
        yield NeededAccess(f"s3:{name}", f"{root}{path}")
