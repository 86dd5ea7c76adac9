"""A private /tmp for one process, as on AWS, without root, in its own mount namespace.

Run as a script with a folder it says whether this system allows it (exit status 0), or why not. It
is imported by a bare interpreter (`-S`): standard library only, and nothing that loads slowly.
https://man7.org/linux/man-pages/man7/user_namespaces.7.html
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

TMP = Path("/tmp")  # noqa: S108  # the literal one is what this is about

# From linux/mount.h and linux/capability.h.
_MS_BIND = 0x1000
_MS_REC = 0x4000
_MS_PRIVATE = 0x40000
_CAPABILITY_VERSION_3 = 0x20080522


def put_in_place_of_tmp(folder: Path, kept: Iterable[Path] = ()) -> None:
    """Make `folder` the /tmp of this process and of the processes that it starts, but of no other.

    Folders of `kept` that lie under /tmp stay where they are. Must be called before any thread is
    started. OSError where the system does not allow it; the process should then end.
    """
    is_user = _unshare()
    _mount(Path("none"), Path("/"), _MS_REC | _MS_PRIVATE)
    for path in kept:
        if path.is_relative_to(TMP):
            place = folder / path.relative_to(TMP)
            place.mkdir(parents=True, exist_ok=True)
            _mount(path, place, _MS_BIND | _MS_REC)
    _mount(folder, TMP, _MS_BIND | _MS_REC)
    if is_user:
        _drop_capabilities()


def _unshare() -> bool:
    """Enter a mount namespace; whether it took a user namespace to be allowed to."""
    try:
        os.unshare(os.CLONE_NEWNS)
    except PermissionError:
        uid, gid = os.getuid(), os.getgid()
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
        # the same names inside as outside
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
        return True
    return False


def _drop_capabilities() -> None:
    """Drop the capabilities of a new user namespace, so that read-only files stay read-only."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def _mount(source: Path, target: Path, flags: int) -> None:
    _call("mount", os.fsencode(source), os.fsencode(target), None, ctypes.c_ulong(flags), None)


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def main() -> None:
    """Try it in this process, which does nothing else."""
    try:
        put_in_place_of_tmp(Path(sys.argv[1]))
    except (OSError, AttributeError) as error:  # AttributeError: not Linux
        sys.exit(str(error))


if __name__ == "__main__":
    main()
