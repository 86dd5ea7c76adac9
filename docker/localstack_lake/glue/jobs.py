"""What moto lacks of jobs: their update, and the truth about runs, which moto calls a success.

https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateJob.html
"""

from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext, handler
from moto.glue.models import FakeJob, glue_backends

from localstack_lake.glue.paging import invalid_input, not_found

type GlueDict = dict[str, Any]

# A setting of JobUpdate -> the attribute of moto's record, and what it is where none is given.
_SETTINGS: dict[str, tuple[str, Any]] = {
    "Description": ("description", None),
    "LogUri": ("log_uri", None),
    "Role": ("role", None),
    "ExecutionProperty": ("execution_property", {"MaxConcurrentRuns": 1}),
    "Command": ("command", None),
    "DefaultArguments": ("default_arguments", {}),
    "NonOverridableArguments": ("non_overridable_arguments", None),
    "Connections": ("connections", None),
    "MaxRetries": ("max_retries", 0),
    "AllocatedCapacity": ("allocated_capacity", None),
    "Timeout": ("timeout", None),
    "MaxCapacity": ("max_capacity", None),
    "WorkerType": ("worker_type", None),
    "NumberOfWorkers": ("number_of_workers", None),
    "SecurityConfiguration": ("security_configuration", None),
    "NotificationProperty": ("notification_property", None),
    "GlueVersion": ("glue_version", None),
    "CodeGenConfigurationNodes": ("code_gen_configuration_nodes", None),
    "ExecutionClass": ("execution_class", "STANDARD"),
    "SourceControlDetails": ("source_control_details", None),
}


class JobHandlers:
    """The operations on jobs that moto lacks."""

    @handler("StartJobRun", expand=False)
    def start_job_run(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Refuse: nothing here runs a job, and a run that succeeds without running is a lie."""
        _find_job(context, request["JobName"])
        raise invalid_input(f"The local AWS runs no Glue jobs; {request['JobName']} did not start")

    @handler("UpdateJob", expand=False)
    def update_job(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Replace a job's definition: on AWS, too, a setting that is left out is reset."""
        job = _find_job(context, request["JobName"])
        for setting, (attribute, reset) in _SETTINGS.items():
            setattr(job, attribute, request["JobUpdate"].get(setting, reset))
        job.last_modified_on = datetime.now(UTC).replace(tzinfo=None)
        return {"JobName": request["JobName"]}


def _find_job(context: RequestContext, name: str) -> FakeJob:
    job: FakeJob | None = glue_backends[context.account_id][context.region].jobs.get(name)
    if job is None:
        raise not_found(f"Job {name} not found.")
    return job
