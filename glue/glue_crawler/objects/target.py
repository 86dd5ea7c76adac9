"""Where a crawl looks for objects: one include path of a crawler. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """One S3 include path: bucket, the key part of the path, exclusions, files to sample."""

    bucket: str
    path: str
    exclusions: tuple[str, ...] = ()
    sample_size: int | None = None

    @property
    def root(self) -> str:
        """The key part of the path as a folder: `path/`, or empty for the whole bucket."""
        stem = self.path.rstrip("/")
        return f"{stem}/" if stem else ""

    @property
    def url(self) -> str:
        """The include path as a folder: `s3://bucket/path/`."""
        return f"s3://{self.bucket}/{self.root}"
