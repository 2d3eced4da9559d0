#!/usr/bin/env python3
"""Builds the corpus: every mail of `mails/*.py` as an .eml file, and `expected.jsonl`. The same input gives the same bytes.

    build.py            writes what changed, removes what is gone
    build.py --check    verifies the files on disk instead: up to date, and each expectation visible in its mail
"""

import importlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(HERE / "mails")]
sys.dont_write_bytecode = True

import authoring  # noqa: E402
from mime import message_bytes  # noqa: E402


def main():
    for path in sorted((HERE / "mails").glob("*.py")):
        importlib.import_module(path.stem)
    wanted, names = {}, set()
    for item in authoring.MAILS:
        name = item["expect"]["file"]
        assert name not in names, f"{name} is written twice"
        names.add(name)
        try:
            wanted[item["expect"]["file"]] = message_bytes(item["mail"])
        except Exception as error:
            raise SystemExit(f"failed to build {name}: {error!r}")
    lines = sorted((json.dumps(i["expect"], ensure_ascii=False) for i in authoring.MAILS), key=lambda l: json.loads(l)["file"])
    expected = ("\n".join(lines) + "\n").encode()
    on_disk = {str(p.relative_to(ROOT)): p for kind in ("code", "link", "none") for p in (ROOT / kind).glob("*.eml")}
    if "--check" in sys.argv:
        stale = [f for f, raw in wanted.items() if f not in on_disk or on_disk[f].read_bytes() != raw] + [f for f in on_disk if f not in wanted]
        if (ROOT / "expected.jsonl").read_bytes() != expected:
            stale.append("expected.jsonl")
        for f in stale:
            print(f"out of date: {f} (run build.py)")
        from verify import verify
        problems = verify(ROOT, [json.loads(l) for l in lines])
        print(f"{len(wanted)} mails, {len(stale)} out of date, {problems} doubtful")
        sys.exit(1 if stale or problems else 0)
    for f, raw in wanted.items():
        path = ROOT / f
        path.parent.mkdir(parents=True, exist_ok=True)
        if f not in on_disk or path.read_bytes() != raw:
            path.write_bytes(raw)
    for f in set(on_disk) - set(wanted):
        on_disk[f].unlink()
    (ROOT / "expected.jsonl").write_bytes(expected)
    print(f"{len(wanted)} mails")


if __name__ == "__main__":
    main()
