/* The panel's small comforts. Every page works without them. */
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

  /* Papers: the tab of the one in view is lit; a picture can be made large and turned. */
  const scroll = document.querySelector('.cockpit__scroll');
  const tabs = Array.from(document.querySelectorAll('.tabs a[data-paper]'));
  const light = (id) => tabs.forEach((tab) => {
    if (tab.hash === '#' + id) tab.setAttribute('aria-current', 'true'); else tab.removeAttribute('aria-current');
  });
  if (scroll && tabs.length && window.IntersectionObserver) {
    const seen = new Map();
    const watch = new IntersectionObserver((entries) => {
      entries.forEach((entry) => seen.set(entry.target.id, entry.intersectionRatio * entry.boundingClientRect.height));
      const most = Array.from(seen).sort((a, b) => b[1] - a[1])[0];
      if (most) light(most[0]);
    }, { root: scroll, threshold: [0, 0.25, 0.5, 0.75, 1] });
    scroll.querySelectorAll('.paper').forEach((paper) => watch.observe(paper));
  }
  document.querySelectorAll('a[data-paper]').forEach((link) => link.addEventListener('click', (event) => {
    const paper = document.getElementById(link.hash.slice(1));
    if (!paper || !scroll) return;
    event.preventDefault();
    if (getComputedStyle(scroll).overflowY === 'auto') scroll.scrollTop = paper.offsetTop - 8;
    else paper.scrollIntoView();
    light(paper.id);
  }));
  document.querySelectorAll('.paper').forEach((paper) => {
    const sheet = paper.querySelector('.paper__sheet');
    const zoom = paper.querySelector('[data-zoom]');
    const turn = paper.querySelector('[data-turn]');
    if (!sheet || !zoom || !turn) return;
    let quarter = 0;
    zoom.hidden = turn.hidden = false;
    zoom.addEventListener('click', () => {
      zoom.textContent = sheet.classList.toggle('is-large') ? '适合窗口' : '放大';
    });
    turn.addEventListener('click', () => {
      sheet.classList.remove('turn-' + quarter);
      quarter = (quarter + 1) % 4;
      sheet.classList.add('turn-' + quarter);
    });
  });

  /* Showing the full numbers keeps what was typed for the decision. */
  document.querySelectorAll('form[data-carry]').forEach((form) => form.addEventListener('submit', () => {
    const other = document.getElementById(form.dataset.carry);
    if (!other) return;
    new FormData(other).forEach((value, name) => {
      if (name === 'csrf_token') return;
      const kept = document.createElement('input');
      kept.type = 'hidden';
      kept.name = name;
      kept.value = value;
      form.append(kept);
    });
  }));
})();
