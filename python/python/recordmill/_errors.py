"""What stops a run. Bad data never does: it is in the table of findings."""

from __future__ import annotations

from typing import Any


class RecordmillError(Exception):
    """recordmill cannot do its job. ``path`` is what it is about, ``remedy`` what can be done."""

    path: str | None
    remedy: str | None

    def __init__(self, message: str, *, path: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.remedy = remedy

    def __str__(self) -> str:
        return self.message if self.remedy is None else f"{self.message} (help: {self.remedy})"

    def _named(self) -> dict[str, Any]:
        return {"path": self.path, "remedy": self.remedy}

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.message, self._named())


def _restored(cls: type[RecordmillError], message: str, named: dict[str, Any]) -> RecordmillError:
    return cls(message, **named)


class InputError(RecordmillError, OSError):
    """An input is missing, cannot be read, or is not what it was."""


class OutputError(RecordmillError, OSError):
    """The output cannot be written."""


class SchemaError(RecordmillError):
    """A schema is missing or faulty. ``faults`` has all that is wrong with it, each with its line."""

    faults: list[str]

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        remedy: str | None = None,
        faults: list[str] | None = None,
    ) -> None:
        super().__init__(message, path=path, remedy=remedy)
        self.faults = faults or []

    def _named(self) -> dict[str, Any]:
        return {**super()._named(), "faults": self.faults}


class OptionError(RecordmillError, ValueError):
    """An argument makes no sense."""


class StoppedError(RecordmillError):
    """The work was ended early. Nothing is at fault."""


class InternalError(RecordmillError):
    """recordmill itself is at fault."""


class CheckFailed(RecordmillError):
    """The data is not as the schema says; ``report`` tells what was found."""

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        remedy: str | None = None,
        report: Any = None,
    ) -> None:
        super().__init__(message, path=path, remedy=remedy)
        self.report = report

    def _named(self) -> dict[str, Any]:
        return {**super()._named(), "report": self.report}
