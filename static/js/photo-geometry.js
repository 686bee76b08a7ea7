/* Where the picture and the box lie on the stage, in pixels of the screen, and what the box cuts out of the
   picture. Knows no page: it only reckons. Every move of the box leaves the picture alone, and the reverse. */
const RATIO = 1.3;
export const STEP = 1.1;
const ZOOMS = [0.2, 4];
const LEAST = 96;
const MARGIN = 28;
const within = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

export class Frame {
  constructor() {
    this.stage = { width: 640, height: 450 };
    this.picture = { width: 1, height: 1 };
    this.left = this.top = 0;
    this.zoom = 1;
    this.box = { left: 0, top: 0, width: LEAST };
  }

  get scale() { return this.zoom * this.fitting; }

  get fitting() {
    const room = (side) => Math.max(this.stage[side] - 2 * MARGIN, LEAST) / this.picture[side];
    return Math.min(room('width'), room('height'));
  }

  get height() { return this.box.width * RATIO; }

  /* Centre the whole picture on the stage, with the box over these picture pixels. */
  place(crop) {
    this.zoom = 1;
    this.left = (this.stage.width - this.picture.width * this.scale) / 2;
    this.top = (this.stage.height - this.picture.height * this.scale) / 2;
    this.box = {
      left: this.left + crop.x * this.scale, top: this.top + crop.y * this.scale, width: crop.width * this.scale,
    };
    this.keepBox();
  }

  /* The largest box, centred on the picture. */
  largest() {
    const { width, height } = this.picture;
    const wide = Math.min(width, Math.floor((height + 0.5) / RATIO));
    const high = Math.min(height, Math.round(wide * RATIO));
    return { x: Math.floor((width - wide) / 2), y: Math.floor((height - high) / 2), width: wide, height: high };
  }

  /* The crop in whole picture pixels; rounding errors at the edge are ignored. */
  crop() {
    const over = Math.max(1.5, 1 / this.scale);
    const { width, height } = this.picture;
    let wide = Math.max(1, Math.round(this.box.width / this.scale));
    const most = this.largest().width;
    if (wide > most && wide <= most + over) wide = most;
    const high = Math.round(wide * RATIO);
    const settle = (value, room) => {
      if (value < 0 && value >= -over && room >= 0) return 0;
      return value > room && value <= room + over && room >= 0 ? room : value;
    };
    const x = settle(Math.round((this.box.left - this.left) / this.scale), width - wide);
    const y = settle(Math.round((this.box.top - this.top) / this.scale), height - high);
    const inside = x >= 0 && y >= 0 && x + wide <= width && y + high <= height;
    return { x, y, width: wide, height: high, inside };
  }

  /* The nearest crop that lies completely inside the picture. */
  nearest() {
    const now = this.crop();
    const wide = Math.min(now.width, this.largest().width);
    const high = Math.round(wide * RATIO);
    return {
      x: within(now.x, 0, this.picture.width - wide), y: within(now.y, 0, this.picture.height - high),
      width: wide, height: high,
    };
  }

  zoomTo(zoom, x, y) {
    const before = this.scale;
    this.zoom = within(zoom, ...ZOOMS);
    const grown = this.scale / before;
    this.movePicture(x - (x - this.left) * grown, y - (y - this.top) * grown);
  }

  /* Part of the picture always stays on the stage. */
  movePicture(left, top) {
    const some = 24;
    this.left = within(left, some - this.picture.width * this.scale, this.stage.width - some);
    this.top = within(top, some - this.picture.height * this.scale, this.stage.height - some);
  }

  moveBox(left, top) {
    this.box.left = within(left, 0, this.stage.width - this.box.width);
    this.box.top = within(top, 0, this.stage.height - this.height);
  }

  /* Scale the box about its centre. */
  growBox(by) {
    const middle = this.box.left + this.box.width / 2;
    const centre = this.box.top + this.height / 2;
    this.box.width = within(this.box.width + by, LEAST, this.most());
    this.moveBox(middle - this.box.width / 2, centre - this.height / 2);
  }

  most() { return Math.min(this.stage.width, this.stage.height / RATIO); }

  /* Drag a handle ("n", "se", …) of the box `from` by so many pixels; the opposite side or corner stays. */
  pullBox(handle, from, dx, dy) {
    const tall = from.width * RATIO;
    const [east, west] = [handle.includes('e'), handle.includes('w')];
    const [south, north] = [handle.includes('s'), handle.includes('n')];
    const wider = [];
    if (east || west) wider.push(east ? dx : -dx);
    if (south || north) wider.push((south ? dy : -dy) / RATIO);
    const by = wider.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most));
    const [middle, centre] = [from.left + from.width / 2, from.top + tall / 2];
    const across = east ? this.stage.width - from.left : west ? from.left + from.width
      : 2 * Math.min(middle, this.stage.width - middle);
    const down = south ? this.stage.height - from.top : north ? from.top + tall
      : 2 * Math.min(centre, this.stage.height - centre);
    const width = within(from.width + by, LEAST, Math.min(across, down / RATIO));
    const height = width * RATIO;
    this.box = {
      width,
      left: east ? from.left : west ? from.left + from.width - width : middle - width / 2,
      top: south ? from.top : north ? from.top + tall - height : centre - height / 2,
    };
  }

  /* Keep the box completely on the stage. */
  keepBox() {
    this.box.width = Math.min(this.box.width, this.most());
    this.moveBox(this.box.left, this.box.top);
  }
}
