"""Where things lie, and who may enter there.

PostgreSQL refuses to run as root. Started by root, the servers run as `postgres` (or `nobody`), who
must be able to walk to their data and programs. Nothing on the way is opened for that: what the
server's user cannot reach goes to /var/lib instead.
"""

import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

from practice.embedded.trouble import Trouble

STATE = Path("/var/lib")
APP = "caseload"


def server_user() -> pwd.struct_passwd | None:
    """Whom the servers run as; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def open_data_dir(data_dir: Path) -> Path:
    """Make the data folder: ours alone, save that root's servers may walk through it."""
    data_dir = data_dir.absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return data_dir


def home_of_servers(data_dir: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder that holds the servers' own folders.

    The data folder, or where its link `servers` points: moving the data folder keeps the link.
    """
    link = data_dir / "servers"
    if link.is_dir():
        return link.resolve()
    if link.is_symlink():
        raise Trouble(f"The database is gone from {link.readlink()}; put it back, or remove {link} to begin anew.")
    if user is None or reachable(data_dir, user):
        return data_dir
    if (data_dir / "postgres").exists():
        raise Trouble(
            f"User {user.pw_name} cannot reach the database in {data_dir}; move it, or open the folders above."
        )
    home = Path(tempfile.mkdtemp(prefix=f"{APP}-", dir=STATE))
    home.chmod(0o711)
    link.symlink_to(home)
    return home


def remove(data_dir: Path) -> None:
    """Throw a data folder away, with what root's servers keep elsewhere. For tests and trials."""
    link = data_dir / "servers"
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(data_dir, ignore_errors=True)
    shutil.rmtree(_sockets(data_dir), ignore_errors=True)


def reachable(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` can walk into `path`; the kernel is asked, as that user."""
    test = ["test", "-x", str(path)]
    answer = subprocess.run(test, user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=False)
    return answer.returncode == 0


def give(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Make a folder that only `user` (None: we) may enter."""
    owner = user.pw_uid if user else os.geteuid()
    if folder.exists() and folder.stat().st_uid not in (owner, os.geteuid()):
        raise Trouble(f"{folder} belongs to user {folder.owner()}; start as that user, or set CASELOAD_DATA.")
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def _sockets(data_dir: Path) -> Path:
    name = sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path("/tmp") / f"{APP}-{os.geteuid()}-{name}"


def sockets(data_dir: Path, user: pwd.struct_passwd | None) -> Path:
    """An empty private folder with a short path: a socket's address has room for 107 bytes.

    Made under /tmp, where anybody may have been first: another's folder or a link is refused.
    """
    folder = _sockets(data_dir)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), user.pw_uid if user else -1):
            raise Trouble(f"{folder} belongs to somebody else; remove it.") from None
    give(folder, user)
    for left in folder.iterdir():
        left.unlink()
    return folder


def programs(parts: list[Path], version: str, user: pwd.struct_passwd | None) -> Path:
    """A folder with `parts` (neighbours) in it that the server's user can reach: theirs, or one copy of them."""
    home = parts[0].parent
    if user is None or reachable(parts[0], user):
        return home
    copy = STATE / f"{APP}-{version}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(prefix=f"{APP}-", dir=STATE))
        for part in parts:
            shutil.copytree(part, fresh / part.name, symlinks=True)
        fresh.chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:  # somebody else was quicker
            shutil.rmtree(fresh)
    return copy


def secret_key(data_dir: Path) -> str:
    """The key that signs sessions and links, made once; a new one would sign everybody out."""
    path = data_dir / "secret_key"
    if not path.exists():
        fresh = data_dir / f"secret_key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        try:
            path.hardlink_to(fresh)  # whole or not at all, and the first one wins
        except FileExistsError:
            pass
        fresh.unlink()
    return path.read_text()
