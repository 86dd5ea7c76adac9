import errno
import hashlib
import json
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from orderlake.engines.duckdb_engine import open_duckdb
from orderlake.errors import DamagedMirror, MirrorBusy, NoMirror, OrderlakeError, SourceChanging
from orderlake.mirror.integrity import check_content, check_sizes
from orderlake.mirror.refresh import connect
from orderlake.mirror.store import MirroredObject, MirrorStore
from orderlake.mirror.sync import Lake, count_stray, folders_of, sync
from orderlake.names import Names
from orderlake.settings import load
from sql_lake import ALIASES, SERDE, MemoryLake, glue_table


@pytest.fixture
def lake() -> MemoryLake:
    lake = MemoryLake()
    lake.put("a.json", '{"product_id":"A"}\n')
    lake.put("b.json.gz", '{"product_id":"B"}\n')
    return lake


@pytest.fixture
def store(tmp_path: Path) -> MirrorStore:
    return MirrorStore(tmp_path / "mirror")


def files_of(store: MirrorStore) -> list[Path]:
    return sorted(path for path in (store.folder / "objects").rglob("*") if path.is_file())


def test_a_first_sync_brings_everything(lake: MemoryLake, store: MirrorStore) -> None:
    report = sync(lake, store)
    assert (report.downloaded, report.removed, report.unchanged) == (2, 0, 0)
    held = {store.path_of(o).read_bytes() for o in store.read().objects}
    assert held == set(lake.objects.values())


def test_an_unchanged_lake_is_not_downloaded_again(lake: MemoryLake, store: MirrorStore) -> None:
    sync(lake, store)
    lake.downloads.clear()
    report = sync(lake, store)
    assert (report.downloaded, report.unchanged, lake.downloads) == (0, 2, [])


def test_only_what_changed_is_downloaded(lake: MemoryLake, store: MirrorStore) -> None:
    sync(lake, store)
    lake.downloads.clear()
    lake.put("a.json", '{"product_id":"A2"}\n')
    report = sync(lake, store)
    assert lake.downloads == ["processed/orders/a.json"]
    assert (report.downloaded, report.removed, report.unchanged) == (1, 0, 1)
    assert len(files_of(store)) == 2


def test_what_was_removed_is_removed_here(lake: MemoryLake, store: MirrorStore) -> None:
    sync(lake, store)
    del lake.objects["processed/orders/a.json"]
    assert sync(lake, store).removed == 1
    assert len(files_of(store)) == 1


def test_a_file_that_was_cut_on_disk_is_fetched_again(lake: MemoryLake, store: MirrorStore) -> None:
    sync(lake, store)
    files_of(store)[0].write_bytes(b"")
    assert sync(lake, store).downloaded == 1


def test_an_object_replaced_during_the_download_is_listed_again(
    lake: MemoryLake, store: MirrorStore
) -> None:
    lake.moved_on.add("processed/orders/a.json")
    sync(lake, store)
    assert {o.key for o in store.read().objects} == set(lake.objects)
    assert lake.downloads.count("processed/orders/a.json") == 2


def test_objects_that_never_hold_still_are_reported(store: MirrorStore) -> None:
    class Restless(MemoryLake):
        def download(self, entry: MirroredObject, path: Path) -> int:
            self.moved_on.add(entry.key)
            return super().download(entry, path)

    lake = Restless()
    lake.put("a.json", "{}\n")
    with pytest.raises(SourceChanging):
        sync(lake, store)


def test_an_interrupted_sync_leaves_the_old_snapshot_whole(
    lake: MemoryLake, store: MirrorStore
) -> None:
    sync(lake, store)
    before = store.read()

    class Unplugged(MemoryLake):
        def download(self, entry: MirroredObject, path: Path) -> int:
            if entry.key.endswith("d.json"):
                raise KeyboardInterrupt
            return super().download(entry, path)

    broken = Unplugged(objects=dict(lake.objects))
    broken.put("c.json", '{"product_id":"C"}\n')
    broken.put("d.json", '{"product_id":"D"}\n')
    with pytest.raises(KeyboardInterrupt):
        sync(broken, store)
    assert store.read() == before
    assert all(store.path_of(o).is_file() for o in before.objects)
    lake.objects = broken.objects
    sync(lake, store)
    assert len(files_of(store)) == 4


def test_leftovers_of_an_interrupted_download_are_swept(
    lake: MemoryLake, store: MirrorStore
) -> None:
    sync(lake, store)
    (files_of(store)[0].parent / "x.json.99.part").write_bytes(b"half")
    lake.put("c.json", "{}\n")
    sync(lake, store)
    assert len(files_of(store)) == 3


def test_what_a_killed_process_left_beside_the_objects_is_swept(
    lake: MemoryLake, store: MirrorStore
) -> None:
    sync(lake, store)
    left = [store.folder / "snapshot.json.99.part", store.folder / "spill" / "duckdb_temp_1.tmp"]
    left[1].parent.mkdir()
    for path in left:
        path.write_bytes(b"half")
    sync(lake, store)
    assert not any(path.exists() for path in left)


@pytest.mark.parametrize("damage", ["", "{", '{"version": 99}', "[]", '{"version": 1}'])
def test_a_damaged_snapshot_is_told_and_the_next_sync_heals_it(
    lake: MemoryLake, store: MirrorStore, damage: str
) -> None:
    sync(lake, store)
    (store.folder / "snapshot.json").write_text(damage)
    with pytest.raises(DamagedMirror, match="bring it again: make sync"):
        store.read()
    assert sync(lake, store).unchanged == 2
    assert len(store.read().objects) == 2


def test_a_sum_is_taken_once_and_kept(lake: MemoryLake, store: MirrorStore) -> None:
    sync(lake, store)
    kept = store.read().sums
    assert set(kept.values()) == {
        hashlib.sha256(data).hexdigest() for data in lake.objects.values()
    }
    lake.put("c.json", "{}\n")
    # A file changed on disk does not get a new sum because another one came.
    path = store.path_of(store.read().objects[0])
    path.write_bytes(path.read_bytes()[::-1])
    sync(lake, store)
    assert store.read().sums.items() > kept.items()
    assert len(store.read().sums) == 3


def test_files_that_were_changed_are_found_removed_and_brought_again(
    lake: MemoryLake, store: MirrorStore
) -> None:
    lake.put("c.json", '{"product_id":"C"}\n')
    sync(lake, store)
    snapshot = store.read()
    check_content(store, snapshot, list(snapshot.objects))
    for entry in snapshot.objects[:2]:
        path = store.path_of(entry)
        path.write_bytes(path.read_bytes()[::-1])
    check_sizes(store, snapshot)
    told = "copy of s3://bucket/processed/orders/a.json and 1 more was changed since"
    with pytest.raises(DamagedMirror, match=told):
        check_content(store, snapshot, list(snapshot.objects))
    assert sync(lake, store).downloaded == 2
    check_content(store, store.read(), list(snapshot.objects))


def test_a_snapshot_without_sums_is_read_as_before(lake: MemoryLake, store: MirrorStore) -> None:
    sync(lake, store)
    document = json.loads((store.folder / "snapshot.json").read_text())
    del document["sums"]
    (store.folder / "snapshot.json").write_text(json.dumps(document))
    old = store.read()
    check_content(store, old, list(old.objects))
    assert sync(lake, store).downloaded == 0
    assert len(store.read().sums) == 2


def test_no_mirror_says_how_to_get_one(store: MirrorStore) -> None:
    with pytest.raises(NoMirror, match="make sync"):
        store.read()


@pytest.mark.parametrize("error", [NoMirror, lambda folder: DamagedMirror(folder, "cut")])
def test_the_mirror_of_an_account_is_filled_from_there(
    error: Callable[[Path], OrderlakeError],
) -> None:
    assert error(Path("mirror/aws/shop")).next_step.endswith("make sync ENV=aws")
    assert error(Path("mirror/local/shop")).next_step.endswith(": make sync")


def hold(
    folder: str,
    ready: "multiprocessing.synchronize.Event",
    done: "multiprocessing.synchronize.Event",
) -> None:
    with MirrorStore(Path(folder)).lock(exclusive=True):
        ready.set()
        done.wait(30)


def test_a_second_process_waits_and_then_gives_up(store: MirrorStore) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=hold, args=(str(store.folder), ready, done))
    process.start()
    try:
        assert ready.wait(30)
        with pytest.raises(MirrorBusy), store.lock(exclusive=False, wait_seconds=0.1):
            pass
    finally:
        done.set()
        process.join(30)
    with store.lock(exclusive=True, wait_seconds=5):
        pass


def test_a_killed_process_frees_the_mirror(store: MirrorStore) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=hold, args=(str(store.folder), ready, done))
    process.start()
    assert ready.wait(30)
    process.kill()
    process.join(30)
    with store.lock(exclusive=True, wait_seconds=5):
        pass


def test_readers_share_the_mirror(store: MirrorStore) -> None:
    with (
        store.lock(exclusive=False),
        store.lock(exclusive=False, wait_seconds=0),
        pytest.raises(MirrorBusy),
        store.lock(exclusive=True, wait_seconds=0),
    ):
        pass


def test_downloads_run_at_the_same_time(store: MirrorStore) -> None:
    together = threading.Barrier(4, timeout=10)

    class Slow(MemoryLake):
        def download(self, entry: MirroredObject, path: Path) -> int:
            together.wait()
            return super().download(entry, path)

    lake = Slow()
    for number in range(4):
        lake.put(f"{number}.json", f'{{"quantity":{number}}}\n')
    assert sync(lake, store).downloaded == 4


def test_progress_reaches_the_total(lake: MemoryLake, store: MirrorStore) -> None:
    seen: list[tuple[int, int]] = []
    sync(lake, store, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


keys = st.text(min_size=1, max_size=30)


@settings(deadline=None, max_examples=examples(40))
@given(st.dictionaries(keys, st.binary(max_size=20), max_size=8))
def test_any_key_that_s3_allows_finds_its_own_file(
    tmp_path_factory: pytest.TempPathFactory, objects: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("keys")
    lake = MemoryLake(objects={f"processed/orders/../{key}": v for key, v in objects.items()})
    store = MirrorStore(folder / "mirror")
    sync(lake, store)
    assert {o.key: store.path_of(o).read_bytes() for o in store.read().objects} == lake.objects
    assert [path.name for path in folder.iterdir()] == ["mirror"]


def test_the_fingerprint_depends_on_data_and_schema_and_nothing_else(
    lake: MemoryLake, store: MirrorStore
) -> None:
    sync(lake, store)
    same = store.read().fingerprint
    assert lake.look().fingerprint == same
    lake.source = "'elsewhere'"
    assert lake.look().fingerprint == same
    lake.table = glue_table((("product_id", "string"), ("quantity", "bigint")))
    assert lake.look().fingerprint != same
    lake.table = glue_table()
    lake.put("a.json", "{}\n")
    assert lake.look().fingerprint != same


def test_another_serde_or_another_setting_of_it_is_another_state(lake: MemoryLake) -> None:
    found = {lake.look().fingerprint}
    lake.table = glue_table(serde="org.apache.hive.hcatalog.data.JsonSerDe")
    found.add(lake.look().fingerprint)
    storage = lake.table["Table"]["StorageDescriptor"]
    storage["SerdeInfo"]["Parameters"] = {"case.insensitive": "false"}
    found.add(lake.look().fingerprint)
    lake.table["Table"]["Parameters"] = {"skip.header.line.count": "1"}
    found.add(lake.look().fingerprint)
    lake.table["Table"]["Parameters"]["UPDATED_BY_CRAWLER"] = "orders"
    found.add(lake.look().fingerprint)
    columns = [{"Name": "quantity", "Type": "string"}]
    lake.table["Partitions"] = [
        {"Values": [], "StorageDescriptor": {"Location": storage["Location"], "Columns": columns}}
    ]
    found.add(lake.look().fingerprint)
    assert len(found) == 5


def test_a_table_that_got_another_serde_is_read_anew(lake: MemoryLake, store: MirrorStore) -> None:
    lake.put("b.json", '{"product_id":"A"}\n')
    for serde, is_read in ((SERDE, True), ("org.example.Other", False)):
        lake.table = glue_table(serde=serde)
        sync(lake, store)
        with open_duckdb(store, ALIASES) as engine:
            assert bool(engine.refusals) is not is_read


def test_objects_outside_every_partition_are_counted_as_stray() -> None:
    lake = MemoryLake(table=glue_table(partitions=["2026-01-01"]))
    lake.put("dt=2026-01-01/a.json", "{}\n")
    lake.put("dt=2026-01-02/b.json", "{}\n")
    assert count_stray(lake.look()) == 1


def test_a_partition_inside_the_table_is_not_listed_twice_and_one_outside_is_listed() -> None:
    table = glue_table(partitions=["2026-01-01", "2026-01-02"])
    table["Partitions"][1]["StorageDescriptor"]["Location"] = "s3://other/place/"
    assert folders_of([table]) == [("bucket", "processed/orders/"), ("other", "place/")]


def test_the_snapshot_is_readable_json(lake: MemoryLake, store: MirrorStore) -> None:
    sync(lake, store)
    document = json.loads((store.folder / "snapshot.json").read_text())
    assert document["tables"][0]["Table"]["Name"] == "shop_processed_orders"


class FullDisk:
    """S3 with one object, whose bytes the disk does not take."""

    def get_object(self, **_: str) -> dict[str, object]:
        return {"Body": self}

    def iter_chunks(self, _: int) -> Iterator[bytes]:
        yield b"a part"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_download_that_fails_leaves_no_unfinished_file(tmp_path: Path) -> None:
    s3: Any = FullDisk()
    lake = Lake(s3, s3, "shop_orders", "'memory'")
    with pytest.raises(OSError, match="No space"):
        lake.download(MirroredObject("bucket", "key", "etag", 9), tmp_path / "objects" / "a.json")
    assert list((tmp_path / "objects").iterdir()) == []


def test_a_mirror_of_aws_says_of_which_account_and_region_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws = SimpleNamespace(names=Names("shop", "123456789012", "eu-west-1"), glue=None, s3=None)
    monkeypatch.setattr("orderlake.aws.session.open_aws", lambda _: aws)
    assert connect(load("aws", environ={})).source == "'aws' (account 123456789012, eu-west-1)"
    assert connect(load("local", environ={})).source == "'local'"
