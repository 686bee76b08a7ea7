/* The key / puts the cursor into the search box of the panel; the page works without it. */
import { onKey } from './shortcuts.js';

function listen() {
  onKey({
    '/': () => {
      const box = document.getElementById('search-all');
      if (!box) return false;
      box.focus();
      box.select();
      return true;
    },
  });
}

listen();
document.addEventListener('review-page:load', listen);
