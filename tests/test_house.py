"""The house's layers: who may import whom, and what every module opens with."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {
    "order_transform": ROOT / "lambda" / "order_transform",
    "glue_crawler": ROOT / "glue" / "glue_crawler",
    "localstack_lake": ROOT / "docker" / "localstack_lake",
    "orderlake": ROOT / "scripts" / "orderlake",
}
AWS = {"boto3", "botocore", "s3transfer"}
EVER_FORBIDDEN = {
    "order_transform": {"orderlake", "click", "glue_crawler", "localstack_lake", "localstack"},
    "glue_crawler": {"order_transform", "orderlake", "localstack_lake", "localstack", "click"}
    | AWS,
    "localstack_lake": {"order_transform", "orderlake", "click"},
    "orderlake": {"localstack_lake", "localstack", "moto"},
}
# Where a package touches the world; every other module of it is pure.
FUNCTION_EDGES = {"storage", "settings", "handler", "workshop", "logs"}
PURE_COMMAND_LINE = {"results", "sample", "names", "plan", "errors", "query_files"}


def modules() -> Iterator[tuple[str, Path]]:
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            yield package, path


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


ALL = [
    pytest.param(
        package, path, id=f"{package}.{path.relative_to(PACKAGES[package]).with_suffix('')}"
    )
    for package, path in modules()
]


@pytest.mark.parametrize(("package", "path"), ALL)
def test_a_module_imports_only_what_its_layer_may(package: str, path: Path) -> None:
    assert not tops(path) & EVER_FORBIDDEN[package]
    if package == "order_transform" and path.stem not in FUNCTION_EDGES:
        assert not tops(path) & (AWS | {"os.environ", "random", "time", "uuid"})
        assert "os.environ" not in path.read_text("utf-8")
    if package == "order_transform" and path.stem not in {"storage", "handler"}:
        assert not tops(path) & AWS
    if package == "orderlake" and path.stem in PURE_COMMAND_LINE:
        assert not tops(path) & (AWS | {"click", "rich"})
    if package == "orderlake":
        is_cli = "cli" in path.relative_to(PACKAGES[package]).parts
        assert not tops(path) & (AWS if is_cli else {"click"})


@pytest.mark.parametrize(("package", "path"), ALL)
def test_a_module_opens_by_saying_what_it_is(package: str, path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert docstring
    assert len(docstring) > 20


@pytest.mark.parametrize(("package", "path"), ALL)
def test_a_module_is_named_for_what_it_is(package: str, path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "common", "core", "manager", "misc"}


def test_no_tracked_file_names_an_index() -> None:
    for path in [*ROOT.glob("requirements/*"), *ROOT.glob("*/requirements.*")]:
        text = path.read_text("utf-8")
        assert "://" not in text
        assert "index-url" not in text
