"""The process's environment, with a `.env` file beneath it in development."""

import os
from pathlib import Path

from entrypoints.settings import ConfigurationError, Settings, read_settings

ENV_FILE = Path(".env")


def load_settings() -> Settings:
    """Read the settings; a variable that is set wins over the file.

    Raises:
        ConfigurationError: with all that is wrong.
    """
    environment = dict(os.environ)
    if environment.get("ENVIRONMENT", "development") != "production" and ENV_FILE.is_file():
        from dotenv import dotenv_values

        try:
            written = {name: value or "" for name, value in dotenv_values(ENV_FILE).items()}
        except UnicodeDecodeError:
            raise ConfigurationError([f"{ENV_FILE}: must be UTF-8 text"]) from None
        environment = written | environment
    return read_settings(environment)
