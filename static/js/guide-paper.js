// The grid on paper: a table of the hours that are in view, with each channel that has been loaded.
import { make } from "./guide-cells.js";
import { HOUR } from "./guide-time.js";
import { word } from "./words.js";

const HOURS = 3;

/** Put the table beside the grid as long as the page is laid out for paper. */
export function onPaper(canvas) {
  const media = matchMedia("print");
  let table = null;
  const change = () => {
    table?.remove();
    table = media.matches ? paper(canvas) : null;
    if (table) canvas.element.after(table);
  };
  media.addEventListener("change", change);
  change();
}

function paper(canvas) {
  const [start, end] = [canvas.left, Math.max(canvas.right, canvas.left + HOURS * HOUR)];
  const table = make("table", "epg-paper");
  table.append(make("caption", "", `${word("programmes")}, ${canvas.clock.short(canvas.clock.day(start))}, ${canvas.clock.time(start)}–${canvas.clock.time(end)}`));
  canvas.list.forEach((channel, row) => {
    const found = canvas.cells.row(row, start, end);
    const cells = found.cells.filter((cell) => !cell.gap && cell.end > start && cell.start < end);
    if (cells.length) table.append(line(channel, cells, canvas.clock));
  });
  return table;
}

function line(channel, cells, clock) {
  const row = make("tr");
  row.dataset.channel = channel.id;
  const name = make("th", "", channel.number ? `${channel.number} ${channel.name}` : channel.name);
  name.scope = "row";
  name.dir = "auto";
  const shown = make("td");
  for (const cell of cells) {
    const item = make("p");
    const title = make("b", "", cell.title);
    title.dir = "auto";
    item.append(`${clock.time(cell.start)} `, title, cell.sub ? ` ${cell.sub}` : "");
    shown.append(item);
  }
  row.append(name, shown);
  return row;
}
