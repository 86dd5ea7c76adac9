"""The house: which package may import which, how they are cut, and what a module opens with."""

import ast
import functools
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {
    "order_transform": ROOT / "lambda" / "order_transform",
    "glue_crawler": ROOT / "glue" / "glue_crawler",
    "localstack_lake": ROOT / "docker" / "localstack_lake",
    "order_jobs": ROOT / "glue" / "order_jobs",
    "athena_sql": ROOT / "queries" / "athena_sql",
    "orderlake": ROOT / "scripts" / "orderlake",
}
AWS = {"boto3", "botocore", "s3transfer"}
LOCALSTACK = {"localstack", "moto", "localstack_lake"}
COMMAND_LINE = {"click", "rich"}
# What no module of a package imports.
EVER_FORBIDDEN = {
    "order_transform": {"orderlake", "athena_sql", "glue_crawler"} | LOCALSTACK | COMMAND_LINE,
    "glue_crawler": {"order_transform", "orderlake", "athena_sql", "duckdb"}
    | LOCALSTACK
    | COMMAND_LINE
    | AWS,
    "order_jobs": {"orderlake", "athena_sql", "glue_crawler"} | LOCALSTACK | COMMAND_LINE,
    "localstack_lake": {"order_transform", "orderlake"} | COMMAND_LINE,
    "athena_sql": {"orderlake", "glue_crawler"} | LOCALSTACK | COMMAND_LINE | AWS,
    "orderlake": LOCALSTACK,
}
# Code that reads SQL may know only the contract of the transform.
OF_THE_TRANSFORM = {"athena_sql": "order_transform.contract"}
# Where the function touches the world; every other module of it is pure.
FUNCTION_EDGES = {
    "catalog.handler",
    "catalog.settle",
    "delivery.clients",
    "delivery.s3_storage",
    "settings",
    "handler",
    "delivery.runner",
    "logs",
}
AWS_EDGES = FUNCTION_EDGES - {"settings", "delivery.runner", "logs"}
# The parts of the command line that open no connection.
PURE_COMMAND_LINE = (
    "names",
    "errors",
    "answers.question",
    "answers.heat_map",
    "deploy.plan",
    "order_files.sample",
)
# Modules that lie loose in a package, beside the packages in it. One more is a sign that a new
# package is due, or that a module is in the wrong place.
MOST_LOOSE_MODULES = {
    "order_transform": 6,
    "glue_crawler": 4,
    "order_jobs": 6,
    "localstack_lake": 3,
    "athena_sql": 6,
    "orderlake": 3,
}


def modules(package: str) -> list[Path]:
    return sorted(PACKAGES[package].rglob("*.py"))


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(package: str, path: Path) -> str:
    """The module's dotted name within its package; `` for the package's own __init__."""
    parts = path.relative_to(PACKAGES[package]).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path, *, only_at_start: bool = False) -> set[str]:
    """The dotted names that a module imports; without those of functions and of type checking."""
    tree = tree_of(path)
    found = set()
    for node in tree.body if only_at_start else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def forbidden(package: str, path: Path) -> set[str]:
    """What a module may not import, and does."""
    name, found = name_of(package, path), tops(path)
    wrong = found & EVER_FORBIDDEN[package]
    if package == "order_transform" and name not in FUNCTION_EDGES:
        wrong |= found & (AWS | {"random", "time", "uuid"})
        wrong |= {"os.environ"} if "os.environ" in path.read_text("utf-8") else set()
    if package == "order_transform" and name not in AWS_EDGES:
        wrong |= found & AWS
    if package in OF_THE_TRANSFORM:
        known = {each for each in imports(path) if each.startswith("order_transform")}
        wrong |= {each for each in known if not each.startswith(OF_THE_TRANSFORM[package])}
    if package == "orderlake" and name.startswith(PURE_COMMAND_LINE):
        wrong |= found & (AWS | COMMAND_LINE)
    if package == "orderlake":
        wrong |= found & (AWS if name.startswith("cli") else {"click"})
    return wrong


@pytest.mark.parametrize("package", PACKAGES)
def test_a_module_imports_only_what_its_layer_may(package: str) -> None:
    found = {str(path): forbidden(package, path) for path in modules(package)}
    assert found
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_few_modules_lie_loose_beside_packages(package: str) -> None:
    loose = [path.stem for path in PACKAGES[package].glob("*.py") if not path.stem.startswith("__")]
    assert len(loose) <= MOST_LOOSE_MODULES[package], sorted(loose)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    paths = {
        f"{package}.{name_of(package, path)}".rstrip("."): path
        for path in PACKAGES[package].rglob("*.py")
    }
    arrows = {
        name: (imports(path, only_at_start=True) & paths.keys()) - {name}
        for name, path in paths.items()
    }
    while ends := [name for name, others in arrows.items() if not others & arrows.keys()]:
        for name in ends:
            del arrows[name]
    assert not arrows, f"a circle runs through {sorted(arrows)}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_packages_import_each_other_in_a_circle(package: str) -> None:
    """Not even by way of different modules, or of imports within functions."""
    arrows: dict[str, set[str]] = {}
    for path in PACKAGES[package].rglob("*.py"):
        start = name_of(package, path).partition(".")[0]
        own = (name.split(".")[1:2] for name in imports(path) if name.startswith(f"{package}."))
        arrows.setdefault(start, set()).update(part for parts in own for part in parts)
    # Modules of the package itself, such as its entry point and __init__, are left out.
    arrows = {name: (others & arrows.keys()) - {name} for name, others in arrows.items() if name}
    while ends := [name for name, others in arrows.items() if not others & arrows.keys()]:
        for name in ends:
            del arrows[name]
    assert not arrows, f"a circle runs through {sorted(arrows)}"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_class_name_exists_once_in_a_package(package: str) -> None:
    places: dict[str, list[str]] = {}
    for path in sorted(PACKAGES[package].rglob("*.py")):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name_of(package, path))
    assert not {name: found for name, found in places.items() if len(found) > 1}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_module_opens_by_saying_what_it_is(package: str) -> None:
    opened = {path: ast.get_docstring(tree_of(path)) or "" for path in modules(package)}
    assert [path for path, docstring in opened.items() if len(docstring) <= 20] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_module_is_named_for_what_it_is(package: str) -> None:
    vague = {"utils", "helpers", "common", "core", "manager", "misc"}
    assert [path for path in modules(package) if path.stem in vague] == []


def test_no_tracked_file_names_an_index() -> None:
    for path in [*ROOT.glob("requirements/*"), *ROOT.glob("*/requirements.*")]:
        text = path.read_text("utf-8")
        assert "://" not in text
        assert "index-url" not in text
