"""Ours: every row checked against the contract, exact money, bad rows set aside, gzipped."""

import sys
import tempfile
from pathlib import Path

from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.settings import engine_for
from order_transform.transform import transform

source, out = map(Path, sys.argv[1:])
contract = parse_contract(default_contract_text())
with tempfile.TemporaryDirectory(dir=out.parent) as folder:
    result = transform(source, Path(folder), contract, engine=engine_for(1024))
    assert result.processed, result.refusal
    result.processed.path.replace(out)
