/* Single keys for people who decide two hundred times a day: one place that says when a key is a letter and when an act. */

const maps = [];
let listening = false;

/* In a field, in a dialog, in the middle of composing a character, or switched off: the key is nobody's act. */
function isInert(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.body.dataset.keys === 'off') return true;
  if (document.querySelector('dialog[open], [role="dialog"]:not([hidden])')) return true;
  const at = event.target instanceof Element ? event.target : document.body;
  if (at.closest('textarea, select, [contenteditable]:not([contenteditable="false"])')) return true;
  const field = at.closest('input');
  return Boolean(field) && !['button', 'submit', 'reset', 'checkbox', 'image'].includes(field.type);
}

function hear(event) {
  if (isInert(event)) return;
  const name = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  for (const map of maps) {
    // biome-ignore lint/suspicious/noPrototypeBuiltins: browsers without Object.hasOwn are supported
    const act = Object.prototype.hasOwnProperty.call(map, name) ? map[name] : undefined;
    if (!act) continue;
    if (act(event) !== false) event.preventDefault();
    return;
  }
}

/* `map` says which key (letters in capitals, signs as typed) does what; an act that returns false leaves the key alone. */
export function onKey(map) {
  maps.push(map);
  if (!listening) document.addEventListener('keydown', hear);
  listening = true;
}

/* Another request takes the page's place without a new page: its own modules lay in their keys again. */
document.addEventListener('review-page:unload', () => { maps.length = 0; });
