"""Small inputs for `semimeta prepare`, one for each format, from a seed and the standard library alone."""

import io
import random
import shutil
import struct
import tarfile
import zlib

MAGIC = 0xCED7230A


def png(drawn, height, width):
    """Noise, in colour; not compressed, so that the file has as many bytes as the image."""
    rows = b"".join(b"\0" + drawn.randbytes(3 * width) for _ in range(height))
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def photos(folder):
    """Classes, unlabelled images and a test split, in many sizes, and one image that is cut short.

    The unlabelled images have more bytes than one window of a rank's stream, so that it has several.
    """
    drawn = random.Random(1)
    for name in ("ant", "bee", "cat"):
        for i in range(10):
            write(folder / "train" / name / f"{i}.png", png(drawn, drawn.randint(30, 60), drawn.randint(30, 60)))
        for i in range(4):
            write(folder / "test" / name / f"{i}.png", png(drawn, drawn.randint(30, 60), drawn.randint(30, 60)))
    for i in range(160):
        write(folder / "train/unlabelled" / f"{i}.png", png(drawn, drawn.randint(280, 340), drawn.randint(280, 340)))
    write(folder / "train/ant/cut.png", png(drawn, 40, 40)[:2000])


def cifar(folder, name, files, meta, classes, labels):
    """An archive in the layout of CIFAR's binary version."""
    drawn = random.Random(2)
    folder.mkdir(parents=True)
    with tarfile.open(folder / f"{name}-binary.tar.gz", "w:gz") as archive:
        for file in files:
            rows = [bytes([i % 20] * (labels - 1) + [i % classes]) + drawn.randbytes(3072) for i in range(2 * classes)]
            add(archive, f"{name}/{file}", b"".join(rows))
        for file, names in meta.items():
            add(archive, f"{name}/{file}", "".join(f"class {i}\n" for i in range(names)).encode())


def cifar10(folder):
    files = [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]
    cifar(folder, "cifar-10", files, {"batches.meta.txt": 10}, 10, 1)


def cifar100(folder):
    meta = {"fine_label_names.txt": 100, "coarse_label_names.txt": 20}
    cifar(folder, "cifar-100", ["train.bin", "test.bin"], meta, 100, 2)


def add(archive, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def idx(folder):
    """MNIST's four files."""
    drawn = random.Random(3)
    for split, count in (("train", 120), ("t10k", 30)):
        pixels = struct.pack(">4i", 2051, count, 28, 28) + drawn.randbytes(count * 28 * 28)
        write(folder / f"{split}-images-idx3-ubyte", pixels)
        labels = struct.pack(">2i", 2049, count) + bytes(i % 10 for i in range(count))
        write(folder / f"{split}-labels-idx1-ubyte", labels)


def svhn(folder):
    """MATLAB files of version 5, without compression."""
    drawn = random.Random(4)
    for split, count in (("train", 60), ("test", 20), ("extra", 30)):
        header = b"MATLAB 5.0 MAT-file".ljust(116) + bytes(8) + struct.pack("<H2s", 0x0100, b"IM")
        pixels = matrix(b"X", (32, 32, 3, count), drawn.randbytes(3072 * count))
        labels = matrix(b"y", (count, 1), bytes(1 + i % 10 for i in range(count)))
        write(folder / f"{split}_32x32.mat", header + pixels + labels)


def matrix(name, dimensions, data):
    flags = element(6, struct.pack("<2I", 9, 0))  # an array of bytes
    return element(14, flags + element(5, struct.pack(f"<{len(dimensions)}i", *dimensions)) + element(1, name)
                   + element(2, data))


def element(kind, data):
    return struct.pack("<2I", kind, len(data)) + data + bytes(-len(data) % 8)


def records(file):
    """(label, image's bytes) of a record file, in its order; none of ours here is in several frames."""
    data, at = file.read_bytes(), 0
    while at < len(data):
        magic, length = struct.unpack_from("<2I", data, at)
        if magic != MAGIC or length >> 29:
            raise ValueError(f"{file}: no whole record at byte {at}")
        _, label = struct.unpack_from("<If", data, at + 8)
        yield int(label), data[at + 32:at + 8 + length]
        at += 8 + length + -length % 4


def imagenet(folder, resized):
    """The JPEGs of a data set that was prepared with --resize: a class's folder, a class's archive, val.txt."""
    jpegs = [image for file in sorted(resized.glob("train-*.rec")) for _, image in records(file)]
    for i in range(24):
        write(folder / "train/n00000001" / f"n00000001_{i}.JPEG", jpegs[i])
    with tarfile.open(folder / "train/n00000002.tar", "w") as archive:
        for i in range(24):
            add(archive, f"n00000002_{i}.JPEG", jpegs[24 + i])
    for i in range(6):
        write(folder / "val" / f"ILSVRC2012_val_{i:08}.JPEG", jpegs[48 + i])
    lines = [f"ILSVRC2012_val_{i:08}.JPEG n0000000{1 + i % 2}\n" for i in range(6)]
    (folder / "val.txt").write_text("".join(lines))


def mxnet(folder, prepared):
    """Record files and indices as im2rec has them, for they have the same format."""
    folder.mkdir(parents=True)
    shards = (("train_label", "train-00000"), ("train_unlabel", "train-00001"), ("val", "test-00000"))
    for name, shard in shards:
        for end in ("rec", "idx"):
            shutil.copy(sorted(prepared.glob(f"{shard}-of-*.{end}"))[0], folder / f"{name}.{end}")
    (folder / "names.txt").write_text("".join(f"name {i}\n" for i in range(10)))
