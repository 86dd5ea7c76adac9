"""The look at a text's lines, which comes in pieces, without any file."""

import pytest
from athena_sql.reading.json_lines import BLANK, COMMA, Lines

SEEN = [
    (b'{"a":1}\n{"a":2}\n', None, False),
    (b'{"a":1}\n{"a":2}', None, False),
    (b'{ "a" : [ 1, 2 ] }\n', None, False),
    (b'{"a":"x, }, ]"}\n', None, False),
    (b'{"a":"\\",}"}\n', None, False),
    (b'{"a":1,}\n', COMMA, False),
    (b'{"a":1 ,\t}\n{"a":2}\n', COMMA, False),
    (b'{"a":[1,  ]}\n', COMMA, False),
    (b'{"a":1}\n{"a":[1,]}', COMMA, False),
    (b'{"a":1}\n\n{"a":2}\n', BLANK, False),
    (b'{"a":1}\r\n \t\r\n{"a":2}\r\n', BLANK, False),
    (b'\n{"a":1}\n', BLANK, False),
    (b'{"a":1}\n ', BLANK, False),
    (b'{"a":true}\n', None, True),
    (b'{"a":1}\n{"b" : false}\n', None, True),
    (b'{"a":"true, or false"}\n', None, False),
]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 1000])
@pytest.mark.parametrize(("text", "fault", "has_condition"), SEEN)
def test_lines_are_judged_alike_wherever_they_are_cut(
    text: bytes, fault: str | None, has_condition: bool, size: int
) -> None:
    lines = Lines()
    for start in range(0, len(text), size):
        if not lines.fault:
            lines.add(text[start : start + size])
    assert (lines.fault or lines.fault_of_end()) == fault
    assert lines.has_condition == has_condition
    if fault is None:
        longest = max(len(line) for line in text.splitlines(keepends=True))
        assert longest <= lines.line_bytes <= longest + size
