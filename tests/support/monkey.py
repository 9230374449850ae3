# SPDX-License-Identifier: MIT
"""Plays random keys, clicks, resizes and faults on a machine, and starts it again when a fault has ended it.

usage: monkey.py KEYS SEED FAULTS-FILE PROGRAM WORD...
       monkey.py --latency COUNT SIZE PROGRAM WORD...

$MEANWHILE is run now and then, to give a blocked card back. Exit 0 when the program never ended otherwise than by a power cut that was asked for or by being told to.
With --latency: how long digits take from the key to the last byte of the paint, at the welcome screen.
"""
import fcntl, os, pty, random, re, select, signal, struct, subprocess, sys, termios, time

SIZES = [(24, 80), (24, 80), (34, 80), (36, 100), (43, 132), (60, 200), (20, 60), (24, 81), (33, 132)]
KEYS = (
    [b"\r"] * 10 + [b"1234\r"] * 8 + [str(d).encode() for d in range(10)] * 2 + [b"\x1b"] * 2 + [b"\x7f", b"\t"]
    + [f"\x1bO{c}".encode() for c in "PQRS"] + [f"\x1b[{n}~".encode() for n in (15, 17, 18, 19, 5, 6)] * 2
    + [f"\x1b[{c}".encode() for c in "ABCDHF"] + list(b"abcdefghi".split()) + [bytes([c]) for c in b"ABCDEFGHI"]
    + [b"\x1b[<", b"\x1b[I", b"\x1b[97;5u", b"\x1b[1;3A", b"\xff\xfe", "ü€日".encode(), b"\x1b]0;x\x07", b"\x1bP", b"\x00"]
    + [b"s", b"S", b"l", b"*", b"000000\r"]
)
# What a person would do there, so that visits come to their ends.
SENSIBLE = {
    b"welcome": [b"\r"] * 9 + [b"S"], b"pin_entry": [b"\x7f" * 8 + b"1234\r"], b"menu": [str(n).encode() for n in range(1, 9)],
    b"amount": [b"50\r", b"180\r", b"20\r"], b"note_mix": [b"1", b"2"], b"receipt_choice": [b"1", b"5"],
    b"take_card": [b"\r"], b"take_cash": [b"\r"], b"take_notes": [b"\r"], b"another": [b"1", b"5"], b"goodbye": [b"\r"],
    b"deposit": [b"I", b"H", b"A", b"C", b"\r", b"3", b"1", b"5"], b"message": [b"\r"], b"statement": [b"\r"], b"balance": [b"\r"],
    b"pin_new": [b"\x1b"], b"pin_repeat": [b"\x1b"], b"more": [b"1", b"3", b"4"], b"transfer": [b"4000001234567899\r", b"\r", b"1"], b"out_of_service": [b"S"],
    b"supervisor": [b"\x7f" * 8 + b"000000\r"] * 4 + [b"1", b"2", b"3", b"4", b"5", b"6", b"\r", b"\x1b"],
}
TITLE = re.compile(rb"\x1b\]2;atm: (\w+)\x07")

# As atm/terminal/fault.h has them, but for those that only a person at the machine ends.
FAULTS = [
    "dispenser jam before present", "dispenser partial after 1 notes", "dispenser not taken", "dispenser not taken",
    "dispenser position unknown", "power cut before present", "power cut after present", "power cut after stacked",
    "power cut after card_in", "power cut after moving", "card jam", "card unreadable", "card retain", "printer paper out",
    "acceptor jam while counting", "acceptor 1 notes unreadable",
]


def spawn(words, size=(24, 80)):
    child, master = pty.fork()
    if child == 0:
        os.execv(words[0], words)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    os.set_blocking(master, False)
    return child, master


def drain(master, seconds):
    """What it writes until it has been still for so long, ten seconds at most; b"" and None when it has gone."""
    seen, last = b"", time.monotonic()
    deadline = last + 10
    while last < deadline:
        readable, _, _ = select.select([master], [], [], seconds)
        if not readable:
            return seen, last
        try:
            part = os.read(master, 65536)
        except BlockingIOError:
            continue
        except OSError:
            return seen, None
        seen, last = seen + part, time.monotonic()
    return seen, last


def play(count, seed, faults_path, words):
    rng = random.Random(seed)
    child, master = spawn(words)
    restarts, powers, visited, size = 0, 0, {}, (24, 80)
    seen = b""
    for sent in range(count):
        if rng.random() < (0.2 if size[0] < 24 else 0.004):
            size = rng.choice(SIZES)
            fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        if rng.random() < 0.002:
            with open(faults_path, "a") as file:
                fault = rng.choice(FAULTS)
                file.write(fault + "\n")
            powers += fault.startswith("power")
        if sent % 400 == 399 and "MEANWHILE" in os.environ:
            subprocess.run(os.environ["MEANWHILE"], shell=True, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if rng.random() < 0.05:
            key = f"\x1b[<{rng.choice([0, 0, 0, 2, 64, 65])};{rng.randint(1, 140)};{rng.randint(1, 45)}{rng.choice('Mm')}".encode()
        else:
            titles = TITLE.findall(seen)
            visited[titles[-1] if titles else b"-"] = visited.get(titles[-1] if titles else b"-", 0) + 1
            sensible = SENSIBLE.get(titles[-1] if titles else b"")
            key = rng.choice(sensible if sensible and rng.random() < 0.6 else KEYS)
        try:
            select.select([], [master], [], 5)
            os.write(master, key)
        except (BlockingIOError, OSError):
            pass
        # Most keys at once, some after the screen has settled, some after what waits.
        pause = rng.random()
        part, _ = drain(master, 0.03 if pause < 0.1 else 0.001 if pause < 0.5 else 0)
        seen = (seen + part)[-20000:]
        pid, how = os.waitpid(child, os.WNOHANG)
        if not pid:
            continue
        part, _ = drain(master, 0.1)
        seen, code = seen + part, os.waitstatus_to_exitcode(how)
        os.close(master)
        if code != 0 and not (code == -signal.SIGKILL and powers > 0):
            print(f"# after {sent} keys of seed {seed} it ended with {code}:")
            print(re.sub(rb"\x1b[^a-zA-Z]*[a-zA-Z]", b"", seen)[-3000:].decode(errors="replace"))
            return 1
        restarts += 1
        open(faults_path, "w").close()
        powers = 0
        child, master = spawn(words)
        seen = b""
    os.kill(child, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        drain(master, 0.05)
        pid, how = os.waitpid(child, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(how)
            print(f"# {count} keys of seed {seed}, started again {restarts} times, ended with {code}; keys on "
                  + ", ".join(f"{name.decode()} {n}" for name, n in sorted(visited.items(), key=lambda item: -item[1])))
            return 0 if code == 0 else 1
    print("# it did not end")
    os.kill(child, signal.SIGKILL)
    return 1


def latency(count, size, words):
    columns, rows = (int(n) for n in size.split("x"))
    child, master = spawn(words, (rows, columns))
    drain(master, 0.4)  # a light that blinks is never still for longer
    times = []
    for i in range(count):
        key = b"4" if i % 2 == 0 else b"\x7f"
        begun = time.monotonic()
        os.write(master, key)
        _, last = drain(master, 0.02)
        times.append((last - begun) * 1000)
    os.kill(child, signal.SIGTERM)
    drain(master, 0.2)
    os.waitpid(child, 0)
    times.sort()
    print(f"{size}: p50 {times[len(times) // 2]:.2f} ms, p99 {times[len(times) * 99 // 100]:.2f} ms, most {times[-1]:.2f} ms")
    return 0


if sys.argv[1] == "--latency":
    sys.exit(latency(int(sys.argv[2]), sys.argv[3], sys.argv[4:]))
sys.exit(play(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]))
