"""Credentials files with a verdict that the plugin's code has no part in, as cases: verdict_model.cases is

    python3 tests/e2e/preflight/verdict_model.py >tests/e2e/preflight/verdict_model.cases

The model is Python's own json and int().
"""

import json
import random
import re

now = 1795000000000  # {NOW}
pick = random.Random(20260101)


def refuse(word):
    raise ValueError(word)


def milliseconds(value):
    """int() of a number, or of a string of digits with an optional sign and blanks around."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not re.fullmatch(r"[ \t\n\r\f\v]*[-+]?[0-9]+[ \t\n\r\f\v]*", value):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def status(content, skew):
    """0 to 2, from the rule alone."""
    try:
        root = json.loads(content.decode("utf-8"), parse_constant=refuse)
    except ValueError:
        return 2
    login = root.get("claudeAiOauth") if isinstance(root, dict) else None
    if not isinstance(login, dict):
        return 2
    token, refresh = login.get("accessToken"), login.get("refreshToken")
    if not isinstance(token, str) or not token:
        return 2
    scopes = login.get("scopes")
    if not isinstance(scopes, list) or "user:inference" not in scopes:
        return 2
    expiry = milliseconds(login.get("expiresAt"))
    if expiry is None or expiry > now + skew * 1000:
        return 0
    return 1 if isinstance(refresh, str) and refresh else 2


class Text(str):
    """A piece of JSON as it is to be written."""


def number():
    near = now + pick.choice([0, 1, -1, 60000, 59999, 60001, 3600000, -3600000])
    return pick.choice(
        [
            near,
            near,
            near + pick.choice([0.25, 0.5, 0.999]),
            Text("%.12e" % near),
            pick.randrange(-(10**13), 10**14),
            pick.randrange(-(2**70), 2**70),
            Text(pick.choice(["", "-"]) + "9" * pick.randrange(1, 60)),
            Text("%s%dE%s%d" % (pick.choice(["", "-"]), pick.randrange(1, 10), pick.choice(["", "+", "-"]), pick.randrange(320))),
            Text("-0"),
            pick.choice([2**63, 2**63 - 1, 2**64, -(2**63), -(2**63) - 1, 2**31]),
        ]
    )


def expiry():
    kind = pick.randrange(10)
    if kind < 5:
        return number()
    if kind < 8:
        words = pick.choice(["%d", " %d", "%d\t", "+%d", "%d.0", "%dx", "0%d", "\n%d \r", "%d %d", "--%d", "%de3"])
        return words.replace("%d", str(abs(int(float(number())))))
    return pick.choice([None, True, False, "", " ", "soon", [], {}, [now - 1], {"a": now - 1}, "\u0661\u0662x", "+", "-"])


def render(value):
    """JSON text in one of its many spellings."""
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=pick.random() < 0.5)
    gap = pick.choice(["", "", " ", "\n\t"])
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        members = (gap + render(key) + gap + ":" + gap + render(member) for key, member in value)
        return "{" + ",".join(members) + gap + "}"
    return json.dumps(value)


def login():
    token = pick.choice(["fixture-token"] * 12 + ["", None, 5, True, ["x"], "\u00e4\U0001f600", " "])
    refresh = pick.choice(["fixture-refresh", "fixture-refresh", "", None, 5])
    members = [("accessToken", token), ("subscriptionType", "max"), ("other", [{"expiresAt": 1}, "}{\\\""])]
    if refresh is not None or pick.random() < 0.5:
        members.append(("refreshToken", refresh))
    for _ in range(pick.choice([0, 1, 1, 1, 1, 1, 2])):
        members.append(("expiresAt", expiry()))
    for _ in range(pick.choice([0] + [1] * 15)):
        scopes = ["user:profile", "user:inference"]
        members.append(("scopes", pick.choice([scopes] * 12 + [["user:profile"], [], None, "user:inference"])))
    if token == "" and refresh == "":
        members.pop(0)  # that pair is the mark of an ended login, another rule
    pick.shuffle(members)
    return members


def mutate(content):
    """Some damage: most of it leaves no JSON."""
    content = bytearray(content)
    at = pick.randrange(len(content))
    kind = pick.randrange(6)
    if kind == 0:
        del content[at]
    elif kind == 1:
        content.insert(at, pick.choice(b"{}[]\",:0 \n\\\x00\x80\xff'/eE+-."))
    elif kind == 2:
        content[at] ^= 1 << pick.randrange(8)
    elif kind == 3:
        del content[at:]
    elif kind == 4:
        content += pick.choice([b"{}", b"x", b"\x00", b" ", b"\n\n", b",", b"\xef\xbb\xbf"])
    else:
        content[:0] = pick.choice([b"\xef\xbb\xbf", b" \n", b"//\n", b"\x00", b"\xff\xfe"])
    return bytes(content)


def escaped(content):
    """With C's escapes, so that it is one line, and no blank at its start is lost."""
    text = "".join(
        chr(byte) if 0x20 < byte < 0x7F and byte != 0x5C or byte == 0x20 and i > 0 else "\\%03o" % byte
        for i, byte in enumerate(content)
    )
    return text.replace(" | ", "\\040| ") or "-"


print(
    """# Written by verdict_model.py.

begin
    cached-agent

case generated: {text}
    bytes c.json | {text}
    run preflight -a {agent} -C c.json --skew={skew} --login-warning=~: --login-critical=~:
    status {status}
rows  skew   status  text"""
)
for i in range(600):
    members = [("claudeAiOauth", login() if pick.random() < 0.95 else pick.choice([None, [], {}, "x", 1]))]
    if pick.random() < 0.2:
        members.append(("mcpOAuth", {"accessToken": "fixture-other"}))
    if pick.random() < 0.05:
        members.append(("claudeAiOauth", login()))
    pick.shuffle(members)
    content = (render(members) + pick.choice(["", "\n", " \r\n"])).encode()
    if i % 4 == 0:
        content = mutate(content)
    skew = pick.choice([0, 0, 0, 60, 3600])
    print("      %-5d  %d       %s" % (skew, status(content, skew), escaped(content)))
