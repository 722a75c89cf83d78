"""The lines that docs/exi.md shows run as they stand, and are as few as it says."""

import re
from pathlib import Path
from typing import Any

PAGE = (Path(__file__).resolve().parents[2] / "docs/exi.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def lines(block: str) -> int:
    return sum(bool(line.strip()) for line in block.splitlines())


def test_every_block_runs() -> None:
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(block, names)
    assert names["message"].EVTargetVoltage.Value == 4005


def test_five_lines_decode_and_ten_lines_build() -> None:
    assert lines(BLOCKS[0]) <= 5
    assert lines(BLOCKS[1]) <= 10
