/* Progressive enhancement of the panel; every page works without it. */
(function () {
  const opened = () => {
    const place = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const way = place && place.closest('details');
    if (!way) return;
    way.open = true;
    way.scrollIntoView({ block: 'nearest' });
    const first = way.querySelector('select, textarea, input:not([type=hidden])');
    if (place === way && first) first.focus();
  };
  window.addEventListener('hashchange', opened);
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === window.location.hash) setTimeout(opened);
  });
  opened();

  /* Revealing the full numbers keeps the values typed into the decision form. */
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const other = form.dataset.carry && document.getElementById(form.dataset.carry);
    if (!other) return;
    new FormData(other).forEach((value, name) => {
      if (name === 'csrf_token') return;
      const kept = document.createElement('input');
      kept.type = 'hidden';
      kept.name = name;
      kept.value = value;
      form.append(kept);
    });
  });
})();
