/* Drop area for files: large pictures are made smaller, empty and oversized files rejected at once; the server checks
   again. In a draft (form[data-autosave]) each file is sent as soon as it is chosen. */
(function () {
  /* A3 at 300 dpi. */
  const LONGEST = 5000;
  const BUTTONS = ['remove', 'again', 'turn', 'up', 'down'];
  const megabytes = (bytes) =>
    bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + ' KB' : (bytes / 1048576).toFixed(1) + ' MB';
  const make = (tag, name, words) => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = words || '';
    return element;
  };
  const placeOf = (input) => (input.closest('[data-slot]') || document).querySelector(
    input.closest('[data-slot]') ? '[data-upload-faults]' : '[data-upload-faults="' + CSS.escape(input.name) + '"]',
  );
  function judge(input) {
    const limit = Number(input.dataset.limit);
    return Array.from(input.files).map((file) => {
      if (file.size === 0) return '“' + file.name + '”是空文件，请重新选择';
      if (file.size > limit) return '“' + file.name + '”有 ' + megabytes(file.size) + '，超过 ' + megabytes(limit) + '，请压缩或重新拍照';
      return '';
    }).filter(Boolean);
  }
  function put(input, files) {
    const carrier = new DataTransfer();
    files.forEach((file) => carrier.items.add(file));
    input.files = carrier.files;
  }
  /* Put smaller pictures into the input; a later choice wins over one still being made smaller. */
  async function lighten(input) {
    const chosen = Array.from(input.files);
    const { shrink } = await import('./shrink.js');
    const made = [];
    for (const file of chosen) made.push(await shrink(file, LONGEST, Number(input.dataset.limit)));
    if (Array.from(input.files).some((file, place) => file !== chosen[place]) || input.files.length !== chosen.length) return false;
    if (made.some((file, place) => file !== chosen[place])) put(input, made);
    return true;
  }
  /* A file is there now: what the server found missing no longer holds. */
  function settle(input) {
    const said = document.getElementById(input.name + '-error');
    if (said) said.remove();
    input.removeAttribute('aria-invalid');
    const drop = input.closest('.drop');
    if (drop) drop.classList.remove('drop--fault');
  }
  function say(input, sentences) {
    const place = placeOf(input);
    if (!place) return;
    place.querySelectorAll('[data-own]').forEach((element) => element.remove());
    sentences.forEach((words) => {
      const line = place.appendChild(make('p', 'field__error', words));
      line.dataset.own = '';
      if (!document.getElementById(input.name + '-error')) line.id = input.name + '-error';
    });
  }
  /* The files are not on the server: they stay chosen, the sentence says what to do. */
  function keep(input, files, failure) {
    put(input, files);
    say(input, [failure.message]);
    const again = make('button', 'btn btn--small', failure.ended ? '重新登录' : '重新上传');
    again.type = 'button';
    again.dataset.own = '';
    again.addEventListener('click', () => {
      if (failure.ended) document.dispatchEvent(new Event('session:ended'));
      else sendFiles(input);
    });
    placeOf(input).append(again);
  }
  /* One request for each file: what has arrived stays when a later one fails. */
  async function sendEach(files, lines, sendOne) {
    const sent = { count: 0, page: null, failure: null, faults: [] };
    for (const [place, file] of files.entries()) {
      const words = '正在上传 ' + file.name + '，' + megabytes(file.size);
      lines[place].textContent = words;
      try {
        await sendOne(sent, file, (percent) => { lines[place].textContent = words + '，' + percent + '%'; });
      } catch (failure) {
        sent.failure = failure;
        return sent;
      }
      sent.count += 1;
      lines[place].textContent = '已上传 ' + file.name;
    }
    return sent;
  }
  async function sendFiles(input) {
    const { enqueue, send, show, faultsOf } = await import('./slots.js');
    const { form } = input;
    const slot = input.closest('[data-slot]');
    const name = slot.dataset.slot;
    const files = Array.from(input.files);
    const list = slot.querySelector('.drop__chosen');
    slot.dataset.uploading = files.length;
    say(input, []);
    list.textContent = '';
    const lines = files.map((file) => list.appendChild(make('li', '', '等待上传 ' + file.name)));
    enqueue(form, async () => {
      const sent = await sendEach(files, lines, async (soFar, file, tell) => {
        soFar.page = await send(form, { [input.name]: file }, tell);
        soFar.faults.push(...faultsOf(soFar.page, name));
      });
      if (sent.page) dressAll(show(form, sent.page, name));
      else delete slot.dataset.uploading;
      const fresh = document.getElementById(input.id) || document.getElementById(name);
      const said = document.getElementById(name).closest('.drop').querySelector('.drop__chosen');
      said.textContent = '';
      const good = sent.count - sent.faults.length;
      if (good > 0) said.append(make('li', '', good === 1 ? '已上传' : '已上传 ' + good + ' 份'));
      if (sent.faults.length > 1) {
        settle(fresh);
        say(fresh, sent.faults);
      }
      if (sent.failure) keep(fresh, files.slice(sent.count), sent.failure);
      return !sent.failure && !sent.faults.length;
    });
  }
  /* 替换: a link that opens the choice of a file. */
  function dressReplace(input) {
    const fold = input.closest('details');
    const place = make('span', 'replace');
    const link = make('label', 'link');
    link.htmlFor = input.id;
    link.innerHTML = fold.querySelector('summary').innerHTML;
    input.className = 'sr';
    fold.replaceWith(place);
    place.append(input, link);
    input.addEventListener('change', () => chooseFiles(input, input.closest('[data-slot]').querySelector('.drop__chosen')));
  }
  async function chooseFiles(input, chosen) {
    chosen.textContent = '';
    if (Array.from(input.files).some((file) => file.type.startsWith('image/'))) {
      chosen.append(make('li', '', '正在准备照片…'));
      if (!await lighten(input).catch(() => true)) return;
    }
    const faults = judge(input);
    if (faults.length) input.value = '';
    chosen.textContent = '';
    if (input.files.length) settle(input);
    say(input, faults);
    if (!input.files.length) return;
    if (input.closest('[data-slot]') && input.form.dataset.autosave) {
      sendFiles(input);
      return;
    }
    const main = input.form.querySelector('.btn--main');
    const when = main ? '，按“' + main.textContent.trim() + '”时上传' : '';
    Array.from(input.files).forEach((file) => {
      chosen.append(make('li', '', '已选 ' + file.name + '，' + megabytes(file.size) + when));
    });
  }
  function dress(input) {
    if (input.closest('.replace')) {
      dressReplace(input);
      return;
    }
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
    input.addEventListener('change', () => chooseFiles(input, chosen));
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
  const dressAll = (place) => place.querySelectorAll('input[type=file][data-limit]').forEach(dress);
  /* A button of a slot: done at once, the focus stays. What cannot be done so goes the way without a script. */
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-slot] button[name]');
    if (!button || !BUTTONS.includes(button.name) || !button.form || !button.form.dataset.autosave) return;
    event.preventDefault();
    const { form, name, value } = button;
    const slot = button.closest('[data-slot]').dataset.slot;
    import('./slots.js').then(({ enqueue, send, show }) => enqueue(form, async () => {
      const page = await send(form, { [name]: value }, () => {}).catch(() => null);
      if (!page) {
        setTimeout(() => form.requestSubmit(button));
        return true;
      }
      const made = show(form, page, slot);
      dressAll(made);
      const near = Array.from(made.querySelectorAll('button[name]:not([disabled])')).filter((one) => one.value === value);
      (near.find((one) => one.name === name) || near[0] || document.getElementById(slot)).focus();
      return true;
    }));
  });
  dressAll(document);
})();
