"""How much memory a process of ours holds, from outside (Linux's /proc)."""

from pathlib import Path


def resident_bytes(pid: int) -> int:
    """VmRSS of a process; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
