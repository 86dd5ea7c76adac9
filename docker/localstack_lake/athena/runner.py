"""The way of a query execution from QUEUED to its end, whichever engine runs it."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from athena_sql.answer import Column
from athena_sql.ddl import statements as s
from athena_sql.ddl.read import COMMENTS, read_statement
from athena_sql.running.result_text import column_info
from athena_sql.running.session import ScanLimit

from localstack_lake.athena.descriptions import TextTable
from localstack_lake.athena.execution import Cells, Execution, StoredRows
from localstack_lake.athena.failures import failure_reason
from localstack_lake.athena.lake import LocalLake
from localstack_lake.athena.result_files import ResultFile
from localstack_lake.athena.saved_queries import SavedQueries
from localstack_lake.gateway.acting import in_the_name_of


class QueryRunner:
    """Answers queries of one account and region. Safe to use from several threads."""

    def __init__(self, account_id: str, region: str, saved: SavedQueries) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="athena-"))
        self.lake = LocalLake(account_id, region, self.folder / "objects")
        self.saved = saved

    def run(self, execution: Execution) -> None:
        """Take an execution from QUEUED to its end; its failure is its state."""
        try:
            if execution.begin():
                self.run_to_its_end(execution)
        finally:
            execution.stopped.set()

    def run_to_its_end(self, execution: Execution) -> None:
        """Take an execution from RUNNING to its end."""
        try:
            with in_the_name_of(execution.requested_by):
                self.perform(execution)
        except ScanLimit as error:
            execution.scanned_bytes = error.scanned_bytes
            execution.end("CANCELLED", str(error))
        # The boundary: any error belongs to this one query.
        except Exception as error:
            execution.end("FAILED", failure_reason(error, execution.query))
        else:
            execution.end("SUCCEEDED")

    def perform(self, execution: Execution) -> None:
        """Do what the statement asks for; raises what it fails with."""
        raise NotImplementedError

    def statement_of(self, execution: Execution) -> tuple[str, list[str]]:
        """Return the SQL to run and its parameters; EXECUTE stands for a prepared statement."""
        sql, parameters = execution.query, execution.parameters
        # Trino has statements that read_statement does not know.
        if COMMENTS.sub("", sql)[:7].lower() != "execute":
            return sql, parameters
        statement = read_statement(sql)
        if not isinstance(statement, s.Execute):
            return sql, parameters
        kept = self.saved.find(execution.work_group, statement.name)
        return kept["QueryStatement"], [*statement.values] or parameters

    def store(self, execution: Execution, header: list[str], rows: Iterable[Cells]) -> None:
        """Keep rows for GetQueryResults and put them into the output location."""
        stored = StoredRows(self.folder / "results" / execution.id)
        with ResultFile(self.lake.s3, execution, self.folder) as result:
            result.add_header(header)
            for cells in rows:
                stored.add(cells)
                result.add(cells)
        stored.close()
        execution.rows = stored

    def show(self, execution: Execution, table: TextTable) -> None:
        """Keep the lines that a statement other than a query answers."""
        execution.columns = [
            {**column_info(Column(name, "varchar")), "Type": "string"} for name in table.columns
        ]
        self.store(execution, [], table.rows)
