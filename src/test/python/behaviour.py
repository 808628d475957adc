#!/usr/bin/env python3
"""What a change of the code alone must not change: the bytes of record files and of trained weights.

    behaviour.py --semimeta bin/semimeta --work FOLDER [--against SUMS.json] [--jobs N]

It makes small inputs, prepares each format, trains small networks in each way, and evaluates one. Of
each case it prints a short sum, and it leaves the SHA-256 of every file in FOLDER/sums.json. With
--against it compares them with the sums of another run and names each file that differs. Left out is
what the clock, the host and FOLDER decide: see CLOCK. A sum is of a JSON file's content, not of its
layout.

The sums hold for one machine: libtorch and OpenCV choose their kernels by the processor. So they are
taken before a change and after it, and not kept. Each rank has one thread. Exit status 1 where a
command fails, a sum differs, or two runs that must agree (SAME) do not.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import small_inputs

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "data-prep/fashion-mnist/sample"
SCRIPTED = ROOT / "src/test/resources/io/semimeta/model/residual-10.pt"
BIGDL = "com/intel/analytics/bigdl/"
SECONDS = 900
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # most of a case's time is Java's start

CLOCK = {
    "time", "allreduce_seconds", "loader_wait_seconds", "busy_seconds", "images_per_second",  # metrics.jsonl
    "seconds",  # state.json
    "training_seconds", "started", "finished", "versions",  # result.json
}

# name, the format, options; INPUT/NAME stands for what small_inputs makes.
PREPARED = [
    ("photos", "image-folder", "--input INPUT/photos"),
    ("resized", "image-folder", "--input INPUT/photos --resize 48 --quality 80 --label-fraction 0.5"),
    ("split", "image-folder", "--input INPUT/photos/train --image-size 32 --test-fraction 0.25 --seed 3"),
    ("cifar10", "cifar10", "--input INPUT/cifar10/cifar-10-binary.tar.gz --label-fraction 0.4 --num-train 90"),
    ("cifar100", "cifar100", "--input INPUT/cifar100/cifar-100-binary.tar.gz --label-fraction 1"),
    ("idx", "idx", f"--input INPUT/idx --class-names {SAMPLE.parent}/class-names.txt --image-size 14"),
    ("svhn", "svhn", "--input INPUT/svhn --extra"),
]
FROM_PREPARED = [
    ("imagenet", "imagenet", "--input INPUT/imagenet --label-fraction 0.5"),
    ("mxnet", "mxnet", "--input INPUT/mxnet --class-names INPUT/mxnet/names.txt --image-size 24"),
]

ONE = "--master local[1]"
TWO = "--workers 2 --cores-per-worker 1"
STEPS = "--total-steps 4 --ramp 2 --batch-size 4 --log-every 1 --validate-every 2 --seed 5"
CONVLARGE = f"{STEPS} --width 0.05 --num-label 20"
MIXED = f"{CONVLARGE} --mix-up"
PHOTOS = f"{STEPS} --image-size 24 --mix-up"

# name, the data set, options; a run that is named as another with "resumed" is stopped and goes on.
TRAINED = [
    ("semimeta", "idx", f"{ONE} {CONVLARGE}"),
    ("semimeta, mixup", SAMPLE, f"{ONE} {MIXED}"),
    ("semimeta, mixup, resumed", SAMPLE, f"{ONE} {MIXED}"),
    ("semimeta, mixup, streamed", SAMPLE, f"{ONE} {MIXED} --loader stream"),
    ("semimeta, mixup, bigdl", SAMPLE, f"{ONE} {MIXED} --engine bigdl"),
    ("semimeta, forward gradient", "idx", f"{ONE} {MIXED} --meta-gradient forward --num-valid 10"),
    ("pseudo-label", "idx", f"{ONE} {CONVLARGE} --method pseudo-label"),
    ("pseudo-label, mixup", "idx", f"{ONE} {MIXED} --method pseudo-label"),
    ("supervised", "idx", f"{ONE} {CONVLARGE} --method supervised"),
    ("supervised, mixup", "idx", f"{ONE} {MIXED} --method supervised --schedule cosine --warmup 2"),
    ("two ranks", "idx", f"{TWO} {MIXED}"),
    ("two ranks, resumed", "idx", f"{TWO} {MIXED}"),
    ("two ranks, local", "idx", f"{TWO} {MIXED} --meta-scope local"),
    ("two ranks, local, bigdl", "idx", f"{TWO} {MIXED} --meta-scope local --engine bigdl"),
    ("two ranks, sync BatchNorm", "photos", f"{TWO} {PHOTOS} --sync-batch-norm --width 0.05"),
    ("photos", "photos", f"{ONE} {PHOTOS} --width 0.05 --keep 4"),
    ("photos, resumed", "photos", f"{ONE} {PHOTOS} --width 0.05 --keep 4"),
    ("resnet18", "cifar10", f"{ONE} {STEPS} -a resnet18"),
    ("shake-shake-26", "cifar10", f"{ONE} {STEPS} -a shake-shake-26 --width 0.05"),
    ("torchscript", "idx", f"{ONE} {STEPS} --num-label 20 -a torchscript:{SCRIPTED}"),
]
FROM_TRAINED = [
    ("resnet18, streamed", "photos", f"{ONE} {PHOTOS} -a resnet18 --init-from RUNS/resnet18/checkpoints/step-00000004"),
]

SAME = [  # their weights and velocities must be equal, bit for bit
    ("semimeta, mixup", "semimeta, mixup, resumed"),
    ("semimeta, mixup", "semimeta, mixup, streamed"),  # where all images fit one window
    ("semimeta, mixup", "semimeta, mixup, bigdl"),
    ("two ranks", "two ranks, resumed"),
    ("two ranks, local", "two ranks, local, bigdl"),
    ("photos", "photos, resumed"),
]


class Failed(Exception):
    """A command that ended with another status than 0."""


class Cases:
    def __init__(self, semimeta, work):
        self.semimeta, self.work = semimeta, work
        self.sums, self.problems = {}, []
        self.input, self.data, self.runs = work / "input", work / "data", work / "runs"
        (work / "tmp").mkdir(parents=True)
        self.environment = dict(os.environ, TMPDIR=str(work / "tmp"), JAVA_TOOL_OPTIONS=JAVA)
        jar = semimeta.parent.parent / "target/semimeta.jar"
        self.bigdl = jar.exists() and any(name.startswith(BIGDL) for name in zipfile.ZipFile(jar).namelist())

    def command(self, *words):
        process = subprocess.run(
            [str(self.semimeta), *map(str, words)], timeout=SECONDS, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )
        if process.returncode:
            raise Failed("\n".join(["", *process.stdout.splitlines()[-6:]]).replace("\n", "\n    "))

    def case(self, name, run, *arguments):
        """Runs it and takes the sums of the files that it returns, by name."""
        begun = time.monotonic()
        try:
            sums = {file: hashlib.sha256(data).hexdigest() for file, data in sorted(run(*arguments).items())}
        except (Failed, OSError, LookupError, ValueError, subprocess.TimeoutExpired) as e:
            self.problems.append(f"{name}: failed")
            print(f"{name:34} FAILED {e}", flush=True)
            return
        self.sums[name] = sums
        short = hashlib.sha256(json.dumps(sums).encode()).hexdigest()[:12]
        print(f"{name:34} {short}  {len(sums):3} files {time.monotonic() - begun:4.0f} s", flush=True)

    def prepare(self, name, kind, options):
        if kind == "imagenet":
            small_inputs.imagenet(self.input / kind, self.data / "resized")
        elif kind == "mxnet":
            small_inputs.mxnet(self.input / kind, self.data / "cifar10")
        output = self.data / name
        words = options.replace("INPUT", str(self.input)).split()
        self.command("prepare", "--master", "local[2]", "--format", kind, *words, "--output", output)
        return {file.name: self.without_places(file.read_bytes()) for file in output.iterdir()}

    def train(self, name, data, options):
        output = self.runs / name.replace(", ", "-").replace(" ", "-")
        words = options.replace("RUNS", str(self.runs)).split()
        words = ["train", "--data", self.data / data, "--output", output, *words]
        if name.endswith("resumed"):
            self.command(*words, "--stop-at", "2")
            words.append("--resume")
        self.command(*words)
        last = max((output / "checkpoints").iterdir())
        files = {file: (last / file).read_bytes() for file in ("model.safetensors", "optimizer.safetensors")}
        files["label_indices.txt"] = (output / "label_indices.txt").read_bytes()
        rows = (output / "metrics.jsonl").read_text().splitlines()
        files["metrics.jsonl"] = b"\n".join(self.without_clock(row) for row in rows)
        for file in (last / "state.json", output / "result.json"):
            files[file.name] = self.without_clock(file.read_text())
        return files

    def evaluate(self, run, data):
        report, predictions = self.work / "report.json", self.work / "predictions.csv"
        self.command("evaluate", "--master", "local[1]", "--checkpoint", self.runs / run, "--data",
                     self.data / data, "--report", report, "--predictions", predictions)
        return {"report.json": self.without_clock(report.read_text()), "predictions.csv": predictions.read_bytes()}

    def without_places(self, content):
        """Without the names of this run's folder and of the checkout, which are others the next time."""
        return content.replace(str(self.work).encode(), b"FOLDER").replace(str(ROOT).encode(), b"CHECKOUT")

    def without_clock(self, text):
        """The object with its keys in order; of what the clock decides, the keys alone."""
        content = json.loads(self.without_places(text.encode()))
        known = {key: None if key in CLOCK else value for key, value in content.items()}
        return json.dumps(known, sort_keys=True).encode()

    def agree(self):
        for one, other in SAME:
            if one in self.sums and other in self.sums:
                for file in ("model.safetensors", "optimizer.safetensors"):
                    if self.sums[one][file] != self.sums[other][file]:
                        self.problems.append(f"{other}: {file} is not that of '{one}'")

    def compare(self, before):
        """Says which files differ, and which are on one side only."""
        for name in dict.fromkeys((*before, *self.sums)):
            old, new = before.get(name), self.sums.get(name)
            if old is None or new is None:
                self.problems.append(f"{name}: no sums {'before' if old is None else 'now'}")
                continue
            self.problems += [f"{name}: {file} differs" for file in dict.fromkeys((*old, *new))
                              if old.get(file) != new.get(file)]


def run_all(cases, pool):
    """Runs all; within each of the groups they are independent."""
    for make in (small_inputs.photos, small_inputs.cifar10, small_inputs.cifar100, small_inputs.idx, small_inputs.svhn):
        make(cases.input / make.__name__)

    def prepared(case):
        cases.case(f"prepare {case[0]}", cases.prepare, *case)

    def trained(case):
        if "bigdl" in case[2] and not cases.bigdl:
            print(f"{case[0]:34} SKIPPED: the jar has no BigDL; bin/install-bigdl", flush=True)
        else:
            cases.case(case[0], cases.train, *case)

    list(pool.map(prepared, PREPARED))
    list(pool.map(prepared, FROM_PREPARED))
    list(pool.map(trained, TRAINED))
    list(pool.map(trained, FROM_TRAINED))
    cases.case("evaluate", cases.evaluate, "photos", "photos")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--semimeta", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="a folder that does not exist yet")
    parser.add_argument("--against", type=Path, help="the sums.json of another run")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    options = parser.parse_args()
    before = json.loads(options.against.read_text()) if options.against else None
    cases = Cases(options.semimeta.resolve(), options.work.resolve())
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        run_all(cases, pool)
    (cases.work / "sums.json").write_text(json.dumps(cases.sums, indent=1, sort_keys=True) + "\n")
    cases.agree()
    if before is not None:
        cases.compare(before)
    print(*cases.problems, sep="\n")
    print(f"{len(cases.sums)} cases, {len(cases.problems)} problems")
    return 1 if cases.problems else 0


if __name__ == "__main__":
    sys.exit(main())
