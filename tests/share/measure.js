window.measured = null;
Object.assign(new Image(), { onload() {
  const paper = Object.assign(document.createElement('canvas'), { width: this.width, height: this.height }).getContext('2d');
  paper.drawImage(this, 0, 0);
  const { data, width } = paper.getImageData(0, 0, this.width, this.height);
  let left = Infinity, right = -1, top = Infinity, bottom = -1;
  for (let at = 0; at < data.length; at += 4) {
    if (Math.abs(data[at] - data[0]) + Math.abs(data[at + 1] - data[1]) + Math.abs(data[at + 2] - data[2]) < 100) continue;
    const x = at / 4 % width, y = Math.floor(at / 4 / width);
    left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  window.measured = { width: right - left + 1, height: bottom - top + 1 };
}, src: 'data:image/png;base64,PICTURE' });
