"""What a run needs, from its arguments; and what its last words say."""

from pathlib import Path

import pytest
from localstack_lake.glue.jobs.launch import (
    error_message,
    merged_arguments,
    plan_launch,
    shell_command,
    spark_command,
)

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://b/job.py"}
RUN = f"jr_{'0' * 64}"


def test_a_run_overrides_its_job_but_not_what_the_job_fixes() -> None:
    merged = merged_arguments({"--a": "1", "--b": "1"}, {"--b": "2", "--c": "2"}, {"--c": "3"})
    assert merged == {"--a": "1", "--b": "2", "--c": "3"}


def test_the_script_gets_its_own_arguments_and_glue_keeps_the_others() -> None:
    arguments = {
        "--extra-py-files": "s3://b/a.zip, s3://b/b.py",
        "--conf": "spark.a=1 --conf spark.b='two words'",
        "--enable-metrics": "true",
        "--custom-logGroup-prefix": "/shop",
        "--month": "2026-11",
        "--flag": "",
    }
    launch = plan_launch(COMMAND, arguments, "sums", RUN)
    assert launch.python_files == ("s3://b/a.zip", "s3://b/b.py")
    assert launch.configuration == {"spark.a": "1", "spark.b": "two words"}
    assert launch.log_group == "/shop"
    assert launch.words[:4] == ("--JOB_NAME", "sums", "--JOB_RUN_ID", RUN)
    assert launch.words[6:] == ("--month", "2026-11", "--flag")


def test_a_configuration_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no value for spark\.b"):
        plan_launch(COMMAND, {"--conf": "spark.a=1 --conf spark.b"}, "sums", RUN)


def test_jars_of_the_job_and_of_its_table_formats_are_given_together() -> None:
    arguments = {"--extra-jars": "s3://b/own.jar", "--datalake-formats": "iceberg"}
    launch = plan_launch(COMMAND, arguments, "sums", RUN)
    assert launch.table_formats == ("iceberg",)
    places = {"s3://b/job.py": Path("/run/job.py"), "s3://b/own.jar": Path("/run/own.jar")}
    words = spark_command(Path("/home"), "local[2]", launch, places, Path("/run"), [Path("/i.jar")])
    assert words[words.index("--jars") + 1] == "/run/own.jar,/i.jar"


def test_spark_gets_loopback_and_the_job_s_own_settings_last() -> None:
    launch = plan_launch(COMMAND, {"--conf": "spark.ui.enabled=true"}, "sums", RUN)
    home, folder = Path("/home"), Path("/run")
    words = spark_command(home, "local[2]", launch, {"s3://b/job.py": folder / "job.py"}, folder)
    assert words[:3] == ["/home/bin/spark-submit", "--master", "local[2]"]
    assert "spark.driver.bindAddress=127.0.0.1" in words
    assert "--jars" not in words
    assert [word for word in words if "ui.enabled" in word] == ["spark.ui.enabled=true"]
    assert words[words.index("/run/job.py") + 1] == "--JOB_NAME"
    assert shell_command(home, launch, {"s3://b/job.py": folder / "job.py"})[:2] == [
        "/home/bin/python",
        "/run/job.py",
    ]


@pytest.mark.parametrize(
    ("lines", "status", "message"),
    [
        ([], 3, "Command failed with exit code 3"),
        ([], -9, "Command failed with exit code 137"),
        (
            ["Traceback (most recent call last):", "  File", "", "KeyError: 'a'", "bye"],
            1,
            "KeyError: 'a'",
        ),
        (
            [
                "Traceback (most recent call last):",
                "  File",
                "KeyError: 'a'",
                "During handling of the above exception, another exception occurred:",
                "Traceback (most recent call last):",
                "ValueError: b",
            ],
            1,
            "ValueError: b",
        ),
    ],
)
def test_the_message_of_a_failure_is_its_last_error(
    lines: list[str], status: int, message: str
) -> None:
    assert error_message(lines, status) == message
