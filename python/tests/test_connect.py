"""The stages over Spark Connect, which has had Spark ML's since 4.0, and waits for models as ours since 4.1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest


@pytest.mark.skipif(pyspark.__version__.startswith("3."), reason="Spark 3.5's Connect has no ML of Java's")
def test_stages_over_connect(tmp_path):
    pytest.importorskip("grpc", reason="pyspark[connect] is not installed")
    env = {name: value for name, value in os.environ.items() if name not in ("SPARK_HOME", "SPARK_REMOTE")}
    env |= {
        "SPARK_TESTING": "1",  # PySpark's way to a free port
        "SPARK_SCALA_VERSION": "2.13",  # which a cluster of local workers asks for
        "PYSPARK_PYTHON": sys.executable,
    }
    script = Path(__file__).with_name("over_connect.py")
    ran = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
