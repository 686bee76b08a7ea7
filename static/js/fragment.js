/* A link to an input of this page, as in the error summary: open what hides it, and go to the input that is shown. */
(function () {
  const FOCUSABLE = 'input:not([type=hidden]), select, textarea, button, summary';
  const isShown = (element) => element.getClientRects().length > 0;
  function lead(id) {
    const target = document.getElementById(id);
    if (!target) return false;
    for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    /* A script may show another input in its place. */
    const place = target.closest('.field, [data-slot]') || target;
    const found = isShown(target) ? target : Array.from(place.querySelectorAll(FOCUSABLE)).find(isShown);
    if (!found || !found.matches(FOCUSABLE)) return false;
    found.focus();
    return true;
  }
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && lead(decodeURIComponent(link.getAttribute('href').slice(1)))) event.preventDefault();
  });
  if (window.location.hash) lead(decodeURIComponent(window.location.hash.slice(1)));
  /* 修改 of an unchanged value: the focus goes on to the input. */
  document.addEventListener('toggle', (event) => {
    const fold = event.target;
    if (!fold.open || !fold.matches('.edit')) return;
    const input = Array.from(fold.querySelectorAll('.field :is(input, select, textarea)')).find(isShown);
    if (input) input.focus();
  }, true);
})();
