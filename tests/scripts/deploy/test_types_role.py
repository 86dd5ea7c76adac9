"""The role of the function that corrects types: it allows what that calls, and nothing else."""

import ast
import re

import yaml
from cloudformation_yaml import Loader
from deployer_policy import ROOT


def test_the_role_allows_the_calls_of_the_code_on_the_one_table() -> None:
    text = (ROOT / "lambda" / "order_transform" / "catalog" / "settle.py").read_text("utf-8")
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "glue"
    }
    called = called - {"get_paginator"} | set(re.findall(r'get_paginator\("(\w+)"\)', text))
    needed = {"glue:" + "".join(map(str.capitalize, name.split("_"))) for name in called}
    template = yaml.load((ROOT / "template.yaml").read_text("utf-8"), Loader)
    role = template["Resources"]["TypesRole"]["Properties"]
    correct, _, start_job = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert set(correct["Action"]) == needed
    [table] = [str(one) for one in correct["Resource"] if ":table/" in str(one)]
    assert "_processed_orders" in table
    condition, started, _ = start_job["If"]
    assert (condition, started["Action"]) == ("CuratesAfterCrawl", "glue:StartJobRun")
    assert started["Resource"]["Sub"].endswith(":job/${Prefix}-order-curate")


def test_the_rule_calls_it_when_our_crawler_has_succeeded() -> None:
    resources = yaml.load((ROOT / "template.yaml").read_text("utf-8"), Loader)["Resources"]
    rule = resources["CrawlRule"]["Properties"]
    assert rule["EventPattern"] == {
        "source": ["aws.glue"],
        "detail-type": ["Glue Crawler State Change"],
        "detail": {"crawlerName": [{"Ref": "OrdersCrawler"}], "state": ["Succeeded"]},
    }
    assert rule["Targets"] == [{"Id": "types", "Arn": {"GetAtt": "TypesFunction.Arn"}}]
