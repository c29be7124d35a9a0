"""What SQLite writes and syncs, written down in order, so that a power cut can be played at any moment of it.

Loaded into the process of the bot before it opens its database (``write_down``). It puts a layer of its own over SQLite's default file
system layer (its VFS, https://www.sqlite.org/vfs.html), through ``ctypes`` and the library that Python's own driver uses; nothing is
compiled. Every call still does what it did. A write is noted before it is done and a sync after it is done, so a note of a sync means that
what was noted before it is on the disk. Where Python's driver hides its library's names this does not work; ``AVAILABLE`` says so.

The parts of pages that the bot overwrites beside SQLite (``bot.storage.scrubbing``) are noted as well. ``power`` reads the notes.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

_HEAD = struct.Struct("<cBqi")
WRITE, TRUNCATE, SYNC, DELETE, NAME = b"w", b"t", b"s", b"d", b"n"
_OK = 0

_LIBRARY: Any = ctypes.CDLL(_sqlite3.__file__) if hasattr(_sqlite3, "__file__") else ctypes.CDLL(None)
AVAILABLE = all(hasattr(_LIBRARY, name) for name in ("sqlite3_vfs_find", "sqlite3_vfs_register"))

_WriteCall = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_TruncateCall = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_SyncCall = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_OpenCall = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)  # fmt: skip
_DeleteCall = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods``; what is not looked at is carried along as addresses."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("write", ctypes.c_void_p),
        ("truncate", ctypes.c_void_p),
        ("sync", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 13),
    )


class _File(ctypes.Structure):
    """``sqlite3_file``: the part that every file begins with."""

    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Layer(ctypes.Structure):
    """``sqlite3_vfs``; what is not looked at is carried along as addresses."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_name", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 14),
    )


class _Notes:
    """The file of notes, and the layer that writes it; lives as long as the process."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._numbers: dict[str, int] = {}
        self._opened: dict[int, int] = {}
        """By the address of an open file of SQLite's: the number of its name."""
        self._kept: list[object] = []
        """What SQLite holds addresses of."""
        self._ours: dict[int, Any] = {}
        _LIBRARY.sqlite3_vfs_find.restype = ctypes.POINTER(_Layer)
        self._below: Any = _LIBRARY.sqlite3_vfs_find(None)
        self._open_below = _OpenCall(self._below.contents.open)
        self._delete_below = _DeleteCall(self._below.contents.delete)

    def note(self, kind: bytes, number: int, place: int = 0, data: bytes = b"", length: int | None = None) -> None:
        """Append one note; a single write, so notes of several threads do not mix."""
        os.write(self._descriptor, _HEAD.pack(kind, number, place, len(data) if length is None else length) + data)

    def number(self, path: str) -> int:
        """The number that stands for a file's name in the notes."""
        name = Path(path).name
        if name not in self._numbers:
            self._numbers[name] = len(self._numbers)
            self.note(NAME, self._numbers[name], data=name.encode())
        return self._numbers[name]

    def register(self) -> None:
        """Make this the layer that every connection opened from now on uses."""
        layer = _Layer.from_buffer_copy(self._below.contents)
        layer.name = b"recording"
        calls = (_OpenCall(self._open), _DeleteCall(self._delete))
        layer.open, layer.delete = (ctypes.cast(call, ctypes.c_void_p).value for call in calls)
        self._kept += [layer, *calls]
        if _LIBRARY.sqlite3_vfs_register(ctypes.byref(layer), 1) != _OK:
            raise OSError("SQLite does not take the recording layer")

    def _open(self, _layer: int, name: int | None, file: int, flags: int, out: Any) -> int:
        # the name is handed on as the address it came as: SQLite goes on reading there, what stands behind it too
        code = self._open_below(ctypes.addressof(self._below.contents), name, file, flags, out)
        if code == _OK and name is not None:
            self._opened[file] = self.number(ctypes.string_at(name).decode())
            opened = _File.from_address(file)
            opened.methods = ctypes.pointer(self._methods(opened.methods))
        return int(code)

    def _delete(self, _layer: int, name: int, synced: int) -> int:
        self.note(DELETE, self.number(ctypes.string_at(name).decode()), synced)
        return int(self._delete_below(ctypes.addressof(self._below.contents), name, synced))

    def _methods(self, below: Any) -> _Methods:
        address = ctypes.addressof(below.contents)
        if address not in self._ours:
            self._ours[address] = self._made(below.contents)
        methods: _Methods = self._ours[address]
        return methods

    def _made(self, below: _Methods) -> _Methods:
        write_below, truncate_below, sync_below = _WriteCall(below.write), _TruncateCall(below.truncate), _SyncCall(below.sync)

        def write(file: int, data: int, length: int, place: int) -> int:
            self.note(WRITE, self._opened[file], place, ctypes.string_at(data, length))
            return int(write_below(file, data, length, place))

        def truncate(file: int, size: int) -> int:
            self.note(TRUNCATE, self._opened[file], size)
            return int(truncate_below(file, size))

        def sync(file: int, flags: int) -> int:
            code = int(sync_below(file, flags))
            if code == _OK:
                self.note(SYNC, self._opened[file])
            return code

        made = _Methods.from_buffer_copy(below)
        calls = (_WriteCall(write), _TruncateCall(truncate), _SyncCall(sync))
        made.write, made.truncate, made.sync = (ctypes.cast(call, ctypes.c_void_p).value for call in calls)
        self._kept += [made, *calls]
        return made


class _NotedFile:
    """The file that the bot itself writes to beside SQLite, with its writes noted."""

    def __init__(self, file: BinaryIO, notes: _Notes, number: int) -> None:
        self._file = file
        self._notes = notes
        self.number = number

    def write(self, data: bytes) -> int:
        self._notes.note(WRITE, self.number, self._file.tell(), data)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def write_down(path: Path) -> None:
    """Note from now on in ``path`` what this process writes to its databases."""
    notes = _Notes(path)
    notes.register()
    _note_scrubbing(notes)


def _note_scrubbing(notes: _Notes) -> None:
    from bot.storage.scrubbing import Scrubber

    opened, sync = Scrubber._opened, os.fsync
    numbers: dict[int, int] = {}

    def noted(scrubber: Scrubber) -> Any:
        file = opened(scrubber)
        number = notes.number(str(scrubber._path))
        numbers[file.fileno()] = number
        return _NotedFile(file, notes, number)

    def fsync(descriptor: int) -> None:
        sync(descriptor)
        if descriptor in numbers:
            notes.note(SYNC, numbers[descriptor])

    for owner, name, ours in ((Scrubber, "_opened", noted), (os, "fsync", fsync)):
        setattr(owner, name, ours)


def read_notes(path: Path) -> list[tuple[int, bytes, int, int, bytes]]:
    """Every note as (where in the file it ends, kind, number, place, data), in order; a half-written last one is left out."""
    content, place, notes = path.read_bytes(), 0, []
    while place + _HEAD.size <= len(content):
        kind, number, where, length = _HEAD.unpack_from(content, place)
        end = place + _HEAD.size + length
        if end > len(content):
            break
        notes.append((end, kind, number, where, content[place + _HEAD.size : end]))
        place = end
    return notes
