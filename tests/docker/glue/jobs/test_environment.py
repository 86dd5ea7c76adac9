"""Where PySpark is, what it lacks, and what a job's process sees of this machine."""

from pathlib import Path

import pytest
from localstack_lake.glue.jobs.environment import (
    CannotRun,
    format_jars,
    missing_modules,
    spark_home,
    spark_master,
    variables,
)


def installed(folder: Path, *modules: str) -> Path:
    for module in modules:
        name, _, version = module.partition("==")
        info = folder / "lib/python3.13/site-packages" / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    return folder


def test_without_pyspark_the_message_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="`make spark`"):
        spark_home({"LAKE_SPARK_HOME": str(tmp_path)})
    with pytest.raises(CannotRun, match="RUNTIME=host"):
        spark_home({})
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/spark-submit").touch()
    assert spark_home({"LAKE_SPARK_HOME": str(tmp_path)}) == tmp_path
    assert spark_master({}) == "local[*,4]"


def test_modules_that_are_not_there_or_in_another_version_are_missing(tmp_path: Path) -> None:
    home = installed(tmp_path, "duckdb==2.0.0", "python_calamine==0.9.1")
    wanted = ("duckdb==2.0.0", "python-calamine", "duckdb==2.0.1", "isal[x]==1.9", "Duckdb")
    assert missing_modules(home, wanted) == ["duckdb==2.0.1", "isal[x]==1.9"]
    assert missing_modules(home, ("s3://b/duckdb-2.0.0-cp313-none.whl",)) == []


def test_the_jars_of_a_table_format_are_there_or_the_next_step_is_told(tmp_path: Path) -> None:
    assert format_jars(tmp_path, ()) == []
    with pytest.raises(CannotRun, match="`make iceberg`"):
        format_jars(tmp_path, ("iceberg",))
    with pytest.raises(CannotRun, match="with iceberg, not hudi"):
        format_jars(tmp_path, ("hudi",))
    jar = tmp_path / "iceberg/a.jar"
    jar.parent.mkdir()
    jar.touch()
    assert format_jars(tmp_path, ("iceberg",)) == [jar]


def test_a_job_sees_nothing_of_this_machine_s_own_variables(tmp_path: Path) -> None:
    aws = {"AWS_REGION": "eu-west-1"}
    given = {"JAVA_HOME": "/java", "AWS_PROFILE": "mine", "PYTHONPATH": "/mine"}
    seen = variables(tmp_path, tmp_path / "run", aws, given)
    assert (seen["JAVA_HOME"], seen["AWS_REGION"]) == ("/java", "eu-west-1")
    assert not {"AWS_PROFILE", "PYTHONPATH"} & seen.keys()
    (tmp_path / "java").mkdir()
    assert variables(tmp_path, tmp_path, aws, given)["JAVA_HOME"] == str(tmp_path / "java")
