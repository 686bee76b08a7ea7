"""A person who uses only the keyboard."""

from pathlib import Path

from tests.browser.support.person import Person

MOST = 120
NAME = """() => {
  const at = document.activeElement;
  if (at === document.body) return '';
  const words = [at.getAttribute('aria-label') || '', at.innerText || '', at.value || ''];
  for (const label of at.labels || []) words.unshift(label.textContent);
  return words.map((text) => text.replace(/[\\s*]/g, '')).filter(Boolean)[0] || '';
}"""
SEEN = """() => {
  const at = document.activeElement;
  for (let one = at, up = 0; one && up < 3; one = one.parentElement, up += 1) {
    const style = getComputedStyle(one);
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (ring || style.boxShadow !== 'none') return true;
  }
  return false;
}"""
COVERED = """() => {
  const at = document.activeElement.closest('label, .drop') || document.activeElement;
  const box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return !top || !(at.contains(top) || top.contains(at));
}"""


class Keys:
    """Presses Tab until the wanted element has the focus."""

    def __init__(self, person: Person) -> None:
        self.person, self.keyboard = person, person.page.keyboard
        # a listener from the start, else the browser may open a real file chooser before it is told not to
        person.page.on("filechooser", lambda chooser: None)

    def press(self, words: str) -> None:
        """Go to a button or link and press Enter; wait for the page that follows."""
        self.reach(words, whole=True)
        with self.person.page.expect_navigation():
            self.keyboard.press("Enter")

    def tick(self, words: str) -> None:
        """Tick a box."""
        self.reach(words)
        self.keyboard.press("Space")

    def type_into(self, label: str, text: str) -> None:
        """Type into a field."""
        self.reach(label, whole=True)
        self.keyboard.type(text)

    def choose_file(self, words: str, paper: Path) -> None:
        """Open the file chooser from the keyboard, and choose a file."""
        self.reach(words, whole=True)
        with self.person.page.expect_file_chooser() as chooser:
            self.keyboard.press("Enter")
        chooser.value.set_files(paper)

    def reach(self, words: str, whole: bool = False) -> None:
        """Press Tab until an element with this name has the focus, visibly."""
        met = []
        for _ in range(MOST):
            self.keyboard.press("Tab")
            name = str(self.person.page.evaluate(NAME))
            met.append(name)
            if name == words or (not whole and words in name):
                assert self.person.page.evaluate(SEEN), f"nobody sees that {name} has the focus"
                assert not self.person.page.evaluate(COVERED), f"something lies over {name}"
                return
        raise AssertionError(f"no {words} among {met}")
