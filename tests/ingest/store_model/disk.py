"""The folder that is ingested: its files and its manifest, and what a store should hold once it has been."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from tests.ingest.store_model.texts import Content, Held, canonical, places, written

Entry = dict[str, str]
"""The fields of a `[[document]]` but its path."""


@dataclass(slots=True)
class Disk:
    """`files` by name, the manifest's `entries` by the same, and the names of files that a purge left to be `refused`."""

    root: Path
    files: dict[str, Content] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def put(self, name: str, content: Content) -> None:
        """Write a file."""
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(written(content), encoding="utf-8")
        self.files[name] = content

    def remove(self, name: str) -> None:
        """Remove a file, and what the manifest says of it."""
        (self.root / name).unlink()
        self.files.pop(name, None)
        self.refused.discard(name)
        self.describe(name, None)

    def leave_refused(self, name: str) -> None:
        """Leave a file that no ingest may take any more."""
        del self.files[name]
        self.describe(name, None)
        self.refused.add(name)

    def rename(self, old: str, new: str) -> None:
        """Rename a file; its entry goes with it."""
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)
        self.files[new] = self.files.pop(old)
        if old in self.entries:
            self.entries[new] = self.entries.pop(old)
        self._write_manifest()

    def describe(self, name: str, entry: Entry | None) -> None:
        """Give a file an entry of the manifest, or take it out."""
        self.entries.pop(name, None)
        if entry:
            self.entries[name] = entry
        ids = {one["id"] for one in self.entries.values()}
        for one in self.entries.values():
            if one.get("superseded_by", one["id"]) not in ids - {one["id"]}:
                one.pop("superseded_by", None)
        self._write_manifest()

    def held(self) -> dict[str, Held]:
        """What a store should hold of each file."""
        return {name: self._held(name, content) for name, content in self.files.items()}

    def _held(self, name: str, content: Content) -> Held:
        entry = self.entries.get(name, {})
        heading = next((part for part in content if isinstance(part, str)), "")
        metadata = {key: value for key, value in entry.items() if key not in ("id", "title", "collection")}
        return Held(
            written(content),
            canonical(content),
            places(content),
            entry.get("collection", "default"),
            entry.get("title", heading),
            tuple(sorted(metadata.items())),
        )

    def _write_manifest(self) -> None:
        file = self.root / "manifest.toml"
        tables = [entry | {"path": name} for name, entry in sorted(self.entries.items())]
        lines = (["[[document]]", *(f"{key} = {json.dumps(value)}" for key, value in one.items())] for one in tables)
        file.write_text("\n".join(line for table in lines for line in table), encoding="utf-8")
        if not tables:
            file.unlink()
