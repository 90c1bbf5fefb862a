"""A PostgreSQL server on restored data: nobody reaches it but this user by its socket, and it archives nothing."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping

from plan import Plan
from settings import Refusal, Settings

TAKE_WAL = "/usr/local/lib/holdfast/take-wal"
STOP_SECONDS = 30


class Instance:
    def __init__(self, settings: Settings, folder: str, read_only: bool = False):
        self.settings = settings
        self.folder = folder
        # Whether it has to stay as it was recovered, also while people look at it.
        self.read_only = read_only
        self.data = os.path.join(folder, "data")
        self.socket = os.path.join(folder, "socket")
        self.log = os.path.join(folder, "log")
        self.wal = os.path.join(folder, "wal")
        # What ALTER SYSTEM had written.
        self.altered = os.path.join(folder, "postgresql.auto.conf")
        self.process: subprocess.Popen | None = None

    def program(self, name: str) -> str:
        return os.path.join(self.settings.binaries, name)

    def verify_files(self) -> None:
        """Every file against the checksum that the server itself wrote down when the backup was taken."""
        done = subprocess.run(
            [self.program("pg_verifybackup"), "--no-parse-wal", "--quiet", self.data],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = [line for line in (done.stderr + done.stdout).splitlines() if line]
            raise Refusal(
                f"the base backup is not what was backed up: {'; '.join(said[:3])}",
                "restore from another backup or place: --backup previous, --from bucket, --from barman",
            )

    @property
    def conninfo(self) -> str:
        return f"host={self.socket} user=postgres"

    def prepare(self, plan: Plan, recovery: Mapping[str, str]) -> None:
        """recovery: the parameters that say where it ends, and whether one may ask before that."""
        for name in ("standby.signal", "postmaster.pid"):
            if os.path.exists(os.path.join(self.data, name)):
                os.unlink(os.path.join(self.data, name))
        # What ALTER SYSTEM wrote would win over the file below.
        if not os.path.exists(self.altered):
            os.replace(os.path.join(self.data, "postgresql.auto.conf"), self.altered)
        self.write(os.path.join(self.data, "postgresql.auto.conf"), "")
        self.write(os.path.join(self.data, "recovery.signal"), "")
        self.write(os.path.join(self.folder, "hba.conf"), "local all all trust\n")
        self.write(os.path.join(self.folder, "ident.conf"), "")
        self.write(os.path.join(self.folder, "postgresql.conf"), self.parameters(plan, recovery))
        os.makedirs(self.socket, mode=0o700, exist_ok=True)

    def write(self, path: str, text: str) -> None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)

    def control(self) -> dict[str, str]:
        """What pg_controldata says of the data, by its own words."""
        done = subprocess.run(
            [self.program("pg_controldata"), self.data],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "LC_ALL": "C"},
        )
        return {name: value.strip() for name, value in (line.split(":", 1) for line in done.stdout.splitlines())}

    def parameters(self, plan: Plan, recovery: Mapping[str, str]) -> str:
        control = self.control()
        values = {
            "data_directory": self.data,
            "hba_file": os.path.join(self.folder, "hba.conf"),
            "ident_file": os.path.join(self.folder, "ident.conf"),
            "listen_addresses": "",
            "unix_socket_directories": self.socket,
            "max_connections": "20",
            "max_prepared_transactions": control["max_prepared_xacts setting"],
            # Without it the times of commits would be forgotten.
            "track_commit_timestamp": control["track_commit_timestamp setting"],
            "default_transaction_read_only": "on" if self.read_only else "off",
            # Of data that the cluster takes over, all WAL of its own timeline has to come into the archive.
            "wal_keep_size": "1TB" if self.read_only else "0",
            "shared_buffers": f"{self.settings.shared_buffers}MB",
            "max_wal_size": "4GB",
            "autovacuum": "off",
            # It lives until it is stopped, and never again.
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "archive_mode": "off",
            "logging_collector": "off",
            "log_checkpoints": "off",
            "lc_messages": "C",
            "jit": "off",
            "restore_command": f'{TAKE_WAL} {self.wal} "%f" "%p"',
            "recovery_target_timeline": str(plan.timelines.newest),
            **recovery,
        }
        quoted = {name: value.replace("'", "''") for name, value in values.items()}
        return "".join(f"{name} = '{value}'\n" for name, value in quoted.items())

    def start(self) -> None:
        # What it says is of this start alone.
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [
                    *(self.program("postgres"), "-D", self.data),
                    *("-c", f"config_file={os.path.join(self.folder, 'postgresql.conf')}"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_until(self, there: Callable[[], bool], meanwhile: Callable[[], None]) -> bool:
        """False when it ended instead; its log says why."""
        while self.process.poll() is None:
            meanwhile()
            if there():
                return True
            time.sleep(0.1)
        return False

    def is_open(self) -> bool:
        done = subprocess.run(
            [self.program("pg_isready"), "--quiet", "--host", self.socket], stdin=subprocess.DEVNULL, check=False
        )
        return done.returncode == 0

    def stands_still(self) -> bool:
        """Paused at its target; or promoted there, as it is when nobody could have asked it."""
        said = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_get_wal_replay_pause_state() ELSE 'paused' END"
        try:
            return self.is_open() and self.ask("postgres", said) == "paused"
        except ValueError:
            # It is just ending, at the end of the WAL.
            return False

    def ask(self, database: str, sql: str) -> str:
        done = subprocess.run(
            [
                *(self.program("psql"), "--no-psqlrc", "--quiet", "--no-align", "--tuples-only"),
                *("--host", self.socket, "--username", "postgres", "--dbname", database, "--command", sql),
            ],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PGOPTIONS": "-c TimeZone=UTC -c statement_timeout=3600000"},
        )
        if done.returncode != 0:
            raise ValueError(done.stderr.strip())
        return done.stdout.rstrip("\n")

    def said(self) -> list[str]:
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Whether it ended in good order."""
        if self.process is None:
            return False
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
            return False
