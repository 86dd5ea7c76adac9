"""Errors that Athena answers a request with at once."""

from localstack.aws.api import CommonServiceException


def invalid_request(message: str) -> CommonServiceException:
    """Return Athena's answer to a request that makes no sense."""
    return CommonServiceException("InvalidRequestException", message, 400, sender_fault=True)
