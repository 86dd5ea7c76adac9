"""Clusters of alike contents: one format, and most columns in common.

It knows no folders; `folders` decides whether a cluster becomes a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from glue_crawler.grouping.survey import Content
from glue_crawler.reading.sample import Format
from glue_crawler.schema.columns import Schema, join_schemas, similarity

# AWS's threshold (repost.aws/knowledge-center/glue-crawler-detect-schema). What is compared with it
# is our own choice (`similarity`).
SIMILARITY_THRESHOLD = 0.7


@dataclass(slots=True)
class Cluster:
    """Contents that belong together: their format, united schema, and how many objects."""

    format: Format
    schema: Schema
    objects: int


def cluster_contents(contents: Sequence[Content], combine: bool) -> list[Cluster]:
    """Put contents together that share a format and, unless combined, most of their columns."""
    clusters: list[Cluster] = []
    for content in contents:
        for cluster in clusters:
            if cluster.format == content.format and (
                combine or similarity(cluster.schema, content.schema) > SIMILARITY_THRESHOLD
            ):
                cluster.schema = join_schemas(cluster.schema, content.schema)
                cluster.objects += content.tally.objects
                break
        else:
            clusters.append(Cluster(content.format, content.schema, content.tally.objects))
    return clusters
