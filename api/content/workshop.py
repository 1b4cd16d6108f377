"""Makes folders of content with their index under `var/content/`, and loads them.

    var/content/<hash>/content/    what is shipped, with the changes
    var/content/<hash>/index/      the builds of its index

The hash is that of everything that goes in, so that a folder that is lost is made again, and one
that is there is used as it is.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from api.content import check
from api.content.check import Fault
from knowledge.base import KnowledgeBase
from knowledge.editing import folder
from knowledge.editing.folder import Change
from knowledge.law.statutes import Statutes
from knowledge.reviewed import CONTENT
from knowledge.search import index
from knowledge.search.encoder import embedding
from knowledge.search.vectors.choice import store_of

KEPT = 5  # folders, besides those that are asked for


class Unusable(Exception):
    """A folder whose index cannot be opened; its text says in Chinese why."""


@dataclass(frozen=True)
class Place:
    """A folder of content and that of its index; what is shipped has no hash."""

    hash: str
    content: Path
    index: Path


class Workshop:
    """Makes and loads content for one `var`. Its methods take seconds: call them in a thread."""

    def __init__(self, var: Path, embedder: str, vector_store: str, base: Path = CONTENT) -> None:
        self.var, self.base = var, base
        self._embedder, self._vector_store = embedder, vector_store
        self._room = var / "content"
        self._loaded: tuple[str, KnowledgeBase] | None = None

    def place(self, changes: Sequence[Change]) -> Place:
        """Where what is shipped with these changes stands, or would stand."""
        if not changes:
            return Place("", self.base, self.var / "index")
        hash_ = self._hash(changes)
        return Place(hash_, self._room / hash_ / "content", self._room / hash_ / "index")

    def faults(self, others: Sequence[Change], change: Change) -> list[Fault]:
        """What keeps a change from being loaded over what is shipped with other changes."""
        return check.faults(self.var, self.base, others, change)

    def make(self, changes: Sequence[Change]) -> Place:
        """Make it, unless it is there.

        Raises EntryError, ContentError, OSError, StoreTrouble, EmbedderMissing; then there is none.
        """
        place = self.place(changes)
        if not place.content.is_dir():
            place.content.parent.mkdir(parents=True, exist_ok=True)
            try:
                folder.make(place.content, changes, self.base)
            except OSError:
                if not place.content.is_dir():  # else another copy of the service was first
                    raise
        if place.hash and not (place.index / "current").exists():
            self.build_index(place)
        return place

    def build_index(self, place: Place) -> None:
        """Build the index of a place by delta, beside the one in use; raises as `make` does."""
        index.build_of(
            place.index,
            place.content,
            Statutes.load(place.content, self.var / "laws"),
            embedding.load(self._embedder, self.var / "models"),
            store=store_of(self._vector_store),
            beside=self.var / "index",
        )

    def load(self, place: Place) -> KnowledgeBase:
        """What stands there; the newest one is kept, so that what was just proved is in use at
        once. An index that cannot be opened is built anew, once.

        Raises ContentError, Unusable, and what `make` raises.
        """
        if self._loaded and self._loaded[0] == place.hash and place.hash:
            return self._loaded[1]
        knowledge = self._read(place)
        if place.hash and knowledge.trouble():
            shutil.rmtree(place.index, ignore_errors=True)
            self.build_index(place)
            knowledge = self._read(place)
        if place.hash and (trouble := knowledge.trouble()):
            raise Unusable(trouble)
        self._loaded = place.hash, knowledge
        return knowledge

    def prune(self, kept: set[str]) -> None:
        """Drop the oldest folders, all but these and a few."""
        if not self._room.is_dir():
            return
        others = [one for one in self._room.iterdir() if one.is_dir() and one.name not in kept]
        others.sort(key=lambda one: one.stat().st_mtime, reverse=True)
        for old in others[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)

    def _read(self, place: Place) -> KnowledgeBase:
        return KnowledgeBase.load(
            self.var, self._embedder, place.content, self._vector_store, place.index
        )

    def _hash(self, changes: Sequence[Change]) -> str:
        told = [[one.kind, one.file, one.key, one.body] for one in changes]
        text = f"{self._shipped}{json.dumps(told, ensure_ascii=False)}"
        return sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def _shipped(self) -> str:
        """What else goes in: the content that is shipped, the laws imported here, the encoder."""
        digest = sha256(self._embedder.encode())
        for root in (self.base, self.var / "laws"):
            for path in sorted(one for one in root.rglob("*") if one.is_file()):
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()


async def _workshop_of(request: Request) -> Workshop:
    workshop: Workshop = request.app.state.workshop
    return workshop


AppWorkshop = Annotated[Workshop, Depends(_workshop_of)]
