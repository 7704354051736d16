// Drawn in a square of 24, by a line.
const PATHS = {
  bold: "M7 5h6a3.5 3.5 0 0 1 0 7H7zm0 7h7a3.5 3.5 0 0 1 0 7H7z",
  italic: "M10 5h8M6 19h8M14 5l-4 14",
  link: "M9 15l6-6M11 7.5l2-2a4 4 0 0 1 5.7 5.7l-2 2M13 16.5l-2 2a4 4 0 0 1-5.7-5.7l2-2",
  quote: "M5 5v14M10 7h9M10 12h9M10 17h5",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  list: "M10 6h10M10 12h10M10 18h10M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  spoiler: "M3 12c2.5-4 5.5-6 9-6s6.5 2 9 6c-2.5 4-5.5 6-9 6s-6.5-2-9-6M5 20L19 4",
  emoji: "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M8 14c1 2 2.4 3 4 3s3-1 4-3M9 9.5h.01M15 9.5h.01",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
};

const SVG = "http://www.w3.org/2000/svg";

export const icon = (name) => {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
};
