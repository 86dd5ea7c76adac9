"""The errors that a person sees on the command line: what happened, and what to type next.

They carry their facts as fields and format at most two lines; only cli/ended_command.py prints
them. Errors of SQL and its data have their own tree in athena_sql.errors. Nothing here imports an
AWS library or click.

OrderlakeError                    exit 1: the work was not done
├── WrongUse                      exit 2: the question itself was wrong
│   ├── UnknownName               a command, environment, query or target nobody defined
│   ├── BadSetting                a value in orderlake.toml, the environment or an option
│   ├── UnreadableInput           a file that is missing, empty or not a file
│   ├── UnknownFile               a raw file that is not in the bucket
│   ├── OtherLocalAws             a local AWS is up already, but not as asked for
│   └── BadContract               an order contract that cannot be used
├── StorageRefused                the disk is full, or a file or folder may not be used
├── MissingTool                   a program or package this machine lacks
├── NoLocalAws                    nothing answers where the local AWS should be
│   └── StrangeLocalAws           a local AWS of somebody else answers there
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

from collections.abc import Iterable, Mapping
from pathlib import Path

from athena_sql.errors import nearest


class OrderlakeError(Exception):
    """Anything that ends a command; `message` says what happened, `next_step` what to type."""

    exit_code = 1

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message}\n{self.next_step}" if self.next_step else self.message


class WrongUse(OrderlakeError):
    """The command line, a setting or an input file does not make sense as given."""

    exit_code = 2


class UnknownName(WrongUse):
    """An unknown name, in a file or query where there is one; suggests the nearest, lists all."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, place: str = "") -> None:
        self.kind, self.name, self.known, self.place = kind, name, tuple(known), place
        self.suggestion = nearest(name, self.known)
        hint = f"did you mean '{self.suggestion}'? " if self.suggestion else ""
        listing = ", ".join(self.known) or "none"
        where = f"{place}: " if place else ""
        super().__init__(f"{where}there is no {kind} '{name}'", f"{hint}known: {listing}")


class BadSetting(WrongUse):
    """A setting whose value cannot be used; names where it came from."""

    def __init__(self, name: str, value: object, source: str, rule: str) -> None:
        self.name, self.value, self.source, self.rule = name, value, source, rule
        super().__init__(f"{source}: {name} = {value!r} cannot be used", f"{name} must be {rule}")


class UnreadableInput(WrongUse):
    """A path given by the user that cannot be read as a file."""

    def __init__(self, path: Path, reason: str, next_step: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}", next_step)


def unreadable_text(
    path: Path, error: OSError | UnicodeDecodeError, next_step: str
) -> UnreadableInput:
    """Return the error for a text file that could not be read, in words of ours."""
    match error:
        case FileNotFoundError():
            reason = "there is no such file"
        case UnicodeDecodeError():
            reason = "not UTF-8 text"
        case _:
            reason = str(error.strerror).lower()
    return UnreadableInput(path, reason, next_step)


class BadContract(WrongUse):
    """An order contract that cannot be used; names the line."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        self.path, self.line, self.reason = path, line, reason
        where = f"{path}, line {line}" if line else path
        super().__init__(f"{where}: {reason}", "correct the contract; nothing was changed")


class OtherLocalAws(WrongUse):
    """The local AWS of this checkout runs already, but in another way than asked for."""

    def __init__(
        self, runtime: str, engine: str, kept_in: str, *, is_open: bool, is_iam_for_users: bool
    ) -> None:
        self.runtime, self.engine, self.kept_in = runtime, engine, kept_in
        self.is_open, self.is_iam_for_users = is_open, is_iam_for_users
        kept = f"kept in {kept_in}" if kept_in else "kept nowhere"
        flags = " ".join(
            f"{'with' if is_set else 'without'} {flag}"
            for flag, is_set in (("--open", is_open), ("--iam", is_iam_for_users))
        )
        how = f"as RUNTIME={runtime} ENGINE={engine}, {kept}, {flags}"
        super().__init__(f"the local AWS is up already, {how}", "stop it first: make local-down")


class StorageRefused(OrderlakeError):
    """A file or folder of this machine could not be read or written; `path` may be unknown."""

    def __init__(self, path: str, reason: str, next_step: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}" if path else reason, next_step)


class TransformFailed(OrderlakeError):
    """A file could not be transformed for lack of disk or memory; nothing of it was written."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}", "free disk space (TMPDIR names the work folder)")


class MissingTool(OrderlakeError):
    """A program or an environment that this step needs and the machine does not have."""

    def __init__(self, tool: str, why: str, next_step: str) -> None:
        self.tool, self.why = tool, why
        super().__init__(f"{tool} is missing: {why}", next_step)


class NoLocalAws(OrderlakeError):
    """Nothing answers at the local endpoint."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        super().__init__(f"no local AWS answers at {endpoint_url}", "start it: make local-up")


class StrangeLocalAws(NoLocalAws):
    """The local AWS at the endpoint does not know the access key: it is another checkout's."""

    def __init__(self, endpoint_url: str, code: str) -> None:
        self.endpoint_url, self.code = endpoint_url, code
        OrderlakeError.__init__(
            self,
            f"what answers at {endpoint_url} is not this folder's local AWS: "
            f"it does not take its access key ({code})",
            "start this folder's own: make local-up",
        )


class LocalAwsFailed(OrderlakeError):
    """LocalStack ended or stayed unhealthy; carries the last lines of its log."""

    def __init__(self, reason: str, log: Path, tail: str) -> None:
        self.reason, self.log, self.tail = reason, log, tail
        shown = f"{reason}; the last lines of its log:\n{tail}" if tail else reason
        super().__init__(shown, f"read the whole log: {log}")


class NoCredentials(OrderlakeError):
    """No identity for a real account could be found, or it has expired."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"no usable AWS credentials: {reason}",
            "log in (aws sso login) or set AWS_PROFILE; to work without an account: ENV=local",
        )


class NoAnswer(OrderlakeError):
    """An address other than the local one gave no answer, or not an answer of AWS."""


class AwsRefused(OrderlakeError):
    """AWS answered a call with an error that this command cannot settle by itself."""

    def __init__(self, operation: str, code: str, reason: str, next_step: str) -> None:
        self.operation, self.code, self.reason = operation, code, reason
        super().__init__(f"AWS refused {operation}: {code}: {reason}", next_step)


class NotDeployed(OrderlakeError):
    """The stack, or something that it should have made, is not in this account and region."""

    def __init__(self, what: str, env: str) -> None:
        self.what, self.env = what, env
        super().__init__(f"{what} does not exist in '{env}'", "deploy first: make deploy")


class BuildFailed(OrderlakeError):
    """The function's zip could not be built, or breaks one of Lambda's limits."""


class DeployFailed(OrderlakeError):
    """A stack operation failed; `cause` is the first failure, in AWS's words."""

    def __init__(self, stack: str, status: str, cause: str, next_step: str) -> None:
        self.stack, self.status, self.cause = stack, status, cause
        super().__init__(f"stack {stack} ended as {status}: {cause}", next_step)


class CrawlFailed(OrderlakeError):
    """The crawler ended with an error, or did not end in time."""


class CurateFailed(OrderlakeError):
    """The job that writes the curated table ended with an error; nothing was done by halves."""

    def __init__(self, reason: str, step: str = "") -> None:
        self.reason = reason
        again = "the next run goes on from there; with more: orderlake curate --verbose"
        super().__init__(f"the curated table is not up to date: {reason}", step or again)


class UploadFailed(OrderlakeError):
    """At least one file was refused."""


class NothingHeard(OrderlakeError):
    """The function reported no further file within the waiting time."""

    def __init__(self, keys: Iterable[str], patience_seconds: float, env: str) -> None:
        self.keys, self.patience_seconds = tuple(keys), patience_seconds
        first = ", ".join(self.keys[:3])
        more = f" and {len(self.keys) - 3:,} more" if len(self.keys) > 3 else ""
        super().__init__(
            f"nothing heard for {patience_seconds:.0f} s of {first}{more}",
            "the function may still run or have failed: orderlake status",
        )


class ReplayFailed(OrderlakeError):
    """At least one file or event that was run again failed again."""


class JobFailed(OrderlakeError):
    """A run of a Glue job did not succeed; what it finished stays finished."""


class UnknownFile(WrongUse):
    """A name or pattern that no raw file has; suggests the nearest."""

    def __init__(self, name: str, keys: Iterable[str]) -> None:
        self.name = name
        self.suggestion = nearest(name, keys)
        hint = f"did you mean '{self.suggestion}'? " if self.suggestion else ""
        super().__init__(
            f"no raw file is called '{name}'",
            f"{hint}a name as upload printed it, or a pattern such as 'raw/2026-11-*'",
        )


class NotConfirmed(OrderlakeError):
    """The user did not agree; nothing was changed."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(
            f"{action}: not confirmed, nothing was changed", "to skip the question: --yes"
        )


class NoTable(OrderlakeError):
    """The catalog holds no table: no crawl has found processed orders yet."""

    def __init__(self, database: str, source: str) -> None:
        self.database, self.source = database, source
        super().__init__(
            f"{source} has no table in database '{database}' yet",
            "upload orders and crawl: make upload FILE=orders.csv crawl",
        )


class UnusableTypes(OrderlakeError):
    """Columns have other types in the catalog than they need; `types` has both by their names."""

    def __init__(self, types: Mapping[str, tuple[str, str]]) -> None:
        self.types = types
        listed = ", ".join(
            f"{name} as {has}, not as {needs}" for name, (has, needs) in types.items()
        )
        super().__init__(
            f"the catalog has {listed}", "give back the contract's types: orderlake crawl"
        )


def sync_step(folder: Path) -> str:
    """Return the command that fills a mirror's folder, which is below its environment's."""
    return "make sync ENV=aws" if folder.parent.name == "aws" else "make sync"


class NoMirror(OrderlakeError):
    """There is no local copy to answer from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        step = sync_step(folder)
        start = "start the lake, then: " if step == "make sync" else ""
        super().__init__(f"nothing is mirrored in {folder}", f"{start}{step}")


class DamagedMirror(NoMirror):
    """The local copy is not what was downloaded: cut off, changed, or partly removed."""

    def __init__(self, folder: Path, what: str) -> None:
        self.folder, self.what = folder, what
        OrderlakeError.__init__(
            self,
            f"the mirror in {folder} is damaged: {what}",
            f"bring it again: {sync_step(folder)}",
        )


class MirrorBusy(OrderlakeError):
    """Another process holds the mirror for longer than this one waits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"another process is using {folder}", "let it finish, then run this again")


class SourceChanging(OrderlakeError):
    """Objects were replaced during every attempt to copy them."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            f"the objects of {source} keep changing", "wait for uploads, then: make sync"
        )


class SnapshotsDiffer(OrderlakeError):
    """Two engines hold different data, so a comparison would say nothing about the engines."""

    def __init__(self, left: str, right: str) -> None:
        self.left, self.right = left, right
        super().__init__(
            f"{left} and {right} hold different data", "bring them together: make sync"
        )
