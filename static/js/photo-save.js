/* Decides whether the crop may be saved: calls the server after input pauses, and guards 保存并使用. */
const ASK_AFTER = 350;

export class Verdict {
  constructor(form, judge, server, tell) {
    [this.form, this.judge, this.server, this.tell] = [form, judge, server, tell];
    [this.forbidden, this.warned, this.asked, this.waiting, this.saving] = ['', [], null, 0, false];
    this.resting = false;
    const tool = form.closest('[data-photo-tool]');
    this.find = (name) => tool.querySelector('[data-photo-' + name + ']');
    form.addEventListener('submit', (event) => this.guard(event));
    form.elements.acknowledge.addEventListener('change', () => this.refuse(''));
  }

  /* Another picture: earlier results and acknowledgements are void. */
  forget() {
    this.asked = null;
    this.form.elements.acknowledge.checked = false;
  }

  /* Another picture is loading: no more checks of this one, unless loading fails. */
  rest() {
    clearTimeout(this.waiting);
    this.server.drop();
    [this.resting, this.asked, this.waiting, this.saving] = [true, null, 0, false];
    this.find('asked').hidden = true;
  }

  wake() { this.resting = false; }

  /* Set the current crop. */
  consider(crop, turn) {
    const fields = { x: crop.x, y: crop.y, width: crop.width, height: crop.height, turn };
    for (const [name, value] of Object.entries(fields)) this.form.elements[name].value = value;
    const measured = this.judge.measure(crop);
    if (this.resting) return;
    const key = Object.values(fields).join();
    if (this.asked?.key === key) return;
    this.forbidden = measured;
    this.asked = { key, fields, answer: null };
    this.refuse('');
    clearTimeout(this.waiting);
    if (measured) this.take(null);
    else this.waiting = setTimeout(() => this.question(), ASK_AFTER);
  }

  async question() {
    this.waiting = 0;
    const mine = this.asked;
    this.find('asked').hidden = false;
    const answer = await this.server.ask(mine.fields);
    if (!answer || mine !== this.asked) return;
    mine.answer = answer;
    this.take(answer);
    const [saving, button] = [this.saving, this.form.querySelector('.btn--main')];
    this.saving = false;
    if (saving && answer.lost) this.refuse(answer.sentence);
    else if (saving) this.form.requestSubmit(button);
  }

  take(answer) {
    const of = (blocks) => (answer?.findings || [])
      .filter((one) => (one.level === 'block') === blocks).map((one) => one.sentence);
    this.find('asked').hidden = true;
    this.judge.show(answer);
    this.forbidden ||= (!answer?.lost && answer?.sentence) || of(true).join('；');
    const before = this.warned.join();
    this.warned = of(false);
    if (this.warned.join() !== before) this.form.elements.acknowledge.checked = false;
    this.find('ask').hidden = !this.warned.length || Boolean(this.forbidden);
    this.find('warned').textContent = this.warned.join('；');
    this.tell();
  }

  /* Announcement for screen readers. */
  get words() { return this.forbidden || this.warned.join('；') || '合格'; }

  guard(event) {
    const stop = (sentence) => { event.preventDefault(); this.refuse(sentence); };
    if (this.resting) stop('照片正在打开，请稍候再保存。');
    else if (!this.asked) stop('请先点“打开文件”选择照片。');
    else if (this.forbidden) stop(this.forbidden.replace(/。?$/, '。') + '请调整后再保存。');
    else if (!this.asked.answer || this.asked.answer.lost) {
      event.preventDefault();
      this.saving = true;
      if (!this.waiting && !this.asked.answer) return;
      clearTimeout(this.waiting);
      this.question();
    } else if (this.warned.length && !this.form.elements.acknowledge.checked) {
      stop('照片可能不合要求。请调整后再保存，或勾选“仍要使用”。');
      this.form.elements.acknowledge.focus({ preventScroll: true });
    }
  }

  refuse(sentence) {
    const place = this.find('no');
    place.hidden = !sentence;
    place.querySelector('span').textContent = sentence;
  }
}
