/* Single-key shortcuts; decides in one place when a key is text input and when a shortcut. */

const maps = [];
let listening = false;

/* No shortcut in fields and dialogs, during IME composition, or when switched off. */
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

/* `map`: key (capital letters, signs as typed) to action; an action that returns false does not consume the key. */
export function onKey(map) {
  maps.push(map);
  if (!listening) document.addEventListener('keydown', hear);
  listening = true;
}

/* Another request replaces this page without a reload: its modules register their keys again. */
document.addEventListener('review-page:unload', () => { maps.length = 0; });
