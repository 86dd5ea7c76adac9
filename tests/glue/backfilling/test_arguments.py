"""A job's own arguments among those that Glue adds."""

import pytest
from order_jobs.arguments import read_arguments

GIVEN = ["--JOB_NAME", "orders", "--JOB_RUN_ID", "jr_1", "--source", "s3://b/", "--raw-prefix"]


def test_own_arguments_are_read_and_those_of_glue_left_out() -> None:
    found = read_arguments([*GIVEN, "--month", "5"], ("source", "raw-prefix"), {"threads": "1"})
    assert found == {"source": "s3://b/", "raw-prefix": "", "threads": "1"}


def test_a_missing_argument_ends_the_job_with_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(GIVEN, ("source", "bucket"))
    assert "--bucket" in capsys.readouterr().err
