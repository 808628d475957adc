"""Speed of preparation and loading, beside MXNet's im2rec and torchvision's DataLoader.

usage: data_speed.py FOLDER [--copies N] [--cores N] [--im2rec-python PYTHON]

FOLDER holds class folders of JPEGs. All programs get the same files in the same run, N processes or
threads each (--cores, 2). --copies multiplies the images, for small folders. PYTHON is one that has
mxnet. Needs torch and torchvision; run it in the repository's root, with the jar built.
"""
import argparse
import re
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


def timed(command):
    begun = time.monotonic()
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return time.monotonic() - begun, run.stdout


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
        if step == 8:
            begun = time.monotonic()
        elif step > 8:
            count += len(batch)
    return count / (time.monotonic() - begun)


def main():
    parser = argparse.ArgumentParser()
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
        print(f"{count} images, {options.cores} cores", flush=True)
        master = f"local[{options.cores}]"

        seconds, _ = timed(["bin/semimeta", "prepare", "--master", master, "--format",
                            "image-folder", "--input", images, "--output", work / "data",
                            "--test-fraction", "0"])
        print(f"prepare, bytes kept            {count / seconds:8.0f} images/s", flush=True)
        seconds, _ = timed(["bin/semimeta", "prepare", "--master", master, "--format",
                            "image-folder", "--input", images, "--output", work / "resized",
                            "--test-fraction", "0", "--resize", "256", "--quality", "95"])
        print(f"prepare --resize 256           {count / seconds:8.0f} images/s", flush=True)
        if options.im2rec_python:
            script = [options.im2rec_python, "-c",
                      "import os, mxnet; print(os.path.join(os.path.dirname(mxnet.__file__),"
                      " 'tools', 'im2rec.py'))"]
            im2rec = timed(script)[1].strip()
            lists, _ = timed([options.im2rec_python, im2rec, "--list", "--recursive",
                              work / "train", images])
            for label, more in [("im2rec --pass-through        ", ["--pass-through"]),
                                ("im2rec --resize 256          ",
                                 ["--resize", "256", "--quality", "95"])]:
                seconds, _ = timed([options.im2rec_python, im2rec, work / "train", images,
                                    "--num-thread", str(options.cores), *more])
                print(f"{label}  {count / (lists + seconds):8.0f} images/s", flush=True)

        _, out = timed(["bin/semimeta", "benchmark-loader", "--master", f"local[{options.cores}]",
                        "--data", work / "data", "--image-size", str(SIZE), "--threads",
                        str(options.cores), "--images", str(2 * count)])
        print(f"benchmark-loader               {float(re.search(r'[0-9]+', out)[0]):8.0f} images/s",
              flush=True)
        print(f"torchvision DataLoader         {data_loader(images, options.cores):8.0f} images/s")


if __name__ == "__main__":
    sys.exit(main())
