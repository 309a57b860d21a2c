"""What a job costs the hand: clicks and keys, the time of somebody who knows the page, and how soon the page answers.

The time is told by the keystroke-level model (Card, Moran and Newell, 1980): a key 0.2 s, pointing and pressing 1.2 s,
and 1.35 s to think before each of the two. A browser that is driven has no hand to measure.
"""

import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

KEY, POINT, THINK = 0.2, 1.2, 1.35  # seconds
SPENT: list[str] = []  # a row per job, printed below the tests

# Resolves with the page's clock when the first of a selector has some text.
SEEN = """([selector, text]) => new Promise((done, failed) => {
  const started = performance.now();
  const look = () => {
    const found = document.querySelector(selector);
    if (found && (found.value ?? found.textContent).includes(text)) done(performance.timeOrigin + performance.now());
    else if (performance.now() - started > 10000) failed(new Error(`${selector} does not say ${text}`));
    else requestAnimationFrame(look);
  };
  look();
})"""


@dataclass
class Hand:
    """One job of one person: every press goes through it, and is counted."""

    page: Page
    job: str
    clicks: int = 0
    keys: int = 0
    thoughts: int = 0
    answered: list[float] = field(default_factory=list)
    moved_at: float = 0.0

    def click(self, target: Locator) -> None:
        target.wait_for()
        self.clicks, self.thoughts = self.clicks + 1, self.thoughts + 1
        self.moved_at = time.time()
        target.click()

    def type(self, text: str) -> None:
        """Into what has the focus."""
        self.keys, self.thoughts = self.keys + len(text), self.thoughts + 1
        self.page.keyboard.type(text)
        self.moved_at = time.time()

    def into(self, target: Locator) -> None:
        """A click into a field; a list of choices stays shut."""
        self.clicks, self.thoughts = self.clicks + 1, self.thoughts + 1
        target.focus()

    def fill(self, *texts: str) -> None:
        """Into the field that has the focus, and on to the next: Tab after each. An empty text leaves what is chosen."""
        for text in texts:
            here = self._field()
            if text:
                self.type(text)
            while self._field() == here:  # a date has parts, and its calendar
                self.press("Tab")

    def _field(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))

    def press(self, keys: str) -> None:
        """ "Enter", or "Control+Enter", which is two."""
        self.keys += len(keys.split("+"))
        self.moved_at = time.time()
        self.page.keyboard.press(keys)

    def sees(self, selector: str, text: str) -> None:
        """Waits for what the last press brings, on the page where it was pressed."""
        seen_at = self.page.evaluate(SEEN, [selector, text])
        self.answered.append(seen_at - self.moved_at * 1000)

    def reads(self, target: Locator) -> None:
        """The same where the press may bring another page."""
        target.wait_for()
        self.answered.append((time.time() - self.moved_at) * 1000)

    @property
    def seconds(self) -> float:
        return self.clicks * POINT + self.keys * KEY + self.thoughts * THINK

    def spent(self, *, clicks: int, keys: int | None, seconds: float | None, answer: float) -> None:
        """Ends the job within its limits: clicks, keys (None: as many as there is text), and seconds.

        The milliseconds until the page answers, at half of the presses, are printed beside theirs and fail nothing:
        the machine may have other work.
        """
        slow = sorted(self.answered)[len(self.answered) // 2] if self.answered else 0.0
        SPENT.append(
            f"{self.job}: {self.clicks} click{'' if self.clicks == 1 else 's'} (of {clicks}), {self.keys} keys ({'text' if keys is None else f'of {keys}'}), "
            f"{self.seconds:.1f} s{'' if seconds is None else f' (of {seconds:g})'}, "
            f"answer {slow:.0f} ms (of {answer:g}{', late' if slow > answer else ''})"
        )
        assert self.clicks <= clicks, SPENT[-1]
        assert keys is None or self.keys <= keys, SPENT[-1]
        assert seconds is None or self.seconds <= seconds, SPENT[-1]
