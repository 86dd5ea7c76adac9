"""A crawler's definition: Glue's API shape, read into one frozen value.

Every rule that makes a definition invalid lives here, so that it is refused when it is made and
not when it runs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from glue_crawler.classifiers.definition import Classifier
from glue_crawler.errors import InvalidCrawlerError
from glue_crawler.objects.exclusions import glob_to_regex
from glue_crawler.objects.target import Target

MAX_SAMPLE_SIZE = 249
MAX_TABLE_PREFIX_BYTES = 128

type UpdateBehavior = Literal["UPDATE_IN_DATABASE", "LOG"]
type DeleteBehavior = Literal["DEPRECATE_IN_DATABASE", "DELETE_FROM_DATABASE", "LOG"]

_UPDATE_BEHAVIORS = ("UPDATE_IN_DATABASE", "LOG")
_DELETE_BEHAVIORS = ("DEPRECATE_IN_DATABASE", "DELETE_FROM_DATABASE", "LOG")
_RECRAWL_BEHAVIORS = ("CRAWL_EVERYTHING", "CRAWL_NEW_FOLDERS_ONLY", "CRAWL_EVENT_MODE")

# The keys that each part of a configuration may have. What a recorded refusal says:
# "CrawlerOutput.Partitions contains unsupported keys: UpdateBehavior."
_CONFIGURATION_KEYS = {
    "": ("Version", "CrawlerOutput", "Grouping", "CreatePartitionIndex"),
    "CrawlerOutput": ("Tables", "Partitions"),
    "CrawlerOutput.Tables": ("AddOrUpdateBehavior", "TableThreshold"),
    "CrawlerOutput.Partitions": ("AddOrUpdateBehavior",),
    "Grouping": ("TableGroupingPolicy", "TableLevelConfiguration"),
}


@dataclass(frozen=True, slots=True)
class CrawlerDefinition:
    """Everything that decides what a crawl does, with AWS's defaults."""

    name: str
    database: str
    targets: tuple[Target, ...]
    table_prefix: str = ""
    update_behavior: UpdateBehavior = "UPDATE_IN_DATABASE"
    delete_behavior: DeleteBehavior = "DEPRECATE_IN_DATABASE"
    new_folders_only: bool = False
    inherit_from_table: bool = False
    merge_new_columns: bool = False
    combine_schemas: bool = False
    table_level: int | None = None
    table_threshold: int | None = None
    classifiers: tuple[Classifier, ...] = ()
    catalog_tables: tuple[str, ...] = ()


def read_definition(
    crawler: Mapping[str, Any], classifiers: Sequence[Classifier] = ()
) -> CrawlerDefinition:
    """Read a definition from Glue's `Crawler` or `CreateCrawler` shape.

    `classifiers` are those that its `Classifiers` name, in that order.

    Raises `InvalidCrawlerError` for what AWS refuses: no target, a path that is not an S3 URL, a
    wrong pattern, a configuration that is not JSON, policies that contradict each other.
    """
    policy = crawler.get("SchemaChangePolicy") or {}
    recrawl = _one_of(crawler.get("RecrawlPolicy") or {}, "RecrawlBehavior", _RECRAWL_BEHAVIORS)
    update = _one_of(policy, "UpdateBehavior", _UPDATE_BEHAVIORS)
    delete = _one_of(policy, "DeleteBehavior", _DELETE_BEHAVIORS)
    new_only = recrawl == "CRAWL_NEW_FOLDERS_ONLY"
    if new_only:
        _check_new_folders_only(crawler, policy, update, delete)
    catalog_database, catalog_tables = _read_catalog_targets(crawler, delete, policy)
    configuration = read_configuration(crawler.get("Configuration") or "")
    output, grouping = configuration.get("CrawlerOutput", {}), configuration.get("Grouping", {})
    return CrawlerDefinition(
        name=crawler["Name"],
        database=catalog_database or crawler.get("DatabaseName") or "",
        targets=_read_targets(crawler.get("Targets") or {}),
        table_prefix=_read_prefix(crawler.get("TablePrefix") or ""),
        update_behavior=cast(UpdateBehavior, "LOG" if new_only else update),
        delete_behavior=cast(DeleteBehavior, "LOG" if new_only or catalog_tables else delete),
        new_folders_only=new_only,
        inherit_from_table=_behavior(output, "Partitions") == "InheritFromTable",
        # Such a crawl makes no change to a schema (docs.aws.amazon.com/glue/latest/dg/
        # incremental-crawls.html), so there is nothing for this to add.
        merge_new_columns=not new_only and _behavior(output, "Tables") == "MergeNewColumns",
        combine_schemas=grouping.get("TableGroupingPolicy") == "CombineCompatibleSchemas",
        table_level=grouping.get("TableLevelConfiguration"),
        table_threshold=output.get("Tables", {}).get("TableThreshold"),
        classifiers=tuple(classifiers),
        catalog_tables=catalog_tables,
    )


def _check_new_folders_only(
    crawler: Mapping[str, Any], policy: Mapping[str, Any], update: str, delete: str
) -> None:
    """Refuse what a crawler of new folders may not have, in AWS's words."""
    if policy and (update != "LOG" or delete != "LOG"):
        raise InvalidCrawlerError(
            'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only '
            "LOG DeleteBehavior value and LOG UpdateBehavior value."
        )
    targets = crawler.get("Targets") or {}
    if any(found for kind, found in targets.items() if kind != "S3Targets"):
        # The words of a recorded refusal: github.com/hashicorp/terraform-provider-aws/issues/22868.
        raise InvalidCrawlerError(
            'RecrawlBehavior "Crawl new folders only" can only apply to Amazon S3 target.'
        )


def _one_of(policy: Mapping[str, Any], field: str, allowed: tuple[str, ...]) -> str:
    value = policy.get(field) or allowed[0]
    if value not in allowed:
        raise InvalidCrawlerError(f"{field} must be one of {', '.join(allowed)}, not {value}")
    return str(value)


def _read_targets(targets: Mapping[str, Any]) -> tuple[Target, ...]:
    if not any(targets.values()):
        raise InvalidCrawlerError("Targets must name at least one target")
    return tuple(_read_target(target) for target in targets.get("S3Targets") or ())


def _read_catalog_targets(
    crawler: Mapping[str, Any], delete: str, policy: Mapping[str, Any]
) -> tuple[str, tuple[str, ...]]:
    """Read the tables that a crawler keeps up to date: their database and names; empty for none.

    What AWS refuses: docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
    ("Data Catalog tables"). That all must be in one database is a limit of this crawler.
    """
    targets = {kind: found for kind, found in (crawler.get("Targets") or {}).items() if found}
    found = targets.pop("CatalogTargets", None) or ()
    if not found:
        return "", ()
    if targets:
        raise InvalidCrawlerError("CatalogTargets cannot be mixed with other kinds of targets")
    if policy.get("DeleteBehavior") and delete != "LOG":
        raise InvalidCrawlerError(
            "The SchemaChangePolicy for a catalog target can have only LOG DeleteBehavior value."
        )
    databases = {target.get("DatabaseName") or "" for target in found}
    tables = tuple(name.lower() for target in found for name in target.get("Tables") or ())
    if len(databases) != 1 or not all(databases) or not tables:
        raise InvalidCrawlerError("CatalogTargets must name tables of one database")
    return databases.pop(), tables


def _read_target(target: Mapping[str, Any]) -> Target:
    bucket, path = split_url(target.get("Path") or "")
    exclusions = tuple(target.get("Exclusions") or ())
    for glob in exclusions:
        glob_to_regex(glob)
    sample_size = target.get("SampleSize")
    if sample_size is not None and not 1 <= sample_size <= MAX_SAMPLE_SIZE:
        raise InvalidCrawlerError(f"SampleSize must be 1 to {MAX_SAMPLE_SIZE}, not {sample_size}")
    return Target(bucket, path, exclusions, sample_size)


def split_url(url: str) -> tuple[str, str]:
    """Split `s3://bucket/a/b` into bucket and key; `bucket/a/b` is taken too, as by AWS."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme not in ("s3", "s3a", "s3n"):
        raise InvalidCrawlerError(f"S3 target path is not an S3 URL: {url}")
    bucket, _, path = (rest if separator else url).partition("/")
    if not bucket:
        raise InvalidCrawlerError(f"S3 target path names no bucket: {url!r}")
    return bucket, path


def _read_prefix(prefix: str) -> str:
    if len(prefix.encode()) > MAX_TABLE_PREFIX_BYTES:
        raise InvalidCrawlerError(f"TablePrefix is longer than {MAX_TABLE_PREFIX_BYTES} bytes")
    return prefix.lower()


def read_configuration(text: str) -> dict[str, Any]:
    """Read the crawler's `Configuration` JSON and refuse what the crawler would not understand."""
    if not text:
        return {}
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidCrawlerError(f"Configuration is not JSON: {error}") from error
    if not isinstance(found, dict) or found.get("Version") != 1.0:
        raise InvalidCrawlerError('Configuration must be an object with "Version": 1.0')
    _check_configuration(found)
    return found


def _check_configuration(found: dict[str, Any]) -> None:
    output, grouping = found.get("CrawlerOutput", {}), found.get("Grouping", {})
    if not isinstance(output, dict) or not isinstance(grouping, dict):
        raise InvalidCrawlerError("CrawlerOutput and Grouping must be objects")
    for path, allowed_keys in _CONFIGURATION_KEYS.items():
        _check_keys(found, path, allowed_keys)
    for part, allowed in (("Partitions", "InheritFromTable"), ("Tables", "MergeNewColumns")):
        if _behavior(output, part) not in (None, allowed):
            raise InvalidCrawlerError(f"{part}.AddOrUpdateBehavior must be {allowed}")
    if grouping.get("TableGroupingPolicy") not in (None, "CombineCompatibleSchemas"):
        raise InvalidCrawlerError("TableGroupingPolicy must be CombineCompatibleSchemas")
    for name, number in (
        ("TableLevelConfiguration", grouping.get("TableLevelConfiguration")),
        ("TableThreshold", output.get("Tables", {}).get("TableThreshold")),
    ):
        if number is not None and (type(number) is not int or number < 1):
            raise InvalidCrawlerError(f"{name} must be a whole number from 1")


def _check_keys(found: dict[str, Any], path: str, allowed: tuple[str, ...]) -> None:
    """Refuse a part of the configuration with unknown keys, in the words that AWS has for it."""
    part: Any = found
    for name in path.split(".") if path else ():
        part = part.get(name, {}) if isinstance(part, dict) else {}
    odd = sorted(set(part) - set(allowed)) if isinstance(part, dict) else []
    if odd:
        raise InvalidCrawlerError(
            f"{path or 'Configuration'} contains unsupported keys: {', '.join(odd)}."
        )


def _behavior(output: Mapping[str, Any], part: str) -> str | None:
    section = output.get(part, {})
    if not isinstance(section, dict):
        raise InvalidCrawlerError(f"CrawlerOutput.{part} must be an object")
    return section.get("AddOrUpdateBehavior")
