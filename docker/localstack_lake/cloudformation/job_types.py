"""The CloudFormation type of Glue's jobs.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-glue-job.html
"""

from typing import Any

from localstack_lake.cloudformation.api_type import ApiType
from localstack_lake.cloudformation.catalog_types import texts
from localstack_lake.cloudformation.resource_model import (
    Model,
    delete_if_there,
    given_properties,
    schema,
)

# The template writes numbers as it likes: "2", 2 or 2.0.
_WHOLE = ("AllocatedCapacity", "MaxRetries", "NumberOfWorkers", "Timeout")
_SETTINGS = (
    "Role Command Description LogUri ExecutionProperty DefaultArguments NonOverridableArguments"
    " Connections MaxRetries AllocatedCapacity Timeout MaxCapacity WorkerType NumberOfWorkers"
    " SecurityConfiguration NotificationProperty GlueVersion ExecutionClass JobMode"
    " MaintenanceWindow JobRunQueuingEnabled"
)


class GlueJob(ApiType):
    """`AWS::Glue::Job`. Ref is the job's name."""

    TYPE = "AWS::Glue::Job"
    SCHEMA = schema(
        TYPE,
        f"Name Tags {_SETTINGS} Id",
        identifier="Id",
        required="Role Command",
        read_only="Id",
    )
    SERVICE = "glue"

    def identify(self, model: Model, usual: str) -> None:
        """Call the job as the template does."""
        model["Id"] = str(model.get("Name") or usual)

    def add(self, api: Any, model: Model) -> None:
        """Create the job."""
        tags = {"Tags": texts(model["Tags"])} if model.get("Tags") else {}
        api.create_job(Name=model["Id"], **job_fields(model), **tags)

    def find(self, api: Any, model: Model) -> Model:
        """Return the settings that Glue has."""
        return given_properties(api.get_job(JobName=model["Id"])["Job"], *_SETTINGS.split())

    def change(self, api: Any, model: Model, previous: Model) -> None:
        """Replace the definition."""
        api.update_job(JobName=model["Id"], JobUpdate=job_fields(model))

    def remove(self, api: Any, model: Model) -> None:
        """Delete the job."""
        delete_if_there(api.delete_job, "EntityNotFoundException", JobName=model["Id"])


def job_fields(model: Model) -> Model:
    """A job's settings as the API takes them: whole numbers, and arguments that are texts."""
    fields = given_properties(model, *_SETTINGS.split())
    for name in _WHOLE:
        if name in fields:
            fields[name] = int(float(fields[name]))
    if "MaxCapacity" in fields:
        fields["MaxCapacity"] = float(fields["MaxCapacity"])
    for name in ("DefaultArguments", "NonOverridableArguments"):
        if name in fields:
            fields[name] = texts(fields[name])
    if most := (fields.get("ExecutionProperty") or {}).get("MaxConcurrentRuns"):
        fields["ExecutionProperty"] = {"MaxConcurrentRuns": int(float(most))}
    return fields
