/* Combobox for enterprises. Without scripts the 查找 button fills the list on the server. */
(function () {
  document.querySelectorAll('[data-lookup]').forEach((place) => {
    const url = place.dataset.lookup;
    const select = place.querySelector('select');
    const input = place.querySelector('input[type=search]');
    if (!url || !select || !input || !window.fetch) return;
    const list = document.createElement('ul');
    const label = document.querySelector('label[for="' + CSS.escape(select.id) + '"]');
    let asked = 0;
    let timer = 0;
    let at = -1;
    select.hidden = true;
    place.querySelector('button').hidden = true;
    list.className = 'lookup__list';
    list.id = input.id + '-list';
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', '查找结果');
    input.removeAttribute('name');
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-expanded', 'false');
    input.setAttribute('aria-controls', list.id);
    input.setAttribute('aria-autocomplete', 'list');
    ['aria-describedby', 'aria-invalid', 'aria-required'].forEach((name) => {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    });
    if (label) { label.htmlFor = input.id; input.removeAttribute('aria-label'); }
    const chosenLabel = () => {
      const chosen = select.options[select.selectedIndex];
      return chosen && chosen.value ? chosen.textContent.trim() : '';
    };
    input.value = chosenLabel();
    place.append(list);

    const close = () => { list.hidden = true; at = -1; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-activedescendant'); };
    /* Leaving without a choice keeps the unit chosen before. Words typed where none was chosen stay, too. */
    const leave = () => {
      clearTimeout(timer);
      asked += 1;
      close();
      if (!input.value.trim() && select.getAttribute('aria-required') !== 'true' && select.value) {
        select.value = '';
        select.dispatchEvent(new Event('change', { bubbles: true }));
      }
      if (select.value) input.value = chosenLabel();
    };
    const choose = (item) => {
      let option = Array.from(select.options).find((one) => one.value === String(item.value));
      if (!option) { option = new Option(item.label, item.value); select.add(option); }
      select.value = option.value;
      input.value = item.label;
      select.dispatchEvent(new Event('change', { bubbles: true }));
      close();
    };
    const point = (to) => {
      const lines = list.querySelectorAll('[role=option]');
      if (!lines.length) return;
      at = (to + lines.length) % lines.length;
      lines.forEach((line, index) => line.setAttribute('aria-selected', String(index === at)));
      input.setAttribute('aria-activedescendant', lines[at].id);
      lines[at].scrollIntoView({ block: 'nearest' });
    };
    const show = (items) => {
      list.textContent = '';
      items.forEach((item, index) => {
        const line = document.createElement('li');
        line.id = list.id + '-' + index;
        line.setAttribute('role', 'option');
        line.setAttribute('aria-selected', 'false');
        line.textContent = item.label;
        if (item.hint) {
          const hint = document.createElement('span');
          hint.className = 'hint';
          hint.textContent = item.hint;
          line.append(hint);
        }
        line.addEventListener('mousedown', (event) => { event.preventDefault(); choose(item); });
        line.item = item;
        list.append(line);
      });
      if (!items.length) {
        const line = document.createElement('li');
        line.setAttribute('role', 'option');
        line.setAttribute('aria-disabled', 'true');
        line.textContent = '没有找到，换几个字试试';
        list.append(line);
      }
      list.hidden = false;
      at = -1;
      input.setAttribute('aria-expanded', 'true');
    };
    const find = () => {
      const words = input.value.trim();
      asked += 1;
      const mine = asked;
      if (words.length < 2) { close(); return; }
      fetch(url + (url.includes('?') ? '&' : '?') + 'q=' + encodeURIComponent(words), { credentials: 'same-origin' })
        .then((answer) => (answer.ok ? answer.json() : []))
        .then((items) => { if (mine === asked) show(items); })
        .catch(close);
    };
    input.addEventListener('input', (event) => {
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(find, 250);
    });
    input.addEventListener('compositionend', find);
    input.addEventListener('blur', leave);
    input.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (event.key === 'ArrowDown') { event.preventDefault(); if (list.hidden) find(); else point(at + 1); }
      if (event.key === 'ArrowUp' && !list.hidden) { event.preventDefault(); point(at - 1); }
      /* By itself a search field is emptied by Escape. */
      if (event.key === 'Escape') { event.preventDefault(); if (!list.hidden) event.stopPropagation(); leave(); }
      if (event.key === 'Enter') {
        event.preventDefault();
        const line = list.querySelectorAll('[role=option]')[at];
        if (line && line.item) choose(line.item); else if (list.hidden) find();
      }
    });
  });
})();
