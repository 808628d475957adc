"""Machines of one's own on one machine: network namespaces joined by links of a bandwidth and a latency.

Needs root, iproute2 and /dev/net/tun. Linux's tbf limits what each namespace sends. Kernels do not always have netem,
so links with a latency are made by a process of this program: it passes packets on after their time, at real-time
priority, since a late packet would look like a slow network.
"""

import collections
import fcntl
import multiprocessing
import os
import select
import signal
import struct
import subprocess
import sys
import time

PREFIX = "198.18.77."  # of the range for tests of networks, RFC 2544
OUTSIDE = PREFIX + "254"
GOODPUT = 1448 / 1514  # of a frame's bytes, with Ethernet's, IP's and TCP's headers

TUNSETIFF, TUNSETOFFLOAD = 0x400454CA, 0x400454D0
IFF_TUN, IFF_NO_PI, IFF_VNET_HDR = 0x0001, 0x1000, 0x4000
TUN_F_CSUM, TUN_F_TSO4 = 0x01, 0x02
VNET_HDR = 10  # before each packet, so that one may be as long as 64 KiB
DESTINATION = VNET_HDR + 16
LONGEST = VNET_HDR + 65536


def run(*command):
    subprocess.run(command, check=True)


def bucket(mbit):
    """The bytes that tbf lets through at once: those of a millisecond, for it comes late on a busy processor."""
    return max(16_000, int(mbit * 1e6 / 8 * 1e-3))


class Network:
    """Namespaces 0 to size - 1, gone at the end of a with statement with all that runs in them.

    Without a latency they hang on a bridge, where this machine itself has the address OUTSIDE.
    """

    def __init__(self, size, latency=False):
        self.names = [f"semimeta-{os.getpid()}-{i}" for i in range(size)]
        self.addresses = [PREFIX + str(i + 1) for i in range(size)]
        self.bridge = f"sm{os.getpid()}"
        self.delay = multiprocessing.Value("d", 0) if latency else None
        self.forwarder = None

    def __enter__(self):
        if os.geteuid() != 0:
            sys.exit("namespaces.py: only root may make network namespaces")
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(1))  # through __exit__
        try:
            if self.delay is None:
                run("ip", "link", "add", self.bridge, "type", "bridge")
                run("ip", "address", "add", OUTSIDE + "/24", "dev", self.bridge)
                run("ip", "link", "set", self.bridge, "up")
            tunnels = [self._add(i) for i in range(len(self.names))]
            if self.delay is not None:
                self.forwarder = multiprocessing.Process(target=_forward, args=(tunnels, self.delay), daemon=True)
                self.forwarder.start()
                for tunnel in tunnels:
                    os.close(tunnel)
            return self
        except BaseException:
            self.__exit__()
            raise

    def _add(self, i):
        """A namespace with its eth0; the other end's descriptor where that is the forwarder's."""
        name, link, tunnel = self.names[i], f"{self.bridge}.{i}", None
        run("ip", "netns", "add", name)
        if self.delay is None:
            run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
            run("ip", "link", "set", link, "master", self.bridge, "up")
        else:
            tunnel = _tunnel(link)
            run("ip", "link", "set", link, "netns", name, "name", "eth0", "txqueuelen", "10000")
        run("ip", "-n", name, "address", "add", self.addresses[i] + "/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            run("ip", "-n", name, "link", "set", device, "up")
        # Linux's default, cubic, cannot be set here where the machine itself has another; reno starts as it does.
        run(*self.inside(i, "sysctl", "-q", "net.ipv4.tcp_congestion_control=reno"))
        return tunnel

    def inside(self, i, *command):
        """The command line that runs a command in a namespace."""
        return ["ip", "netns", "exec", self.names[i], *command]

    def limit(self, mbit, delay=0):
        """Bounds what each namespace sends, in Mbit/s, or not where None; the delay is one way, in seconds."""
        if self.delay is not None:
            self.delay.value = delay
        for name in self.names:
            tc = ["tc", "-n", name, "qdisc"]
            subprocess.run([*tc, "delete", "dev", "eth0", "root"], stderr=subprocess.DEVNULL, check=False)
            if mbit is not None:
                run(*tc, "add", "dev", "eth0", "root", "tbf", "rate", f"{mbit}mbit", "burst", str(bucket(mbit)),
                    "limit", "10mb")

    def __exit__(self, *_):
        known = {line.split()[0] for line in subprocess.run(
            ["ip", "netns", "list"], capture_output=True, text=True, check=False).stdout.splitlines() if line}
        names = [name for name in self.names if name in known]
        for name in names:
            for pid in subprocess.run(["ip", "netns", "pids", name], capture_output=True, check=False).stdout.split():
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
        if self.forwarder is not None:
            self.forwarder.kill()
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=False)
        # A namespace's links go later than its name, and would be in the next network's way.
        for link in [self.bridge] + [f"{self.bridge}.{i}" for i in range(len(self.names))]:
            subprocess.run(["ip", "link", "delete", link], stderr=subprocess.DEVNULL, check=False)


def _tunnel(link):
    tunnel = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tunnel, TUNSETIFF, struct.pack("16sH22x", link.encode(), IFF_TUN | IFF_NO_PI | IFF_VNET_HDR))
    fcntl.ioctl(tunnel, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4)
    return tunnel


def _forward(tunnels, delay):
    """Passes packets on, each after the delay; the last part of an address says to whom."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    waiting = collections.deque()
    while True:
        until = None if not waiting else max(0, waiting[0][0] - time.monotonic())
        for tunnel in select.select(tunnels, [], [], until)[0]:
            packet = os.read(tunnel, LONGEST)
            version = packet[VNET_HDR] >> 4
            to = packet[DESTINATION + 3] - 1 if version == 4 else len(tunnels)
            if to < len(tunnels):
                waiting.append((time.monotonic() + delay.value, tunnels[to], packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, tunnel, packet = waiting.popleft()
            os.write(tunnel, packet)
