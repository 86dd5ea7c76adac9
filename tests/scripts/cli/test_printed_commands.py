"""Every command that a message, a page or a document names can be typed as it stands.

The texts are those of the source: each string that names a command, with its values filled in.
"""

import ast
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click
from orderlake.cli import cli
from orderlake.cli.hints import with_choices
from orderlake.cli.make_target import TARGETS, words_of
from orderlake.settings import load

ROOT = Path(__file__).resolve().parents[3]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
GOALS = set(re.findall(r"^\.PHONY: ([\w-]+)$", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.MULTILINE))
SOURCES = (
    "scripts/orderlake",
    "lambda/order_transform",
    "queries/athena_sql",
    "docker/localstack_lake",
    "glue/glue_crawler",
)
NAMES = "|".join(sorted({*cli.list_commands(click.Context(cli)), *GOALS}))
# A command goes to the end of its clause.
COMMAND = re.compile(
    rf"(?<![\w`/-])(?:orderlake|make) (?:{NAMES})(?![\w-])(?:'[^']*'|\"[^\"]*\"|[^;,:()`<>\"\n])*"
)
AWS = replace(
    load("aws", environ={"ORDERLAKE_ROOT": "/nowhere"}),
    chosen={"prefix": "tea", "region": "eu-west-1"},
)
LOCAL = replace(
    load("local", environ={"ORDERLAKE_ROOT": "/nowhere"}), chosen={"prefix": "tea", "port": "4600"}
)


def texts_of(path: Path) -> Iterator[str]:
    """Yield the strings of a module, with a value for each placeholder."""
    tree = ast.parse(path.read_text("utf-8"))
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(filled(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) in documents:
                yield from re.findall(r"^ *Example: (.*)$", node.value, re.MULTILINE)
            elif id(node) not in inner:
                yield node.value


def filled(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return "aws" if "env" in ast.unparse(part) else "orders.csv"


def commands_in(text: str) -> list[str]:
    return [match[0].strip().rstrip(".") for match in COMMAND.finditer(text)]


def printed_commands() -> Iterator[tuple[str, str]]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for text in texts_of(path):
                for command in commands_in(text):
                    yield str(path.relative_to(ROOT)), command
    for path in sorted((ROOT / "scripts/orderlake/report/templates").glob("*.html")):
        page = re.sub(r"{{.*? env .*?}}", "aws", path.read_text("utf-8"))
        for text in re.findall(r"<code>(.*?)</code>", re.sub(r"{{.*?}}", "orders.csv", page)):
            for command in commands_in(text):
                yield str(path.relative_to(ROOT)), command


def documented_commands() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        page = path.read_text("utf-8")
        blocks = "\n".join(re.findall(r"^```console\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
        for line in re.findall(r"^\$ (.*?)(?: +#.*)?$", blocks, re.MULTILINE):
            for command in commands_in(line):
                yield path.name, command


def check(command: str) -> None:
    """Parse a command as it would be when typed; raises what the command line would."""
    words = shlex.split(command.split(" | ")[0].split(" && ")[0].split(" > ")[0])
    while re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    if words[0] == "make":
        check_make(words[1:])
    else:
        parse(words[1:])


def check_make(words: list[str]) -> None:
    given = dict(word.split("=", 1) for word in words if re.match(r"[A-Z]+=", word))
    goals = [word for word in words if "=" not in word]
    assert set(given) <= VARIABLES, f"no such variable: {given}"
    assert set(goals) <= GOALS, f"no such target: {goals}"
    for goal in goals:
        target = goal.removeprefix("local-")
        if target in TARGETS:
            parse(words_of(target, given))


def parse(words: list[str]) -> None:
    """Have click read the words down to the last command, without running it."""
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group):
        name, words = words[0], words[1:]
        found = command.get_command(context, name)
        assert found, f"no such command: {name}"
        command = found
        context = click.Context(command)
    if words and words[-1] in ("--help", "-h"):
        return
    parser = command.make_parser(context)
    options, left, _ = parser.parse_args(list(words))
    assert not left, f"not arguments of {command.name}: {left}"
    for parameter in command.params:
        value = options.get(parameter.name or "")
        if isinstance(parameter.type, click.Choice) and value is not None:
            for one in value if isinstance(value, tuple | list) else (value,):
                parameter.type.convert(one, parameter, context)


def untypable(found: Iterable[tuple[str, str]], with_settings: bool) -> Iterator[str]:
    """Yield each command that cannot be typed, with its place and the reason."""
    for place, command in sorted(set(found)):
        try:
            check(command)
            for settings in (AWS, LOCAL) if with_settings else ():
                check(with_choices(command, settings))
        except (AssertionError, ValueError, click.ClickException) as error:
            yield f"{place}: {command}: {error}"


def test_every_printed_command_can_be_typed() -> None:
    found = list(printed_commands())
    assert len(set(found)) > 70
    assert list(untypable(found, with_settings=True)) == []


def test_every_documented_command_can_be_typed() -> None:
    found = list(documented_commands())
    assert len(set(found)) > 40
    assert list(untypable(found, with_settings=False)) == []


def test_a_command_that_cannot_be_typed_is_found() -> None:
    found = [("a.py", command) for command in ("orderlake crawl --no", "make query QQ=x")]
    assert len(list(untypable(found, with_settings=False))) == 2
