"""YAML with CloudFormation's short functions, as plain data: {function: argument}."""

from typing import Any

import yaml


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, kept as {function: argument}."""


def construct(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    raise TypeError(node)


Loader.add_multi_constructor("!", construct)
