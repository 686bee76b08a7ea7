/* Heartbeat of the claim while the reviewer is active, and countdown of undoing the last decision. */

const BEAT = 60000;
const ASLEEP = 5 * 60000;

/* `lost(words)` is called once, when the claim has ended or belongs to somebody else. */
export function keepClaim(root, token, lost, signal) {
  const strip = () => document.querySelector('[data-claim]');
  let active = Date.now(), beaten = Date.now(), over = false;
  async function beat() {
    const held = strip();
    if (over || !held || held.dataset.claim !== 'mine') return;
    beaten = Date.now();
    const said = new FormData();
    said.set('csrf_token', token);
    try {
      const answer = await fetch(root.dataset.heartbeat, { method: 'POST', body: said, headers: { Accept: 'application/json' } });
      const now = await answer.json();
      if (signal.aborted) return;
      if (now.held) held.querySelector('[data-claim-words]').textContent = now.words;
      else { over = true; lost(now.words); }
    } catch { /* the next heartbeat may get through; a decision is checked by the server anyway */ }
  }
  const stir = () => {
    active = Date.now();
    if (active - beaten > BEAT) beat();
  };
  for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel']) document.addEventListener(name, stir, { signal, passive: true });
  const clock = setInterval(() => { if (Date.now() - active < ASLEEP) beat(); }, BEAT);
  signal.addEventListener('abort', () => clearInterval(clock));
}

/* Countdown of 撤回, from the server's value. */
export function countDown(place, signal) {
  const box = place && place.querySelector('[data-last]');
  if (!box) return;
  const end = performance.now() + Number(box.dataset.last) * 1000;
  const clock = setInterval(() => {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (left > 0) { box.querySelector('[data-seconds]').textContent = String(left); return; }
    clearInterval(clock);
    box.querySelector('form').remove();
    box.querySelector('.last__left').textContent = '已生效';
  }, 1000);
  signal.addEventListener('abort', () => clearInterval(clock));
}
