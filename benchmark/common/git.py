"""Run git in the working directory."""

import subprocess


def run_git(*arguments: str) -> str:
    """Return the output of git; nothing if it fails."""
    try:
        process = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return process.stdout
