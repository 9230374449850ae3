#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a monitor does, and what is wrong with what it got.

    metrics.py say PORT TEXT            sends TEXT (with \\r\\n and so on written out), prints the reply
    metrics.py check FILE               prints what OpenMetrics forbids in FILE; fails when there is any
    metrics.py value FILE SAMPLE        the value of name{label="...",...}, labels in any order; fails when
                                        it is not there
    metrics.py names FILE TEXT...       prints each esbank_ name in these files that is no sample of FILE's
                                        (in a .md: nor a family)
    metrics.py slow PORT COUNT          so many connections that send half a request, or read no reply,
                                        until stdin ends; prints how many the other side has closed by then
"""

import re
import socket
import sys

LABEL = r'[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(r"^([a-z_][a-z0-9_]*)(?:\{(%s(?:,%s)*)\})? (-?[0-9]+(?:\.[0-9]+)?)$" % (LABEL, LABEL))
ENDINGS = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"]}


def connect(port):
    return socket.create_connection(("127.0.0.1", int(port)), timeout=20)


def say(port, text):
    with connect(port) as sock:
        sock.sendall(text.encode().decode("unicode_escape").encode("latin-1"))
        while True:
            part = sock.recv(65536)
            if not part:
                break
            sys.stdout.buffer.write(part)


def slow(port, count):
    socks = [connect(port) for _ in range(int(count))]
    for number, sock in enumerate(socks):
        ends = number % 2 == 1
        try:
            sock.sendall(b"GET /metrics HTTP/1.1\r\nHost: " + (b"x\r\n\r\n" if ends else b""))
        except OSError:
            pass
    print("there", flush=True)
    sys.stdin.read()
    closed = 0
    for sock in socks:
        sock.setblocking(False)
        try:
            while sock.recv(65536):
                pass
            closed += 1
        except BlockingIOError:
            pass
        except OSError:
            closed += 1
    print(closed)


def families(path):
    """Name to (type, [sample names])."""
    found, now = {}, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("# TYPE "):
                now, kind = line.split()[2:4]
                found[now] = [now + end for end in ENDINGS.get(kind, [])]
    return found


def labels_of(text):
    return tuple(sorted(re.findall(LABEL, text or "")))


def samples(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = SAMPLE.match(line.rstrip("\n"))
            if match:
                yield match.group(1), labels_of(match.group(2)), float(match.group(3))


def check_histogram(name, rows, wrong):
    """rows: those of one set of labels, in their order."""
    buckets = [(bound, value) for end, bound, value in rows if end == "_bucket"]
    counts = [value for end, _, value in rows if end == "_count"]
    bounds = [float(bound) for bound, _ in buckets]
    values = [value for _, value in buckets]
    if bounds != sorted(set(bounds)) or not bounds or bounds[-1] != float("inf"):
        wrong.append(name + ": its buckets do not rise to +Inf")
    if values != sorted(values):
        wrong.append(name + ": its buckets are not cumulative")
    if counts != values[-1:]:
        wrong.append(name + ": _count is not the +Inf bucket")


def check(path):
    wrong, seen, ended = [], set(), False
    now, kind, histogram = None, None, {}
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if ended:
            wrong.append("something follows # EOF")
            break
        if line == "# EOF":
            ended = True
        elif line.startswith("# HELP "):
            now = line.split(" ")[2]
            kind = None
            if now in seen:
                wrong.append(now + ": stands twice")
            seen.add(now)
            if not re.match(r"^# HELP [a-z_][a-z0-9_]* [A-Z0-9].*\.$", line):
                wrong.append(now + ": its help is no sentence")
            if re.search(r"_(total|milliseconds|microseconds|ms|us|s)$", now):
                wrong.append(now + ": its name ends as none may")
        elif line.startswith("# TYPE "):
            kind = line.split(" ")[3]
            if line.split(" ")[2] != now or kind not in ENDINGS:
                wrong.append(line + ": is no type of " + str(now))
        elif line.startswith("# UNIT "):
            if not now.endswith("_" + line.split(" ")[3]):
                wrong.append(now + ": does not end with its unit")
        else:
            match = SAMPLE.match(line)
            name = match and match.group(1)
            ending = name[len(now) :] if match and now and name.startswith(now) else None
            if not match or kind is None or ending not in ENDINGS[kind]:
                wrong.append(line + ": is no sample of " + str(now))
                continue
            labels = labels_of(match.group(2))
            if (name, labels) in seen:
                wrong.append(line + ": stands twice")
            seen.add((name, labels))
            if kind == "histogram":
                bound = [l[4:-1] for l in labels if l.startswith("le=")]
                rest = tuple(l for l in labels if not l.startswith("le="))
                histogram.setdefault((now, rest), []).append(
                    (ending, bound[0] if bound else None, float(match.group(3)))
                )
    for (name, _), rows in histogram.items():
        check_histogram(name, rows, wrong)
    if not ended:
        wrong.append("# EOF is missing")
    if not histogram:
        wrong.append("there is no histogram")
    print("\n".join(wrong), end="\n" if wrong else "")
    return not wrong


def value(path, sample):
    match = re.match(r"^([a-z0-9_]+)(?:\{(.*)\})?$", sample)
    for name, labels, number in samples(path):
        if name == match.group(1) and labels == labels_of(match.group(2)):
            print("%g" % number if number % 1 else "%d" % number)
            return True
    return False


def names(path, others):
    known = set()
    for rows in families(path).values():
        known.update(rows)
    unknown = set()
    for other in others:
        with open(other, encoding="utf-8") as file:
            told = known | set(families(path)) if other.endswith(".md") else known
            unknown.update(set(re.findall(r"\b(?:esbank|process)_[a-z0-9_]+\b", file.read())) - told)
    print("\n".join(sorted(unknown)), end="\n" if unknown else "")
    return not unknown


def main(words):
    if words[0] == "say":
        say(words[1], words[2])
        return 0
    if words[0] == "slow":
        slow(words[1], words[2])
        return 0
    if words[0] == "check":
        return 0 if check(words[1]) else 1
    if words[0] == "value":
        return 0 if value(words[1], words[2]) else 1
    if words[0] == "names":
        return 0 if names(words[1], words[2:]) else 1
    return 2


sys.exit(main(sys.argv[1:]))
