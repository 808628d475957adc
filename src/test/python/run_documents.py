#!/usr/bin/env python3
"""Runs every command block of the README and the documents, in their order, in a copy of the checkout.

    run_documents.py --work FOLDER [--python PYTHON] [--only TEXT]

A fenced block says in its first line what it holds: `sh` and `python` are run, by bash and by PYTHON (which
needs torch, safetensors, numpy and pillow); `text`, `sql`, `bibtex` are not commands; another one, or none,
is an error. A comment before a block says where it is run otherwise than it stands:

    <!-- ci: --total-steps 2000 => --total-steps 20; hdfs:///data => data -->
    <!-- ci: not run: needs a registry of images -->

Small images lie where the documents have theirs. A standalone cluster of two workers on this machine takes
the place of spark://HOST:7077, a folder that of hdfs: and s3a:. Needs a built checkout. Exit status 1 where a
block fails or has no word of its own.
"""

import argparse
import io
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from check_export import records

ROOT = Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"(?:^<!-- ci: (?P<how>[^\n]*?) -->\n\n?)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.S | re.M)
NOT_COMMANDS = {"text", "sql", "bibtex"}
NOT_RUN = "not run: "
SECONDS = 900


def documents():
    yield from sorted((ROOT / "data-prep").glob("*/README.md"))  # they make what the others use
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").glob("*.md"))


def blocks(document):
    """(line, kind, how it is run, text) of each fenced block."""
    text = document.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        yield text.count("\n", 0, match.start("text")), match["kind"], match["how"] or "", match["text"]


def copy(work):
    """The checkout's own files and what was built of them, apart from what the blocks will write."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).is_file():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, work / name)
    shutil.copytree(ROOT / "target" / "spark", work / "target" / "spark", copy_function=os.link)
    os.link(ROOT / "target" / "semimeta.jar", work / "target" / "semimeta.jar")
    os.utime(work / "target" / "semimeta.jar")  # the copy's folders are new, and it is of their contents


def sample():
    """(class, image) of Fashion-MNIST's images among the sources."""
    for shard in sorted((ROOT / "data-prep/fashion-mnist/sample").glob("*.rec")):
        for _, label, encoded in records(shard):
            yield label, Image.open(io.BytesIO(encoded))


def images(work):
    """300 images: a folder of three classes, some of them in unlabelled/, and a test split."""
    names, counts = ("cat", "dog", "bird"), [0, 0, 0]
    for label, image in sample():
        if label >= len(names) or counts[label] == 100:
            continue
        i = counts[label]
        counts[label] += 1
        place = "test/" + names[label] if i >= 80 else "train/" + (names[label] if i < 40 else "unlabelled")
        path = work / "images" / place / f"{names[label]}-{i}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.convert("RGB").resize((40, 40)).save(path, quality=95)
    shutil.copytree(work / "images", work / "files" / "images")


def cifar(work, name, folder, files, labels, count):
    """An archive in the layout of CIFAR's binary version."""
    drawn = np.random.default_rng(0)
    with tarfile.open(work / name, "w:gz") as archive:
        for file in files:
            rows = [
                bytes([i % 20] * (labels - 1) + [i % count]) + drawn.integers(0, 256, 3072, dtype=np.uint8).tobytes()
                for i in range(4 * count)
            ]
            add(archive, f"{folder}/{file}", b"".join(rows))
        for meta, classes in (("batches.meta.txt", 10), ("fine_label_names.txt", 100), ("coarse_label_names.txt", 20)):
            add(archive, f"{folder}/{meta}", "".join(f"class {i}\n" for i in range(classes)).encode())


def add(archive, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def imagenet(folder):
    """Photographs' place, in the layout of ImageNet's unpacked archives."""
    for i, (label, image) in enumerate(sample()):
        if i == 64:
            return
        path = folder / "train" / f"n0000000{label % 4}" / f"n0000000{label % 4}_{i}.JPEG"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.convert("RGB").resize((300, 260)).save(path, quality=95)


def idx(folder):
    """Fashion-MNIST's four files, with 400 images in each pair."""
    folder.mkdir(parents=True)
    chosen = [image for _, image in zip(range(400), sample())]
    pixels = b"".join(image.resize((28, 28)).convert("L").tobytes() for _, image in chosen)
    labels = bytes(label for label, _ in chosen)
    for split in ("train", "t10k"):
        (folder / f"{split}-images-idx3-ubyte").write_bytes(struct.pack(">4i", 2051, 400, 28, 28) + pixels)
        (folder / f"{split}-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 2049, 400) + labels)


class Cluster:
    """A standalone cluster of two workers on the loopback address."""

    PORT = 17077

    def __init__(self, work):
        self.url = f"spark://127.0.0.1:{self.PORT}"
        deploy = "org.apache.spark.deploy"
        spark_class = work / "target/spark/bin/spark-class"
        environment = dict(os.environ, SPARK_LOCAL_IP="127.0.0.1", SPARK_HOME=str(work / "target/spark"))
        here = ["--host", "127.0.0.1", "--webui-port", "0"]
        lines = [[f"{deploy}.master.Master", "--port", str(self.PORT), *here]]
        lines += [[f"{deploy}.worker.Worker", "--cores", "1", "--memory", "3g", *here, self.url]] * 2
        with open(work / "cluster.log", "w", encoding="utf-8") as log:
            self.processes = [
                subprocess.Popen([spark_class, *line], env=environment, cwd=work, stdout=log, stderr=log)
                for line in lines
            ]

    def close(self):
        for process in self.processes:
            process.terminate()


def changed(text, how, places):
    """The block as it is run here; a word that is to be replaced must be there."""
    for change in filter(None, how.split("; ")):
        before, after = change.split(" => ")
        if before not in text:
            raise ValueError(f"'{before}' is not in the block")
        text = text.replace(before, after.strip("'"))
    for before, after in places.items():
        text = text.replace(before, after)
    return text


def run(kind, text, work, python):
    command = ["bash", "-euo", "pipefail", "-c", text] if kind == "sh" else [python, "-c", text]
    environment = dict(os.environ, PYTHONPATH="src/test/python", PATH=f"{Path(python).parent}:{os.environ['PATH']}")
    return subprocess.run(
        command, cwd=work, env=environment, timeout=SECONDS, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="a folder that does not exist yet")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", default="", help="the documents whose path holds this")
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True)
    copy(work)
    images(work)
    cifar(work, "cifar-10-binary.tar.gz", "cifar-10-batches-bin",
          [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"], 1, 10)
    cifar(work, "cifar-100-binary.tar.gz", "cifar-100-binary", ["train.bin", "test.bin"], 2, 100)
    imagenet(work / "files" / "imagenet")
    idx(work / "fashion-mnist")
    cluster = Cluster(work)
    files = f"{work}/files/"
    places = {"spark://HOST:7077": cluster.url, "hdfs://NAMENODE/": files, "hdfs:///": files, "s3a://BUCKET/": files}
    failed, passed, left_out = [], 0, []
    try:
        for document in documents():
            name = document.relative_to(ROOT)
            for line, kind, how, text in blocks(document):
                where = f"{name}:{line}"
                if kind in NOT_COMMANDS or options.only not in str(name):
                    continue
                if how.startswith(NOT_RUN):
                    left_out.append(f"{where}: {how}")
                    continue
                if kind not in ("sh", "python"):
                    failed.append(f"{where}: a block of '{kind}': it must be sh, python, {', '.join(NOT_COMMANDS)}")
                    continue
                begun = time.monotonic()
                try:
                    result = run(kind, changed(text, how, places), work, options.python)
                    output, good = result.stdout, result.returncode == 0
                except (ValueError, subprocess.TimeoutExpired) as e:
                    output, good = str(e), False
                print(f"{where}: {'passed' if good else 'FAILED'}, {time.monotonic() - begun:.0f} s", flush=True)
                passed += good
                if not good:
                    failed.append(where)
                    print(f"{text}\n{output}", flush=True)
    finally:
        cluster.close()
    print(*left_out, sep="\n")
    print(*(f"FAILED {where}" for where in failed), sep="\n")
    print(f"{passed} passed, {len(failed)} failed, {len(left_out)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
