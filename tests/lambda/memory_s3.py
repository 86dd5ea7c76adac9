"""Object storage in memory, as S3 keeps it: versions, delete markers, conditional writes.

Every call passes a gate before and after it takes effect, so that a test can stop or end a
delivery at each of them. Knows nothing of orders.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from order_transform.storage import ConditionFailed, Missing, Stored


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object; without data it is a delete marker."""

    version_id: str
    data: bytes | None

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.data or b"").hexdigest()}"'


@dataclass
class MemoryS3:
    """Buckets in memory; those in `unversioned` keep only the newest version of an object."""

    unversioned: frozenset[str] = frozenset()
    objects: dict[tuple[str, str], list[Version]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    gate: Callable[[str], None] = lambda call: None
    _count: int = 0

    def put(self, bucket: str, key: str, data: bytes | None) -> Stored:
        """Store a version, or a delete marker, as any writer may."""
        self._count += 1
        version = Version(f"version-{self._count}", data)
        if bucket in self.unversioned:
            self.objects[bucket, key] = [version] if data is not None else []
        else:
            self.objects.setdefault((bucket, key), []).append(version)
        return self._stored(bucket, version)

    def newest(self, bucket: str, key: str) -> Version | None:
        """Return the version that a reader sees."""
        versions = self.objects.get((bucket, key), [])
        return versions[-1] if versions and versions[-1].data is not None else None

    def visible(self, bucket: str) -> dict[str, bytes]:
        """Return what a reader of a bucket sees."""
        found = {key: self.newest(name, key) for name, key in self.objects if name == bucket}
        return {key: one.data for key, one in found.items() if one and one.data is not None}

    def head(self, bucket: str, key: str) -> Stored | None:
        with self._call(f"head {bucket}/{key}"):
            version = self.newest(bucket, key)
            return self._stored(bucket, version) if version else None

    def read(self, bucket: str, key: str) -> tuple[bytes, Stored] | None:
        with self._call(f"read {bucket}/{key}"):
            version = self.newest(bucket, key)
            return (version.data or b"", self._stored(bucket, version)) if version else None

    def download(self, bucket: str, key: str, version_id: str | None, path: Path) -> None:
        with self._call(f"download {bucket}/{key}"):
            for version in self.objects.get((bucket, key), []):
                if version_id in (None, version.version_id) and version.data is not None:
                    path.write_bytes(version.data)
                    return
            raise Missing(key)

    def write(self, bucket: str, key: str, data: bytes | Path, expected: str | None) -> Stored:
        with self._call(f"write {bucket}/{key}"):
            version = self.newest(bucket, key)
            if (version.etag if version else None) != expected:
                raise ConditionFailed(key)
            return self.put(bucket, key, data if isinstance(data, bytes) else data.read_bytes())

    def versions(self, bucket: str, key: str) -> list[Stored]:
        with self._call(f"versions {bucket}/{key}"):
            every = self.objects.get((bucket, key), [])
            return [self._stored(bucket, one) for one in reversed(every) if one.data is not None]

    def delete(self, bucket: str, key: str, version_id: str | None) -> None:
        with self._call(f"delete {bucket}/{key}"):
            if version_id is None:
                self.put(bucket, key, None)
                return
            kept = [one for one in self.objects[bucket, key] if one.version_id != version_id]
            self.objects[bucket, key] = kept

    @contextmanager
    def _call(self, call: str) -> Iterator[None]:
        self.gate(call)
        self.calls.append(call)
        yield
        self.gate(call)

    def _stored(self, bucket: str, version: Version) -> Stored:
        version_id = None if bucket in self.unversioned else version.version_id
        return Stored(version.etag, version_id, len(version.data or b""))
