/* Copies the number beside the button. */
(function () {
  if (!navigator.clipboard) return;
  document.querySelectorAll('button[data-copy]').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(button.dataset.copy).then(() => {
        button.textContent = '已复制';
        setTimeout(() => { button.textContent = '复制'; }, 2000);
      });
    });
  });
})();
