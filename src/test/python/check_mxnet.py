#!/usr/bin/env python3
"""MXNet's own package on our record files, and the other way round, to the last byte.

    check_mxnet.py --semimeta bin/semimeta --work FOLDER
    check_mxnet.py --make FOLDER

The first makes small images, packs them with MXNet's im2rec, has `semimeta prepare --format mxnet`
make a data set of that, and reads it with MXNet's MXIndexedRecordIO: keys, labels and images must be
those of the list, and the same records written by MXNet must be the same files. The second makes the
images and record files alone, as they lie among the test resources.

Needs mxnet 1.9.1, numpy<1.24 and opencv-python-headless<4.9 on Python 3.11. Exit status 1 when
anything differs.
"""

import argparse
import json
import struct
import subprocess
import sys
from pathlib import Path

import cv2
import mxnet
import numpy as np
from mxnet.recordio import IRHeader, MXIndexedRecordIO, pack, unpack

MAGIC = struct.pack("<I", 0xCED7230A)
CLASSES = ("n01440764", "n02119789")


def jpeg(pixels):
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()


def with_magic(encoded):
    """The JPEG with a comment that holds RecordIO's magic number at every alignment."""
    comment = MAGIC * 3 + b"1" + MAGIC * 3 + b"2" + MAGIC * 3 + b"3" + MAGIC * 3
    return encoded[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + encoded[2:]


def make(folder):
    """Images in folders, and im2rec's record files of them; pairs.rec has two labels each."""
    images = folder / "images"
    random = np.random.default_rng(1)
    for split, count in (("train", 5), ("val", 2)):
        for name in CLASSES:
            (images / split / name).mkdir(parents=True)
            for i in range(count):
                size = (8 + i, 16 - i, 3) if i else (9, 9)
                pixels = np.full(size, random.integers(256), np.uint8)
                encoded = jpeg(pixels) if i != 2 else cv2.imencode(".png", pixels)[1].tobytes()
                encoded = with_magic(encoded) if i == 3 else encoded
                (images / split / name / f"{name}_{i}.JPEG").write_bytes(encoded)
    for split in ("train", "val"):
        im2rec(folder / split, images / split, "--list", "--recursive")
        im2rec(folder / split, images / split, "--pass-through")
    pairs = [f"{7 - i}\t{i % 2}.000000\t{i}.500000\t{name}/{name}_{i}.JPEG\n"
             for i, name in enumerate(CLASSES)]
    (folder / "pairs.lst").write_text("".join(pairs))
    im2rec(folder / "pairs", images / "train", "--pass-through", "--pack-label")


def im2rec(prefix, root, *options):
    tool = Path(mxnet.__file__).parent / "tools" / "im2rec.py"
    command = [sys.executable, str(tool), str(prefix), str(root), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def listed(file):
    """key: (label, path), as im2rec's list has them."""
    lines = [line.split("\t") for line in file.read_text().splitlines()]
    return {int(line[0]): (float(line[1]), line[-1]) for line in lines}


def compare(data, split, images, expected, work):
    """Reads a split with MXNet, writes it again, and says what differs."""
    problems, seen = [], set()
    manifest = json.loads((data / "manifest.json").read_text())
    for shard in manifest["splits"][split]["shards"]:
        file = data / shard["file"]
        copy = work / shard["file"]
        reader = MXIndexedRecordIO(str(file.with_suffix(".idx")), str(file), "r")
        writer = MXIndexedRecordIO(str(copy.with_suffix(".idx")), str(copy), "w")
        for key in reader.keys:
            header, image = unpack(reader.read_idx(key))
            label, path = expected[key]
            if (header.flag, header.label, header.id) != (0, label, key):
                problems.append(f"{file}: key {key} has {header} instead of label {label}")
            if image != (images / path).read_bytes():
                problems.append(f"{file}: key {key} is not {path}")
            writer.write_idx(key, pack(IRHeader(0, header.label, key, 0), image))
            seen.add(key)
        reader.close()
        writer.close()
        for suffix in (".rec", ".idx"):
            if copy.with_suffix(suffix).read_bytes() != file.with_suffix(suffix).read_bytes():
                problems.append(f"{file.with_suffix(suffix)}: MXNet writes other bytes")
    if seen != expected.keys():
        problems.append(f"{split}: keys {sorted(seen ^ expected.keys())} are on one side only")
    print(f"{split}: {len(seen)} records, {len(problems)} differences")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--semimeta")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--make", type=Path)
    args = parser.parse_args()
    if args.make:
        make(args.make)
        return 0
    packed, data, copies = (args.work / name for name in ("packed", "data", "copies"))
    make(packed)
    copies.mkdir()
    command = [args.semimeta, "prepare", "--format", "mxnet", "--input", packed, "--output", data]
    subprocess.run([str(word) for word in command], check=True)
    problems = []
    for split, name in (("train", "train"), ("test", "val")):
        problems += compare(data, split, packed / "images" / name, listed(packed / f"{name}.lst"), copies)
    if json.loads((data / "manifest.json").read_text())["classes"] != list(CLASSES):
        problems.append("the classes are not the folders")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
