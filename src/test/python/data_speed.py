"""Speed of preparation and loading, beside MXNet's im2rec and torchvision's DataLoader.

FOLDER holds class folders of JPEGs. All programs get the same files in the same run, N processes or
threads each (--cores, 2). --copies multiplies the images, for small folders. PYTHON is one that has
mxnet. Needs torch and torchvision; run it in the repository's root, with the jar built.

Of preparation it prints images a second of the whole command; the same without the start-up, for
which the command's time on one image a class stands; and the CPU time of the whole an image.
"""
import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
import torchvision
from torchvision import transforms

SIZE, BATCH, SEED = 224, 64, 0
WARM_UP = 8  # batches


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command):
    """Seconds by the clock, CPU seconds, and what was printed."""
    begun, cpu = time.monotonic(), cpu_seconds()
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return time.monotonic() - begun, cpu_seconds() - cpu, run.stdout


def report(label, count, whole, start, few):
    """whole: seconds and CPU seconds of all images; start: seconds of the few among them."""
    print(f"{label:30} {count / whole[0]:8.0f} images/s {(count - few) / (whole[0] - start):8.0f}"
          f" without start-up {1000 * whole[1] / count:8.2f} CPU ms an image", flush=True)


def data_loader(folder, cores):
    crop = transforms.Compose([
        transforms.RandomResizedCrop(SIZE, scale=(0.1, 1), ratio=(0.8, 1.25)),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ])
    images = torchvision.datasets.ImageFolder(folder, crop)
    loader = torch.utils.data.DataLoader(images, BATCH, shuffle=True, num_workers=cores)
    count, begun = 0, None
    for step, (batch, _) in enumerate(loader):
        if step == WARM_UP:
            begun = time.monotonic()
        elif step > WARM_UP:
            count += len(batch)
    return count / (time.monotonic() - begun)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--im2rec-python")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        images = work / "images"
        count = 0
        for file in sorted(Path(options.folder).glob("*/*")):
            for copy in range(options.copies):
                to = images / file.parent.name / f"{copy}-{file.name}"
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, to)
                count += 1
        fewest = (WARM_UP + 2) * BATCH
        if count < fewest:
            parser.error(f"{count} images in {options.folder}: {fewest} are needed; give --copies")
        print(f"{count} images, {options.cores} cores", flush=True)
        master = f"local[{options.cores}]"
        sample = work / "sample"
        for folder in sorted(images.iterdir()):
            (sample / folder.name).mkdir(parents=True)
            shutil.copy(min(folder.iterdir()), sample / folder.name)
        few = len(list(sample.iterdir()))

        def prepare(source, output, more):
            return timed(["bin/semimeta", "prepare", "--master", master, "--format",
                          "image-folder", "--input", source, "--output", work / output,
                          "--test-fraction", "0", *more])

        resize = ["--resize", "256", "--quality", "95"]
        for label, output, more in [("prepare, bytes kept", "data", []),
                                    ("prepare --resize 256", "resized", resize)]:
            start = prepare(sample, f"{output}-sample", more)[0]
            report(label, count, prepare(images, output, more), start, few)
        if options.im2rec_python:
            script = [options.im2rec_python, "-c",
                      "import os, mxnet; print(os.path.join(os.path.dirname(mxnet.__file__),"
                      " 'tools', 'im2rec.py'))"]
            im2rec = timed(script)[2].strip()

            def pack(prefix, source, more):
                listed = timed([options.im2rec_python, im2rec, "--list", "--recursive",
                                work / prefix, source])
                packed = timed([options.im2rec_python, im2rec, work / prefix, source,
                                "--num-thread", str(options.cores), *more])
                return listed[0] + packed[0], listed[1] + packed[1]

            for label, more in [("im2rec --pass-through", ["--pass-through"]),
                                ("im2rec --resize 256", resize)]:
                start = pack("few", sample, more)[0]
                report(label, count, pack("train", images, more), start, few)

        out = timed(["bin/semimeta", "benchmark-loader", "--master", master,
                     "--data", work / "data", "--image-size", str(SIZE),
                     "--threads", str(options.cores), "--images", str(2 * count)])[2]
        print(f"benchmark-loader               {float(re.search(r'[0-9]+', out)[0]):8.0f} images/s",
              flush=True)
        print(f"torchvision DataLoader         {data_loader(images, options.cores):8.0f} images/s")


if __name__ == "__main__":
    sys.exit(main())
