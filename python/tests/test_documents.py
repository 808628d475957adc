"""The Python of README.md and docs/python.md runs as it stands, but for the length of the training."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT


@pytest.mark.parametrize("document", ["README.md", "docs/python.md"])
def test_first_example(spark, images, tmp_path, document):
    rows = images.collect()
    for split, some in (("train", rows[:40]), ("test", rows[40:])):
        for row in some:
            folder = tmp_path / "images" / split / (row.kind or "unlabelled").replace("/", "-")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{row.number}.png").write_bytes(row.content)
    text = (ROOT / document).read_text(encoding="utf-8")
    example = re.search(r"^```python\n(.*?)^```$", text, re.S | re.M).group(1)
    for long, short in (
        ("width=0.25", "width=0.05"),
        ("batchSize=16", "batchSize=4"),
        ("totalSteps=400", "totalSteps=2"),
    ):
        assert long in example
        example = example.replace(long, short)
    example = example.replace('"images/', f'"{tmp_path}/images/').replace('"runs/', f'"{tmp_path}/runs/')
    names: dict = {}
    exec(compile(example, document, "exec"), names)
    assert names["model"].numClasses == 3
    tests = names["files"].load(f"{tmp_path}/images/test")
    assert names["model"].transform(tests).count() == 8
    assert (tmp_path / "runs" / "model").is_dir() == ("runs/model" in example)
