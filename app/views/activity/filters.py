"""What the Activity page shows: of whom, what, on what, and of which days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QWidget

from app.i18n import tr
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, show_if
from app.words.activity import kind_groups
from engine.types import AuditFilter, DocumentInfo, User

_BETWEEN = -1


class Filters(QWidget):
    """changed: another choice was made."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person = self._box(tr("Activity", "Of whom"), tr("Activity", "Everybody"), "")
        self.kind = self._box(tr("Activity", "What"), tr("Activity", "Everything"), None)
        for words, kinds in kind_groups():
            self.kind.addItem(words, kinds)
        self.subject = self._box(tr("Activity", "On what"), tr("Activity", "Any document"), "")
        self.days = self._box(tr("Activity", "When"), tr("Activity", "Any time"), 0)
        for words, days in (
            (tr("Activity", "Today"), 1),
            (tr("Activity", "Last 7 days"), 7),
            (tr("Activity", "Last 30 days"), 30),
            (tr("Activity", "Between …"), _BETWEEN),
        ):
            self.days.addItem(words, days)
        today = QDate.currentDate()
        self.since = self._day(tr("Activity", "From"), today.addDays(-30))
        self.until = self._day(tr("Activity", "To"), today)
        self._dash = label("–")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        for widget in (self.person, self.kind, self.subject, self.days, self.since, self._dash, self.until):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._show_days()

    def value(self) -> AuditFilter:
        """The filter that is chosen; days are those of where the reader is."""
        since, until = self._span()
        return AuditFilter(
            user_id=self.person.currentData(),
            kinds=self.kind.currentData(),
            subject=self.subject.currentData(),
            since=_begin(since) if since else "",
            until=_begin(until + timedelta(days=1)) if until else "",
        )

    def offer(self, people: list[User], documents: list[DocumentInfo]) -> None:
        """Who and what there is; the choices that are made stay."""
        entries = [(user.name, user.id) for user in people] + [(tr("Activity", "Recovery key"), "recovery")]
        _refill(self.person, entries)
        _refill(self.subject, [(each.title or each.name, f"document:{each.id}") for each in documents])

    def clear(self) -> None:
        """Show everything."""
        for box in (self.person, self.kind, self.subject, self.days):
            box.setCurrentIndex(0)
        self._show_days()

    def _span(self) -> tuple[date | None, date | None]:
        days = self.days.currentData()
        if days == _BETWEEN:
            return _date(self.since), _date(self.until)
        today = datetime.now().astimezone().date()
        return (today - timedelta(days=days - 1), None) if days else (None, None)

    def _box(self, name: str, everything: str, value: object) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.addItem(everything, value)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(14)
        box.activated.connect(lambda _at: self._choose())
        return box

    def _day(self, name: str, day: QDate) -> QDateEdit:
        edit = QDateEdit(day)
        edit.setAccessibleName(name)
        edit.dateChanged.connect(lambda _day: self.changed.emit())
        return edit

    def _choose(self) -> None:
        self._show_days()
        self.changed.emit()

    def _show_days(self) -> None:
        for widget in (self.since, self._dash, self.until):
            show_if(widget, self.days.currentData() == _BETWEEN)


def _refill(box: QComboBox, entries: list[tuple[str, str]]) -> None:
    chosen = box.currentData()
    while box.count() > 1:
        box.removeItem(1)
    for words, value in entries:
        box.addItem(words, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _begin(day: date) -> str:
    """The moment a day begins here, as it is written in the record."""
    return datetime.combine(day, time()).astimezone().astimezone(UTC).isoformat()


def _date(edit: QDateEdit) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())
