"""LocalStack's own SNS, without the key that it signs notifications with until it signs one.

To make the key takes 0.1 s of processor, and more often than not nobody subscribes.
"""

from localstack_lake.speed.deferred_imports import deferred_imports

_CERTIFICATE = "localstack.services.sns.certificate"

with deferred_imports(
    ["localstack.services.sns.publisher"],
    {_CERTIFICATE: ["SNS_SERVER_CERT", "SNS_SERVER_PRIVATE_KEY"]},
):
    from localstack.services.sns import provider


class SnsProvider(provider.SnsProvider):
    """Everything but the moment at which the certificate is made is LocalStack's."""

    @property
    def _signature_cert_pem(self) -> str:
        from localstack.services.sns.certificate import SNS_SERVER_CERT

        return SNS_SERVER_CERT

    @_signature_cert_pem.setter
    def _signature_cert_pem(self, _: object) -> None:
        """Called by LocalStack when it loads the service, with what is not made yet."""
