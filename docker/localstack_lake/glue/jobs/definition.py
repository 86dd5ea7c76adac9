"""A job's settings: Glue's defaults, its capacity, and what Glue refuses.

https://docs.aws.amazon.com/glue/latest/webapi/API_Job.html
"""

from localstack_lake.glue.paging import invalid_input
from localstack_lake.glue.shapes import GlueDict

COMMANDS = ("glueetl", "gluestreaming", "pythonshell", "glueray")
DPU_PER_WORKER = {
    "Standard": 1.0,
    "G.025X": 0.25,
    "G.1X": 1.0,
    "G.2X": 2.0,
    "G.4X": 4.0,
    "G.8X": 8.0,
    "G.12X": 12.0,
    "G.16X": 16.0,
    "R.1X": 1.0,
    "R.2X": 2.0,
    "R.4X": 4.0,
    "R.8X": 8.0,
}
TIMEOUT_MINUTES = 2880
SPARK_DPU, SHELL_DPU = 10.0, 0.0625
_CAPACITY = ("MaxCapacity", "AllocatedCapacity", "WorkerType", "NumberOfWorkers")


def complete(settings: GlueDict) -> GlueDict:
    """Return a job's settings with the defaults that Glue gives. Raises InvalidInputException."""
    _check(settings)
    return {
        "ExecutionProperty": {"MaxConcurrentRuns": 1},
        "MaxRetries": 0,
        "Timeout": TIMEOUT_MINUTES,
        "ExecutionClass": "STANDARD",
        "JobMode": "SCRIPT",
        **settings,
        **capacity(settings),
    }


def capacity(settings: GlueDict) -> GlueDict:
    """Return what a job's workers are in DPUs: `{"MaxCapacity": 4.0, "AllocatedCapacity": 4}`."""
    if worker_type := settings.get("WorkerType"):
        dpu = DPU_PER_WORKER[worker_type] * settings["NumberOfWorkers"]
    else:
        is_shell = settings["Command"].get("Name") == "pythonshell"
        usual = SHELL_DPU if is_shell else SPARK_DPU
        dpu = settings.get("MaxCapacity") or settings.get("AllocatedCapacity") or usual
    return {"MaxCapacity": float(dpu), "AllocatedCapacity": int(dpu)}


def for_run(settings: GlueDict, given: GlueDict) -> GlueDict:
    """Return a run's settings: those of its job, and instead of them those given at its start."""
    changed = {
        name: value
        for name, value in given.items()
        if name in (*_CAPACITY, "Timeout", "SecurityConfiguration", "NotificationProperty")
        and value is not None
    }
    kept = dict(settings)
    if changed.keys() & set(_CAPACITY):
        kept = {name: value for name, value in kept.items() if name not in _CAPACITY}
    return complete(kept | changed)


def _check(settings: GlueDict) -> None:
    command = settings.get("Command") or {}
    if command.get("Name") not in COMMANDS:
        raise invalid_input(f"Command.Name is {command.get('Name')}, not one of {COMMANDS}")
    if not str(command.get("ScriptLocation") or "").startswith("s3://"):
        raise invalid_input("Command.ScriptLocation must be an S3 path to the job's script")
    worker_type, workers = settings.get("WorkerType"), settings.get("NumberOfWorkers")
    if worker_type and worker_type not in DPU_PER_WORKER:
        raise invalid_input(f"WorkerType {worker_type} is not valid")
    if bool(worker_type) != bool(workers):
        raise invalid_input("WorkerType and NumberOfWorkers are set together")
    if worker_type and command["Name"] == "pythonshell":
        raise invalid_input("A Python shell job has MaxCapacity, and no WorkerType")
