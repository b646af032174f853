"""A store that is opened to be examined: nothing is written to it, and an older one is examined as a copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, inspect, select

from ingest.database import open_reading, other_version
from ingest.disk import copy_database, copying
from ingest.doctor.reading import UNREADABLE
from ingest.errors import StoreError, StoreFull, VerispanError
from ingest.migrations import MIGRATIONS
from ingest.schema import DATABASE, SCHEMA_VERSION, meta
from ingest.store import Store


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Store, int]]:
    """The store in a folder, for reading, and the version that it is of; an older one's copy is brought up to date.

    Raises StoreError where there is none, one of a later version, or one that cannot be brought up.
    """
    with ExitStack() as held:
        engine = open_reading(folder / DATABASE)
        held.callback(engine.dispose)
        version = version_in(engine, folder / DATABASE)
        if version == SCHEMA_VERSION:
            yield Store(folder, engine), version
        else:
            yield held.enter_context(_brought_up(folder, version)), version


def version_in(engine: Engine, file: Path) -> int:
    """The version of the store in a database. Raises StoreError where that is none which this program reads."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("meta"):
            raise StoreError(f"{file} is no Verispan store")
        version = connection.scalar(select(meta.c.value).where(meta.c.key == "schema_version"))
    if version != SCHEMA_VERSION and version not in MIGRATIONS:
        raise other_version(file, version, SCHEMA_VERSION)
    return int(version)


@contextmanager
def _brought_up(folder: Path, version: int) -> Iterator[Store]:
    with TemporaryDirectory(prefix="verispan-doctor-") as name:
        with copying(folder / DATABASE, Path(name) / DATABASE):
            copy_database(folder / DATABASE, Path(name) / DATABASE)
        try:
            store = Store.open(Path(name))
        except StoreFull:
            raise
        except (VerispanError, *UNREADABLE) as error:
            told = f"{type(error).__name__} {error}".replace(name, str(folder))
            said = f"{folder} cannot be brought from version {version} to {SCHEMA_VERSION}: {told}"
            raise StoreError(said) from error
        with closing(store):
            yield store
