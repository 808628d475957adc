"""What a step costs on a network of a bandwidth and a latency, beside what docs/performance.md says that it should.

    network.py reduce | step [RANKS…] | beside | engines    # measures; as root, after `mvn -DskipTests package`
    network.py pays NUMBERS SECONDS                        # computes alone

Each rank is a JVM, or an executor, in a network namespace of its own (namespaces.py). All share this machine's
processors, so a rank computes on one thread, and the processors' part in an all-reduce is measured for each number of
ranks, on links without a limit.

reduce   all-reduces of the vectors of convlarge of a quarter's width and of the whole, by 2 to 4 ranks
step     SemiMeta's steps, by 2 to 4 ranks
beside   an all-reduce after other work and at the same time, by 2 ranks
engines  `bin/semimeta benchmark engines` on a standalone cluster of 2 workers
pays     the labelled images a rank from which 80 % of a step is computation, where the vector has so many NUMBERS and a
         rank alone needs so many SECONDS for a step's labelled image, by `bin/semimeta benchmark step`; BigDL's bytes
         are taken to travel as a ring's
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from namespaces import GOODPUT, OUTSIDE, Network, bucket

ROOT = Path(__file__).resolve().parents[3]
CLASS_PATH = ":".join(str(ROOT / "target" / part) for part in ("test-classes", "semimeta.jar", "spark/jars/*"))
QUARTER, WHOLE = 197_226, 3_123_594  # parameters and statistics of convlarge, by its width
LINKS = [(None, 0), (10_000, 0), (1_000, 0), (100, 0)]  # Mbit/s, seconds
LATE_LINKS = [(None, 0), (1_000, 0), (1_000, 0.001), (1_000, 0.005)]
OWN = (0.0003, 1.3e9)  # seconds of a hop and bytes/s, as `reduce 2` prints them
BIGDL_JOBS = 0.18  # seconds a step, docs/engines.md


def all_reduce(ranks, numbers, mbit, delay, own_latency, own_rate, full=0):
    """The model's seconds: of a ring, in which each rank sends 2 (n - 1) / n of the vector, in 2 (n - 1) hops. Before each
    hop the receiver tells the sender that it is ready, which takes a latency too; a vector of one number hides that.

    own_latency: seconds of a hop without a network; own_rate: bytes/s that the processors sum and copy;
    full: bytes that the link lets through at once after a rest.
    """
    sent = 2 * (ranks - 1) / ranks * 4 * numbers
    on_link = 0 if mbit is None else max(0, sent / GOODPUT - full) / (mbit * 1e6 / 8)
    return 2 * (ranks - 1) * (own_latency + (2 if numbers > 1 else 1) * delay) + sent / own_rate + on_link


class Ranks:
    """A JVM in each namespace; all do the same."""

    def __init__(self, network):
        self.processes = []
        for i, address in enumerate(network.addresses):
            java = ["java", "-Xmx512m", "-XX:+UseSerialGC", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                    "-cp", CLASS_PATH, "io.semimeta.benchmark.NetworkRank",
                    str(i), str(len(network.addresses)), address, network.addresses[0]]
            self.processes.append(subprocess.Popen(
                network.inside(i, *java), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        self.ask("reduce", 3, QUARTER)

    def ask(self, *words):
        """Each rank's figures, lists of seconds by name."""
        for process in self.processes:
            process.stdin.write(" ".join(map(str, words)) + "\n")
            process.stdin.flush()
        answers = [next((line for line in process.stdout if line.startswith("{")), None) for process in self.processes]
        if None in answers:
            sys.exit("network.py: a rank has ended, see above; `mvn -DskipTests package` builds what it needs")
        return [json.loads(answer) for answer in answers]

    def reduce(self, rounds, numbers):
        """Seconds of each round, until the last rank is done."""
        return [max(times) for times in zip(*(of["seconds"] for of in self.ask("reduce", rounds, numbers)))]


def of_link(mbit, delay):
    return f"{'unlimited' if mbit is None else mbit:>9} | {1000 * delay:>4g}"


def spread(values, unit=1000):
    return f"{unit * statistics.median(values):8.1f} ({unit * min(values):.1f} to {unit * max(values):.1f})"


def own(ranks, network):
    """What the model must be told: seconds of a hop, and bytes/s, of this many ranks on this machine."""
    n = len(network.addresses)
    network.limit(None, 0)
    latency = statistics.median(ranks.reduce(50, 1)) / (2 * (n - 1))
    whole = statistics.median(ranks.reduce(15, WHOLE)) - 2 * (n - 1) * latency
    return latency, 2 * (n - 1) / n * 4 * WHOLE / whole


def reduce(sizes):
    print("ranks |    Mbit/s |   ms |   MB | predicted ms | measured ms", flush=True)
    for n in sizes:
        for late, links in ((False, LINKS), (True, LATE_LINKS)):
            with Network(n, late) as network:
                ranks = Ranks(network)
                latency, rate = own(ranks, network)
                print(f"{n} ranks{', late links' if late else ''}: {1e3 * latency:.2f} ms a hop,"
                      f" {rate / 1e6:.0f} MB/s", flush=True)
                for mbit, delay in links:
                    network.limit(mbit, delay)
                    for numbers in (1, QUARTER, WHOLE):
                        rounds = 5 if numbers == WHOLE else 15
                        measured = ranks.reduce(rounds + 1, numbers)[1:]
                        model = all_reduce(n, numbers, mbit, delay, latency, rate, bucket(mbit) if mbit else 0)
                        print(f"{n} | {of_link(mbit, delay)} | {4e-6 * numbers:4.1f} | {1000 * model:8.1f} |"
                              f" {spread(measured)}", flush=True)


def step(sizes):
    print("ranks | network | Mbit/s | predicted ms | measured ms | in the two all-reduces, ms", flush=True)
    for n in sizes:
        with Network(n) as network:
            ranks = Ranks(network)
            latency, rate = own(ranks, network)
            for name, width, side, batch, numbers in (("convlarge", 0.25, 14, 32, QUARTER),
                                                      ("convlarge", 1, 14, 8, WHOLE)):
                seconds, calls = {}, {}
                for _ in range(3):
                    for mbit in (None, 1_000, 100):
                        network.limit(mbit)
                        answers = ranks.ask("step", 3, name, width, side, batch, "GLOBAL")
                        seconds.setdefault(mbit, []).extend(map(max, zip(*(of["seconds"] for of in answers))))
                        # The rank that comes last waits for none.
                        least = list(map(min, zip(*(of["calls"] for of in answers))))
                        calls.setdefault(mbit, []).extend(a + b for a, b in zip(least[::2], least[1::2]))
                computed = statistics.median(seconds[None]) - statistics.median(calls[None])
                for mbit in seconds:
                    full = bucket(mbit) if mbit else 0
                    model = computed + 2 * all_reduce(n, numbers, mbit, 0, latency, rate, full)
                    print(f"{n} | {name}:{width} | {of_link(mbit, 0)} | {1000 * model:8.0f} |"
                          f" {spread(seconds[mbit])} | {spread(calls[mbit])}", flush=True)


def beside():
    print("network | Mbit/s | all-reduce, ms | prediction, ms | saved, ms | backward, ms | saved, ms", flush=True)
    with Network(2) as network:
        ranks = Ranks(network)
        for words in ("convlarge 0.25 14 32", "convlarge 1 14 8"):
            for mbit in (None, 10_000, 1_000, 100):
                network.limit(mbit)
                answers = ranks.ask("beside", 12 if mbit != 100 else 4, *words.split())
                times = {name: list(map(max, zip(*(of[name] for of in answers)))) for name in answers[0]}
                row = [words, of_link(mbit, 0), spread(times["reduce"])]
                for work in ("prediction", "backward"):
                    saved = [a - b for a, b in zip(times[work + " after"], times[work + " beside"])]
                    row += [spread(times[work]), spread(saved)]
                print(" | ".join(row), flush=True)


def engines():
    with Network(2) as network, tempfile.TemporaryDirectory() as name:
        work = Path(name)
        spark = [str(ROOT / "target/spark/bin/spark-class")]
        processes = []

        def start(label, command, host):
            with open(work / f"{label}.log", "w", encoding="utf-8") as log:
                processes.append(subprocess.Popen(
                    command, stdout=log, stderr=log, env={**os.environ, "SPARK_LOCAL_IP": host}))

        try:
            url = f"spark://{OUTSIDE}:7077"
            start("master", [*spark, "org.apache.spark.deploy.master.Master", "--host", OUTSIDE, "--port", "7077",
                             "--webui-port", "0"], OUTSIDE)
            while "elected leader" not in (work / "master.log").read_text():
                time.sleep(0.2)
            for i, address in enumerate(network.addresses):
                start(f"worker{i}", network.inside(
                    i, *spark, "org.apache.spark.deploy.worker.Worker", "--host", address, "--webui-port", "0",
                    "--cores", "1", "--memory", "3g", "--work-dir", str(work / f"worker{i}"), url), address)
            for mbit in (None, 1_000, 100):
                network.limit(mbit)
                output = work / f"{mbit}"
                subprocess.run(
                    [ROOT / "bin/semimeta", "benchmark", "engines", "--master", url, "--workers", "2",
                     "--cores-per-worker", "1", "--batch-size", "8", "--steps", "20",
                     "--networks", "convlarge:0.25,convlarge", "--output", output],
                    check=True, env={**os.environ, "SPARK_LOCAL_IP": OUTSIDE})
                for timing in json.loads((output / "benchmark.json").read_text()):
                    print(f"{of_link(mbit, 0)} | {json.dumps(timing)}", flush=True)
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()


def pays(numbers, seconds):
    print("   Mbit/s |   ms | ranks | barrier, global | barrier, local | bigdl", flush=True)
    for mbit, delay in ((100, 0), (1_000, 0), (10_000, 0), (1_000, 0.005)):
        for n in (2, 4, 16):
            call = all_reduce(n, numbers, mbit, delay, *OWN)
            batches = [-(-4 * of // seconds) for of in (2 * call, call, call + BIGDL_JOBS)]
            print(f"{of_link(mbit, delay)} | {n:2} | " + " | ".join(f"{batch:5.0f}" for batch in batches))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for measure in (reduce, step):
        measured = commands.add_parser(measure.__name__)
        measured.add_argument("ranks", type=int, nargs="*", default=(2, 3, 4))
        measured.set_defaults(run=lambda options, measure=measure: measure(options.ranks))
    for measure in (beside, engines):
        commands.add_parser(measure.__name__).set_defaults(run=lambda _, measure=measure: measure())
    computed = commands.add_parser("pays")
    computed.add_argument("numbers", type=int)
    computed.add_argument("seconds", type=float)
    computed.set_defaults(run=lambda options: pays(options.numbers, options.seconds))
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    sys.exit(main())
