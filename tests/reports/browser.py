"""Opens a report in headless Chromium as a reader would; prints what is wrong and exits 1 when something is.
With --shots DIR it leaves pictures: light and dark, wide and narrow."""
import argparse
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def browser(profile):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in [*FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def faults(driver, url):
    """What a reader, or a hostile phone, would notice."""
    driver.set_window_size(1440, 900)
    driver.get(url)
    for entry in driver.get_log("browser"):
        if url in entry["message"]:
            yield f"the console says: {entry['message']}"
    if len(driver.find_elements(By.CSS_SELECTOR, "script")) != 1 or driver.find_elements(By.CSS_SELECTOR, "img"):
        yield "an element came from the wire"
    if not driver.find_elements(By.CSS_SELECTOR, "svg a.ev"):
        yield "there is no ladder"
    if not driver.find_elements(By.CSS_SELECTOR, ".tally button"):
        yield "the script did not run"
    arrow = driver.find_element(By.CSS_SELECTOR, "svg a.ev").get_attribute("id")
    driver.get(f"{url}#{arrow}-row")
    if not driver.find_element(By.ID, f"{arrow}-row").is_displayed():
        yield "a link does not unfold what it points into"
    yield from faults_of_packed(driver)
    yield from faults_of_scale(driver)
    for width in (1440, 800, 400):
        driver.set_window_size(width, 900)
        overflow = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
        if overflow > 0:
            yield f"the page is {overflow} pixels too wide in a window of {width}"
    passing = driver.find_elements(By.CSS_SELECTOR, ".tally [data-filter=pass]")
    if passing:
        driver.execute_script("arguments[0].click()", passing[0])
        if driver.find_elements(By.CSS_SELECTOR, ".scenario[data-words~=fail]:not([hidden])"):
            yield "the filter lets another verdict through"


def faults_of_packed(driver):
    """A section that was packed shows its ladder once it is opened, and once a link leads into it."""
    if not driver.find_elements(By.CSS_SELECTOR, "[data-packed]"):
        return
    drawn = """
        const done = arguments[arguments.length - 1], section = document.querySelector("[data-packed]");
        section.open = true;
        const wait = () => section.querySelector("svg a.ev") ? done(section.querySelectorAll("svg").length) : setTimeout(wait, 10);
        wait();"""
    driver.set_script_timeout(10)
    if driver.execute_async_script(drawn) != 2:
        yield "a packed section does not show its ladders"
    section = driver.find_element(By.CSS_SELECTOR, "[data-packed]").get_attribute("id")
    led = """
        const done = arguments[arguments.length - 1], id = arguments[0];
        location.hash = id + "-d-2";
        const wait = () => document.getElementById(id + "-d-2") && document.getElementById(id).open ? done(true) : setTimeout(wait, 10);
        wait();"""
    if not driver.execute_async_script(led, section):
        yield "a link into a packed section does not open it"


def faults_of_scale(driver):
    """To scale, rows stand as far apart as they are in time."""
    measured = """
        const figure = document.querySelector(".scenario[open] figure:has(svg)");
        const tool = figure.closest(".ladders").previousElementSibling.querySelector("button");
        const rows = [...figure.querySelectorAll(".ev")], at = (row) => row.getBoundingClientRect().top + scrollY;
        const before = rows.map(at);
        tool.click();
        const [first, middle, last] = [rows[0], rows[rows.length >> 1], rows[rows.length - 1]];
        const time = (middle.dataset.t - first.dataset.t) / (last.dataset.t - first.dataset.t);
        const place = (at(middle) - at(first)) / (at(last) - at(first));
        tool.click();
        return [Math.abs(time - place), rows.some((row, i) => Math.abs(at(row) - before[i]) > 1)];"""
    away, moved = driver.execute_script(measured)
    if away > 0.03:
        yield f"a ladder to scale is {away:.2f} of its height away from it"
    if moved:
        yield "a ladder does not find back from scale"


def shoot(driver, url, folder):
    for scheme in ("light", "dark"):
        driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        for width in (1500, 480):
            driver.set_window_size(width, 900)
            driver.get(url)
            height = driver.execute_script("return document.documentElement.scrollHeight")
            driver.set_window_size(width, height + 200)
            driver.save_screenshot(str(Path(folder) / f"{scheme}-{width}.png"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--shots", type=Path)
    arguments = parser.parse_args()
    url = arguments.report.resolve().as_uri()
    with tempfile.TemporaryDirectory(prefix="twinline-browser-", ignore_cleanup_errors=True) as profile:
        driver = browser(profile)
        try:
            found = list(faults(driver, url))
            if arguments.shots:
                shoot(driver, url, arguments.shots)
        finally:
            driver.quit()
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
