"""The dashboard in a real browser, served by the installed program as a process."""

import re
import signal
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from domain.identity.permission import GRANTS, Permission, Role
from support.process import Service, command

CHROMIUM = Path("/usr/bin/chromium")
MARKET = {"EXCHANGE": "simulated", "SIMULATED_SPEED": "600x"}
PHONE = {"width": 360, "height": 740}
SECONDS = 1000
AMOUNTS = [
    ("0", "MONEY", "0.00"),
    ("5", "MONEY", "5.00"),
    ("-12.5", "GAIN", "−12.50"),
    ("12.5", "GAIN", "+12.50"),
    ("0", "GAIN", "0.00"),
    ("0.00418312", "MONEY", "0.00418312"),
    ("0.1234567", "MONEY", "0.1234567"),
    ("1234567.891", "PRICE", "1,234,567.891"),
    ("18231", "QUANTITY", "18,231"),
    ("123456789012345678.123456789012345678", "MONEY", "123,456,789,012,345,678.123456789012345678"),
    ("-999999999999999999.000000000000000001", "GAIN", "−999,999,999,999,999,999.000000000000000001"),
]
"""An amount of the API, the kind of amount, and what people read."""

OpenPage = Callable[..., Page]

expect.set_options(timeout=20 * SECONDS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Tests leave it running, and not halted."""
    with Service(tmp_path_factory.mktemp("bot"), **MARKET) as service:
        service.wait_until_healthy()
        yield service


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages, and afterwards asserts that none of them erred or asked anybody but the service."""
    mistakes: list[str] = []
    contexts = []

    def opened(bot: Service, **options: object) -> Page:
        context = browser.new_context(base_url=bot.url, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: mistakes.extend(_mistake(message)))
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.on("request", lambda request: mistakes.extend([] if request.url.startswith(bot.url) else [request.url]))
        page.clock.install()
        page.goto("/")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert mistakes == []


def _mistake(message: ConsoleMessage) -> list[str]:
    """Chromium itself reports refused and broken requests; those are what some tests are about."""
    harmless = message.type not in ("error", "warning") or "Failed to load resource" in message.text
    return [] if harmless else [message.text]


def sign_in(page: Page, token: str) -> None:
    page.get_by_label("Access token").fill(token)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def dashboard(open_page: OpenPage, bot: Service) -> Page:
    """The page as an administrator sees it."""
    page = open_page(bot)
    sign_in(page, bot.token())
    expect(page.locator("#board")).to_be_visible()
    return page


def test_a_wrong_token_is_asked_for_again_with_the_reason(open_page: OpenPage, bot: Service) -> None:
    page = open_page(bot)
    expect(page.locator("#verdict")).to_contain_text("All is well")
    expect(page.get_by_text("cryptobot token issue --role admin")).to_be_visible()
    sign_in(page, "not-a-token")
    expect(page.get_by_role("alert")).to_contain_text("wrong or has expired")
    expect(page.locator("#board")).to_be_hidden()
    sign_in(page, "")
    expect(page.get_by_role("alert")).to_have_text("Paste a token first.")
    sign_in(page, bot.token())
    expect(page.locator("#board")).to_be_visible()
    expect(page.locator("#sign-in")).to_be_hidden()


def test_the_token_is_kept_nowhere_and_a_reload_asks_again(open_page: OpenPage, bot: Service) -> None:
    page, token, asked = open_page(bot), bot.token(), []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, token)
    expect(page.locator("#board")).to_be_visible()
    kept = page.evaluate(
        "async () => JSON.stringify([localStorage, sessionStorage, document.cookie, location.href, history.state, name,"
        " await indexedDB.databases(), await caches.keys(), document.documentElement.outerHTML])"
    )
    assert token not in kept
    assert page.context.cookies() == []
    page.reload()
    expect(page.get_by_label("Access token")).to_be_focused()
    expect(page.get_by_label("Access token")).to_have_value("")
    expect(page.locator("#board")).to_be_hidden()
    assert asked
    assert not [url for url in asked if token in url]


def test_it_shows_what_the_api_says(dashboard: Page, bot: Service) -> None:
    version = bot.get("/version")["version"]
    expect(dashboard.locator("#facts")).to_contain_text(f"Version {version}")
    expect(dashboard.locator("#mode")).to_have_text(re.compile("paper trading.*simulated market.*No real money moves."))
    expect(dashboard.locator("#verdict")).to_have_text("All is well: trading on paper.")
    for component in bot.get("/health")["checks"]:
        row = dashboard.locator(f'#components [data-key="{component}"]')
        expect(row).to_contain_text("works")
        expect(row.locator("svg.pass")).to_be_visible()


def test_its_trades_are_those_of_the_api(dashboard: Page, bot: Service) -> None:
    expect(dashboard.locator("#trades tbody tr").first).to_be_visible()
    rows = dashboard.evaluate(
        "() => [...document.querySelectorAll('#trades tbody tr')].map((row) => ({ id: row.dataset.key,"
        " side: row.cells[2].innerText.toLowerCase(), symbol: row.cells[1].innerText,"
        " amounts: [...row.querySelectorAll('data')].map((shown) => shown.value) }))"
    )
    told = {trade["id"]: trade for trade in bot.get("/api/v1/trades?limit=1000")["items"]}
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    for row in rows:
        trade = told[row["id"]]
        assert row["symbol"] == trade["symbol"]
        assert row["side"] == trade["side"]
        assert row["amounts"] == [trade["quantity"], trade["price"], trade["fee"]]


def test_the_money_adds_up_to_the_last_digit(dashboard: Page) -> None:
    expect(dashboard.locator("#trades tbody tr").first).to_be_visible()
    money = dashboard.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('#money > *')].map("
        "(tile) => [tile.dataset.key, tile.querySelector('data').value]))"
    )
    worth = {name: Decimal(amount) for name, amount in money.items()}
    assert worth["fees"] > 0
    assert worth["equity"] == 10_000 + worth["realised_pnl"] + worth["unrealised_pnl"] - worth["fees"]


def test_no_amount_loses_a_digit(dashboard: Page) -> None:
    shown = dashboard.evaluate(
        "async (amounts) => { const how = await import('/assets/amounts.js');"
        " return amounts.map(([amount, kind]) => { const element = how.amountElement();"
        " how.showAmount(element, amount, how[kind]);"
        " return [element.value, element.textContent, how.written(amount, how[kind])]; }); }",
        [[amount, kind] for amount, kind, _ in AMOUNTS],
    )
    assert shown == [[amount, read, read] for amount, _, read in AMOUNTS]


def test_it_follows_the_service(dashboard: Page) -> None:
    expect(dashboard.locator("#freshness-state")).to_have_text("Live")
    as_of, curve = dashboard.locator("#as-of"), dashboard.locator("#equity-chart")
    expect(curve.locator("canvas")).to_be_visible()
    expect(as_of).not_to_have_attribute("datetime", as_of.get_attribute("datetime") or "")
    expect(curve).not_to_have_attribute("aria-label", curve.get_attribute("aria-label") or "")


def test_silence_becomes_visible_and_ends_with_news(dashboard: Page, bot: Service) -> None:
    bot.process.send_signal(signal.SIGSTOP)
    try:
        dashboard.clock.fast_forward(15 * SECONDS)
        expect(dashboard.locator("#freshness-state")).to_contain_text("Stale, silent for")
        expect(dashboard.locator("#verdict")).to_contain_text("No news from the service since")
        expect(dashboard.locator("body")).to_contain_class("stale")
        expect(dashboard.locator("#mode")).to_be_visible()
    finally:
        bot.process.send_signal(signal.SIGCONT)
    expect(dashboard.locator("#freshness-state")).to_have_text("Live")
    expect(dashboard.locator("#verdict")).to_have_text("All is well: trading on paper.")


def test_it_reconnects_by_itself_and_asks_when_the_token_counts_no_more(open_page: OpenPage, tmp_path: Path) -> None:
    with Service(tmp_path, **MARKET) as bot:
        bot.wait_until_healthy()
        page = open_page(bot)
        sign_in(page, bot.token())
        expect(page.locator("#board")).to_be_visible()
        bot.terminate()
        expect(page.locator("#freshness-state")).to_have_text("Reconnecting")
        bot.start()
        bot.wait_until_healthy()
        page.clock.fast_forward(16 * SECONDS)
        expect(page.locator("#freshness-state")).to_have_text("Live")
        bot.terminate()
        for key in tmp_path.glob("*.key"):
            key.unlink()
        bot.start()
        bot.wait_until_healthy()
        page.clock.fast_forward(16 * SECONDS)
        expect(page.get_by_role("alert")).to_have_text("The token has expired. Make a new one.")
        expect(page.locator("#board")).to_be_hidden()


def test_trading_is_halted_and_resumed_with_the_keyboard_alone(open_page: OpenPage, bot: Service) -> None:
    page = open_page(bot)
    expect(page.get_by_label("Access token")).to_be_focused()
    page.keyboard.insert_text(bot.token())
    page.keyboard.press("Enter")
    expect(page.locator("#board")).to_be_visible()
    walk_to(page, "halt-button")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reason, for the record")).to_be_focused()
    page.keyboard.insert_text("<img src=x onerror=alert(1)> & calm")
    page.keyboard.press("Enter")
    expect(page.locator("#halted-reason")).to_have_text("<img src=x onerror=alert(1)> & calm")
    expect(page.locator("#verdict")).to_have_text("All is well: trading is halted.")
    assert bot.get("/api/v1/risk/limits")["halt"]["halted"] is True
    expect(page.locator("#resume-button")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#halted")).to_be_hidden()
    expect(page.locator("#verdict")).to_have_text("All is well: trading on paper.")
    assert bot.get("/api/v1/risk/limits")["halt"]["halted"] is False


def walk_to(page: Page, wanted: str) -> None:
    """Presses Tab until the element has the focus; wherever it is on the way can be seen."""
    for _ in range(20):
        page.keyboard.press("Tab")
        at, outline = page.evaluate(
            "() => [document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if page.evaluate("document.activeElement !== document.body"):
            assert outline == "solid"
        if at == wanted:
            return
    pytest.fail(f"{wanted} cannot be reached with Tab")


def test_the_curve_is_read_with_the_keyboard(dashboard: Page) -> None:
    dashboard.locator("#equity-chart").focus()
    dashboard.keyboard.press("Home")
    first = dashboard.locator("#equity-time").inner_text()
    dashboard.keyboard.press("ArrowRight")
    expect(dashboard.locator("#equity-time")).not_to_have_text(first)


@pytest.mark.parametrize("role", Role)
def test_the_kill_switch_is_offered_to_roles_that_may_use_it(open_page: OpenPage, bot: Service, role: Role) -> None:
    page = open_page(bot)
    sign_in(page, command("token", "issue", "--role", role, folder=bot.folder, **MARKET).stdout.strip())
    expect(page.locator("#board")).to_be_visible()
    allowed = Permission.HALT_TRADING in GRANTS[role]
    expect(page.get_by_role("button", name="Halt trading")).to_have_count(1 if allowed else 0)


def test_a_refusal_to_halt_is_told(dashboard: Page) -> None:
    dashboard.get_by_role("button", name="Halt trading").click()
    dashboard.get_by_label("Reason, for the record").fill(" ")
    dashboard.get_by_role("dialog").get_by_role("button", name="Halt trading").click()
    expect(dashboard.get_by_role("dialog").get_by_role("alert")).to_contain_text("1 to 500 characters")
    dashboard.keyboard.press("Escape")
    expect(dashboard.get_by_role("dialog")).to_have_count(0)
    expect(dashboard.locator("#halted")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_and_always_the_mode(open_page: OpenPage, bot: Service, scheme: str) -> None:
    page = open_page(bot, viewport=PHONE, color_scheme=scheme, has_touch=True)
    sign_in(page, bot.token())
    expect(page.locator("#trades tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.locator("#trades tbody tr").last.scroll_into_view_if_needed()
    expect(page.locator("#mode")).to_be_in_viewport(ratio=1)
    assert (
        page.evaluate("getComputedStyle(document.body).backgroundColor")
        == {
            "light": "rgb(244, 245, 247)",
            "dark": "rgb(13, 16, 21)",
        }[scheme]
    )


def test_nothing_moves_for_those_who_asked_for_rest(open_page: OpenPage, bot: Service) -> None:
    page = open_page(bot, reduced_motion="reduce")
    sign_in(page, bot.token())
    expect(page.locator("#board")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_files_are_typed_cached_and_nothing_else_is_served(bot: Service) -> None:
    page = httpx.get(bot.url + "/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"\bstyle=|\bon\w+=|<script>", page.text)
    names = re.findall(r"/assets/([\w.-]+)", page.text)
    assert len(names) > 5
    for name in names:
        asset = httpx.get(f"{bot.url}/assets/{name}")
        assert asset.status_code == 200
        assert asset.headers["content-type"].split(";")[0] in {
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "font/woff2",
        }
        lasting = "immutable" in asset.headers["cache-control"]
        assert lasting == bool(re.search(r"\d+\.\d+\.\d+", name))
        again = httpx.get(f"{bot.url}/assets/{name}", headers={"If-None-Match": asset.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    for name in (
        "index.html",
        "missing.js",
        "..%2f__init__.py",
        "%2e%2e%2f%2e%2e%2fapp.py",
        "vendor",
        "vendor%2finter",
    ):
        assert httpx.get(f"{bot.url}/assets/{name}").status_code == 404
