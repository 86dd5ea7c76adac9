"""AWS's errors in plain words: who refused or did not answer, and what to type next.

It reads errors of botocore and makes no call. One table explains the codes. AWS uses two
of the codes for several causes, which only the message tells apart.
"""

import re
from datetime import UTC, datetime

from botocore import exceptions as boto_errors
from botocore.parsers import ResponseParserError

from orderlake import errors
from orderlake.settings import Settings

# AWS does not know the identity, or it has expired.
UNKNOWN_IDENTITY = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
}
# A wrong secret, clock or region makes a wrong signature; the message says which.
WRONG_SIGNATURE = {"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature"}
WRONG_CLOCK = {"RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"}
DENIED = {
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "AllAccessDisabled",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Forbidden",
    "NotAuthorized",
    "UnauthorizedOperation",
}
NOT_SUBSCRIBED = {"NotSignedUp", "OptInRequired", "SubscriptionRequiredException"}
ELSEWHERE = {
    "301",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "PermanentRedirect",
}
THROTTLED = {
    "429",
    "BandwidthLimitExceeded",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
# Seen while somebody removes the stack, and after a removal that was stopped.
STACK_GONE = {"NoSuchBucket", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}
SERVER_ERRORS = {
    "500",
    "502",
    "503",
    "504",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServiceException",
    "ServiceException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
}
# The local gateway answers this, with nothing in it, from the signal that stops it to its end.
STOPPING = "503"
# Errors of botocore about the user's own files and logins, raised before any request.
NO_IDENTITY = (
    boto_errors.ConfigNotFound,
    boto_errors.ConfigParseError,
    boto_errors.CredentialRetrievalError,
    boto_errors.InfiniteLoopConfigError,
    boto_errors.InvalidConfigError,
    boto_errors.MetadataRetrievalError,
    boto_errors.NoAuthTokenError,
    boto_errors.NoCredentialsError,
    boto_errors.PartialCredentialsError,
    boto_errors.ProfileNotFound,
    boto_errors.SSOError,
    boto_errors.TokenRetrievalError,
    boto_errors.UnauthorizedSSOTokenError,
)
REGION_STEP = "set region under [aws] in orderlake.toml, or AWS_REGION"
ADDRESS_STEP = "check the network, a proxy, region and AWS_ENDPOINT_URL"
POLICY_STEP = "the identity in use lacks this permission; docs/permissions.md has the policies"


def error_code(error: boto_errors.ClientError) -> str:
    """Return the code of an error that AWS answered."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def translate(error: BaseException, settings: Settings | None) -> errors.OrderlakeError | None:
    """Return the command-line error for an error of an AWS library, or None for any other error."""
    if isinstance(error, boto_errors.ClientError):
        return refusal(error, settings)
    if isinstance(error, NO_IDENTITY):
        return errors.NoCredentials(one_line(error))
    if isinstance(error, boto_errors.NoRegionError | boto_errors.InvalidRegionError):
        return errors.WrongUse(one_line(error), REGION_STEP)
    if isinstance(error, ResponseParserError):
        return errors.NoAnswer(f"the server is not AWS: {one_line(error)}", ADDRESS_STEP)
    if isinstance(error, boto_errors.HTTPClientError | boto_errors.ConnectionError):
        return silence(error, settings)
    if isinstance(error, boto_errors.BotoCoreError):
        what = f"{type(error).__name__}: {one_line(error)}"
        return errors.OrderlakeError(what, f"see what is wrong: {doctor(settings)}")
    return None


def silence(error: boto_errors.BotoCoreError, settings: Settings | None) -> errors.OrderlakeError:
    """Say which address did not answer, and how to start the local AWS if it is that one."""
    if settings is not None and settings.is_local and settings.endpoint_url:
        return errors.NoLocalAws(settings.endpoint_url)
    address = str(error.kwargs.get("endpoint_url") or "the address of AWS")
    if isinstance(error, boto_errors.SSLError):
        step = "check this machine's clock, and AWS_CA_BUNDLE where a proxy has its own certificate"
        return errors.NoAnswer(f"no secure connection to {address}: {one_line(error)}", step)
    return errors.NoAnswer(f"no answer from {address}", ADDRESS_STEP)


def refusal(error: boto_errors.ClientError, settings: Settings | None) -> errors.OrderlakeError:
    """Say what AWS refused and what a person can do about it."""
    code, reason = error_code(error), reason_of(error)
    if settings and settings.is_local and settings.endpoint_url:
        if code in UNKNOWN_IDENTITY:
            return errors.StrangeLocalAws(settings.endpoint_url, code)
        if code == STOPPING:
            return errors.NoLocalAws(settings.endpoint_url)
    if code in UNKNOWN_IDENTITY:
        return errors.NoCredentials(f"{code}: {reason}")
    if code in WRONG_SIGNATURE and not is_of_clock(reason) and "region" not in reason:
        return errors.NoCredentials(f"{code}: the secret key is not that of the access key")
    step = next_step(code, reason, error.operation_name, settings)
    return errors.AwsRefused(error.operation_name, code, reason, step)


def next_step(code: str, reason: str, operation: str, settings: Settings | None) -> str:
    """Return what to do about a refusal."""
    if code in WRONG_CLOCK or (code in WRONG_SIGNATURE and is_of_clock(reason)):
        return f"set this machine's clock: it says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    if code in ELSEWHERE or code in WRONG_SIGNATURE:
        return "the region does not fit: see region in orderlake.toml, AWS_REGION and the profile"
    if code in NOT_SUBSCRIBED:
        return "the account is not active for this service yet: finish its sign-up in the console"
    if code in DENIED:
        return denied_step(reason, operation)
    if code in THROTTLED:
        return "wait a minute, then run the same command again"
    if code in STACK_GONE:
        return "a part of the stack is gone; next: make deploy, or make destroy"
    if "No space left on device" in reason:
        return "the local AWS's disk is full: free some space, then run the same command again"
    if code in SERVER_ERRORS:
        return f"AWS's own error; run the same command again, or: {doctor(settings)}"
    if "_IN_PROGRESS" in reason:
        return "somebody else's operation is under way: run the same command again after it"
    if code in ("InvalidChangeSetStatus", "ChangeSetNotFound"):
        return "the stack has changed since this plan was made: deploy again"
    if operation == "CreateChangeSet" and code == "ValidationError":
        env = settings.env if settings else "aws"
        return f"correct template.yaml, or [{env}.parameters] in orderlake.toml"
    if "TerminationProtection" in reason:
        return "aws cloudformation update-termination-protection --no-enable-termination-protection"
    if code == "InvalidObjectState":
        return "the file is in an archive storage class: aws s3api restore-object, then try again"
    if code == "OperationAborted":
        return "S3 is still busy with a bucket of this name, after a deletion up to an hour: wait"
    if code in ("400", "404", "Unknown"):
        return f"the answer gives no reason: check AWS_ENDPOINT_URL, and {doctor(settings)}"
    return f"see what is wrong: {doctor(settings)}"


def denied_step(reason: str, operation: str) -> str:
    """Return what to do about a missing permission, by AWS's message."""
    if "Lake Formation" in reason:
        return 'Lake Formation refuses it, not IAM: see "Lake Formation" in docs/aws.md'
    if "service control policy" in reason:
        return "your organization's policy forbids it: ask who keeps that, or use another account"
    if operation.startswith("Head"):
        return "the bucket is another account's, or a permission is missing: docs/permissions.md"
    return POLICY_STEP


def is_of_clock(reason: str) -> bool:
    """Whether AWS refused a signature because of its time."""
    return bool(re.search(r"signature (expired|not yet current)", reason, re.IGNORECASE))


def reason_of(error: boto_errors.ClientError) -> str:
    """Return AWS's message as one line, or the HTTP status if there is no message or a web page."""
    message = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    if message and not message.startswith("<"):
        return message
    return f"HTTP {error.response.get('ResponseMetadata', {}).get('HTTPStatusCode', 'error')}"


def one_line(error: BaseException) -> str:
    """Return an error's text on one line, cut to a readable length."""
    text = " ".join(str(error).split())
    return text if len(text) <= 300 else f"{text[:299]}…"


def doctor(settings: Settings | None) -> str:
    """Return the command that looks at an environment."""
    return f"make doctor ENV={settings.env if settings else 'aws'}"
