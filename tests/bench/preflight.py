"""The check of check_claude_preflight as a script would do it: preflight.py CLAUDE CREDENTIALS."""
import json
import os
import subprocess
import sys
import time


def check(claude, credentials):
    if not os.access(claude, os.X_OK):
        return 2, f"no executable {claude}"
    try:
        answer = subprocess.run([claude, "--version"], capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 2, f"{claude} --version: {error}"
    if answer.returncode != 0:
        return 2, f"{claude} --version: status {answer.returncode}"
    try:
        with open(credentials, encoding="utf-8") as file:
            login = json.load(file)["claudeAiOauth"]
        expires = int(login["expiresAt"]) / 1000
        if not login["accessToken"]:
            return 2, "no access token"
    except FileNotFoundError:
        return 2, f"not logged in, no {credentials}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return 2, f"{credentials}: {error}"
    left = expires - time.time()
    if left <= 0 and not login.get("refreshToken"):
        return 2, "access token expired"
    if left <= 0:
        return 1, "access token expired, the next run renews it"
    return 0, f"{answer.stdout.strip()}, token {left / 3600:.1f}h | token_expiry={left:.0f}s"


status, words = check(sys.argv[1], sys.argv[2])
print("CLAUDE PREFLIGHT", ("OK", "WARNING", "CRITICAL")[status], "-", words)
sys.exit(status)
