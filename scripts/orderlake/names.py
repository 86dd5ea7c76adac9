"""Every name that the stack uses, derived from prefix, account and region. Pure."""

from dataclasses import dataclass

from order_transform.delivery.layout import RAW_PREFIX


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one deployment; the same rules are written in template.yaml."""

    prefix: str
    account: str
    region: str
    existing_raw_bucket: str | None = None
    raw_prefix: str = RAW_PREFIX

    @property
    def stack(self) -> str:
        """The CloudFormation stack."""
        return f"{self.prefix}-orders"

    @property
    def raw_bucket(self) -> str:
        """The bucket that takes order files: the stack's own, or one that exists already."""
        return self.existing_raw_bucket or f"{self.prefix}-raw-{self.account}-{self.region}"

    @property
    def processed_bucket(self) -> str:
        """The bucket of processed data, rejects and reports."""
        return f"{self.prefix}-processed-{self.account}-{self.region}"

    @property
    def artifact_bucket(self) -> str:
        """The bucket of function zips. `deploy` makes it, because the stack needs it."""
        return f"{self.prefix}-artifacts-{self.account}-{self.region}"

    @property
    def function(self) -> str:
        """The Lambda function."""
        return f"{self.prefix}-order-transform"

    @property
    def log_group(self) -> str:
        """The function's log group."""
        return f"/aws/lambda/{self.function}"

    @property
    def types_function(self) -> str:
        """The function that gives the crawled table the contract's types."""
        return f"{self.prefix}-order-types"

    @property
    def types_log_group(self) -> str:
        """The log group of that function."""
        return f"/aws/lambda/{self.types_function}"

    @property
    def backfill_job(self) -> str:
        """The Glue job that reads many files at once, where `Curated` is on."""
        return f"{self.prefix}-order-backfill"

    @property
    def backfill_log_groups(self) -> tuple[str, str]:
        """The log groups of that job: what it prints, and what goes wrong."""
        return job_log_groups(self.backfill_job)

    @property
    def curate_job(self) -> str:
        """The Glue job that writes the curated table, where `Curated` is on."""
        return f"{self.prefix}-order-curate"

    @property
    def curate_log_groups(self) -> tuple[str, str]:
        """The log groups of that job."""
        return job_log_groups(self.curate_job)

    @property
    def crawl_rule(self) -> str:
        """The EventBridge rule that calls it after a crawl."""
        return f"{self.prefix}-order-crawled"

    @property
    def files_rule(self) -> str:
        """The EventBridge rule that calls the function for files of an existing bucket."""
        return f"{self.prefix}-order-files"

    @property
    def failure_queue(self) -> str:
        """The queue of events that failed every retry."""
        return f"{self.prefix}-order-failures"

    @property
    def alarms(self) -> tuple[str, ...]:
        """The CloudWatch alarms."""
        kinds = ("failures", "failures-forgotten", "lag", "rejects", "refusals", "doubts")
        return tuple(f"{self.prefix}-order-{kind}" for kind in kinds)

    @property
    def alarm_topic(self) -> str:
        """The SNS topic of alarms, where an address was given."""
        return f"{self.prefix}-order-alarms"

    @property
    def database(self) -> str:
        """The Glue database; a dash in the prefix becomes an underscore, as Athena prefers."""
        return f"{self.identifier}_orders"

    @property
    def crawler(self) -> str:
        """The Glue crawler."""
        return f"{self.prefix}-orders"

    @property
    def table(self) -> str:
        """The table that the crawler registers: its prefix, then the target's last folder."""
        return f"{self.identifier}_processed_orders"

    @property
    def curated_table(self) -> str:
        """The Iceberg table that `curate` writes, in the same database."""
        return f"{self.identifier}_orders"

    @property
    def work_group(self) -> str:
        """The Athena work group."""
        return f"{self.prefix}-orders"

    @property
    def identifier(self) -> str:
        """The prefix as the start of a SQL identifier."""
        return self.prefix.replace("-", "_")


def job_log_groups(job: str) -> tuple[str, str]:
    """Return the log groups of a Glue job: what it prints, and what goes wrong."""
    return f"/aws-glue/{job}/output", f"/aws-glue/{job}/error"
