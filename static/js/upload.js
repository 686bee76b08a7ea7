/* Drop area for files: large pictures are made smaller, empty and oversized files rejected at once; the server checks
   again. */
(function () {
  /* A3 at 300 dpi. */
  const LONGEST = 5000;
  const megabytes = (bytes) =>
    bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + ' KB' : (bytes / 1048576).toFixed(1) + ' MB';
  const make = (tag, name, words) => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = words || '';
    return element;
  };
  function judge(input) {
    const limit = Number(input.dataset.limit);
    return Array.from(input.files).map((file) => {
      if (file.size === 0) return '“' + file.name + '”是空文件，请重新选择';
      if (file.size > limit) return '“' + file.name + '”有 ' + megabytes(file.size) + '，超过 ' + megabytes(limit) + '，请压缩或重新拍照';
      return '';
    }).filter(Boolean);
  }
  /* Put smaller pictures into the input; a later choice wins over one still being made smaller. */
  async function lighten(input) {
    const chosen = Array.from(input.files);
    const { shrink } = await import('./shrink.js');
    const made = [];
    for (const file of chosen) made.push(await shrink(file, LONGEST, Number(input.dataset.limit)));
    if (Array.from(input.files).some((file, place) => file !== chosen[place]) || input.files.length !== chosen.length) return false;
    if (made.some((file, place) => file !== chosen[place])) {
      const carrier = new DataTransfer();
      made.forEach((file) => carrier.items.add(file));
      input.files = carrier.files;
    }
    return true;
  }
  /* A file is there now: what the server found missing no longer holds. */
  function settle(input, drop) {
    const said = document.getElementById(input.name + '-error');
    if (said) said.remove();
    input.removeAttribute('aria-invalid');
    drop.classList.remove('drop--fault');
    const card = input.closest('.upload');
    /* A photo stands beside its field, not in a card. */
    if (card) card.classList.remove('upload--fault');
  }
  function dress(input) {
    const place = document.querySelector('[data-upload-faults="' + CSS.escape(input.name) + '"]');
    const old = document.querySelector('label[for="' + CSS.escape(input.id) + '"]');
    const drop = make('div', 'drop');
    const button = make('label', 'btn btn--small');
    const chosen = make('ul', 'drop__chosen');
    button.htmlFor = input.id;
    button.innerHTML = old.innerHTML;
    if (input.getAttribute('aria-invalid') === 'true') drop.classList.add('drop--fault');
    chosen.setAttribute('aria-live', 'polite');
    old.remove();
    input.before(drop);
    input.className = 'sr';
    drop.append(make('p', 'hint', '把文件拖到这里，或'), input, button, chosen);
    input.addEventListener('change', async () => {
      chosen.textContent = '';
      if (Array.from(input.files).some((file) => file.type.startsWith('image/'))) {
        chosen.append(make('li', '', '正在准备照片…'));
        if (!await lighten(input).catch(() => true)) return;
      }
      const faults = judge(input);
      if (faults.length) input.value = '';
      chosen.textContent = '';
      Array.from(input.files).forEach((file) => {
        chosen.append(make('li', '', '已选 ' + file.name + '，' + megabytes(file.size) + '，保存时上传'));
      });
      if (input.files.length) settle(input, drop);
      if (!place) return;
      place.textContent = '';
      faults.forEach((words) => place.append(make('p', 'field__error', words)));
    });
    ['dragenter', 'dragover'].forEach((name) => drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add('is-over');
    }));
    ['dragleave', 'drop'].forEach((name) => drop.addEventListener(name, () => drop.classList.remove('is-over')));
    drop.addEventListener('drop', (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }
  document.querySelectorAll('input[type=file][data-limit]').forEach(dress);
})();
