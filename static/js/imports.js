/* A running import: reload the page every two seconds until it is finished. */
(function () {
  const most = 600;
  let asked = 0;
  function poll() {
    const shown = document.querySelector('[data-import-going]');
    if (!shown || ++asked > most) return;
    fetch(window.location.href, { credentials: 'same-origin', cache: 'no-store' })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject()))
      .then((text) => {
        const now = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-import-going]');
        if (!now) { window.location.reload(); return; }
        if (now.innerHTML !== shown.innerHTML) shown.replaceWith(now);
        setTimeout(poll, 2000);
      })
      .catch(() => setTimeout(poll, 6000));
  }
  setTimeout(poll, 1000);
})();
