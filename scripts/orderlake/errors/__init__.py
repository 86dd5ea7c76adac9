"""The errors that a person sees on the command line: what happened, and what to type next.

They carry their facts as fields and format at most two lines; only cli/ended_command.py prints
them. Each module here has the errors of one thing that can fail. Errors of SQL and its data have
their own tree in athena_sql.errors. Nothing here imports an AWS library or click.

OrderlakeError                    exit 1: the work was not done
├── WrongUse                      exit 2: the question itself was wrong
│   ├── UnknownName               a command, environment, query or target that does not exist
│   ├── BadSetting                a value in orderlake.toml, the environment or an option
│   ├── UnreadableInput           a file that is missing, empty or not a file
│   ├── UnknownFile               a raw file that is not in the bucket
│   ├── OtherLocalAws             a local AWS is up already, but not as asked for
│   └── BadContract               an order contract that cannot be used
├── StorageRefused                the disk is full, or a file or folder may not be used
├── MissingTool                   a program or package this machine lacks
├── NoLocalAws                    nothing answers where the local AWS should be
│   └── StrangeLocalAws           the local AWS of another checkout answers there
├── LocalAwsFailed                LocalStack started and gave up, or never became healthy
├── NoCredentials                 --env aws without an identity
├── NoAnswer                      nothing, or something else, is where AWS should be
├── AwsRefused                    AWS answered with an error
├── NotDeployed                   the stack, or a part of it, is not there
├── BuildFailed                   the function's zip could not be made, or is too large
├── DeployFailed                  a stack operation ended in a rollback
├── CrawlFailed                   the crawler ended with an error, or not in time
├── CurateFailed                  the curated table could not be brought up to date
├── TransformFailed               disk or memory gave out under a local transform
├── UploadFailed                  a file was refused, by its header or by the function
├── NothingHeard                  no report came about files that the function should have read
├── JobFailed                     a Glue job failed or was stopped; a backfill, if files failed
├── ReplayFailed                  a file or an event failed again
├── NoTable                       the catalog has no table yet
├── UnusableTypes                 the catalog gives columns types that cannot be computed with
├── NoMirror                      nothing was mirrored yet
│   └── DamagedMirror             something was, and is not whole any more
├── MirrorBusy                    another process holds the mirror
├── SourceChanging                objects change faster than they can be mirrored
├── SnapshotsDiffer               two engines that hold different data
└── NotConfirmed                  a question was answered with no
"""

from orderlake.errors.aws import (
    AwsRefused,
    BuildFailed,
    DeployFailed,
    NoAnswer,
    NoCredentials,
    NotDeployed,
)
from orderlake.errors.base import OrderlakeError, WrongUse
from orderlake.errors.local_aws import LocalAwsFailed, NoLocalAws, OtherLocalAws, StrangeLocalAws
from orderlake.errors.mirror import (
    DamagedMirror,
    MirrorBusy,
    NoMirror,
    SnapshotsDiffer,
    SourceChanging,
    sync_step,
)
from orderlake.errors.pipeline import (
    CrawlFailed,
    CurateFailed,
    JobFailed,
    NoTable,
    NothingHeard,
    ReplayFailed,
    UnusableTypes,
    UploadFailed,
)
from orderlake.errors.this_machine import MissingTool, StorageRefused, TransformFailed
from orderlake.errors.usage import (
    BadContract,
    BadSetting,
    NotConfirmed,
    UnknownFile,
    UnknownName,
    UnreadableInput,
    unreadable_text,
)

__all__ = [
    "AwsRefused",
    "BadContract",
    "BadSetting",
    "BuildFailed",
    "CrawlFailed",
    "CurateFailed",
    "DamagedMirror",
    "DeployFailed",
    "JobFailed",
    "LocalAwsFailed",
    "MirrorBusy",
    "MissingTool",
    "NoAnswer",
    "NoCredentials",
    "NoLocalAws",
    "NoMirror",
    "NoTable",
    "NotConfirmed",
    "NotDeployed",
    "NothingHeard",
    "OrderlakeError",
    "OtherLocalAws",
    "ReplayFailed",
    "SnapshotsDiffer",
    "SourceChanging",
    "StorageRefused",
    "StrangeLocalAws",
    "TransformFailed",
    "UnknownFile",
    "UnknownName",
    "UnreadableInput",
    "UnusableTypes",
    "UploadFailed",
    "WrongUse",
    "sync_step",
    "unreadable_text",
]
