/* Menus made of <details>: close on Escape, on a click elsewhere, and when the focus moves out. */
(function () {
  const menus = () => document.querySelectorAll('details[data-menu][open]');
  document.addEventListener('click', (event) => {
    menus().forEach((menu) => { if (!menu.parentElement.contains(event.target)) menu.open = false; });
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    menus().forEach((menu) => {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });
  document.addEventListener('focusin', (event) => {
    menus().forEach((menu) => { if (!menu.parentElement.contains(event.target)) menu.open = false; });
  });
  const summary = document.querySelector('[data-focus]');
  if (summary) summary.focus();
  document.querySelectorAll('button[data-print]').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  });
})();
