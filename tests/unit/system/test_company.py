"""What a place remembers of other nodes lasts over a restart, and is nothing at first."""

from adapters.system.company import Company


def test_it_is_kept_until_something_else_is_heard(tmp_path):
    file = tmp_path / "bot.company"
    assert Company(file).known() is None
    Company(file).remember(True)
    assert Company(file).known() is True
    Company(file).remember(False)
    assert Company(file).known() is False


def test_what_is_not_understood_is_nothing(tmp_path):
    file = tmp_path / "bot.company"
    file.write_text("")
    assert Company(file).known() is None
