"""Version and licences: Chartside's own and those of every package it runs on."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions, version

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.labels import label


class AboutDialog(Dialog):
    """Lists installed packages with version and licence, read off the GUI thread."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        name = tr("About", "Chartside {version}", version=version("chartside"))
        super().__init__(name, parent, width=600)
        self.body.addWidget(
            label(
                tr("About", "A private assistant for clinics. Free software under the Apache License 2.0."), wrap=True
            )
        )
        self.body.addWidget(label(tr("About", "It is built on these packages:"), "muted"))
        self.list = QPlainTextEdit()
        self.list.setReadOnly(True)
        self.list.setAccessibleName(tr("About", "Packages and their licences"))
        self.list.setMinimumHeight(260)
        self.body.addWidget(self.list)
        self.add_button(push_button(tr("About", "Close"), self.accept, role="primary"), default=True)
        context.operations.start(
            lambda _job: package_lines(), owner=self, on_success=lambda lines: self.list.setPlainText("\n".join(lines))
        )


def package_lines() -> list[str]:
    """Name, version and licence of every installed package, by name."""
    return sorted({_line(package) for package in distributions() if package.metadata["Name"]}, key=str.casefold)


def _line(package: Distribution) -> str:
    fields = package.metadata
    classifiers = [each for each in fields.get_all("Classifier") or [] if each.startswith("License ::")]
    stated = "; ".join(each.rsplit(" :: ", 1)[-1] for each in classifiers)
    for name in ("License", "License-Expression"):
        # The newer field wins; the older one sometimes holds the whole licence text.
        stated = (fields.get_all(name) or [stated])[0].strip().split("\n", 1)[0] or stated
    return f"{fields['Name']} {package.version}   {stated[:80] or tr('About', 'see the package')}"
