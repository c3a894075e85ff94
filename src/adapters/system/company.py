"""What this place remembers of other nodes, beside the database, so that a copied database does not."""

from pathlib import Path

from attrs import frozen


@frozen
class Company:
    """A file that says whether another node may trade; raises OSError where it cannot be kept."""

    file: Path

    def known(self) -> bool | None:
        """None before anything was heard."""
        said = self.file.read_text(encoding="ascii") if self.file.exists() else None
        return {"alone": False, "company": True}.get(said or "")

    def remember(self, company: bool) -> None:
        self.file.write_text("company" if company else "alone", encoding="ascii")
