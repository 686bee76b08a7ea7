/* Progressive enhancement of the holder's pages; every page works without it. */
(function () {
  /* A number shown in full is hidden again after half a minute. */
  document.querySelectorAll('[data-revealed]').forEach((place) => {
    setTimeout(() => { place.textContent = place.dataset.revealed; }, 30000);
  });
})();
