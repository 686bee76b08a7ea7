/* Predefined reasons: a chip ticks its item; a preview shows what the applicant will read. */

const trim = (text) => text.replace(/^[。 ]+|[。 ]+$/g, '');
const compose = (...parts) => parts.map(trim).filter(Boolean).join('。');

export class Reasons {
  constructor(bar, say) {
    Object.assign(this, { bar, say });
    this.form = bar.querySelector('form');
    this.chips = Array.from(bar.querySelectorAll('.chip'));
    this.rows = Array.from(bar.querySelectorAll('[data-item]'));
    this.texts = new Map(Array.from(bar.querySelectorAll('#reason option[data-text]'), (one) => [one.value, one.dataset.text]));
    this.blanks = bar.querySelector('[data-blanks]');
    this.chips.forEach((chip, place) => chip.addEventListener('click', () => this.choose(place)));
    this.form.addEventListener('input', () => this.refresh());
    this.form.addEventListener('change', (event) => {
      const row = event.target.closest('[data-item]');
      if (row && event.target.tagName === 'SELECT' && event.target.value) this.clearAuto(row);
      this.refresh();
    });
    bar.querySelectorAll('details').forEach((way) => way.addEventListener('toggle', () => this.refresh()));
    this.refresh();
  }

  way() {
    const open = this.bar.querySelector('details[data-way][open]');
    return open ? open.dataset.way : '';
  }

  parts(row) {
    const [box, select, text] = ['[type=checkbox]', 'select', 'input.control'].map((what) => row.querySelector(what));
    return { box, select, text };
  }

  clearAuto(row) {
    const { text } = this.parts(row);
    if (text.dataset.auto && text.value === text.dataset.auto) text.value = '';
  }

  /* Toggle a reason: on its own item, else on ticked items that have none yet. */
  choose(place) {
    const chip = this.chips[place];
    if (!chip) return;
    const { code, of } = chip.dataset;
    if (this.way() === 'reject') {
      const select = this.form.elements.reason;
      select.value = select.value === code ? '' : code;
    } else {
      const row = this.rowFor(code, of);
      if (!row) { this.say('请先勾选这条理由说的是哪一项'); return; }
      const { box, select } = this.parts(row);
      const on = !(box.checked && select.value === code);
      select.value = on ? code : '';
      box.checked = on;
      if (on) this.clearAuto(row);
    }
    this.refresh();
    chip.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const blank = this.blanks && this.blanks.querySelector(`[data-blank-of="${code}"]:not([hidden]) input`);
    if (blank && !blank.value) blank.focus();
  }

  rowFor(code, of) {
    const fitting = of ? this.rows.filter((row) => of.split(' ').includes(row.dataset.item)) : this.rows;
    if (of && fitting.length === 1) return fitting[0];
    const ticked = fitting.filter((row) => this.parts(row).box.checked);
    return ticked.find((row) => this.parts(row).select.value === code)
      || ticked.find((row) => !this.parts(row).select.value)
      || (ticked.length ? undefined : this.rowInView(fitting))
      || (of && !ticked.length ? fitting[0] : undefined);
  }

  /* Nothing is ticked: apply the reason to the visible document. */
  rowInView(rows) {
    const tab = document.querySelector('[data-tab][aria-current]');
    const paper = tab && document.querySelector(`[data-document="${tab.dataset.tab}"]`);
    return paper && rows.find((row) => row.dataset.item === `paper:${paper.dataset.code}`);
  }

  chosen() {
    if (this.way() === 'reject') return [this.form.elements.reason.value].filter(Boolean);
    if (this.way() !== 'return') return [];
    return this.rows.map((row) => this.parts(row)).filter(({ box }) => box.checked).map(({ select }) => select.value).filter(Boolean);
  }

  text(code) {
    return (this.texts.get(code) || '').replace(/\{([^{}]*)\}/g, (whole, name) => {
      const input = this.form.elements[`blank.${code}.${name}`];
      return (input && input.value.trim()) || whole;
    });
  }

  refresh() {
    const chosen = this.chosen();
    this.chips.forEach((chip) => chip.setAttribute('aria-pressed', String(chosen.includes(chip.dataset.code))));
    if (this.blanks) {
      const rows = Array.from(this.blanks.querySelectorAll('[data-blank-of]'));
      rows.forEach((row) => { row.hidden = !chosen.includes(row.dataset.blankOf); });
      this.blanks.hidden = rows.every((row) => row.hidden);
      this.blanks.open = !this.blanks.hidden;
    }
    this.bar.querySelectorAll('[data-told]').forEach((box) => this.tell(box));
  }

  /* The same text that the server will write. */
  tell(box) {
    const lines = box.dataset.told === 'reject'
      ? [['原因', compose(this.text(this.form.elements.reason.value), this.form.elements.opinion.value)]]
      : [...this.rows.map((row) => [row, this.parts(row)]).filter(([, { box: tick }]) => tick.checked)
        .map(([row, { select, text }]) => [row.querySelector('.check').textContent.trim(), compose(this.text(select.value), text.value)]),
      ['总的说明', this.form.elements.note.value.trim()]];
    const said = lines.filter(([, text]) => text);
    box.hidden = !said.length;
    box.querySelector('[data-told-list]').replaceChildren(...said.flatMap(([label, text]) => {
      const name = document.createElement('dt'), words = document.createElement('dd');
      name.textContent = label;
      words.textContent = text;
      return [name, words];
    }));
  }
}
