"""The API of jobs: create, update, start, stop and read them, with AWS's error codes.

Requests become records here; a run itself is in `runner`.
https://docs.aws.amazon.com/glue/latest/webapi/API_StartJobRun.html
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from moto.glue.models import glue_backends

from localstack_lake.glue.jobs.definition import complete, for_run
from localstack_lake.glue.jobs.records import JobRecord, JobRunRecord
from localstack_lake.glue.jobs.runner import JobRunner, new_run_id
from localstack_lake.glue.paging import not_found, take_page
from localstack_lake.glue.shapes import GlueDict

PAGE = 100


@dataclass(slots=True)
class Jobs:
    """The jobs of one account and region; its runner's lock guards them."""

    runner: JobRunner
    records: dict[str, JobRecord] = field(default_factory=dict)

    def find(self, name: str) -> JobRecord:
        """Return a job. Raises `EntityNotFoundException`."""
        if (record := self.records.get(name)) is None:
            raise not_found(f"Job {name} not found.")
        return record

    def find_run(self, name: str, run_id: str) -> JobRunRecord:
        """Return a run. Raises `EntityNotFoundException`."""
        for run in self.find(name).runs:
            if run.id == run_id:
                return run
        raise not_found(f"Job run {run_id} of job {name} not found.")

    def arn(self, name: str) -> str:
        """Return a job's ARN, under which its tags are kept."""
        return f"arn:aws:glue:{self.runner.region}:{self.runner.account_id}:job/{name}"

    @property
    def tags(self) -> Any:
        """What keeps the tags of this account and region."""
        return glue_backends[self.runner.account_id][self.runner.region]


class JobHandlers:
    """The operations on jobs and their runs."""

    def __init__(self) -> None:
        super().__init__()
        self._jobs: dict[tuple[str, str], Jobs] = {}
        self._jobs_lock = Lock()

    def _jobs_in(self, context: RequestContext) -> Jobs:
        place = (context.account_id, context.region)
        with self._jobs_lock:
            if place not in self._jobs:
                self._jobs[place] = Jobs(JobRunner(*place))
            return self._jobs[place]

    @handler("CreateJob", expand=False)
    def create_job(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Make a job; the same request again changes nothing, another one is refused."""
        jobs, name, now = self._jobs_in(context), request["Name"], datetime.now(UTC)
        settings = complete({k: v for k, v in request.items() if k not in ("Name", "Tags")})
        with jobs.runner.lock:
            if (existing := jobs.records.get(name)) is not None:
                if existing.settings == settings:
                    return {"Name": name}
                raise CommonServiceException(
                    "IdempotentParameterMismatchException",
                    f"Job {name} already submitted with different configuration",
                )
            jobs.records[name] = JobRecord(name, settings, now, now)
        jobs.tags.tag_resource(jobs.arn(name), request.get("Tags") or {})
        return {"Name": name}

    @handler("UpdateJob", expand=False)
    def update_job(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Replace a job's definition: a setting that is left out is reset."""
        jobs = self._jobs_in(context)
        with jobs.runner.lock:
            job = jobs.find(request["JobName"])
            job.settings = complete(dict(request["JobUpdate"]))
            job.updated = datetime.now(UTC)
        return {"JobName": job.name}

    @handler("DeleteJob", expand=False)
    def delete_job(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove a job and its tags; one that does not exist is not an error."""
        jobs, name = self._jobs_in(context), request["JobName"]
        with jobs.runner.lock:
            jobs.records.pop(name, None)
        jobs.tags.tagger.delete_all_tags_for_resource(jobs.arn(name))
        return {"JobName": name}

    @handler("GetJob", expand=False)
    def get_job(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a job."""
        jobs = self._jobs_in(context)
        with jobs.runner.lock:
            return {"Job": jobs.find(request["JobName"]).show()}

    @handler("GetJobs", expand=False)
    def get_jobs(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show all jobs, a page at a time."""
        jobs = self._jobs_in(context)
        with jobs.runner.lock:
            shown = [jobs.records[name].show() for name in sorted(jobs.records)]
        page, more = take_page(shown, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"Jobs": page} | more

    @handler("ListJobs", expand=False)
    def list_jobs(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Name the jobs that have all of the given tags."""
        jobs, wanted = self._jobs_in(context), (request.get("Tags") or {}).items()
        names = [
            name
            for name in sorted(jobs.records)
            if wanted <= jobs.tags.get_tags(jobs.arn(name)).items()
        ]
        page, more = take_page(names, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"JobNames": page} | more

    @handler("BatchGetJobs", expand=False)
    def batch_get_jobs(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the named jobs, and name those that do not exist."""
        records, names = self._jobs_in(context).records, request["JobNames"]
        return {
            "Jobs": [records[name].show() for name in names if name in records],
            "JobsNotFound": [name for name in names if name not in records],
        }

    @handler("StartJobRun", expand=False)
    def start_job_run(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Start a run, or repeat an earlier one. It runs beside this call."""
        jobs = self._jobs_in(context)
        with jobs.runner.lock:
            job = jobs.find(request["JobName"])
            previous_id = request.get("JobRunId")
            before = jobs.find_run(job.name, previous_id).arguments if previous_id else {}
            settings = for_run(job.settings, request)
            if job.running() >= int(settings["ExecutionProperty"].get("MaxConcurrentRuns", 1)):
                raise CommonServiceException(
                    "ConcurrentRunsExceededException", f"Concurrent runs exceeded for {job.name}"
                )
            arguments = dict(request.get("Arguments") or before)
            run = JobRunRecord(new_run_id(), job.name, settings, arguments, previous_id=previous_id)
            jobs.runner.start(job, run)
        return {"JobRunId": run.id}

    @handler("GetJobRun", expand=False)
    def get_job_run(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a run."""
        jobs = self._jobs_in(context)
        with jobs.runner.lock:
            return {"JobRun": jobs.find_run(request["JobName"], request["RunId"]).show()}

    @handler("GetJobRuns", expand=False)
    def get_job_runs(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a job's runs, the newest first."""
        jobs = self._jobs_in(context)
        with jobs.runner.lock:
            shown = [run.show() for run in reversed(jobs.find(request["JobName"]).runs)]
        page, more = take_page(shown, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"JobRuns": page} | more

    @handler("BatchStopJobRun", expand=False)
    def batch_stop_job_run(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Ask runs to stop; each ends as STOPPED a little later."""
        jobs, name = self._jobs_in(context), request["JobName"]
        stopped: list[GlueDict] = []
        errors: list[GlueDict] = []
        with jobs.runner.lock:
            for run_id in request["JobRunIds"]:
                about = {"JobName": name, "JobRunId": run_id}
                try:
                    run = jobs.find_run(name, run_id)
                except CommonServiceException as error:
                    errors.append(about | {"ErrorDetail": _detail(error.code, str(error))})
                    continue
                if run.has_ended:
                    message = f"Job run {run_id} is {run.state} and cannot be stopped"
                    detail = _detail("InvalidInputException", message)
                    errors.append(about | {"ErrorDetail": detail})
                    continue
                run.enter("STOPPING")
                run.stop.set()
                stopped.append(about)
        return {"SuccessfulSubmissions": stopped, "Errors": errors}


def _detail(code: str, message: str) -> GlueDict:
    return {"ErrorCode": code, "ErrorMessage": message}
