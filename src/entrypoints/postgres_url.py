"""The address of a PostgreSQL database, whose password is shown to nobody."""

from urllib.parse import SplitResult, parse_qsl, urlsplit

from attrs import field, frozen

SCHEMES = ("postgresql", "postgres")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey")
FORM = "postgresql://user:password@host:port/name"


@frozen
class PostgresUrl:
    """`str()` of it is for people to read; only `full` opens the database.

    Raises:
        ValueError: it is not of that form; states the rule, and never repeats what was written.
    """

    full: str = field(repr=False)

    def __attrs_post_init__(self) -> None:
        try:
            parts = urlsplit(self.full)
            complete = parts.hostname and parts.path.strip("/") and not parts.fragment and parts.port != 0
        except ValueError:
            complete = False
        if not complete:
            raise ValueError(f"must be like {FORM}, with %-codes for what is special in the password")
        options = parse_qsl(parts.query, keep_blank_values=True)
        if any(name not in OPTIONS for name, _ in options):
            raise ValueError(f"may have no other options than {', '.join(OPTIONS)} after its question mark")
        if dict(options).get("sslmode", "prefer") not in SSL_MODES:
            raise ValueError(f"must have one of {', '.join(SSL_MODES)} as its sslmode")

    def __str__(self) -> str:
        parts = urlsplit(self.full)
        return SplitResult("postgresql", parts.netloc.rpartition("@")[2], parts.path, parts.query, "").geturl()
