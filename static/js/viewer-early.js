/* Runs before layout: a wide screen shows one page at a time, so the others need not be fetched. */
if ('noModule' in HTMLScriptElement.prototype && window.matchMedia('(min-width: 1024px)').matches) {
  document.documentElement.classList.add('has-viewer');
}
