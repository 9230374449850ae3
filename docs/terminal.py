#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A terminal in a page: shared/PROTOCOL.md in Python, with the openssl command for AES.

    terminal.py HOME TELLER COMMAND...

signs on, sends each command, and prints the replies. A command is a JSON object
of its own fields; one with "pin" gets a pin_block for its "card" in its place, and
a new_pin_block (of its "cash_code", where it has one) in that of "new_pin":

    terminal.py ~/.local/state/esbank TELLER \\
        '{"command":"InitiateWithdrawal","card":"4000001234567899","pin":"1234","amount":5000}'
"""
import json
import os
import socket
import subprocess
import sys
import uuid

home, teller, *commands = sys.argv[1:]


def openssl(data, *words):
    return subprocess.run(["openssl", *words], input=data, stdout=subprocess.PIPE, check=True).stdout


def cmac(key, data):
    digits = openssl(data, "mac", "-cipher", "AES-128-CBC", "-macopt", "hexkey:" + key.hex(), "-in", "-", "CMAC")
    return bytes.fromhex(digits.decode())


def derive(label, context):
    """NIST SP 800-108r1, counter mode, one block."""
    return cmac(terminal_key, b"\1" + label + b"\0" + context + b"\0\x80")


def pin_block(request_id, pan, pin, label=b"EsBank PIN"):
    """ISO 9564-1 format 4, under the key of this one request."""
    key = derive(label, uuid.UUID(request_id).bytes)
    pin_field = f"4{len(pin):X}{pin}".ljust(16, "A") + os.urandom(8).hex()
    digits = pan.rjust(12, "0")
    pan_field = f"{len(digits) - 12:X}{digits}".ljust(32, "0")
    aes = lambda block: openssl(block, "enc", "-aes-128-ecb", "-nopad", "-K", key.hex())
    mixed = bytes(a ^ b for a, b in zip(aes(bytes.fromhex(pin_field)), bytes.fromhex(pan_field)))
    return aes(mixed).hex()


def call(fields):
    body = json.dumps({"v": 1, "teller_id": teller, **fields}, separators=(",", ":"))[:-1]
    stream.write(f'{body},"mac":"{cmac(request_key, body.encode()).hex()}"}}\n')
    stream.flush()
    reply = stream.readline().rstrip("\n")
    unsigned = {"bank_unavailable", "not_signed_on", "no_such_teller", "other_teller", "bad_mac",
                "invalid_request", "invalid_amount", "unknown_command", "not_permitted"}
    if json.loads(reply).get("error") not in unsigned and cmac(reply_key, reply[:-42].encode()).hex() != reply[-34:-2]:
        sys.exit("terminal.py: the bank did not say this: " + reply)
    return reply


with open(f"{home}/keys/terminal-{teller}.key") as file:
    terminal_key = bytes.fromhex(file.read().strip())
request_key = derive(b"EsBank request", uuid.UUID(teller).bytes)
reply_key = derive(b"EsBank reply", uuid.UUID(teller).bytes)
connection = socket.socket(socket.AF_UNIX)
connection.connect(f"{home}/atm.sock")
stream = connection.makefile("rw")

signed_on = call({"id": str(uuid.uuid4()), "command": "SignOn"})
if not json.loads(signed_on)["ok"]:
    sys.exit("terminal.py: " + signed_on)
for command in commands:
    fields = json.loads(command)
    fields.setdefault("id", str(uuid.uuid4()))
    if "pin" in fields:
        fields["pin_block"] = pin_block(fields["id"], fields["card"], fields.pop("pin"))
    if "new_pin" in fields:
        number = fields.get("cash_code", fields["card"])
        block = pin_block(fields["id"], number, fields.pop("new_pin"), b"EsBank new PIN")
        fields.setdefault("new_pin_block", block)
    print(call(fields))
