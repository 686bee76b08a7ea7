/* 已看: sends a read mark like its own form does, and shows it in the tabs. */
const underWay = new Set();

/* A decision waits for pending read marks. */
export const marksKept = () => Promise.all(underWay);

export class Marks {
  constructor(root) {
    this.root = root;
    this.count = root.querySelector('[data-count] .num');
    this.box = root.querySelector('[data-seen]');
    this.refused = new Set();
    this.show = this.show.bind(this);
    if (this.box) {
      this.box.addEventListener('change', () => {
        if (!this.box.checked) this.refused.add(this.id);
        this.keep(this.id, this.box.checked);
      });
    }
  }

  tab(id) { return this.root.querySelector(`[data-tab="${id}"]`); }

  /* Set the document of the checkbox. */
  show(id) {
    this.id = id;
    if (this.box) this.box.checked = this.tab(id).classList.contains('is-seen');
  }

  /* Key V, or every page was in view long enough; a mark that was unticked stays unticked. */
  see(id, byHand) {
    if (!this.box || this.tab(id).classList.contains('is-seen')) return;
    if (byHand || !this.refused.has(id)) this.keep(id, true);
  }

  keep(id, seen) {
    const sent = this.send(id, seen).finally(() => underWay.delete(sent));
    underWay.add(sent);
  }

  async send(id, seen) {
    const form = this.root.querySelector(`[data-document="${id}"] form[data-mark]`);
    if (!form) return;
    const said = new FormData(form);
    said.set('seen', seen ? '1' : '0');
    this.paint(id, seen);
    this.tab(id).setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(form.action, { method: 'POST', body: said, keepalive: true, headers: { Accept: 'application/json' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      this.count.textContent = `${now.count}/${now.of}`;
      this.paint(id, now.seen);
    } catch {
      this.paint(id, !seen);
      this.root.dispatchEvent(new CustomEvent('viewer:say', { detail: '没有记下“已看”，请再试一次' }));
    } finally {
      this.tab(id).removeAttribute('aria-busy');
    }
  }

  paint(id, seen) {
    this.tab(id).classList.toggle('is-seen', seen);
    if (this.box && this.id === id) this.box.checked = seen;
    const form = this.root.querySelector(`[data-document="${id}"] form[data-mark]`);
    form.elements.seen.value = seen ? '0' : '1';
    form.querySelector('button').firstChild.textContent = seen ? '取消已看' : '标为已看';
    const marks = this.root.querySelectorAll('[data-tab]');
    this.count.textContent = `${this.root.querySelectorAll('[data-tab].is-seen').length}/${marks.length}`;
  }
}
